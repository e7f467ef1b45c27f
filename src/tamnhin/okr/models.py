"""Objectives with their key results, what is said of them each week, and how they are graded at the end.

Nothing here is read by scorecards or pay: an OKR is allowed to fail.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tamnhin.base.models import AppendOnly, CompanyScoped, TimeStamped

LEAST_RESULTS, MOST_RESULTS = 3, 5
LEAST_CONFIDENCE, MOST_CONFIDENCE = 1, 10


class Objective(CompanyScoped, TimeStamped):
    """What a unit or a person wants to change by the end of a period (a quarter, a half or a year, by its key).

    ``expected`` is the percentage that is looked for at the end; ``revision`` counts edits, so that the second of two
    writers is told.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("bản nháp")
        ACTIVE = "active", _("đang chạy")
        GRADED = "graded", _("đã chấm")
        CLOSED = "closed", _("đã đóng")

    class Origin(models.TextChoices):
        TOP_DOWN = "top_down", _("cấp trên đặt")
        BOTTOM_UP = "bottom_up", _("người làm tự đặt")
        BOTH = "both", _("hai bên cùng bàn")

    class Kind(models.TextChoices):
        COMMITTED = "committed", _("cam kết")
        ASPIRATIONAL = "aspirational", _("vươn xa")

    owner = models.ForeignKey(
        "organisation.Owner", on_delete=models.RESTRICT, related_name="objectives", db_index=False
    )
    title = models.CharField(_("mục tiêu"), max_length=300)
    why = models.TextField(_("vì sao"), blank=True)
    period = models.CharField(_("kỳ"), max_length=16)
    goal = models.ForeignKey("strategy.Goal", on_delete=models.RESTRICT, related_name="objectives", null=True)
    parent = models.ForeignKey("self", on_delete=models.RESTRICT, related_name="children", null=True)
    status = models.CharField(_("trạng thái"), max_length=8, choices=Status.choices, default=Status.DRAFT)
    origin = models.CharField(_("ai đặt"), max_length=16, choices=Origin.choices, default=Origin.BOTH)
    pay_tied = models.BooleanField(_("gắn với lương"), default=False)
    expected = models.PositiveSmallIntegerField(_("mong đợi cuối kỳ (%)"), default=70)
    kind = models.CharField(_("loại"), max_length=16, choices=Kind.choices, default=Kind.ASPIRATIONAL)
    public = models.BooleanField(_("mọi người cùng xem"), default=True)
    activated_at = models.DateTimeField(_("đưa vào chạy lúc"), null=True, editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("mục tiêu OKR")
        verbose_name_plural = _("mục tiêu OKR")
        indexes = [
            models.Index(fields=["company", "period", "owner"], name="objective_period"),
            models.Index(fields=["company", "owner"], name="objective_owner"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(expected__gte=1, expected__lte=100), name="objective_expected_percent")
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.title}"

    @property
    def open(self) -> bool:
        """Still to be edited; what is graded or closed must be reopened first."""
        return self.status in (self.Status.DRAFT, self.Status.ACTIVE)


class KeyResult(CompanyScoped, TimeStamped):
    """One number by which the objective is known to be reached: from ``baseline`` to ``target``.

    With a ``kpi`` the number is that of ``kpi_owner``'s KPI over the objective's period, and nobody types it here.
    ``carrier`` is the person who reports it, where that is not the objective's own owner.
    """

    objective = models.ForeignKey(Objective, on_delete=models.RESTRICT, related_name="results")
    title = models.CharField(_("kết quả then chốt"), max_length=300)
    kpi = models.ForeignKey("kpis.Kpi", on_delete=models.RESTRICT, related_name="key_results", null=True)
    kpi_owner = models.ForeignKey("organisation.Owner", on_delete=models.RESTRICT, related_name="+", null=True)
    carrier = models.ForeignKey("organisation.Person", on_delete=models.RESTRICT, related_name="+", null=True)
    baseline = models.FloatField(_("mốc xuất phát"), null=True)
    target = models.FloatField(_("đích"), null=True)
    unit = models.CharField(_("đơn vị tính"), max_length=64, blank=True)
    position = models.PositiveSmallIntegerField(_("thứ tự"), default=0)
    archived_at = models.DateTimeField(_("bỏ lúc"), null=True, editable=False)

    class Meta:
        verbose_name = _("kết quả then chốt")
        verbose_name_plural = _("kết quả then chốt")
        constraints = [
            models.CheckConstraint(
                condition=Q(kpi=None, kpi_owner=None) | Q(kpi__isnull=False, kpi_owner__isnull=False),
                name="key_result_kpi_has_owner",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def direction(self) -> str:
        """``higher`` or ``lower``: the way from the baseline to the target; "" while one of them is missing."""
        if self.baseline is None or self.target is None:
            return ""
        return "higher" if self.target > self.baseline else "lower"


class CheckIn(CompanyScoped, AppendOnly):
    """What somebody said of a key result in a week (its ISO key). The newest of a week counts; older ones stay."""

    key_result = models.ForeignKey(KeyResult, on_delete=models.RESTRICT, related_name="checkins", db_index=False)
    week = models.CharField(_("tuần"), max_length=8)
    value = models.FloatField(_("giá trị"), null=True)  # null: not said, or the KPI says it
    confidence = models.PositiveSmallIntegerField(_("độ tự tin"))
    note = models.TextField(_("ghi chú"), blank=True)
    at = models.DateTimeField(_("lúc"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+", null=True, db_index=False
    )

    class Meta:
        verbose_name = _("lần báo OKR")
        verbose_name_plural = _("lần báo OKR")
        indexes = [models.Index(fields=["company", "key_result", "week"], name="checkin_result_week")]
        constraints = [
            models.CheckConstraint(
                condition=Q(confidence__gte=LEAST_CONFIDENCE, confidence__lte=MOST_CONFIDENCE),
                name="checkin_confidence_range",
            )
        ]

    def __str__(self) -> str:
        return f"{self.key_result_id} {self.week} {self.confidence}/10"


class Grade(CompanyScoped, AppendOnly):
    """The score of one grading, in hundredths of 1: of a key result, or (``key_result`` null) of the objective.

    ``computed`` is what the rule gave (null: it had no number); ``round`` counts gradings, the newest one counts.
    """

    objective = models.ForeignKey(Objective, on_delete=models.RESTRICT, related_name="grades", db_index=False)
    key_result = models.ForeignKey(KeyResult, on_delete=models.RESTRICT, related_name="grades", null=True)
    round = models.PositiveSmallIntegerField(_("lần chấm"), default=1)
    score = models.PositiveSmallIntegerField(_("điểm × 100"))
    computed = models.PositiveSmallIntegerField(_("điểm tính được × 100"), null=True)
    reflection = models.TextField(_("nhìn lại"), blank=True)
    at = models.DateTimeField(_("lúc"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+", null=True, db_index=False
    )

    class Meta:
        verbose_name = _("điểm OKR")
        verbose_name_plural = _("điểm OKR")
        indexes = [models.Index(fields=["company", "objective", "round"], name="okr_grade_round")]
        constraints = [models.CheckConstraint(condition=Q(score__lte=100), name="okr_grade_range")]

    def __str__(self) -> str:
        return f"{self.objective_id} round {self.round}: {self.score}"


class Event(CompanyScoped, AppendOnly):
    """What happened to an objective, for everybody who may see it: activated, changed (and why), graded, closed."""

    class Kind(models.TextChoices):
        CREATED = "created", _("Đã viết")
        CHANGED = "changed", _("Đã sửa")
        ACTIVATED = "activated", _("Đã đưa vào chạy")
        GRADED = "graded", _("Đã chấm điểm")
        CLOSED = "closed", _("Đã đóng")
        REOPENED = "reopened", _("Đã mở lại")

    objective = models.ForeignKey(Objective, on_delete=models.RESTRICT, related_name="events", db_index=False)
    kind = models.CharField(_("việc"), max_length=16, choices=Kind.choices)
    reason = models.TextField(_("lý do"), blank=True)
    at = models.DateTimeField(_("lúc"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+", null=True, db_index=False
    )

    class Meta:
        verbose_name = _("việc đã xảy ra với OKR")
        verbose_name_plural = _("việc đã xảy ra với OKR")
        indexes = [models.Index(fields=["company", "objective", "-id"], name="okr_event_recent")]

    def __str__(self) -> str:
        return f"{self.objective_id} {self.kind}"
