"""Cells of the matrix: saved many at once, each against what the person saw."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast, make_kpi, make_line, make_target

from tamnhin.base.models import AuditEntry
from tamnhin.kpis.models import Assignment, AssignmentLine, Kpi
from tamnhin.kpis.selectors.cells import matrix_of
from tamnhin.kpis.services.assignments import Time, draft_of, save_lines
from tamnhin.kpis.services.cells import Cell, Saved, Value, save_cells
from tamnhin.kpis.services.lines import LineInput
from tamnhin.kpis.services.proposals import propose
from tamnhin.organisation.models import Owner
from tamnhin.organisation.services import add_person

NEXT = datetime.date(2030, 1, 1)
TIME = Time(NEXT, datetime.date(2030, 12, 31))


@pytest.fixture
def revenue(cast: Cast) -> Kpi:
    return make_kpi(cast.company, "REV", "Doanh thu")


@pytest.fixture
def delivery(cast: Cast) -> Kpi:
    return make_kpi(cast.company, "OTD", "Giao đúng hẹn", aggregation="ratio", unit="%")


def weight(owner: Owner, kpi: Kpi, was: str | None, value: str | None) -> Cell:
    return Cell(owner.pk, kpi.pk, "weight", _exact(was), _exact(value))


def target(owner: Owner, kpi: Kpi, was: float | None, value: float | None) -> Cell:
    return Cell(owner.pk, kpi.pk, "target", was, value)


def _exact(text: str | None) -> Value:
    return None if text is None else Decimal(text)


def save(cast: Cast, *cells: Cell, user: str = "minh") -> Saved:
    return save_cells(acting_user=getattr(cast, user), company=cast.company, cells=cells, time=TIME)


def held(cast: Cast, code: str, kpi: Kpi) -> tuple[Decimal | None, float | None]:
    owner = cast.owner(code)
    now = matrix_of(cast.company, [owner.pk], NEXT, TIME.last, totals=True)
    return now.weights.get((owner.pk, kpi.pk)), now.totals.get((owner.pk, kpi.pk))


def test_cells_make_drafts_and_are_kept_together(cast: Cast, revenue: Kpi, delivery: Kpi) -> None:
    hoa, an = cast.owner("HOA"), cast.owner("AN")
    make_line(an, delivery, "100", method="ratio")
    out = save(
        cast,
        weight(hoa, revenue, None, "70"), weight(hoa, delivery, None, "30"), target(hoa, revenue, None, 120.0),
        weight(an, delivery, "100", "60"), weight(an, revenue, None, "40"),
    )  # fmt: skip
    assert (len(out.saved), out.conflicts, out.refused) == (5, [], [])
    assert held(cast, "HOA", revenue) == (70, 120.0)
    assert AssignmentLine.objects.get(assignment__owner=hoa, kpi=revenue).targets["2030-04"] == 10.0
    kinds = Assignment.objects.order_by("owner__code").values_list("owner__code", "kind", "valid_from", "changed_by")
    assert list(kinds) == [("AN", "change", NEXT, cast.minh.pk), ("HOA", "new", NEXT, cast.minh.pk)]
    assert AssignmentLine.objects.get(assignment__owner=an, kpi=delivery).method == "ratio"
    entry = AuditEntry.objects.get(action="assignment.cells_saved")
    assert [an.pk, delivery.pk, "weight", "60"] in entry.after["cells"]


def test_an_empty_weight_takes_the_line_off_and_back_on_it_is_scored_as_before(
    cast: Cast, revenue: Kpi, delivery: Kpi
) -> None:
    an = cast.owner("AN")
    make_line(an, delivery, "60", method="ratio", cap=110.0)
    make_line(an, revenue, "40")
    save(cast, weight(an, delivery, "60", None), weight(an, revenue, "40", "100"))
    assert held(cast, "AN", delivery) == (None, None)
    save(cast, weight(an, delivery, None, "60"))
    line = AssignmentLine.objects.get(assignment__owner=an, kpi=delivery)
    assert (line.weight, line.method, line.cap) == (60, "ratio", 110.0)


def test_a_target_alone_makes_a_line_that_is_only_followed(cast: Cast, revenue: Kpi) -> None:
    save(cast, target(cast.owner("HOA"), revenue, None, 24.0))
    assert held(cast, "HOA", revenue) == (0, 24.0)


def test_targets_that_stand_are_shown_and_an_empty_cell_takes_them_back(cast: Cast, revenue: Kpi) -> None:
    an = cast.owner("AN")
    make_line(an, revenue)
    for month in range(1, 13):
        make_target(an, revenue, f"2030-{month:02}", 5.0)
    make_target(an, revenue, "2029-12", 99.0)
    assert held(cast, "AN", revenue) == (100, 60.0)
    save(cast, target(an, revenue, 60.0, None))
    assert held(cast, "AN", revenue) == (100, None)
    targets = AssignmentLine.objects.get(assignment__owner=an).targets
    assert len(targets) == 12
    assert set(targets.values()) == {None}


def test_what_another_wrote_meanwhile_comes_back_as_a_conflict_and_the_rest_is_saved(
    cast: Cast, revenue: Kpi, delivery: Kpi
) -> None:
    hoa, an = cast.owner("HOA"), cast.owner("AN")
    save(cast, weight(hoa, revenue, None, "40"), user="hung")
    out = save(
        cast, weight(hoa, revenue, None, "70"), weight(hoa, delivery, None, "30"), weight(an, revenue, None, "9")
    )
    (conflict,) = out.conflicts
    assert (conflict.theirs, conflict.by, conflict.cell.value) == (40, "Vũ Hùng", 70)
    assert conflict.at is not None
    assert len(out.saved) == 2
    assert held(cast, "HOA", revenue)[0] == 40
    assert held(cast, "HOA", delivery)[0] == 30
    # the same answer of two people is no conflict
    assert save(cast, weight(hoa, revenue, None, "40")).conflicts == []


def test_each_refused_cell_says_why_and_keeps_no_other(cast: Cast, revenue: Kpi, delivery: Kpi) -> None:
    hoa, binh, an = cast.owner("HOA"), cast.owner("BINH"), cast.owner("AN")
    Kpi.objects.filter(pk=delivery.pk).update(status="retired")
    proposed = draft_of(acting_user=cast.minh, owner=an, time=TIME)
    save_lines(acting_user=cast.minh, assignment=proposed, lines=[LineInput(revenue.pk, Decimal(100))])
    propose(acting_user=cast.minh, assignment=proposed)
    out = save(
        cast,
        weight(hoa, revenue, None, "101"), weight(hoa, delivery, None, "5"), weight(binh, revenue, None, "5"),
        weight(an, revenue, "100", "5"), target(hoa, revenue, None, float("inf")),
        Cell(hoa.pk, 999_999, "weight", None, Decimal(5)), Cell(999_999, revenue.pk, "weight", None, Decimal(5)),
        weight(cast.owner("KD1"), revenue, None, "33.335"), weight(cast.owner("KD"), revenue, None, "100"),
    )  # fmt: skip
    assert [(one.problem.code, one.problem.owner) for one in out.refused] == [
        ("ASSIGNMENT_WEIGHT_OUT_OF_RANGE", "HOA"), ("ASSIGNMENT_KPI_RETIRED", "HOA"),
        ("ASSIGNMENT_NOT_ALLOWED", "BINH"), ("ASSIGNMENT_NOT_A_DRAFT", "AN"), ("ASSIGNMENT_TARGET_NOT_A_NUMBER", "HOA"),
        ("ASSIGNMENT_KPI_UNKNOWN", "HOA"), ("ASSIGNMENT_NOT_ALLOWED", None), ("ASSIGNMENT_WEIGHT_TOO_FINE", "KD1"),
    ]  # fmt: skip
    assert [cell.owner_id for cell in out.saved] == [cast.sales.pk]
    assert not Assignment.objects.filter(owner__in=[hoa, binh]).exists()


def test_lines_of_two_posts_are_not_cells(cast: Cast, revenue: Kpi) -> None:
    hoa = cast.owner("HOA")
    make_line(hoa, revenue, "100", post=cast.sales)
    make_line(hoa, revenue, "100", post=cast.team)
    out = save(cast, weight(hoa, revenue, "100", "50"))
    assert [one.problem.code for one in out.refused] == ["ASSIGNMENT_TWO_POSTS"]


def test_an_auditor_saves_no_cell_and_a_stranger_none(cast: Cast, revenue: Kpi) -> None:
    for user in ("thu", "tuan", "quang", "binh"):
        out = save(cast, weight(cast.owner("HOA"), revenue, None, "5"), user=user)
        assert [one.problem.code for one in out.refused] == ["ASSIGNMENT_NOT_ALLOWED"], user
    assert not Assignment.objects.exists()


def test_the_number_of_statements_does_not_grow_with_the_cells(cast: Cast) -> None:
    kpis = [make_kpi(cast.company, f"K{i}", f"Chỉ số {i}") for i in range(8)]
    people = [
        add_person(acting_user=None, company=cast.company, code=f"P{i}", name=f"Người {i}", unit=cast.sales).owner
        for i in range(40)
    ]

    def count(owners: list[Owner]) -> int:
        cells = [weight(owner, kpi, None, "12.5") for owner in owners for kpi in kpis]
        cells += [target(owner, kpi, None, 12.0) for owner in owners for kpi in kpis]
        with CaptureQueriesContext(connection) as asked:
            out = save(cast, *cells)
        assert len(out.saved) == len(cells)
        # many rows are inserted in as many statements as SQLite's limit of parameters asks for
        return sum(not query["sql"].startswith("INSERT") for query in asked)

    few = count(people[:2])
    assert count(people[2:]) <= few <= 30
