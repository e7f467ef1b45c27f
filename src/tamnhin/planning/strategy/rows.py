"""Goals as rows of a list, with the numbers of their KPIs and what is missing in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tamnhin.agreements import words
from tamnhin.agreements.states import OPEN, State
from tamnhin.base import formatting
from tamnhin.dashboards.reading import Reading
from tamnhin.dashboards.selectors.goals import GoalNumber, goal_numbers
from tamnhin.engine import periods as per
from tamnhin.planning.strategy.cycles import name_of
from tamnhin.planning.strategy.shapes import GoalRow
from tamnhin.strategy.access import goals_visible_to
from tamnhin.strategy.models import Goal, Perspective
from tamnhin.strategy.perspectives import perspective_key
from tamnhin.strategy.rules import HORIZONS

LIVING = (*OPEN, State.ACTIVE)
RELATED = ("parent", "cycle", "unit__owner", "owner__person", "kpi")
STATE_TONES = {State.ACTIVE: "good", State.CLOSED: "none", State.DRAFT: "warn"}
STATE_ICONS = {State.ACTIVE: "circle-check", State.CLOSED: "lock", State.DRAFT: "pencil"}


def with_related(goals: QuerySet[Goal]) -> QuerySet[Goal]:
    """With all that a row says."""
    return goals.select_related(*RELATED)


def rows_of(
    reading: Reading,
    goals: Sequence[Goal],
    *,
    depths: Mapping[int, int] | None = None,
    perspectives: Sequence[Perspective] = (),
    among: Iterable[Goal] | None = None,
    numbers: bool = True,
) -> list[GoalRow]:
    """In the order given. ``among``: goals that are seen, whose children are counted. At most two queries.

    Of a goal above that the reader may not see yet there is the code and nothing else, as in the trail of its page.
    """
    found: Mapping[int, GoalNumber] = {}
    if numbers and any(goal.kpi_id is not None for goal in goals):
        found = goal_numbers(reading, goals)
    every = list(among) if among is not None else list(goals)
    children = Counter(goal.parent_id for goal in every)
    seen = _seen(reading, goals, every)
    names = {row.code: row.name if reading.language == "vi" else row.name_en or row.name for row in perspectives}
    deep = depths or {}
    return [
        _row(reading, goal, deep.get(goal.pk, 0), found.get(goal.pk), children[goal.pk], names, perspectives, seen)
        for goal in goals
    ]


def _seen(reading: Reading, goals: Sequence[Goal], among: Sequence[Goal]) -> set[int]:
    """The goals above these that the reader may see."""
    seen = {goal.pk for goal in goals} | {goal.pk for goal in among}
    unknown = {goal.parent_id for goal in goals if goal.parent_id is not None} - seen
    if unknown:
        seen |= set(goals_visible_to(reading.user, reading.company).filter(pk__in=unknown).values_list("pk", flat=True))
    return seen


def _row(
    reading: Reading, goal: Goal, depth: int, number: GoalNumber | None, children: int, names: Mapping[str, str],
    perspectives: Sequence[Perspective], seen: Collection[int],
) -> GoalRow:  # fmt: skip
    above = goal.parent
    open_above = above is not None and above.pk in seen
    today = reading.live.as_of
    lane = perspective_key(goal.perspective, perspectives)
    running = goal.status in LIVING and goal.valid_from <= today <= goal.valid_to
    return GoalRow(
        code=goal.code,
        title=goal.title,
        url=reverse("goal", args=[goal.code]),
        horizon=str(Goal.Horizon(goal.horizon).label),
        state=goal.status,
        state_label=words.where(goal.status),
        when=when_of(reading, goal),
        unit=goal.unit.owner.name if goal.unit is not None else _("Toàn công ty"),
        owner=goal.owner.name if goal.owner is not None else "",
        depth=depth,
        parent="" if above is None else f"{above.code} · {above.title}" if open_above else above.code,
        parent_url=reverse("goal", args=[above.code]) if above is not None and open_above else "",
        perspective=names.get(lane, goal.perspective),
        kpi=reading.kpi_name(goal.kpi.code) if goal.kpi is not None else "",
        baseline=goal.baseline,
        target=goal.target,
        number=number,
        lacks=lacks_of(reading, goal),
        children=children,
        days_left=(goal.valid_to - today).days if running else None,
    )


def lacks_of(reading: Reading, goal: Goal) -> list[str]:
    """What is missing in a goal that lives: a KPI, somebody who answers, a longer goal that it serves."""
    if goal.status not in LIVING:
        return []
    out = []
    if goal.kpi is None:
        out.append(_("Chưa có KPI"))
    elif goal.target is None:
        out.append(_("Chưa có chỉ tiêu"))
    if goal.owner is None and goal.unit is None:
        out.append(_("Chưa ai phụ trách"))
    elif goal.owner is not None and goal.owner.kind == "person":
        left = goal.owner.person.left
        if left is not None and left < reading.live.as_of:
            out.append(_("Người phụ trách đã nghỉ"))
    if goal.parent is None and goal.horizon != Goal.Horizon.STRATEGIC:
        out.append(_("Chưa gắn mục tiêu cấp trên"))
    return out


def when_of(reading: Reading, goal: Goal) -> str:
    """``Quý 4/2026``, ``2025 – 2027``, else the two days."""
    if goal.cycle is not None and (goal.cycle.valid_from, goal.cycle.valid_to) == (goal.valid_from, goal.valid_to):
        return name_of(goal.cycle)
    if goal.horizon != Goal.Horizon.STRATEGIC:
        kind = "year" if goal.horizon == "year" else "half" if goal.horizon == "half" else "quarter"
        period = per.containing(goal.valid_from, kind, reading.company.fiscal_year_start)  # type: ignore[arg-type]
        if (period.start, period.end) == (goal.valid_from, goal.valid_to):
            return formatting.period(period.key)
    elif (goal.valid_from.day, goal.valid_from.month, goal.valid_to.day, goal.valid_to.month) == (1, 1, 31, 12):
        return f"{goal.valid_from.year} – {goal.valid_to.year}"
    return f"{formatting.day(goal.valid_from)} – {formatting.day(goal.valid_to)}"


def in_tree(goals: Sequence[Goal]) -> tuple[list[Goal], dict[int, int]]:
    """Each goal followed by those that serve it, and how deep each stands. A goal whose parent is not among them is a
    root. Longest horizon first, then by day and code.
    """
    known = {goal.pk for goal in goals}
    order = {str(one): i for i, one in enumerate(HORIZONS)}
    ranked = sorted(goals, key=lambda goal: (order[goal.horizon], goal.valid_from, goal.code))
    below: dict[int | None, list[Goal]] = {}
    for goal in ranked:
        below.setdefault(goal.parent_id if goal.parent_id in known else None, []).append(goal)
    out: list[Goal] = []
    depths: dict[int, int] = {}
    stack = [(goal, 0) for goal in reversed(below.get(None, []))]
    while stack:
        goal, depth = stack.pop()
        out.append(goal)
        depths[goal.pk] = depth
        stack += [(child, depth + 1) for child in reversed(below.get(goal.pk, []))]
    if len(out) < len(goals):  # goals of a file may serve each other in a circle: they are shown all the same
        out += [goal for goal in ranked if goal.pk not in depths]
    return out, depths
