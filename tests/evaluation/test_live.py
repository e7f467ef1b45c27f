"""The evaluated company in memory and what is stored of it."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from tests.cast import Cast, make_kpi, make_line, make_target, make_value

from tamnhin.engine.report import report
from tamnhin.evaluation import live as living
from tamnhin.evaluation.live import Live, live
from tamnhin.evaluation.models import EvaluationPeriod, Scorecard
from tamnhin.evaluation.services import evaluate_company, reevaluate
from tamnhin.evaluation.store import unpack
from tamnhin.kpis.models import Kpi
from tamnhin.measurements.models import Measurement
from tamnhin.organisation.access import today
from tamnhin.organisation.services import touch


@pytest.fixture
def revenue(cast: Cast) -> Kpi:
    """Revenue of Hoa and An, rolled up to their units, for the last three whole months."""
    kpi = make_kpi(cast.company)
    for code in ("SAO", "KD", "KD1", "HOA", "AN"):
        make_line(cast.owner(code), kpi)
    for code in ("HOA", "AN"):
        for month in months(cast):
            make_target(cast.owner(code), kpi, month, 100.0)
            make_value(cast.owner(code), kpi, month, 90.0)
    cast.company.refresh_from_db()  # its versions have moved while the cast was made
    return kpi


def months(cast: Cast) -> list[str]:
    first = today(cast.company).replace(day=1)
    out = []
    for _ in range(3):
        first = (first - datetime.timedelta(days=1)).replace(day=1)
        out.append(f"{first:%Y-%m}")
    return out[::-1]


def card(current: Live, code: str, month: str) -> float:
    return float(current.result.card[current.periods[month], current.owner_at[code]])


def enter(cast: Cast, kpi: Kpi, code: str, month: str, value: float, revision: int = 2) -> Measurement:
    touch(cast.company.pk, data=True)
    return make_value(cast.owner(code), kpi, month, value, revision=revision)


def test_what_is_stored_is_what_the_engine_reported(cast: Cast, revenue: Kpi) -> None:
    current = evaluate_company(cast.company)
    month = months(cast)[-1]
    stored = Scorecard.objects.get(company=cast.company, owner__code="KD", period=month)
    said = report(current.result, current.periods[month], np.array([current.owner_at["KD"]]))
    assert stored.score == 9000
    assert said.scorecards[0]["score"] == "90.00"
    assert stored.state == said.scorecards[0]["state"] == "final"
    (line,) = unpack(stored.lines)
    assert line["kpi"] == revenue.pk
    assert line["actual"] == said.lines[0]["actual"] == 180.0
    assert line["target"] == said.lines[0]["target"] == 200.0
    assert line["score"] == pytest.approx(90.0)


def test_an_entry_moves_its_owner_and_the_units_above_and_nobody_else(cast: Cast, revenue: Kpi) -> None:
    evaluate_company(cast.company)
    month = months(cast)[-1]
    moved = reevaluate(cast.company, enter(cast, revenue, "AN", month, 110.0))
    assert moved.touched is not None
    codes = {moved.live.plan.owners.codes[o] for o in moved.touched.owners}
    assert codes == {"SAO", "KD", "KD1", "AN"}
    assert card(moved.live, "AN", month) == pytest.approx(110.0)
    assert card(moved.live, "SAO", month) == pytest.approx(100.0)
    assert card(moved.live, "HOA", month) == pytest.approx(90.0)
    assert Scorecard.objects.get(company=cast.company, owner__code="KD1", period=month).score == 11000


def test_one_change_gives_what_evaluating_everything_again_gives(cast: Cast, revenue: Kpi) -> None:
    evaluate_company(cast.company)
    month = months(cast)[0]
    changed = reevaluate(cast.company, enter(cast, revenue, "HOA", month, 55.5)).live
    cast.company.refresh_from_db()
    living.forget()
    again = live(cast.company)
    assert changed is not again
    np.testing.assert_array_equal(changed.result.published, again.result.published)
    np.testing.assert_array_equal(changed.result.state, again.result.state)
    np.testing.assert_allclose(changed.result.raw, again.result.raw, equal_nan=True)


def test_entries_of_another_process_are_taken_in_at_the_next_request(cast: Cast, revenue: Kpi) -> None:
    first = live(cast.company)
    month = months(cast)[-1]
    enter(cast, revenue, "HOA", month, 40.0)
    cast.company.refresh_from_db()
    second = live(cast.company)
    assert second is first
    assert card(second, "HOA", month) == pytest.approx(40.0)


def test_the_first_number_of_an_earlier_month_brings_that_month(cast: Cast, revenue: Kpi) -> None:
    """In this process and in another one, which hears of it at its next request."""
    before = {**live(cast.company).periods}
    first = months(cast)[0]
    earlier = f"{datetime.date.fromisoformat(f'{first}-01') - datetime.timedelta(days=1):%Y-%m}"
    assert earlier not in before
    make_target(cast.owner("HOA"), revenue, earlier, 100.0)
    touch(cast.company.pk, structure=True)
    cast.company.refresh_from_db()
    live(cast.company)
    found = reevaluate(cast.company, enter(cast, revenue, "HOA", earlier, 70.0, revision=1))
    assert card(found.live, "HOA", earlier) == pytest.approx(70.0)
    second = (datetime.date.fromisoformat(f"{earlier}-01") - datetime.timedelta(days=1)).strftime("%Y-%m")
    enter(cast, revenue, "HOA", second, 60.0, revision=1)
    cast.company.refresh_from_db()
    assert second in live(cast.company).periods


def test_a_change_of_structure_compiles_the_book_again(cast: Cast, revenue: Kpi) -> None:
    first = live(cast.company)
    make_line(cast.owner("BINH"), revenue)
    touch(cast.company.pk, structure=True)
    cast.company.refresh_from_db()
    second = live(cast.company)
    assert second is not first
    assert second.plan.lines.count == first.plan.lines.count + 1


def test_what_is_kept_is_served_without_a_query(
    cast: Cast, revenue: Kpi, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    live(cast.company)
    with django_assert_num_queries(0):  # type: ignore[operator]
        live(cast.company)


def test_a_closed_period_is_not_written_again(cast: Cast, revenue: Kpi) -> None:
    evaluate_company(cast.company)
    month = months(cast)[0]
    EvaluationPeriod.objects.create(company=cast.company, period=month, status=EvaluationPeriod.Status.PUBLISHED)
    before = Scorecard.objects.get(company=cast.company, owner__code="HOA", period=month)
    enter(cast, revenue, "HOA", month, 10.0)
    evaluate_company(cast.company)
    after = Scorecard.objects.get(company=cast.company, owner__code="HOA", period=month)
    assert (after.pk, after.score) == (before.pk, before.score)


def test_storing_twice_leaves_one_scorecard_an_owner_and_period(cast: Cast, revenue: Kpi) -> None:
    evaluate_company(cast.company)
    count = Scorecard.objects.filter(company=cast.company).count()
    evaluate_company(cast.company)
    assert Scorecard.objects.filter(company=cast.company).count() == count > 0


def test_another_company_keeps_its_own(cast: Cast, revenue: Kpi) -> None:
    evaluate_company(cast.company)
    theirs = live(cast.other)
    assert "HOA" not in theirs.owner_at
    assert not Scorecard.objects.filter(company=cast.other).exists()


def test_lines_of_an_unknown_format_are_refused(cast: Cast) -> None:
    with pytest.raises(ValueError, match="format 9"):
        unpack(b"\x09abc")
