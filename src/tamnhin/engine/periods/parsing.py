"""Reading a period key. A wrong key is refused with what is wrong and, where it can be told, the key that was meant."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from tamnhin.engine.periods.fiscal import FIRST_YEAR, LAST_YEAR, Kind, check_start
from tamnhin.engine.periods.period import Period, day_period, months_period, week_period
from tamnhin.engine.problems import Problem, declare

declare(
    "PERIOD_INVALID",
    "error",
    "Kỳ “{key}” không hợp lệ: {hint_vi}. "
    "Viết theo mẫu 2026, 2026-H1, 2026-Q1, 2026-03, 2026-W05, 2026-03-15 hoặc FY2025-Q4.",
    "The period “{key}” is not valid: {hint_en}. "
    "Write it as 2026, 2026-H1, 2026-Q1, 2026-03, 2026-W05, 2026-03-15 or FY2025-Q4.",
)

_KEY = re.compile(r"(?P<fiscal>FY)?(?P<year>[0-9]{4})(?:-(?P<rest>[0-9A-Z-]+))?")
_DAY = re.compile(r"(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
_PARTS: tuple[tuple[Kind, re.Pattern[str], int], ...] = (
    ("half", re.compile(r"H([0-9])"), 2),
    ("quarter", re.compile(r"Q([0-9])"), 4),
)


class PeriodError(ValueError):
    """A key that is not a period. ``code`` is ``PERIOD_INVALID``; the two hints say what is wrong with it."""

    code = "PERIOD_INVALID"

    def __init__(self, key: str, hint_vi: str, hint_en: str) -> None:
        super().__init__(f"{key!r} is not a period: {hint_en}")
        self.key = key
        self.hint_vi = hint_vi
        self.hint_en = hint_en

    def problem(
        self, *, sheet: str | None = None, cell: str | None = None, owner: str | None = None, kpi: str | None = None
    ) -> Problem:
        """The same fault as a problem at its place."""
        args = {"key": self.key, "hint_vi": self.hint_vi, "hint_en": self.hint_en}
        return Problem(self.code, sheet=sheet, cell=cell, owner=owner, kpi=kpi, args=args)


@lru_cache(maxsize=8192)
def parse(key: str, fiscal_year_start: int = 1) -> Period:
    """The period of a key: ``2026``, ``2026-H1``, ``2026-Q1``, ``2026-03``, ``2026-W05``, ``2026-03-15``, ``FY2025``,
    ``FY2025-H1``, ``FY2025-Q4``, ``FY2025-M11``.

    Keys with ``FY`` follow ``fiscal_year_start`` (1 to 12, else ValueError); the others are calendar periods. Reading
    is exact, so that ``parse(key).key == key``. PeriodError for everything else.
    """
    check_start(fiscal_year_start)
    match = _KEY.fullmatch(key)
    if match is None:
        raise _not_a_key(key)
    year, rest = int(match["year"]), match["rest"]
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise PeriodError(
            key,
            f"năm phải từ {FIRST_YEAR} đến {LAST_YEAR}",
            f"the year must be from {FIRST_YEAR} to {LAST_YEAR}",
        )
    fiscal = match["fiscal"] is not None
    if rest is None:
        return months_period("year", year, 1, fiscal_year_start, fiscal=fiscal)
    for kind, pattern, count in _PARTS:
        if part := pattern.fullmatch(rest):
            number = int(part[1])
            if not 1 <= number <= count:
                raise _out_of_range(key, kind, count)
            return months_period(kind, year, number, fiscal_year_start, fiscal=fiscal)
    if fiscal:
        return _fiscal_month(key, year, rest, fiscal_year_start)
    return _calendar(key, year, rest)


def _fiscal_month(key: str, year: int, rest: str, fiscal_year_start: int) -> Period:
    part = re.fullmatch(r"M([0-9]{2})", rest)
    if part is None:
        raise PeriodError(
            key,
            "sau năm tài chính chỉ có H1–H2, Q1–Q4 hoặc M01–M12",
            "a fiscal year is followed by H1–H2, Q1–Q4 or M01–M12",
        )
    if not 1 <= int(part[1]) <= 12:
        raise _out_of_range(key, "month", 12)
    return months_period("month", year, int(part[1]), fiscal_year_start, fiscal=True)


def _calendar(key: str, year: int, rest: str) -> Period:
    if re.fullmatch(r"[0-9]{2}", rest):
        if not 1 <= int(rest) <= 12:
            raise _out_of_range(key, "month", 12)
        return months_period("month", year, int(rest), 1, fiscal=False)
    if week := re.fullmatch(r"W([0-9]{2})", rest):
        try:
            return week_period(date.fromisocalendar(year, int(week[1]), 4))
        except ValueError:
            # 28 December is always in the last ISO week of its year
            count = date(year, 12, 28).isocalendar().week
            raise PeriodError(key, f"năm {year} chỉ có {count} tuần", f"{year} has {count} weeks") from None
    if day := _DAY.fullmatch(rest):
        month = int(day["month"])
        if not 1 <= month <= 12:
            raise _out_of_range(key, "month", 12)
        try:
            return day_period(date(year, month, int(day["day"])))
        except ValueError:
            count = months_period("month", year, month, 1, fiscal=False).days
            raise PeriodError(
                key, f"tháng {month:02d}/{year} có {count} ngày", f"{year}-{month:02d} has {count} days"
            ) from None
    raise _not_a_key(key)


_WORDS: dict[Kind, tuple[str, str]] = {
    "half": ("nửa năm", "half"),
    "quarter": ("quý", "quarter"),
    "month": ("tháng", "month"),
}


def _out_of_range(key: str, kind: Kind, count: int) -> PeriodError:
    vi, en = _WORDS[kind]
    return PeriodError(key, f"{vi} phải từ 1 đến {count}", f"the {en} must be from 1 to {count}")


def _not_a_key(key: str) -> PeriodError:
    meant = _meant(key)
    if meant is None:
        return PeriodError(key, "không đọc được thành kỳ nào", "it does not read as any period")
    return PeriodError(key, f"có lẽ là {meant}", f"perhaps {meant} was meant")


# what people write by hand, in Vietnamese and English; the capture groups are filled into the key
_HABITS: tuple[tuple[str, str], ...] = (
    (r"(?:Q|QUÝ|QUY)\s*([1-4])\s*[-/ ]\s*([0-9]{4})", "{1}-Q{0}"),
    (r"([0-9]{4})\s*[-/ ]?\s*(?:Q|QUÝ|QUY)\s*([1-4])", "{0}-Q{1}"),
    (r"H\s*([12])\s*[-/ ]\s*([0-9]{4})", "{1}-H{0}"),
    (r"([0-9]{4})\s*[-/ ]?\s*H\s*([12])", "{0}-H{1}"),
    (r"(?:W|TUẦN|TUAN)\s*([0-9]{1,2})\s*[-/ ]\s*([0-9]{4})", "{1}-W{0:0>2}"),
    (r"([0-9]{4})\s*[-/ ]?\s*W\s*([0-9]{1,2})", "{0}-W{1:0>2}"),
    (r"(?:T|THÁNG|THANG|M)?\s*([0-9]{1,2})\s*[-/. ]\s*([0-9]{4})", "{1}-{0:0>2}"),
    (r"([0-9]{4})\s*[-/. ]\s*(?:T|M)?([0-9]{1,2})", "{0}-{1:0>2}"),
    (r"([0-9]{1,2})\s*[-/.]\s*([0-9]{1,2})\s*[-/.]\s*([0-9]{4})", "{2}-{1:0>2}-{0:0>2}"),
    (r"([0-9]{4})\s*[-/.]\s*([0-9]{1,2})\s*[-/.]\s*([0-9]{1,2})", "{0}-{1:0>2}-{2:0>2}"),
    (r"(?:FY|NTC)\s*[-/ ]?\s*([0-9]{4})", "FY{0}"),
    (r"FY\s*([0-9]{4})\s*[-/ ]?\s*([HQ])\s*([1-4])", "FY{0}-{1}{2}"),
    (r"FY\s*([0-9]{4})\s*[-/ ]?\s*(?:M|T)?\s*([0-9]{1,2})", "FY{0}-M{1:0>2}"),
    (r"(?:NĂM|NAM|CY)\s*([0-9]{4})", "{0}"),
)


def _meant(key: str) -> str | None:
    text = key.strip().upper()
    candidates = [text] + [
        shape.format(*match.groups()) for habit, shape in _HABITS if (match := re.fullmatch(habit, text))
    ]
    for candidate in candidates:
        if candidate == key:
            continue
        try:
            return parse(candidate).key
        except PeriodError:
            continue
    return None
