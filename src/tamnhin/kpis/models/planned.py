"""Scorecards before they hold: assignments with their lines, templates by position, and the company's own library.

The engine reads nothing of this. An assignment that becomes active writes lines and targets (``defined``).
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from tamnhin.agreements.states import OPEN, State
from tamnhin.base.models import CompanyScoped, TimeStamped
from tamnhin.base.text import folded
from tamnhin.kpis.models.defined import Kpi, Terms


class ScorecardTemplate(CompanyScoped, TimeStamped):
    """Lines that everybody in a position, a unit or at a level gets. ``version`` is that of its newest lines."""

    code = models.CharField(_("mã"), max_length=64)
    name = models.CharField(_("tên"), max_length=300)
    position = models.CharField(_("chức danh"), max_length=300, blank=True)
    unit = models.ForeignKey("organisation.Unit", on_delete=models.RESTRICT, related_name="+", null=True)
    level = models.CharField(_("cấp"), max_length=16, blank=True)  # unit, head, staff; empty: whoever the rest finds
    version = models.PositiveIntegerField(_("bản"), default=1)
    revision = models.PositiveIntegerField(_("lần sửa"), default=1)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+", null=True)
    archived_at = models.DateTimeField(_("lưu kho lúc"), null=True, editable=False)

    class Meta:
        verbose_name = _("mẫu thẻ điểm")
        verbose_name_plural = _("mẫu thẻ điểm")
        constraints = [models.UniqueConstraint(fields=["company", "code"], name="template_code_once")]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class TemplateLine(Terms, CompanyScoped):
    """A line of one version of a template."""

    template = models.ForeignKey(ScorecardTemplate, on_delete=models.RESTRICT, related_name="lines")
    version = models.PositiveIntegerField(_("bản"))
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)
    kpi = models.ForeignKey(Kpi, on_delete=models.RESTRICT, related_name="+")
    weight = models.DecimalField(_("trọng số"), max_digits=18, decimal_places=6)
    goal = models.ForeignKey("strategy.Goal", on_delete=models.RESTRICT, related_name="+", null=True)
    target = models.FloatField(_("chỉ tiêu cả chu kỳ"), null=True)
    profile = models.CharField(_("phân bổ"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("dòng của mẫu")
        verbose_name_plural = _("dòng của mẫu")
        constraints = [
            models.UniqueConstraint(fields=["company", "template", "version", "kpi"], name="template_line_once")
        ]

    def __str__(self) -> str:
        return f"{self.template_id} v{self.version} {self.kpi_id}"


class Assignment(CompanyScoped, TimeStamped):
    """The scorecard that is asked of one owner for a time, and where the agreement about it stands.

    A change of something active is another assignment with ``base`` and a reason; ``valid_from`` is the day from which
    it holds, and elapsed periods keep the old terms. ``revision`` grows with each edit of the lines.
    """

    class Kind(models.TextChoices):
        NEW = "new", _("giao mới")
        CHANGE = "change", _("yêu cầu thay đổi")

    owner = models.ForeignKey("organisation.Owner", on_delete=models.RESTRICT, related_name="assignments")
    kind = models.CharField(_("loại"), max_length=16, choices=Kind.choices, default=Kind.NEW)
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến ngày"), null=True)
    status = models.CharField(_("trạng thái"), max_length=16, choices=State.choices, default=State.DRAFT)
    base = models.ForeignKey("self", on_delete=models.RESTRICT, related_name="changes", null=True)
    reason = models.CharField(_("lý do"), max_length=500, blank=True)
    template = models.ForeignKey(ScorecardTemplate, on_delete=models.RESTRICT, related_name="assignments", null=True)
    template_version = models.PositiveIntegerField(null=True)
    revision = models.PositiveIntegerField(_("lần sửa"), default=1)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+", null=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+", null=True)
    activated_at = models.DateTimeField(_("hiệu lực lúc"), null=True, editable=False)

    class Meta:
        verbose_name = _("giao KPI")
        verbose_name_plural = _("giao KPI")
        constraints = [
            # one proposal at a time for an owner: two would each be agreed without the other
            models.UniqueConstraint(
                fields=["company", "owner"], condition=models.Q(status__in=OPEN), name="assignment_open_once"
            )
        ]
        indexes = [models.Index(fields=["company", "owner", "status"], name="assignment_owner")]

    def __str__(self) -> str:
        return f"{self.owner_id} from {self.valid_from} ({self.status})"


class AssignmentLine(Terms, CompanyScoped):
    """A proposed line. ``targets`` are numbers by period key (``{"2026-01": 100.0}``); ``total`` is what they were
    made from, for the whole time, with ``profile`` (even, working_days, last_year, custom). ``post`` is the unit of the
    placement that the line belongs to, for somebody with two posts (weights total 100 per post).
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.RESTRICT, related_name="lines")
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)
    kpi = models.ForeignKey(Kpi, on_delete=models.RESTRICT, related_name="+")
    weight = models.DecimalField(_("trọng số"), max_digits=18, decimal_places=6)
    goal = models.ForeignKey("strategy.Goal", on_delete=models.RESTRICT, related_name="+", null=True)
    total = models.FloatField(_("chỉ tiêu cả chu kỳ"), null=True)
    profile = models.CharField(_("phân bổ"), max_length=24, blank=True)
    basis = models.CharField(_("cơ sở"), max_length=24, blank=True)  # "" or per_working_day
    targets = models.JSONField(_("chỉ tiêu theo kỳ"), default=dict, blank=True)
    note = models.CharField(_("ghi chú"), max_length=500, blank=True)
    post = models.ForeignKey("organisation.Unit", on_delete=models.RESTRICT, related_name="+", null=True)

    class Meta:
        verbose_name = _("dòng được giao")
        verbose_name_plural = _("dòng được giao")
        constraints = [
            models.UniqueConstraint(
                "company", "assignment", "kpi", Coalesce("post", Value(0)), name="assignment_line_once"
            )
        ]
        indexes = [models.Index(fields=["company", "kpi"], name="assignment_line_kpi")]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.kpi_id} {self.weight}"


