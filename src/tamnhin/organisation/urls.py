from __future__ import annotations

from django.urls import path

from tamnhin.organisation import tenancy

urlpatterns = [path("company/choose/", tenancy.choose_company, name="choose_company")]
