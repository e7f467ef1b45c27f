"""The balance of scorecards: the axes as counts, advice with what to do, and no scorecard for who may not see it."""

from __future__ import annotations

import pytest
from django.urls import reverse
from tests.cast import Cast, make_kpi, make_line
from tests.conftest import Browser
from tests.dashboards.furnished import Furnished

from tamnhin.dashboards.reading import Reading
from tamnhin.kpis.models import KpiVersion
from tamnhin.organisation.services import touch
from tamnhin.planning.cards.balance import note_of_lines


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("lan", {"HOA", "AN", "MINH", "BINH", "KD"}),
        ("thu", {"HOA", "AN", "MINH", "BINH", "KD"}),
        ("minh", {"HOA", "AN", "MINH", "KD"}),
        ("hoa", {"HOA", "KD"}),
        ("binh", {"BINH"}),
    ],
)
def test_each_sees_the_scorecards_they_may_see(sao: Furnished, browser: Browser, who: str, seen: set[str]) -> None:
    client = browser.of(sao.user(who))
    page = client.get(reverse("balance")).context["page"]
    assert {row.code for row in page.owners} == seen
    for code in ("HOA", "AN", "MINH", "BINH", "KD"):
        expected = 200 if code in seen else 404
        assert client.get(reverse("balance_owner", args=[code])).status_code == expected, code


def test_a_stranger_finds_nothing(sao: Furnished, browser: Browser) -> None:
    assert browser.of(sao.cast.nobody).get(reverse("balance")).status_code == 404
    assert browser.of(sao.cast.quang).get(reverse("balance_owner", args=["HOA"])).status_code == 404
    assert browser.of(sao.cast.quang).get(reverse("balance")).context["page"].owners == []


def test_the_company_s_definitions_are_counted_on_four_axes(sao: Furnished, browser: Browser) -> None:
    page = browser.of(sao.cast.hung).get(reverse("balance")).context["page"]
    timing = page.axes[0]
    assert (timing.first, timing.first_said, timing.second, timing.second_said) == ("Dẫn dắt", "1", "Kết quả", "1")
    assert timing.unsaid == "1 chưa phân loại"
    assert page.kpis == 3


def test_most_findings_come_first_and_say_what_to_do(sao: Furnished, browser: Browser) -> None:
    page = browser.of(sao.cast.hung).get(reverse("balance")).context["page"]
    counts = [row.count for row in page.owners]
    assert counts == sorted(counts, reverse=True)
    shown = browser.of(sao.cast.hung).get(reverse("balance_owner", args=["AN"]))
    said = [one.text for one in shown.context["page"].note.advice]
    assert any("Thêm một KPI dẫn dắt" in text for text in said)
    assert "không ngăn việc gì" in shown.content.decode()
    only = browser.of(sao.cast.hung).get(reverse("balance"), {"of": "unit"}).context["page"]
    assert [row.code for row in only.owners] == ["KD"]


def test_advice_is_in_the_readers_language(sao: Furnished, browser: Browser) -> None:
    sao.cast.hung.language = "en"
    sao.cast.hung.save(update_fields=["language"])
    client = browser.of(sao.cast.hung)
    shown = client.get(reverse("balance_owner", args=["AN"]))
    said = [one.text for one in shown.context["page"].note.advice]
    assert any("Add a leading one" in text for text in said)


def test_a_proposed_scorecard_is_weighed_before_it_holds(sao: Furnished, browser: Browser) -> None:
    request = browser.of(sao.cast.hung).get(reverse("balance")).wsgi_request
    note = note_of_lines(Reading.of(request), "AN", [("REV", 60.0), ("OTD", 40.0)])
    assert note.lines == 2
    assert [axis.first_said for axis in note.axes][:1] == ["40\u00a0%"]
    assert note_of_lines(Reading.of(request), "AN", []).lines == 0


def test_a_guardrail_takes_the_advice_about_it_away(sao: Furnished, browser: Browser) -> None:
    client = browser.of(sao.cast.hung)
    said = [one.text for one in client.get(reverse("balance_owner", args=["HOA"])).context["page"].note.advice]
    assert any("REV" in text and "đối trọng" in text for text in said)
    KpiVersion.objects.filter(kpi=sao.revenue).update(guardrail=sao.delivery)
    touch(sao.cast.company.pk, structure=True)
    said = [one.text for one in client.get(reverse("balance_owner", args=["HOA"])).context["page"].note.advice]
    assert not any("đối trọng" in text for text in said)


def test_an_empty_company_has_an_empty_page(cast: Cast, browser: Browser) -> None:
    page = browser.of(cast.hung).get(reverse("balance")).context["page"]
    assert (page.kpis, page.owners) == (0, [])
    make_line(cast.owner("HOA"), make_kpi(cast.company, "A"))
    touch(cast.company.pk, structure=True)
    assert browser.of(cast.hung).get(reverse("balance")).context["page"].owner_count == 1
