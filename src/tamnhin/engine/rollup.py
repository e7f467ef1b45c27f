"""Children into parents, level by level, on base cells (computation.md §2 and §5).

A parent is always summed anew from its children, never changed by a difference: the result does not depend on the
order in which numbers came in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tamnhin.engine.aggregation import (
    BIT,
    LENIENT_STATE,
    NO_DATA_BIT,
    PAIRED,
    REFUSED_BIT,
    STRICT,
    STRICT_STATE,
    VALUE_BIT,
    Aggregation,
    Bits,
    Floats,
    Ints,
    reduce_ranges,
    value_of,
)
from tamnhin.engine.states import State

if TYPE_CHECKING:  # compiling a plan may roll up as well
    from tamnhin.engine.plan.model import Block, RollLevel

COUNTS = np.uint8(VALUE_BIT | NO_DATA_BIT | BIT[State.NOT_DUE])  # exempt and not applicable leave both sums


def roll_up(block: Block, columns: slice | Ints = slice(None)) -> None:
    """Fills every rolled-up parent of a block, in the given columns."""
    for level in block.levels:
        roll_level(block, level, np.arange(len(level.parents)), columns)


def roll_level(block: Block, level: RollLevel, which: Ints, columns: slice | Ints = slice(None)) -> None:
    """Fills some parents (positions in ``level.parents``) of one level from their children."""
    if not len(which):
        return
    children, starts, stops, edges = _gather(level, which)
    parents = level.parents[which]
    share = None if level.share is None else level.share[columns][:, edges]
    bits = _cells(block.bits, columns, children)
    if share is not None:
        bits = np.where(share > 0, bits, np.uint8(0))
    by_value, by_target = level.values[which], level.targets[which]
    if by_target.any():
        below = children, starts, stops
        _targets(block, level.across, columns, *below, parents[by_target], by_target, share, bits, by_value)
    if by_value.any():
        _values(block, level.across, columns, children, starts, stops, parents[by_value], by_value, share, bits)


def _gather(level: RollLevel, which: Ints) -> tuple[Ints, Ints, Ints, Ints | slice]:
    if len(which) == len(level.parents):
        return level.children, level.starts, level.stops, slice(None)
    counts = level.stops[which] - level.starts[which]
    stops = np.cumsum(counts)
    starts = stops - counts
    edges = np.repeat(level.starts[which] - starts, counts) + np.arange(int(counts.sum()))
    return level.children[edges], starts, stops, edges


def _values(
    block: Block,
    across: Aggregation,
    columns: slice | Ints,
    children: Ints,
    starts: Ints,
    stops: Ints,
    parents: Ints,
    mask: npt.NDArray[np.bool_],
    share: Floats | None,
    bits: Bits,
) -> None:
    merged: Bits = reduce_ranges(np.bitwise_or, bits, starts, stops, 0)[:, mask]
    has = (bits & VALUE_BIT) != 0
    num: Floats
    den: Floats | None = None
    if across in PAIRED:
        parts = _parts(block, across, columns, children)
        num, den = (_sum(part, has, share, starts, stops)[:, mask] for part in parts)
        pair = block.pair_of[parents]
        _put(block.num, columns, pair, num)
        _put(block.den, columns, pair, den)
    elif across in (Aggregation.MIN, Aggregation.MAX):
        ufunc, empty = (np.minimum, np.inf) if across is Aggregation.MIN else (np.maximum, -np.inf)
        values = np.where(has, _cells(block.value, columns, children), empty)
        num = reduce_ranges(ufunc, values, starts, stops, empty)[:, mask]
    elif across is Aggregation.COMPOUND:
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.log1p(-_cells(block.value, columns, children) / 100.0)
        num = _sum(logs, has, share, starts, stops)[:, mask]
    else:
        num = _sum(_cells(block.value, columns, children), has, share, starts, stops)[:, mask]
    value = value_of(across, num, den, block.scale[parents])
    table = STRICT_STATE if across in STRICT else LENIENT_STATE
    counts = table[merged] == State.VALUE
    if den is not None:
        # typed percentages without components cannot be rolled up: something is owed
        lost = counts & np.isnan(den)
        merged = np.where(lost, NO_DATA_BIT | REFUSED_BIT, merged)
        empty_ratio = counts & (den == 0)
        merged = np.where(empty_ratio, BIT[State.NOT_APPLICABLE], merged)
        counts &= ~lost & ~empty_ratio
    _put(block.value, columns, parents, np.where(counts, value, np.nan))
    _put(block.bits, columns, parents, merged)


def _parts(block: Block, across: Aggregation, columns: slice | Ints, children: Ints) -> tuple[Floats, Floats]:
    """The pairs of children; a child whose number is of another rule counts once in a mean."""
    pairs = block.pair_of[children]
    num, den = _cells(block.num, columns, pairs), _cells(block.den, columns, pairs)
    if across is not Aggregation.MEAN:
        return num, den
    single = block.cell_by[children] != Aggregation.MEAN
    return np.where(single, _cells(block.value, columns, children), num), np.where(single, 1.0, den)


def _targets(
    block: Block,
    across: Aggregation,
    columns: slice | Ints,
    children: Ints,
    starts: Ints,
    stops: Ints,
    parents: Ints,
    mask: npt.NDArray[np.bool_],
    share: Floats | None,
    bits: Bits,
    by_value: npt.NDArray[np.bool_],
) -> None:
    """A parent's target from its children's, by the same rule; NaN when a child that counts has none."""
    rows = _rows(block, columns)
    target = _cells(block.target, columns, children)
    counted = (bits & COUNTS) != 0
    pace = block.open_column if block.open_column in rows else -1
    if across in PAIRED:
        # the target that is met exactly when every child meets its own: weighted by the children's denominators
        den = _parts(block, across, columns, children)[1]
        weight = np.where((bits & VALUE_BIT) != 0, den, 0.0)
        weight = weight if share is None else weight * share
        total = reduce_ranges(np.add, weight, starts, stops, 0.0)
        every = counted * 1.0 if share is None else counted * share
        even = np.where(total[:, np.repeat(np.arange(len(starts)), stops - starts)] > 0, weight, every)
        result = _weighted(target, even, starts, stops)
    elif across in (Aggregation.MIN, Aggregation.MAX):
        # like with like: the targets of what was reported, all of them while nothing is
        ufunc, empty = (np.minimum, np.inf) if across is Aggregation.MIN else (np.maximum, -np.inf)
        reported = (bits & VALUE_BIT) != 0
        some = reduce_ranges(np.logical_or, reported, starts, stops, False)
        those = np.where(some[:, np.repeat(np.arange(len(starts)), stops - starts)], reported, counted)
        result = reduce_ranges(ufunc, np.where(those, target, empty), starts, stops, empty)
        result = np.where(np.isfinite(result), result, np.nan)
    else:
        # a number that nobody set a target for ("unassigned") adds to the actual only
        counted &= ~(np.isnan(target) & block.lineless[children])
        if across is Aggregation.COMPOUND:
            with np.errstate(invalid="ignore"):
                target = np.log1p(-target / 100.0)
        result = _sum(target, counted, share, starts, stops)
        any_counted = reduce_ranges(np.logical_or, counted, starts, stops, False)
        result = np.where(any_counted, result, np.nan)
        if across is Aggregation.COMPOUND:
            result = -np.expm1(result) * 100.0
    _put(block.target, columns, parents, result[:, mask])
    if pace >= 0:
        at = rows.tolist().index(pace)
        reported = (bits[at] & VALUE_BIT) != 0
        if across in (Aggregation.SUM, Aggregation.COMPOUND):
            own = np.where(reported, block.pace[children], 0.0)
            own = np.where(np.isnan(own) & block.lineless[children], 0.0, own)
            own = own if share is None else own * share[at]
            block.pace[parents] = reduce_ranges(np.add, own, starts, stops, 0.0)[mask]
        else:
            block.pace[parents] = result[at][mask]
        # a number of its own speaks for all of the unit, whoever beneath it has reported
        single = np.flatnonzero(~by_value[mask])
        if len(single):
            additive = np.isin(block.time_by[parents[single]], STRICT)
            expected = result[at][mask][single]
            block.pace[parents[single]] = np.where(additive, expected * block.elapsed[block.open_column], expected)


def _cells(matrix: npt.NDArray[Any], columns: slice | Ints, at: Ints) -> npt.NDArray[Any]:
    """Some cells as rows that lie one after another, which ``matrix[:, at]`` does not give."""
    if isinstance(columns, slice):
        return np.asarray(matrix[columns].take(at, axis=1))
    return np.asarray(matrix[np.ix_(columns, at)])


def _put(matrix: npt.NDArray[Any], columns: slice | Ints, at: Ints, values: npt.NDArray[Any]) -> None:
    if isinstance(columns, slice):
        matrix[columns][:, at] = values
    else:
        matrix[np.ix_(columns, at)] = values


def _rows(block: Block, columns: slice | Ints) -> Ints:
    return np.arange(len(block.timeline))[columns]


def _sum(values: Floats, has: npt.NDArray[np.bool_], share: Floats | None, starts: Ints, stops: Ints) -> Floats:
    parts = np.where(has, values, 0.0)
    if share is not None:
        parts *= share
    return reduce_ranges(np.add, parts, starts, stops, 0.0)


def _weighted(target: Floats, weight: Floats, starts: Ints, stops: Ints) -> Floats:
    parts = np.where(weight > 0, target * weight, 0.0)
    total = reduce_ranges(np.add, np.where(weight > 0, weight, 0.0), starts, stops, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(reduce_ranges(np.add, parts, starts, stops, 0.0) / total)
