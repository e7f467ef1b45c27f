"""From the rows of ``actuals`` to the cells of a block (computation.md §1, §2, §8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import polars as pl

from tamnhin.engine import periods as per
from tamnhin.engine.aggregation import BIT, NEEDS_COMPONENTS, Aggregation, Floats, Ints
from tamnhin.engine.book import Book
from tamnhin.engine.periods import Timeline
from tamnhin.engine.plan.measures import FREQUENCIES, Kpis, nodes_key
from tamnhin.engine.plan.model import NONE, Block, Nodes
from tamnhin.engine.plan.owners import Owners, positions
from tamnhin.engine.problems import Problem
from tamnhin.engine.states import State

OUTSIDE, TOO_COARSE = np.int64(-1), np.int64(-2)


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of ``actuals`` that are known at the instant, as positions. One element a row, in the book's order."""

    frame: pl.DataFrame
    owner: Ints
    kpi: Ints
    period: Ints  # code into ``keys``
    keys: tuple[str, ...]

    @property
    def node_keys(self) -> Ints:
        return np.unique(self._keys(self.kpi_count))

    def _keys(self, count: int) -> Ints:
        return nodes_key(self.owner, self.kpi, count)

    kpi_count: int = 1


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
        frame = _converted(frame, book, currency, problems)
    owner, kpi = positions(frame["owner"], owners.codes), positions(frame["kpi"], kpis.codes)
    known = (owner >= 0) & (kpi >= 0)
    if not known.all():
        frame, owner, kpi = frame.filter(pl.Series(known)), owner[known], kpi[known]
    code, keys = _encode(frame["period"])
    return Rows(frame, owner, kpi, code, keys, kpis.count)


def _said(frame: pl.DataFrame) -> pl.DataFrame:
    """A row without a number and without a state says nothing: it is no record, and takes none back."""
    ratio = pl.col("numerator").is_not_null() & pl.col("denominator").is_not_null()
    said = frame.select(pl.col("value").is_not_null() | ratio | pl.col("state").is_not_null()).to_series()
    return frame if said.all() else frame.filter(said)


def _encode(series: pl.Series) -> tuple[Ints, tuple[str, ...]]:
    if isinstance(series.dtype, pl.Enum):
        return series.to_physical().cast(pl.Int64).to_numpy(), tuple(series.dtype.categories.to_list())
    distinct = series.drop_nulls().unique().sort()
    return positions(series, distinct), tuple(distinct.to_list())


def period_table(
    keys: tuple[str, ...], timelines: dict[int, Timeline], fiscal_year_start: int
) -> tuple[Ints, Ints, Ints]:
    """``(column, finer, last)``: for each period key and frequency its column (OUTSIDE, TOO_COARSE), whether the key
    is shorter than the base period (it then adds up into its column), and the key's last day. ``[keys, 6]``."""
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
    return column, finer, end


def fill_block(
    block: Block,
    nodes: Nodes,
    kpis: Kpis,
    rows: Rows,
    table: tuple[Ints, Ints, Ints],
    as_of: int,
    frequency: int,
    own: npt.NDArray[np.bool_],
) -> Ints:
    """Writes the reported cells of one block; returns the rows whose period is coarser than the KPI's frequency.

    Where a key was recorded more than once the latest record counts. Records of a period that starts after the as-of
    day (or ends after it, for those shorter than the base period) are not seen. ``own`` is set for nodes with a row.
    """
    mine = kpis.frequency[rows.kpi] == frequency
    whole = bool(mine.all())
    owner, kpi, period = (
        (rows.owner, rows.kpi, rows.period) if whole else (rows.owner[mine], rows.kpi[mine], rows.period[mine])
    )
    node = _find_nodes(nodes, owner, kpi, kpis.count)
    column = table[0][:, frequency][period]
    coarse_rows: Ints = np.flatnonzero(mine)[(column == TOO_COARSE) & (node != NONE)]
    use = (node != NONE) & (column >= 0)
    own[node[node != NONE]] = True
    is_finer = table[1][:, frequency][period] > 0
    last = table[2][period]
    use &= np.where(is_finer, last, block.timeline.start[np.maximum(column, 0)]) <= as_of
    index = np.flatnonzero(use)
    at_row = index if whole else np.flatnonzero(mine)[index]
    frame = rows.frame
    values = Reported.read(frame, at_row if len(at_row) < frame.height else None)
    at, column, finer_now = nodes.at[node[index]], column[index], is_finer[index]
    if finer_now.any():
        _write_finer(block, at, column, last[index], period[index], values, finer_now)
        keep = ~finer_now
        at, column, values = at[keep], column[keep], values.take(keep)
    _write(block, column, at, values)
    return coarse_rows


