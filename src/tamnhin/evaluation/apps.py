from __future__ import annotations

from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "tamnhin.evaluation"
    label = "evaluation"
    verbose_name = "Đánh giá"

    def ready(self) -> None:
        from tamnhin.evaluation.listening import on_data_changed
        from tamnhin.evaluation.services import closed_periods
        from tamnhin.measurements import locks
        from tamnhin.measurements.signals import data_changed

        data_changed.connect(on_data_changed, dispatch_uid="evaluation")
        locks.provide(closed_periods)
