"""The company of docs/algorithms/agreement.md, in memory: names stand for persons and for users."""

from __future__ import annotations

from tamnhin.agreements.asking import Asked, places
from tamnhin.agreements.flow import (
    AFTER,
    AGREE,
    COMPANY,
    PERSON,
    STEPS,
    UNIT,
    WAITS_FOR,
    Case,
    Chart,
    Holders,
    Out,
    Part,
    Place,
    Rule,
    Who,
)
from tamnhin.agreements.states import State

PEOPLE = ("Lan", "Minh", "Hoa", "An", "Bình", "Hùng", "Mai", "Thu", "Tuấn")
ID = {name: number for number, name in enumerate(PEOPLE, 1)}
UNITS = {"SAO": 101, "KD": 102, "SX": 103, "KHO": 104}
HR = ("Hùng", "Mai")
LEADERS = {"SAO": ("Lan",), "KD": ("Minh", "Lan"), "SX": ("Bình", "Lan"), "KHO": ("Lan",)}
ABOVE = {
    "Lan": (), "Minh": ("Lan",), "Hoa": ("Minh", "Lan"), "An": ("Minh", "Lan"), "Bình": ("Lan",), "Hùng": ("Lan",),
    "Mai": ("Lan",), "Thu": ("Lan",), "Tuấn": ("Lan",),
}  # fmt: skip


def ids(names: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(ID[name] for name in names)


def chart(out: str = "", delegates: str = "") -> Chart:
    """``out`` is ``Bình absent; Hoa left``; ``delegates`` is ``Bình → An``. A user has the person's number + 1000."""
    away = {ID[name]: Out(why) for name, why in _pairs(out, " ")}
    helpers = {ID[name]: (ID[to],) for name, to in _pairs(delegates, " → ")}
    return Chart(
        out={**away, ID["Thu"]: Out.READS_ONLY},
        delegates=helpers,
        above={ID[name]: ids(many) for name, many in ABOVE.items()},
        leaders={UNITS[unit]: ids(many) for unit, many in LEADERS.items()},
        led=frozenset({UNITS["SAO"], UNITS["KD"], UNITS["SX"]}),
        user_of={number: number + 1000 for number in ID.values() if away.get(number) is not Out.NO_ACCOUNT},
    )


def who(name: str) -> Who:
    """Quang belongs to another company."""
    if name == "Quang":
        return Who(9999, None, member=False)
    return Who(ID[name] + 1000, ID[name], reads_only=name == "Thu")


def bare(about: str, by: str, state: State = State.PROPOSED, hr: tuple[str, ...] = HR, directors: str = "Lan") -> Case:
    """A proposal about a person or a unit before anybody is asked."""
    heads = {"Hoa": ("Minh",), "An": ("Minh",), "Bình": (), "KD": (), "SX": ()}.get(about, ())
    ladder = LEADERS[about] if about in UNITS else ABOVE[about]
    own = (ladder[0] if about != "KHO" else None) if about in UNITS else about
    return Case(
        state=state,
        level=COMPANY if about == "SAO" else UNIT if about in UNITS else PERSON,
        proposer=ID[by] + 1000,
        beneficiary=ID[own] if own else None,
        above=tuple(ID[name] for name in ladder if name != own),
        hr=frozenset(ID[name] + 1000 for name in hr),
        directors=frozenset({ID[directors] + 1000}) if directors else frozenset(),
        heads=frozenset(ID[name] + 1000 for name in heads),
    )


def asked(
    about: str, by: str, rule: Rule, related: tuple[str, ...] = (), people: tuple[str, ...] = (), **more: str
) -> list[Place]:
    """Who is asked, numbered."""
    unit = UNITS.get(about)
    wanted = Asked(
        rule=rule,
        unit=unit,
        person=None if unit else ID[about],
        related=tuple(UNITS[one] for one in related),
        people=ids(people),
    )
    found = places(wanted, bare(about, by, **more), chart(), ID[by])  # type: ignore[arg-type]
    return [Place(i, one.step, one.role, one.person, one.unit, one.answer) for i, one in enumerate(found, 1)]


def standing(about: str, by: str, state: State, said: tuple[str, ...] = ()) -> Case:
    """With every step on: what lies before ``state`` is answered, and in its own step those named in ``said``."""
    every = asked(about, by, Rule(True, True, 1), ("SX",))
    passed = STEPS.index(WAITS_FOR[state]) if state in WAITS_FOR else len(STEPS) if state in LATER else 0
    done = []
    for place in every:
        named = place.person in ids(said) and place.step == WAITS_FOR.get(state)
        answer = "yes" if named or STEPS.index(place.step) < passed else place.answer
        done.append(Place(place.id, place.step, place.role, place.person, place.unit, answer))
    case = bare(about, by, state)
    return Case(case.state, case.level, case.proposer, case.beneficiary, case.above, case.hr, case.directors,
                case.heads, tuple(done))  # fmt: skip


LATER = (State.AGREED, State.ACTIVE, State.CLOSED)


def written(every: list[Place]) -> str:
    """``hr: HR; review: Bình; agree: Hoa, Minh ✓``; a role nobody is named for in capitals."""
    name = {number: one for one, number in ID.items()}
    out = []
    for step in STEPS:
        here = [one for one in every if one.step == step]
        if here:
            names = [
                f"{name[one.person] if one.person else one.role.upper()}{' ✓' if one.answer else ''}" for one in here
            ]
            out.append(f"{step}: {', '.join(names)}")
    return "; ".join(out)


def shown(those: Holders) -> str:
    """``Bình; absent: An (delegate)``, or nobody."""
    name = {number + 1000: one for one, number in ID.items()}
    words = [name[one.user] if one.part is Part.SELF else f"{name[one.user]} ({one.part})" for one in those.every]
    return f"{those.why or ''}: {', '.join(words) or 'nobody'}".removeprefix(": ")


def _pairs(text: str, mark: str) -> list[tuple[str, str]]:
    out = []
    for part in text.split(";"):
        if part.strip() not in ("", "—"):
            left, _mark, right = part.strip().partition(mark)
            out.append((left.strip(), right.strip()))
    return out


__all__ = ["AFTER", "AGREE", "asked", "bare", "chart", "shown", "standing", "who", "written"]
