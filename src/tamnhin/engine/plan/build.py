"""Compiling a book: every reference becomes a position and every fault is found, each with its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl

from tamnhin.engine import targets
from tamnhin.engine.aggregation import BIT, PAIRED, Aggregation, Ints
from tamnhin.engine.book import Book
from tamnhin.engine.calendar import Calendar
from tamnhin.engine.periods import Kind, Timeline, containing, from_ordinal, ordinal
from tamnhin.engine.plan.cells import Rows, fill_block, period_table, read_rows
from tamnhin.engine.plan.faults import (
    company_calendar,
    report_across,
    report_bonus,
    report_coarse,
    report_grades,
    report_periods,
)
from tamnhin.engine.plan.measures import FREQUENCIES, Kpis, nodes_key, read_kpis
from tamnhin.engine.plan.model import NONE, ROLLUPS, Block, Lines, Nodes, Plan, Request
from tamnhin.engine.plan.network import needed_nodes, roll_levels
from tamnhin.engine.plan.owners import EVER, NEVER, Bools, Owners, read_owners
from tamnhin.engine.plan.presence import basis_of, eligible_shares, prorate, set_pace
from tamnhin.engine.plan.scorelines import read_lines, settle_methods, stand_shared
from tamnhin.engine.plan.targeting import fill_targets, follows_last_year, settle_lineless, target_rows
from tamnhin.engine.problems import Problem
from tamnhin.engine.rollup import roll_up
from tamnhin.engine.states import State

VALUE, WEIGHTED, EQUAL, NO_ROLL, SHARED = range(len(ROLLUPS))


def compile_book(book: Book, request: Request) -> Plan:
    """A plan for some periods of a book. Never raises on data: what is wrong stands in ``plan.problems``.

    Time: linear in the rows, and no Python loop over owners, lines, cells or rows.
    """
    problems: list[Problem] = []
    company = book.company
    owners = read_owners(book, problems)
    kpis = read_kpis(book, problems)
    lines = read_lines(book, owners, kpis, problems)
    first, last = _window(request, kpis, book)
    calendar = company_calendar(book, range(from_ordinal(first).year - 1, from_ordinal(last).year + 2), problems)
    rows = read_rows(book, owners, kpis, request.as_known_at, company.currency, problems)
    nodes, owed = _nodes(owners, kpis, lines, rows)
    used = sorted(set(kpis.frequency[nodes.kpi].tolist()))
    timelines = {f: _timeline(FREQUENCIES[f], first, last, calendar, company.fiscal_year_start) for f in used}
    nodes = _placed(nodes, kpis, used)
    as_of = ordinal(request.as_of)

    lines, holder = stand_shared(lines, owners, kpis, nodes.lookup, as_of)
    lines = replace(lines, node=nodes.find(holder, lines.kpi, kpis.count))
    rule = np.full(nodes.count, -1, dtype=np.int8)  # the roll-up rule of the node's line
    own_line = lines.rollup != SHARED
    rule[lines.node[own_line]] = lines.rollup[own_line]

    report_periods(book, rows, problems)
    report_grades(book, problems)
    report_bonus(book, problems)
    table = period_table(rows.keys, timelines, company.fiscal_year_start)
    own_value = np.zeros(nodes.count, dtype=bool)
    basis = basis_of(company.proration)
    blocks: list[Block] = []
    is_unit = nodes.owner < owners.unit_count
    formula_node = kpis.has_formula[nodes.kpi]
    for number, frequency in enumerate(used):
        block = _empty_block(number, timelines[frequency], nodes, kpis, calendar, as_of)
        mine = nodes.nodes_of(number)
        _expect(block, mine, nodes, owners, lines, owed, as_of)
        coarse = fill_block(block, nodes, kpis, rows, table, as_of, frequency, own_value)
        # what was said of a computed cell (taken out by a decision) is no result that an input could change
        computed = np.flatnonzero(formula_node[mine])
        block.expected[:, computed] = block.bits[:, computed]
        report_coarse(book, rows, coarse, FREQUENCIES[frequency], problems)
        blocks.append(block)
    del rows  # three numbers a row of actuals, which nothing reads from here on

    said_targets = target_rows(book, owners, kpis, nodes)
    own_target = np.zeros(nodes.count, dtype=bool)
    own_target[said_targets["node"].to_numpy()] = True
    # an explicit `value` takes the children even where somebody typed a total as well
    explicit = np.zeros(nodes.count, dtype=bool)
    said = book["scorecards"]["rollup"].cast(pl.String).eq("value").fill_null(False).to_numpy()[lines.row]
    explicit[lines.node[said & own_line]] = True
    rolls = is_unit & ~formula_node & np.isin(rule, (-1, VALUE)) & (kpis.across[nodes.kpi] != Aggregation.NONE)
    take_value = rolls & (~own_value | explicit)
    take_target = rolls & ~own_target
    for number, block in enumerate(blocks):
        block.levels = roll_levels(owners, kpis, nodes, number, block.timeline, calendar, take_value, take_target)
        _clear_rolled(block)
        mine = nodes.nodes_of(number)
        if follows_last_year(said_targets):  # a unit's history is that of its children
            block.target = np.full(block.value.shape, np.nan)
            roll_up(block)
        fill_targets(book, block, number, mine, nodes, kpis, owners, calendar, said_targets, problems)
        settle_lineless(block)
    report_across(book, kpis, lines, nodes, take_value, owners, problems)

    # every figure that was ever given, so that the default method is the same whatever period is looked at
    positive = np.ones(nodes.count, dtype=bool)
    positive[said_targets.filter(pl.col("target") <= 0)["node"].to_numpy()] = False
    lines = settle_methods(lines, positive)
    for number, block in enumerate(blocks):
        prorate(block, nodes.nodes_of(number), nodes, owners, calendar, basis)
        set_pace(block)
    bounds = np.arange(owners.count + 1)
    return Plan(
        book=book,
        request=request,
        calendar=calendar,
        owners=owners,
        kpis=kpis,
        nodes=nodes,
        blocks=tuple(blocks),
        lines=lines,
        line_starts=np.searchsorted(lines.owner, bounds),
        node_starts=np.searchsorted(nodes.owner, bounds),
        eligible=eligible_shares(request, owners, calendar, basis),
        problems=problems,
        target_rows={"node": said_targets["node"].to_numpy(), "row": said_targets["_at"].to_numpy()},
        same_nodes=len(blocks) == 1
        and nodes.count == lines.count
        and bool((lines.node == np.arange(nodes.count)).all()),
    )


def _timeline(frequency: Kind, first: int, last: int, calendar: Calendar, fiscal_year_start: int) -> Timeline:
    return Timeline.build(frequency, first, last, calendar, fiscal_year_start)


def _window(request: Request, kpis: Kpis, book: Book) -> tuple[int, int]:
    """The days the matrices must hold: from the fiscal year of the first period, and as far back as formulas look."""
    start_month = book.company.fiscal_year_start
    first_day = min(period.start for period in request.periods)
    first = containing(first_day, "year", start_month).first
    months = {"day": 1 / 30, "week": 7 / 30, "month": 1, "quarter": 3, "half": 6, "year": 12}
    back = 0.0
    for kpi, versions in kpis.formulas.items():
        for version in versions:
            for ref in version.parsed.references:
                back = max(back, -ref.offset * months[FREQUENCIES[kpis.frequency[kpi]]])
    # targets that follow last year's numbers need last year's numbers
    if follows_last_year(book["targets"]):
        back = max(back, 12.0)
    if back:
        back *= max(1, len(kpis.order).bit_length())  # a formula may look back through another formula
        day = np.datetime64(first_day, "M") - np.timedelta64(int(np.ceil(back)), "M")
        first = min(first, containing(day.astype("datetime64[D]").astype(date), "year", start_month).first)
    return first, max(period.last for period in request.periods)


def _nodes(owners: Owners, kpis: Kpis, lines: Lines, rows: Rows) -> tuple[Nodes, Bools]:
    keys = nodes_key(lines.owner, lines.kpi, kpis.count)
    owing = np.isin(lines.rollup, (VALUE, NO_ROLL))
    shared = lines.rollup == SHARED
    reported = rows.node_keys(owners.count, kpis.count)
    keys, owed = needed_nodes(owners, kpis, keys[owing], reported, np.unique(lines.kpi[shared]))
    count = max(kpis.count, 1)
    return (
        Nodes(
            owner=keys // count,
            kpi=keys % count,
            block=np.zeros(len(keys), dtype=np.int8),
            at=np.zeros(len(keys), dtype=np.int64),
            lookup=keys,
        ),
        owed,
    )


def _placed(nodes: Nodes, kpis: Kpis, used: list[int]) -> Nodes:
    frequency = kpis.frequency[nodes.kpi]
    block = np.searchsorted(used, frequency).astype(np.int8)
    at = np.zeros(nodes.count, dtype=np.int64)
    for number in range(len(used)):
        mine = np.flatnonzero(block == number)
        at[mine] = np.arange(len(mine))
    return replace(nodes, block=block, at=at)


def _empty_block(number: int, timeline: Timeline, nodes: Nodes, kpis: Kpis, calendar: Calendar, as_of: int) -> Block:
    mine = nodes.nodes_of(number)
    kpi = nodes.kpi[mine]
    shape = (len(timeline), len(mine))
    is_unit_rolled = kpis.across[kpi]
    time_by = kpis.aggregation[kpi]
    pair_needed = np.isin(time_by, PAIRED) | np.isin(is_unit_rolled, PAIRED)
    paired = np.flatnonzero(pair_needed)
    pair_of = np.full(len(mine), -1, dtype=np.int64)
    pair_of[paired] = np.arange(len(paired))
    elapsed = np.clip(targets.elapsed_shares(timeline.start, timeline.stop, as_of, calendar), 0.0, 1.0)
    elapsed[timeline.start > as_of] = 0.0
    opened = np.flatnonzero((timeline.start <= as_of) & (timeline.stop > as_of))
    return Block(
        timeline=timeline,
        nodes=mine,
        elapsed=elapsed,
        open_column=int(opened[0]) if len(opened) else -1,
        value=np.full(shape, np.nan),
        bits=np.zeros(shape, dtype=np.uint8),
        expected=np.zeros(shape, dtype=np.uint8),
        finer=np.empty(0, dtype=np.int64),
        target=np.empty((0, 0)),
        pace=np.full(len(mine), np.nan),
        paired=paired,
        pair_of=pair_of,
        num=np.zeros((len(timeline), len(paired))),
        den=np.zeros((len(timeline), len(paired))),
        time_by=time_by,
        cell_by=time_by.copy(),
        scale=kpis.scale[kpi],
        lineless=np.zeros(len(mine), dtype=bool),
    )


def _expect(
    block: Block,
    mine: Ints,
    nodes: Nodes,
    owners: Owners,
    lines: Lines,
    owed: Bools,
    as_of: int,
) -> None:
    """Every owed cell is NO_DATA or NOT_DUE until something is reported; no cell where no line or person is."""
    due = np.where(block.timeline.stop <= as_of, BIT[State.NO_DATA], BIT[State.NOT_DUE])
    block.bits[:] = due[:, None]
    first, last = np.full(nodes.count, NEVER), np.full(nodes.count, EVER)
    stands = lines.node != NONE
    np.minimum.at(first, lines.node[stands], lines.start[stands])
    np.maximum.at(last, lines.node[stands], lines.stop[stands])
    lineless = first == NEVER
    block.lineless[:] = lineless[mine]
    first[lineless], last[lineless] = EVER, NEVER
    first = np.maximum(first, owners.first[nodes.owner])[mine]
    last = np.minimum(last, owners.last[nodes.owner])[mine]
    block.bits[:, ~owed[mine]] = 0
    partial = np.flatnonzero((first > block.timeline.start[0]) | (last < block.timeline.stop[-1]))
    outside = (block.timeline.stop[:, None] < first[partial]) | (block.timeline.start[:, None] > last[partial])
    block.bits[:, partial] = np.where(outside, np.uint8(0), block.bits[:, partial])
    block.expected[:] = block.bits


def _clear_rolled(block: Block) -> None:
    """Parents that are filled from children start empty; ``cell_by`` tells how their cells merge."""
    for level in block.levels:
        rolled = level.parents[level.values]
        block.value[:, rolled] = np.nan
        block.bits[:, rolled] = 0
        block.cell_by[rolled] = level.across
        pair = block.pair_of[rolled]
        block.num[:, pair[pair >= 0]] = 0.0
        block.den[:, pair[pair >= 0]] = 0.0
        block.expected[:, rolled] = 0
