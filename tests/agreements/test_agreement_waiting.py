"""What waits for whom, who sees which agreement, and how one has gone."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.http import Http404
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from tests.agreements.told import absent
from tests.agreements.trial import Ask, Trial
from tests.cast import Cast

from tamnhin.accounts.models import Membership, User
from tamnhin.agreements.access import agreements_visible_to, get_agreement_or_404
from tamnhin.agreements.models import Agreement
from tamnhin.agreements.selectors import open_of, proposed_by, timeline, waiting_count, waiting_for, waits_on
from tamnhin.agreements.services import Proposal, activate, close, delegate, propose_many, speak, withdraw
from tamnhin.organisation.access import today
from tamnhin.organisation.services import set_head

EVERYBODY = ("lan", "minh", "hoa", "an", "binh", "hung", "tuan", "thu", "dung", "phuc", "quang", "nobody")


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def waits(user: User, cast: Cast) -> list[tuple[int, str, str]]:
    """(subject, task, in whose stead); the count must say the same."""
    found = waiting_for(fresh(user), cast.company)
    assert waiting_count(fresh(user), cast.company) == len(found)
    return [(one.agreement.subject_id, one.task, one.instead) for one in found]


def who_waits(cast: Cast) -> dict[str, list[str]]:
    found = {name: [task for _subject, task, _instead in waits(getattr(cast, name), cast)] for name in EVERYBODY}
    return {name: tasks for name, tasks in found.items() if tasks}


def test_at_each_step_it_waits_for_those_who_are_asked_and_for_nobody_else(ask: Ask, cast: Cast) -> None:
    row = ask()
    assert who_waits(cast) == {"hung": ["answer"]}
    row = speak(acting_user=cast.hung, agreement=row, answer="yes")
    assert who_waits(cast) == {"hoa": ["answer"]}
    row = speak(acting_user=cast.hoa, agreement=row, answer="yes")
    assert who_waits(cast) == {"minh": ["activate"]}
    row = activate(acting_user=cast.minh, agreement=row)
    assert who_waits(cast) == {}


def test_what_was_returned_waits_for_its_proposer_and_what_was_withdrawn_for_nobody(ask: Ask, cast: Cast) -> None:
    row = speak(acting_user=cast.hung, agreement=ask(), answer="no", text="thiếu KPI")
    assert who_waits(cast) == {"minh": ["revise"]}
    row = ask()
    assert who_waits(cast) == {"hung": ["answer"]}
    withdraw(acting_user=cast.minh, agreement=row)
    assert who_waits(cast) == {}


def test_an_absent_head_s_place_waits_for_their_manager_with_the_reason(ask: Ask, cast: Cast) -> None:
    speak(acting_user=cast.hung, agreement=ask(by=cast.hoa), answer="yes")
    assert who_waits(cast) == {"minh": ["answer"]}
    absent(cast, "MINH")
    assert waits(cast.lan, cast) == [(1, "answer", "thay Nguyễn Văn Minh (đang nghỉ phép)")]
    assert waits(cast.minh, cast) == [(1, "answer", "")]  # who is away may answer all the same


def test_a_delegate_has_what_was_delegated(ask: Ask, cast: Cast) -> None:
    day = today(cast.company)
    delegate(acting_user=cast.minh, person=cast.person("MINH"), to=cast.person("BINH"), valid_from=day, valid_to=day)
    row = speak(acting_user=cast.hung, agreement=ask(by=cast.hoa), answer="yes")
    assert waits(cast.binh, cast) == [(1, "answer", "thay Nguyễn Văn Minh (theo ủy quyền)")]
    assert agreements_visible_to(fresh(cast.binh), cast.company).filter(pk=row.pk).exists()


def test_a_delegate_of_the_only_one_in_hr_is_asked_while_they_are_away(ask: Ask, cast: Cast) -> None:
    day = today(cast.company)
    delegate(acting_user=cast.hung, person=cast.person("HUNG"), to=cast.person("BINH"), valid_from=day, valid_to=day)
    ask()
    assert waits(cast.binh, cast) == []
    absent(cast, "HUNG")
    assert [task for _subject, task, _instead in waits(cast.binh, cast)] == ["answer"]


def test_somebody_without_an_account_waits_with_whoever_stands_above(ask: Ask, cast: Cast) -> None:
    Membership.objects.filter(user=cast.hoa).delete()
    speak(acting_user=cast.hung, agreement=ask(), answer="yes")
    assert who_waits(cast) == {"lan": ["answer"]}


def test_a_reviewer_who_proposed_it_is_passed_over(ask: Ask, cast: Cast) -> None:
    """Minh leads production too, and proposes for sales with production as the related department."""
    set_head(acting_user=None, unit=cast.factory, head=cast.person("MINH"))
    row = ask(owner="KD", related=[cast.factory])
    speak(acting_user=cast.hung, agreement=row, answer="yes")
    assert who_waits(cast) == {"lan": ["answer"]}


def test_the_most_pressing_comes_first(ask: Ask, cast: Cast) -> None:
    for subject, days in ((1, 4), (2, -3), (3, 1)):
        row = ask(subject=subject)
        Agreement.objects.filter(pk=row.pk).update(due=today(cast.company) + datetime.timedelta(days=days))
    assert [subject for subject, _task, _instead in waits(cast.hung, cast)] == [2, 3, 1]
    assert [one.overdue for one in waiting_for(cast.hung, cast.company)] == [3, 0, 0]


def test_what_waits_costs_the_same_whatever_the_number(cast: Cast, many: Trial) -> None:
    absent(cast, "MINH")

    def cost(user: User) -> int:
        user = fresh(user)
        with CaptureQueriesContext(connection) as counted:
            waiting_for(user, cast.company)
        return len(counted)

    def propose(first: int, count: int) -> None:
        hoa, an = cast.owner("HOA"), cast.owner("AN")
        wanted = [Proposal(number, (hoa, an)[number % 2], "Thẻ") for number in range(first, first + count)]
        rows = propose_many(acting_user=cast.hung, company=cast.company, kind="many", proposals=wanted)
        for row in rows[:2]:
            speak(acting_user=cast.lan, agreement=row, answer="yes")

    propose(1, 2)
    few = {user: cost(user) for user in (cast.hung, cast.lan, cast.hoa)}
    propose(100, 30)
    assert {user: cost(user) for user in few} == few
    assert max(few.values()) <= 22


# -- who sees it ------------------------------------------------------------------------------------------------


def test_those_who_see_the_owner_and_those_who_are_asked_see_it(ask: Ask, cast: Cast) -> None:
    set_head(acting_user=None, unit=cast.factory, head=cast.person("BINH"))
    row = ask(owner="KD", related=[cast.factory])
    other = ask(subject=2)
    seen = {name: set(agreements_visible_to(fresh(getattr(cast, name)), cast.company).values_list("pk", flat=True))
            for name in EVERYBODY}  # fmt: skip
    both = {row.pk, other.pk}
    everywhere = {"lan", "minh", "hoa", "hung", "tuan", "thu", "dung", "phuc"}
    assert {name for name in EVERYBODY if seen[name] == both} == everywhere
    assert {name: found for name, found in seen.items() if name not in everywhere} == {
        "an": {row.pk}, "binh": {row.pk}, "quang": set(), "nobody": set(),
    }  # fmt: skip


@pytest.mark.parametrize("name", EVERYBODY)
def test_one_that_is_hidden_is_not_found(ask: Ask, cast: Cast, name: str) -> None:
    row = ask()
    request = RequestFactory().get("/")
    request.user = fresh(getattr(cast, name))
    request.company = cast.company  # type: ignore[attr-defined]
    if name in {"an", "binh", "quang", "nobody"}:
        with pytest.raises(Http404):
            get_agreement_or_404(request, row.pk)
    else:
        assert get_agreement_or_404(request, row.pk) == row


def test_whom_a_place_falls_to_finds_it_while_it_waits_for_them(ask: Ask, cast: Cast) -> None:
    """Bình leads production; away, the place falls to An, his manager here, who sees nothing of the office."""
    from tamnhin.organisation.models import Person

    set_head(acting_user=None, unit=cast.factory, head=cast.person("BINH"))
    Person.objects.filter(pk=cast.person("BINH").pk).update(manager=cast.person("AN"))
    row = ask(owner="HCNS", by=cast.hung, related=[cast.factory], kind="trial")
    row.refresh_from_db()
    absent(cast, "BINH")
    request = RequestFactory().get("/")
    request.user = fresh(cast.an)
    request.company = cast.company  # type: ignore[attr-defined]
    with pytest.raises(Http404):
        get_agreement_or_404(request, row.pk)
    speak(acting_user=cast.lan, agreement=row, answer="yes")  # for HR, whose only one proposed it
    assert get_agreement_or_404(request, row.pk).state == "hr_consulted"
    assert waits(cast.an, cast) == [(1, "answer", "thay Đỗ Bình (đang nghỉ phép)")]


# -- how it has gone --------------------------------------------------------------------------------------------


def test_a_timeline_tells_each_step_and_for_whom_it_waits(ask: Ask, cast: Cast) -> None:
    absent(cast, "MINH")
    row = speak(acting_user=cast.hung, agreement=ask(by=cast.hoa, note="xin xem"), answer="yes", text="được")
    line = timeline(row)
    assert [(step.key, step.status) for step in line.steps] == [
        ("proposed", "done"), ("hr", "done"), ("review", "skipped"), ("agree", "waiting"), ("active", "later"),
    ]  # fmt: skip
    hr = line.steps[1].seats[0]
    assert (hr.name, hr.role, hr.status) == ("Vũ Hùng", "Bộ phận nhân sự", "yes")
    assert hr.voice is not None
    assert hr.voice.text == "được"
    assert [(seat.name, seat.status, seat.asks) for seat in line.steps[3].seats] == [
        ("Lê Thị Hoa", "yes", ""),
        ("Nguyễn Văn Minh", "waiting", "Trần Thị Lan, thay Nguyễn Văn Minh (đang nghỉ phép)"),
    ]
    assert line.waits_for == ["Trần Thị Lan, thay Nguyễn Văn Minh (đang nghỉ phép)"]
    assert waits_on(cast.company, [row]) == {row.pk: line.waits_for}
    assert line.state_label == "chờ các bên đồng ý"


def test_a_timeline_keeps_the_rounds_before(ask: Ask, cast: Cast) -> None:
    row = speak(acting_user=cast.hung, agreement=ask(), answer="no", text="thiếu KPI")
    line = timeline(row)
    assert (line.returned, [step.status for step in line.steps][1]) == (True, "returned")
    line = timeline(ask())
    assert (line.returned, line.round) == (False, 2)
    assert [(said.who, said.kind, said.text) for said in line.rounds[0].voices] == [
        ("Nguyễn Văn Minh", "proposed", ""), ("Vũ Hùng", "returned", "thiếu KPI"),
    ]  # fmt: skip


def test_a_comment_stands_under_the_step_it_was_made_in(ask: Ask, cast: Cast) -> None:
    row = speak(acting_user=cast.hoa, agreement=ask(), answer="comment", text="khi nào bắt đầu?")
    assert [said.text for said in timeline(row).steps[1].remarks] == ["khi nào bắt đầu?"]


def test_a_step_that_nobody_can_give_says_so(ask: Ask, cast: Cast) -> None:
    from tamnhin.accounts.models import RoleGrant

    RoleGrant.objects.filter(user=cast.hung).delete()
    step = timeline(ask(by=cast.lan, owner="BINH")).steps[1]
    assert (step.status, step.note) == ("skipped", "không có ai giữ việc này nên bước này tự qua")


def test_the_living_agreement_of_each_subject(ask: Ask, cast: Cast) -> None:
    one, other = ask(subject=1), ask(by=cast.lan, owner="SAO", subject=2)
    assert open_of(cast.company, "trial", [1, 2, 3]) == {1: one, 2: other}
    close(acting_user=None, agreement=activate(acting_user=cast.lan, agreement=other))
    assert set(open_of(cast.company, "trial", [1, 2, 3])) == {1}
    assert open_of(cast.other, "trial", [1, 2, 3]) == {}
    assert proposed_by(cast.lan, cast.company) == []
    assert proposed_by(cast.minh, cast.company) == [one]
