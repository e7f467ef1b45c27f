"""Scorecard lines as a tree: under which goal each stands, and under whose line of the same KPI."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tamnhin.dashboards.reading import Reading
from tamnhin.engine.aggregation import Ints
from tamnhin.planning.numbers import held_lines

NOBODY = -1
WHOLE = 0  # the company itself, above every owner (which are shifted by one)


@dataclass(frozen=True, slots=True)
class Measure:
    """A goal (its position among the goals) and the KPI that measures it, at a unit or person (−1: the company)."""

    goal: int
    kpi: int
    owner: int


@dataclass(frozen=True, slots=True)
class Lines:
    """Arrays have one element a line; of two posts with one KPI, there is one. Ordered by KPI, then owner.

    ``goal``: the goal it serves, −1 for none. ``above``: the line it stands under (its position here), −1 where it
    stands right under the KPI of its goal.
    """

    line: Ints  # positions in the plan
    owner: Ints
    kpi: Ints
    goal: Ints
    above: Ints


def parents_of_all(reading: Reading) -> Ints:
    """The unit each owner stands under on the day of the page, ``[owners]``; −1 for none. Of two posts the larger."""
    plan = reading.live.plan
    edges = plan.owners.edges
    held = np.flatnonzero((edges.start <= reading.day) & (edges.stop >= reading.day))
    held = held[np.argsort(edges.share[held], kind="stable")]
    parent = np.full(plan.owners.count, NOBODY, dtype=np.int64)
    parent[edges.child[held]] = edges.parent[held]
    return parent


def lines_of_period(reading: Reading) -> Ints:
    """Positions of the lines that hold in the period, one an (owner, KPI)."""
    table = reading.live.plan.lines
    held = held_lines(reading)
    if not len(held):
        return held
    keys = table.owner[held] * reading.live.plan.kpis.count + table.kpi[held]
    last = np.append(np.diff(keys) != 0, True)
    kept: Ints = held[last]
    return kept


def arranged(reading: Reading, lines: Ints, goals: Sequence[str], measures: Sequence[Measure]) -> Lines:
    """The given lines (visible ones) as a tree. ``goals``: codes by position.

    A line that names a goal serves it. Another serves the goal measured by its KPI at the nearest unit above (or at
    itself), the company's last; of two goals at one unit the first of ``measures``. Where no goal is measured by its
    KPI but some line of that KPI names one, all lines of the KPI serve the first such goal.
    """
    plan = reading.live.plan
    count = plan.kpis.count
    order = np.lexsort((plan.lines.owner[lines], plan.lines.kpi[lines]))
    lines = lines[order]
    owner, kpi = plan.lines.owner[lines], plan.lines.kpi[lines]
    parent = parents_of_all(reading)
    named = _named(reading, lines, goals)
    found = _nearest_goal(owner, kpi, parent, count, measures)
    goal = np.where(named >= 0, named, found)
    goal = np.where(goal >= 0, goal, _first_named(kpi, named, count)[kpi] if len(kpi) else goal)
    return Lines(lines, owner, kpi, goal, _above(owner, kpi, goal, parent, count))


def _named(reading: Reading, lines: Ints, goals: Sequence[str]) -> Ints:
    """The goal that each line names, −1 for none and for one that is not among ``goals``."""
    column = reading.live.book["scorecards"]["goal"]
    place = {code: i for i, code in enumerate(goals)}
    rows = column.is_not_null().to_numpy()
    by_row = np.full(len(column), NOBODY, dtype=np.int64)
    at = np.flatnonzero(rows)
    by_row[at] = [place.get(code, NOBODY) for code in column.drop_nulls().to_list()]
    named: Ints = by_row[reading.live.plan.lines.row[lines]] if len(lines) else np.empty(0, dtype=np.int64)
    return named


def _nearest_goal(owner: Ints, kpi: Ints, parent: Ints, count: int, measures: Sequence[Measure]) -> Ints:
    out = np.full(len(owner), NOBODY, dtype=np.int64)
    if not len(owner) or not measures:
        return out
    first: dict[int, int] = {}
    for one in measures:
        first.setdefault((one.owner + 1) * count + one.kpi, one.goal)
    keys = np.array(sorted(first), dtype=np.int64)
    goals = np.array([first[int(key)] for key in keys], dtype=np.int64)
    at = owner + 1  # shifted: the company is 0
    open_ = np.arange(len(owner))
    while len(open_):
        wanted = at[open_] * count + kpi[open_]
        place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        hit = keys[place] == wanted
        out[open_[hit]] = goals[place[hit]]
        open_ = open_[~hit & (at[open_] != WHOLE)]
        at[open_] = parent[at[open_] - 1] + 1
    return out


def _first_named(kpi: Ints, named: Ints, count: int) -> Ints:
    """By KPI the first goal that one of its lines names, −1 for none."""
    out = np.full(count, NOBODY, dtype=np.int64)
    said = np.flatnonzero(named >= 0)[::-1]
    out[kpi[said]] = named[said]
    return out


def _above(owner: Ints, kpi: Ints, goal: Ints, parent: Ints, count: int) -> Ints:
    """The nearest line of the same KPI and goal at a unit above."""
    above = np.full(len(owner), NOBODY, dtype=np.int64)
    if not len(owner):
        return above
    owners = len(parent)
    keys = kpi * owners + owner  # ascending: that is how the lines are ordered
    at = parent[owner]
    open_ = np.flatnonzero(at >= 0)
    while len(open_):
        wanted = kpi[open_] * owners + at[open_]
        place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        hit = (keys[place] == wanted) & (goal[place] == goal[open_])
        above[open_[hit]] = place[hit]
        rest = open_[~hit]
        at[rest] = parent[at[rest]]
        open_ = rest[at[rest] >= 0]
    return above
