"""The lists of KPIs, units and people, and the company's settings."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from tests.cast import make_kpi
from tests.conftest import Browser
from tests.dashboards.furnished import Furnished

from tamnhin.base.models import AuditEntry
from tamnhin.organisation.models import Company
from tamnhin.organisation.services import add_person, touch


def page(browser: Browser, user: object, name: str, **query: str) -> Any:
    response = browser.of(user).get(reverse(name), query)
    assert response.status_code == 200
    return response.context["page"]


# -- KPIs -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["giao hang", "GIAO HÀNG", "otd", "dung hen giao"])
def test_a_kpi_is_found_with_or_without_its_marks(typed: str, sao: Furnished, browser: Browser) -> None:
    assert [row.code for row in page(browser, sao.cast.lan, "kpi_list", q=typed).rows] == ["OTD"]


def test_a_kpi_is_found_by_its_english_name_too(sao: Furnished, browser: Browser) -> None:
    assert [row.code for row in page(browser, sao.cast.lan, "kpi_list", q="net rev").rows] == ["REV"]


def test_an_axis_filters_and_the_balance_stays_the_companys(sao: Furnished, browser: Browser) -> None:
    shown = page(browser, sao.cast.lan, "kpi_list", axis="leading")
    assert [row.code for row in shown.rows] == ["OTD"]
    assert [link.label for link in shown.filters if link.note == "current"] == ["Dẫn dắt"]
    assert ("Dẫn dắt", 1, "Kết quả", 1) in shown.balance
    assert ("Bán hàng", 1, "Phi bán hàng", 1) in shown.balance


def test_carriers_are_counted_and_the_kpi_opens_on_a_page_the_reader_may_see(sao: Furnished, browser: Browser) -> None:
    rows = {row.code: row for row in page(browser, sao.cast.lan, "kpi_list").rows}
    assert {code: row.owners for code, row in rows.items()} == {"REV": 4, "OTD": 2, "PRICE": 0}
    assert rows["REV"].url == reverse("kpi", args=["KD", "REV"])
    assert rows["PRICE"].url == ""
    for name in ("lan", "hoa", "an", "binh", "hung"):
        client = browser.of(sao.user(name))
        for row in client.get(reverse("kpi_list")).context["page"].rows:
            assert not row.url or client.get(row.url).status_code == 200


def test_the_kpi_list_says_when_a_number_was_last_heard_of(sao: Furnished, browser: Browser) -> None:
    from tamnhin.measurements.services import enter_value

    heard = {row.code: row.freshness.at for row in page(browser, sao.cast.lan, "kpi_list").rows}
    assert heard["PRICE"] is None
    entered = enter_value(
        acting_user=sao.cast.hoa, company=sao.cast.company, owner=sao.cast.owner("HOA"), kpi=sao.revenue,
        period=sao.month(1), value=1.0,
    )  # fmt: skip
    now = {row.code: row.freshness.at for row in page(browser, sao.cast.lan, "kpi_list").rows}
    assert now["REV"] == entered.recorded_at
    assert now["OTD"] == heard["OTD"]


def test_the_kpi_list_is_paged_and_the_pages_hold_every_kpi_once(sao: Furnished, browser: Browser) -> None:
    for i in range(60):
        make_kpi(sao.cast.company, f"K{i:02}", f"Chỉ số {i}")
    touch(sao.cast.company.pk, structure=True)
    client = browser.of(sao.cast.lan)
    first = client.get(reverse("kpi_list")).context["page"]
    second = client.get(first.more_url).context["page"]
    assert (first.total, len(first.rows), len(second.rows), second.more_url) == (63, 50, 13, "")
    assert len({row.code for row in [*first.rows, *second.rows]}) == 63


def test_htmx_gets_only_the_rows_of_a_list(sao: Furnished, browser: Browser) -> None:
    client = browser.of(sao.cast.lan)
    for name in ("kpi_list", "people_list", "search"):
        text = client.get(reverse(name), {"q": "a"}, headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in text
        assert "<section" in text


# -- units ------------------------------------------------------------------------------------------------------


def test_units_stand_in_tree_order_with_their_depth_head_and_people(sao: Furnished, browser: Browser) -> None:
    rows = page(browser, sao.cast.lan, "unit_list").rows
    assert [(row.code, row.depth, row.head, row.people) for row in rows] == [
        ("SAO", 0, "", 6),
        ("KD", 1, "Nguyễn Văn Minh", 3),
        ("KD1", 2, "", 1),
        ("SX", 1, "", 1),
        ("HCNS", 1, "", 1),
    ]


def test_a_unit_shows_the_score_its_scorecard_shows(sao: Furnished, browser: Browser) -> None:
    client = browser.of(sao.cast.lan)
    for back in (0, 1, 2):
        query = {"period": sao.month(back)}
        row = next(row for row in client.get(reverse("unit_list"), query).context["page"].rows if row.code == "KD")
        card = client.get(reverse("scorecard", args=["KD"]), query).context["page"].score
        assert (row.score, row.grade, row.coverage) == (card.value, card.grade, card.coverage)


def test_an_employee_sees_the_units_above_and_no_other(sao: Furnished, browser: Browser) -> None:
    assert [row.code for row in page(browser, sao.cast.an, "unit_list").rows] == ["SAO", "KD", "KD1"]


def test_a_branch_opens_by_itself(sao: Furnished, browser: Browser) -> None:
    assert [row.code for row in page(browser, sao.cast.lan, "unit_list", under="KD").rows] == ["KD", "KD1"]


# -- people -----------------------------------------------------------------------------------------------------


def test_people_are_sorted_by_given_name(sao: Furnished, browser: Browser) -> None:
    names = [row.name for row in page(browser, sao.cast.lan, "people_list").rows]
    assert names == ["Phạm An", "Đỗ Bình", "Lê Thị Hoa", "Vũ Hùng", "Trần Thị Lan", "Nguyễn Văn Minh"]


@pytest.mark.parametrize(("typed", "found"), [("nguyen", ["MINH"]), ("do binh", ["BINH"]), ("hoa", ["HOA"])])
def test_people_are_found_without_marks(typed: str, found: list[str], sao: Furnished, browser: Browser) -> None:
    assert [row.code for row in page(browser, sao.cast.lan, "people_list", q=typed).rows] == found


def test_people_of_a_unit_are_those_of_its_whole_branch(sao: Furnished, browser: Browser) -> None:
    shown = page(browser, sao.cast.lan, "people_list", unit="KD")
    assert {row.code for row in shown.rows} == {"MINH", "HOA", "AN"}
    assert shown.unit == "KD"
    assert page(browser, sao.cast.minh, "people_list", unit="SX").unit == "", "a unit out of reach filters nothing"


def test_a_person_shows_score_grade_and_coverage_of_the_period(sao: Furnished, browser: Browser) -> None:
    rows = {row.code: row for row in page(browser, sao.cast.lan, "people_list", period=sao.month(2)).rows}
    # 80 % at weight 60 and 90/90 at weight 40
    assert (rows["HOA"].score, rows["HOA"].grade, rows["HOA"].coverage) == (Decimal("88.00"), "B", Decimal("100.00"))
    last = {row.code: row for row in page(browser, sao.cast.lan, "people_list", period=sao.month(1)).rows}
    assert (last["HOA"].score, last["HOA"].coverage) == (Decimal("100.00"), Decimal("40.00"))
    assert (last["BINH"].score, last["BINH"].status) == (None, "no_data")
    assert (last["HUNG"].score, last["HUNG"].status) == (None, "not_scored")


def test_people_are_paged_and_every_one_comes_once(sao: Furnished, browser: Browser) -> None:
    for i in range(70):
        add_person(
            acting_user=None, company=sao.cast.company, code=f"P{i:02}", name=f"Người Số{i}", unit=sao.cast.sales
        )
    client = browser.of(sao.cast.lan)
    first = client.get(reverse("people_list")).context["page"]
    second = client.get(first.following).context["page"]
    assert (first.total, first.first, first.last, second.first, second.last) == (76, 1, 50, 51, 76)
    assert len({row.code for row in [*first.rows, *second.rows]}) == 76
    assert client.get(second.previous).context["page"].first == 1


@pytest.mark.parametrize("number", ["0", "-1", "999", "x", "9" * 40, "²"])
def test_a_page_that_is_not_there_is_the_nearest_one(number: str, sao: Furnished, browser: Browser) -> None:
    for name in ("people_list", "kpi_list"):
        assert page(browser, sao.cast.lan, name, page=number).total > 0


def test_the_lists_ask_the_database_no_more_often_for_many_people(
    sao: Furnished, browser: Browser, django_assert_num_queries: Any
) -> None:
    client = browser.of(sao.cast.lan)
    counts = {"people_list": 10, "unit_list": 8, "kpi_list": 9, "search": 9}
    for many in (False, True):
        if many:
            for i in range(80):
                add_person(
                    acting_user=None, company=sao.cast.company, code=f"P{i:02}", name=f"An {i}", unit=sao.cast.sales
                )
        client.get(reverse("home"))  # evaluates the company once
        for name, queries in counts.items():
            with django_assert_num_queries(queries):
                client.get(reverse(name), {"q": "doanh" if name == "search" else "an"})


# -- settings ---------------------------------------------------------------------------------------------------

SETTINGS = {
    "name": "Công ty Sao Mai", "vision": "Sáng hơn", "mission": "Làm thật", "values": "Thật\n\nNhanh ",
    "working_week": "mon-sat", "fiscal_year_start": "1", "proration": "working_days", "period_score": "aggregate",
    "language": "vi", "floor": "0", "cap": "150", "minimum_eligibility": "0", "minimum_group": "5",
}  # fmt: skip


def test_every_member_reads_the_settings_and_only_an_administrator_has_the_form(
    sao: Furnished, browser: Browser
) -> None:
    for name in ("hoa", "lan", "thu"):
        shown = page(browser, sao.user(name), "company_settings")
        assert shown.form is None
        assert browser.of(sao.user(name)).post(reverse("company_settings"), SETTINGS).status_code == 404
    shown = page(browser, sao.cast.dung, "company_settings")
    assert shown.form is not None
    assert [(grade, bound) for grade, bound, _name in shown.grades] == [("A", 100), ("B", 80), ("C", 0)]
    assert [note for _date, _kind, note in shown.holidays] == ["Ngày thành lập"]
    assert Company.objects.get(pk=sao.cast.company.pk).name == "Công ty Sao"


def test_an_administrator_changes_settings_with_a_trail_and_the_scores_follow(sao: Furnished, browser: Browser) -> None:
    client = browser.of(sao.cast.dung)
    an = reverse("scorecard", args=["AN"])
    version = Company.objects.get(pk=sao.cast.company.pk).structure_version
    assert client.get(an, {"period": sao.month(1)}).context["page"].score.value == Decimal("120.00")
    assert client.post(reverse("company_settings"), {**SETTINGS, "cap": "110"}).status_code == 302
    company = Company.objects.get(pk=sao.cast.company.pk)
    assert (company.name, company.values, company.cap) == ("Công ty Sao Mai", ["Thật", "Nhanh"], 110.0)
    assert company.structure_version == version + 1
    trail = AuditEntry.objects.get(company=company, action="company.changed")
    assert trail.before["cap"] == 120.0
    assert trail.after["cap"] == 110.0
    assert trail.acting_user == sao.cast.dung
    assert client.get(an, {"period": sao.month(1)}).context["page"].score.value == Decimal("110.00")


def test_settings_that_cannot_be_are_refused_at_their_field(sao: Furnished, browser: Browser) -> None:
    client = browser.of(sao.cast.dung)
    bad = {**SETTINGS, "working_week": "hằng ngày", "cap": "20", "fiscal_year_start": "13"}
    response = client.post(reverse("company_settings"), bad)
    assert response.status_code == 422
    assert set(response.context["page"].form.errors) == {"working_week", "cap", "fiscal_year_start"}
    assert Company.objects.get(pk=sao.cast.company.pk).working_week == "mon-fri"


def test_saving_the_settings_unchanged_changes_nothing(sao: Furnished, browser: Browser) -> None:
    client = browser.of(sao.cast.dung)
    form = client.get(reverse("company_settings")).context["page"].form
    before = Company.objects.get(pk=sao.cast.company.pk)
    assert client.post(reverse("company_settings"), form.initial).status_code == 302
    assert Company.objects.get(pk=before.pk).structure_version == before.structure_version
    assert not AuditEntry.objects.filter(action="company.changed").exists()


def test_what_a_company_writes_is_shown_as_text(sao: Furnished, browser: Browser) -> None:
    client = browser.of(sao.cast.dung)
    client.post(reverse("company_settings"), {**SETTINGS, "vision": "<script>alert(1)</script>"})
    text = client.get(reverse("company_settings")).content.decode()
    assert "&lt;script&gt;alert(1)" in text
    assert re.search(r"<script>\s*alert", text) is None
