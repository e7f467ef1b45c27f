"""Definitions, scorecard lines, targets and links: ``kpis``, ``scorecards``, ``targets``, ``links``, ``bonus``.

Text choices are not repeated here: ``engine.book.CHOICES`` has them, and the services check against it.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tamnhin.base.models import AppendOnly, CompanyScoped, TimeStamped
from tamnhin.base.text import folded

# A unique constraint lets two nulls stand side by side on both databases; an absent bound is therefore this day.
NO_DATE = datetime.date(1, 1, 1)


class Kpi(CompanyScoped, TimeStamped):
    """What stays the same through all versions of a KPI. ``name`` is that of the newest version, for lists.

    A draft may be written before there is any data; scorecards take active ones only. A KPI from a file is active.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("bản nháp")
        ACTIVE = "active", _("đang dùng")
        RETIRED = "retired", _("đã ngừng")

    code = models.CharField(_("mã"), max_length=64)
    name = models.CharField(_("tên"), max_length=300)
    name_folded = models.CharField(max_length=600, editable=False)
    status = models.CharField(_("trạng thái"), max_length=16, choices=Status.choices, default=Status.ACTIVE)
    status_reason = models.CharField(_("lý do"), max_length=500, blank=True)
    library_code = models.CharField(_("từ thư viện"), max_length=64, blank=True)
    revision = models.PositiveIntegerField(_("lần sửa"), default=1)
    archived_at = models.DateTimeField(_("lưu kho lúc"), null=True, editable=False)

    class Meta:
        verbose_name = _("KPI")
        verbose_name_plural = _("KPI")
        constraints = [models.UniqueConstraint(fields=["company", "code"], name="kpi_code_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def derive(self) -> Kpi:
        """Fill in the column for searching. Returns self; a bulk write calls it itself."""
        self.name_folded = folded(f"{self.name} {self.code}")[:600]
        return self

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "name_folded"}
        super().save(*args, **kwargs)


class KpiVersion(CompanyScoped, TimeStamped):
    """A definition, from ``valid_from`` (or ever) until the next one's."""

    kpi = models.ForeignKey(Kpi, on_delete=models.RESTRICT, related_name="versions")
    valid_from = models.DateField(_("từ ngày"), null=True)
    name = models.CharField(_("tên"), max_length=300)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=300, blank=True)
    unit = models.CharField(_("đơn vị tính"), max_length=64, blank=True)
    direction = models.CharField(_("chiều"), max_length=16)
    aggregation = models.CharField(_("cộng dồn"), max_length=16)
    across = models.CharField(_("gộp giữa các đơn vị"), max_length=16, blank=True)
    formula = models.TextField(_("công thức"), blank=True)
    scale = models.FloatField(_("hệ số"), null=True)
    frequency = models.CharField(_("tần suất"), max_length=16)
    method = models.CharField(_("phương pháp"), max_length=16, blank=True)  # proposed to the lines that take the KPI
    level = models.CharField(_("cấp"), max_length=16, blank=True)
    domain = models.CharField(_("mảng"), max_length=16, blank=True)
    timing = models.CharField(_("kết quả hay dẫn dắt"), max_length=16, blank=True)
    flow = models.CharField(_("đầu vào hay đầu ra"), max_length=16, blank=True)
    perspective = models.CharField(_("viễn cảnh"), max_length=64, blank=True)
    owner = models.ForeignKey("organisation.Owner", on_delete=models.RESTRICT, related_name="kpis_owned", null=True)
    source = models.CharField(_("nguồn"), max_length=300, blank=True)
    review_by = models.DateField(_("xem lại trước ngày"), null=True)
    purpose = models.TextField(_("để làm gì"), blank=True)
    definition = models.TextField(_("định nghĩa"), blank=True)  # how it is counted, in words
    inclusions = models.TextField(_("tính cả"), blank=True)
    exclusions = models.TextField(_("không tính"), blank=True)
    deputy = models.ForeignKey("organisation.Owner", on_delete=models.RESTRICT, related_name="kpis_stood_in", null=True)
    guardrail = models.ForeignKey(Kpi, on_delete=models.RESTRICT, related_name="guards", null=True)
    reason = models.CharField(_("vì sao thay đổi"), max_length=500, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+", null=True)

    class Meta:
        verbose_name = _("định nghĩa KPI")
        verbose_name_plural = _("định nghĩa KPI")
        constraints = [
            models.UniqueConstraint("company", "kpi", Coalesce("valid_from", Value(NO_DATE)), name="kpi_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.kpi_id} from {self.valid_from}"


class Terms(models.Model):
    """How a line is scored and rolled up: the same columns on a line, on a proposed one and on a template's."""

    method = models.CharField(_("phương pháp"), max_length=16, blank=True)
    baseline = models.FloatField(_("mốc xuất phát"), null=True)
    floor = models.FloatField(_("sàn"), null=True)
    cap = models.FloatField(_("trần"), null=True)
    low = models.FloatField(_("cận dưới"), null=True)
    high = models.FloatField(_("cận trên"), null=True)
    zero_low = models.FloatField(_("điểm 0 phía dưới"), null=True)
    zero_high = models.FloatField(_("điểm 0 phía trên"), null=True)
    penalty = models.FloatField(_("điểm trừ"), null=True)
    curve = models.TextField(_("đường quy đổi"), blank=True)
    rollup = models.CharField(_("gộp lên"), max_length=16, blank=True)

    class Meta:
        abstract = True


class Line(Terms, CompanyScoped, TimeStamped):
    """A line of a scorecard: this owner answers for this KPI with this weight, scored like this."""

    owner = models.ForeignKey("organisation.Owner", on_delete=models.RESTRICT, related_name="lines")
    kpi = models.ForeignKey(Kpi, on_delete=models.RESTRICT, related_name="lines")
    weight = models.DecimalField(_("trọng số"), max_digits=18, decimal_places=6)
    valid_from = models.DateField(_("từ ngày"), null=True)
    valid_to = models.DateField(_("đến ngày"), null=True)
    goal = models.ForeignKey("strategy.Goal", on_delete=models.RESTRICT, related_name="lines", null=True)
    post = models.ForeignKey("organisation.Unit", on_delete=models.RESTRICT, related_name="+", null=True)

    class Meta:
        verbose_name = _("dòng thẻ điểm")
        verbose_name_plural = _("dòng thẻ điểm")
        constraints = [
            models.UniqueConstraint(
                "company",
                "owner",
                "kpi",
                Coalesce("valid_from", Value(NO_DATE)),
                Coalesce("post", Value(0)),
                name="line_once",
            )
        ]
        indexes = [models.Index(fields=["company", "kpi"], name="line_kpi")]

    def __str__(self) -> str:
        return f"{self.owner_id} {self.kpi_id} {self.weight}"


class Target(CompanyScoped, AppendOnly):
    """A target of a period. A change is another revision; ``target`` null withdraws it."""

    owner = models.ForeignKey("organisation.Owner", on_delete=models.RESTRICT, related_name="targets", db_index=False)
    kpi = models.ForeignKey(Kpi, on_delete=models.RESTRICT, related_name="targets", db_index=False)
    period = models.CharField(_("kỳ"), max_length=16)
    target = models.FloatField(_("chỉ tiêu"), null=True)
    profile = models.CharField(_("phân bổ"), max_length=500, blank=True)
    basis = models.CharField(_("cơ sở"), max_length=24, blank=True)
    recorded_at = models.DateTimeField(_("ghi lúc"), default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+", null=True, db_index=False
    )
    revision = models.PositiveIntegerField(_("lần sửa"), default=1)

    class Meta:
        verbose_name = _("chỉ tiêu")
        verbose_name_plural = _("chỉ tiêu")
        constraints = [
            models.UniqueConstraint(fields=["company", "owner", "kpi", "period", "revision"], name="target_once")
        ]

    def __str__(self) -> str:
        return f"{self.owner_id} {self.kpi_id} {self.period} = {self.target}"


class Link(CompanyScoped, TimeStamped):
    """A hypothesis: the driver moves the outcome, ``lag`` periods later. Somebody claimed it on a day.

    One that is withdrawn stays as a row and leaves the books.
    """

    driver = models.ForeignKey(Kpi, on_delete=models.RESTRICT, related_name="drives")
    outcome = models.ForeignKey(Kpi, on_delete=models.RESTRICT, related_name="driven_by")
    sign = models.CharField(_("dấu"), max_length=1, blank=True)
    lag = models.IntegerField(_("độ trễ"), null=True)
    note = models.TextField(_("ghi chú"), blank=True)
    claimed_by = models.ForeignKey("organisation.Owner", on_delete=models.RESTRICT, related_name="claims", null=True)
    claimed_on = models.DateField(_("nêu ngày"), null=True)
    withdrawn_at = models.DateTimeField(_("rút lại lúc"), null=True, editable=False)

    class Meta:
        verbose_name = _("liên kết")
        verbose_name_plural = _("liên kết")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "driver", "outcome"], condition=models.Q(withdrawn_at=None), name="link_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.driver_id} → {self.outcome_id}"


class Bonus(CompanyScoped, TimeStamped):
    """The performance pay a person can earn in a period. Read only through ``kpis.access.bonuses_visible_to``.

    It stands here until the app ``pay`` exists: the frames below measurements need it.
    """

    person = models.ForeignKey("organisation.Person", on_delete=models.RESTRICT, related_name="+")
    base = models.DecimalField(_("mức"), max_digits=24, decimal_places=4)
    curve = models.TextField(_("đường quy đổi"), blank=True)
    valid_from = models.DateField(_("từ ngày"), null=True)
    valid_to = models.DateField(_("đến ngày"), null=True)

    class Meta:
        verbose_name = _("lương hiệu quả")
        verbose_name_plural = _("lương hiệu quả")
        constraints = [
            models.UniqueConstraint("company", "person", Coalesce("valid_from", Value(NO_DATE)), name="bonus_once")
        ]

    def __str__(self) -> str:
        return f"bonus of {self.person_id}"  # never the amount: this text ends up in logs
