"""The inbox, one agreement, who answers for whom, and the steps of the flow."""

from __future__ import annotations

from django.urls import URLPattern, path

from tamnhin.planning.agreements import views

urlpatterns: list[URLPattern] = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/answer/", views.inbox_answer, name="inbox_answer"),
    path("agreements/settings/", views.flow_settings, name="flow_settings"),
    path("agreements/<int:pk>/", views.agreement, name="agreement"),
    path("agreements/<int:pk>/act/", views.agreement_act, name="agreement_act"),
    path("delegations/", views.delegations, name="delegations"),
    path("delegations/<int:pk>/end/", views.delegation_end, name="delegation_end"),
]
