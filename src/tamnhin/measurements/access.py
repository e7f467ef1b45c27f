"""Who sees, enters, approves, imports and exports values."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest

from tamnhin.accounts.models import Role
from tamnhin.base.permissions import permission
from tamnhin.measurements.models import Import, Measurement
from tamnhin.organisation.access import company_or_404, holds_for_all, owners_for, owners_visible_to, scope_of
from tamnhin.organisation.models import Company, Owner

if TYPE_CHECKING:
    from tamnhin.organisation.access import AnyUser

ENTERING = frozenset({Role.HEAD, Role.STEWARD, Role.HR, Role.ADMIN})
APPROVING = frozenset({Role.DIRECTOR, Role.HEAD, Role.HR})
EXCHANGING = (Role.DIRECTOR, Role.HR, Role.STEWARD, Role.ADMIN)


def measurements_visible_to(user: AnyUser, company: Company, on: datetime.date | None = None) -> QuerySet[Measurement]:
    """All revisions of the values of the owners the user may see."""
    visible = owners_visible_to(user, company, on).values("pk")
    return Measurement.objects.filter(company=company, owner__in=visible)


def owners_enterable_by(user: AnyUser, company: Company, on: datetime.date | None = None) -> QuerySet[Owner]:
    """Owners for whom the user may enter values: themselves, and their subtree as head, steward, HR or admin."""
    scope = scope_of(user, company, on)
    if not scope.is_member or scope.reads_only:
        return Owner.objects.none()
    below = owners_for(scope, company, ENTERING).values("pk")
    return Owner.objects.filter(company=company).filter(Q(pk=scope.person_id) | Q(pk__in=below))


@permission("measurements.enter_value")
def can_enter_value(user: AnyUser, owner: Owner | None = None) -> bool:
    """Whether the user may enter a value of this owner."""
    return owner is not None and owners_enterable_by(user, owner.company).filter(pk=owner.pk).exists()


@permission("measurements.approve_value")
def can_approve_value(user: AnyUser, owner: Owner | None = None) -> bool:
    """Whether the user may approve this owner's values: never one's own, nor those of a unit one leads."""
    if owner is None:
        return False
    scope = scope_of(user, owner.company)
    if not scope.is_member or scope.reads_only or owner.pk == scope.person_id:
        return False
    above = owners_for(scope, owner.company, APPROVING).filter(pk=owner.pk)
    if scope.person_id is not None:
        above = above.filter(Q(unit=None) | Q(unit__head=None) | ~Q(unit__head=scope.person_id))
    return above.exists()


def _may_exchange(user: AnyUser, company: Company | None = None) -> bool:
    """A workbook is the whole company: a role on a part of it is not enough."""
    if company is None:
        return False
    scope = scope_of(user, company)
    return scope.is_member and not scope.reads_only and holds_for_all(scope, company, EXCHANGING)


@permission("measurements.import")
def can_import(user: AnyUser, company: Company | None = None) -> bool:
    """Whether the user may bring a workbook in."""
    return _may_exchange(user, company)


@permission("measurements.export")
def can_export(user: AnyUser, company: Company | None = None) -> bool:
    """Whether the user may take the whole workbook out."""
    return _may_exchange(user, company)


def imports_visible_to(user: AnyUser, company: Company) -> QuerySet[Import]:
    """The company's imports, newest first, for those who may import."""
    if not _may_exchange(user, company):
        return Import.objects.none()
    return Import.objects.filter(company=company).order_by("-id")


def get_import_or_404(request: HttpRequest, pk: int) -> Import:
    """One import. Raises Http404 for anybody who may not import here."""
    found = imports_visible_to(request.user, company_or_404(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
