"""Numbers for every measured line: what was planned and what happened, month by month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import erf, factorial

import numpy as np
from numpy.typing import NDArray

from .axes import Axes, Floats
from .catalogue import KPIS, LOWER, Kpi
from .lines import Measured
from .people import Staff

_GROWTH = {"REV": 0.06, "ORDERS": 0.06, "COST": 0.05, "OUTPUT": 0.04, "TICKETS": 0.03}
_COST_SEASON = {"SX": 1.0, "CH": 1.0, "KD": 0.6, "CUKV": 0.5}
# annual figures spread by a profile; everyone else has a target for each month
PROFILES = {"TCKT": "even", "HCNS": "even", "CNTT": "working_days", "RD": "6; 7; 8; 8; 9; 9; 9; 9; 9; 9; 9; 8"}
FAR = date(2200, 1, 1)


@dataclass
class Table:
    """Measured lines as parallel arrays: L lines by M months of ``axes.months``."""

    lines: list[Measured]
    kpis: list[Kpi]
    target: Floats  # (M, L) what is asked of a full month, in the KPI's unit
    result: Floats  # (M, L) log of how much better than asked it went
    present: Floats  # (M, L) share of the month's working days the owner was there with this line
    active: NDArray[np.bool_]  # (M, L) the line is in force on some day of the month


def lay_out(axes: Axes, staff: Staff, lines: list[Measured], shocks: dict[tuple[str, str], Floats], seed: int) -> Table:
    """Targets, performance and presence of every line. Deterministic, and the past does not depend on ``today``."""
    kpis = [KPIS[line.kpi] for line in lines]
    present, active = _presence(axes, staff, lines)
    return Table(lines, kpis, _targets(axes, staff, lines, kpis), _results(axes, staff, lines, kpis, shocks, seed),
                 present, active)  # fmt: skip


def _targets(axes: Axes, staff: Staff, lines: list[Measured], kpis: list[Kpi]) -> Floats:
    base = np.array([kpi.base for kpi in kpis])
    scale = np.array([line.scale if kpi.model == "flow" else 1.0 for kpi, line in zip(kpis, lines, strict=True)])
    season = np.array(
        [_COST_SEASON.get(line.unit, 0.0) if kpi.code == "COST" else kpi.season
         for kpi, line in zip(kpis, lines, strict=True)]
    )  # fmt: skip
    growth = np.array([_GROWTH.get(kpi.code, 0.0) for kpi in kpis])
    years = (axes.months // 12 - 2025)[:, None]
    target = base * scale * axes.season[:, None] ** (0.85 * season) * (1 + growth) ** years
    raised = np.array(
        [kpi.code == "VISITS" and line.unit == "KDN" for kpi, line in zip(kpis, lines, strict=True)]
    )  # fmt: skip
    target = np.where(raised & (axes.months >= axes.raise_month)[:, None], target * 1.1, target)
    flow = np.array([kpi.model == "flow" for kpi in kpis])
    rare = np.array([kpi.model == "rare" for kpi in kpis])
    grain = np.array([kpi.grain for kpi in kpis])
    rounded = np.maximum(three_figures(target), grain)
    target = np.where(flow, np.round(rounded / grain) * grain, target)
    return np.asarray(np.where(rare, np.floor(target), target))


def three_figures(values: Floats) -> Floats:
    """Round to three significant figures, as people set targets."""
    step = 10.0 ** (np.floor(np.log10(np.maximum(np.abs(values), 1e-9))) - 2)
    return np.asarray(np.round(values / step) * step)


def _results(
    axes: Axes, staff: Staff, lines: list[Measured], kpis: list[Kpi], shocks: dict[tuple[str, str], Floats], seed: int
) -> Floats:
    rng = np.random.default_rng([seed, 3])
    owners = {person.code: index for index, person in enumerate(staff.people)}
    skills = 0.065 * rng.standard_normal(len(owners))
    order = np.argsort(skills)
    skills[order[:7]] -= 0.10
    skills[order[-6:]] += 0.05
    units = sorted({line.unit for line in lines})
    climate = dict(zip(units, 0.02 * rng.standard_normal(len(units)), strict=True))
    person = np.array([skills[owners[line.owner]] if line.person else 0.0 for line in lines])
    unit = np.array([climate[line.unit] for line in lines])
    affinity = 0.035 * rng.standard_normal(len(lines))
    reach = np.array([kpi.reach for kpi in kpis])
    lead = np.array([kpi.lead for kpi in kpis])
    noise = np.array([kpi.noise for kpi in kpis])
    wiggle = np.random.default_rng([seed, 4]).standard_normal((len(axes.months), len(lines)))
    result = lead + reach * (person + unit + affinity - 0.035) + noise * wiggle
    for index, line in enumerate(lines):  # a few hundred lines, once
        unit_code = "north" if line.owner == staff.notable["north"] else line.unit
        for place in dict.fromkeys(("*", line.unit, unit_code)):
            if (line.kpi, place) in shocks:
                result[:, index] += shocks[line.kpi, place]
    return np.asarray(result)


def _presence(axes: Axes, staff: Staff, lines: list[Measured]) -> tuple[Floats, NDArray[np.bool_]]:
    edges = axes.month_starts()
    begin = np.array([line.begin for line in lines], "datetime64[D]")
    end = np.array([line.end or FAR for line in lines], "datetime64[D]") + 1
    from_ = np.maximum(edges[:-1, None], begin)
    to = np.minimum(edges[1:, None], end)
    active = from_ < to
    days = np.where(active, axes.working(from_, to), 0)
    whole = axes.month_working()[:, None]
    owner = np.array([line.owner for line in lines])
    for code, first, last, _ in staff.absences:
        mine = np.flatnonzero(owner == code)
        gone = axes.working(
            np.maximum(from_[:, mine], np.datetime64(first)),
            np.maximum(
                np.maximum(from_[:, mine], np.datetime64(first)), np.minimum(to[:, mine], np.datetime64(last) + 1)
            ),
        )
        days[:, mine] -= np.where(active[:, mine], gone, 0)
    return np.asarray(np.maximum(days, 0) / np.maximum(whole, 1)), active


@dataclass
class Cells:
    """Measured cells as columns over the same shape: value, numerator, denominator and weight, NaN where not given."""

    value: Floats
    numerator: Floats
    denominator: Floats
    weight: Floats


def measure(
    kpi: Kpi, line_scale: Floats, target: Floats, result: Floats, portion: Floats, seed: tuple[int, ...]
) -> Cells:
    """Draw one KPI's cells. All arrays broadcast to (T, L); ``portion`` is how much of the period counts (0 to 1).

    Counts are whole, nothing is negative but a net score, and a share never exceeds its denominator.
    """
    shape = np.broadcast_shapes(target.shape, result.shape, portion.shape)
    draws = np.random.default_rng(seed).standard_normal((shape[0], 3, shape[1]))
    first, second, third = draws[:, 0], draws[:, 1], draws[:, 2]
    blank = np.full(shape, np.nan)
    better = -result if kpi.direction == LOWER else result
    cells = Cells(blank, blank.copy(), blank.copy(), blank.copy())
    scale = kpi.scale or 1.0
    if kpi.model == "flow":
        cells.value = _step(target * portion * np.exp(better), kpi.grain)
    elif kpi.model == "level":
        cells.value = _step(target * np.exp(better), kpi.grain)
        if kpi.aggregation == "weighted_mean":
            cells.weight = np.maximum(1, np.round(kpi.volume * line_scale * portion * (1 + 0.08 * first)))
    elif kpi.model == "rare":
        cells.value = _poisson(third, kpi.base)
    elif kpi.model == "stage":
        cells.value = target - (third > 0.4) - (third > 1.5)
    elif kpi.model == "gap":
        events = np.maximum(1, np.round((kpi.volume * np.exp(-better) + 0.7 * first) * portion))
        cells.numerator = np.round(target * kpi.volume * portion)
        cells.denominator = events
    else:
        grain = kpi.grain
        below = np.maximum(grain, _step(kpi.volume * line_scale * portion * (1 + 0.05 * first), grain))
        rate = target / scale * np.exp(better)
        if kpi.model == "share":
            rate = np.minimum(rate, 0.999)
            # sampling error of a count; money has none to speak of
            spread = np.sqrt(below * rate * (1 - rate)) if grain == 1 else np.zeros(shape)
            cells.numerator = np.clip(_step(below * rate + 0.7 * spread * second, grain), 0, below)
        elif kpi.model == "net":
            cells.numerator = np.clip(np.round(below * rate + 0.04 * below * second), -below, below)
        else:
            cells.numerator = _step(below * rate, grain)
        cells.denominator = below
    return cells


def _step(values: Floats, grain: float) -> Floats:
    # dividing by the reciprocal keeps 0.1-steps printable: 7.3, not 7.300000000000001
    if grain < 1:
        return np.asarray(np.round(values / grain) / round(1 / grain))
    return np.asarray(np.round(values / grain) * grain)


def _poisson(normal: Floats, mean: float) -> Floats:
    """Poisson counts from standard normals by inversion, so that the draws stay aligned with time."""
    uniform = 0.5 * (1 + np.array([erf(x) for x in (normal / np.sqrt(2)).ravel().tolist()]).reshape(normal.shape))
    count = np.arange(12)
    chances = np.exp(-mean) * mean**count / np.array([factorial(int(k)) for k in count])
    return np.searchsorted(np.cumsum(chances), uniform).astype(np.float64)
