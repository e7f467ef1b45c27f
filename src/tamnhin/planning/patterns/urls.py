"""Templates of scorecards: written once, given to many people."""

from __future__ import annotations

from django.urls import URLPattern, path

from tamnhin.planning.patterns import give_views, views

urlpatterns: list[URLPattern] = [
    path("templates/", views.template_list, name="template_list"),
    path("templates/new/", views.new, name="template_new"),
    path("templates/runs/<int:pk>/", give_views.run, name="template_run"),
    path("templates/<code:template>/", views.template, name="template"),
    path("templates/<code:template>/assign/", give_views.assign, name="template_assign"),
]
