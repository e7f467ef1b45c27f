"""The company and its settings: the ``company``, ``calendar``, ``rates`` and ``grades`` sheets."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from tamnhin.base.models import CompanyScoped, TimeStamped
from tamnhin.engine import book


class Company(TimeStamped):
    """One tenant. ``structure_version`` and ``data_version`` say what a cached plan or page was made from."""

    code = models.CharField(_("mã"), max_length=64, unique=True)
    name = models.CharField(_("tên"), max_length=300, blank=True)
    vision = models.TextField(_("tầm nhìn"), blank=True)
    mission = models.TextField(_("sứ mệnh"), blank=True)
    values = models.JSONField(_("giá trị cốt lõi"), default=list, blank=True)
    fiscal_year_start = models.PositiveSmallIntegerField(
        _("tháng đầu năm tài chính"), default=1, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    time_zone = models.CharField(_("múi giờ"), max_length=64, default="Asia/Ho_Chi_Minh")
    currency = models.CharField(_("đồng tiền"), max_length=3, default="VND")
    language = models.CharField(_("ngôn ngữ của số liệu"), max_length=5, blank=True)  # "" = never said
    working_week = models.CharField(_("tuần làm việc"), max_length=64, default="mon-fri")
    holidays = models.CharField(_("ngày lễ"), max_length=16, default="VN")
    proration = models.CharField(_("cơ sở quy đổi"), max_length=16, default="working_days")
    floor = models.FloatField(_("sàn"), default=0.0)
    cap = models.FloatField(_("trần"), default=120.0)
    period_score = models.CharField(_("điểm của kỳ dài"), max_length=24, default="aggregate")
    minimum_eligibility = models.FloatField(_("mức tham gia tối thiểu"), default=0.0)
    minimum_group = models.PositiveSmallIntegerField(_("nhóm tối thiểu"), default=5)
    structure_version = models.PositiveBigIntegerField(default=1, editable=False)
    data_version = models.PositiveBigIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("công ty")
        verbose_name_plural = _("công ty")

    def __str__(self) -> str:
        return self.name or self.code

    def as_book_company(self) -> book.Company:
        """The same settings as the engine takes them."""
        return book.Company(
            code=self.code,
            name=self.name,
            vision=self.vision,
            mission=self.mission,
            values=tuple(self.values),
            fiscal_year_start=self.fiscal_year_start,
            time_zone=self.time_zone,
            currency=self.currency,
            language=self.language or None,
            working_week=self.working_week,
            holidays=self.holidays,
            proration=self.proration,
            floor=self.floor,
            cap=self.cap,
            period_score=self.period_score,
            minimum_eligibility=self.minimum_eligibility,
            minimum_group=self.minimum_group,
        )


class CalendarDay(CompanyScoped):
    """A day that the country's calendar has otherwise."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", _("ngày nghỉ")
        WORKING = "working", _("ngày làm việc")

    date = models.DateField(_("ngày"))
    kind = models.CharField(_("loại"), max_length=8, choices=Kind.choices)
    note = models.CharField(_("ghi chú"), max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "date"], name="calendar_day_once")]

    def __str__(self) -> str:
        return f"{self.date} {self.kind}"


class Rate(CompanyScoped):
    """One unit of ``currency`` in the company's currency, for a period."""

    currency = models.CharField(_("đồng tiền"), max_length=3)
    period = models.CharField(_("kỳ"), max_length=16)
    rate = models.FloatField(_("tỷ giá"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "currency", "period"], name="rate_once")]

    def __str__(self) -> str:
        return f"{self.currency} {self.period} = {self.rate}"


class Grade(CompanyScoped):
    """A grade begins at its lower bound and ends where the next one begins (computation.md §4)."""

    grade = models.CharField(_("xếp loại"), max_length=64)
    lower_bound = models.FloatField(_("từ điểm"))
    name = models.CharField(_("tên"), max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "grade"], name="grade_once"),
            models.UniqueConstraint(fields=["company", "lower_bound"], name="grade_bound_once"),
        ]

    def __str__(self) -> str:
        return f"{self.grade} ≥ {self.lower_bound}"
