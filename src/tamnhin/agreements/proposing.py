"""Proposing, one or many: who is asked is written down, and what nobody has to do passes by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.functional import lazy

from tamnhin.accounts.models import User
from tamnhin.agreements import flow, words
from tamnhin.agreements.asking import Asked, places
from tamnhin.agreements.cases import case_of, read_directory, rule_of, rules, who_of, with_places
from tamnhin.agreements.chart import Directory
from tamnhin.agreements.errors import refusal
from tamnhin.agreements.models import Agreement, Participant, Voice
from tamnhin.agreements.states import State
from tamnhin.agreements.subjects import subject_of
from tamnhin.agreements.writing import Moved, fallen, set_states, tell_subjects, voice
from tamnhin.base import audit
from tamnhin.engine.problems import Problem
from tamnhin.organisation.access import today
from tamnhin.organisation.models import Company, Owner, Person, Unit
from tamnhin.organisation.services import OtherCompanyError

LONGEST_TITLE = 500


@dataclass(frozen=True, slots=True)
class Proposal:
    """One of many: as the arguments of ``propose``."""

    subject_id: int
    owner: Owner
    title: str
    related: Sequence[Unit] = ()
    people: Sequence[Person] = ()
    note: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Planned:
    proposal: Proposal
    case: flow.Case
    agreement: Agreement | None  # the returned or withdrawn one that is proposed again
    skipped: tuple[flow.Place, ...]  # places that nobody in the company can fill


def propose(
    *,
    acting_user: User | None,
    company: Company,
    kind: str,
    subject_id: int,
    owner: Owner,
    title: str,
    related: Sequence[Unit] = (),
    people: Sequence[Person] = (),
    note: str = "",
    reason: str = "",
) -> Agreement:
    """Open a round about a subject. ``owner`` is whose goal or scorecard it is: a root unit's own is the company's.

    Asked are the person and their head, for a unit its head and the upper manager, as the company's rule for the kind
    and level has it; ``people`` are named besides, the heads of ``related`` units review. Returned and proposed again
    is the next round of the same agreement. ``acting_user`` None is the system.

    Raises AgreementForbiddenError (not theirs to propose for), AgreementError (already open or in force, nobody to
    ask), UnknownSubjectError, OtherCompanyError.
    """
    proposal = Proposal(subject_id, owner, title, related, people, note, reason)
    return propose_many(acting_user=acting_user, company=company, kind=kind, proposals=[proposal])[0]


@transaction.atomic
def propose_many(
    *, acting_user: User | None, company: Company, kind: str, proposals: Sequence[Proposal]
) -> list[Agreement]:
    """Many of one kind, in a number of queries that does not grow with them. All or none: every refusal is told.

    Raises as ``propose``.
    """
    subject_of(kind)
    if not proposals:
        return []
    _of_company(company, proposals)
    on = today(company)
    who = who_of(acting_user, company)
    existing = {
        row.subject_id: row
        for row in Agreement.objects.select_for_update()
        .filter(company=company, kind=kind, subject_id__in={one.subject_id for one in proposals})
        .exclude(state=State.CLOSED)
        .order_by("pk")
    }
    people = {person.pk for one in proposals for person in one.people}
    if who.person is not None:
        people.add(who.person)
    units = {unit.pk for one in proposals for unit in one.related}
    directory = read_directory(company, [one.owner for one in proposals], people, units, on)
    found = rules(company)
    planned: list[_Planned] = []
    faults: list[Problem] = []
    for proposal in proposals:
        before = existing.get(proposal.subject_id)
        result = _plan(proposal, kind, before, who, directory, found)
        if isinstance(result, Problem):
            faults.append(result)
        else:
            planned.append(result)
    if faults:
        raise refusal(*faults)
    return _write(acting_user, company, kind, planned, directory)


def _plan(
    proposal: Proposal,
    kind: str,
    before: Agreement | None,
    who: flow.Who,
    directory: Directory,
    found: dict[tuple[str, str], flow.Rule],
) -> _Planned | Problem:
    owner = proposal.owner
    title = proposal.title.strip()[:LONGEST_TITLE]
    args = {"title": title, "owner": owner.name}
    state = State(before.state) if before is not None else State.DRAFT
    if state is not State.DRAFT:
        code = "AGREEMENT_ALREADY_ACTIVE" if state is State.ACTIVE else "AGREEMENT_ALREADY_OPEN"
        return Problem(code, owner=owner.code, args=args)
    case = case_of(owner, directory, State.DRAFT, None if who.system else who.user)
    decision = flow.decide(flow.Act.PROPOSE, who, case, directory.chart)
    if decision.refusal:
        return Problem(decision.refusal, owner=owner.code, args=args)
    unit = owner.kind == Owner.Kind.UNIT
    asked = Asked(
        rule=rule_of(found, kind, case.level),
        unit=owner.pk if unit else None,
        person=None if unit else owner.pk,
        related=tuple(one.pk for one in proposal.related),
        people=tuple(one.pk for one in proposal.people),
    )
    case = replace(case, state=State.PROPOSED)
    kept: list[flow.Place] = []
    skipped: list[flow.Place] = []
    for place in places(asked, case, directory.chart, who.person):
        fillable = place.answer or flow.holders(place, case, directory.chart).every
        (kept if fillable else skipped).append(place)
    if _nobody_agrees(kept, skipped):
        args["step"] = lazy(words.step, str)(flow.AGREE)  # a run keeps the text in both languages
        return Problem("AGREEMENT_NOBODY_TO_ASK", owner=owner.code, args=args)
    return _Planned(replace(proposal, title=title), with_places(case, kept), before, tuple(skipped))


def _nobody_agrees(kept: list[flow.Place], skipped: list[flow.Place]) -> bool:
    """A person who is to agree cannot be asked, and nobody in their stead; or nobody agrees but the proposer.

    Nobody stands above the director: when they agree to what HR proposed for them, that is enough.
    """
    lost = [place for place in skipped if place.step == flow.AGREE]
    asked = any(place.step == flow.AGREE and not place.answer for place in kept)
    return bool(lost) and (not asked or any(place.person is not None for place in lost))


def _write(
    acting_user: User | None, company: Company, kind: str, planned: list[_Planned], directory: Directory
) -> list[Agreement]:
    now = timezone.now()
    agreements: list[Agreement] = []
    for one in planned:
        proposal = one.proposal
        agreement = one.agreement or Agreement(company=company, kind=kind, subject_id=proposal.subject_id)
        agreement.owner, agreement.title, agreement.level = proposal.owner, proposal.title, one.case.level
        agreement.note, agreement.reason = proposal.note.strip(), proposal.reason.strip()
        agreement.round += 1
        agreement.proposed_by, agreement.proposed_at = acting_user, now
        agreements.append(agreement)
    moved = [
        Moved(agreement, replace(one.case, state=flow.settled(State.PROPOSED, one.case.places)), State.DRAFT)
        for agreement, one in zip(agreements, planned, strict=True)
    ]
    set_states(company, moved, today(company))
    _save(planned, agreements)
    participants = [_participants(company, one, row) for one, row in zip(planned, agreements, strict=True)]
    Participant.objects.bulk_create([row for rows in participants for row in rows], batch_size=500)
    stored = [_with_ids(one, rows) for one, rows in zip(moved, participants, strict=True)]
    voices = [
        voice(row, Voice.Kind.PROPOSED, acting_user, state=State.DRAFT, text=row.reason or row.note)
        for row in agreements
    ]
    for one, row in zip(planned, agreements, strict=True):
        voices += [
            voice(row, Voice.Kind.FELL_TO, None, state=State.PROPOSED, step=place.step, on_behalf_of=place.person,
                  detail=f"{flow.Out.VACANT}>nobody")
            for place in one.skipped
        ]  # fmt: skip
    Voice.objects.bulk_create([*voices, *fallen(company, stored, directory.chart)], batch_size=500)
    _record(acting_user, company, kind, agreements)
    tell_subjects(stored, acting_user)
    return agreements


def _save(planned: list[_Planned], agreements: list[Agreement]) -> None:
    fields = ["owner", "title", "state", "level", "round", "proposed_by", "proposed_at", "due", "revision", "reason",
              "note", "updated_at"]  # fmt: skip
    old = [row for row in agreements if row.pk is not None]
    new = [row for row in agreements if row.pk is None]
    for row in old:
        row.updated_at = timezone.now()
    Agreement.objects.bulk_update(old, fields, batch_size=100)
    try:
        with transaction.atomic():
            Agreement.objects.bulk_create(new, batch_size=500)
    except IntegrityError:  # somebody proposed the same a moment ago
        first = planned[0].proposal
        args = {"title": first.title, "owner": first.owner.name}
        raise refusal(Problem("AGREEMENT_ALREADY_OPEN", owner=first.owner.code, args=args)) from None


def _participants(company: Company, one: _Planned, agreement: Agreement) -> list[Participant]:
    return [
        Participant(
            company=company,
            agreement=agreement,
            round=agreement.round,
            step=place.step,
            order=order,
            unit_id=place.unit,
            person_id=place.person,
            role=place.role,
            answer=place.answer,
            answered_at=agreement.proposed_at if place.answer else None,
        )
        for order, place in enumerate(one.case.places)
    ]


def _with_ids(one: Moved, rows: list[Participant]) -> Moved:
    every = [replace(place, id=row.pk) for place, row in zip(one.case.places, rows, strict=True)]
    return Moved(one.agreement, with_places(one.case, every), one.before)


def _record(acting_user: User | None, company: Company, kind: str, agreements: list[Agreement]) -> None:
    first = agreements[0]
    one = len(agreements) == 1
    after: dict[str, object] = {"kind": kind, "round": first.round, "state": first.state} if one else {"kind": kind}
    after["subjects"] = [row.subject_id for row in agreements]
    audit.record(
        company_id=company.pk,
        acting_user=acting_user,
        action="agreement.proposed",
        obj=first if one else ("agreements.agreement", f"{len(agreements)}"),
        after=after,
    )


def _of_company(company: Company, proposals: Sequence[Proposal]) -> None:
    for one in proposals:
        for row in (one.owner, *one.related, *one.people):
            if row.company_id != company.pk:
                raise OtherCompanyError(f"{row!r} belongs to another company")
