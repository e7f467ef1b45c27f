"""Weights: do they total exactly 100, and the weighted score of a scorecard (computation.md §1 and §4).

The page with the terms, the guarantees and the worked rows is docs/algorithms/weights.md; the tests read it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tamnhin.engine import rounding
from tamnhin.engine.states import EXEMPT, NOT_APPLICABLE, VALUE

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MICRO: Final = 1_000_000
FULL: Final = 100 * MICRO
_BLOCK: Final = 1 << 16  # cells worked on at a time: temporaries stay in the cache and small


class Faults(NamedTuple):
    """Stretches of days on which an owner's weights are wrong; arrays of one length, by owner, then day.

    ``owner`` int64 as given, ``day`` and ``until`` int64 ordinals (both inclusive), ``micro`` int64 the total in
    millionths, ``all_zero`` bool: every active line weighs 0 (WEIGHTS_ALL_ZERO; otherwise WEIGHTS_NOT_100).
    """

    owner: Ints
    day: Ints
    until: Ints
    micro: Ints
    all_zero: NDArray[np.bool_]


def check(owner: Ints, micro: Ints, start: Ints, stop: Ints, first: int, last: int) -> Faults:
    """Every stretch of [first, last] in which an owner's active lines do not total exactly 100.

    One element a line: ``owner`` int64, ``micro`` int64 weight in millionths, ``start`` and ``stop`` int64 day
    ordinals, both inclusive. Neighbouring days with the same wrong total are one stretch; days on which an owner has
    no active line are not reported. Exact: whole numbers throughout. Rows may come in any order.
    """
    begin, end = np.maximum(start, first), np.minimum(stop, last)
    active = begin <= end
    owner, micro, begin, end = owner[active], micro[active], begin[active], end[active]
    # each line opens on its first day and closes on the day after its last
    who = np.concatenate((owner, owner))
    day = np.concatenate((begin, end + 1))
    order = np.lexsort((day, who))
    who, day = who[order], day[order]
    # an owner closes all that it opened, so one running sum over everybody is a running sum for each
    total = np.cumsum(np.concatenate((micro, -micro))[order])
    heavy = (micro != 0).astype(np.int64)
    weighing = np.cumsum(np.concatenate((heavy, -heavy))[order])
    lines = np.cumsum(np.repeat([1, -1], len(owner))[order])

    settled = np.ones(len(who), np.bool_)  # the last event of an owner's day: the total holds until the next event
    settled[:-1] = (who[1:] != who[:-1]) | (day[1:] != day[:-1])
    who, day, total, weighing, lines = who[settled], day[settled], total[settled], weighing[settled], lines[settled]
    changed = np.ones(len(who), np.bool_)
    changed[1:] = (
        (who[1:] != who[:-1])
        | (total[1:] != total[:-1])
        | ((lines[1:] > 0) != (lines[:-1] > 0))
        | ((weighing[1:] > 0) != (weighing[:-1] > 0))
    )
    who, day, total, weighing, lines = who[changed], day[changed], total[changed], weighing[changed], lines[changed]
    wrong = np.flatnonzero((lines > 0) & (total != FULL))  # never an owner's last event, where no line is left
    return Faults(who[wrong], day[wrong], day[wrong + 1] - 1, total[wrong], weighing[wrong] == 0)


def split_equally(n: int) -> list[Decimal]:
    """``n`` weights of two decimals that total exactly 100, as equal as can be: 33.34, 33.33, 33.33.

    Raises ValueError when ``n`` is less than 1.
    """
    if n < 1:
        raise ValueError("weights are split among at least one line")
    return [Decimal(part).scaleb(-2) for part in rounding.largest_remainder([1] * n, 100_00)]


def weighted(
    score: Floats, state: NDArray[np.int8], weight: Floats, starts: NDArray[np.integer]
) -> tuple[Floats, Floats]:
    """``(score, coverage)`` of every group of lines, each float64 ``[..., groups]``.

    ``score`` float64 and ``state`` int8 are ``[..., n]``, ``weight`` float64 ``[n]`` or ``[..., n]`` (0 where a line
    is not active), all of the lines of a group side by side. ``starts`` holds the first line of each group,
    ascending; a group that starts where the next one starts is empty.

    score = Σ w·s / Σ w over the cells in state VALUE that have a score (computation.md §1), unrounded; NaN where
    those weigh nothing. coverage = 100 · Σ w scored / Σ w assigned, EXEMPT and NOT_APPLICABLE in neither sum; NaN
    where nothing is assigned. A VALUE whose method was refused (score NaN) is assigned and not scored.
    """
    n = score.shape[-1]
    groups = len(starts)
    lead = np.broadcast_shapes(score.shape, state.shape, weight.shape)[:-1]
    rows = int(np.prod(lead, dtype=np.int64))
    scores = np.broadcast_to(score, (*lead, n)).reshape(rows, n)
    states = np.broadcast_to(state, (*lead, n)).reshape(rows, n)
    weights = weight if weight.ndim == 1 else np.broadcast_to(weight, (*lead, n)).reshape(rows, n)
    bounds = np.append(np.asarray(starts, np.int64), n)
    filled = np.flatnonzero(np.diff(bounds) > 0)
    offsets = bounds[filled]
    result, coverage = np.full((rows, groups), np.nan), np.full((rows, groups), np.nan)
    if not len(filled) or not rows:
        return result.reshape(*lead, groups), coverage.reshape(*lead, groups)
    where: slice | Ints = slice(None) if len(filled) == groups else filled
    step = max(1, _BLOCK // n)
    for row in range(0, rows, step):
        block = slice(row, row + step)
        w = weights if weights.ndim == 1 else weights[block]
        result[block, where], coverage[block, where] = _block(scores[block], states[block], w, offsets)
    return result.reshape(*lead, groups), coverage.reshape(*lead, groups)


def _block(score: Floats, state: NDArray[np.int8], weight: Floats, offsets: Ints) -> tuple[Floats, Floats]:
    counted = (state == VALUE) & ~np.isnan(score)
    with np.errstate(invalid="ignore", divide="ignore"):
        cells = score * weight
        if not counted.all():
            cells[~counted] = 0.0
        points = np.add.reduceat(cells, offsets, axis=-1)
        np.multiply(counted, weight, out=cells)
        weighing = np.add.reduceat(cells, offsets, axis=-1)
        left_out = (state == EXEMPT) | (state == NOT_APPLICABLE)
        if not left_out.any():
            assigned = np.add.reduceat(weight, offsets, axis=-1)
        else:
            np.multiply(~left_out, weight, out=cells)
            assigned = np.add.reduceat(cells, offsets, axis=-1)
        points /= weighing
        points[weighing == 0] = np.nan
        coverage = weighing / assigned
        coverage *= 100.0
        return points, coverage


def contributions(score: Floats, state: NDArray[np.int8], weight: Floats, starts: NDArray[np.integer]) -> Floats:
    """The points each line brings to its group's score, ``w·s / Σ w``, float64 ``[..., n]``; NaN where not scored.

    The arguments are those of ``weighted``; the contributions of a group sum to its score.
    """
    n = score.shape[-1]
    bounds = np.append(np.asarray(starts, np.int64), n)
    sizes = np.diff(bounds)
    offsets = bounds[:-1][sizes > 0]
    counted = (state == VALUE) & ~np.isnan(score)
    weights = np.where(counted, weight, 0.0)
    if not n:
        return np.full(weights.shape, np.nan)
    totals = np.repeat(np.add.reduceat(weights, offsets, axis=-1), sizes[sizes > 0], axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(counted & (weights > 0), score * weights / totals, np.nan)


@dataclass(frozen=True, slots=True)
class Composite:
    """A composite result: the score (unrounded, None when every component is absent) and who was absent."""

    score: Decimal | None
    absent: tuple[int, ...]

    @property
    def published(self) -> Decimal | None:
        """The score rounded once, half up to 2 decimals."""
        return None if self.score is None else rounding.half_up_exact(self.score, 2)


def composite(*parts: tuple[Decimal | None, Decimal]) -> Composite:
    """The weighted mean of components (KPI, competence, 360), each ``(score or None, weight)``.

    An absent component leaves the denominator and its position stands in ``absent``, for the page to say so. Parts
    of weight 0 count as present and change nothing. Raises ValueError on a negative weight.
    """
    if any(weight < 0 for _, weight in parts):
        raise ValueError("a weight cannot be negative")
    absent = tuple(index for index, (score, _) in enumerate(parts) if score is None)
    present = [(score, weight) for score, weight in parts if score is not None]
    total = sum((weight for _, weight in present), Decimal(0))
    if total == 0:
        return Composite(None, absent)
    with localcontext() as context:
        context.prec = 50
        return Composite(sum((score * weight for score, weight in present), Decimal(0)) / total, absent)
