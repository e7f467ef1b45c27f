from __future__ import annotations

from django.urls import URLPattern, path

from tamnhin.planning.start import views

urlpatterns: list[URLPattern] = [
    path("start/", views.start, name="start"),
    path("start/units/add/", views.units, name="start_units"),
    path("start/people/add/", views.people, name="start_people"),
    path("start/<slug:step>/", views.start_step, name="start_step"),
]
