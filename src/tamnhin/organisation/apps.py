from __future__ import annotations

from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    name = "tamnhin.organisation"
    label = "organisation"
    verbose_name = "Tổ chức"

    def ready(self) -> None:
        from tamnhin.organisation import access  # noqa: F401  (declares the permissions)
