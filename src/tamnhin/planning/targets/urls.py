"""The series of one line of a scorecard, and dividing a figure among those below."""

from __future__ import annotations

from django.urls import URLPattern, path

from tamnhin.planning.targets import handing_views, views

urlpatterns: list[URLPattern] = [
    path("plans/<int:pk>/targets/<code:kpi>/", views.targets, name="targets"),
    path("cascade/<code:owner>/<code:kpi>/", handing_views.cascade, name="cascade"),
]
