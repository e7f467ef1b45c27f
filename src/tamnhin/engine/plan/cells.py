"""From the rows of ``actuals`` to the cells of a block (computation.md §1, §2, §8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import polars as pl

from tamnhin.engine import periods as per
from tamnhin.engine.aggregation import BIT, NEEDS_COMPONENTS, REFUSED_BIT, Aggregation, Floats, Ints
from tamnhin.engine.book import Book
from tamnhin.engine.periods import Timeline
from tamnhin.engine.plan.keys import WIDEST_TABLE, Distinct
from tamnhin.engine.plan.measures import FREQUENCIES, Kpis, nodes_key
from tamnhin.engine.plan.model import NONE, Block, Nodes
from tamnhin.engine.plan.owners import Narrow, Owners, narrow_positions
from tamnhin.engine.plan.rates import in_own_currency
from tamnhin.engine.problems import Problem
from tamnhin.engine.states import State

Table = tuple[Ints, Ints, Ints, Ints]
OUTSIDE, TOO_COARSE = np.int64(-1), np.int64(-2)
STEP = 1 << 18  # rows taken at a time: what is made on the way stays small, and in the cache


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of ``actuals`` that are known at the instant, as positions. One element a row, in the book's order."""

    frame: pl.DataFrame
    owner: Narrow
    kpi: Narrow
    period: Narrow  # code into ``keys``, −1 for none
    keys: tuple[str, ...]

    def node_keys(self, owner_count: int, kpi_count: int) -> Ints:
        """The sorted keys of every (owner, KPI) that has a row."""
        seen = Distinct(owner_count * kpi_count)
        for start in range(0, len(self.owner), STEP):
            part = slice(start, start + STEP)
            seen.add(nodes_key(self.owner[part], self.kpi[part], kpi_count))
        return seen.sorted()


def read_rows(
    book: Book, owners: Owners, kpis: Kpis, as_known_at: datetime | None, currency: str, problems: list[Problem]
) -> Rows:
    """Rows known at the instant whose owner and KPI exist; amounts in another currency are converted."""
    frame = book["actuals"]
    if as_known_at is not None:
        frame = frame.filter(pl.col("recorded_at").is_null() | (pl.col("recorded_at") <= as_known_at))
    if frame["value"].null_count():
        frame = _said(frame)
    if frame["currency"].null_count() < frame.height:
        frame = in_own_currency(frame, book, currency, problems)
    owner, kpi = narrow_positions(frame["owner"], owners.codes), narrow_positions(frame["kpi"], kpis.codes)
    known = (owner >= 0) & (kpi >= 0)
    if not known.all():
        frame, owner, kpi = frame.filter(pl.Series(known)), owner[known], kpi[known]
    code, keys = _encode(frame["period"])
    return Rows(frame, owner, kpi, code, keys)


def _said(frame: pl.DataFrame) -> pl.DataFrame:
    """A row without a number and without a state says nothing: it is no record, and takes none back."""
    ratio = pl.col("numerator").is_not_null() & pl.col("denominator").is_not_null()
    said = frame.select(pl.col("value").is_not_null() | ratio | pl.col("state").is_not_null()).to_series()
    return frame if said.all() else frame.filter(said)


def _encode(series: pl.Series) -> tuple[Narrow, tuple[str, ...]]:
    if isinstance(series.dtype, pl.Enum):
        codes: Narrow = series.to_physical().cast(pl.Int32).fill_null(-1).to_numpy()
        return codes, tuple(series.dtype.categories.to_list())
    distinct = series.drop_nulls().unique().sort()
    return narrow_positions(series, distinct), tuple(distinct.to_list())


