"""The scorecard (one layout for a person, a unit and the company), the home page and the heat map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Literal

from tamnhin.dashboards.shapes.common import (
    Direction,
    Freshness,
    Link,
    OwnerKind,
    PeriodPicker,
    PeriodState,
    Status,
    Unit,
)

FlagKind = Literal[
    "partial", "target_changed", "no_data", "disputed", "guardrail", "weights_not_100", "revised", "problem"
]
HUNDRED = Decimal(100)
TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Flag:
    """A small notice on a line; the word comes from ``kind``, ``note`` says what exactly."""

    kind: FlagKind
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bullet:
    """What a bullet bar draws. ``near`` is the measure at which "near" begins; None draws no zones."""

    actual: float | None
    target: float | None
    target_to_date: float | None = None
    near: float | None = None
    direction: Direction = "higher"
    low: float | None = None  # band: [low, high]
    high: float | None = None


@dataclass(frozen=True, slots=True)
class LineRow:
    """One KPI of a scorecard.

    ``target_now`` is the target for this date (equal to ``target`` once the period has ended), ``variance`` =
    actual − target_now in the KPI's unit, ``variance_rate`` the same in % of the target (None where that has no
    meaning), ``better`` whether that is on the good side (None: exactly met, or unknown). ``raw`` is the unclamped
    %, ``counted`` the clamped one; ``contribution`` = weight × counted / 100. ``history`` holds 12–24 points, oldest
    first, None where there is no value.
    """

    code: str
    name: str
    url: str
    direction: Direction
    unit: Unit
    status: Status
    weight: Decimal
    actual: float | None = None
    target: float | None = None
    target_now: float | None = None
    variance: float | None = None
    variance_rate: float | None = None
    better: bool | None = None
    bullet: Bullet | None = None
    history: Sequence[float | None] = ()
    history_target: float | None = None
    raw: Decimal | None = None
    counted: Decimal | None = None
    contribution: Decimal | None = None
    reason: str = ""
    freshness: Freshness = field(default_factory=Freshness)
    flags: Sequence[Flag] = ()
    comment: str = ""
    comment_by: str = ""
    why_url: str = ""
    enter_url: str = ""
    perspective: str = ""
    target_low: float | None = None  # band KPIs: the range that counts as met
    target_high: float | None = None

    @property
    def capped(self) -> bool:
        """The % counted differs from the % reached: both must be shown."""
        return self.raw is not None and self.counted is not None and self.raw != self.counted

    @property
    def lost(self) -> Decimal | None:
        """Points of the weight that were not earned; None where the line is not scored."""
        return None if self.contribution is None else max(Decimal(0), self.weight - self.contribution)

    @property
    def gained(self) -> Decimal | None:
        """Points earned above the weight (scores over 100)."""
        return None if self.contribution is None else max(Decimal(0), self.contribution - self.weight)


@dataclass(frozen=True, slots=True)
class LineGroup:
    """The lines of one perspective, in the order that stays the same every period."""

    label: str
    lines: Sequence[LineRow]

    @property
    def weight(self) -> Decimal:
        return sum((line.weight for line in self.lines), Decimal(0))

    @property
    def contribution(self) -> Decimal | None:
        earned = [line.contribution for line in self.lines if line.contribution is not None]
        return sum(earned, Decimal(0)) if earned else None


@dataclass(frozen=True, slots=True)
class Loss:
    """Part of the sentence "Mất 8,2 điểm: 5,1 giao trễ". ``label`` is empty for the rest that is not named."""

    points: Decimal
    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """A published score with everything that must stand beside it.

    ``value``, ``coverage``, ``pace`` and ``to_next`` are hundredths; ``pace`` only while the period is open;
    ``revision`` 1 is the first publication.
    """

    value: Decimal | None
    state: Literal["provisional", "final", "not_rated"]
    coverage: Decimal | None = None
    pace: Decimal | None = None
    grade: str = ""
    grade_name: str = ""
    next_grade: str = ""
    to_next: Decimal | None = None
    revision: int = 1
    change: Decimal | None = None  # against the previous period
    reason: str = ""  # why not rated, or why provisional
    rank: int | None = None
    peers: int | None = None


@dataclass(frozen=True, slots=True)
class ScorePoint:
    label: str
    value: Decimal | None
    final: bool = True
    url: str = ""


@dataclass(frozen=True, slots=True)
class ChildRow:
    """A unit or a person below the owner, with its score in the same period."""

    name: str
    url: str
    kind: OwnerKind
    score: Decimal | None
    status: Status
    grade: str = ""
    coverage: Decimal | None = None
    note: str = ""
    history: Sequence[float | None] = ()


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One unit × KPI. ``text`` is the % counted or a dash; the status word is read out and shown on hover."""

    text: str
    status: Status
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class HeatRow:
    label: str
    url: str
    cells: Sequence[HeatCell | None]  # None: this unit does not carry this KPI
    score: Decimal | None = None
    status: Status = Status.NO_DATA
    depth: int = 0
    below: int = 0  # units under this one that have a map of their own, at ``below_url``
    below_url: str = ""


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Units × KPI; every row has one cell per column.

    ``units`` and ``kpis`` count also what is not shown; 0 where that is not said.
    """

    columns: Sequence[Link]
    rows: Sequence[HeatRow]
    picker: PeriodPicker | None = None
    period: PeriodState | None = None
    perspective: str = ""
    perspectives: Sequence[Link] = ()
    units: int = 0
    kpis: int = 0
    up: Link | None = None
    previous: str = ""
    following: str = ""


@dataclass(frozen=True, slots=True)
class StaleOwner:
    """Someone whose numbers are overdue."""

    name: str
    url: str
    missing: int
    since: date | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class ScorecardPage:
    """Whose, when, how much, why, and a row per KPI."""

    owner: str
    code: str
    kind: OwnerKind
    breadcrumb: Sequence[Link]  # from the vision and the company down to the owner's parent
    picker: PeriodPicker
    period: PeriodState
    score: Score
    groups: Sequence[LineGroup]
    subtitle: str = ""
    vision: str = ""
    children: Sequence[ChildRow] = ()
    history: Sequence[ScorePoint] = ()
    heatmap: HeatMap | None = None
    stale: Sequence[StaleOwner] = ()
    sort: Literal["order", "loss"] = "order"
    sort_url: str = ""  # the page in the other order
    why_url: str = ""
    ask_url: str = ""
    export_url: str = ""
    weights_total: Decimal = HUNDRED
    roll_up: str = ""  # how the score comes about: words for "by value", "weighted", …

    @property
    def lines(self) -> list[LineRow]:
        return [line for group in self.groups for line in group.lines]

    @property
    def by_loss(self) -> list[LineRow]:
        """Largest loss first; lines without a score last, in their usual order."""
        return sorted(self.lines, key=lambda line: line.lost if line.lost is not None else Decimal(-1), reverse=True)

    @property
    def lost(self) -> Decimal:
        return sum((line.lost or Decimal(0) for line in self.lines), Decimal(0))

    @property
    def gained(self) -> Decimal:
        return sum((line.gained or Decimal(0) for line in self.lines), Decimal(0))

    @property
    def unscored(self) -> Decimal:
        """Weight of the lines that have no score yet: neither lost nor won."""
        return sum((line.weight for line in self.lines if line.contribution is None), Decimal(0))

    @property
    def lost_shown(self) -> Decimal:
        return self.lost.quantize(TENTH, ROUND_HALF_UP)

    @property
    def losses(self) -> list[Loss]:
        """The three largest losses and the rest, in tenths that add up to ``lost_shown`` (largest remainder)."""
        losing = [line for line in self.by_loss if line.lost]
        named = [(line.lost or Decimal(0), line.name, line.url) for line in losing[:3]]
        rest = sum((line.lost or Decimal(0) for line in losing[3:]), Decimal(0))
        parts = [*named, (rest, "", "")] if rest else named
        shown = [points.quantize(TENTH, ROUND_FLOOR) for points, _, _ in parts]
        short = int((self.lost_shown - sum(shown, Decimal(0))) / TENTH)
        order = sorted(range(len(parts)), key=lambda index: parts[index][0] - shown[index], reverse=True)
        for index in order[:short]:
            shown[index] += TENTH
        return [Loss(points, label, url) for points, (_, label, url) in zip(shown, parts, strict=True) if points]


@dataclass(frozen=True, slots=True)
class DueItem:
    """A number that is due from the reader, oldest first on the home page."""

    kpi: str
    owner: str
    period: str
    due: date
    url: str
    overdue_days: int = 0
    last: float | None = None
    unit: Unit = field(default_factory=Unit)


@dataclass(frozen=True, slots=True)
class GoalPath:
    """One of my KPIs and the line from it up to the vision, nearest first."""

    kpi: str
    url: str
    weight: Decimal
    status: Status
    progress: Decimal | None
    path: Sequence[Link]


@dataclass(frozen=True, slots=True)
class NextStep:
    """What reaching the next round number of one KPI would add to my score."""

    text: str
    points: Decimal
    url: str


@dataclass(frozen=True, slots=True)
class HomePage:
    """What a person sees first. ``score`` is None for someone without a scorecard (an auditor, say)."""

    greeting: str
    today: date
    due: Sequence[DueItem]
    vision: str
    picker: PeriodPicker | None = None
    period: PeriodState | None = None
    score: Score | None = None
    score_url: str = ""
    why_url: str = ""
    history: Sequence[ScorePoint] = ()
    goals: Sequence[GoalPath] = ()
    next_steps: Sequence[NextStep] = ()
    teams: Sequence[ChildRow] = ()  # the units the reader leads or may see, the company first
    stale: Sequence[StaleOwner] = ()
    notes: Sequence[object] = ()  # dashboards.notes.Note
    in_sight: Sequence[object] = ()  # goals of mine that run now (selectors.goals.GoalInSight)
