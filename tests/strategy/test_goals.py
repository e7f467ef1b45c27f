"""Writing goals: what is refused at which field, who may, what happens as people agree."""

from __future__ import annotations

import datetime
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.cast import Cast, make_kpi
from tests.strategy.plans import strategic, values, with_vision, year_of, yearly

from tamnhin.accounts.models import Role
from tamnhin.accounts.services import grant_role
from tamnhin.agreements.access import agreements_visible_to
from tamnhin.agreements.models import Agreement, Delegation
from tamnhin.agreements.services import AgreementError, AgreementForbiddenError, activate, speak, withdraw
from tamnhin.base.models import AuditEntry
from tamnhin.kpis.models import Kpi
from tamnhin.organisation.access import forget_scope, today
from tamnhin.organisation.models import Company, Person, Unit
from tamnhin.organisation.services import OtherCompanyError
from tamnhin.strategy.access import goals_visible_to
from tamnhin.strategy.models import Cycle, Goal
from tamnhin.strategy.problems import RefusedError, StaleError
from tamnhin.strategy.rules import GoalValues
from tamnhin.strategy.services import perspectives as lanes
from tamnhin.strategy.services.goals import (
    activate_goal,
    agreement_of,
    change_goal,
    close_goal,
    create_goal,
    discard_goal,
    move_to_perspective,
    propose_goals,
)


def refusals(error: pytest.ExceptionInfo[RefusedError]) -> list[tuple[str, str]]:
    return [(fault.field, fault.problem.code) for fault in error.value.faults]


def refused(cast: Cast, **given: Any) -> list[tuple[str, str]]:
    before = Goal.objects.count()
    with pytest.raises(RefusedError) as error:
        create_goal(acting_user=cast.minh, company=cast.company, values=values(cast, **given))
    assert Goal.objects.count() == before
    return refusals(error)


def measured(cast: Cast, goal: Goal) -> Goal:
    """With a KPI and numbers, so that it may be proposed."""
    kpi = Kpi.objects.filter(company=cast.company, code="REV").first() or make_kpi(cast.company, "REV", "Doanh thu")
    now = replace(GoalValues.of(goal), kpi=kpi, baseline=100.0, target=120.0)
    return change_goal(acting_user=cast.lan, goal=goal, values=now)


def ready(cast: Cast, **given: Any) -> Goal:
    """A draft of the sales unit that may be proposed: it reaches the vision and has its numbers."""
    with_vision(cast)
    return measured(cast, yearly(cast, parent=strategic(cast), **given))


# -- writing -----------------------------------------------------------------------------------------------------


def test_codes_are_proposed_in_a_row_and_may_be_ones_own(cast: Cast) -> None:
    assert yearly(cast).code == "MT-01"
    assert yearly(cast, code="DT-BAC").code == "DT-BAC"
    assert yearly(cast).code == "MT-02"
    assert refused(cast, code="MT-01") == [("code", "GOAL_CODE_TAKEN")]


def test_a_goal_begins_as_a_draft_on_record(cast: Cast) -> None:
    before = Company.objects.get(pk=cast.company.pk).structure_version
    goal = yearly(cast)
    assert (goal.status, goal.created_by, goal.revision) == ("draft", cast.minh, 1)
    entry = AuditEntry.objects.get(action="goal.created")
    assert (entry.acting_user, entry.object_id) == (cast.minh, str(goal.pk))
    assert Company.objects.get(pk=cast.company.pk).structure_version == before + 1


