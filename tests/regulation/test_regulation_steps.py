"""A version's way from draft to decision: what each step leaves on record, and what is refused."""

from __future__ import annotations

import datetime

import pytest
from tests.cast import Cast
from tests.regulation.papers import DAY, PDF, decided, draft, heard, published, sent
from tests.regulation.refusals import State, code, kinds, refusal, rewrite

from tamnhin.base.models import AuditEntry, ChangeRefusedError
from tamnhin.organisation.access import today
from tamnhin.organisation.services import change_company
from tamnhin.regulation import services
from tamnhin.regulation.deadlines import trial_ends
from tamnhin.regulation.errors import RegulationConflictError
from tamnhin.regulation.holding import text_of
from tamnhin.regulation.models import Event, File, Text
from tamnhin.regulation.selectors import in_force, trial_on

# -- the way ----------------------------------------------------------------------------------------------------


def test_a_version_goes_from_draft_to_force_with_each_step_in_its_log_and_in_the_trail(cast: Cast) -> None:
    now = today(cast.company)
    version = published(cast, now + 3 * DAY)
    assert version.state == State.PUBLISHED
    assert kinds(version) == ["created", "edited", "sent", "meeting", "decided", "published"]
    actions = AuditEntry.objects.filter(company=cast.company, object_type="regulation.version")
    assert list(actions.order_by("id").values_list("action", flat=True)) == [
        f"regulation.{kind}" for kind in kinds(version)
    ]
    assert in_force(cast.company, now + 2 * DAY) is None
    held = in_force(cast.company, now + 3 * DAY)
    assert held is not None
    assert (held.number, held.effective_from, held.trial_to) == (1, now + 3 * DAY, None)
    assert in_force(cast.other, now + 3 * DAY) is None


def test_a_later_version_takes_over_on_its_day_and_the_days_before_keep_theirs(cast: Cast) -> None:
    now = today(cast.company)
    published(cast, now)
    published(cast, now + 10 * DAY)
    numbers = [in_force(cast.company, now + days * DAY) for days in (0, 9, 10, 400)]
    assert [one.number if one else None for one in numbers] == [1, 1, 2, 2]


def test_the_built_in_text_is_filled_with_the_companys_own_settings(cast: Cast) -> None:
    change_company(acting_user=cast.dung, company=cast.company, cap=150.0, proration="calendar_days")
    cast.company.refresh_from_db()
    text = text_of(services.start(acting_user=cast.hung, company=cast.company))
    for words in ("Công ty Sao", "cao nhất 150\u00a0%", "số ngày theo lịch", "mức trần 120\u00a0%"):
        assert words in text.body
    assert "calendar days" in text.body_en
    assert "{" not in text.body + text.body_en


def test_a_copy_begins_with_the_words_of_the_version_it_comes_from_and_takes_the_next_number(cast: Cast) -> None:
    first = published(cast, today(cast.company))
    copy = services.start(acting_user=cast.lan, company=cast.company, copied=first)
    assert (copy.number, copy.based_on, copy.state) == (2, first, State.DRAFT)
    assert text_of(copy).body == text_of(first).body
    assert (copy.effective_from, copy.published_on) == (None, None)


def test_the_number_of_a_withdrawn_version_is_not_given_again(cast: Cast) -> None:
    version = draft(cast)
    services.withdraw(acting_user=cast.hung, version=version, revision=version.revision, reason="Làm lại từ đầu")
    assert services.start(acting_user=cast.hung, company=cast.company).number == 2
    version.refresh_from_db()
    assert version.state == State.WITHDRAWN
    assert code(lambda: sent(cast, version)) == "REGULATION_WRONG_STATE"


# -- writing ----------------------------------------------------------------------------------------------------


def test_every_text_that_stood_there_is_kept(cast: Cast) -> None:
    version = sent(cast, draft(cast, "Bản gửi đi"))
    seen = version.revision
    rewrite(cast, version, "Bản sau góp ý")
    version.refresh_from_db()
    assert text_of(version).body == "Bản sau góp ý"
    assert text_of(version, seen).body == "Bản gửi đi"


