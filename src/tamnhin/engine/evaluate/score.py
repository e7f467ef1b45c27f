"""Totals into percentages, percentages into scorecards (computation.md §3, §4, §6, §7)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from tamnhin.engine import proration, scoring
from tamnhin.engine.aggregation import (
    ABSENT,
    BIT,
    NO_DATA_BIT,
    Floats,
    Ints,
    States,
    reduce_ranges,
)
from tamnhin.engine.evaluate.measure import compute, ranges
from tamnhin.engine.evaluate.overtime import Totals, totals
from tamnhin.engine.periods import ordinal
from tamnhin.engine.plan.model import NONE, ROLLUPS, Block, Plan
from tamnhin.engine.states import State

Index = slice | Ints
Into = tuple[Floats, Floats]
IN_CACHE = 1 << 16  # cells worked on at a time
EQUAL, WEIGHTED = ROLLUPS.index("equal"), ROLLUPS.index("weighted")


@dataclass(slots=True)
class LineScores:
    """Scored lines, arrays ``[periods, lines]``. ``raw`` and ``score`` are NaN where a line has none."""

    totals: Totals
    raw: Floats
    score: Floats
    refusal: npt.NDArray[np.int8]
    pace: Floats  # percentage against the target for the days gone, NaN in a closed period
    weight: Floats  # effective: times the share of the period's working days the line held

    @property
    def gap(self) -> npt.NDArray[np.bool_]:
        """Something due beneath the line is not reported."""
        return np.asarray((self.totals.bits & NO_DATA_BIT) != 0)


def period_days(plan: Plan, periods: Ints) -> tuple[Ints, Ints]:
    """First and last days of some of the plan's periods, as ordinals."""
    chosen = [plan.periods[i] for i in periods]
    return np.array([p.first for p in chosen], dtype=np.int64), np.array([p.last for p in chosen], dtype=np.int64)


def line_totals(plan: Plan, lines: Index, periods: Ints, *, paced: bool) -> Totals:
    """What each line has reached and what was asked, ``[periods, lines]``; formulas computed after aggregation.

    Where the periods are base periods and the lines stand side by side, the arrays may be views of the plan's.
    """
    first, last = period_days(plan, periods)
    node = plan.lines.node[lines]
    out: Totals | None = None
    number = np.where(node != NONE, plan.nodes.block[np.maximum(node, 0)], -1)
    for at, block in enumerate(plan.blocks):
        where = np.flatnonzero(number == at)
        if not len(where):
            continue
        every = len(where) == len(node)
        stand = plan.nodes.at[node if every else node[where]]
        lo, hi = int(stand[0]), int(stand[-1]) + 1
        if hi - lo <= len(stand) * 2 and bool((np.diff(stand) >= 0).all()):
            # in the order of the nodes and nearly all of them: a slice and a few left out beat a search for each
            part = _block_totals(plan, block, slice(lo, hi), block.nodes[lo:hi], first, last, paced)
            if hi - lo != len(stand) or stand[0] + len(stand) != hi or not bool((np.diff(stand) == 1).all()):
                part = part.columns(stand - lo)
        else:
            part = _block_totals(plan, block, stand, node[where], first, last, paced)
        if every:
            return part
        if out is None:
            out = Totals.nothing((len(periods), len(node)))
        out.actual[:, where], out.target[:, where], out.pace[:, where] = part.actual, part.target, part.pace
        out.bits[:, where], out.state[:, where] = part.bits, part.state
    return Totals.nothing((len(periods), len(node))) if out is None else out


def _block_totals(plan: Plan, block: Block, at: Index, node: Ints, first: Ints, last: Ints, paced: bool) -> Totals:
    lo, hi = ranges(block, first, last)
    found = totals(block, at, lo, hi, paced=paced)
    if plan.kpis.order and (hi - lo > 1).any():
        rows = np.flatnonzero(hi - lo > 1)
        kpi = plan.nodes.kpi[node]
        for formula_kpi in plan.kpis.order:
            where = np.flatnonzero(kpi == formula_kpi)
            if len(where):
                part = found.part(rows, where)
                compute(plan, formula_kpi, node[where], block, lo[rows], hi[rows], part)
                found.actual[np.ix_(rows, where)] = part.actual
                found.bits[np.ix_(rows, where)] = part.bits
                found.state[np.ix_(rows, where)] = part.state
    return found


