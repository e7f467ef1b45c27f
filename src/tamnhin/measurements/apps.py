from __future__ import annotations

from django.apps import AppConfig


class MeasurementsConfig(AppConfig):
    name = "tamnhin.measurements"
    label = "measurements"
    verbose_name = "Số liệu"

    def ready(self) -> None:
        from tamnhin.kpis import locks as below
        from tamnhin.measurements import access, locks  # noqa: F401  (access declares the permissions)

        below.provide(locks.locked_periods)
