"""Dividing a unit's figure among those directly below: what stands, what was typed, what comes of it."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from tamnhin.agreements.states import State
from tamnhin.base.formatting import day
from tamnhin.dashboards.reading import Reading, with_query
from tamnhin.engine.problems import Problem
from tamnhin.engine.targets.shares import SplitError
from tamnhin.kpis.access import owners_assignable_by
from tamnhin.kpis.models import AssignmentLine, Kpi
from tamnhin.kpis.selectors import planned
from tamnhin.kpis.series import Span, Standing, span_of, total_of
from tamnhin.kpis.services.cascade import METHODS, Method, Part, divided
from tamnhin.kpis.services.targets import Frame, standing_figures, tidied
from tamnhin.organisation.models import Owner
from tamnhin.planning.assign.addresses import address
from tamnhin.planning.assign.stages import times_of, usual_time
from tamnhin.planning.targets.frames import frame_of
from tamnhin.planning.targets.past import actuals, totals
from tamnhin.planning.targets.sums import Below, below


@dataclass(slots=True)
class Child:
    """One of those below, as it stands. ``why``: it cannot be written here."""

    owner: Owner
    position: int
    is_unit: bool
    about: str
    heads: int
    last_year: float | None
    carries: bool
    current: Decimal | None
    why: str
    revision: int | None


@dataclass(slots=True)
class Ground:
    """What a division starts from. ``total`` None: the unit has no figure in this time."""

    owner: Owner
    position: int
    kpi: Kpi
    frame: Frame
    source: dict[str, Decimal | None]
    total: Decimal | None
    line: AssignmentLine | None  # of the unit's draft
    children: list[Child]
    chosen_time: bool  # no draft says the time
    kpi_name: str  # as the reader calls it

    @property
    def missing(self) -> Problem:
        args = {"owner": self.owner.name, "kpi": self.kpi_name}
        return Problem("CASCADE_TOTAL_MISSING", owner=self.owner.code, kpi=self.kpi.code, args=args)


@dataclass(slots=True)
class Wanted:
    """What the person has chosen: by owner id."""

    method: Method
    takes: set[int]
    locked: set[int]
    fixed: dict[int, Decimal] = field(default_factory=dict)  # figures that stay
    percents: dict[int, Decimal] = field(default_factory=dict)
    step: Decimal | None = None


def ground_of(reading: Reading, owner: Owner, kpi: Kpi, first: str, last: str) -> Ground:
    """About twenty queries, whatever the number of those below."""
    company = reading.company
    opened = planned.open_assignments(company, [owner.pk]).get(owner.pk)
    line = None
    if opened is not None:
        rows = planned.lines_of(company, [opened])[opened.pk]
        line = next((row for row in rows if row.kpi_id == kpi.pk), None)
    if line is not None and opened is not None:
        span = span_of(opened.valid_from, opened.valid_to, company.fiscal_year_start)
    else:
        span = _time(reading, owner, kpi, first, last)
    frame, _lent = frame_of(reading, owner.code, kpi, span)
    standing = planned.standing_targets(company, [owner.pk], span, [kpi.pk]).get((owner.pk, kpi.pk), {})
    said: Mapping[str, Standing | float | None] = standing
    if line is not None and line.targets:
        said = {
            key: None if value is None else Standing(float(value), "", line.basis)
            for key, value in line.targets.items()
        }
    kept = line.total if line is not None else total_of(said, frame.measure, span, company.fiscal_year_start)
    source, total = tidied(frame, standing_figures(said, frame, frame.parts), kept)
    position = reading.live.owner_at[owner.code]
    return Ground(
        owner=owner,
        position=position,
        kpi=kpi,
        frame=frame,
        source=source,
        total=total,
        line=line,
        children=_children(reading, position, kpi, frame),
        chosen_time=line is None,
        kpi_name=reading.kpi_name(kpi.code) if kpi.code in reading.kpi_rows else kpi.name,
    )


def _time(reading: Reading, owner: Owner, kpi: Kpi, first: str, last: str) -> Span:
    """What was asked for; else the first usual time in which the unit has targets."""
    start = reading.company.fiscal_year_start
    begin, end = usual_time(reading.company, first, last)
    usual = span_of(begin, end, start)
    if first:
        return usual
    for one, other in [(usual.first, usual.last), *times_of(reading.company)]:
        span = Span(one, other)
        if planned.standing_targets(reading.company, [owner.pk], span, [kpi.pk]):
            return span
    return usual


def _children(reading: Reading, position: int, kpi: Kpi, frame: Frame) -> list[Child]:
    plan = reading.live.plan
    positions = reading.children_of(position)
    seen = reading.visible(positions)
    positions = [one for one in positions if one in seen]
    ids = [int(reading.live.owner_ids[one]) for one in positions]
    found = below(reading, ids, [kpi.pk], frame.span)
    allowed = set(owners_assignable_by(reading.user, reading.company, among=ids).values_list("pk", flat=True))
    owners = {one.pk: one for one in Owner.objects.filter(pk__in=ids).select_related("person", "company")}
    numbers, _lent = actuals(reading, kpi.code, positions, frame.parts)
    past = totals(numbers, additive=frame.additive).tolist()
    out = []
    for pk, at, before in zip(ids, positions, past, strict=True):
        owner = owners[pk]
        is_unit = at < plan.owners.unit_count
        carries = (pk, kpi.pk) in found.carried
        why = _why(reading, pk, found, frame, allowed)
        if why and not carries:
            continue
        opened = found.assignments.get(pk)
        out.append(
            Child(
                owner=owner,
                position=at,
                is_unit=is_unit,
                about=_("đơn vị") if is_unit else owner.person.position,
                heads=people_under(reading, at) if is_unit else 1,
                last_year=before if math.isfinite(before) else None,
                carries=carries,
                current=found.figures.get((pk, kpi.pk)),
                why=why,
                revision=opened.revision if opened is not None else None,
            )
        )
    return out


def _why(reading: Reading, pk: int, found: Below, frame: Frame, allowed: set[int]) -> str:
    if pk not in allowed:
        return _("bạn chỉ xem")
    opened = found.assignments.get(pk)
    if opened is not None and opened.status != State.DRAFT:
        return _("đã đề xuất: rút lại để sửa")
    if pk in found.two_posts:
        return _("hai vị trí: sửa ở trang riêng")
    if opened is not None:
        span = span_of(opened.valid_from, opened.valid_to, reading.company.fiscal_year_start)
        if span != frame.span:
            return _("thẻ tính từ {first} đến {last}").format(first=day(span.first), last=day(span.last))
    return ""


def people_under(reading: Reading, unit: int) -> int:
    """How many people stand in a unit and the units under it, on the day."""
    count = reading.live.plan.owners.unit_count
    waiting, seen, people = [unit], {unit}, 0
    while waiting:
        members = reading.children_of(waiting.pop())
        units = [one for one in members if one < count and one not in seen]
        people += sum(one >= count for one in members)
        seen.update(units)
        waiting += units
    return people


def usual_choice(ground: Ground) -> Wanted:
    """Those who carry the KPI take part, by last year's shares where everybody has one, else equally."""
    takes = {child.owner.pk for child in ground.children if child.carries}
    writable = [child for child in ground.children if child.owner.pk in takes and not child.why]
    known = bool(writable) and all((child.last_year or 0.0) > 0 for child in writable)
    method: Method = "last_year" if known and ground.frame.additive else "equal"
    now = [child.current for child in writable]
    wanted = Wanted(method, takes, set())
    figures = [one for one in now if one is not None]
    held = sum((child.current or Decimal(0) for child in ground.children if child.why), Decimal(0))
    if ground.frame.additive and len(figures) == len(now) and figures and sum(figures, held) == ground.total:
        wanted.method = "current"  # they add up already: nothing is proposed
    return wanted


