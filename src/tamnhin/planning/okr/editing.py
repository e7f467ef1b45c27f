"""Objectives to write: a draft and its changes, putting it under way, the weekly report, the grades, the end."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from tamnhin.dashboards.reading import Reading
from tamnhin.okr.access import (
    can_edit,
    get_objective_or_404,
    objectives_visible_to,
    owners_editable_by,
    results_expected_of,
    results_reportable_by,
)
from tamnhin.okr.acts import live_results
from tamnhin.okr.models import KeyResult, Objective
from tamnhin.okr.reporting import check_in, grade, newest_of_week
from tamnhin.okr.services import activate, change_objective, close, create_objective, reopen
from tamnhin.okr.weeks import open_weeks
from tamnhin.okr.writing import KINDS, ConflictError, RefusedError
from tamnhin.planning.okr import posted
from tamnhin.planning.okr.finding import labelled
from tamnhin.planning.okr.forms import ObjectiveForm, differences
from tamnhin.planning.okr.numbers import period_of, standing
from tamnhin.planning.okr.selectors.asking import grade_page, report_page
from tamnhin.planning.okr.selectors.objective import objective_page
from tamnhin.planning.okr.selectors.tree import may_write
from tamnhin.planning.okr.views import CURRENT
from tamnhin.planning.pages import show


def _editable(request: HttpRequest, reading: Reading, pk: int) -> Objective:
    objective = get_objective_or_404(request, pk)
    if not can_edit(reading.user, objective):
        raise Http404
    return objective


# -- writing ----------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """``owner``, ``period`` and ``parent`` in the address fill the form in; ``activate`` in the POST starts it."""
    reading = Reading.of(request, "")
    if not may_write(reading):
        raise Http404
    form = ObjectiveForm(reading, request.POST if request.method == "POST" else None, initial=_asked(request, reading))
    if request.method == "POST" and form.is_valid():
        try:
            made = create_objective(
                acting_user=reading.user, company=reading.company, terms=form.terms(), results=form.wanted()
            )
        except RefusedError as refused:
            form.take(refused.problems)
        else:
            if request.POST.get("activate"):
                return _do(request, reading, made, "activate")
            messages.success(request, _("Đã lưu bản nháp. Khi đủ ba kết quả then chốt, hãy đưa vào chạy."))
            return HttpResponseRedirect(reverse("okr_objective", args=[made.pk]))
    return _form(request, reading, form, None)


def _asked(request: HttpRequest, reading: Reading) -> dict[str, str]:
    """What the address fills in, as far as the reader may."""
    out = {}
    if code := request.GET.get("owner", ""):
        owner = owners_editable_by(reading.user, reading.company).filter(code=code).first()
        if owner is not None:
            out["owner"] = labelled(owner)
    parent = request.GET.get("parent", "")
    if parent.isascii() and parent.isdigit() and len(parent) < 19:
        above = objectives_visible_to(reading.user, reading.company).filter(pk=int(parent)).first()
        if above is not None:
            out |= {"parent": str(above.pk), "period": above.period}
    period = period_of(reading, request.GET.get("period", ""))
    if period is not None and period.kind in KINDS:
        out["period"] = period.key
    return out


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """An objective with its key results. The second of two writers gets their own words back beside the other's."""
    reading = Reading.of(request, "")
    objective = _editable(request, reading, pk)
    rows = live_results(objective)
    form = ObjectiveForm(reading, request.POST if request.method == "POST" else None, objective, rows)
    if request.method == "POST" and form.is_valid():
        try:
            change_objective(
                acting_user=reading.user, objective=objective, terms=form.terms(), results=form.wanted(),
                expected_revision=form.cleaned_data["revision"] or 0, reason=form.cleaned_data["reason"],
            )  # fmt: skip
        except ConflictError as conflict:
            return _conflict(request, reading, form, conflict)
        except RefusedError as refused:
            form.take(refused.problems)
        else:
            messages.success(request, _("Đã lưu mục tiêu."))
            return HttpResponseRedirect(reverse("okr_objective", args=[pk]))
    return _form(request, reading, form, objective)


def _conflict(request: HttpRequest, reading: Reading, form: ObjectiveForm, conflict: ConflictError) -> HttpResponse:
    form.differences = differences(reading, form, conflict.current, live_results(conflict.current))
    form.take(conflict.problems)
    data = request.POST.copy()
    data["revision"] = str(conflict.current.revision)  # sent again, it overwrites what has now been seen
    form.data = data
    return _form(request, reading, form, conflict.current)


def _form(request: HttpRequest, reading: Reading, form: ObjectiveForm, objective: Objective | None) -> HttpResponse:
    back = reverse("okr_objective", args=[objective.pk]) if objective is not None else reverse("okr")
    return show(
        request, "planning/okr/edit.html", objective, reading, CURRENT,
        status=422 if form.is_bound else 200, form=form, back_url=back,
    )  # fmt: skip


