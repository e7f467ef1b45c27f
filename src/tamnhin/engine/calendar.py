"""The company calendar: working week, public holidays, swapped days, and the local date of an instant.

Every day is an int64 ordinal: days since 1970-01-01. The calendar is data: public holidays come from the ``holidays``
package (days in lieu and Vietnam's announced swaps included) and the company's own ``calendar`` sheet overrides them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays as public_holidays
import numpy as np
import numpy.typing as npt
import polars as pl

from tamnhin.engine.problems import Problem, declare

declare(
    "WORKING_WEEK_INVALID", "error",
    "Không hiểu tuần làm việc “{value}”. Viết mon-fri, mon-sat, hoặc liệt kê từng ngày như mon,tue,thu.",
    "The working week “{value}” is not understood. Write mon-fri, mon-sat, or list the days as mon,tue,thu.",
)  # fmt: skip
declare(
    "HOLIDAYS_UNKNOWN", "error",
    "Không có lịch nghỉ lễ của “{value}”. Dùng VN, mã quốc gia hai chữ cái, hoặc none.",
    "There is no holiday calendar for “{value}”. Use VN, a two-letter country code, or none.",
)  # fmt: skip
declare(
    "TIME_ZONE_UNKNOWN", "error",
    "Không có múi giờ “{value}”. Dùng tên như Asia/Ho_Chi_Minh.",
    "There is no time zone “{value}”. Use a name such as Asia/Ho_Chi_Minh.",
)  # fmt: skip

Ordinals = npt.NDArray[np.int64]

_EPOCH = date(1970, 1, 1)
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_OTHER_NAMES = {f"t{number}": day for number, day in zip(range(2, 8), _WEEK, strict=False)} | {"cn": "sun"}
_OWN_NAMES = {
    "holiday": {"vi": "Ngày nghỉ của công ty", "en": "Company holiday"},
    "working": {"vi": "Ngày làm bù", "en": "Working day in exchange"},
}


class CalendarError(ValueError):
    """A calendar setting that cannot be read; ``code`` is the problem code and ``value`` what was written."""

    def __init__(self, code: str, value: str) -> None:
        super().__init__(f"{code}: {value!r}")
        self.code = code
        self.value = value

    def problem(self, *, sheet: str | None = None, cell: str | None = None) -> Problem:
        """The same fault as a problem at its place."""
        return Problem(self.code, sheet=sheet, cell=cell, args={"value": self.value})


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """Which days are worked. Build it with ``build``.

    ``week`` is bool ``(7,)``, Monday first. ``holidays`` (sorted ordinals) are days off whatever their weekday;
    ``extra`` (sorted ordinals) are worked although the week has them off: Vietnam swaps days around long holidays.
    """

    week: npt.NDArray[np.bool_]
    holidays: Ordinals
    extra: Ordinals
    names: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    _numpy: np.busdaycalendar = field(init=False, repr=False)

    def __post_init__(self) -> None:
        numpy_calendar = np.busdaycalendar(self.week.tolist(), self.holidays.astype("datetime64[D]"))
        object.__setattr__(self, "_numpy", numpy_calendar)

    def working_days(self, start: npt.ArrayLike, stop: npt.ArrayLike) -> Ordinals:
        """Working days from ``start`` to ``stop``, both included: int64 of their broadcast shape, 0 where stop < start.

        ``start`` and ``stop``: int64 ordinals.
        """
        first = np.asarray(start, dtype=np.int64)
        after = np.maximum(np.asarray(stop, dtype=np.int64) + 1, first)
        counted = np.busday_count(
            first.astype("datetime64[D]"), after.astype("datetime64[D]"), busdaycal=self._numpy
        ).astype(np.int64)
        if len(self.extra):
            counted = counted + np.searchsorted(self.extra, after) - np.searchsorted(self.extra, first)
        return np.asarray(counted, dtype=np.int64)

    def is_working(self, ordinals: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Whether each day is worked: bool of the shape of ``ordinals``."""
        days = np.asarray(ordinals, dtype=np.int64)
        worked = np.is_busday(days.astype("datetime64[D]"), busdaycal=self._numpy)
        return np.asarray(worked | np.isin(days, self.extra), dtype=np.bool_)

    def holiday_name(self, day: date | int, language: str) -> str | None:
        """The name of a holiday or of a swapped working day; None for an ordinary day. ``language``: vi, else en."""
        ordinal = day if isinstance(day, int) else (day - _EPOCH).days
        names = self.names.get(ordinal)
        return None if names is None else names["vi" if language == "vi" else "en"]

    @staticmethod
    def local_date(timestamp: datetime, time_zone: str) -> date:
        """The local date of an instant: 2026-01-31 17:30 UTC is 1 February in Asia/Ho_Chi_Minh.

        ValueError for a datetime without a zone (it is no instant); CalendarError for an unknown zone.
        """
        if timestamp.tzinfo is None:
            raise ValueError("a timestamp without a time zone is not an instant")
        return timestamp.astimezone(_zone(time_zone)).date()

    @staticmethod
    def local_dates(timestamps: pl.Series, time_zone: str) -> pl.Series:
        """``local_date`` of a Polars Datetime column with a zone: a Date column, null where null."""
        if not isinstance(timestamps.dtype, pl.Datetime) or timestamps.dtype.time_zone is None:
            raise ValueError(f"a column of instants is needed, not {timestamps.dtype}")
        _zone(time_zone)
        return timestamps.dt.convert_time_zone(time_zone).dt.date()


