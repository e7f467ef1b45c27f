"""Pages of objectives to read: who reaches which, what they say, and what they leave unsaid."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from tests.cases import table
from tests.cast import Cast, make_kpi, make_line, make_value
from tests.conftest import Browser
from tests.dashboards.furnished import ROLES, Furnished
from tests.okr.okr_cases import RESULTS, make_objective, quarter, report

from tamnhin.engine.periods import containing, previous
from tamnhin.okr.grading import Band
from tamnhin.okr.models import Objective
from tamnhin.okr.services import close
from tamnhin.okr.writing import Wanted
from tamnhin.organisation.access import today
from tamnhin.organisation.services import touch
from tamnhin.planning.okr.shapes import WORDS, Confidence
from tamnhin.planning.okr.urls import urlpatterns

EVERYBODY = frozenset(ROLES)
WRITERS = frozenset({"lan", "minh", "hoa", "an", "binh", "hung"})  # everybody who is one of the people
OF_SALES = frozenset({"lan", "minh", "hung"})

# name → (arguments, who gets the page). Pages of one objective are asked for a public one of the sales unit.
PAGES: dict[str, tuple[tuple[str, ...], frozenset[str]]] = {
    "okr": ((), EVERYBODY),
    "okr_new": ((), WRITERS),
    "okr_and_kpi": ((), EVERYBODY),
    "okr_week": ((), EVERYBODY - {"thu"}),
    "okr_echo": ((), EVERYBODY),
    "okr_suggest": (("kpis",), EVERYBODY),
    "okr_objective": (("PK",), EVERYBODY),
    "okr_edit": (("PK",), OF_SALES),
    "okr_grade": (("PK",), OF_SALES),
    "okr_checkin": (("PK",), OF_SALES),
}
SECRETS = ("Trần Thị Lan", "Lê Thị Hoa", "Nhóm Bắc", "Công ty Sao", "Chiếm lĩnh", "Doanh thu thuần")


def address(name: str, objective: Objective) -> str:
    return reverse(name, args=[objective.pk if one == "PK" else one for one in PAGES[name][0]])


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return " ".join(response.content.decode().split())


# -- who reaches what ---------------------------------------------------------------------------------------------


def test_the_matrix_names_every_page_that_is_read() -> None:
    assert set(PAGES) | {"okr_act"} == {pattern.name for pattern in urlpatterns}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_each_role_reaches_what_it_may_and_a_stranger_nothing(name: str, sao: Furnished, browser: Browser) -> None:
    objective = make_objective(sao.cast)
    found = {role: browser.of(sao.user(role)).get(address(name, objective)).status_code for role in ROLES}
    assert found == {role: 200 if role in PAGES[name][1] else 404 for role in ROLES}
    assert browser.of(sao.cast.nobody).get(address(name, objective)).status_code == 404
    assert Client().get(address(name, objective)).status_code == 302
    response = browser.of(sao.cast.quang).get(address(name, objective))
    assert response.status_code == (404 if "PK" in PAGES[name][0] else 200)
    assert [secret for secret in SECRETS if secret in response.content.decode()] == []


def test_a_draft_and_a_closed_circle_are_absent_for_who_may_not_see_the_owner(cast: Cast, browser: Browser) -> None:
    draft = make_objective(cast, "HOA", "Nháp của Hoa", active=False)
    private = make_objective(cast, "HOA", "Riêng của Hoa", public=False)
    an, minh = browser.of(cast.an), browser.of(cast.minh)
    for objective in (draft, private):
        assert an.get(reverse("okr_objective", args=[objective.pk])).status_code == 404
        assert minh.get(reverse("okr_objective", args=[objective.pk])).status_code == 200
    assert "của Hoa" not in text_of(an, reverse("okr"))
    assert "Nháp của Hoa" in text_of(minh, reverse("okr"))


# -- the list -----------------------------------------------------------------------------------------------------


def test_the_list_is_a_tree_and_holds_the_longer_periods_that_the_quarter_lies_in(cast: Cast, browser: Browser) -> None:
    year = containing(today(cast.company), "year").key
    top = make_objective(cast, "SAO", "Dẫn đầu miền Bắc", period=year)
    middle = make_objective(cast, "KD", "Phủ kín các huyện", parent=top)
    make_objective(cast, "HOA", "Mở mười điểm bán", parent=middle)
    make_objective(cast, "SX", "Quý trước", period=previous(quarter(cast)).key)
    page = browser.of(cast.binh).get(reverse("okr")).context["page"]
    assert [(row.title, row.depth) for row in page.rows] == [
        ("Dẫn đầu miền Bắc", 0),
        ("Phủ kín các huyện", 1),
        ("Mở mười điểm bán", 2),
    ]
    assert page.rows[0].period == f"Năm {year}"
    last = browser.of(cast.binh).get(reverse("okr"), {"period": previous(quarter(cast)).key}).context["page"]
    assert "Quý trước" in [row.title for row in last.rows]


def test_the_list_narrows_to_a_unit_with_all_below_it_and_to_ones_own(cast: Cast, browser: Browser) -> None:
    make_objective(cast, "KD", "của khối")
    make_objective(cast, "AN", "của An")
    make_objective(cast, "SX", "của nhà máy")
    make_objective(cast, "BINH", "do Hoa mang", results=[_carried(cast, "HOA"), *RESULTS[1:]])

    def titles(who: str, **query: str) -> set[str]:
        page = browser.of(getattr(cast, who)).get(reverse("okr"), query).context["page"]
        return {row.title for row in page.rows}

    assert titles("binh", unit="KD") == {"của khối", "của An"}
    assert titles("minh", mine="1") == {"của khối"}
    assert titles("hoa", mine="1") == {"do Hoa mang"}
    assert titles("dung", mine="1") == set()


def _carried(cast: Cast, person: str) -> Wanted:
    first = RESULTS[0]
    return Wanted(first.title, first.baseline, first.target, first.unit, carrier=cast.person(person))


@pytest.mark.parametrize("query", [{"period": "2026-11"}, {"period": "bao giờ"}, {"unit": "KHÔNG"}, {"unit": "HOA"}])
def test_what_the_list_does_not_know_is_not_there(cast: Cast, browser: Browser, query: dict[str, str]) -> None:
    assert browser.of(cast.lan).get(reverse("okr"), query).status_code == 404


def test_the_list_says_who_has_not_reported_this_week(cast: Cast, browser: Browser) -> None:
    done = make_objective(cast, "KD", "đã báo", results=[_carried(cast, "HOA"), *RESULTS[1:]])
    report(cast, done, (5.0, 6), (25.0, 5), (10.0, 8))
    make_objective(cast, "KD", "chưa báo", results=[_carried(cast, "HOA"), *RESULTS[1:]])
    make_objective(cast, "SX", "chưa có trưởng")
    make_objective(cast, "AN", "nháp thì thôi", active=False)
    page = browser.of(cast.lan).get(reverse("okr")).context["page"]
    weekly = {row.title: (row.weekly.done, row.weekly.total) for row in page.rows}
    assert weekly == {"đã báo": (3, 3), "chưa báo": (0, 3), "chưa có trưởng": (0, 3), "nháp thì thôi": (0, 0)}
    assert {(one.name, one.count) for one in page.waiting} == {
        ("Lê Thị Hoa", 1), ("Nguyễn Văn Minh", 1), ("Sản xuất", 1)
    }  # fmt: skip


def test_what_was_given_up_leaves_the_list(cast: Cast, browser: Browser) -> None:
    close(acting_user=None, objective=make_objective(cast), reason="thôi")
    assert browser.of(cast.lan).get(reverse("okr")).context["page"].rows == []


def test_the_list_asks_as_often_for_many_objectives_as_for_one(
    cast: Cast, browser: Browser, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    lan = browser.of(cast.lan)
    report(cast, make_objective(cast, "KD", "một"), (5.0, 6))
    lan.get(reverse("okr"))  # compiles the company
    with CaptureQueriesContext(
        connection,
    ) as once:
        lan.get(reverse("okr"))
    for number, owner in enumerate(("KD", "SX", "HOA", "AN", "BINH", "KD1")):
        report(cast, make_objective(cast, owner, f"thêm {number}"), (5.0, 6), (22.0, 4))
    with django_assert_num_queries(len(once)):
        lan.get(reverse("okr"))


def test_a_company_without_anything_has_its_pages(cast: Cast, browser: Browser) -> None:
    quang = browser.of(cast.quang)
    assert "Kỳ này chưa có mục tiêu nào" in text_of(quang, reverse("okr"))
    assert "0 KPI" in text_of(quang, reverse("okr_and_kpi"))
    assert "không có kết quả nào chờ bạn báo" in text_of(quang, reverse("okr_week"))
    assert quang.get(reverse("okr_new")).status_code == 200


# -- one objective ------------------------------------------------------------------------------------------------


def test_a_score_is_the_mean_of_what_is_known_and_says_of_how_many(cast: Cast, browser: Browser) -> None:
    objective = make_objective(cast)
    report(cast, objective, (10.0, 4), (29.0, 8), back=1)
    report(cast, objective, (20.0, 6))
    page = browser.of(cast.hoa).get(reverse("okr_objective", args=[objective.pk])).context["page"]
    assert [row.progress.value for row in page.results] == [Decimal("0.50"), Decimal("0.60"), None]
    assert (page.progress.value, page.progress.word, page.progress.tone) == (Decimal("0.55"), "có tiến bộ", "open")
    assert (page.progress.counted, page.progress.total) == (2, 3)
    assert page.confidence.value == Decimal("7.0")  # 6 this week and 8 the week before
    assert page.results[2].missing == "Chưa ai báo số"
    text = text_of(browser.of(cast.hoa), reverse("okr_objective", args=[objective.pk]))
    assert "Trung bình của 2 trong 3 kết quả: kết quả chưa có số không bị tính là 0." in text


def test_a_late_word_about_last_week_does_not_undo_this_weeks(cast: Cast, browser: Browser) -> None:
    objective = make_objective(cast)
    report(cast, objective, (20.0, 6))
    report(cast, objective, (8.0, 3), back=1)
    row = browser.of(cast.lan).get(reverse("okr_objective", args=[objective.pk])).context["page"].results[0]
    assert (row.value, row.confidence.value) == (20.0, Decimal("6.0"))


def test_the_number_of_a_kpi_comes_from_the_evaluated_company_and_leads_to_its_page(
    cast: Cast, browser: Browser
) -> None:
    kpi = make_kpi(cast.company, "STOCK", "Số điểm bán", aggregation="last", unit="điểm")
    month = containing(today(cast.company), "month").key
    make_line(cast.owner("KD"), kpi, valid_from=quarter(cast).start)
    make_value(cast.owner("KD"), kpi, month, 30.0)
    touch(cast.company.pk, structure=True)
    results = [Wanted("Điểm bán", 20.0, 40.0, kpi=kpi, kpi_owner=cast.owner("KD")), *RESULTS[1:]]
    objective = make_objective(cast, results=results)
    page = browser.of(cast.hoa).get(reverse("okr_objective", args=[objective.pk])).context["page"]
    row = page.results[0]
    assert (row.value, row.progress.value, row.unit.symbol) == (30.0, Decimal("0.50"), "điểm")
    assert browser.of(cast.hoa).get(row.kpi_url).status_code == 200
    assert f'href="{row.kpi_url}"' in text_of(browser.of(cast.hoa), reverse("okr_objective", args=[objective.pk]))


def test_a_kpi_of_somebody_whom_the_reader_may_not_see_shows_its_progress_and_no_number(
    sao: Furnished, browser: Browser
) -> None:
    cast = sao.cast
    stock = make_kpi(cast.company, "STOCK", "Số điểm bán", aggregation="last", unit="điểm")
    make_line(cast.owner("HOA"), stock, "0", valid_from=quarter(cast).start)
    make_value(cast.owner("HOA"), stock, containing(today(cast.company), "month").key, 37177.0)
    touch(cast.company.pk, structure=True)
    results = [Wanted("Điểm bán", 30177.0, 44177.0, kpi=stock, kpi_owner=cast.owner("HOA")), *RESULTS[1:]]
    objective = make_objective(cast, results=results)
    address = reverse("okr_objective", args=[objective.pk])
    row = browser.of(cast.binh).get(address).context["page"].results[0]
    assert (row.value, row.baseline, row.target, row.kpi_url, row.hidden) == (None, None, None, "", True)
    assert row.progress.value == Decimal("0.50")
    text = text_of(browser.of(cast.binh), address)
    assert [number for number in ("37.177", "30.177", "44.177") if number in text] == []
    assert "37.177" in text_of(browser.of(cast.minh), address)


def test_a_kpi_without_a_number_says_why_and_is_no_zero(sao: Furnished, browser: Browser) -> None:
    nothing = make_kpi(sao.cast.company, "NIL", "Chưa đo")
    results = [Wanted("Chưa đo", 0.0, 5.0, kpi=nothing, kpi_owner=sao.cast.owner("KD")), *RESULTS[1:]]
    objective = make_objective(sao.cast, results=results)
    row = browser.of(sao.cast.minh).get(reverse("okr_objective", args=[objective.pk])).context["page"].results[0]
    assert (row.value, row.progress.value, row.missing) == (None, None, "KPI chưa có số trong kỳ này")


def test_the_path_to_the_vision_names_the_objectives_above_that_the_reader_may_see(
    cast: Cast, browser: Browser
) -> None:
    top = make_objective(cast, "SAO", "Dẫn đầu miền Bắc")
    hidden = make_objective(cast, "HOA", "Riêng của Hoa", parent=top, public=False)
    low = make_objective(cast, "BINH", "Máy chạy êm", parent=hidden)
    page = browser.of(cast.binh).get(reverse("okr_objective", args=[low.pk])).context["page"]
    assert [link.label for link in page.breadcrumb] == ["Dẫn đầu miền Bắc"]
    page = browser.of(cast.lan).get(reverse("okr_objective", args=[low.pk])).context["page"]
    assert [link.label for link in page.breadcrumb] == ["Dẫn đầu miền Bắc", "Riêng của Hoa"]
    above = browser.of(cast.binh).get(reverse("okr_objective", args=[top.pk])).context["page"]
    assert above.children == []


def test_a_drawer_gets_the_part_and_not_a_second_page(cast: Cast, browser: Browser) -> None:
    response = browser.of(cast.lan).get(
        reverse("okr_objective", args=[make_objective(cast).pk]), headers={"HX-Request": "true"}
    )
    text = response.content.decode()
    assert "Kết quả then chốt" in text
    assert "<html" not in text


# -- advice -------------------------------------------------------------------------------------------------------


def test_an_objective_that_is_a_kpi_is_told_so_calmly_and_runs_on(sao: Furnished, browser: Browser) -> None:
    cast = sao.cast
    objective = make_objective(
        cast, "KD", "Đủ doanh số", origin="top_down", pay_tied=True, expected=100, kind="committed"
    )
    freely = make_objective(cast, "KD", "Đi xa")
    page = browser.of(cast.minh).get(reverse("okr_objective", args=[objective.pk])).context["page"]
    assert page.advice is not None
    assert page.advice.verdict == "kpi"
    assert len(page.advice.reasons) == 3
    assert page.status == "active"
    assert "Mục tiêu này thật ra là KPI" in text_of(
        browser.of(cast.minh), reverse("okr_objective", args=[objective.pk])
    )
    assert browser.of(cast.minh).get(reverse("okr_objective", args=[freely.pk])).context["page"].advice is None
    listed = browser.of(cast.minh).get(reverse("okr")).context["page"].rows
    assert {row.title: row.like_kpi for row in listed} == {"Đủ doanh số": True, "Đi xa": False}
    assert [one.title for one in browser.of(cast.minh).get(reverse("okr_and_kpi")).context["page"].like_kpi] == [
        "Đủ doanh số"
    ]


def test_the_way_to_a_kpi_is_shown_to_who_may_write_one(cast: Cast, browser: Browser) -> None:
    objective = make_objective(cast, "HOA", "Đủ doanh số", origin="top_down", pay_tied=True, expected=100)
    seen = {}
    for who in ("minh", "hoa"):
        page = browser.of(getattr(cast, who)).get(reverse("okr_objective", args=[objective.pk])).context["page"]
        seen[who] = (page.kpi_new_url, page.results[0].as_kpi_url.partition("?")[0])
        assert page.library_url == reverse("library")
    assert seen == {"minh": (reverse("kpi_new"), reverse("kpi_new")), "hoa": ("", "")}


def test_the_same_key_results_as_last_period_speak_for_a_kpi(cast: Cast, browser: Browser) -> None:
    make_objective(cast, "KD", "Kỳ trước", period=previous(quarter(cast)).key)
    objective = make_objective(cast, "KD", "Kỳ này", origin="top_down", pay_tied=True)
    other = make_objective(cast, "SX", "Chủ khác", origin="top_down", pay_tied=True)
    reasons = {
        one.title: browser.of(cast.lan).get(reverse("okr_objective", args=[one.pk])).context["page"].advice.reasons
        for one in (objective, other)
    }
    again = "Phần lớn các kết quả này kỳ trước cũng có: đây là việc giữ đều."
    assert again in reasons["Kỳ này"]
    assert again not in reasons["Chủ khác"]


def test_the_words_of_the_bands_are_those_of_the_page_of_rules() -> None:
    rows = table("okr", "Band words")
    assert {(kind, Band(row["band"])): row[kind] for row in rows for kind in ("aspirational", "committed")} == WORDS


def test_the_explaining_page_is_whole_in_both_languages(cast: Cast, browser: Browser) -> None:
    lan = browser.of(cast.lan)
    text = text_of(lan, reverse("okr_and_kpi"))
    for heading in (
        "Đặt cạnh nhau",
        "Dùng OKR khi",
        "Dùng KPI khi",
        "Ba câu hỏi cho một OKR",
        "Một công ty sữa làm cả hai",
    ):
        assert heading in text
    assert f'href="{reverse("okr")}"' in text
    assert f'href="{reverse("kpi_list")}"' in text


# -- small things -------------------------------------------------------------------------------------------------


def test_confidence_is_drawn_on_its_whole_scale_and_broken_where_nobody_spoke() -> None:
    shown = Confidence(Decimal(5), trend=[1.0, 10.0, None, 5.5])
    assert shown.runs == ["3.0,17.0 27.7,3.0", "77.0,10.0"]


def test_suggestions_offer_what_fits_and_only_what_the_reader_may_see(sao: Furnished, browser: Browser) -> None:
    hoa, minh = browser.of(sao.cast.hoa), browser.of(sao.cast.minh)

    def offered(client: Client, what: str, text: str) -> str:
        return client.get(reverse("okr_suggest", args=[what]), {"kr-0-x": text}).content.decode()

    assert "REV · Doanh thu thuần" in offered(hoa, "kpis", "doanh")
    assert "HOA · Lê Thị Hoa" in offered(minh, "people", "le thi")
    assert "AN · Phạm An" not in offered(hoa, "people", "an")
    assert "KD · Kinh doanh" not in offered(minh, "people", "kinh")
    assert "KD · Kinh doanh" in offered(minh, "writable", "KD · Kinh doanh")
    assert "KD · Kinh doanh" not in offered(hoa, "writable", "kinh")
    assert "KD · Kinh doanh" in offered(hoa, "owners", "kinh")
    assert minh.get(reverse("okr_suggest", args=["secrets"])).status_code == 404


def test_a_period_that_can_no_longer_be_read_still_has_its_page(cast: Cast, browser: Browser) -> None:
    """Fiscal keys change their meaning with the company's year; what was written under the old one stays readable."""
    objective = make_objective(cast)
    Objective.objects.filter(pk=objective.pk).update(period="kỳ cũ")
    assert "kỳ cũ" in text_of(browser.of(cast.lan), reverse("okr_objective", args=[objective.pk]))


def test_models_and_migrations_say_the_same(db: None) -> None:
    call_command("makemigrations", "okr", "--check", "--dry-run", verbosity=0)
