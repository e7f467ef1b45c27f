"""What somebody is typing, kept on the server every few seconds; never part of the plan until it is saved."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from tamnhin.accounts.models import User
from tamnhin.organisation.models import Company
from tamnhin.strategy.models import Goal, Unsaved

LONGEST = 4000  # characters a field: more is no goal


def place_of(goal: Goal | None, unit: str = "", parent: str = "") -> str:
    """Which editor it is."""
    return f"goal:{goal.pk}" if goal is not None else f"new:{unit}:{parent}"[:160]


def unsaved_of(user: User, company: Company, place: str) -> Unsaved | None:
    """The user's own; nobody else's is ever shown."""
    return Unsaved.objects.filter(company=company, user=user, place=place).first()


@transaction.atomic
def keep(*, acting_user: User, company: Company, place: str, fields: Mapping[str, str], based_on: int) -> Unsaved:
    """The newest of what is typed. There is no audit row: nothing has been said yet."""
    kept = {name: str(value)[:LONGEST] for name, value in fields.items()}
    row, made = Unsaved.objects.select_for_update().get_or_create(
        company=company, user=acting_user, place=place, defaults={"fields": kept, "based_on": based_on}
    )
    if not made:
        row.fields, row.based_on, row.revision = kept, based_on, row.revision + 1
        row.save()
    return row


def drop(*, acting_user: User, company: Company, place: str) -> None:
    """It is saved, or not wanted."""
    Unsaved.objects.filter(company=company, user=acting_user, place=place).delete()
