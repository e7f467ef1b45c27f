"""Who sees definitions, lines, targets and pay."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest

from tamnhin.kpis.models import Bonus, Kpi, Line, Link, Target
from tamnhin.organisation.access import company_or_404, owners_under, owners_visible_to, scope_of
from tamnhin.organisation.models import Company

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
