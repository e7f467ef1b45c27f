"""Entering values on the page: what is due, how it is read, what it moves, and what refuses it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.conftest import Browser
from tests.dashboards.furnished import Furnished

from tamnhin.evaluation.models import EvaluationPeriod, Scorecard
from tamnhin.measurements.models import Measurement
from tamnhin.measurements.services import enter_value

HTMX = {"HX-Request": "true"}


def values(sao: Furnished, owner: str, back: int = 1) -> list[Measurement]:
    rows = Measurement.objects.filter(owner=sao.cast.owner(owner), kpi=sao.revenue, period=sao.month(back))
    return list(rows.order_by("revision"))


def item(client: Client, key: str, **fields: str) -> Any:
    """One item posted alone, as htmx does."""
    data = {f"{name}-{key}": text for name, text in fields.items()}
    return client.post(reverse("entry"), {"only": key, **data}, headers=HTMX)


def plain(text: str) -> str:
    """What a reader reads: no tags, single blanks."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).replace("\u00a0", " ").split())


def test_only_what_is_due_from_me_is_asked_and_the_oldest_first(sao: Furnished, browser: Browser) -> None:
    page = browser.of(sao.cast.hoa).get(reverse("entry")).context["page"]
    assert (page.items[0].key, page.items[0].state) == (sao.key("HOA", sao.revenue), "no_data")
    assert page.owed == 1
    assert {one.owner for one in page.items} == {"Lê Thị Hoa"}
    dues = [one.due for one in page.items]
    assert dues == sorted(dues)


def test_the_open_month_of_mine_is_offered_and_is_not_counted_as_owed(sao: Furnished, browser: Browser) -> None:
    page = browser.of(sao.cast.hoa).get(reverse("entry")).context["page"]
    current = [one for one in page.items if one.key.endswith(sao.month(0))]
    assert {one.code for one in current} == {"REV", "OTD"}
    assert all(one.overdue_days == 0 for one in current)
    assert page.current == 2


def test_a_head_is_asked_for_the_people_below_after_their_own(sao: Furnished, browser: Browser) -> None:
    page = browser.of(sao.cast.minh).get(reverse("entry")).context["page"]
    owners = [one.owner for one in page.items]
    assert "Lê Thị Hoa" in owners
    assert "Đỗ Bình" not in owners
    mine = [i for i, name in enumerate(owners) if name == "Nguyễn Văn Minh"]
    assert mine == list(range(len(mine)))


def test_what_a_unit_adds_up_from_below_is_not_asked_of_anybody(sao: Furnished, browser: Browser) -> None:
    minh = browser.of(sao.cast.minh)
    assert "Kinh doanh" not in [one.owner for one in minh.get(reverse("entry")).context["page"].items]
    asked = {"owner": "KD", "kpi": "REV", "period": sao.month(1)}
    assert minh.get(reverse("entry"), asked).status_code == 404


def test_an_owner_beyond_my_reach_is_not_there(sao: Furnished, browser: Browser) -> None:
    assert browser.of(sao.cast.minh).get(reverse("entry"), {"owner": "BINH"}).status_code == 404
    assert browser.of(sao.cast.tuan).get(reverse("entry"), {"owner": "BINH"}).status_code == 200


def test_a_value_is_saved_as_typed_and_the_new_score_is_shown_at_once(sao: Furnished, browser: Browser) -> None:
    client = browser.of(sao.cast.hoa)
    card = reverse("scorecard", args=["HOA"])
    before = client.get(card, {"period": sao.month(1)}).context["page"].score.value
    response = item(client, sao.key("HOA", sao.revenue), value="85,5", note="Thêm hai đơn lớn")
    assert response.status_code == 200
    text = plain(response.content.decode())
    assert "<html" not in response.content.decode()
    # of 85.50 % at weight 60 and 100 % at weight 40
    assert "Điểm" in text
    assert "100,00 → 91,30" in text
    assert "tám mươi lăm phẩy năm" in text
    assert "đã lưu" in text
    saved = values(sao, "HOA")[-1]
    assert (saved.value, saved.reason, saved.recorded_by) == (85.5, "Thêm hai đơn lớn", sao.cast.hoa)
    after = client.get(card, {"period": sao.month(1)}).context["page"].score.value
    assert (f"{before}", f"{after}") == ("100.00", "91.30")


