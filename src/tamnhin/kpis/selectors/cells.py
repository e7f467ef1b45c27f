"""The matrix of owners and KPIs as it stands: what is being written, and where nothing is, what is in force."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tamnhin.agreements.states import State
from tamnhin.kpis.models import Assignment, AssignmentLine, Line
from tamnhin.kpis.selectors import planned
from tamnhin.kpis.series import Measure, Span, Standing, measures_of, span_of, total_of
from tamnhin.organisation.models import Company

Key = tuple[int, int]  # owner, KPI


@dataclass(slots=True)
class Matrix:
    """Values by (owner id, KPI id). A pair without a line is in neither; a line without a target not in ``totals``."""

    assignments: dict[int, Assignment]  # the open one of an owner
    weights: dict[Key, Decimal] = field(default_factory=dict)
    totals: dict[Key, float] = field(default_factory=dict)
    two_posts: set[int] = field(default_factory=set)  # owners whose lines belong to two posts: not cells of a matrix
    lines: dict[int, list[AssignmentLine]] = field(default_factory=dict)  # by assignment
    force: dict[int, list[Line]] = field(default_factory=dict)  # by owner, of those without an open assignment
    measures: dict[int, Measure] = field(default_factory=dict)


def matrix_of(
    company: Company,
    owner_ids: Collection[int],
    first: datetime.date,
    last: datetime.date | None = None,
    *,
    totals: bool = False,
    drafts_of: Collection[int] | None = None,
) -> Matrix:
    """What a matrix shows for some owners: their open assignment, else the lines in force on ``first``.

    ``totals``: targets over the time of the assignment too; else over ``first`` to ``last``. ``drafts_of``: owners
    (ids) whose drafts may be shown, None for all; of the others what is in force. Three queries, five with totals.
    """
    opened = planned.open_assignments(company, owner_ids)
    if drafts_of is not None:
        opened = {pk: one for pk, one in opened.items() if one.status != State.DRAFT or pk in drafts_of}
    out = Matrix(opened)
    out.lines = planned.lines_of(company, out.assignments.values())
    out.force = planned.lines_in_force(company, [pk for pk in owner_ids if pk not in out.assignments], first)
    for owner, assignment in out.assignments.items():
        _take(out, owner, out.lines[assignment.pk])
    for owner, lines in out.force.items():
        _take(out, owner, lines)
    if totals:
        _totals(company, out, first, last)
    return out


def _take(out: Matrix, owner: int, lines: Sequence[AssignmentLine | Line]) -> None:
    for line in lines:
        out.weights[owner, line.kpi_id] = line.weight
        if line.post_id is not None:
            out.two_posts.add(owner)


def _totals(company: Company, out: Matrix, first: datetime.date, last: datetime.date | None) -> None:
    start = company.fiscal_year_start
    out.measures = measures_of(company.pk, {kpi for _, kpi in out.weights})
    usual = span_of(first, last, start)
    spans = {
        owner: span_of(assignment.valid_from, assignment.valid_to, start)
        for owner, assignment in out.assignments.items()
    }
    said = {
        (owner, line.kpi_id): line
        for owner, assignment in out.assignments.items()
        for line in out.lines[assignment.pk]
        if line.targets or line.total is not None
    }
    by_span: dict[Span, list[int]] = {}
    for owner in {owner for owner, _ in out.weights}:
        by_span.setdefault(spans.get(owner, usual), []).append(owner)
    standing: dict[Key, dict[str, Standing]] = {}
    for span, owners in by_span.items():  # as many as there are different times: a few
        standing |= planned.standing_targets(company, owners, span)
    for key in out.weights:
        line = said.get(key)
        if line is not None and line.total is not None:
            out.totals[key] = line.total
            continue
        rows = line.targets if line is not None else standing.get(key, {})
        measure = out.measures.get(key[1])
        total = total_of(rows, measure, spans.get(key[0], usual), start) if rows and measure else None
        if total is not None:
            out.totals[key] = total
