from __future__ import annotations

from django.apps import AppConfig


class MeasurementsConfig(AppConfig):
    name = "tamnhin.measurements"
    label = "measurements"
    verbose_name = "Số liệu"

    def ready(self) -> None:
        from tamnhin.measurements import access  # noqa: F401  (declares the permissions)
