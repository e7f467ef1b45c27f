"""Pace: how much of an open period's target was to be reached by now (computation.md §6)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from tamnhin.engine.calendar import Calendar
from tamnhin.engine.periods import Timeline


def elapsed_share(timeline: Timeline, column: int, as_of: int, calendar: Calendar) -> float:
    """The share of the column's working days gone by the evening of ``as_of`` (an ordinal), from 0 to 1.

    7 of 22 working days gone of a target of 440: expected 440 × 7/22 = 140.
    """
    return float(elapsed_shares(timeline.start[column], timeline.stop[column], as_of, calendar))


def elapsed_shares(
    start: npt.ArrayLike, stop: npt.ArrayLike, as_of: npt.ArrayLike, calendar: Calendar
) -> npt.NDArray[np.float64]:
    """``elapsed_share`` of any periods: float64 of the broadcast shape of the three (int64 ordinals, inclusive).

    A period with no working day at all (a week of Tết) goes by in calendar days.
    """
    first = np.asarray(start, dtype=np.int64)
    last = np.asarray(stop, dtype=np.int64)
    today = np.minimum(np.asarray(as_of, dtype=np.int64), last)
    total = calendar.working_days(first, last)
    gone = calendar.working_days(first, today)
    idle = total == 0
    gone = np.where(idle, np.maximum(today - first + 1, 0), gone)
    total = np.where(idle, last - first + 1, total)
    return np.asarray(gone / total, dtype=np.float64)