def period_table(keys: tuple[str, ...], timelines: dict[int, Timeline], fiscal_year_start: int) -> Table:
    """``(column, finer, last, first)``: for each period key and frequency its column (OUTSIDE, TOO_COARSE), whether
    the key is shorter than the base period (it then adds up into its column), and the key's last and first day.

    ``column`` and ``finer`` are int64 ``[keys, 6]``, the days int64 ``[keys]``.
    """
    kind, start, end, bad = per.parse_many(pl.Series(list(keys), dtype=pl.String), fiscal_year_start)
    column = np.full((len(keys), len(FREQUENCIES)), OUTSIDE)
    finer = np.zeros((len(keys), len(FREQUENCIES)), dtype=np.int64)
    week = kind == per.KIND_CODES["week"]
    anchor = np.where(week, start + 3, end)
    for frequency, timeline in timelines.items():
        found = timeline.column_of(anchor)
        inside = np.maximum(found, 0)
        whole = (timeline.start[inside] == start) & (timeline.stop[inside] == end)
        column[:, frequency] = np.where(kind > frequency, TOO_COARSE, found)
        finer[:, frequency] = kind < frequency
        column[(kind == frequency) & ~whole & (found >= 0), frequency] = TOO_COARSE
    column[bad] = OUTSIDE
    return column, finer, end, start


def fill_block(
    block: Block,
    nodes: Nodes,
    kpis: Kpis,
    rows: Rows,
    table: Table,
    as_of: int,
    frequency: int,
    own: npt.NDArray[np.bool_],
) -> Ints:
    """Writes the reported cells of one block; returns the rows whose period is coarser than the KPI's frequency.

    Where a key was recorded more than once the latest record counts. Records of a period that starts after the as-of
    day are not seen. ``own`` is set for nodes with a row.
    """
    # what holds for a period key holds for all of its rows; the last element stands for "no period"
    column = np.append(table[0][:, frequency], OUTSIDE)
    finer = np.append(table[1][:, frequency] > 0, False)
    last = np.append(table[2], 0)
    seen = (column >= 0) & (np.append(table[3], 0) <= as_of)
    find = _finder(nodes, kpis, frequency)
    combined, whole, coarse = seen & finer, seen & ~finer, column == TOO_COARSE
    if combined.any():  # written first: a record of the whole period counts for more
        _fill_finer(block, nodes, rows, find, combined, column, last)
    coarse_rows = []
    order = _by_record(rows.frame)
    for start in range(0, len(rows.owner), STEP):
        part = slice(start, start + STEP) if order is None else order[start : start + STEP]
        period = rows.period[part]
        node = find(rows.owner[part], rows.kpi[part])
        known = node != NONE
        own[node if known.all() else node[known]] = True
        if coarse.any():
            coarse_rows.append(np.arange(len(rows.owner))[part][known & coarse[period]])
        use = known & whole[period]
        frame = rows.frame[part]
        if not use.all():
            index = np.flatnonzero(use)
            node, period, frame = node[index], period[index], frame[index]
        _write(block, column[period], nodes.at[node], Reported.read(frame))
    return np.sort(np.concatenate(coarse_rows)) if coarse_rows else np.empty(0, dtype=np.int64)


Find = Callable[[Narrow, Narrow], Ints]


def _finder(nodes: Nodes, kpis: Kpis, frequency: int) -> Find:
    """Nodes of (owner, KPI) pairs, NONE where there is none or where the KPI is of another frequency."""
    mine = kpis.frequency == frequency
    size = (int(nodes.lookup[-1]) + 1) if len(nodes.lookup) else 0
    if size > WIDEST_TABLE:

        def search(owner: Narrow, kpi: Narrow) -> Ints:
            return np.where(mine[kpi], nodes.find(owner, kpi, kpis.count), NONE)

        return search
    table = np.full(size + 1, NONE)  # a table beats a search when there are millions of rows
    table[nodes.lookup] = np.where(mine[nodes.kpi], np.arange(nodes.count), NONE)

    def look_up(owner: Narrow, kpi: Narrow) -> Ints:
        return np.asarray(table[np.minimum(nodes_key(owner, kpi, kpis.count), size)])

    return look_up


def _by_record(frame: pl.DataFrame) -> Ints | None:
    """The rows in the order they were recorded, so that the latest of a key is written last. None: as they stand."""
    recorded = frame["recorded_at"]
    if recorded.null_count() == len(recorded) or recorded.is_sorted(nulls_last=False):
        return None
    return np.argsort(recorded.cast(pl.Int64).fill_null(-(2**62)).to_numpy(), kind="stable")


