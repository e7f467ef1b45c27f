"""The commands that need the database, each in a process of its own on a database of its own."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from tests.cli.companies import command


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with its own SQLite database in which the demo company has been loaded."""
    folder = tmp_path_factory.mktemp("home")
    ran = command("demo", "--password", "mot-mat-khau-dai", TAMNHIN_VAR=str(folder), DATABASE_URL="")
    assert ran.status == 0, ran.err
    assert "mot-mat-khau-dai" in ran.out
    assert "lan@thaonguyen.example" in ran.out
    return folder


def in_home(home: Path, *words: object) -> tuple[int, str, str]:
    ran = command(*words, TAMNHIN_VAR=str(home), DATABASE_URL="")
    return ran.status, ran.out, ran.err


def test_the_demo_goes_out_evaluates_and_comes_in_again_changing_nothing(home: Path) -> None:
    path = home / "tn.xlsx"
    assert in_home(home, "export", path, "--company", "TN")[0] == 0
    ran = command("evaluate", path, "--period", "2026-01", "--owner", "KD", "--json")
    assert ran.json["scorecards"][0]["owner"] == "KD"
    status, out, err = in_home(home, "import", path, "--company", "TN")
    assert status == 0
    assert "Không có gì thay đổi" in err
    assert "actuals: " in out


def test_a_dry_run_tells_what_would_change_and_stores_nothing(home: Path) -> None:
    path = home / "changed.xlsx"
    in_home(home, "export", path, "--company", "TN")
    book = openpyxl.load_workbook(path)
    book["units"].cell(2, 2, "Tên mới của công ty")
    book.save(path)
    for _ in range(2):  # the second says the same as the first: nothing was stored
        status, out, err = in_home(home, "import", path, "--company", "TN", "--dry-run")
        assert status == 0
        assert "units: 1 đổi" in out
        assert "chưa lưu gì" in err


def test_export_never_replaces_a_file_unless_forced(home: Path) -> None:
    path = home / "mine.xlsx"
    path.write_text("của tôi")
    assert in_home(home, "export", path, "--company", "TN")[0] == 2
    assert path.read_text() == "của tôi"
    assert in_home(home, "export", path, "--company", "TN", "--force")[0] == 0
    assert path.read_bytes().startswith(b"PK")


def test_an_unknown_company_is_told_with_those_that_exist(home: Path) -> None:
    status, out, err = in_home(home, "export", home / "x.xlsx", "--company", "TNX")
    assert (status, out) == (2, "")
    assert "TN." in err
    assert "Traceback" not in err


def test_manage_hands_everything_on_to_django(home: Path) -> None:
    status, out, _ = in_home(home, "manage", "check", "--help")
    assert status == 0
    assert "tamnhin manage check" in out


def test_daily_does_what_is_due_and_says_when_nothing_is(home: Path) -> None:
    status, out, err = in_home(home, "daily")
    assert (status, err) == (0, "")
    assert "không có việc nào đến hạn" in out
