"""The law of the flow, without a database: what may be done, by whom, in which state, and what follows.

Source: process.md. ``docs/algorithms/agreement.md`` holds the same as a table, which is the test. People are ids of
persons, accounts are ids of users: whoever has no account cannot be asked, whoever has a role need not be a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from tamnhin.agreements.states import State

HR, REVIEW, AGREE = "hr", "review", "agree"
STEPS = (HR, REVIEW, AGREE)
# The state that waits for a step, and the one that follows it.
WAITS_FOR = {State.PROPOSED: HR, State.HR_CONSULTED: REVIEW, State.REVIEWED: AGREE}
AFTER = {State.PROPOSED: State.HR_CONSULTED, State.HR_CONSULTED: State.REVIEWED, State.REVIEWED: State.AGREED}
RUNNING = (State.PROPOSED, State.HR_CONSULTED, State.REVIEWED, State.AGREED)

COMPANY, UNIT, PERSON = "company", "unit", "person"


class Act(StrEnum):
    PROPOSE = "propose"
    YES = "yes"
    NO = "no"
    COMMENT = "comment"
    WITHDRAW = "withdraw"
    ACTIVATE = "activate"
    CLOSE = "close"


class Part(StrEnum):
    """As what somebody answers for a place."""

    SELF = "self"
    DELEGATE = "delegate"
    MANAGER = "manager"
    HR = "hr"
    DIRECTOR = "director"


class Out(StrEnum):
    """Why a place is not answered by its own person."""

    LEFT = "left"
    ABSENT = "absent"
    NO_ACCOUNT = "no_account"
    READS_ONLY = "reads_only"  # an auditor changes nothing
    OWN = "own"  # they proposed it, or it is about them
    VACANT = "vacant"  # nobody has the post


@dataclass(frozen=True, slots=True)
class Rule:
    """Which steps are asked for. ``approvals`` 1–3: the head; the upper manager too; the director too."""

    hr: bool = True
    review: bool = True
    approvals: int = 1
    days: int = 5


_LEVELS = {COMPANY: Rule(False, False, 1, 5), UNIT: Rule(True, True, 2, 5), PERSON: Rule(True, False, 1, 5)}
DEFAULTS: dict[tuple[str, str], Rule] = {
    **{(kind, level): rule for kind in ("goal", "assignment") for level, rule in _LEVELS.items()},
    ("change", COMPANY): Rule(False, False, 1, 3),
    ("change", UNIT): Rule(True, False, 2, 3),
    ("change", PERSON): Rule(True, False, 1, 3),
}


def default_rule(kind: str, level: str) -> Rule:
    """Where the company has set nothing. A ``goal_change`` is a change like any other."""
    return DEFAULTS.get(("change" if kind.endswith("change") else kind, level), _LEVELS[level])


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who acts. ``system``: nobody in particular, the installation itself (an import, a job)."""

    user: int
    person: int | None = None
    member: bool = True
    reads_only: bool = False
    system: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody who is asked: a person, or (None) whoever holds the role."""

    id: int
    step: str
    role: str
    person: int | None = None
    unit: int | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """People on one day: who cannot be asked and why, who holds whose delegation, who stands above whom.

    ``above`` begins with the nearest. ``leaders``: those of a unit and of the units above it, its own first;
    ``led`` are the units that have a leader of their own.
    """

    out: Mapping[int, Out] = field(default_factory=dict)
    delegates: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    above: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    leaders: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    led: frozenset[int] = frozenset()
    user_of: Mapping[int, int] = field(default_factory=dict)

    def reachable(self, person: int) -> bool:
        return person not in self.out and person in self.user_of


@dataclass(frozen=True, slots=True)
class Case:
    """One proposal as it stands. ``beneficiary`` is the person it is about, for a unit the one who leads it.

    ``above``: who stands above the owner, nearest first. ``hr``, ``directors``, ``heads``: users whose role reaches the
    owner, the beneficiary not among the heads.
    """

    state: State
    level: str
    proposer: int | None = None
    beneficiary: int | None = None
    above: tuple[int, ...] = ()
    hr: frozenset[int] = frozenset()
    directors: frozenset[int] = frozenset()
    heads: frozenset[int] = frozenset()
    places: tuple[Place, ...] = ()

    def open_places(self) -> tuple[Place, ...]:
        """Those that the current step still waits for."""
        step = WAITS_FOR.get(self.state)
        return tuple(place for place in self.places if place.step == step and not place.answer)


@dataclass(frozen=True, slots=True)
class Holder:
    user: int
    person: int | None
    part: Part


@dataclass(frozen=True, slots=True)
class Holders:
    """Who may answer for a place today; ``why`` not its own person (None: they may)."""

    every: tuple[Holder, ...] = ()
    why: Out | None = None

    def of(self, user: int) -> Holder | None:
        return next((holder for holder in self.every if holder.user == user), None)


def barred(case: Case, chart: Chart) -> frozenset[int]:
    """Users who answer for nobody but themselves: who proposed it, and whom it is about."""
    about = chart.user_of.get(case.beneficiary) if case.beneficiary is not None else None
    return frozenset(user for user in (case.proposer, about) if user is not None)


def holders(place: Place, case: Case, chart: Chart) -> Holders:
    """A person themself or their delegate; when they cannot be asked the delegate, then the nearest manager who can,
    then HR, then the director. A place of a role: those who hold it, then upwards.

    An absent person who answers all the same is heard: absence only lets others answer too.
    """
    never = barred(case, chart)
    if place.person is None:
        return _of_role(place, case, chart, never)
    user = chart.user_of.get(place.person)
    why = chart.out.get(place.person) or (Out.NO_ACCOUNT if user is None else None)
    if user in never and place.step != AGREE:
        why = Out.OWN
    own = [Holder(user, place.person, Part.SELF)] if user is not None and why in (None, Out.ABSENT) else []
    helpers = _free(chart.delegates.get(place.person, ()), chart, never, Part.DELEGATE)
    if why is None or helpers:
        return Holders((*own, *helpers), why)
    for person in chart.above.get(place.person, ()):
        if manager := _free((person,), chart, never, Part.MANAGER):
            return Holders((*own, *manager), why)
    return Holders((*own, *_group(case, chart, never)), why)


def _of_role(place: Place, case: Case, chart: Chart, never: frozenset[int]) -> Holders:
    """Anybody who holds the role and is there; else the delegates of those who are away; else upwards."""
    users, part = frozenset[int](), Part.MANAGER
    if place.role == "hr":
        users, part = case.hr - never, Part.HR
    elif place.role == "director":
        # the company's own goals are about whoever leads it, and theirs to agree to
        barring = frozenset({case.proposer}) if case.level == COMPANY else never
        users, part = case.directors - barring, Part.DIRECTOR
    own = _users(users, part)
    if _there(users, chart):
        return Holders(own)
    away = [person for person, user in chart.user_of.items() if user in users]
    helpers = [one for person in away for one in _free(chart.delegates.get(person, ()), chart, never, Part.DELEGATE)]
    why = Out.ABSENT if users else Out.VACANT
    if helpers:
        return Holders((*own, *helpers), why)
    for person in case.above if place.role != "director" else ():
        if manager := _free((person,), chart, never, Part.MANAGER):
            return Holders((*own, *manager), why)
    return Holders((*own, *(one for one in _group(case, chart, never) if one.user not in users)), why)


def _group(case: Case, chart: Chart, never: frozenset[int]) -> tuple[Holder, ...]:
    """HR, or the director where nobody of HR is there."""
    return _users(_there(case.hr - never, chart), Part.HR) or _users(case.directors - never, Part.DIRECTOR)


def _there(users: frozenset[int], chart: Chart) -> frozenset[int]:
    """Those who are not away. A user need not be a person: then nothing says they are."""
    return users - {chart.user_of[person] for person in chart.out if person in chart.user_of}


def _users(users: Iterable[int], part: Part) -> tuple[Holder, ...]:
    return tuple(Holder(user, None, part) for user in sorted(users))


def _free(people: Iterable[int], chart: Chart, never: frozenset[int], part: Part) -> list[Holder]:
    return [
        Holder(chart.user_of[person], person, part)
        for person in people
        if chart.reachable(person) and chart.user_of[person] not in never
    ]


def settled(state: State, every: Iterable[Place]) -> State:
    """Where a proposal stands once every answered or switched-off step is behind it."""
    waiting = {place.step for place in every if not place.answer}
    while state in WAITS_FOR and WAITS_FOR[state] not in waiting:
        state = AFTER[state]
    return state


# -- what may be done -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answered:
    place: Place
    holder: Holder
    why: Out | None


@dataclass(frozen=True, slots=True)
class Decision:
    """``refusal`` is a code of ``agreements/problems.py``, or empty: then ``state`` follows."""

    refusal: str = ""
    state: State = State.DRAFT
    answered: tuple[Answered, ...] = ()


def decide(act: Act, who: Who, case: Case, chart: Chart, *, text: str = "") -> Decision:
    """What comes of an act. Gates of the subject are asked by the caller, after this has said yes."""
    if not who.member:
        return Decision("AGREEMENT_NOT_ASKED")
    if who.reads_only:
        return Decision("AGREEMENT_READS_ONLY")
    if act in (Act.YES, Act.NO):
        return _answer(act, who, case, chart, text)
    if act is Act.COMMENT:
        if case.state is State.CLOSED:
            return Decision("AGREEMENT_WRONG_STATE")
        return Decision(state=case.state) if text.strip() else Decision("AGREEMENT_TEXT_MISSING")
    allowed, states, after = {
        Act.PROPOSE: (may_propose, (State.DRAFT,), State.PROPOSED),
        Act.WITHDRAW: (may_withdraw, RUNNING, State.DRAFT),
        Act.ACTIVATE: (may_activate, (State.AGREED,), State.ACTIVE),
        Act.CLOSE: (may_close, (State.ACTIVE,), State.CLOSED),
    }[act]
    if not who.system and not allowed(who, case, chart):
        return Decision(f"AGREEMENT_{act.upper()}_NOT_ALLOWED")
    if case.state not in states:
        return Decision("AGREEMENT_WRONG_STATE")
    return Decision(state=after)


def _answer(act: Act, who: Who, case: Case, chart: Chart, text: str) -> Decision:
    step = WAITS_FOR.get(case.state) or (AGREE if act is Act.NO and case.state is State.AGREED else None)
    if step is None:
        return Decision("AGREEMENT_WRONG_STATE")
    if who.user == case.proposer:
        return Decision("AGREEMENT_OWN_PROPOSAL")
    mine = held(who, case, chart, step)
    if act is Act.YES:
        mine = tuple(one for one in mine if not one.place.answer)
    if not mine:
        later = STEPS[STEPS.index(step) + 1 :]
        comes = any(held(who, case, chart, one) for one in later)
        return Decision("AGREEMENT_NOT_YET" if comes else "AGREEMENT_NOT_ASKED")
    if act is Act.NO:
        return Decision(state=State.DRAFT, answered=mine) if text.strip() else Decision("AGREEMENT_REASON_MISSING")
    done = {id(one.place) for one in mine}
    after = [replace(place, answer="yes") if id(place) in done else place for place in case.places]
    return Decision(state=settled(case.state, after), answered=mine)


def held(who: Who, case: Case, chart: Chart, step: str | None = None) -> tuple[Answered, ...]:
    """The places of a step (the current one) that somebody may answer for today, with as what and why."""
    step = step or WAITS_FOR.get(case.state)
    out = []
    for place in case.places:
        if place.step == step:
            those = holders(place, case, chart)
            holder = those.of(who.user)
            if holder is not None:
                out.append(Answered(place, holder, those.why))
    return tuple(out)


def _leads(who: Who, case: Case) -> bool:
    """Somebody above the owner, HR or a director whose role reaches it."""
    above = who.person is not None and who.person in case.above
    return above or who.user in case.hr | case.directors | case.heads


def may_propose(who: Who, case: Case, chart: Chart) -> bool:
    """For oneself or the unit one leads, for those below, as HR, as the director."""
    about = who.person is not None and who.person == case.beneficiary
    return about or _leads(who, case)


def may_withdraw(who: Who, case: Case, chart: Chart) -> bool:
    """Who proposed it; HR or the director when that person cannot be asked any more."""
    if who.user == case.proposer:
        return True
    person = next((one for one, user in chart.user_of.items() if user == case.proposer), None)
    gone = person is not None and chart.out.get(person) is Out.LEFT
    return gone and (who.user in case.hr or who.user in case.directors)


def may_activate(who: Who, case: Case, chart: Chart) -> bool:
    """The proposer, a manager of the owner (the head of the unit itself too), HR, the director."""
    head = case.level != PERSON and who.person is not None and who.person == case.beneficiary
    return who.user == case.proposer or head or _leads(who, case)


def may_close(who: Who, case: Case, chart: Chart) -> bool:
    return _leads(who, case)