def _fill_finer(
    block: Block,
    nodes: Nodes,
    rows: Rows,
    find: Find,
    combined: npt.NDArray[np.bool_],
    column: Ints,
    last: Ints,
) -> None:
    """Days and weeks of a block of months. They are grouped, so all of them are taken at once."""
    at = np.flatnonzero(combined[rows.period])
    node = find(rows.owner[at], rows.kpi[at])
    at, node = at[node != NONE], node[node != NONE]
    period = rows.period[at]
    _write_finer(block, nodes.at[node], column[period], last[period], period, Reported.read(rows.frame[at]))


@dataclass(frozen=True, slots=True)
class Reported:
    """Single measurements as they were reported; NaN where a part was not given."""

    value: Floats
    num: Floats
    den: Floats
    weight: Floats
    state: npt.NDArray[np.int8]  # 0 unsaid, else State
    recorded: Ints

    @classmethod
    def read(cls, part: pl.DataFrame) -> Reported:
        """The measurements of some rows of ``actuals``."""

        def floats(name: str) -> Floats:
            return part[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()

        state = np.zeros(part.height, dtype=np.int8)
        if part["state"].null_count() < part.height:
            words = part["state"].cast(pl.String)
            state[(words == "exempt").fill_null(False).to_numpy()] = State.EXEMPT
            state[(words == "not_applicable").fill_null(False).to_numpy()] = State.NOT_APPLICABLE
        recorded = part["recorded_at"].cast(pl.Int64).fill_null(-(2**62)).to_numpy()
        return cls(floats("value"), floats("numerator"), floats("denominator"), floats("weight"), state, recorded)

    @classmethod
    def one(
        cls, value: float | None, num: float | None, den: float | None, weight: float | None, state: str | None
    ) -> Reported:
        """One measurement."""
        words = {None: 0, "exempt": State.EXEMPT, "not_applicable": State.NOT_APPLICABLE}

        def single(number: float | None) -> Floats:
            return np.array([np.nan if number is None else number], dtype=np.float64)

        said = np.array([words[state]], dtype=np.int8)
        return cls(single(value), single(num), single(den), single(weight), said, np.zeros(1, dtype=np.int64))

    def take(self, at: npt.NDArray[np.bool_] | Ints) -> Reported:
        return Reported(self.value[at], self.num[at], self.den[at], self.weight[at], self.state[at], self.recorded[at])


def encode_cells(
    values: Reported, by: npt.NDArray[np.int8], scale: Floats
) -> tuple[Floats, Floats, Floats, npt.NDArray[np.uint8]]:
    """``(value, num, den, bits)`` of single measurements of KPIs that aggregate ``by``; bits 0: nothing is said."""
    value, num = values.value.copy(), values.value.copy()
    den = np.ones(len(value))
    ratio, weighted = by == Aggregation.RATIO, by == Aggregation.WEIGHTED_MEAN
    if ratio.any():
        typed = ratio & (np.isnan(values.num) | np.isnan(values.den))
        parts = ratio & ~typed
        num[parts], den[parts] = values.num[parts], values.den[parts]
        with np.errstate(divide="ignore", invalid="ignore"):
            value[parts] = num[parts] / den[parts] * scale[parts]
        den[typed] = np.nan
    if weighted.any():
        num[weighted] = values.value[weighted] * values.weight[weighted]
        den[weighted] = values.weight[weighted]
        num[weighted & np.isnan(values.weight)] = values.value[weighted & np.isnan(values.weight)]
    compound = by == Aggregation.COMPOUND
    if compound.any():
        with np.errstate(divide="ignore", invalid="ignore"):
            num[compound] = np.log1p(-values.value[compound] / 100.0)
    bits = np.where(np.isfinite(value), BIT[State.VALUE], np.uint8(0))
    zero = (ratio | weighted) & (den == 0)
    bits[zero] = BIT[State.NOT_APPLICABLE]
    said = values.state != 0
    if said.any():
        bits[said] = np.uint8(1) << values.state[said].astype(np.uint8)
    gone = bits != BIT[State.VALUE]
    value[gone], num[gone], den[gone] = np.nan, 0.0, 0.0
    return value, num, den, bits


def _write(block: Block, column: Ints, at: Ints, values: Reported) -> None:
    value, num, den, bits = encode_cells(values, block.time_by[at], block.scale[at])
    keep = bits != 0
    if not keep.all():
        column, at, value, num, den, bits = (x[keep] for x in (column, at, value, num, den, bits))
    cell = column * block.value.shape[1] + at
    block.value.reshape(-1)[cell] = value
    block.bits.reshape(-1)[cell] = bits
    pair = block.pair_of[at]
    has = pair >= 0
    cell = column[has] * block.num.shape[1] + pair[has]
    block.num.reshape(-1)[cell] = num[has]
    block.den.reshape(-1)[cell] = den[has]


def _write_finer(
    block: Block,
    at: Ints,
    column: Ints,
    day: Ints,
    key: Narrow,
    values: Reported,
) -> None:
    """Days or weeks of a monthly KPI: combined into their column by the KPI's own aggregation.

    ``day`` is the last day of each row's period: what came last in time is the last, whatever order rows stand in.
    """
    order = np.lexsort((values.recorded, key, day, at, column))
    at, column, key, values = at[order], column[order], key[order], values.take(order)
    last = np.ones(len(at), dtype=bool)  # the latest record of each key
    last[:-1] = (at[1:] != at[:-1]) | (column[1:] != column[:-1]) | (key[1:] != key[:-1])
    at, column, values = at[last], column[last], values.take(last)
    by = block.time_by[at]
    value, num, den, bits = encode_cells(values, by, block.scale[at])
    frame = pl.DataFrame({"column": column, "at": at, "value": value, "num": num, "den": den, "bits": bits, "by": by})
    good = pl.col("bits") == int(BIT[State.VALUE])
    total = frame.group_by("column", "at", maintain_order=True).agg(
        pl.col("by").first(),
        pl.col("num").filter(good).sum(),
        pl.col("den").filter(good).sum(),
        pl.col("value").filter(good).last().alias("last"),
        pl.col("value").filter(good).min().alias("min"),
        pl.col("value").filter(good).max().alias("max"),
        good.any().alias("any"),
        pl.col("bits").max().alias("other"),
    )
    by = total["by"].to_numpy()
    scale = block.scale[total["at"].to_numpy()]
    sums, dens = total["num"].to_numpy(), total["den"].to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        merged = np.select(
            [
                by == Aggregation.SUM,
                by == Aggregation.LAST,
                by == Aggregation.MIN,
                by == Aggregation.MAX,
                by == Aggregation.COMPOUND,
                by == Aggregation.RATIO,
            ],
            [
                sums,
                total["last"].to_numpy(),
                total["min"].to_numpy(),
                total["max"].to_numpy(),
                -np.expm1(sums) * 100.0,
                sums / dens * scale,
            ],
            sums / dens,
        )
    some = total["any"].to_numpy()
    none = some & np.isin(by, NEEDS_COMPONENTS) & (dens == 0)
    unsure = np.isin(by, NEEDS_COMPONENTS) & np.isnan(dens)
    bits = np.where(some, BIT[State.VALUE], total["other"].to_numpy().astype(np.uint8))
    bits[some & (by == Aggregation.NONE)] = BIT[State.NOT_APPLICABLE]
    bits[some & unsure] = BIT[State.NO_DATA] | REFUSED_BIT
    bits[none] = BIT[State.NOT_APPLICABLE]
    merged[bits != BIT[State.VALUE]] = np.nan
    c, a = total["column"].to_numpy(), total["at"].to_numpy()
    block.value[c, a], block.bits[c, a] = merged, bits
    block.finer = np.sort(c * block.value.shape[1] + a)
    pair = block.pair_of[a]
    has = (pair >= 0) & (bits == BIT[State.VALUE])
    block.num[c[has], pair[has]], block.den[c[has], pair[has]] = sums[has], dens[has]
