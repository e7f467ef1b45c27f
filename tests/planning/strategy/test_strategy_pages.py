"""Vision, perspectives and cycles as pages: who reads, who writes, what a refusal keeps."""

from __future__ import annotations

import pytest
from django.urls import reverse
from tests.cast import Cast
from tests.conftest import Browser
from tests.dashboards.furnished import ROLES, Furnished

from tamnhin.organisation.models import Company
from tamnhin.strategy.models import Cycle, Perspective, Statement

PAGES = ("strategy", "statements", "perspectives", "cycles", "goal_list")
WRITERS = ("lan", "hung", "dung")


@pytest.mark.parametrize("name", PAGES)
def test_every_member_reads_and_nobody_else(name: str, sao: Furnished, browser: Browser) -> None:
    for role in ROLES:
        assert browser.of(sao.user(role)).get(reverse(name)).status_code == 200
    assert browser.of(sao.cast.nobody).get(reverse(name)).status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_a_company_without_a_kpi_has_the_page_too(name: str, cast: Cast, browser: Browser) -> None:
    assert browser.of(cast.lan).get(reverse(name)).status_code == 200


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("statements", {"text": "Một", "expected": "0"}),
        ("perspectives", {"act": "add", "name": "Môi trường"}),
        ("cycles", {"act": "save", "kind": "year", "valid_from": "2026-01-01", "valid_to": "2026-12-31"}),
    ],
)
def test_only_the_top_finds_anything_to_post_to(name: str, data: dict[str, str], cast: Cast, browser: Browser) -> None:
    for role in ROLES:
        answer = browser.of(getattr(cast, role)).post(reverse(name), data)
        # the second writer's is refused with a word (taken, or somebody was quicker); the others find no such page
        assert answer.status_code in ((302, 422) if role in WRITERS else (404,))
    assert browser.of(cast.quang).post(reverse(name), data).status_code in (302, 422)  # of their own company
    rows = {"statements": Statement, "perspectives": Perspective, "cycles": Cycle}[name]
    assert rows.objects.filter(company=cast.other).exists()


def test_the_overview_shows_another_company_nothing_of_ours(cast: Cast, browser: Browser) -> None:
    browser.of(cast.lan).post(reverse("statements"), {"text": "Sữa cho mọi nhà", "expected": "0"})
    assert "Sữa cho mọi nhà" in browser.of(cast.hoa).get(reverse("strategy")).content.decode()
    assert "Sữa cho mọi nhà" not in browser.of(cast.quang).get(reverse("strategy")).content.decode()


def test_a_second_version_shows_what_changed_and_why(cast: Cast, browser: Browser) -> None:
    lan = browser.of(cast.lan)
    lan.post(reverse("statements"), {"text": "Sữa sạch cho một triệu nhà", "expected": "0"})
    answer = lan.post(
        reverse("statements"), {"text": "Sữa tươi cho một triệu nhà", "reason": "Rõ sản phẩm", "expected": "1"}
    )
    assert answer.status_code == 302
    page = browser.of(cast.an).get(reverse("statements")).context["page"]
    assert page.form is None
    assert [(piece.kind, piece.text) for piece in page.versions[0].pieces if piece.kind != "same"] == [
        ("removed", "sạch"), ("added", "tươi"),
    ]  # fmt: skip
    assert (page.versions[0].reason, page.versions[0].who) == ("Rõ sản phẩm", "Trần Thị Lan")


def test_a_second_version_without_a_reason_keeps_what_was_typed(cast: Cast, browser: Browser) -> None:
    lan = browser.of(cast.lan)
    lan.post(reverse("statements"), {"text": "Một", "expected": "0"})
    answer = lan.post(reverse("statements"), {"text": "Hai, viết rất lâu", "expected": "1"})
    assert answer.status_code == 422
    assert "Hai, viết rất lâu" in answer.content.decode()
    assert answer.context["page"].form.errors.keys() == {"reason"}
    assert Statement.objects.count() == 1


