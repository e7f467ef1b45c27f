"""Target rows, timelines of 2026 and the call of ``resolve`` that the tests of targets share."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from tamnhin.engine import calendar, targets
from tamnhin.engine.calendar import Calendar
from tamnhin.engine.periods import Kind, Timeline, ordinal
from tamnhin.engine.problems import Problem
from tamnhin.engine.targets import LastYear

VN = calendar.build("mon-fri", "VN", years=range(2024, 2029))
SCHEMA = {
    "node": pl.Int64, "period": pl.String, "target": pl.Float64, "profile": pl.String, "basis": pl.String,
    "_row": pl.Int32,
}  # fmt: skip
Given = tuple[int, str | None, float | None, str | None, str | None]


def nothing_known(nodes: np.ndarray, low: int, high: int) -> None:
    return None


def timeline_of(
    frequency: Kind, first: date = date(2026, 1, 1), last: date = date(2026, 12, 31), fiscal: int = 1
) -> Timeline:
    return Timeline.build(frequency, ordinal(first), ordinal(last), VN, fiscal)


def resolve(
    rows: list[Given],
    additive: list[bool],
    timeline: Timeline,
    last_year: LastYear = nothing_known,
    company: Calendar = VN,
) -> tuple[np.ndarray, np.ndarray, list[Problem]]:
    frame = pl.DataFrame(
        [(*row, sheet_row) for sheet_row, row in enumerate(rows, start=2)], schema=SCHEMA, orient="row"
    )
    return targets.resolve(
        frame,
        len(additive),
        np.array(additive),
        timeline,
        company,
        timeline.fiscal_year_start,
        last_year,
        lambda node: (f"S{node}", "REV"),
        lambda column, row, col: f"{column}:{row}" if col is None else f"{col}:{row}",
    )
