"""Decision, publication within three working days, the ways back, and who may take any step."""

from __future__ import annotations

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from tests.cast import Cast
from tests.regulation.papers import DAY, PDF, decided, draft, heard, published, sent
from tests.regulation.refusals import State, code, refusal

from tamnhin.organisation.access import today
from tamnhin.organisation.models import CalendarDay
from tamnhin.organisation.services import change_company
from tamnhin.regulation import services
from tamnhin.regulation.deadlines import calendar_of, days_late, publish_due
from tamnhin.regulation.errors import RegulationError
from tamnhin.regulation.models import Event, File, Version

# -- decision and publication -----------------------------------------------------------------------------------


def test_nothing_is_decided_before_anybody_was_heard(cast: Cast) -> None:
    version = sent(cast)
    now = today(cast.company)
    assert code(
        lambda: services.decide(
            acting_user=cast.lan, version=version, revision=version.revision, on=now, effective_from=now, signer="Lan"
        )
    ) == "REGULATION_NOT_HEARD"  # fmt: skip


def test_nothing_is_published_without_minutes_and_with_them_it_is(cast: Cast) -> None:
    now = today(cast.company)
    version = sent(cast)
    services.give_opinion(acting_user=cast.an, version=version, text="Đồng ý.")
    version = services.decide(
        acting_user=cast.lan, version=version, revision=version.revision, on=now, effective_from=now, signer="Lan"
    )

    def act() -> tuple[Version, object]:
        return services.publish(
            acting_user=cast.hung, version=version, revision=version.revision, on=now, channel="Bảng tin"
        )

    assert code(act) == "REGULATION_NO_MINUTES"
    services.attach(acting_user=cast.hung, version=version, kind=File.Kind.OPINION, upload=("y-kien.pdf", PDF))
    assert code(act) == "REGULATION_NO_MINUTES", "a letter is no minutes"
    services.attach(acting_user=cast.hung, version=version, kind=File.Kind.MINUTES, upload=("bien-ban.pdf", PDF))
    done, late = act()
    assert (done.state, late) == (State.PUBLISHED, None)


def test_what_the_consultation_owes_is_listed_all_at_once(cast: Cast) -> None:
    version = draft(cast)
    assert [one.code for one in services.lacking(version, publishing=True)] == [
        "REGULATION_NOT_SENT", "REGULATION_NOT_HEARD", "REGULATION_NO_MINUTES",
    ]  # fmt: skip


def test_effect_does_not_begin_before_the_decision_or_the_publication(cast: Cast) -> None:
    now = today(cast.company)
    past = now - 5 * DAY
    assert refusal_after_hearing(cast, past - DAY, on=past).problem.code == "REGULATION_EFFECTIVE_BEFORE_DECIDED"
    version = decided(cast, past + DAY, on=past)
    found = refusal(
        lambda: services.publish(
            acting_user=cast.hung, version=version, revision=version.revision, on=now, channel="Bảng tin"
        )
    )
    assert found.problem.code == "REGULATION_EFFECTIVE_BEFORE_PUBLISHED"


def test_nothing_is_published_before_the_day_it_was_decided(cast: Cast) -> None:
    now = today(cast.company)
    version = decided(cast, now + 9 * DAY)
    early = lambda: services.publish(  # noqa: E731
        acting_user=cast.hung, version=version, revision=version.revision, on=now - DAY, channel="Bảng tin"
    )
    assert code(early) == "REGULATION_DAY_OUT_OF_ORDER"


def test_two_versions_never_share_an_effective_date(cast: Cast) -> None:
    day = today(cast.company) + 7 * DAY
    published(cast, day)
    found = refusal_after_hearing(cast, day)
    assert (found.problem.code, found.field) == ("REGULATION_EFFECTIVE_TAKEN", "effective_from")
    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.create(company=cast.company, number=9, title="x", state="decided", effective_from=day)


def refusal_after_hearing(cast: Cast, effective: datetime.date, on: datetime.date | None = None) -> RegulationError:
    version = heard(cast, on=on)
    return refusal(
        lambda: services.decide(
            acting_user=cast.lan, version=version, revision=version.revision, on=on or today(cast.company),
            effective_from=effective, signer="Lan",
        )
    )  # fmt: skip


def test_a_company_may_enter_its_past_at_once_but_not_move_what_was_followed(cast: Cast) -> None:
    now = today(cast.company)
    first = published(cast, now - 100 * DAY, on=now - 100 * DAY)
    second = published(cast, now - 50 * DAY, on=now - 50 * DAY)
    assert second.state == State.PUBLISHED, "both were written down today: nobody has followed either"
    Version.objects.filter(pk__in=[first.pk, second.pk]).update(
        published_at=datetime.datetime.now(datetime.UTC) - 40 * DAY
    )
    found = refusal_after_hearing(cast, now - 10 * DAY, on=now - 10 * DAY)
    assert (found.problem.code, found.problem.args["other"]) == ("REGULATION_HISTORY_MOVES", second.number)
    third = published(cast, now - 200 * DAY, on=now - 200 * DAY)
    assert third.state == State.PUBLISHED, "older than all of them, it moves nothing"


def test_a_decision_goes_back_with_a_reason_and_can_be_made_anew(cast: Cast) -> None:
    now = today(cast.company)
    version = decided(cast, now)
    revision = version.revision
    assert code(
        lambda: services.take_back(acting_user=cast.hung, version=version, revision=revision, reason=" ")
    ) == "REGULATION_REASON_MISSING"  # fmt: skip
    back = services.take_back(acting_user=cast.hung, version=version, revision=revision, reason="Sai ngày hiệu lực")
    assert (back.state, back.decided_on, back.signer) == (State.CONSULTING, None, "")
    again = services.take_back(acting_user=cast.hung, version=back, revision=back.revision, reason="Viết lại Điều 12")
    assert again.state == State.DRAFT
    assert list(version.events.filter(kind="returned").values_list("text", flat=True)) == [
        "Sai ngày hiệu lực", "Viết lại Điều 12",
    ]  # fmt: skip


