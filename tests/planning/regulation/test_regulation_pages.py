"""Who gets which page of the regulation; a version is begun and written."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from tests.cast import Cast
from tests.conftest import Browser
from tests.planning.regulation.asking import (
    MEMBERS,
    WRITERS,
    act,
    only,
    page_of,
    status,
    typed,
    url,
)
from tests.regulation.papers import decided, draft, published, sent

from tamnhin.accounts.models import Role
from tamnhin.accounts.services import add_member, grant_role
from tamnhin.organisation.access import today
from tamnhin.organisation.services import create_company
from tamnhin.regulation import services
from tamnhin.regulation.holding import text_of
from tamnhin.regulation.models import Event, File, Version

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
    assert page_of(minh, url("version", 1)).readers_url == url("readers", 1)
    assert page_of(browser.of(cast.hoa), url("version", 1)).readers_url == ""
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
