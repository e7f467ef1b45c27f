"""The SMART check while writing, with what the KPI has really been."""

from __future__ import annotations

from collections.abc import Sequence

from tamnhin.dashboards.reading import Reading
from tamnhin.planning.strategy.shapes import Mark
from tamnhin.strategy.models import Goal
from tamnhin.strategy.rules import GoalValues


def marks_of(reading: Reading, values: GoalValues, goal: Goal | None) -> Sequence[Mark]:
    return ()
