"""What ``tamnhin evaluate`` reads: every format alike, the template as people fill it in, and refusals."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest
from tests.cli.companies import dairy
from tests.cli.conftest import Run

from tamnhin.workbook import write

SOFFICE = shutil.which("soffice")
needs_libreoffice = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")


def saved_by_libreoffice(source: Path, kind: str) -> Path:
    """The file as LibreOffice saves it again: what a person's copy really looks like."""
    assert SOFFICE is not None
    out = source.parent / "saved"
    profile = source.parent / "profile"
    subprocess.run(
        [SOFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless",
         "--convert-to", kind, "--outdir", out, source],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return out / f"{source.stem}.{kind}"


def test_a_folder_of_csv_gives_the_same_json(run: Run, workbook: Path, tmp_path: Path) -> None:
    write(dairy(), tmp_path / "folder")
    as_folder = run("evaluate", tmp_path / "folder", "--period", "2026-Q1", "--json")
    assert as_folder.out == run("evaluate", workbook, "--period", "2026-Q1", "--json").out
    assert as_folder.status == 0


@needs_libreoffice
@pytest.mark.parametrize("kind", ["ods", "xlsx"])
def test_a_file_saved_by_libreoffice_gives_the_same_json(run: Run, workbook: Path, kind: str) -> None:
    saved = run("evaluate", saved_by_libreoffice(workbook, kind), "--period", "2026-Q1", "--json")
    assert saved.out == run("evaluate", workbook, "--period", "2026-Q1", "--json").out


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_template_evaluates_as_it_is(run: Run, tmp_path: Path, language: str) -> None:
    path = tmp_path / "mau.xlsx"
    assert run("template", path, "--language", language).status == 0
    ran = run("evaluate", path, "--period", "2026-01", "--json")
    assert ran.status == 0
    assert len(ran.json["scorecards"]) == 1
    assert ran.json["problems"] == []


@needs_libreoffice
@pytest.mark.parametrize("kind", ["ods", "xlsx"])
def test_the_template_filled_in_and_saved_by_libreoffice_gives_the_right_json(
    run: Run, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "mau.xlsx"
    run("template", path)
    book = openpyxl.load_workbook(path)
    actuals = book["Thực hiện"]
    headings = [str(cell.value).rstrip(" *") for cell in actuals[1]]
    # the examples: revenue of 100 at weight 60, 20 visits at weight 40
    assert [actuals.cell(row, 2).value for row in (2, 3)] == ["DT", "GAP"]
    for row, number in ((2, 80), (3, 15)):
        actuals.cell(row, headings.index("Giá trị") + 1, number)
    book.save(path)
    ran = run("evaluate", saved_by_libreoffice(path, kind), "--period", "2026-01", "--json")
    assert [(row["kpi"], row["actual"], row["score"]) for row in ran.json["lines"]] == [
        ("DT", 80.0, "80.00"), ("GAP", 15.0, "75.00")
    ]  # fmt: skip
    assert ran.json["scorecards"][0]["score"] == "78.00"  # 0.6 x 80 + 0.4 x 75
    assert ran.status == 0


def faulty(tmp_path: Path) -> Path:
    """Two faults at known cells: a target of 0 under ``ratio``, and a word for a number."""
    path = tmp_path / "faulty.xlsx"
    write(dairy(), path)
    book = openpyxl.load_workbook(path)
    targets, actuals, lines = book["targets"], book["actuals"], book["scorecards"]
    for row in (2, 3, 4):
        targets.cell(row, 4, 0)
    lines.cell(2, [cell.value for cell in lines[1]].index("method") + 1, "ratio")
    actuals.cell(5, 4, "chín mươi")
    book.save(path)
    return path


def test_faults_stand_at_their_cells_in_both_languages_and_the_rest_is_evaluated(run: Run, tmp_path: Path) -> None:
    ran = run("evaluate", faulty(tmp_path), "--period", "2026-Q1", "--json")
    found = {problem["code"]: problem for problem in ran.json["problems"]}
    number = found["NUMBER_BAD"]
    assert (number["sheet"], number["cell"], number["severity"]) == ("actuals", "D5", "error")
    assert "chín mươi" in number["vi"]
    assert "is not a number" in number["en"]
    target = found["TARGET_NOT_POSITIVE"]
    assert (target["sheet"], target["owner"], target["kpi"]) == ("targets", "S1", "REV")
    assert target["cell"] in {"D2", "D3", "D4"}
    assert ran.status == 1
    # the lines without a fault keep their scores
    scores = {(row["owner"], row["kpi"]): row["score"] for row in ran.json["lines"]}
    assert scores["S1", "REV"] is None
    assert (scores["S1", "OT"], scores["S2", "OT"]) == ("100.00", "100.00")


@pytest.mark.parametrize(("language", "words"), [("vi", "không phải số"), ("en", "is not a number")])
def test_the_screen_tells_faults_in_the_language_asked_for(run: Run, tmp_path: Path, language: str, words: str) -> None:
    ran = run("evaluate", faulty(tmp_path), "--period", "2026-Q1", "--language", language)
    assert "actuals!D5" in ran.out
    assert words in ran.out
    assert ran.status == 1


def test_a_zip_bomb_is_refused_with_status_2_on_both_streams(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/workbook.xml", "w") as member:
        for _ in range(60):
            member.write(b" " * 2**20)
    ran = run("evaluate", path, "--period", "2026-Q1", "--json")
    assert [problem["code"] for problem in ran.json["problems"]] == ["FILE_BOMB"]
    assert list(ran.json) == ["problems"]
    assert "bomb.xlsx" in ran.err
    assert ran.status == 2


def test_a_sheet_that_unpacks_to_more_than_the_limit_is_refused(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "large.xlsx"
    piece = bytes(range(256)) * 4096
    with zipfile.ZipFile(path, "w") as archive, archive.open("xl/sheet1.xml", "w", force_zip64=True) as member:
        for _ in range(301):
            member.write(piece)
    ran = run("evaluate", path, "--period", "2026-Q1")
    assert (ran.status, ran.out) == (2, "")
    assert "301 MB" in ran.err


@pytest.mark.parametrize("name", ["none.xlsx", "text.txt", "empty.xlsx"])
def test_what_cannot_be_read_ends_in_a_sentence_and_status_2(run: Run, tmp_path: Path, name: str) -> None:
    if name != "none.xlsx":
        (tmp_path / name).write_text("" if name == "empty.xlsx" else "xin chào")
    ran = run("evaluate", tmp_path / name, "--period", "2026-Q1")
    assert (ran.status, ran.out) == (2, "")
    assert f"“{name}”" in ran.err
    assert "Traceback" not in ran.err


def test_units_in_a_circle_cannot_be_evaluated(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "circle.xlsx"
    write(dairy(), path)
    book = openpyxl.load_workbook(path)
    units = book["units"]
    units.append(["MB", "Miền Bắc", "KD"])
    units.cell(2, 3, "MB")
    book.save(path)
    ran = run("evaluate", path, "--period", "2026-Q1", "--json")
    assert "UNIT_CYCLE" in {problem["code"] for problem in ran.json["problems"]}
    assert list(ran.json) == ["problems"]
    assert ran.status == 2
