"""Measured values, append-only, and the imports that bring them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tamnhin.base.models import AppendOnly, CompanyScoped, TimeStamped


class Import(CompanyScoped, TimeStamped):
    """One file on its way in: first a dry run, then, when somebody says so, the writing."""

    class Status(models.TextChoices):
        UPLOADED = "uploaded", _("đã tải lên")
        CHECKING = "checking", _("đang kiểm tra")
        CHECKED = "checked", _("đã kiểm tra")
        RUNNING = "running", _("đang ghi")
        DONE = "done", _("xong")
        FAILED = "failed", _("hỏng")
        CANCELLED = "cancelled", _("đã bỏ")

    file = models.FileField(_("tập tin"), upload_to="imports/%Y/%m/", blank=True, max_length=300)
    file_name = models.CharField(_("tên tập tin"), max_length=300)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(_("cỡ"), default=0)
    status = models.CharField(_("trạng thái"), max_length=16, choices=Status.choices, default=Status.UPLOADED)
    progress_done = models.PositiveBigIntegerField(default=0)
    progress_total = models.PositiveBigIntegerField(default=0)
    counts = models.JSONField(_("số dòng"), default=dict)  # sheet → {"new": n, "changed": n, "same": n, "refused": n}
    problems = models.JSONField(_("lỗi"), default=list)  # Problem.as_dict(), the first few hundred
    problem_count = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+", null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("lần nhập")
        verbose_name_plural = _("lần nhập")
        indexes = [
            models.Index(fields=["company", "-id"], name="import_recent"),
            models.Index(fields=["company", "sha256"], name="import_file"),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} {self.status}"


class Measurement(CompanyScoped, AppendOnly):
    """What somebody or something said about a KPI of an owner in a period. A correction is another revision.

    The unique constraint is also the index by (company, owner, kpi, period): a second one would cost an import
    a third of its time and serve nothing more. ``value`` null with no state says "withdrawn", which is NO_DATA again.
    """

    owner = models.ForeignKey(
        "organisation.Owner", on_delete=models.RESTRICT, related_name="measurements", db_index=False
    )
    kpi = models.ForeignKey("kpis.Kpi", on_delete=models.RESTRICT, related_name="measurements", db_index=False)
    period = models.CharField(_("kỳ"), max_length=16)
    value = models.FloatField(_("giá trị"), null=True)
    numerator = models.FloatField(_("tử số"), null=True)
    denominator = models.FloatField(_("mẫu số"), null=True)
    weight = models.FloatField(_("lượng"), null=True)
    state = models.CharField(_("trạng thái"), max_length=16, blank=True)
    reason = models.TextField(_("lý do"), blank=True)
    source = models.CharField(_("nguồn"), max_length=300, blank=True)
    currency = models.CharField(_("đồng tiền"), max_length=3, blank=True)
    recorded_at = models.DateTimeField(_("ghi lúc"), default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+", null=True, db_index=False
    )
    via = models.ForeignKey(Import, on_delete=models.RESTRICT, related_name="+", null=True, db_index=False)
    revision = models.PositiveIntegerField(_("lần sửa"), default=1)

    class Meta:
        verbose_name = _("số liệu")
        verbose_name_plural = _("số liệu")
        constraints = [
            models.UniqueConstraint(fields=["company", "owner", "kpi", "period", "revision"], name="measurement_once")
        ]

    def __str__(self) -> str:
        return f"{self.owner_id} {self.kpi_id} {self.period} r{self.revision}"
