"""Proration: joiners, leavers, leave, and lines that change in the middle of a period (computation.md §7).

The rules and worked rows are in docs/algorithms/proration.md.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from tamnhin.engine.calendar import Calendar
from tamnhin.engine.periods import Timeline

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Basis = Literal["working_days", "calendar_days"]

ALWAYS: int = int(np.iinfo(np.int64).min)
"""The ``joined`` or line start of what has no first day."""

FOREVER: int = int(np.iinfo(np.int64).max)
"""The ``left`` or line stop of what has no last day."""


def eligible_days(
    joined: Ints,
    left: Ints,
    absences: tuple[Ints, Ints, Ints],
    timeline: Timeline,
    calendar: Calendar,
    basis: Basis = "working_days",
) -> tuple[Ints, Ints]:
    """``(eligible int64 (columns, people), total int64 (columns,))``: the days each person could work, of how many.

    ``joined`` and ``left``: int64 ordinals ``(people,)``, first and last day (inclusive), ``ALWAYS`` and ``FOREVER``
    where none. ``absences``: person position, first and last day (inclusive), int64 ``(absences,)`` each; those of one
    person may overlap, days outside employment or (on the basis of working days) days off are not counted twice. An
    absence that ends before it starts is none.

    ``eligible`` is a read-only view of ``total`` when nobody is touched by anything within the timeline.
    """
    people = len(joined)
    total = timeline.working_days if basis == "working_days" else timeline.stop - timeline.start + 1
    who, start, stop = absences
    real = (stop >= start) & (stop >= timeline.first) & (start <= timeline.last)
    who = who[real]
    start, stop = np.maximum(start[real], timeline.first), np.minimum(stop[real], timeline.last)
    touched = (joined > timeline.first) | (left < timeline.last)
    touched[who] = True
    some = np.flatnonzero(touched)
    if not len(some):
        return np.broadcast_to(total[:, None], (len(timeline), people)), total
    before = _days_before(timeline, calendar, basis)
    hired, gone = joined[some], left[some]
    counted = _between(before, timeline, timeline.start[:, None], timeline.stop[:, None], hired[None, :], gone[None, :])
    if len(who):
        place = np.searchsorted(some, who)
        place, start, stop = _merged(place, np.maximum(start, hired[place]), np.minimum(stop, gone[place]))
        column, at, away = _spread(timeline, place, start, stop, before)
        np.subtract.at(counted, (column, at), away)
    eligible = np.repeat(total[:, None], people, axis=1)
    eligible[:, some] = counted
    return eligible, total


def _days_before(timeline: Timeline, calendar: Calendar, basis: Basis) -> Ints:
    """Counted days before each day of the timeline, and at its end: ``(days + 1,)``."""
    days = np.arange(timeline.first, timeline.last + 1, dtype=np.int64)
    counts = calendar.is_working(days) if basis == "working_days" else np.ones(len(days), dtype=np.bool_)
    return np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])


def _between(before: Ints, timeline: Timeline, start: Ints, stop: Ints, hired: Ints, gone: Ints) -> Ints:
    """Counted days of ``start`` to ``stop`` that lie within ``hired`` to ``gone``, all inclusive."""
    low = np.maximum(start, hired)
    high = np.minimum(stop, gone)
    idle = high < low
    low, high = np.where(idle, timeline.first, low), np.where(idle, timeline.first - 1, high)
    return np.asarray(before[high + 1 - timeline.first] - before[low - timeline.first], dtype=np.int64)


def _merged(who: Ints, start: Ints, stop: Ints) -> tuple[Ints, Ints, Ints]:
    """Absences of one person that overlap or touch become one; those that are empty after clipping go."""
    real = stop >= start
    who, start, stop = who[real], start[real], stop[real]
    order = np.lexsort((start, who))
    who, start, stop = who[order], start[order], stop[order]
    if not len(who):
        return who, start, stop
    # lifting each person above the one before lets one running maximum serve all of them
    lift = who * (int(stop.max() - start.min()) + 2)
    reached = np.maximum.accumulate(stop + lift)
    head = np.ones(len(who), dtype=np.bool_)
    head[1:] = start[1:] + lift[1:] > reached[:-1] + 1
    heads = np.flatnonzero(head)
    tails = np.append(heads[1:], len(who)) - 1
    return who[heads], start[heads], reached[tails] - lift[heads]


def _spread(timeline: Timeline, who: Ints, start: Ints, stop: Ints, before: Ints) -> tuple[Ints, Ints, Ints]:
    """Each absence over the columns it crosses: column, person and counted days, one entry a crossing."""
    first, last = timeline.column_of(start), timeline.column_of(stop)
    crossings = last - first + 1
    origin = np.repeat(np.arange(len(who)), crossings)
    column = np.arange(len(origin)) - np.repeat(np.cumsum(crossings) - crossings, crossings) + first[origin]
    from_day = np.maximum(start[origin], timeline.start[column])
    to_day = np.minimum(stop[origin], timeline.stop[column])
    return column, who[origin], before[to_day + 1 - timeline.first] - before[from_day - timeline.first]


def scale(targets: Floats, additive: npt.NDArray[np.bool_], eligible: Ints, total: Ints) -> Floats:
    """Targets of KPIs that sum, times eligible days over all days; never those of ratios, levels and means.

    ``targets`` float64 ``(columns, n)``, ``additive`` bool ``(n,)``, ``eligible`` int64 ``(columns, n)`` (each node's
    person taken out of ``eligible_days``), ``total`` int64 ``(columns,)``. Returns float64 ``(columns, n)``. A column
    with no counted day at all (a week of Tết) is left as it is. 300 a quarter, 27 of 58 days → 139.66.
    """
    whole = total[:, None]
    partial = (eligible != whole) & additive[None, :] & (whole > 0)
    if not partial.any():
        return targets
    scaled = targets.copy()
    np.multiply(targets, eligible, out=scaled, where=partial)
    np.divide(scaled, whole, out=scaled, where=partial)
    return scaled


def effective_weight(
    weight: Floats,
    line_start: Ints,
    line_stop: Ints,
    period_start: Ints,
    period_stop: Ints,
    calendar: Calendar,
) -> Floats:
    """The weight of each line in each period: weight × working days it is in force / working days of the period.

    ``weight`` float64 ``(lines,)``; ``line_start`` and ``line_stop`` int64 ordinals ``(lines,)``, inclusive, ``ALWAYS``
    and ``FOREVER`` where open; ``period_start`` and ``period_stop`` int64 ``(periods,)``. Returns float64
    ``(periods, lines)``, a read-only view of ``weight`` when every line covers every period. Someone who moves in
    mid-period is scored by segments this way: 7 days at 90 and 8 days at 110 → 100.67. A period without a working day
    goes by calendar days.
    """
    partial = np.flatnonzero((line_start > period_start.min()) | (line_stop < period_stop.max()))
    shape = (len(period_start), len(weight))
    if not len(partial):
        return np.broadcast_to(weight[None, :], shape)
    first = np.maximum(period_start[:, None], line_start[None, partial])
    last = np.minimum(period_stop[:, None], line_stop[None, partial])
    idle = last < first
    # an open end is too large a number for a date, and an empty stretch must not become a negative one
    first = np.where(idle, period_start[:, None], first)
    last = np.where(idle, period_start[:, None] - 1, last)
    total = calendar.working_days(period_start, period_stop)[:, None]
    off = total == 0
    active = np.where(off, last - first + 1, calendar.working_days(first, last))
    total = np.where(off, (period_stop - period_start + 1)[:, None], total)
    effective = np.repeat(weight[None, :], len(period_start), axis=0)
    effective[:, partial] = weight[partial] * active / total
    return effective
