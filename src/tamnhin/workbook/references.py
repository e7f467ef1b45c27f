"""References between sheets: unknown codes, codes of rows that were left out, circles."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import polars as pl

from tamnhin.engine.problems import Problem
from tamnhin.workbook.collect import Collector, did_you_mean
from tamnhin.workbook.fold import fold
from tamnhin.workbook.rules import leave_out
from tamnhin.workbook.sheets import Table
from tamnhin.workbook.spec import Target

_UNKNOWN: Mapping[Target, str] = {
    "units": "UNIT_UNKNOWN",
    "people": "PERSON_UNKNOWN",
    "owners": "OWNER_UNKNOWN",
    "kpis": "KPI_UNKNOWN",
    "goals": "GOAL_UNKNOWN",
}
_SUGGESTIONS = 20  # distinct unknown codes per column that get a "did you mean"
_CANDIDATES = 3_000

# the order in which sheets are settled: what others refer to comes first
_ORDER = ("units", "people", "placements", "absences", "kpis", "goals", "scorecards", "targets", "actuals", "links",
          "bonus")  # fmt: skip


@dataclass(slots=True)
class _Codes:
    """Codes that hold, and codes of rows that were left out (code -> the sheet they stand in)."""

    good: dict[str, pl.Series] = field(default_factory=dict)
    lost: dict[str, dict[str, str]] = field(default_factory=dict)


def check_references(tables: Mapping[str, Table], collector: Collector, *, whole_company: str | None) -> bool:
    """Settle every reference, sheet by sheet; faulty rows leave their tables. False where the unit tree is a circle.

    ``whole_company``: the code of the one unit that exists where there is no units sheet.
    """
    codes = _Codes()
    codes.good["units"] = _texts([whole_company] if whole_company is not None else [])
    for name in ("people", "kpis", "goals"):
        codes.good[name] = _texts([])
    # a unit's head is a person and a person has a unit: the heads are looked at again once people are settled
    for name in _ORDER:
        table = tables.get(name)
        if table is None:
            continue
        if name == "people":
            _not_units_too(table, codes, collector)
        _settle(table, codes, collector, skip="head" if name == "units" else None)
        if name == "units" and not _tree_is_sound(table, collector):
            return False
        if name == "goals":
            _goals_are_sound(table, collector)
            _remember(table, codes)
    if "units" in tables:
        _check_column(tables["units"], "head", codes, collector)
    return True


def _texts(values: Iterable[str]) -> pl.Series:
    return pl.Series(list(values), dtype=pl.String)


def _settle(table: Table, codes: _Codes, collector: Collector, skip: str | None) -> None:
    own = table.sheet.name
    _remember(table, codes)
    for column in table.sheet.columns:
        if column.refers is None or column.name == skip:
            continue
        before = -1
        # leaving out a unit leaves out those under it, level by level
        while before != table.frame.height:
            before = table.frame.height
            _check_column(table, column.name, codes, collector)
            _remember(table, codes)
            if column.refers != own:
                break


def _remember(table: Table, codes: _Codes) -> None:
    if not table.seen:
        return
    good = table.frame["code"].drop_nulls().unique()
    lost = set(table.seen) - set(good)
    codes.good[table.sheet.name] = good
    codes.lost[table.sheet.name] = dict.fromkeys(lost, table.place.name)
    codes.good["owners"] = pl.concat([codes.good["units"], codes.good["people"]])
    codes.lost["owners"] = {**codes.lost.get("units", {}), **codes.lost.get("people", {})}


def _check_column(table: Table, name: str, codes: _Codes, collector: Collector) -> None:
    column = table.sheet.column(name)
    assert column.refers is not None  # noqa: S101  only called for columns that refer
    values = table.frame[name]
    good = codes.good.get(column.refers)
    if good is None:
        good = codes.good["units"]
    strange = values.is_not_null() & ~values.is_in(good.implode())
    if not strange.any():
        return
    lost = codes.lost.get(column.refers, {})
    unknown = strange & ~values.is_in(_texts(lost).implode()) if lost else strange
    hints = _suggestions(values.filter(unknown).unique(maintain_order=True), good)
    leave_out(
        table, collector, _UNKNOWN[column.refers], name, pl.lit(unknown),
        lambda row: {"found": str(row[name])[:100], **did_you_mean(hints.get(str(row[name])))},
    )  # fmt: skip
    gone = pl.col(name).is_in(_texts(lost).implode())
    counts = table.frame.filter(gone).group_by(name, maintain_order=True).agg(pl.len(), pl.first("_row"))
    if counts.is_empty():
        return
    effect = {"effect_vi": "để trống ô này", "effect_en": "kept with that cell blank"} if column.soft else {
        "effect_vi": "bị để ngoài", "effect_en": "left out too"}  # fmt: skip
    collector.rows(
        table.place, "REFERENCE_LEFT_OUT", name, counts,
        lambda row: {"found": row[name], "place": lost[str(row[name])], "count": row["len"], **effect},
    )  # fmt: skip
    if column.soft:
        table.frame = table.frame.with_columns(pl.when(~gone).then(pl.col(name)).alias(name))
    else:
        table.frame = table.frame.filter(~gone.fill_null(False))


def _suggestions(unknown: pl.Series, good: pl.Series) -> dict[str, str]:
    """The nearest known code for the first few unknown ones: equal but for case and marks, else alike."""
    hints: dict[str, str] = {}
    for text in unknown.head(_SUGGESTIONS):
        near = good.filter((good.str.len_chars().cast(pl.Int32) - len(text)).abs() <= 2).head(_CANDIDATES)
        folded = {fold(code): code for code in near}
        key = fold(text)
        close = [key] if key in folded else difflib.get_close_matches(key, folded, 1, 0.7)
        if close:
            hints[text] = folded[close[0]]
    return hints


def _not_units_too(people: Table, codes: _Codes, collector: Collector) -> None:
    both = pl.col("code").is_in(codes.good["units"].implode())
    leave_out(people, collector, "OWNER_CODE_SHARED", "code", both, lambda row: {"found": row["code"]})


# --- circles ---


def _tree_is_sound(units: Table, collector: Collector) -> bool:
    circle = _circle(units.frame)
    if circle is None:
        return True
    path, row = circle
    index = units.place.columns.get("parent")
    collector.add(_circle_problem("UNIT_CYCLE", units, path, row, index))
    return False


def _goals_are_sound(goals: Table, collector: Collector) -> None:
    while (circle := _circle(goals.frame)) is not None:
        path, row = circle
        collector.add(_circle_problem("GOAL_CYCLE", goals, path, row, goals.place.columns.get("parent")))
        goals.frame = goals.frame.filter(~pl.col("code").is_in(_texts(path).implode()))


def _circle_problem(code: str, table: Table, path: list[str], row: int, index: int | None) -> Problem:
    from tamnhin.engine.book import column_letters

    cell = None if index is None else f"{column_letters(index)}{row}"
    return Problem(code, table.place.name, cell, args={"path": " → ".join(path)})


def _circle(frame: pl.DataFrame) -> tuple[list[str], int] | None:
    """One circle of parents (its codes, first repeated at the end, and the row of the first), or None.

    Codes with no parent left are peeled off level by level; what remains lies on a circle or hangs from one.
    """
    edges = frame.filter(pl.col("parent").is_not_null()).select("code", "parent", "_row")
    while edges.height:
        inside = edges.filter(pl.col("parent").is_in(edges["code"].unique().implode()))
        if inside.height == edges.height:
            break
        edges = inside
    if edges.is_empty():
        return None
    parent = dict(edges.select("code", "parent").iter_rows())
    path = [edges["code"][0]]
    while parent[path[-1]] not in path:
        path.append(parent[path[-1]])
    start = path.index(parent[path[-1]])
    circle = [*path[start:], path[start]]
    # told from the code that stands first in the file
    rows = dict(edges.select("code", "_row").iter_rows())
    first = min(range(len(circle) - 1), key=lambda at: rows[circle[at]])
    circle = [*circle[first:-1], *circle[: first + 1]]
    return circle, rows[circle[0]]
