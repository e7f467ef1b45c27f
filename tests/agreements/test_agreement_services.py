"""Proposing, answering, returning: who may, what is refused, what stays on record."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from tests.agreements.told import places, refusal, voices
from tests.agreements.trial import Ask, Trial
from tests.cast import Cast

from tamnhin.accounts.models import Membership, RoleGrant
from tamnhin.agreements.models import Agreement, Participant, Voice
from tamnhin.agreements.services import (
    AgreementForbiddenError,
    activate,
    close,
    propose,
    speak,
    speak_many,
    withdraw,
)
from tamnhin.agreements.states import State
from tamnhin.agreements.subjects import Subject, UnknownSubjectError, forget, register
from tamnhin.base.models import AuditEntry, ChangeRefusedError
from tamnhin.organisation.access import today
from tamnhin.organisation.services import OtherCompanyError

# -- the course of one -------------------------------------------------------------------------------------------


def test_a_scorecard_passes_hr_and_the_person_and_is_put_in_force(ask: Ask, cast: Cast, trial: Trial) -> None:
    row = ask(note="như đã bàn")
    assert (row.state, row.level, row.round, row.proposed_by) == (State.PROPOSED, "person", 1, cast.minh)
    assert places(row) == [("hr", "hr", None, ""), ("agree", "staff", "HOA", ""), ("agree", "head", "MINH", "yes")]
    assert row.due == today(cast.company) + datetime.timedelta(days=5)
    row = speak(acting_user=cast.hung, agreement=row, answer="yes", text="đúng khung", revision=row.revision)
    assert row.state == State.REVIEWED  # no related department: that step passes by itself
    row = speak(acting_user=cast.hoa, agreement=row, answer="yes", revision=row.revision)
    assert (row.state, row.due) == (State.AGREED, None)
    row = activate(acting_user=cast.minh, agreement=row, revision=row.revision)
    assert (Agreement.objects.get(pk=row.pk).state, row.revision) == (State.ACTIVE, 5)
    assert voices(row) == [
        ("proposed", "Nguyễn Văn Minh", "", ""),
        ("yes", "Vũ Hùng", "", ""),
        ("yes", "Lê Thị Hoa", "", ""),
        ("activated", "Nguyễn Văn Minh", "", ""),
    ]
    assert [(state, who) for _subject, state, who in trial.heard] == [
        ("proposed", "Nguyễn Văn Minh"), ("reviewed", "Vũ Hùng"), ("agreed", "Lê Thị Hoa"),
        ("active", "Nguyễn Văn Minh"),
    ]  # fmt: skip


def test_each_act_leaves_one_row_in_the_trail_with_before_and_after(ask: Ask, cast: Cast) -> None:
    row = ask()
    speak(acting_user=cast.hung, agreement=row, answer="yes")
    speak(acting_user=cast.hoa, agreement=row, answer="comment", text="hỏi thêm")
    entries = AuditEntry.objects.filter(action__startswith="agreement.").order_by("id")
    assert [(one.action, one.acting_user, one.object_id) for one in entries] == [
        ("agreement.proposed", cast.minh, str(row.pk)),
        ("agreement.answered", cast.hung, str(row.pk)),
        ("agreement.commented", cast.hoa, str(row.pk)),
    ]
    assert (entries[1].before["state"], entries[1].after["state"]) == ("proposed", "reviewed")


def test_department_goals_pass_the_related_department_and_the_director(ask: Ask, cast: Cast) -> None:
    row = ask(owner="KD", related=[cast.factory], people=[cast.person("HOA")])
    assert places(row) == [
        ("hr", "hr", None, ""),
        ("review", "related", "LAN", ""),  # production has no head: whoever stands above it
        ("agree", "named", "HOA", ""),
        ("agree", "head", "MINH", "yes"),
        ("agree", "upper", "LAN", ""),
    ]
    for user, state in (
        (cast.hung, "hr_consulted"),
        (cast.lan, "reviewed"),
        (cast.lan, "reviewed"),
        (cast.hoa, "agreed"),
    ):
        row = speak(acting_user=user, agreement=row, answer="yes")
        assert row.state == state


def test_the_company_s_own_goals_are_settled_by_the_director_alone(ask: Ask, cast: Cast, trial: Trial) -> None:
    row = ask(by=cast.lan, owner="SAO")
    assert (row.state, row.level) == (State.AGREED, "company")
    assert activate(acting_user=cast.lan, agreement=row).state == State.ACTIVE
    assert [state for _subject, state, _who in trial.heard] == ["agreed", "active"]


def test_hr_may_not_settle_the_company_s_goals_without_the_director(ask: Ask, cast: Cast) -> None:
    row = ask(by=cast.hung, owner="SAO")
    assert row.state == State.REVIEWED
    assert refusal(lambda: activate(acting_user=cast.hung, agreement=row)) == "AGREEMENT_WRONG_STATE"
    assert speak(acting_user=cast.lan, agreement=row, answer="yes").state == State.AGREED


# -- nobody approves what they proposed -------------------------------------------------------------------------


def test_who_proposed_it_answers_nothing(ask: Ask, cast: Cast) -> None:
    row = ask(by=cast.hoa)
    assert places(row)[1:] == [("agree", "staff", "HOA", "yes"), ("agree", "head", "MINH", "")]
    assert refusal(lambda: speak(acting_user=cast.hoa, agreement=row, answer="yes"), AgreementForbiddenError) == (
        "AGREEMENT_OWN_PROPOSAL"
    )
    speak(acting_user=cast.hung, agreement=row, answer="yes")
    assert refusal(lambda: speak(acting_user=cast.hoa, agreement=row, answer="yes")) == "AGREEMENT_OWN_PROPOSAL"
    assert speak(acting_user=cast.minh, agreement=row, answer="yes").state == State.AGREED


def test_hr_proposing_for_hr_is_not_consulted_about_it(ask: Ask, cast: Cast) -> None:
    """Hùng is the only one of HR: his own consultation falls to whoever stands above him."""
    row = ask(by=cast.hung, owner="HUNG")
    assert refusal(lambda: speak(acting_user=cast.hung, agreement=row, answer="yes")) == "AGREEMENT_OWN_PROPOSAL"
    row = speak(acting_user=cast.lan, agreement=row, answer="yes")
    assert row.state == State.REVIEWED
    assert voices(row)[1] == ("fell_to", "", "", "vacant>manager")
    assert voices(row)[2] == ("yes", "Trần Thị Lan", "", "vacant>manager")
    assert speak(acting_user=cast.lan, agreement=row, answer="yes").state == State.AGREED


def test_with_nobody_to_ask_the_proposal_is_refused_and_nothing_is_written(ask: Ask, cast: Cast) -> None:
    """The director's own scorecard, in a company without HR: there is nobody who could agree."""
    RoleGrant.objects.filter(user=cast.hung).delete()
    assert refusal(lambda: ask(by=cast.lan, owner="LAN")) == "AGREEMENT_NOBODY_TO_ASK"
    assert not Agreement.objects.exists()


