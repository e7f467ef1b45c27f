"""Sums over ranges: one changed line must add up to the bits it adds up to among a million."""

from __future__ import annotations

import numpy as np
import pytest

from tamnhin.engine.aggregation import reduce_ranges


@pytest.mark.parametrize("rows", [2, 3, 8, 12, 53, 366])
@pytest.mark.parametrize("width", [1, 2, 3, 7, 64])
def test_some_columns_add_up_to_the_bits_they_add_up_to_among_many(rows: int, width: int) -> None:
    rng = np.random.default_rng(rows)
    values = rng.normal(1e6, 1e3, (rows, 500)) * rng.choice([1.0, 1e-7, -1e5], (rows, 500))
    starts, stops = np.array([0, 0, rows // 2]), np.array([rows, rows // 2 + 1, rows])
    among_many = reduce_ranges(np.add, values, starts, stops, 0.0, axis=0)
    for first in (0, 13, 500 - width):
        part = np.ascontiguousarray(values[:, first : first + width])
        alone = reduce_ranges(np.add, part, starts, stops, 0.0, axis=0)
        assert alone.tobytes() == np.ascontiguousarray(among_many[:, first : first + width]).tobytes()


def test_columns_taken_in_another_layout_add_up_to_the_same_bits() -> None:
    rng = np.random.default_rng(5)
    values = rng.normal(0.0, 1e5, (40, 30))
    starts, stops = np.array([0, 3]), np.array([40, 20])
    plain = reduce_ranges(np.add, values, starts, stops, 0.0, axis=0)
    assert reduce_ranges(np.add, np.asfortranarray(values), starts, stops, 0.0, axis=0).tobytes() == plain.tobytes()


def test_a_column_of_nothing_but_negative_zero_is_one_zero_alone_and_among_others() -> None:
    values = np.full((12, 4), -0.0)
    starts, stops = np.array([0]), np.array([12])
    among = reduce_ranges(np.add, values, starts, stops, 0.0, axis=0)
    alone = reduce_ranges(np.add, values[:, :1], starts, stops, 0.0, axis=0)
    assert alone.tobytes() == np.ascontiguousarray(among[:, :1]).tobytes()


def test_an_empty_range_gives_the_empty_value_and_ranges_may_overlap() -> None:
    values = np.array([[1.0, 10.0], [2.0, 20.0], [4.0, 40.0]])
    found = reduce_ranges(np.add, values, np.array([0, 1, 1]), np.array([2, 1, 3]), 0.0, axis=0)
    assert found.tolist() == [[3.0, 30.0], [0.0, 0.0], [6.0, 60.0]]
    bits = np.array([[1, 2], [4, 2]], dtype=np.uint8)
    merged = reduce_ranges(np.bitwise_or, bits, np.array([0, 2]), np.array([2, 2]), 0, axis=0)
    assert merged.dtype == np.uint8
    assert merged.tolist() == [[5, 2], [0, 0]]