@require_POST
@login_required
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """``act``: activate, close or reopen, with a ``reason``."""
    reading = Reading.of(request, "")
    return _do(request, reading, _editable(request, reading, pk), request.POST.get("act", ""))


def _do(request: HttpRequest, reading: Reading, objective: Objective, name: str) -> HttpResponse:
    reason = request.POST.get("reason", "")[:2000]
    try:
        if name == "activate":
            activate(acting_user=reading.user, objective=objective)
            messages.success(request, _("Mục tiêu đã chạy. Mỗi tuần báo một lần, mất vài phút."))
        elif name == "close":
            close(acting_user=reading.user, objective=objective, reason=reason)
            messages.success(request, _("Đã đóng mục tiêu."))
        elif name == "reopen":
            reopen(acting_user=reading.user, objective=objective, reason=reason)
            messages.success(request, _("Đã mở lại mục tiêu."))
        else:
            raise Http404
    except RefusedError as refused:
        texts = [problem.text(reading.language) for problem in refused.problems]
        page = objective_page(reading, get_objective_or_404(request, objective.pk), list(dict.fromkeys(texts)))
        return show(request, "planning/okr/objective.html", page, reading, CURRENT, status=422)
    return HttpResponseRedirect(reverse("okr_objective", args=[objective.pk]))


# -- the weekly report ------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def week(request: HttpRequest) -> HttpResponse:
    """All key results that are asked of me, on one form."""
    reading = Reading.of(request, "")
    if reading.scope.reads_only:
        raise Http404
    return _report(request, reading, results_expected_of(reading.user, reading.company), None)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """The key results of one objective that I may report on."""
    reading = Reading.of(request, "")
    objective = get_objective_or_404(request, pk)
    return _report(request, reading, results_reportable_by(reading.user, reading.company), objective)


def _report(
    request: HttpRequest, reading: Reading, rows: QuerySet[KeyResult], objective: Objective | None
) -> HttpResponse:
    if objective is not None:
        rows = rows.filter(objective=objective)
    results = list(
        rows.select_related("objective__owner__unit__head__owner").order_by("objective_id", "position", "pk")
    )
    if objective is not None and not results:
        raise Http404
    weeks = open_weeks(reading.live.as_of)
    asked = request.GET.get("week", "")
    if request.method != "POST":
        page = report_page(reading, results, asked if asked in weeks else weeks[0], objective)
        return show(request, "planning/okr/report.html", page, reading, CURRENT)
    typed = {row.pk: posted.reported(request.POST, row.pk) for row in results}
    said, faults = posted.said_in(typed, reading.language)
    errors = [] if said else [posted.nothing_said()]
    if said and not faults:
        try:
            made = check_in(acting_user=reading.user, company=reading.company, week=asked or weeks[0], said=said)
        except RefusedError as refused:
            faults, errors = posted.by_field(refused.problems, reading.language)
            newest = newest_of_week(reading.company, asked or weeks[0], list(typed))
            typed = posted.with_newest_seen(typed, {key: row.pk for key, row in newest.items()})
        else:
            text = ngettext("Đã báo {count} kết quả.", "Đã báo {count} kết quả.", len(made)).format(count=len(made))
            messages.success(request, text)
            return HttpResponseRedirect(
                reverse("okr_objective", args=[objective.pk]) if objective is not None else reverse("okr")
            )
    page = report_page(reading, results, asked if asked in weeks else weeks[0], objective, typed, faults, errors)
    return show(request, "planning/okr/report.html", page, reading, CURRENT, status=422)


# -- the end ----------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def grading(request: HttpRequest, pk: int) -> HttpResponse:
    """Each key result with what the rule gives it. Only of an objective under way."""
    reading = Reading.of(request, "")
    objective = _editable(request, reading, pk)
    if objective.status != Objective.Status.ACTIVE:
        raise Http404
    found = standing(reading, [objective])
    if request.method != "POST":
        return show(request, "planning/okr/grade.html", grade_page(reading, objective, found), reading, CURRENT)
    rows = found.results.get(objective.pk, ())
    marks, typed, faults = posted.marks_of(request.POST, rows, reading.language)
    reflection = request.POST.get("reflection", "").strip()[: posted.LONGEST]
    revision = request.POST.get("revision", "")
    errors: list[str] = []
    if not faults:
        try:
            grade(
                acting_user=reading.user, objective=objective, computed=found.computed(objective), marks=marks,
                expected_revision=int(revision) if revision.isascii() and revision.isdigit() else 0,
                reflection=reflection,
            )  # fmt: skip
        except RefusedError as refused:
            faults, errors = posted.by_field(refused.problems, reading.language)
            objective = get_objective_or_404(request, pk)
        else:
            messages.success(request, _("Đã chấm điểm mục tiêu."))
            return HttpResponseRedirect(reverse("okr_objective", args=[pk]))
    page = grade_page(reading, objective, found, typed, reflection, faults, errors)
    return show(request, "planning/okr/grade.html", page, reading, CURRENT, status=422)
