"""The audit trail: one row per act, in the transaction of the act itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import structlog
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from tamnhin.base.models import AuditEntry

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

_ENCODER = DjangoJSONEncoder(ensure_ascii=False)


class OutsideTransactionError(Exception):
    """An act and its audit row would not stand or fall together."""


def record(
    *,
    company_id: int,
    acting_user: AbstractBaseUser | None,
    action: str,
    obj: models.Model | tuple[str, str],
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Write one row. ``obj`` is the thing itself, or its type and id where there is no single row (an import).

    ``acting_user`` is None for what the system does by itself. Raises OutsideTransactionError when no transaction
    is open: a row about an act that was rolled back would be a lie, an act without a row a hole.
    """
    if not transaction.get_connection().in_atomic_block:
        raise OutsideTransactionError(f"{action}: open a transaction around the act and its audit row")
    kind, key = obj if isinstance(obj, tuple) else (obj._meta.label_lower, str(obj.pk))
    return AuditEntry.objects.create(
        company_id=company_id,
        acting_user_id=acting_user.pk if acting_user is not None else None,
        action=action,
        object_type=kind,
        object_id=key,
        before=_plain(before),
        after=_plain(after),
        request_id=str(structlog.contextvars.get_contextvars().get("request_id", "")),
    )


def snapshot(obj: models.Model, fields: list[str]) -> dict[str, Any]:
    """The named fields of a row, foreign keys as ids: what goes into ``before`` and ``after``."""
    return {name: getattr(obj, obj._meta.get_field(name).attname) for name in fields}  # type: ignore[union-attr]


def _plain(values: Mapping[str, Any] | None) -> Any:
    return None if values is None else json.loads(_ENCODER.encode(dict(values)))
