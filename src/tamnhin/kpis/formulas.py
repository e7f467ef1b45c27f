"""A formula as somebody types it, checked against the company's KPIs before it is saved."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import F

from tamnhin.engine import formula
from tamnhin.engine.problems import Problem
from tamnhin.kpis.models import Kpi, KpiVersion
from tamnhin.organisation.models import Company


def formula_faults(company: Company, code: str, text: str, unit: str) -> list[Problem]:
    """Faults and warnings of a formula of the KPI ``code``; ``args`` of each fault of the text have ``start`` and
    ``end``. A formula that would use itself, at however many removes, is CYCLE with the path. One query.
    """
    rows = (
        KpiVersion.objects.filter(company=company)
        .order_by("kpi_id", F("valid_from").asc(nulls_first=True))
        .values_list("kpi__code", "unit", "formula")
    )
    units: dict[str, str | None] = {}
    formulas: dict[str, list[str]] = {}
    for other, its_unit, its_formula in rows:
        units[other] = its_unit
        if its_formula and other != code:
            formulas.setdefault(other, []).append(its_formula)
    units[code] = unit
    parsed = formula.parse(text, units, declared_unit=unit, currency=company.currency)
    found = [fault.as_problem(kpi=code) for fault in (*parsed.errors, *parsed.warnings)]
    if parsed.errors:
        return found
    network = {code: parsed}
    waiting = {reference.code for reference in parsed.references}
    while waiting:  # only what the formula leads to
        other = waiting.pop()
        if other in network or other not in formulas:
            continue
        versions = [formula.parse(one, units, currency=company.currency) for one in formulas[other]]
        references: frozenset[formula.Reference] = frozenset().union(*(version.references for version in versions))
        network[other] = replace(versions[-1], references=references)
        waiting |= {reference.code for reference in references}
    _order, circles = formula.order(network)
    return found + [one for one in circles if one.code == "CYCLE"]


def formulas_reading(company: Company, code: str) -> list[str]:
    """Codes of the KPIs, not retired, whose newest formula uses the KPI ``code``, in their order. One query."""
    rows = (
        KpiVersion.objects.filter(company=company)
        .exclude(kpi__status=Kpi.Status.RETIRED)
        .order_by("kpi_id", F("valid_from").asc(nulls_first=True))
        .values_list("kpi__code", "formula")
    )
    newest = dict(rows)
    known = dict.fromkeys(newest, "")
    known.setdefault(code, "")
    using = []
    for other, text in newest.items():
        if code in text and other != code:
            parsed = formula.parse(text, known)
            if any(reference.code == code for reference in parsed.references):
                using.append(other)
    return using
