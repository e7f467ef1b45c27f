"""Many at once, gates, and two who act in the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.agreements.told import voices
from tests.agreements.trial import Ask, Trial
from tests.cast import Cast, make_cast

from tamnhin.agreements.models import Agreement
from tamnhin.agreements.services import (
    AgreementConflictError,
    AgreementError,
    AgreementForbiddenError,
    AgreementGateError,
    Proposal,
    activate,
    activate_many,
    propose,
    propose_many,
    speak,
    speak_many,
)
from tamnhin.agreements.states import State
from tamnhin.base.models import AuditEntry
from tamnhin.engine.problems import Problem
from tamnhin.organisation.access import forget_scope

# -- two at once ------------------------------------------------------------------------------------------------


def test_the_second_of_two_who_answer_at_once_is_told_what_happened(ask: Ask, cast: Cast) -> None:
    row = ask(owner="KD", people=[cast.person("HOA"), cast.person("AN")])
    row = speak(acting_user=cast.hung, agreement=row, answer="yes")
    seen = row.revision
    speak(acting_user=cast.hoa, agreement=row, answer="yes", revision=seen)
    with pytest.raises(AgreementConflictError) as caught:
        speak(acting_user=cast.an, agreement=row, answer="yes", revision=seen)
    assert "Lê Thị Hoa đồng ý lúc" in caught.value.problem.text("vi")
    assert [one[0] for one in voices(row)].count("yes") == 2
    assert speak(acting_user=cast.an, agreement=row, answer="yes", revision=seen + 1).state == State.REVIEWED


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="the test database of SQLite is one connection's memory")
def test_two_who_answer_in_the_same_moment_leave_two_voices_and_one_course(trial: Trial) -> None:
    cast = make_cast()
    row = propose(acting_user=cast.minh, company=cast.company, kind="trial", subject_id=1, owner=cast.owner("KD"),
                  title="x", people=[cast.person("HOA"), cast.person("AN")])  # fmt: skip
    speak(acting_user=cast.hung, agreement=row, answer="yes")
    failed = at_once(
        [lambda user=user: speak(acting_user=user, agreement=row, answer="yes") for user in (cast.hoa, cast.an)]  # type: ignore[misc]
    )
    assert failed == []
    after = Agreement.objects.get()
    assert (after.state, after.revision) == (State.REVIEWED, row.revision + 3)
    assert sorted(after.participants.values_list("answer", flat=True)) == ["", "yes", "yes", "yes", "yes"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="the test database of SQLite is one connection's memory")
def test_of_two_who_propose_the_same_in_one_moment_one_is_refused(trial: Trial) -> None:
    cast = make_cast()

    def act(user: Any) -> Agreement:
        return propose(
            acting_user=user, company=cast.company, kind="trial", subject_id=1, owner=cast.owner("HOA"), title="x"
        )

    failed = at_once([lambda: act(cast.minh), lambda: act(cast.hung)])
    assert [one.problem.code for one in failed if isinstance(one, AgreementError)] == ["AGREEMENT_ALREADY_OPEN"]
    assert len(failed) == Agreement.objects.count() == 1


def at_once(acts: list[Callable[[], object]]) -> list[BaseException]:
    gate = threading.Barrier(len(acts))
    failed: list[BaseException] = []

    def run(act: Callable[[], object]) -> None:
        try:
            gate.wait(10)
            act()
        except BaseException as fault:
            failed.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return failed


# -- gates and many ---------------------------------------------------------------------------------------------


def test_gates_are_told_and_nothing_is_activated_until_they_are_open(ask: Ask, cast: Cast, trial: Trial) -> None:
    row = ask(by=cast.lan, owner="SAO")
    trial.gates[1] = [Problem("WEIGHTS_ALL_ZERO", args={"owner": "SAO"}), Problem("TARGET_ZERO")]
    with pytest.raises(AgreementGateError) as caught:
        activate(acting_user=cast.lan, agreement=row)
    assert [one.code for one in caught.value.problems] == ["WEIGHTS_ALL_ZERO", "TARGET_ZERO"]
    assert (Agreement.objects.get().state, trial.heard[-1][1]) == (State.AGREED, "agreed")
    trial.gates.clear()
    assert activate(acting_user=cast.lan, agreement=row).state == State.ACTIVE


def proposals(cast: Cast, count: int, first: int = 1) -> list[Proposal]:
    hoa, an = cast.owner("HOA"), cast.owner("AN")
    return [Proposal(number, (hoa, an)[number % 2], f"Thẻ {number}") for number in range(first, first + count)]


def test_many_are_proposed_answered_and_activated_at_once(cast: Cast, many: Trial) -> None:
    rows = propose_many(acting_user=cast.minh, company=cast.company, kind="many", proposals=proposals(cast, 4))
    assert {row.state for row in rows} == {State.PROPOSED}
    wanted: dict[int, int | None] = {row.pk: 1 for row in rows}
    done = speak_many(acting_user=cast.hung, company=cast.company, agreements=dict.fromkeys(wanted), answer="yes")
    assert all(one.error is None for one in done)
    for user in (cast.hoa, cast.an):
        done = speak_many(acting_user=user, company=cast.company, agreements=dict.fromkeys(wanted), answer="yes")
        assert sorted(one.error.problem.code if one.error else "" for one in done) == [
            "", "", "AGREEMENT_NOT_ASKED" if user == cast.hoa else "AGREEMENT_WRONG_STATE",
            "AGREEMENT_NOT_ASKED" if user == cast.hoa else "AGREEMENT_WRONG_STATE",
        ]  # fmt: skip
    many.gates[3] = [Problem("TARGET_ZERO")]
    done = activate_many(acting_user=cast.minh, company=cast.company, agreements=dict.fromkeys(wanted))
    assert [type(one.error) for one in done] == [type(None), type(None), AgreementGateError, type(None)]
    assert many.bulk[-1] == ([1, 2, 4], "active")
    assert (many.asked, many.heard) == ([4], [])
    entry = AuditEntry.objects.filter(action="agreement.activated").get()
    assert len(entry.after) == 3


def test_of_many_the_one_that_changed_meanwhile_is_left_and_the_others_are_answered(cast: Cast, many: Trial) -> None:
    rows = propose_many(acting_user=cast.minh, company=cast.company, kind="many", proposals=proposals(cast, 3))
    speak(acting_user=cast.hoa, agreement=rows[1], answer="comment", text="khoan")
    seen: dict[int, int | None] = {row.pk: row.revision for row in rows}
    done = speak_many(acting_user=cast.hung, company=cast.company, agreements=seen, answer="yes")
    assert [isinstance(one.error, AgreementConflictError) for one in done] == [False, True, False]
    assert list(Agreement.objects.order_by("pk").values_list("state", flat=True)) == [
        "reviewed",
        "proposed",
        "reviewed",
    ]


def test_many_of_another_company_are_left_out(cast: Cast, many: Trial) -> None:
    rows = propose_many(acting_user=cast.minh, company=cast.company, kind="many", proposals=proposals(cast, 1))
    assert speak_many(acting_user=cast.quang, company=cast.other, agreements={rows[0].pk: None}, answer="yes") == []


def test_one_that_may_not_be_proposed_keeps_all_of_them_back(cast: Cast, many: Trial) -> None:
    wrong = [*proposals(cast, 2), Proposal(9, cast.owner("BINH"), "Thẻ 9"), Proposal(10, cast.owner("LAN"), "Thẻ 10")]
    with pytest.raises(AgreementForbiddenError) as caught:
        propose_many(acting_user=cast.minh, company=cast.company, kind="many", proposals=wrong)
    assert [one.owner for one in caught.value.problems] == ["BINH", "LAN"]
    assert not Agreement.objects.exists()
    assert propose_many(acting_user=cast.minh, company=cast.company, kind="many", proposals=[]) == []


def test_the_number_of_queries_does_not_grow_with_the_number_of_agreements(cast: Cast, many: Trial) -> None:
    def run(count: int, first: int) -> tuple[int, int]:
        with CaptureQueriesContext(connection) as proposing:
            rows = propose_many(acting_user=cast.minh, company=cast.company, kind="many",
                                proposals=proposals(cast, count, first))  # fmt: skip
        with CaptureQueriesContext(connection) as answering:
            speak_many(acting_user=cast.hung, company=cast.company, answer="yes",
                       agreements={row.pk: row.revision for row in rows})  # fmt: skip
        return len(proposing), len(answering)

    forget_scope(cast.minh)
    run(2, 1)
    assert run(20, 100) == run(3, 1000)
