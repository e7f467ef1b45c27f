"""A department's goals beside the company's: who serves what, what is missing, and where each agreement stands."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from django.urls import reverse

from tamnhin.agreements.selectors import open_of
from tamnhin.agreements.states import State
from tamnhin.agreements.timelines import timelines
from tamnhin.dashboards.reading import Reading, with_query
from tamnhin.dashboards.shapes import Link
from tamnhin.organisation.access import units_visible_to
from tamnhin.organisation.models import Unit
from tamnhin.planning.departments.forms import QuickGoalForm
from tamnhin.planning.departments.shapes import Above, DepartmentPage, Ours
from tamnhin.planning.strategy import rows
from tamnhin.planning.strategy.act_forms import ProposeForm
from tamnhin.planning.strategy.shapes import GoalRow
from tamnhin.strategy.access import can_write_unit, goals_visible_to
from tamnhin.strategy.models import Goal
from tamnhin.strategy.selectors import served_by
from tamnhin.strategy.services.goals import KIND, ready_faults
from tamnhin.strategy.services.perspectives import perspectives_of


def department_page(
    reading: Reading,
    unit: Unit,
    add: QuickGoalForm | None = None,
    propose: ProposeForm | None = None,
) -> DepartmentPage:
    """``add``, ``propose``: forms that were refused.

    A number of queries that does not grow with the goals, but for the checks of the unit's own drafts.
    """
    user, company = reading.user, reading.company
    every = list(rows.with_related(goals_visible_to(user, company)).exclude(status=State.CLOSED).order_by("pk"))
    above = [goal for goal in every if _is_companys(goal) and goal.valid_to >= reading.live.as_of]
    ours = [goal for goal in every if goal.unit_id == unit.pk]
    if unit.parent_id is None:
        above = [goal for goal in every if goal.horizon == Goal.Horizon.STRATEGIC]
    ordered, depths = rows.in_tree(above)
    depths |= rows.in_tree(ours)[1]
    perspectives = perspectives_of(company, archived=True)
    shown = rows.rows_of(reading, [*ordered, *ours], depths=depths, perspectives=perspectives, among=every)
    above_rows, our_rows = shown[: len(ordered)], shown[len(ordered) :]
    children: dict[int, list[Goal]] = defaultdict(list)
    for goal in every:
        if goal.parent_id is not None:
            children[goal.parent_id].append(goal)
    may = can_write_unit(user, company, unit)
    served = served_by(company)
    lines = [
        _above(unit, goal, row, _below(goal, children), served.get(goal.pk, Counter()), may=may)
        for goal, row in zip(ordered, above_rows, strict=True)
    ]
    mine = _ours(reading, ours, our_rows, may=may)
    code = unit.owner.code
    propose = propose or (ProposeForm(reading=reading, unit=unit) if may else None)
    return DepartmentPage(
        code=code,
        name=unit.owner.name,
        head=unit.head.owner.name if unit.head is not None else "",
        above=lines,
        ours=mine,
        units=[
            Link(name, reverse("unit_goals", args=[other]), "current" if other == code else "")
            for other, name in units_visible_to(user, company).values_list("owner__code", "owner__name")
        ],
        unserved=sum(line.unserved for line in lines),
        loose=sum(goal.parent_id is None and goal.horizon != Goal.Horizon.STRATEGIC for goal in ours),
        waiting=sum(bool(one.timeline and one.timeline.waits_for) for one in mine),
        may_write=may,
        add=(add or QuickGoalForm(reading=reading, unit=unit, above=ordered)) if may else None,
        propose=propose,
        people=propose.people_offered() if propose is not None else (),
        new_url=with_query(reverse("goal_new"), unit=code) if may else "",
        card_url=reading.card_url(reading.live.owner_at[code]) if code in reading.live.owner_at else "",
    )


def _is_companys(goal: Goal) -> bool:
    """Of the whole company: of no unit and nobody in particular, or of the root; and every strategic one, whoever
    answers for it.
    """
    if goal.horizon == Goal.Horizon.STRATEGIC:
        return True
    return goal.unit is None or goal.unit.parent_id is None


def _below(goal: Goal, children: dict[int, list[Goal]]) -> list[Goal]:
    """All that serve the goal, directly or through another."""
    found: list[Goal] = []
    seen = {goal.pk}
    pending = list(children.get(goal.pk, ()))
    while pending:
        one = pending.pop(0)
        if one.pk not in seen:
            seen.add(one.pk)
            found.append(one)
            pending += children.get(one.pk, ())
    return found


def _above(unit: Unit, goal: Goal, row: GoalRow, below: list[Goal], served: Counter[int | None], *, may: bool) -> Above:
    ours = [one for one in below if one.unit_id == unit.pk]
    root = int(unit.path.strip("/").split("/")[0])
    others = sum(count for one, count in served.items() if one not in (None, unit.pk, root))
    horizon = "year" if goal.horizon == Goal.Horizon.STRATEGIC else "quarter"
    return Above(
        row,
        [Link(one.title, reverse("goal", args=[one.code]), one.code) for one in ours],
        others,
        with_query(reverse("goal_new"), unit=unit.owner.code, parent=goal.code, horizon=horizon) if may else "",
    )


def _ours(reading: Reading, goals: list[Goal], shown: list[GoalRow], *, may: bool) -> list[Ours]:
    agreements = open_of(reading.company, KIND, [goal.pk for goal in goals])
    lines: dict[int, Any] = dict(timelines(reading.company, list(agreements.values()))) if agreements else {}
    by_code = {row.code: row for row in shown}
    ordered, _depths = rows.in_tree(goals)
    out = []
    for goal in ordered:
        agreement = agreements.get(goal.pk)
        draft = goal.status == State.DRAFT
        faults = [one.problem.text(reading.language) for one in ready_faults(goal)] if draft and may else []
        out.append(
            Ours(
                pk=goal.pk,
                row=by_code[goal.code],
                edit_url=reverse("goal_edit", args=[goal.code]) if draft and may else "",
                ready=draft and may and not faults,
                faults=faults,
                timeline=lines.get(agreement.pk) if agreement is not None else None,
                agreement_url=reverse("agreement", args=[agreement.pk]) if agreement is not None else "",
            )
        )
    return out
