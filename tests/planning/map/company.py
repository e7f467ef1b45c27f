"""Goals for the map, and what a page shows of them."""

from __future__ import annotations

import datetime
from typing import Any

from django.test import Client
from django.urls import reverse
from tests.cast import Cast

from tamnhin.kpis.models import Kpi
from tamnhin.strategy.models import Goal

YEAR = datetime.date.today().year  # noqa: DTZ011 - the furnished company counts its months from today too


def make_goal(
    cast: Cast, code: str, title: str, perspective: str, kpi: Kpi | None = None, horizon: str = "strategic", **more: Any
) -> Goal:
    given = {
        "valid_from": datetime.date(YEAR - 1, 1, 1),
        "valid_to": datetime.date(YEAR + 1, 12, 31),
        "unit": cast.root,
        **more,
    }
    return Goal.objects.create(
        company=cast.company, code=code, title=title, perspective=perspective, kpi=kpi, horizon=horizon, **given
    )


def page(client: Client, **query: str) -> Any:
    response = client.get(reverse("strategy_map"), query)
    assert response.status_code == 200
    return response.context["page"]


def boxes(shown: Any) -> dict[str, Any]:
    return {one.box.code: one for one in shown.drawing.boxes}
