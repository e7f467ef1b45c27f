"""What a sheet and a column are: names, aliases, kind of content, limits, notes and worked examples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["code", "text", "choice", "number", "whole", "decimal", "date", "instant", "period"]
Target = Literal["units", "people", "owners", "kpis", "goals"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet.

    ``label`` is the Vietnamese heading; it and ``aliases`` are accepted beside the canonical ``name``. ``refers`` says
    which codes the cell must hold; where ``soft``, a reference to a row that was itself left out is blanked instead of
    taking its own row down. Numbers must lie in ``[low, high]`` (``above``: strictly above ``low``).
    """

    name: str
    label: str
    kind: Kind
    vi: str
    en: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    refers: Target | None = None
    soft: bool = False
    low: float | None = None
    high: float | None = None
    above: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: ``label`` is its Vietnamese name. ``examples`` are rows by canonical column for the template."""

    name: str
    label: str
    vi: str
    en: str
    columns: tuple[Column, ...]
    aliases: tuple[str, ...] = ()
    wide_value: str | None = None  # the column that a wide sheet spreads over its period headings
    wide_keeps: tuple[str, ...] = ()  # the other columns a wide sheet may have beside owner and kpi
    examples: tuple[Mapping[str, object], ...] = field(default_factory=tuple)

    def column(self, name: str) -> Column:
        """The column of that canonical name; KeyError where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)
