"""The library as a company sees it: two hundred entries and its own, what it uses already, and what may be double."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from tamnhin.dashboards.reading import Reading, with_query
from tamnhin.dashboards.shapes import Link
from tamnhin.kpis.access import can_define_all, can_define_kpis, entries_visible_to
from tamnhin.kpis.library import (
    AXES,
    Component,
    Entry,
    Facet,
    builtin,
    components_of,
    department_name,
    find,
    of_company,
)
from tamnhin.kpis.models import Kpi, LibraryEntry
from tamnhin.kpis.services.using import parts_of
from tamnhin.planning.cards.shapes import Fact
from tamnhin.planning.cards.twins import twins_in
from tamnhin.planning.cards.words import AXIS_NAMES, CLASSES, label, said
from tamnhin.planning.library.shapes import EntryPage, EntryRow, FacetLink, FacetList, LibraryPage
from tamnhin.strategy.models import Perspective
from tamnhin.strategy.services.perspectives import perspectives_of

PAGE = 60
TWINS = 12
MINE = "mine"  # the company's own entries alone
USED = "used"  # those the company uses


def library_page(reading: Reading, query: str, chosen: Mapping[str, str], only: str, page: int) -> LibraryPage:
    """One page of the library. At most five queries, whatever is chosen."""
    own = [of_company(row) for row in entries_visible_to(reading.user, reading.company).order_by("code")]
    used = used_by(reading)
    every = [*(entry for entry in own if not entry.archived), *builtin().values()]
    pool = every
    if only == MINE:
        pool = own
    elif only == USED:
        pool = [entry for entry in every if entry.code in used]
    found = find(pool, query, chosen)
    lanes = perspectives_of(reading.company)
    page = min(max(1, page), max(1, -(-len(found.entries) // PAGE)))
    address = reverse("library")
    keep = {"q": query, "only": only if only in (MINE, USED) else "", **{axis: chosen.get(axis, "") for axis in AXES}}
    shown = found.entries[(page - 1) * PAGE : page * PAGE]
    may = can_define_kpis(reading.user, reading.company)
    pairs = twins_in(reading)
    return LibraryPage(
        rows=[row_of(reading, entry, used, lanes, may=may) for entry in shown],
        total=len(found.entries),
        all_count=len(every),
        query=query,
        kept=[(name, value) for name, value in keep.items() if value and name != "q"],
        facets=[_facet(reading, facet, address, keep, lanes) for facet in found.facets]
        + [_only(address, keep, len(own), sum(entry.code in used for entry in every))],
        chosen=[
            Link(_value(reading, axis, value, lanes), with_query(address, **{**keep, axis: ""}))
            for axis, value in keep.items()
            if axis in AXES and value
        ],
        clear_url=address,
        more_url=with_query(address, **keep, page=str(page + 1)) if page * PAGE < len(found.entries) else "",
        may_write=may,
        twins=pairs[:TWINS],
        twin_count=len(pairs),
    )


def used_by(reading: Reading) -> dict[str, list[Link]]:
    """By entry, the company's KPIs that were made from it. One query."""
    out: dict[str, list[Link]] = defaultdict(list)
    rows = Kpi.objects.filter(company=reading.company).exclude(library_code="").exclude(status=Kpi.Status.RETIRED)
    for code, origin in rows.order_by("pk").values_list("code", "library_code"):
        out[origin].append(Link(code, reverse("kpi_card", args=[code])))
    return dict(out)


def entry_named(reading: Reading, code: str) -> tuple[Entry, LibraryEntry | None] | None:
    """An entry of the product or the company's own, with its row."""
    if code in builtin():
        return builtin()[code], None
    row = entries_visible_to(reading.user, reading.company).select_related("company").filter(code=code).first()
    return None if row is None else (of_company(row), row)


