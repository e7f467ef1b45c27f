"""The template: it reads without a problem, offers only what reading takes, and survives LibreOffice."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from tests.workbook.files import RIGHT, right_with, save

from tamnhin.engine.book import CHOICES, SCHEMAS, Company, make_book
from tamnhin.workbook import read, write, write_template
from tamnhin.workbook.spec import GUIDE_NAMES, SHEETS, choices, find_column, find_sheet

SOFFICE = shutil.which("soffice")
needs_libreoffice = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")


def convert(path: Path, kind: str) -> Path:
    """The file opened and saved by LibreOffice, in a folder of its own with a profile of its own."""
    out = path.parent / f"as_{kind}"
    subprocess.run(
        [str(SOFFICE), "--headless", f"-env:UserInstallation=file://{path.parent}/profile", "--convert-to", kind,
         "--outdir", str(out), str(path)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return out / f"{path.stem}.{kind}"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_template_reads_without_a_problem(language: str, tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    write_template(path, language)
    result = read(path)
    assert result.problems == []
    assert result.book is not None
    assert result.book.company.language == language
    assert all(result.book[name].height >= 1 for name in SCHEMAS), "every sheet has an example"
    assert sum(result.book["scorecards"]["weight"]) == 100


def test_the_templates_of_both_languages_say_the_same(tmp_path: Path) -> None:
    books = []
    for language in ("vi", "en"):
        write_template(tmp_path / "t.xlsx", language)
        book = read(tmp_path / "t.xlsx").book
        assert book is not None
        books.append(book)
    for name in SCHEMAS:
        assert books[0][name].equals(books[1][name]), name


def test_the_template_speaks_vietnamese_throughout(tmp_path: Path) -> None:
    write_template(tmp_path / "t.xlsx", "vi")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert book.sheetnames == [GUIDE_NAMES["vi"], *(sheet.label for sheet in SHEETS.values())]
    assert [cell.value for cell in book["Thẻ điểm"][1]][:3] == ["Chủ thể *", "KPI *", "Trọng số *"]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_heading_of_the_template_has_a_note_and_reads_as_its_column(language: str, tmp_path: Path) -> None:
    write_template(tmp_path / "t.xlsx", language)
    for sheet in openpyxl.load_workbook(tmp_path / "t.xlsx").worksheets[1:]:
        name = find_sheet(sheet.title)
        assert name is not None
        headings = [cell for cell in sheet[1] if cell.value]
        assert [find_column(name, str(cell.value)) for cell in headings] == [
            column.name for column in SHEETS[name].columns
        ]
        assert all(cell.comment is not None and cell.comment.text for cell in headings)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_drop_down_offers_only_what_reading_takes(language: str, tmp_path: Path) -> None:
    write_template(tmp_path / "t.xlsx", language)
    offered = {}
    for sheet in openpyxl.load_workbook(tmp_path / "t.xlsx").worksheets[2:]:
        name = find_sheet(sheet.title)
        assert name is not None
        for rule in sheet.data_validations.dataValidation:
            column = SHEETS[name].columns[next(iter(rule.sqref.ranges)).min_col - 1]
            if rule.type == "list" and str(rule.formula1).startswith('"'):
                words = str(rule.formula1).strip('"').split(",")
                offered[name, column.name] = tuple(choices.canonical(name, column.name, word) for word in words)
            elif rule.type == "list":
                assert column.refers is not None
    assert offered == CHOICES


def test_the_year_of_the_examples_can_be_chosen(tmp_path: Path) -> None:
    write_template(tmp_path / "t.xlsx", "vi", year=2031)
    book = read(tmp_path / "t.xlsx").book
    assert book is not None
    assert set(book["actuals"]["period"]) == {"2031-01"}
    assert book["people"]["joined"].to_list() == [dt.date(2031, 1, 1)]


def test_a_template_in_another_language_or_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="fr"):
        write_template(tmp_path / "t.xlsx", "fr")
    with pytest.raises(ValueError, match="xlsx"):
        write_template(tmp_path / "t.ods")


# --- LibreOffice ---


@needs_libreoffice
@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_template_filled_by_hand_and_saved_by_libreoffice_is_read(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    write_template(path, "vi")
    book = openpyxl.load_workbook(path)
    book["Nhân viên"].append(["NV02", "Trần Thị Hoa", None, "KD", None, "NV01", dt.date(2026, 2, 1)])
    book["Thẻ điểm"].append(["NV02", "DT", 100])
    book["Chỉ tiêu"].append(["NV02", "DT", "Tháng 2/2026", "=50*2"])
    book["Thực hiện"].append(["NV02", "DT", "02/2026", "=SUM(40,50)"])
    book["Thực hiện"].append(["NV02", "GAP", "02/2026", "=1/0"])
    book.save(path)
    assert [problem.code for problem in read(path).problems] == ["FORMULA_NOT_CALCULATED"] * 3
    result = read(convert(path, kind))
    assert [(problem.code, problem.sheet, problem.cell) for problem in result.problems] == [
        ("CELL_ERROR", "Thực hiện", "D5")
    ]
    assert result.book is not None
    hoa = pl.col("owner") == "NV02"
    assert result.book["targets"].filter(hoa).select("period", "target").rows() == [("2026-02", 100.0)]
    assert result.book["actuals"].filter(hoa).select("period", "value").rows() == [("2026-02", 90.0)]
    assert result.book["people"]["joined"].to_list() == [dt.date(2026, 1, 1), dt.date(2026, 2, 1)]


@needs_libreoffice
@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_an_export_saved_again_by_libreoffice_is_the_same_book(kind: str, tmp_path: Path) -> None:
    book = make_book(
        Company(name="=HYPERLINK(1)", language="vi"),
        units=[{"code": "CTY", "name": "=1+1", "from": "2026-01-01"}],
        kpis=[{"code": "REV", "name": "a\nb", "direction": "higher", "aggregation": "sum", "frequency": "month"}],
        scorecards=[{"owner": "CTY", "kpi": "REV", "weight": "33.34"}],
        actuals=[{"owner": "CTY", "kpi": "REV", "period": "2026-01", "value": 1234.5,
                  "recorded_at": "2026-01-31T17:30:00+00:00"}],
    )  # fmt: skip
    write(book, tmp_path / "a.xlsx")
    result = read(convert(tmp_path / "a.xlsx", kind))
    assert result.problems == []
    assert result.book is not None
    assert result.book.company == book.company
    for name, schema in SCHEMAS.items():
        assert result.book[name].select(list(schema)).rows() == book[name].rows(), name


@needs_libreoffice
def test_problems_of_an_ods_stand_at_their_cells_in_spite_of_repeated_cells(tmp_path: Path) -> None:
    # LibreOffice folds equal neighbours and blank stretches into one repeated cell or row
    actuals = [["owner", "kpi", "2026-01", "2026-02", "2026-03", "2026-04"], ["HOA", "REV", 5, 5, 5, "=1/0"],
               [], [], [], ["HOA", "ONTIME", 7, 7, "=1/0", "nhiều"]]  # fmt: skip
    result = read(convert(save(tmp_path / "a.xlsx", right_with(actuals=actuals)), "ods"))
    assert {(problem.code, problem.cell) for problem in result.problems} == {
        ("CELL_ERROR", "F2"),
        ("CELL_ERROR", "E6"),
        ("NUMBER_BAD", "F6"),
    }


@needs_libreoffice
def test_an_old_xls_saved_by_libreoffice_is_refused_by_name(tmp_path: Path) -> None:
    result = read(convert(save(tmp_path / "a.xlsx", RIGHT), "xls"))
    assert [problem.code for problem in result.problems] == ["FILE_OLD_FORMAT"]


@needs_libreoffice
def test_an_ods_saved_with_a_password_is_told_as_such(tmp_path: Path) -> None:
    path, out, script = save(tmp_path / "a.xlsx", RIGHT), tmp_path / "locked.ods", tmp_path / "lock.py"
    # the command line has no option for a password, so the office is driven through its own Python bridge
    script.write_text("import uno", encoding="utf-8")
    if subprocess.run(["/usr/bin/python3", str(script)], capture_output=True, check=False).returncode:
        pytest.skip("no Python bridge to LibreOffice on this machine")
    script.write_text(
        f"""
import subprocess, time, uno
from com.sun.star.beans import PropertyValue as P
office = subprocess.Popen([{SOFFICE!r}, "--headless", "--norestore",
    "-env:UserInstallation=file://{tmp_path}/profile", "--accept=pipe,name=tamnhin;urp;"])
local = uno.getComponentContext()
resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
for _ in range(120):
    try:
        there = resolver.resolve("uno:pipe,name=tamnhin;urp;StarOffice.ComponentContext")
        break
    except Exception:  # not up yet: UNO raises its own kinds, known only while it runs
        time.sleep(0.5)
desk = there.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", there)
file = desk.loadComponentFromURL("file://{path}", "_blank", 0, (P("Hidden", 0, True, 0),))
file.storeToURL("file://{out}", (P("FilterName", 0, "calc8", 0), P("Password", 0, "bimat", 0)))
file.close(True)
try:
    desk.terminate()
except Exception:  # the office answers its own end with a broken pipe
    pass
office.wait(60)
""",
        encoding="utf-8",
    )
    subprocess.run(["/usr/bin/python3", str(script)], check=True, capture_output=True, timeout=180)
    assert [problem.code for problem in read(out).problems] == ["FILE_PROTECTED"]
