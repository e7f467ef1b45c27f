"""What every act writes: voices, who a place fell to, the new state, and word to the subject."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from tamnhin.accounts.models import User
from tamnhin.agreements.cases import rule_of, rules
from tamnhin.agreements.flow import WAITS_FOR, Case, Chart, Holders, Part, holders
from tamnhin.agreements.models import Agreement, Voice
from tamnhin.agreements.states import State
from tamnhin.agreements.subjects import subject_of
from tamnhin.organisation.models import Company, Owner


@dataclass(frozen=True, slots=True)
class Moved:
    """One agreement after an act: its case as it is now, and the state it came from."""

    agreement: Agreement
    case: Case
    before: State

    @property
    def state(self) -> State:
        return self.case.state


def set_states(company: Company, moved: Sequence[Moved], on: datetime.date) -> None:
    """State, deadline of the step and revision onto the rows in memory; the caller saves them."""
    found = rules(company)
    for one in moved:
        agreement = one.agreement
        if one.state is not one.before:
            days = rule_of(found, agreement.kind, agreement.level).days
            agreement.due = on + datetime.timedelta(days=days) if one.state in WAITS_FOR else None
        agreement.state = one.state
        agreement.revision += 1


def tell_subjects(moved: Iterable[Moved], user: User | None) -> None:
    """Each kind hears of the state its rows are in now, once an act; nothing is said where it stayed the same."""
    by_kind: dict[tuple[str, State], list[Agreement]] = defaultdict(list)
    for one in moved:
        if one.state is not one.before:
            by_kind[one.agreement.kind, one.state].append(one.agreement)
    for (kind, state), agreements in by_kind.items():
        subject = subject_of(kind)
        if subject.on_state_many is not None and len(agreements) > 1:
            subject.on_state_many(agreements, state, user)
            continue
        for agreement in agreements:
            subject.on_state(agreement, state, user)


def fallen(company: Company, moved: Sequence[Moved], chart: Chart) -> list[Voice]:
    """For each place of a step that has just opened and that its own person does not answer: who does, and why."""
    found: list[tuple[Moved, int, int | None, Holders]] = []
    for one in moved:
        if one.state is one.before:
            continue
        for place in one.case.open_places():
            those = holders(place, one.case, chart)
            if those.why is not None:
                found.append((one, place.id, place.person, those))
    names = _names({_answering(those) for _one, _place, _person, those in found})
    return [
        Voice(
            company=company,
            agreement=one.agreement,
            round=one.agreement.round,
            state=one.state,
            step=WAITS_FOR[one.state],
            participant_id=place,
            on_behalf_of_id=person,
            kind=Voice.Kind.FELL_TO,
            detail=detail_of(those),
            text=names.get(_answering(those) or 0, ""),
        )
        for one, place, person, those in found
    ]


def detail_of(those: Holders) -> str:
    """``absent>manager``: why its own person does not answer, and who does; ``>nobody`` when there is nobody."""
    part = next((holder.part for holder in those.every if holder.part is not Part.SELF), None)
    return f"{those.why}>{part or 'nobody'}"


def _answering(those: Holders) -> int | None:
    """The first who answers in the stead of the place's own person; None for a role."""
    return next((holder.person for holder in those.every if holder.part is not Part.SELF), None)


def _names(people: set[int | None]) -> Mapping[int, str]:
    rows = Owner.objects.filter(pk__in=[person for person in people if person is not None])
    return dict(rows.values_list("pk", "name"))


def voice(
    agreement: Agreement,
    kind: str,
    user: User | None,
    *,
    state: str,
    step: str = "",
    participant: int | None = None,
    on_behalf_of: int | None = None,
    detail: str = "",
    text: str = "",
) -> Voice:
    """One row, not saved. ``state`` is the one in which it was said."""
    return Voice(
        company_id=agreement.company_id,
        agreement=agreement,
        round=agreement.round,
        state=state,
        step=step,
        participant_id=participant,
        user=user,
        on_behalf_of_id=on_behalf_of,
        kind=kind,
        detail=detail,
        text=text.strip(),
        at=timezone.now(),
    )
