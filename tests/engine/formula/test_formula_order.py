"""In which order formulas are computed, and every circle among them."""

from __future__ import annotations

import time
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from tamnhin.engine.formula import Parsed, order, parse
from tamnhin.engine.formula.order import MAX_CYCLES


def _book(**texts: str) -> dict[str, Parsed]:
    known: dict[str, str | None] = {**dict.fromkeys(texts), "IN": None}
    return {code: parse(text, known) for code, text in texts.items()}


def _paths(formulas: dict[str, Parsed]) -> list[str]:
    return [str(problem.args["path"]) for problem in order(formulas)[1] if problem.code == "CYCLE"]


def test_each_formula_comes_after_those_it_uses() -> None:
    assert order(_book(C="B + 1", B="A * 2", A="IN", Z="1")) == (["A", "B", "C", "Z"], [])


def test_a_circle_is_printed_as_a_path_back_to_its_start() -> None:
    ordered, problems = order(_book(A="B + 1", B="A + IN", C="IN"))

    assert ordered == ["C"]
    assert [problem.code for problem in problems] == ["CYCLE"]
    assert problems[0].kpi == "A"
    assert "A → B → A" in problems[0].text("vi")
    assert "A → B → A" in problems[0].text("en")


def test_every_circle_is_reported_once() -> None:
    assert _paths(_book(A="B + C", B="A", C="A + D", D="C + E", E="E")) == [
        "A → B → A",
        "A → C → A",
        "C → D → C",
        "E → E",
    ]


def test_an_offset_to_date_or_children_does_not_open_a_circle() -> None:
    for text in ("A[-1] + IN", "ytd(A)", "sum(A)", "IN + ytd(A[-12])"):
        assert _paths(_book(A=text)) == ["A → A"]


def test_what_uses_a_broken_formula_says_which() -> None:
    ordered, problems = order(_book(A="B", B="A", C="A + IN", D="C", BAD="IN +", E="BAD * 2", OK="IN"))

    assert ordered == ["OK"]
    broken = [(problem.kpi, problem.args["input"]) for problem in problems if problem.code == "FORMULA_INPUT_BROKEN"]
    assert broken == [("C", "A"), ("D", "C"), ("E", "BAD")]
    assert "BAD" in problems[-1].text("vi")


@given(st.integers(1, 6).flatmap(lambda n: st.tuples(st.just(n), st.sets(st.tuples(*[st.integers(0, n - 1)] * 2)))))
def test_circles_are_those_found_by_trying_every_path(drawn: tuple[int, set[tuple[int, int]]]) -> None:
    size, edges = drawn
    names = "ABCDEF"[:size]
    formulas = _book(
        **{name: " + ".join(["IN", *(names[b] for a, b in sorted(edges) if a == at)]) for at, name in enumerate(names)}
    )
    expected = {
        " → ".join(names[at] for at in (*path, path[0]))
        for length in range(1, size + 1)
        for path in permutations(range(size), length)
        if path[0] == min(path) and all(edge in edges for edge in zip(path, (*path[1:], path[0]), strict=True))
    }

    found = _paths(formulas)

    if len(expected) <= MAX_CYCLES:
        assert sorted(found) == sorted(expected)
    ordered = order(formulas)[0]
    for at, code in enumerate(ordered):
        assert {reference.code for reference in formulas[code].references} - {"IN"} <= set(ordered[:at])


def test_a_chain_of_thousands_and_a_tangle_are_ordered_without_recursion_or_delay() -> None:
    known: dict[str, str | None] = {f"K{n}": None for n in range(5000)}
    chain = {f"K{n}": parse(f"K{n + 1}" if n < 4999 else "1", known) for n in range(5000)}
    tangle = {f"K{n}": parse(" + ".join(f"K{m}" for m in range(30)), known) for n in range(30)}
    began = time.process_time()

    assert order(chain)[0] == [f"K{n}" for n in reversed(range(5000))]
    ordered, problems = order(tangle)

    assert ordered == []
    assert len(problems) == MAX_CYCLES
    assert time.process_time() - began < 3.0
