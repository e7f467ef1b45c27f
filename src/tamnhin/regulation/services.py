"""Every act on the regulation. Each is one transaction with a line in the version's log and in the audit trail."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction

from tamnhin.accounts.models import User
from tamnhin.base import audit
from tamnhin.regulation.consulting import attach, give_opinion, record_meeting, record_opinion, send
from tamnhin.regulation.deciding import decide, lacking, publish, take_back, withdraw
from tamnhin.regulation.errors import refused
from tamnhin.regulation.models import Acknowledgement, Version
from tamnhin.regulation.selectors import to_acknowledge
from tamnhin.regulation.writing import Written, edit, start

__all__ = [
    "Written",
    "acknowledge",
    "attach",
    "decide",
    "edit",
    "give_opinion",
    "lacking",
    "publish",
    "record_meeting",
    "record_opinion",
    "send",
    "start",
    "take_back",
    "withdraw",
]


@transaction.atomic
def acknowledge(*, acting_user: User, version: Version) -> Acknowledgement:
    """“I have read and understood”, once; a second press finds the first.

    Raises RegulationError where this version does not ask this user, PermissionDenied for a stranger.
    """
    asked = to_acknowledge(acting_user, version.company)
    if asked.person_id is None:
        raise PermissionDenied
    said = Acknowledgement.objects.filter(
        company_id=version.company_id, version=version, person_id=asked.person_id
    ).first()
    if said is not None:
        return said
    if version.pk not in {one.pk for one in asked.versions}:
        raise refused("REGULATION_NOT_ASKED")
    found, made = Acknowledgement.objects.get_or_create(
        company_id=version.company_id,
        version=version,
        person_id=asked.person_id,
        defaults={"by": acting_user},
    )
    if made:
        audit.record(
            company_id=version.company_id,
            acting_user=acting_user,
            action="regulation.acknowledged",
            obj=version,
            after={"number": version.number, "person": asked.person_id},
        )
    return found
