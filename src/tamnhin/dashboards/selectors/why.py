"""The answer to "Vì sao?": the engine's trace in the reader's words, with who entered each number and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

import numpy as np
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tamnhin.base import formatting
from tamnhin.dashboards.reading import Reading, with_query
from tamnhin.dashboards.selectors.cards import pay_visible
from tamnhin.dashboards.shapes import Link, Status, WhyTree
from tamnhin.dashboards.shapes import Step as Shown
from tamnhin.engine.aggregation import ABSENT
from tamnhin.engine.explain import Origin, Step
from tamnhin.engine.explain.steps import Kind
from tamnhin.engine.states import State
from tamnhin.measurements.models import Measurement

STATES = {
    State.NO_DATA: Status.NO_DATA,
    State.NOT_DUE: Status.NOT_DUE,
    State.NOT_APPLICABLE: Status.NOT_APPLICABLE,
    State.EXEMPT: Status.EXEMPT,
}
Entries = dict[tuple[str, str, str], Measurement]


def why_card(reading: Reading, owner: int) -> WhyTree:
    """The whole scorecard, line by line; for those who may see it, the way to what it pays."""
    code = reading.live.plan.owners.codes[owner]
    paid = owner >= reading.live.plan.owners.unit_count and pay_visible(reading, owner)
    return _tree(
        reading,
        owner,
        reading.live.explainer.card(code, reading.at),
        reading.owner_name(owner),
        reading.card_url(owner),
        [Link(_("Lương hiệu quả"), pay_link(reading, owner))] if paid else [],
    )


def why_line(reading: Reading, owner: int, kpi: str) -> WhyTree:
    """One line. Raises KeyError when the owner has no such line in the period."""
    code = reading.live.plan.owners.codes[owner]
    step = reading.live.explainer.line(code, kpi, reading.at)
    return _tree(reading, owner, step, reading.kpi_name(kpi), reading.kpi_url(owner, kpi))


def why_pay(reading: Reading, owner: int) -> WhyTree | None:
    """Performance pay; None when the person has no bonus. The caller has checked who may see it."""
    step = reading.live.explainer.pay(reading.live.plan.owners.codes[owner], reading.at)
    return None if step is None else _tree(reading, owner, step, _("Lương hiệu quả"), reading.card_url(owner))


def _tree(reading: Reading, owner: int, step: Step, title: str, url: str, links: Sequence[Link] = ()) -> WhyTree:
    entries = _entries(reading, list(_origins(step)))
    subtitle = f"{reading.owner_name(owner)} · {reading.title}"
    return WhyTree(
        title=title,
        subtitle=subtitle,
        root=_shown(reading, step, entries),
        as_of=timezone.now(),
        url=url,
        links=[Link(_("Mở thẻ điểm"), reading.card_url(owner)), *links],
    )


def _origins(step: Step) -> Iterator[Origin]:
    if step.origin is not None:
        yield step.origin
    for child in step.children:
        yield from _origins(child)


def _entries(reading: Reading, origins: list[Origin]) -> Entries:
    """The newest record behind each cell of the tree. Two queries, of what the reader may see."""
    if not origins:
        return {}
    live = reading.live
    seen = reading.visible({live.owner_at[o.owner] for o in origins})
    rows = (
        Measurement.objects.filter(company=reading.company, owner_id__in=[int(live.owner_ids[at]) for at in seen])
        .filter(kpi__code__in={o.kpi for o in origins}, period__in={o.period for o in origins})
        .select_related("owner", "kpi", "recorded_by")
        .order_by("revision")
    )
    return {(row.owner.code, row.kpi.code, row.period): row for row in rows}


def _shown(reading: Reading, step: Step, entries: Entries) -> Shown:
    def show(value: float | Decimal, kind: Kind, language: str) -> str:
        return number(reading, value, kind, step.kpi)

    entry = entries.get((step.origin.owner, step.origin.kpi, step.origin.period)) if step.origin is not None else None
    note, source, by, at, version = "", "", "", None, ""
    if entry is not None:
        source = entry.source
        by = (entry.recorded_by.name or entry.recorded_by.email) if entry.recorded_by else ""
        at, note = entry.recorded_at, entry.reason
        version = _("lần sửa {n}").format(n=entry.revision) if entry.revision > 1 else ""
    return Shown(
        label=step.label(reading.language, show),
        value=step.result(reading.language, show),
        formula=step.formula(reading.language, show),
        note=note,
        source=source,
        by=by,
        at=at,
        version=version,
        status=STATES.get(step.state) if step.value is None else None,
        children=[_shown(reading, child, entries) for child in step.children],
        url=_further(reading, step),
    )


def _further(reading: Reading, step: Step) -> str:
    """A part that somebody else answers for leads to its own "why?", when it has one."""
    if step.key not in ("child", "child_score", "input") or step.owner is None or step.kpi is None:
        return ""
    plan = reading.live.plan
    owner, kpi = reading.live.owner_at[step.owner], plan.kpis.codes.index(step.kpi)
    lines = np.arange(plan.line_starts[owner], plan.line_starts[owner + 1])
    held = (plan.lines.kpi[lines] == kpi) & (reading.live.result.state[reading.at, lines] != ABSENT)
    if not held.any():
        return ""
    return with_query(reverse("why_line", args=[step.owner, step.kpi]), period=reading.period.key)


def number(reading: Reading, value: float | Decimal, kind: Kind, kpi: str | None = None) -> str:
    """A number as pages write it, in full: an explanation must add up."""
    if kind == "percent":
        return formatting.percent(float(value), 2)
    if kind == "points":
        return formatting.number(float(value), 2)
    if kind == "money":
        return formatting.money(value, reading.company.currency)
    return formatting.number(float(value), 0 if float(value).is_integer() else 2)


def pay_link(reading: Reading, owner: int) -> str:
    return with_query(reverse("why_pay", args=[reading.live.plan.owners.codes[owner]]), period=reading.period.key)
