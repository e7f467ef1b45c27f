"""What the flow of agreements knows about scorecards: the kinds ``assignment`` (a first one) and ``change``."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tamnhin.accounts.models import User
from tamnhin.agreements.models import Agreement
from tamnhin.agreements.states import State
from tamnhin.agreements.subjects import Row, Subject, register
from tamnhin.base.formatting import compact, day, number
from tamnhin.engine.problems import Problem
from tamnhin.kpis.checks import problems_of
from tamnhin.kpis.models import Assignment, Kpi, KpiVersion
from tamnhin.kpis.selectors import planned
from tamnhin.kpis.series import measures_of, span_of, total_of
from tamnhin.kpis.services.activation import end, put_in_force
from tamnhin.kpis.services.lines import LineInput
from tamnhin.kpis.services.proposals import CHANGE, NEW
from tamnhin.organisation.models import Company


def on_state_many(agreements: Sequence[Agreement], state: State, user: User | None) -> None:
    """The status follows the agreement; what becomes active becomes lines and targets."""
    if not agreements:
        return
    company = agreements[0].company
    rows = list(
        Assignment.objects.filter(company=company, pk__in=[one.subject_id for one in agreements])
        .select_related("owner")
        .order_by("pk")
    )
    if state == State.ACTIVE:
        put_in_force(acting_user=user, company=company, assignments=rows)
    elif state == State.CLOSED:
        end(acting_user=user, company=company, assignments=rows)
    else:
        Assignment.objects.filter(pk__in=[row.pk for row in rows]).update(status=state, updated_at=timezone.now())


def on_state(agreement: Agreement, state: State, user: User | None) -> None:
    on_state_many([agreement], state, user)


def gates_many(agreements: Sequence[Agreement]) -> Mapping[int, list[Problem]]:
    """What keeps each from being activated, by the agreement's id."""
    if not agreements:
        return {}
    company = agreements[0].company
    rows = list(
        Assignment.objects.filter(company=company, pk__in=[one.subject_id for one in agreements]).select_related(
            "owner"
        )
    )
    found = problems_of(company, rows, activating=True)
    return {one.pk: found.get(one.subject_id, []) for one in agreements}


def gates(agreement: Agreement) -> list[Problem]:
    return list(gates_many([agreement])[agreement.pk])


def url(agreement: Agreement) -> str:
    return reverse("plan", args=[agreement.subject_id])


def summary(agreement: Agreement) -> list[Row]:
    """The time, then each KPI: weight and target for the whole time, before (what is in force) and after."""
    assignment = Assignment.objects.select_related("base").get(pk=agreement.subject_id)
    company, owner = agreement.company, assignment.owner_id
    span = span_of(assignment.valid_from, assignment.valid_to, company.fiscal_year_start)
    after = [LineInput.of(line) for line in planned.lines_of(company, [assignment])[assignment.pk]]
    before: list[LineInput] = []
    if assignment.status not in (State.ACTIVE, State.CLOSED):
        force = planned.lines_in_force(company, [owner], assignment.valid_from)
        before = [LineInput.of(line) for line in force.get(owner, [])]
    elif assignment.base is not None:  # what was in force then is what it was made from
        before = [LineInput.of(line) for line in planned.lines_of(company, [assignment.base])[assignment.base.pk]]
    kpi_ids = {line.kpi_id for line in (*after, *before)}
    measures = measures_of(company.pk, kpi_ids)
    standing = planned.standing_targets(company, [owner], span, kpi_ids)
    names = _names(kpi_ids)

    def said(line: LineInput, figures: Mapping[str, float | None]) -> str:
        rows = figures or standing.get((owner, line.kpi_id), {})
        total = total_of(rows, measures[line.kpi_id], span, company.fiscal_year_start)
        text = _("trọng số {weight}").format(weight=number(line.weight, 6))
        return text if total is None else f"{text} · " + _("chỉ tiêu {total}").format(total=compact(total))

    was = {(line.kpi_id, line.post_id): said(line, {}) for line in before}
    now = {(line.kpi_id, line.post_id): said(line, line.targets) for line in after}
    gone = [key for key in was if key not in now]
    until = day(assignment.valid_to) if assignment.valid_to else _("đến khi đổi")
    out: list[Row] = [(_("Áp dụng"), "", f"{day(span.first)} – {until}")]
    out += [(names.get(key[0], ""), was.get(key, ""), now[key]) for key in now]
    out += [(names.get(key[0], ""), was[key], _("bỏ khỏi thẻ điểm")) for key in gone]
    return out


def _names(kpi_ids: set[int]) -> dict[int, str]:
    names = dict(Kpi.objects.filter(pk__in=kpi_ids).values_list("pk", "name"))
    if (get_language() or "vi").startswith("en"):
        english = KpiVersion.objects.filter(kpi__in=kpi_ids).exclude(name_en="").order_by("valid_from")
        names |= dict(english.values_list("kpi_id", "name_en"))
    return names


def _ripe(company: Company, on: datetime.date) -> list[int]:
    """Changes of what is in force. A first scorecard waits for somebody to say that it begins."""
    rows = Assignment.objects.filter(
        company=company, kind=Assignment.Kind.CHANGE, status=State.AGREED, valid_from__lte=on
    )
    return list(rows.values_list("pk", flat=True))


def register_all() -> None:
    """Called when the application starts."""
    for kind, label in ((NEW, gettext_lazy("Giao KPI")), (CHANGE, gettext_lazy("Yêu cầu thay đổi KPI"))):
        register(
            Subject(
                kind=kind,
                on_state=on_state,
                gates=gates,
                url=url,
                summary=summary,
                on_state_many=on_state_many,
                gates_many=gates_many,
                label=label,
                ripe=_ripe if kind == CHANGE else None,
            )
        )
