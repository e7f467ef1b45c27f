from __future__ import annotations

from django.apps import AppConfig


class StrategyConfig(AppConfig):
    name = "tamnhin.strategy"
    label = "strategy"
    verbose_name = "Chiến lược"

    def ready(self) -> None:
        from tamnhin.strategy.subject import register_subjects  # models are there only now

        register_subjects()
