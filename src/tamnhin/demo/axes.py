"""Time for the demo: the months, weeks and days its measurements fall in, and the season of a dairy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache

import holidays
import numpy as np
from numpy.typing import NDArray

# Random numbers are drawn from this month on, whatever `today` is: the demo of next month repeats this month's past.
ORIGIN = 2020 * 12
MONTHS = 24
LOCAL = timezone(timedelta(hours=7))

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# January to December, mean about 1: hot months sell milk
_SUMMER = np.array([0.97, 0.96, 0.98, 1.01, 1.04, 1.05, 1.04, 1.03, 1.0, 0.98, 0.97, 0.97])


def first_day(month: int) -> date:
    """The first day of an absolute month (year * 12 + month - 1)."""
    return date(month // 12, month % 12 + 1, 1)


def last_day(month: int) -> date:
    return first_day(month + 1) - timedelta(days=1)


def month_key(month: int) -> str:
    return f"{month // 12}-{month % 12 + 1:02d}"


def quarter_key(month: int) -> str:
    return f"{month // 12}-Q{month % 12 // 3 + 1}"


def half_key(month: int) -> str:
    return f"{month // 12}-H{month % 12 // 6 + 1}"


@lru_cache(maxsize=4)
def _public_holidays(first: int, last: int) -> dict[date, str]:
    return dict(holidays.country_holidays("VN", years=range(first, last + 1), language="en_US"))


@dataclass(frozen=True)
class Axes:
    """What `today` fixes: the open month, the 24-month window and the working days.

    ``months`` are absolute months from ``ORIGIN`` to the last month of the current fiscal year; the open month is
    ``months[now]``, the window is ``months[start : now + 1]``.
    """

    today: date
    open: int
    months: Ints
    workdays: NDArray[np.datetime64]
    exceptions: tuple[tuple[date, str, str], ...]
    season: Floats

    @property
    def now(self) -> int:
        return self.open - ORIGIN

    @property
    def start(self) -> int:
        return self.now - MONTHS + 1

    @property
    def first(self) -> date:
        return first_day(self.open - MONTHS + 1)

    @property
    def closed_quarter(self) -> int:
        """The last month (absolute) of the latest quarter that has ended."""
        return self.open - self.open % 3 - 1

    @property
    def year_change(self) -> date:
        """1 January at least a year after the window opens: when weights change."""
        opening = self.open - MONTHS + 1
        return date(-(-(opening + 12) // 12), 1, 1)

    @property
    def raise_month(self) -> int:
        """The latest July that has begun: when some targets rise."""
        july = self.open // 12 * 12 + 6
        return july if july <= self.open else july - 12

    def working(self, begin: Ints | NDArray[np.datetime64], end: NDArray[np.datetime64]) -> Ints:
        """Working days in [begin, end), elementwise over ``datetime64[D]`` arrays."""
        return np.searchsorted(self.workdays, end) - np.searchsorted(self.workdays, begin)

    def month_starts(self) -> NDArray[np.datetime64]:
        """First days of ``months`` and the day after the last: (M + 1,) ``datetime64[D]``."""
        ends = np.append(self.months, self.months[-1] + 1)
        return (ends - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]")

    def month_working(self) -> Ints:
        edges = self.month_starts()
        return self.working(edges[:-1], edges[1:])

    def elapsed(self) -> float:
        """The share of the open month's working days that are over on the morning of ``today``."""
        edges = self.month_starts()[self.now : self.now + 2]
        over = self.working(edges[:1], np.array([self.today], "datetime64[D]"))[0]
        return float(over / max(1, self.working(edges[:1], edges[1:])[0]))

    def stamp(self, day: date, hour: int, minute: int) -> datetime:
        """A local instant, never later than this morning: nobody reports from the future."""
        given = datetime(day.year, day.month, day.day, hour, minute, tzinfo=LOCAL)
        morning = datetime(self.today.year, self.today.month, self.today.day, 7, 30, tzinfo=LOCAL)
        return min(given, morning)


def make_axes(today: date) -> Axes:
    """The axes of a demo seen on ``today``. Raises ValueError before 2022-03 (no room for two years of history)."""
    now = today.year * 12 + today.month - 1
    if now - ORIGIN < MONTHS + 2:
        raise ValueError("the demo company needs a date from March 2022 on")
    months = np.arange(ORIGIN, today.year * 12 + 12)
    public = _public_holidays(2019, today.year + 1)
    exceptions = _exceptions(now, today.year)
    off = set(public) | {day for day, kind, _ in exceptions if kind == "holiday"}
    days = np.arange(np.datetime64("2019-12-30"), np.datetime64(f"{today.year + 1}-02-01"))
    worked = np.is_busday(days, holidays=np.array(sorted(off), "datetime64[D]"))
    worked |= np.isin(days, np.array([day for day, kind, _ in exceptions if kind == "working"], "datetime64[D]"))
    tet = [day for day, name in public.items() if name == "Lunar New Year"]
    return Axes(today, now, months, days[worked], exceptions, _season(months, tet))


def _exceptions(now: int, year: int) -> tuple[tuple[date, str, str], ...]:
    """The company's own days: its founding day is free, a Saturday in December is for counting the stock."""
    rows: list[tuple[date, str, str]] = []
    for y in range((now - MONTHS + 1) // 12, year + 1):
        founding = date(y, 8, 15)
        if founding.weekday() < 5:
            rows.append((founding, "holiday", "Ngày thành lập công ty"))
        count = date(y, 12, 20)
        count += timedelta(days=(5 - count.weekday()) % 7)
        rows.append((count, "working", "Kiểm kê cuối năm, làm việc thứ Bảy"))
    return tuple(rows)


def _season(months: Ints, tet: list[date]) -> Floats:
    """Share of a usual month that is sold: summer, the rush in the three weeks before Tết, the quiet after it."""
    factor = _SUMMER[months % 12].copy()
    for day in tet:
        for offset in range(-21, 10):
            when = day + timedelta(days=offset)
            index = when.year * 12 + when.month - 1 - int(months[0])
            if 0 <= index < len(factor):
                factor[index] += 0.10 / 21 if offset < 0 else -0.14 / 10
    return factor
