"""The `company` sheet: keys and values, typed, with a default in place of what cannot be used."""

from __future__ import annotations

import dataclasses
import difflib
import math
from collections.abc import Callable
from zoneinfo import available_timezones

import polars as pl

from tamnhin.engine.book import Company
from tamnhin.engine.calendar import CalendarError, build, parse_working_week
from tamnhin.workbook.collect import Collector, Place, did_you_mean
from tamnhin.workbook.convert import Settings
from tamnhin.workbook.fold import fold
from tamnhin.workbook.limits import MAX_CODE, MAX_TEXT
from tamnhin.workbook.raw import NOT_CALCULATED, RawSheet, error_text, split_column
from tamnhin.workbook.spec import COMPANY, REPEATABLE, Setting, find_column, find_setting, setting_words
from tamnhin.workbook.values import OK, plain_numbers

_LANGUAGES = {"vi": "vi", "tiengviet": "vi", "vietnamese": "vi", "en": "en", "tienganh": "en", "english": "en"}
_PRORATION = {
    "workingdays": "working_days",
    "ngaylamviec": "working_days",
    "ngaycong": "working_days",
    "calendardays": "calendar_days",
    "ngaylich": "calendar_days",
}
_PERIOD_SCORE = {
    "aggregate": "aggregate",
    "gopgiatri": "aggregate",
    "meanofscores": "mean_of_scores",
    "trungbinhdiem": "mean_of_scores",
}


class _BadValueError(ValueError):
    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.vi = vi
        self.en = en


def read_company(raw: RawSheet, language: str | None, collector: Collector) -> tuple[Company, Settings, Place]:
    """The company and how its texts are to be read. ``language`` stands in where the sheet does not say."""
    place = Place(raw.name)
    company = Company()
    header = next((at for at, cells in enumerate(raw.rows) if any(cell not in ("", None) for cell in cells)), None)
    if header is None:
        return company, Settings(language), place
    for at, cell in enumerate(raw.rows[header]):
        name = find_column("company", str(cell)) if cell not in ("", None) else None
        if name is not None:
            place.columns.setdefault(name, at)
    place.header_row = header + 1
    if set(place.columns) < {"key", "value"}:
        for column in COMPANY.columns:
            if column.name not in place.columns:
                args = {"name": raw.name, "column": column.name, "label": column.label}
                collector.at(place, "COLUMN_MISSING", column.name, header + 1, args=args)
        return company, Settings(language), place
    columns = {
        name: split_column(at, [row[at] if at < len(row) else None for row in raw.rows[header + 1 :]], typed=raw.typed)
        for name, at in place.columns.items()
    }
    found = _read_pairs(columns["key"].shown(), columns["value"].shown(), header + 2, raw, place, collector)
    typed = columns["value"].number
    given: dict[str, object] = {}
    # the language first: it decides how the numbers below it are read
    for setting, text, row in sorted(found, key=lambda entry: entry[0].key != "language"):
        if setting.key in REPEATABLE:
            given[setting.attribute] = (*_texts(given.get(setting.attribute)), text)
            continue
        # a typed number is shown with a point, whatever the company's language
        is_typed = typed is not None and typed[row - header - 2] is not None
        spoken = "en" if is_typed else str(given.get("language") or language or "")
        try:
            given[setting.attribute] = _CHECKS[setting.key](text, spoken)
        except _BadValueError as fault:
            default = getattr(company, setting.attribute)
            args = {"found": text[:200], "key": setting.key, "expected_vi": fault.vi, "expected_en": fault.en,
                    "default": "—" if default in ("", None) else default}  # fmt: skip
            collector.at(place, "COMPANY_VALUE_BAD", "value", row, args=args)
    company = dataclasses.replace(company, **given)  # type: ignore[arg-type]  # each value comes from its own check
    if company.floor >= company.cap:
        row = max(row for setting, _, row in found if setting.key in ("floor", "cap"))
        collector.at(place, "BOUNDS_REVERSED", "value", row, args={"low": company.floor, "high": company.cap})
        company = dataclasses.replace(company, floor=Company().floor, cap=Company().cap)
    return company, Settings(company.language or language, company.fiscal_year_start, company.time_zone), place


