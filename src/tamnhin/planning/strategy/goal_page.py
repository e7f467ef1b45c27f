"""The page of one goal: its way up to the vision, its number, who serves it, where its agreement stands, its past."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from tamnhin.accounts.models import User
from tamnhin.agreements import flow, words
from tamnhin.agreements.access import allowed_acts
from tamnhin.agreements.models import Agreement
from tamnhin.agreements.selectors import timeline
from tamnhin.agreements.shapes import Timeline
from tamnhin.agreements.states import OPEN, State
from tamnhin.base import formatting
from tamnhin.base.models import AuditEntry
from tamnhin.dashboards.reading import Reading, with_query
from tamnhin.dashboards.shapes import Link
from tamnhin.engine.problems import Problem
from tamnhin.organisation.models import Owner
from tamnhin.planning.strategy import rows
from tamnhin.planning.strategy.shapes import Act, ChangeRow, GoalRow, Mark, Past, Trail
from tamnhin.strategy.access import can_write_company, can_write_goal, goals_visible_to, unit_of
from tamnhin.strategy.models import Goal
from tamnhin.strategy.services import changes
from tamnhin.strategy.services.goals import agreement_of, ready_faults
from tamnhin.strategy.services.perspectives import perspectives_of
from tamnhin.strategy.subject import rows_of as change_rows

PAST_SHOWN = 30
RELATED_SHOWN = 12

_ACTIONS = {
    "goal.created": noop("tạo bản nháp"),
    "goal.changed": noop("sửa bản nháp"),
    "goal.moved": noop("chuyển viễn cảnh"),
    "goal.discarded": noop("bỏ bản nháp"),
    "goal.closed": noop("đóng mục tiêu"),
    "goal.change_requested": noop("đề nghị thay đổi"),
    "goal.change_applied": noop("thay đổi có hiệu lực"),
    "goal.change_dropped": noop("bỏ đề nghị thay đổi"),
}
_LABELS = {
    "title": noop("Mục tiêu"),
    "description": noop("Diễn giải"),
    "scope": noop("Phạm vi"),
    "horizon": noop("Tầm"),
    "parent": noop("Phục vụ"),
    "cycle": noop("Chu kỳ"),
    "unit": noop("Đơn vị"),
    "owner": noop("Phụ trách"),
    "valid_from": noop("Từ ngày"),
    "valid_to": noop("Đến ngày"),
    "perspective": noop("Viễn cảnh"),
    "kpi": noop("KPI"),
    "baseline": noop("Mốc xuất phát"),
    "target": noop("Chỉ tiêu"),
    "result": noop("Kết quả"),
    "note": noop("Nhận xét"),
    "reason": noop("Lý do"),
    "effective": noop("Hiệu lực từ"),
    "status": noop("Trạng thái"),
}


@dataclass(frozen=True, slots=True)
class GoalPage:
    row: GoalRow
    description: str
    scope: str
    trail: Trail
    children: Sequence[GoalRow]
    related: Sequence[GoalRow]
    timeline: Timeline | None
    agreement_url: str
    changes: Sequence[ChangeRow]
    past: Sequence[Past]
    acts: Sequence[Act]
    faults: Sequence[str]
    marks: Sequence[Mark]
    unit_url: str
    kpi_url: str
    result: float | None
    result_note: str
    closed_at: Any
    revision: int


def goal_page(reading: Reading, goal: Goal, marks: Sequence[Mark]) -> GoalPage:
    """A fixed number of queries, the agreement's own apart."""
    company, user = reading.company, reading.user
    perspectives = perspectives_of(company, archived=True)
    visible = rows.with_related(goals_visible_to(user, company))
    children = list(visible.filter(parent=goal).order_by("valid_from", "code"))
    kin = [one for one in visible.filter(kpi=goal.kpi_id).order_by("code") if goal.kpi_id is not None]
    if goal.parent_id is not None:
        kin += list(visible.filter(parent=goal.parent_id).order_by("code"))
    known = {goal.pk, goal.parent_id, *(child.pk for child in children)}
    related = [one for one in {one.pk: one for one in kin}.values() if one.pk not in known][:RELATED_SHOWN]
    shown = rows.rows_of(
        reading, [goal, *children, *related], perspectives=perspectives, among=[*children], numbers=True
    )
    agreement = agreement_of(goal)
    faults = ready_faults(goal) if goal.status in rows.LIVING and goal.status != State.ACTIVE else []
    unit = unit_of(goal)
    return GoalPage(
        row=shown[0],
        description=goal.description,
        scope=goal.scope,
        trail=trail_of(reading, goal),
        children=shown[1 : 1 + len(children)],
        related=shown[1 + len(children) :],
        timeline=timeline(agreement) if agreement is not None else None,
        agreement_url=reverse("agreement", args=[agreement.pk]) if agreement is not None else "",
        changes=changes_of(reading, goal),
        past=past_of(reading, goal),
        acts=acts_of(reading, goal, agreement, [one.problem for one in faults]),
        faults=[one.problem.text(reading.language) for one in faults if not one.problem.code.startswith("GOAL_SMART")],
        marks=marks,
        unit_url=reverse("unit_goals", args=[unit.owner.code])
        if unit is not None and unit.pk in reading.live.owner_of_id
        else "",
        kpi_url=reverse("kpi_card", args=[goal.kpi.code]) if goal.kpi is not None else "",
        result=goal.result,
        result_note=goal.result_note,
        closed_at=goal.closed_at,
        revision=goal.revision,
    )


