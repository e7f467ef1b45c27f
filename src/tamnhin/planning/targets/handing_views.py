"""The page that hands a unit's figure down."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from tamnhin.base.entry import read_number
from tamnhin.base.formatting import number
from tamnhin.dashboards.reading import Reading, with_query
from tamnhin.engine.targets.shares import SplitError
from tamnhin.kpis.access import can_assign, get_kpi_or_404
from tamnhin.kpis.services.assignments import AssignmentError, AssignmentForbiddenError, Time, lock
from tamnhin.kpis.services.cascade import LIKE_UNIT, Given, hand_down
from tamnhin.organisation.access import get_owner_or_404
from tamnhin.planning.assign.addresses import address
from tamnhin.planning.pages import show
from tamnhin.planning.targets.forms import STEPS
from tamnhin.planning.targets.handing import Ground, Wanted, divide_among, ground_of, method_of, usual_choice
from tamnhin.planning.targets.handing_page import Typed, cascade_page

TEMPLATE = "planning/targets/cascade.html"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def cascade(request: HttpRequest, owner: str, kpi: str) -> HttpResponse:
    """``act``: count (nothing is written), spread (locks and typed figures are let go), or save."""
    reading = Reading.of(request, "")
    row = get_owner_or_404(request, owner)
    position = reading.owner_or_404(owner)
    if position >= reading.live.plan.owners.unit_count or not can_assign(reading.user, row):
        raise Http404  # drafts are shown: only to those who may write the unit's own
    found = get_kpi_or_404(request, kpi)
    given = request.POST if request.method == "POST" else request.GET
    if request.method == "POST":
        with transaction.atomic():  # what is divided is what stands when it is written
            lock(reading.company)
            ground = ground_of(reading, row, found, given.get("first", ""), given.get("last", ""))
            return _posted(request, reading, ground)
    ground = ground_of(reading, row, found, given.get("first", ""), given.get("last", ""))
    wanted = usual_choice(ground)
    errors: list[str] = []
    figures: dict[int, Decimal] = {}
    if ground.total is None:
        errors.append(ground.missing.text(reading.language))
    elif wanted.takes:
        try:
            figures = divide_among(ground, wanted)
        except SplitError as fault:
            errors.append(fault.problem.text(reading.language))
    page = cascade_page(reading, ground, wanted, figures, Typed(), errors=errors)
    return show(request, TEMPLATE, page, reading, "assign")


def _posted(request: HttpRequest, reading: Reading, ground: Ground) -> HttpResponse:
    act = request.POST.get("act", "save")
    wanted, typed = _read(request, reading, ground, again=act == "spread")
    figures: dict[int, Decimal] = {}
    errors: list[str] = []
    if typed.errors:
        errors = [_("Có ô chưa đọc được thành số. Sửa ô được đánh dấu.")]
    else:
        try:
            figures = divide_among(ground, wanted)
            if act == "save":
                return _save(request, reading, ground, wanted, figures)
        except SplitError as fault:
            errors = [fault.problem.text(reading.language)]
        except AssignmentForbiddenError:
            raise Http404 from None
        except AssignmentError as refused:
            errors = [problem.text(reading.language) for problem in refused.problems]
    page = cascade_page(
        reading, ground, wanted, figures, typed, errors=errors, reason=request.POST.get("reason", "")[:500], dirty=True
    )
    return show(request, TEMPLATE, page, reading, "assign", "live", status=422 if errors else 200)


def _read(request: HttpRequest, reading: Reading, ground: Ground, *, again: bool) -> tuple[Wanted, Typed]:
    """A figure that was changed stays from then on, as one that is locked; ``again`` lets those go that are not."""
    data = request.POST
    typed = Typed(profile=data.get("profile", LIKE_UNIT), anew=True)
    step = data.get("step", "")
    wanted = Wanted(method_of(data.get("method", ""), "equal"), set(), set())
    wanted.step = Decimal(step) if step in STEPS and step else None
    typed.step = step if step in STEPS else ""
    for child in ground.children:
        pk = child.owner.pk
        if child.why:
            continue
        if f"take-{pk}" in data:
            wanted.takes.add(pk)
        figure, percent = _number(data, f"f-{pk}", typed, reading), _number(data, f"p-{pk}", typed, reading)
        if percent is not None:
            wanted.percents[pk] = percent
        if figure is None or pk not in wanted.takes:
            continue
        taken = f"was-take-{pk}" not in data or data[f"was-take-{pk}"] == "1"
        changed = taken and figure != _exact(data.get(f"was-f-{pk}", ""))
        if f"lock-{pk}" in data or (changed and not again):
            wanted.locked.add(pk)
            wanted.fixed[pk] = figure
    return wanted, typed


def _number(data: QueryDict, name: str, typed: Typed, reading: Reading) -> Decimal | None:
    text = data.get(name)
    if text is None:
        return None
    typed.texts[name] = text
    typed.was[name] = data.get(f"was-{name}", "")
    echo = read_number(text, reading.language)
    if echo.problem is not None:
        typed.errors[name] = echo.problem.text(reading.language)
    return echo.value


def _exact(text: str) -> Decimal | None:
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _save(
    request: HttpRequest, reading: Reading, ground: Ground, wanted: Wanted, figures: dict[int, Decimal]
) -> HttpResponse:
    total = ground.total
    if total is None:
        raise SplitError("CASCADE_TOTAL_MISSING", **ground.missing.args)
    seen = _exact(request.POST.get("was-total", ""))
    if seen is not None and seen != total:
        raise SplitError("CASCADE_TOTAL_MOVED", seen=number(seen, 6), total=number(total, 6))
    given, elsewhere = [], Decimal(0)
    for child in ground.children:
        pk = child.owner.pk
        if pk not in figures:
            continue
        if child.why:
            elsewhere += figures[pk]
            continue
        text = request.POST.get(f"rev-{pk}", "")
        revision = int(text) if text.isascii() and text.isdigit() else None
        given.append(Given(child.owner, figures[pk], revision))
    span = ground.frame.span
    hand_down(
        acting_user=reading.user,
        company=reading.company,
        kpi=ground.kpi,
        frame=ground.frame,
        source=ground.source,
        total=total,
        given=given,
        elsewhere=elsewhere,
        profile=request.POST.get("profile", LIKE_UNIT),
        time=Time(span.first, span.last, request.POST.get("reason", "").strip()),
    )
    text = ngettext(
        "Đã ghi chỉ tiêu vào {count} bản nháp thẻ điểm, tổng khớp đúng.",
        "Đã ghi chỉ tiêu vào {count} bản nháp thẻ điểm, tổng khớp đúng.",
        len(given),
    )
    messages.success(request, text.format(count=len(given)))
    here = address("cascade", ground.owner.code, ground.kpi.code)
    if ground.chosen_time:
        here = with_query(here, first=span.first.isoformat(), last=span.last.isoformat())
    return HttpResponseRedirect(here)
