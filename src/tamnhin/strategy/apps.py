from __future__ import annotations

from django.apps import AppConfig


class StrategyConfig(AppConfig):
    name = "tamnhin.strategy"
    label = "strategy"
    verbose_name = "Chiến lược"
