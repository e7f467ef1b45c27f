"""The demo company as the engine scores it: it compiles without a problem, and its scores look like a company's."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tamnhin.demo import build, grow
from tamnhin.engine.book import CHOICES
from tamnhin.engine.evaluate import Result, evaluate
from tamnhin.engine.periods import parse
from tamnhin.engine.plan import Request, compile_book
from tamnhin.engine.report import report
from tamnhin.engine.states import State
from tamnhin.workbook import read, write

TODAY = date(2026, 11, 24)
DAYS = (TODAY, date(2026, 8, 20), date(2026, 1, 1), date(2025, 12, 31), date(2024, 2, 29), date(2027, 5, 5))


def _quarters(today: date, count: int) -> list[str]:
    """The latest closed quarters, oldest first."""
    last = (today.year * 12 + today.month - 1) // 3 - 1
    return [f"{number // 4}-Q{number % 4 + 1}" for number in range(last - count + 1, last + 1)]


def _evaluated(today: date, keys: list[str], as_known_at: datetime | None = None) -> Result:
    plan = compile_book(build(today), Request(tuple(parse(key) for key in keys), today, as_known_at))
    return evaluate(plan)


@pytest.fixture(scope="module", params=DAYS, ids=str)
def quarters(request: pytest.FixtureRequest) -> Result:
    return _evaluated(request.param, _quarters(request.param, 6))


def test_the_engine_finds_no_fault_in_the_book(quarters: Result) -> None:
    assert quarters.plan.problems == []
    assert (quarters.refusal == 0).all()


def test_most_people_score_between_75_and_110_and_some_are_weak(quarters: Result) -> None:
    scores = quarters.card[:, quarters.plan.owners.is_person]
    for quarter in scores:
        known = quarter[~np.isnan(quarter)]
        assert len(known) >= 110
        assert ((known >= 75) & (known <= 110)).mean() > 0.9
        assert 90 < known.mean() < 101
        assert known.min() < 83
        assert known.max() > 104


def test_the_company_stands_near_94_and_is_never_all_green(quarters: Result) -> None:
    company = quarters.plan.owners.codes.index("TN")
    scores = quarters.card[:, company]
    assert (scores > 82).all()
    assert (scores < 102).all()
    assert 88 <= scores.mean() <= 97
    units = ~quarters.plan.owners.is_person
    assert (quarters.card[:, units] < 90).any(axis=1).all()


def test_the_latest_closed_quarter_is_below_the_ones_before_it_because_of_late_deliveries(quarters: Result) -> None:
    company = quarters.plan.owners.codes.index("TN")
    scores = quarters.card[:, company]
    assert scores[-1] < scores[:-1].mean() - 1
    assert scores[-1] < scores[-2]
    lines = report(quarters, len(scores) - 1, np.array([company])).lines
    before = report(quarters, len(scores) - 2, np.array([company])).lines
    of = {line["kpi"]: float(str(line["contribution"])) for line in lines if line["score"] is not None}
    was = {line["kpi"]: float(str(line["contribution"])) for line in before if line["score"] is not None}
    assert of["OTD"] - was["OTD"] < -1


def test_all_five_states_and_all_nine_methods_are_scored() -> None:
    result = _evaluated(TODAY, ["2025-12", "2026-06", "2026-10", "2026-Q3", "2026-H1", "2025"])
    assert set(np.unique(result.state)) >= {int(state) for state in State}
    rows = pl.DataFrame(
        [line for period in range(6) for line in report(result, period).lines], infer_schema_length=None
    )
    scored = rows.filter(pl.col("score").is_not_null())
    assert set(scored["method"]) == set(CHOICES["scorecards", "method"])


def test_the_correction_shows_only_to_those_who_look_after_it() -> None:
    book = build(TODAY)
    twice = book["actuals"].filter(pl.struct("owner", "kpi", "period").is_duplicated()).sort("recorded_at")
    owner, period, first, second = twice["owner"][0], twice["period"][0], twice["value"][0], twice["value"][1]

    def seen(at: datetime | None) -> object:
        plan = compile_book(book, Request((parse(period),), TODAY, at))
        rows = report(evaluate(plan), 0).lines
        return next(row["actual"] for row in rows if row["owner"] == owner and row["kpi"] == "REV")

    assert seen(None) == second
    assert seen(datetime(2026, 8, 20, tzinfo=UTC)) == first


def test_the_workbook_carries_the_whole_company(tmp_path: Path) -> None:
    book = build(TODAY)
    write(book, tmp_path / "demo.xlsx")
    again = read(tmp_path / "demo.xlsx")
    assert again.problems == []
    assert again.book is not None
    assert again.book.company == book.company
    for sheet, frame in book.frames.items():
        back = again.book[sheet].select(frame.columns)
        assert back.sort(back.columns).equals(frame.sort(frame.columns)), sheet


def test_a_grown_book_compiles_without_a_fault_and_scores_its_root() -> None:
    book = grow(1500, 12)
    plan = compile_book(book, Request((parse("2025-06"), parse("2025")), date(2026, 1, 31)))
    result = evaluate(plan)
    assert plan.problems == []
    assert (result.refusal == 0).all()
    root = plan.owners.codes.index("U0000")
    assert ((result.card[:, root] > 85) & (result.card[:, root] < 105)).all()
    people = result.card[:, plan.owners.is_person]
    assert (~np.isnan(people)).mean() > 0.95
    assert 88 < np.nanmean(people) < 102
