"""Scorecard lines as arrays: weights, methods and their parameters (computation.md §3 and §4)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import polars as pl

from tamnhin.engine import scoring
from tamnhin.engine.aggregation import Aggregation, Floats, Ints
from tamnhin.engine.book import Book
from tamnhin.engine.plan.measures import Kpis
from tamnhin.engine.plan.model import NONE, ROLLUPS, Block, Lines, Nodes
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


def settle_methods(lines: Lines, nodes: Nodes, blocks: tuple[Block, ...], targets_ok: npt.NDArray[np.bool_]) -> Lines:
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


def share_lines(lines: Lines, owners: Owners, kpis: Kpis, lookup: Ints, on_day: int) -> Ints:
    """Node keys of the lines: their own (owner, KPI), or for ``shared`` lines that of the unit the person stands in.

    A shared KPI gives everyone the unit's score: the nearest unit above, on the given day, that has the KPI.
    """
    keys = lines.owner * np.int64(kpis.count) + lines.kpi
    shared = np.flatnonzero(lines.rollup == ROLLUPS.index("shared"))
    if not len(shared):
        return keys
    up = np.full(owners.count, NONE)
    held = (owners.edges.start <= on_day) & (owners.edges.stop >= on_day)
    order = np.argsort(owners.edges.share[held], kind="stable")  # the larger post is written last
    up[owners.edges.child[held][order]] = owners.edges.parent[held][order]
    at = up[lines.owner[shared]]
    for _ in range(int(owners.level.max(initial=0)) + 1):
        candidate = at * np.int64(kpis.count) + lines.kpi[shared]
        found = (at >= 0) & np.isin(candidate, lookup)
        keys[shared] = np.where(found, candidate, keys[shared])
        at = np.where(found | (at < 0), NONE, up[np.maximum(at, 0)])
        if (at < 0).all():
            break
    return keys


def unsummable(kpis: Kpis) -> npt.NDArray[np.bool_]:
    """KPIs that no roll-up by value can give: aggregation ``none``, or ``last`` without ``across``."""
    return (kpis.across < 0) | (kpis.across == Aggregation.NONE)
