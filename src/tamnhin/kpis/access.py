"""Who sees definitions, lines, targets and pay."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpRequest

from tamnhin.accounts.models import Role
from tamnhin.agreements.access import answers_for, subjects_audited_by
from tamnhin.agreements.models import Agreement, Participant
from tamnhin.agreements.states import State
from tamnhin.base.permissions import permission
from tamnhin.kpis.models import Assignment, Bonus, Kpi, KpiVersion, LibraryEntry, Line, Link, Target
from tamnhin.organisation.access import company_or_404, holds_for_all, owners_under, owners_visible_to, scope_of
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
    """Of the owners the user may see; one that is still a draft only for those who may write it, and
    for their auditors if it was ever proposed.

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
    if scope.reads_only:
        found |= Q(pk__in=subjects_audited_by(user, company, "assignment", "change"))
    if scope.person_id is not None:
        asked = Participant.objects.filter(company=company, agreement__kind__in=("assignment", "change")).filter(
            Q(person=scope.person_id) | Q(unit__head=scope.person_id)
        )
        found |= Q(pk__in=asked.values("agreement__subject_id")) & ~Q(status=State.DRAFT)
    return rows.filter(found)


def get_assignment_or_404(request: HttpRequest, pk: int) -> Assignment:
    """One assignment. Raises Http404, the same for absent and for hidden.

    Whoever is asked today in somebody's stead sees it for as long as it waits for them.
    """
    company = company_or_404(request)
    related = ("owner", "owner__unit", "owner__person__unit__owner", "base", "template", "changed_by", "company")
    found = assignments_visible_to(request.user, company).filter(pk=pk).select_related(*related).first()
    if found is None:
        found = Assignment.objects.filter(company=company, pk=pk).select_related(*related).first()
        about = Agreement.objects.filter(company=company, kind__in=("assignment", "change"), subject_id=pk)
        if found is None or not any(answers_for(request.user, one) for one in about.exclude(state=State.CLOSED)):
            raise Http404
    return found


# Who writes what a KPI is: for the whole company, or for what is owned under their grants.
DEFINING_ALL = frozenset({Role.DIRECTOR, Role.ADMIN, Role.HR})
DEFINING = frozenset({Role.DIRECTOR, Role.ADMIN, Role.HR, Role.HEAD})


@permission("kpis.define")
def can_define_kpis(user: AnyUser, company: Company | None = None) -> bool:
    """Whether the user may write new KPIs (drafts), new entries of the company's library, and claim links."""
    if company is None:
        return False
    scope = scope_of(user, company)
    return scope.is_member and not scope.reads_only and scope.has(*DEFINING)


@permission("kpis.define_all")
def can_define_all(user: AnyUser, company: Company | None = None) -> bool:
    """Whether the user may change every definition of the company."""
    if company is None:
        return False
    scope = scope_of(user, company)
    return scope.is_member and not scope.reads_only and holds_for_all(scope, company, DEFINING_ALL)


@permission("kpis.change")
def can_change_kpi(user: AnyUser, kpi: Kpi | None = None) -> bool:
    """Whether the user may change this definition and its state.

    Director, administrator and HR of the company: any. A head: what they or somebody under them owns, and their own
    drafts.
    """
    if kpi is None or not can_define_kpis(user, kpi.company):
        return False
    if can_define_all(user, kpi.company):
        return True
    newest = newest_version(kpi)
    if newest is None:
        return False
    scope = scope_of(user, kpi.company)
    if newest.owner_id is not None:
        if newest.owner_id == scope.person_id:
            return True
        return owners_under(kpi.company, scope.paths(DEFINING), scope.on, [newest.owner_id]).exists()
    return kpi.status == Kpi.Status.DRAFT and newest.created_by_id == scope.user_id


@permission("kpis.describe")
def can_describe_kpi(user: AnyUser, kpi: Kpi | None = None) -> bool:
    """Whether the user may change where the numbers come from and how they are counted in words: a steward's part."""
    if kpi is None:
        return False
    scope = scope_of(user, kpi.company)
    if not scope.is_member or scope.reads_only:
        return False
    return scope.has(Role.STEWARD) or can_change_kpi(user, kpi)


@permission("kpis.link")
def can_link_kpi(user: AnyUser, kpi: Kpi | None = None) -> bool:
    """Whether the user may claim or withdraw what drives this KPI or what it drives."""
    return can_change_kpi(user, kpi)


def newest_version(kpi: Kpi) -> KpiVersion | None:
    """The definition that holds last; a version without a day holds from ever."""
    rows = KpiVersion.objects.filter(company=kpi.company_id, kpi=kpi)
    return rows.order_by(F("valid_from").desc(nulls_last=True)).first()


def entries_visible_to(user: AnyUser, company: Company) -> QuerySet[LibraryEntry]:
    """The company's own library, open to every member."""
    if not scope_of(user, company).is_member:
        return LibraryEntry.objects.none()
    return LibraryEntry.objects.filter(company=company)