def _texts(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _read_pairs(
    keys: pl.Series, values: pl.Series, first_row: int, raw: RawSheet, place: Place, collector: Collector
) -> list[tuple[Setting, str, int]]:
    """The known keys with a value. A handful of rows: the loop is over settings, not data."""
    found: list[tuple[Setting, str, int]] = []
    rows_of: dict[str, int] = {}
    errors = error_text(values)
    for offset, (key, value) in enumerate(zip(keys, values, strict=True)):
        row = first_row + offset
        broken = raw.broken.get((row - 1, place.columns["value"])) or (value if errors[offset] else None)
        if key is None:
            if value is not None:
                collector.at(place, "CELL_MISSING", "key", row)
            continue
        setting = find_setting(key)
        if setting is None:
            close = difflib.get_close_matches(fold(key)[:60], setting_words(), 1, 0.7)
            hint = did_you_mean(setting_words()[close[0]].key if close else None)
            collector.at(place, "COMPANY_KEY_UNKNOWN", "key", row, args={"found": key[:100], **hint})
        elif broken == NOT_CALCULATED:
            collector.at(place, "FORMULA_NOT_CALCULATED", "value", row)
        elif broken is not None:
            collector.at(place, "CELL_ERROR", "value", row, args={"found": broken})
        elif value is not None and setting.key not in REPEATABLE and setting.key in rows_of:
            args = {"key": setting.key, "first": rows_of[setting.key], "second": row}
            collector.at(place, "KEY_TWICE", "key", row, args=args)
        elif value is not None:
            rows_of[setting.key] = row
            found.append((setting, value, row))
    return found


def _text(limit: int) -> Callable[[str, str], object]:
    def check(text: str, language: str) -> object:
        if len(text) > limit:
            raise _BadValueError(f"tối đa {limit} ký tự", f"at most {limit} characters")
        return text

    return check


def _number(low: float, high: float, *, whole: bool) -> Callable[[str, str], object]:
    def check(text: str, language: str) -> object:
        parsed = plain_numbers(pl.Series([text], dtype=pl.String), language or None)
        number = float(parsed.values[0]) if parsed.status[0] == OK else math.nan
        if not low <= number <= high or (whole and number != int(number)):
            kind_vi, kind_en = ("số nguyên", "a whole number") if whole else ("số", "a number")
            raise _BadValueError(f"{kind_vi} từ {low:g} đến {high:g}", f"{kind_en} from {low:g} to {high:g}")
        return int(number) if whole else number

    return check


def _word(words: dict[str, str]) -> Callable[[str, str], object]:
    def check(text: str, language: str) -> object:
        value = words.get(fold(text))
        if value is None:
            allowed = ", ".join(dict.fromkeys(words.values()))
            raise _BadValueError(f"một trong {allowed}", f"one of {allowed}")
        return value

    return check


def _currency(text: str, language: str) -> object:
    if not (len(text) == 3 and text.isascii() and text.isalpha()):
        raise _BadValueError("mã tiền ba chữ cái như VND", "a three-letter currency code such as VND")
    return text.upper()


def _time_zone(text: str, language: str) -> object:
    if text not in available_timezones():
        raise _BadValueError("tên múi giờ như Asia/Ho_Chi_Minh", "a time zone name such as Asia/Ho_Chi_Minh")
    return text


def _working_week(text: str, language: str) -> object:
    try:
        parse_working_week(text)
    except CalendarError:
        raise _BadValueError("mon-fri, mon-sat hoặc mon,tue,thu", "mon-fri, mon-sat or mon,tue,thu") from None
    return text


def _holidays(text: str, language: str) -> object:
    if fold(text) in ("none", "khong"):
        return "none"
    try:
        build(holidays=text)
    except CalendarError:
        raise _BadValueError("VN, mã nước hai chữ cái, hoặc none", "VN, a two-letter country code, or none") from None
    return text.upper()


_CHECKS: dict[str, Callable[[str, str], object]] = {
    "code": _text(MAX_CODE),
    "name": _text(MAX_TEXT),
    "vision": _text(MAX_TEXT),
    "mission": _text(MAX_TEXT),
    "fiscal_year_start": _number(1, 12, whole=True),
    "time_zone": _time_zone,
    "currency": _currency,
    "language": _word(_LANGUAGES),
    "working_week": _working_week,
    "holidays": _holidays,
    "proration": _word(_PRORATION),
    "floor": _number(-1000, 1000, whole=False),
    "cap": _number(-1000, 1000, whole=False),
    "period_score": _word(_PERIOD_SCORE),
    "minimum_eligibility": _number(0, 100, whole=False),
    "minimum_group": _number(1, 1_000_000, whole=True),
}
