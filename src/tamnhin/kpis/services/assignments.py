"""Writing scorecards before they hold: drafts, their lines, their time. The engine reads nothing of this.

A draft may total anything: exactly 100 is asked for when it is proposed (``proposals``) and when it is activated.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from tamnhin.accounts.models import User
from tamnhin.agreements import words
from tamnhin.agreements.states import State
from tamnhin.base import audit
from tamnhin.engine.problems import Problem
from tamnhin.kpis import assignment_problems as _declared  # noqa: F401  (the codes)
from tamnhin.kpis.access import owners_assignable_by
from tamnhin.kpis.models import Assignment, AssignmentLine, ScorecardTemplate
from tamnhin.kpis.selectors import planned
from tamnhin.kpis.series import Measure, Span, calendar_of, divided, measures_of, span_of
from tamnhin.kpis.services.lines import LineInput, LinesRefusedError, checked_lines, plain
from tamnhin.organisation.models import Company, Owner
from tamnhin.organisation.services import OtherCompanyError

__all__ = [
    "AssignmentConflictError",
    "AssignmentError",
    "AssignmentForbiddenError",
    "AssignmentInvalidError",
    "LineInput",
    "Time",
    "draft_of",
    "drafts_of",
    "save_lines",
    "save_many",
]


class AssignmentError(Exception):
    """Refused. ``problems`` say what, where (owner, kpi) and what to do, in both languages."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.text("en") for problem in problems))
        self.problems = list(problems)


class AssignmentForbiddenError(AssignmentError):
    """This user may not write this owner's scorecard."""


class AssignmentInvalidError(AssignmentError):
    """Lines, dates or state do not allow it."""


class AssignmentConflictError(AssignmentError):
    """Somebody else saved first. ``current`` is what stands now; nothing was written."""

    def __init__(self, problem: Problem, current: Assignment) -> None:
        super().__init__(problem)
        self.current = current


@dataclass(frozen=True, slots=True)
class Time:
    """From when to when a scorecard is meant to hold; ``first`` None leaves the usual day."""

    first: datetime.date | None = None
    last: datetime.date | None = None
    reason: str = ""
    template: ScorecardTemplate | None = field(default=None, repr=False)


def lock(company: Company) -> None:
    """Behind the company's row: of two who write scorecards at once, the second sees what the first wrote."""
    Company.objects.select_for_update().only("pk").get(pk=company.pk)


def draft_of(*, acting_user: User | None, owner: Owner, time: Time | None = None) -> Assignment:
    """The owner's open assignment, whatever its state, or a new draft made of the lines in force.

    The draft of somebody's first scorecard is empty and of kind NEW. Otherwise it is a CHANGE: its lines are those in
    force on its first day, with no targets of their own (those that stand, stay), and ``base`` is the active assignment
    or None when the lines came from a file. Raises AssignmentForbiddenError.
    """
    drafts = drafts_of(acting_user=acting_user, company=owner.company, owners=[owner], time=time)
    return drafts[owner.pk]


@transaction.atomic
def drafts_of(
    *,
    acting_user: User | None,
    company: Company,
    owners: Sequence[Owner],
    time: Time | None = None,
) -> dict[int, Assignment]:
    """``draft_of`` for many owners, by owner id. About ten statements, whatever the number."""
    lock(company)
    refuse_strangers(acting_user, company, owners)
    ids = [owner.pk for owner in owners]
    found = planned.open_assignments(company, ids)
    missing = [owner for owner in owners if owner.pk not in found]
    if not missing:
        return found
    time = time or Time()
    new = _new_drafts(acting_user, company, missing, time)
    audit.record(
        company_id=company.pk,
        acting_user=acting_user,
        action="assignment.drafted",
        obj=new[0] if len(new) == 1 else ("kpis.assignment", ""),
        after={"owners": [owner.code for owner in missing], "assignments": [one.pk for one in new]},
    )
    return found | {one.owner_id: one for one in new}


def _new_drafts(acting_user: User | None, company: Company, owners: Sequence[Owner], time: Time) -> list[Assignment]:
    ids = [owner.pk for owner in owners]
    first = time.first or planned.usual_start(company)
    bases = planned.active_assignments(company, ids)
    force = planned.lines_in_force(company, ids, first)
    usual_end = span_of(first, None, company.fiscal_year_start).last
    template = time.template
    drafts = [
        Assignment(
            company=company,
            owner=owner,
            kind=Assignment.Kind.CHANGE if force.get(owner.pk) else Assignment.Kind.NEW,
            valid_from=first,
            # what holds until changed goes on so; a first scorecard is for the year
            valid_to=time.last if time.last or force.get(owner.pk) else usual_end,
            base=bases.get(owner.pk) if force.get(owner.pk) else None,
            reason=time.reason[:500],
            template=template,
            template_version=template.version if template else None,
            created_by=acting_user,
            changed_by=acting_user,
        )
        for owner in owners
    ]
    Assignment.objects.bulk_create(drafts)
    AssignmentLine.objects.bulk_create(
        LineInput.of(line).row(draft, order)
        for draft in drafts
        for order, line in enumerate(force.get(draft.owner_id, ()))
    )
    return drafts


