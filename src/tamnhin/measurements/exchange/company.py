"""Settings of the company sheet that stand in tables of their own."""

from __future__ import annotations

from collections.abc import Sequence

from tamnhin.organisation.models import Company
from tamnhin.strategy.models import Perspective

LONGEST = 120


def read_perspective(text: str) -> tuple[str, str, str]:
    """(code, name, English name) of ``code: name | English name``. Text without a code is a name that is its own."""
    code, colon, rest = text.partition(":")
    if not colon:
        code, rest = text, text
    name, _bar, name_en = rest.partition("|")
    code, name = code.strip()[:64], name.strip()[:LONGEST]
    return code, name or code, name_en.strip()[:LONGEST]


def write_perspectives(company: Company, texts: Sequence[str]) -> None:
    """Lanes in the order given, by code: named anew where they are there, added where they are not. None is dropped:
    a KPI or a goal may stand in it.
    """
    held = {row.code: row for row in Perspective.objects.filter(company=company)}
    for order, text in enumerate(texts):  # a handful
        code, name, name_en = read_perspective(text)
        if not code:
            continue
        row = held.setdefault(code, Perspective(company=company, code=code))
        row.name, row.name_en, row.order, row.archived_at = name, name_en, order, None
        row.save()
