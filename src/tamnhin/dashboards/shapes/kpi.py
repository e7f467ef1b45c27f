"""The page of one KPI for one owner, the list of KPIs, and entering a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
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
from tamnhin.dashboards.shapes.scorecard import LineRow


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """One period of the chart, oldest first. ``open`` points are drawn hollow."""

    label: str
    actual: float | None
    target: float | None = None
    last_year: float | None = None
    open: bool = False
    event: str = ""  # what happened in this period: a new target, a new formula, an action


@dataclass(frozen=True, slots=True)
class DefinitionItem:
    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class KpiVersionRow:
    version: str
    since: date
    changed: str
    by: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class KpiOwnerRow:
    """Another owner of the same KPI in the same period."""

    name: str
    url: str
    kind: OwnerKind
    actual: float | None
    target: float | None
    counted: Decimal | None
    status: Status


@dataclass(frozen=True, slots=True)
class KpiLink:
    """A KPI that drives this one, or that this one drives. ``sign`` + or −, ``lag`` in periods."""

    name: str
    url: str
    sign: Literal["+", "-"]
    lag: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class MeasurementRow:
    """One entry of the history, newest first; a correction is a row of its own with the next revision."""

    period: str
    value: float | None
    state: str
    at: datetime | None
    by: str
    source: str
    revision: int = 1
    note: str = ""
    replaced: bool = False
    numerator: float | None = None
    denominator: float | None = None


@dataclass(frozen=True, slots=True)
class KpiPage:
    """``line`` is the scorecard line of this owner in this period; None when the owner does not carry the KPI."""

    code: str
    name: str
    purpose: str
    direction: Direction
    unit: Unit
    owner: str
    owner_url: str
    breadcrumb: Sequence[Link]
    picker: PeriodPicker
    period: PeriodState
    line: LineRow | None
    chart: Sequence[ChartPoint]
    definition: Sequence[DefinitionItem]
    url: str = ""
    versions: Sequence[KpiVersionRow] = ()
    drivers: Sequence[KpiLink] = ()
    driven: Sequence[KpiLink] = ()
    owners: Sequence[KpiOwnerRow] = ()
    history: Sequence[MeasurementRow] = ()
    why_url: str = ""
    enter_url: str = ""
    export_url: str = ""
    card_url: str = ""  # what the KPI is, who answers for it
    unlinked: bool = False  # tactical, and not said to drive anything

    @property
    def chart_data(self) -> dict[str, object]:
        """What the chart script reads, as plain JSON: parallel lists over the periods."""
        return {
            "labels": [point.label for point in self.chart],
            "actual": [point.actual for point in self.chart],
            "target": [point.target for point in self.chart],
            "lastYear": [point.last_year for point in self.chart],
            "open": [point.open for point in self.chart],
            "events": [point.event for point in self.chart],
            "unit": {"symbol": self.unit.symbol, "kind": self.unit.kind, "digits": self.unit.digits},
        }


@dataclass(frozen=True, slots=True)
class KpiListRow:
    code: str
    name: str
    url: str
    direction: Direction
    unit: Unit
    perspective: str
    frequency: str
    classes: Sequence[str]  # words of the four axes: strategic, leading, …
    owners: int
    freshness: Freshness = field(default_factory=Freshness)
    note: str = ""
    card_url: str = ""


@dataclass(frozen=True, slots=True)
class KpiList:
    rows: Sequence[KpiListRow]
    total: int
    query: str = ""
    filters: Sequence[Link] = ()  # label, url; ``note`` "current" marks the chosen one
    balance: Sequence[tuple[str, int, str, int]] = ()  # (leading, 12, lagging, 20): the balance of an axis
    more_url: str = ""
    library_url: str = ""
    balance_url: str = ""
    new_url: str = ""  # for who may write a KPI


@dataclass(frozen=True, slots=True)
class EntryItem:
    """One number to give. ``text`` is what stands in the field; ``echo`` how it was read; ``error`` what is wrong."""

    key: str  # names the fields: ``value-KEY``, ``note-KEY``, ``state-KEY``
    kpi: str
    code: str
    owner: str
    period: str
    unit: Unit
    due: date
    url: str  # where this item alone is posted (htmx)
    kpi_url: str = ""
    ratio: bool = False  # asks for numerator and denominator
    numerator_label: str = ""
    denominator_label: str = ""
    numerator_text: str = ""
    denominator_text: str = ""
    text: str = ""
    previous_text: str = ""  # the last value as it would be typed, for "no change"
    echo: str = ""
    error: str = ""
    last: Sequence[tuple[str, float | None]] = ()  # the last four: period, value
    target: float | None = None
    automatic: bool = False
    source: str = ""
    note: str = ""
    ask_cause: str = ""  # why a cause is asked for; empty asks nothing
    saved_at: datetime | None = None
    overdue_days: int = 0
    effect: str = ""  # "Điểm tháng: 91,20 → 92,05"
    can_enter: bool = True
    state: Literal["value", "not_applicable", "exempt", "no_data"] = "no_data"
    reason: str = ""
    weighted: bool = False  # asks for the quantity that the value is weighted by
    weight_text: str = ""
    revision: int = 0  # of the value that stands here: another's entry in between is noticed by it


@dataclass(frozen=True, slots=True)
class EntryForm:
    """Only what is due from me, oldest first. The page is one plain form; each item also saves alone."""

    items: Sequence[EntryItem]
    action: str
    echo_url: str  # GET text → how it is read, as a fragment
    done: int = 0
    picker: PeriodPicker | None = None
    owner: str = ""
    all_url: str = ""
    waiting: int = 0  # how many there are in all, when only the oldest are listed
    owed: int = 0  # of these, past their period; the others belong to the period that is open
    mine_owed: int = 0  # the reader's own that are owed, whoever's are listed
    owners: Sequence[Link] = ()  # whose numbers wait; ``note`` "current" marks the chosen one

    @property
    def total(self) -> int:
        return max(self.waiting, len(self.items))

    @property
    def current(self) -> int:
        """Of the period that is open: not owed yet."""
        return max(0, self.total - self.owed)
