"""One changed measurement: what it touches is evaluated again by the functions of the full run, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from tamnhin.engine import periods as per
from tamnhin.engine.aggregation import Ints
from tamnhin.engine.evaluate.measure import fill_formulas, ranges
from tamnhin.engine.evaluate.run import Result, rescore_cards, store
from tamnhin.engine.evaluate.score import period_days, score_lines
from tamnhin.engine.formula import Kind
from tamnhin.engine.periods import ordinal
from tamnhin.engine.plan.cells import Reported, encode_cells
from tamnhin.engine.plan.model import NONE, Block, Plan, RollLevel
from tamnhin.engine.rollup import roll_level


@dataclass(frozen=True, slots=True)
class Change:
    """A new latest record of one cell. Everything None (and no ``state``) takes the record back: nothing is said."""

    owner: str
    kpi: str
    period: str
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    weight: float | None = None
    state: str | None = None
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Touched:
    """What a change moved: positions of owners, lines and periods in the plan."""

    owners: Ints
    lines: Ints
    periods: Ints


class Recompile(Exception):  # noqa: N818 - not an error: the plan's shape no longer fits
    """The change reaches further than the numbers of this plan; compile the book again. Says why."""


class Incremental:
    """A result that takes changes. Building it costs a few sorts; each change then costs about a millisecond.

    ``apply`` gives exactly what compiling and evaluating the changed book would (tests/engine/test_change.py).
    """

    def __init__(self, result: Result) -> None:
        self.result = result
        plan = result.plan
        self.owner_at = {code: i for i, code in enumerate(plan.owners.codes)}
        self.kpi_at = {code: i for i, code in enumerate(plan.kpis.codes)}
        self.by_child = [[_ChildIndex(level) for level in block.levels] for block in plan.blocks]
        self.line_order = np.argsort(plan.lines.node, kind="stable")
        self.line_nodes = plan.lines.node[self.line_order]
        edge_order = np.argsort(plan.owners.edges.child, kind="stable")
        self.edge_parents = plan.owners.edges.parent[edge_order]
        self.edge_starts = np.searchsorted(plan.owners.edges.child[edge_order], np.arange(plan.owners.count + 1))
        self.readers = _readers(plan)
        self.by_history = set(
            plan.book["targets"].filter(plan.book["targets"]["profile"].cast(str) == "last_year")["kpi"]
        )

    def apply(self, change: Change) -> Touched:
        """Takes one change. Raises ``Recompile`` when the plan has no such cell or more than numbers would change."""
        plan = self.result.plan
        known = plan.request.as_known_at
        if known is not None and change.recorded_at is not None and change.recorded_at > known:
            return Touched(*(np.empty(0, dtype=np.int64) for _ in range(3)))
        node, block, column = self._cell(change)
        at = int(plan.nodes.at[node])
        self._write(block, at, column, change)
        touched = self._roll(block, int(plan.nodes.block[node]), at, column)
        nodes = block.nodes[touched]
        kpi = int(plan.nodes.kpi[node])
        formula_nodes = self._formulas(kpi, nodes)
        if len(formula_nodes):
            fill_formulas(plan, formula_nodes)
        periods = self._periods(block, column, kpi)
        every = np.union1d(nodes, formula_nodes)
        lines = self._lines_on(every)
        owners = np.unique(plan.lines.owner[lines])
        if len(lines) and len(periods):
            store(self.result, lines, periods, score_lines(plan, lines, periods))
            if self.result.score_rollups.levels:
                above = self._above(owners)
                rolled = self.result.score_rollups.apply(
                    plan, self.result.raw, self.result.score, self.result.state, self.result.gap, periods
                )
                owners = np.union1d(owners, np.intersect1d(np.unique(plan.lines.owner[rolled]), above))
                lines = np.union1d(lines, rolled[np.isin(plan.lines.owner[rolled], above)])
            rescore_cards(self.result, owners, periods)
        return Touched(owners, lines, periods)

    def _cell(self, change: Change) -> tuple[int, Block, int]:
        plan = self.result.plan
        owner, kpi = self.owner_at.get(change.owner), self.kpi_at.get(change.kpi)
        if owner is None or kpi is None:
            raise Recompile("a new owner or KPI")
        node = int(plan.nodes.find(np.array([owner]), kpi, plan.kpis.count)[0])
        if node == NONE:
            raise Recompile("a cell that no line or formula asked for")
        if kpi in plan.kpis.formulas:
            raise Recompile("a value for a computed KPI")
        if change.kpi in self.by_history:
            raise Recompile("targets that follow this KPI's history")
        block = plan.blocks[plan.nodes.block[node]]
        period = per.parse(change.period, plan.book.company.fiscal_year_start)
        lo, hi = block.timeline.columns_in(period)
        if hi - lo != 1 or block.timeline.start[lo] != period.first or block.timeline.stop[lo] != period.last:
            raise Recompile("a period that is not one of the KPI's own")
        if any(level.values[level.parents == plan.nodes.at[node]].any() for level in block.levels):
            raise Recompile("a number of its own where children were added up")
        said = (change.value, change.numerator, change.denominator, change.state)
        if all(part is None for part in said):
            flat = lo * block.value.shape[1] + int(plan.nodes.at[node])
            if np.searchsorted(block.finer, flat) < np.searchsorted(block.finer, flat, side="right"):
                raise Recompile("a number over shorter reports, which would count again")
            if owner < plan.owners.unit_count:
                raise Recompile("a unit's own number taken back: its children may count again")
        if block.timeline.start[lo] > ordinal(plan.request.as_of):
            raise Recompile("a period after the as-of day")
        return node, block, lo

    def _write(self, block: Block, at: int, column: int, change: Change) -> None:
        position = np.array([at], dtype=np.int64)
        value, num, den, bits = encode_cells(
            Reported.one(change.value, change.numerator, change.denominator, change.weight, change.state),
            block.time_by[position],
            block.scale[position],
        )
        if not bits[0]:  # taken back: expected again, or not
            bits[0] = block.expected[column, at]
        block.value[column, at], block.bits[column, at] = value[0], bits[0]
        pair = int(block.pair_of[at])
        if pair >= 0:
            block.num[column, pair], block.den[column, pair] = num[0], den[0]

    def _roll(self, block: Block, number: int, at: int, column: int) -> Ints:
        touched = np.array([at], dtype=np.int64)
        columns = np.array([column], dtype=np.int64)
        for level, index in zip(block.levels, self.by_child[number], strict=True):
            which = index.parents_of(touched)
            if len(which):
                roll_level(block, level, which, columns)
                touched = np.union1d(touched, level.parents[which])
        return touched

    def _above(self, owners: Ints) -> Ints:
        seen = owners
        while True:
            parents = np.unique(
                np.concatenate([self.edge_parents[self.edge_starts[o] : self.edge_starts[o + 1]] for o in seen])
            )
            grown = np.union1d(seen, parents)
            if len(grown) == len(seen):
                return grown
            seen = grown

    def _formulas(self, kpi: int, nodes: Ints) -> Ints:
        plan = self.result.plan
        readers = self.readers.get(kpi)
        if readers is None:
            return np.empty(0, dtype=np.int64)
        owners = np.unique(plan.nodes.owner[nodes])
        if readers.by_children:
            owners = self._above(owners)
        found = [plan.nodes.find(owners, reader, plan.kpis.count) for reader in readers.kpis]
        every = np.concatenate(found)
        return np.unique(every[every != NONE])

    def _periods(self, block: Block, column: int, kpi: int) -> Ints:
        plan = self.result.plan
        every = np.arange(len(plan.periods))
        first, last = period_days(plan, every)
        lo, hi = ranges(block, first, last)
        hit = (lo <= column) & (column < hi)
        if kpi in self.readers:  # formulas may look back at it from any later period
            hit |= last >= block.timeline.start[column]
        return np.flatnonzero(hit)

    def _lines_on(self, nodes: Ints) -> Ints:
        lo = np.searchsorted(self.line_nodes, nodes)
        hi = np.searchsorted(self.line_nodes, nodes, side="right")
        parts = [self.line_order[a:b] for a, b in zip(lo.tolist(), hi.tolist(), strict=True) if b > a]
        return np.sort(np.concatenate(parts)) if parts else np.empty(0, dtype=np.int64)


class _ChildIndex:
    """From children to the parents of one level that hold them."""

    def __init__(self, level: RollLevel) -> None:
        self.level = level
        order = np.argsort(level.children, kind="stable")
        self.children = level.children[order]
        self.parent = np.searchsorted(level.starts, order, side="right") - 1

    def parents_of(self, children: Ints) -> Ints:
        lo = np.searchsorted(self.children, children)
        hi = np.searchsorted(self.children, children, side="right")
        parts = [self.parent[a:b] for a, b in zip(lo.tolist(), hi.tolist(), strict=True) if b > a]
        return np.unique(np.concatenate(parts)) if parts else np.empty(0, dtype=np.int64)


@dataclass(slots=True)
class _Readers:
    kpis: list[int]
    by_children: bool


def _readers(plan: Plan) -> dict[int, _Readers]:
    """For each KPI the formula KPIs that use it, directly or through another."""
    index = {code: i for i, code in enumerate(plan.kpis.codes)}
    out: dict[int, _Readers] = {}
    uses: dict[int, set[int]] = {}
    for kpi in plan.kpis.order:
        references = {r for v in plan.kpis.formulas[kpi] for r in v.parsed.references}
        direct = {index[r.code] for r in references if r.code in index}
        uses[kpi] = set().union(direct, *(uses.get(d, set()) for d in direct))
        for used in uses[kpi]:
            reader = out.setdefault(used, _Readers([], by_children=False))
            reader.kpis.append(kpi)
            reader.by_children |= any(r.kind is Kind.CHILDREN for r in references)
    return out
