"""Numbers in and out: entering them one by one, bringing a file in, taking the company's workbook out."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from tamnhin.base.pages import render_page
from tamnhin.base.text import folded
from tamnhin.dashboards.forms import UploadForm
from tamnhin.dashboards.reading import Reading
from tamnhin.dashboards.selectors.entry import Asked, Outcome, entry_form
from tamnhin.dashboards.selectors.imports import drop_page, import_page, problems_csv
from tamnhin.dashboards.services import cells_of, save
from tamnhin.dashboards.typed import Typed
from tamnhin.measurements.access import can_export, can_import, get_import_or_404
from tamnhin.measurements.exchange import export_book
from tamnhin.measurements.exchange.uploads import (
    UploadRefusedError,
    WrongStatusError,
    cancel_import,
    confirm_import,
    start_import,
)
from tamnhin.workbook import write, write_template

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIELD = re.compile(r"(?:value|numerator|denominator|weight|state)-(\d+-\d+-[\w-]+)")
CHUNK = 1 << 16

R = TypeVar("R", bound=HttpResponseBase)


# -- entering ---------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def entry(request: HttpRequest) -> HttpResponse:
    """What is due; ``owner`` only theirs; with ``kpi`` and ``period`` one cell. An item posts alone, or all of them."""
    reading = Reading.of(request, "")  # ``period`` in this page's address is a cell's
    if reading.scope.reads_only:
        raise Http404
    asked = Asked(*(request.GET.get(name, "") for name in ("owner", "kpi", "period")))
    if request.method != "POST":
        return _entry_page(request, _now(request), asked)
    only = request.POST.get("only", "")
    every = dict.fromkeys(found[1] for name in request.POST if (found := FIELD.fullmatch(name)))
    keys = [only] if only else list(every)
    outcomes = save(reading, request, keys, alone=bool(only))
    after = _now(request)
    failed = any(outcome.error for outcome in outcomes.values())
    if only and getattr(request, "htmx", False):
        return _one_item(request, after, asked, only, outcomes)
    if failed:
        return _entry_page(request, after, asked, outcomes)
    _say_what_was_saved(request, list(outcomes.values()))
    return HttpResponseRedirect(request.get_full_path())


def _now(request: HttpRequest) -> Reading:
    """The company as it is now, with what was just entered, in the month of today."""
    request.company.refresh_from_db(fields=["structure_version", "data_version"])  # type: ignore[attr-defined]
    return Reading.of(request, "")


def _entry_page(
    request: HttpRequest, reading: Reading, asked: Asked, outcomes: dict[str, Outcome] | None = None
) -> HttpResponse:
    page = entry_form(reading, asked, outcomes=outcomes)
    context: dict[str, Any] = {"page": page, "shell": reading.shell("entry", page.mine_owed)}
    failed = outcomes is not None and any(outcome.error for outcome in outcomes.values())
    return render_page(request, "measurements/entry.html", context, status=422 if failed else 200)


def _one_item(
    request: HttpRequest, reading: Reading, asked: Asked, key: str, outcomes: dict[str, Outcome]
) -> HttpResponse:
    page = entry_form(reading, asked, outcomes=outcomes, only=cells_of(reading, [key])[key])
    status = 422 if any(outcome.error for outcome in outcomes.values()) else 200
    context: dict[str, Any] = {"page": page, "item": page.items[0]}
    return render(request, "measurements/entry.html#item", context, status=status)


def _say_what_was_saved(request: HttpRequest, outcomes: list[Outcome]) -> None:
    saved = [outcome for outcome in outcomes if outcome.saved is not None]
    if not saved:
        messages.info(request, _("Chưa có gì mới để lưu."))
        return
    text = ngettext("Đã lưu {count} số.", "Đã lưu {count} số.", len(saved)).format(count=len(saved))
    effects = list(dict.fromkeys(outcome.effect for outcome in saved if outcome.effect))
    messages.success(request, " ".join([text, *effects[:3]]))


@require_safe
@login_required
def echo(request: HttpRequest) -> HttpResponse:
    """How a typed number reads. ``text``, or the fields of one item with its ``key``."""
    reading = Reading.of(request, "")
    key = request.GET.get("key", "")
    typed = Typed.from_post(request.GET, key) if key else Typed(value=request.GET.get("text", ""))
    context = {"echo": typed.echo(reading.language), "error": typed.problem(reading.language)}
    return render(request, "components/echo.html", context)


# -- bringing in ------------------------------------------------------------------------------------------------


def _importing(request: HttpRequest) -> Reading:
    reading = Reading.of(request, "")
    if not can_import(reading.user, reading.company):
        raise Http404
    return reading


def _import_page(request: HttpRequest, reading: Reading, page: object, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {"page": page, "shell": reading.shell("import")}
    return render_page(request, "measurements/import.html", context, "body", status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def imports(request: HttpRequest) -> HttpResponse:
    """The drop zone and past imports; a POST takes one file and starts the dry run."""
    reading = _importing(request)
    if request.method != "POST":
        return _import_page(request, reading, drop_page(reading))
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _import_page(request, reading, drop_page(reading, str(form.errors["file"][0])), 422)
    try:
        record = start_import(company=reading.company, upload=form.cleaned_data["file"], acting_user=reading.user)
    except UploadRefusedError as refused:
        return _import_page(request, reading, drop_page(reading, refused.problem.text(reading.language)), 422)
    return HttpResponseRedirect(reverse("one_import", args=[record.pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def one_import(request: HttpRequest, pk: int) -> HttpResponse:
    """One import, whatever state it is in. A POST confirms a dry run, or with ``cancel`` puts it away."""
    reading = _importing(request)
    record = get_import_or_404(request, pk)
    if request.method == "POST":
        try:
            if request.POST.get("cancel"):
                cancel_import(record, acting_user=reading.user)
                messages.info(request, _("Đã bỏ lần nhập này. Không có gì thay đổi."))
                return HttpResponseRedirect(reverse("import"))
            if request.POST.get("confirm"):
                confirm_import(record, acting_user=reading.user)
        except WrongStatusError:
            messages.warning(request, _("Lần nhập này vừa chuyển sang bước khác. Xem trạng thái bên dưới."))
        return HttpResponseRedirect(reverse("one_import", args=[record.pk]))
    return _import_page(request, reading, import_page(reading, record))


@require_safe
@login_required
def import_problems(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The problems of one import as CSV, in the reader's language."""
    reading = _importing(request)
    record = get_import_or_404(request, pk)
    lines = problems_csv(record, reading.language)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    return _named(response, f"{Path(record.file_name).stem} loi", "csv")


