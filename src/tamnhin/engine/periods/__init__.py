"""Periods: keys such as ``2026-Q1`` or ``FY2025-M11``, the days they cover, and the base periods of a timeline."""

from tamnhin.engine.periods.fiscal import (
    EPOCH,
    FIRST_YEAR,
    KINDS,
    LAST_YEAR,
    Kind,
    fiscal_month,
    fiscal_year,
    from_ordinal,
    ordinal,
)
from tamnhin.engine.periods.many import KIND_CODES, parse_many
from tamnhin.engine.periods.parsing import PeriodError, parse
from tamnhin.engine.periods.period import Period, anchor, children, containing, next, previous
from tamnhin.engine.periods.timeline import Timeline

__all__ = [
    "EPOCH",
    "FIRST_YEAR",
    "KINDS",
    "KIND_CODES",
    "LAST_YEAR",
    "Kind",
    "Period",
    "PeriodError",
    "Timeline",
    "anchor",
    "children",
    "containing",
    "fiscal_month",
    "fiscal_year",
    "from_ordinal",
    "next",
    "ordinal",
    "parse",
    "parse_many",
    "previous",
]
