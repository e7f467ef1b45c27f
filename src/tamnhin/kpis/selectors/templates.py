"""Whom a template finds, and whose scorecards come from it. Callers ask who may see them."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from tamnhin.agreements.states import State
from tamnhin.base.text import folded
from tamnhin.kpis.models import Assignment, ScorecardTemplate
from tamnhin.organisation.models import Company, Person, Placement, Unit


@dataclass(frozen=True, slots=True)
class Origin:
    """The template that somebody's scorecard comes from. ``first`` and ``last``: the time its targets are of."""

    template_id: int
    version: int
    first: datetime.date
    last: datetime.date | None


@dataclass(frozen=True, slots=True)
class Post:
    """Where somebody stands on a day."""

    unit_id: int | None
    path: str
    position: str


def positions_of(text: str) -> frozenset[str]:
    """What ``Nhân viên bán hàng; Trưởng ca`` finds, folded."""
    return frozenset(found for part in text.split(";") if (found := folded(part)))


def matched(company: Company, template: ScorecardTemplate, on: datetime.date) -> list[int]:
    """Ids of the owners whom the template is for on a day: position, unit subtree and level, all that it names.

    A placement on that day overrides the person's own unit and position. Four queries.
    """
    path = template.unit.path if template.unit is not None else ""
    if template.level == "unit":
        return _units(company, path, on)
    wanted = positions_of(template.position)
    heads = set(_held(company, on).filter(head__isnull=False).values_list("head_id", flat=True))
    out = []
    for person, posts in posts_on(company, on).items():
        if template.level == "head" and person not in heads:
            continue
        if template.level == "staff" and person in heads:
            continue
        if any(post.path.startswith(path) and (not wanted or folded(post.position) in wanted) for post in posts):
            out.append(person)
    return out


def posts_on(company: Company, on: datetime.date, among: Collection[int] | None = None) -> dict[int, list[Post]]:
    """Where everybody who is here on a day stands, by person. Two queries."""
    people = Person.objects.filter(company=company).filter(
        Q(left=None) | Q(left__gte=on), Q(joined=None) | Q(joined__lte=on)
    )
    placed = Placement.objects.filter(company=company, valid_from__lte=on).filter(
        Q(valid_to=None) | Q(valid_to__gte=on)
    )
    if among is not None:
        people, placed = people.filter(pk__in=among), placed.filter(person__in=among)
    moved: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
    for person, unit, path, position in placed.values_list("person_id", "unit_id", "unit__path", "position"):
        moved[person].append((unit, path, position))
    out = {}
    for person, unit, path, position in people.order_by("owner__sort_key", "owner_id").values_list(
        "owner_id", "unit_id", "unit__path", "position"
    ):
        own = [Post(unit, path or "", position)]
        out[person] = [Post(there, at, called or position) for there, at, called in moved.get(person, ())] or own
    return out


def origins(company: Company, owner_ids: Collection[int], on: datetime.date) -> dict[int, Origin]:
    """What the scorecards that hold on a day come from; changes by hand since do not break the chain. One query."""
    rows = (
        Assignment.objects.filter(
            company=company,
            owner__in=owner_ids,
            status__in=(State.ACTIVE, State.CLOSED),
            activated_at__isnull=False,
            valid_from__lte=on,
        )
        .order_by("-valid_from", "-activated_at")
        .only("owner_id", "kind", "template_id", "template_version", "valid_from", "valid_to")
    )
    chains: dict[int, list[Assignment]] = defaultdict(list)
    for row in rows:
        chains[row.owner_id].append(row)
    out = {}
    for owner, chain in chains.items():
        found = _origin(chain)
        if found is not None:
            out[owner] = found
    return out


def _origin(chain: list[Assignment]) -> Origin | None:
    """``chain``: newest first. It ends at a first scorecard, or where another template begins."""
    newest: Assignment | None = None
    earliest: Assignment | None = None
    for row in chain:
        if row.template_id is not None:
            if newest is None:
                newest = row
            if row.template_id != newest.template_id:
                break
            earliest = row
        if row.kind == Assignment.Kind.NEW:
            break
    if newest is None or earliest is None or newest.template_id is None:
        return None
    return Origin(newest.template_id, newest.template_version or 1, earliest.valid_from, chain[0].valid_to)


def holders(company: Company, template: ScorecardTemplate, on: datetime.date) -> dict[int, Origin]:
    """Whose scorecard of a day comes from this template. Two queries."""
    ids = list(
        Assignment.objects.filter(company=company, template=template, activated_at__isnull=False)
        .order_by("owner_id")
        .values_list("owner_id", flat=True)
        .distinct()
    )
    return {owner: one for owner, one in origins(company, ids, on).items() if one.template_id == template.pk}


def _held(company: Company, on: datetime.date) -> QuerySet[Unit]:
    return Unit.objects.filter(company=company).filter(
        Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_to=None) | Q(valid_to__gte=on)
    )


def _units(company: Company, path: str, on: datetime.date) -> list[int]:
    return list(_held(company, on).filter(path__startswith=path).order_by("path").values_list("pk", flat=True))
