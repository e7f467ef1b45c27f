"""What keeps scorecards from being proposed or from becoming active, for many at once."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from tamnhin.base.formatting import number
from tamnhin.base.formatting import period as period_text
from tamnhin.engine import periods as per
from tamnhin.engine.problems import Problem
from tamnhin.kpis import assignment_problems as _declared  # noqa: F401  (the codes)
from tamnhin.kpis import locks
from tamnhin.kpis.models import Assignment, AssignmentLine, Kpi, Line
from tamnhin.kpis.selectors import planned
from tamnhin.kpis.series import Span, span_of
from tamnhin.kpis.services.lines import HUNDRED, LineInput
from tamnhin.organisation.access import today
from tamnhin.organisation.models import Company, Person, Unit


def problems_of(
    company: Company, assignments: Sequence[Assignment], *, activating: bool = False
) -> dict[int, list[Problem]]:
    """Every fault of each assignment, by its id; an empty list where nothing is in the way. Six queries.

    Proposing asks for exact totals of 100, a usable time, owners who are here and KPIs that are not retired;
    ``activating`` for active KPIs besides.
    """
    lines = planned.lines_of(company, assignments)
    ids = {line.kpi_id for held in lines.values() for line in held}
    kpis = {kpi.pk: kpi for kpi in Kpi.objects.filter(company=company, pk__in=ids)}
    owners = [assignment.owner_id for assignment in assignments]
    gone = last_days(company, owners)
    locked = locks.locked_spans(company.pk, company.fiscal_year_start)
    forces: dict[datetime.date, dict[int, list[Line]]] = {}
    for first in {assignment.valid_from for assignment in assignments}:
        same = [one.owner_id for one in assignments if one.valid_from == first]
        forces[first] = planned.lines_in_force(company, same, first)
    out: dict[int, list[Problem]] = {}
    for assignment in assignments:
        force = forces[assignment.valid_from].get(assignment.owner_id, [])
        held = lines[assignment.pk]
        out[assignment.pk] = [
            *weight_problems(assignment.owner.code, assignment.owner.name, held),
            *_kpi_problems(assignment, held, kpis, activating=activating),
            *_time_problems(company, assignment, force, locked, gone.get(assignment.owner_id)),
            *_target_problems(company, assignment, held, kpis),
            *_change_problems(assignment, held, force),
        ]
    return out


def last_days(company: Company, owner_ids: Iterable[int]) -> dict[int, datetime.date]:
    """The last day of people who leave and of units that end; nobody else. Two queries."""
    wanted = list(owner_ids)
    people = Person.objects.filter(company=company, pk__in=wanted, left__isnull=False).values_list("pk", "left")
    units = Unit.objects.filter(company=company, pk__in=wanted, valid_to__isnull=False).values_list("pk", "valid_to")
    return {pk: last for pk, last in [*people, *units] if last is not None}


def weight_problems(code: str, name: str, lines: Sequence[AssignmentLine | LineInput]) -> list[Problem]:
    """Lines that do not total exactly 100, post by post; or none at all."""
    if not lines:
        return [Problem("ASSIGNMENT_EMPTY", owner=code, args={"owner": name})]
    totals: dict[int | None, Decimal] = {}
    for line in lines:
        totals[line.post_id] = totals.get(line.post_id, Decimal(0)) + line.weight
    out = []
    for total in totals.values():
        if total != HUNDRED:
            kind = "ASSIGNMENT_WEIGHTS_SHORT" if total < HUNDRED else "ASSIGNMENT_WEIGHTS_OVER"
            args = {"owner": name, "total": number(total, 6), "missing": number(abs(HUNDRED - total), 6)}
            out.append(Problem(kind, owner=code, args=args))
    return out


def _kpi_problems(
    assignment: Assignment, lines: Sequence[AssignmentLine], kpis: Mapping[int, Kpi], *, activating: bool
) -> Iterable[Problem]:
    for line in lines:
        kpi = kpis[line.kpi_id]
        args = {"kpi": kpi.name}
        if kpi.status == Kpi.Status.RETIRED:
            yield Problem("ASSIGNMENT_KPI_RETIRED", owner=assignment.owner.code, kpi=kpi.code, args=args)
        elif activating and kpi.status == Kpi.Status.DRAFT:
            yield Problem("ASSIGNMENT_KPI_DRAFT", owner=assignment.owner.code, kpi=kpi.code, args=args)


def _time_problems(
    company: Company,
    assignment: Assignment,
    force: Sequence[Line],
    locked: Sequence[per.Period],
    gone: datetime.date | None,
) -> Iterable[Problem]:
    owner, first, last = assignment.owner, assignment.valid_from, assignment.valid_to
    args = {"owner": owner.name, "from_": first, "to": last}
    if last is not None and last < first:
        yield Problem("ASSIGNMENT_DATES_REVERSED", owner=owner.code, args=args)
    blocking = next((span for span in locked if first <= span.end), None)
    if blocking is not None:
        yield Problem("ASSIGNMENT_DATE_LOCKED", owner=owner.code, args=args | {"period": period_text(blocking.key)})
    elif force:
        earliest = today(company).replace(day=1)
        if first < earliest:
            yield Problem("ASSIGNMENT_DATE_ELAPSED", owner=owner.code, args=args | {"date": earliest})
    if gone is not None and gone < first:
        yield Problem("ASSIGNMENT_OWNER_LEFT", owner=owner.code, args=args | {"date": gone})


def _target_problems(
    company: Company, assignment: Assignment, lines: Sequence[AssignmentLine], kpis: Mapping[int, Kpi]
) -> Iterable[Problem]:
    span = span_of(assignment.valid_from, assignment.valid_to, company.fiscal_year_start)
    changing = assignment.kind == Assignment.Kind.CHANGE
    for line in lines:
        for key in line.targets:
            if not _inside(key, span, company.fiscal_year_start, changing=changing):
                args = {
                    "kpi": kpis[line.kpi_id].name,
                    "period": period_text(key),
                    "from_": span.first,
                    "to": span.last,
                }
                kpi = kpis[line.kpi_id].code
                yield Problem("ASSIGNMENT_TARGET_OUTSIDE", owner=assignment.owner.code, kpi=kpi, args=args)
                break


def _inside(key: str, span: Span, fiscal_year_start: int, *, changing: bool) -> bool:
    """Whether a figure is one of the time. A change may speak of the month it begins in, and of nothing before it."""
    try:
        period = per.parse(key, fiscal_year_start)
    except per.PeriodError:
        return False
    if period.end < span.first or period.start > span.last:
        return False
    return not changing or period.start >= span.first.replace(day=1) or period.kind in ("week", "day")


def _change_problems(
    assignment: Assignment, lines: Sequence[AssignmentLine], force: Sequence[Line]
) -> Iterable[Problem]:
    if assignment.kind != Assignment.Kind.CHANGE:
        return
    owner = assignment.owner
    if not assignment.reason.strip():
        yield Problem("ASSIGNMENT_REASON_MISSING", owner=owner.code, args={"owner": owner.name})
    if lines and not any(line.targets for line in lines) and same_lines(lines, force):
        ends = {line.valid_to for line in force}
        if ends == {assignment.valid_to}:
            yield Problem("ASSIGNMENT_NOTHING_CHANGED", owner=owner.code, args={"owner": owner.name})


def same_lines(lines: Sequence[AssignmentLine], force: Sequence[Line]) -> bool:
    """Whether proposed lines are those in force: the same KPIs, weights, goals and terms, targets left aside."""

    def signature(line: AssignmentLine | Line) -> tuple[object, ...]:
        given = LineInput.of(line)
        return (given.kpi_id, given.post_id, given.weight, given.goal_id, tuple(sorted(given.terms.items())))

    return {signature(line) for line in lines} == {signature(line) for line in force} and len(lines) == len(force)
