"""Suggestions while somebody types an owner, a person or a KPI."""

from __future__ import annotations

from django.db.models import Q

from tamnhin.base.text import folded
from tamnhin.dashboards.reading import Reading
from tamnhin.kpis.access import kpis_visible_to
from tamnhin.kpis.models import Kpi
from tamnhin.organisation.access import owners_visible_to, today
from tamnhin.organisation.models import Owner
from tamnhin.planning.cards.forms import SEPARATOR, choice_of

SHOWN = 12
KINDS = ("owners", "people", "kpis")


def picked(reading: Reading, kind: str, typed: str) -> list[str]:
    """``CODE · Name`` of those whose name or code has every word that was typed. One query."""
    words = folded(typed.split(SEPARATOR, 1)[-1])[:100].split()
    matching = Q()
    for word in words:
        matching &= Q(name_folded__contains=word)
    if kind == "kpis":
        kpis = kpis_visible_to(reading.user, reading.company).exclude(status=Kpi.Status.RETIRED)
        return [choice_of(kpi) for kpi in kpis.filter(matching).order_by("pk")[:SHOWN]]
    owners = owners_visible_to(reading.user, reading.company).filter(matching, archived_at=None)
    owners = owners.filter(Q(person=None) | Q(person__left=None) | Q(person__left__gte=today(reading.company)))
    if kind == "people":
        owners = owners.filter(kind=Owner.Kind.PERSON)
    return [choice_of(owner) for owner in owners.order_by("sort_key", "pk")[:SHOWN]]
