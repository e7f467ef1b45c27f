from __future__ import annotations

from django.urls import URLPattern, path

from tamnhin.planning.cards import balance_views, views

urlpatterns: list[URLPattern] = [
    path("kpis/new/", views.new, name="kpi_new"),
    path("cards/pick/<slug:kind>/", views.pick, name="card_pick"),
    path("cards/check/", views.check, name="card_check"),
    path("kpis/<code:kpi>/", views.card, name="kpi_card"),
    path("kpis/<code:kpi>/edit/", views.edit, name="kpi_edit"),
    path("kpis/<code:kpi>/state/", views.state, name="kpi_state"),
    path("kpis/<code:kpi>/hand-over/", views.hand, name="kpi_hand_over"),
    path("kpis/<code:kpi>/links/", views.links, name="kpi_links"),
    path("balance/", balance_views.company, name="balance"),
    path("balance/<code:owner>/", balance_views.owner, name="balance_owner"),
]
