"""The SMART check (``engine.smart``) of a goal as it is typed or stored."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import numpy as np
from django.apps import apps

from tamnhin.engine.aggregation import Floats
from tamnhin.engine.smart import Check, GoalDraft, Span, check
from tamnhin.organisation.models import Company
from tamnhin.strategy.models import Cycle, Goal
from tamnhin.strategy.problems import Fault, fault
from tamnhin.strategy.rules import GoalValues

# Where each letter is put right.
FIELDS = {"S": "title", "M": "kpi", "A": "target", "R": "parent", "T": "valid_to"}


def checks_of(
    company: Company, values: GoalValues, history: Floats | Sequence[float] = (), direction: str | None = None
) -> tuple[Check, ...]:
    """The five letters. ``history``: the KPI's past as ``dashboards.selectors.goals.past_of`` gives it; without one the
    letter A only warns. ``direction``: that of the KPI where the caller knows it. At most two queries.
    """
    if direction is None:
        direction = direction_of(values) if values.kpi is not None else "higher"
    return check(
        GoalDraft(
            title=values.title,
            description=values.description,
            scope=values.scope,
            horizon=values.horizon,
            span=Span(values.valid_from, values.valid_to),
            parent=_span(values.parent),
            parent_code=values.parent.code if values.parent is not None else "",
            cycle=_span(values.cycle),
            owner=values.owner.name if values.owner is not None else "",
            unit=values.unit.owner.name if values.unit is not None else "",
            kpi=values.kpi.code if values.kpi is not None else "",
            direction=direction,
            baseline=values.baseline,
            target=values.target,
            reaches_vision=reaches_vision(company, values.parent),
            has_vision=bool(company.vision),
            history=np.asarray(history, dtype=np.float64),
        )
    )


def smart_faults(goal: Goal) -> list[Fault]:
    """What fails, as problems at the fields where it is put right. What only warns is for people to weigh."""
    return [
        fault(
            FIELDS[one.letter],
            "GOAL_SMART",
            code=goal.code,
            letter=one.letter,
            reason_vi=one.text("vi"),
            reason_en=one.text("en"),
        )
        for one in checks_of(goal.company, GoalValues.of(goal))
        if one.verdict == "fail"
    ]


def reaches_vision(company: Company, parent: Goal | None) -> bool:
    """Whether the goals above lead up to a strategic one. One query, or none where the parent is one."""
    if parent is None:
        return False
    if parent.horizon == Goal.Horizon.STRATEGIC:
        return True
    rows = Goal.objects.filter(company=company).values_list("pk", "parent_id", "horizon")
    above = {pk: (up, horizon) for pk, up, horizon in rows}
    at: int | None = parent.pk
    seen: set[int] = set()
    while at is not None and at in above and at not in seen:
        seen.add(at)
        at, horizon = above[at]
        if horizon == Goal.Horizon.STRATEGIC:
            return True
    return False


def direction_of(values: GoalValues) -> str:
    """That of the KPI's newest version. KPIs live in a higher app, so their table is asked by name."""
    if values.kpi is None:
        return "higher"
    versions = apps.get_model("kpis", "KpiVersion")._default_manager.filter(kpi_id=values.kpi.pk)
    # a version without a first day is the oldest; databases disagree on where null stands
    rows = list(versions.order_by("pk").values_list("valid_from", "direction"))
    newest = max(rows, key=lambda row: row[0] or datetime.date.min, default=None)
    return str(newest[1]) if newest is not None else "higher"


def _span(row: Goal | Cycle | None) -> Span | None:
    return Span(row.valid_from, row.valid_to) if row is not None else None