def test_the_units_above_move_too_and_the_results_are_stored(
    sao: Furnished, browser: Browser, django_capture_on_commit_callbacks: Any
) -> None:
    client = browser.of(sao.cast.hoa)
    client.get(reverse("home"))
    with django_capture_on_commit_callbacks(execute=True):
        assert item(client, sao.key("HOA", sao.revenue), value="80").status_code == 200
    kd = Scorecard.objects.get(owner=sao.cast.owner("KD"), period=sao.month(1))
    assert kd.score == 10_000  # 80 + 120 + 100 of 300
    hoa = Scorecard.objects.get(owner=sao.cast.owner("HOA"), period=sao.month(1))
    assert hoa.score == 8_800


@pytest.mark.parametrize("language", ["vi", "en"])
def test_text_that_can_be_read_two_ways_is_refused_in_place_and_kept(
    language: str, sao: Furnished, browser: Browser
) -> None:
    client = browser.of(sao.cast.hoa)
    client.cookies["django_language"] = language
    sao.cast.hoa.language = language
    sao.cast.hoa.save(update_fields=["language"])
    typed = {"vi": "1.2345", "en": "1,2345"}[language]
    response = item(client, sao.key("HOA", sao.revenue), value=typed, note="giữ lại")
    assert response.status_code == 422
    shown = response.context["item"]
    assert shown.text == typed
    assert shown.note == "giữ lại"
    assert typed in shown.error
    assert values(sao, "HOA") == []


def test_a_blank_field_is_nothing_said(sao: Furnished, browser: Browser) -> None:
    client = browser.of(sao.cast.hoa)
    assert item(client, sao.key("HOA", sao.revenue), value=" ").status_code == 422
    key = sao.key("HOA", sao.revenue)
    response = client.post(reverse("entry"), {f"value-{key}": ""}, follow=True)
    assert "Chưa có gì mới để lưu" in response.content.decode()
    assert values(sao, "HOA") == []


def test_a_ratio_asks_for_both_parts_and_keeps_them(sao: Furnished, browser: Browser) -> None:
    client = browser.of(sao.cast.tuan)
    key = sao.key("BINH", sao.delivery)
    page = client.get(reverse("entry"), {"owner": "BINH"}).context["page"]
    assert next(one for one in page.items if one.key == key).ratio
    half = item(client, key, numerator="45")
    assert half.status_code == 422
    assert "mẫu số" in half.context["item"].error
    done = item(client, key, numerator="45", denominator="60")
    assert done.status_code == 200
    assert "45 ÷ 60 = 0,75" in done.context["item"].echo
    row = Measurement.objects.get(owner=sao.cast.owner("BINH"), period=sao.month(1))
    assert (row.value, row.numerator, row.denominator) == (None, 45.0, 60.0)


def test_not_applicable_needs_a_reason(sao: Furnished, browser: Browser) -> None:
    client = browser.of(sao.cast.hoa)
    key = sao.key("HOA", sao.revenue)
    assert item(client, key, state="not_applicable").status_code == 422
    assert item(client, key, state="not_applicable", reason="Kho đóng cửa để kiểm kê").status_code == 200
    row = values(sao, "HOA")[-1]
    assert (row.state, row.reason, row.value) == ("not_applicable", "Kho đóng cửa để kiểm kê", None)


def test_anothers_entry_in_between_is_shown_and_not_overwritten_unseen(sao: Furnished, browser: Browser) -> None:
    client = browser.of(sao.cast.hoa)
    key = sao.key("HOA", sao.revenue)
    shown = client.get(reverse("entry")).context["page"].items[0]
    assert (shown.key, shown.revision) == (key, 0)
    enter_value(
        acting_user=sao.cast.minh, company=sao.cast.company, owner=sao.cast.owner("HOA"), kpi=sao.revenue,
        period=sao.month(1), value=77.0,
    )  # fmt: skip
    response = item(client, key, value="90", revision="0")
    assert response.status_code == 422
    again = response.context["item"]
    assert "Nguyễn Văn Minh" in again.error
    assert "77" in again.error
    assert again.text == "90"
    assert [row.value for row in values(sao, "HOA")] == [77.0]
    assert item(client, key, value="90", revision=str(again.revision)).status_code == 200
    assert [row.value for row in values(sao, "HOA")] == [77.0, 90.0]


