"""The engine against an evaluator written in plain Python, in exact fractions, from the same rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from tests.engine.naive import PlainPython
from tests.engine.random_books import Row, book_of, rows_of, seeds
from tests.engine.test_whole_books import run

from tamnhin.demo import build
from tamnhin.engine.book import Book
from tamnhin.engine.periods import ordinal
from tamnhin.engine.states import State

PERIODS = ("2026-01", "2026-04", "2026-06", "2026-Q1", "2026-H1", "2026")
few = settings(max_examples=12, deadline=None)


def months_of(key: str) -> list[str]:
    every = [f"2026-{month:02d}" for month in range(1, 13)]
    return {"2026-Q1": every[:3], "2026-H1": every[:6], "2026": every}.get(key, [key])


def sheets(rows: dict[str, list[Row]]) -> dict[str, list[Mapping[str, Any]]]:
    return {name: list(sheet) for name, sheet in rows.items()}


def weekend(day: date) -> bool:
    return day.weekday() >= 5


def close(one: float, other: Fraction | float | None, what: object) -> None:
    expected = float("nan") if other is None else float(other)
    assert one == pytest.approx(expected, rel=1e-9, abs=1e-7, nan_ok=True), what


@pytest.mark.parametrize("as_of", [date(2027, 1, 5), date(2026, 4, 15)], ids=["closed", "open"])
@few
@given(seed=seeds)
def test_the_engine_counts_as_plain_python_does(as_of: date, seed: int) -> None:
    rows = rows_of(seed, computed=False)
    result = run(book_of(rows), *PERIODS, as_of=as_of)
    plain = PlainPython(sheets(rows), 2026, as_of, weekend)
    plan = result.plan
    for at, key in enumerate(PERIODS):
        for line in range(plan.lines.count):
            row = rows["scorecards"][int(plan.lines.row[line])]
            expected = plain.line(row, months_of(key))
            what = (seed, key, row, expected)
            if expected is None:
                assert result.state[at, line] == -1, what
                continue
            assert result.state[at, line] == State[str(expected.state)], what
            assert bool(result.gap[at, line]) == expected.gap, what
            close(result.raw[at, line], expected.raw, what)
            close(result.score[at, line], expected.score, what)
        for owner, code in enumerate(plan.owners.codes):
            score, coverage = plain.card(code, months_of(key))
            if np.isnan(plan.eligible[at, owner]) or plan.eligible[at, owner] == 0:
                assert np.isnan(result.card[at, owner])
                continue
            close(result.card[at, owner], score, (seed, key, code))
            close(result.coverage[at, owner], coverage, (seed, key, code))


def test_the_demo_company_counts_as_plain_python_does() -> None:
    """Its monthly KPIs of the common part, for all of 2025: movers, joiners, leavers, leave, Tết, holes."""
    book = _common_part(build(date(2026, 7, 10)))
    result = run(book, "2025-01", "2025-02", "2025-10", "2025-Q1", "2025", as_of=date(2026, 7, 10))
    plan = result.plan
    rows = {name: list(frame.to_dicts()) for name, frame in book.frames.items()}
    off = {day for day in _year() if not plan.calendar.is_working(np.array([ordinal(day)]))[0]}
    plain = PlainPython(
        sheets(rows), 2025, date(2026, 7, 10), off.__contains__, floor=book.company.floor, cap=book.company.cap
    )
    scored = 0
    for at, period in enumerate(plan.periods):
        months = [month for month in plain.months if period.start <= plain.first[month] <= period.end]
        for line in range(plan.lines.count):
            row = rows["scorecards"][int(plan.lines.row[line])]
            expected = plain.line(row, months)
            what = (period.key, row["owner"], row["kpi"], expected)
            if expected is None:
                assert result.state[at, line] == -1, what
                continue
            assert result.state[at, line] == State[str(expected.state)], what
            close(result.raw[at, line], expected.raw, what)
            close(result.score[at, line], expected.score, what)
            scored += expected.score is not None
    assert scored > 1000


def _year() -> list[date]:
    return [date(2025, 1, 1) + timedelta(days=at) for at in range(365)]


def _common_part(book: Book) -> Book:
    """The lines and KPIs of a company that the plain evaluator knows."""
    kpis = book["kpis"].filter(
        (pl.col("frequency") == "month")
        & pl.col("aggregation").is_in(["sum", "mean", "min", "max", "ratio"])
        & pl.col("across").is_null()
        & pl.col("formula").is_null()
    )
    length = pl.col("period").cast(pl.String).str.len_chars()
    odd_target = pl.col("basis").is_not_null() | ~pl.col("profile").fill_null("even").eq("even") | ~length.is_in([4, 7])
    odd = set(book["targets"].filter(odd_target)["kpi"])
    odd |= set(book["actuals"].filter((length != 7) | pl.col("currency").is_not_null())["kpi"])
    known = [code for code in kpis["code"] if code not in odd]
    methods = ["ratio", "deviation", "inverse", "baseline", "count_down", "pass_fail"]
    lines = book["scorecards"].filter(
        pl.col("kpi").is_in(known)
        & (pl.col("method").is_null() | pl.col("method").is_in(methods))
        & (pl.col("rollup").is_null() | (pl.col("rollup") == "value"))
        & pl.col("post").is_null()
    )
    kept = kpis.filter(pl.col("code").is_in(known))
    scale = pl.when(pl.col("unit") == "%").then(100.0).otherwise(1.0)
    frames = {
        **book.frames,
        "kpis": kept.with_columns(pl.col("scale").fill_null(scale)),
        "scorecards": lines,
        "targets": book["targets"].filter(pl.col("kpi").is_in(known)),
        "actuals": book["actuals"].filter(pl.col("kpi").is_in(known)).sort("recorded_at", nulls_last=False),
        "placements": book["placements"].filter(pl.col("share").fill_null(100.0) == 100.0),
    }
    return Book(book.company, frames)
