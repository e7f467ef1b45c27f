"""Writing .xlsx cells with xlsxwriter: exact numbers, text that never becomes a formula, the same bytes every time."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from tamnhin.workbook.cells import RISKY, number_in, plain

# two exports of one book are the same file: nothing in it may tell when it was written
_CREATED = dt.datetime(2026, 1, 1)  # noqa: DTZ001  xlsxwriter wants it without a zone
# Excel counts days from 1900 and takes that year for a leap year; before this day a typed date would shift by one
_FIRST_DATE = dt.date(1900, 3, 1)


class _Exact(float):
    """xlsxwriter prints ``.16G``, one digit short of what some floats need to read back as themselves."""

    def __format__(self, spec: str) -> str:
        return str(int(self)) if self.is_integer() and abs(self) < 1e15 else repr(float(self))


class Formats:
    """The cell formats of one workbook."""

    def __init__(self, book: Any) -> None:
        self.header = book.add_format(
            {"bold": True, "bg_color": "#DCE6F1", "bottom": 1, "text_wrap": True, "valign": "top"}
        )
        self.text = book.add_format({"valign": "top"})
        # kept as text also when the file is opened and saved again as CSV
        self.quoted = book.add_format({"quote_prefix": True})
        self.date = book.add_format({"num_format": "yyyy-mm-dd"})
        self.example = book.add_format({"italic": True, "bg_color": "#FFF2CC"})
        self.example_date = book.add_format({"italic": True, "bg_color": "#FFF2CC", "num_format": "yyyy-mm-dd"})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})


@contextmanager
def new_workbook(path: str | os.PathLike[str], *, streamed: bool = False) -> Iterator[tuple[Any, Formats]]:
    """A workbook that takes its place at ``path`` only when it is whole.

    ``streamed``: rows go to a temporary file as they are written, top to bottom, so that millions of cells never stand
    in memory; two such files need not be equal byte by byte.
    """
    where = Path(path)
    part = where.with_name(f".{where.name}.{os.getpid()}.part")
    # in memory: the zip then carries fixed times instead of those of temporary files
    with tempfile.TemporaryDirectory(prefix="tamnhin-") if streamed else nullcontext() as folder:
        memory = {"constant_memory": True, "tmpdir": folder} if streamed else {"in_memory": True}
        book = xlsxwriter.Workbook(str(part), {**memory, "strings_to_formulas": False, "strings_to_urls": False})
        book.set_properties({"created": _CREATED})
        try:
            yield book, Formats(book)
            book.close()
            part.replace(where)
        finally:
            part.unlink(missing_ok=True)


def put_text(sheet: Any, formats: Formats, row: int, col: int, text: str, style: Any = None) -> None:
    """Text as text: never a formula, a link or markup."""
    if text.startswith("<r>") and text.endswith("</r>"):
        # xlsxwriter passes such text through as raw markup; in fragments it is escaped like any other
        sheet.write_rich_string(row, col, text[:1], formats.text, text[1:])
    else:
        sheet.write_string(row, col, text, style or (formats.quoted if RISKY.match(text) else None))


def put_number(sheet: Any, row: int, col: int, value: float, style: Any = None) -> None:
    """A number that reads back as the same float."""
    sheet.write_number(row, col, _Exact(value), style)


def put_series(sheet: Any, formats: Formats, col: int, values: pl.Series, language: str | None) -> int:
    """One column below its heading (row 0), nulls left blank. The width of its longest text, for the column width."""
    values = plain(values)
    widest = 0
    if values.dtype == pl.String:
        for row, text in enumerate(values, start=1):
            if text is not None:
                put_text(sheet, formats, row, col, text)
        widest = int(values.str.len_chars().max() or 0)  # type: ignore[arg-type]  # a count of characters
    elif values.dtype == pl.Date:
        widest = 10
        for row, day in enumerate(values, start=1):
            if day is None:
                continue
            if day < _FIRST_DATE:
                sheet.write_string(row, col, day.isoformat())
            else:
                sheet.write_datetime(row, col, day, formats.date)
    elif isinstance(values.dtype, pl.Decimal):
        for row, exact in enumerate(values, start=1):
            if exact is None:
                continue
            if Decimal(repr(float(exact))) == exact:
                put_number(sheet, row, col, float(exact))
            else:
                # more digits than a spreadsheet's numbers hold
                sheet.write_string(row, col, number_in(language, exact))
    elif values.dtype == pl.Boolean:
        for row, flag in enumerate(values, start=1):
            if flag is not None:
                sheet.write_boolean(row, col, flag)
    else:
        for row, number in enumerate(values.cast(pl.Float64), start=1):
            if number is not None:
                put_number(sheet, row, col, number)
    return widest