def test_dates_must_be_in_order_inside_the_parent_and_inside_the_cycle(cast: Cast) -> None:
    year = year_of(cast)
    parent = strategic(cast)
    assert refused(cast, valid_to=date(year - 1, 12, 31)) == [("valid_to", "SPAN_REVERSED")]
    assert refused(cast, parent=parent, valid_to=date(year + 2, 1, 1)) == [("valid_to", "GOAL_OUTSIDE_PARENT")]
    assert refused(cast, parent=parent, valid_from=date(year - 2, 12, 31)) == [("valid_from", "GOAL_OUTSIDE_PARENT")]
    cycle = Cycle.objects.create(
        company=cast.company, code="Q", kind="quarter", valid_from=date(year, 1, 1), valid_to=date(year, 3, 31)
    )
    assert refused(cast, cycle=cycle) == [("valid_to", "GOAL_OUTSIDE_CYCLE")]
    Cycle.objects.filter(pk=cycle.pk).update(closed_at=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
    cycle.refresh_from_db()
    assert refused(cast, cycle=cycle) == [("cycle", "GOAL_CYCLE_CLOSED")]


def test_a_long_goal_cannot_serve_a_short_one(cast: Cast) -> None:
    year = year_of(cast)
    quarter = yearly(cast, horizon="quarter", valid_from=date(year, 1, 1), valid_to=date(year, 3, 31))
    assert refused(cast, parent=quarter, valid_to=date(year, 3, 31)) == [("parent", "GOAL_PARENT_SHORTER")]


def test_goals_that_would_serve_each_other_are_refused_with_the_path(cast: Cast) -> None:
    first = yearly(cast)
    second = yearly(cast, parent=first)
    third = yearly(cast, parent=second)
    with pytest.raises(RefusedError) as error:
        change_goal(acting_user=cast.minh, goal=first, values=replace(GoalValues.of(first), parent=third))
    problem = error.value.faults[0].problem
    assert problem.args["path"] == "MT-01 → MT-03 → MT-02 → MT-01"
    assert (error.value.faults[0].field, problem.code) == ("parent", "GOAL_PARENT_CIRCLE")
    with pytest.raises(RefusedError):
        change_goal(acting_user=cast.minh, goal=first, values=replace(GoalValues.of(first), parent=first))


def test_the_dates_of_a_parent_do_not_shrink_over_its_children(cast: Cast) -> None:
    parent = strategic(cast)
    yearly(cast, parent=parent)
    shorter = replace(GoalValues.of(parent), valid_to=date(year_of(cast), 6, 30))
    with pytest.raises(RefusedError) as error:
        change_goal(acting_user=cast.lan, goal=parent, values=shorter)
    assert ("valid_to", "GOAL_CHILD_OUTSIDE") in refusals(error)


def test_somebody_who_has_left_answers_for_nothing(cast: Cast) -> None:
    Person.objects.filter(owner__code="HOA").update(left=today(cast.company) - timedelta(days=1))
    assert refused(cast, owner=cast.owner("HOA")) == [("owner", "GOAL_OWNER_LEFT")]
    Person.objects.filter(owner__code="HOA").update(left=today(cast.company))
    assert yearly(cast, owner=cast.owner("HOA")).pk


def test_a_retired_kpi_and_a_target_that_is_the_baseline_are_refused(cast: Cast) -> None:
    kpi = make_kpi(cast.company, "OLD", "Số cũ")
    kpi.status = Kpi.Status.RETIRED
    kpi.save()
    assert refused(cast, kpi=kpi, baseline=5.0, target=5.0) == [
        ("kpi", "GOAL_KPI_RETIRED"), ("target", "GOAL_TARGET_IS_BASELINE"),
    ]  # fmt: skip
    assert refused(cast, baseline=0.0, target=0.0) == [("target", "GOAL_TARGET_IS_BASELINE")]


def test_rows_of_another_company_are_an_error_and_never_a_goal(cast: Cast) -> None:
    far = Unit.objects.get(company=cast.other)
    with pytest.raises(OtherCompanyError):
        create_goal(acting_user=cast.lan, company=cast.company, values=values(cast, unit=far))


def test_the_same_again_writes_nothing_and_a_change_tells_only_what_changed(cast: Cast) -> None:
    goal = yearly(cast)
    count = AuditEntry.objects.count()
    assert change_goal(acting_user=cast.minh, goal=goal, values=GoalValues.of(goal)).revision == 1
    assert AuditEntry.objects.count() == count
    after = change_goal(acting_user=cast.minh, goal=goal, values=replace(GoalValues.of(goal), title="Khác hẳn đi"))
    entry = AuditEntry.objects.latest("pk")
    assert (after.revision, entry.before, entry.after) == (
        2, {"title": goal.title}, {"title": "Khác hẳn đi"},
    )  # fmt: skip


def test_the_second_of_two_writers_gets_the_first_ones_goal(cast: Cast) -> None:
    goal = yearly(cast)
    mine = replace(GoalValues.of(goal), title="Bản của tôi đây")
    change_goal(acting_user=cast.lan, goal=goal, values=replace(GoalValues.of(goal), title="Bản của Lan"),
                expected_revision=1)  # fmt: skip
    with pytest.raises(StaleError) as stale:
        change_goal(acting_user=cast.minh, goal=goal, values=mine, expected_revision=1)
    assert (stale.value.current.title, stale.value.current.revision) == ("Bản của Lan", 2)


# -- who may -----------------------------------------------------------------------------------------------------


def test_heads_write_for_their_unit_and_below_and_only_the_top_for_the_company(cast: Cast) -> None:
    assert yearly(cast, cast.minh, unit=cast.team).pk
    assert yearly(cast, cast.hung, unit=cast.factory).pk
    for user, unit in (
        (cast.minh, cast.factory), (cast.minh, None), (cast.minh, cast.root), (cast.hoa, cast.sales),
        (cast.tuan, cast.sales), (cast.thu, cast.sales), (cast.phuc, None), (cast.quang, None), (cast.nobody, None),
    ):  # fmt: skip
        with pytest.raises(RefusedError) as error:
            create_goal(acting_user=user, company=cast.company, values=values(cast, unit=unit))
        assert refusals(error) == [("unit", "GOAL_NOT_YOURS")]
    for user in (cast.lan, cast.dung, cast.hung):
        assert strategic(cast, user).pk


def test_who_only_leads_the_topmost_unit_does_not_write_for_the_company(cast: Cast) -> None:
    grant_role(acting_user=None, company_id=cast.company.pk, user=cast.binh, role=Role.HEAD, unit_id=cast.root.pk)
    forget_scope(cast.binh)
    assert yearly(cast, cast.binh, unit=cast.factory).pk
    for unit in (None, cast.root):
        with pytest.raises(RefusedError) as error:
            create_goal(acting_user=cast.binh, company=cast.company, values=values(cast, unit=unit))
        assert refusals(error) == [("unit", "GOAL_NOT_YOURS")]


def test_a_head_cannot_move_a_goal_out_of_reach_nor_take_anothers(cast: Cast) -> None:
    mine, theirs = yearly(cast), yearly(cast, cast.lan, unit=cast.factory)
    with pytest.raises(RefusedError):
        change_goal(acting_user=cast.minh, goal=mine, values=replace(GoalValues.of(mine), unit=cast.factory))
    with pytest.raises(RefusedError):
        change_goal(acting_user=cast.minh, goal=theirs, values=replace(GoalValues.of(theirs), unit=cast.sales))


def seen(user: Any, cast: Cast) -> set[str]:
    forget_scope(user)
    return set(goals_visible_to(user, cast.company).values_list("code", flat=True))


def test_drafts_are_seen_by_those_who_may_write_there(cast: Cast) -> None:
    strategic(cast, code="CTY")
    yearly(cast, code="KD-1")
    for name in ("lan", "hung", "dung"):
        assert seen(getattr(cast, name), cast) == {"CTY", "KD-1"}
    assert seen(cast.minh, cast) == {"KD-1"}
    for name in ("hoa", "an", "binh", "tuan", "thu", "phuc", "quang", "nobody"):
        assert seen(getattr(cast, name), cast) == set()


def test_goals_in_force_are_seen_by_the_whole_company_or_by_those_who_see_the_unit(cast: Cast) -> None:
    strategic(cast, code="CTY")
    yearly(cast, code="KD-1")
    Goal.objects.update(status="active")
    for name in ("lan", "hung", "dung", "minh", "hoa", "an", "thu", "tuan", "phuc"):
        assert seen(getattr(cast, name), cast) == {"CTY", "KD-1"}
    assert seen(cast.binh, cast) == {"CTY"}
    assert seen(cast.quang, cast) == seen(cast.nobody, cast) == set()


# -- agreeing ----------------------------------------------------------------------------------------------------


def test_the_director_puts_a_goal_of_the_company_in_force_alone(cast: Cast) -> None:
    with_vision(cast)
    goal = measured(cast, strategic(cast))
    assert activate_goal(acting_user=cast.lan, goal=goal).status == "active"
    agreement = agreement_of(goal)
    assert agreement is not None
    assert (agreement.state, agreement.proposed_by) == ("active", cast.lan)


def test_hr_alone_does_not_put_a_goal_of_the_company_in_force(cast: Cast) -> None:
    with_vision(cast)
    goal = measured(cast, strategic(cast))
    with pytest.raises(AgreementError):
        activate_goal(acting_user=cast.hung, goal=goal)
    goal.refresh_from_db()
    assert goal.status == "draft"
    assert agreement_of(goal) is None


def test_a_departments_goal_goes_step_by_step_and_its_state_follows(cast: Cast) -> None:
    goal = ready(cast)
    agreement = propose_goals(
        acting_user=cast.minh, company=cast.company, goals=[goal], people=[cast.person("HOA")], note="Xin ý kiến"
    )[0]
    goal.refresh_from_db()
    assert goal.status == "proposed"
    agreement = speak(acting_user=cast.hung, agreement=agreement, answer="yes")
    goal.refresh_from_db()
    assert goal.status == agreement.state
    speak(acting_user=cast.hoa, agreement=agreement, answer="yes")
    agreement.refresh_from_db()
    if agreement.state != "agreed":  # the upper manager, where the company has one
        agreement = speak(acting_user=cast.lan, agreement=agreement, answer="yes")
    goal.refresh_from_db()
    assert goal.status == "agreed"
    activate(acting_user=cast.minh, agreement=agreement)
    goal.refresh_from_db()
    assert goal.status == "active"


def test_while_it_is_asked_about_nothing_is_edited_and_a_return_makes_it_a_draft_again(cast: Cast) -> None:
    goal = ready(cast)
    agreement = propose_goals(acting_user=cast.minh, company=cast.company, goals=[goal])[0]
    goal.refresh_from_db()
    with pytest.raises(RefusedError) as error:
        change_goal(acting_user=cast.minh, goal=goal, values=GoalValues.of(goal))
    assert refusals(error) == [("", "GOAL_NOT_DRAFT")]
    speak(acting_user=cast.hung, agreement=agreement, answer="no", text="Chỉ tiêu chưa có căn cứ")
    goal.refresh_from_db()
    assert goal.status == "draft"
    again = propose_goals(acting_user=cast.minh, company=cast.company, goals=[goal])[0]
    assert (again.pk, again.round) == (agreement.pk, 2)
    withdraw(acting_user=cast.minh, agreement=again)
    goal.refresh_from_db()
    assert goal.status == "draft"


def test_a_goal_that_came_back_is_a_draft_to_its_readers_too(cast: Cast) -> None:
    goal = ready(cast)
    agreement = propose_goals(acting_user=cast.minh, company=cast.company, goals=[goal])[0]
    readers = (cast.hoa, cast.an, cast.phuc)
    assert all(goal.code in seen(user, cast) for user in (*readers, cast.thu))
    speak(acting_user=cast.hung, agreement=agreement, answer="no", text="Chỉ tiêu chưa có căn cứ")
    assert not any(goal.code in seen(user, cast) for user in readers)
    assert not any(agreements_visible_to(user, cast.company).exists() for user in readers)
    for user in (cast.minh, cast.hung, cast.lan, cast.thu):  # an auditor reads what is on record
        assert goal.code in seen(user, cast)
        assert agreements_visible_to(user, cast.company).exists()


def test_a_draft_that_nobody_proposed_is_not_on_record_yet(cast: Cast) -> None:
    goal = ready(cast)
    assert goal.code not in seen(cast.thu, cast)
    agreement = propose_goals(acting_user=cast.minh, company=cast.company, goals=[goal])[0]
    withdraw(acting_user=cast.minh, agreement=agreement, text="Viết lại")
    assert goal.code in seen(cast.thu, cast)
    assert goal.code not in seen(cast.hoa, cast)


def test_a_related_department_sees_the_goal_it_is_asked_about_and_only_that(cast: Cast) -> None:
    Unit.objects.filter(pk=cast.factory.pk).update(head=cast.person("BINH"))
    goal = ready(cast)
    measured(cast, yearly(cast))
    assert seen(cast.binh, cast) == set()
    factory = Unit.objects.get(pk=cast.factory.pk)
    propose_goals(acting_user=cast.minh, company=cast.company, goals=[goal], related=[factory])
    assert goal.code in seen(cast.binh, cast)
    assert len(seen(cast.binh, cast)) == 1
    assert not Delegation.objects.exists()


def test_several_are_proposed_together_or_none(cast: Cast) -> None:
    one = ready(cast)
    two = yearly(cast, parent=Goal.objects.get(horizon="strategic"))  # no KPI yet
    with pytest.raises(RefusedError) as error:
        propose_goals(acting_user=cast.minh, company=cast.company, goals=[one, two])
    assert {fault.problem.args.get("code") for fault in error.value.faults} == {two.code}
    assert not Agreement.objects.exists()
    measured(cast, two)
    two.refresh_from_db()
    assert len(propose_goals(acting_user=cast.minh, company=cast.company, goals=[one, two])) == 2


def test_whoever_may_not_propose_for_a_unit_is_refused_by_the_flow(cast: Cast) -> None:
    goal = ready(cast)
    with pytest.raises(AgreementForbiddenError):
        propose_goals(acting_user=cast.binh, company=cast.company, goals=[goal])


# -- the end -----------------------------------------------------------------------------------------------------


def test_closing_keeps_the_result_and_what_was_learnt(cast: Cast) -> None:
    with_vision(cast)
    goal = measured(cast, strategic(cast))
    activate_goal(acting_user=cast.lan, goal=goal)
    with pytest.raises(RefusedError) as error:
        close_goal(acting_user=cast.lan, goal=goal, result=118.0, note="  ")
    assert refusals(error) == [("note", "GOAL_RESULT_NOTE")]
    closed = close_goal(acting_user=cast.lan, goal=goal, result=118.0, note="Thiếu hàng tháng 6")
    assert (closed.status, closed.result, closed.result_note) == ("closed", 118.0, "Thiếu hàng tháng 6")
    assert closed.closed_at is not None
    assert Agreement.objects.get(kind="goal").state == "closed"
    with pytest.raises(RefusedError):
        close_goal(acting_user=cast.lan, goal=goal, result=1.0, note="lần nữa")


def test_a_goal_that_came_from_a_file_is_closed_without_an_agreement(cast: Cast) -> None:
    goal = yearly(cast)
    Goal.objects.filter(pk=goal.pk).update(status="active")
    assert close_goal(acting_user=cast.minh, goal=goal, result=None, note="Bỏ, đã gộp").status == "closed"
    assert not Agreement.objects.exists()


def test_what_others_still_serve_is_neither_closed_nor_discarded(cast: Cast) -> None:
    parent = strategic(cast)
    child = yearly(cast, parent=parent)
    with pytest.raises(RefusedError) as error:
        discard_goal(acting_user=cast.lan, goal=parent)
    assert error.value.faults[0].problem.args["codes"] == child.code
    discard_goal(acting_user=cast.minh, goal=child)
    discard_goal(acting_user=cast.lan, goal=parent)
    assert not goals_visible_to(cast.lan, cast.company).exists()
    assert Goal.objects.count() == 2  # the record stays


def test_a_goal_in_force_may_move_to_another_lane_and_nothing_else_changes(cast: Cast) -> None:
    goal = yearly(cast)
    Goal.objects.filter(pk=goal.pk).update(status="active")
    lane = lanes.perspectives_of(cast.company)[1]
    moved = move_to_perspective(acting_user=cast.minh, goal=goal, perspective=lane)
    assert (moved.perspective, moved.status) == ("customer", "active")
    with pytest.raises(RefusedError):
        move_to_perspective(acting_user=cast.hoa, goal=goal, perspective=None)
