"""Who sees templates of scorecards, and who may write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from tamnhin.base.permissions import permission
from tamnhin.kpis.access import DEFINING, DEFINING_ALL
from tamnhin.kpis.models import ScorecardTemplate, TemplateRun
from tamnhin.organisation.access import OVERSEERS, company_or_404, holds_for_all, scope_of
from tamnhin.organisation.models import Company, Unit

if TYPE_CHECKING:
    from tamnhin.organisation.access import AnyUser


def templates_visible_to(user: AnyUser, company: Company) -> QuerySet[ScorecardTemplate]:
    """Everybody who looks down from a unit sees all of them: what a position is asked for is the same everywhere."""
    scope = scope_of(user, company)
    if not scope.is_member or not scope.has(*OVERSEERS):
        return ScorecardTemplate.objects.none()
    return ScorecardTemplate.objects.filter(company=company)


def get_template_or_404(request: HttpRequest, code: str) -> ScorecardTemplate:
    """The template with this code. Raises Http404, the same for absent and for hidden."""
    company = company_or_404(request)
    rows = templates_visible_to(request.user, company).filter(code=code)
    found = rows.select_related("unit__owner", "company").first()
    if found is None:
        raise Http404
    return found


def units_for_templates(user: AnyUser, company: Company) -> QuerySet[Unit]:
    """Units whose templates the user may write: all, or those under a head's grants. In tree order."""
    scope = scope_of(user, company)
    units = Unit.objects.filter(company=company).select_related("owner").order_by("path")
    if not scope.is_member or scope.reads_only:
        return units.none()
    if holds_for_all(scope, company, DEFINING_ALL):
        return units
    found = units.none()
    for path in scope.paths(DEFINING):
        found = found | units.filter(path__startswith=path)
    return found


@permission("kpis.write_templates")
def can_write_templates(user: AnyUser, company: Company | None = None) -> bool:
    """Whether the user may write any template at all."""
    if company is None:
        return False
    scope = scope_of(user, company)
    return scope.is_member and not scope.reads_only and scope.has(*DEFINING)


@permission("kpis.write_all_templates")
def can_write_all_templates(user: AnyUser, company: Company | None = None) -> bool:
    """Whether the user may write templates that name no unit, and everybody's: director, HR, administrator."""
    if company is None:
        return False
    scope = scope_of(user, company)
    return scope.is_member and not scope.reads_only and holds_for_all(scope, company, DEFINING_ALL)


@permission("kpis.write_template")
def can_write_template(user: AnyUser, template: ScorecardTemplate | None = None) -> bool:
    """Whether the user may change this template: a head, those of their units."""
    if template is None:
        return False
    if can_write_all_templates(user, template.company):
        return True
    if template.unit_id is None or not can_write_templates(user, template.company):
        return False
    return units_for_templates(user, template.company).filter(pk=template.unit_id).exists()


def runs_visible_to(user: AnyUser, company: Company) -> QuerySet[TemplateRun]:
    """Those who see everybody's scorecards see every run; others the ones they began: a run names people."""
    rows = TemplateRun.objects.filter(company=company)
    scope = scope_of(user, company)
    if not scope.is_member or not scope.has(*OVERSEERS):
        return rows.none()
    if holds_for_all(scope, company, OVERSEERS):
        return rows
    return rows.filter(created_by=scope.user_id)


def get_run_or_404(request: HttpRequest, pk: int) -> TemplateRun:
    """One run. Raises Http404, the same for absent and for hidden."""
    company = company_or_404(request)
    related = ("template", "company", "created_by")
    found = runs_visible_to(request.user, company).filter(pk=pk).select_related(*related).first()
    if found is None:
        raise Http404
    return found