def refuse_strangers(acting_user: User | None, company: Company, owners: Sequence[Owner]) -> None:
    """Raises AssignmentForbiddenError when one of the owners is not the user's to assign; None is the system."""
    for owner in owners:
        if owner.company_id != company.pk:
            raise OtherCompanyError(f"{owner!r} belongs to another company")
    if acting_user is None:
        return
    ids = [owner.pk for owner in owners]
    allowed = set(owners_assignable_by(acting_user, company, among=ids).values_list("pk", flat=True))
    refused = [owner for owner in owners if owner.pk not in allowed]
    if refused:
        raise AssignmentForbiddenError(
            *(Problem("ASSIGNMENT_NOT_ALLOWED", owner=owner.code, args={"owner": owner.name}) for owner in refused)
        )


def refuse_unless_draft(assignments: Iterable[Assignment]) -> None:
    """Raises AssignmentInvalidError for what has been proposed: it is withdrawn before it is edited."""
    wrong = [one for one in assignments if one.status != State.DRAFT]
    if wrong:
        raise AssignmentInvalidError(*(not_a_draft(one) for one in wrong))


def not_a_draft(assignment: Assignment) -> Problem:
    args = {"owner": assignment.owner.name, "state": words.where_lazy(assignment.status)}
    return Problem("ASSIGNMENT_NOT_A_DRAFT", owner=assignment.owner.code, args=args)


def editable(acting_user: User | None, assignment: Assignment, revision: int | None) -> Assignment:
    """The row behind the company's lock, when the user may edit it and nobody has since ``revision`` (None: whatever).

    Raises AssignmentForbiddenError, AssignmentInvalidError, AssignmentConflictError.
    """
    company = Company.objects.select_for_update().get(pk=assignment.company_id)
    current = Assignment.objects.select_related("owner", "company", "changed_by").get(pk=assignment.pk)
    refuse_strangers(acting_user, company, [current.owner])
    refuse_unless_draft([current])
    if revision is not None and current.revision != revision:
        args = {"owner": current.owner.name}
        raise AssignmentConflictError(
            Problem("ASSIGNMENT_CHANGED_MEANWHILE", owner=current.owner.code, args=args), current
        )
    return current


def moved_on(assignment: Assignment, acting_user: User | None, **changes: Any) -> None:
    """The next revision of a draft, with some columns changed."""
    assignment.revision += 1
    assignment.changed_by = acting_user
    for name, value in changes.items():
        setattr(assignment, name, value)
    assignment.save(update_fields=["revision", "changed_by", "updated_at", *changes])


@transaction.atomic
def save_lines(
    *, acting_user: User | None, assignment: Assignment, lines: Sequence[LineInput], revision: int | None = None
) -> Assignment:
    """Put these lines in the place of a draft's. ``revision`` is the one the person was looking at.

    A line with a ``total`` and no ``targets`` gets the figures of its periods from them. What stays the same writes
    nothing. Raises AssignmentForbiddenError, AssignmentInvalidError (each fault at its KPI), AssignmentConflictError.
    """
    current = editable(acting_user, assignment, revision)
    before = list(current.lines.order_by("order", "id"))
    _checked(current.company, {current.owner: lines}, {current.owner_id: before})
    spread = with_series(current.company, {current.pk: (span_for(current), lines)})
    if not _replace_lines({current.pk: (current, before, spread[current.pk])}):
        return current
    moved_on(current, acting_user)
    audit.record(
        company_id=current.company_id,
        acting_user=acting_user,
        action="assignment.saved",
        obj=current,
        before={"lines": [plain(LineInput.of(line)) for line in before]},
        after={"lines": [plain(line) for line in spread[current.pk]]},
    )
    return current


