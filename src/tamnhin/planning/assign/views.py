"""Giving scorecards: where it begins, the matrix of a unit, proposing many at once."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tamnhin.agreements.services import AgreementError
from tamnhin.dashboards.reading import Reading, path_of
from tamnhin.kpis.services.assignments import AssignmentError
from tamnhin.planning.assign import proposing
from tamnhin.planning.assign.effect import group_effect_page
from tamnhin.planning.assign.grid import grid_page
from tamnhin.planning.assign.landing import landing
from tamnhin.planning.assign.saving import NotCellsError, read_cells, saved
from tamnhin.planning.pages import show


@require_safe
@login_required
def assign(request: HttpRequest) -> HttpResponse:
    reading = Reading.of(request, "")
    return show(request, "planning/assign/landing.html", landing(reading), reading, "assign")


@require_safe
@login_required
def assign_unit(request: HttpRequest, owner: str) -> HttpResponse:
    """The matrix. ``view`` weight or target; ``first`` and ``last`` say from when new drafts are to hold."""
    reading = Reading.of(request, "")
    given = request.GET
    page = grid_page(
        reading, reading.owner_or_404(owner), given.get("view", ""), given.get("first", ""), given.get("last", "")
    )
    return show(request, "planning/assign/matrix.html", page, reading, "assign")


@require_POST
@login_required
def assign_save(request: HttpRequest, owner: str) -> HttpResponse:
    """Changed cells as JSON; what was saved, what somebody else has changed meanwhile, what is refused and why."""
    reading = Reading.of(request, "")
    position = reading.owner_or_404(owner)
    if reading.scope.reads_only or position >= reading.live.plan.owners.unit_count:
        raise Http404
    members = [position, *reading.children_of(position)]
    owners = {int(reading.live.owner_ids[one]) for one in reading.visible(members)}
    try:
        cells, time = read_cells(request.body)
        answer = saved(reading, owners, cells, time)
    except NotCellsError:
        return JsonResponse({"error": _("Không đọc được dữ liệu gửi lên. Tải lại trang rồi thử lại.")}, status=400)
    return JsonResponse(answer)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def assign_propose(request: HttpRequest, owner: str) -> HttpResponse:
    """Who will be told and what is still wrong; a POST proposes the chosen ones in one act."""
    reading = Reading.of(request, "")
    position = reading.owner_or_404(owner)
    if reading.scope.reads_only or position >= reading.live.plan.owners.unit_count:
        raise Http404
    if request.method != "POST":
        page = proposing.propose_page(reading, position)
        return show(request, "planning/assign/propose.html", page, reading, "assign")
    reason, note = request.POST.get("reason", "").strip(), request.POST.get("note", "").strip()[:2000]
    known = proposing.open_drafts(reading, position)
    chosen = _chosen(request.POST.getlist("chosen"), set(known))
    errors = [] if chosen else [proposing.nothing_chosen()]
    if chosen:
        try:
            count = proposing.propose_chosen(reading, chosen, reason, note)
        except (AssignmentError, AgreementError) as refused:
            errors = [problem.text(reading.language) for problem in refused.problems]
        else:
            text = ngettext("Đã gửi {count} thẻ điểm đi hỏi ý kiến.", "Đã gửi {count} thẻ điểm đi hỏi ý kiến.", count)
            messages.success(request, text.format(count=count))
            return HttpResponseRedirect(path_of("assign_unit", owner))
    page = proposing.propose_page(reading, position, chosen=set(chosen), reason=reason, note=note, errors=errors)
    return show(request, "planning/assign/propose.html", page, reading, "assign", status=422)


@require_safe
@login_required
def assign_effect(request: HttpRequest, owner: str) -> HttpResponse:
    """What the unit's drafts would do together to scores; a fragment, or a page of its own."""
    reading = Reading.of(request, "")
    position = reading.owner_or_404(owner)
    if reading.scope.reads_only or position >= reading.live.plan.owners.unit_count:
        raise Http404
    drafts = list(proposing.open_drafts(reading, position).values())
    page = group_effect_page(reading, position, drafts)
    return show(request, "planning/assign/effect.html", page, reading, "assign", "body")


def _chosen(tokens: list[str], known: set[int]) -> dict[int, int]:
    """``pk:revision`` of the ticked rows, those of this unit."""
    out = {}
    for token in tokens:
        pk, _colon, revision = token.partition(":")
        if pk.isascii() and pk.isdigit() and revision.isascii() and revision.isdigit() and int(pk) in known:
            out[int(pk)] = int(revision)
    return out
