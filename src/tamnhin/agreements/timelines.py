"""The course of agreements, many at once: who was asked, who said what, what is waiting and for whom."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tamnhin.accounts.models import User
from tamnhin.agreements import flow, words
from tamnhin.agreements.cases import Cases, load
from tamnhin.agreements.flow import STEPS, WAITS_FOR, Part
from tamnhin.agreements.models import Agreement, Participant, Voice
from tamnhin.agreements.shapes import Round, Said, Seat, SeatStatus, StepStatus, Timeline, TimelineStep
from tamnhin.agreements.states import State
from tamnhin.organisation.access import today
from tamnhin.organisation.models import Company, Owner

_NAMED = 3  # names in "waits for"; more are counted


def names_of(people: Collection[int | None]) -> dict[int, str]:
    """Owner ids to names, one query."""
    rows = Owner.objects.filter(pk__in={one for one in people if one is not None})
    return dict(rows.values_list("pk", "name"))


@dataclass(frozen=True, slots=True)
class _Read:
    cases: Cases
    voices: Mapping[int, list[Voice]]
    names: Mapping[int, str]
    users: Mapping[int, str]


def timelines(company: Company, agreements: Sequence[Agreement]) -> dict[int, Timeline]:
    """By pk. ``owner`` and ``proposed_by`` of each must be at hand. The number of queries does not grow with them."""
    if not agreements:
        return {}
    on = today(company)
    cases = load(company, agreements, on)
    voices: dict[int, list[Voice]] = defaultdict(list)
    rows = Voice.objects.filter(company=company, agreement__in=[one.pk for one in agreements]).order_by("id")
    for row in rows.select_related("user", "participant"):
        voices[row.agreement_id].append(row)
    people: set[int | None] = {row.on_behalf_of_id for many in voices.values() for row in many}
    users: set[int] = set()
    for agreement in agreements:
        for participant in cases.participants.get(agreement.pk, []):
            people |= {participant.person_id, participant.unit_id}
        case = cases.of[agreement.pk]
        for place in case.open_places():
            for holder in flow.holders(place, case, cases.directory.chart).every:
                people.add(holder.person)
                users.add(holder.user)
    shown = {row.pk: row.name or row.email for row in User.objects.filter(pk__in=users)}
    read = _Read(cases, voices, names_of(people), shown)
    return {agreement.pk: _timeline(agreement, read, on) for agreement in agreements}


def _timeline(agreement: Agreement, read: _Read, on: datetime.date) -> Timeline:
    case = read.cases.of[agreement.pk]
    voices = read.voices.get(agreement.pk, [])
    now = [row for row in voices if row.round == agreement.round]
    participants = read.cases.participants.get(agreement.pk, [])
    steps = [_proposed(agreement, now, read)]
    steps += [_step(key, agreement, case, participants, now, read) for key in STEPS]
    steps.append(_end(agreement, now, read))
    before: dict[int, list[Said]] = defaultdict(list)
    for row in voices:
        if row.round != agreement.round:
            before[row.round].append(_said(row, read))
    current = WAITS_FOR.get(State(agreement.state))
    waits_for = [
        seat.within for step in steps if step.key == current for seat in step.seats if seat.status == "waiting"
    ]
    if agreement.state == State.AGREED:
        waits_for = [_proposer(agreement)]
    return Timeline(
        title=agreement.heading,
        state=agreement.state,
        state_label=words.where(agreement.state),
        round=agreement.round,
        due=agreement.due,
        steps=steps,
        rounds=[Round(number, said) for number, said in sorted(before.items(), reverse=True)],
        waits_for=list(dict.fromkeys(waits_for)),
        overdue=agreement.due is not None and agreement.due < on,
    )


def _proposed(agreement: Agreement, now: list[Voice], read: _Read) -> TimelineStep:
    said = [_said(row, read) for row in now if row.kind == Voice.Kind.PROPOSED]
    back = [_said(row, read) for row in now if row.kind == Voice.Kind.WITHDRAWN]
    status: StepStatus = "done" if said else "later"
    return TimelineStep("proposed", words.step("proposed"), status, remarks=[*said, *back])


def _step(
    key: str,
    agreement: Agreement,
    case: flow.Case,
    participants: Sequence[Participant],
    now: list[Voice],
    read: _Read,
) -> TimelineStep:
    asked = [row for row in participants if row.step == key]
    waiting = WAITS_FOR.get(case.state) == key
    answers = {row.participant_id: row for row in now if row.kind in (Voice.Kind.YES, Voice.Kind.NO)}
    seats = [_seat(row, case, answers.get(row.pk), read, waiting=waiting) for row in asked]
    states = {state for state, step in WAITS_FOR.items() if step == key}
    if key == flow.AGREE:
        states.add(State.AGREED)
    remarks = [_said(row, read) for row in now if row.kind == Voice.Kind.COMMENT and row.state in states]
    note = ""
    status: StepStatus
    if not asked:
        status = "skipped" if agreement.round else "later"
        nobody = any(row.kind == Voice.Kind.FELL_TO and row.step == key for row in now)
        note = _("không có ai giữ việc này nên bước này tự qua") if nobody else _("không cần cho đề xuất này")
        note = "" if status == "later" else note
    elif any(seat.status == "no" for seat in seats):
        status = "returned"
    elif waiting:
        status = "waiting"
    else:
        status = "done" if all(seat.status == "yes" for seat in seats) else "later"
    return TimelineStep(key, words.step(key), status, seats, remarks, note)


def _seat(row: Participant, case: flow.Case, answer: Voice | None, read: _Read, *, waiting: bool) -> Seat:
    name = read.names.get(row.person_id, "—") if row.person_id is not None else words.anyone(row.role)
    role = words.role(row.role) if row.person_id is not None else ""
    if row.unit_id is not None:
        role = _("Phòng liên quan: {unit}").format(unit=read.names.get(row.unit_id, "—"))
    status: SeatStatus
    if row.answer:
        status = "no" if row.answer == Participant.Answer.NO else "yes"
        said = _said(answer, read) if answer is not None else None
        if row.person_id is None and said is not None:
            name, role = said.who, role or words.role(row.role)
        return Seat(name, role, status, voice=said)
    if not waiting:
        return Seat(name, role, "later")
    asks = _asks(row, case, read)
    within = asks or (name if row.person_id is not None else words.behalf(row.role))
    return Seat(name, role, "waiting", asks, within=within)


def _asks(row: Participant, case: flow.Case, read: _Read) -> str:
    """``Trần Thị Lan, thay Nguyễn Văn Minh (đang nghỉ phép)``; empty where the person themself is asked."""
    place = next(place for place in case.places if place.id == row.pk)
    those = flow.holders(place, case, read.cases.directory.chart)
    others = [one for one in those.every if one.part is not Part.SELF]
    if those.why is None or not others:
        return ""
    shown = [read.names.get(one.person or 0) or read.users.get(one.user, "—") for one in others]
    who = ", ".join(shown[:_NAMED]) + (f" (+{len(shown) - _NAMED})" if len(shown) > _NAMED else "")
    name = read.names.get(row.person_id or 0) or words.behalf(row.role)
    return f"{who}, {words.in_stead(name, f'{those.why}>{others[0].part}')}"


def _end(agreement: Agreement, now: list[Voice], read: _Read) -> TimelineStep:
    kinds = (Voice.Kind.ACTIVATED, Voice.Kind.CLOSED)
    said = [_said(row, read) for row in now if row.kind in kinds]
    late = [
        _said(row, read)
        for row in now
        if row.kind == Voice.Kind.COMMENT and row.state in (State.ACTIVE, State.CLOSED, State.DRAFT)
    ]
    status: StepStatus = "later"
    note = ""
    if agreement.state in (State.ACTIVE, State.CLOSED):
        status = "done"
    elif agreement.state == State.AGREED:
        status = "waiting"
        note = _("{name}, quản lý cấp trên hoặc nhân sự bấm kích hoạt").format(name=_proposer(agreement))
    return TimelineStep("active", words.step("active"), status, remarks=[*said, *late], note=note)


def _proposer(agreement: Agreement) -> str:
    return str(agreement.proposed_by) if agreement.proposed_by is not None else _("hệ thống")


def _said(row: Voice, read: _Read) -> Said:
    name = read.names.get(row.on_behalf_of_id, "") if row.on_behalf_of_id is not None else ""
    if row.kind == Voice.Kind.FELL_TO:
        _why, _mark, part = row.detail.partition(">")
        return Said(row.text or words.part(part), words.said(row.kind), row.kind, row.at, "",
                    words.in_stead(name or "—", row.detail))  # fmt: skip
    who = (row.user.name or row.user.email) if row.user is not None else _("Hệ thống")
    return Said(who, words.said(row.kind), row.kind, row.at, row.text, words.in_stead(name, row.detail))