def test_the_director_agrees_to_what_hr_proposed_for_them_and_nobody_stands_above(ask: Ask, cast: Cast) -> None:
    row = ask(by=cast.hung, owner="LAN")
    assert places(row) == [("agree", "staff", "LAN", "")]  # no other in HR, and nobody above the director
    assert [one[3] for one in voices(row)[1:]] == ["vacant>nobody", "vacant>nobody"]
    assert speak(acting_user=cast.lan, agreement=row, answer="yes").state == State.AGREED


def test_a_person_who_cannot_be_asked_by_anybody_keeps_the_proposal_back(ask: Ask, cast: Cast) -> None:
    """Bình has no account, there is no HR, and his only manager is the one who proposes."""
    RoleGrant.objects.filter(user=cast.hung).delete()
    Membership.objects.filter(user=cast.binh).delete()
    assert refusal(lambda: ask(by=cast.lan, owner="BINH")) == "AGREEMENT_NOBODY_TO_ASK"


def test_the_yes_of_others_does_not_stand_for_a_person_who_cannot_be_asked(ask: Ask, cast: Cast) -> None:
    RoleGrant.objects.filter(user=cast.hung).delete()
    Membership.objects.filter(user=cast.binh).delete()
    others = [cast.person("AN")]
    assert refusal(lambda: ask(by=cast.lan, owner="BINH", people=others)) == "AGREEMENT_NOBODY_TO_ASK"


def test_a_consultation_that_nobody_can_give_passes_and_says_so(ask: Ask, cast: Cast) -> None:
    RoleGrant.objects.filter(user=cast.hung).delete()
    row = ask(by=cast.lan, owner="BINH")
    assert row.state == State.REVIEWED
    assert ("fell_to", "", "", "vacant>nobody") in voices(row)
    assert speak(acting_user=cast.binh, agreement=row, answer="yes").state == State.AGREED


# -- who may, and strangers -------------------------------------------------------------------------------------


REFUSED = [("an", "HOA"), ("binh", "KD"), ("hoa", "KD"), ("tuan", "HOA"), ("phuc", "HOA"), ("quang", "HOA"),
           ("nobody", "HOA"), ("thu", "HOA")]  # fmt: skip


@pytest.mark.parametrize(("who", "owner"), REFUSED)
def test_others_may_not_propose_for_somebody(ask: Ask, cast: Cast, who: str, owner: str) -> None:
    with pytest.raises(AgreementForbiddenError):
        ask(by=getattr(cast, who), owner=owner)
    assert not Agreement.objects.exists()
    assert not AuditEntry.objects.filter(action="agreement.proposed").exists()


@pytest.mark.parametrize("answer", ["yes", "no", "comment"])
@pytest.mark.parametrize("who", ["quang", "nobody", "thu"])
def test_a_stranger_and_an_auditor_say_nothing(ask: Ask, cast: Cast, who: str, answer: str) -> None:
    row = ask()
    with pytest.raises(AgreementForbiddenError):
        speak(acting_user=getattr(cast, who), agreement=row, answer=answer, text="không")
    assert Voice.objects.count() == 1


