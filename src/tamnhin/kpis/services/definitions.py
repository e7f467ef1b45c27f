"""Writing what a KPI is. History never moves: a change of something in use is another version, from a day on."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, fields, replace
from typing import Any

from django.db import IntegrityError, transaction

from tamnhin.accounts.models import User
from tamnhin.base import audit
from tamnhin.base.models import AuditEntry
from tamnhin.engine.book import CHOICES
from tamnhin.engine.formula import parse_unit
from tamnhin.engine.problems import Problem
from tamnhin.kpis import locks
from tamnhin.kpis.access import can_change_kpi, can_define_kpis, can_describe_kpi, newest_version
from tamnhin.kpis.errors import DefinitionConflictError, DefinitionError, DefinitionForbiddenError, Refusal, refuse
from tamnhin.kpis.formulas import formula_faults
from tamnhin.kpis.models import Kpi, KpiVersion, Line
from tamnhin.organisation.access import today
from tamnhin.organisation.models import Company, Owner
from tamnhin.organisation.services import OtherCompanyError, touch

# What the numbers mean. The engine reads the newest of these for all periods, so that they cannot change under numbers.
MEANING = ("unit", "direction", "aggregation", "across", "scale", "frequency")
DESCRIBING = frozenset({"source", "definition", "inclusions", "exclusions"})  # what a steward may write
NEEDED = ("direction", "aggregation", "frequency")
CODE = re.compile(r"[^\W_]([\w.-]*\w)?", re.UNICODE)
RESERVED = frozenset({"new"})  # an address beside those of cards
_CHOICES = ("direction", "aggregation", "across", "frequency", "level", "domain", "timing", "flow")


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of a card, as the columns of ``KpiVersion``. Empty text is nothing said."""

    name: str
    direction: str = "higher"
    aggregation: str = "sum"
    frequency: str = "month"
    name_en: str = ""
    unit: str = ""
    across: str = ""
    formula: str = ""
    scale: float | None = None
    method: str = ""
    level: str = ""
    domain: str = ""
    timing: str = ""
    flow: str = ""
    perspective: str = ""
    owner: Owner | None = None
    deputy: Owner | None = None
    guardrail: Kpi | None = None
    source: str = ""
    review_by: datetime.date | None = None
    purpose: str = ""
    definition: str = ""
    inclusions: str = ""
    exclusions: str = ""

    @classmethod
    def of(cls, version: KpiVersion) -> Definition:
        """The same as a stored version."""
        return cls(**{name: getattr(version, name) for name in FIELDS})

    def stored(self) -> dict[str, Any]:
        """What goes into the audit trail: references as ids."""
        out = {name: getattr(self, name) for name in FIELDS}
        return {name: value.pk if isinstance(value, Owner | Kpi) else value for name, value in out.items()}


FIELDS = tuple(field.name for field in fields(Definition))


@transaction.atomic
def create_kpi(
    *,
    acting_user: User,
    company: Company,
    code: str,
    definition: Definition,
    library_code: str = "",
) -> Kpi:
    """A draft. It may be written long before there is any data; scorecards take it once it is active.

    Raises DefinitionForbiddenError; DefinitionError with a refusal at each field; OtherCompanyError.
    """
    if not can_define_kpis(acting_user, company):
        raise DefinitionForbiddenError(refuse("", "DEFINE_NOT_ALLOWED", kpi=code))
    _of_company(company.pk, definition)
    code = code.strip()
    found = [*_check_code(company, code), *check(company, code, definition)]
    if found:
        raise DefinitionError(*found)
    try:
        with transaction.atomic():
            kpi = Kpi.objects.create(
                company=company, code=code, name=definition.name, status=Kpi.Status.DRAFT, library_code=library_code
            )
    except IntegrityError:  # another has just taken the code
        raise DefinitionError(*_check_code(company, code)) from None
    KpiVersion.objects.create(company=company, kpi=kpi, created_by=acting_user, **_columns(definition))
    audit.record(
        company_id=company.pk,
        acting_user=acting_user,
        action="kpi.created",
        obj=kpi,
        after={"code": code, "revision": 1, "library_code": library_code, **definition.stored()},
    )
    touch(company.pk, structure=True)
    return kpi


