"""Which version holds on a day, which days are on trial, and who has read what."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import BigIntegerField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tamnhin.accounts.models import Membership, Role, RoleGrant
from tamnhin.organisation.access import scope_of, today
from tamnhin.organisation.models import Company, Person, Placement
from tamnhin.regulation.models import Acknowledgement, Version

if TYPE_CHECKING:
    from tamnhin.organisation.access import AnyUser


@dataclass(frozen=True, slots=True)
class InForce:
    """What a scorecard says about the regulation: the version that holds, and whether its trial runs."""

    number: int
    title: str
    effective_from: datetime.date
    trial_to: datetime.date | None  # the last day of the trial, where the day asked about is on trial


@dataclass(frozen=True, slots=True)
class Asked:
    """What a user has still to read: versions that hold or will, newest first. ``person_id`` None: not asked at all."""

    person_id: int | None
    versions: Sequence[Version] = ()


def version_on(company: Company, day: datetime.date) -> Version | None:
    """The published version with the latest effective date up to ``day``; None before the first. One query."""
    published = Version.objects.filter(
        company=company, state=Version.State.PUBLISHED, effective_from__isnull=False, effective_from__lte=day
    )
    return published.order_by("-effective_from").first()


def in_force(company: Company, day: datetime.date) -> InForce | None:
    """The version in force on ``day`` as a scorecard carries it; of a period, ask for its last day. One query."""
    version = version_on(company, day)
    if version is None or version.effective_from is None:
        return None
    trial = version.trial_to if version.on_trial(day) else None
    return InForce(version.number, version.title, version.effective_from, trial)


def trial_on(company: Company, day: datetime.date) -> bool:
    """Whether what is measured on ``day`` is shown and pays nothing. One query."""
    version = version_on(company, day)
    return version is not None and version.on_trial(day)


def current_versions(company: Company, day: datetime.date) -> list[Version]:
    """The published versions that hold on ``day`` or will hold later, the latest effective date first. One query."""
    published = Version.objects.filter(company=company, state=Version.State.PUBLISHED, effective_from__isnull=False)
    found = list(published.order_by("-effective_from"))
    ahead = [one for one in found if one.effective_from is not None and one.effective_from > day]
    return found[: len(ahead) + 1]


def to_acknowledge(user: AnyUser, company: Company) -> Asked:
    """What the user has to confirm having read, as one of the company's people. At most four queries."""
    scope = scope_of(user, company)
    person = scope.person_id
    if person is None or scope.reads_only or not expected_readers(company, scope.on).filter(pk=person).exists():
        return Asked(None)
    versions = current_versions(company, scope.on)
    read = set(
        Acknowledgement.objects.filter(company=company, version__in=versions, person_id=person).values_list(
            "version_id", flat=True
        )
    )
    return Asked(person, [one for one in versions if one.pk not in read])


def expected_readers(company: Company, day: datetime.date) -> QuerySet[Person]:
    """People who work here on ``day`` and can log in. Auditors are not asked: they change nothing, not even here."""
    auditors = RoleGrant.objects.filter(company=company, role=Role.AUDITOR).filter(
        Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gte=day)
    )
    members = (
        Membership.objects.filter(company=company, is_active=True, user__is_active=True, person__isnull=False)
        .exclude(user__in=auditors.values("user_id"))
        .values("person_id")
    )
    return Person.objects.filter(company=company, pk__in=members, owner__archived_at=None).filter(
        Q(joined=None) | Q(joined__lte=day), Q(left=None) | Q(left__gte=day)
    )


def unit_on(company: Company, day: datetime.date) -> Coalesce:
    """On ``Person``: the unit (id) each stands in on ``day``, of two posts the larger."""
    placed = (
        Placement.objects.filter(company=company, person=OuterRef("pk"), valid_from__lte=day)
        .filter(Q(valid_to=None) | Q(valid_to__gte=day))
        .order_by(F("share").desc(nulls_last=True), "id")
    )
    return Coalesce(Subquery(placed.values("unit_id")[:1]), F("unit_id"), output_field=BigIntegerField())


def with_reading(people: QuerySet[Person], version: Version) -> QuerySet[Person]:
    """``has_read``: whether each has acknowledged the version."""
    return people.annotate(has_read=Exists(_said(version)))


def not_read(people: QuerySet[Person], version: Version) -> QuerySet[Person]:
    """Those who have not acknowledged the version."""
    return people.filter(~Exists(_said(version)))


def _said(version: Version) -> QuerySet[Acknowledgement]:
    return Acknowledgement.objects.filter(company_id=version.company_id, version=version, person=OuterRef("pk"))


def counts_by_unit(version: Version, day: datetime.date) -> dict[int | None, tuple[int, int]]:
    """By unit (id; None: placed nowhere), how many are asked and how many have read. One query, whatever the size."""
    people = with_reading(expected_readers(version.company, day), version)
    placed = people.annotate(at=unit_on(version.company, day)).values("at").order_by("at")
    rows = placed.annotate(asked=Count("pk"), read=Count("pk", filter=Q(has_read=True)))
    return {row["at"]: (row["asked"], row["read"]) for row in rows}


def reading_of(version: Version) -> tuple[int, int]:
    """How many of those asked today there are, and how many of them have read the version. One query."""
    people = with_reading(expected_readers(version.company, today(version.company)), version)
    counted = people.aggregate(asked=Count("pk"), read=Count("pk", filter=Q(has_read=True)))
    return counted["asked"], counted["read"]
