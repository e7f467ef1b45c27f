"""Vision, mission, values; perspectives; cycles; and all of it at a glance."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tamnhin.dashboards.reading import Reading, with_query
from tamnhin.organisation.access import today
from tamnhin.planning.pages import show
from tamnhin.planning.strategy.cycles import cycles_page, new_form
from tamnhin.planning.strategy.forms import PerspectiveForm, StatementForm
from tamnhin.planning.strategy.lanes import perspectives_page
from tamnhin.planning.strategy.overview import overview
from tamnhin.planning.strategy.statements import statements_page
from tamnhin.strategy.access import can_write_company, cycles_visible_to, perspectives_visible_to
from tamnhin.strategy.models import Cycle, Perspective, Statement
from tamnhin.strategy.problems import RefusedError, StaleError
from tamnhin.strategy.services import cycles as cycling
from tamnhin.strategy.services import perspectives as lanes
from tamnhin.strategy.services.statements import newest_number, save_statement


def _writer(request: HttpRequest) -> Reading:
    """Whoever may not write the company's strategy finds nothing to post to."""
    reading = Reading.of(request)
    if not can_write_company(reading.user, reading.company):
        raise Http404
    return reading


@require_safe
@login_required
def strategy(request: HttpRequest) -> HttpResponse:
    reading = Reading.of(request)
    return show(request, "planning/strategy/overview.html", overview(reading), reading, "strategy")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def statements(request: HttpRequest) -> HttpResponse:
    kind = request.GET.get("kind", Statement.Kind.VISION)
    if kind not in Statement.Kind.values:
        raise Http404
    template = "planning/strategy/statements.html"
    if request.method != "POST":
        reading = Reading.of(request)
        return show(request, template, statements_page(reading, kind), reading, "statements")
    reading = _writer(request)
    form = StatementForm(request.POST, kind=kind, first=newest_number(reading.company, kind) == 0)
    stale: Statement | None = None
    if form.is_valid():
        given = form.cleaned_data
        try:
            saved = save_statement(
                acting_user=reading.user,
                company=reading.company,
                kind=kind,
                text=given["text"],
                reason=given["reason"],
                valid_from=given["valid_from"] or today(reading.company),
                expected=given["expected"],
            )
        except RefusedError as error:
            form.refuse(error.faults)
        except StaleError as error:
            stale = error.current
            data = request.POST.copy()
            data["expected"] = str(error.current.number)
            form.data = data
            form.add_error(None, _("Người khác vừa lưu bản mới hơn. Xem bản đó bên dưới rồi lưu lại nếu bạn vẫn muốn."))
        else:
            messages.success(request, _("Đã lưu bản {number}.").format(number=saved.number))
            return HttpResponseRedirect(with_query(reverse("statements"), kind=kind))
    page = statements_page(reading, kind, form, stale)
    return show(request, template, page, reading, "statements", status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def perspectives(request: HttpRequest) -> HttpResponse:
    template = "planning/strategy/perspectives.html"
    if request.method != "POST":
        reading = Reading.of(request)
        return show(request, template, perspectives_page(reading), reading, "perspectives")
    reading = _writer(request)
    code, act = request.POST.get("code", ""), request.POST.get("act", "")
    form = PerspectiveForm(request.POST)
    form.is_valid()
    try:
        said = _on_perspective(reading, act, code, form)
    except RefusedError as error:
        form.refuse(error.faults)
        page = perspectives_page(reading, form, code if act != "add" else "")
        return show(request, template, page, reading, "perspectives", status=422)
    messages.success(request, said)
    return HttpResponseRedirect(reverse("perspectives"))


def _on_perspective(reading: Reading, act: str, code: str, form: PerspectiveForm) -> str:
    user, company = reading.user, reading.company
    names = {"name": form.cleaned_data.get("name", ""), "name_en": form.cleaned_data.get("name_en", "")}
    if act == "add":
        row = lanes.add_perspective(acting_user=user, company=company, **names)
        return _("Đã thêm viễn cảnh “{name}”.").format(name=row.name)
    found: Perspective | None = perspectives_visible_to(user, company).filter(code=code).first()
    if found is None:
        raise Http404
    if act == "rename":
        row = lanes.rename_perspective(acting_user=user, perspective=found, **names)
        return _("Đã đổi tên thành “{name}”.").format(name=row.name)
    if act in ("up", "down"):
        lanes.move_perspective(acting_user=user, perspective=found, up=act == "up")
        return _("Đã đổi thứ tự.")
    if act == "archive":
        lanes.archive_perspective(acting_user=user, perspective=found)
        return _("Đã lưu kho “{name}”.").format(name=found.name)
    if act == "restore":
        lanes.restore_perspective(acting_user=user, perspective=found)
        return _("Đã dùng lại “{name}”.").format(name=found.name)
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def cycles(request: HttpRequest) -> HttpResponse:
    """GET with dates shows what a strategic cycle of these dates suggests; POST makes, changes, closes or removes."""
    template = "planning/strategy/cycles.html"
    reading = _writer(request) if request.method == "POST" else Reading.of(request)
    every = list(cycles_visible_to(reading.user, reading.company).select_related("parent"))
    editing = _named(every, request.GET.get("edit", ""))
    if request.method != "POST":
        asked = new_form(reading, every, request.GET) if request.GET.get("valid_from") else None
        page = cycles_page(reading, asked, editing, halves=request.GET.get("halves") == "1")
        if asked is not None:
            asked.errors.clear()  # nothing has been sent yet: this is a look ahead
        return show(request, template, page, reading, "cycles", "suggestions")
    act = request.POST.get("act", "")
    if act in ("close", "reopen", "remove"):
        return _on_cycle(request, reading, act, _named(every, request.POST.get("code", "")))
    form = new_form(reading, every, request.POST, editing)
    halves, keys = request.POST.get("halves") == "1", request.POST.getlist("keys")
    if form.is_valid():
        try:
            if editing is not None:
                cycling.change_cycle(acting_user=reading.user, cycle=editing, values=form.values())
                messages.success(request, _("Đã lưu chu kỳ {code}.").format(code=form.values().code))
            else:
                made = cycling.add_cycle(
                    acting_user=reading.user, company=reading.company, values=form.values(), with_keys=keys,
                    halves=halves,
                )  # fmt: skip
                messages.success(request, _("Đã tạo chu kỳ {code}.").format(code=made.code))
            return HttpResponseRedirect(reverse("cycles"))
        except RefusedError as error:
            form.refuse(error.faults)
    page = cycles_page(reading, form, editing, keys, halves=halves)
    return show(request, template, page, reading, "cycles", status=422)


def _named(every: list[Cycle], code: str) -> Cycle | None:
    if not code:
        return None
    found = next((row for row in every if row.code == code), None)
    if found is None:
        raise Http404
    return found


def _on_cycle(request: HttpRequest, reading: Reading, act: str, cycle: Cycle | None) -> HttpResponse:
    if cycle is None:
        raise Http404
    said = {"close": _("Đã đóng chu kỳ {code}."), "reopen": _("Đã mở lại chu kỳ {code}."),
            "remove": _("Đã xóa chu kỳ {code}.")}[act]  # fmt: skip
    try:
        if act == "close":
            cycling.close_cycle(acting_user=reading.user, cycle=cycle)
        elif act == "reopen":
            cycling.reopen_cycle(acting_user=reading.user, cycle=cycle)
        else:
            cycling.remove_cycle(acting_user=reading.user, cycle=cycle)
    except RefusedError as error:
        for fault in error.faults:
            messages.error(request, fault.problem.text(reading.language))
        return show(request, "planning/strategy/cycles.html", cycles_page(reading), reading, "cycles", status=422)
    messages.success(request, said.format(code=cycle.code))
    return HttpResponseRedirect(reverse("cycles"))
