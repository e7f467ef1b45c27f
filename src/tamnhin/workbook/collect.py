"""Gathering problems: each at its cell, and never so many of one kind that the others drown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import polars as pl

from tamnhin.engine.book import column_letters
from tamnhin.engine.problems import Problem
from tamnhin.workbook import problems as _declared  # noqa: F401  the codes must be in the catalogue
from tamnhin.workbook.limits import MAX_PROBLEMS_OF_A_KIND


@dataclass(slots=True)
class Place:
    """Where a canonical sheet stands in the file: its own name, its heading row and its columns."""

    name: str
    header_row: int = 1
    columns: dict[str, int] = field(default_factory=dict)


class Collector:
    """Problems in the order in which they were found, with the excess of any one kind counted instead of listed."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._counts: Counter[tuple[str, str, str]] = Counter()

    def add(self, problem: Problem) -> None:
        self.problems.append(problem)

    def at(
        self,
        place: Place,
        code: str,
        column: str,
        row: int,
        *,
        col: int | None = None,
        owner: str | None = None,
        kpi: str | None = None,
        args: Mapping[str, object] | None = None,
    ) -> None:
        """One problem at a cell: ``row`` 1-based, ``col`` 0-based (default: where ``column`` was found)."""
        index = col if col is not None else place.columns.get(column)
        cell = None if index is None else f"{column_letters(index)}{row}"
        self.problems.append(Problem(code, place.name, cell, owner, kpi, {"column": column, **(args or {})}))

    def rows(
        self,
        place: Place,
        code: str,
        column: str,
        frame: pl.DataFrame,
        args: Callable[[dict[str, object]], Mapping[str, object]] = lambda row: {},
    ) -> None:
        """One problem per row of ``frame`` (only the faulty rows; ``_row`` and perhaps ``_col``, owner, kpi)."""
        seen = self._counts[place.name, column, code]
        room = max(0, MAX_PROBLEMS_OF_A_KIND - seen)
        self._counts[place.name, column, code] = seen + frame.height
        for row in frame.head(room).iter_rows(named=True):
            at = row.get("_col")
            self.at(
                place,
                code,
                column,
                row["_row"],
                col=at if isinstance(at, int) else None,
                owner=row.get("owner"),
                kpi=row.get("kpi"),
                args=args(row),
            )

    def finish(self) -> list[Problem]:
        """All problems, closed by one MORE_PROBLEMS for every kind that was cut short."""
        for (name, column, code), count in self._counts.items():
            if count > MAX_PROBLEMS_OF_A_KIND:
                more = {"count": count - MAX_PROBLEMS_OF_A_KIND, "code": code, "column": column}
                self.problems.append(Problem("MORE_PROBLEMS", name, None, args=more))
        return self.problems


def did_you_mean(suggestion: str | None) -> dict[str, object]:
    """The two hints of a problem that may offer a name."""
    if suggestion is None:
        return {"hint_vi": "", "hint_en": ""}
    return {"hint_vi": f" Có phải ý bạn là “{suggestion}”?", "hint_en": f" Did you mean “{suggestion}”?"}
