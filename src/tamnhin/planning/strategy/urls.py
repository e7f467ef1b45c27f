"""The strategy: what is written for the company, and goals."""

from __future__ import annotations

from django.urls import URLPattern, path

from tamnhin.planning.strategy.views import acts, frame, goals

urlpatterns: list[URLPattern] = [
    path("strategy/", frame.strategy, name="strategy"),
    path("strategy/statements/", frame.statements, name="statements"),
    path("strategy/perspectives/", frame.perspectives, name="perspectives"),
    path("strategy/cycles/", frame.cycles, name="cycles"),
    path("goals/", goals.goals, name="goal_list"),
    path("goals/new/", goals.goal_new, name="goal_new"),
    path("goals/check/", goals.goal_check, name="goal_check"),
    path("goals/<code:goal>/", goals.goal, name="goal"),
    path("goals/<code:goal>/edit/", goals.goal_edit, name="goal_edit"),
    path("goals/<code:goal>/act/", acts.goal_act, name="goal_act"),
    path("goals/<code:goal>/propose/", acts.goal_propose, name="goal_propose"),
    path("goals/<code:goal>/change/", acts.goal_change, name="goal_change"),
    path("goals/<code:goal>/close/", acts.goal_close, name="goal_close"),
]
