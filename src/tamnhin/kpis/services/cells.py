"""Saving cells of the matrix: many weights and targets of many owners at once, each compared with what the person saw.

A cell that somebody else has changed meanwhile comes back as a conflict; all others are saved.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal

from django.db import transaction
from django.utils import timezone

from tamnhin.accounts.models import User
from tamnhin.agreements.states import State
from tamnhin.base import audit
from tamnhin.engine.problems import Problem
from tamnhin.kpis.access import owners_assignable_by
from tamnhin.kpis.models import Assignment, AssignmentLine, Kpi
from tamnhin.kpis.selectors import planned
from tamnhin.kpis.selectors.cells import Key, Matrix, matrix_of
from tamnhin.kpis.services.assignments import (
    Time,
    bump,
    drafts_of,
    lock,
    not_a_draft,
    span_for,
    with_series,
    write_lines,
)
from tamnhin.kpis.services.lines import LineInput, proposed_terms, weight_fault
from tamnhin.organisation.models import Company, Owner

Field = Literal["weight", "target"]
Value = Decimal | float | None


@dataclass(frozen=True, slots=True)
class Cell:
    """``field`` of an owner's KPI: what the person saw (``was``) and what it is to be. None is no line, no target."""

    owner_id: int
    kpi_id: int
    field: Field
    was: Value
    value: Value


@dataclass(frozen=True, slots=True)
class Conflict:
    """A cell that holds neither what the person saw nor what they want; nothing was written there."""

    cell: Cell
    theirs: Value
    by: str
    at: datetime.datetime | None


@dataclass(frozen=True, slots=True)
class Refused:
    cell: Cell
    problem: Problem


@dataclass(slots=True)
class Saved:
    """What came of the cells. ``assignments``: the open ones, by owner id, of owners that had a cell among them."""

    saved: list[Cell] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    assignments: dict[int, Assignment] = field(default_factory=dict)
    at: datetime.datetime | None = None


@transaction.atomic
def save_cells(*, acting_user: User | None, company: Company, cells: Sequence[Cell], time: Time | None = None) -> Saved:
    """Write weights and targets of whole times. Owners that had no draft get one (``time`` says from when).

    A weight of None removes the line; a target where there is no line makes one that is only followed (weight 0).
    A target of None takes back what stands in that time. Weights may total anything: a draft is not a proposal.
    About twenty statements, whatever the number of cells.
    """
    lock(company)
    time = time or Time()
    first = time.first or planned.usual_start(company)
    time = replace(time, first=first)
    ids = {cell.owner_id for cell in cells}
    owners = {owner.pk: owner for owner in Owner.objects.filter(company=company, pk__in=ids)}
    kpis = {kpi.pk: kpi for kpi in Kpi.objects.filter(company=company, pk__in={cell.kpi_id for cell in cells})}
    allowed = set(owners)
    if acting_user is not None:
        allowed = set(owners_assignable_by(acting_user, company, among=ids).values_list("pk", flat=True))
    targets = any(cell.field == "target" for cell in cells)
    now = matrix_of(company, [pk for pk in owners if pk in allowed], first, time.last, totals=targets)
    out = Saved(assignments=now.assignments, at=timezone.now())
    writes: list[Cell] = []
    for cell in {(one.owner_id, one.kpi_id, one.field): one for one in cells}.values():
        owner = owners.get(cell.owner_id)
        problem = _refusal(cell, owner, kpis.get(cell.kpi_id), allowed, now)
        if problem is not None:
            out.refused.append(Refused(cell, problem))
            continue
        stored = _stored(cell, now)
        if _same(stored, cell.value):
            out.saved.append(cell)
        elif not _same(stored, cell.was):
            out.conflicts.append(_conflict(cell, stored, now))
        else:
            writes.append(cell)
    if writes:
        drafting = [owners[pk] for pk in dict.fromkeys(cell.owner_id for cell in writes)]
        drafts = drafts_of(acting_user=acting_user, company=company, owners=drafting, time=time)
        out.assignments |= drafts
        _write(acting_user, company, drafts, writes)
        out.saved += writes
    return out


