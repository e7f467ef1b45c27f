"""Every problem code of the engine is raised by some book, at its cell, with both texts."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from pathlib import Path

from tests.cases import PAGES, tables
from tests.engine.book_cases import PROBLEMS, Case, cases_of, check, every_case

import tamnhin.engine
from tamnhin.engine.book import make_book
from tamnhin.engine.evaluate import evaluate
from tamnhin.engine.periods import parse
from tamnhin.engine.plan import Request, compile_book
from tamnhin.engine.problems import CATALOGUE
from tamnhin.engine.report import report

# Raised by something smaller than a book, in the tests of that part.
ELSEWHERE = {
    "TIME_ZONE_UNKNOWN": "test_calendar.py",  # only local dates need the time zone
    "FORMULA_TOO_LONG": "formula/test_formula_parsing.py",
    "FORMULA_TOO_COMPLEX": "formula/test_formula_parsing.py",
    "FORMULA_UNITS_DECLARED": "formula/test_formula_parsing.py",
}


@every_case("problems")
def test_a_fault_is_said_once_at_the_cell_where_it_is_put_right(case: Case) -> None:
    check(case)


def test_no_code_of_the_engine_is_without_a_test() -> None:
    declared = set()
    for file in Path(tamnhin.engine.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "declare"
                and node.args
            ):
                declared.add(str(ast.literal_eval(node.args[0])))
    for module in pkgutil.walk_packages(tamnhin.engine.__path__, "tamnhin.engine."):
        importlib.import_module(module.name)
    assert declared <= CATALOGUE.keys()
    raised = {row["code"] for case in cases_of("problems") for row in case.expected.get(PROBLEMS, [])}
    # pages with tables of codes, which their own tests read
    for page in ("formula", "targets", "smart", "splitting", "lineage", "balance"):
        said = [row["code"] for rows in tables(page).values() for row in rows if "code" in row]
        raised |= {one.split()[0] for codes in said for one in codes.split(",") if one.strip()}
    here = Path(__file__).parent
    for code, name in ELSEWHERE.items():
        assert code in (here / name).read_text(encoding="utf-8"), f"{name} does not raise {code}"
    assert declared - raised - ELSEWHERE.keys() == set()
    assert (PAGES / "problems.md").exists()


def test_an_empty_book_evaluates_to_nothing() -> None:
    from datetime import date

    plan = compile_book(make_book(), Request((parse("2026-01"), parse("2026-Q1")), date(2026, 2, 1)))
    found = report(evaluate(plan), 1)
    assert (found.lines, found.payouts, found.problems) == ([], [], [])
    assert [card for card in found.scorecards if card["score"] is not None] == []
