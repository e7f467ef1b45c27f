"""Reading: the versions, one of them, two beside each other, a file, and who has read."""

from __future__ import annotations

import io
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from tamnhin.dashboards.reading import Reading
from tamnhin.planning.pages import show
from tamnhin.planning.regulation import selectors
from tamnhin.planning.regulation.comparing import compare_page
from tamnhin.planning.regulation.readers import readers_page, reminders_csv
from tamnhin.regulation.access import get_file_or_404, get_version_or_404
from tamnhin.regulation.models import Version

CURRENT = "regulation"


@require_safe
@login_required
def versions(request: HttpRequest) -> HttpResponse:
    reading = Reading.of(request)
    return show(request, "planning/regulation/list.html", selectors.list_page(reading), reading, CURRENT)


@require_safe
@login_required
def version(request: HttpRequest, number: int) -> HttpResponse:
    """``text=vi|en``: the language of the words; ``opinions=all``: every one of them."""
    reading = Reading.of(request)
    row = get_version_or_404(request, number)
    asked = request.GET.get("text", "")
    language = asked if asked in ("vi", "en") else ""
    page = selectors.version_page(reading, row, language=language, all_opinions=request.GET.get("opinions") == "all")
    return show(request, "planning/regulation/version.html", page, reading, CURRENT)


@require_safe
@login_required
def compare(request: HttpRequest, number: int) -> HttpResponse:
    """``against``: another version's number, or ``sent``; ``view=inline``."""
    reading = Reading.of(request)
    row = get_version_or_404(request, number)
    view = "inline" if request.GET.get("view") == "inline" else ""
    page = compare_page(reading, row, request.GET.get("against", "")[:16], view)
    return show(request, "planning/regulation/compare.html", page, reading, CURRENT)


@require_safe
@login_required
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A paper as a download. Whatever is in it, the browser neither guesses its kind nor runs it."""
    Reading.of(request)
    found = get_file_or_404(request, pk)
    response = FileResponse(
        io.BytesIO(bytes(found.content)), as_attachment=True, filename=found.name, content_type=found.content_type
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
@login_required
def readers(request: HttpRequest, number: int) -> HttpResponse:
    reading = Reading.of(request)
    row = _published_or_404(request, number)
    page = readers_page(reading, row, request.GET.get("unit", ""), _number(request))
    return show(request, "planning/regulation/readers.html", page, reading, CURRENT, "readers")


@require_safe
@login_required
def readers_file(request: HttpRequest, number: int) -> HttpResponseBase:
    reading = Reading.of(request)
    row = _published_or_404(request, number)
    lines = reminders_csv(reading, row, request.GET.get("unit", ""))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"quy-che-{row.number}-chua-xac-nhan.csv"
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "private, no-store"
    return response


def _published_or_404(request: HttpRequest, number: int) -> Version:
    """Only what is published has been put before anybody to acknowledge."""
    row = get_version_or_404(request, number)
    if row.state != Version.State.PUBLISHED:
        raise Http404
    return row


def _number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
