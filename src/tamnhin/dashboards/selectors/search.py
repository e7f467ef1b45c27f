"""Search over people, units, KPIs and goals, with or without diacritics. Only what the reader may see."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tamnhin.base.text import folded
from tamnhin.dashboards.reading import Reading, with_query
from tamnhin.dashboards.selectors.kpi_list import matches
from tamnhin.dashboards.shapes import SearchHit, SearchResults
from tamnhin.organisation.access import owners_visible_to
from tamnhin.organisation.models import Owner
from tamnhin.strategy.access import goals_visible_to

EACH = 20  # hits of one kind
MOST_GOALS = 200


def search_results(reading: Reading, query: str) -> SearchResults:
    """Units first, then people by given name, KPIs and goals; ``total`` counts also what is not listed.

    Five queries at most, none of them for a blank query.
    """
    words = folded(query).split()
    if not words:
        return SearchResults(query.strip())
    owners = owners_visible_to(reading.user, reading.company)
    for word in words:
        owners = owners.filter(name_folded__contains=word)
    units, unit_total = _owners(reading, owners, Owner.Kind.UNIT)
    people, people_total = _owners(reading, owners, Owner.Kind.PERSON)
    kpis = matches(reading, query)
    goals, goal_total = _goals(reading, words)
    hits = [*units, *people, *[_kpi(reading, code) for code in kpis[:EACH]], *goals]
    return SearchResults(query.strip(), hits, unit_total + people_total + len(kpis) + goal_total)


def _owners(reading: Reading, found: QuerySet[Owner], kind: Owner.Kind) -> tuple[list[SearchHit], int]:
    same = found.filter(kind=kind)
    rows = list(same.order_by("sort_key", "pk").values_list("pk", "code", "name")[: EACH + 1])
    total = len(rows) if len(rows) <= EACH else same.count()
    hits = []
    for pk, code, name in rows[:EACH]:
        at = reading.live.owner_of_id.get(pk)
        if at is None:
            continue
        above = reading.parents_of(at)
        where = reading.owner_name(above[0]) if above else ""
        word = "person" if kind is Owner.Kind.PERSON else "company" if at == reading.root else "unit"
        note = " · ".join(part for part in (code, where) if part)
        hits.append(SearchHit(name, reading.card_url(at), word, note))  # type: ignore[arg-type]
    return hits, total


def _kpi(reading: Reading, code: str) -> SearchHit:
    row = reading.kpi_rows[code]
    url = with_query(reverse("kpi_list"), period=reading.keep_period, q=code)
    note = " · ".join(part for part in (code, str(row["unit"] or "")) if part)
    return SearchHit(reading.kpi_name(code), url, "kpi", note)


def _goals(reading: Reading, words: Sequence[str]) -> tuple[list[SearchHit], int]:
    """Goals by their title. Matched in memory, since their titles have no folded column, then asked about once."""
    matched = {}
    for row in reading.live.book["goals"].iter_rows(named=True):
        text = folded(f"{row['title']} {row['code']}")
        if all(word in text for word in words):
            matched[row["code"]] = row
    codes = list(matched)[:MOST_GOALS]
    if not codes:
        return [], 0
    visible = set(goals_visible_to(reading.user, reading.company).filter(code__in=codes).values_list("code", flat=True))
    hits = []
    for code in [code for code in codes if code in visible][:EACH]:
        row = matched[code]
        holder = row["owner"] or row["unit"]
        at = reading.live.owner_at.get(holder) if holder else reading.root
        name = reading.owner_name(at) if at is not None else _("Công ty")
        # a goal has no page of its own yet: its holder's scorecard, or the vision it serves
        url = reading.card_url(at) if at is not None and holder else reverse("company_settings")
        hits.append(SearchHit(row["title"], url, "goal", " · ".join((code, name))))
    return hits, len(visible)
