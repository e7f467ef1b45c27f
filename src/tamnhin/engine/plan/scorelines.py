"""Scorecard lines as arrays: weights, methods and their parameters (computation.md §3 and §4)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import polars as pl

from tamnhin.engine import scoring
from tamnhin.engine.aggregation import Floats, Ints
from tamnhin.engine.book import Book
from tamnhin.engine.plan.measures import Kpis
from tamnhin.engine.plan.model import NONE, ROLLUPS, Lines
from tamnhin.engine.plan.owners import EVER, NEVER, Owners, days, positions
from tamnhin.engine.problems import Problem
from tamnhin.engine.scoring.methods import FAULT


def place_of(book: Book, sheet: str, column: str, row: int) -> tuple[str, str | None]:
    """``(sheet, cell)`` of one row of a frame, for problems."""
    frame = book[sheet]
    number = frame["_row"][row] if "_row" in frame.columns else None
    col = frame["_col"][row] if "_col" in frame.columns else None
    return book.place_names.get(sheet, sheet), book.cell(sheet, column, number, col)


def read_lines(book: Book, owners: Owners, kpis: Kpis, problems: list[Problem]) -> Lines:
    """Lines whose owner and KPI exist, ordered by owner, KPI, start; ``node`` and ``method`` are settled later."""
    frame = book["scorecards"]
    owner, kpi = positions(frame["owner"], owners.codes), positions(frame["kpi"], kpis.codes)
    start, stop = days(frame["from"], EVER), days(frame["to"], NEVER)
    micro = frame["weight"].fill_null(0).to_physical().cast(pl.Int64).to_numpy()
    order = np.lexsort((start, kpi, owner))
    known = (owner[order] >= 0) & (kpi[order] >= 0)
    negative = micro[order] < 0
    for at in order[known & negative].tolist():
        sheet, cell = place_of(book, "scorecards", "weight", at)
        problems.append(
            Problem(
                "WEIGHT_NEGATIVE", sheet, cell, frame["owner"][at], frame["kpi"][at], {"weight": frame["weight"][at]}
            )
        )
    row = order[known & ~negative]
    part = frame[row]

    def floats(name: str, default: float = float("nan")) -> Floats:
        return part[name].fill_null(default).to_numpy().astype(np.float64)

    curve, curves = _curves(book, part, row, problems)
    method, refused = _methods(book, part, row, problems)
    company = book.company
    rollup_words = part["rollup"].cast(pl.String).fill_null("value")
    return Lines(
        owner=owner[row],
        kpi=kpi[row],
        node=np.full(len(row), NONE),
        weight=micro[row] / 1e6,
        micro=micro[row],
        start=start[row],
        stop=stop[row],
        method=method,
        refused=refused,
        floor=floats("floor", company.floor),
        cap=floats("cap", company.cap),
        params=scoring.Params(
            baseline=floats("baseline"),
            low=floats("low"),
            high=floats("high"),
            zero_low=floats("zero_low"),
            zero_high=floats("zero_high"),
            penalty=floats("penalty"),
            direction=kpis.direction[kpi[row]],
            curve=curve,
            curves=curves,
        ),
        rollup=positions(rollup_words, list(ROLLUPS)).astype(np.int8),
        share=_post_shares(book, part, owners),
        row=row,
    )


def _curves(
    book: Book, part: pl.DataFrame, row: Ints, problems: list[Problem]
) -> tuple[npt.NDArray[np.int32], tuple[scoring.Curve, ...]]:
    text = part["curve"].cast(pl.String)
    at = np.full(part.height, -1, dtype=np.int32)
    curves: list[scoring.Curve] = []
    for distinct in text.drop_nulls().unique(maintain_order=True):
        where = np.flatnonzero((text == distinct).fill_null(False).to_numpy())
        found = scoring.Curve.parse(distinct)
        if isinstance(found, str):
            for i in where.tolist():
                sheet, cell = place_of(book, "scorecards", "curve", int(row[i]))
                problems.append(Problem(found, sheet, cell, part["owner"][i], part["kpi"][i], {"curve": distinct}))
            continue
        at[where] = len(curves)
        curves.append(found)
    return at, tuple(curves)


def _methods(
    book: Book, part: pl.DataFrame, row: Ints, problems: list[Problem]
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.int8]]:
    words = part["method"].cast(pl.String)
    method = np.full(part.height, -1, dtype=np.int8)
    refused = np.zeros(part.height, dtype=np.int8)
    for word in words.drop_nulls().unique():
        where = np.flatnonzero((words == word).fill_null(False).to_numpy())
        found = scoring.Method.parse(word)
        if found is not None:
            method[where] = found
            continue
        refused[where] = FAULT["METHOD_NOT_ALLOWED"]
        known = ", ".join(m.word for m in scoring.Method)
        for i in where.tolist():
            sheet, cell = place_of(book, "scorecards", "method", int(row[i]))
            problems.append(
                Problem(
                    "METHOD_UNKNOWN", sheet, cell, part["owner"][i], part["kpi"][i], {"method": word, "known": known}
                )
            )
    return method, refused


def _post_shares(book: Book, part: pl.DataFrame, owners: Owners) -> Floats:
    """The share of the placement named by ``post``; lines without one belong to the whole person."""
    share = np.ones(part.height)
    if part["post"].null_count() == part.height:
        return share
    held = book["placements"].select("person", "unit", "share").unique(["person", "unit"], keep="last")
    joined = part.select("owner", "post").join(
        held, left_on=["owner", "post"], right_on=["person", "unit"], how="left", maintain_order="left"
    )
    given = joined["share"].fill_null(100.0).to_numpy() / 100.0
    return np.where(part["post"].is_not_null().to_numpy(), given, share)


def settle_methods(lines: Lines, targets_ok: npt.NDArray[np.bool_]) -> Lines:
    """Gives lines without a method the default one. ``targets_ok``: per node, every target is above 0."""
    asked = (lines.method < 0) & (lines.refused == 0)
    if not asked.any():
        return lines
    params = lines.params
    has_band = ~(np.isnan(params.low) | np.isnan(params.high))
    chosen = scoring.default_method(params.direction, targets_ok[np.maximum(lines.node, 0)], has_band)
    method = np.where(asked & (chosen >= 0), chosen, lines.method).astype(np.int8)
    refused = lines.refused.copy()
    without = asked & (chosen < 0)
    refused[without & (params.direction == scoring.Direction.BAND)] = FAULT["BAND_NOT_ORDERED"]
    refused[without & (params.direction != scoring.Direction.BAND)] = FAULT["TARGET_NOT_POSITIVE"]
    return replace(lines, method=np.where(method < 0, np.int8(0), method), refused=refused)


def stand_shared(lines: Lines, owners: Owners, kpis: Kpis, lookup: Ints, as_of: int) -> tuple[Lines, Ints]:
    """Whose number each line stands on: the owner's own, or for ``shared`` lines that of the nearest unit above.

    A shared KPI gives everyone the unit's score: the nearest unit above that has the KPI. Someone who changes units
    shares with each of them for as long as they were there: such a line comes back as one line a stretch, and the
    stretches weigh their days (computation.md §7). Where two posts overlap, the larger one counts. The tree above is
    that of the stretch's last day, or of the as-of day while it lasts.
    """
    shared = np.flatnonzero(lines.rollup == ROLLUPS.index("shared"))
    if not len(shared):
        return lines, lines.owner
    of, start, stop, unit = _stretches(owners, np.unique(lines.owner[shared]))
    lo, hi = np.searchsorted(of, lines.owner[shared]), np.searchsorted(of, lines.owner[shared], side="right")
    counts = hi - lo
    ends = np.cumsum(counts)
    part = np.repeat(lo - (ends - counts), counts) + np.arange(int(counts.sum()))
    origin = np.repeat(shared, counts)
    first = np.maximum(lines.start[origin], start[part])
    last = np.minimum(lines.stop[origin], stop[part])
    real = last >= first
    origin, first, last, part = origin[real], first[real], last[real], part[real]
    holder = _nearest(owners, kpis, lookup, unit[part], lines.kpi[origin], np.minimum(last, as_of))
    # a line that stands nowhere stays, on a number that nobody has
    homeless = np.setdiff1d(shared, origin)
    plain = np.setdiff1d(np.arange(lines.count), origin)
    which = np.concatenate([plain, origin])
    begins = np.concatenate([lines.start[plain], first])
    ceases = np.concatenate([lines.stop[plain], last])
    on = np.concatenate([np.where(np.isin(plain, homeless), NONE, lines.owner[plain]), holder])
    order = np.lexsort((begins, lines.kpi[which], lines.owner[which]))
    return replace(take(lines, which[order]), start=begins[order], stop=ceases[order]), on[order]


def take(lines: Lines, at: Ints) -> Lines:
    """Some lines, in the order of ``at``."""
    arrays = {
        name: getattr(lines, name)[at]
        for name in ("owner", "kpi", "node", "weight", "micro", "start", "stop", "method", "refused", "floor", "cap")
    }
    return replace(
        lines,
        **arrays,
        params=lines.params.take(at),
        rollup=lines.rollup[at],
        share=lines.share[at],
        row=lines.row[at],
    )


def _stretches(owners: Owners, who: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """``(owner, first day, last day, unit)`` of every stretch some owners stood in one unit, the larger post first.

    Ordered by owner, then day. Each start and end of an edge cuts; of the edges that hold over a piece the one with
    the largest share counts, the earlier row among equals.
    """
    edges = owners.edges
    mine = np.flatnonzero(np.isin(edges.child, who) & (edges.stop >= edges.start))
    child = edges.child[mine]
    cuts = np.unique(np.stack([np.tile(child, 2), np.concatenate([edges.start[mine], edges.stop[mine] + 1])]), axis=1)
    same = cuts[0][1:] == cuts[0][:-1]
    owner, first, last = cuts[0][:-1][same], cuts[1][:-1][same], cuts[1][1:][same] - 1
    # every edge of the piece's owner, the best one last so that it stays
    order = np.lexsort((-mine, edges.share[mine], child))
    lo, hi = np.searchsorted(child[order], owner), np.searchsorted(child[order], owner, side="right")
    counts = hi - lo
    ends = np.cumsum(counts)
    piece = np.repeat(np.arange(len(owner)), counts)
    edge = mine[order][np.repeat(lo - (ends - counts), counts) + np.arange(int(counts.sum()))]
    holds = (edges.start[edge] <= first[piece]) & (edges.stop[edge] >= last[piece])
    unit = np.full(len(owner), NONE)
    unit[piece[holds]] = edges.parent[edge[holds]]
    kept = unit != NONE
    return owner[kept], first[kept], last[kept], unit[kept]


def _nearest(owners: Owners, kpis: Kpis, lookup: Ints, unit: Ints, kpi: Ints, day: Ints) -> Ints:
    """The nearest unit from ``unit`` upwards on ``day`` that has the KPI, −1 where none has. One element a stretch."""
    found = np.full(len(unit), NONE)
    for on in np.unique(day).tolist():  # the as-of day, and the days on which somebody left a unit
        here = np.flatnonzero(day == on)
        up = np.full(owners.unit_count, NONE)
        held = (owners.edges.start <= on) & (owners.edges.stop >= on) & (owners.edges.child < owners.unit_count)
        up[owners.edges.child[held]] = owners.edges.parent[held]
        at, wanted = unit[here], kpi[here]
        for _ in range(int(owners.level.max(initial=0)) + 1):
            has = (at >= 0) & np.isin(at * np.int64(kpis.count) + wanted, lookup)
            free = found[here] == NONE
            found[here] = np.where(has & free, at, found[here])
            at = np.where(at >= 0, up[np.maximum(at, 0)], NONE)
    return found
