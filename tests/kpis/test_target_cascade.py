"""Handing a unit's figure down: exact sums for owners and for periods, through the database and through the engine."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import Cast, make_kpi, make_line

from tamnhin.accounts.models import User
from tamnhin.base.models import AuditEntry
from tamnhin.engine import calendar as cal
from tamnhin.engine.book import SCHEMAS
from tamnhin.engine.evaluate.measure import measure
from tamnhin.engine.targets.shares import SplitError
from tamnhin.evaluation.live import live
from tamnhin.kpis.models import Assignment, AssignmentLine, Kpi, Line, Target
from tamnhin.kpis.series import Measure, Span, parts_of
from tamnhin.kpis.services.activation import put_in_force
from tamnhin.kpis.services.assignments import (
    AssignmentConflictError,
    AssignmentForbiddenError,
    AssignmentInvalidError,
    LineInput,
    Time,
    draft_of,
    save_lines,
)
from tamnhin.kpis.services.cascade import Given, Part, divided, hand_down, series_of
from tamnhin.kpis.services.targets import Frame
from tamnhin.organisation.access import today
from tamnhin.organisation.models import Owner

D = Decimal
YEAR = Span(datetime.date(2030, 1, 1), datetime.date(2030, 12, 31))
TIME = Time(YEAR.first, YEAR.last, "Năm mới")
CALENDAR = cal.build("mon-fri", "VN", pl.DataFrame(schema=SCHEMAS["calendar"]), range(2029, 2032))


@pytest.fixture
def revenue(cast: Cast) -> Kpi:
    return make_kpi(cast.company, "REV", "Doanh thu")


def frame(span: Span = YEAR, *, additive: bool = True) -> Frame:
    parts = tuple(parts_of(span, "month", 1))
    return Frame(Measure(additive, "month"), "sum" if additive else "ratio", span, parts, (), CALENDAR, 1)


def months(*values: int) -> dict[str, Decimal | None]:
    return {part.key: D(values[at % len(values)]) for at, part in enumerate(frame().parts)}


def hand(cast: Cast, kpi: Kpi, figures: Mapping[str, str], *, user: str = "minh", **more: Any) -> dict[int, Assignment]:
    """``figures`` by the code of who gets them; the unit's months are 90, 100, 110 over and over: 1.200."""
    acting: User = getattr(cast, user)
    settings = {"frame": frame(), "source": months(90, 100, 110), "total": D(1200), "time": TIME} | more
    revisions = settings.pop("revisions", {})
    given = [Given(cast.owner(code), D(figure), revisions.get(code)) for code, figure in figures.items()]
    return hand_down(acting_user=acting, company=cast.company, kpi=kpi, given=given, **settings)


def part(owner: Owner, **more: Any) -> Part:
    return Part(owner, **more)


def held(kpi: Kpi) -> dict[str, dict[str, float]]:
    return {row.assignment.owner.code: dict(row.targets) for row in AssignmentLine.objects.filter(kpi=kpi)}


# -- dividing --------------------------------------------------------------------------------------------------


def test_each_way_of_dividing_sums_to_the_total(cast: Cast) -> None:
    hoa, an, minh = (cast.owner(code) for code in ("HOA", "AN", "MINH"))
    parts = [
        part(hoa, last_year=300.0, heads=1, current=D(10), percent=D(50)),
        part(an, last_year=100.0, heads=4, current=D(20), percent=D(25)),
        part(minh, last_year=200.0, heads=2, current=D(30), percent=D(25)),
    ]
    got = {
        way: divided(D(1001), parts, way, None, additive=True)
        for way in ("equal", "last_year", "heads", "current", "custom")
    }
    assert got["equal"] == [D(334), D(334), D(333)]
    assert got["last_year"] == [D(500), D(167), D(334)]
    assert got["custom"] == [D(501), D(250), D(250)]
    assert {sum(figures) for figures in got.values()} == {D(1001)}


def test_what_is_locked_stays_and_the_rest_is_divided(cast: Cast) -> None:
    hoa, an, minh = (cast.owner(code) for code in ("HOA", "AN", "MINH"))
    parts = [part(hoa, fixed=D(500)), part(an), part(minh)]
    assert divided(D(1001), parts, "equal", None, additive=True) == [D(500), D(251), D(250)]
    assert divided(D(10_000_500), parts, "equal", D(1000), additive=True)[1:] == [D(5_000_000), D(5_000_000)]
    with pytest.raises(SplitError) as refused:
        divided(D(10_000_000), parts, "equal", D(1000), additive=True)
    assert refused.value.problem.code == "SPLIT_STEP_TOO_COARSE"
    with pytest.raises(SplitError) as refused:
        divided(D(400), parts, "equal", None, additive=True)
    assert refused.value.problem.code == "SPLIT_LOCKS_EXCEED"


