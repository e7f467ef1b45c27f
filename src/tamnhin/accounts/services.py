"""Accounts, memberships and grants. Companies, people and units come as ids: they belong to a layer above."""

from __future__ import annotations

import datetime

from django.db import transaction

from tamnhin.accounts.models import Membership, RoleGrant, User
from tamnhin.base import audit


@transaction.atomic
def add_member(
    *,
    acting_user: User | None,
    company_id: int,
    email: str,
    name: str = "",
    person_id: int | None = None,
    password: str | None = None,
    language: str = User.Language.VI,
) -> User:
    """Let somebody into a company: the user with this address, made when there is none yet, and a membership.

    A new user without a password sets one through "forgotten password". An existing user keeps theirs.
    """
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        user = User.objects.create_user(email, password, name=name, language=language)
    membership, _ = Membership.objects.update_or_create(
        company_id=company_id, user=user, defaults={"person_id": person_id, "is_active": True}
    )
    audit.record(
        company_id=company_id,
        acting_user=acting_user,
        action="member.added",
        obj=membership,
        after={"email": user.email, "person": person_id},
    )
    return user


@transaction.atomic
def remove_member(*, acting_user: User | None, company_id: int, user: User) -> None:
    """Shut somebody out, from their next request on. What they did stays."""
    membership = Membership.objects.get(company_id=company_id, user=user)
    membership.is_active = False
    membership.save(update_fields=["is_active", "updated_at"])
    audit.record(company_id=company_id, acting_user=acting_user, action="member.removed", obj=membership)


@transaction.atomic
def grant_role(
    *,
    acting_user: User | None,
    company_id: int,
    user: User,
    role: str,
    unit_id: int | None = None,
    see_pay: bool = False,
    valid_from: datetime.date | None = None,
    valid_to: datetime.date | None = None,
) -> RoleGrant:
    """A role on a unit and all under it (or on the whole company). Raises ValidationError for an unknown role."""
    grant = RoleGrant(
        company_id=company_id,
        user=user,
        role=role,
        unit_id=unit_id,
        see_pay=see_pay,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    grant.clean_fields(exclude=["unit", "valid_from", "valid_to"])
    grant.save()
    audit.record(
        company_id=company_id,
        acting_user=acting_user,
        action="role.granted",
        obj=grant,
        after=audit.snapshot(grant, ["user", "role", "unit", "see_pay", "valid_from", "valid_to"]),
    )
    user.__dict__.pop("_scopes", None)
    return grant


@transaction.atomic
def end_grant(*, acting_user: User | None, grant: RoleGrant, last_day: datetime.date) -> RoleGrant:
    """Let a grant run out after ``last_day``."""
    before = audit.snapshot(grant, ["valid_to"])
    grant.valid_to = last_day
    grant.save(update_fields=["valid_to", "updated_at"])
    audit.record(
        company_id=grant.company_id,
        acting_user=acting_user,
        action="role.ended",
        obj=grant,
        before=before,
        after=audit.snapshot(grant, ["valid_to"]),
    )
    grant.user.__dict__.pop("_scopes", None)
    return grant
