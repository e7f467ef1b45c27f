"""The steps shown under "Vì sao?" are the evaluation's own numbers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cases import Row, cases
from tests.engine.formula.formula_cases import FREE, PLAIN, formulas, inputs

from tamnhin.engine.formula import Reference, Step, evaluate, parse, trace
from tamnhin.engine.states import State


def _trace(text: str, given_inputs: str) -> Step:
    node = parse(text, PLAIN).node
    assert node is not None
    return trace(node, *inputs(given_inputs))


@cases("formula", "Worked rows", "formula", "inputs")
def test_the_top_step_is_the_result_of_the_evaluation(row: Row) -> None:
    node = parse(row["formula"], PLAIN).node
    assert node is not None
    columns, rates = inputs(row["inputs"])
    values, states = evaluate(node, columns, rates)

    step = trace(node, columns, rates)

    assert step.state == states.item()
    assert step.value == (values.item() if states.item() == State.VALUE else None)
    assert list(step.lines("vi"))
    assert list(step.lines("en"))


def test_steps_read_from_the_result_down_to_the_inputs_in_vietnamese() -> None:
    step = _trace("round(REV / ORD, 2)", "REV=1000; ORD=3")

    assert list(step.lines("vi")) == [
        (0, "làm_tròn(REV ÷ ORD, 2) = làm_tròn(333,333333; 2) = 333,33"),
        (1, "REV ÷ ORD = 1.000 ÷ 3 = 333,333333"),
        (2, "REV = 1.000"),
        (2, "ORD = 3"),
    ]


def test_steps_read_in_english_with_english_numbers() -> None:
    step = _trace("REV - -COST", "REV=1000.5; COST=30")

    assert step.text("en") == "REV − −COST = 1,000.5 − (−30) = 1,030.5"


def test_a_missing_input_is_named_and_not_hidden() -> None:
    step = _trace("REV / ORD", "REV=NO_DATA; ORD=3")

    assert step.text("vi") == "REV ÷ ORD = chưa có số liệu ÷ 3 = chưa có số liệu"
    assert step.operands[0].text("en") == "REV = no data"


def test_a_zero_denominator_is_said() -> None:
    step = _trace("REV / ORD", "REV=5; ORD=0")

    assert step.text("vi").endswith("= không áp dụng được (mẫu số bằng 0)")
    assert step.text("en").endswith("= not applicable (the denominator is 0)")


def test_the_branch_that_did_not_count_is_marked_and_left_out() -> None:
    step = _trace("if(ORD > 0, REV / ORD, 7)", "REV=NO_DATA; ORD=0")

    assert [operand.taken for operand in step.operands] == [True, False, True]
    assert step.text("en") == "if(ORD > 0, REV ÷ ORD, 7) = if(false; …; 7) = 7"
    assert not any("REV =" in line for _, line in step.lines("en"))


def test_a_conversion_shows_the_amount_and_the_locked_rate() -> None:
    step = _trace("convert(US, VND)", "convert(US, VND)=10000 @ 25400")

    assert step.text("vi") == "US quy đổi sang VND = 10.000 × 25.400 = 254.000.000"
    assert (step.amount, step.rate) == (10000.0, 25400.0)


def test_an_earlier_period_and_a_period_to_date_are_said_in_words() -> None:
    step = _trace("ytd(REV[-12]) + sum(REV)", "ytd(REV[-12])=1; sum(REV)=2")

    assert step.operands[0].text("vi") == "REV lũy kế từ đầu năm, 12 kỳ trước = 1"
    assert step.operands[1].text("en") == "the sum of REV over the direct children = 2"


def test_a_page_may_write_numbers_its_own_way() -> None:
    step = _trace("REV + 1", "REV=2")

    assert (
        step.text("vi", lambda value, language: f"<{value:.1f} {language}>")
        == "REV + 1 = <2.0 vi> + <1.0 vi> = <3.0 vi>"
    )


def _all(step: Step) -> Iterator[Step]:
    yield step
    for operand in step.operands:
        yield from _all(operand)


@given(formulas, st.lists(st.integers(-5, 5), min_size=1, max_size=1))
@settings(max_examples=100, deadline=None)
def test_every_step_is_what_its_own_text_evaluates_to(text: str, numbers: list[int]) -> None:
    parsed = parse(text, FREE)
    if parsed.node is None:
        return
    cells = {r: (np.array([numbers[0] + len(r.code)], dtype=float), np.zeros(1, np.int8)) for r in parsed.references}
    rates: dict[Reference, tuple[float, int]] = dict.fromkeys(parsed.references, (2.0, 0))

    for step in _all(trace(parsed.node, cells, rates)):
        again = parse(step.operation, FREE).node
        if again is None:  # a condition is a step, but not a formula on its own
            continue
        values, states = evaluate(again, cells, {r: (np.array(v), np.array(s)) for r, (v, s) in rates.items()})
        assert step.state == states.item()
        np.testing.assert_equal(step.value if step.value is not None else np.nan, values.item())
