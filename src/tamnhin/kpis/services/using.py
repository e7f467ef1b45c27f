"""Taking an entry of the library: the KPI itself, what its formula is made of, and the link that comes with it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from django.db import transaction

from tamnhin.accounts.models import User
from tamnhin.kpis.library import Component, Entry, components_of
from tamnhin.kpis.models import Kpi
from tamnhin.kpis.services.definitions import Definition, create_kpi
from tamnhin.kpis.services.links import add_link
from tamnhin.organisation.models import Company

_PLAIN = re.compile(r"[^\W\d][\w.]*", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Parts:
    """How an entry's formula reads in a company: ``formula`` over KPIs that are there and those still to be made."""

    formula: str
    there: tuple[tuple[Component, Kpi], ...]
    new: tuple[Component, ...]


def parts_of(company: Company, entry: Entry) -> Parts:
    """Each component is the KPI made from the same entry, else the one with the component's code. One query."""
    wanted = components_of(entry)
    rows = list(Kpi.objects.filter(company=company).exclude(status=Kpi.Status.RETIRED).order_by("pk"))
    by_origin = {row.library_code: row for row in reversed(rows) if row.library_code}
    by_code = {row.code: row for row in rows}
    found = {one.code: by_origin.get(one.entry) or by_code.get(one.code) for one in wanted}
    formula = entry.formula
    for one in wanted:
        kpi = found[one.code]
        if kpi is not None and kpi.code != one.code:
            formula = re.sub(rf"\b{one.code}\b", _quoted(kpi.code), formula)
    there = tuple((one, kpi) for one in wanted if (kpi := found[one.code]) is not None)
    return Parts(formula, there, tuple(one for one in wanted if found[one.code] is None))


@transaction.atomic
def use_entry(
    *,
    acting_user: User,
    company: Company,
    entry: Entry,
    code: str,
    definition: Definition,
    make_parts: bool = False,
    drives: Kpi | None = None,
    language: str = "vi",
) -> Kpi:
    """A draft of the company's own from an entry; with ``make_parts`` drafts of what its formula needs besides, under
    the same people; with ``drives`` the claim that it drives that KPI. All or nothing.

    Raises as ``create_kpi`` and ``add_link`` do.
    """
    if make_parts:
        for part in parts_of(company, entry).new:
            create_kpi(
                acting_user=acting_user,
                company=company,
                code=part.code,
                definition=Definition(
                    name=part.name,
                    name_en=part.name_en,
                    unit=part.unit,
                    direction="higher",
                    aggregation=part.aggregation,
                    across=part.across,
                    frequency=definition.frequency,
                    owner=definition.owner,
                    deputy=definition.deputy,
                    source=definition.source,
                ),
                library_code=part.entry,
            )
    kpi = create_kpi(
        acting_user=acting_user, company=company, code=code, definition=definition, library_code=entry.code
    )
    if drives is not None:
        note = entry.meant(language)
        add_link(acting_user=acting_user, driver=kpi, outcome=drives, note=note)
    return kpi


def proposed(entry: Entry, language: str) -> Definition:
    """What an entry says of a card, before anybody has changed a word."""
    counted = entry.counted(language)
    return Definition(
        name=entry.name,
        name_en=entry.name_en,
        unit=entry.unit,
        direction=entry.direction,
        aggregation=entry.aggregation,
        across=entry.across,
        scale=entry.scale,
        frequency=entry.frequency,
        method=entry.method,
        level=entry.level,
        domain=entry.domain,
        timing=entry.timing,
        flow=entry.flow,
        perspective=entry.perspective,
        purpose=entry.meant(language),
        definition=counted,
    )


def with_formula(definition: Definition, parts: Parts) -> Definition:
    """The same, computed from other KPIs instead of given: a formula says its own factor."""
    return replace(definition, formula=parts.formula, scale=None)


def _quoted(code: str) -> str:
    return code if _PLAIN.fullmatch(code) else "'" + code.replace("'", "''") + "'"
