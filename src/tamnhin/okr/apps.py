from __future__ import annotations

from django.apps import AppConfig


class OkrConfig(AppConfig):
    name = "tamnhin.okr"
    label = "okr"
    verbose_name = "OKR"
