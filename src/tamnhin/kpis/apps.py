from __future__ import annotations

from django.apps import AppConfig


class KpisConfig(AppConfig):
    name = "tamnhin.kpis"
    label = "kpis"
    verbose_name = "KPI"
