"""Whom one may delegate for and to, and the delegations themselves."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q

from tamnhin.accounts.models import Membership, User
from tamnhin.agreements.access import delegations_visible_to, people_delegable_by
from tamnhin.agreements.models import Delegation
from tamnhin.dashboards.reading import Reading
from tamnhin.organisation.access import people_visible_to
from tamnhin.organisation.models import Person, Unit
from tamnhin.planning.agreements.forms import DelegationForm, choice_of
from tamnhin.planning.agreements.shapes import DelegationRow, DelegationsPage

OFFERED = 500  # names in a list; anybody else is typed by code


def delegation_form(reading: Reading, data: Mapping[str, object] | None = None) -> DelegationForm | None:
    """None for who may delegate for nobody: an auditor, or a user who is not one of the people and leads none."""
    people = {one.owner.code: one for one in people_delegable_by(reading.user, reading.company)}
    if not people:
        return None
    own = next((one for one in people.values() if one.pk == reading.scope.person_id), None)
    return DelegationForm(data, people=people, candidates=_candidates(reading), own=own, today=reading.scope.on)


def _candidates(reading: Reading) -> dict[str, Person]:
    """People who can log in: whom the reader sees, their colleagues in the same unit, and whoever leads a unit."""
    company, scope = reading.company, reading.scope
    accounts = Membership.objects.filter(company=company, is_active=True, user__is_active=True, person__isnull=False)
    units = {int(path.strip("/").split("/")[-1]) for path in scope.unit_paths}
    heads = Unit.objects.filter(company=company, head__isnull=False).values("head_id")
    visible = people_visible_to(reading.user, company).order_by().values("pk")
    rows = (
        Person.objects.filter(company=company, pk__in=accounts.values("person_id"), owner__archived_at=None)
        .filter(Q(pk__in=visible) | Q(unit__in=units) | Q(placements__unit__in=units) | Q(pk__in=heads))
        .filter(Q(left=None) | Q(left__gte=scope.on))
        .select_related("owner")
        .order_by("owner__sort_key", "owner_id")
        .distinct()
    )
    return {one.owner.code: one for one in rows}


def delegations_page(reading: Reading, form: DelegationForm | None) -> DelegationsPage:
    """Those in force first, then those to come, then the past, newest first."""
    rows = list(delegations_visible_to(reading.user, reading.company).order_by("-valid_from", "-pk")[:200])
    allowed = set(form.people) if form is not None else set()
    shown = [_row(reading, row, allowed) for row in rows]
    order = {"now": 0, "coming": 1, "over": 2, "ended": 2}
    others = form is not None and "person" in form.fields
    return DelegationsPage(
        rows=sorted(shown, key=lambda row: order[row.status]),
        form=form,
        people=_offered(form.people) if form is not None and others else [],
        candidates=_offered(form.candidates) if form is not None else [],
    )


def _offered(people: Mapping[str, Person]) -> list[str]:
    return [choice_of(one) for one in list(people.values())[:OFFERED]]


def _row(reading: Reading, row: Delegation, allowed: set[str]) -> DelegationRow:
    on = reading.scope.on
    if row.ended_at is not None:
        status = "ended"
    elif row.valid_to < on:
        status = "over"
    else:
        status = "now" if row.valid_from <= on else "coming"
    by: User | None = row.created_by
    return DelegationRow(
        pk=row.pk,
        person=row.person.owner.name,
        to=row.to.owner.name,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        reason=row.reason,
        status=status,
        by=str(by) if by is not None else "",
        may_end=status in ("now", "coming") and row.person.owner.code in allowed,
    )
