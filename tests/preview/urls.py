"""One address per page of the preview."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path
from django.urls.resolvers import URLPattern
from tests.preview import company, more

from tamnhin.base.pages import render_page

Maker = Callable[[HttpRequest], object]


def page(address: str, template: str, make: Maker, fragment: str | None = None, name: str = "page") -> URLPattern:
    def view(request: HttpRequest) -> HttpResponse:
        current = address or "home"
        context = {name: make(request), "shell": company.shell(current)}
        return render_page(request, template, context, fragment)

    return path(address, view)


def missing(request: HttpRequest) -> HttpResponse:
    raise Http404


def template(address: str, name: str) -> URLPattern:
    return path(address, lambda request: render_page(request, name, {}))


urlpatterns = [
    page("", "dashboards/home.html", lambda request: company.home()),
    page(
        "scorecard",
        "dashboards/scorecard.html",
        lambda request: company.scorecard(
            "closed" in request.GET, request.GET.get("kind", "unit"), request.GET.get("sort", "order")
        ),
        "body",
    ),
    page("why", "dashboards/why.html", lambda request: company.why(), "body", "why"),
    page("kpi", "dashboards/kpi.html", lambda request: more.kpi(), "body"),
    page("heatmap", "dashboards/heatmap.html", lambda request: company.heatmap(), "body"),
    page("entry", "measurements/entry.html", lambda request: more.entry()),
    page(
        "import",
        "measurements/import.html",
        lambda request: more.imports(request.GET.get("state", "drop")),
        "body",
    ),
    page("kpis", "kpis/list.html", lambda request: more.kpis(), "rows"),
    page("units", "organisation/units.html", lambda request: more.units()),
    page("people", "organisation/people.html", lambda request: more.people(), "rows"),
    page("settings", "organisation/settings.html", lambda request: more.settings()),
    page("search", "dashboards/search.html", lambda request: more.search(), "hits"),
    template("404", "404.html"),
    template("403", "403.html"),
    template("500", "500.html"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include("allauth.urls")),
]
