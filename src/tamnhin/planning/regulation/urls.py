from __future__ import annotations

from django.urls import URLPattern, path

from tamnhin.planning.regulation import views, writing_views

urlpatterns: list[URLPattern] = [
    path("regulation/", views.versions, name="regulation"),
    path("regulation/new/", writing_views.new, name="regulation_new"),
    path("regulation/preview/", writing_views.preview, name="regulation_preview"),
    path("regulation/files/<int:pk>/", views.file, name="regulation_file"),
    path("regulation/<int:number>/", views.version, name="regulation_version"),
    path("regulation/<int:number>/edit/", writing_views.edit, name="regulation_edit"),
    path("regulation/<int:number>/act/", writing_views.act, name="regulation_act"),
    path("regulation/<int:number>/compare/", views.compare, name="regulation_compare"),
    path("regulation/<int:number>/readers/", views.readers, name="regulation_readers"),
    path("regulation/<int:number>/readers/file/", views.readers_file, name="regulation_readers_file"),
]
