"""Who sees which owners of a company. The only way a view gets rows: a stranger gets 404, never 403.

Rules (product.md): a grant reaches its unit's subtree, or the whole company when it names no unit. Somebody who is one
of the company's people sees, besides, their own scorecard and those of the units above them, and nobody else's.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone

from tamnhin.accounts.models import Membership, Role, RoleGrant, User
from tamnhin.base.models import AuditEntry
from tamnhin.base.permissions import permission
from tamnhin.organisation.models import Company, Owner, Person, Placement, Unit

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    AnyUser = User | AnonymousUser

# Every role that looks down from a unit. `employee` is not among them: it looks at itself and upwards.
OVERSEERS = frozenset({Role.DIRECTOR, Role.HEAD, Role.HR, Role.FINANCE, Role.STEWARD, Role.AUDITOR, Role.ADMIN})
WHOLE_COMPANY = "/"  # every unit's path begins with it


@dataclass(frozen=True, slots=True)
class Grant:
    role: str
    path: str
    see_pay: bool


@dataclass(frozen=True, slots=True)
class Scope:
    """What one user may do in one company on one day, read once (at most three queries) and asked many times."""

    company_id: int
    user_id: int
    on: datetime.date
    is_member: bool = False
    person_id: int | None = None
    unit_paths: tuple[str, ...] = ()
    grants: tuple[Grant, ...] = field(default=())

    def paths(self, roles: Collection[str]) -> tuple[str, ...]:
        """The subtrees that the given roles reach."""
        return tuple({grant.path for grant in self.grants if grant.role in roles})

    def has(self, *roles: str) -> bool:
        """Whether one of the roles is held anywhere in the company."""
        return any(grant.role in roles for grant in self.grants)

    @property
    def reads_only(self) -> bool:
        """An auditor changes nothing, whatever else they are: that is what their word is worth."""
        return self.has(Role.AUDITOR)

    @property
    def pay_paths(self) -> tuple[str, ...]:
        return tuple({grant.path for grant in self.grants if grant.see_pay})

    @property
    def ids_above(self) -> frozenset[int]:
        """Owner ids of the units from the person's own up to the root."""
        return frozenset(int(part) for path in self.unit_paths for part in path.strip("/").split("/") if part)


def today(company: Company) -> datetime.date:
    """The date where the company is."""
    return timezone.localdate(timezone=ZoneInfo(company.time_zone))


def scope_of(user: AnyUser, company: Company, on: datetime.date | None = None) -> Scope:
    """The scope, kept on the user object for the length of a request. ``on`` is today unless said otherwise."""
    day = on or today(company)
    if not user.is_authenticated:
        return Scope(company.pk, 0, day)
    cache: dict[tuple[int, datetime.date], Scope] = user.__dict__.setdefault("_scopes", {})
    key = (company.pk, day)
    if key not in cache:
        cache[key] = _read_scope(user, company, day)
    return cache[key]


def forget_scope(user: User) -> None:
    """After a grant or a placement has changed under a user object that lives on."""
    user.__dict__.pop("_scopes", None)


def _read_scope(user: User, company: Company, on: datetime.date) -> Scope:
    member = (
        Membership.objects.filter(company=company, user=user, is_active=True)
        .values("person_id", "person__unit__path")
        .first()
    )
    if member is None or not user.is_active:
        return Scope(company.pk, user.pk, on)
    grants = (
        RoleGrant.objects.filter(company=company, user=user)
        .filter(Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_to=None) | Q(valid_to__gte=on))
        .values_list("role", "unit__path", "see_pay")
    )
    person_id: int | None = member["person_id"]
    placed: list[str] = []
    if person_id is not None:
        placed = list(_placements(company, on).filter(person_id=person_id).values_list("unit__path", flat=True))
        if not placed and member["person__unit__path"]:
            placed = [member["person__unit__path"]]
    return Scope(
        company.pk,
        user.pk,
        on,
        True,
        person_id,
        tuple(placed),
        tuple(Grant(role, path or WHOLE_COMPANY, see_pay) for role, path, see_pay in grants),
    )


def _placements(company: Company, on: datetime.date) -> QuerySet[Placement]:
    return Placement.objects.filter(company=company, valid_from__lte=on).filter(Q(valid_to=None) | Q(valid_to__gte=on))


def _under(paths: Collection[str], column: str) -> Q:
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{column}__startswith": path})
    return condition


def owners_under(
    company: Company, paths: Collection[str], on: datetime.date, among: Collection[int] | None = None
) -> QuerySet[Owner]:
    """Units in the subtrees and the people placed in them on that day (a placement overrides the person's own unit).

    ``among``: only these owners (ids) are asked about. No database takes such a condition into the parts of the
    question by itself, and each part is as long as the company.
    """
    owners = Owner.objects.filter(company=company)
    if among is not None:
        owners = owners.filter(pk__in=among)
    if WHOLE_COMPANY in paths:
        return owners
    if not paths:
        return owners.none()
    return owners.filter(_under(paths, "unit__path") | _people_under(company, paths, on, among))