def test_what_stays_the_same_writes_nothing(cast: Cast) -> None:
    version = draft(cast)
    before = (version.revision, Text.objects.count(), Event.objects.count())
    rewrite(cast, version, text_of(version).body)
    version.refresh_from_db()
    assert (version.revision, Text.objects.count(), Event.objects.count()) == before


def test_a_new_date_alone_makes_no_new_text(cast: Cast) -> None:
    version = draft(cast)
    texts = Text.objects.count()
    rewrite(cast, version, text_of(version).body, effective_from=today(cast.company))
    assert Text.objects.count() == texts
    assert version.events.last().data == {"changed": ["effective_from"]}


def test_the_second_of_two_writers_is_told_who_was_quicker(cast: Cast) -> None:
    version = draft(cast)
    seen = version.revision
    rewrite(cast, version, "Hùng sửa trước")
    late = services.Written("Quy chế", "Lan sửa sau")
    with pytest.raises(RegulationConflictError) as caught:
        services.edit(acting_user=cast.lan, version=version, revision=seen, written=late)
    assert "Vũ Hùng" in caught.value.texts("vi")[0]
    assert text_of(version).body == "Hùng sửa trước"


@pytest.mark.parametrize("state", [State.DECIDED, State.PUBLISHED])
def test_a_decided_or_published_text_is_not_edited(cast: Cast, state: str) -> None:
    now = today(cast.company)
    version = decided(cast, now) if state == State.DECIDED else published(cast, now)
    found = code(lambda: rewrite(cast, version, "Khác"))
    assert found == ("REGULATION_WRONG_STATE" if state == State.DECIDED else "REGULATION_PUBLISHED_STAYS")


def test_log_texts_files_and_acknowledgements_are_append_only(cast: Cast) -> None:
    version = published(cast, today(cast.company))
    services.acknowledge(acting_user=cast.hoa, version=version)
    for rows in (version.events, version.texts, version.files, version.acknowledgements):
        row = rows.first()
        assert row is not None
        with pytest.raises(ChangeRefusedError):
            row.save()
        with pytest.raises(ChangeRefusedError):
            row.delete()
        with pytest.raises(ChangeRefusedError):
            rows.update(at=None)


# -- the trial --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2027-01-01", "2027-03-30", "REGULATION_TRIAL_LENGTH"),
        ("2027-01-01", "2027-03-31", ""),
        ("2027-01-01", "2027-12-31", ""),
        ("2027-01-01", "2028-01-01", "REGULATION_TRIAL_LENGTH"),
        ("2026-12-31", "2027-06-30", "REGULATION_TRIAL_BEFORE_EFFECT"),
        ("2027-01-01", "", "REGULATION_TRIAL_HALF"),
        ("", "2027-06-30", "REGULATION_TRIAL_HALF"),
    ],
)
def test_a_trial_takes_three_to_twelve_months_within_the_effect(
    cast: Cast, start: str, end: str, expected: str
) -> None:
    version = draft(cast)
    days = {name: datetime.date.fromisoformat(text) if text else None
            for name, text in (("trial_from", start), ("trial_to", end))}  # fmt: skip

    def act() -> object:
        return rewrite(cast, version, "Nội dung", effective_from=datetime.date(2027, 1, 1), **days)

    if expected:
        assert code(act) == expected
    else:
        act()
        version.refresh_from_db()
        assert (version.trial_from, version.trial_to) == (days["trial_from"], days["trial_to"])


def test_a_trial_that_begins_at_the_end_of_a_long_month_ends_within_a_short_one(cast: Cast) -> None:
    assert trial_ends(datetime.date(2026, 11, 30)) == (datetime.date(2027, 2, 27), datetime.date(2027, 11, 29))


