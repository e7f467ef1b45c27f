"""What proposed scorecards would do to scores, before anybody agrees to them."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from tests.cast import Cast, make_value
from tests.dashboards.furnished import Furnished, furnish

from tamnhin.evaluation import preview
from tamnhin.evaluation.live import Live, live
from tamnhin.kpis.models import Assignment, Line, Target
from tamnhin.kpis.services.assignments import LineInput, Time, draft_of, save_lines
from tamnhin.measurements.services import enter_value
from tamnhin.organisation.services import touch

NEXT = datetime.date(2040, 1, 1)


@pytest.fixture
def sao(cast: Cast) -> Furnished:
    return furnish(cast)


def current(sao: Furnished) -> Live:
    sao.cast.company.refresh_from_db()
    return live(sao.cast.company)


def proposed(sao: Furnished, code: str, *lines: LineInput) -> Assignment:
    draft = draft_of(acting_user=None, owner=sao.cast.owner(code), time=Time(NEXT, NEXT.replace(month=12, day=31), "x"))
    return save_lines(acting_user=None, assignment=draft, lines=lines)


def line(kpi: object, weight: str, **more: object) -> LineInput:
    return LineInput(kpi_id=kpi.pk, weight=Decimal(weight), **more)  # type: ignore[attr-defined, arg-type]


def effect(sao: Furnished, assignments: list[Assignment], owner: str, back: int) -> preview.CardEffect:
    now = current(sao)
    (found,) = preview.effects(now, sao.cast.company, assignments, [now.periods[sao.month(back)]], [owner])
    return found


def test_other_weights_show_what_they_would_have_made_of_a_closed_month(sao: Furnished) -> None:
    # two months ago Hoa sold 80 of 100 (weight 60) and delivered 90 % of the asked 90 % (weight 40)
    draft = proposed(sao, "HOA", line(sao.revenue, "20"), line(sao.delivery, "80"))
    found = effect(sao, [draft], "HOA", 2)
    assert (found.before, found.after, found.change) == (8800, 9600, 800)
    by_kpi = {one.kpi: one for one in found.lines}
    assert (by_kpi["REV"].weight_before, by_kpi["REV"].weight_after) == (60.0, 20.0)
    assert by_kpi["REV"].contribution_after == pytest.approx(16.0)
    assert by_kpi["OTD"].contribution_after == pytest.approx(80.0)


def test_another_target_moves_the_person_and_the_units_above(sao: Furnished) -> None:
    draft = proposed(sao, "HOA", line(sao.revenue, "60", total=1920.0), line(sao.delivery, "40"))
    found = effect(sao, [draft], "HOA", 2)
    (revenue,) = (one for one in found.lines if one.kpi == "REV")
    assert (revenue.target_before, revenue.target_after, revenue.score_after) == (100.0, 160.0, 50.0)
    assert found.after == 7000
    above = effect(sao, [draft], "KD", 2)  # 80 + 120 + 100 of 300, then of 360
    assert (above.before, above.after) == (10000, 8333)


def test_a_group_is_counted_together(sao: Furnished) -> None:
    drafts = [
        proposed(sao, "HOA", line(sao.revenue, "60", total=1920.0), line(sao.delivery, "40")),
        proposed(sao, "AN", line(sao.revenue, "100", total=1680.0)),
    ]
    assert effect(sao, drafts, "KD", 2).after == 7500  # 300 of 160 + 140 + 100


def test_a_new_kpi_without_numbers_leaves_the_score_and_a_removed_one_is_named(sao: Furnished) -> None:
    draft = proposed(sao, "HOA", line(sao.revenue, "50"), line(sao.price, "50"))
    found = effect(sao, [draft], "HOA", 2)
    assert found.after == 8000  # only revenue has a number
    assert {one.kpi: (one.weight_before, one.weight_after) for one in found.lines} == {
        "REV": (60.0, 50.0), "PRICE": (None, 50.0), "OTD": (40.0, None),
    }  # fmt: skip


def test_what_was_entered_since_counts_on_both_sides(sao: Furnished) -> None:
    current(sao)
    enter_value(
        acting_user=None, company=sao.cast.company, owner=sao.cast.owner("HOA"), kpi=sao.revenue,
        period=sao.month(2), value=100.0,
    )  # fmt: skip
    draft = proposed(sao, "HOA", line(sao.revenue, "100"))
    found = effect(sao, [draft], "HOA", 2)
    assert (found.before, found.after) == (10000, 10000)


def test_an_entry_that_the_kept_plan_took_in_is_seen_though_its_book_is_older(sao: Furnished) -> None:
    now = current(sao)
    touch(sao.cast.company.pk, data=True)
    make_value(sao.cast.owner("HOA"), sao.revenue, sao.month(2), 50.0, revision=2)
    again = current(sao)
    assert again is now  # caught up, not built again
    draft = proposed(sao, "HOA", line(sao.revenue, "100"))
    assert effect(sao, [draft], "HOA", 2).after == 5000


def test_nothing_is_written(sao: Furnished) -> None:
    draft = proposed(sao, "HOA", line(sao.revenue, "100", total=12.0))
    before = (Line.objects.count(), Target.objects.count(), current(sao).structure_version)
    effect(sao, [draft], "HOA", 2)
    assert (Line.objects.count(), Target.objects.count(), current(sao).structure_version) == before
    assert effect(sao, [draft], "HOA", 0).period.key == sao.month(0)
