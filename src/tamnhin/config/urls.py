"""Addresses. Each app brings its own; this page only says where they hang."""

from __future__ import annotations

from django.urls import include, path

from tamnhin.base import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("accounts/", include("tamnhin.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("tamnhin.organisation.urls")),
    path("", include("tamnhin.dashboards.urls")),
    path("", include("tamnhin.planning.urls")),
    path("", include("tamnhin.api.urls")),
]
