"""Who was there on how many days: proration of targets, pace, eligibility (computation.md §6, §7)."""

from __future__ import annotations

import numpy as np

from tamnhin.engine import proration
from tamnhin.engine.aggregation import BIT, STRICT, Aggregation, Floats, Ints
from tamnhin.engine.calendar import Calendar
from tamnhin.engine.periods import Timeline
from tamnhin.engine.plan.model import NONE, Block, Nodes, Request
from tamnhin.engine.plan.owners import Owners
from tamnhin.engine.proration import Basis
from tamnhin.engine.states import State


def basis_of(word: str) -> Basis:
    """The proration basis of the company sheet; anything but calendar days is the default."""
    return "calendar_days" if word == "calendar_days" else "working_days"


def prorate(block: Block, mine: Ints, nodes: Nodes, owners: Owners, calendar: Calendar, basis: Basis) -> None:
    """Targets of `sum` KPIs shrink with the days a joiner, a leaver or an absentee was there; ratios never."""
    touched = _touched(owners, block.timeline.first, block.timeline.last)
    if not len(touched):
        return
    place = np.full(owners.count, NONE)
    place[touched] = np.arange(len(touched))
    of = place[nodes.owner[mine]]
    columns = np.flatnonzero(of != NONE)
    if not len(columns):
        return
    eligible, total = _days(owners, touched, block.timeline, calendar, basis)
    gone = eligible == 0
    additive = block.time_by[columns] == Aggregation.SUM
    people = of[columns]
    block.target[:, columns] = proration.scale(block.target[:, columns], additive, eligible[:, people], total)
    # away for the whole column: nothing was expected, unless something was reported all the same
    away = gone[:, people] & (total > 0)[:, None]
    for bits in (block.bits, block.expected):
        owing = np.isin(bits[:, columns], (BIT[State.NO_DATA], BIT[State.NOT_DUE]))
        bits[:, columns] = np.where(away & owing, BIT[State.EXEMPT], bits[:, columns])


def set_pace(block: Block) -> None:
    """The target for the days gone in the open column: a share of a sum, the whole of a level."""
    if block.open_column < 0:
        return
    target = block.target[block.open_column]
    additive = np.isin(block.time_by, STRICT)
    block.pace[:] = np.where(additive, target * block.elapsed[block.open_column], target)


def _touched(owners: Owners, first: int, last: int) -> Ints:
    joined = (owners.first > first) | (owners.last < last)
    joined &= owners.is_person
    joined[owners.absent_owner[(owners.absent_start <= last) & (owners.absent_stop >= first)]] = True
    return np.flatnonzero(joined)


def _days(owners: Owners, who: Ints, timeline: Timeline, calendar: Calendar, basis: Basis) -> tuple[Ints, Ints]:
    place = np.full(owners.count, NONE)
    place[who] = np.arange(len(who))
    person = place[owners.absent_owner]
    keep = person != NONE
    return proration.eligible_days(
        owners.first[who],
        owners.last[who],
        (person[keep], owners.absent_start[keep], owners.absent_stop[keep]),
        timeline,
        calendar,
        basis,
    )


def eligible_shares(request: Request, owners: Owners, calendar: Calendar, basis: Basis) -> Floats:
    """``[periods, owners]``: the share of the period's days someone was there, NaN where not employed at all."""
    out = np.ones((len(request.periods), owners.count))
    for at, period in enumerate(request.periods):  # a handful of periods
        gone = (owners.last < period.first) | (owners.first > period.last)
        who = _touched(owners, period.first, period.last)
        if len(who):
            days = Timeline.build("day", period.first, period.last, calendar, 1)
            who = who[~gone[who]]
            eligible, total = _days(owners, who, _as_one(days, period.first, period.last, calendar), calendar, basis)
            out[at, who] = eligible[0] / max(int(total[0]), 1)
        out[at, gone] = np.nan
    return out


def _as_one(days: Timeline, first: int, last: int, calendar: Calendar) -> Timeline:
    """A timeline of one column: the whole period."""
    start, stop = np.array([first], dtype=np.int64), np.array([last], dtype=np.int64)
    return Timeline(
        frequency=days.frequency,
        fiscal_year_start=1,
        start=start,
        stop=stop,
        anchor=stop,
        working_days=calendar.working_days(start, stop),
        fiscal_year_of_column=days.fiscal_year_of_column[:1],
        keys=days.keys[:1],
    )
