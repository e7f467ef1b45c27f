"""What the pages of the strategy show: plain values, ready in the reader's language."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from tamnhin.dashboards.selectors.goals import GoalNumber
from tamnhin.dashboards.shapes import Link


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a text beside the one before: ``kind`` same, added or removed."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a statement. ``pieces`` compare it with the one before; ``who`` is empty where nobody wrote it."""

    number: int
    text: str
    valid_from: datetime.date
    reason: str
    who: str
    at: datetime.datetime | None
    pieces: Sequence[Piece] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """A statement as it holds now."""

    kind: str
    label: str
    lines: Sequence[str]
    number: int
    since: datetime.date | None
    edit_url: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Something missing in the plan, and where it is mended."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class GoalRow:
    """A goal in a list. ``depth`` in the tree that is shown; ``lacks`` are its gaps in words."""

    code: str
    title: str
    url: str
    horizon: str
    state: str
    state_label: str
    when: str
    unit: str = ""
    owner: str = ""
    depth: int = 0
    parent: str = ""
    parent_url: str = ""
    perspective: str = ""
    kpi: str = ""
    baseline: float | None = None
    target: float | None = None
    number: GoalNumber | None = None
    lacks: Sequence[str] = ()
    children: int = 0
    days_left: int | None = None

    @property
    def span(self) -> str:
        """``Quý 4/2026``; where the time has no name of its own, with its horizon: ``chiến lược 2025 – 2027``."""
        return f"{self.horizon} {self.when}" if self.when[:1].isdigit() else self.when


@dataclass(frozen=True, slots=True)
class Lane:
    """A perspective with its goals."""

    code: str
    name: str
    goals: Sequence[GoalRow]


@dataclass(frozen=True, slots=True)
class CycleRow:
    """A cycle in the tree of cycles; ``gone`` is the share of its days that has passed, 0–1."""

    pk: int
    code: str
    name: str
    kind: str
    depth: int
    valid_from: datetime.date
    valid_to: datetime.date
    goals: int
    closed: bool
    current: bool
    gone: float
    url: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice in a list of links."""

    label: str
    value: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Past:
    """A line of a goal's history."""

    at: datetime.datetime
    who: str
    what: str
    changes: Sequence[tuple[str, str, str]] = ()


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A request to change a goal in force."""

    pk: int
    state: str
    state_label: str
    reason: str
    effective: datetime.date
    who: str
    at: datetime.datetime
    rows: Sequence[tuple[str, str, str]]
    agreement_url: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """A button of a goal's page. ``kind`` is posted as ``act``; "link" opens ``url`` instead."""

    kind: str
    label: str
    icon: str
    url: str = ""
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """One letter of the SMART check."""

    letter: str
    name: str
    verdict: str  # pass, warn, fail
    word: str
    icon: str
    tone: str
    reason: str


@dataclass(frozen=True, slots=True)
class Trail:
    """From a goal up to the vision, the vision first."""

    links: Sequence[Link]
    reaches: bool
