"""Writing: a new version, its text, and every step of its way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tamnhin.dashboards.reading import Reading
from tamnhin.planning.pages import show
from tamnhin.planning.regulation import selectors
from tamnhin.planning.regulation.editing import advice_on, edit_page, new_page
from tamnhin.planning.regulation.forms import FORMS, TextForm, form_of
from tamnhin.regulation import services
from tamnhin.regulation.access import can_edit, get_version_or_404, versions_visible_to
from tamnhin.regulation.errors import RegulationConflictError, RegulationError, written
from tamnhin.regulation.markup import blocks_of
from tamnhin.regulation.models import Version
from tamnhin.regulation.writing import LONGEST

CURRENT = "regulation"
State = Version.State


def _writing(request: HttpRequest) -> Reading:
    reading = Reading.of(request)
    if not can_edit(reading.user, reading.company):
        raise Http404
    return reading


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """``source``: template, blank, or the number of the version to copy."""
    reading = _writing(request)
    if request.method != "POST":
        page = new_page(reading, request.GET.get("source", ""))
        return show(request, "planning/regulation/new.html", page, reading, CURRENT)
    source = request.POST.get("source", "")
    copied = None
    if source not in ("template", "blank"):
        visible = versions_visible_to(reading.user, reading.company)
        number = int(source) if source.isascii() and source.isdigit() and len(source) < 9 else 0
        copied = visible.filter(number=number).first()
        if copied is None:
            page = new_page(reading, "", _("Chọn soạn từ đâu."))
            return show(request, "planning/regulation/new.html", page, reading, CURRENT, status=422)
    made = services.start(acting_user=reading.user, company=reading.company, source=source, copied=copied)
    messages.success(
        request,
        _("Đã tạo phiên bản {number}. Đọc lại từng điều và sửa cho đúng với công ty.").format(number=made.number),
    )
    return HttpResponseRedirect(reverse("regulation_edit", args=[made.number]))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """A second writer gets what the first one wrote beside their own words, and may save on top of it."""
    reading = _writing(request)
    row = get_version_or_404(request, number)
    template = "planning/regulation/edit.html"
    if request.method != "POST":
        if row.state not in (State.DRAFT, State.CONSULTING):
            return HttpResponseRedirect(reverse("regulation_version", args=[number]))
        form = TextForm(initial=TextForm.initial_of(services.Written.of(row)))
        return show(request, template, edit_page(reading, row, form), reading, CURRENT)
    form = TextForm(request.POST)
    seen = _revision(request)
    conflict = False
    if form.is_valid():
        try:
            services.edit(acting_user=reading.user, version=row, revision=seen, written=form.written())
        except RegulationError as fault:
            conflict = isinstance(fault, RegulationConflictError)
            _tell(form, fault, reading.language)
        else:
            messages.success(request, _("Đã lưu phiên bản {number}.").format(number=number))
            return HttpResponseRedirect(reverse("regulation_version", args=[number]))
    row.refresh_from_db()
    page = edit_page(reading, row, form, seen=seen, conflict=conflict)
    return show(request, template, page, reading, CURRENT, status=422)


@require_POST
@login_required
def preview(request: HttpRequest) -> HttpResponse:
    """What is in the box, as it will be read; nothing is kept."""
    _writing(request)
    body = request.POST.get("body", "")[:LONGEST]
    context = {"blocks": blocks_of(body), "advice": advice_on(body)}
    return render(request, "planning/regulation/preview.html", context)


@require_POST
@login_required
def act(request: HttpRequest, number: int) -> HttpResponse:
    """``act`` is a step of ``FORMS``, or ``acknowledge``; what a step needs is in its form."""
    reading = Reading.of(request)
    row = get_version_or_404(request, number)
    if reading.scope.reads_only:
        raise Http404
    key = request.POST.get("act", "")
    if key == "acknowledge":
        return _acknowledge(request, reading, row)
    if key not in FORMS or (key != "opinion" and not can_edit(reading.user, reading.company)):
        raise Http404
    form = form_of(key, reading.scope.on, request.POST, request.FILES)
    if form.is_valid():
        try:
            said = _ACTS[key](reading, row, _revision(request), form.cleaned_data)
        except RegulationError as fault:
            _tell(form, fault, reading.language)
        else:
            if said:
                messages.warning(request, said)
            messages.success(request, _done(key))
            gone = not versions_visible_to(reading.user, reading.company).filter(pk=row.pk).exists()
            return HttpResponseRedirect(reverse("regulation") if gone else reverse("regulation_version", args=[number]))
    row.refresh_from_db()
    page = selectors.version_page(reading, row, failed=(key, form))
    return show(request, "planning/regulation/version.html", page, reading, CURRENT, status=422)


def _acknowledge(request: HttpRequest, reading: Reading, row: Version) -> HttpResponse:
    try:
        services.acknowledge(acting_user=reading.user, version=row)
    except PermissionDenied:
        raise Http404 from None
    except RegulationError as fault:
        messages.info(request, " ".join(fault.texts(reading.language)))
    else:
        messages.success(
            request, _("Cảm ơn bạn. Đã ghi: bạn đã đọc và hiểu phiên bản {number}.").format(number=row.number)
        )
    return HttpResponseRedirect(reverse("regulation_version", args=[row.number]))


def _revision(request: HttpRequest) -> int:
    """What the writer looked at; a number that is none is older than anything."""
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _tell(form: Form, fault: RegulationError, language: str) -> None:
    field = fault.field if fault.field in form.fields else None
    for text in fault.texts(language):
        form.add_error(field, text)


def _done(key: str) -> str:
    return {
        "send": _("Đã ghi lần gửi dự thảo. Mọi nhân viên đọc được và gửi ý kiến từ bây giờ."),
        "opinion": _("Đã gửi ý kiến của bạn. Cảm ơn bạn."),
        "letter": _("Đã ghi ý kiến vào hồ sơ."),
        "meeting": _("Đã ghi cuộc họp vào hồ sơ."),
        "file": _("Đã đính kèm tệp."),
        "decide": _("Đã ghi quyết định. Công bố trong 3 ngày làm việc."),
        "publish": _("Đã công bố. Mỗi nhân viên được hỏi đã đọc và hiểu chưa."),
        "return": _("Đã trả lại bước trước."),
        "withdraw": _("Đã bỏ phiên bản này."),
    }[key]


# -- the steps: each says what has to be warned about, or nothing ---------------------------------------------------


def _send(reading: Reading, row: Version, revision: int, given: dict[str, Any]) -> str:
    services.send(acting_user=reading.user, version=row, revision=revision, **given)
    return ""


def _opinion(reading: Reading, row: Version, revision: int, given: dict[str, Any]) -> str:
    services.give_opinion(acting_user=reading.user, version=row, text=given["text"])
    return ""


def _letter(reading: Reading, row: Version, revision: int, given: dict[str, Any]) -> str:
    services.record_opinion(acting_user=reading.user, version=row, **_with_upload(given))
    return ""


def _meeting(reading: Reading, row: Version, revision: int, given: dict[str, Any]) -> str:
    services.record_meeting(acting_user=reading.user, version=row, **_with_upload(given))
    return ""


def _file(reading: Reading, row: Version, revision: int, given: dict[str, Any]) -> str:
    services.attach(acting_user=reading.user, version=row, **_with_upload(given))
    return ""


def _decide(reading: Reading, row: Version, revision: int, given: dict[str, Any]) -> str:
    services.decide(acting_user=reading.user, version=row, revision=revision, **given)
    return ""


def _publish(reading: Reading, row: Version, revision: int, given: dict[str, Any]) -> str:
    _done_version, late = services.publish(acting_user=reading.user, version=row, revision=revision, **given)
    return written(late, reading.language) if late else ""


def _return(reading: Reading, row: Version, revision: int, given: dict[str, Any]) -> str:
    services.take_back(acting_user=reading.user, version=row, revision=revision, reason=given["reason"])
    return ""


def _withdraw(reading: Reading, row: Version, revision: int, given: dict[str, Any]) -> str:
    services.withdraw(acting_user=reading.user, version=row, revision=revision, reason=given["reason"])
    return ""


def _with_upload(given: dict[str, Any]) -> dict[str, Any]:
    return {**{name: value for name, value in given.items() if name != "file"}, "upload": given.get("file")}


_ACTS: dict[str, Callable[[Reading, Version, int, dict[str, Any]], str]] = {
    "send": _send,
    "opinion": _opinion,
    "letter": _letter,
    "meeting": _meeting,
    "file": _file,
    "decide": _decide,
    "publish": _publish,
    "return": _return,
    "withdraw": _withdraw,
}
