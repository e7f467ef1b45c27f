"""Writing a goal, from the draft to its result. What is in force changes by a request only (``services.changes``)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone

from tamnhin.accounts.models import User
from tamnhin.agreements import services as agreements
from tamnhin.agreements import words
from tamnhin.agreements.models import Agreement
from tamnhin.agreements.services import Proposal
from tamnhin.agreements.states import State
from tamnhin.base import audit
from tamnhin.organisation.access import today
from tamnhin.organisation.models import Company, Owner, Person, Unit
from tamnhin.organisation.services import OtherCompanyError, touch
from tamnhin.strategy.access import can_write_unit, unit_of
from tamnhin.strategy.models import Goal, Perspective
from tamnhin.strategy.problems import Fault, RefusedError, StaleError, fault, refuse
from tamnhin.strategy.rules import GoalValues, goal_faults, next_code
from tamnhin.strategy.smart import smart_faults

KIND = "goal"
FIELDS = (
    "code", "title", "description", "scope", "horizon", "parent", "cycle", "unit", "owner", "valid_from", "valid_to",
    "perspective", "kpi", "baseline", "target",
)  # fmt: skip


@transaction.atomic
def create_goal(*, acting_user: User | None, company: Company, values: GoalValues) -> Goal:
    """A draft. Raises RefusedError (``rules.goal_faults``, or not the user's to write), OtherCompanyError."""
    _same_company(company, values)
    _may_write(acting_user, company, values.unit)
    found = goal_faults(company, values, today(company))
    if found:
        raise RefusedError(found)
    goal = Goal(company=company, status=State.DRAFT, created_by=acting_user)
    _take(goal, values)
    _save(goal, company, values)
    _record(acting_user, goal, "goal.created", None, audit.snapshot(goal, list(FIELDS)))
    return goal


@transaction.atomic
def change_goal(
    *, acting_user: User | None, goal: Goal, values: GoalValues, expected_revision: int | None = None
) -> Goal:
    """Other values for a draft; the same ones write nothing.

    Raises RefusedError (also when it is no draft any more), StaleError (somebody saved first: ``current`` is theirs).
    """
    company = goal.company
    _same_company(company, values)
    row = _locked(goal)
    _may_write(acting_user, company, unit_of(row))
    _may_write(acting_user, company, values.unit)
    if expected_revision is not None and expected_revision != row.revision:
        raise StaleError(row)
    if row.status != State.DRAFT:
        raise refuse("", "GOAL_NOT_DRAFT", code=row.code, state=words.where_lazy(row.status))
    found = goal_faults(company, values, today(company), row)
    if found:
        raise RefusedError(found)
    before = audit.snapshot(row, list(FIELDS))
    _take(row, values)
    after = audit.snapshot(row, list(FIELDS))
    changed = [name for name in FIELDS if before[name] != after[name]]
    if changed:
        row.revision += 1
        _save(row, company, values)
        _record(acting_user, row, "goal.changed", {k: before[k] for k in changed}, {k: after[k] for k in changed})
    return row


@transaction.atomic
def move_to_perspective(*, acting_user: User | None, goal: Goal, perspective: Perspective | None) -> Goal:
    """Another lane of the map, whatever the goal's state: nothing that was agreed changes with it."""
    if perspective is not None and perspective.company_id != goal.company_id:
        raise OtherCompanyError(f"{perspective!r} belongs to another company")
    row = _locked(goal)
    _may_write(acting_user, goal.company, unit_of(row))
    code = perspective.code if perspective is not None else ""
    if row.perspective != code:
        before: dict[str, object] = {"perspective": row.perspective}
        row.perspective = code
        row.revision += 1
        row.save(update_fields=["perspective", "revision", "updated_at"])
        _record(acting_user, row, "goal.moved", before, {"perspective": code})
    return row


@transaction.atomic
def discard_goal(*, acting_user: User | None, goal: Goal) -> Goal:
    """A draft that nobody wants any more leaves the lists; its record stays. Raises RefusedError."""
    row = _locked(goal)
    _may_write(acting_user, goal.company, unit_of(row))
    if row.status != State.DRAFT:
        raise refuse("", "GOAL_NOT_DRAFT", code=row.code, state=words.where_lazy(row.status))
    _no_children(row)
    row.archived_at = timezone.now()
    row.save(update_fields=["archived_at", "updated_at"])
    _record(acting_user, row, "goal.discarded", {"status": row.status}, None)
    return row


def propose_goals(
    *,
    acting_user: User,
    company: Company,
    goals: Sequence[Goal],
    related: Sequence[Unit] = (),
    people: Sequence[Person] = (),
    note: str = "",
) -> list[Agreement]:
    """Ask for agreement on some drafts, all or none. Their state follows (``strategy.subject``).

    Raises RefusedError where a goal is not fit to be proposed yet (SMART, owner), AgreementError and its kin where the
    flow says no.
    """
    with transaction.atomic():
        faults = [one for goal in goals for one in ready_faults(goal)]
        if faults:
            raise RefusedError(faults)
        proposals = [
            Proposal(goal.pk, owner_of(goal), f"{goal.code} · {goal.title}"[:500], related, people, note)
            for goal in goals
        ]
        return agreements.propose_many(acting_user=acting_user, company=company, kind=KIND, proposals=proposals)


@transaction.atomic
def activate_goal(*, acting_user: User, goal: Goal, note: str = "") -> Goal:
    """Put a goal in force: one that is agreed, or, by the director, a draft of the whole company at once.

    Raises RefusedError, AgreementError (others have to be asked first, or the gates are shut).
    """
    agreement = agreement_of(goal)
    if agreement is None or agreement.state == State.DRAFT:
        agreement = propose_goals(acting_user=acting_user, company=goal.company, goals=[goal], note=note)[0]
    agreements.activate(acting_user=acting_user, agreement=agreement)
    goal.refresh_from_db()
    return goal


@transaction.atomic
def close_goal(*, acting_user: User, goal: Goal, result: float | None, note: str) -> Goal:
    """Its time is over, or it is given up: the result, and what was learnt. Raises RefusedError, AgreementError."""
    row = _locked(goal)
    _may_write(acting_user, goal.company, unit_of(row))
    if row.status != State.ACTIVE:
        raise refuse("", "GOAL_NOT_ACTIVE", code=row.code)
    if not note.strip():
        raise refuse("note", "GOAL_RESULT_NOTE")
    _no_children(row)
    row.result, row.result_note, row.closed_at = result, note.strip()[:1000], timezone.now()
    row.status, row.revision = State.CLOSED, row.revision + 1
    row.save(update_fields=["result", "result_note", "closed_at", "status", "revision", "updated_at"])
    agreement = agreement_of(row)
    if agreement is not None and agreement.state == State.ACTIVE:
        agreements.close(acting_user=acting_user, agreement=agreement, text=row.result_note)
    _record(acting_user, row, "goal.closed", {"status": State.ACTIVE}, {"result": result, "note": row.result_note})
    return row


def ready_faults(goal: Goal) -> list[Fault]:
    """What keeps a goal from being proposed or put in force: its place in the plan, its owner, the SMART check."""
    company = goal.company
    found = goal_faults(company, GoalValues.of(goal), today(company), goal)
    if goal.owner is None and unit_of(goal) is None:
        found.append(fault("owner", "GOAL_NO_OWNER", code=goal.code))
    return found + smart_faults(goal)


def owner_of(goal: Goal) -> Owner:
    """In whose name people are asked: its unit's, its owner's, or the whole company's (the root unit's).

    Raises RefusedError for a company that has no unit at all yet: there is nobody to ask.
    """
    if goal.unit is not None:
        return goal.unit.owner
    if goal.owner is not None and goal.owner.kind == Owner.Kind.UNIT:
        return goal.owner
    root = Unit.objects.filter(company=goal.company, parent=None).select_related("owner").order_by("pk").first()
    if root is None:
        raise refuse("unit", "GOAL_NO_OWNER", code=goal.code)
    return root.owner


def agreement_of(goal: Goal) -> Agreement | None:
    """The living agreement about the goal; None for one that came from a file, or was never proposed."""
    rows = Agreement.objects.filter(company=goal.company_id, kind=KIND, subject_id=goal.pk)
    return rows.exclude(state=State.CLOSED).select_related("company").first()


def _locked(goal: Goal) -> Goal:
    return (
        Goal.objects.select_for_update(of=("self",))
        .select_related("company", "parent", "cycle", "unit__owner", "owner__person__unit", "owner__unit", "kpi")
        .get(pk=goal.pk)
    )


def _may_write(user: User | None, company: Company, unit: Unit | None) -> None:
    if user is not None and not can_write_unit(user, company, unit):
        name = unit.owner.name if unit is not None else company.name or company.code
        raise refuse("unit", "GOAL_NOT_YOURS", unit=name)


def _no_children(goal: Goal) -> None:
    below = Goal.objects.filter(company=goal.company_id, parent=goal, archived_at=None).exclude(status=State.CLOSED)
    codes = list(below.order_by("pk").values_list("code", flat=True))
    if codes:
        shown = ", ".join(codes[:6]) + (", …" if len(codes) > 6 else "")
        raise refuse("", "GOAL_HAS_CHILDREN", code=goal.code, codes=shown)


def _same_company(company: Company, values: GoalValues) -> None:
    for row in (values.parent, values.cycle, values.unit, values.owner):
        if row is not None and row.company_id != company.pk:
            raise OtherCompanyError(f"{row!r} belongs to another company")


def _take(goal: Goal, values: GoalValues) -> None:
    for name in FIELDS:
        if name == "kpi":
            goal.kpi_id = values.kpi.pk if values.kpi is not None else None
        else:
            setattr(goal, name, getattr(values, name))


def _save(goal: Goal, company: Company, values: GoalValues) -> None:
    try:
        with transaction.atomic():
            goal.save()
    except IntegrityError:  # the same code was taken between the check and here
        taken = {"code": values.code, "title": "…", "free": next_code(company)}
        raise refuse("code", "GOAL_CODE_TAKEN", **taken) from None


def _record(
    acting_user: User | None, goal: Goal, action: str, before: dict[str, object] | None,
    after: dict[str, object] | None,
) -> None:  # fmt: skip
    audit.record(
        company_id=goal.company_id, acting_user=acting_user, action=action, obj=goal, before=before, after=after
    )
    touch(goal.company_id, structure=True)