def trail_of(reading: Reading, goal: Goal) -> Trail:
    """Ancestors, the longest first, behind the vision. One query; a circle from a file ends where it began."""
    by_pk = {
        row.pk: row
        for row in Goal.objects.filter(company=reading.company).only("code", "title", "parent_id", "horizon")
    }
    seen = set(goals_visible_to(reading.user, reading.company).values_list("pk", flat=True))
    links: list[Link] = []
    at, passed = goal.parent_id, {goal.pk}
    top = goal
    while at is not None and at in by_pk and at not in passed:
        passed.add(at)
        top = by_pk[at]
        if at in seen:
            links.append(Link(f"{top.code} · {top.title}", reverse("goal", args=[top.code])))
        else:
            links.append(Link(top.code))
        at = top.parent_id
    reaches = bool(reading.company.vision) and top.horizon == Goal.Horizon.STRATEGIC
    if reaches:
        links.append(Link(_("Tầm nhìn"), reverse("strategy"), reading.company.vision))
    return Trail(links[::-1], reaches)


def acts_of(reading: Reading, goal: Goal, agreement: Agreement | None, faults: Sequence[Problem]) -> list[Act]:
    """What the reader may do now; where an agreement lives, what its flow lets them."""
    if not can_write_goal(reading.user, goal):
        return []
    said = allowed_acts(reading.user, agreement) if agreement is not None else {}
    code, status = goal.code, goal.status
    edit = Act("link", _("Sửa"), "edit", reverse("goal_edit", args=[code]))
    out: list[Act] = []
    if status == State.DRAFT:
        ready = not faults
        out.append(Act("link", edit.label, edit.icon, edit.url, primary=not ready))
        unit = unit_of(goal)
        whole = unit is None or unit.parent_id is None
        if ready and whole and can_write_company(reading.user, reading.company) and reading.scope.has("director"):
            out.append(Act("activate", _("Kích hoạt"), "circle-check", primary=True))
        elif ready:
            out.append(Act("link", _("Đề xuất"), "send", reverse("goal_propose", args=[code]), primary=True))
        out.append(Act("discard", _("Bỏ bản nháp"), "trash"))
    elif status == State.AGREED and not said.get(flow.Act.ACTIVATE):
        out.append(Act("activate", _("Kích hoạt"), "circle-check", primary=True))
    if status in OPEN and status != State.DRAFT and agreement is not None and not said[flow.Act.WITHDRAW]:
        out.append(Act("withdraw", _("Rút đề xuất"), "arrow-back-up"))
    if status == State.ACTIVE:
        out.append(Act("link", _("Đề nghị thay đổi"), "edit", reverse("goal_change", args=[code])))
        if not said.get(flow.Act.CLOSE):
            out.append(Act("link", _("Đóng với kết quả"), "flag", reverse("goal_close", args=[code])))
    below = {"strategic": "year", "year": "quarter", "half": "quarter", "quarter": "quarter"}[goal.horizon]
    if status in rows.LIVING:
        url = with_query(reverse("goal_new"), parent=code, horizon=below)
        out.append(Act("link", _("Thêm mục tiêu phục vụ"), "plus", url))
    return out


