"""Every fault of workbook.md has its code and stands at its cell, and the rows beside it are kept."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from tests.workbook.files import RIGHT, right_with, save

from tamnhin.engine.problems import CATALOGUE
from tamnhin.workbook import read

LONG = "x" * 65
KPI_HEAD = ["code", "name", "direction", "aggregation", "frequency"]
REV = ["REV", "Doanh thu", "higher", "sum", "month"]
ONTIME = ["ONTIME", "Đúng hạn", "higher", "ratio", "month"]
UNITS = RIGHT["units"]
PEOPLE = RIGHT["people"]
PLACED = ["person", "unit", "from", "to", "share"]
GOAL_HEAD = ["code", "title", "horizon", "parent", "from", "to"]
D = dt.date

# name of the case: (sheets changed, code, cell)
CASES: dict[str, tuple[dict[str, object], str, str | None]] = {
    "a required sheet is absent": ({"actuals": None}, "SHEET_MISSING", None),
    "a sheet nobody knows": ({"notes": [["x"]]}, "SHEET_UNKNOWN", None),
    "two sheets for one thing": ({"nhân viên": [["mã", "tên"], ["LAN", "Lan"]]}, "SHEET_TWICE", None),
    "an optional sheet lacks its column": ({"grades": [["grade"], ["A"]]}, "COLUMN_MISSING", None),
    "a required sheet lacks its column": ({"scorecards": [["owner", "kpi"]]}, "REQUIRED_COLUMN_MISSING", None),
    "a column nobody knows": ({"people": [["code", "name", "shoe"], ["HOA", "Hoa", 38]]}, "COLUMN_UNKNOWN", "C1"),
    "a column twice": ({"people": [["code", "name", "tên"], ["HOA", "Hoa", "Hòa"]]}, "COLUMN_TWICE", "C1"),
    "a column the wide form cannot carry": (
        {"actuals": [["owner", "kpi", "state", "2026-01"], ["HOA", "REV", None, 5]]}, "COLUMN_NOT_IN_WIDE", "C1"),
    "both forms at once": (
        {"targets": [["owner", "kpi", "period", "target", "2026-02"], ["HOA", "REV", "2026-01", 1, 2]]},
        "WIDE_AND_LONG", "E1"),
    "one period in two columns": (
        {"targets": [["owner", "kpi", "2026-01", "Tháng 1/2026"], ["HOA", "REV", 1, 2]]}, "PERIOD_TWICE", "D1"),
    "a required cell is blank": ({"people": [["code", "name"], ["HOA", "Hoa"], ["LAN", None]]}, "CELL_MISSING", "B3"),
    "an error typed out": ({"actuals": [*RIGHT["actuals"], ["HOA", "REV", "2026-02", "#DIV/0!"]]}, "CELL_ERROR", "D4"),
    "a formula never calculated": (
        {"actuals": [*RIGHT["actuals"], ["HOA", "REV", "2026-02", "=1+1"]]}, "FORMULA_NOT_CALCULATED", "D4"),
    "a link in place of a number": (
        {"actuals": [*RIGHT["actuals"], ["HOA", "REV", "2026-02", '=HYPERLINK("http://evil.example","5")']]},
        "FORMULA_NOT_CALCULATED", "D4"),
    "words for a number": ({"actuals": [*RIGHT["actuals"], ["HOA", "REV", "2026-02", "nhiều"]]}, "NUMBER_BAD", "D4"),
    "a date for a number": (
        {"actuals": [*RIGHT["actuals"], ["HOA", "REV", "2026-02", D(2026, 1, 5)]]}, "NUMBER_BAD", "D4"),
    "1.234 with no language": (
        {"actuals": [*RIGHT["actuals"], ["HOA", "REV", "2026-02", "1.234"]]}, "NUMBER_AMBIGUOUS", "D4"),
    "a weight above 100": (
        {"scorecards": [*RIGHT["scorecards"], ["MINH", "REV", 101]]}, "NUMBER_OUT_OF_RANGE", "C4"),
    "a weight below 0": ({"scorecards": [*RIGHT["scorecards"], ["MINH", "REV", -1]]}, "WEIGHT_NEGATIVE", "C4"),
    "a share of nothing": (
        {"placements": [PLACED, ["HOA", "KD", D(2026, 1, 1), None, 0]]}, "NUMBER_OUT_OF_RANGE", "E2"),
    "half a period of lag": (
        {"links": [["driver", "outcome", "lag"], ["ONTIME", "REV", 1.5]]}, "NUMBER_NOT_WHOLE", "C2"),
    "a KPI linked to itself": ({"links": [["driver", "outcome"], ["REV", "REV"]]}, "SAME_KPI_TWICE", "B2"),
    "no such day": ({"calendar": [["date", "kind"], ["2026-02-30", "holiday"]]}, "DATE_BAD", "A2"),
    "a number for a date": ({"calendar": [["date", "kind"], [46082, "holiday"]]}, "DATE_BAD", "A2"),
    "3 April or 4 March": ({"calendar": [["date", "kind"], ["03/04/2026", "holiday"]]}, "DATE_AMBIGUOUS", "A2"),
    "no instant": (
        {"actuals": [["owner", "kpi", "period", "value", "recorded_at"], ["HOA", "REV", "2026-01", 1, "hôm qua"]]},
        "INSTANT_BAD", "E2"),
    "no period": ({"targets": [["owner", "kpi", "period", "target"], ["HOA", "REV", "2025-W53", 1]]},
                  "PERIOD_INVALID", "C2"),
    "a choice that is none": ({"kpis": [KPI_HEAD, REV, ONTIME, ["C", "Chi", "sideways", "sum", "month"]]},
                              "CHOICE_NOT_ALLOWED", "C4"),
    "a code too long": ({"people": [*PEOPLE, [LONG, "Lan", "KD"]]}, "CODE_TOO_LONG", "A4"),
    "a text too long": ({"people": [*PEOPLE, ["LAN", "x" * 10_001, "KD"]]}, "TEXT_TOO_LONG", "B4"),
    "one key on two rows": ({"targets": [*RIGHT["targets"], ["HOA", "REV", "01/2026", 7]]}, "KEY_TWICE", "A4"),
    "an unknown unit": ({"people": [*PEOPLE, ["LAN", "Lan", "XX"]]}, "UNIT_UNKNOWN", "C4"),
    "an unknown head": ({"units": [*UNITS, ["NS", "Nhân sự", "CTY", "HUNG"]]}, "PERSON_UNKNOWN", "D4"),
    "an unknown owner": ({"scorecards": [*RIGHT["scorecards"], ["QUANG", "REV", 100]]}, "OWNER_UNKNOWN", "A4"),
    "an unknown KPI": ({"scorecards": [*RIGHT["scorecards"], ["MINH", "PROFIT", 100]]}, "KPI_UNKNOWN", "B4"),
    "an unknown goal": (
        {"goals": [GOAL_HEAD, ["G1", "Tăng", "year", "G9", D(2026, 1, 1), D(2026, 12, 31)]]}, "GOAL_UNKNOWN", "D2"),
    "a reference to a row with a fault": ({"kpis": [KPI_HEAD, REV, ["ONTIME", "Đúng hạn", "up", "ratio", "month"]]},
                                          "REFERENCE_LEFT_OUT", "B3"),
    "a unit and a person of one code": ({"people": [*PEOPLE, ["CTY", "Cty", "KD"]]}, "OWNER_CODE_SHARED", "A4"),
    "a circle of units": (
        {"units": [["code", "name", "parent"], ["A", "a", "B"], ["B", "b", "A"]]}, "UNIT_CYCLE", "C2"),
    "a circle of goals": (
        {"goals": [GOAL_HEAD, ["G1", "Một", "year", "G2", D(2026, 1, 1), D(2026, 12, 31)],
                   ["G2", "Hai", "year", "G1", D(2026, 1, 1), D(2026, 12, 31)]]}, "GOAL_CYCLE", "D2"),
    "posts of 60 and 60 per cent": (
        {"placements": [PLACED, ["HOA", "KD", D(2026, 1, 1), None, 60], ["HOA", "CTY", D(2026, 3, 1), None, 60]]},
        "PLACEMENTS_OVER_100", "E3"),
    "an end before its start": (
        {"absences": [["person", "from", "to"], ["HOA", D(2026, 3, 5), D(2026, 3, 1)]]}, "DATES_REVERSED", "C2"),
    "a floor above the cap": (
        {"scorecards": [["owner", "kpi", "weight", "floor", "cap"], ["HOA", "REV", 60, 50, 40], ["HOA", "ONTIME", 40]]},
        "BOUNDS_REVERSED", "E2"),
    "a state beside a number": (
        {"actuals": [["owner", "kpi", "period", "value", "state"], ["HOA", "REV", "2026-01", 5, "exempt"]]},
        "STATE_AND_VALUE", "E2"),
    "a numerator alone": ({"actuals": [*RIGHT["actuals"], ["HOA", "ONTIME", "2026-02", None, 9, None]]},
                          "COMPONENT_MISSING", "E4"),
    "a denominator alone": ({"actuals": [*RIGHT["actuals"], ["HOA", "ONTIME", "2026-02", None, None, 9]]},
                            "COMPONENT_MISSING", "F4"),
    "a key of the company nobody knows": ({"company": [["key", "value"], ["colour", "red"]]},
                                          "COMPANY_KEY_UNKNOWN", "A2"),
    "a thirteenth month": ({"company": [["key", "value"], ["fiscal_year_start", 13]]}, "COMPANY_VALUE_BAD", "B2"),
    "no such time zone": ({"company": [["key", "value"], ["time_zone", "Mars/Olympus"]]}, "COMPANY_VALUE_BAD", "B2"),
    "no such country's holidays": ({"company": [["key", "value"], ["holidays", "ZZ"]]}, "COMPANY_VALUE_BAD", "B2"),
    "no such week": ({"company": [["key", "value"], ["working_week", "often"]]}, "COMPANY_VALUE_BAD", "B2"),
    "a company setting given twice": ({"company": [["key", "value"], ["name", "A"], ["tên", "B"]]}, "KEY_TWICE", "A3"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_fault_is_told_at_its_cell(case: str, tmp_path: Path) -> None:
    sheets, code, cell = CASES[case]
    result = read(save(tmp_path / "a.xlsx", right_with(**sheets)))
    found = [(problem.code, problem.cell) for problem in result.problems]
    assert (code, cell) in found
    assert (result.book is None) == CATALOGUE[code].fatal


@pytest.mark.parametrize("case", CASES)
def test_a_fault_speaks_vietnamese_and_english_without_gaps(case: str, tmp_path: Path) -> None:
    sheets, code, _ = CASES[case]
    result = read(save(tmp_path / "a.xlsx", right_with(**sheets)))
    problem = next(problem for problem in result.problems if problem.code == code)
    for language in ("vi", "en"):
        text = problem.text(language)
        assert text
        assert "…" not in text, "an argument of the text is missing"
        assert "{" not in text
    assert problem.text("vi") != problem.text("en")


def test_the_right_workbook_has_no_problem(tmp_path: Path) -> None:
    result = read(save(tmp_path / "a.xlsx", RIGHT))
    assert result.problems == []
    assert result.book is not None


def test_every_code_of_files_and_cells_is_raised_by_some_test() -> None:
    from tamnhin.workbook import problems

    source = Path(problems.__file__).read_text(encoding="utf-8")
    declared = {code for code in CATALOGUE if f'"{code}", "' in source}
    tests = "\n".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert declared
    assert {code for code in declared if f'"{code}"' not in tests} == set()


def test_a_row_with_a_fault_is_left_out_and_every_right_row_is_kept(tmp_path: Path) -> None:
    actuals = [*RIGHT["actuals"], ["HOA", "REV", "2026-02", "nhiều"], ["HOA", "REV", "2026-03", 7]]
    result = read(save(tmp_path / "a.xlsx", right_with(actuals=actuals)))
    assert result.book is not None
    assert result.book["actuals"].select("period", "value").rows() == [
        ("2026-01", 0.0),
        ("2026-01", None),
        ("2026-03", 7.0),
    ]


def test_a_problem_names_the_sheet_as_it_stands_in_the_file_and_whose_row_it_is(tmp_path: Path) -> None:
    sheets = {**right_with(actuals=None), "Thực hiện": [["chủ thể", "KPI", "Tháng 1/2026"], ["HOA", "REV", "nhiều"]]}
    result = read(save(tmp_path / "a.xlsx", sheets))
    problem = next(problem for problem in result.problems if problem.code == "NUMBER_BAD")
    assert (problem.sheet, problem.cell, problem.owner, problem.kpi) == ("Thực hiện", "C2", "HOA", "REV")


def test_an_unknown_code_offers_the_nearest_one(tmp_path: Path) -> None:
    result = read(save(tmp_path / "a.xlsx", right_with(scorecards=[["owner", "kpi", "weight"], ["hoa", "REV", 100]])))
    problem = next(problem for problem in result.problems if problem.code == "OWNER_UNKNOWN")
    assert "“HOA”" in problem.text("vi")


def test_a_choice_that_is_none_lists_what_is_allowed(tmp_path: Path) -> None:
    kpis = [KPI_HEAD, REV, ["ONTIME", "x", "hihger", "ratio", "month"]]
    result = read(save(tmp_path / "a.xlsx", right_with(kpis=kpis)))
    problem = next(problem for problem in result.problems if problem.code == "CHOICE_NOT_ALLOWED")
    assert "Did you mean “higher”?" in problem.text("en")
    assert "higher, lower, band" in problem.text("en")


def test_what_hangs_from_a_unit_with_a_fault_is_left_out_with_it(tmp_path: Path) -> None:
    units = [["code", "name", "parent", "from"], ["CTY", "Công ty", None, None], ["KD", "Kinh doanh", "CTY", "hôm nào"],
             ["TEAM", "Tổ", "KD", None]]  # fmt: skip
    result = read(save(tmp_path / "a.xlsx", right_with(units=units)))
    assert result.book is not None
    assert result.book["units"]["code"].to_list() == ["CTY"]
    assert result.book["people"].is_empty()
    codes = [problem.code for problem in result.problems]
    assert "UNIT_UNKNOWN" not in codes, "what is in the file is not called unknown"
    assert codes.count("REFERENCE_LEFT_OUT") >= 2


def test_a_person_whose_manager_has_a_fault_is_kept_without_a_manager(tmp_path: Path) -> None:
    people = [["code", "name", "unit", "manager", "joined"], ["MINH", "Minh", "KD", None, "hôm nào"],
              ["HOA", "Hoa", "KD", "MINH", None]]  # fmt: skip
    result = read(save(tmp_path / "a.xlsx", right_with(people=people)))
    assert result.book is not None
    assert result.book["people"].select("code", "manager").rows() == [("HOA", None)]


def test_a_circle_of_units_is_told_with_its_path(tmp_path: Path) -> None:
    units = [["code", "name", "parent"], ["R", "r", None], ["A", "a", "C"], ["B", "b", "A"], ["C", "c", "B"],
             ["D", "d", "A"]]  # fmt: skip
    result = read(save(tmp_path / "a.xlsx", right_with(units=units, people=None)))
    problem = next(problem for problem in result.problems if problem.code == "UNIT_CYCLE")
    assert problem.cell == "C3"
    assert problem.args["path"] == "A → C → B → A"


def test_posts_that_follow_one_another_may_each_be_whole(tmp_path: Path) -> None:
    placements = [PLACED, ["HOA", "KD", D(2026, 1, 1), D(2026, 2, 28), None], ["HOA", "CTY", D(2026, 3, 1), None, 60],
                  ["HOA", "KD", D(2026, 3, 1), None, 40]]  # fmt: skip
    result = read(save(tmp_path / "a.xlsx", right_with(placements=placements)))
    assert result.problems == []


def test_one_kind_of_fault_in_a_whole_column_does_not_drown_the_others(tmp_path: Path) -> None:
    actuals: list[list[object]] = [["owner", "kpi", "period", "value"]]
    actuals += [["HOA", "REV", f"{2000 + at // 12}-{at % 12 + 1:02d}", "nhiều"] for at in range(1200)]
    actuals += [["QUANG", "REV", "2026-01", 5]]
    result = read(save(tmp_path / "a.xlsx", right_with(actuals=actuals)))
    codes = [problem.code for problem in result.problems]
    assert codes.count("NUMBER_BAD") == 1000
    assert "OWNER_UNKNOWN" in codes
    more = next(problem for problem in result.problems if problem.code == "MORE_PROBLEMS")
    assert more.args["count"] == 200
