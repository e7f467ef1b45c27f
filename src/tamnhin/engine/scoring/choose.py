"""Which method a line takes when it names none, and what is offered when none can be taken (computation.md §3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tamnhin.engine.scoring.measure import scored
from tamnhin.engine.scoring.methods import METHODS, REFUSALS, Direction, Floats, Method, Params

OFFERED = (Method.BASELINE, Method.COUNT_DOWN, Method.DEVIATION)


def default_method(
    direction: NDArray[np.int8], all_targets_positive: NDArray[np.bool_], has_band: NDArray[np.bool_]
) -> NDArray[np.int8]:
    """The method of each line that names none, int8; −1 where the save must be refused and ``offers`` shown.

    Higher is better with every target above 0: ``ratio``. Lower is better with every target above 0: ``deviation``.
    Band: ``band``, when the line has its bounds. All arrays have one element a line.
    """
    return np.select(
        [
            (direction == Direction.HIGHER) & all_targets_positive,
            (direction == Direction.LOWER) & all_targets_positive,
            (direction == Direction.BAND) & has_band,
        ],
        [np.int8(Method.RATIO), np.int8(Method.DEVIATION), np.int8(Method.BAND)],
        default=np.int8(-1),
    ).astype(np.int8)


@dataclass(frozen=True, slots=True)
class Offer:
    """One row of the preview: what a method would give for each actual, or the code of what it still needs.

    ``raw`` and ``score`` are float64 with one element per previewed actual, NaN where refused. ``refusal`` is a
    problem code or None.
    """

    method: Method
    formula_vi: str
    formula_en: str
    raw: Floats
    score: Floats
    refusal: str | None


def offers(
    actual: float | Floats, target: float, params: Params, floor: float = 0.0, cap: float = 120.0
) -> tuple[Offer, ...]:
    """The preview table for one line whose target is 0 or negative: ``baseline``, ``count_down``, ``deviation``.

    ``actual`` is one number or a few to preview. A method that cannot be taken as the line stands is still a row,
    with the code of what is missing, so that the page can say what to fill in.
    """
    actuals = np.atleast_1d(np.asarray(actual, np.float64))
    rows = []
    for method in OFFERED:
        percentages, score, refused = scored(method, actuals, target, params, floor, cap)
        code = REFUSALS[int(refused.max(initial=0))]
        rows.append(Offer(method, METHODS[method].vi, METHODS[method].en, percentages, score, code))
    return tuple(rows)
