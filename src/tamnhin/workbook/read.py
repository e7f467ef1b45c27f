"""Reading a workbook: a book of every right row, and every problem at its cell."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import polars as pl

from tamnhin.engine.book import REQUIRED_SHEETS, SCHEMAS, Book, Company, empty_frame
from tamnhin.engine.problems import Problem
from tamnhin.workbook.collect import Collector, Place, did_you_mean
from tamnhin.workbook.company import read_company
from tamnhin.workbook.convert import Settings
from tamnhin.workbook.fold import fold
from tamnhin.workbook.raw import RawSheet
from tamnhin.workbook.references import check_references
from tamnhin.workbook.refusal import RefusedError
from tamnhin.workbook.rules import check_rows
from tamnhin.workbook.sheets import Table, read_table
from tamnhin.workbook.sources import open_sheets
from tamnhin.workbook.spec import SHEETS, find_sheet, is_guide, sheet_words

Progress = Callable[[int, int, str], None]

WHOLE_COMPANY = "company"


@dataclass(frozen=True, slots=True)
class ReadResult:
    """``book`` is None where a problem is fatal. ``problems`` come in the order of sheets and columns."""

    book: Book | None
    problems: list[Problem]

    @property
    def fatal(self) -> bool:
        return any(problem.fatal for problem in self.problems)


def read(
    path: str | os.PathLike[str],
    *,
    language: str | None = None,
    progress: Progress | None = None,
    required: Iterable[str] = REQUIRED_SHEETS,
) -> ReadResult:
    """Read an ``.xlsx``, an ``.ods`` or a folder of ``.csv`` files (workbook.md).

    ``language`` (``vi``, ``en``) decides how numbers and dates typed as text are read where the company sheet does not
    say. ``progress(done_rows, total_rows, sheet)`` is called before and after each sheet; the total grows as sheets
    are opened. ``required``: the sheets without which nothing can be done.

    Raises nothing for a bad file: it gives one fatal problem and no book. Frames carry ``_row`` (and ``_col`` in wide
    sheets); ``Book.columns`` and ``Book.place_names`` say where things stood.
    """
    collector = Collector()
    try:
        sheets = open_file(path, collector)
    except RefusedError as refused:
        return ReadResult(None, [refused.problem])
    for name in required:
        if name not in sheets:
            args = {"name": name, "label": SHEETS[name].label}
            collector.add(Problem("SHEET_MISSING", None, None, args=args))
    company, settings, places = Company(), Settings(language), {}
    if "company" in sheets:
        company, settings, places["company"] = read_company(sheets.pop("company"), language, collector)
    tables = read_tables(sheets, settings, collector, progress)
    units = tables.get("units")
    whole_company = WHOLE_COMPANY if units is None or not (units.frame.height or units.seen) else None
    sound = check_references(tables, collector, whole_company=whole_company)
    problems = collector.finish()
    if not sound or any(problem.fatal for problem in problems):
        return ReadResult(None, problems)
    places |= {name: table.place for name, table in tables.items()}
    return ReadResult(book_of(company, tables, places, whole_company), problems)


def open_file(path: str | os.PathLike[str], collector: Collector) -> dict[str, RawSheet]:
    """The sheets of the file by canonical name; unknown and repeated ones are reported."""
    _, given = open_sheets(path)
    found: dict[str, RawSheet] = {}
    for raw in given:
        name = find_sheet(raw.name)
        if name is None:
            if not is_guide(raw.name) and any(any(cell not in ("", None) for cell in row) for row in raw.rows):
                close = difflib.get_close_matches(fold(raw.name)[:60], sheet_words(), 1, 0.75)
                hint = did_you_mean(SHEETS[sheet_words()[close[0]]].label if close else None)
                collector.add(Problem("SHEET_UNKNOWN", raw.name, None, args={"name": raw.name, **hint}))
        elif name in found:
            args = {"first": found[name].name, "name": raw.name, "canonical": name}
            collector.add(Problem("SHEET_TWICE", raw.name, None, args=args))
        else:
            found[name] = raw
    return found


def read_tables(
    sheets: dict[str, RawSheet], settings: Settings, collector: Collector, progress: Progress | None
) -> dict[str, Table]:
    total = sum(len(raw.rows) for raw in sheets.values())
    done = 0
    tables: dict[str, Table] = {}
    for name, spec in SHEETS.items():
        if name not in sheets:
            continue
        raw = sheets.pop(name)  # freed once read: the cells of a large sheet are the peak of memory
        if progress is not None:
            progress(done, total, raw.name)
        done += len(raw.rows)
        # a sheet with nothing in it, or only its headings, is as good as absent for the optional ones
        table = read_table(spec, raw, settings, collector) if raw.rows or name in REQUIRED_SHEETS else None
        if table is not None:
            check_rows(table, collector)
            tables[name] = table
        if progress is not None:
            progress(done, total, raw.name)
    return tables


def book_of(company: Company, tables: dict[str, Table], places: dict[str, Place], whole_company: str | None) -> Book:
    frames: dict[str, pl.DataFrame] = {}
    for name in SCHEMAS:
        table = tables.get(name)
        frames[name] = empty_frame(name) if table is None else table.frame
    if whole_company is not None:
        row = pl.DataFrame({"code": [whole_company], "name": [company.name or whole_company]})
        schema = SCHEMAS["units"]
        frames["units"] = row.with_columns(
            pl.lit(None, dtype=dtype).alias(key) for key, dtype in schema.items() if key not in row.columns
        ).select(*schema)
    return Book(
        company,
        frames,
        {name: dict(place.columns) for name, place in places.items()},
        {name: place.name for name, place in places.items()},
    )
