"""What is written reads back as it was, and nothing in it runs."""

from __future__ import annotations

import csv
import datetime as dt
import unicodedata
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tamnhin.engine.book import CHOICES, KEYS, SCHEMAS, Book, Company, make_book
from tamnhin.workbook import read, write
from tamnhin.workbook.cells import number_in
from tamnhin.workbook.spec import SHEETS
from tamnhin.workbook.values import OK, plain_numbers

# --- books of every kind ---

_ALPHABET = st.sampled_from(list("aZ09 _-=+@'\",;.<>&#|/\n\tđừỳÀ🥛\u00a0")) | st.characters(
    codec="utf-8", exclude_categories=["Cs", "Cc", "Cn"]
)
_SPECIAL = st.sampled_from(["=1+1", "'=x", "''", "<r>x</r>", "<r><t>x</t></r>", "_x0041_", "-5", "@cmd", "+84 90",
                            '"', "a\nb", "TRUE", "2026-01-01", "1.234", "http://x.vn", "{=1}"])  # fmt: skip


def _clean(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\ufeff", "")).strip()


TEXTS = (st.text(_ALPHABET, min_size=1, max_size=12) | _SPECIAL).map(_clean).filter(
    # what trims or looks like a spreadsheet error is changed or refused on purpose
    lambda text: text != "" and text == pl.Series([text]).str.strip_chars()[0] and not text.startswith("#")
)  # fmt: skip
FLOATS = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([0.1, 1.234, -12.345, 1e16, 5e-324, 0.0])
DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31))
INSTANTS = st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC))  # noqa: DTZ001
PERIODS = st.sampled_from(["2026", "2026-H1", "2026-Q3", "2026-01", "2026-W05", "2026-03-15", "FY2025", "FY2025-Q4"])


@st.composite
def books(draw: st.DrawFn) -> Book:
    """Books that break no rule, with values at the edges of what files can hold."""
    codes = draw(st.lists(TEXTS, min_size=7, max_size=7, unique=True))
    pools = {"units": codes[:2], "people": codes[2:4], "kpis": codes[4:6], "goals": codes[6:], "owners": codes[:4]}
    sheets: dict[str, list[dict[str, object]]] = {}
    for name, schema in SCHEMAS.items():
        own = pools.get(name)
        rows: list[dict[str, object]] = []
        for at in range(len(own) if own else draw(st.integers(0, 3))):
            row: dict[str, object] = {}
            for column in SHEETS[name].columns:
                if not column.required and draw(st.booleans()):
                    continue
                row[column.name] = _value(draw, name, column.name, pools)
            if own:
                row["code"] = own[at]
            rows.append(_obeying(name, row, at))
        seen: set[tuple[object, ...]] = set()
        sheets[name] = []
        for row in rows:
            key = tuple(row.get(part) for part in KEYS[name])
            if key not in seen:
                seen.add(key)
                sheets[name].append({column: row.get(column) for column in schema})
    company = Company(
        name=draw(TEXTS), values=tuple(draw(st.lists(TEXTS, max_size=2))),
        language=draw(st.sampled_from(["vi", "en", None])), cap=draw(st.sampled_from([100.0, 120.0, 150.125])),
    )  # fmt: skip
    return make_book(company, **sheets)


def _value(draw: st.DrawFn, sheet: str, name: str, pools: dict[str, list[str]]) -> object:
    column = SHEETS[sheet].column(name)
    if column.refers is not None:
        return draw(st.sampled_from(pools[column.refers]))
    if (sheet, name) in CHOICES:
        return draw(st.sampled_from(CHOICES[sheet, name]))
    if column.kind == "period":
        return draw(PERIODS)
    if column.kind == "date":
        return draw(DAYS)
    if column.kind == "instant":
        return draw(INSTANTS)
    if column.kind == "whole":
        return draw(st.integers(0, 120))
    if column.kind == "decimal":
        places = 6 if name == "weight" else 4
        return draw(st.decimals(0, 100 if name == "weight" else 10**15, allow_nan=False, places=places))
    if column.low is not None:
        return draw(st.floats(0.5, column.high or 1e6))
    return draw(FLOATS) if column.kind == "number" else draw(TEXTS)


def _obeying(name: str, row: dict[str, object], at: int) -> dict[str, object]:
    """The rules between the cells of one row."""
    for first, last in (("from", "to"), ("joined", "left")):
        start, end = row.get(first), row.get(last)
        if isinstance(start, dt.date) and isinstance(end, dt.date) and end < start:
            row[first], row[last] = end, start
    if name in ("units", "goals"):
        row["parent"] = None
    if name == "placements":
        row["share"] = 20.0 if at else None
        row["from"], row["to"] = dt.date(2020 + at, 1, 1), dt.date(2020 + at, 12, 31)
    if name == "scorecards":
        row["floor"] = None
    if name == "actuals":
        if row.get("state") is not None:
            row |= dict.fromkeys(("value", "numerator", "denominator"))
        elif row.get("numerator") is None or row.get("denominator") is None:
            row |= {"numerator": None, "denominator": None, "value": row.get("value", 1.5)}
    if name == "links" and row["driver"] == row["outcome"]:
        row["driver"] = None
    return row


def content(book: Book) -> dict[str, pl.DataFrame]:
    """The frames without the places of their cells."""
    return {name: book[name].select(list(schema)) for name, schema in SCHEMAS.items()}


