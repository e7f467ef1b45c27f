"""The engine against an evaluator written in plain Python, in exact fractions, from the same rules."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from tests.engine.naive import PlainPython
from tests.engine.random_books import book_of, rows_of, seeds
from tests.engine.test_whole_books import run

from tamnhin.engine.states import State

PERIODS = ("2026-01", "2026-04", "2026-06", "2026-Q1", "2026-H1", "2026")
few = settings(max_examples=20, deadline=None)


def months_of(key: str) -> list[str]:
    every = [f"2026-{month:02d}" for month in range(1, 13)]
    return {"2026-Q1": every[:3], "2026-H1": every[:6], "2026": every}.get(key, [key])


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
    plain = PlainPython(rows, 2026, as_of, weekend)
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
