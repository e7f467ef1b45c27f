"""Versions of the regulation, their text, what happened to them, files, and who has read them."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tamnhin.base.models import AppendOnly, CompanyScoped, TimeStamped


class Version(CompanyScoped, TimeStamped):
    """One version. Its text may change until it is decided; a published one never moves again.

    ``revision`` grows with every change and is what the second of two writers is caught by. ``trial_from`` and
    ``trial_to`` (both included): what is measured then is shown and pays nothing.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("bản nháp")
        CONSULTING = "consulting", _("đang lấy ý kiến")
        DECIDED = "decided", _("đã quyết định")
        PUBLISHED = "published", _("đã công bố")
        WITHDRAWN = "withdrawn", _("đã bỏ")

    number = models.PositiveIntegerField(_("số"))
    title = models.CharField(_("tên văn bản"), max_length=300)
    summary = models.CharField(_("điểm chính"), max_length=1000, blank=True)
    state = models.CharField(_("trạng thái"), max_length=16, choices=State.choices, default=State.DRAFT)
    based_on = models.ForeignKey("self", on_delete=models.RESTRICT, related_name="+", null=True)
    effective_from = models.DateField(_("hiệu lực từ"), null=True)
    trial_from = models.DateField(_("chạy thử từ"), null=True)
    trial_to = models.DateField(_("chạy thử đến"), null=True)
    opinions_until = models.DateField(_("nhận ý kiến đến"), null=True)
    decided_on = models.DateField(_("ngày quyết định"), null=True)
    decision = models.CharField(_("số quyết định"), max_length=100, blank=True)
    signer = models.CharField(_("người ký"), max_length=200, blank=True)
    published_on = models.DateField(_("ngày công bố"), null=True)
    published_at = models.DateTimeField(_("ghi công bố lúc"), null=True, editable=False)
    channel = models.CharField(_("kênh công bố"), max_length=300, blank=True)
    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("phiên bản quy chế")
        verbose_name_plural = _("phiên bản quy chế")
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="regulation_number_once"),
            models.UniqueConstraint(
                fields=["company", "effective_from"],
                condition=models.Q(state__in=["decided", "published"]),
                name="regulation_effective_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def has_trial(self) -> bool:
        return self.trial_from is not None and self.trial_to is not None

    def on_trial(self, day: datetime.date) -> bool:
        """Whether what is measured on that day is shown and not paid, if this version holds then."""
        return self.trial_from is not None and self.trial_to is not None and self.trial_from <= day <= self.trial_to


class Text(CompanyScoped, AppendOnly):
    """The words of a version from one of its revisions on, until the next row. Vietnamese binds, English helps."""

    version = models.ForeignKey(Version, on_delete=models.RESTRICT, related_name="texts")
    revision = models.PositiveIntegerField()
    body = models.TextField(_("nội dung"))
    body_en = models.TextField(_("nội dung tiếng Anh"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+", null=True)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "version", "revision"], name="regulation_text_once")]

    def __str__(self) -> str:
        return f"text {self.version_id} r{self.revision}"


class File(CompanyScoped, AppendOnly):
    """A file of the consultation. Its bytes are rows, so that a backup of the database is a backup of the proof."""

    class Kind(models.TextChoices):
        MINUTES = "minutes", _("biên bản")
        OPINION = "opinion", _("văn bản góp ý")
        DECISION = "decision", _("quyết định")

    version = models.ForeignKey(Version, on_delete=models.RESTRICT, related_name="files")
    kind = models.CharField(_("loại"), max_length=16, choices=Kind.choices)
    name = models.CharField(_("tên tệp"), max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(_("cỡ"))
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+", null=True)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        indexes = [models.Index(fields=["company", "version"], name="regulation_file_version")]

    def __str__(self) -> str:
        return self.name


class Event(CompanyScoped, AppendOnly):
    """Something that happened to a version: what the consultation log is made of.

    ``on`` is the day it happened, ``at`` the moment it was written down. ``who`` names whom it comes from where that
    is not the user (a trade union's letter, recorded by HR).
    """

    class Kind(models.TextChoices):
        CREATED = "created", _("soạn")
        EDITED = "edited", _("sửa")
        SENT = "sent", _("gửi dự thảo lấy ý kiến")
        OPINION = "opinion", _("ý kiến bằng văn bản")
        MEETING = "meeting", _("họp đối thoại")
        FILED = "filed", _("đính kèm tệp")
        RETURNED = "returned", _("trả lại bước trước")
        DECIDED = "decided", _("quyết định ban hành")
        PUBLISHED = "published", _("công bố")
        LATE = "late", _("công bố muộn")
        WITHDRAWN = "withdrawn", _("bỏ")

    version = models.ForeignKey(Version, on_delete=models.RESTRICT, related_name="events")
    kind = models.CharField(_("việc"), max_length=16, choices=Kind.choices)
    on = models.DateField(_("ngày"))
    at = models.DateTimeField(default=timezone.now, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+", null=True)
    who = models.CharField(_("của ai"), max_length=300, blank=True)
    channel = models.CharField(_("kênh"), max_length=300, blank=True)
    text = models.TextField(_("nội dung"), blank=True)
    revision = models.PositiveIntegerField(default=1)
    file = models.ForeignKey(File, on_delete=models.RESTRICT, related_name="+", null=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["company", "version", "id"], name="regulation_events_of")]

    def __str__(self) -> str:
        return f"{self.on} {self.kind}"


class Acknowledgement(CompanyScoped, AppendOnly):
    """“I have read and understood”: one a person and version."""

    version = models.ForeignKey(Version, on_delete=models.RESTRICT, related_name="acknowledgements")
    person = models.ForeignKey("organisation.Person", on_delete=models.RESTRICT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "version", "person"], name="regulation_acknowledged_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} has read {self.version_id}"
