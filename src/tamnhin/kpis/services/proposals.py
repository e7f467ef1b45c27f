"""Proposing scorecards: checked, then handed to the flow of agreements, one or many in one act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction

from tamnhin.accounts.models import User
from tamnhin.agreements import services as agreements
from tamnhin.agreements.models import Agreement
from tamnhin.agreements.states import State
from tamnhin.base.formatting import day
from tamnhin.engine.problems import Problem
from tamnhin.kpis.checks import problems_of
from tamnhin.kpis.models import Assignment
from tamnhin.kpis.services.assignments import (
    AssignmentConflictError,
    AssignmentInvalidError,
    editable,
    lock,
    refuse_strangers,
    refuse_unless_draft,
)
from tamnhin.organisation.models import Company, Person, Unit

NEW, CHANGE = "assignment", "change"


def kind_of(assignment: Assignment) -> str:
    """The kind of agreement that a scorecard passes through: a first one, or a change of what is in force."""
    return CHANGE if assignment.kind == Assignment.Kind.CHANGE else NEW


def title_of(assignment: Assignment) -> str:
    """The name and the days; ``Agreement.heading`` writes these as each reader does."""
    last = f" – {day(assignment.valid_to, language='vi')}" if assignment.valid_to else ""
    return f"{assignment.owner.name} · {day(assignment.valid_from, language='vi')}{last}"


@transaction.atomic
def propose(
    *,
    acting_user: User | None,
    assignment: Assignment,
    related: Sequence[Unit] = (),
    people: Sequence[Person] = (),
    note: str = "",
    revision: int | None = None,
) -> Agreement:
    """Ask those whom the company's rule names about one draft.

    Raises AssignmentInvalidError with everything that is wrong, AssignmentForbiddenError, AssignmentConflictError, and
    what ``agreements.services.propose`` raises.
    """
    current = editable(acting_user, assignment, revision)
    problems = problems_of(current.company, [current])[current.pk]
    if problems:
        raise AssignmentInvalidError(*problems)
    return agreements.propose(
        acting_user=acting_user,
        company=current.company,
        kind=kind_of(current),
        subject_id=current.pk,
        owner=current.owner,
        title=title_of(current),
        related=related,
        people=people,
        note=note,
        reason=current.reason,
    )


@transaction.atomic
def propose_many(
    *,
    acting_user: User | None,
    company: Company,
    assignments: Mapping[int, int | None],
    note: str = "",
) -> list[Agreement]:
    """Propose many drafts in one act: id → the revision looked at. All or none: every fault of every one is told.

    A fixed number of statements. Raises as ``propose``.
    """
    lock(company)
    rows = list(
        Assignment.objects.filter(company=company, pk__in=list(assignments)).select_related("owner").order_by("pk")
    )
    refuse_strangers(acting_user, company, [row.owner for row in rows])
    refuse_unless_draft(rows)
    for row in rows:
        wanted = assignments[row.pk]
        if wanted is not None and wanted != row.revision:
            args = {"owner": row.owner.name}
            raise AssignmentConflictError(Problem("ASSIGNMENT_CHANGED_MEANWHILE", owner=row.owner.code, args=args), row)
    faults = [problem for found in problems_of(company, rows).values() for problem in found]
    if faults:
        raise AssignmentInvalidError(*faults)
    out: list[Agreement] = []
    for kind in (NEW, CHANGE):
        same = [row for row in rows if kind_of(row) == kind]
        proposals = [
            agreements.Proposal(row.pk, row.owner, title_of(row), note=note, reason=row.reason) for row in same
        ]
        out += agreements.propose_many(acting_user=acting_user, company=company, kind=kind, proposals=proposals)
    return out


def agreement_of(assignment: Assignment) -> Agreement | None:
    """The agreement about a scorecard, closed or not; None while it was never proposed."""
    return (
        Agreement.objects.filter(company_id=assignment.company_id, kind__in=(NEW, CHANGE), subject_id=assignment.pk)
        .select_related("owner", "company", "proposed_by")
        .order_by("-pk")
        .first()
    )


def is_waiting(state: str) -> bool:
    """Whether people are being asked."""
    return state in (State.PROPOSED, State.HR_CONSULTED, State.REVIEWED)
