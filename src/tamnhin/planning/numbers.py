"""What an owner has reached of a KPI in the period that a page shows, for many pairs at once."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import polars as pl

from tamnhin.dashboards.reading import Reading
from tamnhin.dashboards.selectors.lines import NEAR, each_in_hundredths, maybe, status_of
from tamnhin.dashboards.shapes import Status
from tamnhin.engine.aggregation import ABSENT, Floats, Ints
from tamnhin.engine.evaluate.measure import measure
from tamnhin.engine.report import line_details
from tamnhin.engine.states import State


@dataclass(frozen=True, slots=True)
class Reached:
    """``target`` is that of the days gone in an open period; ``percent`` None where no scorecard line says how."""

    status: Status
    actual: float | None = None
    target: float | None = None
    percent: Decimal | None = None


def held_lines(reading: Reading) -> Ints:
    """Positions, ascending, of the scorecard lines that hold in the period."""
    held: Ints = np.flatnonzero(reading.live.result.state[reading.at] != ABSENT)
    return held


def reached_by_lines(reading: Reading, lines: Ints) -> list[Reached]:
    """Of some lines (ascending positions)."""
    if not len(lines):
        return []
    result, at = reading.live.result, reading.at
    opened = at in result.pace
    details = line_details(result, at, lines)
    percent = (result.pace[at] if opened else result.raw[at])[lines]
    target = details.pace_target if opened else details.target
    cap = reading.live.plan.lines.cap[lines]
    shown = each_in_hundredths(np.where(np.isinf(percent), cap, percent))
    columns = zip(
        percent.tolist(), result.state[at, lines].tolist(), details.actual.tolist(), target.tolist(), shown, strict=True
    )
    return [
        Reached(status_of(raw, State(state), opened=opened), maybe(actual), maybe(asked), points)
        for raw, state, actual, asked, points in columns
    ]


def reached(reading: Reading, owners: Ints, kpis: Ints) -> list[Reached | None]:
    """Of some (owner, KPI) pairs, by positions; None where the owner has nothing of the KPI.

    An owner without a scorecard line for it may still have numbers (a company's total): they are held against the
    target as they are.
    """
    out: list[Reached | None] = [None] * len(owners)
    if not len(owners):
        return out
    plan = reading.live.plan
    count = plan.kpis.count
    wanted = owners * count + kpis
    held = held_lines(reading)
    keys = plan.lines.owner[held] * count + plan.lines.kpi[held]
    at = np.searchsorted(keys, wanted, side="right") - 1
    has_line = (at >= 0) & (keys[np.maximum(at, 0)] == wanted) if len(keys) else np.zeros(len(owners), dtype=bool)
    lines = held[at[has_line]] if len(keys) else np.empty(0, dtype=np.int64)
    every = np.unique(lines)
    numbers = reached_by_lines(reading, every)
    for i, line in zip(np.flatnonzero(has_line).tolist(), lines.tolist(), strict=True):
        out[i] = numbers[int(np.searchsorted(every, line))]
    rest = np.flatnonzero(~has_line)
    nodes = plan.nodes.find(owners[rest], kpis[rest], count)
    for kpi in np.unique(kpis[rest][nodes >= 0]).tolist():
        mine = rest[(kpis[rest] == kpi) & (nodes >= 0)]
        for i, found in zip(mine.tolist(), _by_nodes(reading, kpi, nodes[np.isin(rest, mine)]), strict=True):
            out[i] = found
    return out


def _by_nodes(reading: Reading, kpi: int, nodes: Ints) -> list[Reached]:
    opened = reading.at in reading.live.result.pace
    first, last = np.array([reading.period.first]), np.array([reading.period.last])
    found = measure(reading.live.plan, nodes, first, last, paced=opened)
    code = reading.live.plan.kpis.codes[kpi]
    lower = reading.kpi_rows[code]["direction"] == "lower"
    banded = reading.kpi_rows[code]["direction"] == "band"
    target: Floats = (found.pace if opened else found.target)[0]
    if not _ever_zero(reading, code):
        # nobody below was given one in the period: a sum of nothing is 0, which is no target
        target = np.where(target == 0, np.nan, target)
    out = []
    for actual, asked, state in zip(found.actual[0].tolist(), target.tolist(), found.state[0].tolist(), strict=True):
        said = State.NOT_DUE if state == ABSENT else State(state)
        percent = float("nan") if banded else _share(actual, asked, lower=lower)
        value = actual if said is State.VALUE else float("nan")
        out.append(Reached(status_of(percent, said, opened=opened), maybe(value), maybe(asked)))
    return out


def _ever_zero(reading: Reading, code: str) -> bool:
    """Whether anybody was ever given a target of 0 for the KPI (no accidents, no complaints)."""
    targets = reading.live.book["targets"]
    return bool(targets.filter((pl.col("kpi") == code) & (pl.col("target") == 0)).height)


def _share(actual: float, target: float, *, lower: bool) -> float:
    """Where an actual stands to its target in the three words of a status: 100 and more is met, from NEAR on near."""
    if np.isnan(actual) or np.isnan(target):
        return float("nan")
    if (actual <= target) if lower else (actual >= target):
        return 100.0
    gap = abs(actual - target) / abs(target) * 100.0 if target else 100.0
    return NEAR if gap <= 100.0 - NEAR else 0.0
