"""What every act on an objective is made of: the right, the lock, the state, the trail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from django.utils import translation

from tamnhin.accounts.models import User
from tamnhin.base import audit
from tamnhin.engine.problems import Problem
from tamnhin.okr.access import owners_editable_by
from tamnhin.okr.models import Event, KeyResult, Objective
from tamnhin.okr.writing import RefusedError, Terms
from tamnhin.organisation.models import Company, Owner

TERMS = tuple(field.name for field in fields(Terms))


def live_results(objective: Objective) -> list[KeyResult]:
    """The key results that were not dropped, in their order."""
    return list(
        objective.results.filter(archived_at=None)
        .select_related("kpi", "kpi_owner", "carrier__owner")
        .order_by("position", "pk")
    )


def check_right(acting_user: User | None, owner: Owner) -> None:
    """Raises RefusedError when this user does not write this owner's objectives; the system (None) may."""
    if acting_user is None or owners_editable_by(acting_user, owner.company, among=[owner.pk]).exists():
        return
    refuse([Problem("OKR_NOT_ALLOWED", cell="owner", args={"owner": owner.name})])


def snapshot(objective: Objective) -> dict[str, Any]:
    """Everything that can be changed of an objective, its live key results included: what the trail keeps."""
    said = audit.snapshot(objective, [*TERMS, "status", "revision"])
    columns = ["title", "baseline", "target", "unit", "kpi", "kpi_owner", "carrier"]
    said["results"] = [{"pk": row.pk, **audit.snapshot(row, columns)} for row in live_results(objective)]
    return said


def locked(objective: Objective) -> Objective:
    """The objective as it is now, held against other writers; alignment is checked behind the company's own lock."""
    Company.objects.select_for_update().only("pk").get(pk=objective.company_id)
    return Objective.objects.select_related("company", "owner__company", "goal", "parent").get(pk=objective.pk)


def in_state(objective: Objective, *allowed: str) -> None:
    """Raises RefusedError when the objective stands elsewhere."""
    if objective.status not in allowed:
        words: dict[str, str] = {}
        for language in ("vi", "en"):
            with translation.override(language):
                words[language] = str(Objective.Status(objective.status).label)
        args = {"status": words["vi"], "status_en": words["en"]}
        raise RefusedError([Problem("OKR_WRONG_STATE", args=args)])


def move(objective: Objective, status: str) -> None:
    """Into another state; the revision moves on, so that an edit made from before is told."""
    objective.status = status
    objective.revision += 1
    objective.save(update_fields=["status", "activated_at", "revision", "updated_at"])


def log(
    objective: Objective,
    acting_user: User | None,
    action: str,
    kind: str,
    *,
    before: dict[str, Any] | None,
    reason: str = "",
) -> None:
    """One line of the objective's own history and one of the company's trail."""
    Event.objects.create(
        company_id=objective.company_id, objective=objective, kind=kind, reason=reason.strip(), by=acting_user
    )
    audit.record(
        company_id=objective.company_id,
        acting_user=acting_user,
        action=action,
        obj=objective,
        before=before,
        after={**snapshot(objective), "reason": reason.strip()},
    )


def refuse(faults: Sequence[Problem]) -> None:
    """Raises RefusedError when there is a fault."""
    if faults:
        raise RefusedError(faults)
