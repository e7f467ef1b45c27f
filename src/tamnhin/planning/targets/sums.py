"""Whether the figures of those directly below add up to their unit's, for some KPIs at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tamnhin.dashboards.reading import Reading
from tamnhin.engine.targets.shares import exact
from tamnhin.kpis.access import can_assign
from tamnhin.kpis.models import Assignment, AssignmentLine, Kpi
from tamnhin.kpis.selectors import planned
from tamnhin.kpis.series import Measure, Span, Standing, measures_of, span_of, total_of
from tamnhin.planning.assign.addresses import address
from tamnhin.planning.targets.shapes import SumNote

Key = tuple[int, int]  # owner, KPI


@dataclass(slots=True)
class Below:
    """What some owners have of some KPIs over one span, whatever the times of their own scorecards."""

    assignments: Mapping[int, Assignment]  # open ones, by owner
    lines: dict[Key, list[AssignmentLine]] = field(default_factory=dict)
    carried: set[Key] = field(default_factory=set)  # on an open scorecard, else in force
    figures: dict[Key, Decimal] = field(default_factory=dict)
    measures: dict[int, Measure] = field(default_factory=dict)
    two_posts: set[int] = field(default_factory=set)


def below(reading: Reading, owner_ids: Collection[int], kpi_ids: Collection[int], span: Span) -> Below:
    """Drafts before what is in force, month by month. Five queries."""
    company, start = reading.company, reading.company.fiscal_year_start
    out = Below(planned.open_assignments(company, owner_ids))
    held = planned.lines_of(company, out.assignments.values())
    for owner, assignment in out.assignments.items():
        for row in held[assignment.pk]:
            if row.post_id is not None:
                out.two_posts.add(owner)
            if row.kpi_id in kpi_ids:
                out.lines.setdefault((owner, row.kpi_id), []).append(row)
                out.carried.add((owner, row.kpi_id))
    settled = [pk for pk in owner_ids if pk not in out.assignments]
    for owner, rows in planned.lines_in_force(company, settled, span.first).items():
        for line in rows:
            if line.post_id is not None:
                out.two_posts.add(owner)
            if line.kpi_id in kpi_ids:
                out.carried.add((owner, line.kpi_id))
    standing = planned.standing_targets(company, owner_ids, span, kpi_ids)
    out.measures = measures_of(company.pk, kpi_ids)
    for owner, kpi in out.carried:
        measure = out.measures.get(kpi)
        if measure is None:
            continue
        figure = _figure(out, (owner, kpi), measure, span, standing.get((owner, kpi), {}), start)
        if figure is not None:
            out.figures[owner, kpi] = exact(figure)
    return out


def _figure(
    found: Below, key: Key, measure: Measure, span: Span, standing: Mapping[str, Standing], start: int
) -> float | None:
    rows: dict[str, Standing | float | None] = dict(standing)
    for line in found.lines.get(key, []):
        assignment = found.assignments[key[0]]
        if line.total is not None and span_of(assignment.valid_from, assignment.valid_to, start) == span:
            return line.total
        if line.basis:
            return None
        rows |= line.targets
    return total_of(rows, measure, span, start)


def notes_of(
    reading: Reading,
    assignment: Assignment,
    kpi_ids: Collection[int],
    totals: Mapping[int, Decimal | None] | None = None,
) -> list[SumNote]:
    """For a unit's scorecard: each KPI that adds up and that somebody directly below carries with a figure.

    ``totals``: figures of the owner that are being typed. Nothing for a person, nor for a reader who may not write the
    unit's: drafts of those below are counted. About twelve queries.
    """
    position = reading.live.owner_at.get(assignment.owner.code)
    if position is None or position >= reading.live.plan.owners.unit_count or not kpi_ids:
        return []
    if not can_assign(reading.user, assignment.owner):
        return []
    children = reading.children_of(position)
    seen = reading.visible(children)
    ids = [int(reading.live.owner_ids[one]) for one in children if one in seen]
    span = span_of(assignment.valid_from, assignment.valid_to, reading.company.fiscal_year_start)
    under = below(reading, ids, kpi_ids, span)
    own = below(reading, [assignment.owner_id], kpi_ids, span)
    kpis = {kpi.pk: kpi for kpi in Kpi.objects.filter(company=reading.company, pk__in=kpi_ids)}
    out = []
    for pk, kpi in kpis.items():
        measure = under.measures.get(pk)
        total = totals[pk] if totals and pk in totals else own.figures.get((assignment.owner_id, pk))
        parts = [value for (_owner, one), value in under.figures.items() if one == pk]
        if measure is None or not measure.additive or total is None or not parts:
            continue
        added = sum(parts, Decimal(0))
        out.append(
            SumNote(
                kpi=reading.kpi_name(kpi.code) if kpi.code in reading.kpi_rows else kpi.name,
                total=total,
                below=added,
                difference=added - total,
                count=len(parts),
                unit=reading.unit_of(kpi.code),
                url=address("cascade", assignment.owner.code, kpi.code),
            )
        )
    return out
