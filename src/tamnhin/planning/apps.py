from __future__ import annotations

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "tamnhin.planning"
    label = "planning"
    verbose_name = "Lập kế hoạch"