def test_a_level_is_never_split(cast: Cast) -> None:
    parts = [part(cast.owner("HOA")), part(cast.owner("AN"), fixed=D(97))]
    assert divided(D(95), parts, "equal", None, additive=False) == [D(95), D(97)]


def test_what_cannot_be_divided_names_who_is_in_the_way(cast: Cast) -> None:
    parts = [part(cast.owner("HOA"), last_year=5.0), part(cast.owner("AN"))]
    with pytest.raises(SplitError) as refused:
        divided(D(100), parts, "last_year", None, additive=True)
    assert refused.value.problem.code == "CASCADE_NO_HISTORY"
    assert "Phạm An" in refused.value.problem.text("vi")
    for way, code in (("current", "CASCADE_NOTHING_CURRENT"), ("custom", "SPLIT_SHARES_ZERO")):
        with pytest.raises(SplitError) as refused:
            divided(D(100), parts, way, None, additive=True)
        assert refused.value.problem.code == code
    with pytest.raises(SplitError) as refused:
        divided(D(100), [], "equal", None, additive=True)
    assert refused.value.problem.code == "SPLIT_NOTHING"


def test_months_follow_the_units_and_are_exact_both_ways() -> None:
    source = months(7, 11, 13)
    total = sum((value or D(0) for value in source.values()), D(0))
    figures = [D(50), D(41), total - D(91)]
    rows = series_of(frame(), source, total, figures, D(0), "unit")
    assert [sum(row.values()) for row in rows] == figures
    assert {key: sum(row[key] for row in rows) for key in source} == source


# -- writing ---------------------------------------------------------------------------------------------------


def test_all_get_their_drafts_in_one_act_and_every_month_is_the_units(cast: Cast, revenue: Kpi) -> None:
    made = hand(cast, revenue, {"KD1": "401", "MINH": "400", "HOA": "399"})
    got = held(revenue)
    assert {code: sum(row.values()) for code, row in got.items()} == {"KD1": 401.0, "MINH": 400.0, "HOA": 399.0}
    assert [sum(row[key] for row in got.values()) for key in ("2030-01", "2030-02", "2030-03")] == [90.0, 100.0, 110.0]
    assert {row.weight for row in AssignmentLine.objects.all()} == {D(0)}  # to be set in the matrix
    assert {one.status for one in made.values()} == {"draft"}
    assert AuditEntry.objects.filter(action="assignment.cascaded").count() == 1


def test_a_line_that_is_there_keeps_its_weight_and_terms(cast: Cast, revenue: Kpi) -> None:
    make_line(cast.owner("HOA"), revenue, "60", cap=120.0)
    hand(cast, revenue, {"HOA": "1200"})
    row = AssignmentLine.objects.get(assignment__owner=cast.owner("HOA"))
    assert (row.weight, row.cap, row.total) == (D(60), 120.0, 1200.0)


def test_doing_it_twice_changes_nothing(cast: Cast, revenue: Kpi) -> None:
    made = hand(cast, revenue, {"HOA": "1200"})
    revision = Assignment.objects.get(pk=made[cast.owner("HOA").pk].pk).revision
    hand(cast, revenue, {"HOA": "1200"}, revisions={"HOA": revision})
    assert Assignment.objects.get().revision == revision


def test_parts_that_do_not_add_up_are_refused_and_nothing_is_written(cast: Cast, revenue: Kpi) -> None:
    with pytest.raises(SplitError) as refused:
        hand(cast, revenue, {"HOA": "700", "MINH": "499"})
    assert refused.value.problem.code == "CASCADE_NOT_EXACT"
    assert not Assignment.objects.exists()
    hand(cast, revenue, {"HOA": "700"}, elsewhere=D(500))  # what others have counts


def test_nobody_writes_for_who_is_not_under_them(cast: Cast, revenue: Kpi) -> None:
    for user, code in (("minh", "BINH"), ("hoa", "MINH"), ("thu", "HOA"), ("quang", "HOA"), ("tuan", "HOA")):
        with pytest.raises(AssignmentForbiddenError):
            hand(cast, revenue, {code: "1200"}, user=user)
    assert not Assignment.objects.exists()


def test_a_scorecard_that_has_moved_on_refuses_the_whole_act(cast: Cast, revenue: Kpi) -> None:
    hoa = cast.owner("HOA")
    draft = draft_of(acting_user=cast.hung, owner=hoa, time=TIME)
    save_lines(acting_user=cast.hung, assignment=draft, lines=[LineInput(revenue.pk, D(100), total=5.0)])
    with pytest.raises(AssignmentConflictError):
        hand(cast, revenue, {"HOA": "600", "MINH": "600"}, revisions={"HOA": draft.revision})
    assert not AssignmentLine.objects.filter(assignment__owner=cast.owner("MINH")).exists()


