"""The library on pages: search and counts, taking an entry with what its formula needs, a company's own entries."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from tests.cast import Cast, make_kpi
from tests.conftest import Browser
from tests.dashboards.furnished import Furnished

from tamnhin.base.models import AuditEntry
from tamnhin.kpis.library import builtin
from tamnhin.kpis.models import Kpi, KpiVersion, LibraryEntry, Link

READERS = ("lan", "minh", "hoa", "an", "binh", "hung", "tuan", "thu", "dung", "phuc")
WRITERS = {"lan", "minh", "hung", "dung"}


def card_fields(client: Any, code: str, **query: str) -> dict[str, str]:
    page = client.get(reverse("library_use", args=[code]), query).context["page"]
    return {name: str(page.form[name].value() or "") for name in page.form.fields}


def entry_fields(**fields: str) -> dict[str, str]:
    return {
        "code": "TV-001", "name": "Số điểm bán mở mới", "direction": "higher", "aggregation": "sum",
        "frequency": "month", "department": "SAL", **fields,
    }  # fmt: skip


def test_every_member_reads_it_and_a_stranger_does_not(sao: Furnished, browser: Browser) -> None:
    for who in READERS:
        client = browser.of(sao.user(who))
        assert client.get(reverse("library")).status_code == 200
        assert client.get(reverse("library_entry", args=["SAL-001"])).status_code == 200
        expected = 200 if who in WRITERS else 404
        for name, arguments in (("library_use", ["SAL-001"]), ("library_new", [])):
            assert client.get(reverse(name, args=arguments)).status_code == expected, (who, name)
    assert browser.of(sao.cast.nobody).get(reverse("library")).status_code == 404
    assert browser.of(sao.cast.hung).get(reverse("library_entry", args=["NO-001"])).status_code == 404


@pytest.mark.parametrize("who", ["hoa", "tuan", "thu", "phuc"])
def test_who_may_not_define_takes_and_writes_nothing(sao: Furnished, browser: Browser, who: str) -> None:
    client = browser.of(sao.user(who))
    assert client.post(reverse("library_use", args=["SAL-001"]), {"code": "X"}).status_code == 404
    assert client.post(reverse("library_new"), entry_fields()).status_code == 404
    assert not LibraryEntry.objects.exists()


def test_words_without_marks_and_choices_narrow_it_and_counts_say_what_is_left(cast: Cast, browser: Browser) -> None:
    client = browser.of(cast.hoa)
    page = client.get(reverse("library"), {"q": "nghi viec"}).context["page"]
    assert {row.code for row in page.rows} == {"HR-001", "HR-002"}
    page = client.get(reverse("library"), {"department": "SAL", "timing": "leading"}).context["page"]
    assert page.total == len(page.rows) > 3
    department = next(facet for facet in page.facets if facet.title == "Phòng ban")
    sales = next(link for link in department.links if link.label == "Kinh doanh")
    assert (sales.count, sales.chosen) == (page.total, True)
    other = next(link for link in department.links if link.label == "Marketing")
    assert client.get(other.url).context["page"].total == other.count
    assert client.get(reverse("library")).context["page"].all_count == 200


def test_the_list_alone_comes_back_to_htmx(cast: Cast, browser: Browser) -> None:
    response = browser.of(cast.hoa).get(reverse("library"), {"q": "khách"}, HTTP_HX_REQUEST="true")
    assert b"<html" not in response.content
    assert response.content.decode().strip().startswith('<div class="library"')


def test_every_entry_has_a_page_and_a_form_that_is_saved_as_it_stands(cast: Cast, browser: Browser) -> None:
    client = browser.of(cast.hung)
    for code in ("CEO-001", "SAL-013", "ACC-008", "PRD-003", "CS-010", "ACC-014", "LOG-012", "PRD-015", "HR-012"):
        assert client.get(reverse("library_entry", args=[code])).status_code == 200
        data = card_fields(client, code)
        response = client.post(reverse("library_use", args=[code]), data | {"twins_seen": "*"})
        assert response.status_code in (302, 422)
        if response.status_code == 422:  # a likeness among those taken before
            twins = "\n".join(twin.code for twin in response.context["page"].twins)
            response = client.post(reverse("library_use", args=[code]), data | {"twins_seen": twins})
            assert response.status_code == 302, response.context["page"].form.errors
        entry, version = builtin()[code], KpiVersion.objects.get(kpi__code=code)
        assert (version.kpi.library_code, version.kpi.status) == (code, "draft")
        for name in ("name", "unit", "direction", "aggregation", "across", "scale", "frequency", "method", "level",
                     "domain", "timing", "flow", "perspective", "purpose"):  # fmt: skip
            assert getattr(version, name) == getattr(entry, name), (code, name)


def test_an_entry_in_use_is_marked_with_a_link_and_can_be_taken_again(sao: Furnished, browser: Browser) -> None:
    Kpi.objects.filter(pk=sao.revenue.pk).update(library_code="SAL-001")
    client = browser.of(sao.cast.hung)
    page = client.get(reverse("library"), {"q": "SAL-001"}).context["page"]
    assert [(link.label, link.url) for link in page.rows[0].used] == [("REV", reverse("kpi_card", args=["REV"]))]
    used = client.get(reverse("library"), {"only": "used"}).context["page"]
    assert [row.code for row in used.rows] == ["SAL-001"]
    make_kpi(sao.cast.company, "SAL-001", "Gì đó")
    assert card_fields(client, "SAL-001")["code"] == "SAL-001.2"
    response = client.post(reverse("library_use", args=["SAL-001"]), card_fields(client, "SAL-001"))
    twin = response.context["page"].twins[0]
    assert (twin.code, twin.reason) == ("REV", "cùng lấy từ một mục thư viện")


def test_a_formula_comes_with_the_kpis_it_is_made_of(sao: Furnished, browser: Browser) -> None:
    Kpi.objects.filter(pk=sao.revenue.pk).update(library_code="SAL-001")
    client = browser.of(sao.cast.hung)
    data = card_fields(client, "SAL-015", way="formula")
    assert data["formula"] == "REV / DON_HANG"
    people = {"owner": "MINH", "deputy": "HOA", "way": "formula"}
    refused = client.post(reverse("library_use", args=["SAL-015"]), data | people)
    assert "formula" in refused.context["page"].form.errors
    assert not Kpi.objects.filter(code="DON_HANG").exists()
    assert client.post(reverse("library_use", args=["SAL-015"]), data | people | {"make_parts": "1"}).status_code == 302
    part = KpiVersion.objects.get(kpi__code="DON_HANG")
    assert (part.kpi.status, part.unit, part.owner) == ("draft", "đơn", sao.cast.owner("MINH"))
    assert KpiVersion.objects.get(kpi__code="SAL-015").formula == "REV / DON_HANG"


def test_nothing_half_done_stays_when_the_kpi_itself_is_refused(sao: Furnished, browser: Browser) -> None:
    client = browser.of(sao.cast.hung)
    data = card_fields(client, "SAL-014", way="formula") | {"way": "formula", "make_parts": "1", "code": "REV"}
    assert client.post(reverse("library_use", args=["SAL-014"]), data).status_code == 422
    assert Kpi.objects.count() == 3


def test_the_link_that_comes_with_an_entry_is_claimed_when_asked(sao: Furnished, browser: Browser) -> None:
    make_kpi(sao.cast.company, "OPP", "Cơ hội mới trong tuần", unit="cơ hội")
    Kpi.objects.filter(code="OPP").update(library_code="SAL-009")
    client = browser.of(sao.cast.hung)
    data = card_fields(client, "SAL-016")
    assert client.post(reverse("library_use", args=["SAL-016"]), data | {"claim": "1"}).status_code == 302
    link = Link.objects.get()
    assert (link.driver.code, link.outcome.code, link.claimed_by) == ("SAL-016", "OPP", sao.cast.owner("HUNG"))


def test_the_company_writes_changes_and_puts_away_entries_of_its_own(cast: Cast, browser: Browser) -> None:
    client = browser.of(cast.minh)
    assert client.post(reverse("library_new"), entry_fields()).status_code == 302
    address = reverse("library_entry", args=["TV-001"])
    assert client.get(address).context["page"].may_edit
    assert not browser.of(cast.hoa).get(address).context["page"].may_edit
    edit = entry_fields(name="Số điểm bán mở mới trong tháng")
    assert client.post(reverse("library_edit", args=["TV-001"]), edit).status_code == 302
    assert [row.code for row in client.get(reverse("library"), {"q": "diem ban mo"}).context["page"].rows] == ["TV-001"]
    assert client.post(reverse("library_archive", args=["TV-001"]), {"archived": "1"}).status_code == 302
    assert client.get(reverse("library"), {"q": "diem ban mo"}).context["page"].rows == []
    assert client.get(reverse("library"), {"only": "mine"}).context["page"].total == 1
    actions = list(
        AuditEntry.objects.filter(action__startswith="library.").order_by("id").values_list("action", flat=True)
    )
    assert actions == ["library.added", "library.changed", "library.archived"]


def test_an_entry_is_changed_by_its_author_or_who_runs_all_definitions(cast: Cast, browser: Browser) -> None:
    browser.of(cast.hung).post(reverse("library_new"), entry_fields())
    assert browser.of(cast.minh).post(reverse("library_edit", args=["TV-001"]), entry_fields()).status_code in (
        302,
        404,
    )
    changed = browser.of(cast.minh).post(reverse("library_edit", args=["TV-001"]), entry_fields(name="Khác"))
    assert changed.status_code == 404
    assert browser.of(cast.minh).post(reverse("library_archive", args=["TV-001"])).status_code == 404
    assert (
        browser.of(cast.lan).post(reverse("library_edit", args=["TV-001"]), entry_fields(name="Khác")).status_code
        == 302
    )
    assert browser.of(cast.hung).post(reverse("library_edit", args=["SAL-001"]), entry_fields()).status_code == 404


def test_a_code_of_the_library_or_of_an_entry_is_taken(cast: Cast, browser: Browser) -> None:
    client = browser.of(cast.hung)
    client.post(reverse("library_new"), entry_fields())
    for code in ("SAL-001", "TV-001", "có trống"):
        response = client.post(reverse("library_new"), entry_fields(code=code))
        assert (response.status_code, list(response.context["page"].form.errors)) == (422, ["code"])
    assert LibraryEntry.objects.count() == 1


def test_a_kpi_that_has_proved_itself_becomes_an_entry(sao: Furnished, browser: Browser) -> None:
    client = browser.of(sao.cast.hung)
    form = client.get(reverse("library_new"), {"kpi": "REV"}).context["page"].form
    data = {name: str(form[name].value() or "") for name in form.fields}
    assert (data["name"], data["unit"], data["perspective"]) == ("Doanh thu thuần", "đồng", "financial")
    assert client.post(reverse("library_new"), data).status_code == 302
    assert LibraryEntry.objects.get().name == "Doanh thu thuần"


def test_doubles_within_the_company_are_listed_with_why(sao: Furnished, browser: Browser) -> None:
    from tamnhin.organisation.services import touch

    make_kpi(sao.cast.company, "DS", "Doanh số", unit="VND")
    touch(sao.cast.company.pk, structure=True)
    page = browser.of(sao.cast.hoa).get(reverse("library")).context["page"]
    assert [(one.code, other.code, other.reason) for one, other in page.twins] == [
        ("REV", "DS", "cùng nghĩa, khác cách viết")
    ]


def test_the_library_takes_a_fixed_number_of_queries(
    cast: Cast, browser: Browser, django_assert_max_num_queries: Any
) -> None:
    client = browser.of(cast.hung)
    client.get(reverse("library"))
    with django_assert_max_num_queries(20):
        assert len(client.get(reverse("library")).context["page"].rows) == 60
