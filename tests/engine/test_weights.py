"""docs/algorithms/weights.md, row by row, and what must hold for any numbers."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cases import Row, cases, number

from tamnhin.engine import rounding, weights
from tamnhin.engine.states import EXEMPT, NO_DATA, NOT_APPLICABLE, NOT_DUE, VALUE, State

STATES = {"x": EXEMPT, "a": NOT_APPLICABLE, "d": NOT_DUE, "n": NO_DATA, "r": VALUE}


def parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(" / ")]


def decimals(text: str) -> list[Decimal | None]:
    return [None if part == "N/A" else Decimal(part) for part in parts(text)]


@cases("weights", "Weighted scores")
def test_a_card_has_its_score_its_coverage_and_its_flag(row: Row) -> None:
    said = parts(row["scores"])
    score = np.array([np.nan if cell in STATES else number(cell) for cell in said])
    state = np.array([STATES.get(cell, VALUE) for cell in said], np.int8)
    weight = np.array([number(cell) for cell in parts(row["weights"])])
    total, coverage = weights.weighted(score, state, weight, np.array([0]))
    assert rounding.publish(total[0]) == rounding.publish(number(row["score"]))
    assert rounding.publish(coverage[0]) == rounding.publish(number(row["coverage"]))
    shares = weights.contributions(score, state, weight, np.array([0]))
    if not np.isnan(total[0]):
        assert np.nansum(shares) == pytest.approx(total[0], abs=1e-9)
    else:
        assert np.isnan(shares).all()
    days = np.zeros(len(weight), np.int64)
    micro = np.array([int(Decimal(cell) * weights.MICRO) for cell in parts(row["weights"])])
    assert bool(len(weights.check(days, micro, days, days, 0, 0).owner)) == (row["flagged"] == "yes")


def lines_of(text: str) -> tuple[list[int], list[int], list[int]]:
    micro, start, stop = [], [], []
    for line in text.split(";"):
        weight, days = line.split("@")
        first, last = days.split("…")
        micro.append(int(Decimal(weight) * weights.MICRO))
        start.append(int(number(first)))
        stop.append(int(number(last)))
    return micro, start, stop


def stretches(faults: weights.Faults, owner: int) -> str:
    said = [
        f"{day}…{until}: {(Decimal(int(micro)) / weights.MICRO).normalize():f}{' all zero' * bool(zero)}"
        for who, day, until, micro, zero in zip(*faults, strict=True)
        if who == owner
    ]
    return "; ".join(said) or "none"


@cases("weights", "Weights in time")
def test_every_stretch_of_wrong_weights_is_found(row: Row) -> None:
    """Between two other owners, one right and one wrong, so that a sum that ran over would show."""
    micro, start, stop = lines_of(row["lines"])
    faults = weights.check(
        np.array([7] + [8] * len(micro) + [9]), np.array([weights.FULL, *micro, 1]),
        np.array([1, *start, 1]), np.array([90, *stop, 90]), 1, 90,
    )  # fmt: skip
    assert stretches(faults, 7) == "none"
    assert stretches(faults, 8) == row["wrong"]
    assert stretches(faults, 9) == "1…90: 0.000001"


def test_a_book_without_lines_has_no_faults() -> None:
    none = np.zeros(0, np.int64)
    assert [len(column) for column in weights.check(none, none, none, none, 1, 90)] == [0] * 5


@cases("weights", "Split equally")
def test_weights_split_equally_total_exactly_100(row: Row) -> None:
    split = weights.split_equally(int(row["lines"]))
    assert [str(weight) for weight in split] == parts(row["weights"])
    assert sum(split) == 100


def test_weights_are_not_split_among_nobody() -> None:
    with pytest.raises(ValueError, match="at least one"):
        weights.split_equally(0)


@cases("weights", "Composite results")
def test_an_absent_component_leaves_the_denominator_and_is_named(row: Row) -> None:
    weighing = [weight for weight in decimals(row["weights"]) if weight is not None]
    result = weights.composite(*zip(decimals(row["components"]), weighing, strict=True))
    assert ("—" if result.published is None else str(result.published)) == row["score"]
    assert (", ".join(str(index + 1) for index in result.absent) or "none") == row["absent"]


def test_a_component_cannot_weigh_less_than_nothing() -> None:
    with pytest.raises(ValueError, match="negative"):
        weights.composite((Decimal(1), Decimal(-1)))


def test_empty_groups_have_no_score_and_disturb_no_neighbour() -> None:
    score = np.array([[10.0, 20.0, 30.0], [40.0, 50.0, 60.0]])
    state = np.zeros((2, 3), np.int8)
    weight = np.array([50.0, 50.0, 100.0])
    total, coverage = weights.weighted(score, state, weight, np.array([0, 0, 2, 2, 3, 3]))
    nan = np.nan
    np.testing.assert_array_equal(total, [[nan, 15, nan, 30, nan, nan], [nan, 45, nan, 60, nan, nan]])
    np.testing.assert_array_equal(coverage[0], [nan, 100, nan, 100, nan, nan])
    shares = weights.contributions(score, state, weight, np.array([0, 0, 2, 2, 3, 3]))
    np.testing.assert_array_equal(shares, [[5, 10, 30], [20, 25, 60]])


def test_no_lines_or_no_periods_give_empty_answers() -> None:
    for shape, groups in (((2, 0), [0, 0]), ((0, 3), [0]), ((2, 0), [])):
        total, coverage = weights.weighted(
            np.zeros(shape), np.zeros(shape, np.int8), np.ones(shape[1]), np.array(groups, np.int64)
        )
        assert total.shape == coverage.shape == (shape[0], len(groups))
        assert np.isnan(total).all()


@given(st.data())
def test_a_card_of_100_scores_within_its_clamps_and_the_order_of_its_rows_never_matters(data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 8))
    cuts = sorted(data.draw(st.lists(st.integers(0, weights.FULL), min_size=n - 1, max_size=n - 1)))
    micro = np.diff([0, *cuts, weights.FULL])
    score = np.array(data.draw(st.lists(st.floats(0, 120), min_size=n, max_size=n)))
    order = np.array(data.draw(st.permutations(range(n))))
    state = np.array(data.draw(st.lists(st.sampled_from(State), min_size=n, max_size=n)), np.int8)
    days = np.ones(n, np.int64)
    assert len(weights.check(days, micro, days, days, 1, 1).owner) == 0
    whole, full = weights.weighted(score, np.zeros(n, np.int8), micro / weights.MICRO, np.array([0]))
    assert 0 <= rounding.publish(whole[0]) <= 120_00
    assert rounding.publish(full[0]) == 100_00
    total, coverage = weights.weighted(score, state, micro / weights.MICRO, np.array([0]))
    again, covered = weights.weighted(score[order], state[order], (micro / weights.MICRO)[order], np.array([0]))
    np.testing.assert_array_equal(rounding.publish(total), rounding.publish(again))
    np.testing.assert_array_equal(rounding.publish(coverage), rounding.publish(covered))
    assert np.isnan(coverage[0]) or 0 <= rounding.publish(coverage[0]) <= 100_00


@given(st.integers(0, 2**32))
def test_many_cards_over_many_periods_score_as_each_alone(seed: int) -> None:
    """With one weight for all periods and with a weight per period."""
    generator = np.random.default_rng(seed)
    sizes = generator.integers(0, 5, 6)
    n, starts = int(sizes.sum()), np.cumsum(sizes) - sizes
    score, state = generator.random((3, n)) * 120, generator.integers(0, 5, (3, n)).astype(np.int8)
    for weight in (np.floor(generator.random(n) * 100), np.floor(generator.random((3, n)) * 100)):
        total, coverage = weights.weighted(score, state, weight, starts)
        full = np.broadcast_to(weight, (3, n))
        for period, group in np.ndindex(3, 6):
            mine = slice(starts[group], starts[group] + sizes[group])
            s, k, w = score[period, mine], state[period, mine], full[period, mine]
            weighing, assigned = w[k == VALUE].sum(), w[(k != EXEMPT) & (k != NOT_APPLICABLE)].sum()
            expected = (s * w)[k == VALUE].sum() / weighing if weighing else np.nan
            np.testing.assert_allclose(total[period, group], expected, rtol=1e-12)
            np.testing.assert_allclose(coverage[period, group], 100 * weighing / assigned if assigned else np.nan)


def test_a_matrix_larger_than_one_block_of_work_scores_as_its_periods_one_by_one() -> None:
    generator = np.random.default_rng(1)
    n = 400_000
    score, state = generator.random((3, n)) * 120, generator.integers(0, 5, (3, n)).astype(np.int8)
    weight, starts = np.full(n, 10.0), np.arange(0, n, 10)
    total, coverage = weights.weighted(score, state, weight, starts)
    for period in range(3):
        alone = weights.weighted(score[period], state[period], weight, starts)
        np.testing.assert_array_equal((total[period], coverage[period]), alone)


@given(st.data())
def test_wrong_weights_are_the_days_whose_total_differs_and_row_order_never_matters(data: st.DataObject) -> None:
    line = st.tuples(st.integers(1, 3), st.sampled_from([0, 20, 40, 60, 100]), st.integers(-2, 12), st.integers(-2, 12))
    lines = np.array(data.draw(st.lists(line, min_size=1, max_size=12)), np.int64)
    lines[:, 1] *= weights.MICRO
    faults = weights.check(lines[:, 0], lines[:, 1], lines[:, 2], lines[:, 3], 1, 10)
    order = np.array(data.draw(st.permutations(range(len(lines)))))
    mixed = lines[order]
    again = weights.check(mixed[:, 0], mixed[:, 1], mixed[:, 2], mixed[:, 3], 1, 10)
    for one, other in zip(faults, again, strict=True):
        np.testing.assert_array_equal(one, other)
    found = {
        (int(who), day): int(micro)
        for who, first, until, micro, _ in zip(*faults, strict=True)
        for day in range(int(first), int(until) + 1)
    }
    expected = {}
    for who, day in np.ndindex(4, 11):
        active = lines[(lines[:, 0] == who) & (lines[:, 2] <= day) & (day <= lines[:, 3])] if day else lines[:0]
        if len(active) and active[:, 1].sum() != weights.FULL:
            expected[who, day] = int(active[:, 1].sum())
    assert found == expected
