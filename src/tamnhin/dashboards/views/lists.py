"""KPIs, units, people, the company's settings, and search."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tamnhin.base.pages import render_page
from tamnhin.dashboards.forms import CompanyForm
from tamnhin.dashboards.reading import Reading
from tamnhin.dashboards.selectors.kpi_list import kpi_list
from tamnhin.dashboards.selectors.lists import company_settings, people_list, unit_list
from tamnhin.dashboards.selectors.search import search_results
from tamnhin.organisation.access import can_admin
from tamnhin.organisation.services import change_company

LONGEST_QUERY = 200


def _page(
    request: HttpRequest, template: str, page: object, shell: object, fragment: str | None = None, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"page": page, "shell": shell}
    return render_page(request, template, context, fragment, status=status)


def _query(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()[:LONGEST_QUERY]


def _number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1


@require_safe
@login_required
def kpis(request: HttpRequest) -> HttpResponse:
    reading = Reading.of(request)
    page = kpi_list(reading, _query(request), request.GET.get("axis", ""), _number(request))
    return _page(request, "kpis/list.html", page, reading.shell("kpis"), "rows")


@require_safe
@login_required
def units(request: HttpRequest) -> HttpResponse:
    reading = Reading.of(request)
    page = unit_list(reading, now=request.GET.get("organisation") == "now", under=request.GET.get("under", ""))
    return _page(request, "organisation/units.html", page, reading.shell("units"))


@require_safe
@login_required
def people(request: HttpRequest) -> HttpResponse:
    reading = Reading.of(request)
    page = people_list(reading, _query(request), request.GET.get("unit", ""), _number(request))
    return _page(request, "organisation/people.html", page, reading.shell("people"), "rows")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def settings(request: HttpRequest) -> HttpResponse:
    """Open to every member; only an administrator has the form, and only to them does a POST exist."""
    reading = Reading.of(request)
    form: CompanyForm | None = None
    if can_admin(reading.user, reading.company):
        form = CompanyForm(request.POST or None, initial=CompanyForm.initial_of(reading.company))
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid():
            change_company(acting_user=reading.user, company=reading.company, **form.changes())
            messages.success(request, _("Đã lưu thiết lập công ty."))
            return HttpResponseRedirect(reverse("company_settings"))
    page = company_settings(reading, form)
    failed = form is not None and form.is_bound and not form.is_valid()
    return _page(request, "organisation/settings.html", page, reading.shell("settings"), status=422 if failed else 200)


@require_safe
@login_required
def search(request: HttpRequest) -> HttpResponse:
    reading = Reading.of(request)
    query = _query(request)
    page = search_results(reading, query)
    return _page(request, "dashboards/search.html", page, replace(reading.shell("search"), query=query), "hits")
