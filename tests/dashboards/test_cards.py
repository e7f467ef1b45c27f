"""Home, scorecards, the KPI page, "Vì sao?" and the heat map: who sees what, and at how many queries."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal

import pytest
from tests.conftest import Browser
from tests.dashboards.furnished import Furnished, month

from tamnhin.evaluation.live import live
from tamnhin.kpis.models import Bonus
from tamnhin.organisation.access import today

Counting = Callable[[int], AbstractContextManager[object]]

# Whatever the size of the company: a page asks for the user, the company, who may be seen, and what was last entered.
QUERIES = {
    "/": 30,  # the cache of the banner, what waits for the reader, goals in sight, what is to be read and reported
    "/scorecards/KD/": 15,
    "/scorecards/KD/why/": 12,
    "/scorecards/HOA/kpis/REV/": 18,
    "/scorecards/HOA/kpis/REV/why/": 12,
    "/heatmap/": 12,
}


def back(sao: Furnished) -> str:
    return month(today(sao.cast.company), 1)


def text(browser: Browser, user: object, address: str) -> str:
    answer = browser.of(user).get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


@pytest.mark.parametrize(("address", "most"), QUERIES.items())
def test_a_page_takes_a_bounded_number_of_queries(
    sao: Furnished, browser: Browser, django_assert_max_num_queries: Counting, address: str, most: int
) -> None:
    client = browser.of(sao.cast.lan)
    client.get(address)  # the company is compiled once
    with django_assert_max_num_queries(most):
        client.get(address)


def test_the_score_on_the_page_is_the_one_the_engine_gave(sao: Furnished, browser: Browser) -> None:
    key = back(sao)
    page = text(browser, sao.cast.lan, f"/scorecards/AN/?period={key}")
    sao.cast.company.refresh_from_db()
    current = live(sao.cast.company)
    card = current.result.published[current.periods[key], current.owner_at["AN"]]
    assert f"<output>{card / 100:.2f}</output>".replace(".", ",") in page


def test_hoa_sees_herself_and_the_units_above_and_no_colleague(sao: Furnished, browser: Browser) -> None:
    client = browser.of(sao.cast.hoa)
    assert client.get("/scorecards/HOA/").status_code == 200
    assert client.get("/scorecards/KD/").status_code == 200
    for hidden in ("AN", "BINH", "SX", "KD1"):
        for page in ("", "why/", "kpis/REV/", "kpis/REV/why/", "export/", "pay/"):
            assert client.get(f"/scorecards/{hidden}/{page}").status_code == 404, (hidden, page)
    assert "Đỗ Bình" not in client.get("/scorecards/SAO/").content.decode()


def test_quang_of_another_company_gets_404_everywhere(sao: Furnished, browser: Browser) -> None:
    client = browser.of(sao.cast.quang)
    for owner in ("SAO", "KD", "HOA"):
        for page in ("", "why/", "kpis/REV/", "kpis/REV/why/", "export/", "pay/"):
            assert client.get(f"/scorecards/{owner}/{page}").status_code == 404, (owner, page)
    assert "Doanh thu" not in client.get("/heatmap/").content.decode()


def test_a_visitor_is_sent_to_the_log_in_page(sao: Furnished, client: object) -> None:
    answer = client.get("/scorecards/KD/")  # type: ignore[attr-defined]
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_somebody_of_no_company_is_told_so_and_sees_nothing(sao: Furnished, browser: Browser) -> None:
    client = browser.of(sao.cast.nobody)
    assert client.get("/").status_code == 200
    assert client.get("/scorecards/KD/").status_code == 404


def test_pay_is_shown_to_its_owner_and_to_those_who_may_see_pay(sao: Furnished, browser: Browser) -> None:
    person = sao.cast.person("AN")
    Bonus.objects.create(company=sao.cast.company, person=person, base="8000000")
    address = f"/scorecards/AN/pay/?period={back(sao)}"
    for allowed in ("an", "hung", "phuc"):
        assert "8.000.000" in text(browser, sao.user(allowed), address), allowed
    for refused in ("lan", "minh", "thu", "dung", "quang"):
        assert browser.of(sao.user(refused)).get(address).status_code == 404, refused
    assert "8.000.000" not in text(browser, sao.cast.lan, f"/scorecards/AN/why/?period={back(sao)}")
    way = "/scorecards/AN/pay/"
    assert way in text(browser, sao.cast.an, f"/scorecards/AN/why/?period={back(sao)}")
    assert way not in text(browser, sao.cast.lan, f"/scorecards/AN/why/?period={back(sao)}")


def test_a_period_that_is_not_there_is_404(sao: Furnished, browser: Browser) -> None:
    client = browser.of(sao.cast.lan)
    for key in ("1999-01", "2026-13", "'; drop table", "<script>"):
        assert client.get("/scorecards/KD/", {"period": key}).status_code == 404


def test_why_tells_who_entered_the_number_and_from_where(sao: Furnished, browser: Browser) -> None:
    page = text(browser, sao.cast.lan, f"/scorecards/AN/kpis/REV/why/?period={back(sao)}")
    assert "Doanh thu thuần, trọng số" in page
    assert "Tỷ lệ hoàn thành" in page


def test_htmx_gets_the_part_and_a_browser_the_page(sao: Furnished, browser: Browser) -> None:
    client = browser.of(sao.cast.lan)
    whole = client.get("/scorecards/KD/why/").content.decode()
    part = client.get("/scorecards/KD/why/", HTTP_HX_REQUEST="true").content.decode()
    assert "<html" in whole
    assert "<html" not in part
    assert "Điểm" in part


def test_the_largest_loss_comes_first_when_asked(sao: Furnished, browser: Browser) -> None:
    key = back(sao)
    page = text(browser, sao.cast.lan, f"/scorecards/AN/?period={key}&sort=loss")
    assert "Về thứ tự thường lệ" in page


def test_a_scorecard_is_exported_as_a_workbook_without_pay(sao: Furnished, browser: Browser) -> None:
    answer = browser.of(sao.cast.lan).get(f"/scorecards/AN/export/?period={back(sao)}")
    assert answer.status_code == 200
    assert answer.content[:2] == b"PK"
    assert "attachment" in answer["Content-Disposition"]


def test_an_open_period_has_no_final_word(sao: Furnished, browser: Browser) -> None:
    page = text(browser, sao.cast.lan, "/scorecards/KD/")
    assert "tạm tính" in page
    assert "chính thức" not in page


def test_english_is_spoken_to_who_asks_for_it(sao: Furnished, browser: Browser) -> None:
    client = browser.of(sao.cast.lan)
    client.post("/accounts/language/", {"language": "en", "next": "/"})
    page = client.get(f"/scorecards/KD/?period={back(sao)}").content.decode()
    assert "Net revenue" in page


def test_what_has_no_number_yet_is_neither_lost_nor_won(sao: Furnished, browser: Browser) -> None:
    """Hoa delivered 90 of 100 on time and owes her revenue: she has lost points on the one, and none on the other."""
    page = browser.of(sao.cast.hoa).get(f"/scorecards/HOA/?period={back(sao)}").context["page"]
    scored = [line for line in page.lines if line.contribution is not None]
    owed = [line for line in page.lines if line.contribution is None]
    assert scored
    assert owed
    for line in scored:
        assert abs(line.contribution - line.weight * line.counted / 100) < Decimal("0.01")
    assert page.unscored == sum(line.weight for line in owed)
