from __future__ import annotations

from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "tamnhin.dashboards"
    label = "dashboards"
    verbose_name = "Trang"
