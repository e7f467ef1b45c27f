"""Reading an uploaded workbook for a company that may already hold what the file refers to."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from tamnhin.engine.book import Book, Company
from tamnhin.engine.problems import Problem
from tamnhin.measurements.exchange.references import settle
from tamnhin.measurements.frames import load_book
from tamnhin.organisation import models
from tamnhin.workbook.collect import Collector
from tamnhin.workbook.company import read_company
from tamnhin.workbook.convert import Settings
from tamnhin.workbook.raw import RawSheet
from tamnhin.workbook.read import WHOLE_COMPANY, book_of, open_file, read_tables
from tamnhin.workbook.refusal import RefusedError
from tamnhin.workbook.spec import SETTINGS, find_column, find_setting

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class FileRead:
    """``book`` is None where a problem is fatal. ``said``: the company settings that the file gives."""

    book: Book | None
    problems: list[Problem]
    said: frozenset[str] = frozenset()


def read_file(
    path: str | os.PathLike[str],
    company: models.Company,
    *,
    language: str | None = None,
    progress: Progress | None = None,
) -> FileRead:
    """Like ``workbook.read``, but no sheet is required and codes of the company's own rows are known.

    Texts are read in the language and calendar of the company where the file's own company sheet does not say;
    ``language`` where the company has none either.
    """
    collector = Collector()
    try:
        sheets = open_file(path, collector)
    except RefusedError as refused:
        return FileRead(None, [refused.problem])
    held = load_book(company, owners=[])
    language = company.language or language
    given, said = Company(), frozenset[str]()
    settings = Settings(language, company.fiscal_year_start, company.time_zone)
    places = {}
    if "company" in sheets:
        raw = sheets.pop("company")
        said = _said(raw)
        given, read, places["company"] = read_company(raw, language, collector)
        said -= _refused(collector.problems)
        settings = Settings(
            read.language,
            read.fiscal_year_start if "fiscal_year_start" in said else company.fiscal_year_start,
            read.time_zone if "time_zone" in said else company.time_zone,
        )
    tables = read_tables(sheets, settings, collector, progress)
    units = tables.get("units")
    none_given = units is None or not (units.frame.height or units.seen)
    whole_company = WHOLE_COMPANY if none_given and held["units"].is_empty() and tables else None
    sound = settle(tables, held, collector, whole_company=whole_company)
    problems = collector.finish()
    if not sound or any(problem.fatal for problem in problems):
        return FileRead(None, problems, said)
    places |= {name: table.place for name, table in tables.items()}
    return FileRead(book_of(given, tables, places, whole_company), problems, said)


def _said(raw: RawSheet) -> frozenset[str]:
    """The attributes of ``engine.book.Company`` whose key stands in the sheet with something beside it."""
    columns: dict[str, int] = {}
    found: set[str] = set()
    for cells in raw.rows:
        if not {"key", "value"} <= set(columns):
            for at, cell in enumerate(cells):
                name = find_column("company", str(cell)) if cell not in ("", None) else None
                if name is not None:
                    columns.setdefault(name, at)
            continue
        key, value = (cells[columns[name]] if columns[name] < len(cells) else None for name in ("key", "value"))
        setting = find_setting(str(key)) if key not in ("", None) else None
        if setting is not None and value not in ("", None):
            found.add(setting.attribute)
    return frozenset(found & {setting.attribute for setting in SETTINGS})


def _refused(problems: list[Problem]) -> set[str]:
    """Settings whose value could not be used: the default put in its place was not said by anybody."""
    attributes = {setting.key: setting.attribute for setting in SETTINGS}
    found = {attributes[str(one.args["key"])] for one in problems if one.code == "COMPANY_VALUE_BAD"}
    return found | ({"floor", "cap"} if any(one.code == "BOUNDS_REVERSED" for one in problems) else set())
