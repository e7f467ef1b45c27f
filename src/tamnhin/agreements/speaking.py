"""Answering, returning, commenting, withdrawing, activating and closing: one at a time or many."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from tamnhin.accounts.models import User
from tamnhin.agreements import flow, words
from tamnhin.agreements.cases import Cases, load, who_of, with_places
from tamnhin.agreements.errors import AgreementError, AgreementGateError, refusal
from tamnhin.agreements.flow import Act, Decision, Part
from tamnhin.agreements.models import Agreement, Participant, Voice
from tamnhin.agreements.subjects import subject_of
from tamnhin.agreements.writing import Moved, fallen, set_states, tell_subjects, voice
from tamnhin.base import audit
from tamnhin.engine.problems import Problem
from tamnhin.organisation.access import today
from tamnhin.organisation.models import Company

ANSWERS = {"yes": Act.YES, "no": Act.NO, "comment": Act.COMMENT}
_VOICES = {
    Act.YES: Voice.Kind.YES, Act.NO: Voice.Kind.NO, Act.COMMENT: Voice.Kind.COMMENT, Act.WITHDRAW: Voice.Kind.WITHDRAWN,
    Act.ACTIVATE: Voice.Kind.ACTIVATED, Act.CLOSE: Voice.Kind.CLOSED,
}  # fmt: skip
_ACTIONS = {
    Act.YES: "agreement.answered", Act.NO: "agreement.returned", Act.COMMENT: "agreement.commented",
    Act.WITHDRAW: "agreement.withdrawn", Act.ACTIVATE: "agreement.activated", Act.CLOSE: "agreement.closed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an act on one of many. ``error`` is None where it was done."""

    agreement: Agreement
    error: AgreementError | None = None


def speak(
    *, acting_user: User, agreement: Agreement, answer: str, text: str = "", revision: int | None = None
) -> Agreement:
    """``yes``, ``no`` (returns it to its proposer as a draft; needs a reason) or ``comment``.

    One yes answers every place of the step that the user holds today, each with its own voice. ``revision``: the one
    the user was looking at; None answers whatever stands there.

    Raises AgreementForbiddenError (not asked, not yet, own proposal), AgreementConflictError, AgreementError (wrong
    state, no reason).
    """
    if answer not in ANSWERS:
        raise refusal(Problem("AGREEMENT_ANSWER_UNKNOWN", args={"answer": answer}))
    return _one(ANSWERS[answer], acting_user, agreement, text, revision)


def speak_many(
    *, acting_user: User, company: Company, agreements: Mapping[int, int | None], answer: str, text: str = ""
) -> list[Outcome]:
    """The same answer to many: ``agreements`` is pk → the revision looked at. What is refused keeps none of the others.

    Agreements of another company are left out. A fixed number of queries, apart from what subjects ask.
    """
    if answer not in ANSWERS:
        raise refusal(Problem("AGREEMENT_ANSWER_UNKNOWN", args={"answer": answer}))
    return _many(ANSWERS[answer], acting_user, company, agreements, text)


def withdraw(
    *, acting_user: User | None, agreement: Agreement, text: str = "", revision: int | None = None
) -> Agreement:
    """Take a proposal back before it is in force: a draft again. Raises as ``speak``."""
    return _one(Act.WITHDRAW, acting_user, agreement, text, revision)


def activate(
    *, acting_user: User | None, agreement: Agreement, text: str = "", revision: int | None = None
) -> Agreement:
    """Put what is agreed in force. Raises AgreementGateError with the subject's problems; else as ``speak``."""
    return _one(Act.ACTIVATE, acting_user, agreement, text, revision)


def activate_many(*, acting_user: User | None, company: Company, agreements: Mapping[int, int | None]) -> list[Outcome]:
    """``activate`` for each, as ``speak_many``."""
    return _many(Act.ACTIVATE, acting_user, company, agreements, "")


def close(*, acting_user: User | None, agreement: Agreement, text: str = "", revision: int | None = None) -> Agreement:
    """End what is in force. ``acting_user`` None is the system (its time is over). Raises as ``speak``."""
    return _one(Act.CLOSE, acting_user, agreement, text, revision)


def _one(act: Act, user: User | None, agreement: Agreement, text: str, revision: int | None) -> Agreement:
    outcome = _many(act, user, agreement.company, {agreement.pk: revision}, text)[0]
    if outcome.error is not None:
        raise outcome.error
    return outcome.agreement


@transaction.atomic
def _many(act: Act, user: User | None, company: Company, wanted: Mapping[int, int | None], text: str) -> list[Outcome]:
    rows = list(
        Agreement.objects.select_for_update(of=("self",))
        .filter(company=company, pk__in=wanted)
        .select_related("owner")
        .order_by("pk")
    )
    who = who_of(user, company)
    cases = load(company, rows, actor=who)
    errors = _stale(rows, wanted, company)
    decisions: dict[int, Decision] = {}
    for row in rows:
        if row.pk not in errors:
            decision = flow.decide(act, who, cases.of[row.pk], cases.directory.chart, text=text)
            if decision.refusal:
                errors[row.pk] = refusal(_problem(decision.refusal, row))
            else:
                decisions[row.pk] = decision
    if act is Act.ACTIVATE:
        for pk, problems in _gates([row for row in rows if row.pk in decisions]).items():
            if problems:
                errors[pk] = AgreementGateError(*problems)
                del decisions[pk]
    done = [row for row in rows if row.pk in decisions]
    if done:
        _write(act, user, company, done, cases, decisions, text)
    return [Outcome(row, errors.get(row.pk)) for row in rows]


