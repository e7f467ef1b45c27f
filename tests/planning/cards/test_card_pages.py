"""Cards on pages: who reaches what, drafts to active to retired, two editors, hand-over, links, suggestions."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast, make_kpi
from tests.conftest import Browser
from tests.dashboards.furnished import Furnished

from tamnhin.kpis.models import Kpi, KpiVersion, Link
from tamnhin.organisation.access import today
from tamnhin.organisation.models import Person
from tamnhin.organisation.services import add_person

EVERYBODY = {"lan", "minh", "hoa", "an", "binh", "hung", "tuan", "thu", "dung", "phuc"}
CHANGE_ALL = {"lan", "hung", "dung"}
WHO = {
    "kpi_card": EVERYBODY,
    "kpi_links": EVERYBODY,
    "kpi_edit": CHANGE_ALL | {"tuan"},
    "kpi_hand_over": CHANGE_ALL,
    "kpi_new": CHANGE_ALL | {"minh"},
}
HTMX = {"HTTP_HX_REQUEST": "true"}


def typed(**fields: str) -> dict[str, str]:
    return {
        "code": "CALLS", "name": "Số cuộc gọi bán hàng", "unit": "cuộc", "direction": "higher", "aggregation": "sum",
        "frequency": "week", "level": "tactical", "timing": "leading", "revision": "0", **fields,
    }  # fmt: skip


def create(client: Client, **fields: str) -> Kpi:
    response = client.post(reverse("kpi_new"), typed(**fields))
    assert response.status_code == 302, response.content.decode()
    return Kpi.objects.get(code=fields.get("code", "CALLS"))


def form_of(client: Client, kpi: Kpi) -> dict[str, str]:
    """What the page for editing would send if nobody touched it."""
    page = client.get(reverse("kpi_edit", args=[kpi.code])).context["page"]
    given: dict[str, Any] = {name: page.form[name].value() for name in page.form.fields}
    return {
        name: value.isoformat() if isinstance(value, datetime.date) else str(value if value is not None else "")
        for name, value in given.items()
    }


def text(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.parametrize("name", list(WHO))
def test_everybody_reads_cards_and_only_who_may_finds_a_form(sao: Furnished, browser: Browser, name: str) -> None:
    arguments = [] if name == "kpi_new" else ["REV"]
    for who in EVERYBODY:
        expected = 200 if who in WHO[name] else 404
        assert browser.of(sao.user(who)).get(reverse(name, args=arguments)).status_code == expected, who
    for stranger in (sao.cast.quang, sao.cast.nobody):
        response = browser.of(stranger).get(reverse(name, args=arguments))
        if not arguments and stranger == sao.cast.quang:
            continue  # a director of the other company writes KPIs of that company
        assert response.status_code == 404
    assert Client().get(reverse(name, args=arguments)).status_code == 302


def test_posts_of_who_may_not_are_not_found_and_change_nothing(sao: Furnished, browser: Browser) -> None:
    for who in ("hoa", "an", "binh", "thu", "phuc", "quang"):
        client = browser.of(getattr(sao.cast, who))
        for name, data in (
            ("kpi_edit", typed()), ("kpi_state", {"act": "retire", "reason": "x"}), ("kpi_hand_over", {"reason": "x"}),
            ("kpi_links", {"way": "drives", "other": "OTD", "sign": "+"}),
        ):  # fmt: skip
            assert client.post(reverse(name, args=["REV"]), data).status_code == 404, (who, name)
    assert browser.of(sao.cast.hoa).post(reverse("kpi_new"), typed()).status_code == 404
    assert browser.of(sao.cast.thu).post(reverse("card_check"), typed()).status_code == 404
    sao.revenue.refresh_from_db()
    assert (sao.revenue.status, sao.revenue.revision, Link.objects.count()) == ("active", 1, 0)


def test_a_draft_says_what_it_lacks_and_is_activated_once_that_is_filled_in(sao: Furnished, browser: Browser) -> None:
    client = browser.of(sao.cast.minh)
    kpi = create(client)
    shown = text(client.get(reverse("kpi_card", args=["CALLS"])))
    assert "Để kích hoạt cần" in shown
    assert "Chưa có người phụ trách" in shown
    client.post(reverse("kpi_state", args=["CALLS"]), {"act": "activate"})
    kpi.refresh_from_db()
    assert kpi.status == "draft"
    data = form_of(client, kpi) | {"owner": "MINH · Nguyễn Văn Minh", "deputy": "HOA"}
    assert client.post(reverse("kpi_edit", args=["CALLS"]), data).status_code == 302
    response = client.post(reverse("kpi_state", args=["CALLS"]), {"act": "activate"}, follow=True)
    assert "Đã kích hoạt CALLS" in text(response)
    kpi.refresh_from_db()
    assert kpi.status == "active"


def test_faults_stand_at_their_fields_and_nothing_typed_is_lost(sao: Furnished, browser: Browser) -> None:
    response = browser.of(sao.cast.hung).post(
        reverse("kpi_new"),
        typed(code="REV", owner="KHONG-CO", formula="REV / ", scale="một trăm", purpose="Đếm nỗ lực hằng tuần"),
    )
    assert response.status_code == 422
    form = response.context["page"].form
    assert {"owner", "scale"} <= set(form.errors)
    assert "Đếm nỗ lực hằng tuần" in text(response)
    response = browser.of(sao.cast.hung).post(reverse("kpi_new"), typed(code="REV", formula="REV / "))
    assert {"code", "formula"} <= set(response.context["page"].form.errors)
    assert "“Doanh thu thuần”" in text(response)
    assert Kpi.objects.count() == 3


def test_a_twin_is_shown_once_and_the_second_save_goes_ahead(sao: Furnished, browser: Browser) -> None:
    client = browser.of(sao.cast.hung)
    data = typed(code="DS", name="Tổng doanh số", unit="đồng", level="strategic")
    response = client.post(reverse("kpi_new"), data)
    assert response.status_code == 422
    assert [twin.code for twin in response.context["page"].twins] == ["REV"]
    assert not Kpi.objects.filter(code="DS").exists()
    assert client.post(reverse("kpi_new"), data | {"twins_seen": "REV\n"}).status_code == 302
    assert Kpi.objects.filter(code="DS").exists()


def test_a_change_of_something_in_use_becomes_a_version_with_its_reason(sao: Furnished, browser: Browser) -> None:
    client = browser.of(sao.cast.hung)
    data = form_of(client, sao.revenue) | {"definition": "Đã trừ hàng trả lại", "reason": ""}
    response = client.post(reverse("kpi_edit", args=["REV"]), data)
    assert (response.status_code, "reason" in response.context["page"].form.errors) == (422, True)
    assert client.post(reverse("kpi_edit", args=["REV"]), data | {"reason": "Cho rõ"}).status_code == 302
    shown = client.get(reverse("kpi_card", args=["REV"]))
    versions = shown.context["page"].versions
    assert [(v.number, v.current, v.reason) for v in versions] == [(2, True, "Cho rõ"), (1, False, "")]
    assert [(c.label, c.after) for c in versions[0].changes] == [("Cách tính bằng lời", "Đã trừ hàng trả lại")]


def test_what_numbers_mean_stays_once_scorecards_use_it(sao: Furnished, browser: Browser) -> None:
    client = browser.of(sao.cast.hung)
    data = form_of(client, sao.revenue) | {"aggregation": "mean", "reason": "x"}
    response = client.post(reverse("kpi_edit", args=["REV"]), data)
    assert response.status_code == 422
    assert "aggregation" in response.context["page"].form.errors


def test_the_second_editor_keeps_their_words_and_takes_over_what_they_had_not_touched(
    sao: Furnished, browser: Browser
) -> None:
    lan, hung = browser.of(sao.cast.lan), browser.of(sao.cast.hung)
    kpi = create(hung)
    opened = form_of(lan, kpi)
    hung.post(reverse("kpi_edit", args=["CALLS"]), form_of(hung, kpi) | {"unit": "lượt", "purpose": "Của Hùng"})
    response = lan.post(reverse("kpi_edit", args=["CALLS"]), opened | {"purpose": "Của Lan"})
    assert response.status_code == 422
    page = response.context["page"]
    assert {(d.label, d.before, d.theirs, d.mine, d.taken) for d in page.differences} == {
        ("Đơn vị tính", "cuộc", "lượt", "cuộc", True),
        ("Để làm gì", "—", "Của Hùng", "Của Lan", False),
    }
    assert (page.form["unit"].value(), page.form["purpose"].value()) == ("lượt", "Của Lan")
    assert "Vũ Hùng" in text(response)
    again = {name: str(page.form[name].value() or "") for name in page.form.fields}
    assert lan.post(reverse("kpi_edit", args=["CALLS"]), again).status_code == 302
    version = KpiVersion.objects.get(kpi=kpi)
    assert (version.unit, version.purpose) == ("lượt", "Của Lan")


def test_a_steward_saves_the_source_and_no_more(sao: Furnished, browser: Browser) -> None:
    client = browser.of(sao.cast.tuan)
    data = form_of(client, sao.revenue)
    assert (
        client.post(reverse("kpi_edit", args=["REV"]), data | {"source": "SAP", "reason": "mới nối"}).status_code == 302
    )
    data = form_of(client, sao.revenue)
    response = client.post(reverse("kpi_edit", args=["REV"]), data | {"name": "Doanh thu khác", "reason": "x"})
    assert (response.status_code, "name" in response.context["page"].form.errors) == (422, True)


def test_a_whole_name_is_taken_when_only_one_has_it(sao: Furnished, browser: Browser) -> None:
    """Marks and capitals do not matter; of two people of one name the code decides."""
    hung = browser.of(sao.cast.hung)
    kpi = create(hung, owner="nguyễn văn minh", deputy="Lê Thị Hoa")
    version = KpiVersion.objects.get(kpi=kpi)
    assert (version.owner, version.deputy) == (sao.cast.owner("MINH"), sao.cast.owner("HOA"))
    add_person(acting_user=None, company=sao.cast.company, code="HOA2", name="Lê Thị Hoa", unit=sao.cast.team)
    response = hung.post(reverse("kpi_new"), typed(code="CALLS2", owner="MINH", deputy="Lê Thị Hoa"))
    assert list(response.context["page"].form.errors) == ["deputy"]
    assert create(hung, code="CALLS3", name="Số lần gặp", owner="MINH", deputy="HOA2").code == "CALLS3"
    for unseen in ("Lê Thị", "Hoàng Quang"):  # a part of a name; somebody of another company
        response = hung.post(reverse("kpi_new"), typed(code="CALLS4", owner=unseen))
        assert list(response.context["page"].form.errors) == ["owner"]


def test_when_the_owner_has_left_the_card_asks_for_a_hand_over(sao: Furnished, browser: Browser) -> None:
    KpiVersion.objects.filter(kpi=sao.revenue).update(owner=sao.cast.owner("AN"), deputy=sao.cast.owner("HOA"))
    Person.objects.filter(owner__code="AN").update(left=today(sao.cast.company) - datetime.timedelta(days=1))
    minh = browser.of(sao.cast.minh)
    hung = browser.of(sao.cast.hung)
    assert "Phải bàn giao" in text(hung.get(reverse("kpi_card", args=["REV"])))
    assert "Phải bàn giao" in text(minh.get(reverse("kpi_card", args=["REV"])))
    response = hung.post(reverse("kpi_hand_over", args=["REV"]), {"owner": "AN", "deputy": "HOA", "reason": "thử"})
    assert (response.status_code, list(response.context["page"].form.errors)) == (422, ["owner"])
    data = {"owner": "MINH · Nguyễn Văn Minh", "deputy": "HOA", "reason": "An đã nghỉ"}
    assert hung.post(reverse("kpi_hand_over", args=["REV"]), data).status_code == 302
    assert "Phải bàn giao" not in text(hung.get(reverse("kpi_card", args=["REV"])))


def test_retiring_is_refused_while_scorecards_use_it_and_says_whose(sao: Furnished, browser: Browser) -> None:
    response = browser.of(sao.cast.hung).post(
        reverse("kpi_state", args=["REV"]), {"act": "retire", "reason": "thay"}, follow=True
    )
    assert "Lê Thị Hoa" in text(response)
    sao.revenue.refresh_from_db()
    assert sao.revenue.status == "active"
    assert browser.of(sao.cast.hung).post(reverse("kpi_state", args=["REV"]), {"act": "burn"}).status_code == 404


def test_a_tactical_kpi_without_a_link_is_flagged_until_somebody_claims_one(sao: Furnished, browser: Browser) -> None:
    client = browser.of(sao.cast.hung)
    assert "chưa nói nó dẫn tới kết quả nào" in text(client.get(reverse("kpi_card", args=["OTD"])))
    data = {"way": "drives", "other": "REV · Doanh thu thuần", "sign": "+", "lag": "1", "note": "Đúng hẹn thì mua lại"}
    assert client.post(reverse("kpi_links", args=["OTD"]), data).status_code == 302
    shown = text(client.get(reverse("kpi_card", args=["OTD"])))
    assert "chưa nói nó dẫn tới kết quả nào" not in shown
    assert "chưa kiểm chứng" in shown
    assert "Vũ Hùng" in shown
    response = client.post(reverse("kpi_links", args=["REV"]), {"way": "drives", "other": "OTD", "sign": "+"})
    assert response.status_code == 422
    assert "REV → OTD → REV" in text(response)
    link = Link.objects.get()
    assert client.post(reverse("kpi_links", args=["PRICE"]), {"withdraw": str(link.pk)}).status_code == 404
    assert client.post(reverse("kpi_links", args=["OTD"]), {"withdraw": str(link.pk)}).status_code == 302
    link.refresh_from_db()
    assert link.withdrawn_at is not None


def test_a_link_to_nothing_is_refused_at_its_field(sao: Furnished, browser: Browser) -> None:
    response = browser.of(sao.cast.hung).post(
        reverse("kpi_links", args=["OTD"]), {"way": "drives", "other": "KHONG", "sign": "+", "lag": "99"}
    )
    assert (response.status_code, list(response.context["page"].form.errors)) == (422, ["other"])


def test_suggestions_hold_only_who_the_reader_may_see(sao: Furnished, browser: Browser) -> None:
    address = reverse("card_pick", args=["people"])
    assert "HOA · Lê Thị Hoa" in text(browser.of(sao.cast.minh).get(address, {"q": "le thi"}))
    assert "BINH" not in text(browser.of(sao.cast.minh).get(address, {"q": "binh"}))
    assert "BINH · Đỗ Bình" in text(browser.of(sao.cast.hung).get(address, {"q": "binh"}))
    assert "KD · Kinh doanh" in text(
        browser.of(sao.cast.hung).get(reverse("card_pick", args=["owners"]), {"q": "kinh"})
    )
    assert "REV" in text(browser.of(sao.cast.hoa).get(reverse("card_pick", args=["kpis"]), {"q": "doanh thu"}))
    assert browser.of(sao.cast.quang).get(reverse("card_pick", args=["kpis"]), {"q": "doanh"}).content.strip() == b""
    assert browser.of(sao.cast.hung).get(reverse("card_pick", args=["secrets"])).status_code == 404


def test_a_formula_is_checked_while_it_is_typed_at_the_place_of_the_fault(sao: Furnished, browser: Browser) -> None:
    client = browser.of(sao.cast.hung)
    page = client.post(reverse("card_check"), typed(formula="REV / ORDRS")).context["page"]
    assert (page.before, page.fault, page.formula_ok) == ("REV / ", "ORDRS", False)
    page = client.post(reverse("card_check"), typed(formula="REV * 2", unit="đồng", name="Doanh số")).context["page"]
    assert page.formula_ok
    assert [twin.code for twin in page.twins] == ["REV"]


def test_the_number_of_queries_does_not_grow_with_who_uses_the_kpi(
    sao: Furnished, browser: Browser, django_assert_max_num_queries: Any
) -> None:
    client = browser.of(sao.cast.hung)
    client.get(reverse("kpi_card", args=["REV"]))
    with django_assert_max_num_queries(34):
        client.get(reverse("kpi_card", args=["REV"]))


def test_another_companys_kpi_is_not_there(cast: Cast, browser: Browser) -> None:
    make_kpi(cast.other, "FAR", "Của Trăng")
    for name in ("kpi_card", "kpi_edit", "kpi_links", "kpi_hand_over"):
        assert browser.of(cast.hung).get(reverse(name, args=["FAR"])).status_code == 404


def test_an_empty_company_writes_its_first_kpi(cast: Cast, browser: Browser) -> None:
    client = browser.of(cast.hung)
    assert client.get(reverse("kpi_new")).context["page"].form["code"].value() == "KPI-001"
    create(client)
    assert client.get(reverse("kpi_card", args=["CALLS"])).status_code == 200


def test_the_list_and_the_page_of_numbers_lead_to_the_card(sao: Furnished, browser: Browser) -> None:
    page = browser.of(sao.cast.minh).get(reverse("kpi_list")).context["page"]
    assert {row.code: row.card_url for row in page.rows}["REV"] == reverse("kpi_card", args=["REV"])
    assert page.new_url == reverse("kpi_new")
    assert browser.of(sao.cast.hoa).get(reverse("kpi_list")).context["page"].new_url == ""
    create(browser.of(sao.cast.hung))
    rows = browser.of(sao.cast.hoa).get(reverse("kpi_list")).context["page"].rows
    assert {row.code: row.note for row in rows}["CALLS"] == "Bản nháp"
    shown = browser.of(sao.cast.hoa).get(reverse("kpi", args=["HOA", "OTD"]))
    assert (shown.context["page"].card_url, shown.context["page"].unlinked) == (reverse("kpi_card", args=["OTD"]), True)
    assert "chưa nối với kết quả nào" in text(shown)
    assert not browser.of(sao.cast.hoa).get(reverse("kpi", args=["HOA", "REV"])).context["page"].unlinked
