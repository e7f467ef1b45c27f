"""Small shapes that several pages share. Everything here is frozen, holds plain values and knows no database.

Conventions, for whoever fills them:

* published figures (scores, weights, contributions, percentages of completion) are ``Decimal``, already rounded to
  hundredths where computation.md §4 says so; measures are ``float``; ``None`` means "there is no such number" and is
  shown as "—", never as 0;
* text that the company wrote (names, notes) is a plain ``str``; words of the interface live in the templates;
* ``url`` fields are ready to use; an empty string means the reader may not go there (the template shows plain text).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

OwnerKind = Literal["company", "unit", "person"]
Direction = Literal["higher", "lower", "band"]


class Status(StrEnum):
    """What one line amounts to. ``MET``, ``NEAR`` and ``MISSED`` are final and belong to closed periods only.

    An open period says ``ON_PACE`` or ``BEHIND``: shown in a neutral colour, because nothing is decided yet.
    """

    MET = "met"
    NEAR = "near"
    MISSED = "missed"
    ON_PACE = "on_pace"
    BEHIND = "behind"
    NO_DATA = "no_data"
    NOT_DUE = "not_due"
    NOT_APPLICABLE = "not_applicable"
    EXEMPT = "exempt"
    NOT_SCORED = "not_scored"  # weight 0, or a problem in the definition


@dataclass(frozen=True, slots=True)
class Unit:
    """How a measure is written. ``money`` is shortened (1,25 tỷ), ``percent`` gets a %, ``number`` its symbol."""

    symbol: str = ""
    kind: Literal["number", "money", "percent"] = "number"
    digits: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the main navigation. ``icon`` is a name from ``static/src/icons.txt``."""

    label: str
    url: str
    icon: str
    current: bool = False
    count: int = 0  # things waiting there; 0 shows nothing
    primary: bool = True  # at most four: in the bar at the bottom of a phone too; the others stand under "Thêm"
    short: str = ""  # the label where there is little room


@dataclass(frozen=True, slots=True)
class Shell:
    """What surrounds every page of someone who is logged in; the context variable ``shell``. None: a bare page."""

    company: str
    user: str
    role: str
    nav: Sequence[NavItem]
    search_url: str
    home_url: str
    logout_url: str
    language_url: str  # Django's ``set_language``: the form posts ``language`` and ``next``
    account_url: str = ""
    keys_url: str = ""
    switch_company: Sequence[Link] = ()
    query: str = ""
    section: Sequence[NavItem] = ()  # pages beside this one: a second row under the navigation

    @property
    def more(self) -> list[NavItem]:
        return [item for item in self.nav if not item.primary]


@dataclass(frozen=True, slots=True)
class PeriodChoice:
    key: str
    label: str
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class PeriodGroup:
    """Choices of one kind: "Tháng", "Quý", "Năm"."""

    label: str
    choices: Sequence[PeriodChoice]


@dataclass(frozen=True, slots=True)
class PeriodPicker:
    """The period a page speaks of and the way to the others. ``action`` is the page; the form sends ``period=KEY``."""

    key: str
    label: str
    groups: Sequence[PeriodGroup]
    action: str = ""
    previous: str = ""
    following: str = ""


@dataclass(frozen=True, slots=True)
class PeriodState:
    """Where a period stands; "ended" is over and not yet closed.

    ``day`` of ``days`` are working days gone of the company calendar; None once ended.
    """

    label: str
    status: Literal["open", "ended", "submitted", "locked", "published"]
    day: int | None = None
    days: int | None = None

    @property
    def open(self) -> bool:
        """Nothing is final yet: no final colour may be shown."""
        return self.status in ("open", "submitted")

    @property
    def gone(self) -> float:
        """Share of the period that has passed, 0–1."""
        if self.day is None or not self.days:
            return 1.0
        return min(1.0, self.day / self.days)


@dataclass(frozen=True, slots=True)
class Freshness:
    """When a number was last heard of, from where, and by whom. ``stale``: due and not renewed."""

    at: datetime | None = None
    source: str = ""
    by: str = ""
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a "why?": ``label`` = what it is, ``formula`` with the numbers in place, ``value`` as written.

    Texts are ready in the reader's language; the tree is the engine's own trace, one node per rule applied.
    """

    label: str
    value: str
    formula: str = ""
    note: str = ""
    source: str = ""
    by: str = ""
    at: datetime | None = None
    version: str = ""
    status: Status | None = None
    children: Sequence[Step] = ()
    url: str = ""  # the "why?" of this part, for going further down


@dataclass(frozen=True, slots=True)
class WhyTree:
    """The answer to "Vì sao?" for one number. ``text`` is the same tree as plain lines, for copying."""

    title: str
    subtitle: str
    root: Step
    as_of: datetime | None = None
    url: str = ""
    links: Sequence[Link] = field(default_factory=tuple)

    @property
    def text(self) -> str:
        """Indented plain text: one step a line, formula and origin behind it."""
        lines = [f"{self.title} — {self.subtitle}"]
        pending: list[tuple[int, Step]] = [(0, self.root)]
        while pending:
            depth, step = pending.pop()
            line = "  " * depth + f"{step.label}: {step.value}"
            if step.formula:
                line += f" = {step.formula}"
            extras = [part for part in (step.note, step.source, step.by, step.version) if part]
            if extras:
                line += f"  [{'; '.join(extras)}]"
            lines.append(line)
            pending.extend((depth + 1, child) for child in reversed(step.children))
        return "\n".join(lines)
