"""Changing a goal in force: asked for with a reason, agreed, and only then true; the old values stay on record."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.cast import Cast, make_kpi
from tests.strategy.plans import strategic, with_vision, yearly

from tamnhin.agreements.models import Agreement
from tamnhin.agreements.services import AgreementGateError, activate, activate_ripe, speak
from tamnhin.base.models import AuditEntry
from tamnhin.organisation.access import today
from tamnhin.strategy.models import Goal, GoalChange
from tamnhin.strategy.problems import RefusedError
from tamnhin.strategy.rules import GoalValues
from tamnhin.strategy.services.changes import change_agreement, drop_change, request_change
from tamnhin.strategy.subject import rows_of


@pytest.fixture
def goal(cast: Cast) -> Goal:
    """The sales unit's, in force: 100 → 120."""
    with_vision(cast)
    parent = strategic(cast)
    kpi = make_kpi(cast.company, "REV", "Doanh thu")
    made = yearly(cast, parent=parent, kpi=kpi, baseline=100.0, target=120.0)
    Goal.objects.filter(company=cast.company).update(status="active")
    made.refresh_from_db()
    return made


def ask(cast: Cast, goal: Goal, user: Any = None, **more: Any) -> GoalChange:
    changed = {name: more.pop(name) for name in ("target", "baseline", "title", "owner", "valid_to") if name in more}
    given: dict[str, Any] = {"reason": "Mất khách lớn", "effective": today(cast.company), **more}
    goal.refresh_from_db()
    return request_change(
        acting_user=user or cast.minh, goal=goal, values=replace(GoalValues.of(goal), **changed), **given
    )


def agreed(cast: Cast, change: GoalChange) -> Agreement:
    """Everybody who is asked says yes."""
    agreement = change_agreement(change)
    assert agreement is not None
    for user in (cast.hung, cast.lan):
        if agreement.state not in ("agreed", "active"):
            agreement = speak(acting_user=user, agreement=agreement, answer="yes")
    assert agreement.state == "agreed"
    return agreement


def codes(error: pytest.ExceptionInfo[RefusedError]) -> list[str]:
    return [fault.problem.code for fault in error.value.faults]


def test_nothing_changes_until_people_have_agreed_and_it_is_put_in_force(cast: Cast, goal: Goal) -> None:
    change = ask(cast, goal, target=110.0)
    goal.refresh_from_db()
    assert (goal.target, goal.status, change.status) == (120.0, "active", "proposed")
    agreement = agreed(cast, change)
    goal.refresh_from_db()
    assert goal.target == 120.0
    activate(acting_user=cast.minh, agreement=agreement)
    goal.refresh_from_db()
    change.refresh_from_db()
    assert (goal.target, goal.status, change.status) == (110.0, "active", "active")
    assert (change.before, change.after) == ({"target": 120.0}, {"target": 110.0})
    entry = AuditEntry.objects.get(action="goal.change_applied")
    assert entry.before == {"target": 120.0}
    assert rows_of(change) == [("Chỉ tiêu", "120", "110")]


def test_owner_and_days_change_the_same_way(cast: Cast, goal: Goal) -> None:
    end = goal.valid_to - timedelta(days=31)
    change = ask(cast, goal, owner=cast.owner("HOA"), valid_to=end)
    assert change.after == {"owner": "HOA", "valid_to": end.isoformat()}
    activate(acting_user=cast.minh, agreement=agreed(cast, change))
    goal.refresh_from_db()
    assert (goal.owner, goal.valid_to) == (cast.owner("HOA"), end)
    assert rows_of(change)[0] == ("Phụ trách", "Nguyễn Văn Minh", "Lê Thị Hoa")


def test_a_request_needs_a_difference_a_reason_and_a_day_that_is_not_past(cast: Cast, goal: Goal) -> None:
    with pytest.raises(RefusedError) as error:
        ask(cast, goal, reason=" ", effective=today(cast.company) - timedelta(days=1))
    assert codes(error) == ["GOAL_CHANGE_NOTHING", "GOAL_CHANGE_REASON", "GOAL_CHANGE_PAST"]
    with pytest.raises(RefusedError) as error:
        ask(cast, goal, target=100.0)
    assert codes(error) == ["GOAL_TARGET_IS_BASELINE"]
    assert not GoalChange.objects.exists()
    assert not Agreement.objects.exists()


def test_a_target_that_points_the_wrong_way_is_refused(cast: Cast, goal: Goal) -> None:
    with pytest.raises(RefusedError) as error:
        ask(cast, goal, target=90.0)
    assert [(fault.field, fault.problem.args["letter"]) for fault in error.value.faults] == [("target", "M")]
    assert not GoalChange.objects.exists()


