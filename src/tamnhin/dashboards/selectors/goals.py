"""Goals beside the numbers of their KPIs: how far, against what is due by now, and what it has been."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from django.db.models import Q
from django.urls import reverse

from tamnhin.agreements.states import State as Agreed
from tamnhin.dashboards.reading import Reading
from tamnhin.dashboards.selectors.lines import NEAR, STATE_STATUS, maybe
from tamnhin.dashboards.shapes import Status, Unit
from tamnhin.engine import periods as per
from tamnhin.engine.aggregation import Floats
from tamnhin.engine.evaluate.measure import measure
from tamnhin.engine.states import State
from tamnhin.strategy.access import goals_visible_to
from tamnhin.strategy.models import Goal

PAST = 12  # periods of the KPI that a target is compared with
IN_SIGHT = 6  # goals on the home page


@dataclass(frozen=True, slots=True)
class GoalNumber:
    """Where a goal stands. ``expected``: what would be on pace today; ``progress`` 0–1 from the baseline to the target.

    ``span`` names the days that ``actual`` covers; ``url`` is the KPI's page where the reader may see it.
    """

    unit: Unit
    status: Status
    span: str = ""
    actual: float | None = None
    expected: float | None = None
    progress: float | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class GoalInSight:
    """A goal of mine or of my unit that runs now."""

    code: str
    title: str
    url: str
    horizon: str
    days_left: int
    target: float | None
    number: GoalNumber | None


def node_of(reading: Reading, kpi: str, owners: Sequence[str | None]) -> tuple[int, int]:
    """The first of some owners (codes), else the root, that has the KPI's number: (node, owner), −1 if none."""
    plan = reading.live.plan
    at = reading.live.facts.kpi_at.get(kpi)
    if at is None:
        return -1, -1
    positions = [reading.live.owner_at[code] for code in owners if code is not None and code in reading.live.owner_at]
    if reading.root is not None:
        positions.append(reading.root)
    if not positions:
        return -1, -1
    found = plan.nodes.find(np.array(positions), at, plan.kpis.count)
    first = next((i for i, node in enumerate(found.tolist()) if node >= 0), None)
    return (int(found[first]), positions[first]) if first is not None else (-1, -1)


def owners_of(goal: Goal) -> list[str | None]:
    """Whose number measures the goal: its unit's, else its owner's. ``unit__owner`` and ``owner`` must be at hand."""
    return [
        goal.unit.owner.code if goal.unit is not None else None,
        goal.owner.code if goal.owner is not None else None,
    ]


def goal_numbers(reading: Reading, goals: Sequence[Goal]) -> dict[int, GoalNumber]:
    """By goal (pk), of those that have a KPI. One query, for who may be opened."""
    nodes = {goal.pk: node_of(reading, goal.kpi.code, owners_of(goal)) for goal in goals if goal.kpi is not None}
    seen = reading.visible({owner for _node, owner in nodes.values() if owner >= 0})
    return {
        goal.pk: _number(reading, goal, *nodes[goal.pk], seen=nodes[goal.pk][1] in seen)
        for goal in goals
        if goal.pk in nodes
    }


def _number(reading: Reading, goal: Goal, node: int, owner: int, *, seen: bool) -> GoalNumber:
    code = goal.kpi.code if goal.kpi is not None else ""
    unit = reading.unit_of(code)
    today = reading.live.as_of
    if node < 0:
        return GoalNumber(unit, Status.NOT_DUE if goal.valid_from > today else Status.NO_DATA)
    first, last, span = span_of(reading, goal)
    found = measure(reading.live.plan, np.array([node]), np.array([per.ordinal(first)]), np.array([per.ordinal(last)]))
    actual = float(found.actual[0, 0])
    url = reading.kpi_url(owner, code) if seen else ""
    if np.isnan(actual):
        state = int(found.state[0, 0])
        said = STATE_STATUS[State(state)] if state >= 0 and state != State.VALUE else Status.NO_DATA
        return GoalNumber(unit, Status.NOT_DUE if goal.valid_from > today else said, span, url=url)
    row = reading.kpi_rows[code]
    gone = min(1.0, max(0.0, ((today - first).days + 1) / ((last - first).days + 1)))
    additive = row["aggregation"] == "sum"
    expected = expected_at(goal.baseline, goal.target, gone, additive=additive)
    status = _status(actual, goal.target, expected, str(row["direction"]), ended=last < today)
    way = progress(actual, None if additive else goal.baseline, goal.target)
    return GoalNumber(unit, status, span, maybe(actual), expected, way, url)