def _refusal(cell: Cell, owner: Owner | None, kpi: Kpi | None, allowed: set[int], now: Matrix) -> Problem | None:
    if owner is None or owner.pk not in allowed:
        name = owner.name if owner is not None else "…"
        return Problem("ASSIGNMENT_NOT_ALLOWED", owner=owner.code if owner else None, args={"owner": name})
    if kpi is None:
        return Problem("ASSIGNMENT_KPI_UNKNOWN", owner=owner.code)
    assignment = now.assignments.get(owner.pk)
    if assignment is not None and assignment.status != State.DRAFT:
        return not_a_draft(assignment)
    if owner.pk in now.two_posts:
        return Problem("ASSIGNMENT_TWO_POSTS", owner=owner.code, args={"owner": owner.name})
    args = {"kpi": kpi.name, "owner": owner.name}
    if cell.value is None:
        return None
    if cell.field == "weight":
        fault = weight_fault(Decimal(cell.value))
        if fault is not None:
            return Problem(fault, owner=owner.code, kpi=kpi.code, args=args | {"weight": str(cell.value)})
    elif not math.isfinite(cell.value):
        return Problem("ASSIGNMENT_TARGET_NOT_A_NUMBER", owner=owner.code, kpi=kpi.code, args=args)
    if kpi.status == Kpi.Status.RETIRED and (owner.pk, kpi.pk) not in now.weights:
        return Problem("ASSIGNMENT_KPI_RETIRED", owner=owner.code, kpi=kpi.code, args=args)
    return None


def _stored(cell: Cell, now: Matrix) -> Value:
    key = (cell.owner_id, cell.kpi_id)
    return now.weights.get(key) if cell.field == "weight" else now.totals.get(key)


def _same(one: Value, other: Value) -> bool:
    """Up to the last digits that JSON and a page may cost a target; weights of six decimals are never that close."""
    if one is None or other is None:
        return one is other
    return math.isclose(float(one), float(other), rel_tol=1e-12, abs_tol=0.0)


def _conflict(cell: Cell, stored: Value, now: Matrix) -> Conflict:
    assignment = now.assignments.get(cell.owner_id)
    by = str(assignment.changed_by) if assignment is not None and assignment.changed_by else ""
    return Conflict(cell, stored, by, assignment.updated_at if assignment is not None else None)


def _write(
    acting_user: User | None, company: Company, drafts: Mapping[int, Assignment], writes: Sequence[Cell]
) -> None:
    lines = planned.lines_of(company, drafts.values())
    held: dict[Key, AssignmentLine] = {}
    order: dict[int, int] = {}
    for owner, draft in drafts.items():
        for row in lines[draft.pk]:
            held[owner, row.kpi_id] = row
            order[owner] = max(order.get(owner, 0), row.order + 1)
    new = [cell for cell in writes if (cell.owner_id, cell.kpi_id) not in held]
    terms = _terms_in_force(company, drafts, new)
    proposed = proposed_terms(company, {cell.kpi_id for cell in new}) if new else {}
    wanted: dict[Key, LineInput | None] = {}
    divide: set[Key] = set()
    emptied: set[Key] = set()
    for cell in sorted(writes, key=lambda cell: cell.field == "target"):  # a weight makes the line that a target is of
        key = (cell.owner_id, cell.kpi_id)
        old = held.get(key)
        line = wanted.get(key, LineInput.of(old) if old is not None else None)
        if cell.field == "weight":
            if cell.value is None:
                wanted[key] = None
                continue
            weight = Decimal(cell.value)
            wanted[key] = (
                replace(line, weight=weight) if line else replace(terms.get(key) or _bare(key, proposed), weight=weight)
            )
        else:
            line = line or terms.get(key) or _bare(key, proposed)
            total = None if cell.value is None else float(cell.value)
            profile = line.profile if line.profile in ("even", "working_days") else ""
            wanted[key] = replace(line, total=total, targets={}, profile=profile, basis="")
            (emptied if total is None else divide).add(key)
    taken_back = _taken_back(company, drafts, emptied)
    gone = [held[key].pk for key, asked in wanted.items() if asked is None and key in held]
    if gone:
        AssignmentLine.objects.filter(pk__in=gone).delete()
    _put(company, drafts, held, order, {key: asked for key, asked in wanted.items() if asked is not None}, taken_back)
    touched = list(dict.fromkeys(drafts[cell.owner_id].pk for cell in writes))
    bump(company, touched, acting_user)
    for draft in drafts.values():
        if draft.pk in touched:
            draft.revision += 1
    audit.record(
        company_id=company.pk,
        acting_user=acting_user,
        action="assignment.cells_saved",
        obj=("kpis.assignment", str(touched[0]) if len(touched) == 1 else ""),
        before={"cells": [[cell.owner_id, cell.kpi_id, cell.field, _text(cell.was)] for cell in writes]},
        after={"cells": [[cell.owner_id, cell.kpi_id, cell.field, _text(cell.value)] for cell in writes]},
    )


