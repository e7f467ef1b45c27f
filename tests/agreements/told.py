"""Small readers of what stands in the tables, shared by the tests of agreements."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.cast import Cast

from tamnhin.agreements.models import Agreement
from tamnhin.agreements.services import (
    AgreementError,
)
from tamnhin.organisation.access import today
from tamnhin.organisation.models import Absence


def refusal(act: Callable[[], object], error: type[AgreementError] = AgreementError) -> str:
    with pytest.raises(error) as caught:
        act()
    assert caught.value.problem.text("vi") != caught.value.problem.text("en")
    assert "…" not in caught.value.problem.text("vi") + caught.value.problem.text("en")
    return caught.value.problem.code


def absent(cast: Cast, code: str) -> None:
    day = today(cast.company)
    Absence.objects.create(company=cast.company, person=cast.person(code), date_from=day, date_to=day)


def places(agreement: Agreement) -> list[tuple[str, str, str | None, str]]:
    rows = agreement.participants.filter(round=agreement.round).order_by("order").select_related("person__owner")
    return [(row.step, row.role, row.person.owner.code if row.person else None, row.answer) for row in rows]


def voices(agreement: Agreement) -> list[tuple[str, str, str, str]]:
    """(kind, who, on whose behalf, why)."""
    rows = agreement.voices.order_by("id").select_related("user", "on_behalf_of__owner")
    return [
        (
            row.kind,
            row.user.name if row.user else "",
            row.on_behalf_of.owner.code if row.on_behalf_of else "",
            row.detail,
        )
        for row in rows
    ]
