"""The SMART check of a goal as it is stored: what keeps it from being proposed."""

from __future__ import annotations

from tamnhin.strategy.models import Goal
from tamnhin.strategy.problems import Fault


def smart_faults(goal: Goal) -> list[Fault]:
    return []
