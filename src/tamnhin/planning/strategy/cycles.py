"""The page of cycles: the tree, how far each is, and what a new strategic one suggests."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.urls import reverse
from django.utils.translation import gettext as _

from tamnhin.base import formatting
from tamnhin.dashboards.reading import Reading, with_query
from tamnhin.engine import periods as per
from tamnhin.organisation.models import Company
from tamnhin.planning.strategy.forms import CycleForm
from tamnhin.planning.strategy.shapes import CycleRow
from tamnhin.strategy.access import can_write_company, cycles_visible_to, goals_visible_to
from tamnhin.strategy.models import Cycle
from tamnhin.strategy.services.cycles import Proposed, months_later, proposal


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A cycle under the new one; ``there`` means that it exists already."""

    key: str
    label: str
    when: str
    depth: int
    checked: bool
    there: bool


@dataclass(frozen=True, slots=True)
class CyclesPage:
    rows: Sequence[CycleRow]
    form: CycleForm | None
    editing: str = ""
    suggestions: Sequence[Suggestion] = field(default=())
    halves: bool = False

    @property
    def may_write(self) -> bool:
        return self.form is not None


def cycles_page(
    reading: Reading, form: CycleForm | None = None, editing: Cycle | None = None, keys: Sequence[str] | None = None,
    *, halves: bool = False,
) -> CyclesPage:  # fmt: skip
    """``form``: the one that was sent. ``keys``: the suggestions that are ticked; None ticks them all."""
    every = list(cycles_visible_to(reading.user, reading.company))
    may = can_write_company(reading.user, reading.company)
    if form is None and may:
        form = new_form(reading, every, editing=editing)
    return CyclesPage(
        rows=rows_of(reading, every),
        form=form if may else None,
        editing=editing.code if editing is not None else "",
        suggestions=suggestions(reading.company, every, *_dates(form), keys, halves=halves)
        if may and editing is None and form is not None
        else (),
        halves=halves,
    )


def new_form(
    reading: Reading, every: Sequence[Cycle], data: Mapping[str, Any] | None = None, editing: Cycle | None = None
) -> CycleForm:
    """Empty, it proposes three years from the current (fiscal) one where there is no strategic cycle, else a year."""
    company = reading.company
    if editing is not None:
        initial: dict[str, object] = {
            "kind": editing.kind,
            "code": editing.code,
            "name": editing.name,
            "valid_from": editing.valid_from,
            "valid_to": editing.valid_to,
            "parent": editing.parent.code if editing.parent is not None else "",
        }
    else:
        year = per.containing(reading.live.as_of, "year", company.fiscal_year_start)
        strategic = [row for row in every if row.kind == Cycle.Kind.STRATEGIC]
        start = max((row.valid_to for row in strategic), default=None)
        start = year.start if start is None else start + datetime.timedelta(days=1)
        initial = {
            "kind": Cycle.Kind.STRATEGIC,
            "valid_from": start,
            "valid_to": months_later(start, 36) - datetime.timedelta(days=1),
        }
    return CycleForm(
        data,
        initial=initial,
        cycles=[row for row in every if editing is None or row.pk != editing.pk],
        default_code=lambda kind, a, b: default_code(company, kind, a, b),
    )


def _dates(form: CycleForm | None) -> tuple[str, datetime.date | None, datetime.date | None]:
    if form is None:
        return "", None, None
    if form.is_bound:
        form.is_valid()
        data = form.cleaned_data
        return data.get("kind", ""), data.get("valid_from"), data.get("valid_to")
    return str(form.initial["kind"]), form.initial["valid_from"], form.initial["valid_to"]


def default_code(company: Company, kind: str, start: datetime.date, end: datetime.date) -> str:
    """The key of the period where it is one, else the years: ``2026-2028``, else the days."""
    if kind in ("year", "half", "quarter"):
        named: Literal["year", "half", "quarter"] = (
            "year" if kind == "year" else "half" if kind == "half" else "quarter"
        )
        period = per.containing(start, named, company.fiscal_year_start)
        if (period.start, period.end) == (start, end):
            return period.key
    if kind == Cycle.Kind.STRATEGIC and (start.month, start.day) == (1, 1) and (end.month, end.day) == (12, 31):
        return f"{start.year}-{end.year}"
    return f"{start:%Y%m}-{end:%Y%m}"


