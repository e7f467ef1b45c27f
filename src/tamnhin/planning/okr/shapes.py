"""What the pages of objectives show. Scores are ``Decimal`` from 0 to 1 in hundredths; None is "no number", never 0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from tamnhin.dashboards.shapes import Link, PeriodPicker, Unit
from tamnhin.okr.grading import Band, Trust, band_of

WORDS = {
    ("aspirational", Band.LOW): noop("còn xa"),
    ("aspirational", Band.MIDDLE): noop("có tiến bộ"),
    ("aspirational", Band.HIGH): noop("tốt"),
    ("aspirational", Band.FULL): noop("trọn vẹn"),
    ("committed", Band.LOW): noop("còn xa"),
    ("committed", Band.MIDDLE): noop("còn thiếu"),
    ("committed", Band.HIGH): noop("gần đủ"),
    ("committed", Band.FULL): noop("đủ"),
}
TONES = {
    ("aspirational", Band.LOW): "bad",
    ("aspirational", Band.MIDDLE): "warn",
    ("aspirational", Band.HIGH): "good",
    ("aspirational", Band.FULL): "good",
    ("committed", Band.LOW): "bad",
    ("committed", Band.MIDDLE): "warn",
    ("committed", Band.HIGH): "warn",
    ("committed", Band.FULL): "good",
}
TRUST_WORDS = {Trust.LOW: noop("khó tới"), Trust.MIDDLE: noop("chưa chắc"), Trust.HIGH: noop("tin sẽ tới")}
LINE_WIDTH, LINE_HEIGHT = 80, 20
TRUST_TONES = {Trust.LOW: "bad", Trust.MIDDLE: "warn", Trust.HIGH: "good"}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it has come: ``value`` 0–1, its word and tone. Under way the tone is neutral: nothing is decided yet."""

    value: Decimal | None = None
    word: str = ""
    tone: str = "none"
    counted: int = 0
    total: int = 0

    @property
    def partial(self) -> bool:
        return 0 < self.counted < self.total

    @property
    def share(self) -> float:
        return float(self.value or 0)


def progress_of(hundredths: int | None, kind: str, *, final: bool, counted: int = 1, total: int = 1) -> Progress:
    """``kind`` is that of the objective: 0.7 is good where more was never promised."""
    if hundredths is None:
        return Progress(counted=0, total=total)
    band = band_of(hundredths)
    tone = TONES[kind, band] if final else "open"
    return Progress(Decimal(hundredths).scaleb(-2), _(WORDS[kind, band]), tone, counted, total)


@dataclass(frozen=True, slots=True)
class Confidence:
    """``value`` 1–10 (one decimal for a mean), its word and tone, and the weeks of the period up to now."""

    value: Decimal | None = None
    word: str = ""
    tone: str = "none"
    trend: Sequence[float | None] = ()

    @property
    def runs(self) -> list[str]:
        """The weeks as points of a drawing 80 × 20 on the whole scale from 1 to 10, broken where nobody reported.

        Half a point up or down must not look like a cliff, as it would on a scale of its own.
        """
        step = (LINE_WIDTH - 6) / max(1, len(self.trend) - 1)
        runs: list[list[str]] = [[]]
        for place, value in enumerate(self.trend):
            if value is None:
                runs.append([])
            else:
                runs[-1].append(f"{3 + step * place:.1f},{LINE_HEIGHT - 3 - (value - 1) / 9 * (LINE_HEIGHT - 6):.1f}")
        return [" ".join(run) for run in runs if run]


@dataclass(frozen=True, slots=True)
class Weekly:
    """Who has reported this week: ``done`` of ``total`` key results; ``waiting`` names who has not."""

    done: int = 0
    total: int = 0
    waiting: Sequence[str] = ()

    @property
    def complete(self) -> bool:
        return self.done >= self.total


@dataclass(frozen=True, slots=True)
class ObjectiveRow:
    """One line of the tree of objectives."""

    pk: int
    title: str
    url: str
    owner: str
    depth: int
    period: str  # "" when it is the one that the page shows
    status: str
    status_word: str
    kind_word: str
    progress: Progress
    confidence: Confidence
    weekly: Weekly
    like_kpi: bool
    private: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who has not reported this week yet, and where."""

    name: str
    count: int
    objectives: Sequence[Link]


@dataclass(frozen=True, slots=True)
class OkrList:
    picker: PeriodPicker
    filters: Sequence[Link]  # note "current" for the chosen one
    units: Sequence[Link]
    rows: Sequence[ObjectiveRow]
    total: int
    week: str
    weekly: Weekly
    waiting: Sequence[Waiting]
    my_url: str  # my report of this week; "" when nothing is asked of me
    my_due: int
    new_url: str
    explain_url: str
    period: str
    gone: Decimal  # percent of the period's days


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A key result with its numbers. ``hidden``: they are a KPI's whose owner the reader may not see."""

    pk: int
    title: str
    direction: str
    unit: Unit
    baseline: float | None
    target: float | None
    value: float | None
    hidden: bool
    progress: Progress
    confidence: Confidence
    carrier: str
    kpi: str
    kpi_of: str
    kpi_url: str
    missing: str  # why there is no number
    said: str
    said_by: str
    said_at: datetime | None
    reported: bool
    grade: Progress | None = None
    computed: Decimal | None = None
    reflection: str = ""
    as_kpi_url: str = ""  # where it becomes a KPI; "" for who may not write one


