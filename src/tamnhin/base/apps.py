from __future__ import annotations

from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "tamnhin.base"
    label = "base"
    verbose_name = "Nền tảng"
