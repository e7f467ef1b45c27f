"""Saying who answers for whom, and which steps a company asks for."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from tests.agreements.told import refusal
from tests.cast import Cast

from tamnhin.accounts.models import Membership, User
from tamnhin.agreements.access import delegations_visible_to
from tamnhin.agreements.flow import Rule, default_rule
from tamnhin.agreements.models import Delegation, FlowSetting
from tamnhin.agreements.services import AgreementForbiddenError, change_flow, delegate, end_delegation, flow_of
from tamnhin.base.models import AuditEntry
from tamnhin.organisation.access import today
from tamnhin.organisation.models import Person
from tamnhin.organisation.services import OtherCompanyError

DAY = datetime.timedelta(days=1)


def give(cast: Cast, **more: Any) -> Delegation:
    """Minh hands over to An from today for a week, unless said otherwise."""
    start = today(cast.company)
    usual: dict[str, Any] = {"acting_user": cast.minh, "person": cast.person("MINH"), "to": cast.person("AN"),
                             "valid_from": start, "valid_to": start + 6 * DAY}  # fmt: skip
    return delegate(**{**usual, **more})


def test_a_delegation_has_its_days_its_reason_and_its_row_in_the_trail(cast: Cast) -> None:
    row = give(cast, reason=" công tác ")
    assert (row.reason, row.created_by, (row.valid_to - row.valid_from).days) == ("công tác", cast.minh, 6)
    entry = AuditEntry.objects.get(action="delegation.made")
    assert (entry.acting_user, entry.after["to"]) == (cast.minh, cast.person("AN").pk)


def test_what_makes_no_sense_is_refused(cast: Cast) -> None:
    start = today(cast.company)
    assert refusal(lambda: give(cast, to=cast.person("MINH"))) == "DELEGATION_TO_ONESELF"
    assert refusal(lambda: give(cast, valid_to=start - DAY)) == "DELEGATION_DATES"
    assert refusal(lambda: give(cast, valid_from=start - 9 * DAY, valid_to=start - 2 * DAY)) == "DELEGATION_DATES"
    assert refusal(lambda: give(cast, valid_to=start + 366 * DAY)) == "DELEGATION_TOO_LONG"
    with pytest.raises(OtherCompanyError):
        give(cast, to=Person.objects.get(owner__code="QUANG"))
    assert not Delegation.objects.exists()


@pytest.mark.parametrize(("who", "whose"), [("hung", "LAN"), ("minh", "HOA"), ("lan", "MINH")])
def test_nobody_takes_the_voice_of_somebody_else_for_themself(cast: Cast, who: str, whose: str) -> None:
    me = cast.person(who.upper())
    taken = lambda: give(cast, acting_user=getattr(cast, who), person=cast.person(whose), to=me)  # noqa: E731
    assert refusal(taken) == "DELEGATION_TAKEN"
    assert not Delegation.objects.exists()
    assert give(cast, acting_user=getattr(cast, whose.lower()), person=cast.person(whose), to=me).pk


def test_one_delegate_at_a_time(cast: Cast) -> None:
    row = give(cast)
    start = row.valid_to
    assert refusal(lambda: give(cast, to=cast.person("HOA"), valid_from=start, valid_to=start)) == "DELEGATION_OVERLAPS"
    assert give(cast, to=cast.person("HOA"), valid_from=start + DAY, valid_to=start + DAY).pk
    end_delegation(acting_user=cast.minh, delegation=row)
    assert give(cast, to=cast.person("HOA")).pk


def test_who_cannot_log_in_takes_no_delegation(cast: Cast) -> None:
    Membership.objects.filter(user=cast.an).update(is_active=False)
    assert refusal(lambda: give(cast)) == "DELEGATION_NOT_REACHABLE"
    Membership.objects.filter(user=cast.an).update(is_active=True)
    Person.objects.filter(pk=cast.person("AN").pk).update(left=today(cast.company) - DAY)
    assert refusal(lambda: give(cast)) == "DELEGATION_NOT_REACHABLE"


@pytest.mark.parametrize("who", ["hoa", "an", "binh", "tuan", "thu", "phuc", "quang", "nobody"])
def test_others_may_not_hand_over_somebody_s_voice_nor_take_it_back(cast: Cast, who: str) -> None:
    user = getattr(cast, who)
    assert refusal(lambda: give(cast, acting_user=user), AgreementForbiddenError) == "DELEGATION_NOT_ALLOWED"
    row = give(cast)
    assert refusal(lambda: end_delegation(acting_user=user, delegation=row)) == "DELEGATION_NOT_ALLOWED"
    assert Delegation.objects.get().ended_at is None


@pytest.mark.parametrize("who", ["minh", "lan", "hung", "dung"])
def test_a_person_their_managers_and_hr_may(cast: Cast, who: str) -> None:
    row = give(cast, acting_user=getattr(cast, who))
    ended = end_delegation(acting_user=getattr(cast, who), delegation=row)
    assert ended.ended_at is not None
    assert refusal(lambda: end_delegation(acting_user=cast.minh, delegation=row)) == "DELEGATION_ENDED"
    assert AuditEntry.objects.filter(action="delegation.ended").count() == 1


def test_a_delegation_is_seen_by_both_and_by_those_above(cast: Cast) -> None:
    give(cast)
    everybody = ("lan", "minh", "hoa", "an", "binh", "hung", "tuan", "thu", "dung", "phuc", "quang", "nobody")
    seen = {name for name in everybody
            if delegations_visible_to(User.objects.get(pk=getattr(cast, name).pk), cast.company).exists()}  # fmt: skip
    assert seen == {"lan", "minh", "an", "hung", "thu", "dung"}


# -- the steps --------------------------------------------------------------------------------------------------


def test_where_nothing_was_set_the_default_holds_and_a_change_is_kept_once(cast: Cast) -> None:
    assert flow_of(cast.company, "goal", "unit") == default_rule("goal", "unit")
    rule = Rule(False, True, 3, 10)
    for _twice in range(2):
        change_flow(acting_user=cast.hung, company=cast.company, kind="goal", level="unit", rule=rule)
    assert flow_of(cast.company, "goal", "unit") == rule
    assert flow_of(cast.company, "goal", "person") == default_rule("goal", "person")
    assert flow_of(cast.other, "goal", "unit") == default_rule("goal", "unit")
    entry = AuditEntry.objects.get(action="flow.changed")
    assert (entry.before["approvals"], entry.after["approvals"]) == (2, 3)


def test_saying_the_default_writes_nothing(cast: Cast) -> None:
    rule = default_rule("goal", "unit")
    assert change_flow(acting_user=cast.hung, company=cast.company, kind="goal", level="unit", rule=rule) == rule
    assert not FlowSetting.objects.exists()


@pytest.mark.parametrize("rule", [Rule(approvals=0), Rule(approvals=4), Rule(days=0), Rule(days=91)])
def test_numbers_out_of_range_are_refused(cast: Cast, rule: Rule) -> None:
    act: Any = lambda: change_flow(  # noqa: E731
        acting_user=cast.hung, company=cast.company, kind="goal", level="unit", rule=rule
    )
    assert refusal(act) == "FLOW_OUT_OF_RANGE"


def test_an_unknown_level_is_a_programming_error(cast: Cast) -> None:
    with pytest.raises(ValueError, match="galaxy"):
        change_flow(acting_user=cast.hung, company=cast.company, kind="goal", level="galaxy", rule=Rule())


@pytest.mark.parametrize("who", ["minh", "hoa", "tuan", "thu", "phuc", "quang", "nobody"])
def test_only_hr_an_administrator_and_the_director_change_the_steps(cast: Cast, who: str) -> None:
    act: Any = lambda: change_flow(  # noqa: E731
        acting_user=getattr(cast, who), company=cast.company, kind="goal", level="unit", rule=Rule()
    )
    assert refusal(act, AgreementForbiddenError) == "FLOW_NOT_ALLOWED"