def _find_nodes(nodes: Nodes, owner: Ints, kpi: Ints, kpi_count: int) -> Ints:
    size = (int(nodes.lookup[-1]) + 1) if len(nodes.lookup) else 0
    if size <= 64_000_000 and len(owner) > 10_000:  # a table beats a search when there are millions of rows
        dense = np.full(size + 1, -1, dtype=np.int32)
        dense[nodes.lookup] = np.arange(nodes.count, dtype=np.int32)
        keys = nodes_key(owner, kpi, kpi_count)
        return np.asarray(dense[np.minimum(keys, size)], dtype=np.int64)
    return nodes.find(owner, kpi, kpi_count)


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
    def read(cls, frame: pl.DataFrame, rows: Ints | None) -> Reported:
        part = frame if rows is None else frame[rows]

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
        values = values.take(keep)
    width = block.value.shape[1]
    cell = column * width + at
    filled = np.zeros(block.value.size, dtype=bool)
    filled[cell] = True
    if int(np.count_nonzero(filled)) != len(cell):  # corrections: the latest record is written last
        order = np.argsort(values.recorded, kind="stable")
        cell, column, at = cell[order], column[order], at[order]
        value, num, den, bits = value[order], num[order], den[order], bits[order]
    block.value.reshape(-1)[cell] = value
    block.bits.reshape(-1)[cell] = bits
    pair = block.pair_of[at]
    has = pair >= 0
    block.num[column[has], pair[has]] = num[has]
    block.den[column[has], pair[has]] = den[has]


def _write_finer(
    block: Block,
    at: Ints,
    column: Ints,
    day: Ints,
    key: Ints,
    values: Reported,
    finer: npt.NDArray[np.bool_],
) -> None:
    """Days or weeks of a monthly KPI: combined into their column by the KPI's own aggregation.

    ``day`` is the last day of each row's period: what came last in time is the last, whatever order rows stand in.
    """
    at, column, day, key, values = at[finer], column[finer], day[finer], key[finer], values.take(finer)
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
    bits[some & unsure] = BIT[State.NO_DATA]
    bits[none] = BIT[State.NOT_APPLICABLE]
    merged[bits != BIT[State.VALUE]] = np.nan
    c, a = total["column"].to_numpy(), total["at"].to_numpy()
    block.value[c, a], block.bits[c, a] = merged, bits
    block.finer = np.sort(c * block.value.shape[1] + a)
    pair = block.pair_of[a]
    has = (pair >= 0) & (bits == BIT[State.VALUE])
    block.num[c[has], pair[has]], block.den[c[has], pair[has]] = sums[has], dens[has]


def _converted(frame: pl.DataFrame, book: Book, currency: str, problems: list[Problem]) -> pl.DataFrame:
    """Foreign amounts at the rate of the narrowest period of ``rates`` that holds their period."""
    frame = frame.with_row_index("_at")
    foreign = frame.filter(pl.col("currency").is_not_null() & (pl.col("currency") != currency))
    if foreign.is_empty():
        return frame.drop("_at")
    start = book.company.fiscal_year_start
    found: dict[tuple[str, str], float | None] = {}
    for code, key in foreign.select("currency", pl.col("period").cast(pl.String)).unique().iter_rows():
        found[code, key] = rate_for(book, code, key, start)
    rates = foreign.select("_at", "currency", pl.col("period").cast(pl.String)).with_columns(
        pl.struct("currency", "period")
        .replace_strict([{"currency": c, "period": p} for c, p in found], list(found.values()), return_dtype=pl.Float64)
        .alias("_rate")
    )
    missing = set(rates.filter(pl.col("_rate").is_null())["_at"].to_list())
    problems.extend(
        Problem(
            "RATE_MISSING",
            sheet=book.place_names.get("actuals", "actuals"),
            cell=book.cell("actuals", "currency", row.get("_row")),
            owner=str(row["owner"]),
            kpi=str(row["kpi"]),
            args={"currency": row["currency"], "period": row["period"]},
        )
        for row in frame.filter(pl.col("_at").is_in(list(missing))).iter_rows(named=True)
    )
    return (
        frame.join(rates.select("_at", "_rate"), on="_at", how="left", maintain_order="left")
        .filter(~pl.col("_at").is_in(list(missing)))
        .with_columns(pl.col(name) * pl.col("_rate").fill_null(1.0) for name in ("value", "numerator"))
        .drop("_at", "_rate")
    )


def rate_for(book: Book, currency: str, key: str, fiscal_year_start: int) -> float | None:
    """The locked rate of a currency for a period key, None where there is none."""
    try:
        period = per.parse(key, fiscal_year_start)
    except per.PeriodError:
        return None
    return rate_between(book, currency, period.first, period.last)


def rate_between(book: Book, currency: str, first: int, last: int) -> float | None:
    """The locked rate of a currency for some days (ordinals, inclusive): of the narrowest period that holds them."""
    best: tuple[int, float] | None = None
    for row in book["rates"].filter(pl.col("currency") == currency).iter_rows(named=True):
        try:
            held = per.parse(row["period"], book.company.fiscal_year_start)
        except per.PeriodError:
            continue
        if held.first <= first and last <= held.last and (best is None or held.days < best[0]):
            best = (held.days, float(row["rate"]))
    return None if best is None else best[1]