def _people_under(
    company: Company, paths: Collection[str], on: datetime.date, among: Collection[int] | None = None
) -> Q:
    """On ``Owner`` or ``Person``: those who stand in the subtrees on that day."""
    placed = _placements(company, on)
    people = Person.objects.filter(company=company)
    if among is not None:
        placed, people = placed.filter(person_id__in=among), people.filter(pk__in=among)
    here = placed.filter(_under(paths, "unit__path")).values("person_id")
    at_home = people.filter(_under(paths, "unit__path")).exclude(pk__in=placed.values("person_id")).values("pk")
    return Q(pk__in=here) | Q(pk__in=at_home)


def owners_for(scope: Scope, company: Company, roles: Collection[str]) -> QuerySet[Owner]:
    """The owners that the given roles reach; nothing of the person's own."""
    return owners_under(company, scope.paths(roles), scope.on)


def owners_visible_to(
    user: AnyUser, company: Company, on: datetime.date | None = None, among: Collection[int] | None = None
) -> QuerySet[Owner]:
    """Owners whose scorecard the user may read, in no order. Nothing at all for a stranger.

    ``among``: only those of these ids, in a time that does not grow with the company.
    """
    scope = scope_of(user, company, on)
    if not scope.is_member:
        return Owner.objects.none()
    owners = Owner.objects.filter(company=company)
    if among is not None:
        owners = owners.filter(pk__in=among)
    paths = scope.paths(OVERSEERS)
    if WHOLE_COMPANY in paths:
        return owners
    own = set(scope.ids_above)
    if scope.person_id is not None:
        own.add(scope.person_id)
    if not paths:
        return owners.filter(pk__in=own)
    below = owners_under(company, paths, scope.on, among).values("pk")
    return owners.filter(Q(pk__in=own) | Q(pk__in=below))


def units_visible_to(user: AnyUser, company: Company, on: datetime.date | None = None) -> QuerySet[Unit]:
    """Units whose scorecard the user may read, in tree order."""
    scope = scope_of(user, company, on)
    units = Unit.objects.filter(company=company).select_related("owner").order_by("path")
    if not scope.is_member:
        return units.none()
    paths = scope.paths(OVERSEERS)
    if WHOLE_COMPANY in paths:
        return units
    # the units among ``owners_visible_to``, without asking where the people are
    return units.filter(_under(paths, "path") | Q(pk__in=scope.ids_above))


def people_visible_to(user: AnyUser, company: Company, on: datetime.date | None = None) -> QuerySet[Person]:
    """People whose scorecard the user may read, by given name: the people among ``owners_visible_to``."""
    scope = scope_of(user, company, on)
    people = Person.objects.filter(company=company).select_related("owner").order_by("owner__sort_key", "owner_id")
    if not scope.is_member:
        return people.none()
    paths = scope.paths(OVERSEERS)
    if WHOLE_COMPANY in paths:
        return people
    if not paths:
        return people.filter(pk=scope.person_id)
    return people.filter(Q(pk=scope.person_id) | _people_under(company, paths, scope.on))


def company_or_404(request: HttpRequest) -> Company:
    """The company of this request (``tenancy``). Raises Http404 for a user who belongs to none."""
    company: Company | None = getattr(request, "company", None)
    if company is None:
        raise Http404
    return company


def get_owner_or_404(request: HttpRequest, code: str, on: datetime.date | None = None) -> Owner:
    """The owner with this code if the user may see it. Raises Http404 otherwise, the same for absent and for hidden."""
    company = company_or_404(request)
    owner = (
        owners_visible_to(request.user, company, on)
        .filter(code=code)
        .select_related("unit", "person", "person__unit__owner")
        .first()
    )
    if owner is None:
        raise Http404
    return owner


def audit_visible_to(user: AnyUser, company: Company) -> QuerySet[AuditEntry]:
    """The trail, newest first, for auditors and administrators of the whole company."""
    scope = scope_of(user, company)
    if WHOLE_COMPANY not in _to_root(scope.paths({Role.AUDITOR, Role.ADMIN}), company):
        return AuditEntry.objects.none()
    return AuditEntry.objects.filter(company=company).order_by("-id")


def _to_root(paths: Collection[str], company: Company) -> set[str]:
    """A grant on the only root is a grant on the whole company."""
    found = set(paths)
    roots = {path for path in found if path.count("/") == 2}
    if roots and WHOLE_COMPANY not in found:
        all_roots = set(Unit.objects.filter(company=company, parent=None).values_list("path", flat=True))
        if all_roots <= roots:
            found.add(WHOLE_COMPANY)
    return found


def holds_for_all(scope: Scope, company: Company, roles: Collection[str]) -> bool:
    """Whether one of the roles reaches the whole company, and not only a part of it."""
    return WHOLE_COMPANY in _to_root(scope.paths(roles), company)


def _holds(user: AnyUser, company: Company | None, *roles: str) -> bool:
    if company is None:
        return False
    scope = scope_of(user, company)
    return scope.is_member and scope.has(*roles) and not scope.reads_only


@permission("organisation.admin")
def can_admin(user: AnyUser, company: Company | None = None) -> bool:
    """Whether the user may change the company's settings, members and grants."""
    return _holds(user, company, Role.ADMIN)


@permission("organisation.edit_people")
def can_edit_people(user: AnyUser, company: Company | None = None) -> bool:
    """Whether the user may change units, people and placements."""
    return _holds(user, company, Role.ADMIN, Role.HR)
