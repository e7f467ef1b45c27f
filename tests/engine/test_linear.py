"""Ratio and deviation side by side give what each method gives alone, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest

from tamnhin.engine import scoring
from tamnhin.engine.scoring import Direction, Method

LINES = [
    (Method.RATIO, Direction.HIGHER),
    (Method.DEVIATION, Direction.HIGHER),
    (Method.DEVIATION, Direction.LOWER),
]


@pytest.mark.parametrize("periods", [1, 13])
def test_lines_of_several_methods_side_by_side_give_the_bits_of_each_method_alone(periods: int) -> None:
    rng = np.random.default_rng(3)
    kind = rng.integers(0, len(LINES), 3000)
    method = np.array([int(LINES[i][0]) for i in kind], dtype=np.int8)
    direction = np.array([int(LINES[i][1]) for i in kind], dtype=np.int8)
    target = np.exp(rng.normal(3, 4, (periods, 3000)))
    actual = target * rng.normal(1, 2, target.shape)
    actual[rng.random(actual.shape) < 0.05] = np.nan
    actual[rng.random(actual.shape) < 0.05] = 0.0
    together = scoring.linear(actual, target, method, direction)
    for number, (alone, way) in enumerate(LINES):
        where = np.flatnonzero(kind == number)
        expected = np.concatenate(
            [
                scoring.raw(alone, actual[:, [at]], target[:, [at]], scoring.Params.scalar(direction=way))
                for at in where.tolist()
            ],
            axis=1,
        )
        assert np.array_equal(together[:, where], expected, equal_nan=True)


@pytest.mark.parametrize("method", list(Method))
@pytest.mark.parametrize("direction", list(Direction))
def test_only_lines_that_no_direction_refuses_are_scored_side_by_side(method: Method, direction: Direction) -> None:
    one = np.array([int(method)], dtype=np.int8), np.array([int(direction)], dtype=np.int8)
    refused = scoring.refusal(method, [90.0], [100.0], scoring.Params.scalar(direction=direction))[0]
    able = method in (Method.RATIO, Method.DEVIATION) and refused == 0
    assert bool(scoring.is_linear(*one)[0]) == able


def test_what_is_written_in_place_is_what_is_returned() -> None:
    actual, target = np.array([[50.0, 3.0]]), np.array([[40.0, 4.0]])
    method = np.array([Method.RATIO, Method.DEVIATION], dtype=np.int8)
    direction = np.array([Direction.HIGHER, Direction.LOWER], dtype=np.int8)
    room = np.zeros((1, 2))
    assert scoring.linear(actual, target, method, direction, room) is room
    assert room.tolist() == [[125.0, 125.0]]
