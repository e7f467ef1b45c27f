"""The balance of the company's scorecards, and of one."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tamnhin.dashboards.reading import Reading
from tamnhin.planning.cards.balance import balance_page, owner_balance_page
from tamnhin.planning.pages import show

CURRENT = "balance"


@require_safe
@login_required
def company(request: HttpRequest) -> HttpResponse:
    reading = Reading.of(request)
    only = request.GET.get("of", "")
    number = request.GET.get("page", "1")
    page = balance_page(
        reading,
        only if only in ("unit", "person") else "",
        int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 1,
    )
    return show(request, "planning/cards/balance.html", page, reading, CURRENT)


@require_safe
@login_required
def owner(request: HttpRequest, owner: str) -> HttpResponse:
    reading = Reading.of(request)
    page = owner_balance_page(reading, reading.owner_or_404(owner))
    return show(request, "planning/cards/balance_owner.html", page, reading, CURRENT)
