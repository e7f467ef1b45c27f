"""Agreements as ``flow`` takes them, many at once."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from tamnhin.accounts.models import Role, User
from tamnhin.agreements import chart as charts
from tamnhin.agreements.flow import COMPANY, PERSON, UNIT, Case, Place, Rule, Who, default_rule
from tamnhin.agreements.models import Agreement, FlowSetting, Participant
from tamnhin.agreements.states import State
from tamnhin.organisation.access import scope_of, today
from tamnhin.organisation.models import Company, Owner, Person

SYSTEM = Who(0, system=True)


def who_of(user: User | None, company: Company) -> Who:
    """None is the system."""
    if user is None:
        return SYSTEM
    scope = scope_of(user, company)
    return Who(user.pk, scope.person_id, scope.is_member, scope.reads_only)


def level_of(owner: Owner, path: str) -> str:
    """A root unit's own is the company's."""
    if owner.kind == Owner.Kind.PERSON:
        return PERSON
    return COMPANY if path.count("/") == 2 else UNIT


def rules(company: Company) -> dict[tuple[str, str], Rule]:
    """What the company has set, by kind and level."""
    rows = FlowSetting.objects.filter(company=company).values_list("kind", "level", "hr", "review", "approvals", "days")
    return {(kind, level): Rule(hr, review, approvals, days) for kind, level, hr, review, approvals, days in rows}


def rule_of(found: dict[tuple[str, str], Rule], kind: str, level: str) -> Rule:
    return found.get((kind, level)) or default_rule(kind, level)


@dataclass(frozen=True, slots=True)
class Cases:
    """``of[agreement.pk]``, all on one chart; ``participants`` are those of the current rounds by agreement."""

    directory: charts.Directory
    of: dict[int, Case]
    participants: dict[int, list[Participant]]


def case_of(owner: Owner, directory: charts.Directory, state: State, proposer: int | None, level: str = "") -> Case:
    """Without places. ``owner`` must have been among those that ``directory`` was read for."""
    chart = directory.chart
    if owner.kind == Owner.Kind.PERSON:
        path = directory.home.get(owner.pk, "")
        beneficiary: int | None = owner.pk
        above = chart.above.get(owner.pk, ())
    else:
        path = directory.unit_paths.get(owner.pk, "")
        ladder = chart.leaders.get(owner.pk, ())
        beneficiary = ladder[0] if ladder and owner.pk in chart.led else None
        above = tuple(person for person in ladder if person != beneficiary)
    return Case(
        state=state,
        level=level or level_of(owner, path),
        proposer=proposer,
        beneficiary=beneficiary,
        above=above,
        hr=directory.users(Role.HR, path),
        directors=directory.users(Role.DIRECTOR, path),
        heads=directory.users(Role.HEAD, path) - {chart.user_of.get(beneficiary or 0)},
    )


def read_directory(
    company: Company, owners: Iterable[Owner], people: Collection[int], units: Collection[int], on: datetime.date
) -> charts.Directory:
    """The chart for some owners with the people and units named besides."""
    everyone, everywhere = set(people), set(units)
    for owner in owners:
        (everyone if owner.kind == Owner.Kind.PERSON else everywhere).add(owner.pk)
    return charts.read(company, people=everyone, units=everywhere, on=on)


def load(
    company: Company, agreements: Sequence[Agreement], on: datetime.date | None = None, *, actor: Who | None = None
) -> Cases:
    """The cases of agreements (with ``owner`` at hand), in a fixed number of queries."""
    rounds = {agreement.pk: agreement.round for agreement in agreements}
    participants: dict[int, list[Participant]] = defaultdict(list)
    rows = Participant.objects.filter(company=company, agreement__in=rounds).order_by("agreement_id", "id")
    for row in rows:
        if row.round == rounds[row.agreement_id]:
            participants[row.agreement_id].append(row)
    every = [row for many in participants.values() for row in many]
    people = {row.person_id for row in every if row.person_id is not None}
    people |= _people_of(company, {one.proposed_by_id for one in agreements if one.proposed_by_id is not None})
    if actor is not None and actor.person is not None:
        people.add(actor.person)
    units = {row.unit_id for row in every if row.unit_id is not None}
    directory = read_directory(
        company, [agreement.owner for agreement in agreements], people, units, on or today(company)
    )
    cases = {}
    for agreement in agreements:
        bare = case_of(agreement.owner, directory, State(agreement.state), agreement.proposed_by_id, agreement.level)
        cases[agreement.pk] = with_places(bare, [place_of(row) for row in participants[agreement.pk]])
    return Cases(directory, cases, participants)


def with_places(case: Case, places: Iterable[Place]) -> Case:
    return replace(case, places=tuple(places))


def place_of(row: Participant) -> Place:
    return Place(row.pk, row.step, row.role, row.person_id, row.unit_id, row.answer)


def _people_of(company: Company, users: Collection[int]) -> set[int]:
    rows = Person.objects.filter(company=company, memberships__company=company, memberships__user__in=users)
    return set(rows.values_list("pk", flat=True))
