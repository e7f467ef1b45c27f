"""Where giving scorecards begins: the units the reader may assign in, and how far each has come."""

from __future__ import annotations

import numpy as np
from django.urls import reverse

from tamnhin.agreements.states import State
from tamnhin.dashboards.reading import Reading, path_of
from tamnhin.dashboards.selectors.tree import parents_on, tree_order
from tamnhin.dashboards.shapes import Link
from tamnhin.engine.aggregation import Ints
from tamnhin.kpis.access import owners_assignable_by
from tamnhin.kpis.models import Assignment
from tamnhin.organisation.models import Owner
from tamnhin.planning.assign.shapes import Landing, Mine, Stage, UnitRow
from tamnhin.planning.assign.stages import open_statuses, stage_of, stage_word

STAGES: tuple[Stage, ...] = ("none", "active", "draft", "waiting", "agreed")
SHOWN = 12  # people without a scorecard that are named


def landing(reading: Reading) -> Landing:
    """About eight queries, whatever the number of people."""
    live, plan = reading.live, reading.live.plan
    mine = _mine(reading)
    allowed = set(owners_assignable_by(reading.user, reading.company).values_list("pk", flat=True))
    positions = np.array(
        sorted(live.owner_of_id[pk] for pk in allowed if pk in live.owner_of_id and pk != reading.scope.person_id),
        dtype=np.int64,
    )
    stages = _stages(reading)
    held = (plan.owners.first <= reading.day) & (plan.owners.last >= reading.day)
    positions = positions[held[positions]]
    units = positions[positions < plan.owners.unit_count]
    people = positions[positions >= plan.owners.unit_count]
    missing = people[stages[people] == 0]
    return Landing(
        units=_units(reading, units, stages, held),
        missing=[_person(reading, int(one)) for one in missing[:SHOWN]],
        missing_total=len(missing),
        total=len(people),
        mine=mine,
        may_assign=bool(len(positions)),
    )


def _stages(reading: Reading) -> Ints:
    """Position in ``STAGES`` of every owner of the plan."""
    live, table = reading.live, reading.live.plan.lines
    out = np.zeros(live.plan.owners.count, dtype=np.int64)
    holds = (table.start <= reading.day) & (table.stop >= reading.day)
    out[table.owner[holds]] = STAGES.index("active")
    for pk, status in open_statuses(reading.company).items():
        position = live.owner_of_id.get(pk)
        if position is not None:
            out[position] = STAGES.index(stage_of(status))
    return out


def _units(
    reading: Reading, units: Ints, stages: Ints, held: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> list[UnitRow]:
    plan = reading.live.plan
    edges = plan.owners.edges
    there = (edges.start <= reading.day) & (edges.stop >= reading.day)
    there &= held[edges.child]
    parent, child = edges.parent[there], edges.child[there]
    # a unit's own scorecard is given where its people's are
    parent, child = np.append(parent, units), np.append(child, units)
    counts = np.zeros((len(STAGES), plan.owners.count), dtype=np.int64)
    np.add.at(counts, (stages[child], parent), 1)
    persons = np.bincount(parent[child >= plan.owners.unit_count], minlength=plan.owners.count)
    heads = _heads(reading, units)
    ordered, depths = tree_order(reading, parents_on(reading, reading.day), reading.day, set(units.tolist()))
    top = min((depths[unit] for unit in ordered), default=0)
    out = []
    for unit in ordered:
        code = plan.owners.codes[unit]
        none, active, draft, waiting, agreed = counts[:, unit].tolist()
        out.append(
            UnitRow(
                name=reading.owner_name(unit),
                depth=depths[unit] - top,
                url=path_of("assign_unit", code),
                head=heads.get(unit, ""),
                people=int(persons[unit]),
                members=none + active + draft + waiting + agreed,
                settled=active + agreed,
                waiting=waiting,
                drafts=draft,
                none=none,
            )
        )
    return out


def _heads(reading: Reading, units: Ints) -> dict[int, str]:
    ids = [int(reading.live.owner_ids[unit]) for unit in units]
    rows = Owner.objects.filter(pk__in=ids, unit__head__isnull=False).values_list("pk", "unit__head__owner__name")
    return {reading.live.owner_of_id[pk]: name for pk, name in rows}


def _person(reading: Reading, position: int) -> Link:
    code = reading.live.plan.owners.codes[position]
    unit = next(iter(reading.parents_of(position)), None)
    where = reading.owner_name(unit) if unit is not None else ""
    return Link(reading.owner_name(position), path_of("plan_new", code), where)


def _mine(reading: Reading) -> Mine | None:
    """The reader's own scorecard, for everybody who is one of the company's people."""
    if reading.scope.person_id is None or reading.me is None:
        return None
    rows = Assignment.objects.filter(company=reading.company, owner=reading.scope.person_id).exclude(
        status=State.CLOSED
    )
    found = {row.status == State.ACTIVE: row for row in rows.order_by("valid_from")}
    row = found.get(False) or found.get(True)
    table = reading.live.plan.lines
    lines = slice(*reading.live.plan.line_starts[[reading.me, reading.me + 1]].tolist())
    in_force = bool(((table.start[lines] <= reading.day) & (table.stop[lines] >= reading.day)).any())
    stage = stage_of(row.status if row is not None else "", in_force=in_force)
    return Mine(
        name=reading.owner_name(reading.me),
        stage=stage,
        word=stage_word(stage),
        url=reverse("plan", args=[row.pk]) if row is not None else "",
        new_url="" if reading.scope.reads_only else path_of("plan_new", reading.live.plan.owners.codes[reading.me]),
    )
