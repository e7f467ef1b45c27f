"""One flow for everything that people agree on: whose it is, who is asked, what each of them said."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tamnhin.agreements.states import State
from tamnhin.base import formatting
from tamnhin.base.models import AppendOnly, CompanyScoped, TimeStamped


class Level(models.TextChoices):
    """Whose: it decides which steps a proposal passes."""

    COMPANY = "company", _("công ty")
    UNIT = "unit", _("đơn vị")
    PERSON = "person", _("cá nhân")


class Step(models.TextChoices):
    """In order. The state before a step is the one that waits for it."""

    HR = "hr", _("Nhân sự")
    REVIEW = "review", _("Phòng liên quan")
    AGREE = "agree", _("Đồng ý")


class Agreement(CompanyScoped, TimeStamped):
    """Where the proposal about one subject stands. The subject itself lives in a higher app (``subjects``).

    ``round`` counts proposals: what is returned and proposed again is the next round, and the voices of the ones before
    stay. ``revision`` moves with every act, so that nobody answers what they have not seen.
    """

    kind = models.CharField(_("loại"), max_length=16)
    subject_id = models.BigIntegerField(_("đối tượng"))
    owner = models.ForeignKey("organisation.Owner", on_delete=models.RESTRICT, related_name="agreements")
    title = models.CharField(_("tiêu đề"), max_length=500)
    state = models.CharField(_("trạng thái"), max_length=16, choices=State.choices, default=State.DRAFT)
    level = models.CharField(_("cấp"), max_length=8, choices=Level.choices)
    round = models.PositiveSmallIntegerField(_("vòng"), default=0)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("người đề xuất"),
        on_delete=models.RESTRICT,
        related_name="+",
        null=True,
    )
    proposed_at = models.DateTimeField(_("đề xuất lúc"), null=True)
    due = models.DateField(_("hạn của bước"), null=True)
    revision = models.PositiveIntegerField(_("lần sửa"), default=1)
    reason = models.TextField(_("lý do"), blank=True)
    note = models.TextField(_("ghi chú"), blank=True)

    class Meta:
        verbose_name = _("thỏa thuận")
        verbose_name_plural = _("thỏa thuận")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "kind", "subject_id"],
                condition=~Q(state=State.CLOSED),
                name="agreement_living_once",
            )
        ]
        indexes = [
            models.Index(fields=["company", "state"], name="agreement_state"),
            models.Index(fields=["company", "kind", "subject_id"], name="agreement_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}: {self.state}"

    @property
    def heading(self) -> str:
        """The title for whoever reads it now: dates in their language's form."""
        return formatting.dates_in(self.title)


class Participant(CompanyScoped):
    """A place that is asked in a round: a person, the head of a related unit, or (without a person) whoever holds the
    role. Who may answer for it on a day is worked out by ``flow.holders``."""

    class Role(models.TextChoices):
        HR = "hr", _("nhân sự")
        RELATED = "related", _("trưởng phòng liên quan")
        STAFF = "staff", _("người nhận")
        HEAD = "head", _("trưởng đơn vị")
        UPPER = "upper", _("quản lý cấp trên")
        DIRECTOR = "director", _("giám đốc")
        NAMED = "named", _("người được nêu tên")

    class Answer(models.TextChoices):
        NONE = "", _("chưa trả lời")
        YES = "yes", _("đồng ý")
        NO = "no", _("trả lại")

    agreement = models.ForeignKey(Agreement, on_delete=models.RESTRICT, related_name="participants", db_index=False)
    round = models.PositiveSmallIntegerField(_("vòng"))
    step = models.CharField(_("bước"), max_length=8, choices=Step.choices)
    order = models.PositiveSmallIntegerField(_("thứ tự"))
    unit = models.ForeignKey("organisation.Unit", on_delete=models.RESTRICT, related_name="+", null=True)
    person = models.ForeignKey("organisation.Person", on_delete=models.RESTRICT, related_name="+", null=True)
    role = models.CharField(_("vai"), max_length=16, choices=Role.choices)
    answer = models.CharField(_("trả lời"), max_length=8, choices=Answer.choices, blank=True, default="")
    answered_at = models.DateTimeField(_("trả lời lúc"), null=True)

    class Meta:
        verbose_name = _("người được hỏi")
        verbose_name_plural = _("người được hỏi")
        constraints = [
            models.UniqueConstraint(fields=["company", "agreement", "round", "step", "order"], name="participant_once")
        ]
        indexes = [models.Index(fields=["company", "answer", "step"], name="participant_waiting")]

    def __str__(self) -> str:
        return f"{self.agreement_id} round {self.round}: {self.step} {self.order}"


