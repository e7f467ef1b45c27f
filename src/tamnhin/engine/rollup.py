"""Children into parents, level by level, on base cells (computation.md §2 and §5).

A parent is always summed anew from its children, never changed by a difference: the result does not depend on the
order in which numbers came in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

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

IN_CACHE = 1 << 17  # cells rolled up at a time
COUNTS = np.uint8(VALUE_BIT | NO_DATA_BIT | BIT[State.NOT_DUE])  # exempt and not applicable leave both sums


@dataclass(frozen=True, slots=True)
class _Part:
    """Some parents of a level with their edges, as in ``RollLevel``; ``movers`` are positions in ``children``."""

    parents: Ints
    starts: Ints
    stops: Ints
    children: Ints
    movers: Ints
    share: Floats
    values: npt.NDArray[np.bool_]
    targets: npt.NDArray[np.bool_]

    def sum(self, values: Floats, has: npt.NDArray[np.bool_]) -> Floats:
        """What the parents get of their children's ``values`` ``[columns, edges]`` where they have them."""
        return self.total(self.shared(np.where(has, values, 0.0)))

    def shared(self, values: Floats) -> Floats:
        """``values`` with those of the movers in part, in place."""
        if len(self.movers):
            values[:, self.movers] *= self.share
        return values

    def total(self, values: Floats) -> Floats:
        return np.asarray(reduce_ranges(np.add, values, self.starts, self.stops, 0.0))

    def spread(self, by_parent: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """What belongs to each parent, at each of its edges."""
        return np.asarray(np.repeat(by_parent, self.stops - self.starts, axis=-1))


def roll_up(block: Block, columns: slice | Ints = slice(None)) -> None:
    """Fills every rolled-up parent of a block, in the given columns; a level some parents at a time."""
    size = max(1, IN_CACHE // max(1, len(_rows(block, columns))))
    for level in block.levels:
        first = 0
        while first < len(level.parents):
            last = int(np.searchsorted(level.stops, level.starts[first] + size, side="right"))
            last = max(last, first + 1)
            _roll(block, level.across, _neighbours(level, first, last, columns), columns)
            first = last


def roll_level(block: Block, level: RollLevel, which: Ints, columns: slice | Ints = slice(None)) -> None:
    """Fills some parents (positions in ``level.parents``) of one level from their children."""
    if len(which):
        _roll(block, level.across, _gather(level, which, columns), columns)


def _neighbours(level: RollLevel, first: int, last: int, columns: slice | Ints) -> _Part:
    begin, end = int(level.starts[first]), int(level.stops[last - 1])
    lo, hi = np.searchsorted(level.movers, (begin, end)).tolist()
    return _Part(
        parents=level.parents[first:last],
        starts=level.starts[first:last] - begin,
        stops=level.stops[first:last] - begin,
        children=level.children[begin:end],
        movers=level.movers[lo:hi] - begin,
        share=level.share[columns, lo:hi],
        values=level.values[first:last],
        targets=level.targets[first:last],
    )


def _gather(level: RollLevel, which: Ints, columns: slice | Ints) -> _Part:
    counts = level.stops[which] - level.starts[which]
    stops = np.cumsum(counts)
    starts = stops - counts
    edges = np.repeat(level.starts[which] - starts, counts) + np.arange(int(counts.sum()))
    found = np.searchsorted(level.movers, edges)
    moving = found < np.searchsorted(level.movers, edges, side="right")
    return _Part(
        parents=level.parents[which],
        starts=starts,
        stops=stops,
        children=level.children[edges],
        movers=np.flatnonzero(moving),
        share=level.share[columns][:, found[moving]],
        values=level.values[which],
        targets=level.targets[which],
    )


def _roll(block: Block, across: Aggregation, part: _Part, columns: slice | Ints) -> None:
    bits: Bits = _cells(block.bits, columns, part.children)
    if len(part.movers):
        bits[:, part.movers] = np.where(part.share > 0, bits[:, part.movers], np.uint8(0))
    merged: Bits = reduce_ranges(np.bitwise_or, bits, part.starts, part.stops, 0)
    has = (bits & VALUE_BIT) != 0
    pair: _Pair | None = None
    if across in PAIRED:
        num, den = _pairs(block, across, columns, part.children)
        weight = part.shared(np.where(has, den, 0.0))
        pair = _Pair(num, weight, part.total(weight))
    if part.targets.any():
        _targets(block, across, part, columns, bits, merged, has, pair)
    if part.values.any():
        _values(block, across, part, columns, merged, has, pair)


class _Pair(NamedTuple):
    """``num`` and ``weight`` of children ``[columns, edges]`` and the parents' ``den``: the sum of the weights.

    A weight is the child's denominator, 0 where it has no value, in part where it belongs to the parent in part.
    """

    num: Floats
    weight: Floats
    den: Floats


def _values(
    block: Block,
    across: Aggregation,
    part: _Part,
    columns: slice | Ints,
    merged: Bits,
    has: npt.NDArray[np.bool_],
    pair: _Pair | None,
) -> None:
    mask, parents = part.values, part.parents[part.values]
    merged = merged[:, mask]
    num: Floats
    den: Floats | None = None
    if pair is not None:
        num, den = part.sum(pair.num, has)[:, mask], pair.den[:, mask]
        at = block.pair_of[parents]
        _put(block.num, columns, at, num)
        _put(block.den, columns, at, den)
    elif across in (Aggregation.MIN, Aggregation.MAX):
        ufunc, empty = (np.minimum, np.inf) if across is Aggregation.MIN else (np.maximum, -np.inf)
        values = np.where(has, _cells(block.value, columns, part.children), empty)
        num = reduce_ranges(ufunc, values, part.starts, part.stops, empty)[:, mask]
    elif across is Aggregation.COMPOUND:
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.log1p(-_cells(block.value, columns, part.children) / 100.0)
        num = part.sum(logs, has)[:, mask]
    else:
        num = part.sum(_cells(block.value, columns, part.children), has)[:, mask]
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


def _pairs(block: Block, across: Aggregation, columns: slice | Ints, children: Ints) -> tuple[Floats, Floats]:
    """The pairs of children; a child whose number is of another rule counts once in a mean."""
    pairs = block.pair_of[children]
    num, den = _cells(block.num, columns, pairs), _cells(block.den, columns, pairs)
    if across is not Aggregation.MEAN:
        return num, den
    single = np.flatnonzero(block.cell_by[children] != Aggregation.MEAN)
    if len(single):
        num[:, single], den[:, single] = _cells(block.value, columns, children[single]), 1.0
    return num, den


def _targets(
    block: Block,
    across: Aggregation,
    part: _Part,
    columns: slice | Ints,
    bits: Bits,
    merged: Bits,
    has: npt.NDArray[np.bool_],
    pair: _Pair | None,
) -> None:
    """A parent's target from its children's, by the same rule; NaN when a child that counts has none."""
    target = _cells(block.target, columns, part.children)
    if pair is not None:
        result = _weighted_target(target, bits, part, pair)
    elif across in (Aggregation.MIN, Aggregation.MAX):
        # like with like: the targets of what was reported, all of them while nothing is
        ufunc, empty = (np.minimum, np.inf) if across is Aggregation.MIN else (np.maximum, -np.inf)
        some = reduce_ranges(np.logical_or, has, part.starts, part.stops, False)
        those = np.where(part.spread(some), has, (bits & COUNTS) != 0)
        result = reduce_ranges(ufunc, np.where(those, target, empty), part.starts, part.stops, empty)
        result = np.where(np.isfinite(result), result, np.nan)
    else:
        counted = (bits & COUNTS) != 0
        any_counted = (merged & COUNTS) != 0
        lineless = block.lineless[part.children]
        if lineless.any():  # a number that nobody set a target for ("unassigned") adds to the actual only
            counted &= ~(np.isnan(target) & lineless)
            any_counted = reduce_ranges(np.logical_or, counted, part.starts, part.stops, False)
        if across is Aggregation.COMPOUND:
            with np.errstate(invalid="ignore"):
                target = np.log1p(-target / 100.0)
        result = np.where(any_counted, part.sum(target, counted), np.nan)
        if across is Aggregation.COMPOUND:
            result = -np.expm1(result) * 100.0
    _put(block.target, columns, part.parents[part.targets], result[:, part.targets])
    rows = _rows(block, columns)
    if block.open_column in rows:
        at = rows.tolist().index(block.open_column)
        _pace(block, across, part, has[at], None if not len(part.movers) else part.share[at], result[at])


def _weighted_target(target: Floats, bits: Bits, part: _Part, pair: _Pair) -> Floats:
    """The target that is met exactly when every child meets its own: weighted by the children's denominators."""
    even, total = pair.weight, pair.den
    reported = total > 0
    known = bool(reported.all()) and float(even.min(initial=0.0)) >= 0.0
    if not known:  # where nothing is reported all that count weigh the same
        every = part.shared(np.where((bits & COUNTS) != 0, 1.0, 0.0))
        even = np.where(part.spread(reported), even, every)
    weighs = even > 0
    parts = np.where(weighs, target * even, 0.0)
    if not known:
        total = part.total(np.where(weighs, even, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        return part.total(parts) / total


def _pace(
    block: Block,
    across: Aggregation,
    part: _Part,
    reported: npt.NDArray[np.bool_],
    share: Floats | None,
    result: Floats,
) -> None:
    """The parents' targets for the days gone in the open column; the last three are of that column."""
    mask, parents = part.targets, part.parents[part.targets]
    if across in STRICT:
        own = np.where(reported, block.pace[part.children], 0.0)
        own = np.where(np.isnan(own) & block.lineless[part.children], 0.0, own)
        if share is not None:
            own[part.movers] *= share
        block.pace[parents] = part.total(own)[mask]
    else:
        block.pace[parents] = result[mask]
    # a number of its own speaks for all of the unit, whoever beneath it has reported
    single = np.flatnonzero(~part.values[mask])
    if len(single):
        additive = np.isin(block.time_by[parents[single]], STRICT)
        expected = result[mask][single]
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
