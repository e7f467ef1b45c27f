"""What the page of a department's goals shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tamnhin.agreements.shapes import Timeline
from tamnhin.dashboards.shapes import Link
from tamnhin.planning.strategy.shapes import GoalRow


@dataclass(frozen=True, slots=True)
class Above:
    """A goal of the company. ``ours`` serve it here; ``others`` is how many goals of other units do."""

    row: GoalRow
    ours: Sequence[Link]
    others: int
    add_url: str

    @property
    def unserved(self) -> bool:
        return not self.ours and not self.others


@dataclass(frozen=True, slots=True)
class Ours:
    """A goal of the unit, with where its agreement stands. ``ready`` drafts may be proposed; ``faults`` say why not."""

    pk: int
    row: GoalRow
    edit_url: str
    ready: bool
    faults: Sequence[str] = ()
    timeline: Timeline | None = None
    agreement_url: str = ""


@dataclass(frozen=True, slots=True)
class DepartmentPage:
    code: str
    name: str
    head: str
    above: Sequence[Above]
    ours: Sequence[Ours]
    units: Sequence[Link]
    unserved: int
    loose: int
    waiting: int
    may_write: bool
    add: Any
    propose: Any
    people: Sequence[tuple[str, str]]
    new_url: str
    card_url: str

    @property
    def drafts(self) -> int:
        return sum(one.row.state == "draft" for one in self.ours)
