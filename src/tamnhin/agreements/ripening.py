"""What was agreed for a later day takes effect on that day, by itself: ``tamnhin daily``, and the server every hour."""

from __future__ import annotations

import datetime
import logging

from tamnhin.agreements.models import Agreement
from tamnhin.agreements.speaking import Outcome, activate_many
from tamnhin.agreements.states import State
from tamnhin.agreements.subjects import kinds, subject_of
from tamnhin.organisation.access import today
from tamnhin.organisation.models import Company

log = logging.getLogger(__name__)


def activate_ripe(company: Company, on: datetime.date | None = None) -> list[Outcome]:
    """Put in force, as the system, what everybody has agreed to and whose day has come (``on``: today there).

    Each in a transaction of its own: one that cannot take effect is left as it is, with the error that says why, and
    keeps nothing else. Run again, what is in force is not there any more. One that breaks is logged and left out.
    """
    day = on or today(company)
    out: list[Outcome] = []
    for kind in kinds():
        ripe = subject_of(kind).ripe
        if ripe is None:
            continue
        agreed = Agreement.objects.filter(company=company, kind=kind, state=State.AGREED)
        if not agreed.exists():
            continue
        found = agreed.filter(subject_id__in=list(ripe(company, day)))
        for pk in found.order_by("pk").values_list("pk", flat=True):
            try:
                out += activate_many(acting_user=None, company=company, agreements={pk: None})
            except Exception:
                log.exception("agreement %s could not be put in force", pk)
    return out
