"""The units as a tree on one day, for pages that show many of them."""

from __future__ import annotations

import numpy as np

from tamnhin.dashboards.reading import Reading
from tamnhin.engine.aggregation import Ints


def parents_on(reading: Reading, on: int) -> Ints:
    """The parent of each unit on a day (ordinal), ``[units]``, −1 for roots and units that were not there."""
    plan = reading.live.plan
    edges, count = plan.owners.edges, plan.owners.unit_count
    held = (edges.child < count) & (edges.start <= on) & (edges.stop >= on)
    parent = np.full(count, -1, dtype=np.int64)
    parent[edges.child[held]] = edges.parent[held]
    return parent


def tree_order(
    reading: Reading, parent: Ints, on: int, seen: set[int], under: str = ""
) -> tuple[list[int], dict[int, int]]:
    """Visible units that exist on the day, each after its parent, siblings as in the workbook; and all depths."""
    owners = reading.live.plan.owners
    below: dict[int, list[int]] = {}
    for unit, above in enumerate(parent.tolist()):
        if owners.first[unit] <= on and owners.last[unit] >= min(on, reading.period.first):
            below.setdefault(above, []).append(unit)
    start = reading.live.owner_at.get(under, -1) if under else -1
    pending = [(start, 0)] if start >= 0 and start < owners.unit_count else [(u, 0) for u in below.get(-1, [])[::-1]]
    ordered: list[int] = []
    depth: dict[int, int] = {}
    while pending:
        unit, level = pending.pop()
        if unit in depth:
            continue
        depth[unit] = level
        if unit in seen:
            ordered.append(unit)
        pending.extend((child, level + 1) for child in below.get(unit, [])[::-1])
    return ordered, depth
