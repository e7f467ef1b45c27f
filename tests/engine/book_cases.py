"""Worked cases of whole books, read from the pages of docs/algorithms.

Under a heading that starts with "Case:" stand small tables. The first title of a table names a sheet of the workbook
and the others its columns; the first cell of each row is free (left empty, or a word for the reader). Period keys as
titles are the wide form. ``company`` has the columns key and value. These names are the expected result, of which only
the columns that stand there are compared: ``lines`` and ``scorecards out`` (rows of the report) and ``problems`` (every
problem of severity error or warning, and infos whose code is named; ``—`` as the code of the only row for none).

Left out: a name is the code; ``direction`` higher, ``aggregation`` sum, ``frequency`` month, ``weight`` 100; the
calendar has no holidays unless the case says so, so that a reader can count. ``as of`` and ``known at`` are columns of
the expected tables: the day the book is looked at (by default the last day of the period), and the instant up to which
records are known.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from string import Formatter

import polars as pl
import pytest
from tests.cases import PAGES, _plain, _split, number

from tamnhin.engine import periods as per
from tamnhin.engine.book import SCHEMAS, Book, Company, make_book
from tamnhin.engine.evaluate import Result, evaluate
from tamnhin.engine.plan import Request, compile_book
from tamnhin.engine.report import Report, report

Row = dict[str, str]
LINES, CARDS, PROBLEMS = "lines", "scorecards out", "problems"
_DEFAULTS: dict[str, dict[str, object]] = {
    "kpis": {"direction": "higher", "aggregation": "sum", "frequency": "month"},
    "scorecards": {"weight": Decimal(100)},
}
_PERIOD = re.compile(r"(\d{4}|FY\d{4})(-.+)?$")


@dataclass(slots=True)
class Case:
    """One worked case: a book, and what is expected of it."""

    title: str
    company: Company
    sheets: dict[str, list[dict[str, object]]] = field(default_factory=dict)
    columns: dict[str, dict[str, int]] = field(default_factory=dict)
    expected: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def book(self) -> Book:
        made = make_book(self.company, **{name: list(rows) for name, rows in self.sheets.items()})
        return dataclasses.replace(made, columns=self.columns)


def cases_of(page: str | Path) -> list[Case]:
    """Every case of a page, in its order. Raises ValueError for a table that is no sheet and no result."""
    path = page if isinstance(page, Path) else PAGES / f"{page}.md"
    found: list[Case] = []
    for title, tables in _headed(path.read_text(encoding="utf-8")):
        if title.startswith("Case:"):
            found.append(_case(title.removeprefix("Case:").strip(), tables))
    return found


def every_case(*pages: str) -> pytest.MarkDecorator:
    """``pytest.mark.parametrize("case", …)`` over the cases of some pages. A page without any is an error."""
    parameters = []
    for page in pages:
        cases = cases_of(page)
        if not cases:
            raise ValueError(f"{page}.md has no case")
        parameters += [pytest.param(case, id=case.title) for case in cases]
    return pytest.mark.parametrize("case", parameters)


def run(book: Book, key: str, as_of: date | None = None, known: datetime | None = None) -> tuple[Result, Report]:
    """One period through the real path."""
    period = per.parse(key, book.company.fiscal_year_start)
    result = evaluate(compile_book(book, Request((period,), as_of or period.end, known)))
    return result, report(result, 0)


def check(case: Case, book: Book | None = None) -> None:
    """Compares every expected table of a case with what the engine gives."""
    book = book or case.book
    reports: dict[tuple[str, str, str], Report] = {}

    def of(row: Row) -> Report:
        ask = (row["period"], row.get("as of", ""), row.get("known at", ""))
        if ask not in reports:
            as_of = date.fromisoformat(ask[1]) if ask[1] else None
            reports[ask] = run(book, ask[0], as_of, datetime.fromisoformat(ask[2]) if ask[2] else None)[1]
        return reports[ask]

    if not case.expected:
        raise ValueError(f"“{case.title}” expects nothing")
    for row in case.expected.get(LINES, []):
        given = [line for line in of(row).lines if (line["owner"], line["kpi"]) == (row["owner"], row["kpi"])]
        _compare(row, given, {"period", "as of", "known at", "line period"})
    for row in case.expected.get(CARDS, []):
        _compare(row, [card for card in of(row).scorecards if card["owner"] == row["owner"]], {"as of", "known at"})
    for rows in _by_request(case.expected.get(PROBLEMS, [])):
        seen = [p for p in of(rows[0]).problems if p.severity != "info" or p.code in {row["code"] for row in rows}]
        columns = [name for name in rows[0] if name not in {"period", "as of", "known at"}]
        wanted = sorted(tuple(row[name] for name in columns) for row in rows if row["code"] not in {"", "—"})
        have = sorted(tuple(str(getattr(p, name) or "—") for name in columns) for p in seen)
        assert have == wanted, {"too many": sorted(set(have) - set(wanted)), "missing": sorted(set(wanted) - set(have))}
        for problem in seen:
            for template in (problem.kind.vi, problem.kind.en):
                words = {name for _, name, _, _ in Formatter().parse(template) if name}
                assert words <= set(problem.args), f"{problem.code} does not say {words - set(problem.args)}"


def _by_request(rows: list[Row]) -> list[list[Row]]:
    grouped: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        grouped.setdefault((row["period"], row.get("as of", ""), row.get("known at", "")), []).append(row)
    return list(grouped.values())


def _compare(row: Row, given: list[dict[str, object]], skip: set[str]) -> None:
    if row.get("state") == "absent":
        assert not given, f"{row}: there is one"
        return
    assert len(given) == 1, f"{row}: {len(given)} rows"
    for name, text in row.items():
        if name in skip or not name:
            continue
        value = given[0][name]
        if name in {"actual", "target"}:
            expected = number(text)
            have = float("nan") if value is None else float(str(value))
            assert have == pytest.approx(expected, rel=1e-12, abs=0.5 * 10.0 ** -_decimals(text), nan_ok=True), (
                name,
                row,
            )
        else:
            assert ("—" if value is None else str(value)) == text, (name, row)


def _decimals(text: str) -> int:
    return len(text.partition(".")[2]) if "." in text else 9


def _case(title: str, tables: list[list[list[str]]]) -> Case:
    settings: dict[str, object] = {"holidays": "none"}
    case = Case(title, Company())
    for titles, _, *rows in tables:
        name, columns = titles[0], titles[1:]
        body = [row[1:] for row in rows]
        if name == "company":
            settings |= {key: _company(key, value) for key, value in body}
        elif name in SCHEMAS:
            case.sheets.setdefault(name, []).extend(_sheet(name, columns, body))
            case.columns[name] = {column: at for at, column in enumerate(columns) if column in SCHEMAS[name]}
        elif name in {LINES, CARDS, PROBLEMS}:
            case.expected[name] = [dict(zip(columns, row, strict=True)) for row in body]
        else:
            raise ValueError(f"“{title}”: no sheet named “{name}”")
    case.company = Company(**settings)  # type: ignore[arg-type]
    return case


def _company(key: str, value: str) -> object:
    default = getattr(Company(), key)
    return value if default is None else type(default)(value)


def _sheet(name: str, columns: list[str], rows: list[list[str]]) -> list[dict[str, object]]:
    schema = SCHEMAS[name]
    wide = [(at, key) for at, key in enumerate(columns) if key not in schema and _PERIOD.match(key)]
    unknown = [key for at, key in enumerate(columns) if key not in schema and (at, key) not in wide]
    if unknown:
        raise ValueError(f"the sheet {name} has no column {unknown}")
    out: list[dict[str, object]] = []
    for place, row in enumerate(rows, start=2):
        plain = {key: _cell(schema[key], text) for key, text in zip(columns, row, strict=True) if key in schema}
        plain = {key: value for key, value in plain.items() if value is not None}
        if "name" in schema and "code" in schema:
            plain.setdefault("name", plain["code"])
        base = {**_DEFAULTS.get(name, {}), **plain, "_row": place}
        if not wide:
            out.append(base)
        for at, key in wide:
            value = _cell(pl.Float64, row[at])
            out.append({**base, "period": key, "value" if name == "actuals" else "target": value, "_col": at})
    return out


def _cell(dtype: object, text: str) -> object:
    if text == "":
        return None
    if dtype == pl.Float64:
        return number(text)
    if isinstance(dtype, pl.Decimal):
        return Decimal(text.replace(",", "").replace("−", "-"))
    if dtype == pl.Date:
        return date.fromisoformat(text)
    if dtype == pl.Int32:
        return int(text)
    if isinstance(dtype, pl.Datetime):
        return datetime.fromisoformat(text).astimezone(UTC)
    return text


def _headed(text: str) -> Iterator[tuple[str, list[list[list[str]]]]]:
    """``(heading, tables)`` of a page; a table is its rows of cells."""
    heading, tables, block = "", [], []
    for line in [*text.splitlines(), "", "# end"]:
        if line.lstrip().startswith("|"):
            block.append([_plain(cell) for cell in _split(line)])
            continue
        if block:
            tables.append(block)
            block = []
        if line.startswith("#"):
            yield heading, tables
            heading, tables = line.lstrip("#").strip(), []
