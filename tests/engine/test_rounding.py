"""The rounding table of docs/algorithms/grades.md, row by row, and what must hold for any numbers."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.cases import Row, cases, number

from tamnhin.engine import rounding


@cases("grades", "Rounding")
def test_a_value_rounds_once_and_half_up(row: Row) -> None:
    digits, value = int(row["digits"]), number(row["value"])
    units = rounding.to_units(value, digits)
    assert units.shape == ()
    expected = row["rounded"].replace("−", "-")
    if expected == "—":
        assert units == rounding.MISSING
        assert rounding.half_up(value, digits) is None
    elif "∞" in expected:
        assert units == (-1 if "-" in expected else 1) * rounding.UNBOUNDED
        with pytest.raises(OverflowError):
            rounding.half_up(value, digits)
    else:
        assert str(rounding.half_up(value, digits)) == expected
    if digits == 2:
        shown = rounding.to_decimal(int(rounding.publish(value)))
        assert shown == (None if expected == "—" else Decimal(expected.replace("∞", "Infinity")))


@given(st.floats(-1e13, 1e13))
def test_a_published_score_is_the_exact_half_up_of_its_decimal_text(value: float) -> None:
    exact = Decimal(repr(value)) * 100
    from_tie = abs(abs(exact) % 1 - Decimal("0.5"))
    # next to a tie the two rules part on purpose: 1e-9 of tolerance, or one step of the float
    assume(from_tie == 0 or from_tie > max(Decimal("1.01e-7"), 100 * Decimal(float(np.spacing(abs(value))))))
    assert rounding.publish(value) == int(exact.to_integral_value(ROUND_HALF_UP))


@given(st.integers(-(10**13), 10**13))
def test_every_tie_of_a_float_goes_away_from_zero(hundredths: int) -> None:
    with localcontext() as context:
        context.prec = 40
        tie = (Decimal(hundredths) + Decimal("0.5") * (1 if hundredths >= 0 else -1)) / 100
    assume(Decimal(repr(float(tie))) == tie)  # the float still tells this tie from its neighbours
    assert rounding.publish(float(tie)) == hundredths + (1 if hundredths >= 0 else -1)


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1))
def test_publishing_an_array_is_publishing_its_elements(values: list[float]) -> None:
    array = np.array(values)
    published = rounding.publish(array)
    assert published.dtype == np.int64
    assert published.tolist() == [int(rounding.publish(value)) for value in values]
    np.testing.assert_array_equal(array, values)


@given(st.floats(-1e15, 1e15), st.floats(-1e15, 1e15))
def test_a_higher_score_is_never_published_lower(one: float, other: float) -> None:
    lower, higher = rounding.publish([min(one, other), max(one, other)])
    assert lower <= higher


@pytest.mark.parametrize("digits", [-1, 7])
def test_places_that_the_tie_rule_has_no_meaning_for_are_refused(digits: int) -> None:
    with pytest.raises(ValueError, match="digits"):
        rounding.to_units(1.0, digits)


shares = st.lists(st.decimals(0, 10**9, allow_nan=False, places=4), min_size=1, max_size=20)


@given(shares, st.integers(-(10**15), 10**15))
def test_parts_always_sum_to_the_whole_and_none_is_a_unit_off_its_quota(weights: list[Decimal], total: int) -> None:
    assume(sum(weights) > 0)
    parts = rounding.largest_remainder(weights, total)
    assert sum(parts) == total
    whole = sum(Fraction(weight) for weight in weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(weight) * total / whole) < 1
        assert part == 0 or weight > 0


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1], [2, -1]])
def test_nothing_is_split_among_nobody_or_by_a_negative_share(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="share"):
        rounding.largest_remainder(weights, 10)