class Voice(CompanyScoped, AppendOnly):
    """What somebody said or did, when, and for whom. Nothing here is ever changed."""

    class Kind(models.TextChoices):
        PROPOSED = "proposed", _("đề xuất")
        YES = "yes", _("đồng ý")
        NO = "returned", _("trả lại")
        COMMENT = "comment", _("góp ý")
        WITHDRAWN = "withdrawn", _("rút lại")
        FELL_TO = "fell_to", _("chuyển người trả lời")
        ACTIVATED = "activated", _("kích hoạt")
        CLOSED = "closed", _("đóng")

    agreement = models.ForeignKey(Agreement, on_delete=models.RESTRICT, related_name="voices", db_index=False)
    round = models.PositiveSmallIntegerField(_("vòng"))
    state = models.CharField(_("trạng thái lúc đó"), max_length=16, choices=State.choices)
    step = models.CharField(_("bước"), max_length=8, choices=Step.choices, blank=True)
    participant = models.ForeignKey(Participant, on_delete=models.RESTRICT, related_name="voices", null=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+", null=True)
    on_behalf_of = models.ForeignKey("organisation.Person", on_delete=models.RESTRICT, related_name="+", null=True)
    kind = models.CharField(_("việc"), max_length=16, choices=Kind.choices)
    detail = models.CharField(_("vì sao"), max_length=32, blank=True)  # a code of ``flow``: absent, left, delegate, …
    text = models.TextField(_("lời"), blank=True)
    at = models.DateTimeField(_("lúc"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("ý kiến")
        verbose_name_plural = _("ý kiến")
        indexes = [models.Index(fields=["company", "agreement", "id"], name="voice_of_agreement")]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.kind} at {self.at:%Y-%m-%d %H:%M}"


class Delegation(CompanyScoped, TimeStamped):
    """``to`` may answer for ``person`` from one day to another, both included. Ended, never deleted."""

    person = models.ForeignKey("organisation.Person", on_delete=models.RESTRICT, related_name="delegations")
    to = models.ForeignKey("organisation.Person", on_delete=models.RESTRICT, related_name="delegations_held")
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến ngày"))
    reason = models.CharField(_("lý do"), max_length=300, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+", null=True)
    ended_at = models.DateTimeField(_("chấm dứt lúc"), null=True)

    class Meta:
        verbose_name = _("ủy quyền")
        verbose_name_plural = _("ủy quyền")
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=models.F("valid_from")), name="delegation_ends_after")
        ]
        indexes = [
            models.Index(fields=["company", "person"], name="delegation_from"),
            models.Index(fields=["company", "to"], name="delegation_to"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} → {self.to_id} {self.valid_from}–{self.valid_to}"


class FlowSetting(CompanyScoped, TimeStamped):
    """Which steps a company asks for, by kind and level; where there is no row, ``flow.DEFAULTS`` holds."""

    kind = models.CharField(_("loại"), max_length=16)
    level = models.CharField(_("cấp"), max_length=8, choices=Level.choices)
    hr = models.BooleanField(_("hỏi ý kiến nhân sự"))
    review = models.BooleanField(_("phòng liên quan xem"))
    approvals = models.PositiveSmallIntegerField(
        _("số cấp đồng ý"), validators=[MinValueValidator(1), MaxValueValidator(3)]
    )
    days = models.PositiveSmallIntegerField(
        _("hạn mỗi bước (ngày)"), validators=[MinValueValidator(1), MaxValueValidator(90)]
    )

    class Meta:
        verbose_name = _("thiết lập luồng")
        verbose_name_plural = _("thiết lập luồng")
        constraints = [
            models.UniqueConstraint(fields=["company", "kind", "level"], name="flow_setting_once"),
            models.CheckConstraint(condition=Q(approvals__gte=1, approvals__lte=3), name="flow_setting_approvals"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.level}"