@pytest.mark.parametrize("kind", ["book.xlsx", "folder"])
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(book=books())
def test_a_book_written_and_read_is_the_same_book(
    kind: str, book: Book, tmp_path_factory: pytest.TempPathFactory
) -> None:
    book = Book(book.company, {**book.frames, "links": book["links"].drop_nulls(["driver", "outcome"])})
    path = tmp_path_factory.mktemp("trip") / kind
    write(book, path)
    result = read(path)
    assert result.problems == []
    assert result.book is not None
    assert result.book.company == book.company
    for name, frame in content(book).items():
        assert content(result.book)[name].rows() == frame.rows(), name
        assert result.book[name].select(frame.columns).schema == frame.schema


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(book=books())
def test_export_import_export_gives_the_same_bytes(book: Book, tmp_path_factory: pytest.TempPathFactory) -> None:
    book = Book(book.company, {**book.frames, "links": book["links"].drop_nulls(["driver", "outcome"])})
    where = tmp_path_factory.mktemp("bytes")
    for first, second in (("a.xlsx", "b.xlsx"), ("a", "b")):
        write(book, where / first)
        again = read(where / first).book
        assert again is not None
        write(again, where / second)
        if first == "a":
            for file in sorted((where / "a").iterdir()):
                assert file.read_bytes() == (where / "b" / file.name).read_bytes(), file.name
        else:
            assert (where / first).read_bytes() == (where / second).read_bytes()


def small() -> Book:
    """A book with text that a spreadsheet would run."""
    return make_book(
        Company(name='=HYPERLINK("http://evil.example";"x")', language="vi"),
        units=[{"code": "CTY", "name": "=1+1"}, {"code": "+KD", "name": "@SUM(A1)", "parent": "CTY"}],
        people=[{"code": "HOA", "name": "-2+3|cmd", "unit": "+KD", "position": "'=x"}],
        kpis=[{"code": "REV", "name": "Doanh thu", "direction": "higher", "aggregation": "sum", "frequency": "month"}],
        scorecards=[{"owner": "HOA", "kpi": "REV", "weight": Decimal("33.34")}],
        actuals=[{"owner": "HOA", "kpi": "REV", "period": "2026-01", "value": -1234.5,
                  "recorded_at": "2026-01-31T17:30:00.000001+00:00"}],
    )  # fmt: skip


def test_text_that_looks_like_a_formula_never_becomes_one_in_a_spreadsheet(tmp_path: Path) -> None:
    write(small(), tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    assert book["units"]["B2"].value == "=1+1"
    assert book["units"]["B2"].data_type == "s"
    assert book["units"]["B2"].quotePrefix
    assert book["company"]["B3"].hyperlink is None


def test_text_that_looks_like_a_formula_never_stands_bare_in_a_csv(tmp_path: Path) -> None:
    write(small(), tmp_path / "csv")
    cells = []
    for file in (tmp_path / "csv").iterdir():
        with file.open(encoding="utf-8-sig", newline="") as stream:
            cells += [cell for row in csv.reader(stream, delimiter=";") for cell in row]
    risky = [cell for cell in cells if cell[:1] in tuple("=+-@\t\r") and cell]
    assert risky == ["-1234,5"], "a negative number is the only cell that may begin with a sign"
    result = read(tmp_path / "csv")
    assert result.book is not None
    assert result.book["units"]["name"].to_list() == ["=1+1", "@SUM(A1)"]
    assert result.book["people"]["position"].to_list() == ["'=x"]


def test_two_writes_of_one_book_are_equal_byte_by_byte(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write(small(), tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_numbers_and_dates_are_typed_in_a_spreadsheet(tmp_path: Path) -> None:
    book = make_book(units=[{"code": "A", "name": "a", "from": "2026-03-01"}], grades=[{"grade": "A", "from": 0.1}])
    write(book, tmp_path / "a.xlsx")
    sheets = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert sheets["units"]["F2"].value == dt.datetime(2026, 3, 1)  # noqa: DTZ001  a sheet's dates have no zone
    assert sheets["grades"]["B2"].value == 0.1
    assert sheets["units"].freeze_panes == "A2"


@pytest.mark.parametrize("language", ["vi", "en", None])
@settings(deadline=None)  # the machine may be busy: what is read is under test, not how fast
@given(value=FLOATS)
def test_a_number_written_as_text_reads_back_exactly(language: str | None, value: float) -> None:
    parsed = plain_numbers(pl.Series([number_in(language, value)]), language)
    assert parsed.status[0] == OK
    assert parsed.values.cast(pl.Float64)[0] == value


def test_a_failed_write_leaves_the_old_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write(small(), path)
    before = path.read_bytes()
    broken = {"x" * 40: pl.DataFrame({"a": [1]})}  # a sheet name is at most 31 characters
    with pytest.raises(Exception, match="31"):
        write(small(), path, extra_sheets=broken)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["a.xlsx"]


def test_more_sheets_may_be_added_after_the_books_own(tmp_path: Path) -> None:
    extra = {"kết quả": pl.DataFrame({"owner": ["HOA"], "score": [Decimal("99.50")], "final": [True], "n": [3]})}
    write(small(), tmp_path / "a.xlsx", extra_sheets=extra)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["kết quả"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["owner", "score", "final", "n"],
        ["HOA", 99.5, True, 3],
    ]


def test_a_number_no_spreadsheet_can_carry_is_refused(tmp_path: Path) -> None:
    book = make_book(grades=[{"grade": "A", "from": float("inf")}])
    with pytest.raises(ValueError, match=r"grades\.from"):
        write(book, tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="xls"):
        write(small(), tmp_path / "a.xls")


def test_a_written_archive_tells_nothing_of_when(tmp_path: Path) -> None:
    write(small(), tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert {member.date_time[0] for member in archive.infolist()} == {1980}
