"""Changing the strategy map, who may, and the gaps it lists."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from tests.cast import make_kpi
from tests.conftest import Browser
from tests.dashboards.furnished import Furnished
from tests.planning.map.company import boxes, make_goal, page

from tamnhin.base.models import AuditEntry
from tamnhin.kpis.models import Link
from tamnhin.organisation.services import touch
from tamnhin.strategy.models import Goal


@pytest.mark.parametrize("name", ["minh", "hoa", "thu", "tuan", "phuc"])
def test_only_who_writes_the_strategy_may_edit_the_map(name: str, strategy: Furnished, browser: Browser) -> None:
    client = browser.of(strategy.user(name))
    assert page(client).edit_url == ""
    assert client.get(reverse("strategy_map"), {"mode": "edit"}).status_code == 404
    move = {"goal": "CL-GH", "lane": "customer"}
    assert client.post(reverse("map_move"), move).status_code == 404
    draw = {"source": "CL-DT", "target": "CL-GH", "sign": "+"}
    assert client.post(reverse("map_draw"), draw).status_code == 404
    assert client.post(reverse("map_erase"), {"link": Link.objects.get().pk}).status_code == 404
    assert Goal.objects.get(code="CL-GH").perspective == "Quy trình nội bộ"
    assert Link.objects.filter(withdrawn_at=None).count() == 1


# -- changing it ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["lan", "hung", "dung"])
def test_a_goal_moves_to_another_lane_and_the_trail_says_who(name: str, strategy: Furnished, browser: Browser) -> None:
    client = browser.of(strategy.user(name))
    response = client.post(reverse("map_move"), {"goal": "CL-GH", "lane": "customer"}, follow=True)
    assert response.status_code == 200
    assert boxes(response.context["page"])["CL-GH"].box.lane == "customer"
    entry = AuditEntry.objects.filter(action="goal.moved").get()
    assert entry.acting_user == strategy.user(name)


def test_a_goal_can_leave_all_lanes(strategy: Furnished, browser: Browser) -> None:
    browser.of(strategy.cast.lan).post(reverse("map_move"), {"goal": "CL-GH", "lane": "-"})
    assert Goal.objects.get(code="CL-GH").perspective == ""


def test_a_drawn_arrow_is_a_claim_of_the_one_who_drew_it(strategy: Furnished, browser: Browser) -> None:
    Link.objects.all().delete()
    given = {"source": "CL-GH", "target": "CL-DT", "sign": "-", "lag": "2", "note": "Vì tôi tin thế"}
    response = browser.of(strategy.cast.lan).post(reverse("map_draw"), given, follow=True)
    link = Link.objects.get()
    assert (link.driver.code, link.outcome.code, link.sign, link.lag) == ("OTD", "REV", "-", 2)
    assert link.claimed_by is not None
    assert link.claimed_by.code == "LAN"
    assert [one.text for one in response.context["page"].drawing.arrows if one.arrow.claims][:1] == ["− 2 tháng"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"source": "CL-DT", "target": "CL-GH", "sign": "+"}, "target"),  # closes a circle
        ({"source": "CL-DT", "target": "N-DT", "sign": "+"}, "target"),  # both measured by one KPI
        ({"source": "CL-GH", "target": "CL-DT", "sign": "+"}, "target"),  # stands already
        ({"source": "CL-GH", "target": "CL-NL", "sign": "+"}, "target"),  # no KPI there
        ({"source": "", "target": "CL-DT", "sign": "+"}, "source"),
        ({"source": "CL-GH", "target": "CL-DT", "sign": "x"}, "sign"),
        ({"source": "CL-GH", "target": "CL-DT", "sign": "+", "lag": "-1"}, "lag"),
    ],
)
def test_a_refused_arrow_keeps_what_was_typed_and_says_why_at_its_field(
    given: dict[str, str], field: str, strategy: Furnished, browser: Browser
) -> None:
    response = browser.of(strategy.cast.lan).post(reverse("map_draw"), {**given, "note": "giữ lại lời này"})
    assert response.status_code == 422
    form = response.context["page"].arrow_form
    assert field in form.errors
    assert "giữ lại lời này" in response.content.decode()
    assert Link.objects.count() == 1


def test_a_claim_can_be_withdrawn_and_stays_on_record(strategy: Furnished, browser: Browser) -> None:
    client = browser.of(strategy.cast.lan)
    link = Link.objects.get()
    response = client.post(reverse("map_erase"), {"link": link.pk}, follow=True)
    link.refresh_from_db()
    assert link.withdrawn_at is not None
    assert [one for one in response.context["page"].drawing.arrows if one.arrow.claims] == []
    assert client.post(reverse("map_erase"), {"link": "x"}).status_code == 404


def test_nobody_withdraws_the_claims_of_another_company(strategy: Furnished, browser: Browser) -> None:
    assert (
        browser.of(strategy.cast.quang).post(reverse("map_erase"), {"link": Link.objects.get().pk}).status_code == 404
    )
    assert Link.objects.get().withdrawn_at is None


# -- gaps -------------------------------------------------------------------------------------------------------


def gaps(shown: Any) -> dict[str, list[tuple[str, str]]]:
    return {group.label: [(gap.label, gap.url) for gap in group.gaps] for group in shown.gaps}


def test_what_is_missing_is_listed_with_the_place_to_mend_it(strategy: Furnished, browser: Browser) -> None:
    cast = strategy.cast
    make_goal(cast, "Q-LE", "Mục tiêu lẻ loi", "customer", strategy.price, "quarter")
    touch(cast.company.pk, structure=True)
    found = gaps(page(browser.of(cast.lan)))
    assert found["Mục tiêu chưa có KPI"] == [("Đội ngũ làm chủ dữ liệu", reverse("goal_edit", args=["CL-NL"]))]
    assert found["Mục tiêu không phục vụ chiến lược"] == [("Mục tiêu lẻ loi", reverse("goal_edit", args=["Q-LE"]))]
    assert ("Giá bán bình quân", reverse("kpi_links", args=["PRICE"])) in found["KPI chưa nối tới tầm nhìn"]
    assert len(found["KPI chưa có người phụ trách"]) == 3
    assert "KPI chiến thuật chưa có giả thuyết" not in found


def test_a_tactical_kpi_without_a_claim_and_a_claim_without_numbers_are_gaps(
    strategy: Furnished, browser: Browser
) -> None:
    cast = strategy.cast
    visits = make_kpi(cast.company, "VISIT", "Lượt thăm khách", level="tactical")
    Link.objects.create(company=cast.company, driver=strategy.price, outcome=strategy.revenue)
    touch(cast.company.pk, structure=True)
    found = gaps(page(browser.of(cast.lan)))
    assert found["KPI chiến thuật chưa có giả thuyết"] == [(visits.name, reverse("kpi_links", args=["VISIT"]))]
    assert [label for label, _url in found["Mũi tên chưa có số liệu"]] == ["Giá bán bình quân dẫn dắt Doanh thu thuần"]


def test_who_may_not_write_is_led_to_what_they_may_read(strategy: Furnished, browser: Browser) -> None:
    client = browser.of(strategy.cast.hoa)
    for group in page(client).gaps:
        for gap in group.gaps:
            assert client.get(gap.url).status_code == 200
        assert "/edit/" not in str(group.gaps)


def test_a_gap_of_a_hidden_goal_is_not_told(strategy: Furnished, browser: Browser) -> None:
    make_goal(strategy.cast, "N-KIN", "Việc riêng của bán hàng", "customer", None, "year", unit=strategy.cast.sales)
    touch(strategy.cast.company.pk, structure=True)
    assert "Việc riêng của bán hàng" in str(gaps(page(browser.of(strategy.cast.minh))))
    assert "Việc riêng của bán hàng" not in str(gaps(page(browser.of(strategy.cast.binh))))


def test_a_present_map_shows_no_gaps(strategy: Furnished, browser: Browser) -> None:
    assert page(browser.of(strategy.cast.lan), mode="present").gaps == []
