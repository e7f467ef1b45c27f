"""The command itself: help, mistakes in what is typed, exit statuses, streams, and what it never imports."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from tests.cli.companies import command, dairy
from tests.cli.conftest import Run

from tamnhin.demo import grow
from tamnhin.engine.book import make_book
from tamnhin.workbook import write


def test_help_speaks_vietnamese_first() -> None:
    ran = command("--help")
    assert ran.status == 0
    assert "Tính điểm từ tệp" in ran.out


@pytest.mark.parametrize("name", ["evaluate", "explain", "template", "serve", "demo", "import", "export"])
@pytest.mark.parametrize(("language", "words"), [("vi", "Cách dùng"), ("en", "usage")])
def test_every_command_has_help_in_both_languages(run: Run, name: str, language: str, words: str) -> None:
    ran = run(name, "--help", "--language", language)
    assert ran.status == 0
    assert ran.out.startswith(words)


def test_the_locale_of_the_terminal_chooses_the_language(workbook: Path) -> None:
    english = command("evaluate", workbook, "--period", "2026-Q1", LANG="en_US.UTF-8").out
    assert "Scorecards" in english
    assert "Revenue" in english
    assert "Thẻ điểm" in command("evaluate", workbook, "--period", "2026-Q1", LANG="C.UTF-8").out
    assert "Thẻ điểm" in command("evaluate", workbook, "--period", "2026-Q1", "--language", "vi", LANG="en_US").out


def test_the_language_of_the_file_is_used_where_the_terminal_says_nothing(run: Run, tmp_path: Path) -> None:
    write(dairy(language="en"), tmp_path / "english.xlsx")
    assert "Scorecards" in run("evaluate", tmp_path / "english.xlsx", "--period", "2026-Q1").out


def test_a_terminal_that_is_not_utf_8_still_gets_vietnamese(workbook: Path) -> None:
    ran = command("evaluate", workbook, "--period", "2026-Q1", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert ran.status == 0
    assert "Thẻ điểm" in ran.out


def test_evaluating_never_imports_django(workbook: Path) -> None:
    code = (
        "import sys; from tamnhin.cli import main; "
        f"status = main(['evaluate', {str(workbook)!r}, '--period', '2026-Q1', '--json']); "
        "loaded = [name for name in sys.modules if name.split('.')[0] == 'django']; "
        "print(loaded, file=sys.stderr); sys.exit(status)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False,
                          env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})  # fmt: skip
    assert (done.returncode, done.stderr.strip()) == (0, "[]")


def test_nothing_but_the_result_is_on_standard_output(workbook: Path) -> None:
    ran = command("evaluate", workbook, "--period", "2026-Q1", "--json")
    assert json.loads(ran.out)["period"] == "2026-Q1"
    assert ran.err == ""


def _drain(terminal: int, seen: bytearray) -> None:
    """A terminal holds 4 kB: whoever writes to it waits until somebody reads."""
    try:
        while piece := os.read(terminal, 65536):
            seen += piece
    except OSError:  # how Linux says that the other side has gone
        return


def test_a_terminal_sees_progress_on_standard_error_and_the_pipe_only_json(tmp_path: Path) -> None:
    write(grow(1500, 3), tmp_path / "large")
    parent, child = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-m", "tamnhin", "evaluate", tmp_path / "large", "--period", "2025-Q1", "--json"],
        stdout=subprocess.PIPE, stderr=child, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path),
                                                   "TERM": "xterm-256color", "LANG": "C.UTF-8"},
    )  # fmt: skip
    os.close(child)
    seen = bytearray()
    reader = threading.Thread(target=_drain, args=(parent, seen), daemon=True)
    reader.start()
    try:
        out, _ = running.communicate(timeout=120)
    finally:
        running.kill()
    reader.join(10)
    os.close(parent)
    assert json.loads(out)["period"] == "2025-Q1"
    assert "%" in seen.decode("utf-8")
    assert "\x1b[2K" in seen.decode("utf-8")  # the bar is wiped away at the end


def test_strict_makes_a_warning_a_failure_and_still_prints_the_result(run: Run, tmp_path: Path) -> None:
    book = dairy()
    frames = {**book.frames, "scorecards": book["scorecards"].head(3)}  # S2 keeps a weight of 60 alone
    path = tmp_path / "sixty.xlsx"
    write(make_book(book.company, **frames), path)
    plain = run("evaluate", path, "--period", "2026-Q1", "--json")
    assert [problem["code"] for problem in plain.json["problems"]] == ["WEIGHTS_NOT_100"]
    assert plain.status == 0
    strict = run("evaluate", path, "--period", "2026-Q1", "--json", "--strict")
    assert (strict.status, strict.out) == (2, plain.out)


def test_strict_is_content_with_a_file_without_problems(run: Run, workbook: Path) -> None:
    assert run("evaluate", workbook, "--period", "2026-Q1", "--strict").status == 0


@pytest.mark.parametrize(("typed", "meant"), [("s1", "S1"), ("S11", "S1"), ("Lê Thị Hoa", "S1"), ("kd", "KD")])
def test_an_unknown_owner_is_refused_with_the_code_that_was_meant(
    run: Run, workbook: Path, typed: str, meant: str
) -> None:
    ran = run("evaluate", workbook, "--period", "2026-Q1", "--owner", "S2", typed, "--json")
    assert ran.status == 2
    (problem,) = ran.json["problems"]
    assert problem["code"] == "ASKED_OWNER_UNKNOWN"
    assert f"Có phải ý bạn là “{meant}”?" in problem["vi"]
    assert f"Did you mean “{meant}”?" in problem["en"]
    assert typed in ran.err


def test_a_wrong_period_is_refused_before_the_file_is_opened(run: Run, tmp_path: Path) -> None:
    ran = run("evaluate", tmp_path / "absent.xlsx", "--period", "Q1/2026")
    assert ran.status == 2
    assert "có lẽ là 2026-Q1" in ran.err


def test_the_file_may_stand_after_options_that_take_several_values(run: Run, workbook: Path) -> None:
    first = run("evaluate", workbook, "--period", "2026-Q1", "--json").out
    assert run("evaluate", "--json", "--period", "2026-Q1", workbook).out == first
    narrowed = run("evaluate", "--json", "--period", "2026-Q1", "--owner", "S1", workbook)
    assert [row["owner"] for row in narrowed.json["scorecards"]] == ["S1"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["evaluate", "x.xlsx"], "còn thiếu: --period"),
        (["evaluate", "--period", "2026-01"], "còn thiếu: FILE"),
        (["evaluate", "x.xlsx", "--period", "2026-01", "--json", "--out", "y.xlsx"], "không dùng cùng lúc"),
        (["evaluate", "x.xlsx", "--period", "2026-01", "--as-of", "31/03/2026"], "viết như 2026-03-31"),
        (["evaluate", "x.xlsx", "--period", "2026-01", "--as-known-at", "hôm qua"], "không phải thời điểm"),
        (["evaluete"], "không nhận 'evaluete'"),
        (["evaluate", "x.xlsx", "--period", "2026-01", "--color"], "không hiểu: --color"),
    ],
)
def test_a_mistyped_command_is_told_in_vietnamese_with_status_2(run: Run, words: list[str], said: str) -> None:
    ran = run(*words)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert "--help" in ran.err


def test_an_unexpected_fault_is_one_line_and_debug_shows_where(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    words = ("template", tmp_path / "t.xlsx")
    (tmp_path / "t.xlsx").mkdir()
    ran = run(*words)
    assert (ran.status, "Traceback" in ran.err) == (2, False)
    assert "Traceback" in run(*words, "--debug").err


def test_a_reader_that_leaves_early_is_no_error(workbook: Path) -> None:
    code = f"{sys.executable} -m tamnhin evaluate {workbook} --period 2026-Q1 --json --debug | head -c 1"
    done = subprocess.run(["bash", "-c", code], capture_output=True, text=True, check=False,
                          env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})  # fmt: skip
    assert (done.stdout, done.stderr) == ("{", "")


def test_the_template_is_never_written_over_a_file_unless_forced(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "mau.xlsx"
    path.write_text("của tôi")
    assert run("template", path).status == 2
    assert path.read_text() == "của tôi"
    assert run("template", path, "--force").status == 0
    assert path.read_bytes().startswith(b"PK")


def test_a_score_is_explained_as_a_tree(run: Run, workbook: Path) -> None:
    ran = run("explain", workbook, "--owner", "S2", "--kpi", "OT", "--period", "2026-Q1")
    assert ran.status == 0
    assert "120 ÷ 150 × 100" in ran.out
    assert "40,00  =  40 × 100,00 % ÷ 100" in ran.out
    whole = run("explain", workbook, "--owner", "S2", "--period", "2026-Q1", "--language", "en")
    assert whole.out.splitlines()[0].startswith("Score of")
    assert "94.00" in whole.out.splitlines()[0]


def test_explaining_a_kpi_the_owner_does_not_have_names_those_that_he_has(run: Run, workbook: Path) -> None:
    ran = run("explain", workbook, "--owner", "S2", "--kpi", "REVE", "--period", "2026-Q1")
    assert (ran.status, ran.out) == (2, "")
    assert "Có phải ý bạn là “REV”?" in ran.err
    assert "REV, OT" in ran.err