@transaction.atomic
def save_many(
    *,
    acting_user: User | None,
    company: Company,
    lines: Mapping[Owner, Sequence[LineInput]],
    time: Time | None = None,
) -> dict[int, Assignment]:
    """The lines of many owners at once (a template): drafts by owner id, made where there were none.

    Raises as ``save_lines``; one owner at fault and nothing is written for anybody.
    """
    drafts = drafts_of(acting_user=acting_user, company=company, owners=list(lines), time=time)
    refuse_unless_draft(drafts.values())
    before = planned.lines_of(company, drafts.values())
    _checked(company, lines, {one.owner_id: before[one.pk] for one in drafts.values()})
    by_owner = {owner.pk: given for owner, given in lines.items()}
    spread = with_series(company, {one.pk: (span_for(one), by_owner[one.owner_id]) for one in drafts.values()})
    changed = _replace_lines({one.pk: (one, before[one.pk], spread[one.pk]) for one in drafts.values()})
    bump(company, changed, acting_user, time.template if time else None)
    audit.record(
        company_id=company.pk,
        acting_user=acting_user,
        action="assignment.saved",
        obj=("kpis.assignment", ""),
        after={"assignments": changed, "template": time.template.code if time and time.template else ""},
    )
    return drafts


def bump(
    company: Company, assignment_ids: Sequence[int], acting_user: User | None, template: ScorecardTemplate | None = None
) -> None:
    """The next revision of many drafts. One statement."""
    made: dict[str, Any] = {"template": template, "template_version": template.version} if template else {}
    Assignment.objects.filter(company=company, pk__in=assignment_ids).update(
        revision=F("revision") + 1,
        changed_by=acting_user,
        updated_at=timezone.now(),
        **made,
    )


def _checked(
    company: Company, lines: Mapping[Owner, Sequence[LineInput]], before: Mapping[int, Sequence[AssignmentLine]]
) -> None:
    try:
        checked_lines(company, lines, before)
    except LinesRefusedError as refused:
        raise AssignmentInvalidError(*refused.problems) from None


def span_for(assignment: Assignment) -> Span:
    """The days over which its totals are meant."""
    return span_of(assignment.valid_from, assignment.valid_to, assignment.company.fiscal_year_start)


def with_series(company: Company, given: Mapping[int, tuple[Span, Sequence[LineInput]]]) -> dict[int, list[LineInput]]:
    """Lines with the figures of their periods, by assignment id: from the total where only that was said.

    At most two queries; totals that are divided alike are divided together.
    """
    wanted = {line.kpi_id for _, lines in given.values() for line in lines if line.divides}
    measures = measures_of(company.pk, wanted) if wanted else {}
    out = {pk: list(lines) for pk, (_, lines) in given.items()}
    alike: dict[tuple[Measure, str, Span], list[tuple[int, int]]] = {}
    for pk, (span, lines) in given.items():
        for at, line in enumerate(lines):
            if line.divides and line.kpi_id in measures:
                alike.setdefault((measures[line.kpi_id], line.profile, span), []).append((pk, at))
    if not alike:
        return out
    first, last = min(span.first for _, _, span in alike), max(span.last for _, _, span in alike)
    calendar = calendar_of(company, Span(first, last))
    for (measure, profile, span), places in alike.items():
        totals = [float(out[pk][at].total or 0.0) for pk, at in places]
        series = divided(totals, measure, profile, span, company.fiscal_year_start, calendar)
        for (pk, at), figures in zip(places, series, strict=True):
            out[pk][at] = replace(out[pk][at], targets=figures)
    return out


def _replace_lines(
    given: Mapping[int, tuple[Assignment, Sequence[AssignmentLine], Sequence[LineInput]]],
) -> list[int]:
    """Writes what differs; the ids of the assignments that changed. Three statements at most."""
    gone: list[int] = []
    rows: list[AssignmentLine] = []
    fresh: list[AssignmentLine] = []
    changed: list[int] = []
    for pk, (assignment, before, lines) in given.items():
        held = {(line.kpi_id, line.post_id): line for line in before}
        touched = False
        for order, line in enumerate(lines):
            row = line.row(assignment, order)
            old = held.pop((line.kpi_id, line.post_id), None)
            if old is None:
                fresh.append(row)
                touched = True
            elif LineInput.of(old) != line or old.order != order:
                row.pk = old.pk
                rows.append(row)
                touched = True
        gone += [line.pk for line in held.values()]
        if touched or held:
            changed.append(pk)
    if gone:
        AssignmentLine.objects.filter(pk__in=gone).delete()
    write_lines(rows, fresh)
    return changed


def write_lines(rows: Sequence[AssignmentLine], fresh: Sequence[AssignmentLine]) -> None:
    """Updates of lines that have ids, and new lines, as two insertions: quicker than as many updates."""
    if rows:
        AssignmentLine.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["id"], update_fields=[*LineInput.COLUMNS, "order"]
        )
    if fresh:
        AssignmentLine.objects.bulk_create(fresh)
