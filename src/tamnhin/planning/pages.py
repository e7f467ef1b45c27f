"""What every page of the plan ends with: its template inside the frame, or the part that htmx asked for."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from tamnhin.base.pages import render_page
from tamnhin.dashboards.reading import Reading


def show(
    request: HttpRequest,
    template: str,
    page: object,
    reading: Reading,
    current: str,
    fragment: str | None = None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """``current`` is the entry of the navigation that the page stands under; ``page`` is the template's view model."""
    context = {"page": page, "shell": reading.shell(current), **more}
    return render_page(request, template, context, fragment, status=status)
