"""The chain from the vision down to each KPI, and what is missing in it. See docs/algorithms/lineage.md."""

from .chain import Lineage, Step, trace
from .circles import circles, would_cycle
from .findings import Finding

__all__ = ["Finding", "Lineage", "Step", "circles", "trace", "would_cycle"]