def parts_of_choice(ground: Ground, wanted: Wanted) -> list[tuple[Child, Part]]:
    """Those who count: the chosen ones, and the ones that cannot be written here with the figure they have."""
    out = []
    for child in ground.children:
        pk = child.owner.pk
        if pk not in wanted.takes and not child.why:
            continue
        if child.why:
            fixed: Decimal | None = child.current or Decimal(0)
        else:
            fixed = wanted.fixed.get(pk)
        part = Part(
            child.owner, child.last_year, child.heads, child.current, wanted.percents.get(pk, Decimal(0)), fixed
        )
        out.append((child, part))
    return out


def divide_among(ground: Ground, wanted: Wanted) -> dict[int, Decimal]:
    """The figure of each, by owner id. Raises SplitError that says what to do."""
    if ground.total is None:
        raise SplitError("CASCADE_TOTAL_MISSING", **ground.missing.args)
    pairs = parts_of_choice(ground, wanted)
    parts = [part for _child, part in pairs]
    figures = divided(ground.total, parts, wanted.method, wanted.step, additive=ground.frame.additive)
    return {part.owner.pk: figure for part, figure in zip(parts, figures, strict=True)}


def time_links(reading: Reading, ground: Ground) -> Sequence[tuple[str, str, bool]]:
    if not ground.chosen_time:
        return []
    here = address("cascade", ground.owner.code, ground.kpi.code)
    shown = (ground.frame.span.first, ground.frame.span.last)
    times: list[tuple[datetime.date, datetime.date]] = times_of(reading.company)
    if shown not in times:
        times.insert(0, shown)
    return [
        (
            f"{day(first)} – {day(last)}",
            with_query(here, first=first.isoformat(), last=last.isoformat()),
            (first, last) == shown,
        )
        for first, last in times
    ]


def method_of(text: str, other: Method) -> Method:
    return next((method for method in METHODS if method == text), other)