def row_of(
    reading: Reading, entry: Entry, used: Mapping[str, Sequence[Link]], lanes: list[Perspective], *, may: bool
) -> EntryRow:
    language = reading.language
    classes = [said(name, getattr(entry, name)) for name in CLASSES if getattr(entry, name)]
    if entry.perspective:
        classes.append(said("perspective", entry.perspective, lanes, language))
    return EntryRow(
        code=entry.code,
        name=entry.called(language),
        purpose=entry.meant(language),
        url=reverse("library_entry", args=[entry.code]),
        use_url=reverse("library_use", args=[entry.code]) if may and not entry.archived else "",
        direction=entry.direction,
        unit=entry.unit,
        frequency=said("frequency", entry.frequency),
        department=department_name(entry.department, language),
        classes=classes,
        used=used.get(entry.code, ()),
        own=entry.own,
        archived=entry.archived,
    )


def entry_page(reading: Reading, entry: Entry, row: LibraryEntry | None) -> EntryPage:
    language = reading.language
    lanes = perspectives_of(reading.company)
    may = can_define_kpis(reading.user, reading.company)
    names = ("direction", "unit", "aggregation", "across", "frequency", "method", *CLASSES)
    facts = [Fact(label(name), said(name, str(getattr(entry, name)), lanes, language)) for name in names]
    if entry.scale is not None:
        facts.append(Fact(label("scale"), f"{entry.scale:g}"))
    if entry.perspective:
        facts.append(Fact(label("perspective"), said("perspective", entry.perspective, lanes, language)))
    facts.append(Fact(_("Phòng ban"), department_name(entry.department, language)))
    english = language == "en"
    return EntryPage(
        row=row_of(reading, entry, used_by(reading), lanes, may=may),
        counted=entry.counted(language),
        numerator=entry.numerator_en if english else entry.numerator,
        denominator=entry.denominator_en if english else entry.denominator,
        formula=entry.formula,
        parts=_parts(reading, entry),
        facts=[fact for fact in facts if fact.value],
        guardrail=_other(entry.guardrail, language),
        drives=_other(entry.drives, language),
        driven=[
            Link(one.called(language), reverse("library_entry", args=[one.code]), one.code)
            for one in builtin().values()
            if one.drives == entry.code
        ],
        may_edit=row is not None
        and may
        and (row.created_by_id == reading.user.pk or can_define_all(reading.user, reading.company)),
    )


def _parts(reading: Reading, entry: Entry) -> list[Fact]:
    if not entry.formula:
        return []
    there = {component.code: kpi for component, kpi in parts_of(reading.company, entry).there}

    def fact(one: Component) -> Fact:
        kpi = there.get(one.code)
        name = one.name_en if reading.language == "en" else one.name
        return Fact(one.code, name, reverse("kpi_card", args=[kpi.code]) if kpi else "", one.unit)

    return [fact(one) for one in components_of(entry)]


def _other(code: str, language: str) -> Link | None:
    entry = builtin().get(code)
    return Link(entry.called(language), reverse("library_entry", args=[code]), code) if entry else None


def _value(reading: Reading, axis: str, value: str, lanes: list[Perspective]) -> str:
    if axis == "department":
        return department_name(value, reading.language)
    return said(axis, value, lanes, reading.language)


def _facet(
    reading: Reading, facet: Facet, address: str, keep: Mapping[str, str], lanes: list[Perspective]
) -> FacetList:
    links = [
        FacetLink(
            _value(reading, facet.axis, choice.value, lanes),
            with_query(address, **{**keep, facet.axis: "" if choice.chosen else choice.value}),
            choice.count,
            choice.chosen,
        )
        for choice in facet.choices
        if choice.count or choice.chosen
    ]
    return FacetList(_(AXIS_NAMES[facet.axis]), links, bool(facet.chosen))


def _only(address: str, keep: Mapping[str, str], own: int, used: int) -> FacetList:
    only = keep["only"]

    def link(value: str, text: str, count: int) -> FacetLink:
        here = with_query(address, **{**keep, "only": "" if only == value else value})
        return FacetLink(text, here, count, only == value)

    links = [link(USED, _("Công ty đang dùng"), used), link(MINE, _("Mục của công ty"), own)]
    return FacetList(_("Của công ty"), links, bool(only))
