"""A bounded page of rows: no call reads a whole company at once."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet
from ninja import Field, Schema

MOST, USUAL, FARTHEST = 500, 100, 10_000_000


class Window(Schema):
    """The query of every list."""

    limit: int = Field(USUAL, ge=1, le=MOST)
    offset: int = Field(0, ge=0, le=FARTHEST)


def page(rows: QuerySet[Any], window: Window, shape: Any) -> dict[str, object]:
    """``shape`` makes an item of a row. Two queries."""
    found = list(rows[window.offset : window.offset + window.limit])
    return {
        "count": rows.count(),
        "limit": window.limit,
        "offset": window.offset,
        "items": [shape(row) for row in found],
    }


def code_of(row: Model | None) -> str | None:
    """The code of a related row; of a unit or a person that of its owner."""
    if row is None:
        return None
    owner = getattr(row, "owner", None) if not hasattr(row, "code") else row
    return None if owner is None else str(owner.code)
