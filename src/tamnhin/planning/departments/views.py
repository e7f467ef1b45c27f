"""The goals of one department: seen beside the company's, added in one line, proposed several at once."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from tamnhin.agreements.services import AgreementError
from tamnhin.agreements.states import State
from tamnhin.dashboards.reading import Reading
from tamnhin.organisation.access import get_owner_or_404
from tamnhin.organisation.models import Owner, Unit
from tamnhin.planning.departments.forms import QuickGoalForm
from tamnhin.planning.departments.selectors import department_page
from tamnhin.planning.pages import show
from tamnhin.planning.strategy.act_forms import ProposeForm
from tamnhin.strategy.access import can_write_unit, goals_visible_to
from tamnhin.strategy.models import Goal
from tamnhin.strategy.problems import RefusedError
from tamnhin.strategy.services.goals import create_goal, propose_goals

TEMPLATE = "planning/departments/goals.html"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def unit_goals(request: HttpRequest, owner: str) -> HttpResponse:
    reading = Reading.of(request)
    unit = _unit_or_404(request, owner)
    if request.method != "POST":
        return show(request, TEMPLATE, department_page(reading, unit), reading, "departments")
    if not can_write_unit(reading.user, reading.company, unit):
        raise Http404
    act = request.POST.get("act", "")
    if act == "add":
        return _add(request, reading, unit)
    if act == "propose":
        return _propose(request, reading, unit)
    raise Http404


def _unit_or_404(request: HttpRequest, code: str) -> Unit:
    owner = get_owner_or_404(request, code)
    if owner.kind != Owner.Kind.UNIT:
        raise Http404
    return Unit.objects.select_related("owner", "head__owner", "company").get(pk=owner.pk)


def _add(request: HttpRequest, reading: Reading, unit: Unit) -> HttpResponse:
    above = goals_visible_to(reading.user, reading.company).exclude(status=State.CLOSED).order_by("pk")
    form = QuickGoalForm(request.POST, reading=reading, unit=unit, above=list(above))
    if form.is_valid():
        try:
            goal = create_goal(acting_user=reading.user, company=reading.company, values=form.values())
        except RefusedError as error:
            form.refuse(error.faults)
        else:
            messages.success(
                request, _("Đã thêm {code}. Mở ra để viết KPI, chỉ tiêu rồi đề xuất.").format(code=goal.code)
            )
            return HttpResponseRedirect(reverse("unit_goals", args=[unit.owner.code]))
    return show(request, TEMPLATE, department_page(reading, unit, add=form), reading, "departments", status=422)


def _propose(request: HttpRequest, reading: Reading, unit: Unit) -> HttpResponse:
    form = ProposeForm(request.POST, reading=reading, unit=unit)
    wanted = [
        int(text) for text in request.POST.getlist("goals") if text.isascii() and text.isdigit() and len(text) < 19
    ]
    goals: list[Goal] = list(
        goals_visible_to(reading.user, reading.company)
        .filter(pk__in=wanted, unit=unit, status=State.DRAFT)
        .select_related("company", "parent", "cycle", "unit__owner", "owner__person__unit", "owner__unit", "kpi")
        .order_by("pk")
    )
    if form.is_valid():
        if not goals:
            form.add_error(None, _("Chưa chọn mục tiêu nào. Đánh dấu những bản nháp cần đề xuất."))
        else:
            try:
                propose_goals(acting_user=reading.user, company=reading.company, goals=goals, **form.asked())
            except RefusedError as error:
                for text in dict.fromkeys(one.problem.text(reading.language) for one in error.faults):
                    form.add_error(None, text)
            except AgreementError as error:
                for problem in error.problems:
                    form.add_error(None, problem.text(reading.language))
            else:
                said = ngettext("Đã đề xuất {count} mục tiêu.", "Đã đề xuất {count} mục tiêu.", len(goals))
                messages.success(request, said.format(count=len(goals)))
                return HttpResponseRedirect(reverse("unit_goals", args=[unit.owner.code]))
    page = department_page(reading, unit, propose=form)
    return show(request, TEMPLATE, page, reading, "departments", status=422)