class LibraryEntry(CompanyScoped, TimeStamped):
    """An entry of the company's own, beside the built-in library; words and columns as there (``kpis.library``)."""

    code = models.CharField(_("mã"), max_length=64)
    department = models.CharField(_("phòng ban"), max_length=16, blank=True)
    name = models.CharField(_("tên"), max_length=300)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=300, blank=True)
    name_folded = models.CharField(max_length=1000, editable=False)
    purpose = models.TextField(_("để làm gì"), blank=True)
    formula_text = models.TextField(_("cách tính"), blank=True)
    formula_text_en = models.TextField(_("cách tính (tiếng Anh)"), blank=True)
    unit = models.CharField(_("đơn vị tính"), max_length=64, blank=True)
    direction = models.CharField(_("chiều"), max_length=16)
    aggregation = models.CharField(_("cộng dồn"), max_length=16)
    frequency = models.CharField(_("tần suất"), max_length=16)
    method = models.CharField(_("phương pháp"), max_length=16, blank=True)
    level = models.CharField(_("cấp"), max_length=16, blank=True)
    domain = models.CharField(_("mảng"), max_length=16, blank=True)
    timing = models.CharField(_("kết quả hay dẫn dắt"), max_length=16, blank=True)
    flow = models.CharField(_("đầu vào hay đầu ra"), max_length=16, blank=True)
    perspective = models.CharField(_("viễn cảnh"), max_length=64, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+", null=True)
    archived_at = models.DateTimeField(_("lưu kho lúc"), null=True, editable=False)

    class Meta:
        verbose_name = _("mục thư viện")
        verbose_name_plural = _("mục thư viện")
        constraints = [models.UniqueConstraint(fields=["company", "code"], name="library_code_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def derive(self) -> LibraryEntry:
        """Fill in the column for searching. Returns self."""
        self.name_folded = folded(f"{self.name} {self.name_en} {self.code}")[:1000]
        return self

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "name_folded"}
        super().save(*args, **kwargs)
