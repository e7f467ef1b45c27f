"""A change of a goal in force: new values kept aside with a reason and a day, agreed like the goal itself."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from tamnhin.accounts.models import User
from tamnhin.agreements import services as agreements
from tamnhin.agreements.models import Agreement
from tamnhin.agreements.services import Proposal
from tamnhin.agreements.states import OPEN, State
from tamnhin.base import audit
from tamnhin.organisation.access import today
from tamnhin.organisation.models import Company, Person, Unit
from tamnhin.organisation.services import touch
from tamnhin.strategy.access import can_write_goal
from tamnhin.strategy.models import Goal, GoalChange
from tamnhin.strategy.problems import Fault, RefusedError, fault, refuse
from tamnhin.strategy.rules import GoalValues, goal_faults
from tamnhin.strategy.services.goals import owner_of
from tamnhin.strategy.smart import checks_of

KIND = "goal_change"
# What a request may change. Code, horizon and unit are what the goal is: another of those is another goal.
CHANGEABLE = ("title", "description", "parent", "owner", "valid_from", "valid_to", "kpi", "baseline", "target")


def payload(values: GoalValues) -> dict[str, Any]:
    """The changeable values as they are kept: codes and ISO dates."""
    return {
        "title": values.title,
        "description": values.description,
        "parent": values.parent.code if values.parent is not None else None,
        "owner": values.owner.code if values.owner is not None else None,
        "valid_from": values.valid_from.isoformat(),
        "valid_to": values.valid_to.isoformat(),
        "kpi": values.kpi.code if values.kpi is not None else None,
        "baseline": values.baseline,
        "target": values.target,
    }


def open_change(goal: Goal) -> GoalChange | None:
    """The request that is not finished, if there is one."""
    return GoalChange.objects.filter(company=goal.company_id, goal=goal, status__in=OPEN).first()


@transaction.atomic
def request_change(
    *,
    acting_user: User,
    goal: Goal,
    values: GoalValues,
    reason: str,
    effective: datetime.date,
    related: Sequence[Unit] = (),
    people: Sequence[Person] = (),
) -> GoalChange:
    """Keep new values aside and ask for agreement on them. One that was returned is written anew and asked again.

    Only values in ``CHANGEABLE`` are taken from ``values``. Raises RefusedError, AgreementError.
    """
    goal = Goal.objects.select_for_update(of=("self",)).select_related("company", "unit", "owner").get(pk=goal.pk)
    company = goal.company
    if not can_write_goal(acting_user, goal):
        raise refuse("", "GOAL_NOT_YOURS", unit=owner_of(goal).name)
    if goal.status != State.ACTIVE:
        raise refuse("", "GOAL_NOT_ACTIVE", code=goal.code)
    change = open_change(goal)
    if change is not None and change.status != State.DRAFT:
        raise refuse("", "GOAL_CHANGE_OPEN", code=goal.code)
    before, after = payload(GoalValues.of(goal)), payload(values)
    changed = [name for name in CHANGEABLE if before[name] != after[name]]
    found: list[Fault] = goal_faults(company, values, today(company), goal)
    if {"kpi", "baseline", "target"} & set(changed) and not any(one.field == "target" for one in found):
        found += [
            fault("target", "GOAL_SMART", code=goal.code, letter=one.letter, reason_vi=one.text("vi"),
                  reason_en=one.text("en"))
            for one in checks_of(company, values) if one.letter == "M" and one.verdict == "fail"
        ]  # fmt: skip
    if not changed:
        found.append(fault("", "GOAL_CHANGE_NOTHING"))
    if not reason.strip():
        found.append(fault("reason", "GOAL_CHANGE_REASON"))
    if effective < today(company):
        days = {"date": effective, "today": today(company)}
        found.append(fault("effective", "GOAL_CHANGE_PAST", **days))
    if found:
        raise RefusedError(found)
    row = change or GoalChange(company=company, goal=goal, created_by=acting_user)
    row.before = {name: before[name] for name in changed}
    row.after = {name: after[name] for name in changed}
    row.reason, row.effective = reason.strip()[:500], effective
    row.save()
    audit.record(
        company_id=company.pk,
        acting_user=acting_user,
        action="goal.change_requested",
        obj=goal,
        before=row.before,
        after={**row.after, "reason": row.reason, "effective": effective},
    )
    proposal = Proposal(row.pk, owner_of(goal), f"{goal.code} · {goal.title}"[:500], related, people, "", row.reason)
    agreements.propose_many(acting_user=acting_user, company=company, kind=KIND, proposals=[proposal])
    row.refresh_from_db()
    return row


@transaction.atomic
def drop_change(*, acting_user: User, change: GoalChange) -> GoalChange:
    """Give a request up that was returned or withdrawn; the goal stays as it is."""
    row = GoalChange.objects.select_for_update(of=("self",)).select_related("goal__company").get(pk=change.pk)
    if not can_write_goal(acting_user, row.goal):
        raise refuse("", "GOAL_NOT_YOURS", unit=owner_of(row.goal).name)
    if row.status != State.DRAFT:
        raise refuse("", "GOAL_CHANGE_OPEN", code=row.goal.code)
    row.status = State.CLOSED
    row.save(update_fields=["status", "updated_at"])
    audit.record(
        company_id=row.company_id,
        acting_user=acting_user,
        action="goal.change_dropped",
        obj=row.goal,
        before=row.after,
    )
    return row


def change_agreement(change: GoalChange) -> Agreement | None:
    """The agreement about the request."""
    rows = Agreement.objects.filter(company=change.company_id, kind=KIND, subject_id=change.pk)
    return rows.select_related("company").order_by("-pk").first()


def values_after(change: GoalChange) -> GoalValues:
    """The goal as it will be, its codes looked up anew."""
    goal = change.goal
    now = GoalValues.of(goal)
    given: dict[str, Any] = {}
    for name, value in change.after.items():
        if name in ("valid_from", "valid_to"):
            given[name] = datetime.date.fromisoformat(value)
        elif name in ("parent", "owner", "kpi") and value is not None:
            related = Goal._meta.get_field(name).related_model
            given[name] = related._default_manager.filter(company=goal.company_id, code=value).first()  # type: ignore[union-attr]
        else:
            given[name] = value
    return GoalValues(**{**{name: getattr(now, name) for name in now.__dataclass_fields__}, **given})


def change_faults(change: GoalChange, on: datetime.date) -> list[Fault]:
    """What keeps a request from taking effect today."""
    goal = change.goal
    found = []
    if on < change.effective:
        found.append(fault("effective", "GOAL_CHANGE_NOT_YET", date=change.effective))
    now = payload(GoalValues.of(goal))
    if goal.status != State.ACTIVE:
        found.append(fault("", "GOAL_NOT_ACTIVE", code=goal.code))
    elif any(now[name] != value for name, value in change.before.items()):
        found.append(fault("", "GOAL_CHANGE_MOVED", code=goal.code))
    return found + goal_faults(goal.company, values_after(change), on, goal)


def apply_change(change: GoalChange, acting_user: User | None) -> None:
    """The goal takes the values; the request keeps the ones before. Called in the transaction of the activation."""
    goal = Goal.objects.select_for_update().get(pk=change.goal_id)
    values = values_after(change)
    fields: Mapping[str, Any] = {name: getattr(values, name) for name in change.after}
    for name, value in fields.items():
        if name == "kpi":
            goal.kpi_id = value.pk if value is not None else None
        else:
            setattr(goal, name, value)
    goal.revision += 1
    goal.save()
    change.applied_at = timezone.now()
    change.save(update_fields=["status", "applied_at", "updated_at"])
    audit.record(
        company_id=goal.company_id,
        acting_user=acting_user,
        action="goal.change_applied",
        obj=goal,
        before=change.before,
        after={**change.after, "reason": change.reason, "effective": change.effective},
    )
    touch(goal.company_id, structure=True)


def changes_of(goal: Goal, company: Company) -> list[GoalChange]:
    """Every request about the goal, newest first."""
    rows = GoalChange.objects.filter(company=company, goal=goal).select_related("created_by")
    return list(rows.order_by("-pk"))