@require_safe
@login_required
def template(request: HttpRequest) -> HttpResponseBase:
    """The workbook to start from, in the reader's language."""
    reading = _importing(request)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        write_template(path, reading.language, year=reading.live.as_of.year)
        body = path.read_bytes()
    return _named(HttpResponse(body, content_type=XLSX), "tam nhin mau", "xlsx")


# -- taking out -------------------------------------------------------------------------------------------------


@require_safe
@login_required
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The whole workbook. Bonuses are in it only where the reader may see pay."""
    reading = Reading.of(request, "")
    if not can_export(reading.user, reading.company):
        raise Http404
    handle = tempfile.NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115 - closed when the last piece has been sent
    write(export_book(reading.company, reading.user), handle.name, language=reading.language)
    response = StreamingHttpResponse(_pieces(handle), content_type=XLSX)
    return _named(response, f"{reading.company.code} {reading.live.as_of:%Y-%m-%d}", "xlsx")


def _pieces(handle: Any) -> Iterator[bytes]:
    with handle, Path(handle.name).open("rb") as written:
        while piece := written.read(CHUNK):
            yield piece


def _named(response: R, name: str, ending: str) -> R:
    """As a download under a name that no shell, header or file system minds."""
    safe = slugify(folded(name))[:100] or "tam-nhin"
    response["Content-Disposition"] = f'attachment; filename="{safe}.{ending}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
