"""Many units or people in one act: all of them or none."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction

from tamnhin.accounts.models import Role, RoleGrant, User
from tamnhin.accounts.services import add_member, grant_role
from tamnhin.organisation.access import can_admin, can_edit_people
from tamnhin.organisation.models import Company, Person, Unit
from tamnhin.organisation.services import add_person, add_unit, set_head
from tamnhin.planning.start.pasting import PersonLine, UnitLine


@transaction.atomic
def add_units(*, acting_user: User, company: Company, rows: Sequence[UnitLine]) -> list[Unit]:
    """Each under its parent, or under the company's root unit."""
    _may(acting_user, company)
    units = {unit.owner.code: unit for unit in Unit.objects.filter(company=company).select_related("owner")}
    root = next((unit for unit in units.values() if unit.parent_id is None), None)
    made = []
    for row in rows:  # at most ``pasting.MOST_LINES``
        parent = units[row.parent] if row.parent else root
        unit = add_unit(
            acting_user=acting_user, company=company, code=row.code, name=row.name, parent=parent, kind="department"
        )
        units[row.code] = unit
        made.append(unit)
    return made


@transaction.atomic
def add_people(
    *, acting_user: User, company: Company, rows: Sequence[PersonLine], joined: datetime.date | None = None
) -> list[Person]:
    """Who has an address can log in (a password is set through “forgotten password”); a head leads the unit."""
    _may(acting_user, company)
    units = {unit.owner.code: unit for unit in Unit.objects.filter(company=company).select_related("owner")}
    root = next((unit for unit in units.values() if unit.parent_id is None), None)
    made = []
    for row in rows:  # at most ``pasting.MOST_LINES``
        unit = units[row.unit] if row.unit else root
        person = add_person(
            acting_user=acting_user, company=company, code=row.code, name=row.name, unit=unit, email=row.email,
            position=row.position, joined=joined,
        )  # fmt: skip
        made.append(person)
        user = None
        if row.email:
            user = add_member(
                acting_user=acting_user, company_id=company.pk, email=row.email, name=row.name, person_id=person.pk
            )
        if row.hr and user is not None:
            _let_only_an_administrator(acting_user, company)
            grant_role(
                acting_user=acting_user, company_id=company.pk, user=user, role=Role.HR,
                unit_id=root.pk if root is not None else None,
            )  # fmt: skip
        if row.head and unit is not None:
            set_head(acting_user=acting_user, unit=unit, head=person)
            if user is not None and not _leads(user, unit):
                grant_role(acting_user=acting_user, company_id=company.pk, user=user, role=Role.HEAD, unit_id=unit.pk)
    return made


def _let_only_an_administrator(user: User, company: Company) -> None:
    if not can_admin(user, company):
        raise PermissionDenied


def _leads(user: User, unit: Unit) -> bool:
    return RoleGrant.objects.filter(company=unit.company, user=user, role=Role.HEAD, unit=unit, valid_to=None).exists()


def _may(user: User, company: Company) -> None:
    if not can_edit_people(user, company):
        raise PermissionDenied