def test_an_unknown_answer_is_refused(ask: Ask, cast: Cast) -> None:
    row = ask()
    assert refusal(lambda: speak(acting_user=cast.hung, agreement=row, answer="maybe")) == "AGREEMENT_ANSWER_UNKNOWN"
    act: Any = lambda: speak_many(  # noqa: E731
        acting_user=cast.hung, company=cast.company, agreements={row.pk: None}, answer="maybe"
    )
    assert refusal(act) == "AGREEMENT_ANSWER_UNKNOWN"


def test_rows_of_another_company_are_not_tied_together(cast: Cast, trial: Trial) -> None:
    with pytest.raises(OtherCompanyError):
        propose(
            acting_user=cast.quang, company=cast.other, kind="trial", subject_id=1, owner=cast.owner("HOA"), title="x"
        )


def test_a_kind_that_nobody_registered_is_refused(ask: Ask) -> None:
    with pytest.raises(UnknownSubjectError):
        ask(kind="nothing")


def test_a_kind_is_registered_once_and_fits_its_column(trial: Trial) -> None:
    def subject(kind: str) -> Subject:
        return Subject(kind, lambda a, s, u: None, lambda a: [], lambda a: "/", lambda a: [])

    for kind in ("trial", "", "k" * 17):
        with pytest.raises(ValueError, match="cannot be registered"):
            register(subject(kind))
    register(subject("k" * 16))
    forget("k" * 16)


# -- returned, proposed again, withdrawn ------------------------------------------------------------------------


def test_what_is_returned_is_a_draft_and_the_next_proposal_is_the_next_round(
    ask: Ask, cast: Cast, trial: Trial
) -> None:
    row = ask()
    row = speak(acting_user=cast.hung, agreement=row, answer="yes")
    row = speak(acting_user=cast.hoa, agreement=row, answer="no", text="chỉ tiêu quá cao")
    assert (row.state, row.due) == (State.DRAFT, None)
    assert trial.heard[-1] == (1, "draft", "Lê Thị Hoa")
    again = ask(title="Thẻ điểm quý 1 của Hoa, sửa")
    assert (again.pk, again.round, again.state, again.title) == (row.pk, 2, "proposed", "Thẻ điểm quý 1 của Hoa, sửa")
    assert places(again) == [("hr", "hr", None, ""), ("agree", "staff", "HOA", ""), ("agree", "head", "MINH", "yes")]
    assert list(Participant.objects.filter(round=1).order_by("order").values_list("answer", flat=True)) == [
        "yes", "no", "yes",
    ]  # fmt: skip
    assert [(one.round, one.kind, one.text) for one in Voice.objects.order_by("id")] == [
        (1, "proposed", ""), (1, "yes", ""), (1, "returned", "chỉ tiêu quá cao"), (2, "proposed", ""),
    ]  # fmt: skip


def test_returning_without_a_reason_is_refused(ask: Ask, cast: Cast) -> None:
    row = ask()
    assert refusal(lambda: speak(acting_user=cast.hung, agreement=row, answer="no", text=" ")) == (
        "AGREEMENT_REASON_MISSING"
    )
    assert Agreement.objects.get().state == State.PROPOSED
    assert refusal(lambda: speak(acting_user=cast.hung, agreement=row, answer="comment")) == "AGREEMENT_TEXT_MISSING"


def test_what_is_agreed_may_still_be_returned_until_it_is_in_force(ask: Ask, cast: Cast) -> None:
    row = ask()
    for user in (cast.hung, cast.hoa):
        row = speak(acting_user=user, agreement=row, answer="yes")
    row = speak(acting_user=cast.hoa, agreement=row, answer="no", text="mới phát hiện thiếu KPI")
    assert row.state == State.DRAFT


def test_the_proposer_takes_it_back_and_nobody_else(ask: Ask, cast: Cast) -> None:
    row = ask()
    for user in (cast.hoa, cast.hung, cast.lan):
        assert refusal(lambda user=user: withdraw(acting_user=user, agreement=row)) == "AGREEMENT_WITHDRAW_NOT_ALLOWED"  # type: ignore[misc]
    row = withdraw(acting_user=cast.minh, agreement=row, text="sai kỳ")
    assert row.state == State.DRAFT
    assert voices(row)[-1][0] == "withdrawn"
    assert ask().round == 2


def test_what_waits_or_is_in_force_is_not_proposed_again_and_what_is_closed_is(ask: Ask, cast: Cast) -> None:
    row = ask(by=cast.lan, owner="SAO")
    assert refusal(lambda: ask(by=cast.lan, owner="SAO")) == "AGREEMENT_ALREADY_OPEN"
    row = activate(acting_user=cast.lan, agreement=row)
    assert refusal(lambda: ask(by=cast.lan, owner="SAO")) == "AGREEMENT_ALREADY_ACTIVE"
    close(acting_user=None, agreement=row)
    other = ask(by=cast.lan, owner="SAO")
    assert (other.pk != row.pk, other.round) == (True, 1)


def test_a_voice_is_never_changed(ask: Ask) -> None:
    row = ask()
    voice = row.voices.get()
    voice.text = "khác"
    with pytest.raises(ChangeRefusedError):
        voice.save()
    with pytest.raises(ChangeRefusedError):
        voice.delete()
