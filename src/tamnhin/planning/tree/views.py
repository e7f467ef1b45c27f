"""The KPI tree, to walk and to print."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tamnhin.dashboards.reading import Reading
from tamnhin.planning.pages import show
from tamnhin.planning.tree import selectors
from tamnhin.planning.tree.paper import on_paper

LONGEST_QUERY = 200
MOST_OPEN = 500


@require_safe
@login_required
def kpi_tree(request: HttpRequest) -> HttpResponse:
    reading = Reading.of(request)
    page = selectors.kpi_tree(
        reading,
        request.GET.get("at", ""),
        set(request.GET.getlist("open")[:MOST_OPEN]),
        request.GET.get("q", "").strip()[:LONGEST_QUERY],
    )
    return show(request, "planning/tree/tree.html", page, reading, "tree", "body")


@require_safe
@login_required
def file(request: HttpRequest, kind: str) -> HttpResponse:
    """The tree on paper, from the same node as on the page."""
    if kind != "pdf":
        raise Http404
    reading = Reading.of(request)
    content = on_paper(reading, request.GET.get("at", ""))
    name = f"cay-kpi-{reading.period.key}.pdf"
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
