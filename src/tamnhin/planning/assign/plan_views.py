"""One scorecard: starting it, writing its lines, proposing it, its effect."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tamnhin.agreements import services as agreements
from tamnhin.agreements.services import AgreementError
from tamnhin.base.formatting import day, number
from tamnhin.dashboards.reading import Reading, path_of
from tamnhin.kpis.access import can_assign, get_assignment_or_404, kpis_visible_to
from tamnhin.kpis.models import Assignment, Kpi
from tamnhin.kpis.selectors import planned
from tamnhin.kpis.services import editing
from tamnhin.kpis.services.assignments import (
    AssignmentConflictError,
    AssignmentError,
    AssignmentForbiddenError,
    LineInput,
    Time,
    draft_of,
    save_lines,
)
from tamnhin.kpis.services.lines import proposed_terms
from tamnhin.kpis.services.proposals import agreement_of, propose
from tamnhin.organisation.access import get_owner_or_404
from tamnhin.organisation.models import Placement
from tamnhin.planning.assign.effect import effect_page
from tamnhin.planning.assign.lines import Typed, placed, posted
from tamnhin.planning.assign.plan import plan_page
from tamnhin.planning.assign.shapes import Choice, NewPage
from tamnhin.planning.assign.stages import date_of, times_of, usual_time
from tamnhin.planning.pages import show
from tamnhin.strategy.access import goals_visible_to

Act = Callable[[HttpRequest, Reading, Assignment], tuple[str, str]]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def plan_new(request: HttpRequest, owner: str) -> HttpResponse:
    """From when the scorecard is to hold; one that is open already is shown instead."""
    reading = Reading.of(request, "")
    row = get_owner_or_404(request, owner)
    if not can_assign(reading.user, row):
        raise Http404
    found = planned.open_assignments(reading.company, [row.pk]).get(row.pk)
    if found is not None:
        return HttpResponseRedirect(reverse("plan", args=[found.pk]))
    given = request.POST if request.method == "POST" else request.GET
    first, last = usual_time(reading.company, given.get("first", ""), given.get("last", ""))
    error = ""
    if request.method == "POST":
        if date_of(given.get("first", "")) is None:
            error = _("Ngày bắt đầu chưa đúng. Chọn một ngày.")
        elif given.get("last") and last is None:
            error = _("Ngày kết thúc phải sau ngày bắt đầu.")
        else:
            made = draft_of(
                acting_user=reading.user, owner=row, time=Time(first, last, given.get("reason", "").strip())
            )
            return HttpResponseRedirect(reverse("plan", args=[made.pk]))
    page = NewPage(
        owner=row.name,
        action=path_of("plan_new", row.code),
        times=[
            Choice(
                f"{start.isoformat()}/{end.isoformat()}", f"{day(start)} – {day(end)}", (start, end) == (first, last)
            )
            for start, end in times_of(reading.company)
        ],
        first=given.get("first", "") or first.isoformat(),
        last=given.get("last", "") or (last.isoformat() if last else ""),
        error=error,
    )
    return show(request, "planning/assign/new.html", page, reading, "plan", status=422 if error else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """The lines of one scorecard; a POST saves them."""
    reading = Reading.of(request, "")
    row = get_assignment_or_404(request, pk)
    if request.method != "POST":
        return show(request, "planning/assign/plan.html", plan_page(reading, row), reading, "plan")
    if reading.scope.reads_only:
        raise Http404
    if request.POST.get("then") == "discard":
        return _done(request, reading, row, _discard)
    return _saved(request, reading, row)


def _typed(request: HttpRequest, reading: Reading, row: Assignment) -> tuple[list[Typed], dict[int, str]]:
    lines = planned.lines_of(reading.company, [row])[row.pk]
    held = {(line.kpi_id, line.post_id): LineInput.of(line) for line in lines}
    kpis = dict(kpis_visible_to(reading.user, reading.company).values_list("code", "pk"))
    goals = dict(goals_visible_to(reading.user, reading.company).values_list("code", "pk"))
    posts = dict(
        Placement.objects.filter(company=reading.company, person=row.owner_id).values_list(
            "unit__owner__code", "unit_id"
        )
    )
    typed = posted(request.POST.dict(), held, kpis, goals, posts, reading.language)
    return typed, {pk: code for code, pk in kpis.items()}


def _saved(request: HttpRequest, reading: Reading, row: Assignment) -> HttpResponse:
    """Time and lines in one act, then what the pressed button asks for besides."""
    typed, codes = _typed(request, reading, row)
    errors: list[str] = []
    conflict: list[tuple[str, str, str]] = []
    wanted = [one.line for one in typed if not one.removed]
    if not any(one.errors for one in typed):
        try:
            _save(request, reading, row, wanted)
        except AssignmentForbiddenError:
            raise Http404 from None
        except AssignmentConflictError as refused:
            errors = [refused.problems[0].text(reading.language)]
            conflict = _difference(reading, refused.current, wanted)
            row = refused.current  # its revision: saving again is then a choice made with open eyes
        except AssignmentError as refused:
            errors = placed(refused.problems, typed, codes, reading.language)
        else:
            return _done(request, reading, row, _ACTS.get(request.POST.get("then", ""), _kept), saved=True)
    note = request.POST.get("note", "")
    row.valid_from = date_of(request.POST.get("first", "")) or row.valid_from
    row.valid_to = date_of(request.POST.get("last", ""))
    row.reason = request.POST.get("reason", "")[:500]
    page = plan_page(reading, row, typed=typed, errors=errors, conflict=conflict, note=note)
    return show(request, "planning/assign/plan.html", page, reading, "plan", status=422)


@transaction.atomic
def _save(request: HttpRequest, reading: Reading, row: Assignment, wanted: list[LineInput]) -> None:
    current = editing.change_time(
        acting_user=reading.user,
        assignment=row,
        valid_from=date_of(request.POST.get("first", "")) or row.valid_from,
        valid_to=date_of(request.POST.get("last", "")),
        reason=request.POST.get("reason", ""),
        revision=_revision(request),
    )
    save_lines(acting_user=reading.user, assignment=current, lines=wanted, revision=current.revision)


def _kept(_request: HttpRequest, _reading: Reading, row: Assignment) -> tuple[str, str]:
    return _("Đã lưu thẻ điểm."), _here(row)


def _done(request: HttpRequest, reading: Reading, row: Assignment, act: Act, *, saved: bool = False) -> HttpResponse:
    """What an act says and where it leads; a refusal shows the page again with what stands now."""
    try:
        text, address = act(request, reading, row)
    except AssignmentForbiddenError:
        raise Http404 from None
    except (AssignmentError, AgreementError) as refused:
        row = get_assignment_or_404(request, row.pk)
        errors = [problem.text(reading.language) for problem in refused.problems]
        if saved:
            errors.insert(0, _("Đã lưu, nhưng chưa làm được việc tiếp theo:"))
        page = plan_page(reading, row, errors=errors, note=request.POST.get("note", ""))
        return show(request, "planning/assign/plan.html", page, reading, "plan", status=422)
    messages.success(request, text)
    return HttpResponseRedirect(address)


def _difference(reading: Reading, current: Assignment, mine: list[LineInput]) -> list[tuple[str, str, str]]:
    """KPI by KPI where what stands and what was typed differ: name, theirs, mine."""
    theirs = {line.kpi_id: LineInput.of(line) for line in planned.lines_of(reading.company, [current])[current.pk]}
    wanted = {line.kpi_id: line for line in mine}
    names = dict(Kpi.objects.filter(pk__in={*theirs, *wanted}).values_list("pk", "name"))

    def text(line: LineInput | None) -> str:
        if line is None:
            return _("không có")
        total = "" if line.total is None else f" · {number(line.total)}"
        return f"{number(line.weight, 6)}{total}"

    return [
        (names.get(kpi, ""), text(theirs.get(kpi)), text(wanted.get(kpi)))
        for kpi in [*theirs, *(kpi for kpi in wanted if kpi not in theirs)]
        if theirs.get(kpi) != wanted.get(kpi)
    ]


def _revision(request: HttpRequest) -> int | None:
    text = request.POST.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() else None


@require_POST
@login_required
def plan_act(request: HttpRequest, pk: int) -> HttpResponse:
    """``act``: withdraw or activate, which edit nothing."""
    reading = Reading.of(request, "")
    row = get_assignment_or_404(request, pk)
    act = {"withdraw": _withdraw, "activate": _activate}.get(request.POST.get("act", ""))
    if act is None or reading.scope.reads_only:
        raise Http404
    return _done(request, reading, row, act)


def _here(row: Assignment) -> str:
    return reverse("plan", args=[row.pk])


def _add(request: HttpRequest, reading: Reading, row: Assignment) -> tuple[str, str]:
    """A KPI by its code, or by the code before a name (as the list of suggestions writes it)."""
    code = request.POST.get("kpi", "").split(" · ")[0].strip()
    kpi = kpis_visible_to(reading.user, reading.company).filter(code=code).first()
    lines = [LineInput.of(line) for line in planned.lines_of(reading.company, [row])[row.pk]]
    post = next((line.post_id for line in lines if line.post_id is not None), None)
    terms = proposed_terms(reading.company, [kpi.pk]).get(kpi.pk, {}) if kpi is not None else {}
    new = LineInput(kpi_id=kpi.pk if kpi is not None else 0, weight=Decimal(0), post_id=post, terms=terms)
    save_lines(acting_user=reading.user, assignment=row, lines=[*lines, new])
    return _("Đã thêm “{kpi}”. Nhập trọng số và chỉ tiêu.").format(kpi=kpi.name if kpi else ""), _here(row)


def _split(request: HttpRequest, reading: Reading, row: Assignment) -> tuple[str, str]:
    editing.split_equally(acting_user=reading.user, company=reading.company, owners=[row.owner])
    return _("Đã chia đều trọng số, tổng đúng 100."), _here(row)


def _copy(request: HttpRequest, reading: Reading, row: Assignment) -> tuple[str, str]:
    source = get_owner_or_404(request, request.POST.get("source", ""))
    editing.copy_from(acting_user=reading.user, assignment=row, source=source)
    return _("Đã chép các dòng của {owner}. Chỉ tiêu là của riêng từng người.").format(owner=source.name), _here(row)


def _discard(request: HttpRequest, reading: Reading, row: Assignment) -> tuple[str, str]:
    editing.discard(acting_user=reading.user, assignment=row, revision=_revision(request))
    return _("Đã bỏ bản nháp thẻ điểm của {owner}.").format(owner=row.owner.name), reverse("assign")


def _propose(request: HttpRequest, reading: Reading, row: Assignment) -> tuple[str, str]:
    propose(
        acting_user=reading.user,
        assignment=row,
        note=request.POST.get("note", "").strip()[:2000],
    )
    return _("Đã gửi thẻ điểm của {owner} đi hỏi ý kiến.").format(owner=row.owner.name), _here(row)


def _withdraw(request: HttpRequest, reading: Reading, row: Assignment) -> tuple[str, str]:
    agreement = agreement_of(row)
    if agreement is None:
        raise Http404
    agreements.withdraw(acting_user=reading.user, agreement=agreement)
    return _("Đã rút đề xuất; giờ sửa được."), _here(row)


def _activate(request: HttpRequest, reading: Reading, row: Assignment) -> tuple[str, str]:
    agreement = agreement_of(row)
    if agreement is None:
        raise Http404
    agreements.activate(acting_user=reading.user, agreement=agreement)
    return _("Thẻ điểm của {owner} bắt đầu có hiệu lực.").format(owner=row.owner.name), _here(row)


_ACTS: dict[str, Act] = {"add": _add, "split": _split, "copy": _copy, "propose": _propose}


@require_safe
@login_required
def plan_effect(request: HttpRequest, pk: int) -> HttpResponse:
    """Before and after on the scores; a fragment for the plan's page, or a page of its own."""
    reading = Reading.of(request, "")
    row = get_assignment_or_404(request, pk)
    return show(request, "planning/assign/effect.html", effect_page(reading, row), reading, "plan", "body")
