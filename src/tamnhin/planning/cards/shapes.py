"""What the pages of cards show. Frozen, plain values; ``url`` "" means that the reader may not go there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tamnhin.dashboards.shapes import Direction, Link
from tamnhin.planning.cards.forms import CardForm, HandOverForm, LinkForm


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a version against the one before."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class VersionRow:
    number: int
    since: date | None  # None: from ever
    written_at: datetime
    by: str
    reason: str
    changes: Sequence[Change]
    current: bool
    coming: bool


@dataclass(frozen=True, slots=True)
class LinkRow:
    pk: int
    code: str
    name: str
    url: str
    sign: str
    lag: int
    note: str
    by: str
    on: date | None
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class UserRow:
    """An owner whose scorecard has a line of the KPI."""

    name: str
    url: str
    kind: str
    weight: str
    until: date | None


@dataclass(frozen=True, slots=True)
class Twin:
    """A KPI that may be the same; ``reason`` in the reader's words."""

    code: str
    name: str
    url: str
    reason: str


@dataclass(frozen=True, slots=True)
class CardPage:
    code: str
    name: str
    direction: Direction
    status: str  # draft, active, retired
    status_reason: str
    revision: int
    purpose: str
    facts: Sequence[Fact]
    formula: str
    definition: str
    inclusions: str
    exclusions: str
    people: Sequence[Fact]
    classes: Sequence[Fact]
    drives: Sequence[LinkRow]
    driven: Sequence[LinkRow]
    users: Sequence[UserRow]
    user_count: int
    goals: Sequence[Link]
    versions: Sequence[VersionRow]
    missing: Sequence[str]  # what stands between a draft and being active
    gone: Sequence[str]  # owner or deputy who has left
    review_passed: date | None
    unlinked: bool  # tactical, and claimed to drive nothing
    unclassified: bool
    library_url: str
    numbers_url: str
    may_change: bool
    may_describe: bool
    may_keep: bool  # as an entry of the company's library


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that another has changed while this one was open."""

    label: str
    before: str
    theirs: str
    mine: str
    taken: bool  # theirs was taken over, since this writer had not touched it


@dataclass(frozen=True, slots=True)
class EditPage:
    title: str
    form: CardForm
    action: str
    back: Link
    status: str = ""
    differences: Sequence[Difference] = ()
    twins: Sequence[Twin] = ()
    asked_twice: bool = False  # the twins were shown, and the next save goes ahead
    intro: str = ""
    extra: object = None  # what the page of the library adds


@dataclass(frozen=True, slots=True)
class HandOverPage:
    code: str
    name: str
    form: HandOverForm
    gone: Sequence[str]


@dataclass(frozen=True, slots=True)
class LinksPage:
    code: str
    name: str
    drives: Sequence[LinkRow]
    driven: Sequence[LinkRow]
    form: LinkForm | None
    proposed: Sequence[Link]


@dataclass(frozen=True, slots=True)
class CheckPage:
    """What is said while a card is written: about the formula, and about KPIs that may be the same."""

    formula_ok: bool
    formula: str
    before: str  # the formula up to the fault, the fault, and what follows
    fault: str
    after: str
    faults: Sequence[str]
    warnings: Sequence[str]
    twins: Sequence[Twin]
