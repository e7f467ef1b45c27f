"""View models of giving scorecards: plain values that templates show."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from tamnhin.dashboards.shapes import Link, Unit

Stage = Literal["none", "active", "draft", "waiting", "agreed"]


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit with its people: how many have agreed, are being asked, are being written, have nothing."""

    name: str
    depth: int
    url: str
    head: str
    people: int  # in it directly; sub-units count as members too
    members: int
    settled: int  # in force and nothing open, or agreed
    waiting: int
    drafts: int
    none: int


@dataclass(frozen=True, slots=True)
class Landing:
    units: Sequence[UnitRow]
    missing: Sequence[Link]  # people without a scorecard, the first of them
    missing_total: int
    total: int  # people the reader may assign
    mine: Mine | None
    may_assign: bool


@dataclass(frozen=True, slots=True)
class Mine:
    """The reader's own scorecard: where it stands, and the next step."""

    name: str
    stage: Stage
    word: str
    url: str  # the open or active plan; empty: there is none yet
    new_url: str


@dataclass(frozen=True, slots=True)
class TimeChoice:
    """One way to say from when: ``url`` of the same page with it."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class GridPage:
    """``data`` goes into the page as JSON for matrix.js; ``rows`` are for a browser without scripts."""

    title: str
    unit_url: str
    trail: Sequence[Link]
    view: Literal["weight", "target"]
    weight_url: str
    target_url: str
    times: Sequence[TimeChoice]
    first: datetime.date
    last: datetime.date | None
    rows: Sequence[GridRow]
    data: dict[str, Any]
    propose_url: str
    templates_url: str
    may_write: bool
    drafts: int


@dataclass(frozen=True, slots=True)
class GridRow:
    """One owner. ``total`` of the weights; ``note`` says why the row cannot be edited here."""

    name: str
    position: str
    url: str
    stage: Stage
    word: str
    total: Decimal
    note: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One draft before it is proposed. ``problems`` keep it from being; ``asks`` are those who will be told."""

    pk: int
    name: str
    url: str
    total: Decimal
    kpis: int
    change: bool
    reason: str
    revision: int
    problems: Sequence[str]
    asks: Sequence[str]
    chosen: bool = True


@dataclass(frozen=True, slots=True)
class ProposePage:
    title: str
    back_url: str
    action: str
    ready: Sequence[Candidate]
    faulty: Sequence[Candidate]
    elsewhere: Sequence[Link]  # owners whose proposal is open already
    told: Sequence[tuple[str, int]]  # who will be asked, and about how many
    needs_reason: bool
    effect_url: str
    reason: str = ""
    note: str = ""
    errors: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One line of a scorecard, as it is and as somebody typed it. ``before``: what is in force."""

    key: str  # of its form fields
    kpi_id: int
    code: str
    name: str
    url: str
    unit: Unit
    weight: str  # as in the form
    total: str
    weight_value: Decimal | None
    total_value: float | None
    weight_before: Decimal | None
    total_before: float | None
    method: str
    method_word: str
    methods: Sequence[Choice]
    goals: Sequence[Choice]
    goal: str
    path: Sequence[str]  # from the goal up to the vision
    note: str
    post: str
    posts: Sequence[Choice]
    terms: Sequence[Term]
    targets_url: str
    flags: Sequence[tuple[str, str]] = ()  # icon, words
    errors: Sequence[str] = ()
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    name: str
    label: str
    value: str
    hint: str = ""
    choices: Sequence[Choice] = ()


@dataclass(frozen=True, slots=True)
class PlanPage:
    """One assignment. ``editable``: the reader may change its lines now."""

    pk: int
    owner: str
    owner_url: str
    owner_code: str
    kind: str
    is_change: bool
    state: str
    stage: Stage
    word: str
    revision: int
    first: datetime.date
    last: datetime.date | None
    reason: str
    lines: Sequence[PlanLine]
    gone: Sequence[tuple[str, str]]  # in force and no more on this one: name, what it was
    total: Decimal
    missing: Decimal  # to 100; negative: over
    editable: bool
    may_withdraw: bool
    may_activate: bool
    may_answer: bool
    agreement_pk: int | None
    agreement_revision: int
    timeline: Any
    problems: Sequence[str]
    gates: Sequence[str]
    kpis: Sequence[Choice]
    sources: Sequence[Choice]
    changed_by: str
    changed_at: datetime.datetime | None
    in_force_url: str
    vision: str
    errors: Sequence[str] = ()
    conflict: Sequence[tuple[str, str, str]] = ()  # KPI, theirs, mine
    trail: Sequence[Link] = ()
    note: str = ""  # as it was typed
    asks: Sequence[str] = ()  # who would be asked, in turn
    balance: Any = None  # of planning/cards/balance_note.html
    sums: Sequence[Any] = ()  # of planning/targets/sum_note.html

    @property
    def over(self) -> Decimal:
        """How much above 100."""
        return -self.missing


@dataclass(frozen=True, slots=True)
class EffectLine:
    name: str
    weight_before: float | None
    weight_after: float | None
    score_before: float | None
    score_after: float | None
    contribution_before: float | None
    contribution_after: float | None


@dataclass(frozen=True, slots=True)
class Effect:
    """One owner in one period, in points of 100."""

    owner: str
    period: str
    is_open: bool
    before: Decimal | None
    after: Decimal | None
    change: Decimal | None
    lines: Sequence[EffectLine]


@dataclass(frozen=True, slots=True)
class EffectPage:
    """``count``: how many scorecards are taken together."""

    title: str
    count: int
    back_url: str
    effects: Sequence[Effect]
    above: Sequence[Effect]


@dataclass(frozen=True, slots=True)
class NewPage:
    """Starting a scorecard: whose, and from when."""

    owner: str
    action: str
    times: Sequence[Choice]
    first: str
    last: str
    error: str = ""
