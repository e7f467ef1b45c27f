"""One column of a file to one typed series, every fault at its cell."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from tamnhin.engine.book import CHOICES, INSTANT, SCHEMAS
from tamnhin.engine.periods import PeriodError
from tamnhin.workbook import limits
from tamnhin.workbook.collect import Collector, Place, did_you_mean
from tamnhin.workbook.fold import fold
from tamnhin.workbook.periods import AmbiguousDateError, period_key
from tamnhin.workbook.raw import NOT_CALCULATED, RawColumn, error_text, number_text
from tamnhin.workbook.spec import Column, choices
from tamnhin.workbook.values import (
    AMBIGUOUS,
    BAD,
    Parsed,
    dates,
    instants,
    local_instant,
    number_example,
    plain_numbers,
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the company sheet says about reading text."""

    language: str | None = None
    fiscal_year_start: int = 1
    time_zone: str = "Asia/Ho_Chi_Minh"


class Rows:
    """The rows of one sheet while its columns are read: where each stands and whether it is still right.

    ``row`` Int32 1-based, ``col`` Int32 0-based or None (wide sheets: the column of the value), ``owner`` and ``kpi``
    String or None; ``bad`` Boolean grows with every fault.
    """

    def __init__(self, collector: Collector, place: Place, row: pl.Series, col: pl.Series | None = None) -> None:
        self.collector = collector
        self.place = place
        self.row = row
        self.col = col
        self.context: dict[str, pl.Series] = {}
        self.bad = pl.repeat(False, len(row), dtype=pl.Boolean, eager=True)

    def fault(
        self,
        code: str,
        column: str,
        mask: pl.Series,
        args: Callable[[dict[str, object]], Mapping[str, object]] = lambda row: {},
        *,
        value_column: bool = False,
        **shown: pl.Series,
    ) -> None:
        """Report ``code`` wherever ``mask`` holds and leave those rows out. ``shown`` series reach ``args`` by name."""
        mask = mask.fill_null(False)
        if not mask.any():
            return
        series = {"_row": self.row, **self.context, **shown}
        if value_column and self.col is not None:
            series["_col"] = self.col
        frame = pl.DataFrame([values.alias(name) for name, values in series.items()]).filter(mask)
        if self.col is not None and not value_column:
            # in a wide sheet one cell of a fixed column serves many values: say it once
            frame = frame.unique(subset="_row", maintain_order=True)
        self.collector.rows(self.place, code, column, frame, args)
        self.bad = self.bad | mask

    def broken(self, column: str, mask: pl.Series, found: pl.Series, *, value_column: bool) -> None:
        """Spreadsheet errors and formulas without a value."""
        uncalculated = found == NOT_CALCULATED
        self.fault("FORMULA_NOT_CALCULATED", column, mask & uncalculated, value_column=value_column)
        self.fault("CELL_ERROR", column, mask & ~uncalculated, _found, value_column=value_column, found=found)


def _found(row: dict[str, object]) -> Mapping[str, object]:
    return {"found": row["found"]}


def convert(
    sheet: str,
    column: Column,
    raw: RawColumn,
    rows: Rows,
    settings: Settings,
    found_broken: pl.Series | None = None,
    *,
    value_column: bool = False,
) -> pl.Series:
    """The typed series of one column (dtype of ``SCHEMAS``), null where blank or faulty.

    ``found_broken``: String, the mark of each cell the file calls broken, else null.
    """
    is_error = error_text(raw.text)
    found = raw.text.set(~is_error, None) if is_error.any() else None
    if found_broken is not None:
        found = found_broken if found is None else found.fill_null(found_broken)
    if found is not None:
        marked = found.is_not_null()
        rows.broken(column.name, marked, found, value_column=value_column)
        raw = raw.without(marked)
    if column.required:
        blank = raw.blank()
        if found is not None:
            blank = blank & found.is_null()
        rows.fault("CELL_MISSING", column.name, blank, value_column=value_column)
    dtype = SCHEMAS[sheet][column.name]
    if column.kind in ("number", "whole", "decimal"):
        return _numbers(column, raw, rows, settings, dtype, value_column)
    if column.kind in ("code", "text"):
        return _texts(column, raw, rows)
    if column.kind == "choice":
        return _choices(sheet, column, raw, rows)
    if column.kind == "period":
        return _periods(column, raw, rows, settings)
    if column.kind == "date":
        return _dates(column, raw, rows, settings)
    return _instants(column, raw, rows, settings)