def test_one_cell_is_corrected_through_its_address_as_another_revision(sao: Furnished, browser: Browser) -> None:
    client = browser.of(sao.cast.hoa)
    asked = {"owner": "HOA", "kpi": "REV", "period": sao.month(2)}
    page = client.get(reverse("entry"), asked).context["page"]
    assert [(one.text, one.revision) for one in page.items] == [("80", 1)]
    key = sao.key("HOA", sao.revenue, 2)
    url = page.items[0].url
    client.post(url, {f"value-{key}": "82", f"revision-{key}": "1"})
    assert [row.value for row in values(sao, "HOA", 2)] == [80.0, 82.0]
    client.post(url, {f"value-{key}": "82", f"revision-{key}": "2"})
    assert len(values(sao, "HOA", 2)) == 2, "saving the same again is no revision"


def test_without_scripts_the_whole_page_saves_what_is_right_and_keeps_what_is_not(
    sao: Furnished, browser: Browser
) -> None:
    client = browser.of(sao.cast.minh)
    right, wrong = sao.key("HOA", sao.revenue), sao.key("MINH", sao.revenue, 0)
    response = client.post(reverse("entry"), {f"value-{right}": "1tr5", f"value-{wrong}": "nhiều lắm"})
    assert response.status_code == 422
    assert values(sao, "HOA")[-1].value == 1_500_000.0
    kept = next(one for one in response.context["page"].items if one.key == wrong)
    assert (kept.text, bool(kept.error)) == ("nhiều lắm", True)
    assert values(sao, "MINH", 0) == []
    fine = client.post(reverse("entry"), {f"value-{wrong}": "50"})
    assert fine.status_code == 302
    assert "Đã lưu 1 số" in client.get(fine["Location"]).content.decode()


def test_an_auditor_enters_nothing(sao: Furnished, browser: Browser) -> None:
    client = browser.of(sao.cast.thu)
    key = sao.key("HOA", sao.revenue)
    assert item(client, key, value="1").status_code == 404
    assert values(sao, "HOA") == []
    assert reverse("entry") not in [one.url for one in client.get(reverse("home")).context["shell"].nav]


def test_a_colleague_cannot_enter_for_me(sao: Furnished, browser: Browser) -> None:
    for name in ("an", "binh", "phuc"):
        assert item(browser.of(sao.user(name)), sao.key("HOA", sao.revenue), value="1").status_code == 404
    assert values(sao, "HOA") == []


@pytest.mark.parametrize("key", ["", "x", "1-2", "9999999-1-2026-01", "1-1-../../etc", "-1-1-2026-01", "1--2026-01"])
def test_a_made_up_field_is_not_there(key: str, sao: Furnished, browser: Browser) -> None:
    client = browser.of(sao.cast.tuan)
    before = Measurement.objects.count()
    response = client.post(reverse("entry"), {"only": key or "?", f"value-{key}": "1"})
    assert response.status_code == 404
    assert Measurement.objects.count() == before


def test_a_closed_period_takes_no_other_number_and_says_so(sao: Furnished, browser: Browser) -> None:
    EvaluationPeriod.objects.create(company=sao.cast.company, period=sao.month(1), status="locked")
    response = item(browser.of(sao.cast.hoa), sao.key("HOA", sao.revenue), value="90")
    assert response.status_code == 422
    assert "đã khóa" in response.context["item"].error
    assert values(sao, "HOA") == []


@pytest.mark.parametrize(
    ("typed", "language", "read"),
    [
        ("1.234,5", "vi", "một nghìn hai trăm ba mươi tư phẩy năm"),
        ("1tr5", "vi", "1.500.000"),
        ("1,234.5", "en", "one thousand two hundred thirty-four point five"),
    ],
)
def test_the_field_says_how_it_read_the_number(
    typed: str, language: str, read: str, sao: Furnished, browser: Browser
) -> None:
    sao.cast.hoa.language = language
    sao.cast.hoa.save(update_fields=["language"])
    client = browser.of(sao.cast.hoa)
    client.cookies["django_language"] = language
    text = plain(client.get(reverse("entry_echo"), {"text": typed}).content.decode())
    assert read in text.replace(" and ", " ")


@pytest.mark.parametrize("name", ["hoa", "minh", "tuan"])
def test_the_page_asks_the_database_a_fixed_number_of_times(
    name: str, sao: Furnished, browser: Browser, django_assert_max_num_queries: Any
) -> None:
    client = browser.of(sao.user(name))
    client.get(reverse("entry"))  # the company is evaluated once
    with django_assert_max_num_queries(11):
        client.get(reverse("entry"))
