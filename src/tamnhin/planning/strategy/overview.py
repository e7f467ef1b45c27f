"""The strategy on one page: the vision, its perspectives with their goals, the cycles, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tamnhin.dashboards.reading import Reading, with_query
from tamnhin.organisation.models import Company
from tamnhin.planning.strategy import rows
from tamnhin.planning.strategy.cycles import rows_of as cycle_rows
from tamnhin.planning.strategy.shapes import CycleRow, Gap, Lane, Told
from tamnhin.planning.strategy.statements import KINDS, told
from tamnhin.strategy.access import can_write_company, cycles_visible_to, goals_visible_to
from tamnhin.strategy.models import Goal
from tamnhin.strategy.perspectives import perspective_key
from tamnhin.strategy.selectors import served_by
from tamnhin.strategy.services.perspectives import perspectives_of


@dataclass(frozen=True, slots=True)
class Overview:
    vision: Told
    mission: Told
    values: Told
    lanes: Sequence[Lane]
    cycles: Sequence[CycleRow]
    gaps: Sequence[Gap]
    may_write: bool
    new_goal_url: str
    goals: int
    below: int  # goals of the company that run now and are no strategic ones


def overview(reading: Reading) -> Overview:
    """A fixed number of queries, whatever the number of goals."""
    company = reading.company
    perspectives = perspectives_of(company)
    every = [
        goal
        for goal in rows.with_related(goals_visible_to(reading.user, company)).order_by("valid_from", "code")
        if goal.status in rows.LIVING
    ]
    strategic = [goal for goal in every if goal.horizon == Goal.Horizon.STRATEGIC]
    shown = rows.rows_of(reading, strategic, perspectives=perspectives, among=every)
    lane_of = {goal.code: perspective_key(goal.perspective, perspectives) for goal in strategic}
    lanes = [
        Lane(p.code, p.name if reading.language == "vi" else p.name_en or p.name,
             [row for row in shown if lane_of[row.code] == p.code])
        for p in perspectives
    ]  # fmt: skip
    nowhere = [row for row in shown if lane_of[row.code] not in {p.code for p in perspectives}]
    if nowhere:
        lanes.append(Lane("", _("Chưa xếp viễn cảnh"), nowhere))
    texts = {kind: told(company, reading, kind) for kind in KINDS}
    may = can_write_company(reading.user, company)
    cycles = [row for row in cycle_rows(reading, list(cycles_visible_to(reading.user, company))) if not row.closed]
    return Overview(
        vision=texts[KINDS[0]],
        mission=texts[KINDS[1]],
        values=texts[KINDS[2]],
        lanes=lanes,
        cycles=[row for row in cycles if row.current][:4],
        gaps=_gaps(company, every, strategic, texts[KINDS[0]], lanes, has_cycles=bool(cycles)),
        may_write=may,
        new_goal_url=with_query(reverse("goal_new"), horizon="strategic") if may else "",
        goals=len(strategic),
        below=len(every) - len(strategic),
    )


def _gaps(
    company: Company,
    every: Sequence[Goal],
    strategic: Sequence[Goal],
    vision: Told,
    lanes: Sequence[Lane],
    *,
    has_cycles: bool,
) -> list[Gap]:
    found = []
    if not vision.lines:
        found.append(Gap(_("Chưa có tầm nhìn: mọi mục tiêu cần nơi để hướng tới."), vision.edit_url))
    if not has_cycles:
        found.append(Gap(_("Chưa có chu kỳ nào: mục tiêu cần thời gian để nằm vào."), reverse("cycles")))
    empty = [lane.name for lane in lanes if not lane.goals and lane.code]
    if strategic and empty:
        text = _("Chưa có mục tiêu chiến lược ở: {lanes}.").format(lanes=", ".join(empty))
        found.append(Gap(text, with_query(reverse("goal_new"), horizon="strategic")))
    lacking = with_query(reverse("goal_list"), lacking="1")
    without = sum(goal.kpi_id is None for goal in every)
    if without:
        text = ngettext("{count} mục tiêu chưa có KPI.", "{count} mục tiêu chưa có KPI.", without)
        found.append(Gap(text.format(count=without), lacking))
    loose = sum(goal.parent_id is None and goal.horizon != Goal.Horizon.STRATEGIC for goal in every)
    if loose:
        text = ngettext(
            "{count} mục tiêu ngắn hạn chưa phục vụ mục tiêu nào dài hơn.",
            "{count} mục tiêu ngắn hạn chưa phục vụ mục tiêu nào dài hơn.",
            loose,
        )
        found.append(Gap(text.format(count=loose), lacking))
    served = served_by(company)
    alone = [goal for goal in strategic if goal.pk not in served]
    if alone:
        text = _("Chưa mục tiêu năm nào phục vụ: {codes}.").format(codes=", ".join(goal.code for goal in alone[:6]))
        found.append(Gap(text, with_query(reverse("goal_new"), parent=alone[0].code, horizon="year")))
    return found
