from __future__ import annotations

from django.urls import URLPattern, path

from tamnhin.planning.departments import views

urlpatterns: list[URLPattern] = [
    path("units/<code:owner>/goals/", views.unit_goals, name="unit_goals"),
]
