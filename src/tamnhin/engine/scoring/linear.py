"""``ratio`` and ``deviation`` of many lines side by side: most lines of most companies (computation.md §3)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tamnhin.engine.scoring.methods import Direction, Floats, Method


def is_linear(method: NDArray[np.int8], direction: NDArray[np.int8]) -> NDArray[np.bool_]:
    """Lines that ``linear`` gives the percentage of, as long as all of their targets are above 0. Shape unchanged."""
    ratio: NDArray[np.bool_] = (method == Method.RATIO) & (direction == Direction.HIGHER)
    deviation: NDArray[np.bool_] = (method == Method.DEVIATION) & (direction != Direction.BAND)
    return ratio | deviation


def linear(
    actual: Floats,
    target: Floats,
    method: NDArray[np.int8],
    direction: NDArray[np.int8],
    out: Floats | None = None,
) -> Floats:
    """Unclamped percentages float64 ``[..., n]`` of ``n`` lines, right where ``is_linear`` and the targets are above 0.

    ``(A − k·T) / T · s + c`` with k, s, c = 0, 100, 0 is A/T·100, and with 1, ±100, 100 it is (1 ± (A − T)/T)·100: the
    operations of ``raw`` in the same order, so the same numbers to the last bit (tests/engine/test_linear.py).
    Nothing has to be sorted by method, which is what costs the time when there are millions of cells.
    """
    deviates = method == Method.DEVIATION
    any_deviates = bool(deviates.any())
    with np.errstate(all="ignore"):
        if any_deviates:
            percentages: Floats = np.multiply(target, deviates, out=out)
            np.subtract(actual, percentages, out=percentages)
            percentages /= target
        else:
            percentages = np.divide(actual, target, out=out)
        percentages *= np.where(deviates & (direction == Direction.LOWER), -100.0, 100.0)
        if any_deviates:
            percentages += np.where(deviates, 100.0, 0.0)
    return percentages