def score_lines(plan: Plan, lines: Index, periods: Ints, into: Into | None = None) -> LineScores:
    """Scores of some lines in some periods. Lines rolled up from their children's scores are left without one.

    ``into``: arrays that ``raw`` and ``score`` are written to, where the caller has them already.
    """
    first, last = period_days(plan, periods)
    as_of = ordinal(plan.request.as_of)
    paced = bool((last > as_of).any())
    found = line_totals(plan, lines, periods, paced=paced)
    weight, held = effective(plan, lines, first, last)
    if held is not None:
        found.state = np.where(held, found.state, ABSENT)
    found.state = _unit_gaps(plan, lines, found, held, last, as_of)
    raw, score, refusal = _measure(plan, lines, found.actual, found.target, found.state, into)
    if plan.book.company.period_score == "mean_of_scores":
        _mean_of_scores(plan, lines, first, last, raw, score)
    pace = np.full((1, 1), np.nan)
    if paced:
        pace = _measure(plan, lines, found.actual, found.pace, found.state)[0]
        pace[last <= as_of] = np.nan
    if (found.state == ABSENT).any():
        weight = np.where(found.state == ABSENT, 0.0, weight)
    return LineScores(found, raw, score, refusal, pace, weight)


def effective(plan: Plan, lines: Index, first: Ints, last: Ints) -> tuple[Floats, npt.NDArray[np.bool_] | None]:
    """Effective weights ``[periods, lines]`` (or one row for all), and which lines held at all (None: all of them)."""
    table = plan.lines
    start, stop = table.start[lines], table.stop[lines]
    base = table.weight[lines] * table.share[lines]
    partial = np.flatnonzero((start > first.min()) | (stop < last.max()))
    if not len(partial):
        return base[None, :], None
    start, stop = start[partial], stop[partial]
    weight = np.repeat(base[None, :], len(first), axis=0)
    held = np.ones(weight.shape, dtype=bool)
    weight[:, partial] *= proration.effective_weight(np.ones(len(start)), start, stop, first, last, plan.calendar)
    held[:, partial] = (start[None, :] <= last[:, None]) & (stop[None, :] >= first[:, None])
    return weight, held


def _unit_gaps(
    plan: Plan, lines: Index, found: Totals, held: npt.NDArray[np.bool_] | None, last: Ints, as_of: int
) -> States:
    """A unit's line under which no cell exists at all still owes a number, as does one that stands nowhere."""
    unit = (plan.lines.owner[lines] < plan.owners.unit_count) | (plan.lines.node[lines] == NONE)
    if not unit.any():
        return found.state
    rolled = np.isin(plan.lines.rollup[lines], (EQUAL, WEIGHTED))
    nothing = (found.state == ABSENT) & (unit & ~rolled)[None, :]
    if held is not None:
        nothing &= held
    if not nothing.any():
        return found.state
    owed = np.where(last <= as_of, np.int8(State.NO_DATA), np.int8(State.NOT_DUE))[:, None]
    found.bits = np.where(nothing, np.where(owed == State.NO_DATA, NO_DATA_BIT, BIT[State.NOT_DUE]), found.bits)
    return np.where(nothing, owed, found.state)