@transaction.atomic
def change_kpi(
    *,
    acting_user: User,
    kpi: Kpi,
    definition: Definition,
    expected_revision: int,
    valid_from: datetime.date | None = None,
    reason: str = "",
) -> Kpi:
    """Another wording of the card. A draft is changed in place; of anything else a version is made from ``valid_from``
    (today when not said), with its reason. A version that begins no earlier than today is changed in place too.

    What is the same writes nothing. Raises DefinitionForbiddenError; DefinitionConflictError when ``expected_revision``
    is no longer the card's; DefinitionError with a refusal at each field; OtherCompanyError.
    """
    kpi, newest = held_for_change(kpi)
    _of_company(kpi.company_id, definition)
    current = Definition.of(newest)
    changed = changes(current, definition)
    _may(acting_user, kpi, changed)
    if kpi.revision != expected_revision:
        raise _conflict(kpi, expected_revision)
    if not changed:
        return kpi
    found = check(kpi.company, kpi.code, definition, kpi)
    started = kpi.status != Kpi.Status.DRAFT
    start = newest.valid_from
    if started:
        start = valid_from or today(kpi.company)
        found += _check_fixed(kpi, current, definition, changed)
        found += _check_start(kpi.company, newest, start)
        if not reason.strip():
            found.append(refuse("reason", "DEFINE_REASON_MISSING"))
    if found:
        raise DefinitionError(*found)
    _write(kpi, newest, definition, start, reason.strip(), acting_user)
    _keep(kpi, acting_user, "kpi.changed", current, definition, reason=reason.strip(), valid_from=start)
    return kpi


@transaction.atomic
def hand_over(
    *,
    acting_user: User,
    kpi: Kpi,
    owner: Owner | None,
    deputy: Owner | None,
    reason: str,
) -> Kpi:
    """Name who is responsible from today on, and who stands in. Later versions follow.

    Raises DefinitionForbiddenError, and DefinitionError where one of the two is not fit for it.
    """
    kpi, newest = held_for_change(kpi)
    if not can_change_kpi(acting_user, kpi):
        raise DefinitionForbiddenError(refuse("", "DEFINE_NOT_ALLOWED", kpi=kpi.code))
    current = Definition.of(newest)
    named = replace(current, owner=owner, deputy=deputy)
    _of_company(kpi.company_id, named)
    found = check_people(kpi.company, named)
    if not reason.strip():
        found.append(refuse("reason", "DEFINE_REASON_MISSING"))
    if found:
        raise DefinitionError(*found)
    if not changes(current, named):
        return kpi
    day = today(kpi.company)
    held = _held(kpi, day)
    if kpi.status == Kpi.Status.DRAFT or held is None or held.pk == newest.pk:
        start = newest.valid_from if kpi.status == Kpi.Status.DRAFT else max(day, newest.valid_from or day)
        _write(kpi, newest, named, start, reason.strip(), acting_user)
    else:
        then = replace(Definition.of(held), owner=owner, deputy=deputy)
        _write(kpi, held, then, day, reason.strip(), acting_user)
        KpiVersion.objects.filter(company=kpi.company_id, kpi=kpi, valid_from__gt=day).update(
            owner=owner, deputy=deputy
        )
    _keep(kpi, acting_user, "kpi.handed_over", current, named, reason=reason.strip(), valid_from=day)
    return kpi


def changes(before: Definition, after: Definition) -> list[str]:
    """Names of the fields that differ."""
    return [name for name in FIELDS if getattr(before, name) != getattr(after, name)]


