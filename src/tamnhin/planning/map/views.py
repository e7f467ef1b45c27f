"""The strategy map: to look at, to change, to present, to print."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tamnhin.base.pictures import drawing
from tamnhin.dashboards.reading import Reading, language, with_query
from tamnhin.kpis.access import links_visible_to
from tamnhin.kpis.errors import DefinitionError
from tamnhin.kpis.services.links import add_link, withdraw_link
from tamnhin.planning.map import selectors
from tamnhin.planning.map.forms import ArrowForm, MoveForm
from tamnhin.planning.map.sheet import sheet_of
from tamnhin.planning.pages import show
from tamnhin.strategy.access import can_write_company
from tamnhin.strategy.services.goals import move_to_perspective
from tamnhin.strategy.services.perspectives import perspectives_of

TYPES = {"pdf": "application/pdf", "png": "image/png", "svg": "image/svg+xml"}


@require_safe
@login_required
def strategy_map(request: HttpRequest) -> HttpResponse:
    reading = Reading.of(request)
    page = selectors.strategy_map(reading, request.GET.get("scope", ""), request.GET.get("mode", ""))
    return show(request, "planning/map/map.html", page, reading, "map", "body")


@require_safe
@login_required
def goal(request: HttpRequest, goal: str) -> HttpResponse:
    reading = Reading.of(request)
    return show(request, "planning/map/goal.html", selectors.goal_detail(reading, goal), reading, "map", "body")


@require_safe
@login_required
def arrow(request: HttpRequest, source: str, target: str) -> HttpResponse:
    reading = Reading.of(request)
    page = selectors.arrow_detail(reading, source, target)
    return show(request, "planning/map/arrow.html", page, reading, "map", "body")


def _editing(request: HttpRequest) -> Reading:
    """Raises Http404 for who may not write the company's strategy: to them these addresses do not exist."""
    reading = Reading.of(request)
    if not can_write_company(reading.user, reading.company):
        raise Http404
    return reading


def _back(reading: Reading) -> HttpResponse:
    query = {"period": reading.keep_period, "scope": reading.request.GET.get("scope", ""), "mode": "edit"}
    return HttpResponseRedirect(with_query(reverse("strategy_map"), **query))


def _again(reading: Reading, arrow_form: ArrowForm | None = None, move_form: MoveForm | None = None) -> HttpResponse:
    """The page with the form as it was filled in, and what is wrong at its fields."""
    scope = reading.request.GET.get("scope", "")
    page = selectors.strategy_map(reading, scope, "edit", arrow_form, move_form)
    return show(reading.request, "planning/map/map.html", page, reading, "map", "body", status=422)


@require_POST
@login_required
def draw(request: HttpRequest) -> HttpResponse:
    """Claim that one goal of the map drives another."""
    reading = _editing(request)
    sheet = sheet_of(reading, request.GET.get("scope", ""))
    form = ArrowForm(sheet, request.POST)
    if not form.is_valid():
        return _again(reading, form)
    given = form.cleaned_data
    driver, outcome = (sheet.goals[given[end]].kpi for end in ("source", "target"))
    if driver is None or outcome is None:
        raise Http404
    try:
        add_link(
            acting_user=reading.user, driver=driver, outcome=outcome, sign=given["sign"], lag=given["lag"],
            note=given["note"],
        )  # fmt: skip
    except DefinitionError as error:
        for refusal in error.refusals:
            field = {"other": "target"}.get(refusal.field, refusal.field)
            form.add_error(field if field in form.fields else None, refusal.problem.text(language()))
        return _again(reading, form)
    messages.success(request, _("Đã thêm giả thuyết. Mũi tên nét đứt vì chưa có số liệu kiểm chứng."))
    return _back(reading)


@require_POST
@login_required
def erase(request: HttpRequest) -> HttpResponse:
    """Withdraw a claim."""
    reading = _editing(request)
    pk = request.POST.get("link", "")
    rows = links_visible_to(reading.user, reading.company).select_related("driver", "outcome")
    link = rows.filter(pk=int(pk)).first() if pk.isascii() and pk.isdigit() and len(pk) < 18 else None
    if link is None:
        raise Http404
    withdraw_link(acting_user=reading.user, link=link)
    messages.success(request, _("Đã rút giả thuyết. Bản ghi cũ vẫn được giữ."))
    return _back(reading)


@require_POST
@login_required
def move(request: HttpRequest) -> HttpResponse:
    """Put a goal into another lane."""
    reading = _editing(request)
    perspectives = {one.code: one for one in perspectives_of(reading.company)}
    sheet = sheet_of(reading, request.GET.get("scope", ""))
    form = MoveForm(sheet, request.POST)
    if not form.is_valid():
        return _again(reading, move_form=form)
    lane = perspectives.get(form.cleaned_data["lane"])
    goal = sheet.goals[form.cleaned_data["goal"]]
    move_to_perspective(acting_user=reading.user, goal=goal, perspective=lane)
    where = lane.name if lane is not None else _("Chưa xếp viễn cảnh")
    messages.success(request, _("Đã chuyển “{goal}” sang {lane}.").format(goal=goal.title, lane=where))
    return _back(reading)


@require_safe
@login_required
def file(request: HttpRequest, kind: str) -> HttpResponse:
    """The map on one landscape A4."""
    if kind not in TYPES:
        raise Http404
    reading = Reading.of(request)
    svg = selectors.on_sheet(reading, request.GET.get("scope", ""))
    title = _("Bản đồ chiến lược")
    name = f"{slugify(title.replace('đ', 'd').replace('Đ', 'D'))}-{reading.period.key}.{kind}"
    company = reading.company.name or reading.company.code
    said = {"title": f"{title} · {company}", "alt": reading.company.vision or title, "language": language()}
    content = svg.encode() if kind == "svg" else drawing(svg, "png" if kind == "png" else "pdf", **said)
    return HttpResponse(
        content, content_type=TYPES[kind], headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
