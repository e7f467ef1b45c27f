"""What is done with a goal: proposed, put in force, changed by request, closed with a result, given up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tamnhin.agreements import services as agreements
from tamnhin.agreements.services import AgreementError
from tamnhin.agreements.states import State
from tamnhin.dashboards.reading import Reading
from tamnhin.planning.pages import show
from tamnhin.planning.strategy.act_forms import ChangeForm, CloseForm, ProposeForm
from tamnhin.planning.strategy.goal_form import initial_of
from tamnhin.strategy.access import can_write_goal, changes_visible_to, get_goal_or_404
from tamnhin.strategy.models import Goal
from tamnhin.strategy.problems import RefusedError
from tamnhin.strategy.services.changes import drop_change, open_change, request_change
from tamnhin.strategy.services.goals import activate_goal, agreement_of, close_goal, discard_goal, propose_goals


@dataclass(frozen=True, slots=True)
class ActPage:
    goal: Goal
    form: Any
    title: str
    lead: str
    button: str
    icon: str
    back_url: str
    offered: Any = ()
    owners: Any = ()
    kpis: Any = ()


def _mine(request: HttpRequest, code: str) -> tuple[Reading, Goal]:
    """The goal, of somebody who may write it; everybody else finds nothing to do here."""
    reading = Reading.of(request)
    goal = get_goal_or_404(request, code)
    if not can_write_goal(reading.user, goal):
        raise Http404
    return reading, goal


def _sent(request: HttpRequest) -> QueryDict | None:
    """What was sent, an empty form too; None for a first look."""
    return request.POST if request.method == "POST" else None


def _texts(reading: Reading, error: RefusedError | AgreementError) -> list[str]:
    problems = [one.problem for one in error.faults] if isinstance(error, RefusedError) else list(error.problems)
    return list(dict.fromkeys(problem.text(reading.language) for problem in problems))


def _show(request: HttpRequest, reading: Reading, page: ActPage, *, refused: bool) -> HttpResponse:
    return show(request, "planning/strategy/act.html", page, reading, "goal", status=422 if refused else 200)


@require_POST
@login_required
def goal_act(request: HttpRequest, goal: str) -> HttpResponse:
    """Acts that ask for nothing more: activate, withdraw, discard, and dropping a change request."""
    reading, row = _mine(request, goal)
    act = request.POST.get("act", "")
    back = HttpResponseRedirect(reverse("goal", args=[row.code]))
    try:
        if act == "activate":
            activate_goal(acting_user=reading.user, goal=row)
            messages.success(request, _("{code} có hiệu lực.").format(code=row.code))
        elif act == "withdraw":
            agreement = agreement_of(row)
            if agreement is None:
                raise Http404
            agreements.withdraw(acting_user=reading.user, agreement=agreement)
            messages.success(request, _("Đã rút đề xuất. {code} là bản nháp.").format(code=row.code))
        elif act == "discard":
            discard_goal(acting_user=reading.user, goal=row)
            messages.success(request, _("Đã bỏ bản nháp {code}.").format(code=row.code))
            return HttpResponseRedirect(reverse("goal_list"))
        elif act == "drop_change":
            wanted = request.POST.get("change", "")
            change = changes_visible_to(reading.user, reading.company).filter(
                goal=row, pk=int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 19 else 0
            )
            found = change.first()
            if found is None:
                raise Http404
            drop_change(acting_user=reading.user, change=found)
            messages.success(request, _("Đã bỏ đề nghị thay đổi. {code} giữ nguyên.").format(code=row.code))
        else:
            raise Http404
    except (RefusedError, AgreementError) as error:
        for text in _texts(reading, error):
            messages.error(request, text)
    return back


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def goal_propose(request: HttpRequest, goal: str) -> HttpResponse:
    reading, row = _mine(request, goal)
    form = ProposeForm(_sent(request), reading=reading, unit=row.unit)
    if request.method == "POST" and form.is_valid():
        try:
            propose_goals(acting_user=reading.user, company=reading.company, goals=[row], **form.asked())
        except (RefusedError, AgreementError) as error:
            for text in _texts(reading, error):
                form.add_error(None, text)
        else:
            messages.success(
                request, _("Đã đề xuất {code}. Người được hỏi sẽ thấy trong “Chờ tôi”.").format(code=row.code)
            )
            return HttpResponseRedirect(reverse("goal", args=[row.code]))
    page = ActPage(
        row,
        form,
        _("Đề xuất mục tiêu"),
        _("Nhân sự, các phòng liên quan và người được nêu tên sẽ lần lượt được hỏi. Ai nói gì đều được ghi lại."),
        _("Đề xuất"),
        "send",
        reverse("goal", args=[row.code]),
        form.people_offered(),
    )
    return _show(request, reading, page, refused=request.method == "POST")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def goal_change(request: HttpRequest, goal: str) -> HttpResponse:
    """New values for a goal in force; nothing changes until those who are asked have agreed."""
    reading, row = _mine(request, goal)
    if row.status != State.ACTIVE:
        raise Http404
    before = open_change(row)
    initial = initial_of(reading, row)
    if before is not None and before.status == State.DRAFT:  # returned: written anew from what was asked for
        initial |= {"reason": before.reason, "effective": before.effective}
    form = ChangeForm(_sent(request), reading, row, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            request_change(
                acting_user=reading.user,
                goal=row,
                values=form.values(),
                reason=form.cleaned_data["reason"],
                effective=form.cleaned_data["effective"],
            )
        except RefusedError as error:
            form.refuse(error.faults)
        except AgreementError as error:
            for text in _texts(reading, error):
                form.add_error(None, text)
        else:
            messages.success(request, _("Đã gửi đề nghị thay đổi {code}.").format(code=row.code))
            return HttpResponseRedirect(reverse("goal", args=[row.code]))
    page = ActPage(
        row,
        form,
        _("Đề nghị thay đổi"),
        _("Mục tiêu giữ nguyên cho đến khi các bên đồng ý. Số cũ vẫn nằm trong lịch sử; kỳ đã qua không đổi."),
        _("Gửi đề nghị"),
        "send",
        reverse("goal", args=[row.code]),
        owners=form.owners_offered(),
        kpis=form.kpis_offered(),
    )
    return _show(request, reading, page, refused=request.method == "POST")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def goal_close(request: HttpRequest, goal: str) -> HttpResponse:
    reading, row = _mine(request, goal)
    if row.status != State.ACTIVE:
        raise Http404
    form = CloseForm(_sent(request), reading=reading, goal=row)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            close_goal(acting_user=reading.user, goal=row, result=data["result"], note=data["note"])
        except RefusedError as error:
            form.refuse(error.faults)
        except AgreementError as error:
            for text in _texts(reading, error):
                form.add_error(None, text)
        else:
            messages.success(request, _("Đã đóng {code}.").format(code=row.code))
            return HttpResponseRedirect(reverse("goal", args=[row.code]))
    page = ActPage(
        row,
        form,
        _("Đóng mục tiêu với kết quả"),
        _("Mục tiêu đã đóng không mở lại; kết quả và điều rút ra nằm lại cho chu kỳ sau."),
        _("Đóng mục tiêu"),
        "flag",
        reverse("goal", args=[row.code]),
    )
    return _show(request, reading, page, refused=request.method == "POST")
