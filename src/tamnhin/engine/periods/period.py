"""One period: its key, its days, its neighbours and the shorter periods inside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from tamnhin.engine.periods.fiscal import KINDS, MONTHS, Kind, check_start, fiscal_month, fiscal_year, ordinal

_MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """One period. ``end`` is its last day, inclusive. Ordered by its first day, then the shorter one first."""

    key: str
    kind: Kind
    start: date
    end: date
    fiscal: bool = False

    @property
    def days(self) -> int:
        """Calendar days, both ends included."""
        return (self.end - self.start).days + 1

    @property
    def first(self) -> int:
        """The ordinal of the first day."""
        return ordinal(self.start)

    @property
    def last(self) -> int:
        """The ordinal of the last day."""
        return ordinal(self.end)

    @property
    def fiscal_year_start(self) -> int:
        """The start month its key was read with; 1 for a calendar period."""
        if not self.fiscal:
            return 1
        return (self.start.month - 1 - (self.number - 1) * MONTHS[self.kind]) % 12 + 1

    @property
    def number(self) -> int:
        """Its place within the year: half, quarter, month or week number, day of the month; 1 for a year."""
        return 1 if self.kind == "year" else int(self.key.rpartition("-")[2].lstrip("HQMW"))

    @property
    def year(self) -> int:
        """The year in its key: the ISO year of a week, the starting year of a fiscal period."""
        return int(self.key.removeprefix("FY")[:4])

    def __lt__(self, other: Period) -> bool:
        return (self.start, self.end, self.key) < (other.start, other.end, other.key)

    def __le__(self, other: Period) -> bool:
        return self == other or self < other

    def __gt__(self, other: Period) -> bool:
        return other < self

    def __ge__(self, other: Period) -> bool:
        return other <= self

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.start <= day <= self.end

    def title(self, language: str) -> str:
        """What a person reads: ``03/2026`` or ``Mar 2026``, ``Quý 1/2026`` or ``Q1 2026``. ``language``: vi or en."""
        return _vietnamese(self) if language == "vi" else _english(self)


def _vietnamese(period: Period) -> str:
    year, number = period.year, period.number
    if period.fiscal:
        whole = f"năm tài chính {year}"
        return {
            "year": f"Năm tài chính {year}",
            "half": f"6 tháng {'đầu' if number == 1 else 'cuối'} {whole}",
            "quarter": f"Quý {number} {whole}",
            "month": f"Tháng {number} {whole} ({period.start:%m/%Y})",
        }[period.kind]
    return {
        "year": f"Năm {year}",
        "half": f"6 tháng {'đầu' if number == 1 else 'cuối'} năm {year}",
        "quarter": f"Quý {number}/{year}",
        "month": f"{number:02d}/{year}",
        "week": f"Tuần {number}/{year}",
        "day": f"{period.start:%d/%m/%Y}",
    }[period.kind]


def _english(period: Period) -> str:
    year, number = period.year, period.number
    month = f"{_MONTH_NAMES[period.start.month - 1]} {period.start.year}"
    if period.fiscal:
        return {
            "year": f"FY{year}",
            "half": f"H{number} FY{year}",
            "quarter": f"Q{number} FY{year}",
            "month": f"M{number} FY{year} ({month})",
        }[period.kind]
    return {
        "year": f"{year}",
        "half": f"H{number} {year}",
        "quarter": f"Q{number} {year}",
        "month": month,
        "week": f"Week {number}, {year}",
        "day": f"{period.start.day} {month}",
    }[period.kind]


def day_period(day: date) -> Period:
    return Period(day.isoformat(), "day", day, day)


def week_period(day: date) -> Period:
    """The ISO week (ISO 8601) that holds the day."""
    year, week, weekday = day.isocalendar()
    monday = day - timedelta(days=weekday - 1)
    return Period(f"{year:04d}-W{week:02d}", "week", monday, monday + timedelta(days=6))


def months_period(kind: Kind, year: int, number: int, fiscal_year_start: int, *, fiscal: bool) -> Period:
    """A period of whole months: the ``number``-th of its kind in the (fiscal) year."""
    length = MONTHS[kind]
    first = year * 12 + (fiscal_year_start if fiscal else 1) - 1 + (number - 1) * length
    start = date(first // 12, first % 12 + 1, 1)
    after = first + length
    end = date(after // 12, after % 12 + 1, 1) - _DAY
    head = f"FY{year:04d}" if fiscal else f"{year:04d}"
    tail = {
        "year": "",
        "half": f"-H{number}",
        "quarter": f"-Q{number}",
        "month": f"-M{number:02d}" if fiscal else f"-{number:02d}",
    }[kind]
    return Period(head + tail, kind, start, end, fiscal)


def containing(day: date, kind: Kind, fiscal_year_start: int = 1) -> Period:
    """The period of a kind that holds the day.

    Quarters, halves and years are fiscal ones (``FY2025-Q4``) when the fiscal year does not start in January; months,
    weeks and days always have calendar keys.
    """
    check_start(fiscal_year_start)
    if kind == "day":
        return day_period(day)
    if kind == "week":
        return week_period(day)
    if kind == "month":
        return months_period("month", day.year, day.month, 1, fiscal=False)
    return _months_containing(day, kind, fiscal_year_start, fiscal=fiscal_year_start != 1)


def _months_containing(day: date, kind: Kind, fiscal_year_start: int, *, fiscal: bool) -> Period:
    start = fiscal_year_start if fiscal else 1
    number = (fiscal_month(day, start) - 1) // MONTHS[kind] + 1
    return months_period(kind, fiscal_year(day, start), number, start, fiscal=fiscal)


def _same_sort(period: Period, day: date) -> Period:
    """The period like this one (kind, fiscal or not) that holds the day."""
    if period.kind == "day":
        return day_period(day)
    if period.kind == "week":
        return week_period(day)
    return _months_containing(day, period.kind, period.fiscal_year_start, fiscal=period.fiscal)


def previous(period: Period) -> Period:
    """The period of the same sort that ends the day before this one starts."""
    return _same_sort(period, period.start - _DAY)


def next(period: Period) -> Period:
    """The period of the same sort that starts the day after this one ends."""
    return _same_sort(period, period.end + _DAY)


def anchor(period: Period) -> date:
    """The day that decides which longer period it belongs to: the Thursday of a week, the last day of the others."""
    return period.start + timedelta(days=3) if period.kind == "week" else period.end


def children(period: Period, kind: Kind) -> tuple[Period, ...]:
    """The periods of a shorter kind inside this one, in order.

    Days, months, quarters and halves tile it exactly; weeks are those whose Thursday lies in it. Quarters and halves of
    a fiscal year are fiscal; its months have calendar keys. The kind of the period itself gives the period alone.
    ValueError for a longer kind.
    """
    if kind == period.kind:
        return (period,)
    if KINDS.index(kind) > KINDS.index(period.kind):
        raise ValueError(f"a {period.kind} has no {kind} inside it")
    if kind == "week":
        child = week_period(period.start)
        if anchor(child) not in period:
            child = next(child)
    else:
        # a week holds days only, so this asks for months, quarters and halves of longer periods, or for days
        fiscal = period.fiscal and kind in ("quarter", "half")
        child = (
            day_period(period.start)
            if kind == "day"
            else _months_containing(period.start, kind, period.fiscal_year_start, fiscal=fiscal)
        )
    found = []
    while anchor(child) in period:
        found.append(child)
        child = next(child)
    return tuple(found)
