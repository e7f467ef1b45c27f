"""The home page: what is due from me, my score so far, my line up to the vision, what the next step is worth."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext as _

from tamnhin.dashboards.notes import notes_for
from tamnhin.dashboards.reading import Reading, with_query
from tamnhin.dashboards.selectors.cards import child_rows, score_of, score_points, stale_owners
from tamnhin.dashboards.selectors.entry import DUE_DAYS
from tamnhin.dashboards.selectors.goals import goals_in_sight
from tamnhin.dashboards.selectors.lines import (
    line_rows,
    lines_of,
    shown,
)
from tamnhin.dashboards.shapes import (
    DueItem,
    GoalPath,
    HomePage,
    LineRow,
    Link,
    NextStep,
    PeriodState,
)
from tamnhin.engine.aggregation import NO_DATA_BIT
from tamnhin.organisation.access import today


def home_page(reading: Reading) -> HomePage:
    """What is due from me, my score so far, my line up to the vision, what the next step is worth."""
    me = reading.me
    top = reading.top
    rows: list[LineRow] = []
    score = None
    if me is not None:
        lines = lines_of(reading, me)
        rows = line_rows(reading, me, shown(reading, lines), {})
        score = score_of(reading, me) if len(lines) else None
    teams: list[int] = []
    if top is not None:
        teams = [top, *[c for c in reading.children_of(top) if c < reading.live.plan.owners.unit_count]]
    above = reading.parents_of(me) if me is not None else []
    visible = reading.visible([*teams, *above])
    teams = [one for one in teams if one in visible][:12]
    code = reading.live.plan.owners.codes[me] if me is not None else ""
    path = reading.breadcrumb(me, visible)[::-1] if me is not None else []
    period: PeriodState = reading.state()
    return HomePage(
        greeting=_("Chào {name}").format(name=_short_name(reading)),
        today=today(reading.company),
        due=due_items(reading, me),
        vision=reading.company.vision,
        picker=None,
        period=period,
        score=score,
        score_url=reading.card_url(me) if me is not None else "",
        why_url=with_query(reverse("why_card", args=[code]), period=reading.period.key)
        if me is not None and score
        else "",
        history=score_points(reading, me) if me is not None else (),
        goals=[_goal_path(reading, row, path) for row in rows[:8]],
        next_steps=next_steps(rows),
        teams=child_rows(reading, teams),
        stale=stale_owners(reading, teams) if reading.scope.grants else (),
        notes=notes_for(reading),
        in_sight=goals_in_sight(reading),
    )


def _short_name(reading: Reading) -> str:
    name = reading.user.name or reading.user.email
    return name.split()[-1] if reading.language == "vi" and reading.user.name else name


def _goal_path(reading: Reading, row: LineRow, path: Sequence[Link]) -> GoalPath:
    goals = {g["code"]: g for g in reading.live.book["goals"].to_dicts()}
    linked = next((g for g in goals.values() if g["kpi"] == row.code), None)
    trail: list[Link] = []
    while linked is not None and len(trail) < 4:
        trail.append(Link(str(linked["title"])))
        linked = goals.get(linked["parent"])
    if not trail:
        trail = [link for link in path if link.label != _("Tầm nhìn")]
    if reading.company.vision:
        trail.append(Link(_("Tầm nhìn"), reverse("strategy")))
    return GoalPath(row.name, row.url, row.weight, row.status, row.raw, trail)


def next_steps(rows: Sequence[LineRow]) -> list[NextStep]:
    """What bringing a line to its target would add, the largest first."""
    steps = []
    for row in rows:
        if row.counted is None or row.counted >= 100 or row.contribution is None:
            continue
        gain = (row.weight * (100 - row.counted) / 100).quantize(Decimal("0.01"))
        steps.append(NextStep(_("Đưa “{kpi}” về đúng chỉ tiêu").format(kpi=row.name), gain, row.url))
    steps.sort(key=lambda step: -step.points)
    return steps[:3]


def due_items(reading: Reading, me: int | None) -> list[DueItem]:
    """My own cells that are due and not reported, oldest first: the last twelve periods of each KPI's own rhythm."""
    if me is None or reading.scope.reads_only:
        return []
    plan = reading.live.plan
    items = []
    kpis = np.unique(plan.lines.kpi[plan.line_starts[me] : plan.line_starts[me + 1]])
    as_of = reading.live.as_of
    for kpi in kpis.tolist():
        if kpi in plan.kpis.formulas:
            continue
        node = int(plan.nodes.find(np.array([me]), kpi, plan.kpis.count)[0])
        if node < 0:
            continue
        block = plan.blocks[plan.nodes.block[node]]
        at = int(plan.nodes.at[node])
        # without a target nothing was agreed for the period, and nobody is reminded of it
        owed = np.flatnonzero(((block.bits[:, at] & NO_DATA_BIT) != 0) & ~np.isnan(block.target[:, at]))[-12:]
        code = plan.kpis.codes[kpi]
        reported = block.value[:, at]
        for column in owed.tolist():
            earlier = reported[:column][~np.isnan(reported[:column])]
            ended = datetime.date(1970, 1, 1) + datetime.timedelta(days=int(block.timeline.stop[column]))
            due = ended + datetime.timedelta(days=DUE_DAYS)
            items.append(
                DueItem(
                    reading.kpi_name(code),
                    reading.owner_name(me),
                    block.timeline.period(column).title(reading.language),
                    due,
                    with_query(
                        reverse("entry"), owner=plan.owners.codes[me], kpi=code, period=block.timeline.keys[column]
                    ),
                    max(0, (as_of - due).days),
                    float(earlier[-1]) if len(earlier) else None,
                    reading.unit_of(code),
                )
            )
    items.sort(key=lambda item: item.due)
    return items
