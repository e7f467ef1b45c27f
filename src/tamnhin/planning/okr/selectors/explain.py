"""OKR and KPI side by side, with the company's own."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse

from tamnhin.dashboards.reading import Reading
from tamnhin.kpis.access import kpis_visible_to
from tamnhin.okr.access import objectives_visible_to
from tamnhin.okr.models import Objective
from tamnhin.planning.addresses import address
from tamnhin.planning.okr.numbers import standing
from tamnhin.planning.okr.selectors.common import advice_notes, new_kpi_address
from tamnhin.planning.okr.selectors.tree import current_period, may_write
from tamnhin.planning.okr.shapes import ExplainPage, LikeKpi

SHOWN, LOOKED_AT = 20, 200


def explain_page(reading: Reading) -> ExplainPage:
    """What the company has of each, and which of its open objectives work as KPIs."""
    running = (
        objectives_visible_to(reading.user, reading.company)
        .filter(status__in=[Objective.Status.DRAFT, Objective.Status.ACTIVE])
        .select_related("owner")
    )
    # without one of these three the advice has nothing to say
    marked = Q(origin=Objective.Origin.TOP_DOWN) | Q(pay_tied=True) | Q(expected=100)
    suspects = list(running.filter(marked).order_by("-period", "pk")[:LOOKED_AT])
    notes = advice_notes(reading, suspects, standing(reading, suspects)) if suspects else {}
    return ExplainPage(
        objectives=running.filter(status=Objective.Status.ACTIVE).count(),
        kpis=kpis_visible_to(reading.user, reading.company).filter(archived_at=None).count(),
        period=current_period(reading).title(reading.language),
        like_kpi=[
            LikeKpi(one.title, reverse("okr_objective", args=[one.pk]), one.owner.name, notes[one.pk])
            for one in suspects
            if one.pk in notes
        ][:SHOWN],
        okr_url=reverse("okr"),
        kpi_url=reverse("kpi_list"),
        new_url=reverse("okr_new") if may_write(reading) else "",
        kpi_new_url=new_kpi_address(reading),
        library_url=address("library"),
    )
