"""Definitions, lines, targets and links that hold; and the scorecards that are still being agreed."""

from __future__ import annotations

from tamnhin.kpis.models.defined import NO_DATE, Bonus, Kpi, KpiVersion, Line, Link, Target, Terms
from tamnhin.kpis.models.planned import (
    Assignment,
    AssignmentLine,
    LibraryEntry,
    ScorecardTemplate,
    TemplateLine,
)
from tamnhin.kpis.models.runs import TemplateRun, TemplateRunItem

__all__ = [
    "NO_DATE",
    "Assignment",
    "AssignmentLine",
    "Bonus",
    "Kpi",
    "KpiVersion",
    "LibraryEntry",
    "Line",
    "Link",
    "ScorecardTemplate",
    "Target",
    "TemplateLine",
    "TemplateRun",
    "TemplateRunItem",
    "Terms",
]
