"""An agreed scorecard becomes lines and targets, which the engine reads. History never moves.

What is in force ends the day before; periods before the first day keep their lines and targets. A target that differs
becomes the next revision.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from tamnhin.accounts.models import User
from tamnhin.agreements.models import Agreement, Voice
from tamnhin.agreements.states import State
from tamnhin.base import audit, bulk
from tamnhin.engine import periods as per
from tamnhin.kpis.models import Assignment, AssignmentLine, Line, Target
from tamnhin.kpis.selectors import planned
from tamnhin.kpis.series import span_of
from tamnhin.kpis.services.lines import TERMS
from tamnhin.organisation.access import today
from tamnhin.organisation.models import Company
from tamnhin.organisation.services import touch

DAY = datetime.timedelta(days=1)
KINDS = ("assignment", "change")
TARGET_COLUMNS = (
    "company_id", "owner_id", "kpi_id", "period", "target", "profile", "basis", "recorded_at", "recorded_by_id",
    "revision",
)  # fmt: skip


@dataclass(slots=True)
class _Lines:
    """What becomes of lines: kept with another end or start, thrown away (they never began), written."""

    moved: list[Line] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    fresh: list[Line] = field(default_factory=list)


@transaction.atomic
def put_in_force(*, acting_user: User | None, company: Company, assignments: Sequence[Assignment]) -> None:
    """Write the lines and targets of assignments. Their gates have been asked (``checks.problems_of``).

    About a dozen statements, whatever the number. The status of the assignments is set here.
    """
    lines = planned.lines_of(company, assignments)
    work = _Lines()
    standing = _overlapping(company, assignments)
    for assignment in assignments:
        _plan_lines(assignment, lines[assignment.pk], standing.get(assignment.owner_id, []), work)
    if work.gone:
        Line.objects.filter(pk__in=work.gone).delete()
    _move(work.moved)
    Line.objects.bulk_create(work.fresh)
    targets = _new_targets(acting_user, company, assignments, lines)
    bulk.insert(Target, TARGET_COLUMNS, targets)  # some hundred thousand in a large company
    replaced = _close_replaced(acting_user, company, assignments)
    Assignment.objects.filter(pk__in=[one.pk for one in assignments]).update(
        status=State.ACTIVE, activated_at=timezone.now(), updated_at=timezone.now()
    )
    audit.record(
        company_id=company.pk,
        acting_user=acting_user,
        action="assignment.activated",
        obj=assignments[0] if len(assignments) == 1 else ("kpis.assignment", ""),
        before={"ended": [line.pk for line in work.moved], "removed": work.gone, "replaced": replaced},
        after={
            "assignments": [one.pk for one in assignments],
            "lines": len(work.fresh),
            "targets": len(targets),
        },
    )
    touch(company.pk, structure=True)


def _move(lines: Iterable[Line]) -> None:
    """Write the days of lines: a statement for each pair of days, of which there are few."""
    days: dict[tuple[datetime.date | None, datetime.date | None], list[int]] = defaultdict(list)
    for line in lines:
        days[line.valid_from, line.valid_to].append(line.pk)
    now = timezone.now()
    for (first, last), ids in days.items():
        for start in range(0, len(ids), bulk.BATCH):  # SQLite takes some thirty thousand values at most
            rows = Line.objects.filter(pk__in=ids[start : start + bulk.BATCH])
            rows.update(valid_from=first, valid_to=last, updated_at=now)


def _overlapping(company: Company, assignments: Collection[Assignment]) -> dict[int, list[Line]]:
    """Lines of the owners that still hold, or will, on or after the earliest first day; oldest first. One query."""
    first = min(assignment.valid_from for assignment in assignments)
    rows = (
        Line.objects.filter(company=company, owner__in=[one.owner_id for one in assignments])
        .filter(Q(valid_to=None) | Q(valid_to__gte=first))
        .order_by(F("valid_from").asc(nulls_first=True), "id")
    )
    out: dict[int, list[Line]] = defaultdict(list)
    for line in rows:
        out[line.owner_id].append(line)
    return out


def _plan_lines(
    assignment: Assignment, lines: Sequence[AssignmentLine], standing: Sequence[Line], work: _Lines
) -> None:
    first, last = assignment.valid_from, assignment.valid_to
    wanted = {(line.kpi_id, line.post_id): line for line in lines}
    for held in standing:
        if (held.valid_to is not None and held.valid_to < first) or (
            last is not None and held.valid_from is not None and held.valid_from > last
        ):
            continue
        key = (held.kpi_id, held.post_id)
        began = held.valid_from is None or held.valid_from <= first
        if began and key in wanted and _same_terms(held, wanted[key]):
            del wanted[key]  # goes on as it is: one line, not two halves
            if held.valid_to != last:
                held.valid_to = last
                work.moved.append(held)
        elif held.valid_from is None or held.valid_from < first:
            held.valid_to = first - DAY
            work.moved.append(held)
        elif last is not None and (held.valid_to is None or held.valid_to > last):
            held.valid_from = last + DAY  # somebody's later plan goes on after this one
            work.moved.append(held)
        else:
            work.gone.append(held.pk)
    work.fresh += [_line_of(assignment, line) for line in wanted.values()]


def _same_terms(held: Line, line: AssignmentLine) -> bool:
    return (
        held.weight == line.weight
        and held.goal_id == line.goal_id
        and all(getattr(held, name) == getattr(line, name) for name in TERMS)
    )


def _line_of(assignment: Assignment, line: AssignmentLine) -> Line:
    return Line(
        company_id=assignment.company_id,
        owner_id=assignment.owner_id,
        kpi_id=line.kpi_id,
        weight=line.weight,
        valid_from=assignment.valid_from,
        valid_to=assignment.valid_to,
        goal_id=line.goal_id,
        post_id=line.post_id,
        **{name: getattr(line, name) for name in TERMS},
    )


def _new_targets(
    acting_user: User | None,
    company: Company,
    assignments: Sequence[Assignment],
    lines: Mapping[int, Sequence[AssignmentLine]],
) -> list[tuple[Any, ...]]:
    """Rows of ``TARGET_COLUMNS``, the revisions to append: figures that differ from what stands, and shorter ones that
    would hide a longer one."""
    said = {(one.owner_id, line.kpi_id): (one, line) for one in assignments for line in lines[one.pk] if line.targets}
    if not said:
        return []
    start = company.fiscal_year_start
    keys = {key for _, line in said.values() for key in line.targets}
    for span in {span_of(one.valid_from, one.valid_to, start) for one, _ in said.values()}:
        keys.update(planned.keys_in(span, start))
    newest: dict[tuple[int, int], dict[str, Target]] = defaultdict(dict)
    for row in Target.objects.filter(
        company=company,
        owner__in={owner for owner, _ in said},
        kpi__in={kpi for _, kpi in said},
        period__in=keys,
    ).order_by("revision"):
        newest[row.owner_id, row.kpi_id][row.period] = row
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    by = acting_user.pk if acting_user is not None else None
    out: list[tuple[Any, ...]] = []
    for pair, (assignment, line) in said.items():
        for period, figure in _figures(line, newest[pair], assignment, start).items():
            old = newest[pair].get(period)
            basis = line.basis if figure is not None else ""
            if old is None and figure is None:
                continue
            if old is not None and (old.target, old.profile, old.basis) == (figure, "", basis):
                continue
            revision = old.revision + 1 if old is not None else 1
            out.append((company.pk, *pair, period, figure, "", basis, now, by, revision))
    return out


def _figures(
    line: AssignmentLine, newest: Mapping[str, Target], assignment: Assignment, fiscal_year_start: int
) -> dict[str, float | None]:
    out: dict[str, float | None] = dict(line.targets)
    given = [per.parse(key, fiscal_year_start) for key in line.targets]
    for key, row in newest.items():
        if key in out or row.target is None:
            continue
        period = per.parse(key, fiscal_year_start)
        hidden = any(one.start <= period.start and period.end <= one.end for one in given)
        if hidden and period.start >= assignment.valid_from:
            out[key] = None
    return out


def _close_replaced(acting_user: User | None, company: Company, assignments: Sequence[Assignment]) -> list[int]:
    """Assignments that were active until now end, and so do the agreements about them."""
    first = {one.owner_id: one.valid_from for one in assignments}
    rows = list(
        Assignment.objects.filter(company=company, owner__in=list(first), status=State.ACTIVE).exclude(
            pk__in=[one.pk for one in assignments]
        )
    )
    for row in rows:
        row.status = State.CLOSED
        ends = first[row.owner_id] - DAY
        if row.valid_from <= ends and (row.valid_to is None or row.valid_to > ends):
            row.valid_to = ends
        row.updated_at = timezone.now()
    Assignment.objects.bulk_update(rows, ["status", "valid_to", "updated_at"], batch_size=500)
    ids = [row.pk for row in rows]
    told = list(Agreement.objects.filter(company=company, kind__in=KINDS, subject_id__in=ids, state=State.ACTIVE))
    Voice.objects.bulk_create(
        Voice(
            company=company,
            agreement=agreement,
            round=agreement.round,
            state=agreement.state,
            user=acting_user,
            kind=Voice.Kind.CLOSED,
        )
        for agreement in told
    )
    Agreement.objects.filter(pk__in=[one.pk for one in told]).update(
        state=State.CLOSED, revision=F("revision") + 1, updated_at=timezone.now()
    )
    return ids


@transaction.atomic
def end(*, acting_user: User | None, company: Company, assignments: Sequence[Assignment]) -> None:
    """Close active scorecards: what would hold after today ends today."""
    last = today(company)
    owners = [one.owner_id for one in assignments if one.status == State.ACTIVE]
    lines = Line.objects.filter(company=company, owner__in=owners)
    ended = lines.filter(Q(valid_to=None) | Q(valid_to__gt=last))
    ended.filter(Q(valid_from=None) | Q(valid_from__lte=last)).update(valid_to=last, updated_at=timezone.now())
    lines.filter(valid_from__gt=last).delete()
    active = Assignment.objects.filter(company=company, pk__in=[one.pk for one in assignments], status=State.ACTIVE)
    active.filter(Q(valid_to=None) | Q(valid_to__gt=last), valid_from__lte=last).update(valid_to=last)
    Assignment.objects.filter(company=company, pk__in=[one.pk for one in assignments]).update(
        status=State.CLOSED, updated_at=timezone.now()
    )
    audit.record(
        company_id=company.pk,
        acting_user=acting_user,
        action="assignment.closed",
        obj=assignments[0] if len(assignments) == 1 else ("kpis.assignment", ""),
        after={"assignments": [one.pk for one in assignments], "last": last},
    )
    touch(company.pk, structure=True)
