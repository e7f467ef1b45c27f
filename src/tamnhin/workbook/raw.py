"""A sheet as it stands in the file, column by column, before it means anything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

Cell = object  # what calamine gives: str, int, float, bool, date, datetime, time, timedelta; "" and None are blank

# _fault of a cell that the file marks as broken, found by scanning (calamine gives such cells as blank)
NOT_CALCULATED = "="

_ERROR_TEXT = r"^(?:#(?:DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|SPILL!|CALC!)|Err:\d{3})$"


@dataclass(slots=True)
class RawSheet:
    """``rows``: cells from A1 on, each row as long as the widest or shorter. ``broken``: (row, column), both 0-based,
    of cells with a spreadsheet error or an uncalculated formula. ``typed``: whether numbers and dates carry types."""

    name: str
    rows: Sequence[Sequence[Cell]]
    broken: Mapping[tuple[int, int], str] = field(default_factory=dict)
    typed: bool = True


@dataclass(slots=True)
class RawColumn:
    """One column below its heading, split by what the cells are; every series has one entry per kept row.

    ``text`` String: trimmed, NFC, null where blank or typed. ``number`` Float64, ``stamp`` Datetime[us], ``odd``
    String (booleans, times and durations, as they would be shown), each None where the column has none.
    """

    index: int
    text: pl.Series
    number: pl.Series | None = None
    stamp: pl.Series | None = None
    odd: pl.Series | None = None

    def filter(self, mask: pl.Series) -> RawColumn:
        """Only the rows where ``mask`` holds."""
        return self._each(lambda part: part.filter(mask))

    def gather(self, at: pl.Series) -> RawColumn:
        """The rows at those positions, in that order."""
        return self._each(lambda part: part.gather(at))

    def without(self, mask: pl.Series) -> RawColumn:
        """The same rows with the text of those where ``mask`` holds taken away."""
        return RawColumn(self.index, self.text.set(mask, None), self.number, self.stamp, self.odd)

    def _each(self, change: Callable[[pl.Series], pl.Series]) -> RawColumn:
        return RawColumn(
            self.index,
            change(self.text),
            *(None if part is None else change(part) for part in (self.number, self.stamp, self.odd)),
        )

    def blank(self) -> pl.Series:
        """Boolean: nothing stands in the cell."""
        blank = self.text.is_null()
        for part in (self.number, self.stamp, self.odd):
            if part is not None:
                blank = blank & part.is_null()
        return blank

    def shown(self) -> pl.Series:
        """String: each cell as text, typed numbers and dates in their plain form, null where blank."""
        shown = self.text
        if self.number is not None:
            shown = shown.fill_null(number_text(self.number))
        if self.stamp is not None:
            shown = shown.fill_null(stamp_text(self.stamp))
        if self.odd is not None:
            shown = shown.fill_null(self.odd)
        return shown


def number_text(number: pl.Series) -> pl.Series:
    """``2026.0 -> "2026"``, ``1.5 -> "1.5"``: the shortest text that reads back as the same float."""
    whole = (number == number.round(0)) & (number.abs() < 1e15)
    return (
        pl.select(
            pl.when(whole).then(number.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(number.cast(pl.String))
        )
        .to_series()
        .alias(number.name)
    )


def stamp_text(stamp: pl.Series) -> pl.Series:
    """ISO date, with the time only where there is one."""
    midnight = stamp == stamp.dt.truncate("1d")
    return pl.select(
        pl.when(midnight).then(stamp.dt.strftime("%Y-%m-%d")).otherwise(stamp.dt.strftime("%Y-%m-%dT%H:%M:%S"))
    ).to_series()


def clean_text(text: pl.Series) -> pl.Series:
    """Trimmed, NFC, one kind of line end, no control characters (XML cannot carry them); empty becomes null."""
    text = text.str.replace_all("\r\n?", "\n").str.replace_all("[\x00-\x08\x0b-\x1f\x7f\ufeff\ufffe\uffff]", "")
    text = text.str.normalize("NFC").str.strip_chars()
    return pl.select(pl.when(text != "").then(text)).to_series()


def split_column(index: int, cells: Sequence[Cell], *, typed: bool) -> RawColumn:
    """Sort a column's cells by type. One pass in C where the whole column is text, else one pass per type found."""
    types = set(map(type, cells))
    if types <= {str, type(None)}:
        text = pl.Series(cells, dtype=pl.String)
        if not typed:
            # writing puts an apostrophe before what a spreadsheet would run as a formula; this takes that one off
            text = text.str.replace(r"^'('*[=+\-@\t\r])", "$1")
        return RawColumn(index, clean_text(text))
    text = clean_text(pl.Series([cell if type(cell) is str else None for cell in cells], dtype=pl.String))
    number = stamp = odd = None
    if types & {int, float}:
        number = pl.Series([cell if type(cell) in (int, float) else None for cell in cells], dtype=pl.Float64,
                           strict=False)  # fmt: skip
    if types & {dt.date, dt.datetime}:
        stamp = pl.Series([_stamp(cell) for cell in cells], dtype=pl.Datetime("us"))
    if types - {str, int, float, dt.date, dt.datetime, type(None)}:
        odd = pl.Series([_odd(cell) for cell in cells], dtype=pl.String)
    return RawColumn(index, text, number, stamp, odd)


def _stamp(cell: Cell) -> dt.datetime | None:
    if isinstance(cell, dt.datetime):
        return cell
    if isinstance(cell, dt.date):
        return dt.datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001  a sheet's dates have no zone
    return None


def _odd(cell: Cell) -> str | None:
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return str(cell) if isinstance(cell, dt.time | dt.timedelta) else None


def error_text(text: pl.Series) -> pl.Series:
    """Boolean: the cell's text is a spreadsheet error, as a CSV export writes them."""
    return text.str.contains(_ERROR_TEXT).fill_null(False)
