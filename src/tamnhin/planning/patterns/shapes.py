"""What the pages of templates show."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tamnhin.dashboards.shapes import Link, Unit
from tamnhin.planning.assign.shapes import Choice, Term
from tamnhin.planning.cards.balance import BalanceNote


@dataclass(frozen=True, slots=True)
class TemplateRow:
    name: str
    code: str
    url: str
    for_whom: str
    kpis: int
    total: Decimal
    version: int
    current: int  # people whose scorecard is of the newest version
    older: int
    older_url: str
    archived: bool

    @property
    def full(self) -> bool:
        return self.total == 100


@dataclass(frozen=True, slots=True)
class ListPage:
    rows: Sequence[TemplateRow]
    away: int  # put away
    shows_away: bool
    other_url: str  # with, or without, those put away
    new_url: str
    runs: Sequence[RunRow] = ()


@dataclass(frozen=True, slots=True)
class RunRow:
    name: str
    url: str
    by: str
    at: datetime.datetime
    status: str
    word: str
    made: int
    total: int


@dataclass(slots=True)
class PatternLine:
    """A line of the editor, as stored or as typed."""

    key: str
    code: str
    name: str
    url: str
    unit: Unit
    weight: str
    total: str
    weight_value: Decimal
    total_value: float | None
    method: str
    method_word: str
    methods: Sequence[Choice]
    profiles: Sequence[Choice]
    profile_word: str
    goals: Sequence[Choice]
    goal: str
    terms: Sequence[Term]
    terms_text: str
    flags: Sequence[tuple[str, str]]
    errors: Sequence[str]
    removed: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """A KPI that two versions do not say the same of; ``before`` or ``after`` empty: not on that one."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class VersionRow:
    number: int
    url: str
    shown: bool
    by: str = ""
    at: datetime.datetime | None = None


@dataclass(slots=True)
class EditPage:
    """``code`` empty: a new template. ``unsaved``: lines stand in the form that are not stored."""

    title: str
    code: str
    action: str
    revision: int
    version: int
    values: Mapping[str, str]  # code, name, position, unit, level as they stand in the form
    lines: Sequence[PatternLine]
    total: Decimal
    missing: Decimal
    editable: bool
    archived: bool = False
    errors: Sequence[str] = ()
    field_errors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    unsaved: bool = False
    conflict: Sequence[Difference] = ()
    units: Sequence[Choice] = ()
    levels: Sequence[Choice] = ()
    needs_unit: bool = False
    kpis: Sequence[Choice] = ()
    sources: Sequence[Choice] = ()
    source: str = ""
    for_whom: str = ""
    may_archive: bool = False
    give_url: str = ""
    older: int = 0
    older_url: str = ""
    current: int = 0
    versions: Sequence[VersionRow] = ()
    compared: tuple[int, int] | None = None
    differences: Sequence[Difference] = ()
    shown_version: int | None = None  # an older one is looked at
    balance: BalanceNote | None = None
    runs: Sequence[RunRow] = ()

    @property
    def over(self) -> Decimal:
        return -self.missing


@dataclass(frozen=True, slots=True)
class ClashRow:
    kpi: str
    part: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class GiveRow:
    code: str
    name: str
    url: str
    where: str
    step: str
    word: str
    has: str
    gets: Sequence[str]
    notes: Sequence[str]
    clashes: Sequence[ClashRow]
    writes: bool
    chosen: bool
    total: Decimal | None = None  # of the weights, where they would not be 100


@dataclass(frozen=True, slots=True)
class Tally:
    step: str
    word: str
    count: int
    shown: bool


@dataclass(slots=True)
class GivePage:
    title: str
    name: str
    template_url: str
    action: str
    version: int
    for_whom: str
    older_only: bool
    first: str
    last: str
    reason: str
    propose: bool
    times: Sequence[Choice]
    rows: Sequence[GiveRow]
    tallies: Sequence[Tally]
    step: str
    page: int
    pages: int
    found: int  # after the step asked for
    people: int
    out: Sequence[str]  # codes left out that are not on this page
    writing: int
    needs_reason: bool
    mid_time: bool
    may_give: bool
    blocked: str = ""
    errors: Sequence[str] = ()
    field_errors: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ItemRow:
    name: str
    url: str
    outcome: str
    word: str
    texts: Sequence[str]


@dataclass(frozen=True, slots=True)
class RunPage:
    name: str
    template: Link
    state: str
    word: str
    poll_url: str
    action: str
    by: str
    at: datetime.datetime
    first: datetime.date
    last: datetime.date | None
    version: int
    reason: str
    percent: int
    total: int
    done: int
    made: int
    proposed: int
    nothing: int
    skipped: int
    told: Sequence[ItemRow]
    told_total: int
    drafts: Sequence[Link]
    drafts_total: int
    resumes: bool
    fault: str
