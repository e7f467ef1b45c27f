"""Cards: reading, writing, states, hand-over and links. Whoever may not do a thing has no address for it."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from tamnhin.dashboards.reading import Reading
from tamnhin.dashboards.shapes import Link as PageLink
from tamnhin.kpis.access import (
    can_change_kpi,
    can_define_kpis,
    can_describe_kpi,
    can_link_kpi,
    get_kpi_or_404,
    links_visible_to,
)
from tamnhin.kpis.errors import DefinitionError
from tamnhin.kpis.library import builtin
from tamnhin.kpis.models import Kpi
from tamnhin.kpis.services.definitions import hand_over
from tamnhin.kpis.services.links import add_link, withdraw_link
from tamnhin.kpis.services.states import activate_kpi, retire_kpi
from tamnhin.organisation.access import today
from tamnhin.planning.cards import editing
from tamnhin.planning.cards.card import card_page, gone, links_of
from tamnhin.planning.cards.forms import CardForm, HandOverForm, LinkForm, choice_of
from tamnhin.planning.cards.picking import KINDS, picked
from tamnhin.planning.cards.shapes import Difference, HandOverPage, LinkRow, LinksPage
from tamnhin.planning.pages import show

CURRENT = "cards"


@require_safe
@login_required
def card(request: HttpRequest, kpi: str) -> HttpResponse:
    reading = Reading.of(request)
    return show(request, "planning/cards/card.html", card_page(reading, get_kpi_or_404(request, kpi)), reading, CURRENT)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    reading = Reading.of(request)
    if not can_define_kpis(reading.user, reading.company):
        raise Http404
    if request.method != "POST":
        form = CardForm(reading, code=editing.proposed_code(reading.company.pk))
        return show(request, "planning/cards/edit.html", editing.new_page(reading, form), reading, CURRENT)
    form = CardForm(reading, request.POST)
    twins = editing.unseen_twins(request, reading, form) if form.is_valid() else []
    made = editing.create(reading, form) if form.is_valid() and not twins else None
    if made is None:
        page = editing.new_page(reading, form, twins)
        return show(request, "planning/cards/edit.html", page, reading, CURRENT, status=422)
    messages.success(request, _("Đã tạo bản nháp %(code)s.") % {"code": made.code})
    return HttpResponseRedirect(reverse("kpi_card", args=[made.code]))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, kpi: str) -> HttpResponse:
    reading = Reading.of(request)
    row = get_kpi_or_404(request, kpi)
    if not can_describe_kpi(reading.user, row):
        raise Http404
    if request.method != "POST":
        page = editing.edit_page(reading, row, editing.edit_form(reading, row))
        return show(request, "planning/cards/edit.html", page, reading, CURRENT)
    form = editing.edit_form(reading, row, request.POST)
    changed: Kpi | None = None
    differences: list[Difference] = []
    if form.is_valid():
        changed, form, differences = editing.save(reading, row, form)
    if changed is None:
        page = editing.edit_page(reading, row, form, differences)
        return show(request, "planning/cards/edit.html", page, reading, CURRENT, status=422)
    messages.success(request, _("Đã lưu thẻ KPI."))
    return HttpResponseRedirect(reverse("kpi_card", args=[row.code]))


@require_POST
@login_required
def state(request: HttpRequest, kpi: str) -> HttpResponse:
    """``act``: activate or retire; ``reason`` for the latter."""
    reading = Reading.of(request)
    row = get_kpi_or_404(request, kpi)
    act = request.POST.get("act")
    if act not in ("activate", "retire") or not can_change_kpi(reading.user, row):
        raise Http404
    revision = request.POST.get("revision", "")
    seen = int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 9 else None
    try:
        if act == "activate":
            activate_kpi(acting_user=reading.user, kpi=row, expected_revision=seen)
            messages.success(request, _("Đã kích hoạt %(code)s. Thẻ điểm có thể dùng KPI này.") % {"code": row.code})
        else:
            reason = request.POST.get("reason", "")
            retire_kpi(acting_user=reading.user, kpi=row, reason=reason, expected_revision=seen)
            messages.success(request, _("Đã ngừng %(code)s. Số liệu và các bản cũ vẫn còn.") % {"code": row.code})
    except DefinitionError as error:
        for one in error.refusals:
            messages.error(request, one.problem.text(reading.language))
    return HttpResponseRedirect(reverse("kpi_card", args=[row.code]))


def _read_name(reading: Reading, row: Kpi) -> str:
    """The KPI's name in the reader's language; a draft is not among the live definitions yet."""
    return reading.kpi_name(row.code) if row.code in reading.kpi_rows else row.name


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def hand(request: HttpRequest, kpi: str) -> HttpResponse:
    """Naming who answers for the KPI from today on."""
    reading = Reading.of(request)
    row = get_kpi_or_404(request, kpi)
    if not can_change_kpi(reading.user, row):
        raise Http404
    definition = editing.definition_of(row)
    form = HandOverForm(reading, definition, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            hand_over(acting_user=reading.user, kpi=row, **form.cleaned_data)
            messages.success(request, _("Đã bàn giao %(code)s.") % {"code": row.code})
            return HttpResponseRedirect(reverse("kpi_card", args=[row.code]))
        except DefinitionError as error:
            form.refuse(error)
    page = HandOverPage(row.code, _read_name(reading, row), form, gone(definition, today(reading.company)))
    status = 422 if form.is_bound else 200
    return show(request, "planning/cards/hand_over.html", page, reading, CURRENT, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def links(request: HttpRequest, kpi: str) -> HttpResponse:
    """What drives what. Open to every member; the form and the POST only for those who may claim."""
    reading = Reading.of(request)
    row = get_kpi_or_404(request, kpi)
    may = can_link_kpi(reading.user, row)
    form = LinkForm(reading, way="drives", sign="+") if may else None
    if request.method == "POST":
        if not may:
            raise Http404
        if "withdraw" in request.POST:
            return _withdraw(request, reading, row)
        form = LinkForm(reading, request.POST)
        if form.is_valid() and _claim(request, reading, row, form):
            return HttpResponseRedirect(reverse("kpi_links", args=[row.code]))
    drives, driven = links_of(reading, row)
    page = LinksPage(
        row.code, _read_name(reading, row), drives, driven, form, _proposed(reading, row, drives) if may else ()
    )
    bound = form is not None and form.is_bound
    return show(request, "planning/cards/links.html", page, reading, CURRENT, status=422 if bound else 200)


def _claim(request: HttpRequest, reading: Reading, kpi: Kpi, form: LinkForm) -> bool:
    said = form.cleaned_data
    driver, outcome = (kpi, said["other"]) if said["way"] == "drives" else (said["other"], kpi)
    try:
        add_link(
            acting_user=reading.user,
            driver=driver,
            outcome=outcome,
            sign=said["sign"],
            lag=said["lag"],
            note=said["note"],
        )
    except DefinitionError as error:
        form.refuse(error)
        return False
    messages.success(request, _("Đã ghi giả thuyết %(a)s → %(b)s.") % {"a": driver.code, "b": outcome.code})
    return True


def _withdraw(request: HttpRequest, reading: Reading, kpi: Kpi) -> HttpResponse:
    asked = request.POST["withdraw"]
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        raise Http404
    rows = links_visible_to(reading.user, reading.company).select_related("driver", "outcome")
    link = get_object_or_404(rows, pk=int(asked))
    if kpi.pk not in (link.driver_id, link.outcome_id):
        raise Http404
    withdraw_link(acting_user=reading.user, link=link)
    messages.success(request, _("Đã rút giả thuyết %(a)s → %(b)s.") % {"a": link.driver.code, "b": link.outcome.code})
    return HttpResponseRedirect(reverse("kpi_links", args=[kpi.code]))


def _proposed(reading: Reading, kpi: Kpi, drives: Sequence[LinkRow]) -> list[PageLink]:
    """What the library thinks this KPI drives, where the company has it."""
    entry = builtin().get(kpi.library_code)
    if entry is None or not entry.drives or drives:
        return []
    found = Kpi.objects.filter(company=reading.company, library_code=entry.drives).exclude(status=Kpi.Status.RETIRED)
    return [PageLink(row.name, "", choice_of(row)) for row in found[:3]]


@require_GET
@login_required
def pick(request: HttpRequest, kind: str) -> HttpResponse:
    reading = Reading.of(request)
    if kind not in KINDS:
        raise Http404
    rows = picked(reading, kind, request.GET.get("q", ""))
    return show(request, "planning/cards/pick.html", rows, reading, CURRENT)


@require_POST
@login_required
def check(request: HttpRequest) -> HttpResponse:
    """The formula and likenesses of a card being written, as a fragment."""
    reading = Reading.of(request)
    if reading.scope.reads_only:
        raise Http404
    page = editing.check_page(reading, request.POST.dict())
    return show(request, "planning/cards/check.html", page, reading, CURRENT)