def check(company: Company, code: str, definition: Definition, kpi: Kpi | None = None) -> list[Refusal]:
    """What stands against saving this definition, whether draft or not."""
    found: list[Refusal] = []
    if not definition.name.strip():
        found.append(refuse("name", "DEFINE_NAME_MISSING"))
    for name in _CHOICES:
        value = getattr(definition, name)
        if (value or name in NEEDED) and value not in CHOICES["kpis", name]:
            found.append(refuse(name, "DEFINE_CHOICE", found=value))
    if definition.method and definition.method not in CHOICES["scorecards", "method"]:
        found.append(refuse("method", "DEFINE_CHOICE", found=definition.method))
    if kpi is not None and definition.guardrail is not None and definition.guardrail.pk == kpi.pk:
        found.append(refuse("guardrail", "DEFINE_GUARDRAIL_SELF"))
    if definition.owner is not None and definition.owner == definition.deputy:
        found.append(refuse("deputy", "DEFINE_OWNER_IS_DEPUTY", owner=definition.owner.name))
    if definition.formula.strip():
        faults = formula_faults(company, code, definition.formula, definition.unit)
        found += [Refusal("formula", fault) for fault in faults if fault.severity == "error"]
    return found


def check_people(company: Company, definition: Definition) -> list[Refusal]:
    """What stands against these two answering for an active KPI."""
    on = today(company)
    found: list[Refusal] = []
    if definition.owner is None:
        found.append(refuse("owner", "DEFINE_OWNER_MISSING"))
    elif not is_here(definition.owner, on):
        gone = definition.owner.kind == Owner.Kind.PERSON
        found.append(
            refuse("owner", "DEFINE_OWNER_GONE" if gone else "DEFINE_OWNER_HEADLESS", owner=definition.owner.name)
        )
    if definition.deputy is None:
        found.append(refuse("deputy", "DEFINE_DEPUTY_MISSING"))
    elif definition.deputy.kind != Owner.Kind.PERSON:
        found.append(refuse("deputy", "DEFINE_DEPUTY_NOT_A_PERSON", owner=definition.deputy.name))
    elif not is_here(definition.deputy, on):
        found.append(refuse("deputy", "DEFINE_OWNER_GONE", owner=definition.deputy.name))
    elif definition.owner == definition.deputy:
        found.append(refuse("deputy", "DEFINE_OWNER_IS_DEPUTY", owner=definition.deputy.name))
    return found


def is_here(owner: Owner, on: datetime.date) -> bool:
    """Whether a person works here on that day, or a unit exists and is led by somebody who does."""
    if owner.archived_at is not None:
        return False
    if owner.kind == Owner.Kind.PERSON:
        left = owner.person.left
        return left is None or left >= on
    head = owner.unit.head
    if head is None or (owner.unit.valid_to is not None and owner.unit.valid_to < on):
        return False
    return (head.left is None or head.left >= on) and head.owner.archived_at is None


def earliest_start(company: Company) -> datetime.date:
    """The first day a new version of something in use may hold from: this month's, or after what is locked."""
    first = today(company).replace(day=1)
    locked = locks.last_locked_day(locks.locked_spans(company.pk, company.fiscal_year_start))
    return first if locked is None else max(first, locked + datetime.timedelta(days=1))


# -- parts --------------------------------------------------------------------------------------------------------


def held_for_change(kpi: Kpi) -> tuple[Kpi, KpiVersion]:
    """The card as it stands now, held until the transaction ends, with the version that holds last."""
    held = Kpi.objects.select_for_update().get(pk=kpi.pk)
    held.company = Company.objects.get(pk=held.company_id)
    newest = newest_version(held)
    if newest is None:
        raise Kpi.DoesNotExist(f"{held.code} has no version")
    return held, newest


def _held(kpi: Kpi, on: datetime.date) -> KpiVersion | None:
    """The version in force on a day."""
    rows = list(KpiVersion.objects.filter(company=kpi.company_id, kpi=kpi))
    past = [row for row in rows if row.valid_from is None or row.valid_from <= on]
    return max(past, key=lambda row: row.valid_from or datetime.date.min, default=None)


def _may(user: User, kpi: Kpi, changed: list[str]) -> None:
    if can_change_kpi(user, kpi):
        return
    if not can_describe_kpi(user, kpi):
        raise DefinitionForbiddenError(refuse("", "DEFINE_NOT_ALLOWED", kpi=kpi.code))
    beyond = [name for name in changed if name not in DESCRIBING]
    if beyond:
        raise DefinitionForbiddenError(*(refuse(name, "DEFINE_FIELD_NOT_ALLOWED") for name in beyond))


