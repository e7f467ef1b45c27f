"""The inbox, one agreement, delegations and the steps of the flow."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tamnhin.agreements import services
from tamnhin.agreements.access import can_change_flow, can_see_flow, get_agreement_or_404, get_delegation_or_404
from tamnhin.agreements.flow import Rule
from tamnhin.agreements.models import Agreement
from tamnhin.agreements.services import AgreementError, Outcome
from tamnhin.base import formatting
from tamnhin.dashboards.reading import Reading
from tamnhin.planning.agreements import selectors
from tamnhin.planning.agreements.forms import DelegationForm, read_rule
from tamnhin.planning.agreements.people import delegation_form, delegations_page
from tamnhin.planning.pages import show


@require_safe
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    reading = Reading.of(request)
    page = selectors.inbox_page(
        reading, request.GET.get("tab", ""), request.GET.get("kind", "")[:16], request.GET.get("late") == "1"
    )
    return show(request, "planning/agreements/inbox.html", page, reading, "inbox")


@require_POST
@login_required
def inbox_answer(request: HttpRequest) -> HttpResponse:
    """The chosen ones: first a page that lists them, then (``confirmed``) the act itself."""
    reading = Reading.of(request)
    act, tokens = request.POST.get("act", ""), request.POST.getlist("chosen")
    if reading.scope.reads_only or act not in ("yes", "activate"):
        raise Http404
    if not tokens:
        messages.info(request, _("Chưa chọn mục nào. Đánh dấu những mục cần trả lời rồi bấm lại."))
        return HttpResponseRedirect(reverse("inbox"))
    if request.POST.get("confirmed") != "1":
        page = selectors.confirm_page(reading, act, tokens)
        return show(request, "planning/agreements/confirm.html", page, reading, "inbox")
    wanted = {row.pk: selectors.revision_of(token) for token, row in selectors.chosen_of(reading, tokens)}
    if act == "yes":
        outcomes = services.speak_many(
            acting_user=reading.user,
            company=reading.company,
            agreements=wanted,
            answer="yes",
            text=request.POST.get("text", ""),
        )
    else:
        outcomes = services.activate_many(acting_user=reading.user, company=reading.company, agreements=wanted)
    _say(request, reading, act, outcomes)
    return HttpResponseRedirect(reverse("inbox"))


def _say(request: HttpRequest, reading: Reading, act: str, outcomes: list[Outcome]) -> None:
    done = sum(1 for one in outcomes if one.error is None)
    if done and act == "yes":
        text = ngettext("Đã đồng ý {count} mục.", "Đã đồng ý {count} mục.", done).format(count=done)
        messages.success(request, text)
    elif done:
        text = ngettext("Đã kích hoạt {count} mục.", "Đã kích hoạt {count} mục.", done).format(count=done)
        messages.success(request, text)
    for one in [one for one in outcomes if one.error is not None][:10]:
        messages.warning(request, f"{one.agreement.heading}: {one.error.problem.text(reading.language)}")  # type: ignore[union-attr]


@require_safe
@login_required
def agreement(request: HttpRequest, pk: int) -> HttpResponse:
    reading = Reading.of(request)
    row = get_agreement_or_404(request, pk)
    return show(
        request, "planning/agreements/agreement.html", selectors.agreement_page(reading, row), reading, "agreement"
    )


@require_POST
@login_required
def agreement_act(request: HttpRequest, pk: int) -> HttpResponse:
    """``act``: yes, no, comment, withdraw, activate or close, with ``text`` and the ``revision`` looked at."""
    reading = Reading.of(request)
    row = get_agreement_or_404(request, pk)
    if reading.scope.reads_only:
        raise Http404
    act, text = request.POST.get("act", ""), request.POST.get("text", "")
    try:
        after = _act(reading, row, act, text, selectors.revision_of(f":{request.POST.get('revision', '')}"))
    except AgreementError as refused:
        row.refresh_from_db()
        error = " ".join(problem.text(reading.language) for problem in refused.problems)
        page = selectors.agreement_page(reading, row, error, text)
        return show(request, "planning/agreements/agreement.html", page, reading, "agreement", status=422)
    messages.success(request, _done(act, after))
    # somebody to whom it fell for this step may not see it any more
    gone = not _still_there(request, pk)
    return HttpResponseRedirect(reverse("inbox") if gone else reverse("agreement", args=[pk]))


def _act(reading: Reading, row: Agreement, act: str, text: str, revision: int | None) -> Agreement:
    user = reading.user
    if act == "withdraw":
        return services.withdraw(acting_user=user, agreement=row, text=text, revision=revision)
    if act == "activate":
        return services.activate(acting_user=user, agreement=row, text=text, revision=revision)
    if act == "close":
        return services.close(acting_user=user, agreement=row, text=text, revision=revision)
    # a comment answers nothing, so that what was said meanwhile does not stand in its way
    seen = None if act == "comment" else revision
    return services.speak(acting_user=user, agreement=row, answer=act, text=text, revision=seen)


def _done(act: str, after: Agreement) -> str:
    return {
        "yes": _("Đã ghi ý kiến đồng ý về “{title}”."),
        "no": _("Đã trả lại “{title}” kèm lý do."),
        "comment": _("Đã gửi góp ý về “{title}”."),
        "withdraw": _("Đã rút lại “{title}”; giờ là bản nháp."),
        "activate": _("“{title}” bắt đầu có hiệu lực."),
        "close": _("Đã đóng “{title}”."),
    }[act].format(title=after.heading)


def _still_there(request: HttpRequest, pk: int) -> bool:
    try:
        get_agreement_or_404(request, pk)
    except Http404:
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def delegations(request: HttpRequest) -> HttpResponse:
    """Who answers for whom; a POST makes one."""
    reading = Reading.of(request)
    if request.method != "POST":
        return _delegations(request, reading, delegation_form(reading))
    form = delegation_form(reading, request.POST.dict())
    if form is None:
        raise Http404
    if form.is_valid():
        given = form.cleaned_data
        try:
            row = services.delegate(acting_user=reading.user, **given)
        except AgreementError as refused:
            form.add_error(None, refused.problem.text(reading.language))
        else:
            text = _("{to} trả lời thay {person} từ {start} đến {end}.")
            names = {"to": row.to.owner.name, "person": row.person.owner.name}
            days = {"start": formatting.day(row.valid_from), "end": formatting.day(row.valid_to)}
            messages.success(request, text.format(**names, **days))
            return HttpResponseRedirect(reverse("delegations"))
    return _delegations(request, reading, form, 422)


def _delegations(
    request: HttpRequest, reading: Reading, form: DelegationForm | None, status: int = 200
) -> HttpResponse:
    page = delegations_page(reading, form)
    return show(request, "planning/agreements/delegations.html", page, reading, "agreements", status=status)


@require_POST
@login_required
def delegation_end(request: HttpRequest, pk: int) -> HttpResponse:
    reading = Reading.of(request)
    row = get_delegation_or_404(request, pk)
    try:
        services.end_delegation(acting_user=reading.user, delegation=row)
        messages.success(request, _("Đã chấm dứt ủy quyền."))
    except services.AgreementForbiddenError:
        raise Http404 from None
    except AgreementError as refused:
        messages.warning(request, refused.problem.text(reading.language))
    return HttpResponseRedirect(reverse("delegations"))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def flow_settings(request: HttpRequest) -> HttpResponse:
    """The steps by kind and level: read by every member, changed by HR, an administrator or the director."""
    reading = Reading.of(request)
    if not can_see_flow(reading.user, reading.company):
        raise Http404
    if request.method != "POST":
        return show(request, "planning/agreements/settings.html", selectors.flow_page(reading), reading, "agreements")
    if not can_change_flow(reading.user, reading.company):
        raise Http404
    errors, typed = _change_rules(request, reading)
    if errors:
        page = selectors.flow_page(reading, errors, typed)
        return show(request, "planning/agreements/settings.html", page, reading, "agreements", status=422)
    messages.success(request, _("Đã lưu các bước thỏa thuận. Chúng áp dụng cho những đề xuất từ nay."))
    return HttpResponseRedirect(reverse("flow_settings"))


def _change_rules(request: HttpRequest, reading: Reading) -> tuple[dict[str, str], dict[str, Rule]]:
    """All rows or none. A row that somebody else has changed since the page was opened is told, and not overwritten."""
    errors: dict[str, str] = {}
    typed: dict[str, Rule] = {}
    with transaction.atomic():
        for row in selectors.flow_page(reading).rows:
            was = request.POST.get(f"was-{row.key}")
            rule = read_rule(request.POST.dict(), row.key)
            if was is None or selectors.written(rule) == was:
                continue
            kind, level = row.key.rsplit("-", 1)
            typed[row.key] = rule
            if was != row.was and selectors.written(rule) != row.was:
                errors[row.key] = _("Người khác vừa đổi dòng này thành: {path}. Xem lại rồi lưu.").format(path=row.path)
                continue
            try:
                services.change_flow(
                    acting_user=reading.user, company=reading.company, kind=kind, level=level, rule=rule
                )
            except AgreementError as refused:
                errors[row.key] = refused.problem.text(reading.language)
        if errors:
            transaction.set_rollback(True)
    return errors, typed
