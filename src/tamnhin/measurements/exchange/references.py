"""References of a file that may point into the file or into the database, by the rules of the workbook."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from tamnhin.engine.book import SCHEMAS, Book
from tamnhin.workbook.collect import Collector, Place
from tamnhin.workbook.references import check_references
from tamnhin.workbook.rules import leave_out
from tamnhin.workbook.sheets import Table
from tamnhin.workbook.spec import SHEETS

# Rows of the database take part in the check under a row number that no sheet reaches.
_HELD = 2**31 - 1
_CODED = ("units", "people", "kpis", "goals")
_WORDS = {"units": ("đơn vị", "unit"), "people": ("nhân viên", "person")}


def tables_of(book: Book) -> dict[str, Table]:
    """The non-empty sheets of a book as the workbook's checks take them. Without a file, problems have no cell."""
    tables: dict[str, Table] = {}
    for name in SCHEMAS:
        frame = book[name]
        if frame.is_empty():
            continue
        if "_row" not in frame.columns:
            frame = frame.with_columns(pl.int_range(2, pl.len() + 2, dtype=pl.Int32).alias("_row"))
        place = Place(book.place_names.get(name, name), columns=dict(book.columns.get(name, {})))
        seen = dict(frame.select("code", "_row").iter_rows()) if name in _CODED else {}
        tables[name] = Table(SHEETS[name], place, frame, seen)
    return tables


def settle(tables: dict[str, Table], held: Book, collector: Collector, *, whole_company: str | None = None) -> bool:
    """Drop rows whose references neither the tables nor ``held`` have. False where the tree of units is a circle."""
    for mine, other in (("units", "people"), ("people", "units")):
        if mine in tables:
            _same_kind(tables[mine], mine, other, held, collector)
    joined = dict(tables)
    for name in _CODED:
        joined[name] = _with_held(name, tables.get(name), held)
    sound = check_references(joined, collector, whole_company=whole_company)
    for name, table in tables.items():
        table.frame = joined[name].frame.filter(pl.col("_row") < _HELD)
    return sound


def _same_kind(table: Table, mine: str, other: str, held: Book, collector: Collector) -> None:
    (asked_vi, asked_en), (now_vi, now_en) = _WORDS[mine], _WORDS[other]
    words: Mapping[str, object] = {"asked_vi": asked_vi, "asked_en": asked_en, "now_vi": now_vi, "now_en": now_en}
    taken = pl.col("code").is_in(held[other]["code"].implode())
    leave_out(table, collector, "OWNER_KIND_CHANGED", "code", taken, lambda row: {"found": row["code"], **words})


def _with_held(name: str, table: Table | None, held: Book) -> Table:
    extra = held[name].with_columns(pl.lit(_HELD, dtype=pl.Int32).alias("_row"))
    if table is None:
        return Table(SHEETS[name], Place(name), extra, dict.fromkeys(extra["code"], _HELD))
    extra = extra.join(table.frame.select("code"), on="code", how="anti")
    frame = pl.concat([table.frame, extra], how="diagonal_relaxed")
    return Table(table.sheet, table.place, frame, {**dict.fromkeys(extra["code"], _HELD), **table.seen})
