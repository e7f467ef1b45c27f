"""Goals: the list, one of them, and the editor with its check."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tamnhin.agreements.states import State
from tamnhin.dashboards.reading import Reading, with_query
from tamnhin.planning.pages import show
from tamnhin.planning.strategy.checking import marks_of
from tamnhin.planning.strategy.editing import editor, place_of, typed
from tamnhin.planning.strategy.goal_form import GoalForm, initial_of, partial_values
from tamnhin.planning.strategy.goal_page import goal_page
from tamnhin.planning.strategy.listing import goal_list
from tamnhin.strategy.access import can_write_company, can_write_goal, get_goal_or_404, goals_visible_to, units_to_write
from tamnhin.strategy.models import Goal
from tamnhin.strategy.problems import RefusedError, StaleError
from tamnhin.strategy.rules import GoalValues
from tamnhin.strategy.services import unsaved
from tamnhin.strategy.services.goals import change_goal, create_goal

EDITOR = "planning/strategy/goal_edit.html"


@require_safe
@login_required
def goals(request: HttpRequest) -> HttpResponse:
    reading = Reading.of(request)
    return show(request, "planning/strategy/goals.html", goal_list(reading, request.GET), reading, "goals", "rows")


@require_safe
@login_required
def goal(request: HttpRequest, goal: str) -> HttpResponse:
    reading = Reading.of(request)
    row = get_goal_or_404(request, goal)
    marks = marks_of(reading, GoalValues.of(row), row)
    return show(request, "planning/strategy/goal.html", goal_page(reading, row, marks), reading, "goal")


def may_begin(reading: Reading) -> bool:
    """Whether the reader may write a goal of anything at all."""
    return can_write_company(reading.user, reading.company) or units_to_write(reading.user, reading.company).exists()


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def goal_new(request: HttpRequest) -> HttpResponse:
    reading = Reading.of(request)
    if not may_begin(reading):
        raise Http404
    if request.method != "POST":
        return show(request, EDITOR, editor(reading, None, request.GET.dict()), reading, "goal")
    return _save(request, reading, None)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def goal_edit(request: HttpRequest, goal: str) -> HttpResponse:
    reading = Reading.of(request)
    row = get_goal_or_404(request, goal)
    if not can_write_goal(reading.user, row):
        raise Http404
    if row.status != State.DRAFT:
        messages.info(request, _("Chỉ bản nháp sửa thẳng được. Mục tiêu đang hiệu lực thì đề nghị thay đổi."))
        return HttpResponseRedirect(reverse("goal", args=[row.code]))
    if request.method != "POST":
        return show(request, EDITOR, editor(reading, row, {}), reading, "goal")
    return _save(request, reading, row)


def _save(request: HttpRequest, reading: Reading, row: Goal | None) -> HttpResponse:
    asked = request.GET.dict() if row is None else {}
    place = place_of(row, {name: str(value) for name, value in asked.items()})
    if request.POST.get("act") == "forget":
        unsaved.drop(acting_user=reading.user, company=reading.company, place=place)
        return HttpResponseRedirect(request.get_full_path())
    initial = initial_of(reading, row) if row is not None else {}
    form = GoalForm(request.POST, reading, row, initial=initial)
    newer: Goal | None = None
    if form.is_valid():
        try:
            if row is None:
                saved = create_goal(acting_user=reading.user, company=reading.company, values=form.values())
            else:
                saved = change_goal(
                    acting_user=reading.user,
                    goal=row,
                    values=form.values(),
                    expected_revision=form.cleaned_data["revision"],
                )
        except RefusedError as error:
            form.refuse(error.faults)
        except StaleError as error:
            newer = error.current
            data = request.POST.copy()
            data["revision"] = str(error.current.revision)
            form.data = data
            form.add_error(
                None, _("Người khác vừa lưu mục tiêu này. Xem chỗ khác nhau bên dưới; lưu lần nữa để giữ bản của bạn.")
            )
        else:
            unsaved.drop(acting_user=reading.user, company=reading.company, place=place)
            messages.success(request, _("Đã lưu mục tiêu {code}.").format(code=saved.code))
            if request.POST.get("then") == "another":
                return HttpResponseRedirect(with_query(reverse("goal_new"), **_again(saved)))
            return HttpResponseRedirect(reverse("goal", args=[saved.code]))
    texts = {name: str(value) for name, value in asked.items()}
    return show(request, EDITOR, editor(reading, row, texts, form, newer), reading, "goal", status=422)


def _again(saved: Goal) -> dict[str, str]:
    return {
        "parent": saved.parent.code if saved.parent is not None else "",
        "unit": saved.unit.owner.code if saved.unit is not None else "",
        "horizon": saved.horizon,
    }


@require_POST
@login_required
def goal_check(request: HttpRequest) -> HttpResponse:
    """The five letters for what is typed so far, which is kept on the way. Never part of the plan."""
    reading = Reading.of(request)
    place = request.POST.get("place", "")[:160]
    row: Goal | None = None
    if place.startswith("goal:"):
        number = place.removeprefix("goal:")
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            raise Http404
        visible = goals_visible_to(reading.user, reading.company)
        row = visible.filter(pk=int(number)).select_related("company", "unit", "owner").first()
        if row is None or not can_write_goal(reading.user, row):
            raise Http404
    elif not place.startswith("new:") or not may_begin(reading):
        raise Http404
    form = GoalForm(request.POST, reading, row, initial=initial_of(reading, row) if row is not None else {})
    revision = request.POST.get("revision", "0")
    kept = None
    if request.POST.get("keep") != "0":
        kept = unsaved.keep(
            acting_user=reading.user,
            company=reading.company,
            place=place,
            fields=typed(request.POST),
            based_on=int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 9 else 0,
        )
    page = {"marks": marks_of(reading, partial_values(form), row), "kept": kept, "now": True}
    return show(request, "planning/strategy/smart.html", page, reading, "goal")
