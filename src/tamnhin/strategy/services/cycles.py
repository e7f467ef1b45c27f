"""Nested cycles: three years, years, halves, quarters. Each lies inside its parent, and none overlaps its siblings."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from django.db import transaction
from django.utils import timezone

from tamnhin.accounts.models import User
from tamnhin.agreements.states import State
from tamnhin.base import audit
from tamnhin.engine import periods as per
from tamnhin.organisation.models import Company
from tamnhin.organisation.services import touch
from tamnhin.strategy.models import Cycle, Goal
from tamnhin.strategy.problems import Fault, RefusedError, fault, refuse

KINDS = (Cycle.Kind.STRATEGIC, Cycle.Kind.YEAR, Cycle.Kind.HALF, Cycle.Kind.QUARTER)  # from the longest
MONTHS = {Cycle.Kind.YEAR: 12, Cycle.Kind.HALF: 6, Cycle.Kind.QUARTER: 3}
ENGLISH = {Cycle.Kind.YEAR: "yearly", Cycle.Kind.HALF: "half-yearly", Cycle.Kind.QUARTER: "quarterly"}
SHOWN = 6
_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CycleValues:
    """What somebody says about a cycle."""

    kind: str
    code: str
    valid_from: datetime.date
    valid_to: datetime.date
    name: str = ""
    parent: Cycle | None = None


@dataclass(frozen=True, slots=True)
class Proposed:
    """A cycle that a longer one suggests. ``parent`` is the key of another suggestion, "" for the long one itself."""

    key: str
    kind: str
    start: datetime.date
    end: datetime.date
    parent: str


def months_later(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months later, or the last one of a shorter month: 31 Jan + 1 → 28 Feb."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    last = (datetime.date(year + month // 12, month % 12 + 1, 1) - _DAY).day
    return datetime.date(year, month, min(day.day, last))


def proposal(
    start: datetime.date, end: datetime.date, fiscal_year_start: int, *, halves: bool = False
) -> list[Proposed]:
    """The company's (fiscal) years that lie wholly within, and the quarters, or halves and quarters, of each."""
    out: list[Proposed] = []
    year = per.containing(start, "year", fiscal_year_start)
    while year.start <= end:
        if year.start >= start and year.end <= end:
            out.append(Proposed(year.key, Cycle.Kind.YEAR, year.start, year.end, ""))
            kinds: tuple[Literal["half", "quarter"], ...] = ("half", "quarter") if halves else ("quarter",)
            for kind in kinds:
                for part in per.children(year, kind):
                    above = year
                    if kind == "quarter" and halves:
                        above = next(half for half in per.children(year, "half") if part.start in half)
                    out.append(Proposed(part.key, Cycle.Kind(kind), part.start, part.end, above.key))
        year = per.next(year)
    return out


def cycle_faults(
    company: Company, values: CycleValues, cycle: Cycle | None = None, among: Iterable[Cycle] | None = None
) -> list[Fault]:
    """What speaks against a cycle, each at its field. ``cycle``: the one that is changed. One query, or none with
    ``among`` (all cycles of the company).
    """
    rows = list(Cycle.objects.filter(company=company) if among is None else among)
    others = [row for row in rows if cycle is None or row.pk != cycle.pk]
    found: list[Fault] = []
    kind = Cycle.Kind(values.kind)
    start, end, parent = values.valid_from, values.valid_to, values.parent
    if any(row.code == values.code for row in others):
        found.append(fault("code", "CYCLE_CODE_TAKEN", code=values.code))
    if end < start:
        return [*found, fault("valid_to", "SPAN_REVERSED", start=start, end=end)]
    found += _length_faults(kind, start, end)
    if parent is not None:
        circle = _circle(rows, parent, cycle)
        if circle:
            return [*found, fault("parent", "CYCLE_CIRCLE", path=" → ".join(circle))]
        if KINDS.index(Cycle.Kind(parent.kind)) >= KINDS.index(kind):
            found.append(fault("parent", "CYCLE_PARENT_SHORTER", parent=parent.code))
        if start < parent.valid_from or end > parent.valid_to:
            found.append(fault("valid_from", "CYCLE_OUTSIDE_PARENT", parent=parent.code, **_span(parent)))
    twin = next((row for row in others if row.kind == kind and row.valid_from <= end and row.valid_to >= start), None)
    if twin is not None:
        found.append(fault("valid_from", "CYCLE_OVERLAP", other=twin.code, **_span(twin)))
    if cycle is not None:
        for row in others:
            if row.parent_id == cycle.pk and (row.valid_from < start or row.valid_to > end):
                found.append(fault("valid_to", "CYCLE_CHILD_OUTSIDE", child=row.code, **_span(row)))
    return found


