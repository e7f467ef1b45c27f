"""Delegates, managers and HR who answer in somebody's stead, and the steps a company asks for."""

from __future__ import annotations

import datetime

from tests.agreements.told import absent, places, refusal, voices
from tests.agreements.trial import Ask
from tests.cast import Cast

from tamnhin.accounts.models import Membership, Role, RoleGrant
from tamnhin.agreements.flow import Rule
from tamnhin.agreements.services import (
    change_flow,
    delegate,
    speak,
)
from tamnhin.agreements.states import State
from tamnhin.organisation.access import today
from tamnhin.organisation.models import Person

# -- in somebody's stead ----------------------------------------------------------------------------------------


def test_a_delegate_answers_and_both_names_are_kept(ask: Ask, cast: Cast) -> None:
    day = today(cast.company)
    delegate(acting_user=cast.minh, person=cast.person("MINH"), to=cast.person("AN"), valid_from=day, valid_to=day)
    row = ask(by=cast.hoa)
    row = speak(acting_user=cast.hung, agreement=row, answer="yes")
    row = speak(acting_user=cast.an, agreement=row, answer="yes")
    assert row.state == State.AGREED
    assert voices(row)[-1] == ("yes", "Phạm An", "MINH", ">delegate")


def test_a_delegation_of_other_days_gives_no_voice(ask: Ask, cast: Cast) -> None:
    start = today(cast.company) + datetime.timedelta(days=1)
    delegate(acting_user=cast.minh, person=cast.person("MINH"), to=cast.person("AN"), valid_from=start, valid_to=start)
    row = speak(acting_user=cast.hung, agreement=ask(by=cast.hoa), answer="yes")
    assert refusal(lambda: speak(acting_user=cast.an, agreement=row, answer="yes")) == "AGREEMENT_NOT_ASKED"


def test_an_absent_head_falls_to_the_upper_manager_and_it_is_said_when_the_step_opens(ask: Ask, cast: Cast) -> None:
    absent(cast, "MINH")
    row = ask(by=cast.hoa)
    row = speak(acting_user=cast.hung, agreement=row, answer="yes")
    told = row.voices.get(kind="fell_to")
    assert (told.step, told.on_behalf_of, told.detail, told.text) == (
        "agree", cast.person("MINH"), "absent>manager", "Trần Thị Lan",
    )  # fmt: skip
    row = speak(acting_user=cast.lan, agreement=row, answer="yes")
    assert (row.state, voices(row)[-1]) == (State.AGREED, ("yes", "Trần Thị Lan", "MINH", "absent>manager"))


def test_somebody_without_an_account_is_answered_for_by_whoever_did_not_propose(ask: Ask, cast: Cast) -> None:
    Membership.objects.filter(user=cast.hoa).delete()
    row = speak(acting_user=cast.hung, agreement=ask(), answer="yes")
    assert refusal(lambda: speak(acting_user=cast.minh, agreement=row, answer="yes")) == "AGREEMENT_OWN_PROPOSAL"
    row = speak(acting_user=cast.lan, agreement=row, answer="yes", text="đã ký trên giấy")
    assert voices(row)[-1] == ("yes", "Trần Thị Lan", "HOA", "no_account>manager")


def test_with_every_manager_away_it_falls_to_hr(ask: Ask, cast: Cast) -> None:
    absent(cast, "MINH")
    absent(cast, "LAN")
    row = speak(acting_user=cast.hung, agreement=ask(by=cast.hoa), answer="yes")
    row = speak(acting_user=cast.hung, agreement=row, answer="yes")
    assert voices(row)[-1] == ("yes", "Vũ Hùng", "MINH", "absent>hr")


def test_who_has_left_answers_no_more(ask: Ask, cast: Cast) -> None:
    row = speak(acting_user=cast.hung, agreement=ask(by=cast.hoa), answer="yes")
    Person.objects.filter(pk=cast.person("MINH").pk).update(left=today(cast.company) - datetime.timedelta(days=1))
    assert refusal(lambda: speak(acting_user=cast.minh, agreement=row, answer="yes")) == "AGREEMENT_NOT_ASKED"
    assert speak(acting_user=cast.lan, agreement=row, answer="yes").state == State.AGREED


def test_a_manager_named_on_the_person_comes_before_the_head_of_the_unit(ask: Ask, cast: Cast) -> None:
    Person.objects.filter(pk=cast.person("HOA").pk).update(manager=cast.person("AN"))
    row = ask(by=cast.hung)
    assert [one[2] for one in places(row) if one[0] == "agree"] == ["HOA", "AN"]


def test_managers_in_a_circle_are_asked_once(ask: Ask, cast: Cast) -> None:
    Person.objects.filter(pk=cast.person("HOA").pk).update(manager=cast.person("AN"))
    Person.objects.filter(pk=cast.person("AN").pk).update(manager=cast.person("HOA"))
    change_flow(
        acting_user=cast.hung, company=cast.company, kind="trial", level="person", rule=Rule(False, False, 3, 2)
    )
    row = ask(by=cast.hung)
    assert [one[2] for one in places(row)] == ["HOA", "AN", "MINH", "LAN"]


# -- the steps of a company -------------------------------------------------------------------------------------


def test_steps_switched_off_are_passed_and_what_is_open_keeps_those_it_asked(ask: Ask, cast: Cast) -> None:
    before = ask()
    change_flow(
        acting_user=cast.hung, company=cast.company, kind="trial", level="person", rule=Rule(False, False, 2, 7)
    )
    row = ask(subject=2)
    assert row.state == State.REVIEWED
    assert [one[2] for one in places(row)] == ["HOA", "MINH", "LAN"]
    assert row.due == today(cast.company) + datetime.timedelta(days=7)
    assert places(before)[0][:2] == ("hr", "hr")


def test_a_second_hr_may_answer_for_the_first(ask: Ask, cast: Cast) -> None:
    RoleGrant.objects.create(company=cast.company, user=cast.tuan, role=Role.HR, unit=cast.root)
    assert speak(acting_user=cast.tuan, agreement=ask(), answer="yes").state == State.REVIEWED


def test_hr_of_another_branch_is_not_asked(ask: Ask, cast: Cast) -> None:
    RoleGrant.objects.create(company=cast.company, user=cast.tuan, role=Role.HR, unit=cast.factory)
    assert refusal(lambda: speak(acting_user=cast.tuan, agreement=ask(), answer="yes")) == "AGREEMENT_NOT_ASKED"
