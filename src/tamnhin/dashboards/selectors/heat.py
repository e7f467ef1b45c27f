"""The heat map: units × KPI, as many as a person can read at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from tamnhin.dashboards.reading import Reading, with_query
from tamnhin.dashboards.selectors.lines import status_of
from tamnhin.dashboards.selectors.scores import standings_of
from tamnhin.dashboards.selectors.tree import parents_on, tree_order
from tamnhin.dashboards.shapes import HeatCell, HeatMap, HeatRow, Link
from tamnhin.engine.aggregation import ABSENT, Ints
from tamnhin.engine.states import State
from tamnhin.organisation.access import units_visible_to

MOST_UNITS = 60
MOST_KPIS = 16


def heat_map(reading: Reading, units: Sequence[int], depths: Mapping[int, int] | None = None) -> HeatMap:
    """Units × KPI: the KPIs that most of these units carry, the % counted in each cell.

    ``depths``: how far to indent each unit; without them, as deep as it stands in the company.
    """
    result, plan, at = reading.live.result, reading.live.plan, reading.at
    opened = at in result.pace
    raw, state = result.pace[at] if opened else result.raw[at], result.state[at]
    by_unit: dict[int, dict[int, int]] = {}
    carried: Ints = np.zeros(plan.kpis.count, dtype=np.int64)
    for unit in units:
        lines = np.arange(plan.line_starts[unit], plan.line_starts[unit + 1])
        lines = lines[state[lines] != ABSENT]
        kpis = plan.lines.kpi[lines]
        by_unit[unit] = dict(zip(kpis.tolist(), lines.tolist(), strict=True))
        carried[kpis] += 1
    every = np.flatnonzero(carried)
    columns = sorted(every[np.argsort(-carried[every], kind="stable")][:MOST_KPIS].tolist())
    names = {kpi: reading.kpi_name(plan.kpis.codes[kpi]) for kpi in columns}
    shown = np.array([by_unit[unit].get(kpi, -1) for unit in units for kpi in columns], dtype=np.int64)
    counted = np.minimum(np.maximum(raw[shown], 0.0), plan.lines.cap[shown]) if len(shown) else raw[:0]
    cells = zip(shown.tolist(), raw[shown].tolist(), counted.tolist(), state[shown].tolist(), strict=True)
    rows = []
    for unit, standing in zip(units, standings_of(reading, np.array(units, dtype=np.int64)), strict=True):
        name = reading.owner_name(unit)
        row: list[HeatCell | None] = []
        for kpi in columns:
            line, percent, score, said = next(cells)
            if line < 0:
                row.append(None)
                continue
            row.append(
                HeatCell(
                    "—" if np.isnan(percent) else f"{score:.0f}",
                    status_of(percent, State(said), opened=opened),
                    reading.kpi_url(unit, plan.kpis.codes[kpi]),
                    f"{name} · {names[kpi]}",
                )
            )
        depth = len(reading.parents_of(unit)) if depths is None else depths[unit]
        rows.append(HeatRow(name, reading.card_url(unit), row, standing.score, standing.status, depth))
    links = [Link(names[kpi], "", plan.kpis.codes[kpi]) for kpi in columns]
    return HeatMap(links, rows, kpis=len(every))


def heat_page(reading: Reading, under: str = "", page: int = 1) -> HeatMap:
    """Units the reader may see, in tree order, as many levels as fit; deeper ones by the link beside those above them.

    ``under``: only this unit and what is below it. Raises Http404 for one that the reader may not see. Two queries.
    """
    plan = reading.live.plan
    ids = units_visible_to(reading.user, reading.company).values_list("pk", flat=True)
    seen = {reading.live.owner_of_id[pk] for pk in ids if pk in reading.live.owner_of_id}
    if under and reading.live.owner_at.get(under) not in seen:
        raise Http404
    parent = parents_on(reading, reading.day)
    ordered, _depth = tree_order(reading, parent, reading.day, seen, under)
    depths = _depths(ordered, parent)
    levels = np.bincount(np.fromiter(depths.values(), dtype=np.int64)) if depths else np.zeros(1, dtype=np.int64)
    # at least one level below the first, however many units it has: those are paged
    deepest = max(1, int(np.searchsorted(np.cumsum(levels), MOST_UNITS, side="right")) - 1)
    fitting = [unit for unit in ordered if depths[unit] <= deepest]
    page = min(max(1, page), max(1, -(-len(fitting) // MOST_UNITS)))
    first = (page - 1) * MOST_UNITS
    shown = fitting[first : first + MOST_UNITS]
    found = heat_map(reading, shown, depths)
    hidden = _hidden(ordered, depths, deepest)
    address, period = reverse("heatmap"), reading.keep_period
    rows = [
        row
        if unit not in hidden
        else HeatRow(
            row.label, row.url, row.cells, row.score, row.status, row.depth, hidden[unit],
            with_query(address, period=period, under=plan.owners.codes[unit]),
        )
        for unit, row in zip(shown, found.rows, strict=True)
    ]  # fmt: skip

    def turned(to: int) -> str:
        return with_query(address, period=period, under=under, page=str(to))

    return HeatMap(
        found.columns,
        rows,
        reading.picker(address, under=under),
        reading.state(),
        kpis=found.kpis,
        units=len(ordered),
        up=_up(reading, under, parent, seen),
        previous=turned(page - 1) if page > 1 else "",
        following=turned(page + 1) if first + MOST_UNITS < len(fitting) else "",
    )


def _depths(ordered: Iterable[int], parent: Ints) -> dict[int, int]:
    """How many of the listed units stand above each. ``ordered`` has every unit after the ones above it."""
    depths: dict[int, int] = {}
    for unit in ordered:
        above = int(parent[unit])
        while above >= 0 and above not in depths:
            above = int(parent[above])
        depths[unit] = depths[above] + 1 if above >= 0 else 0
    return depths


def _hidden(ordered: Iterable[int], depths: Mapping[int, int], deepest: int) -> dict[int, int]:
    """By unit of the deepest level that is shown, how many stand below it."""
    hidden: dict[int, int] = {}
    last = -1
    for unit in ordered:
        if depths[unit] == deepest:
            last = unit
        elif depths[unit] > deepest:
            hidden[last] = hidden.get(last, 0) + 1
    return hidden


def _up(reading: Reading, under: str, parent: Ints, seen: set[int]) -> Link | None:
    """From a part of the map to the part one level up, or to the whole of it."""
    if not under:
        return None
    above = int(parent[reading.live.owner_at[under]])
    code = reading.live.plan.owners.codes[above] if above in seen and parent[above] >= 0 else ""
    label = reading.owner_name(above) if above in seen else _("Tất cả đơn vị")
    return Link(label, with_query(reverse("heatmap"), period=reading.keep_period, under=code))
