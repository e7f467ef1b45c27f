"""The page of the series of one line."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from tamnhin.agreements import words
from tamnhin.agreements.states import State
from tamnhin.base.words import in_words
from tamnhin.dashboards.reading import Reading
from tamnhin.dashboards.shapes import Link
from tamnhin.engine.periods import Kind, Period, anchor, containing
from tamnhin.engine.targets.shares import exact
from tamnhin.kpis.access import can_assign
from tamnhin.kpis.models import Assignment
from tamnhin.kpis.selectors import planned
from tamnhin.kpis.services.targets import RATE, Settled
from tamnhin.planning.assign.addresses import address
from tamnhin.planning.assign.stages import stage_of
from tamnhin.planning.targets.drawing import drawing_of
from tamnhin.planning.targets.forms import Posted, plain, text_of
from tamnhin.planning.targets.frames import Line
from tamnhin.planning.targets.shapes import Field, SeriesPage, SeriesRow, SumNote
from tamnhin.planning.targets.words import step_choices, way_choices
from tamnhin.strategy.access import goals_visible_to

NO_FIELD = Field("", "")


def stored(line: Line) -> Settled:
    """What the line holds, before anybody has typed."""
    return Settled(line.way, line.total, line.figures, frozenset(), line.rate)


def may_write(reading: Reading, assignment: Assignment) -> bool:
    return not reading.scope.reads_only and can_assign(reading.user, assignment.owner)


def series_page(
    reading: Reading,
    assignment: Assignment,
    line: Line,
    *,
    now: Settled | None = None,
    posted: Posted | None = None,
    errors: Sequence[str] = (),
    conflict: Sequence[tuple[str, Decimal | None, Decimal | None]] = (),
    notes: Sequence[SumNote] = (),
    reason: str = "",
    by: str = "",
    anew: bool = True,
) -> SeriesPage:
    """``now``: the series to show, if not the stored one; ``posted``: the form it came from, with its faults.

    ``anew``: ``now`` agrees with itself; else it is the form as it was typed, and is shown again as such.
    """
    frame, kpi = line.frame, line.kpi
    settled = now or stored(line)
    code, owner = kpi.code, assignment.owner
    allowed = may_write(reading, assignment)
    editable = allowed and assignment.status == State.DRAFT
    fields = _Fields(reading.language, posted, settled_anew=now is not None and anew)
    rows = _rows(reading, line, settled, fields, editable=editable)
    known = [value for value in (*line.past.values(), *settled.figures.values()) if value is not None]
    elapsed = [value for value in line.past.values() if value is not None]
    goal, goal_title, same_time = _goal(reading, line)
    last_year = _last_year(line)
    opened = planned.open_assignments(reading.company, [owner.pk]).get(owner.pk) if allowed and not editable else None
    position = reading.live.owner_at.get(owner.code)
    unit = position is not None and position < reading.live.plan.owners.unit_count
    everything = (*frame.past, *frame.parts)
    return SeriesPage(
        pk=assignment.pk,
        code=code,
        kpi=reading.kpi_name(code) if code in reading.kpi_rows else kpi.name,
        owner=owner.name,
        plan_url=address("plan", assignment.pk),
        card_url=address("kpi_card", code),
        cascade_url=address("cascade", owner.code, code) if unit else "",
        word=words.where(assignment.status),
        stage=stage_of(assignment.status),
        state=assignment.status,
        first=frame.span.first,
        last=frame.span.last,
        unit=reading.unit_of(code),
        additive=frame.additive,
        aggregation=frame.aggregation,
        revision=assignment.revision,
        post=str(line.row.post_id or ""),
        editable=editable,
        may_change=allowed and assignment.status == State.ACTIVE and opened is None,
        change_first=planned.usual_start(reading.company) if assignment.status == State.ACTIVE else None,
        open_url=address("targets", opened.pk, code) if opened is not None and opened.pk != assignment.pk else "",
        ways=way_choices(frame.ways, settled.way),
        steps=step_choices(plain(posted.asked.step) if posted and posted.asked.step else "", reading.language),
        way=settled.way,
        keep_total=bool(posted and posted.asked.keep_total),
        total=fields.of("total", settled.total, words=True),
        rate=fields.of("rate", settled.rate),
        baseline=fields.of("baseline", _baseline(line, posted)),
        rows=rows,
        value=settled.total,
        year=sum(known, Decimal(0)) if frame.additive and known and elapsed else None,
        elapsed=sum(elapsed, Decimal(0)) if frame.additive and elapsed else None,
        last_year=last_year,
        last_year_gaps=len(line.lent & {part.key for part in everything}),
        goal=goal,
        goal_title=goal_title,
        goal_gap=settled.total - goal if goal is not None and settled.total is not None and same_time else None,
        drawing=drawing_of(
            everything,
            {**line.past, **settled.figures},
            frame.last_year,
            goal if goal is not None and not frame.additive else None,
        ),
        notes=notes,
        trail=_trail(reading, assignment),
        dirty=posted is not None,
        errors=errors,
        reason=reason,
        conflict=conflict,
        by=by,
    )


def _trail(reading: Reading, assignment: Assignment) -> list[Link]:
    return [Link(_("Giao KPI"), address("assign")), Link(assignment.owner.name, address("plan", assignment.pk))]


def _baseline(line: Line, posted: Posted | None) -> Decimal | None:
    if posted is not None:
        return posted.asked.baseline
    if line.row.baseline is not None:
        return exact(line.row.baseline)
    before = [line.frame.last_year[part.key] for part in line.frame.parts if part.key in line.frame.last_year]
    return exact(before[-1]) if before and line.frame.aggregation == "last" else None


def _last_year(line: Line) -> float | None:
    """Of the parts that can be written; None where some are unknown."""
    parts, before = line.frame.parts, line.frame.last_year
    if not all(part.key in before for part in parts):
        return None
    return sum(before[part.key] for part in parts) if line.frame.additive else before[parts[-1].key]


def _goal(reading: Reading, line: Line) -> tuple[Decimal | None, str, bool]:
    """The figure of the goal that the line serves, its title, and whether it is for the same days."""
    if line.row.goal_id is None:
        return None, "", False
    goal = goals_visible_to(reading.user, reading.company).filter(pk=line.row.goal_id).first()
    if goal is None or goal.target is None or goal.kpi_id != line.kpi.pk:
        return None, goal.title if goal is not None else "", False
    span = line.frame.span
    return exact(goal.target), goal.title, (goal.valid_from, goal.valid_to) == (span.first, span.last)


class _Fields:
    """Fields as they stand: what was typed where it could not be read, else the settled figure."""

    def __init__(self, language: str, posted: Posted | None, *, settled_anew: bool) -> None:
        self.language, self.posted, self.anew = language, posted, settled_anew

    def of(self, name: str, value: Decimal | None, *, words: bool = False) -> Field:
        error = self.posted.errors.get(name, "") if self.posted else ""
        text = text_of(value, self.language)
        was = plain(value)
        if self.posted is not None and name in self.posted.texts and (error or not self.anew):
            text = self.posted.texts[name]  # nothing was settled: the form stays as it was typed
            was = self.posted.was.get(name, was)
        echo = in_words(value, self.language) if words and value is not None and not error else ""
        return Field(name, text, was, echo, error)


def _rows(reading: Reading, line: Line, settled: Settled, fields: _Fields, *, editable: bool) -> list[SeriesRow]:
    frame = line.frame
    everything = (*frame.past, *frame.parts)
    days = dict(zip((part.key for part in everything), frame.days(everything), strict=True))
    values: dict[str, Decimal | None] = {**line.past, **settled.figures}
    out: list[SeriesRow] = []
    seen: set[str] = set()
    typed = editable and settled.way != RATE
    for part in everything:
        for period in _longer(part, frame.fiscal_year_start) if frame.additive else []:
            if period.key not in seen:
                seen.add(period.key)
                out.append(_longer_row(reading, line, period, everything, values, days, fields, editable=typed))
        past = part in frame.past
        value = values.get(part.key)
        before = frame.last_year.get(part.key)
        writable = typed and not past
        out.append(
            SeriesRow(
                key=part.key,
                label=part.title(reading.language),
                value=value,
                last_year=before,
                days=days[part.key],
                field=fields.of(f"f-{part.key}", value) if writable else None,
                weight=fields.of(f"w-{part.key}", _weight(value, settled)) if writable and frame.additive else None,
                past=past,
                locked=part.key in settled.locked,
                change=_change(value, before),
            )
        )
    return out


def _weight(value: Decimal | None, settled: Settled) -> Decimal | None:
    if value is None or not settled.total:
        return None
    return (value / settled.total * 100).quantize(Decimal("0.01"))


def _longer(part: Period, fiscal_year_start: int) -> list[Period]:
    """The year, then the quarter, in which a part lies, where those are longer."""
    kinds: tuple[Kind, ...] = ("year", "quarter") if part.kind == "month" else ("year",) if part.kind != "year" else ()
    return [containing(anchor(part), kind, fiscal_year_start) for kind in kinds]


def _longer_row(
    reading: Reading,
    line: Line,
    period: Period,
    everything: Sequence[Period],
    values: Mapping[str, Decimal | None],
    days: Mapping[str, int],
    fields: _Fields,
    *,
    editable: bool,
) -> SeriesRow:
    inside = [part for part in everything if part.end in period]
    known = [value for part in inside if (value := values.get(part.key)) is not None]
    value = sum(known, Decimal(0)) if known else None
    before = [line.frame.last_year.get(part.key) for part in inside]
    whole = [one for one in before if one is not None]
    last_year = sum(whole) if len(whole) == len(before) else None
    writable = editable and period.kind != "year" and all(part in line.frame.parts for part in inside)
    return SeriesRow(
        key=period.key,
        label=period.title(reading.language),
        value=value,
        last_year=last_year,
        days=sum(days[part.key] for part in inside),
        field=fields.of(f"f-{period.key}", value) if writable else None,
        longer=True,
        change=_change(value, last_year),
    )


def _change(value: Decimal | None, before: float | None) -> float | None:
    if value is None or not before:
        return None
    return (float(value) / before - 1.0) * 100.0 if before > 0 else None


def first_day(text: str, usual: datetime.date) -> datetime.date | None:
    """The day of a form; None for what is no day."""
    try:
        return datetime.date.fromisoformat(text) if text else usual
    except ValueError:
        return None
