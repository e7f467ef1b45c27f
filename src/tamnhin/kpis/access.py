"""Who sees definitions, lines, targets and pay."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest

from tamnhin.accounts.models import Role
from tamnhin.agreements.models import Participant
from tamnhin.agreements.states import State
from tamnhin.base.permissions import permission
from tamnhin.kpis.models import Assignment, Bonus, Kpi, Line, Link, Target
from tamnhin.organisation.access import company_or_404, owners_under, owners_visible_to, scope_of
from tamnhin.organisation.models import Company, Owner

if TYPE_CHECKING:
    from tamnhin.organisation.access import AnyUser


def kpis_visible_to(user: AnyUser, company: Company) -> QuerySet[Kpi]:
    """Definitions are open to every member: what a number means is nobody's secret."""
    if not scope_of(user, company).is_member:
        return Kpi.objects.none()
    return Kpi.objects.filter(company=company)


def links_visible_to(user: AnyUser, company: Company) -> QuerySet[Link]:
    if not scope_of(user, company).is_member:
        return Link.objects.none()
    return Link.objects.filter(company=company)


def get_kpi_or_404(request: HttpRequest, code: str) -> Kpi:
    """The KPI with this code. Raises Http404 when there is none in the user's company."""
    kpi = kpis_visible_to(request.user, company_or_404(request)).filter(code=code).first()
    if kpi is None:
        raise Http404
    return kpi


def lines_visible_to(user: AnyUser, company: Company, on: datetime.date | None = None) -> QuerySet[Line]:
    """Scorecard lines of the owners the user may see, in the order of the workbook."""
    visible = owners_visible_to(user, company, on).values("pk")
    return Line.objects.filter(company=company, owner__in=visible).order_by("owner_id", "id")


def targets_visible_to(user: AnyUser, company: Company, on: datetime.date | None = None) -> QuerySet[Target]:
    """All revisions of the targets of the owners the user may see."""
    visible = owners_visible_to(user, company, on).values("pk")
    return Target.objects.filter(company=company, owner__in=visible)


def bonuses_visible_to(user: AnyUser, company: Company) -> QuerySet[Bonus]:
    """One's own, and those of the subtrees where a grant says ``see_pay``. No role brings that by itself."""
    scope = scope_of(user, company)
    if not scope.is_member:
        return Bonus.objects.none()
    below = owners_under(company, scope.pay_paths, scope.on).values("pk")
    return Bonus.objects.filter(company=company).filter(Q(person=scope.person_id) | Q(person__in=below))


# Who gives scorecards below themselves (product.md). Everybody may write and propose their own.
ASSIGNING = frozenset({Role.DIRECTOR, Role.HEAD, Role.HR})


def owners_assignable_by(
    user: AnyUser, company: Company, on: datetime.date | None = None, among: Collection[int] | None = None
) -> QuerySet[Owner]:
    """Owners whose scorecard the user may write and propose: those under their grants, and themselves.

    Nobody for an auditor or a stranger. ``among``: only these owners (ids) are asked about.
    """
    scope = scope_of(user, company, on)
    if not scope.is_member or scope.reads_only:
        return Owner.objects.none()
    below = owners_under(company, scope.paths(ASSIGNING), scope.on, among)
    if scope.person_id is None:
        return below
    mine = Owner.objects.filter(company=company)
    if among is not None:
        mine = mine.filter(pk__in=among)
    return mine.filter(Q(pk=scope.person_id) | Q(pk__in=below.values("pk")))


@permission("kpis.assign")
def can_assign(user: AnyUser, owner: Owner | None = None) -> bool:
    """Whether the user may write and propose this owner's scorecard."""
    if owner is None:
        return False
    return owners_assignable_by(user, owner.company, among=[owner.pk]).exists()


def assignments_visible_to(
    user: AnyUser, company: Company, on: datetime.date | None = None, among: Collection[int] | None = None
) -> QuerySet[Assignment]:
    """Of the owners the user may see; one that is still a draft only for those who may write it.

    Who is asked about one sees it through the agreement, wherever they stand. ``among``: only these owners (ids).
    """
    scope = scope_of(user, company, on)
    if not scope.is_member:
        return Assignment.objects.none()
    rows = Assignment.objects.filter(company=company)
    if among is not None:
        rows = rows.filter(owner__in=among)
    seen = owners_visible_to(user, company, on, among).values("pk")
    own = owners_assignable_by(user, company, on, among).values("pk")
    found = (Q(owner__in=seen) & ~Q(status=State.DRAFT)) | Q(owner__in=own)
    if scope.person_id is not None:
        asked = Participant.objects.filter(company=company, agreement__kind__in=("assignment", "change")).filter(
            Q(person=scope.person_id) | Q(unit__head=scope.person_id)
        )
        found |= Q(pk__in=asked.values("agreement__subject_id")) & ~Q(status=State.DRAFT)
    return rows.filter(found)


def get_assignment_or_404(request: HttpRequest, pk: int) -> Assignment:
    """One assignment. Raises Http404, the same for absent and for hidden."""
    company = company_or_404(request)
    found = (
        assignments_visible_to(request.user, company)
        .filter(pk=pk)
        .select_related("owner", "owner__unit", "owner__person__unit__owner", "base", "template", "created_by")
        .first()
    )
    if found is None:
        raise Http404
    return found
