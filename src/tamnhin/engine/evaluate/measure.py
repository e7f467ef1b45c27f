"""Numbers of nodes over any stretch of days, formulas included (computation.md §2).

A formula is computed after its inputs have been aggregated, at every level: the company's average order is its
revenue over its orders, and never the average of averages.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tamnhin.engine import formula
from tamnhin.engine.aggregation import (
    ABSENT,
    BIT,
    LENIENT_STATE,
    NO_DATA_BIT,
    STRICT,
    STRICT_STATE,
    VALUE_BIT,
    Floats,
    Ints,
    States,
    reduce_ranges,
)
from tamnhin.engine.evaluate.overtime import Totals, totals
from tamnhin.engine.formula import Kind, Reference
from tamnhin.engine.periods import Kind as PeriodKind
from tamnhin.engine.periods import containing, from_ordinal
from tamnhin.engine.plan.model import NONE, Block, Plan
from tamnhin.engine.plan.owners import Bools
from tamnhin.engine.plan.rates import rate_between
from tamnhin.engine.states import State

LONGER: dict[Kind, PeriodKind] = {Kind.YTD: "year", Kind.QTD: "quarter", Kind.MTD: "month"}
KEPT = np.uint8(BIT[State.EXEMPT] | BIT[State.NOT_APPLICABLE])


def ranges(block: Block, first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """Half-open column ranges of a block for stretches of days (ordinals, inclusive), one a stretch."""
    lo = np.searchsorted(block.timeline.anchor, first, side="left")
    hi = np.searchsorted(block.timeline.anchor, last, side="right")
    return lo, np.maximum(lo, hi)


def measure(plan: Plan, nodes: Ints, first: Ints, last: Ints, *, paced: bool = False) -> Totals:
    """Totals ``[stretches, nodes]`` of nodes of ONE KPI over stretches of days (ordinals, inclusive)."""
    kpi = int(plan.nodes.kpi[nodes[0]])
    block = plan.blocks[plan.nodes.block[nodes[0]]]
    lo, hi = ranges(block, first, last)
    found = totals(block, plan.nodes.at[nodes], lo, hi, paced=paced)
    if kpi in plan.kpis.formulas:
        compute(plan, kpi, nodes, block, lo, hi, found)
    return found


def compute(plan: Plan, kpi: int, nodes: Ints, block: Block, lo: Ints, hi: Ints, into: Totals) -> None:
    """Puts the results of a formula KPI into ``into`` (targets, and cells that were taken out, stay as they are)."""
    due = np.flatnonzero(hi > lo)
    if not len(due):
        return
    # the formula in force on the last day of each period
    ends = block.timeline.stop[hi[due] - 1]
    versions = plan.kpis.formulas[kpi]
    starts = np.array([version.start for version in versions], dtype=np.int64)
    which = np.maximum(np.searchsorted(starts, ends, side="right") - 1, 0)
    for number in np.unique(which):
        rows = due[which == number]
        node = versions[number].parsed.node
        shape = (len(rows), len(nodes))
        if node is None:
            values, states = np.full(shape, np.nan), np.full(shape, State.NO_DATA, dtype=np.int8)
            gap = np.zeros(shape, dtype=bool)
        else:
            inputs, rates, gap = _inputs(plan, kpi, nodes, block, lo[rows], hi[rows])
            values, states = formula.evaluate(node, inputs, rates, shape=shape)
        _take(block, plan.nodes.at[nodes], rows, lo, hi, values, states, gap, into)


def _take(
    block: Block,
    at: Ints,
    rows: Ints,
    lo: Ints,
    hi: Ints,
    values: Floats,
    states: States,
    gap: Bools,
    into: Totals,
) -> None:
    under = reduce_ranges(np.bitwise_or, block.expected[:, at], lo[rows], hi[rows], 0, axis=0)
    absent = under == 0
    kept = ~absent & ((under & ~KEPT) == 0) & ((under & VALUE_BIT) == 0)
    strict = np.isin(block.time_by[at], STRICT)
    bits = np.uint8(1) << states.astype(np.uint8)
    bits = np.where(gap & (states == State.VALUE) & ~strict, bits | NO_DATA_BIT, bits)
    into.actual[rows] = np.where(absent | kept, np.nan, values)
    into.state[rows] = np.where(absent, ABSENT, np.where(kept, LENIENT_STATE[under], states))
    into.bits[rows] = np.where(absent, np.uint8(0), np.where(kept, under, bits))


def formula_inputs(
    plan: Plan, kpi: int, nodes: Ints, first: Ints, last: Ints
) -> tuple[formula.Node | None, dict[Reference, formula.Column], dict[Reference, formula.Column]]:
    """The formula in force and its inputs for some nodes over stretches of days: what a trace is made from."""
    block = plan.blocks[plan.nodes.block[nodes[0]]]
    lo, hi = ranges(block, first, last)
    version = plan.kpis.version_at(kpi, int(block.timeline.stop[hi[0] - 1]) if hi[0] > lo[0] else int(last[0]))
    if version.parsed.node is None or hi[0] <= lo[0]:
        return version.parsed.node, {}, {}
    inputs, rates, _ = _inputs(plan, kpi, nodes, block, lo, hi)
    return version.parsed.node, inputs, rates


def _inputs(
    plan: Plan, kpi: int, nodes: Ints, block: Block, lo: Ints, hi: Ints
) -> tuple[dict[Reference, formula.Column], dict[Reference, formula.Column], Bools]:
    shape = (len(lo), len(nodes))
    gap = np.zeros(shape, dtype=bool)
    inputs: dict[Reference, formula.Column] = {}
    rates: dict[Reference, formula.Column] = {}
    references: set[Reference] = {ref for version in plan.kpis.formulas[kpi] for ref in version.parsed.references}
    index = {code: i for i, code in enumerate(plan.kpis.codes)}
    owners = plan.nodes.owner[nodes]
    for ref in references:
        a, b = lo + ref.offset, hi + ref.offset
        inside = a >= 0
        first = np.where(inside, block.timeline.start[np.maximum(a, 0)], 0)
        last = np.where(inside, block.timeline.stop[np.maximum(b - 1, 0)], -1)
        if ref.kind in (Kind.YTD, Kind.QTD, Kind.MTD):
            first = _since(ref.kind, first, last, plan.book.company.fiscal_year_start)
        if ref.kind is Kind.CHILDREN:
            values, states = _children(plan, index[ref.code], owners, first, last)
        else:
            values, states, holes = _one(plan, index[ref.code], owners, first, last)
            gap |= holes
        values[~inside], states[~inside] = np.nan, State.NO_DATA
        inputs[ref] = values, states
        if ref.kind is Kind.CONVERT:
            rates[ref] = _rates(plan, ref, first, last)
    return inputs, rates, gap


def _since(kind: Kind, first: Ints, last: Ints, fiscal_year_start: int) -> Ints:
    longer = LONGER[kind]
    out = first.copy()
    for at, day in enumerate(last.tolist()):  # one step a period
        if day >= 0:
            out[at] = min(int(first[at]), containing(from_ordinal(day), longer, fiscal_year_start).first)
    return out


def _one(plan: Plan, kpi: int, owners: Ints, first: Ints, last: Ints) -> tuple[Floats, States, Bools]:
    shape = (len(first), len(owners))
    values, states = np.full(shape, np.nan), np.full(shape, State.NO_DATA, dtype=np.int8)
    gaps = np.zeros(shape, dtype=bool)
    node = plan.nodes.find(owners, kpi, plan.kpis.count)
    has = np.flatnonzero(node != NONE)
    if len(has):
        found = measure(plan, node[has], first, last)
        values[:, has] = found.actual
        states[:, has] = np.where(found.state == ABSENT, np.int8(State.NO_DATA), found.state)
        gaps[:, has] = (found.bits & NO_DATA_BIT) != 0
    return values, states, gaps


def _children(plan: Plan, kpi: int, owners: Ints, first: Ints, last: Ints) -> tuple[Floats, States]:
    """The sum over the direct children on the last day of each period; strict, as any sum."""
    edges = plan.owners.edges
    order = np.argsort(edges.parent, kind="stable")
    starts = np.searchsorted(edges.parent[order], owners)
    stops = np.searchsorted(edges.parent[order], owners, side="right")
    counts = stops - starts
    ends = np.cumsum(counts)
    mine = order[np.repeat(starts - (ends - counts), counts) + np.arange(int(counts.sum()))]
    values, states, _ = _one(plan, kpi, edges.child[mine], first, last)
    held = (edges.start[mine][None, :] <= last[:, None]) & (edges.stop[mine][None, :] >= last[:, None])
    # a child that has no such KPI owes nothing
    held &= plan.nodes.find(edges.child[mine], kpi, plan.kpis.count) != NONE
    bits = np.where(held, np.uint8(1) << states.astype(np.uint8), np.uint8(0))
    merged = reduce_ranges(np.bitwise_or, bits, ends - counts, ends, 0)
    total = reduce_ranges(np.add, np.where(held & (states == State.VALUE), values, 0.0), ends - counts, ends, 0.0)
    state = STRICT_STATE[merged]
    state = np.where(state == ABSENT, np.int8(State.NO_DATA), state)
    return np.where(state == State.VALUE, total, np.nan), state


def _rates(plan: Plan, ref: Reference, first: Ints, last: Ints) -> formula.Column:
    unit = formula.parse_unit(_unit_text(plan, ref.code))
    source = getattr(unit, "currency", None)
    own = plan.book.company.currency
    values = []
    for a, b in zip(first.tolist(), last.tolist(), strict=True):  # one step a period
        rate = 1.0 if source in (None, own) else rate_between(plan.book, str(source), a, b)
        if ref.currency not in (None, own):
            other = rate_between(plan.book, str(ref.currency), a, b)
            rate = None if rate is None or not other else rate / other
        values.append(rate)
    column = np.array([[np.nan if rate is None else rate] for rate in values])
    return column, np.where(np.isnan(column), State.NO_DATA, State.VALUE).astype(np.int8)


def _unit_text(plan: Plan, code: str) -> str | None:
    frame = plan.book["kpis"]
    found: Sequence[str | None] = frame["unit"].filter(frame["code"] == code).to_list()
    return found[0] if found else None


def fill_formulas(plan: Plan, among: Ints | None = None) -> None:
    """Base cells of formula nodes, inputs first; only of the nodes ``among`` when these are given."""
    kpi_of = plan.nodes.kpi if among is None else plan.nodes.kpi[among]
    for kpi in plan.kpis.order:
        nodes = np.flatnonzero(kpi_of == kpi)
        if among is not None:
            nodes = among[nodes]
        if not len(nodes):
            continue
        block = plan.blocks[plan.nodes.block[nodes[0]]]
        columns = np.arange(len(block.timeline))
        at = plan.nodes.at[nodes]
        cells = Totals.nothing((len(columns), len(at)))
        compute(plan, kpi, nodes, block, columns, columns + 1, cells)
        block.value[:, at] = cells.actual
        # what is due of a formula is what its inputs say; where it was never asked for there is no cell
        block.bits[:, at] = cells.bits
        pair = block.pair_of[at]  # each computed cell counts once where targets are averaged
        kept = np.flatnonzero(pair >= 0)
        block.num[:, pair[kept]] = np.where(cells.state[:, kept] == State.VALUE, cells.actual[:, kept], 0.0)
        block.den[:, pair[kept]] = cells.state[:, kept] == State.VALUE
