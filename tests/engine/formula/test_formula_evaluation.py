"""What a formula gives, over arrays and cell by cell."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cases import Row, cases, number
from tests.engine.formula.formula_cases import FREE, PLAIN, formulas, inputs

from tamnhin.engine.formula import Column, Kind, Reference, evaluate, parse, round_half_up
from tamnhin.engine.states import State


@cases("formula", "Worked rows", "formula", "inputs")
def test_a_worked_row_gives_its_result(row: Row) -> None:
    parsed = parse(row["formula"], PLAIN)
    assert parsed.node is not None, [fault.text("en") for fault in parsed.errors]
    columns, rates = inputs(row["inputs"])
    assert parsed.references == columns.keys()

    values, states = evaluate(parsed.node, columns, rates)

    if row["result"] in State.__members__:
        assert State(int(states.item())).name == row["result"]
        assert np.isnan(values).all()
    else:
        assert states.item() == State.VALUE
        assert values.item() == pytest.approx(number(row["result"]), abs=1e-9)


def _columns(references: frozenset[Reference], seed: int, shape: tuple[int, ...]) -> dict[Reference, Column]:
    """Numbers with zeros, and every state, for each reference."""
    random = np.random.default_rng(seed)
    columns = {}
    for reference in sorted(references, key=repr):
        states = random.choice([0, 0, 0, 0, 1, 2, 3, 4], size=shape).astype(np.int8)
        values = np.where(states == 0, random.integers(-3, 4, size=shape).astype(np.float64), np.nan)
        columns[reference] = (values, states)
    return columns


@given(formulas, st.integers(0, 2**32 - 1))
@settings(max_examples=200, deadline=None)
def test_an_array_gives_what_its_cells_give_one_at_a_time(text: str, seed: int) -> None:
    parsed = parse(text, FREE)
    if parsed.node is None:
        return
    columns = _columns(parsed.references, seed, (7,))
    rates = _columns(frozenset(r for r in parsed.references if r.kind is Kind.CONVERT), seed + 1, (7,))

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        values, states = evaluate(parsed.node, columns, rates, shape=(7,))

    assert values.dtype == np.float64
    assert states.dtype == np.int8
    assert values.shape == states.shape == (7,)
    for at in range(7):
        one = {reference: (v[at], s[at]) for reference, (v, s) in columns.items()}
        one_rate = {reference: (v[at], s[at]) for reference, (v, s) in rates.items()}
        value, state = evaluate(parsed.node, one, one_rate)
        assert isinstance(value, np.ndarray)
        assert state == states[at]
        np.testing.assert_equal(value.item(), values[at])


@given(formulas, st.integers(0, 2**32 - 1))
@settings(max_examples=200, deadline=None)
def test_a_value_is_a_finite_number_and_any_other_state_has_none(text: str, seed: int) -> None:
    parsed = parse(text, FREE)
    if parsed.node is None:
        return
    columns = _columns(parsed.references, seed, (20,))
    rates = {reference: columns[reference] for reference in parsed.references}

    values, states = evaluate(parsed.node, columns, rates)

    np.testing.assert_array_equal(np.isfinite(values), states == State.VALUE)
    assert set(np.unique(states).tolist()) <= {int(state) for state in State}


def test_lines_by_periods_broadcast_against_one_row() -> None:
    node = parse("A / B", FREE).node
    assert node is not None
    a = (np.arange(6.0).reshape(2, 3), np.zeros((2, 3), np.int8))
    b = (np.array([1.0, 2.0, 0.0]), np.zeros(3, np.int8))

    values, states = evaluate(node, {Reference("A"): a, Reference("B"): b})

    np.testing.assert_array_equal(states, [[0, 0, State.NOT_APPLICABLE]] * 2)
    np.testing.assert_array_equal(values, [[0.0, 0.5, np.nan], [3.0, 2.0, np.nan]])


def test_a_formula_of_numbers_only_fills_the_shape_asked_for() -> None:
    node = parse("2 * 3", {}).node
    assert node is not None

    values, states = evaluate(node, {}, shape=(2, 2))

    np.testing.assert_array_equal(values, np.full((2, 2), 6.0))
    np.testing.assert_array_equal(states, np.zeros((2, 2)))


def test_inputs_are_left_as_they_were() -> None:
    node = parse("A", FREE).node
    assert node is not None
    given_values, given_states = np.array([1.0, 2.0]), np.zeros(2, np.int8)

    values, states = evaluate(node, {Reference("A"): (given_values, given_states)})
    values[:] = 9.0
    states[:] = 4

    assert given_values.tolist() == [1.0, 2.0]
    assert given_states.tolist() == [0, 0]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_an_input_that_says_value_but_has_none_is_no_data(bad: float) -> None:
    node = parse("max(A, 0)", FREE).node
    assert node is not None

    values, states = evaluate(node, {Reference("A"): (np.array([bad]), np.zeros(1, np.int8))})

    assert states.tolist() == [State.NO_DATA]
    assert np.isnan(values).all()


def test_a_number_under_a_missing_state_is_never_read() -> None:
    node = parse("A + B", FREE).node
    assert node is not None
    a = (np.array([5.0]), np.array([State.NO_DATA], np.int8))

    values, states = evaluate(node, {Reference("A"): a, Reference("B"): (np.array([1.0]), np.zeros(1, np.int8))})

    assert states.tolist() == [State.NO_DATA]
    assert np.isnan(values).all()


def test_a_missing_input_is_a_fault_of_the_caller() -> None:
    node = parse("A + B", FREE).node
    assert node is not None

    with pytest.raises(KeyError):
        evaluate(node, {Reference("A"): (np.array([5.0]), np.zeros(1, np.int8))})


@given(st.integers(-(10**7), 10**7), st.integers(0, 4))
def test_a_tie_goes_away_from_zero_however_the_float_fell(whole: int, digits: int) -> None:
    tie = (whole + 0.5) / 10**digits if whole >= 0 else (whole - 0.5) / 10**digits
    expected = (whole + 1 if whole >= 0 else whole - 1) / 10**digits

    assert round_half_up(np.array([tie]), digits).item() == expected


@given(st.floats(-1e7, 1e7), st.integers(-3, 6))
def test_rounding_moves_by_at_most_half_a_unit_and_twice_is_once(value: float, digits: int) -> None:
    once = round_half_up(np.array([value]), digits)

    assert abs(once.item() - value) <= 0.5 * 10.0**-digits * (1 + 1e-5) + 1e-7
    assert round_half_up(once, digits).item() == once.item()


def test_rounding_never_writes_minus_zero_and_leaves_huge_numbers_alone() -> None:
    small = round_half_up(np.array([-0.4, -0.0]), 0)

    assert not np.signbit(small).any()
    assert round_half_up(np.array([1e300, -1e17]), 2).tolist() == [1e300, -1e17]
