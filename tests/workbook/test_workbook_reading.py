"""What people type is understood: names, numbers, dates, periods, choices, wide sheets."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from tests.workbook.files import RIGHT, right_with, save

from tamnhin.engine.book import CHOICES, SCHEMAS
from tamnhin.workbook import read
from tamnhin.workbook.fold import fold
from tamnhin.workbook.periods import AmbiguousDateError, period_key
from tamnhin.workbook.spec import SETTINGS, SHEETS, choices, find_column, find_sheet
from tamnhin.workbook.values import AMBIGUOUS, BAD, OK, dates, instants, plain_numbers

VIETNAMESE = {
    "Công ty": [["Khóa", "Giá trị"], ["Tên", "Sữa Mây"], ["Ngôn ngữ", "Tiếng Việt"], ["Giá trị cốt lõi", "Thật"],
                ["giá trị cốt lõi", "Bền"], ["Điểm trần", 150.125]],
    "Phòng ban": [["Mã", "Tên", "Trực thuộc", "Trưởng"], ["CTY", "Công ty", None, None], ["KD", "KD", "CTY", "HOA"]],
    "nhan_vien": [["MA", "ho  ten", "phong ban", "chức danh", "ngày vào"],
                  ["HOA", "Hoa", "KD", "Bán hàng", dt.date(2026, 1, 5)]],
    "KPI": [["Mã", "Tên", "Đơn vị", "Chiều", "Cộng dồn", "Tần suất"],
            ["REV", "Doanh thu", "đồng", "Càng cao càng tốt", "Tổng", "Hằng tháng"],
            ["DEF", "Lỗi", "lỗi", "thấp", "trung bình", "quý"]],
    "Thẻ điểm": [["Chủ thể", "KPI", "Trọng số", "Phương pháp"], ["HOA", "REV", "60,5", "tỷ lệ"],
                 ["HOA", "DEF", 39.5, "Độ lệch"]],
    "CHỈ TIÊU": [["chu the", "kpi", "ky", "chi tieu"], ["HOA", "REV", "Tháng 1/2026", "1.234,5"]],
    "Thực hiện": [["chủ thể", "kpi", "kỳ", "giá trị"], ["HOA", "REV", "01/2026", "1.000"]],
}  # fmt: skip


def test_vietnamese_names_are_read_with_or_without_diacritics_case_and_spaces(tmp_path: Path) -> None:
    result = read(save(tmp_path / "a.xlsx", VIETNAMESE))
    assert result.problems == []
    book = result.book
    assert book is not None
    assert book.company.language == "vi"
    assert book.company.values == ("Thật", "Bền")
    assert book.company.cap == 150.125
    assert book["kpis"].select("code", "direction", "aggregation", "frequency").rows() == [
        ("REV", "higher", "sum", "month"),
        ("DEF", "lower", "mean", "quarter"),
    ]
    assert book["scorecards"].select("weight", "method").rows() == [
        (Decimal("60.500000"), "ratio"),
        (Decimal("39.500000"), "deviation"),
    ]
    assert book["targets"].select("period", "target").rows() == [("2026-01", 1234.5)]
    assert book["actuals"]["value"].to_list() == [1000.0]
    assert book["people"]["joined"].to_list() == [dt.date(2026, 1, 5)]
    assert book.place_names["people"] == "nhan_vien"
    assert book.cell("targets", "target", 2) == "D2"


def test_no_alias_means_two_things() -> None:
    sheets: dict[str, str] = {}
    for sheet in SHEETS.values():
        for word in (sheet.name, sheet.label, *sheet.aliases):
            assert sheets.setdefault(fold(word), sheet.name) == sheet.name, word
        columns: dict[str, str] = {}
        for column in sheet.columns:
            for word in (column.name, column.label, *column.aliases):
                assert columns.setdefault(fold(word), column.name) == column.name, (sheet.name, word)
    keys: dict[str, str] = {}
    for setting in SETTINGS:
        for word in (setting.key, setting.label, *setting.aliases):
            assert keys.setdefault(fold(word), setting.key) == setting.key, word
    for place, values in CHOICES.items():
        meanings: dict[str, str] = {}
        for value in values:
            for word in (value, *choices.ALIASES[place][value]):
                if fold(word):
                    assert meanings.setdefault(fold(word), value) == value, (place, word)


def test_every_column_of_the_book_can_be_read_and_no_other() -> None:
    for name, schema in SCHEMAS.items():
        assert [column.name for column in SHEETS[name].columns] == list(schema)


@pytest.mark.parametrize(
    ("sheet", "alias", "column"),
    [
        ("units", "truc thuoc", "parent"), ("people", "ngay nghi", "left"), ("people", "quản lý", "manager"),
        ("kpis", "cong don", "aggregation"), ("kpis", "don vi", "unit"), ("scorecards", "chu the", "owner"),
        ("scorecards", "phương pháp", "method"), ("targets", "kỳ", "period"),
    ],
)  # fmt: skip
def test_the_aliases_of_the_contract_hold(sheet: str, alias: str, column: str) -> None:
    assert find_column(sheet, alias) == column


@pytest.mark.parametrize(
    ("alias", "sheet"),
    [
        ("cong ty", "company"), ("phong ban", "units"), ("nhan vien", "people"), ("dieu chuyen", "placements"),
        ("nghi phep", "absences"), ("kpi", "kpis"), ("muc tieu", "goals"), ("the diem", "scorecards"),
        ("chi tieu", "targets"), ("thuc hien", "actuals"), ("lien ket", "links"), ("xep loai", "grades"),
        ("luong hieu qua", "bonus"), ("lich", "calendar"), ("ty gia", "rates"),
    ],
)  # fmt: skip
def test_the_sheet_names_of_the_contract_hold(alias: str, sheet: str) -> None:
    assert find_sheet(alias) == sheet


# --- numbers ---


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("1.234,5", "vi", "1234.5"), ("1.234", "vi", "1234"), ("1,234", "vi", "1.234"), ("-5", "vi", "-5"),
        ("1,234.5", "en", "1234.5"), ("1,234", "en", "1234"), ("1.234", "en", "1.234"),
        ("1.234,5", None, "1234.5"), ("1,234.5", None, "1234.5"), ("1.234.567", None, "1234567"),
        ("1234,567", None, "1234.567"), ("12.5", None, "12.5"), ("0.500", None, "0.500"), ("007", "vi", "007"),
        ("1 234 567,5", "vi", "1234567.5"), ("1\u202f234", None, "1234"), ("12%", "vi", "12"), ("98,5 %", "vi", "98.5"),
        ("−7", None, "-7"), ("+7", None, "7"), ("1,5e-07", "vi", "1.5e-07"), ("1.234e5", None, "1.234e5"),
    ],
)  # fmt: skip
def test_a_number_typed_as_text_follows_the_language(text: str, language: str | None, expected: str) -> None:
    parsed = plain_numbers(pl.Series([text]), language)
    assert (parsed.status[0], parsed.values[0]) == (OK, expected)


@pytest.mark.parametrize(
    ("text", "language", "status"),
    [
        ("1.234", None, AMBIGUOUS), ("1,234", None, AMBIGUOUS), ("-12.345", None, AMBIGUOUS),
        ("1,234.5", "vi", BAD), ("12.5", "vi", BAD), ("1.234,5", "en", BAD), ("1.23.456", None, BAD),
        ("1tr5", "vi", BAD), ("5 triệu", "vi", BAD), ("", "vi", BAD), ("-", None, BAD), ("nan", None, BAD),
        ("inf", None, BAD), ("0x10", None, BAD), ("1_000", None, BAD), ("(5)", None, BAD), ("1 23", None, BAD),
        ("٣", None, BAD),
    ],
)  # fmt: skip
def test_what_is_no_clear_number_is_refused(text: str, language: str | None, status: int) -> None:
    parsed = plain_numbers(pl.Series([text]), language)
    assert (parsed.status[0], parsed.values[0]) == (status, None)


@pytest.mark.parametrize("huge", ["1e999", "9" * 400])
def test_a_number_beyond_all_numbers_is_refused(huge: str, tmp_path: Path) -> None:
    actuals = [*RIGHT["actuals"], ["HOA", "REV", "2026-02", huge]]
    result = read(save(tmp_path / "a.xlsx", right_with(actuals=actuals)))
    assert [(problem.code, problem.cell) for problem in result.problems] == [("NUMBER_BAD", "D4")]


def test_the_company_sheet_decides_how_numbers_are_read_and_the_caller_only_where_it_is_silent(tmp_path: Path) -> None:
    actuals = [["owner", "kpi", "period", "value"], ["HOA", "REV", "2026-01", "1.234"]]
    silent = save(tmp_path / "silent.xlsx", right_with(actuals=actuals))
    said = save(tmp_path / "said.xlsx", right_with(actuals=actuals, company=[["key", "value"], ["language", "en"]]))
    for path, language, expected in ((silent, "vi", 1234.0), (silent, "en", 1.234), (said, "vi", 1.234)):
        book = read(path, language=language).book
        assert book is not None
        assert book["actuals"]["value"].to_list() == [expected]
    assert [problem.code for problem in read(silent).problems] == ["NUMBER_AMBIGUOUS"]


def test_a_blank_cell_is_nothing_said_and_never_zero(tmp_path: Path) -> None:
    actuals = [
        ["owner", "kpi", "2026-01", "2026-02", "2026-03", "2026-04"], ["HOA", "REV", 0, None, "  ", "0"],
        ["HOA", "ONTIME", None, None, None, None],
    ]  # fmt: skip
    result = read(save(tmp_path / "a.xlsx", right_with(actuals=actuals)))
    assert result.problems == []
    assert result.book is not None
    assert result.book["actuals"].select("kpi", "period", "value", "_row", "_col").rows() == [
        ("REV", "2026-01", 0.0, 2, 2),
        ("REV", "2026-04", 0.0, 2, 5),
    ]


# --- dates and instants ---


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("2026-03-15", None, dt.date(2026, 3, 15)), ("2026/3/5", None, dt.date(2026, 3, 5)),
        ("15/03/2026", None, dt.date(2026, 3, 15)), ("03/15/2026", None, dt.date(2026, 3, 15)),
        ("03/04/2026", "vi", dt.date(2026, 4, 3)), ("5-3-2026", "vi", dt.date(2026, 3, 5)),
        ("04/04/2026", None, dt.date(2026, 4, 4)), ("2026-03-15T08:30:00", None, dt.date(2026, 3, 15)),
    ],
)  # fmt: skip
def test_a_date_typed_as_text_is_read_where_it_is_clear(text: str, language: str | None, expected: dt.date) -> None:
    parsed = dates(pl.Series([text]), language)
    assert (parsed.status[0], parsed.values[0]) == (OK, expected)


@pytest.mark.parametrize(
    ("text", "language", "status"),
    [
        ("03/04/2026", None, AMBIGUOUS), ("03/04/2026", "en", AMBIGUOUS), ("03/15/2026", "vi", BAD),
        ("2026-02-30", None, BAD), ("31/4/2026", "vi", BAD), ("15/3/26", "vi", BAD), ("0026-03-15", None, BAD),
        ("hôm nay", None, BAD), ("2026", None, BAD),
    ],
)  # fmt: skip
def test_a_date_that_is_not_clear_is_refused(text: str, language: str | None, status: int) -> None:
    parsed = dates(pl.Series([text]), language)
    assert (parsed.status[0], parsed.values[0]) == (status, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-31T17:30:00Z", "2026-01-31T17:30:00"), ("2026-02-01 00:30", "2026-01-31T17:30:00"),
        ("2026-02-01T00:30:00+07:00", "2026-01-31T17:30:00"), ("2026-02-01", "2026-01-31T17:00:00"),
        ("2026-01-31T12:00:00.5-05:30", "2026-01-31T17:30:00.500000"),
    ],
)  # fmt: skip
def test_an_instant_without_an_offset_is_the_companys_local_time(text: str, expected: str) -> None:
    parsed = instants(pl.Series([text]), "Asia/Ho_Chi_Minh")
    assert parsed.values[0] == dt.datetime.fromisoformat(expected).replace(tzinfo=dt.UTC)


# --- periods ---


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("2026", "2026"), ("Năm 2026", "2026"), ("2026-q1", "2026-Q1"), ("Q1/2026", "2026-Q1"),
        ("Quý 1/2026", "2026-Q1"), ("quý IV năm 2026", "2026-Q4"), ("QUY 2 2026", "2026-Q2"), ("H2/2026", "2026-H2"),
        ("03/2026", "2026-03"), ("3-2026", "2026-03"), ("Tháng 3/2026", "2026-03"), ("tháng 3 năm 2026", "2026-03"),
        ("T12/2026", "2026-12"), ("2026/3", "2026-03"), ("Tuần 5/2026", "2026-W05"), ("2026W05", "2026-W05"),
        ("15/03/2026", "2026-03-15"), ("2026-3-15", "2026-03-15"), ("fy2025", "FY2025"), ("FY2025-Q4", "FY2025-Q4"),
        ("6 tháng đầu năm 2026", "2026-H1"),
    ],
)  # fmt: skip
def test_a_period_is_read_as_people_write_it(text: str, key: str) -> None:
    assert period_key(text, None, 1) == key


def test_a_day_that_may_be_another_is_not_guessed() -> None:
    assert period_key("03/04/2026", "vi", 1) == "2026-04-03"
    with pytest.raises(AmbiguousDateError):
        period_key("03/04/2026", None, 1)


def test_typed_dates_and_years_are_periods(tmp_path: Path) -> None:
    morning = dt.datetime.fromisoformat("2026-03-15T08:00")
    targets = [["owner", "kpi", "period", "target"], ["HOA", "REV", 2026, 1], ["HOA", "REV", dt.date(2026, 3, 1), 2],
               ["HOA", "ONTIME", morning, 3]]  # fmt: skip
    result = read(save(tmp_path / "a.xlsx", right_with(targets=targets)))
    assert result.problems == []
    assert result.book is not None
    assert result.book["targets"]["period"].to_list() == ["2026", "2026-03-01", "2026-03-15"]


def test_headings_that_are_all_firsts_of_a_month_are_months_and_else_days(tmp_path: Path) -> None:
    for headings, expected in (
        ([dt.date(2026, 1, 1), dt.date(2026, 2, 1)], ["2026-01", "2026-02"]),
        ([dt.date(2026, 1, 1), dt.date(2026, 1, 2)], ["2026-01-01", "2026-01-02"]),
    ):
        actuals = [["owner", "kpi", *headings], ["HOA", "REV", 1, 2]]
        book = read(save(tmp_path / "a.xlsx", right_with(actuals=actuals))).book
        assert book is not None
        assert book["actuals"]["period"].to_list() == expected


def test_a_wide_row_keeps_its_other_columns_with_each_value(tmp_path: Path) -> None:
    targets = [["kpi", "2026-Q1", "owner", "Quý 2/2026", "basis"], ["REV", 10, "HOA", 20, "per_working_day"]]
    book = read(save(tmp_path / "a.xlsx", right_with(targets=targets))).book
    assert book is not None
    assert book["targets"].select("owner", "kpi", "period", "target", "basis", "_row", "_col").rows() == [
        ("HOA", "REV", "2026-Q1", 10.0, "per_working_day", 2, 1),
        ("HOA", "REV", "2026-Q2", 20.0, "per_working_day", 2, 3),
    ]


def test_an_unknown_owner_of_a_wide_row_is_told_at_its_own_cell(tmp_path: Path) -> None:
    actuals = [["owner", "kpi", "2026-01", "2026-02"], ["QUANG", "REV", 1, 2], ["HOA", "REV", 3, 4]]
    result = read(save(tmp_path / "a.xlsx", right_with(actuals=actuals)))
    assert {(problem.code, problem.cell) for problem in result.problems} == {("OWNER_UNKNOWN", "A2")}
    assert len(result.problems) == 1, "one cell, one problem, however many values stand beside it"


# --- the shape of the file ---


def test_titles_above_the_headings_and_blank_rows_between_are_passed_over(tmp_path: Path) -> None:
    people = [["Danh sách nhân viên tháng 3"], [], ["code", "name", "unit"], ["MINH", "Minh", "KD"], [],
              ["HOA", "Hoa", "KD"]]  # fmt: skip
    book = read(save(tmp_path / "a.xlsx", right_with(people=people))).book
    assert book is not None
    assert book["people"].select("code", "_row").rows() == [("MINH", 4), ("HOA", 6)]


def test_the_order_of_sheets_and_columns_is_free(tmp_path: Path) -> None:
    turned = {name: [list(reversed(row)) for row in RIGHT[name]] for name in reversed(list(RIGHT)) if name != "company"}
    result = read(save(tmp_path / "a.xlsx", {**turned, "company": RIGHT["company"]}))
    expected = read(save(tmp_path / "b.xlsx", RIGHT))
    assert result.problems == []
    assert result.book is not None
    assert expected.book is not None
    for name, frame in expected.book.frames.items():
        assert result.book[name].equals(frame)


@pytest.mark.parametrize("units", [None, [["code", "name"]], []])
def test_without_units_the_whole_company_is_one_owner(units: list[list[object]] | None, tmp_path: Path) -> None:
    changed = {
        "units": units, "people": None, "targets": None,
        "scorecards": [["owner", "kpi", "weight"], ["company", "REV", 100]],
        "actuals": [["owner", "kpi", "2026-01"], ["company", "REV", 5]],
    }  # fmt: skip
    result = read(save(tmp_path / "a.xlsx", right_with(**changed)))
    assert result.problems == []
    assert result.book is not None
    assert result.book["units"].select("code", "name").rows() == [("company", "Sữa Mây")]


def test_a_code_typed_as_a_number_is_its_text(tmp_path: Path) -> None:
    people = [["code", "name", "unit"], [1024, "Hoa", "KD"], ["0007", "Minh", "KD"]]
    changed = {
        "people": people, "targets": None, "units": [["code", "name"], ["KD", "Kinh doanh"]],
        "scorecards": [["owner", "kpi", "weight"], ["1024", "REV", 100]],
        "actuals": [["owner", "kpi", "2026-01"], [1024, "REV", 5]],
    }  # fmt: skip
    result = read(save(tmp_path / "a.xlsx", right_with(**changed)))
    assert result.problems == []
    assert result.book is not None
    assert result.book["people"]["code"].to_list() == ["1024", "0007"]


def test_letters_composed_in_two_ways_are_one_code(tmp_path: Path) -> None:
    composed, decomposed = "HÒA", "HO\u0300A"
    changed = {
        "units": None, "targets": None, "people": [["code", "name"], [composed, "Hòa"]],
        "scorecards": [["owner", "kpi", "weight"], [decomposed, "REV", 100]],
        "actuals": [["owner", "kpi", "2026-01"], [decomposed, "REV", 5]],
    }  # fmt: skip
    assert read(save(tmp_path / "a.xlsx", right_with(**changed))).problems == []


def test_versions_of_a_kpi_and_of_a_unit_may_share_a_code(tmp_path: Path) -> None:
    kpis = [[*RIGHT["kpis"][0], "from"], *([*row, None] for row in RIGHT["kpis"][1:]),
            ["REV", "Doanh thu mới", "higher", "sum", "month", dt.date(2026, 7, 1)]]  # fmt: skip
    units = [["code", "name", "parent", "from"], ["CTY", "Công ty", None, None], ["KD", "KD", "CTY", None],
             ["KD", "Kinh doanh", None, dt.date(2026, 7, 1)]]  # fmt: skip
    result = read(save(tmp_path / "a.xlsx", right_with(kpis=kpis, units=units)))
    assert result.problems == []
    assert result.book is not None
    assert result.book["kpis"].height == 3
    assert result.book["units"].height == 3


def test_an_actual_may_be_recorded_again_later(tmp_path: Path) -> None:
    first, second = dt.date(2026, 2, 1), dt.datetime.fromisoformat("2026-02-02T09:30")
    actuals = [["owner", "kpi", "period", "value", "recorded_at"], ["HOA", "REV", "2026-01", 5, first],
               ["HOA", "REV", "2026-01", 6, second]]  # fmt: skip
    result = read(save(tmp_path / "a.xlsx", right_with(actuals=actuals)))
    assert result.problems == []
    assert result.book is not None
    assert result.book["actuals"]["recorded_at"].to_list() == [
        dt.datetime(2026, 1, 31, 17, tzinfo=dt.UTC),
        dt.datetime(2026, 2, 2, 2, 30, tzinfo=dt.UTC),
    ]


def test_progress_counts_the_rows_of_every_sheet(tmp_path: Path) -> None:
    seen: list[tuple[int, int, str]] = []
    read(save(tmp_path / "a.xlsx", RIGHT), progress=lambda done, total, sheet: seen.append((done, total, sheet)))
    done = [entry[0] for entry in seen]
    assert done == sorted(done)
    assert seen[-1][0] == seen[-1][1] == sum(len(rows) for name, rows in RIGHT.items() if name != "company")
    assert {entry[2] for entry in seen} == set(RIGHT) - {"company"}


def test_a_caller_may_ask_for_fewer_sheets(tmp_path: Path) -> None:
    path = save(tmp_path / "a.xlsx", {"grades": [["grade", "from"], ["A", 90]]})
    result = read(path, required=())
    assert result.problems == []
    assert result.book is not None
    assert result.book["grades"].select("grade", "from").rows() == [("A", 90.0)]
