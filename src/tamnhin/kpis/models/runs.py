"""Giving a template to many people: one act that takes a while, and what came of each of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tamnhin.base.models import CompanyScoped, TimeStamped
from tamnhin.kpis.models.planned import Assignment, ScorecardTemplate


class TemplateRun(CompanyScoped, TimeStamped):
    """A template given to the people of its items. Counts are those of the items, kept for the page that asks often."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("chờ chạy")
        RUNNING = "running", _("đang chạy")
        DONE = "done", _("xong")
        FAILED = "failed", _("dừng giữa chừng")

    template = models.ForeignKey(ScorecardTemplate, on_delete=models.RESTRICT, related_name="runs")
    version = models.PositiveIntegerField(_("bản"))
    status = models.CharField(_("trạng thái"), max_length=16, choices=Status.choices, default=Status.WAITING)
    first = models.DateField(_("từ ngày"))
    last = models.DateField(_("đến ngày"), null=True)
    reason = models.CharField(_("lý do"), max_length=500, blank=True)
    propose = models.BooleanField(_("đề xuất ngay"), default=False)
    total = models.PositiveIntegerField(_("số người"), default=0)
    done = models.PositiveIntegerField(_("đã xét"), default=0)
    made = models.PositiveIntegerField(_("đã tạo"), default=0)
    proposed = models.PositiveIntegerField(_("đã đề xuất"), default=0)
    fault = models.CharField(_("mã lỗi"), max_length=64, blank=True)  # what the log calls the failure
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+", null=True)
    finished_at = models.DateTimeField(_("xong lúc"), null=True, editable=False)

    class Meta:
        verbose_name = _("lần giao theo mẫu")
        verbose_name_plural = _("lần giao theo mẫu")
        indexes = [models.Index(fields=["company", "template", "-id"], name="template_run")]

    def __str__(self) -> str:
        return f"{self.template_id} v{self.version} {self.status} {self.done}/{self.total}"


class TemplateRunItem(CompanyScoped):
    """One person of a run. An outcome is written in the transaction of the scorecard itself: both or neither."""

    class Outcome(models.TextChoices):
        WAITING = "", _("chưa xét")
        MADE = "made", _("đã có bản nháp")
        PROPOSED = "proposed", _("đã đề xuất")
        NOTHING = "nothing", _("không có gì để làm")
        SKIPPED = "skipped", _("bỏ qua")

    run = models.ForeignKey(TemplateRun, on_delete=models.RESTRICT, related_name="items")
    owner = models.ForeignKey("organisation.Owner", on_delete=models.RESTRICT, related_name="+")
    outcome = models.CharField(_("kết quả"), max_length=16, choices=Outcome.choices, blank=True)
    problems = models.JSONField(_("vì sao"), default=list, blank=True)
    # a draft may be thrown away afterwards
    assignment = models.ForeignKey(Assignment, on_delete=models.SET_NULL, related_name="+", null=True)

    class Meta:
        verbose_name = _("người trong lần giao")
        verbose_name_plural = _("người trong lần giao")
        constraints = [models.UniqueConstraint(fields=["company", "run", "owner"], name="template_run_owner_once")]
        indexes = [models.Index(fields=["company", "run", "outcome"], name="template_run_outcome")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.owner_id} {self.outcome}"
