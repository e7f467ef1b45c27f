"""The floor: the same arithmetic written by hand in NumPy for data without holes.

Ten KPIs, the same for everybody, every cell reported, nobody moves, one vector a KPI: the layout a dense problem would
choose. No states, no coverage, no effective dates, no problems, nothing to explain. What is left is what any engine has
to do: percentages, clamping, weights, scorecards by month and for the year, published hundredths, unit totals by level.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MONTHS = 12
SUM, RATIO, MEAN = "sum", "ratio", "mean"
# (aggregation, lower is better): the first eight are rolled up to units, as in ``tamnhin.demo.grow``
KINDS = (
    (SUM, False), (SUM, False), (RATIO, False), (SUM, True), (RATIO, True), (SUM, False), (MEAN, False), (RATIO, True),
    (SUM, False), (SUM, False),
)  # fmt: skip
ROLLED = 8
FAN = 6


@dataclass
class Dense:
    """``actual``, ``target``, ``den``: one array ``[12, people]`` a KPI; ``weight`` ``[10, people]``, total 1.

    People are sorted by unit; ``unit_starts`` are the first people of the lowest units, and each array of ``above`` the
    first children of one level of units, lowest first.
    """

    actual: list[Floats]  # of a ratio: the numerator
    den: list[Floats | None]
    target: list[Floats]
    weight: Floats
    unit_starts: NDArray[np.int64]
    above: list[NDArray[np.int64]]


def make(people: int, seed: int = 1) -> Dense:
    rng = np.random.default_rng(seed)
    actual, den, target = [], [], []
    for aggregation, _ in KINDS:
        goal = np.broadcast_to(rng.integers(50, 500, people).astype(float), (MONTHS, people)).copy()
        value = goal * rng.normal(1.0, 0.15, (MONTHS, people))
        below = rng.integers(50, 400, (MONTHS, people)).astype(float) if aggregation == RATIO else None
        actual.append(value if below is None else value * below)
        den.append(below)
        target.append(goal)
    weight = rng.integers(5, 20, (len(KINDS), people)).astype(float)
    weight /= weight.sum(axis=0)
    units = max(1, people // 50)
    levels, starts = [], np.linspace(0, people, units, endpoint=False).astype(np.int64)
    while units > 1:
        levels.append(np.arange(0, units, FAN))
        units = len(levels[-1])
    return Dense(actual, den, target, weight, starts, levels)


@dataclass
class Scored:
    """``raw``, ``score``: one ``[13, owners]`` a KPI; ``card`` ``[13, owners]`` (people, then units by level)."""

    raw: list[Floats]
    score: list[Floats]
    card: Floats
    published: NDArray[np.int64]


def run(data: Dense) -> list[Scored]:
    """Scores of the people and of each level of units, for twelve months and the year."""
    done = [_owners(data.actual, data.den, data.target, data.weight)]
    actual, den, target = data.actual[:ROLLED], data.den[:ROLLED], data.target[:ROLLED]
    for starts in (data.unit_starts, *data.above):
        actual, den, target = _up(actual, den, target, starts)
        weight = np.full((ROLLED, len(starts)), 1.0 / ROLLED)
        done.append(_owners(actual, den, target, weight))
    return done


def _owners(actual: list[Floats], den: list[Floats | None], target: list[Floats], weight: Floats) -> Scored:
    raws, scores = [], []
    card = np.zeros((MONTHS + 1, weight.shape[1]))
    for kpi, (aggregation, lower) in enumerate(KINDS[: len(actual)]):
        a, d, t = actual[kpi], den[kpi], target[kpi]
        raw = np.empty((MONTHS + 1, weight.shape[1]))
        for rows, one, below, goal in (
            (slice(0, MONTHS), a, d, t),
            (slice(MONTHS, None), a.sum(axis=0), None if d is None else d.sum(axis=0), _year(aggregation, t, d)),
        ):
            part = raw[rows]
            if below is not None:
                one = one / below
            elif aggregation == MEAN and one.ndim == 1:
                one = one / MONTHS
            if lower:
                np.subtract(goal, one, out=part)
                part /= goal
                part *= 100.0
                part += 100.0
            else:
                np.divide(one, goal, out=part)
                part *= 100.0
        score = np.maximum(raw, 0.0)
        np.minimum(score, 120.0, out=score)
        card += score * weight[kpi]
        raws.append(raw)
        scores.append(score)
    published = np.floor(card * 100.0 + (0.5 + 1e-7)).astype(np.int64)
    return Scored(raws, scores, card, published)


def _year(aggregation: str, target: Floats, den: Floats | None) -> Floats:
    if den is not None:
        return np.asarray((target * den).sum(axis=0) / den.sum(axis=0))
    return np.asarray(target.sum(axis=0) if aggregation == SUM else target.mean(axis=0))


def _up(
    actual: list[Floats], den: list[Floats | None], target: list[Floats], starts: NDArray[np.int64]
) -> tuple[list[Floats], list[Floats | None], list[Floats]]:
    up: tuple[list[Floats], list[Floats | None], list[Floats]] = ([], [], [])
    size = np.diff(np.append(starts, actual[0].shape[1]))
    for kpi, (aggregation, _) in enumerate(KINDS[: len(actual)]):
        a, d, t = actual[kpi], den[kpi], target[kpi]
        total = np.add.reduceat(a, starts, axis=1)
        if d is None:
            below = None
            goal = np.add.reduceat(t, starts, axis=1)
            if aggregation == MEAN:
                total, goal = total / size, goal / size
        else:
            below = np.add.reduceat(d, starts, axis=1)
            goal = np.add.reduceat(t * d, starts, axis=1) / below
        up[0].append(total)
        up[1].append(below)
        up[2].append(goal)
    return up
