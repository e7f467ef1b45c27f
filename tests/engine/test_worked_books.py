"""Every worked case of the pages, through the real path: book, plan, evaluation, report."""

from __future__ import annotations

from tests.engine.book_cases import Case, check, every_case


@every_case("evaluation", "aggregation", "rollup", "corrections", "organisation")
def test_a_worked_book_gives_what_the_page_says(case: Case) -> None:
    check(case)
