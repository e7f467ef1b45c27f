from __future__ import annotations

from django.urls import URLPattern, path

from tamnhin.planning.okr import editing, views

urlpatterns: list[URLPattern] = [
    path("okr/", views.okr, name="okr"),
    path("okr/new/", editing.new, name="okr_new"),
    path("okr/or-kpi/", views.okr_and_kpi, name="okr_and_kpi"),
    path("okr/week/", editing.week, name="okr_week"),
    path("okr/echo/", views.echo, name="okr_echo"),
    path("okr/suggest/<slug:what>/", views.suggest, name="okr_suggest"),
    path("okr/<int:pk>/", views.objective, name="okr_objective"),
    path("okr/<int:pk>/edit/", editing.edit, name="okr_edit"),
    path("okr/<int:pk>/act/", editing.act, name="okr_act"),
    path("okr/<int:pk>/grade/", editing.grading, name="okr_grade"),
    path("okr/<int:pk>/check-in/", editing.report, name="okr_checkin"),
]
