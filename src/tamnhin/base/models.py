"""Shapes that every table takes, and the audit trail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Never, TypeVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

M = TypeVar("M", bound=models.Model)


class ChangeRefusedError(Exception):
    """Somebody tried to change or delete a row of an append-only table."""


class TimeStamped(models.Model):
    created_at = models.DateTimeField(_("tạo lúc"), auto_now_add=True, editable=False)
    updated_at = models.DateTimeField(_("sửa lúc"), auto_now=True, editable=False)

    class Meta:
        abstract = True


class CompanyScoped(models.Model):
    """A row of one company. ``company`` stands first in every unique constraint and index of a table.

    The column has no index of its own because each table's unique constraint begins with it.
    """

    company = models.ForeignKey(
        "organisation.Company", on_delete=models.RESTRICT, related_name="+", db_index=False, editable=False
    )

    class Meta:
        abstract = True


class AppendOnlyQuerySet(models.QuerySet[M]):
    def update(self, **kwargs: Any) -> Never:
        raise ChangeRefusedError(f"{self.model.__name__} is append-only: add a new revision")

    def bulk_update(self, objs: Iterable[M], fields: Iterable[str], batch_size: int | None = None) -> Never:
        raise ChangeRefusedError(f"{self.model.__name__} is append-only: add a new revision")

    def bulk_create(self, objs: Iterable[M], *args: Any, update_conflicts: bool = False, **kwargs: Any) -> list[M]:
        if update_conflicts:
            raise ChangeRefusedError(f"{self.model.__name__} is append-only: add a new revision")
        return super().bulk_create(objs, *args, **kwargs)

    def delete(self) -> Never:
        raise ChangeRefusedError(f"{self.model.__name__} is append-only: nothing is deleted")


class AppendOnly(models.Model):
    """Rows are added and never changed: a correction is another row."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise ChangeRefusedError(f"{type(self).__name__} is append-only: add a new revision")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Never:
        raise ChangeRefusedError(f"{type(self).__name__} is append-only: nothing is deleted")


class AuditEntry(CompanyScoped, AppendOnly):
    """Who did what to which object, with the values before and after. Written by ``audit.record`` alone."""

    at = models.DateTimeField(_("lúc"), default=timezone.now, editable=False)
    acting_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("người làm"), on_delete=models.RESTRICT, related_name="+", null=True
    )
    action = models.CharField(_("việc"), max_length=64)
    object_type = models.CharField(_("loại đối tượng"), max_length=64)
    object_id = models.CharField(_("đối tượng"), max_length=64)
    before = models.JSONField(_("trước"), null=True)
    after = models.JSONField(_("sau"), null=True)
    request_id = models.CharField(_("mã yêu cầu"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("dấu vết")
        verbose_name_plural = _("dấu vết")
        indexes = [
            models.Index(fields=["company", "object_type", "object_id", "id"], name="audit_object"),
            models.Index(fields=["company", "-at"], name="audit_time"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.object_type}:{self.object_id}"
