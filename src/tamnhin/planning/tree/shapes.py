"""What the KPI tree's page shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tamnhin.dashboards.shapes import Link, PeriodPicker, PeriodState


@dataclass(frozen=True, slots=True)
class TreeRow:
    """One row of the tree as the server writes it; ``tree.js`` writes the others the same way."""

    id: str
    kind: str  # vision, goal, kpi, unit, person, orphans
    kind_word: str
    icon: str
    level: int
    name: str
    code: str
    note: str
    url: str
    status: str
    actual: str
    target: str
    has_children: bool
    opened: bool
    toggle_url: str
    people: int
    people_url: str
    place: int  # among its siblings, from 1
    siblings: int


@dataclass(frozen=True, slots=True)
class TreePage:
    company: str
    vision: str
    period: PeriodState
    picker: PeriodPicker
    rows: Sequence[TreeRow]
    data: Mapping[str, object]
    count: int
    orphans: int
    trail: Sequence[Link]
    here: str
    whole_url: str
    files: Sequence[Link]
    query: str = ""
    hits: Sequence[Link] = ()
