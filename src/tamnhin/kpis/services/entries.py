"""The company's own library: entries that are written, changed, put away, or made from a KPI that has proved itself."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from tamnhin.accounts.models import User
from tamnhin.base import audit
from tamnhin.engine.book import CHOICES
from tamnhin.kpis.access import can_define_all, can_define_kpis, newest_version
from tamnhin.kpis.errors import DefinitionError, DefinitionForbiddenError, Refusal, refuse
from tamnhin.kpis.library import DEPARTMENTS, builtin
from tamnhin.kpis.models import Kpi, LibraryEntry
from tamnhin.kpis.services.definitions import CODE, RESERVED
from tamnhin.organisation.models import Company

_NEEDED = ("direction", "aggregation", "frequency")
_CHOICES = (*_NEEDED, "level", "domain", "timing", "flow")


@dataclass(frozen=True, slots=True)
class EntryText:
    """What an entry of the company's own says: the columns of ``LibraryEntry``."""

    name: str
    direction: str
    aggregation: str
    frequency: str
    department: str = ""
    name_en: str = ""
    purpose: str = ""
    formula_text: str = ""
    formula_text_en: str = ""
    unit: str = ""
    method: str = ""
    level: str = ""
    domain: str = ""
    timing: str = ""
    flow: str = ""
    perspective: str = ""

    @classmethod
    def of(cls, entry: LibraryEntry) -> EntryText:
        return cls(**{name: getattr(entry, name) for name in FIELDS})


FIELDS = tuple(field.name for field in fields(EntryText))


@transaction.atomic
def add_entry(*, acting_user: User, company: Company, code: str, text: EntryText) -> LibraryEntry:
    """An entry of the company's own. Raises DefinitionForbiddenError; DefinitionError with a refusal at each field."""
    if not can_define_kpis(acting_user, company):
        raise DefinitionForbiddenError(refuse("", "DEFINE_NOT_ALLOWED", kpi=code))
    code = code.strip()
    found = [*_check_code(company, code), *_check(text)]
    if found:
        raise DefinitionError(*found)
    try:
        with transaction.atomic():
            entry = LibraryEntry.objects.create(company=company, code=code, created_by=acting_user, **_columns(text))
    except IntegrityError:
        raise DefinitionError(*_check_code(company, code)) from None
    _keep(entry, acting_user, "library.added", None, {"code": code, **_columns(text)})
    return entry


@transaction.atomic
def change_entry(*, acting_user: User, entry: LibraryEntry, text: EntryText) -> LibraryEntry:
    """Other words for an entry; KPIs made from it stay as they are. Raises as ``add_entry``."""
    entry = _held(acting_user, entry)
    found = _check(text)
    if found:
        raise DefinitionError(*found)
    before = EntryText.of(entry)
    changed = [name for name in FIELDS if getattr(before, name) != getattr(text, name)]
    if not changed:
        return entry
    for name in changed:
        setattr(entry, name, getattr(text, name))
    entry.save()
    was, now = _columns(before), _columns(text)
    _keep(entry, acting_user, "library.changed", {n: was[n] for n in changed}, {n: now[n] for n in changed})
    return entry


@transaction.atomic
def archive_entry(*, acting_user: User, entry: LibraryEntry, archived: bool = True) -> LibraryEntry:
    """Put an entry away, or take it out again. Raises DefinitionForbiddenError."""
    entry = _held(acting_user, entry)
    if (entry.archived_at is not None) == archived:
        return entry
    entry.archived_at = timezone.now() if archived else None
    entry.save(update_fields=["archived_at", "updated_at"])
    _keep(entry, acting_user, "library.archived" if archived else "library.restored", None, {"code": entry.code})
    return entry


def text_of(kpi: Kpi) -> EntryText:
    """What an entry made from a KPI says: its newest definition."""
    version = newest_version(kpi)
    if version is None:
        raise Kpi.DoesNotExist(f"{kpi.code} has no version")
    shared = {name: getattr(version, name) for name in FIELDS if hasattr(version, name)}
    origin = builtin().get(kpi.library_code)
    counted = version.definition or version.formula
    return EntryText(
        **{**shared, "department": origin.department if origin else "", "formula_text": counted, "formula_text_en": ""}
    )


def _held(user: User, entry: LibraryEntry) -> LibraryEntry:
    """Whoever wrote it, and who may change all definitions."""
    entry = LibraryEntry.objects.select_for_update().select_related("company").get(pk=entry.pk)
    own = entry.created_by_id == user.pk and can_define_kpis(user, entry.company)
    if not (own or can_define_all(user, entry.company)):
        raise DefinitionForbiddenError(refuse("", "DEFINE_NOT_ALLOWED", kpi=entry.code))
    return entry


def _check_code(company: Company, code: str) -> list[Refusal]:
    if len(code) > 64 or code in RESERVED or not CODE.fullmatch(code):
        return [refuse("code", "DEFINE_CODE_NOT_ALLOWED", code=code[:64])]
    taken = builtin()[code].name if code in builtin() else None
    taken = taken or LibraryEntry.objects.filter(company=company, code=code).values_list("name", flat=True).first()
    return [] if taken is None else [refuse("code", "DEFINE_CODE_TAKEN", code=code, name=taken)]


def _check(text: EntryText) -> list[Refusal]:
    found: list[Refusal] = []
    if not text.name.strip():
        found.append(refuse("name", "DEFINE_NAME_MISSING"))
    for name in _CHOICES:
        value = getattr(text, name)
        if (value or name in _NEEDED) and value not in CHOICES["kpis", name]:
            found.append(refuse(name, "DEFINE_CHOICE", found=value))
    if text.method and text.method not in CHOICES["scorecards", "method"]:
        found.append(refuse("method", "DEFINE_CHOICE", found=text.method))
    if text.department and text.department not in DEPARTMENTS:
        found.append(refuse("department", "DEFINE_CHOICE", found=text.department))
    return found


def _columns(text: EntryText) -> dict[str, Any]:
    return {name: getattr(text, name) for name in FIELDS}


def _keep(
    entry: LibraryEntry, user: User, action: str, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> None:
    # no version moves on: neither the engine nor a page of numbers reads the library
    audit.record(company_id=entry.company_id, acting_user=user, action=action, obj=entry, before=before, after=after)