def changes_of(reading: Reading, goal: Goal) -> list[ChangeRow]:
    """Requests to change the goal, newest first."""
    out = []
    for change in changes.changes_of(goal, reading.company):
        agreement = changes.change_agreement(change)
        out.append(
            ChangeRow(
                pk=change.pk,
                state=change.status,
                state_label=_("đã bỏ") if change.status == State.CLOSED else words.where(change.status),
                reason=change.reason,
                effective=change.effective,
                who=str(change.created_by) if change.created_by is not None else "",
                at=change.created_at,
                rows=change_rows(change),
                agreement_url=reverse("agreement", args=[agreement.pk]) if agreement is not None else "",
            )
        )
    return out


def past_of(reading: Reading, goal: Goal) -> list[Past]:
    """What was done with the goal, newest first. The trail of one goal is open to whoever may see the goal."""
    entries = list(
        AuditEntry.objects.filter(company=reading.company, object_type="strategy.goal", object_id=str(goal.pk))
        .select_related("acting_user")
        .order_by("-pk")[:PAST_SHOWN]
    )
    names = _names(reading, entries)
    return [
        Past(
            at=entry.at,
            who=_who(entry.acting_user),
            what=_(_ACTIONS.get(entry.action, entry.action)),
            changes=[] if entry.action == "goal.created" else _told(entry, names),
        )
        for entry in entries
    ]


def _who(user: User | None) -> str:
    return str(user) if user is not None else _("hệ thống")


def _told(entry: AuditEntry, names: Mapping[tuple[str, Any], str]) -> list[tuple[str, str, str]]:
    before, after = entry.before or {}, entry.after or {}
    return [
        (_(_LABELS[key]), _value(key, before[key], names) if key in before else "", _value(key, after.get(key), names))
        for key in _LABELS
        if (key in before or key in after) and before.get(key) != after.get(key)
    ]


def _value(key: str, value: Any, names: Mapping[tuple[str, Any], str]) -> str:
    if value in (None, ""):
        return formatting.NOTHING
    if (key, value) in names:
        return names[key, value]
    if key in ("baseline", "target", "result"):
        return formatting.number(float(value))
    if key == "status":
        return words.where(value)
    if key == "horizon":
        return str(Goal.Horizon(value).label)
    if key in ("valid_from", "valid_to", "effective"):
        return formatting.day(datetime.date.fromisoformat(str(value)[:10]))
    return str(value)


def _names(reading: Reading, entries: Sequence[AuditEntry]) -> dict[tuple[str, Any], str]:
    """Words for the ids of a trail. One query a kind that occurs."""
    wanted: dict[str, set[int]] = {"owner": set(), "unit": set(), "parent": set(), "kpi": set(), "cycle": set()}
    for entry in entries:
        for side in (entry.before, entry.after):
            for key, ids in wanted.items():
                value = (side or {}).get(key)
                if isinstance(value, int):
                    ids.add(value)
    owners = wanted["owner"] | wanted["unit"]
    found: dict[tuple[str, Any], str] = {}
    if owners:
        for pk, name in Owner.objects.filter(company=reading.company, pk__in=owners).values_list("pk", "name"):
            found["owner", pk] = found["unit", pk] = name
    for key, model in (("parent", "strategy.Goal"), ("cycle", "strategy.Cycle"), ("kpi", "kpis.Kpi")):
        if wanted[key]:
            manager = apps.get_model(model)._default_manager
            codes = manager.filter(company=reading.company, pk__in=wanted[key]).values_list("pk", "code")
            found |= {(key, pk): code for pk, code in codes}
    return found
