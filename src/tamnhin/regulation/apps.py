from __future__ import annotations

from django.apps import AppConfig


class RegulationConfig(AppConfig):
    name = "tamnhin.regulation"
    label = "regulation"
    verbose_name = "Quy chế"

    def ready(self) -> None:
        from tamnhin.regulation import access  # noqa: F401  (declares the permissions)
