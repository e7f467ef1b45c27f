"""The page that hands a figure down, filled from the ground, the choice and what was typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from tamnhin.dashboards.reading import Reading
from tamnhin.dashboards.shapes import Link
from tamnhin.kpis.services.cascade import LIKE_UNIT, METHODS
from tamnhin.planning.assign.addresses import address
from tamnhin.planning.targets.forms import plain, text_of
from tamnhin.planning.targets.handing import Child, Ground, Wanted, time_links
from tamnhin.planning.targets.shapes import CascadePage, CascadeRow, Choice, Field
from tamnhin.planning.targets.words import method_word, step_choices, way_word

CENT = Decimal("0.01")


@dataclass(slots=True)
class Typed:
    """The form as it was sent, by the name of the field. ``anew``: figures were divided from it."""

    texts: dict[str, str] = field(default_factory=dict)
    was: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    profile: str = LIKE_UNIT
    step: str = ""
    anew: bool = False


def cascade_page(
    reading: Reading,
    ground: Ground,
    wanted: Wanted,
    figures: Mapping[int, Decimal],
    typed: Typed,
    *,
    errors: Sequence[str] = (),
    reason: str = "",
    dirty: bool = False,
) -> CascadePage:
    """``figures`` by owner id; empty where they could not be divided, and the form is shown as it was typed."""
    code, frame = ground.kpi.code, ground.frame
    counted = [figures[child.owner.pk] for child in ground.children if child.owner.pk in figures]
    added = sum(counted, Decimal(0)) if counted and frame.additive else None
    taking = [child for child in ground.children if child.owner.pk in wanted.takes and not child.why]
    past = [child.last_year for child in ground.children if child.carries or child.owner.pk in wanted.takes]
    known = [one for one in past if one is not None]
    whole = sum(known) if known and frame.additive else None
    above = reading.parents_of(ground.position)
    seen = reading.visible(above[:1])
    draft = ground.line.assignment_id if ground.line is not None else None
    return CascadePage(
        owner=ground.owner.name,
        owner_code=ground.owner.code,
        kpi=reading.kpi_name(code) if code in reading.kpi_rows else ground.kpi.name,
        code=code,
        unit=reading.unit_of(code),
        additive=frame.additive,
        first=frame.span.first,
        last=frame.span.last,
        times=time_links(reading, ground),
        total=ground.total,
        total_plain=plain(ground.total),
        total_url=address("targets", draft, code) if draft is not None else address("plan_new", ground.owner.code),
        is_draft=draft is not None,
        matrix_url=address("assign_unit", ground.owner.code),
        methods=[Choice(method, method_word(method), method == wanted.method) for method in METHODS],
        method=wanted.method,
        profiles=_profiles(typed.profile),
        steps=step_choices(typed.step, reading.language),
        rows=[_row(reading, ground, child, wanted, figures, typed, whole) for child in ground.children],
        below=added,
        difference=added - ground.total if added is not None and ground.total is not None else None,
        last_year=whole,
        taking=len(taking),
        to_change=sum(child.revision is None and child.carries for child in taking),
        up_url=address("cascade", reading.live.plan.owners.codes[above[0]], code) if seen else "",
        trail=[
            Link(_("Giao KPI"), address("assign")),
            Link(ground.owner.name, address("assign_unit", ground.owner.code)),
        ],
        reason=reason,
        errors=errors,
        dirty=dirty,
    )


def _profiles(chosen: str) -> list[Choice]:
    names = {LIKE_UNIT: _("theo nhịp của đơn vị, khớp từng kỳ")}
    names |= {way: way_word(way) for way in ("even", "working_days", "last_year")}
    return [Choice(value, label, value == chosen) for value, label in names.items()]


def _row(
    reading: Reading,
    ground: Ground,
    child: Child,
    wanted: Wanted,
    figures: Mapping[int, Decimal],
    typed: Typed,
    whole: float | None,
) -> CascadeRow:
    pk = child.owner.pk
    value = figures.get(pk)
    takes = pk in wanted.takes
    percent = wanted.percents.get(pk)
    if wanted.method != "custom" or percent is None:
        percent = None
        if value is not None and ground.total and ground.frame.additive:
            percent = (value / ground.total * 100).quantize(CENT)
    share = None
    if whole and child.last_year is not None and ground.frame.additive:
        share = (Decimal(repr(child.last_year)) / Decimal(repr(whole)) * 100).quantize(CENT)
    return CascadeRow(
        owner_id=pk,
        name=child.owner.name,
        about=child.about,
        card_url=reading.card_url(child.position),
        takes=takes,
        carries=child.carries,
        why=child.why,
        last_year=child.last_year,
        share=share,
        heads=child.heads,
        current=child.current,
        figure=_field(f"f-{pk}", value, typed, reading.language, settled=bool(figures)),
        percent=_field(f"p-{pk}", percent, typed, reading.language, settled=bool(figures)),
        value=value,
        difference=value - child.current if value is not None and child.current is not None else None,
        locked=pk in wanted.locked,
        revision="" if child.revision is None else str(child.revision),
        down_url=address("cascade", child.owner.code, ground.kpi.code) if child.is_unit and child.carries else "",
    )


def _field(name: str, value: Decimal | None, typed: Typed, language: str, *, settled: bool) -> Field:
    error = typed.errors.get(name, "")
    if name in typed.texts and (error or not settled):
        return Field(name, typed.texts[name], typed.was.get(name, ""), "", error)
    return Field(name, text_of(value, language), plain(value))
