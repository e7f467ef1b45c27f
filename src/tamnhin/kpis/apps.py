from __future__ import annotations

from django.apps import AppConfig


class KpisConfig(AppConfig):
    name = "tamnhin.kpis"
    label = "kpis"
    verbose_name = "KPI"

    def ready(self) -> None:
        from tamnhin.kpis.subject import register_all

        register_all()
