"""The pages of the regulation as people use them: reading, writing, every step, comparing, and who has read."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import Cast, member
from tests.conftest import Browser
from tests.regulation.papers import DAY, PDF, decided, draft, heard, published, sent

from tamnhin.accounts.models import Role
from tamnhin.accounts.services import add_member, grant_role
from tamnhin.organisation.access import today
from tamnhin.organisation.models import Unit
from tamnhin.organisation.services import create_company
from tamnhin.regulation import services
from tamnhin.regulation.holding import text_of
from tamnhin.regulation.models import Acknowledgement, Event, File, Version

MEMBERS = ("lan", "minh", "hoa", "an", "binh", "hung", "tuan", "thu", "dung", "phuc")
WRITERS = {"lan", "hung", "dung"}
STRANGERS = ("quang", "nobody")
State = Version.State


def url(name: str, *args: object, **query: str) -> str:
    address = reverse(f"regulation_{name}" if name else "regulation", args=args)
    return f"{address}?{'&'.join(f'{key}={value}' for key, value in query.items())}" if query else address


def page_of(client: Client, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200
    return response.context["page"]


def act(client: Client, version: Version, key: str, **given: Any) -> Any:
    version.refresh_from_db()
    data = {"act": key, "revision": str(version.revision), **given}
    return client.post(url("act", version.number), data)


def typed(version: Version, **given: str) -> dict[str, str]:
    version.refresh_from_db()
    text = text_of(version)
    kept = {"title": version.title, "body": text.body, "body_en": text.body_en, "summary": version.summary}
    return {"revision": str(version.revision), **kept, **given}


def status(cast: Cast, browser: Browser, address: str) -> dict[str, int]:
    return {name: browser.of(getattr(cast, name)).get(address).status_code for name in (*MEMBERS, *STRANGERS)}


def queries(client: Client, address: str) -> int:
    """How many the page takes when it has been shown before."""
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        client.get(address)
    return len(caught)


def only(names: set[str]) -> dict[str, int]:
    return {name: 200 if name in names else 404 for name in (*MEMBERS, *STRANGERS)}


# -- who gets which page ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "readers"),
    [
        (draft, WRITERS | {"thu"}),
        (sent, set(MEMBERS)),
        (lambda cast: decided(cast, today(cast.company)), WRITERS | {"thu"}),
        (lambda cast: published(cast, today(cast.company)), set(MEMBERS)),
    ],
    ids=["draft", "consulting", "decided", "published"],
)
def test_a_version_is_there_for_those_it_is_shown_to_and_for_nobody_else(
    cast: Cast, browser: Browser, make: Callable[[Cast], Version], readers: set[str]
) -> None:
    version = make(cast)
    assert status(cast, browser, url("version", version.number)) == only(readers)
    listed = {name for name in MEMBERS if page_of(browser.of(getattr(cast, name)), url("")).rows}
    assert listed == readers


def test_only_writers_reach_the_desk(cast: Cast, browser: Browser) -> None:
    version = draft(cast)
    assert status(cast, browser, url("edit", version.number)) == only(WRITERS)
    # Quang directs another company, and begins versions there
    assert status(cast, browser, url("new")) == {**only(WRITERS), "quang": 200}


def test_heads_see_who_has_read_in_their_own_unit_writers_and_auditors_everywhere(cast: Cast, browser: Browser) -> None:
    version = published(cast, today(cast.company))
    assert status(cast, browser, url("readers", version.number)) == only(WRITERS | {"thu", "minh"})
    minh = browser.of(cast.minh)
    assert page_of(minh, url("readers", version.number)).total.name == "Kinh doanh"
    assert minh.get(url("readers", version.number, unit="KD1")).status_code == 200
    for outside in ("SX", "SAO", "TRANG", "NIX"):
        assert minh.get(url("readers", version.number, unit=outside)).status_code == 404
        assert minh.get(url("readers_file", version.number, unit=outside)).status_code == 404
    assert browser.of(cast.hoa).get(url("readers_file", version.number)).status_code == 404


def test_nobody_is_asked_to_confirm_what_is_not_published(cast: Cast, browser: Browser) -> None:
    version = sent(cast)
    assert browser.of(cast.hung).get(url("readers", version.number)).status_code == 404
    assert browser.of(cast.hung).get(url("readers_file", version.number)).status_code == 404


def test_an_outsider_finds_nothing_of_ours_under_the_same_numbers(cast: Cast, browser: Browser) -> None:
    version = published(cast, today(cast.company))
    kept = File.objects.get()
    quang = browser.of(cast.quang)
    for address in (
        url("version", 1), url("compare", 1, against="1"), url("readers", 1), url("readers_file", 1),
        url("edit", 1), url("file", kept.pk),
    ):  # fmt: skip
        assert quang.get(address).status_code == 404
    assert act(quang, version, "acknowledge").status_code == 404
    text = quang.get(url("")).content.decode()
    assert "Công ty Sao" not in text
    assert "Phiên bản 1" not in text
    assert browser.of(cast.nobody).get(url("")).status_code == 404
    assert Client().get(url("")).status_code == 302


def test_an_auditor_reads_everything_and_has_nothing_to_press(cast: Cast, browser: Browser) -> None:
    version = sent(cast)
    thu = browser.of(cast.thu)
    text = thu.get(url("version", version.number)).content.decode()
    assert 'name="act"' not in text
    assert url("edit", version.number) not in text
    for key in ("opinion", "send", "decide", "acknowledge"):
        assert act(thu, version, key, text="x", on="2026-01-01").status_code == 404
    assert not Event.objects.filter(by=cast.thu).exists()


# -- a company from nothing ---------------------------------------------------------------------------------------


def test_a_company_without_anything_begins_here(db: None, browser: Browser) -> None:
    company = create_company(acting_user=None, code="MOI", name="Công ty Mới")
    boss = add_member(acting_user=None, company_id=company.pk, email="sep@moi.vn", name="Sếp")
    grant_role(acting_user=None, company_id=company.pk, user=boss, role=Role.ADMIN)
    client = browser.of(boss)
    assert "Soạn phiên bản đầu tiên" in client.get(url("")).content.decode()
    made = client.post(url("new"), {"source": "template"})
    assert (made.status_code, made["Location"]) == (302, url("edit", 1))
    for address in (url("edit", 1), url("version", 1), url("")):
        assert client.get(address).status_code == 200
    assert "Công ty Mới" in text_of(Version.objects.get()).body


def test_a_version_is_begun_from_the_built_in_text_a_blank_page_or_another_version(
    cast: Cast, browser: Browser
) -> None:
    published(cast, today(cast.company))
    lan = browser.of(cast.lan)
    offered = page_of(lan, url("new"))
    assert [value for value, _label, _hint in offered.sources] == ["1", "template", "blank"]
    assert offered.chosen == "1"
    for source in ("1", "template", "blank"):
        assert lan.post(url("new"), {"source": source}).status_code == 302
    bodies = [text_of(version).body for version in Version.objects.order_by("number")]
    assert bodies[1] == bodies[0]
    assert "Công ty Sao" in bodies[2]
    assert bodies[3] == ""


@pytest.mark.parametrize("source", ["", "99", "nix", "-1", "9" * 30])
def test_a_version_begun_from_nowhere_is_refused(cast: Cast, browser: Browser, source: str) -> None:
    assert browser.of(cast.hung).post(url("new"), {"source": source}).status_code == 422
    assert not Version.objects.exists()


# -- writing ------------------------------------------------------------------------------------------------------


def test_a_writer_saves_and_reads_what_they_wrote(cast: Cast, browser: Browser) -> None:
    version = draft(cast)
    hung = browser.of(cast.hung)
    data = typed(version, body="## Điều 1\r\n\r\n1. Một\r\n", summary="Bản đầu", effective_from="2027-01-01")
    assert hung.post(url("edit", 1), data).status_code == 302
    page = page_of(hung, url("version", 1))
    assert [block.plain for block in page.words.blocks] == ["Điều 1", "Một"]
    assert ("Dự kiến hiệu lực", "từ 01/01/2027") in page.facts
    assert text_of(version).body == "## Điều 1\n\n1. Một"


def test_a_trial_too_short_is_told_at_its_field_and_nothing_typed_is_lost(cast: Cast, browser: Browser) -> None:
    version = draft(cast)
    data = typed(version, body="Chữ vừa gõ", trial_from="2027-01-01", trial_to="2027-02-01")
    response = browser.of(cast.hung).post(url("edit", 1), data)
    assert response.status_code == 422
    form = response.context["page"].form
    assert list(form.errors) == ["trial_to"]
    assert "31/03/2027" in form.errors["trial_to"][0]
    assert "Chữ vừa gõ" in response.content.decode()
    version.refresh_from_db()
    assert version.trial_from is None


def test_the_second_writer_sees_the_difference_and_may_then_save(cast: Cast, browser: Browser) -> None:
    version = draft(cast, "Một\nHai")
    mine = typed(version, body="Một\nHai của Lan")
    theirs = typed(version, body="Một của Hùng\nHai")
    assert browser.of(cast.hung).post(url("edit", 1), theirs).status_code == 302
    lan = browser.of(cast.lan)
    response = lan.post(url("edit", 1), mine)
    assert response.status_code == 422
    page = response.context["page"]
    assert page.conflict.changed == 2
    assert "Vũ Hùng" in str(page.form.non_field_errors())
    assert text_of(version).body == "Một của Hùng\nHai"
    again = {**mine, "revision": str(page.revision)}
    assert lan.post(url("edit", 1), again).status_code == 302
    assert text_of(version).body == "Một\nHai của Lan"


def test_a_published_text_leads_back_to_itself_and_refuses_a_save(cast: Cast, browser: Browser) -> None:
    version = published(cast, today(cast.company))
    hung = browser.of(cast.hung)
    assert hung.get(url("edit", 1))["Location"] == url("version", 1)
    before = text_of(version).body
    assert hung.post(url("edit", 1), typed(version, body="Khác")).status_code == 422
    assert text_of(version).body == before


def test_the_preview_shows_the_text_as_read_with_hints_and_keeps_nothing(cast: Cast, browser: Browser) -> None:
    before = Event.objects.count()
    data = {"body": "## Điều 1\n\n1. Đi muộn bị phạt tiền. <script>x</script>"}
    text = browser.of(cast.hung).post(url("preview"), data).content.decode()
    assert '<h3 id="s1"' in text
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    assert "Điều 127" in text
    assert "<html" not in text
    assert browser.of(cast.hoa).post(url("preview"), data).status_code == 404
    assert Event.objects.count() == before


def test_what_people_write_is_never_markup(cast: Cast, browser: Browser) -> None:
    evil = "<img src=x onerror=alert(1)>"
    version = sent(cast, draft(cast, f"# {evil}\n\n1. **{evil}**\n\n| {evil} |\n|---|\n| {evil} |"))
    services.give_opinion(acting_user=cast.hung, version=version, text=evil)
    services.start(acting_user=cast.hung, company=cast.company, source="blank")
    hung = browser.of(cast.hung)
    for address in (url("version", 1), url("edit", 1), url("compare", 1, against="2"), url("")):
        assert "<img" not in hung.get(address).content.decode()


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


# -- the text in two languages, and two texts beside each other -------------------------------------------------------


def test_an_english_reader_gets_the_english_text_and_may_turn_to_the_one_that_binds(
    cast: Cast, browser: Browser
) -> None:
    version = services.start(acting_user=cast.hung, company=cast.company)
    cast.hung.language = "en"
    cast.hung.save()
    hung = browser.of(cast.hung)
    page = page_of(hung, url("version", version.number))
    assert page.words.language == "en"
    assert page.words.blocks[0].plain == "I. General"
    assert page_of(hung, page.words.other_url).words.blocks[0].plain == "Chương I. Những điều chung"


def test_two_versions_stand_beside_each_other_or_in_one_column(cast: Cast, browser: Browser) -> None:
    first = published(cast, today(cast.company), draft(cast, "Khiếu nại trong 10 ngày"))
    copy = services.start(acting_user=cast.hung, company=cast.company, copied=first)
    hung = browser.of(cast.hung)
    assert hung.post(url("edit", 2), typed(copy, body="Khiếu nại trong 15 ngày")).status_code == 302
    for view in ("", "inline"):
        response = hung.get(url("compare", 2, against="1", view=view))
        text = re.sub(r"\s+", " ", response.content.decode())
        assert "<del>10</del>" in text
        assert "<ins>15</ins>" in text
        assert response.context["page"].diff.changed == 1
    links = {link.label for link in page_of(hung, url("version", 2)).compare}
    assert links == {"So với phiên bản 1"}


def test_a_decided_text_stands_beside_what_was_sent_out(cast: Cast, browser: Browser) -> None:
    version = sent(cast, draft(cast, "Bản gửi đi"))
    hung = browser.of(cast.hung)
    assert hung.post(url("edit", 1), typed(version, body="Bản sau góp ý")).status_code == 302
    page = page_of(hung, url("compare", 1, against="sent"))
    assert page.before == "Bản gửi lấy ý kiến"
    assert not page.diff.is_same
    assert browser.of(cast.hoa).get(url("compare", 1, against="sent")).status_code == 404


@pytest.mark.parametrize("against", ["2", "99", "nix", "sent", ""])
def test_nothing_is_compared_with_what_the_reader_may_not_see(cast: Cast, browser: Browser, against: str) -> None:
    published(cast, today(cast.company))
    draft(cast)
    assert browser.of(cast.hoa).get(url("compare", 1, against=against)).status_code == 404


# -- who has read -------------------------------------------------------------------------------------------------


def test_units_count_their_whole_branch_and_open_one_by_one(cast: Cast, browser: Browser) -> None:
    version = published(cast, today(cast.company))
    services.acknowledge(acting_user=cast.an, version=version)
    hung = browser.of(cast.hung)
    page = page_of(hung, url("readers", 1))
    assert (page.total.asked, page.total.read) == (6, 1)
    assert {unit.name: (unit.asked, unit.read) for unit in page.units} == {
        "Trực tiếp tại Công ty Sao": (1, 0), "Kinh doanh": (3, 1), "Sản xuất": (1, 0), "Hành chính nhân sự": (1, 0),
    }  # fmt: skip
    assert [person.code for person in page.people] == ["BINH", "HOA", "HUNG", "LAN", "MINH"]
    branch = page_of(hung, next(unit.url for unit in page.units if unit.name == "Kinh doanh"))
    assert (branch.total.asked, branch.total.read) == (3, 1)
    assert {unit.name: (unit.asked, unit.read) for unit in branch.units} == {
        "Trực tiếp tại Kinh doanh": (2, 0), "Nhóm Bắc": (1, 1),
    }  # fmt: skip
    assert [person.code for person in branch.people] == ["HOA", "MINH"]
    assert [link.label for link in branch.crumbs] == ["Toàn công ty"]


def test_those_who_have_not_read_come_page_by_page_and_each_once(cast: Cast, browser: Browser) -> None:
    published(cast, today(cast.company))
    hung = browser.of(cast.hung)
    few = queries(hung, url("readers", 1))
    for i in range(60):
        member(cast.company, f"NV{i:02}", f"Người {i:02}", cast.team)
    first = page_of(hung, url("readers", 1))
    second = page_of(hung, first.following)
    assert (len(first.people), len(second.people), second.following) == (50, 16, "")
    assert len({person.code for person in [*first.people, *second.people]}) == 66
    assert page_of(hung, url("readers", 1, page="99")).first == 51
    assert queries(hung, url("readers", 1)) == few


def test_the_reminder_list_is_the_same_people_and_no_formula_gets_into_it(cast: Cast, browser: Browser) -> None:
    version = published(cast, today(cast.company))
    services.acknowledge(acting_user=cast.an, version=version)
    member(cast.company, "X1", "=HYPERLINK(1)", cast.team)
    response = browser.of(cast.hung).get(url("readers_file", 1))
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["Mã", "Họ tên", "Chức danh", "Đơn vị", "Thư điện tử"]
    assert {row[0] for row in rows[1:]} == {"BINH", "HOA", "HUNG", "LAN", "MINH", "X1"}
    assert ["X1", "'=HYPERLINK(1)", "", "Nhóm Bắc", "x1@sao.vn"] in rows
    branch = browser.of(cast.minh).get(url("readers_file", 1))
    codes = {line.split(",")[0] for line in b"".join(branch.streaming_content).decode().splitlines()[1:]}  # type: ignore[attr-defined]
    assert codes == {"HOA", "MINH", "X1"}


def test_the_list_of_versions_takes_the_same_queries_for_one_as_for_many(cast: Cast, browser: Browser) -> None:
    published(cast, today(cast.company))
    hung = browser.of(cast.hung)
    few = queries(hung, url(""))
    for _time in range(6):
        draft(cast)
    page = page_of(hung, url(""))
    assert len(page.rows) == 7
    assert page.holding.number == 1
    assert page.reading == (6, 0)
    assert queries(hung, url("")) == few


def test_a_company_with_two_roots_is_counted_root_by_root(cast: Cast, browser: Browser) -> None:
    version = published(cast, today(cast.company))
    Unit.objects.filter(pk=cast.factory.pk).update(parent=None, path=f"/{cast.factory.pk}/")
    page = page_of(browser.of(cast.dung), url("readers", version.number))
    assert {unit.name: unit.asked for unit in page.units} == {"Công ty Sao": 5, "Sản xuất": 1}
    assert page.total.asked == 6
