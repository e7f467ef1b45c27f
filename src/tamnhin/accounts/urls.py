from __future__ import annotations

from django.urls import path

from tamnhin.accounts import views

urlpatterns = [path("language/", views.set_language, name="set_language")]
