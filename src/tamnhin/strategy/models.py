"""Goals. Vision, mission and values are columns of the company."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tamnhin.base.models import CompanyScoped, TimeStamped


class Goal(CompanyScoped, TimeStamped):
    """One row of the ``goals`` sheet."""

    class Horizon(models.TextChoices):
        STRATEGIC = "strategic", _("chiến lược")
        YEAR = "year", _("năm")
        QUARTER = "quarter", _("quý")

    code = models.CharField(_("mã"), max_length=64)
    title = models.CharField(_("mục tiêu"), max_length=500)
    horizon = models.CharField(_("tầm"), max_length=16, choices=Horizon.choices)
    parent = models.ForeignKey("self", on_delete=models.RESTRICT, related_name="children", null=True)
    unit = models.ForeignKey("organisation.Unit", on_delete=models.RESTRICT, related_name="goals", null=True)
    owner = models.ForeignKey("organisation.Owner", on_delete=models.RESTRICT, related_name="goals", null=True)
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến ngày"))
    perspective = models.CharField(_("viễn cảnh"), max_length=64, blank=True)
    kpi = models.ForeignKey("kpis.Kpi", on_delete=models.RESTRICT, related_name="goals", null=True)
    baseline = models.FloatField(_("mốc xuất phát"), null=True)
    target = models.FloatField(_("chỉ tiêu"), null=True)

    class Meta:
        verbose_name = _("mục tiêu")
        verbose_name_plural = _("mục tiêu")
        constraints = [models.UniqueConstraint(fields=["company", "code"], name="goal_code_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"