def _of_company(company_id: int, definition: Definition) -> None:
    for row in (definition.owner, definition.deputy, definition.guardrail):
        if row is not None and row.company_id != company_id:
            raise OtherCompanyError(f"{row!r} belongs to another company")


def _check_code(company: Company, code: str) -> list[Refusal]:
    if len(code) > 64 or code in RESERVED or not CODE.fullmatch(code):
        return [refuse("code", "DEFINE_CODE_NOT_ALLOWED", code=code[:64])]
    taken = Kpi.objects.filter(company=company, code=code).values_list("name", flat=True).first()
    return [] if taken is None else [refuse("code", "DEFINE_CODE_TAKEN", code=code, name=taken)]


def _check_fixed(kpi: Kpi, before: Definition, after: Definition, changed: list[str]) -> list[Refusal]:
    """Once a scorecard has used it, what its numbers mean stays. ``đồng`` and ``VND`` are one unit."""
    fixed = [name for name in changed if name in MEANING]
    if "unit" in fixed and parse_unit(before.unit) == parse_unit(after.unit):
        fixed.remove("unit")
    if not fixed or not Line.objects.filter(company=kpi.company_id, kpi=kpi).exists():
        return []
    return [refuse(name, "DEFINE_MEANING_FIXED", kpi=kpi.code) for name in fixed]


def _check_start(company: Company, newest: KpiVersion, start: datetime.date) -> list[Refusal]:
    earliest = earliest_start(company)
    if start < earliest:
        return [refuse("valid_from", "DEFINE_DATE_ELAPSED", date=earliest)]
    if newest.valid_from is not None and start < newest.valid_from:
        return [refuse("valid_from", "DEFINE_DATE_BEFORE_NEWEST", date=newest.valid_from)]
    return []


def _write(
    kpi: Kpi, base: KpiVersion, definition: Definition, start: datetime.date | None, reason: str, user: User
) -> None:
    if start == base.valid_from:
        for name, value in _columns(definition).items():
            setattr(base, name, value)
        base.reason = reason or base.reason
        base.save()
    else:
        KpiVersion.objects.create(
            company_id=kpi.company_id, kpi=kpi, valid_from=start, reason=reason, created_by=user, **_columns(definition)
        )
    newest = newest_version(kpi)
    if newest is not None:
        kpi.name = newest.name


def _columns(definition: Definition) -> dict[str, Any]:
    return {name: getattr(definition, name) for name in FIELDS}


def _keep(
    kpi: Kpi, user: User, action: str, before: Definition, after: Definition, **more: Any
) -> None:  # the act's row in the trail, and the revision that a second editor notices
    kpi.revision += 1
    kpi.save(update_fields=["name", "revision", "updated_at"])
    changed = changes(before, after)
    was, now = before.stored(), after.stored()
    audit.record(
        company_id=kpi.company_id,
        acting_user=user,
        action=action,
        obj=kpi,
        before={name: was[name] for name in changed},
        after={"revision": kpi.revision, **{name: now[name] for name in changed}, **more},
    )
    touch(kpi.company_id, structure=True)


def _conflict(kpi: Kpi, seen: int) -> DefinitionConflictError:
    """What others changed since the revision this user was looking at, from the trail."""
    rows = AuditEntry.objects.filter(company=kpi.company_id, object_type="kpis.kpi", object_id=str(kpi.pk))
    theirs: dict[str, tuple[object, object]] = {}
    by = ""
    for row in rows.select_related("acting_user").order_by("id"):
        if not row.after or int(row.after.get("revision", 0)) <= seen:
            continue
        by = str(row.acting_user) if row.acting_user else "—"
        for name, was in (row.before or {}).items():
            first = theirs[name][0] if name in theirs else was
            theirs[name] = (first, row.after.get(name))
    return DefinitionConflictError(Problem("DEFINE_CHANGED_MEANWHILE", args={"by": by or "—"}), theirs, kpi.revision)
