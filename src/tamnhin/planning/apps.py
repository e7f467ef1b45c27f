from __future__ import annotations

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "tamnhin.planning"
    label = "planning"
    verbose_name = "Lập kế hoạch"

    def ready(self) -> None:
        from tamnhin.dashboards import notes
        from tamnhin.planning.reminders import key_results_to_report, regulation_to_read
        from tamnhin.planning.start.selectors import banner

        for source in (banner, regulation_to_read, key_results_to_report):
            notes.add_source(source)
