"""One sheet of a file to one frame: finding the headings, the wide form, the rows that say something."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from tamnhin.engine.book import REQUIRED_SHEETS, SCHEMAS, column_letters
from tamnhin.engine.periods import PeriodError
from tamnhin.engine.problems import Problem
from tamnhin.workbook.collect import Collector, Place, did_you_mean
from tamnhin.workbook.convert import Rows, Settings, convert
from tamnhin.workbook.fold import fold
from tamnhin.workbook.periods import AmbiguousDateError, period_key
from tamnhin.workbook.raw import Cell, RawColumn, RawSheet, split_column
from tamnhin.workbook.spec import Sheet, column_words, find_column

_HEADER_SEARCH = 10  # titles and notes may stand above the headings


@dataclass(slots=True)
class Table:
    """One sheet as read: right rows only, with ``_row`` (and ``_col``). ``seen``: every code in the sheet, also of rows
    left out, so that what refers to them is not called unknown."""

    sheet: Sheet
    place: Place
    frame: pl.DataFrame
    seen: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Header:
    row: int  # 0-based
    columns: dict[str, int] = field(default_factory=dict)
    periods: dict[int, str] = field(default_factory=dict)  # column -> period key
    unknown: dict[int, str] = field(default_factory=dict)
    twice: list[tuple[str, int, int]] = field(default_factory=list)


def read_table(sheet: Sheet, raw: RawSheet, settings: Settings, collector: Collector) -> Table | None:
    """The sheet's frame, or None where a required column is missing. Every problem goes to ``collector``."""
    place = Place(raw.name)
    header = _find_header(sheet, raw, settings)
    place.header_row, place.columns = header.row + 1, header.columns
    wide = sheet.wide_value is not None and bool(header.periods) and "period" not in header.columns
    missing = [name for name in sheet.required if name not in header.columns]
    if wide:
        missing = [name for name in missing if name not in ("period", sheet.wide_value)]
    if missing:
        code = "REQUIRED_COLUMN_MISSING" if sheet.name in REQUIRED_SHEETS else "COLUMN_MISSING"
        for name in missing:
            args = {"name": raw.name, "column": name, "label": sheet.column(name).label}
            collector.add(Problem(code, raw.name, None, args=args))
    _report_headings(sheet, raw, header, place, wide, collector)
    if missing:
        return None
    data = raw.rows[header.row + 1 :]
    if wide:
        return _wide(sheet, raw, data, header, place, settings, collector)
    return _long(sheet, raw, data, header, place, settings, collector)


def _blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _find_header(sheet: Sheet, raw: RawSheet, settings: Settings) -> _Header:
    first: _Header | None = None
    tried = 0
    for index, cells in enumerate(raw.rows):
        if all(map(_blank, cells)):
            continue
        header = _parse_header(sheet, index, cells, settings)
        needed = set(sheet.required)
        if header.periods:
            needed -= {"period", sheet.wide_value}
        if needed <= set(header.columns):
            return header
        first = first or header
        tried += 1
        if tried == _HEADER_SEARCH:
            break
    return first or _Header(0)


def _parse_header(sheet: Sheet, index: int, cells: Sequence[Cell], settings: Settings) -> _Header:
    header = _Header(index)
    typed = [cell for cell in cells if isinstance(cell, dt.date)]
    # in Excel a heading typed as 03/2026 becomes 1 March: dates that are all firsts of a month are months
    months = bool(typed) and all(cell.day == 1 for cell in typed)
    for at, cell in enumerate(cells):
        if _blank(cell):
            continue
        if isinstance(cell, dt.date):
            text = cell.strftime("%Y-%m" if months else "%Y-%m-%d")
        elif isinstance(cell, float) and cell.is_integer():
            text = str(int(cell))
        else:
            text = " ".join(str(cell).split())
        name = find_column(sheet.name, text)
        if name is not None and name in header.columns:
            header.twice.append((name, header.columns[name], at))
        elif name is not None:
            header.columns[name] = at
        elif sheet.wide_value is not None and (key := _period_heading(text, settings)) is not None:
            header.periods[at] = key
        else:
            header.unknown[at] = text
    return header


def _period_heading(text: str, settings: Settings) -> str | None:
    try:
        return period_key(text, settings.language, settings.fiscal_year_start)
    except (PeriodError, AmbiguousDateError):
        return None


def _report_headings(
    sheet: Sheet, raw: RawSheet, header: _Header, place: Place, wide: bool, collector: Collector
) -> None:
    row = header.row + 1
    words = column_words(sheet.name)
    for name, first, second in header.twice:
        args = {"first": column_letters(first), "second": column_letters(second), "column": name}
        collector.at(place, "COLUMN_TWICE", name, row, col=second, args=args)
    for at, heading in header.unknown.items():
        close = difflib.get_close_matches(fold(heading)[:60], words, 1, 0.75)
        hint = did_you_mean(sheet.column(words[close[0]]).label if close else None)
        collector.at(place, "COLUMN_UNKNOWN", heading, row, col=at, args={"heading": heading[:100], **hint})
    seen: dict[str, int] = {}
    for at, key in list(header.periods.items()):
        if not wide:
            collector.at(place, "WIDE_AND_LONG", key, row, col=at, args={"heading": key})
        elif key in seen:
            args = {"first": column_letters(seen[key]), "second": column_letters(at), "period": key}
            collector.at(place, "PERIOD_TWICE", key, row, col=at, args=args)
            del header.periods[at]
        else:
            seen[key] = at
    if wide:
        kept = {"owner", "kpi", *sheet.wide_keeps}
        for name in [name for name in header.columns if name not in kept]:
            args = {"heading": name}
            collector.at(place, "COLUMN_NOT_IN_WIDE", name, row, args=args)
            del header.columns[name]


