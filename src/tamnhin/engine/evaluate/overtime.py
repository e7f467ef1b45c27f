"""Base cells into the numbers of longer periods (computation.md §2 and §6)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tamnhin.engine.aggregation import (
    ABSENT,
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
    States,
    reduce_ranges,
    value_of,
)
from tamnhin.engine.plan.model import Block
from tamnhin.engine.rollup import COUNTS
from tamnhin.engine.states import State

Index = slice | Ints


@dataclass(slots=True)
class Totals:
    """Numbers of some nodes in some periods: arrays ``[periods, nodes]``. ``actual`` is NaN where there is no value.

    ``target`` is that of the whole period; ``pace`` that of the days gone for what has been reported.
    """

    actual: Floats
    target: Floats
    pace: Floats
    bits: Bits
    state: States

    @classmethod
    def nothing(cls, shape: tuple[int, int]) -> Totals:
        """No cell anywhere."""
        return cls(
            np.full(shape, np.nan),
            np.full(shape, np.nan),
            np.full(shape, np.nan),
            np.zeros(shape, dtype=np.uint8),
            np.full(shape, ABSENT, dtype=np.int8),
        )

    def part(self, rows: Ints, nodes: Ints) -> Totals:
        """A copy of some rows and nodes."""
        grid = np.ix_(rows, nodes)
        return Totals(self.actual[grid], self.target[grid], self.pace[grid], self.bits[grid], self.state[grid])

    def columns(self, nodes: Ints) -> Totals:
        """A copy of some nodes in every period."""
        actual, target = self.actual.take(nodes, axis=1), self.target.take(nodes, axis=1)
        pace = target if self.pace is self.target else self.pace.take(nodes, axis=1)
        return Totals(actual, target, pace, self.bits.take(nodes, axis=1), self.state.take(nodes, axis=1))


def totals(block: Block, at: Index, lo: Ints, hi: Ints, *, paced: bool) -> Totals:
    """The nodes ``at`` (positions in the block) over the column ranges ``lo:hi``, one a period.

    An empty range is a KPI that is not due in the period. ``paced`` false leaves ``pace`` equal to ``target``.
    """
    width = len(block.nodes[at])
    single = np.flatnonzero(hi - lo == 1)
    several = np.flatnonzero(hi - lo > 1)
    if len(single) == len(lo) and (np.diff(lo) == 1).all():
        return _base(block, at, slice(int(lo[0]), int(hi[-1])), paced)
    if len(several) == len(lo):
        return _aggregated(block, at, lo, hi, paced)
    out = Totals.nothing((len(lo), width))
    if len(single):
        _put(out, single, _base(block, at, lo[single], paced))
    if len(several):
        _put(out, several, _aggregated(block, at, lo[several], hi[several], paced))
    idle = np.flatnonzero(hi == lo)
    if len(idle):
        out.bits[idle] = BIT[State.NOT_DUE]
        out.state[idle] = State.NOT_DUE
    return out


def _put(out: Totals, rows: Ints, part: Totals) -> None:
    out.actual[rows], out.target[rows], out.pace[rows] = part.actual, part.target, part.pace
    out.bits[rows], out.state[rows] = part.bits, part.state


def _base(block: Block, at: Index, columns: slice | Ints, paced: bool) -> Totals:
    """Periods that are base periods themselves: the cells as they stand."""
    if isinstance(columns, slice) or isinstance(at, slice):
        actual, target, bits = block.value[columns, at], block.target[columns, at], block.bits[columns, at]
    else:
        grid = np.ix_(columns, at)
        actual, target, bits = block.value[grid], block.target[grid], block.bits[grid]
    strict = np.isin(block.cell_by[at], STRICT)
    state = _states(bits, strict)
    pace = target
    numbers = np.arange(len(block.timeline))[columns]
    if paced and block.open_column in numbers:
        pace = target.copy()
        pace[numbers == block.open_column] = block.pace[at]  # of a quarterly KPI: both June and the quarter
    return Totals(actual, target, pace, bits, state)


def _states(bits: Bits, strict: npt.NDArray[np.bool_]) -> States:
    if not strict.any():
        return LENIENT_STATE[bits]
    out = STRICT_STATE[bits]
    if not strict.all():
        out[:, ~strict] = LENIENT_STATE[bits[:, ~strict]]
    return out


def _aggregated(block: Block, at: Index, lo: Ints, hi: Ints, paced: bool) -> Totals:
    positions = np.arange(at.start, at.stop) if isinstance(at, slice) else at
    shape = (len(lo), len(positions))
    bits: Bits = reduce_ranges(np.bitwise_or, block.bits[:, at], lo, hi, 0, axis=0)
    out = Totals.nothing(shape)
    out.bits = bits
    rules = block.time_by[positions].astype(np.int64) * 16 + block.cell_by[positions]
    for rule in np.unique(rules):  # a handful of combinations of rules
        where = np.flatnonzero(rules == rule)
        _by_rule(block, positions[where], where, Aggregation(rule // 16), Aggregation(rule % 16), lo, hi, paced, out)
    return out


def _by_rule(
    block: Block,
    positions: Ints,
    where: Ints,
    by: Aggregation,
    cell_by: Aggregation,
    lo: Ints,
    hi: Ints,
    paced: bool,
    out: Totals,
) -> None:
    """One rule over time. Pairs merge before the ratio is taken when the cells were merged by the same rule."""
    first, last = int(lo.min()), int(hi.max())
    lo, hi = lo - first, hi - first
    # a pair of the KPI's own says all that its cells do
    own_pair = by in PAIRED and cell_by is by
    value = np.empty((0, 0)) if own_pair else block.value[first:last].take(positions, axis=1)
    bits = block.bits[first:last].take(positions, axis=1)
    target = block.target[first:last].take(positions, axis=1)
    has = (bits & VALUE_BIT) != 0
    merged = out.bits[:, where]
    if cell_by in STRICT:
        # a total with a part missing is no value, so a later period must not count it as one
        has &= (bits & NO_DATA_BIT) == 0
        if by not in STRICT:
            bits = np.where((bits & NO_DATA_BIT) != 0, bits & ~VALUE_BIT, bits)
            merged = reduce_ranges(np.bitwise_or, bits, lo, hi, 0, axis=0)
            out.bits[:, where] = merged
    if by is Aggregation.NONE:
        out.state[:, where] = np.where(merged != 0, State.NOT_APPLICABLE, ABSENT)
        out.bits[:, where] = np.where(merged != 0, BIT[State.NOT_APPLICABLE], 0)
        return
    table = STRICT_STATE if by in STRICT else LENIENT_STATE
    state = table[merged]
    weight: Floats | None = None
    total: Floats | None = None
    if by in PAIRED:
        if own_pair:
            pair = block.pair_of[positions]
            num = np.where(has, block.num[first:last].take(pair, axis=1), 0.0)
            weight = np.where(has, block.den[first:last].take(pair, axis=1), 0.0)
        else:  # cells that were merged by another rule have no pair of this one: each then counts once
            num, weight = np.where(has, value, 0.0), np.where(has, 1.0, 0.0)
        total = _add(weight, lo, hi)
        actual = value_of(by, _add(num, lo, hi), total, block.scale[positions] if own_pair else 1.0)
        lost = np.isnan(total) & (state == State.VALUE)
        # parts of opposite signs may cancel: no ratio exists although each part had one
        empty_ratio = (total == 0) & (state == State.VALUE)
        state = np.where(lost, np.int8(State.NO_DATA), np.where(empty_ratio, np.int8(State.NOT_APPLICABLE), state))
        merged = np.where(lost, NO_DATA_BIT | REFUSED_BIT, np.where(empty_ratio, BIT[State.NOT_APPLICABLE], merged))
        out.bits[:, where] = merged
    elif by is Aggregation.LAST:
        actual = _last(value, has, lo, hi)
    elif by in (Aggregation.MIN, Aggregation.MAX):
        ufunc, empty = (np.minimum, np.inf) if by is Aggregation.MIN else (np.maximum, -np.inf)
        actual = reduce_ranges(ufunc, np.where(has, value, empty), lo, hi, empty, axis=0)
    elif by is Aggregation.COMPOUND:
        with np.errstate(divide="ignore", invalid="ignore"):
            actual = -np.expm1(_add(np.where(has, np.log1p(-value / 100.0), 0.0), lo, hi)) * 100.0
    else:
        actual = _add(np.where(has, value, 0.0), lo, hi)
    out.actual[:, where] = np.where(state == State.VALUE, actual, np.nan)
    out.state[:, where] = state
    out.target[:, where] = over = _target(by, target, bits, has, weight, total, lo, hi)
    if paced and by in STRICT:
        share = np.minimum(block.elapsed[first:last], 1.0)[:, None] * target
        if first <= block.open_column < last:
            share[block.open_column - first] = block.pace[positions]
        out.pace[:, where] = _target(by, share, np.where(has, VALUE_BIT, np.uint8(0)), has, weight, total, lo, hi)
    else:
        out.pace[:, where] = over


def _target(
    by: Aggregation,
    target: Floats,
    bits: Bits,
    has: npt.NDArray[np.bool_],
    weight: Floats | None,
    total: Floats | None,
    lo: Ints,
    hi: Ints,
) -> Floats:
    """Targets add up by the same rule; what was exempt or could not exist leaves both sides."""
    counted = (bits & COUNTS) != 0
    if by in STRICT:
        some = reduce_ranges(np.logical_or, counted, lo, hi, False, axis=0)
    if by is Aggregation.SUM:
        return np.where(some, _add(np.where(counted, target, 0.0), lo, hi), np.nan)
    if by is Aggregation.COMPOUND:
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.where(counted, np.log1p(-target / 100.0), 0.0)
        return np.where(some, -np.expm1(_add(logs, lo, hi)) * 100.0, np.nan)
    if by is Aggregation.LAST:
        known = counted & ~np.isnan(target)
        reported = _last(target, has & known, lo, hi)
        return np.where(np.isnan(reported), _last(target, known, lo, hi), reported)
    # means, ratios and extremes compare like with like: the targets of what was reported, all of them if nothing was
    any_value = reduce_ranges(np.logical_or, has, lo, hi, False, axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        if by in (Aggregation.MIN, Aggregation.MAX):
            ufunc, empty = (np.minimum, np.inf) if by is Aggregation.MIN else (np.maximum, -np.inf)
            given = reduce_ranges(ufunc, np.where(has, target, empty), lo, hi, empty, axis=0)
            every = reduce_ranges(ufunc, np.where(counted, target, empty), lo, hi, empty, axis=0)
            every = np.where(np.isfinite(every), every, np.nan)
            return np.where(any_value, given, every)
        if weight is None or total is None:
            raise ValueError(f"a {by.word} needs its denominators")
        given = _add(np.where(has & (weight != 0), target * weight, 0.0), lo, hi) / total
        silent = np.flatnonzero(~any_value.all(axis=0))
        if len(silent):
            counted = counted[:, silent]
            every = _add(np.where(counted, target[:, silent], 0.0), lo, hi) / _add(counted * 1.0, lo, hi)
            given[:, silent] = np.where(any_value[:, silent], given[:, silent], every)
    return given


def _add(values: Floats, lo: Ints, hi: Ints) -> Floats:
    return reduce_ranges(np.add, values, lo, hi, 0.0, axis=0)


def _last(values: Floats, has: npt.NDArray[np.bool_], lo: Ints, hi: Ints) -> Floats:
    """The last value of each range, NaN where there is none."""
    column = np.where(has, np.arange(len(values))[:, None], -1)
    latest = reduce_ranges(np.maximum, column, lo, hi, -1, axis=0)
    found = np.take_along_axis(values, np.maximum(latest, 0), axis=0)
    return np.where(latest >= 0, found, np.nan)
