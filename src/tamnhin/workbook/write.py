"""Writing a book to a file that reads back as the same book: .xlsx, or a folder of .csv."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import polars as pl

from tamnhin.engine.book import SCHEMAS, Book
from tamnhin.workbook.cells import RISKY, company_rows, number_in, plain
from tamnhin.workbook.spec import COMPANY, SHEETS
from tamnhin.workbook.xlsx import Formats, new_workbook, put_number, put_series, put_text


def write(
    book: Book,
    path: str | os.PathLike[str],
    *,
    language: str = "vi",
    extra_sheets: Mapping[str, pl.DataFrame] | None = None,
) -> None:
    """Write every sheet of the book, long, under canonical names: ``.xlsx``, or a folder where there is no suffix.

    ``language``: of the notes on the headings. Text typed numbers in a CSV follow the company's own language, so that
    the file reads back as it was. ``extra_sheets``: more frames by sheet name, written after the book's own.
    Two writes of one book are equal byte by byte. Text is trimmed and in NFC; text that a spreadsheet would run as a
    formula stays text (``.csv``: an apostrophe in front, which reading takes off).

    ValueError for any other kind of file, and for numbers that are not finite.
    """
    where = Path(path)
    frames = {name: book[name].select(list(SCHEMAS[name])) for name in SHEETS if name in SCHEMAS}
    more = dict(extra_sheets or {})
    for name, frame in (*frames.items(), *more.items()):
        _refuse_not_finite(name, frame)
    if where.suffix.lower() == ".xlsx":
        _write_xlsx(book, where, frames, more, language)
    elif where.is_dir() or not where.suffix:
        _write_folder(book, where, {**frames, **more})
    else:
        raise ValueError(f"cannot write {where.suffix} files: use .xlsx or a folder for .csv files")


def _refuse_not_finite(name: str, frame: pl.DataFrame) -> None:
    floats = [column for column, dtype in frame.schema.items() if dtype.is_float()]
    for column in floats:
        if not frame[column].drop_nulls().is_finite().all():
            raise ValueError(f"{name}.{column} holds a number that is not finite, which no spreadsheet can carry")


# --- xlsx ---


def _write_xlsx(
    book: Book, where: Path, frames: Mapping[str, pl.DataFrame], more: Mapping[str, pl.DataFrame], language: str
) -> None:
    with new_workbook(where) as (file, formats):
        sheet = file.add_worksheet("company")
        _headings(sheet, formats, [column.name for column in COMPANY.columns], [40, 60])
        for row, (key, value) in enumerate(company_rows(book), start=1):
            put_text(sheet, formats, row, 0, key)
            if isinstance(value, str):
                put_text(sheet, formats, row, 1, value)
            else:
                put_number(sheet, row, 1, value)
        for name, frame in (*frames.items(), *more.items()):
            sheet = file.add_worksheet(name)
            widths = [
                max(len(values.name), min(put_series(sheet, formats, col, values, book.company.language), 60)) + 2
                for col, values in enumerate(frame.get_columns())
            ]
            _headings(sheet, formats, frame.columns, widths)
            if name in frames:
                for col, column in enumerate(SHEETS[name].columns):
                    sheet.write_comment(0, col, column.vi if language == "vi" else column.en)
            if frame.height:
                sheet.autofilter(0, 0, frame.height, frame.width - 1)


def _headings(sheet: object, formats: Formats, names: list[str], widths: list[int]) -> None:
    for col, (name, width) in enumerate(zip(names, widths, strict=True)):
        put_text(sheet, formats, 0, col, name, formats.header)
        sheet.set_column(col, col, width)  # type: ignore[attr-defined]  # xlsxwriter has no types
    sheet.freeze_panes(1, 0)  # type: ignore[attr-defined]  # xlsxwriter has no types


# --- csv ---


def _write_folder(book: Book, where: Path, frames: Mapping[str, pl.DataFrame]) -> None:
    where.mkdir(parents=True, exist_ok=True)
    language = book.company.language
    pairs = [
        (key, _safe(value) if isinstance(value, str) else number_in(language, value))
        for key, value in company_rows(book)
    ]
    _write_csv(where / "company.csv", ["key", "value"], [list(part) for part in zip(*pairs, strict=True)], language)
    for name, frame in frames.items():
        columns = [_as_text(plain(values), language) for values in frame.get_columns()]
        _write_csv(where / f"{name}.csv", frame.columns, columns, language)


def _as_text(values: pl.Series, language: str | None) -> list[str | None]:
    if values.dtype == pl.String:
        return [None if text is None else _safe(text) for text in values]
    if values.dtype == pl.Date:
        return values.dt.strftime("%Y-%m-%d").to_list()
    if values.dtype.is_integer() or values.dtype == pl.Boolean:
        return values.cast(pl.String).to_list()
    return [None if number is None else number_in(language, _number(number)) for number in values]


def _number(value: object) -> float | Decimal:
    return value if isinstance(value, Decimal) else float(str(value))


def _safe(text: str) -> str:
    """An apostrophe before what a spreadsheet would run; also before text that already has one there."""
    return f"'{text}" if RISKY.match(text) else text


def _write_csv(file: Path, header: list[str], columns: list[list[str | None]], language: str | None) -> None:
    # where the comma marks decimals, Excel expects semicolons between cells
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if language == "vi" else ",", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(zip(*columns, strict=True))
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        # with a byte order mark, without which Excel takes UTF-8 for the machine's own code page
        part.write_bytes(text.getvalue().encode("utf-8-sig"))
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