def span_of(reading: Reading, goal: Goal) -> tuple[datetime.date, datetime.date, str]:
    """The days whose number is shown, and their name: the goal's own, of a strategic goal the year of today in it.

    A strategic target is what a year is to be like at the end; three years added up would say nothing of it.
    """
    if goal.horizon != Goal.Horizon.STRATEGIC:
        kind = per.containing(goal.valid_from, _kind(goal.horizon), reading.company.fiscal_year_start)
        whole = kind.start == goal.valid_from and kind.end == goal.valid_to
        name = kind.title(reading.language) if whole else ""
        return goal.valid_from, goal.valid_to, name
    day = min(max(reading.live.as_of, goal.valid_from), goal.valid_to)
    year = per.containing(day, "year", reading.company.fiscal_year_start)
    return max(year.start, goal.valid_from), min(year.end, goal.valid_to), year.title(reading.language)


def _kind(horizon: str) -> Literal["year", "half", "quarter"]:
    return "year" if horizon == "year" else "half" if horizon == "half" else "quarter"


def expected_at(baseline: float | None, target: float | None, gone: float, *, additive: bool) -> float | None:
    """What is on pace when a share of the time has gone: of a sum that share of the target, of any other number the
    same share of the way from the baseline (without one, the target at once)."""
    if target is None:
        return None
    if additive:
        return target * gone
    return target if baseline is None else baseline + (target - baseline) * gone


def progress(actual: float, baseline: float | None, target: float | None) -> float | None:
    """The share of the way from the baseline to the target, within 0–1. Without a baseline, which a sum of the span
    has none of, the share of the target; of a target that is not positive there is no share.
    """
    start = baseline or 0.0
    if target is None or target == start or (baseline is None and target < 0):
        return None
    return min(1.0, max(0.0, (actual - start) / (target - start)))


def _status(actual: float, target: float | None, expected: float | None, direction: str, *, ended: bool) -> Status:
    if target is None or expected is None:
        return Status.NOT_SCORED
    lower = direction == "lower"
    if not ended:
        ahead = actual <= expected if lower else actual >= expected
        return Status.ON_PACE if ahead else Status.BEHIND
    if actual <= target if lower else actual >= target:
        return Status.MET
    reached = (2.0 - actual / target if lower else actual / target) * 100.0 if target > 0 else float("-inf")
    return Status.NEAR if reached >= NEAR else Status.MISSED


def past_of(
    reading: Reading, kpi: str, owners: Sequence[str | None], first: datetime.date, last: datetime.date
) -> Floats:
    """The KPI's last ``PAST`` own periods that have ended, each as if the whole span had gone like it (float64, NaN
    where nothing was reported): a sum is multiplied by how many of its periods the span holds.
    """
    node, _owner = node_of(reading, kpi, owners)
    if node < 0 or last < first:
        return np.empty(0)
    plan = reading.live.plan
    timeline = plan.blocks[plan.nodes.block[node]].timeline
    ended = np.flatnonzero(timeline.stop <= per.ordinal(reading.live.as_of))[-PAST:]
    if not len(ended):
        return np.empty(0)
    found = measure(plan, np.array([node]), timeline.start[ended], timeline.stop[ended])
    values: Floats = found.actual[:, 0]
    if reading.kpi_rows[kpi]["aggregation"] == "sum":
        days = float(np.mean(timeline.stop[ended] - timeline.start[ended] + 1))
        values = values * max(1.0, round(((last - first).days + 1) / days))
    return values[int(np.argmax(~np.isnan(values))) :] if (~np.isnan(values)).any() else np.empty(0)


def goals_in_sight(reading: Reading) -> list[GoalInSight]:
    """For the home page: the current goals of the reader's own and of their unit, those that end first. Three
    queries."""
    scope, today = reading.scope, reading.live.as_of
    mine = Q(pk__in=[])
    if scope.person_id is not None:
        mine |= Q(owner=scope.person_id)
    units = [int(path.strip("/").split("/")[-1]) for path in scope.unit_paths if path.strip("/")]
    mine |= Q(unit__in=units) | Q(owner__in=units)
    rows = (
        goals_visible_to(reading.user, reading.company)
        .filter(mine, status=Agreed.ACTIVE, valid_from__lte=today, valid_to__gte=today)
        .select_related("unit__owner", "owner", "kpi")
        .order_by("valid_to", "pk")[:IN_SIGHT]
    )
    goals = list(rows)
    numbers = goal_numbers(reading, goals) if any(goal.kpi_id for goal in goals) else {}
    return [
        GoalInSight(
            goal.code,
            goal.title,
            reverse("goal", args=[goal.code]),
            goal.get_horizon_display(),
            (goal.valid_to - today).days,
            goal.target,
            numbers.get(goal.pk),
        )
        for goal in goals
    ]
