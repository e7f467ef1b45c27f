from __future__ import annotations

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "tamnhin.planning"
    label = "planning"
    verbose_name = "Lập kế hoạch"

    def ready(self) -> None:
        from tamnhin.dashboards import notes
        from tamnhin.planning.start.selectors import banner

        notes.add_source(banner)
