"""The empty workbook to start from: headings with notes, drop-downs, and example rows that evaluate."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from typing import Any

from tamnhin.engine.book import CHOICES
from tamnhin.workbook.guide import guide_lines
from tamnhin.workbook.spec import COMPANY, GUIDE_NAMES, SETTINGS, SHEETS, Column, Sheet, Target
from tamnhin.workbook.spec.choices import label, labels
from tamnhin.workbook.xlsx import Formats, new_workbook, put_number, put_text

_LAST_ROW = 1000  # drop-downs reach down to here
_COMPANY: Mapping[str, Mapping[str, object]] = {
    "vi": {"code": "VIDU", "name": "Công ty Ví Dụ", "vision": "Trở thành lựa chọn đầu tiên của khách hàng (ví dụ)",
           "mission": "Làm ra sản phẩm mà chính mình tin dùng (ví dụ)", "value": "Chính trực (ví dụ)",
           "language": "vi"},
    "en": {"code": "EXAMPLE", "name": "Example Company", "vision": "To be the customer's first choice (example)",
           "mission": "To make what we would use ourselves (example)", "value": "Integrity (example)",
           "language": "en"},
}  # fmt: skip
_DEFAULTS: Mapping[str, object] = {
    "fiscal_year_start": 1, "time_zone": "Asia/Ho_Chi_Minh", "currency": "VND", "working_week": "mon-fri",
    "holidays": "VN", "proration": "working_days", "floor": 0, "cap": 120, "period_score": "aggregate",
}  # fmt: skip


def write_template(path: str | os.PathLike[str], language: str = "vi", *, year: int = 2026) -> None:
    """Write the template as .xlsx.

    ``language`` (``vi``, ``en``): of the names of sheets and columns, the notes, the drop-downs and the guide; reading
    takes both. ``year``: the year of the example rows, which read without a problem and evaluate for its January.
    ValueError for another language or file type.
    """
    if language not in GUIDE_NAMES:
        raise ValueError(f"the template exists in vi and en, not in {language!r}")
    if not str(path).lower().endswith(".xlsx"):
        raise ValueError("the template is an .xlsx file")
    with new_workbook(path) as (book, formats):
        _guide(book, formats, language, year)
        _company(book, formats, language)
        for name, spec in SHEETS.items():
            if name != COMPANY.name:
                _sheet(book, formats, spec, language, year)


def _name(spec: Sheet, language: str) -> str:
    return spec.label if language == "vi" else spec.name


def _guide(book: Any, formats: Formats, language: str, year: int) -> None:
    sheet = book.add_worksheet(GUIDE_NAMES[language])
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 96)
    for row, (left, right) in enumerate(guide_lines(language, year)):
        put_text(sheet, formats, row, 0, left, formats.title if row == 0 else formats.wrapped)
        if right:
            put_text(sheet, formats, row, 1, right, formats.wrapped)


def _heading(sheet: Any, formats: Formats, col: int, column: Column, language: str) -> None:
    text = column.label if language == "vi" else column.name
    # the star is punctuation, which reading passes over
    put_text(sheet, formats, 0, col, f"{text} *" if column.required else text, formats.header)
    note = column.vi if language == "vi" else column.en
    if column.required:
        note += " (Bắt buộc.)" if language == "vi" else " (Required.)"
    sheet.write_comment(0, col, note, {"x_scale": 2, "author": "Tầm Nhìn"})


def _company(book: Any, formats: Formats, language: str) -> None:
    sheet = book.add_worksheet(_name(COMPANY, language))
    for col, column in enumerate(COMPANY.columns):
        _heading(sheet, formats, col, column, language)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 60)
    sheet.set_column(2, 2, 70)
    sheet.freeze_panes(1, 0)
    values = {**_DEFAULTS, **_COMPANY[language]}
    row = 0
    for setting in SETTINGS:
        if setting.key not in values:
            continue
        row += 1
        put_text(sheet, formats, row, 0, setting.label if language == "vi" else setting.key, formats.example)
        _put(sheet, formats, row, 1, values[setting.key])
        sheet.write_comment(row, 0, setting.vi if language == "vi" else setting.en, {"author": "Tầm Nhìn"})


def _put(sheet: Any, formats: Formats, row: int, col: int, value: object) -> None:
    if isinstance(value, dt.date):
        sheet.write_datetime(row, col, value, formats.example_date)
    elif isinstance(value, int | float):
        put_number(sheet, row, col, value, formats.example)
    else:
        put_text(sheet, formats, row, col, str(value), formats.example)


def _sheet(book: Any, formats: Formats, spec: Sheet, language: str, year: int) -> None:
    sheet = book.add_worksheet(_name(spec, language))
    sheet.freeze_panes(1, 0)
    for col, column in enumerate(spec.columns):
        _heading(sheet, formats, col, column, language)
        sheet.set_column(col, col, 28 if column.kind == "text" else 16)
        _validate(sheet, spec, col, column, language)
    for row, example in enumerate(spec.examples, start=1):
        for col, column in enumerate(spec.columns):
            if column.name in example:
                _put(sheet, formats, row, col, _example(spec, column, example[column.name], language, year))
    if spec.examples:
        note = "Dòng ví dụ: ghi đè bằng số liệu của công ty." if language == "vi" else (
            "Example row: overwrite it with your own.")  # fmt: skip
        sheet.write_comment(1, 0, note, {"author": "Tầm Nhìn"})


def _example(spec: Sheet, column: Column, value: object, language: str, year: int) -> object:
    if isinstance(value, str):
        value = value.replace("{year}", str(year))
    if column.kind == "date":
        return dt.date.fromisoformat(str(value))
    if column.kind == "choice":
        return label(spec.name, column.name, str(value), language)
    return value


def _range_of(target: Target, language: str) -> str:
    return f"'{_name(SHEETS[target], language)}'!$A$2:$A${_LAST_ROW}"


def _validate(sheet: Any, spec: Sheet, col: int, column: Column, language: str) -> None:
    vietnamese = language == "vi"
    rule: dict[str, object] = {"ignore_blank": True}
    if (spec.name, column.name) in CHOICES:
        rule |= {
            "validate": "list",
            "source": list(labels(spec.name, column.name, language)),
            "error_title": "Chọn trong danh sách" if vietnamese else "Choose from the list",
            "error_message": "Bấm mũi tên để xem các lựa chọn." if vietnamese else "Press the arrow for the choices.",
        }
    elif column.refers == "owners":
        units, people = _range_of("units", language), _range_of("people", language)
        cell = f"{chr(65 + col)}2"
        rule |= {
            "validate": "custom",
            "value": f"=COUNTIF({units},{cell})+COUNTIF({people},{cell})>0",
            "error_type": "warning",
            "error_title": "Chưa có mã này" if vietnamese else "Unknown code",
            "error_message": "Mã phải có ở trang Phòng ban hoặc Nhân viên."
            if vietnamese
            else "The code must be on the units or people sheet.",
        }
    elif column.refers is not None:
        rule |= {"validate": "list", "source": f"={_range_of(column.refers, language)}", "error_type": "warning"}
    elif column.kind == "date":
        rule |= {
            "validate": "date",
            "criteria": "between",
            "minimum": dt.date(1901, 1, 1),
            "maximum": dt.date(2200, 12, 31),
            "error_title": "Cần một ngày" if vietnamese else "A date is needed",
            "error_message": "Nhập ngày, ví dụ 2026-03-15." if vietnamese else "Type a date such as 2026-03-15.",
        }
    elif column.low is not None and column.high is not None:
        rule |= {"validate": "decimal", "criteria": "between", "minimum": column.low, "maximum": column.high}
    else:
        return
    sheet.data_validation(1, col, _LAST_ROW, col, rule)