def test_during_the_trial_it_is_shown_and_not_paid_and_the_next_version_ends_it(cast: Cast) -> None:
    now = today(cast.company)
    end = trial_ends(now + DAY)[1]
    version = draft(cast)
    rewrite(cast, version, "Có chạy thử", effective_from=now, trial_from=now + DAY, trial_to=end)
    version.refresh_from_db()
    published(cast, now, version)
    assert [trial_on(cast.company, day) for day in (now, now + DAY, end, end + DAY)] == [False, True, True, False]
    held = in_force(cast.company, now + DAY)
    assert held is not None
    assert held.trial_to == end
    published(cast, now + 30 * DAY)
    assert not trial_on(cast.company, now + 30 * DAY)


# -- consultation -----------------------------------------------------------------------------------------------


def test_an_empty_text_is_not_sent(cast: Cast) -> None:
    version = services.start(acting_user=cast.hung, company=cast.company, source="blank")
    assert code(lambda: sent(cast, version)) == "REGULATION_EMPTY"


def test_a_text_that_changed_under_the_reader_is_not_sent_or_decided(cast: Cast) -> None:
    version = heard(cast)
    seen = version.revision
    rewrite(cast, version, "Vừa sửa xong")
    now = today(cast.company)

    def late() -> object:
        return services.decide(
            acting_user=cast.lan, version=version, revision=seen, on=now, effective_from=now, signer="Lan"
        )

    assert isinstance(refusal(late), RegulationConflictError)


def test_a_draft_that_was_changed_is_sent_again_and_both_times_stay(cast: Cast) -> None:
    version = sent(cast)
    rewrite(cast, version, "Sau góp ý")
    version.refresh_from_db()
    sent(cast, version)
    assert [event.revision for event in version.events.filter(kind="sent")] == [2, 3]


def test_nothing_is_recorded_for_a_day_ahead_or_before_the_draft_went_out(cast: Cast) -> None:
    now = today(cast.company)
    version = sent(cast)

    def meeting(on: datetime.date) -> object:
        return services.record_meeting(acting_user=cast.hung, version=version, on=on, who="Công đoàn", text="")

    assert code(lambda: meeting(now + DAY)) == "REGULATION_DAY_AHEAD"
    assert code(lambda: meeting(now - DAY)) == "REGULATION_DAY_OUT_OF_ORDER"


def test_an_employee_says_what_they_think_while_it_is_asked_and_not_before_or_after(cast: Cast) -> None:
    version = draft(cast)

    def speak() -> Event:
        return services.give_opinion(acting_user=cast.hoa, version=version, text="Nên có ví dụ cho kho.")

    assert code(speak) == "REGULATION_WRONG_STATE"
    sent(cast, version)
    assert speak().by == cast.hoa
    assert code(lambda: services.give_opinion(acting_user=cast.hoa, version=version, text="  ")) == (
        "REGULATION_WORDS_MISSING"
    )
    now = today(cast.company)
    services.decide(
        acting_user=cast.lan, version=version, revision=version.revision, on=now, effective_from=now, signer="Lan"
    )
    assert code(speak) == "REGULATION_WRONG_STATE"


def test_a_letter_needs_words_or_a_file(cast: Cast) -> None:
    version = sent(cast)
    now = today(cast.company)

    def letter(upload: tuple[str, bytes] | None) -> Event:
        return services.record_opinion(
            acting_user=cast.hung, version=version, on=now, who="Công đoàn cơ sở", upload=upload
        )

    assert code(lambda: letter(None)) == "REGULATION_WORDS_MISSING"
    kept = letter(("góp ý.pdf", PDF)).file
    assert kept is not None
    assert (kept.kind, kept.name, bytes(kept.content)) == ("opinion", "góp ý.pdf", PDF)


def test_a_file_that_is_not_taken_leaves_no_meeting_behind(cast: Cast) -> None:
    version = sent(cast)

    def act() -> object:
        return services.record_meeting(
            acting_user=cast.hung, version=version, on=today(cast.company), who="Công đoàn", text="Họp",
            upload=("bien-ban.pdf", b"MZ not a pdf"),
        )  # fmt: skip

    found = refusal(act)
    assert (found.problem.code, found.field) == ("REGULATION_FILE_KIND", "file")
    assert not File.objects.exists()
