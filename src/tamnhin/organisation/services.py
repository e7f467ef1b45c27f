"""Writing the organisation. Each act: one transaction, one audit row, versions moved on."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from tamnhin.accounts.models import User
from tamnhin.base import audit
from tamnhin.organisation.models import Company, Owner, Person, Placement, Unit


class UnitCycleError(ValueError):
    """A unit would end up under itself."""


class OtherCompanyError(ValueError):
    """Two rows of different companies would be tied together."""


def touch(company_id: int, *, structure: bool = False, data: bool = False) -> None:
    """Move the versions on, so that nothing made from the old state is served again. One statement."""
    changes: dict[str, Any] = {}
    if structure:
        changes["structure_version"] = F("structure_version") + 1
    if structure or data:
        changes["data_version"] = F("data_version") + 1
    if changes:
        Company.objects.filter(pk=company_id).update(**changes)


@transaction.atomic
def create_company(*, acting_user: User | None, code: str, name: str, **settings: Any) -> Company:
    """A company. Raises ValidationError for a setting out of its range or a code that is taken."""
    company = Company(code=code, name=name, **settings)
    company.full_clean()
    company.save()
    audit.record(
        company_id=company.pk,
        acting_user=acting_user,
        action="company.created",
        obj=company,
        after={"code": code, "name": name, **settings},
    )
    return company


# What an administrator may change on a page. The rest (code, currency, versions) numbers already rest upon.
CHANGEABLE = frozenset(
    {
        "name",
        "vision",
        "mission",
        "values",
        "fiscal_year_start",
        "language",
        "working_week",
        "proration",
        "floor",
        "cap",
        "period_score",
        "minimum_eligibility",
        "minimum_group",
    }
)


@transaction.atomic
def change_company(*, acting_user: User | None, company: Company, **changes: Any) -> Company:
    """Some of the settings in ``CHANGEABLE``. What stays the same writes nothing, neither row nor trail.

    Raises ValueError for any other setting, ValidationError for a value out of its range.
    """
    refused = sorted(set(changes) - CHANGEABLE)
    if refused:
        raise ValueError(f"not to be changed here: {', '.join(refused)}")
    company = Company.objects.select_for_update().get(pk=company.pk)
    changed = [name for name, value in changes.items() if getattr(company, name) != value]
    if not changed:
        return company
    before = audit.snapshot(company, changed)
    for name in changed:
        setattr(company, name, changes[name])
    company.full_clean()
    company.save(update_fields=[*changed, "updated_at"])
    audit.record(
        company_id=company.pk,
        acting_user=acting_user,
        action="company.changed",
        obj=company,
        before=before,
        after=audit.snapshot(company, changed),
    )
    touch(company.pk, structure=True)
    return company


@transaction.atomic
def add_unit(
    *,
    acting_user: User | None,
    company: Company,
    code: str,
    name: str,
    parent: Unit | None = None,
    kind: str = "",
    head: Person | None = None,
    valid_from: datetime.date | None = None,
    valid_to: datetime.date | None = None,
) -> Unit:
    """A unit under ``parent`` (or a root), last among its siblings."""
    _same_company(company.pk, parent, head)
    owner = Owner.objects.create(company=company, code=code, name=name, kind=Owner.Kind.UNIT)
    unit = Unit.objects.create(
        owner=owner,
        company=company,
        parent=parent,
        path=f"{parent.path if parent else '/'}{owner.pk}/",
        kind=kind,
        head=head,
        valid_from=valid_from,
        valid_to=valid_to,
        order=Unit.objects.filter(company=company, parent=parent).count(),
    )
    audit.record(
        company_id=company.pk,
        acting_user=acting_user,
        action="unit.added",
        obj=unit,
        after={"code": code, "name": name, "parent": parent.pk if parent else None},
    )
    touch(company.pk, structure=True)
    return unit


@transaction.atomic
def move_unit(*, acting_user: User | None, unit: Unit, parent: Unit | None) -> Unit:
    """Put a unit, with all that is under it, under another parent. Raises UnitCycleError when it is under itself.

    All paths of the branch change in one statement.
    """
    _same_company(unit.company_id, parent)
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    if parent is not None:
        parent = Unit.objects.select_for_update().get(pk=parent.pk)
        if parent.path.startswith(unit.path):
            raise UnitCycleError(f"{parent.path} is under {unit.path}")
    before = audit.snapshot(unit, ["parent", "path"])
    old, new = unit.path, f"{parent.path if parent else '/'}{unit.pk}/"
    Unit.objects.filter(company_id=unit.company_id, path__startswith=old).update(
        path=Concat(Value(new), Substr("path", len(old) + 1))
    )
    unit.parent, unit.path = parent, new
    unit.save(update_fields=["parent"])
    audit.record(
        company_id=unit.company_id,
        acting_user=acting_user,
        action="unit.moved",
        obj=unit,
        before=before,
        after=audit.snapshot(unit, ["parent", "path"]),
    )
    touch(unit.company_id, structure=True)
    return unit


@transaction.atomic
def set_head(*, acting_user: User | None, unit: Unit, head: Person | None) -> Unit:
    """Who leads a unit. The role that lets them see it is granted apart (``accounts.services.grant_role``)."""
    _same_company(unit.company_id, head)
    before = audit.snapshot(unit, ["head"])
    unit.head = head
    unit.save(update_fields=["head"])
    audit.record(
        company_id=unit.company_id,
        acting_user=acting_user,
        action="unit.head_set",
        obj=unit,
        before=before,
        after=audit.snapshot(unit, ["head"]),
    )
    touch(unit.company_id, structure=True)
    return unit


@transaction.atomic
def add_person(
    *,
    acting_user: User | None,
    company: Company,
    code: str,
    name: str,
    unit: Unit | None = None,
    email: str = "",
    position: str = "",
    manager: Person | None = None,
    joined: datetime.date | None = None,
    left: datetime.date | None = None,
) -> Person:
    """A person. They can log in only after ``accounts.services.add_member``."""
    _same_company(company.pk, unit, manager)
    owner = Owner.objects.create(company=company, code=code, name=name, kind=Owner.Kind.PERSON)
    person = Person.objects.create(
        owner=owner,
        company=company,
        email=email,
        unit=unit,
        position=position,
        manager=manager,
        joined=joined,
        left=left,
    )
    audit.record(
        company_id=company.pk,
        acting_user=acting_user,
        action="person.added",
        obj=person,
        after={"code": code, "name": name, "unit": unit.pk if unit else None},
    )
    touch(company.pk, structure=True)
    return person


@transaction.atomic
def place_person(
    *,
    acting_user: User | None,
    person: Person,
    unit: Unit,
    valid_from: datetime.date,
    valid_to: datetime.date | None = None,
    share: float | None = None,
    position: str = "",
    manager: Person | None = None,
) -> Placement:
    """A post in a unit from a day on."""
    _same_company(person.company_id, unit, manager)
    placement = Placement.objects.create(
        company_id=person.company_id,
        person=person,
        unit=unit,
        valid_from=valid_from,
        valid_to=valid_to,
        share=share,
        position=position,
        manager=manager,
    )
    audit.record(
        company_id=person.company_id,
        acting_user=acting_user,
        action="person.placed",
        obj=placement,
        after=audit.snapshot(placement, ["person", "unit", "valid_from", "valid_to", "share"]),
    )
    touch(person.company_id, structure=True)
    return placement


def _same_company(company_id: int, *rows: Unit | Person | None) -> None:
    for row in rows:
        if row is not None and row.company_id != company_id:
            raise OtherCompanyError(f"{row!r} belongs to another company")
