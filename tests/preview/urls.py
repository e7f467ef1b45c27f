"""One address per page of the preview."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from tests.preview import company

from tamnhin.base.pages import render_page


def scorecard(request: HttpRequest) -> HttpResponse:
    page = company.scorecard("closed" in request.GET, request.GET.get("kind", "unit"), request.GET.get("sort", "order"))
    return render_page(
        request, "dashboards/scorecard.html", {"page": page, "shell": company.shell("scorecard")}, fragment="body"
    )


urlpatterns = [
    path("scorecard", scorecard),
    path("i18n/", include("django.conf.urls.i18n")),
    path("accounts/", include("allauth.urls")),
]
