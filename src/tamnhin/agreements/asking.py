"""Who is asked in a round, as ``flow`` understands it: pure, from the rule of the level and who stands where."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tamnhin.agreements.flow import AGREE, COMPANY, HR, REVIEW, Case, Chart, Place, Rule


@dataclass(frozen=True, slots=True)
class Asked:
    """What a proposal names. ``unit``: the owner where it is one, ``person`` where it is somebody.

    ``related``: units whose heads review it; ``people``: those to be named besides.
    """

    rule: Rule
    unit: int | None = None
    person: int | None = None
    related: tuple[int, ...] = ()
    people: tuple[int, ...] = ()


def places(asked: Asked, case: Case, chart: Chart, proposer_person: int | None) -> list[Place]:
    """Everyone to be asked in a round, in the order of the steps; the proposer's own place in ``agree`` has its yes.

    Nobody twice in a step. When all of ``agree`` would be the proposer's own, somebody above is asked besides, and
    where nobody stands above whoever ``flow.holders`` finds. The company's own goals are settled by the director alone.
    """
    out: list[Place] = []
    if asked.rule.hr:
        out.append(Place(0, HR, "hr"))
    if asked.rule.review:
        for unit in dict.fromkeys(asked.related):
            if unit != asked.unit:
                head = next(iter(chart.leaders.get(unit, ())), None)
                out.append(Place(0, REVIEW, "related", head, unit))
    agree = [
        replace(place, answer="yes" if _is_own(place, case, proposer_person) else "")
        for place in _agreeing(asked, case, chart)
    ]
    alone = case.level == COMPANY and case.proposer in case.directors
    if all(place.answer for place in agree) and not alone:
        named = {place.person for place in agree}
        other = next((one for one in case.above if one not in named and one != proposer_person), None)
        agree.append(Place(0, AGREE, "upper", other))
    return out + agree


def _is_own(place: Place, case: Case, proposer_person: int | None) -> bool:
    if place.role == "director" and case.proposer in case.directors:
        return True
    return place.person is not None and place.person == proposer_person


def _agreeing(asked: Asked, case: Case, chart: Chart) -> list[Place]:
    found = [Place(0, AGREE, "staff", asked.person)] if asked.person is not None else []
    found += [Place(0, AGREE, "named", person) for person in asked.people]
    ladder = chart.leaders.get(asked.unit, ()) if asked.unit is not None else case.above
    if case.level == COMPANY:
        found.append(Place(0, AGREE, "director", next(iter(ladder), None)))
    else:
        found.append(Place(0, AGREE, "head", next(iter(ladder), None)))
        if asked.rule.approvals >= 2:
            found += [Place(0, AGREE, "upper", person) for person in ladder[1:2]]
        if asked.rule.approvals >= 3:
            found.append(Place(0, AGREE, "director", _top(ladder, case, chart)))
    seen: set[int] = set()
    out = []
    for place in found:
        if place.person is None or place.person not in seen:
            out.append(place)
        if place.person is not None:
            seen.add(place.person)
    return out


def _top(ladder: tuple[int, ...], case: Case, chart: Chart) -> int | None:
    """The last of those above, when they are the director or there is none; else whoever holds the role."""
    if ladder and (not case.directors or chart.user_of.get(ladder[-1]) in case.directors):
        return ladder[-1]
    return None
