"""Saying who answers for whom and for how long, and which steps a company asks for."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tamnhin.accounts.models import Membership, User
from tamnhin.agreements.access import can_change_flow, can_delegate
from tamnhin.agreements.cases import rule_of, rules
from tamnhin.agreements.errors import refusal
from tamnhin.agreements.flow import Rule
from tamnhin.agreements.models import Delegation, FlowSetting, Level
from tamnhin.base import audit, formatting
from tamnhin.engine.problems import Problem
from tamnhin.organisation.access import today
from tamnhin.organisation.models import Company, Person
from tamnhin.organisation.services import OtherCompanyError

LONGEST = 366  # days: what has no end in sight is a change of post, not a delegation
_FIELDS = ["person", "to", "valid_from", "valid_to", "reason", "ended_at"]
_RULE = ["hr", "review", "approvals", "days"]


@transaction.atomic
def delegate(
    *,
    acting_user: User,
    person: Person,
    to: Person,
    valid_from: datetime.date,
    valid_to: datetime.date,
    reason: str = "",
) -> Delegation:
    """``to`` may answer for ``person`` on these days, both included. One delegate at a time.

    Whoever arranges it for somebody else names a third person: nobody takes another's voice for themself.

    Raises AgreementForbiddenError, AgreementError (oneself, dates, too long, overlapping, a delegate who cannot log
    in), OtherCompanyError.
    """
    if person.company_id != to.company_id:
        raise OtherCompanyError(f"{to!r} belongs to another company")
    args = {"owner": person.owner.name, "other": to.owner.name, "most": LONGEST}
    company = Company.objects.select_for_update().get(pk=person.company_id)
    if not can_delegate(acting_user, person):
        raise refusal(Problem("DELEGATION_NOT_ALLOWED", owner=person.owner.code, args=args))
    mine = Membership.objects.filter(company=company, user=acting_user).values_list("person_id", flat=True).first()
    if to.pk == mine and person.pk != to.pk:
        raise refusal(Problem("DELEGATION_TAKEN", owner=person.owner.code, args=args))
    if person.pk == to.pk:
        raise refusal(Problem("DELEGATION_TO_ONESELF", owner=person.owner.code, args=args))
    if valid_to < valid_from or valid_to < today(company):
        raise refusal(Problem("DELEGATION_DATES", owner=person.owner.code, args=args))
    if (valid_to - valid_from).days >= LONGEST:
        raise refusal(Problem("DELEGATION_TOO_LONG", owner=person.owner.code, args=args))
    _check_reachable(company, to, args)
    _check_free(company, person, valid_from, valid_to, args)
    row = Delegation.objects.create(
        company=company,
        person=person,
        to=to,
        valid_from=valid_from,
        valid_to=valid_to,
        reason=reason.strip()[:300],
        created_by=acting_user,
    )
    audit.record(
        company_id=company.pk,
        acting_user=acting_user,
        action="delegation.made",
        obj=row,
        after=audit.snapshot(row, _FIELDS),
    )
    return row


def _check_reachable(company: Company, to: Person, args: dict[str, object]) -> None:
    there = Membership.objects.filter(company=company, person=to, is_active=True, user__is_active=True).exists()
    if not there or (to.left is not None and to.left < today(company)):
        raise refusal(Problem("DELEGATION_NOT_REACHABLE", args=args))


def _check_free(
    company: Company, person: Person, start: datetime.date, end: datetime.date, args: dict[str, object]
) -> None:
    other = (
        Delegation.objects.filter(company=company, person=person, ended_at=None)
        .filter(Q(valid_from__lte=end), Q(valid_to__gte=start))
        .select_related("to__owner")
        .first()
    )
    if other is not None:
        more = {
            "other": other.to.owner.name,
            "start": formatting.day(other.valid_from),
            "end": formatting.day(other.valid_to),
        }
        raise refusal(Problem("DELEGATION_OVERLAPS", owner=person.owner.code, args={**args, **more}))


@transaction.atomic
def end_delegation(*, acting_user: User, delegation: Delegation) -> Delegation:
    """From now on it gives nobody a voice; what was said under it stays.

    Raises AgreementForbiddenError, AgreementError (already ended).
    """
    row = Delegation.objects.select_for_update().select_related("person__owner", "company").get(pk=delegation.pk)
    if not can_delegate(acting_user, row.person):
        args = {"owner": row.person.owner.name}
        raise refusal(Problem("DELEGATION_NOT_ALLOWED", owner=row.person.owner.code, args=args))
    if row.ended_at is not None:
        raise refusal(Problem("DELEGATION_ENDED", owner=row.person.owner.code))
    before = audit.snapshot(row, _FIELDS)
    row.ended_at = timezone.now()
    row.save(update_fields=["ended_at", "updated_at"])
    audit.record(
        company_id=row.company_id,
        acting_user=acting_user,
        action="delegation.ended",
        obj=row,
        before=before,
        after=audit.snapshot(row, _FIELDS),
    )
    return row


@transaction.atomic
def change_flow(*, acting_user: User, company: Company, kind: str, level: str, rule: Rule) -> Rule:
    """The steps of one kind and level from the next proposal on; what is open keeps who was asked.

    Saying the same writes nothing. Raises AgreementForbiddenError, AgreementError (out of range), ValueError for an
    unknown level.
    """
    level = Level(level).value
    if not can_change_flow(acting_user, company):
        raise refusal(Problem("FLOW_NOT_ALLOWED"))
    if not (1 <= rule.approvals <= 3 and 1 <= rule.days <= 90):
        raise refusal(Problem("FLOW_OUT_OF_RANGE"))
    Company.objects.select_for_update().only("pk").get(pk=company.pk)
    before = rule_of(rules(company), kind, level)
    if rule == before:
        return rule
    values = {name: getattr(rule, name) for name in _RULE}
    row, _created = FlowSetting.objects.update_or_create(company=company, kind=kind, level=level, defaults=values)
    audit.record(
        company_id=company.pk,
        acting_user=acting_user,
        action="flow.changed",
        obj=row,
        before={name: getattr(before, name) for name in _RULE},
        after={"kind": kind, "level": level, **values},
    )
    return rule


def flow_of(company: Company, kind: str, level: str) -> Rule:
    """The rule in force."""
    return rule_of(rules(company), kind, level)
