"""Who sees which results."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from tamnhin.evaluation.models import EvaluationPeriod, Scorecard
from tamnhin.organisation.access import owners_visible_to, scope_of
from tamnhin.organisation.models import Company

if TYPE_CHECKING:
    from tamnhin.organisation.access import AnyUser


def scorecards_visible_to(user: AnyUser, company: Company, on: datetime.date | None = None) -> QuerySet[Scorecard]:
    """Results of the owners the user may see, all revisions. ``lines`` is deferred: ask for it where it is read."""
    visible = owners_visible_to(user, company, on).values("pk")
    return Scorecard.objects.filter(company=company, owner__in=visible).defer("lines")


def periods_visible_to(user: AnyUser, company: Company) -> QuerySet[EvaluationPeriod]:
    """Which periods are open, locked or published is known to every member."""
    if not scope_of(user, company).is_member:
        return EvaluationPeriod.objects.none()
    return EvaluationPeriod.objects.filter(company=company)