def suggestions(
    company: Company,
    every: Sequence[Cycle],
    kind: str,
    start: datetime.date | None,
    end: datetime.date | None,
    keys: Sequence[str] | None,
    *,
    halves: bool,
) -> list[Suggestion]:
    """What a strategic cycle of these dates suggests under it; nothing for other kinds or dates that do not do."""
    if kind != Cycle.Kind.STRATEGIC or start is None or end is None:
        return []
    if not start < end <= months_later(start, 36):
        return []
    found: list[Proposed] = proposal(start, end, company.fiscal_year_start, halves=halves)
    out = []
    for one in found:
        there = any(row.kind == one.kind and row.valid_from <= one.end and row.valid_to >= one.start for row in every)
        out.append(
            Suggestion(
                key=one.key,
                label=formatting.period(one.key),
                when=f"{formatting.day(one.start)} – {formatting.day(one.end)}",
                depth=0 if not one.parent else 2 if "-H" in one.parent else 1,
                checked=not there and (keys is None or one.key in keys),
                there=there,
            )
        )
    return out


def rows_of(reading: Reading, every: Sequence[Cycle]) -> list[CycleRow]:
    """As a tree, each followed by what lies in it. One query."""
    today = reading.live.as_of
    visible = goals_visible_to(reading.user, reading.company).exclude(cycle=None)
    counts = Counter(visible.values_list("cycle_id", flat=True))
    below: dict[int | None, list[Cycle]] = {}
    for row in every:
        below.setdefault(row.parent_id, []).append(row)
    out: list[CycleRow] = []
    stack = [(row, 0) for row in reversed(below.get(None, []))]
    while stack:
        row, depth = stack.pop()
        days = (row.valid_to - row.valid_from).days + 1
        gone = min(1.0, max(0.0, ((today - row.valid_from).days + 1) / days))
        out.append(
            CycleRow(
                pk=row.pk,
                code=row.code,
                name=name_of(row),
                kind=str(Cycle.Kind(row.kind).label),
                depth=depth,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                goals=counts[row.pk],
                closed=row.closed_at is not None,
                current=row.valid_from <= today <= row.valid_to,
                gone=gone,
                url=with_query(reverse("goal_list"), cycle=row.code),
            )
        )
        stack += [(child, depth + 1) for child in reversed(below.get(row.pk, []))]
    return out


def name_of(cycle: Cycle) -> str:
    """As people say it: its own name, else the period's."""
    if cycle.name:
        return cycle.name
    said = formatting.period(cycle.code)
    if said == cycle.code and cycle.kind == Cycle.Kind.STRATEGIC:
        return _("Chiến lược {code}").format(code=cycle.code)
    return said


def best_cycle(every: Sequence[Cycle], horizon: str, on: datetime.date) -> Cycle | None:
    """The open cycle of a kind that a new goal most likely belongs to: the one of today, else the next."""
    same = [row for row in every if row.kind == horizon and row.closed_at is None and row.valid_to >= on]
    return min(same, key=lambda row: row.valid_from, default=None)


def natural(company: Company, horizon: str, on: datetime.date) -> tuple[datetime.date, datetime.date]:
    """The days of a horizon where the company has set no cycle: the (fiscal) period of today, or three years."""
    if horizon in ("half", "quarter"):
        part = per.containing(on, "half" if horizon == "half" else "quarter", company.fiscal_year_start)
        return part.start, part.end
    year = per.containing(on, "year", company.fiscal_year_start)
    if horizon == Cycle.Kind.STRATEGIC:
        return year.start, months_later(year.start, 36) - datetime.timedelta(days=1)
    return year.start, year.end
