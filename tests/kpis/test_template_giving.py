"""Giving a template to many people: whom it finds, what each gets, and what it never overwrites."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import timezone
from tests.cast import Cast, make_kpi, make_line

from tamnhin.accounts.models import Membership, RoleGrant
from tamnhin.agreements import words
from tamnhin.agreements.models import Agreement
from tamnhin.agreements.states import State
from tamnhin.kpis.errors import DefinitionError
from tamnhin.kpis.models import (
    Assignment,
    AssignmentLine,
    Kpi,
    Line,
    ScorecardTemplate,
    Target,
    TemplateRun,
    TemplateRunItem,
)
from tamnhin.kpis.selectors.templates import holders, matched, positions_of
from tamnhin.kpis.services import runs
from tamnhin.kpis.services.activation import put_in_force
from tamnhin.kpis.services.assignments import AssignmentForbiddenError, Time, draft_of, save_lines
from tamnhin.kpis.services.lines import LineInput
from tamnhin.kpis.services.runs import resume_run, start_run
from tamnhin.kpis.services.template_plans import Outlook, outlooks
from tamnhin.kpis.services.templates import About, add_template, archive_template, save_template
from tamnhin.organisation.models import Owner, Person, Placement

FIRST = datetime.date(2030, 1, 1)
LAST = datetime.date(2030, 12, 31)
JULY = datetime.date(2030, 7, 1)
SELLER = "Nhân viên bán hàng"


@pytest.fixture
def kpis(cast: Cast) -> tuple[Kpi, Kpi]:
    return make_kpi(cast.company, "REV", "Doanh thu"), make_kpi(cast.company, "NEW", "Khách mới")


@pytest.fixture
def sellers(cast: Cast) -> list[Owner]:
    Person.objects.filter(owner__code__in=("HOA", "AN", "BINH")).update(position=SELLER)
    return [cast.owner("HOA"), cast.owner("AN")]


def line(kpi: Kpi, weight: str, **more: object) -> LineInput:
    return LineInput(kpi_id=kpi.pk, weight=Decimal(weight), **more)  # type: ignore[arg-type]


@pytest.fixture
def template(cast: Cast, kpis: tuple[Kpi, Kpi], sellers: list[Owner]) -> ScorecardTemplate:
    lines = [line(kpis[0], "60", total=1200.0), line(kpis[1], "40", terms={"cap": 120.0})]
    about = About("Bán hàng", SELLER, cast.sales)
    return add_template(acting_user=cast.hung, company=cast.company, code="BH", about=about, lines=lines)


def give(cast: Cast, template: ScorecardTemplate, owners: list[Owner], **more: object) -> TemplateRun:
    given: dict[str, object] = {"first": FIRST, "last": LAST, "reason": "Năm mới", **more}
    return start_run(acting_user=cast.hung, template=template, owners=owners, **given)  # type: ignore[arg-type]


def item(run: TemplateRun, code: str) -> TemplateRunItem:
    return run.items.select_related("assignment").get(owner__code=code)


def active(cast: Cast, template: ScorecardTemplate, owners: list[Owner]) -> None:
    """Given and in force."""
    run = give(cast, template, owners)
    made = [one.assignment for one in run.items.select_related("assignment__owner") if one.assignment]
    put_in_force(acting_user=cast.hung, company=cast.company, assignments=made)


def outlook(cast: Cast, template: ScorecardTemplate, code: str = "HOA", first: datetime.date = FIRST) -> Outlook:
    return outlooks(cast.company, template, [cast.owner(code)], first)[0]


# -- whom it finds ---------------------------------------------------------------------------------------------


def found(cast: Cast, on: datetime.date = FIRST, **about: object) -> set[str]:
    template = ScorecardTemplate(company=cast.company, code="T", name="T", **about)
    return set(Owner.objects.filter(pk__in=matched(cast.company, template, on)).values_list("code", flat=True))


def test_positions_are_found_without_marks_and_several_at_once(cast: Cast, sellers: list[Owner]) -> None:
    Person.objects.filter(owner__code="HUNG").update(position="Trưởng phòng  nhân sự")
    assert positions_of(" nhan vien BÁN hàng ; ; ") == {"nhan vien ban hang"}
    assert found(cast, position="nhan vien ban hang") == {"HOA", "AN", "BINH"}
    assert found(cast, position="Nhân viên bán hàng; trưởng phòng nhân sự") == {"HOA", "AN", "BINH", "HUNG"}
    assert found(cast, position="nhân viên") == set()


def test_a_unit_finds_its_subtree_and_levels_tell_heads_from_staff(cast: Cast) -> None:
    assert found(cast, unit=cast.sales) == {"MINH", "HOA", "AN"}
    assert found(cast, unit=cast.sales, level="staff") == {"HOA", "AN"}
    assert found(cast, level="head") == {"MINH"}
    assert found(cast, unit=cast.sales, level="unit") == {"KD", "KD1"}


def test_a_placement_overrides_the_persons_own_unit_and_position(cast: Cast, sellers: list[Owner]) -> None:
    Placement.objects.create(
        company=cast.company, person=cast.person("HOA"), unit=cast.factory, valid_from=JULY, position="Thủ kho"
    )
    assert "HOA" in found(cast, unit=cast.sales, position=SELLER)
    assert "HOA" not in found(cast, JULY, unit=cast.sales)
    assert found(cast, JULY, unit=cast.factory, position="thu kho") == {"HOA"}


def test_those_who_have_left_or_not_come_yet_are_not_found(cast: Cast) -> None:
    Person.objects.filter(owner__code="HOA").update(left=FIRST - datetime.timedelta(days=1))
    Person.objects.filter(owner__code="AN").update(joined=JULY)
    assert found(cast, unit=cast.sales) == {"MINH"}
    assert found(cast, JULY, unit=cast.sales) == {"MINH", "AN"}


# -- what each gets --------------------------------------------------------------------------------------------


def test_who_has_nothing_gets_the_whole_template_as_a_draft(
    cast: Cast, template: ScorecardTemplate, sellers: list[Owner]
) -> None:
    run = give(cast, template, sellers)
    assert (run.status, run.total, run.done, run.made, run.proposed) == ("done", 2, 2, 2, 0)
    made = item(run, "HOA").assignment
    assert made is not None
    assert (made.kind, made.status, made.template_id, made.template_version) == ("new", "draft", template.pk, 1)
    assert (made.valid_from, made.valid_to, made.created_by) == (FIRST, LAST, cast.hung)
    rows = list(made.lines.order_by("order"))
    assert [(row.weight, row.total, row.cap) for row in rows] == [(60, 1200.0, None), (40, None, 120.0)]
    assert rows[0].targets == {f"2030-{month:02}": 100.0 for month in range(1, 13)}


def test_who_has_something_else_gets_a_change_with_the_reason(
    cast: Cast, template: ScorecardTemplate, sellers: list[Owner], kpis: tuple[Kpi, Kpi]
) -> None:
    make_line(sellers[0], kpis[1], "100")
    assert outlook(cast, template).step == "change"
    made = item(give(cast, template, sellers), "HOA").assignment
    assert made is not None
    assert (made.kind, made.reason) == ("change", "Năm mới")
    assert [row.kpi_id for row in made.lines.order_by("order")] == [kpis[0].pk, kpis[1].pk]
    assert Line.objects.get(owner=sellers[0]).weight == 100  # what is in force has not moved


def test_a_change_without_a_reason_is_refused(
    cast: Cast, template: ScorecardTemplate, sellers: list[Owner], kpis: tuple[Kpi, Kpi]
) -> None:
    make_line(sellers[0], kpis[1], "100")
    with pytest.raises(DefinitionError) as raised:
        give(cast, template, sellers, reason=" ")
    assert [(one.field, one.problem.code) for one in raised.value.refusals] == [("reason", "TEMPLATE_REASON_NEEDED")]
    assert not TemplateRun.objects.exists()


@pytest.mark.parametrize("state", [State.DRAFT, State.PROPOSED, State.AGREED])
def test_an_open_scorecard_is_left_as_it_is(
    cast: Cast, template: ScorecardTemplate, sellers: list[Owner], kpis: tuple[Kpi, Kpi], state: State
) -> None:
    draft = draft_of(acting_user=cast.minh, owner=sellers[0], time=Time(FIRST, LAST))
    draft = save_lines(acting_user=cast.minh, assignment=draft, lines=[line(kpis[1], "100")])
    Assignment.objects.filter(pk=draft.pk).update(status=state)
    run = give(cast, template, sellers)
    skipped = item(run, "HOA")
    assert (skipped.outcome, skipped.problems[0]["code"]) == ("skipped", "TEMPLATE_OPEN")
    assert words.where(state) in skipped.problems[0]["vi"]
    assert [row.weight for row in draft.lines.all()] == [100]
    assert item(run, "AN").outcome == "made"


def test_who_has_this_version_already_gets_nothing(
    cast: Cast, template: ScorecardTemplate, sellers: list[Owner]
) -> None:
    active(cast, template, sellers)
    one = outlook(cast, template, first=JULY)
    assert (one.step, [problem.code for problem in one.problems]) == ("nothing", ["TEMPLATE_SAME_VERSION"])
    with pytest.raises(DefinitionError) as raised:
        give(cast, template, sellers, first=JULY)
    assert raised.value.codes == ["TEMPLATE_NOBODY"]


def test_next_year_the_same_template_is_a_first_scorecard_again(
    cast: Cast, template: ScorecardTemplate, sellers: list[Owner]
) -> None:
    active(cast, template, sellers)
    assert outlook(cast, template, first=datetime.date(2031, 1, 1)).step == "new"


def test_somebody_with_two_posts_is_left_to_their_own_page(
    cast: Cast, template: ScorecardTemplate, sellers: list[Owner]
) -> None:
    for unit in (cast.sales, cast.factory):
        Placement.objects.create(company=cast.company, person=cast.person("HOA"), unit=unit, valid_from=FIRST)
    assert [problem.code for problem in outlook(cast, template).problems] == ["ASSIGNMENT_TWO_POSTS"]


def test_proposing_at_once_asks_those_of_the_flow(
    cast: Cast, template: ScorecardTemplate, sellers: list[Owner]
) -> None:
    run = give(cast, template, sellers, propose=True)
    assert (run.made, run.proposed) == (2, 2)
    assert Agreement.objects.filter(kind="assignment").count() == 2
    assert {one.outcome for one in run.items.all()} == {"proposed"}


# -- refused ---------------------------------------------------------------------------------------------------


def test_nobody_gives_to_people_who_are_not_theirs(
    cast: Cast, template: ScorecardTemplate, sellers: list[Owner]
) -> None:
    factory = [cast.owner("BINH")]
    for name in ("minh", "hoa", "thu", "dung", "quang", "nobody"):
        with pytest.raises(AssignmentForbiddenError):
            start_run(acting_user=getattr(cast, name), template=template, owners=factory, first=FIRST)
    run = start_run(acting_user=cast.minh, template=template, owners=sellers, first=FIRST, last=LAST)
    assert run.made == 2


def test_what_cannot_be_given_is_refused_with_what_to_do(
    cast: Cast, template: ScorecardTemplate, sellers: list[Owner], kpis: tuple[Kpi, Kpi]
) -> None:
    def refused(**more: object) -> list[tuple[str, str]]:
        with pytest.raises(DefinitionError) as raised:
            give(cast, template, **{"owners": sellers, **more})  # type: ignore[arg-type]
        return [(one.field, one.problem.code) for one in raised.value.refusals]

    assert refused(owners=[]) == [("", "TEMPLATE_NOBODY")]
    assert refused(last=datetime.date(2029, 1, 1)) == [("last", "TEMPLATE_DATES_REVERSED")]
    assert refused(version=7) == [("", "TEMPLATE_MOVED_ON")]
    make_line(sellers[0], kpis[1], "100", valid_to=datetime.date(2030, 1, 1))
    assert refused(first=datetime.date(2020, 1, 1)) == [("first", "TEMPLATE_DATE_TOO_EARLY")]
    Kpi.objects.filter(pk=kpis[1].pk).update(status=Kpi.Status.RETIRED)
    assert refused() == [("", "ASSIGNMENT_KPI_RETIRED")]
    save_template(acting_user=cast.hung, template=template, about=About.of(template), lines=[line(kpis[0], "90")])
    assert refused() == [("", "TEMPLATE_NOT_FULL")]
    archive_template(acting_user=cast.hung, template=template, archived=True)
    assert refused() == [("", "TEMPLATE_ARCHIVED")]
    assert not TemplateRun.objects.exists()


# -- the worker ------------------------------------------------------------------------------------------------


def test_a_run_that_dies_keeps_whole_scorecards_only_and_goes_on_where_it_stopped(
    cast: Cast, template: ScorecardTemplate, sellers: list[Owner], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "PART", 1)
    run = TemplateRun.objects.create(
        company=cast.company, template=template, version=1, first=FIRST, last=LAST, total=2, created_by=cast.hung
    )
    for owner in sellers:
        TemplateRunItem.objects.create(company=cast.company, run=run, owner=owner)
    counted = runs._count

    def dies(one: TemplateRun, status: str) -> None:
        counted(one, status)
        if AssignmentLine.objects.count() == 4:  # in the second part, after everything of it is written
            raise OSError("power")

    monkeypatch.setattr(runs, "_count", dies)
    with pytest.raises(OSError, match="power"):
        runs.work(run.pk)
    run.refresh_from_db()
    assert (run.status, run.done, run.made) == ("failed", 1, 1)
    assert run.fault
    assert [one.lines.count() for one in Assignment.objects.all()] == [2]
    monkeypatch.setattr(runs, "_count", counted)
    with pytest.raises(DefinitionError):
        resume_run(run, acting_user=cast.lan)  # not hers
    done = resume_run(run, acting_user=cast.hung)
    assert (done.status, done.done, done.made, done.fault) == ("done", 2, 2, "")
    assert [one.lines.count() for one in Assignment.objects.all()] == [2, 2]
    with pytest.raises(DefinitionError):
        resume_run(done, acting_user=cast.hung)
    runs.work(run.pk)  # a task that comes twice
    assert Assignment.objects.count() == 2


def test_a_run_is_stalled_after_some_minutes_without_a_sign(cast: Cast, template: ScorecardTemplate) -> None:
    run = TemplateRun(company=cast.company, template=template, status="running", updated_at=timezone.now())
    assert not runs.is_stalled(run)
    run.updated_at -= datetime.timedelta(minutes=5)
    assert runs.is_stalled(run)
    run.status = "done"
    assert not runs.is_stalled(run)


def test_who_is_no_longer_theirs_when_the_worker_comes_is_left_out(
    cast: Cast, template: ScorecardTemplate, sellers: list[Owner]
) -> None:
    run = TemplateRun.objects.create(
        company=cast.company, template=template, version=1, first=FIRST, last=LAST, total=1, created_by=cast.minh
    )
    TemplateRunItem.objects.create(company=cast.company, run=run, owner=cast.owner("BINH"))
    runs.work(run.pk)
    assert item(run, "BINH").problems[0]["code"] == "TEMPLATE_GONE"
    assert not Assignment.objects.exists()


def test_the_number_of_queries_does_not_grow_with_the_people(
    cast: Cast, template: ScorecardTemplate, sellers: list[Owner]
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        give(cast, template, sellers[:1], propose=True)
    with CaptureQueriesContext(connection) as three:
        give(cast, template, [sellers[1], cast.owner("MINH"), cast.owner("BINH")], propose=True)
    assert len(three) <= len(one) + 2
    assert len(three) < 120


# -- a newer version -------------------------------------------------------------------------------------------


def newer(cast: Cast, template: ScorecardTemplate, *lines: LineInput) -> ScorecardTemplate:
    return save_template(acting_user=cast.hung, template=template, about=About.of(template), lines=lines)


def test_a_newer_version_changes_nothing_by_itself_and_proposes_the_differences(
    cast: Cast, template: ScorecardTemplate, sellers: list[Owner], kpis: tuple[Kpi, Kpi]
) -> None:
    active(cast, template, sellers)
    before = list(Line.objects.values_list("owner", "kpi", "weight", "valid_from", "valid_to").order_by("pk"))
    template = newer(cast, template, line(kpis[0], "70", total=2400.0), line(kpis[1], "30", terms={"cap": 120.0}))
    assert list(Line.objects.values_list("owner", "kpi", "weight", "valid_from", "valid_to").order_by("pk")) == before
    assert {one.version for one in holders(cast.company, template, JULY).values()} == {1}
    run = give(cast, template, sellers, first=JULY, last=None)
    made = item(run, "HOA").assignment
    assert made is not None
    assert (made.kind, made.template_version, made.valid_from, made.valid_to) == ("change", 2, JULY, LAST)
    rows = {row.kpi_id: row for row in made.lines.all()}
    assert [rows[kpi.pk].weight for kpi in kpis] == [70, 30]
    # half of the year has gone: its share of the new target, and not the whole of it in six months
    assert rows[kpis[0].pk].targets == {f"2030-{month:02}": 200.0 for month in range(7, 13)}
    assert rows[kpis[0].pk].total == 1200.0
    assert rows[kpis[1].pk].targets == {}
    put_in_force(acting_user=cast.hung, company=cast.company, assignments=[made])
    assert holders(cast.company, template, JULY)[sellers[0].pk].version == 2
    assert holders(cast.company, template, JULY)[sellers[1].pk].version == 1


def test_the_third_version_is_held_against_the_second_over_the_same_year(
    cast: Cast, template: ScorecardTemplate, sellers: list[Owner], kpis: tuple[Kpi, Kpi]
) -> None:
    active(cast, template, sellers[:1])
    for total, month in ((2400.0, 7), (3600.0, 10)):
        template = newer(cast, template, line(kpis[0], "60", total=total), line(kpis[1], "40", terms={"cap": 120.0}))
        run = give(cast, template, sellers[:1], first=datetime.date(2030, month, 1), last=None)
        made = item(run, "HOA").assignment
        assert made is not None
        put_in_force(acting_user=cast.hung, company=cast.company, assignments=[made])
    newest = {
        row.period: row.target for row in Target.objects.filter(owner=sellers[0], kpi=kpis[0]).order_by("revision")
    }
    assert [newest[f"2030-{month:02}"] for month in (1, 6, 7, 9, 10, 12)] == [100, 100, 200, 200, 300, 300]


def test_what_was_changed_by_hand_stays_and_both_are_shown(
    cast: Cast, template: ScorecardTemplate, sellers: list[Owner], kpis: tuple[Kpi, Kpi]
) -> None:
    active(cast, template, sellers)
    march = datetime.date(2030, 3, 1)
    hand = draft_of(acting_user=cast.minh, owner=sellers[0], time=Time(march, LAST, "Hoa mới vào"))
    mine = [line(kpis[0], "50"), line(kpis[1], "50", terms={"cap": 120.0})]
    hand = save_lines(acting_user=cast.minh, assignment=hand, lines=mine)
    put_in_force(acting_user=cast.minh, company=cast.company, assignments=[hand])
    template = newer(cast, template, line(kpis[0], "70", total=2400.0), line(kpis[1], "30", terms={"cap": 150.0}))
    one = outlook(cast, template, first=JULY)
    assert one.step == "update"
    assert one.origin is not None
    assert one.origin.version == 1
    assert one.merged is not None
    assert [(clash.part, clash.mine, clash.theirs) for clash in one.merged.clashes] == [
        ("weight", 50, 70),
        ("weight", 50, 30),
    ]
    assert [(found.weight, dict(found.terms)) for found in one.lines] == [(50, {}), (50, {"cap": 150.0})]
    assert one.lines[0].targets["2030-07"] == 200.0


def test_only_hand_made_differences_leave_nothing_to_do(
    cast: Cast, template: ScorecardTemplate, sellers: list[Owner], kpis: tuple[Kpi, Kpi]
) -> None:
    active(cast, template, sellers)
    Line.objects.filter(owner=sellers[0], kpi=kpis[0]).update(weight=Decimal(55))
    template = newer(cast, template, line(kpis[0], "65", total=1200.0), line(kpis[1], "40", terms={"cap": 120.0}))
    one = outlook(cast, template, first=JULY)
    assert (one.step, [problem.code for problem in one.problems]) == ("nothing", ["TEMPLATE_NO_DIFFERENCE"])
    assert one.merged is not None
    assert one.merged.clashes


def test_an_update_that_no_longer_totals_100_stays_a_draft_and_says_so(
    cast: Cast, template: ScorecardTemplate, sellers: list[Owner], kpis: tuple[Kpi, Kpi]
) -> None:
    active(cast, template, sellers)
    Line.objects.filter(owner=sellers[0], kpi=kpis[0]).update(weight=Decimal(55))
    template = newer(cast, template, line(kpis[0], "70", total=1200.0), line(kpis[1], "30", terms={"cap": 120.0}))
    run = give(cast, template, sellers, first=JULY, last=None, propose=True)
    stays = item(run, "HOA")
    assert (stays.outcome, stays.problems[0]["code"]) == ("made", "ASSIGNMENT_WEIGHTS_SHORT")
    assert item(run, "AN").outcome == "proposed"


def test_another_template_in_between_ends_where_a_scorecard_comes_from(
    cast: Cast, template: ScorecardTemplate, sellers: list[Owner], kpis: tuple[Kpi, Kpi]
) -> None:
    active(cast, template, sellers)
    other = add_template(
        acting_user=cast.hung, company=cast.company, code="KHAC", about=replace(About.of(template), name="Khác"),
        lines=[line(kpis[1], "100")],
    )  # fmt: skip
    run = give(cast, other, sellers[:1], first=JULY, last=LAST)
    made = item(run, "HOA").assignment
    assert made is not None
    put_in_force(acting_user=cast.hung, company=cast.company, assignments=[made])
    assert set(holders(cast.company, template, JULY)) == {sellers[1].pk}
    assert outlook(cast, template, first=datetime.date(2030, 8, 1)).step == "change"


def test_one_whom_nobody_can_be_asked_about_does_not_keep_the_others_from_being_proposed(
    cast: Cast, template: ScorecardTemplate, sellers: list[Owner]
) -> None:
    binh = cast.owner("BINH")  # no account, and nobody else to ask but Hùng, who proposes
    Membership.objects.filter(person=binh.pk).delete()
    Membership.objects.filter(user=cast.lan).delete()
    RoleGrant.objects.filter(user=cast.lan).delete()
    run = give(cast, template, [*sellers, binh], propose=True)
    left = item(run, "BINH")
    assert (left.outcome, left.problems[0]["code"]) == ("made", "AGREEMENT_NOBODY_TO_ASK")
    assert "Everybody named agrees" in left.problems[0]["en"]
    assert "BINH" in left.problems[0]["vi"] or "Đỗ Bình" in left.problems[0]["vi"]
    assert [item(run, code).outcome for code in ("HOA", "AN")] == ["proposed", "proposed"]
    assert (run.made, run.proposed) == (3, 2)