def build(
    working_week: str = "mon-fri",
    holidays: str = "VN",
    exceptions: pl.DataFrame | None = None,
    years: range | None = None,
) -> Calendar:
    """The calendar of a company.

    ``working_week``: ``mon-fri``, ``mon-sat``, ``mon,tue,thu`` (also ``t2-t6``, ``cn``). ``holidays``: ``VN``, another
    country code, or ``none``. ``exceptions``: the ``calendar`` sheet (``date`` Date, ``kind`` ``holiday`` or
    ``working``, ``note`` String), which overrides the public holidays; of two rows for one date the last holds.
    ``years``: the years whose public holidays are wanted (none when not given); outside them only the working week and
    the exceptions count.

    CalendarError ``WORKING_WEEK_INVALID`` or ``HOLIDAYS_UNKNOWN``.
    """
    week = parse_working_week(working_week)
    off, worked, names = _public(holidays, years if years is not None else range(0))
    if exceptions is not None:
        rows = exceptions.filter(pl.col("date").is_not_null() & pl.col("kind").is_in(["holiday", "working"]))
        # the sheet is a person's list of single days, at most a few hundred
        for day, kind, note in rows.select("date", "kind", "note").iter_rows():
            ordinal = (day - _EPOCH).days
            (off if kind == "holiday" else worked).add(ordinal)
            (worked if kind == "holiday" else off).discard(ordinal)
            names[ordinal] = {language: note or _OWN_NAMES[kind][language] for language in ("vi", "en")}
    days_off = np.array(sorted(off), dtype=np.int64)
    extra = np.array(sorted(worked - off), dtype=np.int64)
    # a day the week works anyway is not extra: it would be counted twice
    extra = extra[~week[(extra + 3) % 7]]
    return Calendar(week, days_off, extra, names)


def parse_working_week(text: str) -> npt.NDArray[np.bool_]:
    """``mon-sat`` as bool ``(7,)``, Monday first. CalendarError ``WORKING_WEEK_INVALID``."""
    week = np.zeros(7, dtype=np.bool_)
    for part in re.split(r"[,;]", text):
        ends = [_weekday(name, text) for name in part.split("-")]
        if len(ends) > 2:
            raise CalendarError("WORKING_WEEK_INVALID", text)
        first, last = ends[0], ends[-1]
        # sun-thu runs over the end of the week
        week[(first + np.arange((last - first) % 7 + 1)) % 7] = True
    return week


def _weekday(name: str, text: str) -> int:
    word = name.strip().lower()
    word = _OTHER_NAMES.get(word, word)
    if word not in _WEEK:
        raise CalendarError("WORKING_WEEK_INVALID", text)
    return _WEEK.index(word)


def _public(country: str, years: range) -> tuple[set[int], set[int], dict[int, Mapping[str, str]]]:
    """Days off, days worked in exchange, and their names, from the ``holidays`` package."""
    code = country.strip().upper()
    if code in ("", "NONE"):
        return set(), set(), {}
    try:
        found = public_holidays.country_holidays(code)
    except NotImplementedError:  # how the package says that it does not know a country
        raise CalendarError("HOLIDAYS_UNKNOWN", country) from None
    languages = {language: _language(found, language) for language in ("vi", "en")}
    by_language = {
        language: public_holidays.country_holidays(code, years=years, language=spoken)
        for language, spoken in languages.items()
    }
    names: dict[int, Mapping[str, str]] = {}
    off, worked = set(), set()
    for day in by_language["vi"]:
        off.add((day - _EPOCH).days)
        names[(day - _EPOCH).days] = {language: named[day] for language, named in by_language.items()}
    for day in by_language["vi"].weekend_workdays:
        if day.year in years:
            worked.add((day - _EPOCH).days)
            names[(day - _EPOCH).days] = _OWN_NAMES["working"]
    return off, worked - off, names


def _language(found: public_holidays.HolidayBase, language: str) -> str | None:
    """The package's name of a language, English where it does not speak ours, else its own."""
    spoken = found.supported_languages
    english = next((name for name in spoken if name.startswith("en")), None)
    if language == "vi" and "vi" in spoken:
        return "vi"
    return english or found.default_language


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise CalendarError("TIME_ZONE_UNKNOWN", name) from None
