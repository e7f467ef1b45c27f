"""Single acts on one draft: its time, the figures of one line, equal weights, a copy, throwing it away."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from django.db import transaction

from tamnhin.accounts.models import User
from tamnhin.agreements.states import State
from tamnhin.base import audit
from tamnhin.engine.problems import Problem
from tamnhin.engine.weights import split_equally as equal_weights
from tamnhin.kpis.access import lines_visible_to
from tamnhin.kpis.models import Assignment, AssignmentLine
from tamnhin.kpis.selectors import planned
from tamnhin.kpis.services.assignments import (
    AssignmentInvalidError,
    Time,
    bump,
    drafts_of,
    editable,
    lock,
    moved_on,
    refuse_strangers,
    refuse_unless_draft,
    save_lines,
    span_for,
    with_series,
    write_lines,
)
from tamnhin.kpis.services.lines import LineInput
from tamnhin.organisation.models import Company, Owner


@transaction.atomic
def change_time(
    *,
    acting_user: User | None,
    assignment: Assignment,
    valid_from: datetime.date,
    valid_to: datetime.date | None,
    reason: str = "",
    revision: int | None = None,
) -> Assignment:
    """When a draft is to hold, and why it changes something. Figures made from a total are made again for the new time.

    Only the order of the two days is refused here; elapsed and locked days when it is proposed (``checks``).
    """
    current = editable(acting_user, assignment, revision)
    if valid_to is not None and valid_to < valid_from:
        args = {"from_": valid_from, "to": valid_to}
        raise AssignmentInvalidError(Problem("ASSIGNMENT_DATES_REVERSED", owner=current.owner.code, args=args))
    reason = reason.strip()[:500]
    if (current.valid_from, current.valid_to, current.reason) == (valid_from, valid_to, reason):
        return current
    fields = ["valid_from", "valid_to", "reason"]
    before = audit.snapshot(current, fields)
    old_span = span_for(current)
    current.valid_from, current.valid_to = valid_from, valid_to
    if span_for(current) != old_span:
        _divide_again(current)
    moved_on(current, acting_user, valid_from=valid_from, valid_to=valid_to, reason=reason)
    audit.record(
        company_id=current.company_id,
        acting_user=acting_user,
        action="assignment.time_changed",
        obj=current,
        before=before,
        after=audit.snapshot(current, fields),
    )
    return current


def _divide_again(assignment: Assignment) -> None:
    """Only what was made from a total: a series that somebody wrote by hand (custom) is theirs."""
    rows = [
        row
        for row in assignment.lines.order_by("order", "id")
        if row.total is not None and row.profile != "custom" and not row.basis
    ]
    given = [replace(LineInput.of(row), targets={}) for row in rows]
    spread = with_series(assignment.company, {assignment.pk: (span_for(assignment), given)})[assignment.pk]
    for row, line in zip(rows, spread, strict=True):
        row.targets = dict(line.targets)
    write_lines(rows, [])


@transaction.atomic
def save_series(
    *,
    acting_user: User | None,
    assignment: Assignment,
    kpi_id: int,
    total: float | None,
    targets: Mapping[str, float | None],
    profile: str = "",
    basis: str = "",
    post_id: int | None = None,
    revision: int | None = None,
) -> Assignment:
    """The targets of one line of a draft: figures by period key, and the total and profile they came from.

    Raises as ``save_lines``; AssignmentInvalidError ASSIGNMENT_KPI_UNKNOWN when the draft has no such line.
    """
    current = editable(acting_user, assignment, revision)
    lines = [LineInput.of(row) for row in current.lines.order_by("order", "id")]
    for at, line in enumerate(lines):
        if (line.kpi_id, line.post_id) == (kpi_id, post_id):
            lines[at] = replace(line, total=total, targets=dict(targets), profile=profile, basis=basis)
            return save_lines(acting_user=acting_user, assignment=current, lines=lines)
    raise AssignmentInvalidError(Problem("ASSIGNMENT_KPI_UNKNOWN", owner=current.owner.code))


@transaction.atomic
def split_equally(
    *, acting_user: User | None, company: Company, owners: Sequence[Owner], time: Time | None = None
) -> dict[int, Assignment]:
    """The same weight for each line of each owner, exactly 100 together (33,34; 33,33; 33,33), per post.

    Lines that only follow a number (weight 0) keep it, unless all are such.
    """
    drafts = drafts_of(acting_user=acting_user, company=company, owners=owners, time=time)
    refuse_unless_draft(drafts.values())
    lines = planned.lines_of(company, drafts.values())
    rows: list[AssignmentLine] = []
    changed: list[int] = []
    for pk, held in lines.items():
        moved = _equal(held)
        rows += moved
        if moved:
            changed.append(pk)
    write_lines(rows, [])
    bump(company, changed, acting_user)
    audit.record(
        company_id=company.pk,
        acting_user=acting_user,
        action="assignment.split_equally",
        obj=("kpis.assignment", str(changed[0]) if len(changed) == 1 else ""),
        after={"assignments": changed},
    )
    return drafts


def _equal(lines: Sequence[AssignmentLine]) -> list[AssignmentLine]:
    """The lines whose weight changes, with the new one."""
    moved: list[AssignmentLine] = []
    for post in {line.post_id for line in lines}:
        mine = [line for line in lines if line.post_id == post]
        weighing = [line for line in mine if line.weight > 0] or mine
        for line, weight in zip(weighing, equal_weights(len(weighing)), strict=True):
            if line.weight != weight:
                line.weight = weight
                moved.append(line)
    return moved


@transaction.atomic
def copy_from(
    *, acting_user: User, assignment: Assignment, source: Owner, revision: int | None = None, totals: bool = False
) -> Assignment:
    """Another owner's lines in the place of a draft's: those that are planned if the user may see them, else in force.

    Targets are one's own and stay behind, unless ``totals``. A source that the user may not see gives nothing:
    AssignmentInvalidError ASSIGNMENT_EMPTY.
    """
    from tamnhin.kpis.access import assignments_visible_to

    current = editable(acting_user, assignment, revision)
    company = current.company
    planned_row = (
        assignments_visible_to(acting_user, company, among=[source.pk])
        .filter(owner=source, status__in=[State.DRAFT, *_PROPOSED])
        .first()
    )
    if planned_row is not None:
        given = [LineInput.of(row) for row in planned_row.lines.order_by("order", "id")]
    else:
        seen = lines_visible_to(acting_user, company).filter(owner=source).values_list("pk", flat=True)
        force = planned.lines_in_force(company, [source.pk], current.valid_from).get(source.pk, [])
        allowed = set(seen)
        given = [LineInput.of(row) for row in force if row.pk in allowed]
    if not given:
        raise AssignmentInvalidError(Problem("ASSIGNMENT_EMPTY", owner=source.code, args={"owner": source.name}))
    once: dict[int, LineInput] = {}
    for line in given:  # a second post of theirs is not one of this owner's
        merged = once.get(line.kpi_id)
        weight = line.weight + (merged.weight if merged else Decimal(0))
        kept = line if totals else replace(line, total=None, targets={}, profile="", basis="")
        once[line.kpi_id] = replace(kept, weight=weight, post_id=None, note="")
    return save_lines(acting_user=acting_user, assignment=current, lines=list(once.values()))


_PROPOSED = (State.PROPOSED, State.HR_CONSULTED, State.REVIEWED, State.AGREED)


@transaction.atomic
def discard(*, acting_user: User | None, assignment: Assignment, revision: int | None = None) -> None:
    """Throw a draft away; what is in force stays. One that was ever proposed is closed and keeps its voices."""
    from tamnhin.agreements.models import Agreement

    current = editable(acting_user, assignment, revision)
    before = {"lines": current.lines.count(), "kind": current.kind, "valid_from": current.valid_from}
    spoken = Agreement.objects.filter(
        company_id=current.company_id, kind__in=("assignment", "change"), subject_id=current.pk
    ).exists()
    audit.record(
        company_id=current.company_id,
        acting_user=acting_user,
        action="assignment.discarded",
        obj=current,
        before=before,
        after={"owner": current.owner.code},
    )
    if spoken:
        moved_on(current, acting_user, status=State.CLOSED)
        return
    AssignmentLine.objects.filter(assignment=current).delete()
    current.delete()


@transaction.atomic
def give_reasons(
    *, acting_user: User | None, company: Company, assignments: Mapping[int, int | None], reason: str
) -> dict[int, int | None]:
    """One reason for all changes among some drafts that have none yet. Id → revision, as they are afterwards.

    Raises AssignmentForbiddenError; what is not a draft any more is left as it is.
    """
    lock(company)
    rows = list(Assignment.objects.filter(company=company, pk__in=list(assignments)).select_related("owner"))
    refuse_strangers(acting_user, company, [row.owner for row in rows])
    lacking = [
        row.pk
        for row in rows
        if row.kind == Assignment.Kind.CHANGE and row.status == State.DRAFT and not row.reason.strip()
    ]
    out = dict(assignments)
    if not lacking or not reason.strip():
        return out
    Assignment.objects.filter(company=company, pk__in=lacking).update(reason=reason.strip()[:500])
    bump(company, lacking, acting_user)
    audit.record(
        company_id=company.pk,
        acting_user=acting_user,
        action="assignment.reason_given",
        obj=("kpis.assignment", str(lacking[0]) if len(lacking) == 1 else ""),
        after={"assignments": lacking, "reason": reason.strip()[:500]},
    )
    for pk in lacking:
        seen = out[pk]
        out[pk] = seen + 1 if seen is not None else None
    return out