def _numbers(
    column: Column,
    raw: RawColumn,
    rows: Rows,
    settings: Settings,
    dtype: pl.DataType | type[pl.DataType],
    value_column: bool,
) -> pl.Series:
    shown = raw.shown()
    values = raw.number if raw.number is not None else pl.repeat(None, len(raw.text), dtype=pl.Float64, eager=True)
    plain: pl.Series | None = None
    bad = pl.repeat(False, len(shown), dtype=pl.Boolean, eager=True)
    if raw.text.null_count() < len(raw.text):
        parsed = plain_numbers(raw.text, settings.language)
        plain = parsed.values
        values = values.fill_null(plain.cast(pl.Float64, strict=False))
        rows.fault(
            "NUMBER_AMBIGUOUS", column.name, parsed.status == AMBIGUOUS, _two_readings, value_column=value_column,
            found=shown, first=parsed.first, second=parsed.second,
        )  # fmt: skip
        bad = bad | (parsed.status == BAD)
    for part in (raw.stamp, raw.odd):
        if part is not None:
            bad = bad | part.is_not_null()
    finite = values.is_finite()
    bad = (bad | ~finite.fill_null(True)).fill_null(False)
    example = number_example(settings.language)
    rows.fault(
        "NUMBER_BAD", column.name, bad, lambda row: {"found": row["found"], "example": example},
        value_column=value_column, found=shown,
    )  # fmt: skip
    values = values.set(bad, None)
    _in_range(column, values, shown, rows, value_column)
    if column.kind == "whole":
        whole = values == values.round(0)
        rows.fault("NUMBER_NOT_WHOLE", column.name, ~whole, _found, value_column=value_column, found=shown)
        return values.cast(dtype, strict=False)
    if column.kind == "decimal":
        # text keeps its digits; a typed number is the shortest decimal that is that float
        exact = number_text(values) if plain is None else plain.fill_null(number_text(values))
        return exact.set(bad, None).cast(dtype, strict=False)
    return values


def _two_readings(row: dict[str, object]) -> Mapping[str, object]:
    return {"found": row["found"], "first": row["first"], "second": row["second"]}


def _in_range(column: Column, values: pl.Series, shown: pl.Series, rows: Rows, value_column: bool) -> None:
    if column.low is None and column.high is None:
        return
    outside = pl.repeat(False, len(values), dtype=pl.Boolean, eager=True)
    if column.low is not None:
        outside = outside | (values <= column.low if column.above else values < column.low)
    if column.high is not None:
        outside = outside | (values > column.high)
    if column.name == "weight" and column.high == 100:
        rows.fault("WEIGHT_NEGATIVE", column.name, values < 0, lambda row: {"weight": row["found"]}, found=shown)
        outside = values > 100
    low = "" if column.low is None else f"{'>' if column.above else '≥'} {column.low:g}"
    high = "" if column.high is None else f"≤ {column.high:g}"
    text = ", ".join(part for part in (low, high) if part)
    rows.fault(
        "NUMBER_OUT_OF_RANGE", column.name, outside, lambda row: {"found": row["found"], "range": text},
        value_column=value_column, found=shown,
    )  # fmt: skip


def _texts(column: Column, raw: RawColumn, rows: Rows) -> pl.Series:
    shown = raw.shown()
    length = shown.str.len_chars()
    code, limit = ("CODE_TOO_LONG", limits.MAX_CODE) if column.kind == "code" else ("TEXT_TOO_LONG", limits.MAX_TEXT)
    rows.fault(
        code, column.name, length > limit, lambda row: {"length": row["length"], "limit": limit}, length=length
    )  # fmt: skip
    return shown


def _mapped(shown: pl.Series, mapping: Mapping[str, str | None]) -> pl.Series:
    """Each distinct text through the mapping; there are few distinct ones however many rows."""
    return shown.replace_strict(mapping, default=None, return_dtype=pl.String) if mapping else shown


def _distinct(shown: pl.Series) -> list[str]:
    return list(shown.drop_nulls().unique(maintain_order=True))