def test_one_request_at_a_time(cast: Cast, goal: Goal) -> None:
    ask(cast, goal, target=110.0)
    with pytest.raises(RefusedError) as error:
        ask(cast, goal, target=111.0)
    assert codes(error) == ["GOAL_CHANGE_OPEN"]


def test_only_those_who_write_there_ask_and_only_of_a_goal_in_force(cast: Cast, goal: Goal) -> None:
    for user in (cast.hoa, cast.binh, cast.thu, cast.quang):
        with pytest.raises(RefusedError) as error:
            ask(cast, goal, user, target=110.0)
        assert codes(error) == ["GOAL_NOT_YOURS"]
    Goal.objects.filter(pk=goal.pk).update(status="draft")
    with pytest.raises(RefusedError) as error:
        ask(cast, goal, target=110.0)
    assert codes(error) == ["GOAL_NOT_ACTIVE"]


def test_a_later_day_is_waited_for(cast: Cast, goal: Goal) -> None:
    day = today(cast.company) + timedelta(days=3)
    agreement = agreed(cast, ask(cast, goal, target=110.0, effective=day))
    with pytest.raises(AgreementGateError) as shut:
        activate(acting_user=cast.minh, agreement=agreement)
    assert [problem.code for problem in shut.value.problems] == ["GOAL_CHANGE_NOT_YET"]
    GoalChange.objects.update(effective=today(cast.company))
    activate(acting_user=cast.minh, agreement=agreement)
    goal.refresh_from_db()
    assert goal.target == 110.0


def test_a_request_written_on_numbers_that_have_moved_does_not_take_effect(cast: Cast, goal: Goal) -> None:
    agreement = agreed(cast, ask(cast, goal, target=110.0))
    Goal.objects.filter(pk=goal.pk).update(target=130.0)  # a file brought another target
    with pytest.raises(AgreementGateError) as shut:
        activate(acting_user=cast.minh, agreement=agreement)
    assert [problem.code for problem in shut.value.problems] == ["GOAL_CHANGE_MOVED"]
    goal.refresh_from_db()
    assert goal.target == 130.0


def test_a_returned_request_is_written_anew_or_dropped(cast: Cast, goal: Goal) -> None:
    change = ask(cast, goal, target=110.0)
    agreement = change_agreement(change)
    assert agreement is not None
    speak(acting_user=cast.hung, agreement=agreement, answer="no", text="Thấp quá")
    change.refresh_from_db()
    assert change.status == "draft"
    again = ask(cast, goal, target=115.0)
    assert (again.pk, again.after, again.status) == (change.pk, {"target": 115.0}, "proposed")
    with pytest.raises(RefusedError):
        drop_change(acting_user=cast.minh, change=again)
    agreement.refresh_from_db()
    speak(acting_user=cast.hung, agreement=agreement, answer="no", text="Vẫn thấp")
    with pytest.raises(RefusedError):
        drop_change(acting_user=cast.hoa, change=again)
    assert drop_change(acting_user=cast.minh, change=again).status == "closed"
    goal.refresh_from_db()
    assert goal.target == 120.0


def test_on_its_day_it_takes_effect_by_itself_and_only_once(cast: Cast, goal: Goal) -> None:
    change = ask(cast, goal, target=110.0)
    assert activate_ripe(cast.company) == []  # nobody has agreed yet
    agreed(cast, change)
    (done,) = activate_ripe(cast.company)
    assert done.error is None
    goal.refresh_from_db()
    assert goal.target == 110.0
    entry = AuditEntry.objects.get(action="goal.change_applied")
    assert entry.acting_user is None
    assert activate_ripe(cast.company) == []
    assert activate_ripe(cast.other) == []


def test_one_for_a_later_day_waits_and_one_that_cannot_take_effect_keeps_no_other_back(cast: Cast, goal: Goal) -> None:
    other = yearly(cast, cast.lan, parent=goal.parent, kpi=goal.kpi, baseline=1.0, target=2.0)
    Goal.objects.filter(pk=other.pk).update(status="active")
    later = agreed(cast, ask(cast, goal, target=110.0, effective=today(cast.company) + timedelta(days=1)))
    assert activate_ripe(cast.company) == []
    agreed(cast, ask(cast, other, target=3.0))
    stuck, done = activate_ripe(cast.company, today(cast.company) + timedelta(days=1))
    assert stuck.agreement == later
    assert stuck.error is not None
    assert [problem.code for problem in stuck.error.problems] == ["GOAL_CHANGE_NOT_YET"]
    assert done.error is None
    other.refresh_from_db()
    goal.refresh_from_db()
    later.refresh_from_db()
    assert (other.target, goal.target, later.state) == (3.0, 120.0, "agreed")
