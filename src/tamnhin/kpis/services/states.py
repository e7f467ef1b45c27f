"""The life of a KPI: draft → active → retired → active again. Definitions and numbers stay through all of it."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from tamnhin.accounts.models import User
from tamnhin.base import audit
from tamnhin.engine.problems import Problem
from tamnhin.kpis.access import can_change_kpi
from tamnhin.kpis.errors import DefinitionConflictError, DefinitionError, DefinitionForbiddenError, Refusal, refuse
from tamnhin.kpis.formulas import formulas_reading
from tamnhin.kpis.models import Kpi, Line
from tamnhin.kpis.services.definitions import Definition, check, check_people, held_for_change
from tamnhin.organisation.access import today
from tamnhin.organisation.services import touch

NAMED = 5  # owners named in a refusal; the rest are counted

PARTS: tuple[tuple[str, str, str], ...] = (
    ("unit", "đơn vị tính", "The unit"),
    ("direction", "chiều", "The direction"),
    ("aggregation", "cách cộng dồn", "The aggregation"),
    ("frequency", "tần suất", "The frequency"),
)


def missing(definition: Definition) -> list[Refusal]:
    """Parts of the card without which numbers cannot be read."""
    return [
        refuse(name, "DEFINE_PART_MISSING", what_vi=vi, what_en=en)
        for name, vi, en in PARTS
        if not getattr(definition, name)
    ]


def obstacles(kpi: Kpi, definition: Definition) -> list[Refusal]:
    """All that stands between a card and being active, each at the field it is put right in."""
    found = [*check(kpi.company, kpi.code, definition, kpi), *missing(definition)]
    said = {(one.field, one.problem.code) for one in found}
    return found + [one for one in check_people(kpi.company, definition) if (one.field, one.problem.code) not in said]


@transaction.atomic
def activate_kpi(*, acting_user: User, kpi: Kpi, expected_revision: int | None = None) -> Kpi:
    """Let scorecards take it: a draft, or one that was retired.

    Raises DefinitionForbiddenError; DefinitionConflictError; DefinitionError with everything that is missing:
    an owner who is here (a unit needs a head who is), a deputy who is another person, unit, direction, aggregation
    and frequency.
    """
    kpi, newest = held_for_change(kpi)
    _may_move(acting_user, kpi, expected_revision)
    if kpi.status == Kpi.Status.ACTIVE:
        raise DefinitionError(refuse("", "DEFINE_ALREADY", kpi=kpi.code))
    found = obstacles(kpi, Definition.of(newest))
    if found:
        raise DefinitionError(*found)
    return _move(kpi, acting_user, Kpi.Status.ACTIVE, "kpi.activated", "")


@transaction.atomic
def retire_kpi(*, acting_user: User, kpi: Kpi, reason: str, expected_revision: int | None = None) -> Kpi:
    """Take it out of use. Lines with an end date run out by themselves; numbers and versions stay.

    Raises DefinitionForbiddenError; DefinitionConflictError; DefinitionError without a reason, while lines without an
    end date use it (whose, is said), or while formulas of others read it.
    """
    kpi, _newest = held_for_change(kpi)
    _may_move(acting_user, kpi, expected_revision)
    found: list[Refusal] = []
    if kpi.status == Kpi.Status.RETIRED:
        found.append(refuse("", "DEFINE_ALREADY", kpi=kpi.code))
    if not reason.strip():
        found.append(refuse("reason", "DEFINE_REASON_MISSING"))
    found += _still_used(kpi)
    readers = formulas_reading(kpi.company, kpi.code)
    if readers:
        found.append(refuse("", "DEFINE_STILL_READ", kpi=kpi.code, others=_some(readers)))
    if found:
        raise DefinitionError(*found)
    return _move(kpi, acting_user, Kpi.Status.RETIRED, "kpi.retired", reason.strip())


def _still_used(kpi: Kpi) -> list[Refusal]:
    on = today(kpi.company)
    lines = Line.objects.filter(company=kpi.company_id, kpi=kpi, valid_to=None)
    here = Q(owner__archived_at=None) & (
        Q(owner__person=None) | Q(owner__person__left=None) | Q(owner__person__left__gte=on)
    )
    owners = list(
        dict.fromkeys(lines.filter(here).order_by("owner__kind", "owner_id").values_list("owner__name", flat=True))
    )
    if not owners:
        return []
    return [refuse("", "DEFINE_STILL_USED", kpi=kpi.code, count=len(owners), owners=_some(owners))]


def _some(names: list[str]) -> str:
    return ", ".join(names[:NAMED]) + (", …" if len(names) > NAMED else "")


def _may_move(user: User, kpi: Kpi, expected_revision: int | None) -> None:
    if not can_change_kpi(user, kpi):
        raise DefinitionForbiddenError(refuse("", "DEFINE_NOT_ALLOWED", kpi=kpi.code))
    if expected_revision is not None and kpi.revision != expected_revision:
        raise DefinitionConflictError(Problem("DEFINE_CHANGED_MEANWHILE", args={"by": "—"}), {}, kpi.revision)


def _move(kpi: Kpi, user: User, status: Kpi.Status, action: str, reason: str) -> Kpi:
    before = audit.snapshot(kpi, ["status", "status_reason"])
    kpi.status, kpi.status_reason = status, reason[:500]
    kpi.revision += 1
    kpi.save(update_fields=["status", "status_reason", "revision", "updated_at"])
    audit.record(
        company_id=kpi.company_id,
        acting_user=user,
        action=action,
        obj=kpi,
        before=before,
        after={"status": kpi.status, "status_reason": kpi.status_reason, "revision": kpi.revision},
    )
    touch(kpi.company_id, structure=True)
    return kpi
