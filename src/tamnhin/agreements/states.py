"""The states a goal or a scorecard passes through (process.md)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """In order. What is returned with a reason is a draft again; what was said stays on record."""

    DRAFT = "draft", _("bản nháp")
    PROPOSED = "proposed", _("đã đề xuất")
    HR_CONSULTED = "hr_consulted", _("đã hỏi ý kiến nhân sự")
    REVIEWED = "reviewed", _("các phòng liên quan đã xem")
    AGREED = "agreed", _("đã đồng ý")
    ACTIVE = "active", _("đang hiệu lực")
    CLOSED = "closed", _("đã đóng")


OPEN = (State.DRAFT, State.PROPOSED, State.HR_CONSULTED, State.REVIEWED, State.AGREED)