@dataclass(frozen=True, slots=True)
class SaidCell:
    """What was said of one key result in one week."""

    result: str
    value: float | None
    unit: Unit
    confidence: int
    word: str
    tone: str
    note: str


@dataclass(frozen=True, slots=True)
class SaidWeek:
    """One week of the history: a cell for each key result of the page, None where nothing was said."""

    week: str
    by: str
    at: datetime
    cells: Sequence[SaidCell | None]


@dataclass(frozen=True, slots=True)
class EventRow:
    word: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AdviceNote:
    """``verdict``: leaning or kpi; with the reasons in words."""

    verdict: str
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class ObjectivePage:
    pk: int
    title: str
    why: str
    owner: str
    owner_url: str
    breadcrumb: Sequence[Link]
    period: str
    period_state: str  # before, open, over
    gone: Decimal
    status: str
    status_word: str
    kind: str
    kind_word: str
    origin_word: str
    expected: int
    pay_tied: bool
    public: bool
    goal: Link | None
    progress: Progress
    graded: Progress | None
    reflection: str
    confidence: Confidence
    weekly: Weekly
    week: str
    results: Sequence[ResultRow]
    children: Sequence[ObjectiveRow]
    history: Sequence[SaidWeek]  # newest first
    earlier: Sequence[SaidWeek]
    events: Sequence[EventRow]
    advice: AdviceNote | None
    revision: int
    edit_url: str
    act_url: str
    grade_url: str
    report_url: str
    list_url: str
    new_child_url: str
    kpi_new_url: str
    library_url: str
    explain_url: str
    errors: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ReportItem:
    """A key result to report on. ``last``: (week, value, confidence) of earlier weeks, oldest first."""

    key: int
    title: str
    objective: str
    objective_url: str
    owner: str
    unit: Unit
    baseline: float | None
    target: float | None
    automatic: bool
    value: float | None  # of the KPI, or the last one said
    hidden: bool
    kpi_url: str
    last: Sequence[tuple[str, float | None, int]]
    text: str
    confidence: str
    note: str
    seen: int
    previous_text: str
    reported: bool
    progress: Progress
    errors: Sequence[tuple[str, str]] = ()  # field, what to do

    @property
    def value_errors(self) -> list[str]:
        return [text for name, text in self.errors if name != "confidence"]

    @property
    def confidence_errors(self) -> list[str]:
        return [text for name, text in self.errors if name == "confidence"]


@dataclass(frozen=True, slots=True)
class ReportPage:
    title: str
    action: str
    back_url: str
    week: str
    week_label: str
    other_url: str
    other_label: str
    items: Sequence[ReportItem]
    echo_url: str
    errors: Sequence[str]
    done: int


@dataclass(frozen=True, slots=True)
class GradeItem:
    """A key result to grade: what the rule gives, and what stands in the fields."""

    key: int
    title: str
    computed: Decimal | None
    detail: str
    score: str
    reflection: str
    errors: Sequence[tuple[str, str]] = ()

    @property
    def score_errors(self) -> list[str]:
        return [text for name, text in self.errors if name == "score"]

    @property
    def reflection_errors(self) -> list[str]:
        return [text for name, text in self.errors if name == "reflection"]


@dataclass(frozen=True, slots=True)
class GradePage:
    title: str
    url: str
    action: str
    kind: str
    kind_word: str
    period: str
    over: bool
    mean: Progress
    items: Sequence[GradeItem]
    reflection: str
    reflection_errors: Sequence[str]
    errors: Sequence[str]
    revision: int


@dataclass(frozen=True, slots=True)
class LikeKpi:
    """An objective that works as a KPI, with the reasons."""

    title: str
    url: str
    owner: str
    advice: AdviceNote


@dataclass(frozen=True, slots=True)
class ExplainPage:
    objectives: int
    kpis: int
    period: str
    like_kpi: Sequence[LikeKpi]
    okr_url: str
    kpi_url: str
    new_url: str
    kpi_new_url: str
    library_url: str