def test_two_who_write_at_once_see_each_others_words(cast: Cast, browser: Browser) -> None:
    lan, hung = browser.of(cast.lan), browser.of(cast.hung)
    lan.post(reverse("statements"), {"text": "Một", "expected": "0"})
    hung.post(reverse("statements"), {"text": "Của Hùng", "reason": "a", "expected": "1"})
    answer = lan.post(reverse("statements"), {"text": "Của Lan", "reason": "b", "expected": "1"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Của Hùng" in text
    assert "Của Lan" in text
    assert Company.objects.get(pk=cast.company.pk).vision == "Của Hùng"
    expected = answer.context["page"].form["expected"].value()
    again = lan.post(reverse("statements"), {"text": "Của Lan", "reason": "b", "expected": expected})
    assert again.status_code == 302
    assert Statement.objects.count() == 3


def test_words_of_a_file_are_shown_as_the_first_version_before_anybody_writes(cast: Cast, browser: Browser) -> None:
    Company.objects.filter(pk=cast.company.pk).update(mission="Từ tệp")
    page = browser.of(cast.hoa).get(reverse("statements"), {"kind": "mission"}).context["page"]
    assert [(version.number, version.text, version.who) for version in page.versions] == [(1, "Từ tệp", "")]
    assert not Statement.objects.exists()
    assert browser.of(cast.hoa).get(reverse("statements"), {"kind": "slogan"}).status_code == 404


def test_a_name_that_is_taken_is_said_at_its_row(cast: Cast, browser: Browser) -> None:
    lan = browser.of(cast.lan)
    lan.get(reverse("perspectives"))
    answer = lan.post(reverse("perspectives"), {"act": "rename", "code": "financial", "name": "Khách hàng"})
    assert answer.status_code == 422
    row = answer.context["page"].rows[0]
    assert "name" in row.form.errors
    lan.post(reverse("perspectives"), {"act": "rename", "code": "financial", "name": "Tiền", "name_en": "Money"})
    lan.post(reverse("perspectives"), {"act": "down", "code": "financial"})
    names = [row.name for row in lan.get(reverse("perspectives")).context["page"].rows]
    assert names == ["Khách hàng", "Tiền", "Quy trình nội bộ", "Học hỏi & phát triển"]
    assert lan.post(reverse("perspectives"), {"act": "archive", "code": "lạ"}).status_code == 404
    assert lan.post(reverse("perspectives"), {"act": "bay", "code": "financial"}).status_code == 404


def test_a_lane_in_use_is_not_archived_and_the_page_says_by_what(sao: Furnished, browser: Browser) -> None:
    lan = browser.of(sao.cast.lan)
    lan.get(reverse("perspectives"))
    answer = lan.post(reverse("perspectives"), {"act": "archive", "code": "financial"})
    assert answer.status_code == 422
    assert "REV" in str(answer.context["page"].refused.non_field_errors())


def test_three_years_propose_what_lies_inside_and_make_what_is_ticked(cast: Cast, browser: Browser) -> None:
    lan = browser.of(cast.lan)
    dates = {"kind": "strategic", "valid_from": "2026-01-01", "valid_to": "2028-12-31"}
    ahead = lan.get(reverse("cycles"), {**dates, "halves": "1"}).context["page"]
    assert [one.key for one in ahead.suggestions][:4] == ["2026", "2026-H1", "2026-H2", "2026-Q1"]
    fragment = lan.get(reverse("cycles"), dates, HTTP_HX_REQUEST="true")
    assert fragment.content.decode().lstrip().startswith('<div id="suggestions">')
    answer = lan.post(reverse("cycles"), {**dates, "act": "save", "keys": ["2026", "2026-Q4"]})
    assert answer.status_code == 302
    rows = lan.get(reverse("cycles")).context["page"].rows
    assert [(row.code, row.depth) for row in rows] == [("2026-2028", 0), ("2026", 1), ("2026-Q4", 2)]


def test_a_cycle_that_is_refused_keeps_the_dates_and_the_ticks(cast: Cast, browser: Browser) -> None:
    lan = browser.of(cast.lan)
    data = {"kind": "year", "valid_from": "2026-01-01", "valid_to": "2027-06-30", "act": "save"}
    answer = lan.post(reverse("cycles"), data)
    assert answer.status_code == 422
    assert answer.context["page"].form.errors.keys() == {"valid_to"}
    assert answer.context["page"].form["valid_to"].value() == "2027-06-30"
    assert not Cycle.objects.exists()
    bad = lan.post(reverse("cycles"), {**data, "valid_to": "bao giờ xong"})
    assert bad.status_code == 422
    assert "Không đọc được ngày" in bad.content.decode()


def test_cycles_are_edited_closed_opened_and_removed_on_the_page(cast: Cast, browser: Browser) -> None:
    lan = browser.of(cast.lan)
    data = {"kind": "year", "valid_from": "2026-01-01", "valid_to": "2026-12-31", "act": "save"}
    lan.post(reverse("cycles"), data)
    assert lan.get(reverse("cycles"), {"edit": "2026"}).context["page"].editing == "2026"
    lan.post(reverse("cycles") + "?edit=2026", {**data, "code": "2026", "name": "Năm bứt phá"})
    assert Cycle.objects.get().name == "Năm bứt phá"
    for act, closed in (("close", True), ("reopen", False)):
        lan.post(reverse("cycles"), {"act": act, "code": "2026"})
        assert (Cycle.objects.get().closed_at is not None) is closed
    assert lan.post(reverse("cycles"), {"act": "remove", "code": "không có"}).status_code == 404
    lan.post(reverse("cycles"), {"act": "remove", "code": "2026"})
    assert not Cycle.objects.exists()
