from __future__ import annotations

from django.urls import path

from tamnhin.planning.tree import views

urlpatterns = [
    path("strategy/tree/", views.kpi_tree, name="kpi_tree"),
    path("strategy/tree/file/<slug:kind>/", views.file, name="kpi_tree_file"),
]
