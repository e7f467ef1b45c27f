"""Home, scorecards, KPIs, "Vì sao?" and the heat map. Views are short: selectors fill, templates show."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from tamnhin.agreements.selectors import waiting_for
from tamnhin.base.pages import render_page
from tamnhin.base.text import folded
from tamnhin.dashboards.reading import Reading
from tamnhin.dashboards.selectors import cards, why
from tamnhin.dashboards.selectors.heat import heat_page
from tamnhin.dashboards.selectors.home import home_page
from tamnhin.dashboards.selectors.kpi import kpi_page
from tamnhin.engine.report import report
from tamnhin.regulation.selectors import InForce, in_force
from tamnhin.workbook.result import open_result

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _page(
    request: HttpRequest, template: str, name: str, page: object, shell: object, fragment: str | None = None
) -> HttpResponse:
    context: dict[str, Any] = {name: page, "shell": shell}
    return render_page(request, template, context, fragment)


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    if getattr(request, "company", None) is None:
        return render_page(request, "base/home.html")
    reading = Reading.of(request)
    page = home_page(reading)
    context = {
        "page": page,
        "shell": reading.shell("home", len(page.due)),
        "waiting": waiting_for(reading.user, reading.company),
    }
    return render_page(request, "dashboards/home.html", context)


@require_safe
@login_required
def scorecard(request: HttpRequest, owner: str) -> HttpResponse:
    reading = Reading.of(request)
    position = reading.owner_or_404(owner)
    page = cards.scorecard_page(reading, position, request.GET.get("sort", "order"))
    context = {"page": page, "shell": reading.shell("scorecard"), "regulation": _regulation(reading)}
    return render_page(request, "dashboards/scorecard.html", context, "body")


def _regulation(reading: Reading) -> InForce | None:
    """The version of the regulation that held at the end of the period, or holds today: every evaluation carries it."""
    return in_force(reading.company, min(reading.period.end, reading.live.as_of))


@require_safe
@login_required
def kpi(request: HttpRequest, owner: str, kpi: str) -> HttpResponse:
    reading = Reading.of(request)
    page = kpi_page(reading, reading.owner_or_404(owner), kpi)
    if page is None:
        raise Http404
    return _page(request, "dashboards/kpi.html", "page", page, reading.shell("scorecard"), "body")


@require_safe
@login_required
def why_card(request: HttpRequest, owner: str) -> HttpResponse:
    reading = Reading.of(request)
    tree = why.why_card(reading, reading.owner_or_404(owner))
    return _page(request, "dashboards/why.html", "why", tree, reading.shell("scorecard"), "body")


@require_safe
@login_required
def why_line(request: HttpRequest, owner: str, kpi: str) -> HttpResponse:
    reading = Reading.of(request)
    position = reading.owner_or_404(owner)
    try:
        tree = why.why_line(reading, position, kpi)
    except KeyError:
        raise Http404 from None
    return _page(request, "dashboards/why.html", "why", tree, reading.shell("scorecard"), "body")


@require_safe
@login_required
def why_pay(request: HttpRequest, owner: str) -> HttpResponse:
    reading = Reading.of(request)
    position = reading.owner_or_404(owner)
    if not cards.pay_visible(reading, position):
        raise Http404
    tree = why.why_pay(reading, position)
    if tree is None:
        raise Http404
    context = {"why": tree, "shell": reading.shell("scorecard"), "regulation": _regulation(reading)}
    return render_page(request, "dashboards/why.html", context, "body")


@require_safe
@login_required
def heatmap(request: HttpRequest) -> HttpResponse:
    reading = Reading.of(request)
    number = request.GET.get("page", "")
    page = heat_page(reading, request.GET.get("under", ""), int(number) if number.isdecimal() else 1)
    return _page(request, "dashboards/heatmap.html", "page", page, reading.shell("heatmap"), "body")


@require_safe
@login_required
def export_card(request: HttpRequest, owner: str) -> HttpResponse:
    """One scorecard as a workbook. Pay is not in it: that has pages of its own."""
    reading = Reading.of(request)
    position = reading.owner_or_404(owner)
    rows = report(reading.live.result, reading.at, np.array([position]))
    kpis = {code: reading.kpi_name(code) for code in reading.kpi_rows}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scorecard.xlsx"
        with open_result(path, language=reading.language, owner_names=reading.owner_names, kpi_names=kpis) as result:
            result.add("scorecards", rows.scorecards)
            result.add("lines", rows.lines)
            result.add("problems", (problem.as_dict() for problem in rows.problems if problem.owner == owner))
        body = path.read_bytes()
    name = slugify(folded(f"{reading.owner_name(position)} {reading.period.key}"))
    response = HttpResponse(body, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response
