"""From a typed series to what a file holds: text that stays text, numbers that read back as the same number."""

from __future__ import annotations

import re
from decimal import Decimal

import polars as pl

from tamnhin.engine.book import Book
from tamnhin.workbook.raw import clean_text
from tamnhin.workbook.spec import SETTINGS

# a text that begins like this would be run as a formula by a spreadsheet that opens it as CSV
RISKY = re.compile(r"'*[=+\-@\t\r]")
# read two ways where no language is given (values.py): one more zero leaves one reading
_AMBIGUOUS = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")


def number_in(language: str | None, value: float | Decimal) -> str:
    """A number as text that reads back exactly under that language: ``1234,5`` in Vietnamese, ``1234.5`` otherwise."""
    if isinstance(value, Decimal):
        text = format(value, "f")
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        text = str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if language == "vi":
        return text.replace(".", ",")
    if language is None and _AMBIGUOUS.fullmatch(text):
        return f"{text}0"
    return text


def instants_as_text(values: pl.Series) -> pl.Series:
    """``2026-01-31T17:30:00Z``, with microseconds only where there are any: exact, and in no one's local time."""
    whole = values == values.dt.truncate("1s")
    return pl.select(
        pl.when(whole)
        .then(values.dt.strftime("%Y-%m-%dT%H:%M:%SZ"))
        .otherwise(values.dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ"))
    ).to_series()


def plain(values: pl.Series) -> pl.Series:
    """The series as a file holds it: text cleaned as reading cleans it, instants as text, the rest unchanged."""
    if values.dtype == pl.String:
        return clean_text(values)
    if isinstance(values.dtype, pl.Datetime):
        return instants_as_text(values)
    return values


def company_rows(book: Book) -> list[tuple[str, str | float]]:
    """The company sheet: one pair per setting that was given or has a default; core values one row each."""
    rows: list[tuple[str, str | float]] = []
    for setting in SETTINGS:
        value = getattr(book.company, setting.attribute)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, str):
                text = clean_text(pl.Series([part]))[0]
                if text is not None:
                    rows.append((setting.key, text))
            elif part is not None:
                rows.append((setting.key, float(part)))
    return rows
