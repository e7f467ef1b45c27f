"""The five steps, and how a company's first units and people come in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from tamnhin.accounts.models import User
from tamnhin.dashboards.reading import Reading
from tamnhin.engine.problems import Problem
from tamnhin.organisation.access import can_admin, can_edit_people
from tamnhin.organisation.models import Owner, Person
from tamnhin.planning.pages import show
from tamnhin.planning.start.pasting import Fault, PersonLine, read_people, read_units
from tamnhin.planning.start.selectors import UnitRow, start_page, unit_rows
from tamnhin.planning.start.steps import STEPS
from tamnhin.planning.start.writing import add_people, add_units

LONGEST_PASTE = 100_000


@dataclass(frozen=True, slots=True)
class PastePage:
    """A text area, what was wrong with it, and what is there already."""

    text: str = ""
    faults: list[tuple[str, str]] = field(default_factory=list)  # (line, what to do)
    units: list[UnitRow] = field(default_factory=list)
    people: int = 0
    without: int = 0  # people who cannot log in yet
    back: str = ""
    import_url: str = ""


@require_safe
@login_required
def start(request: HttpRequest) -> HttpResponse:
    reading = Reading.of(request)
    return show(request, "planning/start/start.html", start_page(reading), reading, "start")


@require_safe
@login_required
def start_step(request: HttpRequest, step: str) -> HttpResponse:
    if step not in STEPS:
        raise Http404
    reading = Reading.of(request)
    return show(request, "planning/start/start.html", start_page(reading, step), reading, "start")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def units(request: HttpRequest) -> HttpResponse:
    """Only for those who may change the organisation; to anybody else the page does not exist."""
    reading = _editing(request)
    faults: list[Fault] = []
    if request.method == "POST":
        held = dict(
            Owner.objects.filter(company=reading.company, kind=Owner.Kind.UNIT, archived_at=None).values_list(
                "code", "name"
            )
        )
        rows, faults = read_units(_text(request), held)
        faults += _taken(reading, [row.code for row in rows], set(held))
        if rows and not faults:
            made = add_units(acting_user=reading.user, company=reading.company, rows=rows)
            text = ngettext("Đã thêm {count} phòng ban.", "Đã thêm {count} phòng ban.", len(made))
            messages.success(request, text.format(count=len(made)))
            return HttpResponseRedirect(_next(request, reverse("start_step", args=["departments"])))
    page = _page(reading, request, faults)
    return show(request, "planning/start/units.html", page, reading, "start", status=422 if _failed(request) else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def people(request: HttpRequest) -> HttpResponse:
    reading = _editing(request)
    faults: list[Fault] = []
    if request.method == "POST":
        company = reading.company
        owners = Owner.objects.filter(company=company)
        units_held = dict(owners.filter(kind=Owner.Kind.UNIT, archived_at=None).values_list("code", "name"))
        emails = [
            *Person.objects.filter(company=company).exclude(email="").values_list("email", flat=True),
            *User.objects.filter(memberships__company=company).values_list("email", flat=True),
        ]
        rows, faults = read_people(_text(request), units_held, list(owners.values_list("code", flat=True)), emails)
        faults += _hr_faults(reading, rows)
        if rows and not faults:
            made = add_people(acting_user=reading.user, company=company, rows=rows)
            text = ngettext("Đã thêm {count} người.", "Đã thêm {count} người.", len(made))
            messages.success(request, text.format(count=len(made)))
            return HttpResponseRedirect(_next(request, reverse("start_step", args=["people"])))
    page = _page(reading, request, faults)
    return show(request, "planning/start/people.html", page, reading, "start", status=422 if _failed(request) else 200)


def _hr_faults(reading: Reading, rows: Sequence[PersonLine]) -> list[Fault]:
    """The role is given by an administrator only, to somebody who can log in."""
    marked = [row for row in rows if row.hr]
    if marked and not can_admin(reading.user, reading.company):
        return [Fault(0, Problem("PASTE_HR_NOT_YOURS"))]
    return [Fault(0, Problem("PASTE_HR_NO_EMAIL")) for row in marked if not row.email]


def _editing(request: HttpRequest) -> Reading:
    reading = Reading.of(request)
    if not can_edit_people(reading.user, reading.company):
        raise Http404
    return reading


def _text(request: HttpRequest) -> str:
    return request.POST.get("lines", "")[:LONGEST_PASTE]


def _failed(request: HttpRequest) -> bool:
    return request.method == "POST"


def _taken(reading: Reading, codes: list[str], units_held: set[str]) -> list[Fault]:
    """Codes that a person has: units and people share one list of codes."""

    found = Owner.objects.filter(company=reading.company, code__in=codes).values_list("code", flat=True)
    return [Fault(0, Problem("PASTE_CODE_TAKEN", args={"code": code})) for code in found if code not in units_held]


def _page(reading: Reading, request: HttpRequest, faults: list[Fault]) -> PastePage:
    company = reading.company
    text = _text(request) if request.method == "POST" else ""
    said = [(str(one.line) if one.line else "—", one.problem.text(reading.language)) for one in faults]
    if request.method == "POST" and not faults:
        said = [("—", _("Chưa có dòng nào. Gõ hoặc dán ít nhất một dòng."))]
    members = Person.objects.filter(company=company, owner__archived_at=None, left=None)
    return PastePage(
        text=text,
        faults=said,
        units=unit_rows(company),
        people=members.count(),
        without=members.exclude(memberships__is_active=True).count(),
        back=_next(request, reverse("start")),
        import_url=reverse("import"),
    )


def _next(request: HttpRequest, usual: str) -> str:
    """Where somebody came from, as long as that is here."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return target if safe and target.startswith("/") else usual
