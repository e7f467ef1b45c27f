"""Nested cycles: what a strategic one suggests, and what is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.cast import Cast

from tamnhin.organisation.models import Company
from tamnhin.strategy.models import Cycle, Goal
from tamnhin.strategy.problems import RefusedError
from tamnhin.strategy.services.cycles import (
    CycleValues,
    add_cycle,
    change_cycle,
    close_cycle,
    months_later,
    proposal,
    remove_cycle,
    reopen_cycle,
)


def add(cast: Cast, kind: str, code: str, start: date, end: date, parent: Cycle | None = None, **more: Any) -> Cycle:
    values = CycleValues(kind, code, start, end, parent=parent)
    return add_cycle(acting_user=cast.lan, company=cast.company, values=values, **more)


def refused(cast: Cast, kind: str, start: date, end: date, parent: Cycle | None = None, code: str = "X") -> list[str]:
    with pytest.raises(RefusedError) as error:
        add(cast, kind, code, start, end, parent)
    return [fault.problem.code for fault in error.value.faults]


@pytest.fixture
def three(cast: Cast) -> Cycle:
    return add(cast, "strategic", "2026-2028", date(2026, 1, 1), date(2028, 12, 31))


def test_three_years_suggest_their_years_and_quarters() -> None:
    found = proposal(date(2026, 1, 1), date(2028, 12, 31), 1)
    assert [one.key for one in found][:6] == ["2026", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", "2027"]
    assert len(found) == 15
    assert {one.parent for one in found if one.kind == "quarter"} == {"2026", "2027", "2028"}
    with_halves = {one.key: one.parent for one in proposal(date(2026, 1, 1), date(2026, 12, 31), 1, halves=True)}
    assert with_halves["2026-Q3"] == "2026-H2"
    assert with_halves["2026-H2"] == "2026"


def test_a_fiscal_year_is_respected_and_a_year_that_is_not_whole_is_left_out() -> None:
    found = proposal(date(2026, 1, 1), date(2028, 12, 31), 4)
    assert [one.key for one in found if one.kind == "year"] == ["FY2026", "FY2027"]
    assert (found[0].start, found[0].end) == (date(2026, 4, 1), date(2027, 3, 31))


def test_the_ticked_ones_are_made_inside_the_new_cycle(cast: Cast) -> None:
    top = add(
        cast, "strategic", "CL", date(2026, 1, 1), date(2027, 12, 31), with_keys=["2026", "2026-Q4", "2027-Q1", "khác"]
    )
    found = {row.code: row.parent.code if row.parent else None for row in Cycle.objects.exclude(pk=top.pk)}
    assert found == {"2026": "CL", "2026-Q4": "2026", "2027-Q1": "CL"}


def test_a_year_that_is_there_already_is_taken_under_the_new_cycle(cast: Cast) -> None:
    year = add(cast, "year", "NAM", date(2026, 1, 1), date(2026, 12, 31))
    top = add(cast, "strategic", "CL", date(2026, 1, 1), date(2028, 12, 31), with_keys=["2026", "2026-Q1", "2027"])
    year.refresh_from_db()
    assert year.parent == top
    assert not Cycle.objects.filter(code="2026").exists()
    assert Cycle.objects.get(code="2026-Q1").parent == year


@pytest.mark.parametrize(
    ("end", "codes"),
    [
        (date(2026, 12, 30), ["CYCLE_STRATEGIC_LENGTH"]),  # a day short of a year
        (date(2029, 1, 1), ["CYCLE_STRATEGIC_LENGTH"]),  # a day over three
        (date(2025, 12, 31), ["SPAN_REVERSED"]),
    ],
)
def test_a_strategic_cycle_lasts_one_to_three_years(end: date, codes: list[str], cast: Cast) -> None:
    assert refused(cast, "strategic", date(2026, 1, 1), end) == codes
    assert not Cycle.objects.exists()


def test_a_year_from_29_february_is_a_year(cast: Cast) -> None:
    assert months_later(date(2028, 2, 29), 12) == date(2029, 2, 28)
    assert months_later(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add(cast, "strategic", "A", date(2028, 2, 29), date(2029, 2, 28)).pk


def test_what_lies_outside_its_parent_or_across_a_sibling_is_refused(cast: Cast, three: Cycle) -> None:
    assert refused(cast, "year", date(2025, 7, 1), date(2026, 6, 30), three) == ["CYCLE_OUTSIDE_PARENT"]
    year = add(cast, "year", "2026", date(2026, 1, 1), date(2026, 12, 31), three)
    assert refused(cast, "year", date(2026, 12, 1), date(2027, 11, 30), three) == ["CYCLE_OVERLAP"]
    assert refused(cast, "quarter", date(2026, 1, 1), date(2026, 4, 1), year) == ["CYCLE_TOO_LONG"]
    assert refused(cast, "strategic", date(2028, 1, 1), date(2029, 12, 31)) == ["CYCLE_OVERLAP"]
    assert refused(cast, "year", date(2027, 1, 1), date(2027, 12, 31), year) == [
        "CYCLE_PARENT_SHORTER", "CYCLE_OUTSIDE_PARENT",
    ]  # fmt: skip
    assert refused(cast, "half", date(2026, 1, 1), date(2026, 6, 30), year, code="2026") == ["CYCLE_CODE_TAKEN"]


def test_one_shared_day_is_an_overlap(cast: Cast) -> None:
    add(cast, "half", "H", date(2026, 2, 1), date(2026, 6, 30))
    assert refused(cast, "half", date(2026, 6, 30), date(2026, 12, 29)) == ["CYCLE_OVERLAP"]
    assert refused(cast, "half", date(2025, 9, 1), date(2026, 2, 1)) == ["CYCLE_OVERLAP"]
    assert add(cast, "half", "H2", date(2026, 7, 1), date(2026, 12, 31)).pk


def test_a_circle_of_parents_is_refused_with_its_path(cast: Cast, three: Cycle) -> None:
    year = add(cast, "year", "2026", date(2026, 1, 1), date(2026, 12, 31), three)
    values = CycleValues("strategic", three.code, three.valid_from, three.valid_to, parent=year)
    with pytest.raises(RefusedError) as error:
        change_cycle(acting_user=cast.lan, cycle=three, values=values)
    assert error.value.faults[0].problem.text("vi").startswith("Các chu kỳ lồng vòng: 2026-2028 → 2026 → 2026-2028")


def test_dates_cannot_shrink_over_what_lies_inside(cast: Cast, three: Cycle) -> None:
    year = add(cast, "year", "2028", date(2028, 1, 1), date(2028, 12, 31), three)
    shorter = CycleValues("strategic", three.code, three.valid_from, date(2027, 12, 31))
    with pytest.raises(RefusedError) as error:
        change_cycle(acting_user=cast.lan, cycle=three, values=shorter)
    assert [fault.problem.code for fault in error.value.faults] == ["CYCLE_CHILD_OUTSIDE"]
    remove_cycle(acting_user=cast.lan, cycle=year)
    change_cycle(acting_user=cast.lan, cycle=three, values=shorter)
    three.refresh_from_db()
    assert three.valid_to == date(2027, 12, 31)


def test_a_cycle_closes_when_its_goals_are_closed_and_takes_those_inside_along(cast: Cast, three: Cycle) -> None:
    year = add(cast, "year", "2026", date(2026, 1, 1), date(2026, 12, 31), three)
    goal = Goal.objects.create(
        company=cast.company, code="G", title="g", horizon="year", cycle=year, valid_from=year.valid_from,
        valid_to=year.valid_to,
    )  # fmt: skip
    with pytest.raises(RefusedError) as error:
        close_cycle(acting_user=cast.lan, cycle=three)
    assert error.value.faults[0].problem.args["codes"] == "G"
    with pytest.raises(RefusedError):
        remove_cycle(acting_user=cast.lan, cycle=year)
    Goal.objects.filter(pk=goal.pk).update(status="closed")
    close_cycle(acting_user=cast.lan, cycle=three)
    assert all(row.closed_at is not None for row in Cycle.objects.all())
    reopen_cycle(acting_user=cast.lan, cycle=three)
    assert Cycle.objects.get(pk=three.pk).closed_at is None
    assert Cycle.objects.get(pk=year.pk).closed_at is not None


def test_each_act_moves_the_structure_on(cast: Cast) -> None:
    before = Company.objects.get(pk=cast.company.pk).structure_version
    row = add(cast, "year", "2026", date(2026, 1, 1), date(2026, 12, 31))
    close_cycle(acting_user=cast.lan, cycle=row)
    close_cycle(acting_user=cast.lan, cycle=row)  # again is nothing
    assert Company.objects.get(pk=cast.company.pk).structure_version == before + 2


def test_goals_of_a_file_that_lie_within_belong_to_the_new_cycle(cast: Cast) -> None:
    def goal(code: str, horizon: str, start: date, end: date) -> None:
        Goal.objects.create(
            company=cast.company, code=code, title=code, horizon=horizon, valid_from=start, valid_to=end
        )

    goal("CL", "strategic", date(2026, 1, 1), date(2028, 12, 31))
    goal("N", "year", date(2026, 1, 1), date(2026, 12, 31))
    goal("Q", "quarter", date(2026, 10, 1), date(2026, 12, 31))
    goal("NGOAI", "year", date(2025, 7, 1), date(2026, 6, 30))
    add(cast, "strategic", "A", date(2026, 1, 1), date(2028, 12, 31), with_keys=["2026"])
    found = {row.code: row.cycle.code if row.cycle else None for row in Goal.objects.select_related("cycle")}
    assert found == {"CL": "A", "N": "2026", "Q": None, "NGOAI": None}
