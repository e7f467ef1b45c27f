"""View models of the agreement pages."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.forms import Form

from tamnhin.agreements.shapes import Timeline, Waiting
from tamnhin.dashboards.shapes import Link


@dataclass(frozen=True, slots=True)
class InboxGroup:
    """Things of one kind that are answered alike. ``act`` is what can be done to many of them; empty for none."""

    title: str
    rows: Sequence[Waiting]
    act: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """Something the reader proposed: where it is and for whom it waits."""

    pk: int
    title: str
    kind: str
    owner: str
    state: str
    state_label: str
    proposed_at: datetime.datetime | None
    due: datetime.date | None
    overdue: bool
    waits_for: str


@dataclass(frozen=True, slots=True)
class Inbox:
    groups: Sequence[InboxGroup]
    total: int
    shown: int
    tabs: Sequence[Link]
    filters: Sequence[Link]
    sent: Sequence[Sent]
    showing_sent: bool
    can_delegate: bool
    filtered: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """One of many that are about to be answered; ``token`` is ``pk:revision`` as it was looked at."""

    token: str
    title: str
    kind: str
    owner: str
    note: str


@dataclass(frozen=True, slots=True)
class Confirm:
    act: str
    rows: Sequence[Chosen]
    back_url: str


@dataclass(frozen=True, slots=True)
class AgreementPage:
    """``rows`` are (label, before, after). ``mine`` says as what the reader is asked; empty when they are not."""

    pk: int
    title: str
    kind: str
    level: str
    owner: str
    state: str
    state_label: str
    proposed_by: str
    proposed_at: datetime.datetime | None
    due: datetime.date | None
    overdue: bool
    reason: str
    note: str
    subject_url: str
    subject_known: bool
    rows: Sequence[tuple[str, str, str]]
    changes: bool
    timeline: Timeline
    revision: int
    mine: Sequence[str]
    may_answer: bool
    may_return: bool
    may_comment: bool
    may_withdraw: bool
    may_activate: bool
    may_close: bool
    gates: Sequence[str]
    error: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class DelegationRow:
    pk: int
    person: str
    to: str
    valid_from: datetime.date
    valid_to: datetime.date
    reason: str
    status: str  # "now", "coming", "over", "ended"
    by: str
    may_end: bool


@dataclass(frozen=True, slots=True)
class DelegationsPage:
    rows: Sequence[DelegationRow]
    form: Form | None
    people: Sequence[str]  # "CODE · Name" of those one may delegate for; empty when only for oneself
    candidates: Sequence[str]


@dataclass(frozen=True, slots=True)
class FlowRow:
    key: str
    kind: str
    level: str
    hr: bool
    review: bool
    approvals: int
    days: int
    was: str
    path: str  # the steps in words, for who reads
    company: bool  # the director alone agrees: there are no further levels to choose
    error: str = ""


@dataclass(frozen=True, slots=True)
class FlowPage:
    rows: Sequence[FlowRow]
    may_change: bool
    approvals: Sequence[tuple[int, str]]
