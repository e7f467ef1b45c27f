"""What was reached a year before each period, for one KPI and many owners at once."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tamnhin.dashboards.reading import Reading
from tamnhin.engine.aggregation import Floats
from tamnhin.engine.evaluate.measure import measure
from tamnhin.engine.periods import Period, anchor, containing
from tamnhin.engine.states import State

Mask = npt.NDArray[np.bool_]


def year_before(part: Period, years: int, fiscal_year_start: int) -> Period:
    """The same period so many years before."""
    day = anchor(part)
    earlier = datetime.date(day.year - years, day.month, min(day.day, 28))
    return containing(earlier, part.kind, fiscal_year_start)


def actuals(reading: Reading, kpi: str, owners: Sequence[int], parts: Sequence[Period]) -> tuple[Floats, Mask]:
    """Float64 ``(parts, owners)`` a year before each part, NaN where unknown, and where that is from two years before.

    A year that has not ended lends the months it still owes from the one before: planning begins in November.
    ``owners``: positions in the plan.
    """
    start = reading.company.fiscal_year_start
    last = _numbers(reading, kpi, owners, [year_before(part, 1, start) for part in parts])
    older = _numbers(reading, kpi, owners, [year_before(part, 2, start) for part in parts])
    lent = np.isnan(last) & ~np.isnan(older)
    return np.where(lent, older, last), lent


def _numbers(reading: Reading, kpi: str, owners: Sequence[int], stretches: Sequence[Period]) -> Floats:
    plan = reading.live.plan
    out = np.full((len(stretches), len(owners)), np.nan)
    at = reading.live.facts.kpi_at.get(kpi, -1)
    if at < 0 or not owners or not stretches:
        return out
    nodes = plan.nodes.find(np.array(owners, dtype=np.int64), at, plan.kpis.count)
    has = np.flatnonzero(nodes >= 0)
    if not len(has):
        return out
    first = np.array([one.first for one in stretches], dtype=np.int64)
    final = np.array([one.last for one in stretches], dtype=np.int64)
    found = measure(plan, nodes[has], first, final)
    out[:, has] = np.where((found.state == State.VALUE) & (final <= reading.day)[:, None], found.actual, np.nan)
    return out


def totals(numbers: Floats, *, additive: bool) -> Floats:
    """Float64 ``(owners,)``: their sum over the parts, or the last level; NaN where some part is unknown."""
    if additive:
        return np.asarray(numbers.sum(axis=0), dtype=np.float64)
    return numbers[-1].copy() if len(numbers) else np.full(numbers.shape[1], np.nan)
