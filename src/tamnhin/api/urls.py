from __future__ import annotations

from django.urls import path

from tamnhin.api.views import api

urlpatterns = [path("api/v1/", api.urls)]
