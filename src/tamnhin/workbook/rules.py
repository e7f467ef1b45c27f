"""Rules within one sheet: keys, dates, bounds, states, components, shares. Only the faulty row is left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from tamnhin.engine.book import KEYS
from tamnhin.workbook.collect import Collector
from tamnhin.workbook.sheets import Table

Args = Callable[[dict[str, object]], Mapping[str, object]]

# the tree of units is effective-dated: the engine takes several rows of one code as versions from their `from`
_KEYS = {**KEYS, "units": ("code", "from")}

_SPANS = {"people": ("joined", "left")}
_NUMBERS = ("value", "numerator", "denominator")


def check_rows(table: Table, collector: Collector) -> None:
    """Apply the rules of the table's sheet to it, in place."""
    _dates_in_order(table, collector)
    if table.sheet.name == "scorecards":
        _bounds_in_order(table, collector)
    if table.sheet.name == "actuals":
        _states_and_components(table, collector)
    if table.sheet.name == "links":
        same = pl.col("driver") == pl.col("outcome")
        leave_out(table, collector, "SAME_KPI_TWICE", "outcome", same, lambda row: {"found": row["outcome"]})
    _unique_keys(table, collector)
    if table.sheet.name == "placements":
        _shares_within_100(table, collector)


def leave_out(
    table: Table, collector: Collector, code: str, column: str, faulty: pl.Expr, args: Args = lambda row: {}
) -> None:
    """Report the rows where ``faulty`` holds and drop them from the table."""
    mask = table.frame.select(faulty.fill_null(False).alias("faulty")).to_series()
    if mask.any():
        collector.rows(table.place, code, column, _as_found(table.frame.filter(mask)), args)
        table.frame = table.frame.filter(~mask)


def _as_found(rows: pl.DataFrame) -> pl.DataFrame:
    """Faulty rows as their problems show them."""
    if "_col" in rows.columns:
        # in a wide sheet one cell of a fixed column serves many values: it is told once, and at itself
        rows = rows.unique("_row", keep="first", maintain_order=True).drop("_col")
    if "owner" not in rows.columns and "person" in rows.columns:
        rows = rows.with_columns(pl.col("person").alias("owner"))
    return rows


def _dates_in_order(table: Table, collector: Collector) -> None:
    first, last = _SPANS.get(table.sheet.name, ("from", "to"))
    schema = table.frame.schema
    if last not in schema or schema.get(first) != pl.Date:
        return
    leave_out(
        table, collector, "DATES_REVERSED", last, pl.col(last) < pl.col(first),
        lambda row: {"first": row[first], "last": row[last]},
    )  # fmt: skip


def _bounds_in_order(table: Table, collector: Collector) -> None:
    # equal floor and cap would score everything alike; the order of the band itself is the engine's BAND_NOT_ORDERED
    leave_out(
        table, collector, "BOUNDS_REVERSED", "cap", pl.col("floor") >= pl.col("cap"),
        lambda row: {"low": row["floor"], "high": row["cap"]},
    )  # fmt: skip


def _states_and_components(table: Table, collector: Collector) -> None:
    any_number = pl.any_horizontal(pl.col(name).is_not_null() for name in _NUMBERS)
    leave_out(
        table, collector, "STATE_AND_VALUE", "state", pl.col("state").is_not_null() & any_number,
        lambda row: {"state": row["state"]},
    )  # fmt: skip
    for present, missing in (("numerator", "denominator"), ("denominator", "numerator")):
        alone = pl.col(present).is_not_null() & pl.col(missing).is_null()
        leave_out(table, collector, "COMPONENT_MISSING", present, alone, _constant(present=present, missing=missing))
    # neither a number nor a state: the row says nothing
    table.frame = table.frame.filter(any_number | pl.col("state").is_not_null())


def _constant(**args: object) -> Args:
    return lambda row: args


def _unique_keys(table: Table, collector: Collector) -> None:
    key = _KEYS[table.sheet.name]
    frame = table.frame
    # one pass by hash finds the few repeated keys; only those are looked at closely
    if not frame.select(pl.struct(key).is_duplicated().any()).item():
        return
    first = pl.col("_row").first().over(key)
    repeated = pl.int_range(pl.len()).over(key) > 0
    marked = frame.with_columns(first.alias("_first"), repeated.alias("_again"))

    def args(row: dict[str, object]) -> Mapping[str, object]:
        text = ", ".join(str(row[name]) for name in key if row[name] is not None)
        return {"first": row["_first"], "second": row["_row"], "key": text}

    collector.rows(table.place, "KEY_TWICE", key[0], marked.filter("_again"), args)
    table.frame = marked.filter(~pl.col("_again")).drop("_first", "_again")


def _shares_within_100(table: Table, collector: Collector) -> None:
    """Sweep each person's placements by date: at each start, the shares in force may not pass 100 %."""
    frame = table.frame
    share = pl.col("share").fill_null(100.0)
    starts = frame.select("person", pl.col("from").alias("day"), share.alias("change"), pl.lit(1).alias("kind"), "_row")
    ends = frame.filter(pl.col("to").is_not_null()).select(
        "person",
        pl.col("to").dt.offset_by("1d").alias("day"),
        (-share).alias("change"),
        pl.lit(0).alias("kind"),
        "_row",
    )
    swept = (
        pl.concat([starts, ends])
        .sort("person", "day", "kind", "_row")
        .with_columns(pl.col("change").cum_sum().over("person").alias("total"))
        .filter((pl.col("kind") == 1) & (pl.col("total") > 100 + 1e-9))
    )
    if swept.is_empty():
        return
    over = frame.join(swept.select("_row", "total"), on="_row", how="inner", maintain_order="left")

    def args(row: dict[str, object]) -> Mapping[str, object]:
        return {"date": row["from"], "person": row["person"], "total": f"{row['total']:g}"}

    column = "share" if "share" in table.place.columns else "from"
    collector.rows(table.place, "PLACEMENTS_OVER_100", column, _as_found(over), args)
    table.frame = frame.filter(~pl.col("_row").is_in(swept["_row"].implode()))
