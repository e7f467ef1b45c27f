"""The one place that decides between a whole page and a fragment of it (house rule 4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def render_page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    fragment: str | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """The page, or only its ``{% partialdef fragment %}`` when htmx asked for it.

    A boosted link and a restored history entry get the whole page, since they replace the whole body.
    ``Vary: HX-Request`` keeps a cache (and the browser's back button) from showing a fragment as a page.
    """
    htmx = getattr(request, "htmx", None)
    wants_fragment = bool(htmx) and not htmx.boosted and not htmx.history_restore_request  # type: ignore[union-attr]
    name = f"{template}#{fragment}" if fragment and wants_fragment else template
    response = render(request, name, dict(context or {}), status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Boosted", "HX-History-Restore-Request"])
    return response