def _cells(data: Sequence[Sequence[Cell]], at: int) -> list[Cell]:
    return [row[at] if at < len(row) else None for row in data]


def _broken(raw: RawSheet, row: pl.Series, col: pl.Series | int) -> pl.Series | None:
    """String: the mark of each broken cell among these, or None where there is none."""
    if not raw.broken:
        return None
    places = list(raw.broken)
    marks = pl.DataFrame(
        {
            "row": pl.Series([place[0] + 1 for place in places], dtype=pl.Int32),
            "col": pl.Series([place[1] for place in places], dtype=pl.Int32),
            "mark": pl.Series(list(raw.broken.values()), dtype=pl.String),
        }
    )
    at = pl.DataFrame({"row": row}).with_columns(pl.lit(col, dtype=pl.Int32).alias("col") if isinstance(col, int)
                                                 else col.alias("col"))  # fmt: skip
    found = at.join(marks, on=["row", "col"], how="left", maintain_order="left")["mark"]
    return None if found.null_count() == len(found) else found


def _long(
    sheet: Sheet,
    raw: RawSheet,
    data: Sequence[Sequence[Cell]],
    header: _Header,
    place: Place,
    settings: Settings,
    collector: Collector,
) -> Table:
    row = pl.Series("_row", np.arange(len(data), dtype=np.int32) + header.row + 2)
    columns = {name: split_column(at, _cells(data, at), typed=raw.typed) for name, at in header.columns.items()}
    broken = {name: _broken(raw, row, at) for name, at in header.columns.items()}
    said = pl.repeat(False, len(row), dtype=pl.Boolean, eager=True)
    for name, column in columns.items():
        said = said | _said(column, broken[name])
    rows = Rows(collector, place, row.filter(said))
    columns = {name: column.filter(said) for name, column in columns.items()}
    marks = {name: None if mark is None else mark.filter(said) for name, mark in broken.items()}
    return _assemble(sheet, columns, marks, rows, settings)


def _wide(
    sheet: Sheet,
    raw: RawSheet,
    data: Sequence[Sequence[Cell]],
    header: _Header,
    place: Place,
    settings: Settings,
    collector: Collector,
) -> Table:
    value = sheet.wide_value
    assert value is not None  # noqa: S101  only called for sheets that have one
    at = list(header.periods)
    cells = [row[col] if col < len(row) else None for row in data for col in at]
    index = pl.Series(np.repeat(np.arange(len(data), dtype=np.uint32), len(at)))
    col = pl.Series("_col", np.tile(np.array(at, dtype=np.int32), len(data)))
    row = pl.Series("_row", (index + header.row + 2).cast(pl.Int32))
    period = pl.Series(list(header.periods.values()), dtype=pl.String)
    values = split_column(at[0], cells, typed=raw.typed)
    mark = _broken(raw, row, col)
    said = _said(values, mark)
    index, row, col = index.filter(said), row.filter(said), col.filter(said)
    rows = Rows(collector, place, row, col)
    columns = {value: values.filter(said)}
    marks = {value: None if mark is None else mark.filter(said)}
    for name, fixed_at in header.columns.items():
        columns[name] = split_column(fixed_at, _cells(data, fixed_at), typed=raw.typed).gather(index)
        marks[name] = _broken(raw, row, fixed_at)
    # the heading was read once; every value below it carries its key
    keys = pl.DataFrame({"col": pl.Series(at, dtype=pl.Int32), "period": period})
    column_keys = pl.DataFrame({"col": col}).join(keys, on="col", how="left", maintain_order="left")["period"]
    columns["period"] = RawColumn(at[0], column_keys)
    marks["period"] = None
    return _assemble(sheet, columns, marks, rows, settings)


def _said(column: RawColumn, mark: pl.Series | None) -> pl.Series:
    return ~column.blank() if mark is None else ~column.blank() | mark.is_not_null()


def _assemble(
    sheet: Sheet,
    columns: Mapping[str, RawColumn],
    marks: Mapping[str, pl.Series | None],
    rows: Rows,
    settings: Settings,
) -> Table:
    for name, source in (("owner", "owner"), ("owner", "person"), ("kpi", "kpi")):
        if source in columns and name not in rows.context:
            rows.context[name] = columns[source].shown()
    schema = SCHEMAS[sheet.name]
    series: list[pl.Series] = []
    for name, dtype in schema.items():
        if name not in columns:
            series.append(pl.repeat(None, len(rows.row), dtype=dtype, eager=True).alias(name))
            continue
        in_wide = rows.col is not None and name == sheet.wide_value
        values = convert(
            sheet.name, sheet.column(name), columns[name], rows, settings, marks[name], value_column=in_wide
        )
        series.append(values.cast(dtype).alias(name))
    frame = pl.DataFrame([*series, rows.row.alias("_row")])
    if rows.col is not None:
        frame = frame.with_columns(rows.col.alias("_col"))
    table = Table(sheet, rows.place, frame.filter(~rows.bad))
    if "code" in schema:
        coded = frame.select("code", "_row").drop_nulls("code").unique("code", keep="first", maintain_order=True)
        table.seen = dict(coded.iter_rows())
    return table
