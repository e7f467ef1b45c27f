"""What the pages of the regulation show."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.forms import Form

from tamnhin.dashboards.shapes import Link
from tamnhin.regulation.advice import Penalty
from tamnhin.regulation.diff import Diff
from tamnhin.regulation.markup import Block


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a version stands today. ``key``: draft, consulting, decided, upcoming, in_force, superseded, withdrawn."""

    key: str
    word: str


@dataclass(frozen=True, slots=True)
class VersionRow:
    """``effective_to`` (included) is the day before the next version's; None while none is known."""

    number: int
    title: str
    summary: str
    url: str
    standing: Standing
    effective_from: datetime.date | None
    effective_to: datetime.date | None
    trial_from: datetime.date | None
    trial_to: datetime.date | None
    decided_on: datetime.date | None
    published_on: datetime.date | None
    opinions_until: datetime.date | None
    read: int | None = None  # how many have acknowledged; None where that is not asked


@dataclass(frozen=True, slots=True)
class ListPage:
    rows: Sequence[VersionRow]
    holding: VersionRow | None
    on_trial: bool
    asked: Sequence[Link]  # what the reader has still to confirm
    consulting: Sequence[VersionRow]
    reading: tuple[int, int] | None  # (asked, read) of the version that holds, for those who may know
    readers_url: str
    may_write: bool


@dataclass(frozen=True, slots=True)
class Stage:
    word: str
    state: str  # past, now, later


@dataclass(frozen=True, slots=True)
class FileLink:
    name: str
    kind: str
    url: str


@dataclass(frozen=True, slots=True)
class LogRow:
    """``by`` wrote it down; ``who`` is whom it comes from or went to, where that is said."""

    kind: str
    word: str
    on: datetime.date
    at: datetime.datetime
    by: str
    who: str
    channel: str
    text: str
    note: str
    file: FileLink | None


@dataclass(frozen=True, slots=True)
class Opinion:
    who: str
    by: str
    on: datetime.date
    text: str
    file: FileLink | None


@dataclass(frozen=True, slots=True)
class Act:
    """One form of the page. ``owed``: what stands in its way."""

    key: str
    title: str
    hint: str
    button: str
    form: Form
    is_open: bool = False
    owed: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """The text as it is read. ``language`` of the words shown; ``other_url`` the same page in the other language."""

    blocks: Sequence[Block]
    contents: Sequence[Block]
    language: str
    other_url: str


@dataclass(frozen=True, slots=True)
class VersionPage:
    row: VersionRow
    revision: int
    company: str
    words: Words
    stages: Sequence[Stage]
    facts: Sequence[tuple[str, str]]
    acts: Sequence[Act]
    publish_due: datetime.date | None
    overdue: bool
    log: Sequence[LogRow]
    opinions: Sequence[Opinion]
    opinion_count: int
    opinions_more: str
    compare: Sequence[Link]
    edit_url: str
    copy_from: int | None
    decision: str
    signer: str
    may_acknowledge: bool
    acknowledged_at: datetime.datetime | None
    reading: tuple[int, int] | None
    readers_url: str
    sees_all: bool


@dataclass(frozen=True, slots=True)
class Advice:
    """Hints while writing: sentences that sound like a penalty, topics that are missing (their names)."""

    penalties: Sequence[Penalty]
    missing: Sequence[str]


@dataclass(frozen=True, slots=True)
class EditPage:
    number: int
    form: Form
    revision: int
    consulting: bool
    blocks: Sequence[Block]
    advice: Advice
    conflict: Diff | None = None
    back_url: str = ""


@dataclass(frozen=True, slots=True)
class NewPage:
    sources: Sequence[tuple[str, str, str]]  # (value, label, hint)
    chosen: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class ComparePage:
    number: int
    title: str
    before: str
    after: str
    diff: Diff
    side_by_side: bool
    views: Sequence[Link]
    choices: Sequence[Link]
    back_url: str


@dataclass(frozen=True, slots=True)
class UnitRow:
    name: str
    url: str
    asked: int
    read: int

    @property
    def left(self) -> int:
        return self.asked - self.read

    @property
    def percent(self) -> float | None:
        return 100.0 * self.read / self.asked if self.asked else None


@dataclass(frozen=True, slots=True)
class ReaderRow:
    code: str
    name: str
    position: str
    unit: str
    email: str


@dataclass(frozen=True, slots=True)
class ReadersPage:
    number: int
    title: str
    version_url: str
    total: UnitRow
    units: Sequence[UnitRow]
    crumbs: Sequence[Link]
    people: Sequence[ReaderRow]
    first: int
    last: int
    previous: str
    following: str
    file_url: str
