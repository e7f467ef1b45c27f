"""View models of the series of one KPI, and of dividing a figure among those below."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tamnhin.dashboards.shapes import Link, Unit


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A number to type: ``text`` as it stands in the form, ``echo`` in words, ``was`` exactly as it was shown."""

    name: str
    text: str
    was: str = ""
    echo: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """One period, or (``longer``) the total of a quarter or the year. ``past`` is elapsed and cannot be written."""

    key: str
    label: str
    value: Decimal | None
    last_year: float | None
    days: int
    field: Field | None = None
    weight: Field | None = None
    longer: bool = False
    past: bool = False
    locked: bool = False
    change: float | None = None  # against last year, percent


@dataclass(frozen=True, slots=True)
class Bar:
    """One period of the drawing, in its own units: x from the left, y from the top."""

    label: str
    x: float
    end: float
    middle: float
    past_x: float
    past_y: float | None  # last year's actual
    past_height: float
    target_y: float | None
    last_year: float | None
    target: Decimal | None
    named: bool  # whether its label is written


@dataclass(frozen=True, slots=True)
class Drawing:
    width: int
    height: int
    base: float  # y of zero
    text_y: int
    bar: float  # width of a bar
    bars: Sequence[Bar]
    goal_y: float | None = None


@dataclass(frozen=True, slots=True)
class SumNote:
    """How those directly below add up to an owner's figure. ``difference`` is theirs less the owner's."""

    kpi: str
    total: Decimal
    below: Decimal
    difference: Decimal
    count: int
    unit: Unit
    url: str = ""

    @property
    def exact(self) -> bool:
        return self.difference == 0


@dataclass(frozen=True, slots=True)
class SeriesPage:
    """The series editor. ``editable``: the reader may write it now; ``may_change``: begin a change of what holds."""

    pk: int
    code: str
    kpi: str
    owner: str
    plan_url: str
    card_url: str
    cascade_url: str
    word: str
    stage: str
    state: str
    first: datetime.date
    last: datetime.date
    unit: Unit
    additive: bool
    aggregation: str
    revision: int
    post: str
    editable: bool
    may_change: bool
    change_first: datetime.date | None
    open_url: str  # of the owner's open scorecard, where this one is not it
    ways: Sequence[Choice]
    steps: Sequence[Choice]
    way: str
    keep_total: bool
    total: Field
    rate: Field
    baseline: Field
    rows: Sequence[SeriesRow]
    value: Decimal | None
    year: Decimal | None  # with what has elapsed, where that differs
    elapsed: Decimal | None
    last_year: float | None
    last_year_gaps: int
    goal: Decimal | None
    goal_title: str
    goal_gap: Decimal | None
    drawing: Drawing | None
    notes: Sequence[SumNote]
    trail: Sequence[Link]
    dirty: bool = False
    errors: Sequence[str] = ()
    reason: str = ""
    conflict: Sequence[tuple[str, Decimal | None, Decimal | None]] = ()  # period, theirs, mine
    by: str = ""


@dataclass(frozen=True, slots=True)
class CascadeRow:
    """One of those below. ``why`` says why it cannot be written here; its figure counts all the same."""

    owner_id: int
    name: str
    about: str  # position, or that it is a unit
    card_url: str
    takes: bool
    carries: bool
    why: str
    last_year: float | None
    share: Decimal | None  # of last year's, percent
    heads: int
    current: Decimal | None
    figure: Field
    percent: Field
    value: Decimal | None
    difference: Decimal | None
    locked: bool
    revision: str
    down_url: str = ""


@dataclass(frozen=True, slots=True)
class CascadePage:
    """A figure over those directly below its owner."""

    owner: str
    owner_code: str
    kpi: str
    code: str
    unit: Unit
    additive: bool
    first: datetime.date
    last: datetime.date
    times: Sequence[tuple[str, str, bool]]  # words, address, shown now; empty where a draft says it
    total: Decimal | None
    total_plain: str  # in a hidden field
    total_url: str
    is_draft: bool  # the unit's figure is that of its draft
    matrix_url: str
    methods: Sequence[Choice]
    method: str
    profiles: Sequence[Choice]
    steps: Sequence[Choice]
    rows: Sequence[CascadeRow]
    below: Decimal | None
    difference: Decimal | None
    last_year: float | None
    taking: int
    to_change: int  # scorecards in force among those taking: a change of them needs a reason
    up_url: str
    trail: Sequence[Link]
    reason: str = ""
    errors: Sequence[str] = ()
    dirty: bool = False

    @property
    def exact(self) -> bool:
        return self.difference == 0
