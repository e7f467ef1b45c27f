"""The library: two hundred KPIs of fourteen departments, ready to take, and a company's own beside them.

``entries.csv`` holds one KPI a row: the words and columns of the ``kpis`` sheet, a proposed formula, which KPI guards
it against being pushed too hard, and which it is thought to drive. ``components.csv``: what the formulas are made of.
"""

from tamnhin.kpis.library.entries import (
    DEPARTMENTS,
    Component,
    Entry,
    builtin,
    components,
    components_of,
    department_name,
    of_company,
    proposed_method,
)
from tamnhin.kpis.library.finding import AXES, Choice, Facet, Found, find

__all__ = [
    "AXES",
    "DEPARTMENTS",
    "Choice",
    "Component",
    "Entry",
    "Facet",
    "Found",
    "builtin",
    "components",
    "components_of",
    "department_name",
    "find",
    "of_company",
    "proposed_method",
]
