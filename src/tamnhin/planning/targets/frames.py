"""What the series of one scorecard line stands on: its periods, calendar and past, and the figures there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from django.db.models import F

from tamnhin.dashboards.reading import Reading
from tamnhin.engine.periods import containing
from tamnhin.engine.targets.shares import exact
from tamnhin.kpis.models import Assignment, AssignmentLine, Kpi, KpiVersion
from tamnhin.kpis.selectors import planned
from tamnhin.kpis.series import Span, Standing, calendar_of, measures_of, parts_of, span_of
from tamnhin.kpis.services.targets import RATE, Frame, Way, standing_figures, tidied
from tamnhin.planning.targets.past import actuals


@dataclass(slots=True)
class Line:
    """One line as it stands: figures of ``frame.parts``, elapsed ones apart."""

    row: AssignmentLine
    kpi: Kpi
    frame: Frame
    figures: dict[str, Decimal | None]
    past: dict[str, Decimal | None]
    way: Way
    total: Decimal | None
    rate: Decimal | None
    lent: frozenset[str]  # keys whose last year is from two years before


def aggregation_of(company_id: int, kpi_id: int) -> str:
    """Of the newest definition."""
    rows = KpiVersion.objects.filter(company_id=company_id, kpi_id=kpi_id)
    found = rows.order_by(F("valid_from").desc(nulls_last=True)).values_list("aggregation", flat=True).first()
    return found or "sum"


def frame_of(reading: Reading, owner_code: str, kpi: Kpi, span: Span) -> tuple[Frame, frozenset[str]]:
    """The frame, and the keys of parts whose last year is lent from the year before. Three queries."""
    company = reading.company
    start = company.fiscal_year_start
    measure = measures_of(company.pk, [kpi.pk])[kpi.pk]
    first = containing(span.first, "year", start).start
    last = containing(span.last, "year", start).end
    everything = parts_of(Span(first, last), measure.frequency, start)
    parts = tuple(part for part in everything if part.end >= span.first and part.start <= span.last)
    past = tuple(part for part in everything if part.end < span.first)
    position = reading.live.owner_at.get(owner_code)
    shown = (*past, *parts)
    numbers, lent = actuals(reading, kpi.code, [position] if position is not None else [], shown)
    before: dict[str, float] = {}
    borrowed: set[str] = set()
    if position is not None:
        for part, value, older in zip(shown, numbers[:, 0].tolist(), lent[:, 0].tolist(), strict=True):
            if np.isfinite(value):
                before[part.key] = value
                if older:
                    borrowed.add(part.key)
    frame = Frame(
        measure=measure,
        aggregation=aggregation_of(company.pk, kpi.pk),
        span=span,
        parts=parts,
        past=past,
        calendar=calendar_of(company, Span(first, last)),
        fiscal_year_start=start,
        last_year=before,
    )
    return frame, frozenset(borrowed)


def line_of(reading: Reading, assignment: Assignment, kpi: Kpi, post: str) -> Line | None:
    """The line of an assignment with its figures; None where it has none for this KPI. About eight queries."""
    rows = [row for row in planned.lines_of(reading.company, [assignment])[assignment.pk] if row.kpi_id == kpi.pk]
    row = next((one for one in rows if str(one.post_id or "") == post), rows[0] if rows and not post else None)
    if row is None:
        return None
    start = reading.company.fiscal_year_start
    span = span_of(assignment.valid_from, assignment.valid_to, start)
    frame, lent = frame_of(reading, assignment.owner.code, kpi, span)
    year = Span(containing(span.first, "year", start).start, span.last)
    standing = planned.standing_targets(reading.company, [assignment.owner_id], year, [kpi.pk]).get(
        (assignment.owner_id, kpi.pk), {}
    )
    shown = (*frame.past, *frame.parts)
    now = standing_figures(standing, frame, shown)
    said = _said(row)
    figures = standing_figures(said, frame, frame.parts) if row.targets else {p.key: now[p.key] for p in frame.parts}
    if row.total is None and not row.targets:
        said = standing
    rate = _rate(said, row)
    figures, total = tidied(frame, figures, row.total)
    return Line(
        row=row,
        kpi=kpi,
        frame=frame,
        figures=figures,
        past={part.key: now[part.key] for part in frame.past},
        way=_way(frame, row, figures, rate),
        total=total,
        rate=rate,
        lent=lent,
    )


def _said(row: AssignmentLine) -> Mapping[str, Standing | float | None]:
    return {key: None if value is None else Standing(float(value), "", row.basis) for key, value in row.targets.items()}


def _rate(rows: Mapping[str, Standing | float | None], row: AssignmentLine) -> Decimal | None:
    """The figure per working day, where it is one and the same."""
    rates = {one.target if one.basis else None for one in rows.values() if isinstance(one, Standing)}
    return exact(found) if len(rates) == 1 and (found := rates.pop()) is not None else None


def _way(frame: Frame, row: AssignmentLine, figures: Mapping[str, Decimal | None], rate: Decimal | None) -> Way:
    if not frame.additive:
        return "same"
    if rate is not None:
        return RATE
    if row.profile in frame.ways:
        return next(way for way in frame.ways if way == row.profile)
    known = {value for value in figures.values() if value is not None}
    return "even" if len(known) < 2 or (row.total is not None and not row.profile) else "custom"
