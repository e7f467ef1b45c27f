"""Every score explains itself: the tree adds up to the number it explains, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pytest

from tamnhin import demo
from tamnhin.engine import periods
from tamnhin.engine.book import Book, Company, make_book
from tamnhin.engine.evaluate import Result, evaluate
from tamnhin.engine.explain import Explainer, Step
from tamnhin.engine.plan import Request, compile_book
from tamnhin.engine.rounding import MISSING
from tamnhin.engine.states import State

TODAY = date(2026, 11, 24)
MONTHS = ("2026-01", "2026-02", "2026-03")


def run(book: Book, keys: tuple[str, ...], as_of: date = date(2026, 4, 10), known: datetime | None = None) -> Result:
    return evaluate(compile_book(book, Request(tuple(periods.parse(key) for key in keys), as_of, known)))


@pytest.fixture(scope="module")
def company() -> Result:
    return run(demo.build(TODAY), ("2026-09", "2026-Q3", "2026", "2026-11"), TODAY)


def every(step: Step) -> Iterator[Step]:
    yield step
    for child in step.children:
        yield from every(child)


@pytest.mark.parametrize("paced", [False, True])
def test_the_lines_of_every_scorecard_add_up_to_its_score(company: Result, *, paced: bool) -> None:
    explain = Explainer(company, paced=paced, sources=False)
    checked = 0
    for period in range(len(company.plan.periods)):
        for at in [*range(company.plan.owners.unit_count), *range(20, company.plan.owners.count, 6)]:
            owner = company.plan.owners.codes[at]
            card = explain.card(owner, period)
            points = sum(float(line.value) for line in card.children if line.value is not None)
            if card.value is None or np.isnan(company.card[period, at]):
                continue
            assert points == pytest.approx(float(card.value), abs=0.005 + 1e-9), (owner, period)
            checked += 1
    assert checked > 100


def test_the_percentages_in_the_tree_are_those_of_the_result(company: Result) -> None:
    explain = Explainer(company)
    plan = company.plan
    for line in range(0, plan.lines.count, 7):
        if company.state[1, line] != State.VALUE or np.isnan(company.raw[1, line]):
            continue
        step = explain.line(plan.owners.codes[plan.lines.owner[line]], plan.kpis.codes[plan.lines.kpi[line]], 1)
        raw = next(s for s in every(step) if s.key in ("raw", "children_mean"))
        assert float(raw.value or 0) == pytest.approx(min(company.raw[1, line], 1e9)) or np.isinf(company.raw[1, line])


def test_the_parts_of_a_roll_up_add_up_to_the_whole(company: Result) -> None:
    step = Explainer(company).line("TN", "REV", 1)
    rollup = next(s for s in every(step) if s.key == "rollup")
    assert sum(float(part.value or 0) for part in rollup.children) == pytest.approx(float(rollup.value or 0))
    assert all(part.owner and part.kpi == "REV" for part in rollup.children)


def test_both_languages_tell_the_same_numbers_in_as_many_lines(company: Result) -> None:
    step = Explainer(company).card("KDB", 1)
    vi, en = list(step.lines("vi")), list(step.lines("en"))
    assert len(vi) == len(en) > 20
    assert not [line for line in vi + en if "{" in line or "None" in line]
    assert vi[0].startswith("Điểm của")
    assert en[0].startswith("Score of")


def test_a_capped_line_says_what_it_reached_and_what_counted() -> None:
    book = make_book(
        kpis=[{"code": "K", "name": "K", "direction": "higher", "aggregation": "sum", "frequency": "month"}],
        scorecards=[{"owner": "company", "kpi": "K", "weight": 100}],
        targets=[{"owner": "company", "kpi": "K", "period": "2026-01", "target": 100}],
        actuals=[{"owner": "company", "kpi": "K", "period": "2026-01", "value": 180, "source": "ERP"}],
    )
    step = Explainer(run(book, ("2026-01",))).line("company", "K", 0)
    clamp, raw = (next(s for s in every(step) if s.key == key) for key in ("clamp", "raw"))
    assert (clamp.value, raw.value) == (120.0, 180.0)
    assert "180,00 %" in clamp.formula("vi")
    assert any("ERP" in line for line in step.lines("vi"))


def test_a_line_without_data_says_so_and_counts_nothing() -> None:
    book = make_book(
        kpis=[{"code": "K", "name": "K", "direction": "higher", "aggregation": "sum", "frequency": "month"}],
        scorecards=[{"owner": "company", "kpi": "K", "weight": 100}],
        targets=[{"owner": "company", "kpi": "K", "period": "2026-01", "target": 100}],
        actuals=[],
    )
    step = Explainer(run(book, ("2026-01",))).line("company", "K", 0)
    assert step.key == "not_scored"
    assert step.value is None
    assert "chưa có số liệu" in step.formula("vi")


def test_the_reconciling_line_stands_where_the_details_do_not_add_up() -> None:
    """computation.md §2: accounts 12,445 and −100 under max(Σ, 0): details 12,445, total 12,345, line −100."""
    kpi = {"direction": "higher", "aggregation": "sum", "frequency": "month"}
    book = make_book(
        units=[{"code": "C", "name": "C"}, {"code": "A1", "name": "A1", "parent": "C"},
               {"code": "A2", "name": "A2", "parent": "C"}],
        kpis=[{"code": "BAL", "name": "Số dư", **kpi},
              {"code": "POS", "name": "Dư có", "formula": "max(BAL, 0)", **kpi}],
        scorecards=[{"owner": owner, "kpi": "POS", "weight": 100} for owner in ("C", "A1", "A2")],
        targets=[{"owner": owner, "kpi": "POS", "period": "2026-01", "target": 10_000} for owner in ("C", "A1", "A2")],
        actuals=[{"owner": "A1", "kpi": "BAL", "period": "2026-01", "value": 12_445},
                 {"owner": "A2", "kpi": "BAL", "period": "2026-01", "value": -100}],
    )  # fmt: skip
    computed = next(s for s in every(Explainer(run(book, ("2026-01",))).line("C", "POS", 0)) if s.key == "computed")
    assert computed.value == 12_345
    assert [s.value for s in computed.children if s.key == "child"] == [12_445, 0]
    assert next(s for s in computed.children if s.key == "reconcile").value == -100


def test_pay_is_the_base_times_the_rate_of_the_published_score(company: Result) -> None:
    plan = company.plan
    people = [i for i in range(plan.owners.unit_count, plan.owners.count) if company.published[1, i] != MISSING]
    explain = Explainer(company)
    checked = 0
    for at in people[:40]:
        step = explain.pay(plan.owners.codes[at], 1)
        assert step is not None
        base, rate = (next(s for s in step.children if s.key == key) for key in ("base", "rate"))
        assert isinstance(base.value, Decimal)
        assert isinstance(step.value, Decimal)
        # the rate is shown with two decimals and used in full
        slack = float(base.value) * 0.00005 + 1
        assert float(step.value) == pytest.approx(float(base.value) * float(rate.value or 0) / 100, abs=slack)
        assert step.value >= 0
        checked += 1
    assert checked == 40


def test_what_was_known_at_an_instant_is_explained_with_the_record_of_then() -> None:
    rows = [
        {"owner": "company", "kpi": "K", "period": "2026-01", "value": value, "source": source, "recorded_at": at}
        for value, source, at in (
            (80, "lần đầu", datetime(2026, 2, 3, tzinfo=UTC)),
            (90, "sửa lại", datetime(2026, 3, 3, tzinfo=UTC)),
        )
    ]
    book = make_book(
        Company(),
        kpis=[{"code": "K", "name": "K", "direction": "higher", "aggregation": "sum", "frequency": "month"}],
        scorecards=[{"owner": "company", "kpi": "K", "weight": 100}],
        targets=[{"owner": "company", "kpi": "K", "period": "2026-01", "target": 100}],
        actuals=rows,  # type: ignore[arg-type]
    )
    for known, value, source in ((datetime(2026, 2, 15, tzinfo=UTC), 80.0, "lần đầu"), (None, 90.0, "sửa lại")):
        step = Explainer(run(book, ("2026-01",), known=known)).line("company", "K", 0)
        cell = next(s for s in every(step) if s.origin is not None)
        assert (cell.value, cell.origin.source if cell.origin else None) == (value, source)


def test_an_owner_or_kpi_that_is_not_there_is_a_key_error(company: Result) -> None:
    with pytest.raises(KeyError):
        Explainer(company).card("không có", 0)
    with pytest.raises(KeyError):
        Explainer(company).line("TN", "không có", 0)
