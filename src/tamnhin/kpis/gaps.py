"""KPIs nobody answers for any more: whose owner or deputy has left. A hand-over is forced (process.md)."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import F, OuterRef, Subquery

from tamnhin.kpis.models import Kpi, KpiVersion
from tamnhin.kpis.services.definitions import is_here
from tamnhin.organisation.access import today
from tamnhin.organisation.models import Company, Owner


@dataclass(frozen=True, slots=True)
class OwnerGap:
    """An active KPI whose owner or deputy is not here. Empty names: that one is there, or was never named."""

    kpi_id: int
    code: str
    name: str
    owner_gone: str = ""
    deputy_gone: str = ""


def owner_gaps(company: Company, on: datetime.date | None = None) -> list[OwnerGap]:
    """Active KPIs whose owner or deputy has left by a day (today), or whose owning unit has no head who is here; in
    the order of the workbook. KPIs from a file that never named anybody are not among them. One query.
    """
    day = on or today(company)
    newest = KpiVersion.objects.filter(kpi=OuterRef("kpi")).order_by(F("valid_from").desc(nulls_last=True)).values("pk")
    rows = (
        KpiVersion.objects.filter(company=company, kpi__status=Kpi.Status.ACTIVE, pk=Subquery(newest[:1]))
        .select_related(
            "kpi", "owner__person", "owner__unit__head__owner", "deputy__person", "deputy__unit__head__owner"
        )
        .order_by("kpi_id")
    )
    gaps = []
    for row in rows:
        owner = _gone(row.owner, day)
        deputy = _gone(row.deputy, day)
        if owner or deputy:
            gaps.append(OwnerGap(row.kpi_id, row.kpi.code, row.kpi.name, owner, deputy))
    return gaps


def _gone(owner: Owner | None, on: datetime.date) -> str:

    return owner.name if owner is not None and not is_here(owner, on) else ""
