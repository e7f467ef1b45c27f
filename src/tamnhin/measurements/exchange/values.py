"""Comparing values and targets with what is held: the same, a first word, or another revision."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import polars as pl

from tamnhin.workbook.collect import Collector
from tamnhin.workbook.rules import leave_out
from tamnhin.workbook.sheets import Table

_KEY = ["owner", "kpi", "period"]
_CONTENT = ("value", "numerator", "denominator", "state", "weight", "reason", "source", "currency")
_TARGET = ("target", "profile", "basis")
_NOW_IS_LAST = datetime.datetime(9999, 1, 1, tzinfo=datetime.UTC)
_KEPT = ("weight", "currency")  # a new number without them has those of the number it replaces


def compare_actuals(table: Table, held: pl.DataFrame, collector: Collector) -> tuple[pl.DataFrame, int]:
    """(rows to write with ``revision`` and ``_there``, how many are the same).

    ``held`` has every revision. A row is the same when a revision with its ``recorded_at`` says the same, or the latest
    revision does. A row recorded before the latest revision is reported and left out; one recorded at that very
    instant that says something else (an exported file, corrected and brought back) is a new statement of now.
    """
    held = _spoken_of(table.frame, held)
    given = table.frame.with_row_index("_place")
    names = [*_KEY, *_CONTENT, "recorded_at"]
    stamped = given.filter(pl.col("recorded_at").is_not_null()).join(
        held.select(names), on=[*_KEY, "recorded_at"], how="inner", suffix="_held"
    )
    known = stamped.filter(_agrees()).select("_place").unique()
    rest = given.join(known, on="_place", how="anti", maintain_order="left")
    last = pl.col("revision") == pl.col("revision").max().over(_KEY)
    latest = held.filter(last).select(*names, "revision").with_columns(pl.lit(True).alias("_there"))
    rest = rest.join(latest, on=_KEY, how="left", suffix="_held", maintain_order="left").with_columns(
        pl.col("_there").fill_null(False), pl.col("revision").fill_null(0)
    )
    said_then, held_then = pl.col("recorded_at"), pl.col("recorded_at_held")
    # said at the very instant of what it contradicts: a correction made in an exported file, so it is said now
    stamp = pl.when(said_then.ne_missing(held_then)).then(said_then)
    rest = rest.with_columns(stamp.alias("_stamp")).with_columns(
        pl.struct(pl.col("_stamp").fill_null(_NOW_IS_LAST), "_place").rank("ordinal").over(_KEY).alias("_order")
    )
    again = pl.col("_there") & (pl.col("_order") == 1) & _agrees()
    same = known.height + rest.select(again.sum()).item()
    table.frame = rest.filter(~again)
    leave_out(
        table, collector, "RECORDED_EARLIER", "recorded_at", said_then < held_then,
        lambda row: {**{name: row[name] for name in _KEY}, "found": row["recorded_at"],
                     "known": row["recorded_at_held"]},
    )  # fmt: skip
    number = pl.col("state").is_null()
    written = table.frame.with_columns(
        *(pl.when(number).then(pl.coalesce(c, f"{c}_held")).otherwise(pl.col(c)).alias(c) for c in _KEPT),
        pl.col("_stamp").alias("recorded_at"),
        (pl.col("revision") + pl.col("_order").rank("ordinal").over(_KEY)).cast(pl.Int32).alias("revision"),
    )
    return written.sort("_place").select(*table_columns(given), "revision", "_there"), same


def compare_targets(table: Table, held: pl.DataFrame, collector: Collector) -> tuple[pl.DataFrame, int]:
    """(rows to write with ``revision`` and ``_there``, how many are the same). ``held`` has every revision."""
    held = _spoken_of(table.frame, held)
    latest = held.filter(pl.col("revision") == pl.col("revision").max().over(_KEY)).with_columns(
        pl.lit(True).alias("_there")
    )
    joined = table.frame.join(
        latest.select(*_KEY, *_TARGET, "revision", "_there"), on=_KEY, how="left", suffix="_held", maintain_order="left"
    ).with_columns(pl.col("_there").fill_null(False), pl.col("revision").fill_null(0))
    again = pl.col("_there") & _agrees(_TARGET)
    written = joined.filter(~again).with_columns(
        *(pl.coalesce(c, f"{c}_held").alias(c) for c in ("profile", "basis")),
        (pl.col("revision") + 1).cast(pl.Int32).alias("revision"),
    )
    return written.select(*table_columns(table.frame), "revision", "_there"), joined.height - written.height


def _spoken_of(given: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """The held rows whose keys the file has, with text for their Enums: a file is small beside what a company holds."""
    keys = given.select(pl.col(name).cast(held.schema[name], strict=False) for name in _KEY).unique()
    return held.join(keys, on=_KEY, how="semi", maintain_order="left").with_columns(
        pl.col(name).cast(pl.String) for name in _KEY
    )


def table_columns(frame: pl.DataFrame) -> list[str]:
    """The columns of a sheet with its row and column of the file; nothing of the comparison."""
    return [name for name in frame.columns if name in ("_row", "_col") or not name.startswith("_")]


def _agrees(columns: Sequence[str] = _CONTENT) -> pl.Expr:
    """Everything that the file says is what is held (``…_held``); what it leaves blank is not compared."""
    return pl.all_horizontal(pl.col(c).is_null() | pl.col(c).eq_missing(pl.col(f"{c}_held")) for c in columns)
