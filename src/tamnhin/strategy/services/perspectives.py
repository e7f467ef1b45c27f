"""The lanes of the strategy: the four of the balanced scorecard to begin with, named and ordered as a company likes."""

from __future__ import annotations

from django.apps import apps
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tamnhin.accounts.models import User
from tamnhin.agreements.states import State
from tamnhin.base import audit
from tamnhin.base.text import folded
from tamnhin.organisation.models import Company
from tamnhin.strategy.models import Goal, Perspective
from tamnhin.strategy.perspectives import STANDARD, perspective_key
from tamnhin.strategy.problems import refuse

SHOWN = 6  # codes named in a refusal; more would not be read


def perspectives_of(company: Company, *, archived: bool = False) -> list[Perspective]:
    """In the company's order. The four standard ones are made with the first look at them."""
    rows = list(Perspective.objects.filter(company=company).order_by("order", "pk"))
    if not rows:
        made = [
            Perspective(company=company, code=one.code, name=one.name, name_en=one.name_en, order=order)
            for order, one in enumerate(STANDARD)
        ]
        Perspective.objects.bulk_create(made, ignore_conflicts=True)  # two first looks at once make four, not eight
        rows = list(Perspective.objects.filter(company=company).order_by("order", "pk"))
    return [row for row in rows if archived or row.archived_at is None]


@transaction.atomic
def add_perspective(*, acting_user: User | None, company: Company, name: str, name_en: str = "") -> Perspective:
    """Last in order. Its code is made from the name and stays, whatever it is called later.

    Raises RefusedError: no name, or one that is taken.
    """
    rows = _locked(company)
    name = _name(rows, name, name_en, None)
    made = Perspective.objects.create(
        company=company,
        code=_free_code(name, {row.code for row in rows}),
        name=name,
        name_en=name_en.strip()[:120],
        order=max((row.order for row in rows), default=-1) + 1,
    )
    _record(acting_user, made, "perspective.added", after={"code": made.code, "name": name})
    return made


@transaction.atomic
def rename_perspective(
    *, acting_user: User | None, perspective: Perspective, name: str, name_en: str = ""
) -> Perspective:
    """Other words for the same lane. Raises RefusedError: no name, or one that is taken."""
    rows = _locked(perspective.company)
    row = next(one for one in rows if one.pk == perspective.pk)
    before = audit.snapshot(row, ["name", "name_en"])
    row.name, row.name_en = _name(rows, name, name_en, row), name_en.strip()[:120]
    if before != audit.snapshot(row, ["name", "name_en"]):
        row.save(update_fields=["name", "name_en", "updated_at"])
        _record(acting_user, row, "perspective.renamed", before, audit.snapshot(row, ["name", "name_en"]))
    return row


@transaction.atomic
def move_perspective(*, acting_user: User | None, perspective: Perspective, up: bool) -> None:
    """One place up or down among those in use; at the end nothing happens."""
    rows = [row for row in _locked(perspective.company) if row.archived_at is None]
    at = next((i for i, row in enumerate(rows) if row.pk == perspective.pk), -1)
    to = at + (-1 if up else 1)
    if at < 0 or not 0 <= to < len(rows):
        return
    before = [row.code for row in rows]
    rows[at], rows[to] = rows[to], rows[at]
    for order, row in enumerate(rows):
        row.order = order
    Perspective.objects.bulk_update(rows, ["order"])
    _record(acting_user, rows[to], "perspective.moved", {"order": before}, {"order": [row.code for row in rows]})


@transaction.atomic
def archive_perspective(*, acting_user: User | None, perspective: Perspective) -> Perspective:
    """Out of use. Raises RefusedError while goals or KPIs name it (which), or when it is the last."""
    rows = _locked(perspective.company)
    row = next(one for one in rows if one.pk == perspective.pk)
    using = users_of(row, rows)
    if using:
        codes = ", ".join(using[:SHOWN]) + (", …" if len(using) > SHOWN else "")
        raise refuse("", "PERSPECTIVE_IN_USE", name=row.name, count=len(using), codes=codes)
    if sum(one.archived_at is None for one in rows) < 2:
        raise refuse("", "PERSPECTIVE_LAST")
    row.archived_at = timezone.now()
    row.save(update_fields=["archived_at", "updated_at"])
    _record(acting_user, row, "perspective.archived", after={"code": row.code, "name": row.name})
    return row


@transaction.atomic
def restore_perspective(*, acting_user: User | None, perspective: Perspective) -> Perspective:
    """Back in use, last in order."""
    rows = _locked(perspective.company)
    row = next(one for one in rows if one.pk == perspective.pk)
    row.archived_at, row.order = None, max(one.order for one in rows) + 1
    row.save(update_fields=["archived_at", "order", "updated_at"])
    _record(acting_user, row, "perspective.restored", after={"code": row.code, "name": row.name})
    return row


def users_of(perspective: Perspective, every: list[Perspective]) -> list[str]:
    """Codes of the goals that are not closed and of the KPIs that are not retired which stand in this lane. Two
    queries.

    KPIs live in a higher app, so their table is asked by name.
    """
    goals = Goal.objects.filter(company=perspective.company, archived_at=None).exclude(status=State.CLOSED)
    found = [
        code
        for code, text in goals.exclude(perspective="").values_list("code", "perspective").order_by("pk")
        if perspective_key(text, every) == perspective.code
    ]
    versions = apps.get_model("kpis", "KpiVersion")._default_manager.filter(company=perspective.company)
    rows = versions.filter(~Q(kpi__status="retired"), kpi__archived_at=None).order_by("kpi_id", "valid_from", "pk")
    newest = dict(rows.values_list("kpi__code", "perspective"))
    return found + [code for code, text in newest.items() if text and perspective_key(text, every) == perspective.code]


def _locked(company: Company) -> list[Perspective]:
    perspectives_of(company)
    return list(
        Perspective.objects.select_for_update(of=("self",))
        .filter(company=company)
        .select_related("company")
        .order_by("order", "pk")
    )


def _name(rows: list[Perspective], name: str, name_en: str, row: Perspective | None) -> str:
    name = " ".join(name.split())[:120]
    if not name:
        raise refuse("name", "PERSPECTIVE_NAME")
    others = [one for one in rows if row is None or one.pk != row.pk]
    for field, text in (("name", name), ("name_en", name_en)):
        taken = next(
            (one for one in others if text.strip() and folded(text) in (folded(one.name), folded(one.name_en))), None
        )
        if taken is not None:
            raise refuse(field, "PERSPECTIVE_TAKEN", name=text.strip())
    return name


def _free_code(name: str, taken: set[str]) -> str:
    base = "_".join("".join(c if c.isalnum() else " " for c in folded(name)).split())[:56] or "lane"
    code, number = base, 2
    while code in taken:
        code, number = f"{base}_{number}", number + 1
    return code


def _record(
    acting_user: User | None,
    row: Perspective,
    action: str,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    audit.record(company_id=row.company_id, acting_user=acting_user, action=action, obj=row, before=before, after=after)
