"""What pages look up in a plan: names, rows of a sheet by code, who stands under whom. Built once, when first asked.

Nothing here depends on entered numbers, so it holds for as long as the plan does.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
import polars as pl

from tamnhin.engine.aggregation import Ints
from tamnhin.engine.plan import Plan

Row = dict[str, object]


class Facts:
    """Of one plan. Two threads that ask at once may both build a part; they build the same."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._book = plan.book

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Units' and people's names by code."""
        units, people = self._book["units"], self._book["people"]
        found = dict(zip(units["code"].to_list(), units["name"].to_list(), strict=True))
        return found | dict(zip(people["code"].to_list(), people["name"].to_list(), strict=True))

    @cached_property
    def kpi_rows(self) -> Mapping[str, Row]:
        """Each KPI's newest definition as a row of the ``kpis`` sheet."""
        frame = self._book["kpis"].sort("from", nulls_last=False, maintain_order=True)
        return {row["code"]: row for row in frame.iter_rows(named=True)}

    @cached_property
    def kpi_at(self) -> Mapping[str, int]:
        """A KPI's position in the plan by its code."""
        return {code: i for i, code in enumerate(self._plan.kpis.codes)}

    @cached_property
    def grades(self) -> list[tuple[str, str]]:
        """Grades and their names, from the lowest bound up."""
        frame = self._book["grades"].sort("from")
        return [(grade, name or "") for grade, name in frame.select("grade", "name").iter_rows()]

    def owner_row(self, code: str, *, person: bool) -> Row:
        """The first row of a person or a unit in its sheet. Raises KeyError for an unknown code."""
        frame = self._book["people" if person else "units"]
        return frame.row((self._person_rows if person else self._unit_rows)[code], named=True)

    @cached_property
    def _person_rows(self) -> dict[str, int]:
        return _first_rows(self._book["people"])

    @cached_property
    def _unit_rows(self) -> dict[str, int]:
        return _first_rows(self._book["units"])

    # -- who stands under whom ----------------------------------------------------------------------------------

    def edges_above(self, owner: int) -> Ints:
        """Positions, ascending, of the edges in which the owner is the child."""
        return _group(self._by_child, owner)

    def edges_below(self, owner: int) -> Ints:
        """Positions, ascending, of the edges in which the owner is the parent."""
        return _group(self._by_parent, owner)

    @cached_property
    def root(self) -> int | None:
        """The first unit that never stood under another."""
        held = np.zeros(self._plan.owners.count, dtype=bool)
        held[self._plan.owners.edges.child] = True
        free = np.flatnonzero(~held[: self._plan.owners.unit_count])
        return int(free[0]) if len(free) else None

    @cached_property
    def _by_child(self) -> tuple[Ints, Ints]:
        return _index(self._plan.owners.edges.child, self._plan.owners.count)

    @cached_property
    def _by_parent(self) -> tuple[Ints, Ints]:
        return _index(self._plan.owners.edges.parent, self._plan.owners.count)


def _index(keys: Ints, count: int) -> tuple[Ints, Ints]:
    """Positions sorted by key, and where each of ``count`` keys begins among them."""
    order = np.argsort(keys, kind="stable")
    return order, np.searchsorted(keys[order], np.arange(count + 1))


def _group(index: tuple[Ints, Ints], key: int) -> Ints:
    order, starts = index
    return order[starts[key] : starts[key + 1]]


def _first_rows(frame: pl.DataFrame) -> dict[str, int]:
    codes = frame["code"].cast(pl.String).to_list()
    return {code: len(codes) - 1 - i for i, code in enumerate(reversed(codes))}
