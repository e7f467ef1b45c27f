"""The list of goals: the tree from three years down to the quarter, filtered, with what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tamnhin.agreements.states import OPEN, State
from tamnhin.base.text import folded
from tamnhin.dashboards.reading import Reading, with_query
from tamnhin.organisation.access import units_visible_to
from tamnhin.planning.strategy import rows
from tamnhin.planning.strategy.cycles import name_of
from tamnhin.planning.strategy.shapes import GoalRow
from tamnhin.strategy.access import can_write_company, cycles_visible_to, goals_visible_to, units_to_write
from tamnhin.strategy.models import Goal, Perspective
from tamnhin.strategy.perspectives import perspective_key
from tamnhin.strategy.services.perspectives import perspectives_of

PAGE = 200  # rows of a page: a tree is read whole, and longer ones are narrowed first


@dataclass(frozen=True, slots=True)
class Choice:
    """A drop-down of the filters."""

    name: str
    label: str
    every: str
    options: Sequence[tuple[str, str]]
    value: str


@dataclass(frozen=True, slots=True)
class GoalList:
    rows: Sequence[GoalRow]
    total: int
    shown: int
    lacking: int
    query: str
    choices: Sequence[Choice]
    new_url: str
    lacking_url: str
    all_url: str
    filtered: bool
    only_lacking: bool
    any_goal: bool
    has_vision: bool
    next_url: str = ""
    previous_url: str = ""


def goal_list(reading: Reading, asked: QueryDict) -> GoalList:
    """Filters come from the address (horizon, unit, state, perspective, cycle, q, lacking). A fixed number of
    queries."""
    company = reading.company
    visible = rows.with_related(goals_visible_to(reading.user, company)).order_by("pk")
    perspectives = perspectives_of(company, archived=True)
    cycles = list(cycles_visible_to(reading.user, company))
    units = list(units_visible_to(reading.user, company).values_list("owner__code", "owner__name"))
    every = list(visible)
    choices = _choices(asked, [(c.code, name_of(c)) for c in cycles], units, perspectives, reading.language)
    chosen = dict.fromkeys(("horizon", "unit", "state", "perspective", "cycle"), "")
    chosen |= {choice.name: choice.value for choice in choices}
    query = asked.get("q", "").strip()[:200]
    found = [
        goal
        for goal in every
        if _fits(goal, chosen, query) and (
            not chosen["perspective"] or perspective_key(goal.perspective, perspectives) == chosen["perspective"]
        )
    ]  # fmt: skip
    lacking = [goal for goal in found if rows.lacks_of(reading, goal)]
    only = asked.get("lacking") == "1"
    ordered, depths = rows.in_tree(lacking if only else found)
    number = asked.get("page", "1")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    page = min(max(1, page), max(1, -(-len(ordered) // PAGE)))
    shown = ordered[(page - 1) * PAGE : page * PAGE]
    address = reverse("goal_list")
    kept = {**chosen, "q": query}
    may = can_write_company(reading.user, company) or units_to_write(reading.user, company).exists()
    return GoalList(
        rows=rows.rows_of(reading, shown, depths=depths, perspectives=perspectives, among=every),
        total=len(ordered),
        shown=len(shown),
        lacking=len(lacking),
        query=query,
        choices=choices,
        new_url=reverse("goal_new") if may else "",
        lacking_url=with_query(address, **kept, lacking="1"),
        all_url=with_query(address, **kept),
        filtered=bool(query or any(value for name, value in chosen.items() if (name, value) != ("state", "living"))),
        only_lacking=only,
        any_goal=bool(every),
        has_vision=bool(company.vision),
        next_url=with_query(address, **kept, page=str(page + 1)) if page * PAGE < len(ordered) else "",
        previous_url=with_query(address, **kept, page=str(page - 1)) if page > 1 else "",
    )


def _choices(
    asked: QueryDict,
    cycles: list[tuple[str, str]],
    units: list[tuple[str, str]],
    perspectives: Sequence[Perspective],
    language: str,
) -> list[Choice]:
    lanes = [
        (p.code, p.name if language == "vi" else p.name_en or p.name) for p in perspectives if p.archived_at is None
    ]
    states = [("living", _("Chưa đóng")), ("open", _("Đang thỏa thuận"))]
    states += [(value, str(label)[:1].upper() + str(label)[1:]) for value, label in State.choices]
    horizons = [(value, str(label)[:1].upper() + str(label)[1:]) for value, label in Goal.Horizon.choices]
    company = [("-", _("Toàn công ty"))]
    groups = [
        ("horizon", _("Tầm"), _("Mọi tầm"), horizons),
        ("unit", _("Đơn vị"), _("Mọi đơn vị"), company + units),
        ("state", _("Trạng thái"), _("Mọi trạng thái"), states),
        ("perspective", _("Viễn cảnh"), _("Mọi viễn cảnh"), lanes),
        ("cycle", pgettext("one", "Chu kỳ"), _("Mọi chu kỳ"), cycles),
    ]
    out = []
    for name, label, every, options in groups:
        value = asked.get(name, "living" if name == "state" else "")
        out.append(Choice(name, label, every, options, value if value in dict(options) else ""))
    return [choice for choice in out if choice.options]


def _fits(goal: Goal, chosen: dict[str, str], query: str) -> bool:
    if chosen.get("horizon") and goal.horizon != chosen["horizon"]:
        return False
    unit = chosen.get("unit", "")
    if unit == "-" and goal.unit is not None and goal.unit.parent_id is not None:
        return False
    if unit not in ("", "-") and (goal.unit is None or goal.unit.owner.code != unit):
        return False
    state = chosen.get("state", "")
    if state == "living" and goal.status == State.CLOSED:
        return False
    if state == "open" and (goal.status not in OPEN or goal.status == State.DRAFT):
        return False
    if state not in ("", "living", "open") and goal.status != state:
        return False
    if chosen.get("cycle") and (goal.cycle is None or goal.cycle.code != chosen["cycle"]):
        return False
    text = folded(f"{goal.code} {goal.title} {goal.kpi.name if goal.kpi is not None else ''}")
    return all(word in text for word in folded(query).split())
