"""Lines that take the mean of their children's scores: ``weighted`` and ``equal`` (computation.md §5)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tamnhin.engine import scoring
from tamnhin.engine.aggregation import ABSENT, LENIENT_STATE, NO_DATA_BIT, Floats, Ints, States, reduce_ranges
from tamnhin.engine.evaluate.score import EQUAL, WEIGHTED, effective, period_days
from tamnhin.engine.periods import ordinal
from tamnhin.engine.plan.model import Plan
from tamnhin.engine.plan.owners import Bools
from tamnhin.engine.states import State


@dataclass(frozen=True, slots=True)
class ScoreRollups:
    """The lines by level of the unit tree, lowest first, and the lines beneath each.

    A level is ``(lines, starts, stops, child lines)``: the children of ``lines[i]`` are
    ``child lines[starts[i]:stops[i]]``. ``held`` says per level which child stood under its parent on the last day of
    each period, bool ``[periods, child lines]``.
    """

    levels: tuple[tuple[Ints, Ints, Ints, Ints], ...]
    held: tuple[Bools, ...] = ()

    @classmethod
    def find(cls, plan: Plan) -> ScoreRollups:
        lines, owners, edges = plan.lines, plan.owners, plan.owners.edges
        mine = np.flatnonzero(np.isin(lines.rollup, (EQUAL, WEIGHTED)) & (lines.owner < owners.unit_count))
        if not len(mine):
            return cls(())
        count = np.int64(max(plan.kpis.count, 1))
        keys = lines.owner * count + lines.kpi  # sorted: lines are ordered by owner, KPI
        order = np.argsort(edges.parent, kind="stable")
        days = np.array([period.last for period in plan.periods], dtype=np.int64)[:, None]
        levels, held = [], []
        for level in np.unique(owners.level[lines.owner[mine]]):
            here = mine[owners.level[lines.owner[mine]] == level]
            above, edge = _expand(edges.parent[order], lines.owner[here])
            edge = order[edge]
            which, child = _expand(keys, edges.child[edge] * count + lines.kpi[here[above]])
            above, edge = above[which], edge[which]
            stops = np.searchsorted(above, np.arange(len(here)), side="right").astype(np.int64)
            starts = np.searchsorted(above, np.arange(len(here))).astype(np.int64)
            levels.append((here, starts, stops, child))
            held.append((edges.start[edge][None, :] <= days) & (edges.stop[edge][None, :] >= days))
        return cls(tuple(levels), tuple(held))

    def apply(self, plan: Plan, raw: Floats, score: Floats, state: States, gap: Bools, periods: Ints) -> Ints:
        """Fills the lines in whole-plan arrays ``[periods, lines]`` for some periods; returns the lines filled.

        A line's raw and score are the means of its children's, then held within its own floor and cap.
        """
        first, last = period_days(plan, periods)
        ended = (last <= ordinal(plan.request.as_of))[:, None]
        done = []
        for (lines, starts, stops, children), every in zip(self.levels, self.held, strict=True):
            held = every[periods]
            below = np.ix_(periods, children)
            into = np.ix_(periods, lines)
            part = state[below]
            bits = np.where((part < 0) | ~held, np.uint8(0), np.uint8(1) << np.maximum(part, 0).astype(np.uint8))
            bits = np.where(held & gap[below], bits | NO_DATA_BIT, bits)
            has = held & (part == State.VALUE) & ~np.isnan(score[below])
            weight, _ = effective(plan, children, first, last)
            equal = np.repeat(plan.lines.rollup[lines] == EQUAL, stops - starts)
            weight = np.where(equal, 1.0, weight)
            total = reduce_ranges(np.add, has * weight, starts, stops, 0.0)
            means = []
            for values in (raw, score):
                parts = np.where(has, values[below], 0.0) * weight
                with np.errstate(divide="ignore", invalid="ignore"):
                    means.append(reduce_ranges(np.add, parts, starts, stops, 0.0) / total)
            merged = reduce_ranges(np.bitwise_or, bits, starts, stops, 0)
            found = LENIENT_STATE[merged]
            owed = np.where(ended, np.int8(State.NO_DATA), np.int8(State.NOT_DUE))
            found = np.where(found == ABSENT, owed, found)
            _, holds = effective(plan, lines, first, last)
            if holds is not None:
                found = np.where(holds, found, ABSENT)
            off = found != State.VALUE
            raw[into] = np.where(off, np.nan, means[0])
            score[into] = np.where(off, np.nan, scoring.clamp(means[1], plan.lines.floor[lines], plan.lines.cap[lines]))
            state[into] = found
            gap[into] = ((merged & NO_DATA_BIT) != 0) | (found == State.NO_DATA)
            done.append(lines)
        return np.concatenate(done) if done else np.empty(0, dtype=np.int64)


def _expand(keys: Ints, wanted: Ints) -> tuple[Ints, Ints]:
    """Every position of each wanted key among sorted keys: (position in ``wanted``, position in ``keys``)."""
    lo, hi = np.searchsorted(keys, wanted), np.searchsorted(keys, wanted, side="right")
    counts = hi - lo
    ends = np.cumsum(counts)
    which = np.repeat(np.arange(len(wanted)), counts)
    return which, np.arange(len(which)) - np.repeat(ends - counts, counts) + np.repeat(lo, counts)