def _measure(
    plan: Plan, lines: Index, actual: Floats, target: Floats, state: States, into: Into | None = None
) -> tuple[Floats, Floats, npt.NDArray[np.int8]]:
    table = plan.lines
    method, refused = table.method[lines], table.refused[lines]
    direction = table.params.direction[lines]
    floor, cap = table.floor[lines], table.cap[lines]
    raw, score = (np.empty(actual.shape), np.empty(actual.shape)) if into is None else into
    plain = scoring.is_linear(method, direction) & (refused == 0)
    step = max(1, IN_CACHE // max(1, actual.shape[1]))
    for row in range(0, len(actual), step):  # a few periods at a time, so that what is made stays in the cache
        rows = slice(row, row + step)
        plain &= (target[rows] > 0).all(axis=0)
        scoring.linear(actual[rows], target[rows], method, direction, raw[rows])
        scoring.clamp(raw[rows], floor, cap, score[rows])
    refusal = np.zeros(actual.shape, dtype=np.int8)
    others = np.flatnonzero(~plain)
    if len(others):
        _others(plan, lines, others, actual, target, (raw, score), refusal)
        bad = np.flatnonzero(refused)
        raw[:, bad], score[:, bad] = np.nan, np.nan
        refusal[:, bad] = refused[bad]
    off = state != State.VALUE
    if len(others):
        refusal[off] = 0
    # an actual may stand in a cell that does not count (the line did not hold any more)
    off &= ~np.isnan(raw)
    if off.any():
        raw[off], score[off] = np.nan, np.nan
    return raw, score, refusal


def _others(
    plan: Plan, lines: Index, others: Ints, actual: Floats, target: Floats, into: Into, refusal: npt.NDArray[np.int8]
) -> None:
    """Scores the lines at ``others`` (positions among ``lines``) method by method, all of them gathered once."""
    table = plan.lines
    method = table.method[lines][others]
    order = np.argsort(method, kind="stable")
    others, method = others[order], method[order]
    positions = others + lines.start if isinstance(lines, slice) else lines[others]
    floor, cap = table.floor[positions], table.cap[positions]
    reached, asked = _gathered(actual, others), _gathered(target, others)
    raw, score, refused = np.empty(reached.shape), np.empty(reached.shape), np.zeros(reached.shape, dtype=np.int8)
    cuts = [0, *(np.flatnonzero(np.diff(method)) + 1).tolist(), len(method)]
    for first, last in pairwise(cuts):  # at most nine
        mine = slice(first, last)
        raw[:, mine], score[:, mine], refused[:, mine] = scoring.scored(
            scoring.Method(int(method[first])),
            reached[:, mine],
            asked[:, mine],
            table.params.take(positions[mine]),
            floor[mine],
            cap[mine],
        )
    for row in range(len(raw)):
        into[0][row][others], into[1][row][others] = raw[row], score[row]
    if refused.any():
        refusal[:, others] = refused


def _gathered(matrix: Floats, at: Ints) -> Floats:
    """Some columns. Row by row: ``take`` along an axis of a view would first copy all of it."""
    out = np.empty((len(matrix), len(at)))
    for row, values in enumerate(matrix):
        np.take(values, at, out=out[row], mode="clip")  # "raise" would go through a copy of its own
    return out


def _mean_of_scores(plan: Plan, lines: Index, first: Ints, last: Ints, raw: Floats, score: Floats) -> None:
    """``period_score: mean_of_scores``: a longer period is the mean of its base periods' capped scores."""
    positions = np.arange(plan.lines.count)[lines] if isinstance(lines, slice) else lines
    node = plan.lines.node[positions]
    number = np.where(node != NONE, plan.nodes.block[np.maximum(node, 0)], -1)
    for at, block in enumerate(plan.blocks):
        where = np.flatnonzero(number == at)
        lo, hi = ranges(block, first, last)
        if not len(where) or not (hi - lo > 1).any():
            continue
        a, b = int(lo.min()), int(hi.max())
        columns = np.arange(a, b)
        base = totals(block, plan.nodes.at[node[where]], columns, columns + 1, paced=False)
        each_raw, each, _ = _measure(plan, positions[where], base.actual, base.target, base.state)
        has = ~np.isnan(each)
        longer = np.flatnonzero(hi - lo > 1)
        count = reduce_ranges(np.add, has * 1.0, lo[longer] - a, hi[longer] - a, 0.0, axis=0)
        for values, into in ((each_raw, raw), (each, score)):
            total = reduce_ranges(np.add, np.where(has, values, 0.0), lo[longer] - a, hi[longer] - a, 0.0, axis=0)
            with np.errstate(divide="ignore", invalid="ignore"):
                mean = total / count
            keep = np.isnan(into[np.ix_(longer, where)])
            into[np.ix_(longer, where)] = np.where(keep, np.nan, mean)
