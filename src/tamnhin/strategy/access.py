"""Who sees which goals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from tamnhin.organisation.access import owners_visible_to, scope_of
from tamnhin.organisation.models import Company
from tamnhin.strategy.models import Goal

if TYPE_CHECKING:
    from tamnhin.organisation.access import AnyUser


def goals_visible_to(user: AnyUser, company: Company) -> QuerySet[Goal]:
    """The company's own goals for every member; a unit's or a person's for those who may see that owner."""
    if not scope_of(user, company).is_member:
        return Goal.objects.none()
    visible = owners_visible_to(user, company).values("pk")
    return Goal.objects.filter(company=company).filter(
        Q(unit=None, owner=None) | Q(unit__in=visible) | Q(owner__in=visible)
    )
