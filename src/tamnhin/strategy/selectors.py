"""What is asked about the goals of a company, whoever asks."""

from __future__ import annotations

from collections import Counter

from tamnhin.agreements.states import State
from tamnhin.organisation.models import Company
from tamnhin.strategy.models import Goal


def served_by(company: Company) -> dict[int, Counter[int | None]]:
    """By goal, how many goals of each unit (None: of none) serve it, directly or through another; drafts are not yet
    among them, closed ones no longer. Counts alone, over goals the reader may not see too: a gap is a gap for everyone.
    One query.
    """
    rows = Goal.objects.filter(company=company, archived_at=None).exclude(status__in=(State.DRAFT, State.CLOSED))
    found = {pk: (parent, unit) for pk, parent, unit in rows.values_list("pk", "parent_id", "unit_id")}
    out: dict[int, Counter[int | None]] = {}
    at: int | None
    for pk, (parent, unit) in found.items():
        at = parent
        seen = {pk}
        while at is not None and at not in seen:
            out.setdefault(at, Counter())[unit] += 1
            seen.add(at)
            at = found[at][0] if at in found else None
    return out
