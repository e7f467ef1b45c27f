"""Scorecards as they are asked and as they stand, for many owners at once. Callers ask who may see them."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from django.db.models import Q

from tamnhin.agreements.states import OPEN, State
from tamnhin.engine import periods as per
from tamnhin.kpis import locks
from tamnhin.kpis.models import Assignment, AssignmentLine, Line, Target
from tamnhin.kpis.series import Span, Standing
from tamnhin.organisation.access import today
from tamnhin.organisation.models import Company

NEXT_YEAR_FROM = 92  # days before a fiscal year begins at which planning means that year


def lines_in_force(company: Company, owner_ids: Collection[int], on: datetime.date) -> dict[int, list[Line]]:
    """The lines that hold on a day, by owner, in the order of the workbook. One query."""
    rows = (
        Line.objects.filter(company=company, owner__in=owner_ids)
        .filter(Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_to=None) | Q(valid_to__gte=on))
        .order_by("owner_id", "id")
    )
    out: dict[int, list[Line]] = defaultdict(list)
    for line in rows:
        out[line.owner_id].append(line)
    return out


def open_assignments(company: Company, owner_ids: Collection[int]) -> dict[int, Assignment]:
    """The one assignment of each owner that is being written or agreed. One query."""
    rows = Assignment.objects.filter(company=company, owner__in=owner_ids, status__in=OPEN)
    return _by_owner(company, rows.select_related("changed_by", "owner"))


def active_assignments(company: Company, owner_ids: Collection[int]) -> dict[int, Assignment]:
    """The newest active one of each owner. One query."""
    rows = Assignment.objects.filter(company=company, owner__in=owner_ids, status=State.ACTIVE).order_by("valid_from")
    return _by_owner(company, rows.select_related("owner"))


def _by_owner(company: Company, rows: Iterable[Assignment]) -> dict[int, Assignment]:
    out: dict[int, Assignment] = {}
    for row in rows:
        row.company = company  # the same object: nobody asks for it again
        out[row.owner_id] = row
    return out


def lines_of(company: Company, assignments: Iterable[Assignment]) -> dict[int, list[AssignmentLine]]:
    """The lines of assignments, by assignment, in their order. One query."""
    out: dict[int, list[AssignmentLine]] = {assignment.pk: [] for assignment in assignments}
    for line in AssignmentLine.objects.filter(company=company, assignment__in=list(out)).order_by("order", "id"):
        out[line.assignment_id].append(line)
    return out


def keys_in(span: Span, fiscal_year_start: int) -> list[str]:
    """Keys of all periods that lie inside the span, or that the span lies inside of, of every kind."""
    keys: dict[str, None] = {}
    for kind in ("year", "half", "quarter", "month", "week", "day"):
        for start in {1, fiscal_year_start}:  # a calendar and a fiscal key may both have been used
            period = per.containing(span.first, kind, start)
            while period.start <= span.last:
                keys[period.key] = None
                period = per.next(period)
    return list(keys)


def standing_targets(
    company: Company, owner_ids: Collection[int], span: Span, kpi_ids: Collection[int] | None = None
) -> Mapping[tuple[int, int], dict[str, Standing]]:
    """Targets of periods in the span as they stand, by (owner, KPI). A withdrawn one is absent. One query."""
    rows = Target.objects.filter(
        company=company, owner__in=owner_ids, period__in=keys_in(span, company.fiscal_year_start)
    )
    if kpi_ids is not None:
        rows = rows.filter(kpi__in=kpi_ids)
    out: dict[tuple[int, int], dict[str, Standing]] = defaultdict(dict)
    for owner, kpi, period, target, profile, basis in rows.order_by("revision").values_list(
        "owner_id", "kpi_id", "period", "target", "profile", "basis"
    ):
        if target is None:
            out[owner, kpi].pop(period, None)
        else:
            out[owner, kpi][period] = Standing(target, profile, basis)
    return out


def earliest_start(company: Company, *, changing: bool) -> datetime.date:
    """The first day from which a scorecard may hold: after what is locked; a change, besides, not in past months."""
    spans = locks.locked_spans(company.pk, company.fiscal_year_start)
    locked = locks.last_locked_day(spans)
    after = locked + datetime.timedelta(days=1) if locked is not None else datetime.date.min
    return max(after, today(company).replace(day=1)) if changing else after


def usual_start(company: Company, *, changing: bool = True) -> datetime.date:
    """The day people mean when they name none: next year's first in the last months of a fiscal year; for a change the
    first of next month; for somebody's first scorecard the first of this month. Never inside a locked period.
    """
    day = today(company)
    year = per.containing(day, "year", company.fiscal_year_start)
    if (year.end - day).days < NEXT_YEAR_FROM:
        usual = year.end + datetime.timedelta(days=1)
    else:
        month = per.containing(day, "month")
        usual = month.end + datetime.timedelta(days=1) if changing else month.start
    return max(usual, earliest_start(company, changing=changing))
