"""Writing, starting and ending objectives. Each act: one transaction, one audit row, one line of its history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from tamnhin.accounts.models import User
from tamnhin.engine.problems import Problem
from tamnhin.okr.acts import TERMS, check_right, in_state, live_results, locked, log, move, refuse, snapshot
from tamnhin.okr.models import Event, KeyResult, Objective
from tamnhin.okr.writing import ConflictError, Terms, Wanted, faults_of, same_company, unready
from tamnhin.organisation.models import Company

# What is looked at when an objective is graded: changed under way only with a reason.
WEIGHTY = ("kind", "expected", "pay_tied")
NUMBERS = ("baseline", "target", "unit", "kpi_id", "kpi_owner_id")
Status = Objective.Status


@transaction.atomic
def create_objective(
    *, acting_user: User | None, company: Company, terms: Terms, results: Sequence[Wanted]
) -> Objective:
    """A draft. Raises RefusedError with everything that is wrong with it, OtherCompanyError for rows of another one."""
    same_company(company, terms, results)
    check_right(acting_user, terms.owner)
    refuse(faults_of(company, terms, results, acting_user, None))
    objective = Objective.objects.create(company=company, **_columns(terms))
    _write_results(objective, results)
    log(objective, acting_user, "okr.created", Event.Kind.CREATED, before=None)
    return objective


@transaction.atomic
def change_objective(
    *,
    acting_user: User | None,
    objective: Objective,
    terms: Terms,
    results: Sequence[Wanted],
    expected_revision: int,
    reason: str = "",
) -> Objective:
    """The objective with other terms and key results; those that are no longer named are archived, never deleted.

    Under way, owner and period stay, three to five key results stay, and another number, kind or expectation needs a
    reason. Raises ConflictError when ``expected_revision`` is not the newest, RefusedError, OtherCompanyError.
    """
    same_company(objective.company, terms, results)
    objective = locked(objective)
    check_right(acting_user, objective.owner)
    check_right(acting_user, terms.owner)
    if objective.revision != expected_revision:
        raise ConflictError(objective)
    in_state(objective, Status.DRAFT, Status.ACTIVE)
    faults = faults_of(objective.company, terms, results, acting_user, objective.pk)
    if objective.status == Status.ACTIVE:
        faults += unready(results)
        if terms.owner.pk != objective.owner_id or terms.period != objective.period:
            faults.append(Problem("OKR_PERIOD_FIXED", cell="period"))
        if not reason.strip() and _weighs(objective, terms, results):
            faults.append(Problem("OKR_REASON_MISSING", cell="reason"))
    refuse(faults)
    before = snapshot(objective)
    for name, value in _columns(terms).items():
        setattr(objective, name, value)
    objective.save()
    _write_results(objective, results)
    if snapshot(objective) == before:
        return objective
    objective.revision += 1
    objective.save(update_fields=["revision"])
    log(objective, acting_user, "okr.changed", Event.Kind.CHANGED, before=before, reason=reason)
    return objective


@transaction.atomic
def activate(*, acting_user: User | None, objective: Objective) -> Objective:
    """Put a draft under way. Raises RefusedError when it has not three to five key results with both ends."""
    objective = locked(objective)
    check_right(acting_user, objective.owner)
    in_state(objective, Status.DRAFT)
    results = [Wanted.of(row, place) for place, row in enumerate(live_results(objective))]
    terms = Terms(**{name: getattr(objective, name) for name in TERMS})
    refuse(faults_of(objective.company, terms, results, acting_user, objective.pk) + unready(results))
    before = snapshot(objective)
    objective.activated_at = timezone.now()
    move(objective, Status.ACTIVE)
    log(objective, acting_user, "okr.activated", Event.Kind.ACTIVATED, before=before)
    return objective


@transaction.atomic
def close(*, acting_user: User | None, objective: Objective, reason: str = "") -> Objective:
    """Put an objective away. Without a grade it is given up, and that needs a reason. Raises RefusedError."""
    objective = locked(objective)
    check_right(acting_user, objective.owner)
    in_state(objective, Status.DRAFT, Status.ACTIVE, Status.GRADED)
    if objective.status != Status.GRADED and not reason.strip():
        refuse([Problem("OKR_STOP_REASON_MISSING", cell="reason")])
    before = snapshot(objective)
    move(objective, Status.CLOSED)
    log(objective, acting_user, "okr.closed", Event.Kind.CLOSED, before=before, reason=reason)
    return objective


@transaction.atomic
def reopen(*, acting_user: User | None, objective: Objective, reason: str) -> Objective:
    """Take up again what was graded or closed; its grades stay on record. Raises RefusedError without a reason."""
    objective = locked(objective)
    check_right(acting_user, objective.owner)
    in_state(objective, Status.GRADED, Status.CLOSED)
    if not reason.strip():
        refuse([Problem("OKR_STOP_REASON_MISSING", cell="reason")])
    before = snapshot(objective)
    move(objective, Status.ACTIVE if objective.activated_at is not None else Status.DRAFT)
    log(objective, acting_user, "okr.reopened", Event.Kind.REOPENED, before=before, reason=reason)
    return objective


def _columns(terms: Terms) -> dict[str, Any]:
    given = {name: getattr(terms, name) for name in TERMS}
    return {**given, "title": terms.title.strip(), "why": terms.why.strip()}


def _weighs(objective: Objective, terms: Terms, results: Sequence[Wanted]) -> bool:
    """Whether the change moves what the objective is measured by."""
    if any(getattr(objective, name) != getattr(terms, name) for name in WEIGHTY):
        return True
    there = {row.pk: row for row in live_results(objective)}
    if {one.pk for one in results} != set(there):
        return True
    for one in results:
        row, said = there[one.pk or 0], KeyResult(**one.values())
        if any(getattr(row, name) != getattr(said, name) for name in NUMBERS):
            return True
    return False


def _write_results(objective: Objective, results: Sequence[Wanted]) -> None:
    there = {row.pk: row for row in live_results(objective)}
    kept, fresh = [], []
    for place, one in enumerate(results):
        row = there.pop(one.pk, None) if one.pk is not None else None
        if row is None:
            fresh.append(
                KeyResult(company_id=objective.company_id, objective=objective, position=place, **one.values())
            )
            continue
        for name, value in {**one.values(), "position": place}.items():
            setattr(row, name, value)
        row.updated_at = timezone.now()
        kept.append(row)
    for row in there.values():
        row.archived_at = row.updated_at = timezone.now()
        kept.append(row)
    columns = ["title", "baseline", "target", "unit", "kpi", "kpi_owner", "carrier", "position", "archived_at"]
    KeyResult.objects.bulk_update(kept, [*columns, "updated_at"])
    KeyResult.objects.bulk_create(fresh)
