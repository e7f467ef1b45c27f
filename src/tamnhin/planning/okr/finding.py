"""Owners and KPIs typed into a field: by code, by “code · name” as suggestions write it, or by a name that is one only.

Never a list of everybody: a company may have a hundred thousand people.
"""

from __future__ import annotations

from typing import TypeVar

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tamnhin.base.text import folded
from tamnhin.kpis.models import Kpi
from tamnhin.organisation.models import Owner

SEPARATOR = " · "
OFFERED = 20

R = TypeVar("R", Owner, Kpi)


def labelled(row: Owner | Kpi) -> str:
    """As it stands in the field: ``KD · Khối Kinh doanh``."""
    return f"{row.code}{SEPARATOR}{row.name}"


def find(rows: QuerySet[R], text: str) -> R | None:
    """The row that was meant; None for nothing typed. Raises ValidationError where it is none, or more than one."""
    typed = text.strip()
    if not typed:
        return None
    code = typed.partition(SEPARATOR)[0].strip()
    found = rows.filter(code=code).first()
    if found is not None:
        return found
    alike = list(rows.filter(Q(code__iexact=typed) | Q(name__iexact=typed) | Q(name=typed))[:4])
    if not alike:
        alike = list(_matching(rows, typed)[:4])
    if len(alike) == 1:
        return alike[0]
    if not alike:
        raise forms.ValidationError(_("Không thấy “%(text)s”. Chọn trong gợi ý hoặc gõ mã."), params={"text": typed})
    names = ", ".join(labelled(row) for row in alike[:3])
    raise forms.ValidationError(
        _("“%(text)s” có thể là %(names)s… Gõ mã để chọn một."), params={"text": typed, "names": names}
    )


def suggestions(rows: QuerySet[R], text: str) -> list[R]:
    """The first few rows that the text fits, marks or none."""
    return list(_matching(rows, text.partition(SEPARATOR)[0])[:OFFERED])


def _matching(rows: QuerySet[R], text: str) -> QuerySet[R]:
    for word in folded(text).split()[:6]:
        rows = rows.filter(name_folded__contains=word)
    return rows.order_by("name_folded", "pk")
