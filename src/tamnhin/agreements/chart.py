"""Reads from the organisation what ``flow`` decides upon, in a number of queries that does not grow with the asked."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from tamnhin.accounts.models import Membership, Role, RoleGrant
from tamnhin.agreements.flow import Chart, Out
from tamnhin.agreements.models import Delegation
from tamnhin.organisation.models import Absence, Company, Person, Placement, Unit

ROLES = (Role.DIRECTOR, Role.HEAD, Role.HR, Role.AUDITOR)
DEEPEST = 12  # managers above managers; what goes further is a circle


@dataclass(frozen=True, slots=True)
class Holding:
    """One grant: whose, and the subtree it reaches."""

    user: int
    role: str
    path: str
    unit: int | None


@dataclass(slots=True)
class _Found:
    on: datetime.date
    paths: dict[int, str] = field(default_factory=dict)  # unit → path
    heads: dict[int, int | None] = field(default_factory=dict)  # unit → head
    home: dict[int, str] = field(default_factory=dict)  # person → path of the unit they stand in
    manager: dict[int, int | None] = field(default_factory=dict)
    left: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Directory:
    """The chart with what builds a ``Case``: where owners stand and which users hold which role."""

    chart: Chart
    person_of: dict[int, int]
    home: dict[int, str]
    unit_paths: dict[int, str]
    holdings: tuple[Holding, ...]
    auditors: frozenset[int]

    def users(self, role: str, path: str) -> frozenset[int]:
        """Users whose role reaches the unit at ``path`` (all of them when it is empty: who stands nowhere)."""
        return frozenset(
            one.user
            for one in self.holdings
            if one.role == role and one.user not in self.auditors and (not path or path.startswith(one.path))
        )


def read(company: Company, *, people: Collection[int], units: Collection[int], on: datetime.date) -> Directory:
    """Everything about these people and units (ids), and all who stand above them."""
    holdings, person_of = _holdings(company, on)
    found = _Found(on)
    _climb(company, found, {*people, *(person_of[one.user] for one in holdings if one.user in person_of)}, set(units))
    leader = _leaders(found, holdings, person_of)
    delegations = _delegations(company, found.home, on)
    helpers = {one for many in delegations.values() for one in many} - found.home.keys()
    if helpers:
        _climb(company, found, helpers, set())
    everyone = set(found.home)
    auditors = frozenset(one.user for one in holdings if one.role == Role.AUDITOR)
    user_of = _accounts(company, everyone)
    out: dict[int, Out] = {person: Out.NO_ACCOUNT for person in everyone if person not in user_of}
    out |= {person: Out.READS_ONLY for person, user in user_of.items() if user in auditors}
    absent = Absence.objects.filter(company=company, person__in=everyone, date_from__lte=on, date_to__gte=on)
    out |= {person: Out.ABSENT for person in absent.values_list("person_id", flat=True) if person not in out}
    out |= dict.fromkeys(found.left, Out.LEFT)
    leaders = {unit: _unique(leader[one] for one in _upwards(found, path) if one in leader) for unit, path in
               found.paths.items()}  # fmt: skip
    chart = Chart(
        out=out,
        delegates=delegations,
        above={person: _above(person, found, leaders) for person in everyone},
        leaders=leaders,
        led=frozenset(leader),
        user_of=user_of,
    )
    return Directory(chart, person_of, found.home, found.paths, holdings, auditors)


def _holdings(company: Company, on: datetime.date) -> tuple[tuple[Holding, ...], dict[int, int]]:
    rows = (
        RoleGrant.objects.filter(company=company, role__in=ROLES, user__is_active=True)
        .filter(Q(valid_from=None) | Q(valid_from__lte=on), Q(valid_to=None) | Q(valid_to__gte=on))
        .order_by("id")
        .values_list("user_id", "role", "unit__path", "unit_id")
    )
    grants = [Holding(user, role, path or "/", unit) for user, role, path, unit in rows]
    members = dict(
        Membership.objects.filter(company=company, is_active=True, user__in={one.user for one in grants}).values_list(
            "user_id", "person_id"
        )
    )
    kept = tuple(one for one in grants if one.user in members)
    return kept, {user: person for user, person in members.items() if person is not None}


def _climb(company: Company, found: _Found, people: set[int], units: set[int]) -> None:
    """People, their units up to the root, the heads of those and the managers, until nobody new is met."""
    for _level in range(DEEPEST):
        people -= found.home.keys()
        if people:
            _read_people(company, found, people)
            units |= {unit for person in people for unit in _ids(found.home[person])}
        units -= found.paths.keys()
        if units:
            rows = Unit.objects.filter(company=company, pk__in=units).values_list("pk", "path", "head_id")
            known = list(rows)
            found.paths |= {pk: path for pk, path, _head in known}
            found.heads |= {pk: head for pk, _path, head in known}
            units = {one for _pk, path, _head in known for one in _ids(path)} - found.paths.keys()
        people = {one for one in (*found.heads.values(), *found.manager.values()) if one is not None}
        people -= found.home.keys()
        if not people and not units:
            return


def _read_people(company: Company, found: _Found, people: set[int]) -> None:
    rows = Person.objects.filter(company=company, pk__in=people).values_list(
        "pk", "unit__path", "manager_id", "left", "owner__archived_at"
    )
    for pk, path, manager, left, archived in rows:
        found.home[pk], found.manager[pk] = path or "", manager
        if archived is not None or (left is not None and left < found.on):
            found.left.add(pk)
    for pk in people - found.home.keys():  # of another company, which nobody should have been able to name
        found.home[pk], found.manager[pk] = "", None
    placed = (
        Placement.objects.filter(company=company, person__in=people, valid_from__lte=found.on)
        .filter(Q(valid_to=None) | Q(valid_to__gte=found.on))
        .order_by("share", "valid_from", "id")  # the largest share, then the newest, comes last and stays
        .values_list("person_id", "unit__path", "manager_id")
    )
    for pk, path, manager in placed:
        found.home[pk] = path
        found.manager[pk] = manager or found.manager[pk]


def _leaders(found: _Found, holdings: Iterable[Holding], person_of: dict[int, int]) -> dict[int, int]:
    """unit → who leads it: its head, else who was granted to lead just this unit (the whole company: its roots)."""
    leader = {unit: head for unit, head in found.heads.items() if head is not None and head not in found.left}
    roots = [unit for unit, path in found.paths.items() if path.count("/") == 2]
    for role in (Role.HEAD, Role.DIRECTOR):
        for one in holdings:
            person = person_of.get(one.user)
            if one.role == role and person is not None:
                for unit in [one.unit] if one.unit is not None else roots:
                    leader.setdefault(unit, person)
    return leader


def _delegations(company: Company, people: Collection[int], on: datetime.date) -> dict[int, tuple[int, ...]]:
    rows = Delegation.objects.filter(
        company=company, person__in=people, valid_from__lte=on, valid_to__gte=on, ended_at=None
    ).order_by("id")
    out: dict[int, list[int]] = defaultdict(list)
    for person, to in rows.values_list("person_id", "to_id"):
        out[person].append(to)
    return {person: tuple(many) for person, many in out.items()}


def _accounts(company: Company, people: Collection[int]) -> dict[int, int]:
    rows = Membership.objects.filter(company=company, is_active=True, user__is_active=True, person__in=people)
    return {person: user for person, user in rows.values_list("person_id", "user_id") if person is not None}


def _above(person: int, found: _Found, leaders: dict[int, tuple[int, ...]]) -> tuple[int, ...]:
    """Their manager, that one's manager and so on; then the leaders of their units up to the root."""
    out: list[int] = []
    at = person
    while (manager := _manager(at, found, leaders)) is not None and manager != person and manager not in out:
        out.append(manager)
        at = manager
    rest = leaders.get(_last(found.home.get(person, "")), ())
    return _unique(one for one in (*out, *rest) if one != person)


def _manager(person: int, found: _Found, leaders: dict[int, tuple[int, ...]]) -> int | None:
    named = found.manager.get(person)
    if named is not None:
        return named
    return next((one for one in leaders.get(_last(found.home.get(person, "")), ()) if one != person), None)


def _upwards(found: _Found, path: str) -> list[int]:
    return _ids(path)[::-1]


def _ids(path: str) -> list[int]:
    return [int(part) for part in path.strip("/").split("/") if part]


def _last(path: str) -> int:
    return next(iter(_ids(path)[::-1]), 0)


def _unique(people: Iterable[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(people))