def test_a_scorecard_for_another_time_is_named(cast: Cast, revenue: Kpi) -> None:
    other = Time(datetime.date(2030, 7, 1), YEAR.last, "Nửa năm")
    draft = draft_of(acting_user=cast.minh, owner=cast.owner("HOA"), time=other)
    with pytest.raises(AssignmentInvalidError) as refused:
        hand(cast, revenue, {"HOA": "600", "MINH": "600"}, revisions={"HOA": draft.revision})
    assert [problem.code for problem in refused.value.problems] == ["CASCADE_TIME_DIFFERS"]
    assert not Assignment.objects.filter(owner=cast.owner("MINH")).exists()


def test_what_was_proposed_and_retired_kpis_are_refused(cast: Cast, revenue: Kpi) -> None:
    draft = draft_of(acting_user=cast.minh, owner=cast.owner("HOA"), time=TIME)
    Assignment.objects.filter(pk=draft.pk).update(status="proposed")
    with pytest.raises(AssignmentInvalidError) as refused:
        hand(cast, revenue, {"HOA": "1200"}, revisions={"HOA": draft.revision})
    assert [problem.code for problem in refused.value.problems] == ["ASSIGNMENT_NOT_A_DRAFT"]
    Kpi.objects.filter(pk=revenue.pk).update(status=Kpi.Status.RETIRED)
    revenue.refresh_from_db()
    with pytest.raises(AssignmentInvalidError) as refused:
        hand(cast, revenue, {"MINH": "1200"})
    assert [problem.code for problem in refused.value.problems] == ["ASSIGNMENT_KPI_RETIRED"]


def test_two_posts_are_edited_on_their_own_page(cast: Cast, revenue: Kpi) -> None:
    draft = draft_of(acting_user=cast.minh, owner=cast.owner("HOA"), time=TIME)
    lines = [LineInput(revenue.pk, D(100), post_id=cast.sales.pk)]
    saved = save_lines(acting_user=cast.minh, assignment=draft, lines=lines)
    with pytest.raises(AssignmentInvalidError) as refused:
        hand(cast, revenue, {"HOA": "1200"}, revisions={"HOA": saved.revision})
    assert [problem.code for problem in refused.value.problems] == ["CASCADE_TWO_POSTS"]


def test_a_level_is_handed_down_as_it_is(cast: Cast) -> None:
    delivery = make_kpi(cast.company, "OTD", "Giao đúng hẹn", aggregation="ratio", unit="%")
    source: dict[str, Decimal | None] = {key: D(95) for key in months(1)}
    hand(cast, delivery, {"HOA": "95", "MINH": "97"}, frame=frame(additive=False), source=source, total=D(95))
    assert {code: set(row.values()) for code, row in held(delivery).items()} == {"HOA": {95.0}, "MINH": {97.0}}


def test_the_number_of_statements_does_not_grow_with_the_people(cast: Cast, revenue: Kpi) -> None:
    with CaptureQueriesContext(
        connection,
    ) as one:
        hand(cast, revenue, {"HOA": "1200"})
    with CaptureQueriesContext(connection) as three:
        hand(cast, revenue, {"MINH": "400", "KD1": "400", "AN": "400"})
    assert len(three) <= len(one) + 1


def test_after_activation_the_engine_reads_parts_that_add_up_to_the_total(cast: Cast, revenue: Kpi) -> None:
    on = today(cast.company)
    span = Span(on.replace(month=1, day=1), on.replace(month=12, day=31))
    parts = parts_of(span, "month", 1)
    total = D(10_000_000_001)
    frame_now = frame(span)
    source: dict[str, Decimal | None] = {p.key: D(833_333_333) for p in parts}
    source[parts[-1].key] = total - 11 * D(833_333_333)
    figures = {"KD1": "3333333334", "MINH": "3333333334", "HOA": "3333333333"}
    time = Time(span.first, span.last, "Năm nay")
    made = hand(cast, revenue, figures, frame=frame_now, source=source, total=total, time=time)
    put_in_force(acting_user=cast.minh, company=cast.company, assignments=list(made.values()))
    assert Line.objects.count() == 3
    assert Target.objects.count() == 36
    now = live(cast.company)
    owners = np.array([now.owner_at[code] for code in figures], dtype=np.int64)
    nodes = now.plan.nodes.find(owners, now.facts.kpi_at["REV"], now.plan.kpis.count)
    keys = [part for part in parts if part.start <= on]
    first, last = (np.array([getattr(part, name) for part in keys], dtype=np.int64) for name in ("first", "last"))
    found = measure(now.plan, nodes, first, last).target
    assert found.sum(axis=1).tolist() == [float(source[part.key] or 0) for part in keys]
    if on.month == 12:
        assert found.sum() == float(total)
