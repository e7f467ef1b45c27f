from __future__ import annotations

from django.urls import URLPattern, path

from tamnhin.planning.library import views

urlpatterns: list[URLPattern] = [
    path("library/", views.library, name="library"),
    path("library/new/", views.new, name="library_new"),
    path("library/<code:entry>/", views.entry, name="library_entry"),
    path("library/<code:entry>/use/", views.use, name="library_use"),
    path("library/<code:entry>/edit/", views.edit, name="library_edit"),
    path("library/<code:entry>/archive/", views.archive, name="library_archive"),
]
