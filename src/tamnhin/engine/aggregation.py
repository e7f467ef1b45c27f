"""Aggregation over time and over the organisation (computation.md §2), as mergeable pairs.

Every cell is held as ``(num, den, bits)``:

* ``bits`` (uint8) is the set of states found beneath the cell, ``1 << State`` for a single measurement and 0 where no
  cell exists at all. Sets merge by OR, so one pass over the data tells the state of every total;
* ``num``, ``den`` (float64) merge by addition (``min``/``max``/``last`` excepted), 0 where there is no value:

  ============== =================== ============ =======================
  aggregation    num                 den          value
  ============== =================== ============ =======================
  sum, last      value               1            num
  mean           value               1            num / den
  min, max       value               1            num
  ratio          numerator           denominator  num / den x scale
  weighted_mean  value x weight      weight       num / den
  compound       log(1 - r / 100)    1            (1 - exp(num)) x 100
  ============== =================== ============ =======================

The ratio is taken once, after the merging: a percentage is never averaged.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from tamnhin.engine.states import State

Floats = npt.NDArray[np.float64]
Bits = npt.NDArray[np.uint8]
States = npt.NDArray[np.int8]
Ints = npt.NDArray[np.int64]

ABSENT = np.int8(-1)  # no such cell: the line did not hold, or the person was not employed


class Aggregation(IntEnum):
    """How two cells of one KPI add up."""

    SUM = 0
    LAST = 1
    MEAN = 2
    MIN = 3
    MAX = 4
    RATIO = 5
    WEIGHTED_MEAN = 6
    COMPOUND = 7
    NONE = 8

    @classmethod
    def parse(cls, word: str) -> Aggregation:
        return cls[word.upper()]

    @property
    def word(self) -> str:
        return self.name.lower()


PAIRED = (Aggregation.MEAN, Aggregation.RATIO, Aggregation.WEIGHTED_MEAN)
NEEDS_COMPONENTS = (Aggregation.RATIO, Aggregation.WEIGHTED_MEAN)
# A total with one unreported part is no total; a mean or a ratio of what was reported still is one (flagged partial).
STRICT = (Aggregation.SUM, Aggregation.COMPOUND)

BIT = {state: np.uint8(1 << state) for state in State}
NO_DATA_BIT = BIT[State.NO_DATA]
VALUE_BIT = BIT[State.VALUE]
# Something beneath was reported in a form that cannot be merged (a percentage without its components): no total above
# it may pass it over.
REFUSED_BIT = np.uint8(1 << len(State))


def _table(*, strict: bool) -> States:
    table = np.full(2 * int(REFUSED_BIT), ABSENT, dtype=np.int8)
    for bits in range(1, len(table)):
        states = [state for state in State if bits & (1 << state)]
        if bits & int(REFUSED_BIT) or (strict and State.NO_DATA in states):
            table[bits] = State.NO_DATA
        elif State.VALUE in states:
            table[bits] = State.VALUE
        else:
            table[bits] = max(states)
    return table


STRICT_STATE = _table(strict=True)
LENIENT_STATE = _table(strict=False)


def reduce_ranges(
    ufunc: np.ufunc,
    values: npt.NDArray[Any],
    starts: Ints,
    stops: Ints,
    empty: float | int,
    axis: int = -1,
) -> npt.NDArray[Any]:
    """``ufunc`` over each half-open range ``starts[i]:stops[i]`` of one axis, which becomes ``len(starts)`` long.

    Ranges may be empty (they give ``empty``), leave gaps or overlap.
    """
    if axis == 0 and values.ndim == 2:
        return _reduce_rows(ufunc, values, starts, stops, empty)
    size = values.shape[axis]
    full = stops > starts
    if full.all() and len(starts) and (starts[1:] == stops[:-1]).all() and stops[-1] == size:
        return np.asarray(ufunc.reduceat(values, starts, axis=axis))
    shape = list(values.shape)
    shape[axis] = len(starts)
    out = np.full(shape, empty, dtype=values.dtype)
    if not full.any():
        return out
    # (start, stop) interleaved: the even results are the ranges. reduceat takes no index past the end, so one
    # neutral element is put there.
    bounds = np.empty(2 * int(full.sum()), dtype=np.int64)
    bounds[0::2], bounds[1::2] = starts[full], stops[full]
    if bounds.max() >= size:
        shape[axis] = 1
        values = np.concatenate([values, np.full(shape, empty, dtype=values.dtype)], axis=axis)
    reduced = ufunc.reduceat(values, bounds, axis=axis)
    if axis in (-1, values.ndim - 1):
        out[..., full] = reduced[..., 0::2]
    else:
        out[full] = reduced[0::2]
    return out


def _reduce_rows(
    ufunc: np.ufunc, values: npt.NDArray[Any], starts: Ints, stops: Ints, empty: float | int
) -> npt.NDArray[Any]:
    """``reduce_ranges`` along the rows, one row added to another: ``reduceat`` would walk down each column by itself.

    A single column is taken twice, side by side: alone ``reduce`` would pair its numbers up, and one changed line must
    give the bits that it gives among a million.
    """
    width = values.shape[1]
    given = np.repeat(values, 2, axis=1) if width == 1 else np.ascontiguousarray(values)
    out = np.empty((len(starts), given.shape[1]), dtype=values.dtype)
    for at, (first, last) in enumerate(zip(starts.tolist(), stops.tolist(), strict=True)):  # one step a period
        if last > first:
            ufunc.reduce(given[first:last], axis=0, out=out[at])
        else:
            out[at] = empty
    return out[:, :width]


def value_of(aggregation: Aggregation, num: Floats, den: Floats | None, scale: Floats | float) -> Floats:
    """The value of merged pairs; NaN where the denominator is 0. ``scale`` broadcasts along the last axis."""
    if aggregation in PAIRED:
        if den is None:
            raise ValueError(f"a {aggregation.word} needs its denominators")
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(den != 0, num / den, np.nan)
        return ratio * scale if aggregation is Aggregation.RATIO else ratio
    if aggregation is Aggregation.COMPOUND:
        return -np.expm1(num) * 100.0
    return num
