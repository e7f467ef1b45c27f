"""The head of every path: vision, mission, values; perspectives; goals in nested cycles."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tamnhin.agreements.states import OPEN, State
from tamnhin.base.models import AppendOnly, CompanyScoped, TimeStamped


class Statement(CompanyScoped, AppendOnly):
    """One version of the vision, the mission or the values. The newest is copied to the company row, which files and
    the engine read; the older ones stay as they were.
    """

    class Kind(models.TextChoices):
        VISION = "vision", _("tầm nhìn")
        MISSION = "mission", _("sứ mệnh")
        VALUES = "values", _("giá trị cốt lõi")

    kind = models.CharField(_("loại"), max_length=16, choices=Kind.choices)
    number = models.PositiveIntegerField(_("bản"))
    text = models.TextField(_("nội dung"))  # of the values: one a line
    valid_from = models.DateField(_("hiệu lực từ"))
    reason = models.CharField(_("vì sao thay đổi"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("ghi lúc"), auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+", null=True)

    class Meta:
        verbose_name = _("tuyên bố")
        verbose_name_plural = _("tuyên bố")
        constraints = [models.UniqueConstraint(fields=["company", "kind", "number"], name="statement_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class Perspective(CompanyScoped, TimeStamped):
    """A lane of the strategy map. ``code`` is what KPIs and goals name; the company may call it as it likes.

    The four of the balanced scorecard are made with the first look at them (``services.perspectives_of``).
    """

    code = models.CharField(_("mã"), max_length=64)
    name = models.CharField(_("tên"), max_length=120)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=120, blank=True)
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)
    archived_at = models.DateTimeField(_("lưu kho lúc"), null=True, editable=False)

    class Meta:
        verbose_name = _("viễn cảnh")
        verbose_name_plural = _("viễn cảnh")
        constraints = [models.UniqueConstraint(fields=["company", "code"], name="perspective_code_once")]

    def __str__(self) -> str:
        return self.code


class Cycle(CompanyScoped, TimeStamped):
    """A span in which goals live: strategic (1–3 years), year, half or quarter, each inside its parent."""

    class Kind(models.TextChoices):
        STRATEGIC = "strategic", _("chiến lược")
        YEAR = "year", _("năm")
        HALF = "half", _("nửa năm")
        QUARTER = "quarter", _("quý")

    code = models.CharField(_("mã"), max_length=64)  # a period's key where it is one: 2026, 2026-H1, 2026-Q3
    name = models.CharField(_("tên"), max_length=200, blank=True)
    kind = models.CharField(_("tầm"), max_length=16, choices=Kind.choices)
    parent = models.ForeignKey("self", on_delete=models.RESTRICT, related_name="children", null=True)
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến ngày"))
    closed_at = models.DateTimeField(_("đóng lúc"), null=True, editable=False)

    class Meta:
        verbose_name = _("chu kỳ")
        verbose_name_plural = _("chu kỳ")
        constraints = [models.UniqueConstraint(fields=["company", "code"], name="cycle_code_once")]

    def __str__(self) -> str:
        return self.code


class Goal(CompanyScoped, TimeStamped):
    """One row of the ``goals`` sheet. ``unit`` is empty for a goal of the whole company.

    ``status`` follows the agreement about the goal; a goal from a file is in force, since its agreement lies elsewhere.
    """

    class Horizon(models.TextChoices):
        STRATEGIC = "strategic", _("chiến lược")
        YEAR = "year", _("năm")
        HALF = "half", _("nửa năm")
        QUARTER = "quarter", _("quý")

    code = models.CharField(_("mã"), max_length=64)
    title = models.CharField(_("mục tiêu"), max_length=500)
    description = models.TextField(_("diễn giải"), blank=True)  # what will be different, for whom
    scope = models.CharField(_("phạm vi"), max_length=300, blank=True)  # where: market, product, place
    horizon = models.CharField(_("tầm"), max_length=16, choices=Horizon.choices)
    parent = models.ForeignKey("self", on_delete=models.RESTRICT, related_name="children", null=True)
    cycle = models.ForeignKey(Cycle, on_delete=models.RESTRICT, related_name="goals", null=True)
    unit = models.ForeignKey("organisation.Unit", on_delete=models.RESTRICT, related_name="goals", null=True)
    owner = models.ForeignKey("organisation.Owner", on_delete=models.RESTRICT, related_name="goals", null=True)
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến ngày"))
    perspective = models.CharField(_("viễn cảnh"), max_length=64, blank=True)
    kpi = models.ForeignKey("kpis.Kpi", on_delete=models.RESTRICT, related_name="goals", null=True)
    baseline = models.FloatField(_("mốc xuất phát"), null=True)
    target = models.FloatField(_("chỉ tiêu"), null=True)
    status = models.CharField(_("trạng thái"), max_length=16, choices=State.choices, default=State.ACTIVE)
    revision = models.PositiveIntegerField(_("lần sửa"), default=1)
    result = models.FloatField(_("kết quả"), null=True)  # when it was closed, in the unit of its KPI
    result_note = models.CharField(_("nhận xét khi đóng"), max_length=1000, blank=True)
    closed_at = models.DateTimeField(_("đóng lúc"), null=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+", null=True)
    archived_at = models.DateTimeField(_("lưu kho lúc"), null=True, editable=False)

    class Meta:
        verbose_name = _("mục tiêu")
        verbose_name_plural = _("mục tiêu")
        constraints = [models.UniqueConstraint(fields=["company", "code"], name="goal_code_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class GoalChange(CompanyScoped, TimeStamped):
    """New values for a goal in force, kept aside until people agree. The goal takes them when this becomes active.

    ``before`` and ``after`` hold the same keys (``services.changes.CHANGEABLE``), foreign keys as codes, dates as ISO
    text, so that the record reads the same after a code's row has moved on.
    """

    goal = models.ForeignKey(Goal, on_delete=models.RESTRICT, related_name="changes")
    before = models.JSONField(_("trước"), default=dict)
    after = models.JSONField(_("sau"), default=dict)
    reason = models.CharField(_("lý do"), max_length=500)
    effective = models.DateField(_("hiệu lực từ"))
    status = models.CharField(_("trạng thái"), max_length=16, choices=State.choices, default=State.DRAFT)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+", null=True)
    applied_at = models.DateTimeField(_("áp dụng lúc"), null=True, editable=False)

    class Meta:
        verbose_name = _("thay đổi mục tiêu")
        verbose_name_plural = _("thay đổi mục tiêu")
        constraints = [
            # two at a time would each be agreed without the other
            models.UniqueConstraint(
                fields=["company", "goal"], condition=models.Q(status__in=OPEN), name="goal_change_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"change of {self.goal_id} from {self.effective}"


class Unsaved(CompanyScoped):
    """What somebody has typed into an editor and not saved yet: theirs alone, and gone once it is saved.

    ``place`` says where: ``goal:<id>`` or ``new:<unit>:<parent>``. ``based_on`` is the revision of the goal they began
    from. The goal itself, and with it every page that is made from goals, stays as it is.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+", db_index=False)
    place = models.CharField(max_length=160)
    fields = models.JSONField(default=dict)
    based_on = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("bản đang soạn")
        verbose_name_plural = _("bản đang soạn")
        constraints = [models.UniqueConstraint(fields=["company", "user", "place"], name="unsaved_once")]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.place}"
