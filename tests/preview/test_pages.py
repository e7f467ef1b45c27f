"""Every page from fixed shapes, in a real browser, on a desk and on a phone, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from tests.preview import company, site

pytestmark = pytest.mark.journey


@pytest.fixture
def desk(chromium: Browser) -> Iterator[Page]:
    opened = chromium.new_page(viewport={"width": 1360, "height": 860}, locale="vi")
    yield opened
    opened.close()


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    opened = chromium.new_page(viewport={"width": 390, "height": 844}, locale="vi")
    yield opened
    opened.close()


def _violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found if each["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("width", site.WIDTHS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_page_has_a_serious_barrier_or_scrolls_sideways_or_breaks_the_policy(
    chromium: Browser, address: str, language: str, width: int
) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 860}, locale=language)
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    for name, path in site.PAGES.items():
        page.goto(address + path)
        assert page.evaluate("document.documentElement.lang") == language, name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} scrolls sideways"
        assert _violations(page) == [], name
        assert [fault for fault in faults if not fault.startswith("Failed to load resource")] == [], name
    page.close()


def test_why_opens_in_a_drawer_that_escape_closes_and_focus_returns(desk: Page, address: str) -> None:
    desk.goto(f"{address}/scorecard")
    link = desk.get_by_role("link", name="Vì sao? Giao hàng đúng hẹn")
    link.focus()
    desk.keyboard.press("Enter")
    drawer = desk.get_by_role("dialog")
    drawer.get_by_text("= 1.074 ÷ 1.500 × 100", exact=True).wait_for()
    assert _violations(desk) == []
    desk.keyboard.press("Escape")
    assert not drawer.is_visible()
    assert desk.evaluate("document.activeElement.getAttribute('aria-label')") == "Vì sao? Giao hàng đúng hẹn"


def test_a_drawer_holds_the_fragment_and_not_a_second_page(desk: Page, address: str) -> None:
    desk.goto(f"{address}/scorecard")
    desk.get_by_role("link", name="Giao hàng đúng hẹn", exact=True).nth(1).click()
    desk.get_by_role("dialog").get_by_role("heading", name="Diễn biến").wait_for()
    assert desk.locator("header.topbar").count() == 1
    assert desk.get_by_role("link", name="Mở cả trang").evaluate("a => a.href") == f"{address}/kpi"


def test_the_same_link_is_a_whole_page_without_scripts(chromium: Browser, address: str) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="vi")
    page = context.new_page()
    page.goto(f"{address}/scorecard")
    page.get_by_role("link", name="Vì sao? Giao hàng đúng hẹn").click()
    assert page.url == f"{address}/why"
    assert page.get_by_role("heading", level=1).inner_text().startswith("Vì sao?")
    context.close()


def test_slash_goes_to_the_search_but_not_from_inside_a_field(desk: Page, address: str) -> None:
    desk.goto(f"{address}/entry")
    desk.keyboard.press("/")
    assert desk.evaluate("document.activeElement.id") == "search"
    field = desk.locator("#value-a1")
    field.fill("1")
    field.press("/")
    assert field.input_value() == "1/"


def test_no_change_puts_the_last_value_into_the_field(desk: Page, address: str) -> None:
    desk.goto(f"{address}/entry")
    desk.get_by_role("button", name="Không đổi").first.click()
    assert desk.locator("#value-a1").input_value() == "11,8"


def test_the_chart_is_drawn_and_its_figures_stand_in_a_table(desk: Page, address: str) -> None:
    desk.goto(f"{address}/kpi", wait_until="networkidle")
    desk.locator("[data-chart] svg").wait_for()
    desk.get_by_text("Xem bảng số liệu của biểu đồ").click()
    table = desk.get_by_role("group", name="Bảng số liệu của biểu đồ")
    assert table.get_by_role("row").count() == 16
    assert "71,6\u00a0%" in table.get_by_role("row").nth(1).inner_text()


def test_an_open_period_shows_no_final_colour(desk: Page, address: str) -> None:
    desk.goto(f"{address}/scorecard")
    assert desk.locator(".tone-good, .tone-bad, .tone-warn").count() == 0
    desk.goto(f"{address}/scorecard?closed=1")
    assert desk.locator("table .tone-bad").count() > 0


def test_nothing_without_data_is_red(desk: Page, address: str) -> None:
    desk.goto(f"{address}/scorecard?closed=1")
    row = desk.get_by_role("row").filter(has_text="Tồn kho thành phẩm")
    assert row.get_by_text("Chưa có số liệu").is_visible()
    assert row.locator(".tone-bad").count() == 0


def test_figures_are_set_in_digits_of_one_width(desk: Page, address: str) -> None:
    desk.goto(f"{address}/scorecard", wait_until="networkidle")
    widths = desk.evaluate(
        """() => { const cell = document.querySelector('td.num'); return ['1111', '0000'].map((text) => {
        const span = document.createElement('span'); span.textContent = text; cell.append(span);
        const width = span.getBoundingClientRect().width; span.remove(); return Math.round(width * 100); }); }"""
    )
    assert widths[0] == widths[1]


def test_on_a_phone_the_lines_are_cards_and_the_navigation_is_at_the_bottom(phone: Page, address: str) -> None:
    phone.goto(f"{address}/scorecard")
    assert not phone.get_by_role("navigation", name="Điều hướng chính").is_visible()
    bar = phone.get_by_role("navigation", name="Điều hướng trên điện thoại").bounding_box()
    assert bar is not None
    assert bar["y"] + bar["height"] == 844
    row = phone.get_by_role("row").filter(has_text="Giao hàng đúng hẹn").last.bounding_box()
    assert row is not None
    assert row["width"] <= 390


def test_a_scorecard_prints_on_one_sheet(desk: Page, address: str) -> None:
    desk.goto(f"{address}/scorecard", wait_until="networkidle")
    document = desk.pdf(prefer_css_page_size=True)
    assert document.count(b"/Type /Page\n") + document.count(b"/Type /Page ") == 1


def test_the_figures_of_the_sentence_are_those_of_the_rows(desk: Page, address: str) -> None:
    desk.goto(f"{address}/scorecard")
    shape = company.scorecard()
    text = desk.locator(".sentence").inner_text()
    for loss in shape.losses:
        assert f"{loss.points}".replace(".", ",") in text
        assert loss.label in text
