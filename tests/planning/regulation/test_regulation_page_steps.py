"""Every step of a version as it is taken on its page, and its papers."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.cast import Cast
from tests.conftest import Browser
from tests.planning.regulation.asking import (
    WRITERS,
    State,
    act,
    only,
    page_of,
    status,
    typed,
    url,
)
from tests.regulation.papers import DAY, PDF, decided, draft, heard, sent

from tamnhin.organisation.access import today
from tamnhin.regulation import services
from tamnhin.regulation.models import Acknowledgement, Event, File

# -- the steps ----------------------------------------------------------------------------------------------------


def test_the_whole_way_through_the_pages(cast: Cast, browser: Browser) -> None:
    version = draft(cast)
    hung, hoa, lan = (browser.of(getattr(cast, name)) for name in ("hung", "hoa", "lan"))
    now = today(cast.company).isoformat()
    assert [one.key for one in page_of(hung, url("version", 1)).acts] == ["send", "withdraw"]
    assert act(hung, version, "send", on=now, who="Công đoàn", channel="Công văn").status_code == 302
    assert act(hoa, version, "opinion", text="Nên có ví dụ.").status_code == 302
    assert [one.text for one in page_of(hoa, url("version", 1)).opinions] == ["Nên có ví dụ."]
    minutes = SimpleUploadedFile("biên bản.pdf", PDF)
    answer = act(hung, version, "meeting", on=now, who="Công đoàn, ban giám đốc", text="Nhất trí.", file=minutes)
    assert answer.status_code == 302
    answer = act(lan, version, "decide", on=now, effective_from=now, signer="Trần Thị Lan", decision="12/QĐ")
    assert answer.status_code == 302
    assert page_of(hung, url("version", 1)).publish_due > today(cast.company)
    assert hoa.get(url("version", 1)).status_code == 404
    assert act(hung, version, "publish", on=now, channel="Bảng tin").status_code == 302
    page = page_of(hoa, url("version", 1))
    assert page.row.standing.key == "in_force"
    assert page.may_acknowledge
    assert [row.kind for row in page.log] == ["published", "decided", "meeting", "sent"]
    assert page.log[2].file.name == "biên bản.pdf"
    assert act(hoa, version, "acknowledge").status_code == 302
    after = page_of(hoa, url("version", 1))
    assert not after.may_acknowledge
    assert after.acknowledged_at == Acknowledgement.objects.get().at
    assert page_of(hung, url("version", 1)).reading == (6, 1)
    assert page_of(hoa, url("version", 1)).reading is None
    assert page_of(hung, url("version", 1)).acts == []


@pytest.mark.parametrize(
    ("key", "given", "field"),
    [
        ("meeting", {"on": "TOMORROW", "who": "x", "text": "y"}, "on"),
        ("meeting", {"on": "nix", "who": "x", "text": "y"}, "on"),
        ("meeting", {"on": "NOW", "who": "", "text": "y"}, "who"),
        ("letter", {"on": "NOW", "who": "Công đoàn"}, "text"),
        ("opinion", {"text": "   "}, "text"),
        ("return", {"reason": ""}, "reason"),
        ("file", {"kind": "minutes"}, "file"),
        ("decide", {"on": "NOW", "effective_from": "YESTERDAY", "signer": "Lan"}, "effective_from"),
        ("decide", {"on": "NOW", "effective_from": "", "signer": "Lan"}, "effective_from"),
    ],
)
def test_a_refusal_is_told_at_its_field_in_an_open_form_and_nothing_is_done(
    cast: Cast, browser: Browser, key: str, given: dict[str, str], field: str
) -> None:
    version = heard(cast)
    now = today(cast.company)
    words = {"NOW": now.isoformat(), "TOMORROW": (now + DAY).isoformat(), "YESTERDAY": (now - DAY).isoformat()}
    before = Event.objects.count()
    answer = act(browser.of(cast.hung), version, key, **{name: words.get(text, text) for name, text in given.items()})
    assert answer.status_code == 422
    shown = next(one for one in answer.context["page"].acts if one.key == key)
    assert shown.is_open
    assert list(shown.form.errors) == [field]
    assert Event.objects.count() == before
    version.refresh_from_db()
    assert version.state == State.CONSULTING


def test_a_bad_file_is_refused_with_everything_else_kept(cast: Cast, browser: Browser) -> None:
    version = sent(cast)
    answer = act(
        browser.of(cast.hung), version, "meeting", on=today(cast.company).isoformat(), who="Công đoàn",
        text="Đã thống nhất ba điểm", file=SimpleUploadedFile("bien-ban.pdf", b"MZ not a pdf"),
    )  # fmt: skip
    assert answer.status_code == 422
    assert "Đã thống nhất ba điểm" in answer.content.decode()
    assert not File.objects.exists()
    assert not Event.objects.filter(kind="meeting").exists()


def test_a_decision_on_a_text_that_has_just_changed_is_stopped(cast: Cast, browser: Browser) -> None:
    version = heard(cast)
    seen = version.revision
    assert browser.of(cast.hung).post(url("edit", 1), typed(version, body="Sửa phút chót")).status_code == 302
    now = today(cast.company).isoformat()
    data = {"act": "decide", "revision": str(seen), "on": now, "effective_from": now, "signer": "Lan"}
    answer = browser.of(cast.lan).post(url("act", 1), data)
    assert answer.status_code == 422
    assert "Vũ Hùng" in answer.content.decode()
    version.refresh_from_db()
    assert version.state == State.CONSULTING


def test_what_the_decision_still_owes_is_listed_before_anybody_presses(cast: Cast, browser: Browser) -> None:
    sent(cast)
    acts = {one.key: one for one in page_of(browser.of(cast.hung), url("version", 1)).acts}
    assert len(acts["decide"].owed) == 1
    assert not acts["decide"].is_open
    assert acts["meeting"].is_open


def test_a_late_publication_is_said_beforehand_and_afterwards(cast: Cast, browser: Browser) -> None:
    now = today(cast.company)
    version = decided(cast, now + DAY, on=now - 20 * DAY)
    hung = browser.of(cast.hung)
    assert page_of(hung, url("version", 1)).overdue
    data = {"act": "publish", "revision": str(version.revision), "on": now.isoformat(), "channel": "Bảng tin"}
    text = hung.post(url("act", 1), data, follow=True).content.decode()
    assert "muộn" in text
    assert Event.objects.filter(kind="late").count() == 1


@pytest.mark.parametrize(
    "key", ["send", "letter", "meeting", "file", "decide", "publish", "return", "withdraw", "nix", ""]
)
def test_an_employee_takes_no_step_but_their_own_words(cast: Cast, browser: Browser, key: str) -> None:
    version = heard(cast)
    before = Event.objects.count()
    assert act(browser.of(cast.hoa), version, key, on="2026-01-01", reason="x").status_code == 404
    assert browser.of(cast.hoa).get(url("act", 1)).status_code == 405
    assert Event.objects.count() == before


def test_withdrawing_what_an_employee_read_takes_it_from_them_and_stays_in_the_list(
    cast: Cast, browser: Browser
) -> None:
    version = sent(cast)
    hung = browser.of(cast.hung)
    assert act(hung, version, "withdraw", reason="Sáp nhập công ty").status_code == 302
    assert browser.of(cast.hoa).get(url("version", 1)).status_code == 404
    page = page_of(hung, url("version", 1))
    assert (page.row.standing.key, page.stages, page.acts) == ("withdrawn", [], [])
    assert page.log[0].text == "Sáp nhập công ty"


def test_many_opinions_begin_with_the_newest_and_all_of_them_are_one_press_away(cast: Cast, browser: Browser) -> None:
    version = sent(cast)
    for i in range(25):
        services.give_opinion(acting_user=cast.hoa, version=version, text=f"Ý {i}")
    hung = browser.of(cast.hung)
    page = page_of(hung, url("version", 1))
    assert (page.opinion_count, len(page.opinions), page.opinions[0].text) == (25, 20, "Ý 24")
    assert len(page_of(hung, page.opinions_more).opinions) == 25


# -- papers -------------------------------------------------------------------------------------------------------


def test_a_paper_comes_as_a_download_that_no_browser_runs(cast: Cast, browser: Browser) -> None:
    version = sent(cast)
    kept = services.attach(acting_user=cast.hung, version=version, kind="minutes", upload=("biên bản “1”.pdf", PDF))
    response = browser.of(cast.hung).get(url("file", kept.pk))
    assert response.status_code == 200
    assert b"".join(response.streaming_content) == PDF  # type: ignore[attr-defined]
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "private, no-store"
    assert status(cast, browser, url("file", kept.pk)) == only(WRITERS | {"thu"})