def _choices(sheet: str, column: Column, raw: RawColumn, rows: Rows) -> pl.Series:
    shown = raw.shown()
    mapping = {text: choices.canonical(sheet, column.name, text) for text in _distinct(shown)}
    values = _mapped(shown, mapping)
    known = choices.words(sheet, column.name)

    def args(row: dict[str, object]) -> Mapping[str, object]:
        close = difflib.get_close_matches(fold(str(row["found"])[:100]), known, 1, 0.6)
        return {
            "found": str(row["found"])[:200],
            "allowed_vi": ", ".join(_both(sheet, column.name)),
            "allowed_en": ", ".join(CHOICES[sheet, column.name]),
            **did_you_mean(known[close[0]] if close else None),
        }

    rows.fault("CHOICE_NOT_ALLOWED", column.name, shown.is_not_null() & values.is_null(), args, found=shown)
    return values


def _both(sheet: str, column: str) -> list[str]:
    """``cao (higher)``: the Vietnamese word beside the canonical one."""
    pairs = zip(choices.labels(sheet, column, "vi"), CHOICES[sheet, column], strict=True)
    return [word if word == value else f"{word} ({value})" for word, value in pairs]


def _periods(column: Column, raw: RawColumn, rows: Rows, settings: Settings) -> pl.Series:
    shown = raw.shown()
    if raw.stamp is not None:
        # a typed date is that day, whatever its time of day
        day = raw.stamp.dt.strftime("%Y-%m-%d")
        shown = pl.select(pl.when(day.is_not_null()).then(day).otherwise(shown)).to_series()
    mapping: dict[str, str | None] = {}
    hints: dict[str, Mapping[str, object]] = {}
    ambiguous: dict[str, Mapping[str, object]] = {}
    for text in _distinct(shown):
        try:
            mapping[text] = period_key(text, settings.language, settings.fiscal_year_start)
        except AmbiguousDateError as fault:
            mapping[text] = None
            ambiguous[text] = {"found": text, "first": fault.first, "second": fault.second}
        except PeriodError as fault:
            mapping[text] = None
            hints[text] = {"key": text[:100], "hint_vi": fault.hint_vi, "hint_en": fault.hint_en}
    for code, details in (("PERIOD_INVALID", hints), ("DATE_AMBIGUOUS", ambiguous)):
        if details:
            rows.fault(code, column.name, shown.is_in(list(details)), _looked_up(details), found=shown)
    return _mapped(shown, mapping)


def _looked_up(details: Mapping[str, Mapping[str, object]]) -> Callable[[dict[str, object]], Mapping[str, object]]:
    return lambda row: details[str(row["found"])]


def _typed_or_text(
    code: str, column: Column, raw: RawColumn, rows: Rows, typed: pl.Series | None, parsed: Parsed
) -> pl.Series:
    shown = raw.shown()
    bad = parsed.status == BAD
    for part in (raw.number, raw.odd):
        if part is not None:
            bad = bad | part.is_not_null()
    values = parsed.values
    if typed is not None and raw.stamp is not None:
        values = values.fill_null(typed)
        bad = bad | (raw.stamp.is_not_null() & typed.is_null())
    rows.fault(
        "DATE_AMBIGUOUS", column.name, parsed.status == AMBIGUOUS, _two_readings,
        found=shown, first=parsed.first, second=parsed.second,
    )  # fmt: skip
    rows.fault(code, column.name, bad, lambda row: {"found": str(row["found"])[:200]}, found=shown)
    return values


def _dates(column: Column, raw: RawColumn, rows: Rows, settings: Settings) -> pl.Series:
    typed = None
    if raw.stamp is not None:
        day = raw.stamp.dt.date()
        typed = day.set(~day.dt.year().is_between(1900, 2200).fill_null(True), None)
    return _typed_or_text("DATE_BAD", column, raw, rows, typed, dates(raw.text, settings.language))


def _instants(column: Column, raw: RawColumn, rows: Rows, settings: Settings) -> pl.Series:
    typed = None
    if raw.stamp is not None:
        typed = (
            pl.DataFrame({"naive": raw.stamp}).select(local_instant(pl.col("naive"), settings.time_zone)).to_series()
        )
    values = _typed_or_text("INSTANT_BAD", column, raw, rows, typed, instants(raw.text, settings.time_zone))
    return values.cast(INSTANT)