def _bare(key: Key, proposed: Mapping[int, Mapping[str, Any]]) -> LineInput:
    return LineInput(kpi_id=key[1], weight=Decimal(0), terms=proposed.get(key[1], {}))


def _text(value: Value) -> str | None:
    return None if value is None else str(value)


def _terms_in_force(company: Company, drafts: Mapping[int, Assignment], cells: Sequence[Cell]) -> dict[Key, LineInput]:
    """How a line that comes back was scored: taking a KPI off and putting it on again loses nothing."""
    out: dict[Key, LineInput] = {}
    by_day: dict[datetime.date, list[int]] = {}
    for owner in dict.fromkeys(cell.owner_id for cell in cells):
        by_day.setdefault(drafts[owner].valid_from, []).append(owner)
    for first, owners in by_day.items():  # as many as there are different first days: a few
        for owner, lines in planned.lines_in_force(company, owners, first).items():
            for line in lines:
                out[owner, line.kpi_id] = replace(LineInput.of(line), post_id=None)
    return out


def _taken_back(
    company: Company, drafts: Mapping[int, Assignment], emptied: set[Key]
) -> dict[Key, dict[str, float | None]]:
    """For targets that were emptied: every figure that stands in the time, as nothing."""
    out: dict[Key, dict[str, float | None]] = {}
    by_span: dict[tuple[datetime.date, datetime.date | None], list[int]] = {}
    for owner, _ in emptied:
        by_span.setdefault((drafts[owner].valid_from, drafts[owner].valid_to), []).append(owner)
    for owners in by_span.values():
        span = span_for(drafts[owners[0]])
        for key, rows in planned.standing_targets(company, owners, span, {kpi for _, kpi in emptied}).items():
            if key in emptied:
                out[key] = dict.fromkeys(rows)
    return out


def _put(
    company: Company,
    drafts: Mapping[int, Assignment],
    held: Mapping[Key, AssignmentLine],
    order: dict[int, int],
    wanted: Mapping[Key, LineInput],
    taken_back: Mapping[Key, Mapping[str, float | None]],
) -> None:
    given: dict[int, list[Key]] = {}
    for key in wanted:
        given.setdefault(key[0], []).append(key)
    spread = with_series(
        company,
        {
            drafts[owner].pk: (
                span_for(drafts[owner]),
                [
                    replace(wanted[key], targets=dict(taken_back[key])) if key in taken_back else wanted[key]
                    for key in keys
                ],
            )
            for owner, keys in given.items()
        },
    )
    rows: list[AssignmentLine] = []
    fresh: list[AssignmentLine] = []
    for owner, keys in given.items():
        draft = drafts[owner]
        for key, line in zip(keys, spread[draft.pk], strict=True):
            old = held.get(key)
            if old is not None:
                row = line.row(draft, old.order)
                row.pk = old.pk
                rows.append(row)
            else:
                fresh.append(line.row(draft, order.get(owner, 0)))
                order[owner] = order.get(owner, 0) + 1
    write_lines(rows, fresh)
