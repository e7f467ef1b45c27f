"""The endpoints. Each one passes an app's ``access``: what is hidden is absent, and another company's is a 404."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import NinjaAPI, Query

from tamnhin.api import schemas as out
from tamnhin.api.caller import Key, Session, caller
from tamnhin.api.paging import Window, code_of, page
from tamnhin.api.rows import assignment, goal, kpi, kpi_detail, link, path_of
from tamnhin.engine.aggregation import ABSENT
from tamnhin.engine.report import card_rows, line_rows
from tamnhin.evaluation.live import Live, live
from tamnhin.kpis.access import assignments_visible_to, kpis_visible_to, links_visible_to
from tamnhin.organisation.access import owners_visible_to, today
from tamnhin.strategy.access import (
    cycles_visible_to,
    goals_visible_to,
    perspectives_visible_to,
    statements_visible_to,
)

api = NinjaAPI(
    title="Tầm Nhìn",
    version="1",
    description="Read what you may see: strategy, goals, KPIs, links, assignments and scorecards. Codes name things, "
    "as in the workbook; scores, weights and rates are decimal strings; a number that does not exist is null, never 0.",
    auth=[Key(), Session()],
    docs_url=None,  # its page loads scripts from elsewhere, which the content security policy forbids
    urls_namespace="api",
)
WINDOW: Any = Query(...)  # type: ignore[type-arg]  # ninja calls its function as its class
MISSING = {404: out.Error}


@api.get("/company", response={200: out.CompanyOut, **MISSING}, summary="The company and its vision")
def company(request: HttpRequest) -> Any:
    _user, one = caller(request)
    fields = ("code", "name", "vision", "mission", "values", "fiscal_year_start", "currency", "time_zone")
    return {**{name: getattr(one, name) for name in fields}, "today": today(one)}


@api.get("/statements", response={200: out.Page[out.StatementOut], **MISSING}, summary="Versions of the vision")
def statements(request: HttpRequest, window: Window = WINDOW) -> Any:
    user, one = caller(request)
    return page(statements_visible_to(user, one).order_by("kind", "-number"), window, lambda row: row)


@api.get("/perspectives", response={200: list[out.PerspectiveOut], **MISSING}, summary="Lanes of the strategy map")
def perspectives(request: HttpRequest) -> Any:
    user, one = caller(request)
    return list(perspectives_visible_to(user, one).filter(archived_at=None).order_by("order", "pk"))


@api.get("/cycles", response={200: out.Page[out.CycleOut], **MISSING}, summary="Cycles in which goals live")
def cycles(request: HttpRequest, window: Window = WINDOW) -> Any:
    user, one = caller(request)
    rows = cycles_visible_to(user, one).select_related("parent").order_by("valid_from", "-valid_to", "pk")
    return page(
        rows,
        window,
        lambda row: {
            **{name: getattr(row, name) for name in ("code", "name", "kind", "valid_from", "valid_to")},
            "parent": code_of(row.parent),
            "closed": row.closed_at is not None,
        },
    )


@api.get("/goals", response={200: out.Page[out.GoalOut], **MISSING}, summary="Goals, strategic and short-term")
def goals(
    request: HttpRequest, window: Window = WINDOW, horizon: str = "", status: str = "", unit: str = "", parent: str = ""
) -> Any:
    user, one = caller(request)
    rows = _goals(user, one)
    given = {"horizon": horizon, "status": status, "unit__owner__code": unit, "parent__code": parent}
    return page(rows.filter(**{name: value for name, value in given.items() if value}), window, goal)


def _goals(user: Any, one: Any) -> Any:
    rows = goals_visible_to(user, one).filter(archived_at=None)
    return rows.select_related("parent", "cycle", "unit__owner", "owner", "kpi").order_by("pk")


@api.get("/goals/{code}", response={200: out.GoalDetail, **MISSING}, summary="One goal and its path upwards")
def one_goal(request: HttpRequest, code: str) -> Any:
    user, one = caller(request)
    rows = _goals(user, one)
    row = get_object_or_404(rows, code=code)
    return {
        **goal(row),
        "path": path_of(row, goals_visible_to(user, one)),
        "children": [found.code for found in rows.filter(parent=row)],
    }


@api.get("/kpis", response={200: out.Page[out.KpiOut], **MISSING}, summary="KPIs with their newest definition")
def kpis(request: HttpRequest, window: Window = WINDOW, status: str = "") -> Any:
    user, one = caller(request)
    rows = kpis_visible_to(user, one).prefetch_related("versions__owner", "versions__deputy").order_by("pk")
    return page(rows.filter(status=status) if status else rows, window, kpi)


@api.get("/kpis/{code}", response={200: out.KpiDetail, **MISSING}, summary="One KPI: card, versions and links")
def one_kpi(request: HttpRequest, code: str) -> Any:
    user, one = caller(request)
    rows = kpis_visible_to(user, one).prefetch_related("versions__owner", "versions__deputy", "versions__guardrail")
    row = get_object_or_404(rows, code=code)
    links = _links(user, one)
    return kpi_detail(row, [*links.filter(driver=row)], [*links.filter(outcome=row)])


@api.get("/links", response={200: out.Page[out.LinkOut], **MISSING}, summary="Hypotheses: which KPI drives which")
def links(request: HttpRequest, window: Window = WINDOW) -> Any:
    user, one = caller(request)
    return page(_links(user, one), window, link)


def _links(user: Any, one: Any) -> Any:
    rows = links_visible_to(user, one).filter(withdrawn_at=None)
    return rows.select_related("driver", "outcome", "claimed_by").order_by("pk")


@api.get("/owners", response={200: out.Page[out.OwnerOut], **MISSING}, summary="Units and people you may see")
def owners(request: HttpRequest, window: Window = WINDOW, kind: str = "") -> Any:
    user, one = caller(request)
    rows = owners_visible_to(user, one).select_related("unit__parent__owner", "person__unit__owner").order_by("pk")
    return page(
        rows.filter(kind=kind) if kind else rows,
        window,
        lambda row: {
            "code": row.code,
            "name": row.name,
            "kind": row.kind,
            "unit": code_of(row.unit.parent if row.kind == "unit" else row.person.unit),
            "position": row.person.position if row.kind == "person" else "",
        },
    )


@api.get("/assignments", response={200: out.Page[out.AssignmentOut], **MISSING}, summary="Scorecards being agreed")
def assignments(request: HttpRequest, window: Window = WINDOW, owner: str = "", status: str = "") -> Any:
    user, one = caller(request)
    rows = assignments_visible_to(user, one).select_related("owner").order_by("pk")
    given = {"owner__code": owner, "status": status}
    rows = rows.filter(**{name: value for name, value in given.items() if value})
    return page(rows.prefetch_related("lines__kpi", "lines__goal"), window, assignment)


@api.get("/scorecards", response={200: out.Page[out.ScorecardOut], **MISSING}, summary="Scores of a period")
def scorecards(request: HttpRequest, period: str, window: Window = WINDOW) -> Any:
    user, one = caller(request)
    current, at = _evaluated(one, period)
    seen = owners_visible_to(user, one).order_by("pk")
    rows = _cards(current, at, list(seen.values_list("pk", flat=True)))
    return {
        "count": len(rows),
        "limit": window.limit,
        "offset": window.offset,
        "items": rows[window.offset : window.offset + window.limit],
    }


@api.get("/scorecards/{owner}", response={200: out.ScorecardDetail, **MISSING}, summary="One scorecard, line by line")
def one_scorecard(request: HttpRequest, owner: str, period: str) -> Any:
    user, one = caller(request)
    current, at = _evaluated(one, period)
    row = get_object_or_404(owners_visible_to(user, one), code=owner)
    cards = _cards(current, at, [row.pk])
    if not cards:
        raise Http404
    first, last = current.plan.line_starts[(position := current.owner_at[owner]) : position + 2]
    held = [line for line in range(int(first), int(last)) if current.result.state[at, line] != ABSENT]
    return {**cards[0], "lines": line_rows(current.result, at, np.array(held, dtype=np.int64))}


def _evaluated(one: Any, period: str) -> tuple[Live, int]:
    current = live(one)
    if period not in current.periods:
        raise Http404
    return current, current.periods[period]


def _cards(current: Live, at: int, ids: list[int]) -> list[dict[str, object]]:
    chosen = np.isin(current.owner_ids, np.array(ids, dtype=np.int64))
    return card_rows(current.result, at, chosen)