def _length_faults(kind: Cycle.Kind, start: datetime.date, end: datetime.date) -> list[Fault]:
    days = (end - start).days + 1
    if kind == Cycle.Kind.STRATEGIC:
        if end + _DAY < months_later(start, 12) or end + _DAY > months_later(start, 36):
            return [fault("valid_to", "CYCLE_STRATEGIC_LENGTH", days=days)]
        return []
    months = MONTHS[kind]
    if end + _DAY > months_later(start, months):
        args = {"kind_vi": str(kind.label), "kind_en": ENGLISH[kind], "months": months, "days": days}
        return [fault("valid_to", "CYCLE_TOO_LONG", **args)]
    return []


def _circle(rows: Sequence[Cycle], parent: Cycle, cycle: Cycle | None) -> list[str]:
    """The codes of a circle that ``parent`` above ``cycle`` would close, from the cycle and back to it."""
    if cycle is None:
        return []
    by_pk = {row.pk: row for row in rows}
    path, at = [cycle.code], by_pk.get(parent.pk)
    while at is not None and len(path) <= len(rows):
        path.append(at.code)
        if at.pk == cycle.pk:
            return path
        at = by_pk.get(at.parent_id) if at.parent_id is not None else None
    return []


@transaction.atomic
def add_cycle(*, acting_user: User | None, company: Company, values: CycleValues, with_keys: Sequence[str] = (),
              halves: bool = False) -> Cycle:  # fmt: skip
    """A cycle, and of a strategic one those suggested under it (``proposal``) that ``with_keys`` names.

    Goals of its horizon that lie within and stand in no cycle yet belong to it from now on. A suggestion whose dates
    overlap a cycle that is there already is left out: that one is taken under the new cycle instead where it has no
    parent yet. Raises RefusedError.
    """
    rows = _locked(company)
    found = cycle_faults(company, values, among=rows)
    if found:
        raise RefusedError(found)
    made = Cycle.objects.create(
        company=company,
        code=values.code,
        name=values.name,
        kind=values.kind,
        parent=values.parent,
        valid_from=values.valid_from,
        valid_to=values.valid_to,
    )
    _take_in(made)
    below: list[str] = []
    if values.kind == Cycle.Kind.STRATEGIC and with_keys:
        below = _add_below(company, made, rows, with_keys, halves=halves)
    audit.record(
        company_id=company.pk,
        acting_user=acting_user,
        action="cycle.added",
        obj=made,
        after={"code": made.code, "from": made.valid_from, "to": made.valid_to, "with": below},
    )
    touch(company.pk, structure=True)
    return made


def _add_below(company: Company, top: Cycle, rows: list[Cycle], keys: Sequence[str], *, halves: bool) -> list[str]:
    made: dict[str, Cycle] = {"": top}
    added: list[str] = []
    wanted = set(keys)
    for one in proposal(top.valid_from, top.valid_to, company.fiscal_year_start, halves=halves):
        same = next(
            (r for r in rows if r.kind == one.kind and r.valid_from <= one.end and r.valid_to >= one.start), None
        )
        parent = made.get(one.parent, top)
        if same is not None:
            if same.parent_id is None and same.valid_from >= parent.valid_from and same.valid_to <= parent.valid_to:
                same.parent = parent
                same.save(update_fields=["parent", "updated_at"])
            made[one.key] = same
        elif one.key in wanted and all(row.code != one.key for row in rows):
            made[one.key] = Cycle.objects.create(
                company=company, code=one.key, kind=one.kind, parent=parent, valid_from=one.start, valid_to=one.end
            )
            _take_in(made[one.key])
            added.append(one.key)
    return added


def _take_in(cycle: Cycle) -> None:
    """Goals of the same horizon that lie within and stand in no cycle yet, as those of a file do."""
    Goal.objects.filter(
        company=cycle.company,
        cycle=None,
        horizon=cycle.kind,
        valid_from__gte=cycle.valid_from,
        valid_to__lte=cycle.valid_to,
        archived_at=None,
    ).update(cycle=cycle)


