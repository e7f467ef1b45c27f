"""Compiling a book: every reference becomes a position and every fault is found, each with its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from tamnhin.engine import calendar as cal
from tamnhin.engine import proration, targets
from tamnhin.engine.aggregation import BIT, PAIRED, STRICT, Aggregation, Floats, Ints
from tamnhin.engine.book import Book
from tamnhin.engine.calendar import Calendar
from tamnhin.engine.periods import Timeline, containing, from_ordinal, ordinal
from tamnhin.engine.plan.cells import Rows, fill_block, period_table, read_rows
from tamnhin.engine.plan.measures import ACROSS_UNKNOWN, FREQUENCIES, Kpis, nodes_key, read_kpis
from tamnhin.engine.plan.model import NONE, ROLLUPS, Block, Lines, Nodes, Plan, Request
from tamnhin.engine.plan.network import needed_nodes, roll_levels
from tamnhin.engine.plan.owners import EVER, NEVER, Owners, positions, read_owners
from tamnhin.engine.plan.scorelines import place_of, read_lines, settle_methods, share_lines
from tamnhin.engine.problems import Problem
from tamnhin.engine.states import State

Bools = npt.NDArray[np.bool_]
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
    calendar = cal.build(
        company.working_week,
        company.holidays,
        book["calendar"],
        range(from_ordinal(first).year - 1, from_ordinal(last).year + 2),
    )
    rows = read_rows(book, owners, kpis, request.as_known_at, company.currency, problems)
    nodes, owed = _nodes(owners, kpis, lines, rows)
    used = sorted(set(kpis.frequency[nodes.kpi].tolist()))
    timelines = {f: Timeline.build(FREQUENCIES[f], first, last, calendar, company.fiscal_year_start) for f in used}
    nodes = _placed(nodes, kpis, used)
    as_of = ordinal(request.as_of)

    line_keys = share_lines(lines, owners, kpis, nodes.lookup, min(as_of, max(p.last for p in request.periods)))
    lines = replace(lines, node=nodes.find(line_keys // kpis.count, line_keys % kpis.count, kpis.count))
    rule = np.full(nodes.count, -1, dtype=np.int8)  # the roll-up rule of the node's line
    own_line = lines.rollup != SHARED
    rule[lines.node[own_line]] = lines.rollup[own_line]

    table = period_table(rows.keys, timelines, company.fiscal_year_start)
    own_value = np.zeros(nodes.count, dtype=bool)
    blocks: list[Block] = []
    is_unit = nodes.owner < owners.unit_count
    formula_node = kpis.has_formula[nodes.kpi]
    for number, frequency in enumerate(used):
        block = _empty_block(number, timelines[frequency], nodes, kpis, calendar, as_of)
        mine = nodes.nodes_of(number)
        _expect(block, mine, nodes, owners, lines, owed, rule, formula_node)
        coarse = fill_block(block, number, nodes, kpis, rows, table, as_of, frequency, own_value)
        _report_coarse(book, rows, coarse, FREQUENCIES[frequency], problems)
        blocks.append(block)

    target_rows = _target_rows(book, owners, kpis, nodes)
    own_target = np.zeros(nodes.count, dtype=bool)
    own_target[target_rows["node"].to_numpy()] = True
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
        _fill_targets(book, block, number, mine, nodes, kpis, owners, calendar, target_rows, problems)
    _report_across(book, kpis, lines, nodes, take_value, owners, problems)

    positive = np.ones(nodes.count, dtype=bool)
    for number, block in enumerate(blocks):
        with np.errstate(invalid="ignore"):
            positive[nodes.nodes_of(number)] = ~(block.target <= 0).any(axis=0)
    lines = settle_methods(lines, nodes, tuple(blocks), positive)
    for number, block in enumerate(blocks):
        _prorate(block, nodes.nodes_of(number), nodes, kpis, owners, calendar, company.proration)
        set_pace(block, slice(None))
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
        eligible=_eligible(request, owners, calendar, company.proration),
        problems=problems,
        target_rows={"node": target_rows["node"].to_numpy(), "row": target_rows["_at"].to_numpy()},
        same_nodes=len(blocks) == 1
        and nodes.count == lines.count
        and bool((lines.node == np.arange(nodes.count)).all()),
    )


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
    if back:
        back *= max(1, len(kpis.order).bit_length())  # a formula may look back through another formula
        day = np.datetime64(first_day, "M") - np.timedelta64(int(np.ceil(back)), "M")
        first = min(first, containing(day.astype("datetime64[D]").astype(date), "year", start_month).first)
    return first, max(period.last for period in request.periods)


def _nodes(owners: Owners, kpis: Kpis, lines: Lines, rows: Rows) -> tuple[Nodes, Bools]:
    keys = nodes_key(lines.owner, lines.kpi, kpis.count)
    owing = np.isin(lines.rollup, (VALUE, NO_ROLL))
    keys, owed = needed_nodes(owners, kpis, np.unique(keys[owing]), rows.node_keys, keys[owing])
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
    rule: npt.NDArray[np.int8],
    formula_node: Bools,
) -> None:
    """Every owed cell is NO_DATA or NOT_DUE until something is reported; no cell where no line or person is."""
    due = np.where(block.elapsed >= 1.0, BIT[State.NO_DATA], BIT[State.NOT_DUE])
    due[block.timeline.stop > np.int64(2**39)] = BIT[State.NOT_DUE]
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


def _target_rows(book: Book, owners: Owners, kpis: Kpis, nodes: Nodes) -> pl.DataFrame:
    frame = book["targets"]
    owner, kpi = positions(frame["owner"], owners.codes), positions(frame["kpi"], kpis.codes)
    node = np.where((owner >= 0) & (kpi >= 0), nodes.find(owner, kpi, max(kpis.count, 1)), NONE)
    keep = node != NONE
    columns = [name for name in ("period", "target", "profile", "basis", "_row", "_col") if name in frame.columns]
    return (
        frame.select(columns)
        .with_columns(
            pl.Series("node", node),
            pl.Series("_at", np.arange(frame.height)),
            *(pl.col(name).cast(pl.String) for name in ("period", "profile", "basis")),
        )
        .filter(pl.Series(keep, dtype=pl.Boolean))
    )


def _fill_targets(
    book: Book,
    block: Block,
    number: int,
    mine: Ints,
    nodes: Nodes,
    kpis: Kpis,
    owners: Owners,
    calendar: Calendar,
    rows: pl.DataFrame,
    problems: list[Problem],
) -> None:
    here = rows.filter(pl.Series(nodes.block[rows["node"].to_numpy()] == number, dtype=pl.Boolean))
    here = here.with_columns(pl.Series("node", nodes.at[here["node"].to_numpy()]))
    lookup = _LastYear(block)
    sheet = book.place_names.get("targets", "targets")
    matrix, _, found = targets.resolve(
        here,
        len(mine),
        block.time_by == Aggregation.SUM,
        block.timeline,
        calendar,
        book.company.fiscal_year_start,
        lookup,
        lambda at: (owners.codes[nodes.owner[mine[at]]], kpis.codes[nodes.kpi[mine[at]]]),
        lambda column, row, col: book.cell("targets", column, row, col),
    )
    block.target = matrix
    block.lineless[here["node"].to_numpy()] = False
    problems.extend(replace(p, sheet=sheet) for p in found)


class _LastYear:
    """Actuals a year before some columns of a block, where the window reaches that far."""

    def __init__(self, block: Block) -> None:
        self.block = block

    def __call__(self, nodes: Ints, lo: int, hi: int) -> Floats | None:
        timeline = self.block.timeline
        columns = {"month": 12, "quarter": 4, "half": 2, "year": 1, "week": 52, "day": 365}[timeline.frequency]
        if lo - columns < 0:
            return None
        return self.block.value[lo - columns : hi - columns, nodes]


def _prorate(
    block: Block, mine: Ints, nodes: Nodes, kpis: Kpis, owners: Owners, calendar: Calendar, basis: str
) -> None:
    """Targets of `sum` KPIs shrink with the days a joiner, a leaver or an absentee was there; ratios never."""
    touched = _touched(owners, block.timeline.first, block.timeline.last)
    if not len(touched):
        return
    place = np.full(owners.count, NONE)
    place[touched] = np.arange(len(touched))
    of = place[nodes.owner[mine]]
    columns = np.flatnonzero(of != NONE)
    if not len(columns):
        return
    eligible, total = _days(owners, touched, block.timeline, calendar, basis)
    gone = eligible == 0
    additive = block.time_by[columns] == Aggregation.SUM
    people = of[columns]
    block.target[:, columns] = proration.scale(block.target[:, columns], additive, eligible[:, people], total)
    # away for the whole column: nothing was expected, unless something was reported all the same
    owing = np.isin(block.bits[:, columns], (BIT[State.NO_DATA], BIT[State.NOT_DUE]))
    away = gone[:, people] & owing & (total > 0)[:, None]
    block.bits[:, columns] = np.where(away, BIT[State.EXEMPT], block.bits[:, columns])


def set_pace(block: Block, at: slice | Ints) -> None:
    """The target for the days gone in the open column: a share of a sum, the whole of a level."""
    if block.open_column < 0:
        return
    target = block.target[block.open_column, at]
    additive = np.isin(block.time_by[at], STRICT)
    block.pace[at] = np.where(additive, target * block.elapsed[block.open_column], target)


def _touched(owners: Owners, first: int, last: int) -> Ints:
    joined = (owners.first > first) | (owners.last < last)
    joined &= owners.is_person
    joined[owners.absent_owner[(owners.absent_start <= last) & (owners.absent_stop >= first)]] = True
    return np.flatnonzero(joined)


def _days(owners: Owners, who: Ints, timeline: Timeline, calendar: Calendar, basis: str) -> tuple[Ints, Ints]:
    place = np.full(owners.count, NONE)
    place[who] = np.arange(len(who))
    person = place[owners.absent_owner]
    keep = person != NONE
    return proration.eligible_days(
        owners.first[who],
        owners.last[who],
        (person[keep], owners.absent_start[keep], owners.absent_stop[keep]),
        timeline,
        calendar,
        basis,
    )


def _eligible(request: Request, owners: Owners, calendar: Calendar, basis: str) -> Floats:
    """``[periods, owners]``: the share of the period's days someone was there, NaN where not employed at all."""
    out = np.ones((len(request.periods), owners.count))
    for at, period in enumerate(request.periods):  # a handful of periods
        gone = (owners.last < period.first) | (owners.first > period.last)
        who = _touched(owners, period.first, period.last)
        if len(who):
            days = Timeline.build("day", period.first, period.last, calendar, 1)
            who = who[~gone[who]]
            eligible, total = _days(owners, who, _as_one(days, period.first, period.last, calendar), calendar, basis)
            out[at, who] = eligible[0] / max(int(total[0]), 1)
        out[at, gone] = np.nan
    return out


