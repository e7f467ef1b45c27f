"""The base periods of one frequency in order, as arrays: the columns of every matrix in the engine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tamnhin.engine.calendar import Calendar
from tamnhin.engine.periods.fiscal import KINDS, MONTHS, Kind, check_start
from tamnhin.engine.periods.parsing import parse
from tamnhin.engine.periods.period import Period, containing

Ordinals = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """The base periods of one frequency, without a gap. Every array is int64 of shape ``(columns,)``.

    ``start`` and ``stop`` are the first and last day (inclusive) as ordinals. ``anchor`` is the day that decides which
    longer period a column belongs to: the Thursday of a week, the last day of the others, so that a quarter is due in
    the month it ends in. ``working_days`` counts the company's working days in the column.
    """

    frequency: Kind
    fiscal_year_start: int
    start: Ordinals
    stop: Ordinals
    anchor: Ordinals
    working_days: Ordinals
    fiscal_year_of_column: Ordinals
    keys: tuple[str, ...]

    @classmethod
    def build(cls, frequency: Kind, first: int, last: int, calendar: Calendar, fiscal_year_start: int = 1) -> Timeline:
        """The base periods that hold the days from ``first`` to ``last`` (ordinals, inclusive).

        Quarters, halves and years are fiscal ones when the fiscal year does not start in January. ValueError when
        ``last`` is before ``first``, for an unknown frequency or a start month outside 1 to 12.
        """
        check_start(fiscal_year_start)
        if frequency not in KINDS:
            raise ValueError(f"unknown frequency {frequency!r}")
        if last < first:
            raise ValueError(f"the timeline would end ({last}) before it starts ({first})")
        if frequency == "day":
            start = np.arange(first, last + 1, dtype=np.int64)
            stop = anchor = start
            keys = tuple(str(key) for key in np.datetime_as_string(start.astype("datetime64[D]")))
        elif frequency == "week":
            start = np.arange(first - _weekday(first), last - _weekday(last) + 1, 7, dtype=np.int64)
            stop, anchor = start + 6, start + 3
            keys = tuple(_week_keys(anchor))
        else:
            start, stop, keys = _whole_months(frequency, first, last, fiscal_year_start)
            anchor = stop
        return cls(
            frequency=frequency,
            fiscal_year_start=fiscal_year_start,
            start=start,
            stop=stop,
            anchor=anchor,
            working_days=calendar.working_days(start, stop),
            fiscal_year_of_column=1970 + (_month_index(anchor) - (fiscal_year_start - 1)) // 12,
            keys=keys,
        )

    def __len__(self) -> int:
        return len(self.start)

    @property
    def first(self) -> int:
        """The ordinal of the first day of the first column."""
        return int(self.start[0])

    @property
    def last(self) -> int:
        """The ordinal of the last day of the last column."""
        return int(self.stop[-1])

    def period(self, column: int) -> Period:
        """The period of a column."""
        return parse(self.keys[column], self.fiscal_year_start)

    def columns_in(self, period: Period) -> tuple[int, int]:
        """The half-open range of columns whose anchor lies in the period; empty (``lo == hi``) when there is none."""
        return self.columns_between(period.first, period.last)

    def columns_between(self, first: int, last: int) -> tuple[int, int]:
        """``columns_in`` for the days from ``first`` to ``last`` (ordinals, inclusive)."""
        lo = int(np.searchsorted(self.anchor, first, side="left"))
        return lo, max(lo, int(np.searchsorted(self.anchor, last, side="right")))

    def column_of(self, ordinals: npt.ArrayLike) -> Ordinals:
        """The column that holds each day, int64 of the shape of ``ordinals``; -1 outside the timeline."""
        days = np.asarray(ordinals, dtype=np.int64)
        found = np.searchsorted(self.start, days, side="right") - 1
        return np.where((found >= 0) & (days <= self.stop[-1]), found, -1).astype(np.int64)


def _weekday(day: int) -> int:
    """Monday 0 to Sunday 6; 1970-01-01 was a Thursday."""
    return (day + 3) % 7


def _month_index(days: Ordinals) -> Ordinals:
    """Months since January 1970."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def _week_keys(thursdays: Ordinals) -> list[str]:
    years = thursdays.astype("datetime64[D]").astype("datetime64[Y]")
    # the ISO year of a week is the year of its Thursday, and its number counts the Thursdays of that year
    numbers = (thursdays - years.astype("datetime64[D]").astype(np.int64)) // 7 + 1
    return [f"{year:04d}-W{number:02d}" for year, number in zip(years.astype(np.int64) + 1970, numbers, strict=True)]


def _whole_months(
    frequency: Kind, first: int, last: int, fiscal_year_start: int
) -> tuple[Ordinals, Ordinals, tuple[str, ...]]:
    length = MONTHS[frequency]
    offset = fiscal_year_start - 1
    low, high = _month_index(np.array([first, last], dtype=np.int64)) - offset
    firsts = np.arange(low // length, high // length + 1, dtype=np.int64) * length + offset
    start = firsts.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    stop = (firsts + length).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) - 1
    days = start.astype("datetime64[D]").tolist()
    return start, stop, tuple(containing(day, frequency, fiscal_year_start).key for day in days)
