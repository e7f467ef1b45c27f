"""Giving scorecards: the matrix of a unit, one scorecard on its way, what it would do to scores."""

from __future__ import annotations

from django.urls import URLPattern, path

from tamnhin.planning.assign import plan_views, views

urlpatterns: list[URLPattern] = [
    path("assign/", views.assign, name="assign"),
    path("assign/<code:owner>/", views.assign_unit, name="assign_unit"),
    path("assign/<code:owner>/save/", views.assign_save, name="assign_save"),
    path("assign/<code:owner>/propose/", views.assign_propose, name="assign_propose"),
    path("assign/<code:owner>/effect/", views.assign_effect, name="assign_effect"),
    path("plans/new/<code:owner>/", plan_views.plan_new, name="plan_new"),
    path("plans/<int:pk>/", plan_views.plan, name="plan"),
    path("plans/<int:pk>/act/", plan_views.plan_act, name="plan_act"),
    path("plans/<int:pk>/effect/", plan_views.plan_effect, name="plan_effect"),
]
