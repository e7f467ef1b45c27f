"""The series of one line: shown, counted while it is typed, saved; a change of what is in force begins here too."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tamnhin.agreements.states import State
from tamnhin.base.formatting import day
from tamnhin.dashboards.reading import Reading, with_query
from tamnhin.engine.targets.shares import SplitError
from tamnhin.kpis.access import get_assignment_or_404, get_kpi_or_404
from tamnhin.kpis.models import Assignment, Kpi
from tamnhin.kpis.selectors import planned
from tamnhin.kpis.services.assignments import (
    AssignmentConflictError,
    AssignmentError,
    AssignmentForbiddenError,
    Time,
    draft_of,
)
from tamnhin.kpis.services.editing import save_series
from tamnhin.kpis.services.targets import Settled, profile_of, settle
from tamnhin.planning.pages import show
from tamnhin.planning.targets.forms import Posted, read_series
from tamnhin.planning.targets.frames import Line, line_of
from tamnhin.planning.targets.series import first_day, may_write, series_page, stored
from tamnhin.planning.targets.sums import notes_of

TEMPLATE = "planning/targets/series.html"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def targets(request: HttpRequest, pk: int, kpi: str) -> HttpResponse:
    """``act``: count (nothing is written), spread (divide again), save, or change (of what is in force)."""
    reading = Reading.of(request, "")
    row = get_assignment_or_404(request, pk)
    found = get_kpi_or_404(request, kpi)
    given = request.POST if request.method == "POST" else request.GET
    line = line_of(reading, row, found, given.get("post", ""))
    if line is None:
        raise Http404
    if request.method != "POST":
        page = series_page(reading, row, line, notes=notes_of(reading, row, [found.pk]))
        return show(request, TEMPLATE, page, reading, "assign")
    if not may_write(reading, row):
        raise Http404
    if request.POST.get("act") == "change":
        return _change(request, reading, row, line)
    return _write(request, reading, row, found, line)


def _write(request: HttpRequest, reading: Reading, row: Assignment, kpi: Kpi, line: Line) -> HttpResponse:
    act = request.POST.get("act", "save")
    posted = read_series(request.POST.dict(), line.frame, stored(line), reading.language, again=act == "spread")
    if posted.errors:
        return _again(
            request, reading, row, line, posted, None, [_("Có ô chưa đọc được thành số. Sửa ô được đánh dấu.")]
        )
    try:
        now = settle(line.frame, posted.asked)
        figures = now.targets() if act == "save" else {}
    except SplitError as fault:
        return _again(request, reading, row, line, posted, None, [fault.problem.text(reading.language)])
    if act != "save":
        notes = notes_of(reading, row, [kpi.pk], {kpi.pk: now.total})
        page = series_page(reading, row, line, now=now, posted=posted, notes=notes)
        return show(request, TEMPLATE, page, reading, "assign", "live")
    return _save(request, reading, row, line, posted, now, figures)


def _again(
    request: HttpRequest,
    reading: Reading,
    row: Assignment,
    line: Line,
    posted: Posted,
    now: Settled | None,
    errors: list[str],
) -> HttpResponse:
    shown = now or Settled(
        posted.asked.way, posted.asked.total, posted.asked.figures, posted.asked.locked, posted.asked.rate
    )
    page = series_page(reading, row, line, now=shown, posted=posted, errors=errors, anew=now is not None)
    return show(request, TEMPLATE, page, reading, "assign", "live", status=422)


def _save(
    request: HttpRequest,
    reading: Reading,
    row: Assignment,
    line: Line,
    posted: Posted,
    now: Settled,
    figures: dict[str, float | None],
) -> HttpResponse:
    cleared = now.total is None and not any(value is not None for value in figures.values())
    if cleared and not line.row.targets and line.total is None:
        figures = {}  # nothing stood there and nothing was said
    before = stored(line)
    same = (now.total, dict(now.figures), now.way, now.rate) == (before.total, before.figures, before.way, before.rate)
    revision = request.POST.get("revision", "")
    seen = int(revision) if revision.isascii() and revision.isdigit() else None
    try:
        if not same or seen != row.revision:
            save_series(
                acting_user=reading.user,
                assignment=row,
                kpi_id=line.kpi.pk,
                total=None if now.total is None else float(now.total),
                targets=figures,
                profile=profile_of(line.frame, now),
                basis=now.basis,
                post_id=line.row.post_id,
                revision=seen,
            )
    except AssignmentForbiddenError:
        raise Http404 from None
    except AssignmentConflictError as refused:
        return _conflict(request, reading, refused, line, posted, now)
    except AssignmentError as refused:
        errors = [problem.text(reading.language) for problem in refused.problems]
        return _again(request, reading, row, line, posted, now, errors)
    messages.success(request, _("Đã lưu chỉ tiêu của “{kpi}”.").format(kpi=line.kpi.name))
    return HttpResponseRedirect(here(row, line))


def _conflict(
    request: HttpRequest,
    reading: Reading,
    refused: AssignmentConflictError,
    line: Line,
    posted: Posted,
    now: Settled,
) -> HttpResponse:
    """What stands now beside what was typed; the next save is made with open eyes."""
    current = refused.current
    theirs = line_of(reading, current, line.kpi, str(line.row.post_id or ""))
    if theirs is None:
        raise Http404
    names = {part.key: part.title(reading.language) for part in line.frame.parts}
    apart: list[tuple[str, Decimal | None, Decimal | None]] = [
        (name, theirs.figures.get(key), now.figures.get(key))
        for key, name in names.items()
        if theirs.figures.get(key) != now.figures.get(key)
    ]
    page = series_page(
        reading,
        current,
        theirs,
        now=now,
        posted=posted,
        errors=[problem.text(reading.language) for problem in refused.problems],
        conflict=apart,
        by=str(current.changed_by or ""),
    )
    return show(request, TEMPLATE, page, reading, "assign", "live", status=409)


def _change(request: HttpRequest, reading: Reading, row: Assignment, line: Line) -> HttpResponse:
    """A draft of a change of what is in force, from a day on and for a reason; its series is then written."""
    reason = request.POST.get("reason", "").strip()
    earliest = planned.earliest_start(reading.company, changing=True)
    first = first_day(request.POST.get("first", ""), planned.usual_start(reading.company))
    errors = []
    if row.status != State.ACTIVE:
        raise Http404
    if not reason:
        errors.append(_("Ghi lý do: người được giao và người duyệt đều đọc."))
    if first is None or first < earliest:
        text = _("Kỳ đã qua giữ chỉ tiêu cũ. Chọn ngày hiệu lực từ {day} trở đi.")
        errors.append(text.format(day=day(earliest)))
    if not errors:
        draft = draft_of(acting_user=reading.user, owner=row.owner, time=Time(first, row.valid_to, reason))
        address = reverse("targets", args=[draft.pk, line.kpi.code])
        return HttpResponseRedirect(with_query(address, post=str(line.row.post_id or "")))
    page = series_page(reading, row, line, errors=errors, reason=reason)
    return show(request, TEMPLATE, page, reading, "assign", status=422)


def here(row: Assignment, line: Line) -> str:
    return with_query(reverse("targets", args=[row.pk, line.kpi.code]), post=str(line.row.post_id or ""))
