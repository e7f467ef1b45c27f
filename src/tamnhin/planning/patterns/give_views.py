"""Giving a template to the people it finds, and how far that has come."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tamnhin.dashboards.reading import Reading
from tamnhin.kpis.errors import DefinitionError
from tamnhin.kpis.models import ScorecardTemplate
from tamnhin.kpis.selectors import planned
from tamnhin.kpis.services.assignments import AssignmentForbiddenError
from tamnhin.kpis.services.runs import resume_run, start_run
from tamnhin.kpis.template_access import get_run_or_404, get_template_or_404
from tamnhin.planning.assign.stages import date_of, usual_time
from tamnhin.planning.pages import show
from tamnhin.planning.patterns.giving import Asked, chosen, found_for, give_page
from tamnhin.planning.patterns.runs import run_page
from tamnhin.planning.patterns.views import CURRENT, overseer


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def assign(request: HttpRequest, template: str) -> HttpResponse:
    """Who gets what; ``?only=older``: those whose scorecard is of an older version. A POST turns pages or gives."""
    reading = overseer(request)
    row = get_template_or_404(request, template)
    if row.archived_at is not None or (request.method == "POST" and reading.scope.reads_only):
        raise Http404
    given = request.POST if request.method == "POST" else request.GET
    asked = _asked(reading, given)
    act = given.get("then", "")
    if request.method != "POST" or act != "start":
        plans = found_for(reading, row, asked)
        return show(request, "planning/patterns/give.html", give_page(reading, row, plans, asked), reading, CURRENT)
    return _started(request, reading, row, asked)


def _started(request: HttpRequest, reading: Reading, row: ScorecardTemplate, asked: Asked) -> HttpResponse:
    errors: list[str] = []
    at_fields: dict[str, list[str]] = {}
    version = _number(request.POST.get("version", ""))
    plans = found_for(reading, row, asked)
    at_fields = _date_errors(request.POST)
    if not at_fields:
        try:
            made = start_run(
                acting_user=reading.user,
                template=row,
                owners=chosen(plans, asked),
                first=asked.first,
                last=asked.last,
                reason=asked.reason,
                propose=asked.propose,
                version=version,
            )
        except AssignmentForbiddenError:
            raise Http404 from None
        except DefinitionError as refused:
            for one in refused.refusals:
                text = one.problem.text(reading.language)
                (at_fields.setdefault(one.field, []) if one.field else errors).append(text)
        else:
            return HttpResponseRedirect(reverse("template_run", args=[made.pk]))
    page = give_page(reading, row, plans, asked, errors=errors, field_errors=at_fields)
    return show(request, "planning/patterns/give.html", page, reading, CURRENT, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a run is; a POST goes on with one that stopped."""
    reading = overseer(request)
    row = get_run_or_404(request, pk)
    if request.method == "POST":
        if reading.scope.reads_only:
            raise Http404
        try:
            resume_run(row, acting_user=reading.user)
        except DefinitionError as refused:
            messages.error(request, refused.problem.text(reading.language))
        return HttpResponseRedirect(reverse("template_run", args=[pk]))
    return show(request, "planning/patterns/run.html", run_page(reading, row), reading, CURRENT, "body")


# -- parts --------------------------------------------------------------------------------------------------------


def _asked(reading: Reading, given: QueryDict) -> Asked:
    older = given.get("only") == "older"
    first, last = usual_time(reading.company, given.get("first", ""), given.get("last", ""))
    if older:
        # each goes on until the day it was meant to end
        last = None
        first = date_of(given.get("first", "")) or planned.usual_start(reading.company)
    act, _colon, value = given.get("then", "").partition(":")
    step = value if act == "step" else given.get("step", "")
    seen, kept = set(given.getlist("seen")), set(given.getlist("give"))
    out = (set(given.getlist("out")) - seen) | (seen - kept)
    return Asked(
        first=first,
        last=last,
        older=older,
        reason=given.get("reason", "").strip()[:500],
        propose=bool(given.get("propose")),
        step=step,
        page=(_number(value) or 1) if act == "page" else 1,
        out=frozenset(out),
    )


def _date_errors(given: Mapping[str, str]) -> dict[str, list[str]]:
    """A day that cannot be read is not taken for another one when something is written."""
    out: dict[str, list[str]] = {}
    first, last = date_of(given.get("first", "")), date_of(given.get("last", ""))
    if first is None:
        out["first"] = [_("Ngày bắt đầu chưa đúng. Chọn một ngày.")]
    elif given.get("last") and last is None:
        out["last"] = [_("Ngày kết thúc chưa đúng. Chọn một ngày, hoặc để trống.")]
    elif last is not None and last < first:
        out["last"] = [_("Ngày kết thúc phải sau ngày bắt đầu.")]
    return out


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
