"""What happens to goals, and to changes of them, as people agree (``agreements.subjects``)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tamnhin.accounts.models import User
from tamnhin.agreements.models import Agreement
from tamnhin.agreements.states import State
from tamnhin.agreements.subjects import Row, Subject, register
from tamnhin.base import formatting
from tamnhin.engine.problems import Problem
from tamnhin.organisation.access import today
from tamnhin.organisation.models import Company, Owner
from tamnhin.organisation.services import touch
from tamnhin.strategy.access import open_to_all
from tamnhin.strategy.models import Goal, GoalChange
from tamnhin.strategy.services import changes, goals

_RELATED = ("company", "parent__unit", "cycle", "unit__owner", "owner__person__unit", "owner__unit", "kpi")


def register_subjects() -> None:
    """Called once, when the app is ready."""
    register(
        Subject(
            kind=goals.KIND,
            on_state=lambda agreement, state, user: _goals_on_state([agreement], state, user),
            gates=_goal_gates,
            url=_goal_url,
            summary=_goal_summary,
            on_state_many=_goals_on_state,
            label=gettext_lazy("Mục tiêu"),
        )
    )
    register(
        Subject(
            kind=changes.KIND,
            on_state=_change_on_state,
            gates=_change_gates,
            url=_change_url,
            summary=_change_summary,
            label=gettext_lazy("Thay đổi mục tiêu"),
            ripe=_ripe_changes,
        )
    )


# -- goals ------------------------------------------------------------------------------------------------------


def _goals_on_state(agreements: Sequence[Agreement], state: State, user: User | None) -> None:
    """The goals' own column. ``close_goal`` has closed its row itself, with the result; one that is closed from the
    agreement's page is closed without one.
    """
    ids = [agreement.subject_id for agreement in agreements]
    company = agreements[0].company_id
    rows = Goal.objects.filter(company=company, pk__in=ids).exclude(status=state)
    if rows.update(
        status=state, updated_at=timezone.now(), **({"closed_at": timezone.now()} if state == State.CLOSED else {})
    ):
        touch(company, structure=True)


def _goal_of(agreement: Agreement) -> Goal:
    return Goal.objects.select_related(*_RELATED).get(company=agreement.company_id, pk=agreement.subject_id)


def _goal_gates(agreement: Agreement) -> list[Problem]:
    return [fault.problem for fault in goals.ready_faults(_goal_of(agreement))]


def _goal_url(agreement: Agreement) -> str:
    code = Goal.objects.filter(company=agreement.company_id, pk=agreement.subject_id).values_list("code", flat=True)
    found = code.first()
    return reverse("goal", args=[found]) if found is not None else reverse("goal_list")


def _goal_summary(agreement: Agreement) -> list[Row]:
    goal = _goal_of(agreement)
    rows = [
        (pgettext("one", "Mục tiêu"), goal.title),
        (_("Diễn giải"), goal.description),
        (_("Phục vụ"), _served(goal.parent)),
        (_("Phụ trách"), goal.owner.name if goal.owner is not None else ""),
        (_("Thời gian"), f"{formatting.day(goal.valid_from)} – {formatting.day(goal.valid_to)}"),
        (_("KPI"), f"{goal.kpi.code} · {goal.kpi.name}" if goal.kpi is not None else ""),
        (_("Mốc xuất phát"), formatting.number(goal.baseline) if goal.baseline is not None else ""),
        (_("Chỉ tiêu"), formatting.number(goal.target) if goal.target is not None else ""),
    ]
    return [(label, "", value) for label, value in rows if value]


def _served(above: Goal | None) -> str:
    """Those who are asked need not see the goal above: then there is its code alone."""
    if above is None:
        return ""
    return f"{above.code} · {above.title}" if open_to_all(above) else above.code


# -- changes of goals in force ----------------------------------------------------------------------------------


def _change_of(agreement: Agreement) -> GoalChange:
    related = [f"goal__{name}" for name in _RELATED]
    return GoalChange.objects.select_related(*related).get(company=agreement.company_id, pk=agreement.subject_id)


def _change_on_state(agreement: Agreement, state: State, user: User | None) -> None:
    change = _change_of(agreement)
    change.status = state
    if state == State.ACTIVE:
        changes.apply_change(change, user)
    else:
        change.save(update_fields=["status", "updated_at"])


def _change_gates(agreement: Agreement) -> list[Problem]:
    change = _change_of(agreement)
    return [fault.problem for fault in changes.change_faults(change, today(agreement.company))]


def _ripe_changes(company: Company, on: datetime.date) -> list[int]:
    rows = GoalChange.objects.filter(company=company, status=State.AGREED, effective__lte=on)
    return list(rows.values_list("pk", flat=True))


def _change_url(agreement: Agreement) -> str:
    return reverse("goal", args=[_change_of(agreement).goal.code])


def _change_summary(agreement: Agreement) -> list[Row]:
    return [*rows_of(_change_of(agreement)), (_("Hiệu lực từ"), "", formatting.day(_change_of(agreement).effective))]


def rows_of(change: GoalChange) -> list[Row]:
    """What changes, in the reader's words: label, before, after."""
    labels = {
        "title": pgettext("one", "Mục tiêu"),
        "description": _("Diễn giải"),
        "parent": _("Phục vụ"),
        "owner": _("Phụ trách"),
        "valid_from": _("Từ ngày"),
        "valid_to": _("Đến ngày"),
        "kpi": _("KPI"),
        "baseline": _("Mốc xuất phát"),
        "target": _("Chỉ tiêu"),
    }
    codes = {str(data["owner"]) for data in (change.before, change.after) if data.get("owner")}
    names = dict(Owner.objects.filter(company=change.company_id, code__in=codes).values_list("code", "name"))
    return [
        (labels[name], _written(name, change.before.get(name), names), _written(name, change.after.get(name), names))
        for name in changes.CHANGEABLE
        if name in change.after
    ]


def _written(name: str, value: object, names: Mapping[str, str]) -> str:
    if value is None or value == "":
        return formatting.NOTHING
    if name in ("baseline", "target"):
        return formatting.number(float(str(value)))
    if name in ("valid_from", "valid_to"):
        return formatting.day(datetime.date.fromisoformat(str(value)))
    return names.get(str(value), str(value)) if name == "owner" else str(value)
