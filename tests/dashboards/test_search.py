"""Search: without marks, across kinds, and only what the reader may see."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.urls import reverse
from tests.conftest import Browser
from tests.dashboards.furnished import Furnished

from tamnhin.organisation.services import add_person, touch
from tamnhin.strategy.models import Goal


def hits(browser: Browser, user: object, query: str) -> list[tuple[str, str]]:
    found = browser.of(user).get(reverse("search"), {"q": query}).context["page"]
    return [(hit.kind, hit.title) for hit in found.hits]


def goal(sao: Furnished, code: str, title: str, **more: Any) -> Goal:
    made = Goal.objects.create(
        company=sao.cast.company, code=code, title=title, horizon="year",
        valid_from=datetime.date(2020, 1, 1), valid_to=datetime.date(2030, 12, 31), **more,
    )  # fmt: skip
    touch(sao.cast.company.pk, structure=True)
    return made


@pytest.mark.parametrize("typed", ["trần thị lan", "tran thi lan", "LAN tran", "lan"])
def test_a_person_is_found_with_or_without_marks_in_any_order(typed: str, sao: Furnished, browser: Browser) -> None:
    assert ("person", "Trần Thị Lan") in hits(browser, sao.cast.lan, typed)


def test_one_word_finds_units_people_kpis_and_goals(sao: Furnished, browser: Browser) -> None:
    goal(sao, "G1", "Doanh thu gấp đôi")
    assert hits(browser, sao.cast.lan, "doanh") == [
        ("unit", "Kinh doanh"),
        ("kpi", "Doanh thu thuần"),
        ("goal", "Doanh thu gấp đôi"),
    ]


def test_a_blank_search_finds_nothing_and_asks_for_more(sao: Furnished, browser: Browser) -> None:
    assert hits(browser, sao.cast.lan, "   ") == []


def test_people_and_goals_out_of_reach_are_not_found(sao: Furnished, browser: Browser) -> None:
    goal(sao, "G1", "Mục tiêu của cả công ty")
    goal(sao, "G2", "Mục tiêu riêng của Bình", owner=sao.cast.owner("BINH"))
    assert hits(browser, sao.cast.an, "do binh") == []
    assert hits(browser, sao.cast.binh, "do binh") == [("person", "Đỗ Bình")]
    assert hits(browser, sao.cast.an, "muc tieu") == [("goal", "Mục tiêu của cả công ty")]
    assert ("goal", "Mục tiêu riêng của Bình") in hits(browser, sao.cast.binh, "muc tieu")
    assert hits(browser, sao.cast.quang, "muc tieu") == []
    assert hits(browser, sao.cast.quang, "lan") == []


def test_every_hit_opens(sao: Furnished, browser: Browser) -> None:
    goal(sao, "G1", "An toàn trước hết", unit=sao.cast.sales)
    for name in ("lan", "an", "minh"):
        client = browser.of(sao.user(name))
        found = client.get(reverse("search"), {"q": "a"}).context["page"]
        assert found.hits
        for hit in found.hits:
            assert client.get(hit.url).status_code == 200, hit


def test_more_hits_than_are_listed_are_counted(sao: Furnished, browser: Browser) -> None:
    for i in range(30):
        add_person(acting_user=None, company=sao.cast.company, code=f"X{i}", name=f"Khánh {i}", unit=sao.cast.sales)
    found = browser.of(sao.cast.lan).get(reverse("search"), {"q": "khanh"}).context["page"]
    assert (found.total, len(found.hits)) == (30, 20)


@pytest.mark.parametrize("typed", ["%", "_", "' OR 1=1 --", "\\", "<b>", "a" * 5000])
def test_signs_mean_themselves(typed: str, sao: Furnished, browser: Browser) -> None:
    response = browser.of(sao.cast.lan).get(reverse("search"), {"q": typed})
    assert response.status_code == 200
    assert response.context["page"].hits == []
    assert "<b>" not in response.content.decode().split("<main")[1].split("</h1>")[0]