@pytest.mark.parametrize("act", ["take_back", "withdraw"])
def test_a_published_version_has_no_way_back(cast: Cast, act: str) -> None:
    version = published(cast, today(cast.company))
    service = getattr(services, act)
    refusal(lambda: service(acting_user=cast.lan, version=version, revision=version.revision, reason="Lỡ"))
    version.refresh_from_db()
    assert version.state == State.PUBLISHED


# -- three working days -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decided_on", "due"),
    [
        ("2026-11-02", "2026-11-05"),  # Monday → Thursday
        ("2026-11-05", "2026-11-10"),  # Thursday, over a weekend
        ("2026-02-13", "2026-02-25"),  # the Friday before Tết 2026: the week of 16–20 February is off
        ("2026-04-28", "2026-05-05"),  # over 30/4 and 1/5
    ],
)
def test_the_deadline_counts_working_days_after_the_decision(cast: Cast, decided_on: str, due: str) -> None:
    day = datetime.date.fromisoformat(decided_on)
    assert publish_due(calendar_of(cast.company, day), day) == datetime.date.fromisoformat(due)


def test_the_companys_own_days_count_too(cast: Cast) -> None:
    day = datetime.date(2026, 11, 2)
    CalendarDay.objects.create(company=cast.company, date=day + DAY, kind="holiday")
    assert publish_due(calendar_of(cast.company, day), day) == datetime.date(2026, 11, 6)
    change_company(acting_user=cast.dung, company=cast.company, working_week="mon-sat")
    cast.company.refresh_from_db()
    friday = datetime.date(2026, 11, 6)
    assert publish_due(calendar_of(cast.company, friday), friday) == datetime.date(2026, 11, 10)


def test_being_late_is_counted_in_working_days_and_on_a_day_off_it_is_late_all_the_same(cast: Cast) -> None:
    due = datetime.date(2026, 11, 6)  # a Friday
    calendar = calendar_of(cast.company, due)
    assert [days_late(calendar, due, due + days * DAY) for days in (-1, 0, 1, 3, 4)] == [0, 0, 1, 1, 2]


def test_publishing_late_over_tet_is_said_and_logged_and_still_done(cast: Cast) -> None:
    friday = datetime.date(2026, 2, 13)
    version = decided(cast, datetime.date(2026, 3, 15), on=friday)
    late_day = datetime.date(2026, 2, 27)
    done, warning = services.publish(
        acting_user=cast.hung, version=version, revision=version.revision, on=late_day, channel="Bảng tin"
    )
    assert done.state == State.PUBLISHED
    assert warning is not None
    assert (warning.code, warning.args["due"], warning.args["days"]) == (
        "REGULATION_LATE", datetime.date(2026, 2, 25), 2,
    )  # fmt: skip
    assert version.events.get(kind="late").data == {"due": "2026-02-25", "days": 2}


def test_on_the_last_day_of_the_deadline_nothing_is_late(cast: Cast) -> None:
    version = decided(cast, datetime.date(2026, 3, 15), on=datetime.date(2026, 2, 13))
    _done, warning = services.publish(
        acting_user=cast.hung, version=version, revision=version.revision, on=datetime.date(2026, 2, 25), channel="x"
    )
    assert warning is None
    assert not version.events.filter(kind="late").exists()


# -- who ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["minh", "hoa", "tuan", "thu", "phuc", "quang", "nobody"])
def test_only_hr_the_director_and_administrators_take_a_version_anywhere(cast: Cast, name: str) -> None:
    user = getattr(cast, name)
    version = heard(cast)
    now = today(cast.company)
    revision = version.revision
    ready = decided(cast, now + DAY)
    for act in (
        lambda: services.start(acting_user=user, company=cast.company),
        lambda: services.edit(acting_user=user, version=version, revision=revision, written=services.Written("x", "y")),
        lambda: services.send(acting_user=user, version=version, revision=revision, on=now, channel="x"),
        lambda: services.record_opinion(acting_user=user, version=version, on=now, who="x", text="y"),
        lambda: services.record_meeting(acting_user=user, version=version, on=now, who="x", text="y"),
        lambda: services.attach(acting_user=user, version=version, kind="minutes", upload=("a.pdf", PDF)),
        lambda: services.decide(
            acting_user=user, version=version, revision=revision, on=now, effective_from=now, signer="x"
        ),
        lambda: services.publish(acting_user=user, version=ready, revision=ready.revision, on=now, channel="x"),
        lambda: services.take_back(acting_user=user, version=version, revision=revision, reason="x"),
        lambda: services.withdraw(acting_user=user, version=version, revision=revision, reason="x"),
    ):
        before = Event.objects.count()
        with pytest.raises(PermissionDenied):
            act()
        assert Event.objects.count() == before


@pytest.mark.parametrize("name", ["lan", "hung", "dung"])
def test_each_of_the_three_writes(cast: Cast, name: str) -> None:
    assert services.start(acting_user=getattr(cast, name), company=cast.company).state == State.DRAFT


@pytest.mark.parametrize("name", ["thu", "quang", "nobody"])
def test_an_auditor_and_a_stranger_have_no_opinion_here(cast: Cast, name: str) -> None:
    version = sent(cast)
    with pytest.raises(PermissionDenied):
        services.give_opinion(acting_user=getattr(cast, name), version=version, text="x")
