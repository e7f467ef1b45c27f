"""Periods with their locks, and scorecards as they were evaluated."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tamnhin.base.models import CompanyScoped, TimeStamped


class EvaluationPeriod(CompanyScoped, TimeStamped):
    """Whether a period is still open. ``revision`` counts how often it was published."""

    class Status(models.TextChoices):
        OPEN = "open", _("đang mở")
        LOCKED = "locked", _("đã khóa")
        PUBLISHED = "published", _("đã công bố")

    period = models.CharField(_("kỳ"), max_length=16)
    status = models.CharField(_("trạng thái"), max_length=16, choices=Status.choices, default=Status.OPEN)
    locked_at = models.DateTimeField(_("khóa lúc"), null=True)
    locked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+", null=True)
    revision = models.PositiveIntegerField(_("lần công bố"), default=1)

    class Meta:
        verbose_name = _("kỳ đánh giá")
        verbose_name_plural = _("kỳ đánh giá")
        constraints = [models.UniqueConstraint(fields=["company", "period"], name="evaluation_period_once")]

    def __str__(self) -> str:
        return f"{self.period} {self.status}"


class Scorecard(CompanyScoped):
    """One owner's result in one period. The newest revision of an open period is evaluated again in place.

    Scores are integer hundredths: the published figure that grade and pay read (computation.md §4).
    ``lines`` is packed and read by the evaluator alone.
    """

    class State(models.TextChoices):
        FINAL = "final", _("chính thức")
        PROVISIONAL = "provisional", _("tạm tính")
        NOT_RATED = "not_rated", _("không xếp loại")

    owner = models.ForeignKey(
        "organisation.Owner", on_delete=models.RESTRICT, related_name="scorecards", db_index=False
    )
    period = models.CharField(_("kỳ"), max_length=16)
    period_kind = models.CharField(_("loại kỳ"), max_length=8)
    period_start = models.DateField(_("ngày đầu kỳ"))
    revision = models.PositiveIntegerField(_("lần"), default=1)
    score = models.IntegerField(_("điểm × 100"), null=True)
    coverage = models.IntegerField(_("độ phủ × 100"), null=True)
    pace = models.IntegerField(_("nhịp × 100"), null=True)
    grade = models.CharField(_("xếp loại"), max_length=64, blank=True)
    state = models.CharField(_("trạng thái"), max_length=16, choices=State.choices)
    lines = models.BinaryField(null=True)
    as_of = models.DateField(_("tính đến ngày"))
    evaluated_at = models.DateTimeField(_("tính lúc"))

    class Meta:
        verbose_name = _("thẻ điểm")
        verbose_name_plural = _("thẻ điểm")
        constraints = [
            models.UniqueConstraint(fields=["company", "owner", "period", "revision"], name="scorecard_once")
        ]
        indexes = [models.Index(fields=["company", "period", "owner"], name="scorecard_period")]

    def __str__(self) -> str:
        return f"{self.owner_id} {self.period} r{self.revision}"
