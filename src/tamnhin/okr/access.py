"""Who sees, sets and reports objectives. OKRs are open by nature: what is under way is everybody's to read.

A draft, and an objective that was not made public, is read by those who may read its owner's scorecard.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest

from tamnhin.accounts.models import Role
from tamnhin.base.permissions import permission
from tamnhin.okr.models import KeyResult, Objective
from tamnhin.organisation.access import company_or_404, owners_for, owners_visible_to, scope_of
from tamnhin.organisation.models import Company, Owner

if TYPE_CHECKING:
    from tamnhin.organisation.access import AnyUser

SETTING = frozenset({Role.DIRECTOR, Role.HEAD, Role.HR})


def objectives_visible_to(user: AnyUser, company: Company) -> QuerySet[Objective]:
    """Public ones once put under way, for every member; the rest for who may see the owner or reports in it."""
    scope = scope_of(user, company)
    if not scope.is_member:
        return Objective.objects.none()
    seen = Q(public=True, activated_at__isnull=False) | Q(owner__in=owners_visible_to(user, company).values("pk"))
    if scope.person_id is not None:
        carried = KeyResult.objects.filter(company=company, carrier=scope.person_id, archived_at=None)
        seen |= Q(pk__in=carried.values("objective_id"))
    return Objective.objects.filter(company=company).filter(seen)


def get_objective_or_404(request: HttpRequest, pk: int) -> Objective:
    """Raises Http404 for an objective that is hidden, absent or another company's: always the same."""
    company = company_or_404(request)
    found = (
        objectives_visible_to(request.user, company)
        .select_related("company", "owner__unit__head__owner", "owner__person", "goal")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    return found


def owners_editable_by(user: AnyUser, company: Company, among: Collection[int] | None = None) -> QuerySet[Owner]:
    """Owners whose objectives the user may write: themselves, a unit they lead, and what their role reaches."""
    scope = scope_of(user, company)
    if not scope.is_member or scope.reads_only:
        return Owner.objects.none()
    owners = Owner.objects.filter(company=company)
    if among is not None:
        owners = owners.filter(pk__in=among)
    mine = Q(pk__in=owners_for(scope, company, SETTING).values("pk"))
    if scope.person_id is not None:
        mine |= Q(pk=scope.person_id) | Q(unit__head=scope.person_id)
    return owners.filter(mine)


@permission("okr.edit")
def can_edit(user: AnyUser, objective: Objective | None = None) -> bool:
    """Whether the user may write, activate, grade and close this objective."""
    if objective is None:
        return False
    return owners_editable_by(user, objective.company, among=[objective.owner_id]).exists()


def results_reportable_by(user: AnyUser, company: Company) -> QuerySet[KeyResult]:
    """Of objectives under way, the key results a user may report on: those they carry, and all where they edit."""
    scope = scope_of(user, company)
    if not scope.is_member or scope.reads_only:
        return KeyResult.objects.none()
    theirs = Q(objective__owner__in=owners_editable_by(user, company).values("pk"))
    if scope.person_id is not None:
        theirs |= Q(carrier=scope.person_id)
    return _under_way(company).filter(theirs)


def results_expected_of(user: AnyUser, company: Company) -> QuerySet[KeyResult]:
    """The reportable ones that this very person is asked for: carried by them, or theirs and carried by nobody."""
    scope = scope_of(user, company)
    if not scope.is_member or scope.reads_only or scope.person_id is None:
        return KeyResult.objects.none()
    me = scope.person_id
    own = Q(objective__owner=me) | Q(objective__owner__unit__head=me)
    return _under_way(company).filter(Q(carrier=me) | Q(carrier=None) & own)


def _under_way(company: Company) -> QuerySet[KeyResult]:
    return KeyResult.objects.filter(
        company=company, archived_at=None, objective__status=Objective.Status.ACTIVE
    ).select_related("objective")
