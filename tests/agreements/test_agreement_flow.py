"""The law of the flow, row by row of docs/algorithms/agreement.md."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.agreements import world
from tests.cases import Row, cases, table, tables

from tamnhin.agreements import problems as _declared  # noqa: F401  (the codes)
from tamnhin.agreements.flow import Act, Chart, Out, Part, Place, Rule, decide, default_rule, held, holders, settled
from tamnhin.agreements.states import State
from tamnhin.engine.problems import CATALOGUE

WORDS = {row["word"]: row["code"] for row in table("agreement", "Words for refusals")}
ACTS = [
    pytest.param(act, row, id=f"{act} in {row['state']}") for act in Act for row in table("agreement", f"Act: {act}")
]


def code(word: str, act: Act) -> str:
    return WORDS[word].replace("(ACT)", act.upper())


@pytest.mark.parametrize(("act", "row"), ACTS)
def test_what_follows_an_act_depends_on_the_state_and_on_who_acts(act: Act, row: Row) -> None:
    case = world.standing("Hoa", "Minh", State(row["state"]))
    for name in list(row)[1:]:
        found = decide(act, world.who(name), case, world.chart(), text="vì chỉ tiêu quá cao")
        expected = row[name]
        if expected in WORDS:
            assert found.refusal == code(expected, act), f"{name} {act} in {row['state']}"
        else:
            assert (found.refusal, found.state) == ("", State(expected)), f"{name} {act} in {row['state']}"


def test_every_act_has_its_seven_states() -> None:
    for act in Act:
        assert [row["state"] for row in table("agreement", f"Act: {act}")] == [state.value for state in State]


def test_every_word_for_a_refusal_is_a_declared_problem_and_is_used() -> None:
    used = {cell for heading, rows in tables("agreement").items() if heading.startswith("Act:") for row in rows
            for cell in row.values()}  # fmt: skip
    assert set(WORDS) <= used
    for word in WORDS:
        for act in Act if "(ACT)" in WORDS[word] else [Act.YES]:
            if act in (Act.PROPOSE, Act.WITHDRAW, Act.ACTIVATE, Act.CLOSE) or "(ACT)" not in WORDS[word]:
                assert code(word, act) in CATALOGUE


@cases("agreement", "Without words")
def test_returning_and_commenting_need_words_and_agreeing_does_not(row: Row) -> None:
    case = world.standing("Hoa", "Minh", State.PROPOSED)
    found = decide(Act(row["act"]), world.who("Hùng"), case, world.chart(), text="  ")
    assert (found.refusal or str(found.state)) == row["code"]


@cases("agreement", "Who is asked")
def test_who_is_asked(row: Row) -> None:
    rule = Rule(row["hr"] == "yes", row["related"] != "—", int(row["approvals"]))
    related = tuple(one for one in row["related"].split() if one != "—")
    people = tuple(one for one in row["people"].split() if one != "—")
    assert world.written(world.asked(row["about"], row["by"], rule, related, people)) == row["asked"]


def place_of(text: str) -> Place:
    step, _space, name = text.partition(" ")
    if name in world.UNITS:
        return Place(1, step, "related", world.ID[world.LEADERS[name][0]], world.UNITS[name])
    return Place(1, step, name.lower()) if name.isupper() else Place(1, step, "head", world.ID[name])


@cases("agreement", "Who answers")
def test_who_answers_for_a_place(row: Row) -> None:
    case = world.bare(
        row["about"],
        row["by"],
        hr=tuple(one for one in row["HR"].split() if one != "—"),
        directors=row["director"].replace("—", ""),
    )
    found = holders(place_of(row["place"]), case, world.chart(row["out"], row["delegates"]))
    assert world.shown(found) == row["answers"]


@cases("agreement", "Steps where the company has set nothing", "kind", "level")
def test_the_steps_where_a_company_has_set_nothing(row: Row) -> None:
    rule = default_rule(row["kind"], row["level"])
    assert (rule.hr, rule.review) == (row["hr"] == "yes", row["review"] == "yes")
    assert (rule.approvals, rule.days) == (int(row["approvals"]), int(row["days"]))


def test_a_step_waits_until_each_of_its_places_has_its_yes() -> None:
    """Two related departments: the first yes leaves the state as it is, the second moves it on."""
    places = world.asked("KD", "Minh", Rule(False, True, 2), ("SX", "KHO"))
    case = replace(world.bare("KD", "Minh", State.HR_CONSULTED), places=tuple(places))
    first = decide(Act.YES, world.who("Bình"), case, world.chart())
    assert (first.state, [one.place.unit for one in first.answered]) == (State.HR_CONSULTED, [world.UNITS["SX"]])
    after = [replace(place, answer="yes") if place.unit == world.UNITS["SX"] else place for place in places]
    second = decide(Act.YES, world.who("Lan"), replace(case, places=tuple(after)), world.chart())
    assert second.state is State.REVIEWED


def test_one_yes_answers_every_place_of_the_step_that_somebody_holds_today() -> None:
    """Minh is away and Lan stands in: with her own place too, both are answered, each for whom it was."""
    case = world.bare("Hoa", "Hùng", State.REVIEWED)
    places = world.asked("Hoa", "Hùng", Rule(False, False, 2))
    case = replace(case, places=tuple(places))
    found = decide(Act.YES, world.who("Lan"), case, world.chart("Minh absent"))
    assert [(one.place.person, one.holder.part, one.why) for one in found.answered] == [
        (world.ID["Minh"], Part.MANAGER, Out.ABSENT),
        (world.ID["Lan"], Part.SELF, None),
    ]
    assert found.state is State.REVIEWED  # Hoa herself has not answered


def test_who_has_answered_is_not_asked_again_and_may_still_return_it() -> None:
    places = [replace(one, answer="yes") if one.person == world.ID["Minh"] else one
              for one in world.asked("Hoa", "Hùng", Rule(False, False, 1))]  # fmt: skip
    case = replace(world.bare("Hoa", "Hùng", State.REVIEWED), places=tuple(places))
    assert decide(Act.YES, world.who("Minh"), case, world.chart()).refusal == "AGREEMENT_NOT_ASKED"
    assert decide(Act.NO, world.who("Minh"), case, world.chart(), text="nhầm").state is State.DRAFT


def test_when_the_proposer_has_left_hr_or_the_director_takes_it_back_and_nobody_else() -> None:
    case = world.standing("Hoa", "Minh", State.PROPOSED)
    left = world.chart("Minh left")
    found = {name: decide(Act.WITHDRAW, world.who(name), case, left).refusal for name in ("Hùng", "Lan", "Hoa", "An")}
    refused = "AGREEMENT_WITHDRAW_NOT_ALLOWED"
    assert found == {"Hùng": "", "Lan": "", "Hoa": refused, "An": refused}


def test_steps_that_nobody_is_asked_in_pass_by_themselves() -> None:
    assert settled(State.PROPOSED, []) is State.AGREED
    assert settled(State.PROPOSED, [Place(1, "agree", "staff", 1)]) is State.REVIEWED
    assert settled(State.PROPOSED, [Place(1, "review", "related", 1)]) is State.HR_CONSULTED
    assert settled(State.ACTIVE, []) is State.ACTIVE


def test_the_system_may_propose_and_close_but_answers_nothing() -> None:
    from tamnhin.agreements.cases import SYSTEM

    active = world.standing("Hoa", "Minh", State.ACTIVE)
    assert decide(Act.CLOSE, SYSTEM, active, world.chart()).state is State.CLOSED
    proposed = world.standing("Hoa", "Minh", State.PROPOSED)
    assert decide(Act.YES, SYSTEM, proposed, world.chart()).refusal == "AGREEMENT_NOT_ASKED"


def test_whom_it_is_about_may_not_close_it_but_their_head_may() -> None:
    active = world.standing("Hoa", "Minh", State.ACTIVE)
    assert decide(Act.CLOSE, world.who("Hoa"), active, world.chart()).refusal == "AGREEMENT_CLOSE_NOT_ALLOWED"
    assert decide(Act.CLOSE, world.who("Minh"), active, world.chart()).state is State.CLOSED


def test_nobody_is_asked_without_a_chart() -> None:
    """A company whose organisation says nothing about a person: they cannot log in, and nobody stands above."""
    case = world.bare("Hoa", "Minh", State.REVIEWED, hr=(), directors="")
    found = holders(Place(1, "agree", "staff", world.ID["Hoa"]), case, Chart())
    assert (found.every, found.why) == ((), Out.NO_ACCOUNT)
    assert held(world.who("Hoa"), replace(case, places=(Place(1, "agree", "staff", world.ID["Hoa"]),)), Chart()) == ()
