"""The library: searching, one entry, taking it, and the company's own entries."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tamnhin.dashboards.reading import Reading, with_query
from tamnhin.dashboards.shapes import Link
from tamnhin.kpis.access import can_define_kpis, get_kpi_or_404
from tamnhin.kpis.errors import DefinitionError, DefinitionForbiddenError
from tamnhin.kpis.library import AXES, Entry
from tamnhin.kpis.models import Kpi, LibraryEntry
from tamnhin.kpis.services.entries import EntryText, add_entry, archive_entry, change_entry, text_of
from tamnhin.kpis.services.using import parts_of, proposed, use_entry, with_formula
from tamnhin.planning.cards import editing
from tamnhin.planning.cards.forms import CardForm
from tamnhin.planning.cards.shapes import EditPage
from tamnhin.planning.library.forms import EntryForm
from tamnhin.planning.library.selectors import entry_named, entry_page, library_page
from tamnhin.planning.library.shapes import EntryEditPage, UseExtra
from tamnhin.planning.pages import show

CURRENT = "library"
LONGEST_QUERY = 200


@require_safe
@login_required
def library(request: HttpRequest) -> HttpResponse:
    reading = Reading.of(request)
    asked = request.GET
    number = asked.get("page", "1")
    page = library_page(
        reading,
        asked.get("q", "").strip()[:LONGEST_QUERY],
        {axis: asked.get(axis, "")[:64] for axis in AXES},
        asked.get("only", ""),
        int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 1,
    )
    return show(request, "planning/library/list.html", page, reading, CURRENT, "found")


@require_safe
@login_required
def entry(request: HttpRequest, entry: str) -> HttpResponse:
    reading = Reading.of(request)
    found, row = _entry_or_404(reading, entry)
    return show(request, "planning/library/entry.html", entry_page(reading, found, row), reading, CURRENT)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def use(request: HttpRequest, entry: str) -> HttpResponse:
    """The card that an entry proposes; ``?way=formula`` computes it from other KPIs."""
    reading = _writer(request)
    found, _row = _entry_or_404(reading, entry)
    posted = request.POST if request.method == "POST" else None
    asked: Mapping[str, str] = request.GET if posted is None else posted
    computed = bool(found.formula) and asked.get("way") == "formula"
    definition = proposed(found, reading.language)
    if computed:
        definition = with_formula(definition, parts_of(reading.company, found))
    form = CardForm(reading, posted, definition=definition, code=_free_code(reading, found))
    twins = []
    if form.is_valid():
        twins = editing.unseen_twins(request, reading, form, found.code)
        made = None if twins else _take(request, reading, found, form, computed=computed)
        if made is not None:
            messages.success(request, _("Đã tạo bản nháp %(code)s từ thư viện.") % {"code": made.code})
            return HttpResponseRedirect(reverse("kpi_card", args=[made.code]))
    page = EditPage(
        title=_("Dùng “%(name)s”") % {"name": found.called(reading.language)},
        form=form,
        action=reverse("library_use", args=[found.code]),
        back=Link(found.code, reverse("library_entry", args=[found.code])),
        twins=twins,
        asked_twice=bool(twins),
        intro=_("Sửa cho đúng với công ty rồi lưu: KPI bắt đầu là bản nháp."),
        extra=_extra(reading, found, asked, computed=computed),
    )
    status = 422 if form.is_bound else 200
    return show(request, "planning/cards/edit.html", page, reading, CURRENT, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """An entry of the company's own; ``?kpi=CODE`` begins with what a KPI says."""
    reading = _writer(request)
    text = text_of(get_kpi_or_404(request, request.GET["kpi"])) if request.GET.get("kpi") else None
    posted = request.POST if request.method == "POST" else None
    form = EntryForm(reading, posted, text=text, code=_next_code(reading))
    if form.is_valid():
        try:
            made = add_entry(
                acting_user=reading.user, company=reading.company, code=form.cleaned_data["code"], text=form.made()
            )
            messages.success(request, _("Đã thêm %(code)s vào thư viện công ty.") % {"code": made.code})
            return HttpResponseRedirect(reverse("library_entry", args=[made.code]))
        except DefinitionError as error:
            form.refuse(error)
    back = Link(_("Thư viện KPI"), reverse("library"))
    page = EntryEditPage(_("Mục thư viện mới"), form, reverse("library_new"), back)
    return show(request, "planning/library/edit.html", page, reading, CURRENT, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit(request: HttpRequest, entry: str) -> HttpResponse:
    reading = _writer(request)
    row = _own_or_404(reading, entry)
    posted = request.POST if request.method == "POST" else None
    form = EntryForm(reading, posted, text=EntryText.of(row), is_new=False)
    if form.is_valid():
        try:
            change_entry(acting_user=reading.user, entry=row, text=form.made())
            messages.success(request, _("Đã lưu mục thư viện."))
            return HttpResponseRedirect(reverse("library_entry", args=[row.code]))
        except DefinitionForbiddenError:
            raise Http404 from None
        except DefinitionError as error:
            form.refuse(error)
    back = Link(row.code, reverse("library_entry", args=[row.code]))
    page = EntryEditPage(row.name, form, reverse("library_edit", args=[row.code]), back)
    return show(request, "planning/library/edit.html", page, reading, CURRENT, status=422 if form.is_bound else 200)


@require_POST
@login_required
def archive(request: HttpRequest, entry: str) -> HttpResponse:
    """``archived`` 1 puts the entry away, 0 takes it out again."""
    reading = _writer(request)
    row = _own_or_404(reading, entry)
    away = request.POST.get("archived") != "0"
    try:
        archive_entry(acting_user=reading.user, entry=row, archived=away)
    except DefinitionForbiddenError:
        raise Http404 from None
    messages.success(request, _("Đã cất mục thư viện.") if away else _("Đã lấy mục thư viện ra dùng lại."))
    return HttpResponseRedirect(reverse("library_entry", args=[row.code]))


# -- parts --------------------------------------------------------------------------------------------------------


def _writer(request: HttpRequest) -> Reading:
    reading = Reading.of(request)
    if not can_define_kpis(reading.user, reading.company):
        raise Http404
    return reading


def _entry_or_404(reading: Reading, code: str) -> tuple[Entry, LibraryEntry | None]:
    found = entry_named(reading, code)
    if found is None:
        raise Http404
    return found


def _own_or_404(reading: Reading, code: str) -> LibraryEntry:
    row = _entry_or_404(reading, code)[1]
    if row is None:
        raise Http404
    return row


def _free_code(reading: Reading, entry: Entry) -> str:
    """The entry's own code, or the first free one behind it."""
    taken = set(Kpi.objects.filter(company=reading.company, code__startswith=entry.code).values_list("code", flat=True))
    code, number = entry.code, 2
    while code in taken:
        code, number = f"{entry.code}.{number}", number + 1
    return code


def _next_code(reading: Reading) -> str:
    used = LibraryEntry.objects.filter(company=reading.company, code__startswith="TV-").values_list("code", flat=True)
    numbers = [int(code[3:]) for code in used if code[3:].isascii() and code[3:].isdigit()]
    return f"TV-{max(numbers, default=0) + 1:03}"


def _take(request: HttpRequest, reading: Reading, entry: Entry, form: CardForm, *, computed: bool) -> Kpi | None:
    outcome = None
    if request.POST.get("claim") and entry.drives:
        outcome = _outcome(reading, entry)
    try:
        return use_entry(
            acting_user=reading.user,
            company=reading.company,
            entry=entry,
            code=form.cleaned_data["code"],
            definition=form.made(),
            make_parts=computed and bool(request.POST.get("make_parts")),
            drives=outcome,
            language=reading.language,
        )
    except DefinitionError as error:
        form.refuse(error)
        return None


def _outcome(reading: Reading, entry: Entry) -> Kpi | None:
    """The company's KPI that the library thinks this one drives."""
    rows = Kpi.objects.filter(company=reading.company, library_code=entry.drives).exclude(status=Kpi.Status.RETIRED)
    return rows.order_by("pk").first()


def _extra(reading: Reading, entry: Entry, asked: Mapping[str, str], *, computed: bool) -> UseExtra:
    parts = parts_of(reading.company, entry)
    english = reading.language == "en"
    outcome = _outcome(reading, entry) if entry.drives else None
    here = reverse("library_use", args=[entry.code])
    first = "code" not in asked  # nothing was sent yet
    return UseExtra(
        way=bool(entry.formula),
        formula=parts.formula,
        computed=computed,
        there=[Link(kpi.name, reverse("kpi_card", args=[kpi.code]), kpi.code) for _one, kpi in parts.there],
        new=[f"{one.code} · {one.name_en if english else one.name}" for one in parts.new],
        make_parts=first or bool(asked.get("make_parts")),
        drives=Link(outcome.name, reverse("kpi_card", args=[outcome.code]), outcome.code) if outcome else None,
        claim=first or bool(asked.get("claim")),
        typed_url=here,
        computed_url=with_query(here, way="formula"),
        numerator=entry.numerator_en if english else entry.numerator,
        denominator=entry.denominator_en if english else entry.denominator,
    )
