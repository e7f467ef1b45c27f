"""What the templates of the strategy map show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.forms import Form

from tamnhin.dashboards.shapes import Link, PeriodPicker, PeriodState, Status, Unit


class Evidence(StrEnum):
    """What the numbers say to a hypothesis: how its arrow is drawn."""

    UNTESTED = "untested"  # dashed
    SUPPORTED = "supported"  # solid
    REFUTED = "refuted"  # solid with a cross


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One claim: the driver moves the outcome ``lag`` of its periods later (``delay`` in words)."""

    pk: int
    driver: str
    driver_name: str
    outcome: str
    outcome_name: str
    sign: str  # "+" or "-"
    delay: str = ""
    note: str = ""
    claimed_by: str = ""
    claimed_on: date | None = None
    evidence: Evidence = Evidence.UNTESTED
    without_data: Sequence[str] = ()  # names of the ends that have no number yet
    driver_url: str = ""
    outcome_url: str = ""


@dataclass(frozen=True, slots=True)
class ArrowRow:
    """What is claimed between two goals of the map; empty ``claims``: the one is a part of the other."""

    source: str
    target: str
    claims: Sequence[Hypothesis] = ()
    url: str = ""
    source_title: str = ""
    target_title: str = ""

    @property
    def evidence(self) -> Evidence:
        """As proven as the weakest claim: solid only when all are supported, crossed only when all are refuted."""
        said = {claim.evidence for claim in self.claims}
        return said.pop() if len(said) == 1 else Evidence.UNTESTED

    @property
    def sign(self) -> str:
        said = {claim.sign for claim in self.claims}
        return said.pop() if len(said) == 1 else ""

    @property
    def delay(self) -> str:
        said = {claim.delay for claim in self.claims}
        return said.pop() if len(said) == 1 else ""


@dataclass(frozen=True, slots=True)
class Measured:
    """A KPI of a goal, with its number in the period where there is one."""

    code: str
    name: str
    unit: Unit
    url: str = ""
    actual: float | None = None
    target: float | None = None
    percent: Decimal | None = None
    status: Status | None = None  # None: the goal's owner does not carry it
    has_data: bool = False


@dataclass(frozen=True, slots=True)
class GoalBox:
    """A goal on the map. ``with_data`` of ``kpis`` have a number in the period; ``talks``: open agreements about it."""

    pk: int
    code: str
    title: str
    lane: str  # code of its perspective, "" for none
    horizon: str  # in words
    rank: int
    owner: str
    unit: str
    state: str  # in words, "" when in force
    valid_from: date
    valid_to: date
    measured: Measured | None
    status: Status | None
    with_data: int
    kpis: int
    talks: int
    revision: int
    parent: str = ""
    unseen: bool = False  # there may be a number, and it is not for this reader
    url: str = ""  # the drawer
    page_url: str = ""  # the goal's own page


@dataclass(frozen=True, slots=True)
class Lane:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class OutlineGoal:
    box: GoalBox
    leads_to: Sequence[ArrowRow]
    driven_by: Sequence[ArrowRow]


@dataclass(frozen=True, slots=True)
class OutlineLane:
    lane: Lane
    goals: Sequence[OutlineGoal]


@dataclass(frozen=True, slots=True)
class GapGroup:
    label: str
    help: str
    gaps: Sequence[Link]
    more: int = 0  # not listed
    more_url: str = ""

    @property
    def total(self) -> int:
        return len(self.gaps) + self.more


# -- the drawing -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DrawnLane:
    name: Sequence[tuple[float, str]]  # lines with their y
    y: float
    height: float
    tinted: bool
    code: str = ""


@dataclass(frozen=True, slots=True)
class DrawnBox:
    box: GoalBox
    x: float
    y: float
    width: float
    height: float
    title: Sequence[tuple[float, str]]
    owner: str
    status: str
    icon: str
    colour: str
    data: str
    talks: str
    label: str  # what a screen reader says
    row: int = 0
    column: int = 0

    @property
    def right(self) -> float:
        """Where text ends, from the box's left edge."""
        return round(self.width - 12.0, 1)

    @property
    def talk_x(self) -> float:
        return round(self.width - 38.0, 1)


@dataclass(frozen=True, slots=True)
class DrawnArrow:
    arrow: ArrowRow
    path: str
    x: float  # of the label's middle
    y: float
    text: str
    room: float  # of the text
    label: str

    @property
    def width(self) -> float:
        """Of the tag on the arrow; a cross takes its own room."""
        return round(self.room + (18.0 if self.kind == "refuted" else 0.0), 1)

    @property
    def half(self) -> float:
        return round(self.width / 2, 1)

    @property
    def cross(self) -> float:
        """Where the cross begins, left of the text."""
        return round(5.0 - self.width / 2, 1)

    @property
    def text_x(self) -> float:
        return 8.0 if self.kind == "refuted" else 0.0

    @property
    def kind(self) -> str:
        """untested, supported, refuted, or part."""
        return self.arrow.evidence.value if self.arrow.claims else "part"


@dataclass(frozen=True, slots=True)
class Drawing:
    width: float
    height: float
    lanes: Sequence[DrawnLane]
    boxes: Sequence[DrawnBox]
    arrows: Sequence[DrawnArrow]
    icons: Mapping[str, str]  # name → shapes of the symbol
    colours: Mapping[str, str]


# -- the pages ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MapPage:
    company: str
    vision: str
    vision_url: str
    period: PeriodState
    picker: PeriodPicker
    mode: str  # "", edit, present
    scope: str
    scopes: Sequence[Link]
    drawing: Drawing | None
    outline: Sequence[OutlineLane]
    gaps: Sequence[GapGroup] = ()
    gap_count: int = 0
    can_edit: bool = False
    view_url: str = ""
    edit_url: str = ""
    present_url: str = ""
    files: Sequence[Link] = ()
    new_goal_url: str = ""
    statuses: Sequence[Status] = ()
    arrow_form: Form | None = None
    move_form: Form | None = None
    here_url: str = ""


@dataclass(frozen=True, slots=True)
class GoalDetail:
    box: GoalBox
    lane: str
    dates: str
    kpis: Sequence[Measured]
    path: Sequence[Link]
    leads_to: Sequence[ArrowRow]
    driven_by: Sequence[ArrowRow]
    period: PeriodState
    url: str = ""
    back_url: str = ""
    can_edit: bool = False


@dataclass(frozen=True, slots=True)
class ArrowDetail:
    arrow: ArrowRow
    words: str
    can_edit: bool
    url: str = ""
    back_url: str = ""
