"""Objectives to read: the tree of a period, one objective, OKR beside KPI; and what fields ask while one types."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tamnhin.base.entry import read_number
from tamnhin.dashboards.reading import Reading
from tamnhin.engine.periods import Period
from tamnhin.kpis.access import kpis_visible_to
from tamnhin.okr.access import get_objective_or_404, owners_editable_by
from tamnhin.okr.writing import KINDS
from tamnhin.organisation.access import owners_visible_to
from tamnhin.organisation.models import Owner
from tamnhin.planning.okr.finding import labelled, suggestions
from tamnhin.planning.okr.numbers import period_of
from tamnhin.planning.okr.selectors.explain import explain_page
from tamnhin.planning.okr.selectors.objective import objective_page
from tamnhin.planning.okr.selectors.tree import current_period, okr_list
from tamnhin.planning.pages import show

CURRENT = "okr"  # the entry of the navigation


@require_safe
@login_required
def okr(request: HttpRequest) -> HttpResponse:
    """``period`` (a quarter, half or year), ``unit`` (a code) or ``mine``."""
    reading = Reading.of(request, "")
    unit = None
    if code := request.GET.get("unit", ""):
        # which units there are is everybody's to know; what of theirs is shown is for ``objectives_visible_to``
        unit = (
            Owner.objects.filter(company=reading.company, code=code, kind=Owner.Kind.UNIT)
            .select_related("unit")
            .first()
        )
        if unit is None:
            raise Http404
    page = okr_list(reading, _period(reading), unit, mine=bool(request.GET.get("mine")))
    return show(request, "planning/okr/list.html", page, reading, CURRENT)


def _period(reading: Reading) -> Period:
    key = reading.request.GET.get("period", "")
    if not key:
        return current_period(reading)
    period = period_of(reading, key)
    if period is None or period.kind not in KINDS:
        raise Http404
    return period


@require_safe
@login_required
def objective(request: HttpRequest, pk: int) -> HttpResponse:
    reading = Reading.of(request, "")
    page = objective_page(reading, get_objective_or_404(request, pk))
    return show(request, "planning/okr/objective.html", page, reading, CURRENT, "body")


@require_safe
@login_required
def okr_and_kpi(request: HttpRequest) -> HttpResponse:
    reading = Reading.of(request, "")
    return show(request, "planning/okr/explain.html", explain_page(reading), reading, CURRENT)


@require_safe
@login_required
def suggest(request: HttpRequest, what: str) -> HttpResponse:
    """Options for a field: owners the reader writes for, owners and people they see, KPIs. The field is the query."""
    reading = Reading.of(request, "")
    text = next((str(value) for value in request.GET.values()), "")[:200]
    visible = owners_visible_to(reading.user, reading.company)
    if what == "kpis":
        found = [labelled(row) for row in suggestions(kpis_visible_to(reading.user, reading.company), text)]
    elif what == "writable":
        found = [labelled(row) for row in suggestions(owners_editable_by(reading.user, reading.company), text)]
    elif what in ("owners", "people"):
        rows = visible if what == "owners" else visible.filter(kind=Owner.Kind.PERSON)
        found = [labelled(row) for row in suggestions(rows.filter(archived_at=None), text)]
    else:
        raise Http404
    return render(request, "planning/okr/options.html", {"options": found})


@require_safe
@login_required
def echo(request: HttpRequest) -> HttpResponse:
    """How the number typed into a field reads."""
    reading = Reading.of(request, "")
    typed = next((str(value) for value in request.GET.values()), "")
    found = read_number(typed, reading.language)
    error = found.problem.text(reading.language) if found.problem is not None else ""
    said = f"{found.text} · {found.words}" if found.value is not None else ""
    return render(request, "components/echo.html", {"echo": said, "error": error})