def _as_one(days: Timeline, first: int, last: int, calendar: Calendar) -> Timeline:
    """A timeline of one column: the whole period."""
    start, stop = np.array([first], dtype=np.int64), np.array([last], dtype=np.int64)
    return Timeline(
        frequency=days.frequency,
        fiscal_year_start=1,
        start=start,
        stop=stop,
        anchor=stop,
        working_days=calendar.working_days(start, stop),
        fiscal_year_of_column=days.fiscal_year_of_column[:1],
        keys=days.keys[:1],
    )


def _report_coarse(book: Book, rows: Rows, at: Ints, frequency: str, problems: list[Problem]) -> None:
    for row in at.tolist():
        record = rows.frame.row(row, named=True)
        problems.append(
            Problem(
                "PERIOD_TOO_COARSE",
                book.place_names.get("actuals", "actuals"),
                book.cell("actuals", "period", record.get("_row"), record.get("_col")),
                str(record["owner"]),
                str(record["kpi"]),
                {"period": record["period"], "frequency": frequency},
            )
        )


def _report_across(
    book: Book, kpis: Kpis, lines: Lines, nodes: Nodes, take_value: Bools, owners: Owners, problems: list[Problem]
) -> None:
    """A unit's line of a `last` KPI that nobody said how to combine, and that has no number of its own."""
    node = np.maximum(lines.node, 0)
    lost = (lines.node != NONE) & (kpis.across[lines.kpi] == ACROSS_UNKNOWN) & take_value[node]
    for at in np.flatnonzero(lost).tolist():
        sheet, cell = place_of(book, "scorecards", "rollup", int(lines.row[at]))
        problems.append(
            Problem("ACROSS_REQUIRED", sheet, cell, owners.codes[lines.owner[at]], kpis.codes[lines.kpi[at]])
        )
