from __future__ import annotations

from django.apps import AppConfig


class EvaluationConfig(AppConfig):
    name = "tamnhin.evaluation"
    label = "evaluation"
    verbose_name = "Đánh giá"