@transaction.atomic
def change_cycle(*, acting_user: User | None, cycle: Cycle, values: CycleValues) -> Cycle:
    """Other dates, name or parent. Raises RefusedError, also where goals would lie outside."""
    company = cycle.company
    rows = _locked(company)
    row = next(one for one in rows if one.pk == cycle.pk)
    found = cycle_faults(company, values, row, rows)
    outside = Goal.objects.filter(company=company, cycle=row, archived_at=None).exclude(status=State.CLOSED)
    for goal in outside:
        if goal.valid_from < values.valid_from or goal.valid_to > values.valid_to:
            span = {"start": goal.valid_from, "end": goal.valid_to}
            found.append(fault("valid_to", "GOAL_CHILD_OUTSIDE", child=goal.code, **span))
    if found:
        raise RefusedError(found)
    fields = ["code", "name", "kind", "parent", "valid_from", "valid_to"]
    before = audit.snapshot(row, fields)
    for name in fields:
        setattr(row, name, getattr(values, name))
    row.save(update_fields=[*fields, "updated_at"])
    _record(acting_user, row, "cycle.changed", before, audit.snapshot(row, fields))
    return row


@transaction.atomic
def close_cycle(*, acting_user: User | None, cycle: Cycle) -> Cycle:
    """No goal is added to it any more. Raises RefusedError while goals in it, or in cycles inside, are not closed."""
    rows = _locked(cycle.company)
    inside = {cycle.pk}
    for _depth in KINDS:
        inside |= {row.pk for row in rows if row.parent_id in inside}
    goals = Goal.objects.filter(company=cycle.company, cycle__in=inside, archived_at=None).exclude(status=State.CLOSED)
    codes = list(goals.order_by("pk").values_list("code", flat=True))
    if codes:
        shown = ", ".join(codes[:SHOWN]) + (", …" if len(codes) > SHOWN else "")
        raise refuse("", "CYCLE_HAS_OPEN_GOALS", count=len(codes), code=cycle.code, codes=shown)
    row = next(one for one in rows if one.pk == cycle.pk)
    if row.closed_at is None:
        now = timezone.now()
        Cycle.objects.filter(company=cycle.company, pk__in=inside, closed_at=None).update(closed_at=now)
        row.closed_at = now
        _record(acting_user, row, "cycle.closed", None, {"code": row.code})
    return row


@transaction.atomic
def reopen_cycle(*, acting_user: User | None, cycle: Cycle) -> Cycle:
    """Goals may be added again. The cycles inside stay closed."""
    row = next(one for one in _locked(cycle.company) if one.pk == cycle.pk)
    if row.closed_at is not None:
        row.closed_at = None
        row.save(update_fields=["closed_at", "updated_at"])
        _record(acting_user, row, "cycle.reopened", None, {"code": row.code})
    return row


@transaction.atomic
def remove_cycle(*, acting_user: User | None, cycle: Cycle) -> None:
    """One that was made by mistake. Raises RefusedError when goals or cycles stand in it."""
    rows = _locked(cycle.company)
    row = next(one for one in rows if one.pk == cycle.pk)
    if any(one.parent_id == row.pk for one in rows) or Goal.objects.filter(cycle=row).exists():
        raise refuse("", "CYCLE_NOT_EMPTY", code=row.code)
    _record(acting_user, row, "cycle.removed", {"code": row.code, "from": row.valid_from, "to": row.valid_to}, None)
    row.delete()


def _locked(company: Company) -> list[Cycle]:
    Company.objects.select_for_update().get(pk=company.pk)  # two new siblings at once would not see each other
    return list(Cycle.objects.filter(company=company).select_related("company").order_by("valid_from", "pk"))


def _record(
    acting_user: User | None, row: Cycle, action: str, before: dict[str, object] | None,
    after: dict[str, object] | None,
) -> None:  # fmt: skip
    audit.record(company_id=row.company_id, acting_user=acting_user, action=action, obj=row, before=before, after=after)
    touch(row.company_id, structure=True)


def _span(row: Cycle) -> dict[str, object]:
    return {"start": row.valid_from, "end": row.valid_to}
