"""What is refused about a goal, each fault at the field where it is put right. Nothing is written here."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from tamnhin.agreements.states import State
from tamnhin.base.formatting import number
from tamnhin.organisation.models import Company, Owner, Unit
from tamnhin.strategy.models import Cycle, Goal
from tamnhin.strategy.problems import Fault, fault

HORIZONS = (Goal.Horizon.STRATEGIC, Goal.Horizon.YEAR, Goal.Horizon.HALF, Goal.Horizon.QUARTER)  # from the longest
_PROPOSED_CODE = re.compile(r"MT-(\d{1,6})")


class Measure(Protocol):
    """A KPI, as far as a goal needs to know it; KPIs live in a higher app."""

    pk: int
    code: str
    name: str
    status: str


@dataclass(frozen=True, slots=True)
class GoalValues:
    """What somebody says about a goal. ``unit`` None: the whole company's."""

    code: str
    title: str
    horizon: str
    valid_from: datetime.date
    valid_to: datetime.date
    description: str = ""
    scope: str = ""
    parent: Goal | None = None
    cycle: Cycle | None = None
    unit: Unit | None = None
    owner: Owner | None = None
    perspective: str = ""
    kpi: Measure | None = None
    baseline: float | None = None
    target: float | None = None

    @classmethod
    def of(cls, goal: Goal) -> GoalValues:
        """What the goal says now."""
        return cls(
            code=goal.code,
            title=goal.title,
            horizon=goal.horizon,
            valid_from=goal.valid_from,
            valid_to=goal.valid_to,
            description=goal.description,
            scope=goal.scope,
            parent=goal.parent,
            cycle=goal.cycle,
            unit=goal.unit,
            owner=goal.owner,
            perspective=goal.perspective,
            kpi=goal.kpi,
            baseline=goal.baseline,
            target=goal.target,
        )


def next_code(company: Company) -> str:
    """``MT-01``, ``MT-02``, …: one past the highest of these that is taken."""
    taken = Goal.objects.filter(company=company, code__startswith="MT-").values_list("code", flat=True)
    numbers = [int(found[1]) for code in taken if (found := _PROPOSED_CODE.fullmatch(code))]
    return f"MT-{max(numbers, default=0) + 1:02}"


def goal_faults(company: Company, values: GoalValues, today: datetime.date, goal: Goal | None = None) -> list[Fault]:
    """What speaks against a goal. ``goal``: the one that is changed. At most four queries."""
    found: list[Fault] = []
    start, end = values.valid_from, values.valid_to
    same = Goal.objects.filter(company=company, code=values.code).first()
    if same is not None and (goal is None or same.pk != goal.pk):
        found.append(fault("code", "GOAL_CODE_TAKEN", code=values.code, title=same.title, free=next_code(company)))
    if end < start:
        return [*found, fault("valid_to", "SPAN_REVERSED", start=start, end=end)]
    found += _parent_faults(company, values, goal)
    found += _cycle_faults(values)
    found += owner_faults(values.owner, today)
    if values.kpi is not None and values.kpi.status == "retired":
        found.append(fault("kpi", "GOAL_KPI_RETIRED", kpi=values.kpi.code))
    if _same_number(values.baseline, values.target):
        found.append(fault("target", "GOAL_TARGET_IS_BASELINE", target=number(values.target)))
    if goal is not None:
        below = Goal.objects.filter(company=company, parent=goal, archived_at=None).exclude(status=State.CLOSED)
        for child in below.order_by("pk"):
            if child.valid_from < start or child.valid_to > end:
                found.append(fault("valid_to", "GOAL_CHILD_OUTSIDE", child=child.code, **span_of(child)))
    return found


def _parent_faults(company: Company, values: GoalValues, goal: Goal | None) -> list[Fault]:
    parent = values.parent
    if parent is None:
        return []
    if goal is not None:
        circle = circle_of(parents_of(company), goal.pk, parent.pk)
        if circle:
            return [fault("parent", "GOAL_PARENT_CIRCLE", path=" → ".join(circle))]
    found = []
    if parent.status == State.CLOSED:
        found.append(fault("parent", "GOAL_PARENT_CLOSED", parent=parent.code))
    if HORIZONS.index(Goal.Horizon(parent.horizon)) > HORIZONS.index(Goal.Horizon(values.horizon)):
        found.append(fault("parent", "GOAL_PARENT_SHORTER", parent=parent.code))
    if values.valid_from < parent.valid_from or values.valid_to > parent.valid_to:
        field = "valid_from" if values.valid_from < parent.valid_from else "valid_to"
        found.append(fault(field, "GOAL_OUTSIDE_PARENT", parent=parent.code, **span_of(parent)))
    return found


def _cycle_faults(values: GoalValues) -> list[Fault]:
    cycle = values.cycle
    if cycle is None:
        return []
    if cycle.closed_at is not None:
        return [fault("cycle", "GOAL_CYCLE_CLOSED", cycle=cycle.name or cycle.code)]
    if values.valid_from < cycle.valid_from or values.valid_to > cycle.valid_to:
        field = "valid_from" if values.valid_from < cycle.valid_from else "valid_to"
        return [fault(field, "GOAL_OUTSIDE_CYCLE", cycle=cycle.name or cycle.code, **span_of(cycle))]
    return []


def owner_faults(owner: Owner | None, today: datetime.date) -> list[Fault]:
    """Somebody who has left answers for nothing."""
    if owner is None or owner.kind != Owner.Kind.PERSON:
        return []
    left = owner.person.left
    if left is not None and left < today:
        return [fault("owner", "GOAL_OWNER_LEFT", name=owner.name, date=left)]
    return []


def parents_of(company: Company) -> dict[int, tuple[str, int | None]]:
    """By goal its code and its parent. One query."""
    rows = Goal.objects.filter(company=company).values_list("pk", "code", "parent_id")
    return {pk: (code, parent) for pk, code, parent in rows}


def circle_of(parents: Mapping[int, tuple[str, int | None]], goal: int, parent: int) -> list[str]:
    """The codes of the circle that ``parent`` above ``goal`` would close, from the goal and back to it; else empty."""
    path = [parents[goal][0]]
    at: int | None = parent
    seen: set[int] = set()
    while at is not None and at in parents and at not in seen:
        seen.add(at)
        path.append(parents[at][0])
        if at == goal:
            return path
        at = parents[at][1]
    return []


def span_of(row: Goal | Cycle) -> dict[str, object]:
    """First and last day, as a problem tells them."""
    return {"start": row.valid_from, "end": row.valid_to}


def _same_number(one: float | None, other: float | None) -> bool:
    return one is not None and other is not None and math.isclose(one, other, rel_tol=1e-12, abs_tol=0.0)
