"""Which (owner, KPI) pairs need a number, and which of them add up into which."""

from __future__ import annotations

import numpy as np

from tamnhin.engine.aggregation import Aggregation, Floats, Ints
from tamnhin.engine.calendar import Calendar
from tamnhin.engine.periods import Timeline
from tamnhin.engine.plan.keys import distinct
from tamnhin.engine.plan.measures import ACROSS_UNKNOWN, Kpis, nodes_key
from tamnhin.engine.plan.model import NONE, Nodes, RollLevel
from tamnhin.engine.plan.owners import Bools, Edges, Owners


class Children:
    """Edges grouped by child, to walk from owners to their parents without a loop."""

    def __init__(self, edges: Edges, owner_count: int) -> None:
        self.order = np.argsort(edges.child, kind="stable")
        self.starts = np.searchsorted(edges.child[self.order], np.arange(owner_count + 1))
        self.edges = edges

    def expand(self, owners: Ints) -> tuple[Ints, Ints]:
        """For each owner each of its edges: (position in ``owners``, edge)."""
        counts = self.starts[owners + 1] - self.starts[owners]
        which = np.repeat(np.arange(len(owners)), counts)
        offset = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
        return which, self.order[self.starts[owners][which] + offset]


def needed_nodes(owners: Owners, kpis: Kpis, line_keys: Ints, data_keys: Ints, shared_kpis: Ints) -> tuple[Ints, Bools]:
    """Sorted unique node keys, and for each whether a number is *owed* (a line or a formula asks for it).

    ``line_keys`` come from scorecard lines, ``data_keys`` from actuals, ``shared_kpis`` are those that people share
    with a unit above them. Data of KPIs that nothing asks for is left out.
    """
    count = np.int64(kpis.count)
    if not count:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=bool)
    size = owners.count * kpis.count
    up = Children(owners.edges, owners.count)
    owed = distinct(size, line_keys)
    wanted = np.zeros(kpis.count, dtype=bool)
    wanted[owed % count] = True
    wanted[shared_kpis] = True
    for kpi in reversed(kpis.order):  # inputs of formulas, whatever their depth
        if not wanted[kpi]:
            continue
        holders = owed[owed % count == kpi] // count
        for code, children in _references(kpis, kpi):
            wanted[code] = True
            more = nodes_key(holders, code, kpis.count)
            if children:
                child = _children_of(owners.edges, holders)
                more = nodes_key(child, code, kpis.count) if kpis.has_formula[code] else more[:0]
            owed = distinct(size, owed, more)
    keys = distinct(size, owed, data_keys[wanted[data_keys % count]])

    # the units above every number of a KPI that some unit asks for
    rolled = np.zeros(kpis.count, dtype=bool)
    rolled[owed % count] = True
    rolled[shared_kpis] = True
    rolled &= ~kpis.has_formula
    frontier = keys[rolled[keys % count]]
    while len(frontier):
        which, edge = up.expand(frontier // count)
        above = distinct(size, nodes_key(owners.edges.parent[edge], frontier[which] % count, kpis.count))
        frontier = np.setdiff1d(above, keys, assume_unique=True)
        keys = distinct(size, keys, frontier)
    held = np.zeros(len(keys), dtype=bool)
    held[np.searchsorted(keys, owed)] = True
    return keys, held


def _references(kpis: Kpis, kpi: int) -> set[tuple[int, bool]]:
    index = {code: i for i, code in enumerate(kpis.codes)}
    return {
        (index[ref.code], ref.kind == "children")
        for version in kpis.formulas[kpi]
        for ref in version.parsed.references
        if ref.code in index
    }


def _children_of(edges: Edges, holders: Ints) -> Ints:
    return np.unique(edges.child[np.isin(edges.parent, holders)])


def edge_shares(edges: Edges, which: Ints, timeline: Timeline, calendar: Calendar, group: Ints) -> Floats:
    """What part of the child's cell goes up each edge, ``[columns, edges]``; the parts of one child total 1.

    An edge weighs its share of the post times the working days it held in the column, so someone who moves in the
    middle of a month leaves part of the month in each unit and nothing is lost or counted twice.
    """
    start = np.maximum(edges.start[which][None, :], timeline.start[:, None])
    stop = np.minimum(edges.stop[which][None, :], timeline.stop[:, None])
    held = stop >= start
    spent = np.where(held, calendar.working_days(start, np.maximum(stop, start)), 0).astype(np.float64)
    # a column without working days (a holiday, a Sunday of a daily KPI): the calendar days decide
    spent = np.where(timeline.working_days[:, None] > 0, spent, np.where(held, stop - start + 1, 0))
    spent *= edges.share[which][None, :]
    _, inverse = np.unique(group, return_inverse=True)
    total = np.zeros((len(timeline), int(inverse.max()) + 1))
    for column in range(len(timeline)):  # a few dozen columns
        total[column] = np.bincount(inverse, weights=spent[column], minlength=total.shape[1])
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(total[:, inverse] > 0, spent / total[:, inverse], 0.0)


def roll_levels(
    owners: Owners,
    kpis: Kpis,
    nodes: Nodes,
    block: int,
    timeline: Timeline,
    calendar: Calendar,
    take_value: Bools,
    take_target: Bools,
) -> tuple[RollLevel, ...]:
    """The levels of one block, lowest first. ``take_*`` say per node whether it is filled from its children."""
    mine = np.flatnonzero(nodes.block == block)
    up = Children(owners.edges, owners.count)
    which, edge = up.expand(nodes.owner[mine])
    child = mine[which]
    parent = nodes.find(owners.edges.parent[edge], nodes.kpi[child], kpis.count)
    # shares are of all the places of a child, also of those whose unit keeps a number of its own
    moved = np.flatnonzero(~owners.edges.simple[edge])
    part = np.ones((len(timeline), 0))
    if len(moved):
        part = edge_shares(owners.edges, edge[moved], timeline, calendar, child[moved])
    place = np.full(len(edge), NONE)
    place[moved] = np.arange(len(moved))
    keep = (parent != NONE) & ~kpis.has_formula[nodes.kpi[child]]
    keep[keep] &= take_value[parent[keep]] | take_target[parent[keep]]
    keep[keep] &= kpis.across[nodes.kpi[child[keep]]] != ACROSS_UNKNOWN
    child, parent, place = child[keep], parent[keep], place[keep]
    level = owners.level[nodes.owner[parent]]
    across = kpis.across[nodes.kpi[parent]]
    order = np.lexsort((child, parent, across, level))
    child, parent, place, level, across = child[order], parent[order], place[order], level[order], across[order]
    out = []
    for height, rule in sorted(set(zip(level.tolist(), across.tolist(), strict=True))):
        lo = int(np.searchsorted(level, height))
        hi = int(np.searchsorted(level, height, side="right"))
        a = lo + int(np.searchsorted(across[lo:hi], rule))
        b = lo + int(np.searchsorted(across[lo:hi], rule, side="right"))
        parents, starts = np.unique(parent[a:b], return_index=True)
        stops = np.append(starts[1:], b - a)
        mover = np.flatnonzero(place[a:b] != NONE)
        out.append(
            RollLevel(
                level=height,
                across=Aggregation(rule),
                parents=nodes.at[parents],
                starts=starts.astype(np.int64),
                stops=stops.astype(np.int64),
                children=nodes.at[child[a:b]],
                movers=mover,
                share=part.take(place[a:b][mover], axis=1),
                values=take_value[parents],
                targets=take_target[parents],
            )
        )
    return tuple(out)