def _write(
    act: Act,
    user: User | None,
    company: Company,
    rows: list[Agreement],
    cases: Cases,
    decisions: dict[int, Decision],
    text: str,
) -> None:
    before: dict[int, dict[str, object]] = {row.pk: {"state": row.state, "revision": row.revision} for row in rows}
    voices: list[Voice] = []
    answered: list[Participant] = []
    moved: list[Moved] = []
    for row in rows:
        decision, case = decisions[row.pk], cases.of[row.pk]
        voices += _voices(act, user, row, decision, text)
        given = {one.place.id for one in decision.answered} if act in (Act.YES, Act.NO) else set()
        for participant in cases.participants.get(row.pk, []):
            if participant.pk in given:
                participant.answer, participant.answered_at = act.value, timezone.now()
                answered.append(participant)
        places = [replace(place, answer=act.value) if place.id in given else place for place in case.places]
        moved.append(Moved(row, replace(with_places(case, places), state=decision.state), case.state))
        row.updated_at = timezone.now()
    set_states(company, moved, today(company))
    Agreement.objects.bulk_update(rows, ["state", "due", "revision", "updated_at"], batch_size=100)
    Participant.objects.bulk_update(answered, ["answer", "answered_at"], batch_size=200)
    Voice.objects.bulk_create([*voices, *fallen(company, moved, cases.directory.chart)], batch_size=500)
    _record(act, user, company, moved, before, text)
    tell_subjects(moved, user)


def _voices(act: Act, user: User | None, row: Agreement, decision: Decision, text: str) -> list[Voice]:
    kind = _VOICES[act]
    if not decision.answered:
        return [voice(row, kind, user, state=row.state, text=text)]
    return [
        voice(
            row,
            kind,
            user,
            state=row.state,
            step=one.place.step,
            participant=one.place.id,
            on_behalf_of=one.place.person if one.holder.part is not Part.SELF else None,
            detail=_instead(one),
            text=text,
        )
        for one in decision.answered
    ]


def _instead(one: flow.Answered) -> str:
    """Empty where the place was its holder's own: as the person named, or in the role that is asked."""
    own = one.holder.part is Part.SELF or (one.place.person is None and one.why is None)
    return "" if own else f"{one.why or ''}>{one.holder.part}"


def _gates(rows: Sequence[Agreement]) -> dict[int, list[Problem]]:
    out: dict[int, list[Problem]] = {}
    for kind in {row.kind for row in rows}:
        subject, same = subject_of(kind), [row for row in rows if row.kind == kind]
        if subject.gates_many is not None and len(same) > 1:
            out |= subject.gates_many(same)
        else:
            out |= {row.pk: subject.gates(row) for row in same}
    return out


def gates(agreement: Agreement) -> list[Problem]:
    """What keeps it from being activated, for a page to tell before anybody presses."""
    return _gates([agreement]).get(agreement.pk, [])


def _problem(code: str, row: Agreement, **more: object) -> Problem:
    state = words.where_lazy(row.state)
    args = {"title": row.title, "owner": row.owner.name, "state": state, **more}
    return Problem(code, owner=row.owner.code, args=args)


def _stale(rows: Iterable[Agreement], wanted: Mapping[int, int | None], company: Company) -> dict[int, AgreementError]:
    late = [row for row in rows if wanted[row.pk] is not None and wanted[row.pk] != row.revision]
    if not late:
        return {}
    said = Voice.objects.filter(company=company, agreement__in=late, user__isnull=False).select_related("user")
    last = {one.agreement_id: one for one in said.order_by("id")}
    out: dict[int, AgreementError] = {}
    for row in late:
        one = last.get(row.pk)
        name = str(one.user) if one is not None else "—"
        what = str(Voice.Kind(one.kind).label) if one is not None else ""
        at = _clock(one.at if one is not None else row.updated_at, company)
        out[row.pk] = refusal(_problem("AGREEMENT_CHANGED_MEANWHILE", row, name=name, what=what, at=at))
    return out


def _clock(at: datetime.datetime, company: Company) -> str:
    return at.astimezone(ZoneInfo(company.time_zone)).strftime("%H:%M %d/%m/%Y")


def _record(
    act: Act,
    user: User | None,
    company: Company,
    moved: list[Moved],
    before: Mapping[int, dict[str, object]],
    text: str,
) -> None:
    first = moved[0].agreement
    one = len(moved) == 1
    said = {"text": text.strip()} if text.strip() else {}
    after = {str(row.agreement.pk): {"state": row.agreement.state, "revision": row.agreement.revision} for row in moved}
    audit.record(
        company_id=company.pk,
        acting_user=user,
        action=_ACTIONS[act],
        obj=first if one else ("agreements.agreement", f"{len(moved)}"),
        before=before[first.pk] if one else {str(pk): state for pk, state in before.items()},
        after=(after[str(first.pk)] if one else after) | said,
    )
