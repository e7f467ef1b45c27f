"""Before many scorecards of a unit are proposed: who will be told, what is still wrong, what is open already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from tamnhin.agreements import services as agreements
from tamnhin.agreements import words
from tamnhin.agreements.models import Agreement
from tamnhin.agreements.services import AgreementError
from tamnhin.agreements.states import State
from tamnhin.agreements.timelines import timelines
from tamnhin.dashboards.reading import Reading, path_of
from tamnhin.dashboards.shapes import Link
from tamnhin.engine.problems import Problem
from tamnhin.kpis.access import owners_assignable_by
from tamnhin.kpis.checks import problems_of
from tamnhin.kpis.models import Assignment
from tamnhin.kpis.selectors import planned
from tamnhin.kpis.services.editing import give_reasons
from tamnhin.kpis.services.proposals import kind_of, propose_many, title_of
from tamnhin.planning.assign.shapes import Candidate, ProposePage

NAMED = 12  # of those who are told


def open_drafts(reading: Reading, position: int) -> dict[int, Assignment]:
    """Open assignments of a unit and its members that the reader may propose, by id."""
    members = [position, *reading.children_of(position)]
    ids = [int(reading.live.owner_ids[one]) for one in members]
    allowed = owners_assignable_by(reading.user, reading.company, among=ids).values_list("pk", flat=True)
    found = planned.open_assignments(reading.company, list(allowed))
    return {row.pk: row for row in found.values()}


def propose_page(
    reading: Reading,
    position: int,
    *,
    chosen: Collection[int] | None = None,
    reason: str = "",
    note: str = "",
    errors: Collection[str] = (),
) -> ProposePage:
    """``chosen`` None: everything that can be proposed. A reason that is typed counts for those that lack one."""
    rows = open_drafts(reading, position)
    drafts = [row for row in rows.values() if row.status == State.DRAFT]
    problems = problems_of(reading.company, drafts) if drafts else {}
    lines = planned.lines_of(reading.company, drafts)
    ready: list[Candidate] = []
    faulty: list[Candidate] = []
    good = [row for row in drafts if not _blocking(problems[row.pk])]
    asked = asked_about(reading, good)
    for row in sorted(drafts, key=lambda row: reading.live.owner_at.get(row.owner.code, 0)):
        faults = _blocking(problems[row.pk])
        candidate = Candidate(
            pk=row.pk,
            name=row.owner.name,
            url=reverse("plan", args=[row.pk]),
            total=sum((line.weight for line in lines[row.pk]), Decimal(0)),
            kpis=len(lines[row.pk]),
            change=row.kind == Assignment.Kind.CHANGE,
            reason=row.reason,
            revision=row.revision,
            problems=[problem.text(reading.language) for problem in faults],
            asks=asked.get(row.pk, []),
            chosen=chosen is None or row.pk in chosen,
        )
        (faulty if faults else ready).append(candidate)
    told = Counter(name for one in ready for name in one.asks)
    code = reading.live.plan.owners.codes[position]
    return ProposePage(
        title=reading.owner_name(position),
        back_url=path_of("assign_unit", code),
        action=path_of("assign_propose", code),
        ready=ready,
        faulty=faulty,
        elsewhere=[
            Link(row.owner.name, reverse("plan", args=[row.pk]), words.where(row.status))
            for row in rows.values()
            if row.status != State.DRAFT
        ],
        told=told.most_common(),
        effect_url=path_of("assign_effect", code) if drafts else "",
        needs_reason=any(one.change and not one.reason for one in ready),
        reason=reason,
        note=note,
        errors=list(errors),
    )


def _blocking(problems: Collection[Problem]) -> list[Problem]:
    """A missing reason is asked for on the page itself."""
    return [problem for problem in problems if problem.code != "ASSIGNMENT_REASON_MISSING"]


class _Rehearsed(Exception):  # noqa: N818 - not an error: it undoes what was only tried
    pass


def asked_about(reading: Reading, rows: Collection[Assignment]) -> Mapping[int, list[str]]:
    """Names of those whom a proposal would ask, by assignment, as the flow itself would find them.

    Rehearsed and undone: only the flow knows who stands in for whom today, and a second telling of its rules would
    differ from it one day.
    """
    out: dict[int, list[str]] = {}
    try:
        with transaction.atomic():
            made: list[Agreement] = []
            for kind in {kind_of(row) for row in rows}:
                proposals = [
                    agreements.Proposal(row.pk, row.owner, title_of(row), reason=row.reason or "…")
                    for row in rows
                    if kind_of(row) == kind
                ]
                made += agreements.propose_many(
                    acting_user=reading.user, company=reading.company, kind=kind, proposals=proposals
                )
            lines = timelines(reading.company, made)
            for one in made:
                seats = [seat for step in lines[one.pk].steps for seat in step.seats if seat.status != "yes"]
                out[one.subject_id] = list(dict.fromkeys(seat.asks or seat.name for seat in seats))
            raise _Rehearsed
    except _Rehearsed:
        return out
    except AgreementError:  # told when it is really proposed, at its place
        return {}


def propose_chosen(reading: Reading, revisions: Mapping[int, int], reason: str, note: str) -> int:
    """Propose these drafts in one act, with ``reason`` for the changes that have none. Returns how many.

    Raises what ``kpis.services.proposals.propose_many`` raises; then nothing was written.
    """
    with transaction.atomic():
        given = give_reasons(acting_user=reading.user, company=reading.company, assignments=revisions, reason=reason)
        made = propose_many(acting_user=reading.user, company=reading.company, assignments=given, note=note)
    return len(made)


def nothing_chosen() -> str:
    return _("Chưa chọn thẻ điểm nào. Đánh dấu ít nhất một dòng.")
