"""What a person reads: tables on the screen, and RESULT.xlsx read back cell by cell."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from tests.cli.companies import dairy
from tests.cli.conftest import Run

from tamnhin.engine.book import make_book
from tamnhin.workbook import result, write


def test_the_screen_shows_scorecards_lowest_lines_pay_and_problems(run: Run, workbook: Path) -> None:
    out = run("evaluate", workbook, "--period", "2026-Q1").out
    assert out.splitlines()[0] == "Sữa Thử · Quý 1/2026 · tính đến ngày 31/03/2026"
    for words in ("94,00", "Lê Thị Hoa", "chính thức", "9.400.000", "19.400.000", "Không có vấn đề nào."):
        assert words in out
    lowest = next(row for row in out.splitlines() if "REV · Doanh thu" in row)
    assert lowest.startswith("S2")  # 90 is the lowest score


def test_in_a_pipe_there_is_neither_colour_nor_frame_nor_blank_ends(run: Run, workbook: Path) -> None:
    out = run("evaluate", workbook, "--period", "2026-Q1").out
    assert "\x1b" not in out
    assert not set("─│┃━╭") & set(out)
    assert all(row == row.rstrip() for row in out.splitlines())


def test_owners_asked_for_show_all_their_lines(run: Run, workbook: Path) -> None:
    out = run("evaluate", workbook, "--period", "2026-Q1", "--owner", "S1").out
    assert "REV · Doanh thu" in out
    assert "OT · Giao đúng hẹn" in out
    assert "S2" not in out


def test_the_result_file_holds_typed_numbers_under_vietnamese_headings(
    run: Run, workbook: Path, tmp_path: Path
) -> None:
    path = tmp_path / "ketqua.xlsx"
    ran = run("evaluate", workbook, "--period", "2026-Q1", "--out", path)
    assert (ran.status, ran.out) == (0, "")
    assert "ketqua.xlsx" in ran.err
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["scorecards", "lines", "payouts", "problems"]
    rows = [list(row) for row in book["scorecards"].iter_rows(values_only=True)]
    assert rows == [
        ["Mã", "Tên", "Kỳ", "Điểm", "Độ phủ (%)", "Xếp loại", "Trạng thái", "Hạng"],
        ["S1", "Lê Thị Hoa", "2026-Q1", 100, 100, "A", "chính thức", 1],
        ["S2", '=HYPERLINK("http://x")', "2026-Q1", 94, 100, "B", "chính thức", 2],
    ]
    assert [row[9:13] for row in book["lines"].iter_rows(min_row=2, values_only=True)][2] == (90, 90, 60, 54)
    assert [row[3:] for row in book["payouts"].iter_rows(min_row=2, values_only=True)][1] == (10_000_000, 94, 9_400_000)
    assert all(sheet.freeze_panes == "A2" for sheet in book)


def test_a_name_that_looks_like_a_formula_stays_text_in_the_result(run: Run, workbook: Path, tmp_path: Path) -> None:
    path = tmp_path / "ketqua.xlsx"
    run("evaluate", workbook, "--period", "2026-Q1", "--out", path)
    cell = openpyxl.load_workbook(path)["scorecards"]["B3"]
    assert cell.data_type in ("s", "inlineStr")
    assert cell.quotePrefix


def test_the_result_speaks_english_when_asked(run: Run, workbook: Path, tmp_path: Path) -> None:
    path = tmp_path / "result.xlsx"
    run("evaluate", workbook, "--period", "2026-01", "2026-Q1", "--out", path, "--language", "en")
    lines = list(openpyxl.load_workbook(path)["lines"].iter_rows(values_only=True))
    assert lines[0][:6] == ("Code", "Name", "KPI code", "KPI", "Period", "State")
    assert lines[1][:6] == ("S1", "Lê Thị Hoa", "REV", "Revenue", "2026-01", "a value")
    assert {row[4] for row in lines[1:]} == {"2026-01", "2026-Q1"}


def test_a_problem_that_two_periods_share_stands_in_the_result_once(run: Run, tmp_path: Path) -> None:
    book = dairy()
    write(make_book(book.company, **{**book.frames, "scorecards": book["scorecards"].head(3)}), tmp_path / "s.xlsx")
    run("evaluate", tmp_path / "s.xlsx", "--period", "2026-02", "2026-01", "--out", tmp_path / "r.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "r.xlsx")["problems"].iter_rows(min_row=2, values_only=True))
    assert [row[:5] for row in rows].count(("cảnh báo", "WEIGHTS_NOT_100", "scorecards", "C4", "S2")) == len(rows)


def test_rows_beyond_the_last_of_a_sheet_go_on_in_another(
    run: Run, workbook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(result, "MAX_ROWS", 3)
    run("evaluate", workbook, "--period", "2026-Q1", "--out", tmp_path / "r.xlsx")
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    assert [book["lines"].max_row, book["lines 2"].max_row] == [4, 2]
    assert book["lines 2"]["A1"].value == "Mã"


@pytest.mark.parametrize(
    ("name", "said"), [("r.csv", "ghi được vào tệp .xlsx"), ("none/r.xlsx", "không có thư mục này")]
)
def test_a_place_that_cannot_take_the_result_is_refused_before_work_begins(
    run: Run, workbook: Path, tmp_path: Path, name: str, said: str
) -> None:
    ran = run("evaluate", workbook, "--period", "2026-Q1", "--out", tmp_path / name)
    assert ran.status == 2
    assert said in ran.err
    assert not (tmp_path / name).exists()


def test_the_result_never_replaces_the_file_that_is_read(run: Run, workbook: Path) -> None:
    before = workbook.read_bytes()
    assert run("evaluate", workbook, "--period", "2026-Q1", "--out", workbook).status == 2
    assert workbook.read_bytes() == before


def test_a_result_that_fails_half_way_leaves_no_file(run: Run, workbook: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    ran = run("evaluate", workbook, "--period", "2026-Q1", "--owner", "nobody", "--out", folder / "r.xlsx")
    assert ran.status == 2
    assert list(folder.iterdir()) == []
