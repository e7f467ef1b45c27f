"""The strategy map and the KPI tree in a real browser: by keyboard, by dragging, and read by axe."""

from __future__ import annotations

import datetime

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer
from tests.cast import Cast
from tests.dashboards.furnished import furnish
from tests.journeys.conftest import PHONE, Login, serious

from tamnhin.kpis.models import Link
from tamnhin.organisation.services import touch
from tamnhin.strategy.models import Goal

YEAR = datetime.date.today().year  # noqa: DTZ011


@pytest.fixture
def strategy(people: Cast) -> Cast:
    """Deliveries are claimed to drive revenue; each has a goal in a lane of its own."""
    given = furnish(people)
    for code, title, lane, kpi in (
        ("CL-DT", "Doanh thu tăng gấp rưỡi", "financial", given.revenue),
        ("CL-GH", "Giao hàng đúng hẹn mọi nơi", "internal_process", given.delivery),
        ("CL-NL", "Đội ngũ làm chủ dữ liệu", "learning_growth", given.price),
    ):
        Goal.objects.create(
            company=people.company, code=code, title=title, perspective=lane, kpi=kpi, horizon="strategic",
            unit=people.root, valid_from=datetime.date(YEAR - 1, 1, 1), valid_to=datetime.date(YEAR + 1, 12, 31),
        )  # fmt: skip
    Link.objects.create(company=people.company, driver=given.delivery, outcome=given.revenue, sign="+", lag=1)
    touch(people.company.pk, structure=True)
    return people


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.dataset.goal ?? document.activeElement.innerText"))


def test_the_map_is_walked_by_arrow_keys_and_opens_in_the_drawer(
    strategy: Cast, live_server: LiveServer, log_in: Login
) -> None:
    page = log_in("lan@sao.vn")
    page.goto(f"{live_server.url}/strategy/map/")
    assert serious(page) == []
    page.focus('.map-box[data-goal="CL-DT"]')
    page.keyboard.press("ArrowDown")
    assert focused(page) == "CL-GH"
    page.keyboard.press("Enter")
    page.wait_for_selector("#drawer[open] h1:has-text('Giao hàng đúng hẹn mọi nơi')")
    assert serious(page) == []
    page.keyboard.press("Escape")
    page.wait_for_selector("#drawer:not([open])", state="attached")
    assert focused(page) == "CL-GH"


def test_a_director_drags_an_arrow_and_a_box(strategy: Cast, live_server: LiveServer, log_in: Login) -> None:
    page = log_in("lan@sao.vn")
    page.set_viewport_size({"width": 1360, "height": 1700})
    page.goto(f"{live_server.url}/strategy/map/?mode=edit")
    handle = page.locator('.map-box[data-goal="CL-NL"] .map-handle').bounding_box()
    onto = page.locator('.map-box[data-goal="CL-GH"] .map-card').bounding_box()
    assert handle is not None
    assert onto is not None
    page.mouse.move(handle["x"] + 6, handle["y"] + 6)
    page.mouse.down()
    page.mouse.move(onto["x"] + 60, onto["y"] + 60, steps=5)
    page.mouse.up()
    assert page.input_value("#map-draw [name=source]") == "CL-NL"
    assert page.input_value("#map-draw [name=target]") == "CL-GH"
    page.click("#map-draw button:has-text('Thêm mũi tên')")
    page.wait_for_selector(".map-arrow[data-source='CL-NL'][data-target='CL-GH']", state="attached")
    box = page.locator('.map-box[data-goal="CL-GH"] .map-card').bounding_box()
    lane = page.locator('.map-lane[data-lane="customer"] rect').bounding_box()
    assert box is not None
    assert lane is not None
    page.mouse.move(box["x"] + 60, box["y"] + 70)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, lane["y"] + 20, steps=8)
    page.mouse.up()
    page.wait_for_selector('.map-box[data-goal="CL-GH"][data-lane="customer"]', state="attached")
    assert Goal.objects.get(code="CL-GH").perspective == "customer"


def test_the_map_is_presented_step_by_step_and_left_with_escape(
    strategy: Cast, live_server: LiveServer, log_in: Login
) -> None:
    page = log_in("hoa@sao.vn")
    page.goto(f"{live_server.url}/strategy/map/?mode=present")
    assert serious(page) == []
    for wanted in ("CL-DT", "CL-GH", "CL-NL"):
        page.keyboard.press("ArrowDown")
        assert focused(page) == wanted
    page.keyboard.press("Escape")
    page.wait_for_url(f"{live_server.url}/strategy/map/")


def test_on_a_phone_the_map_is_a_list(strategy: Cast, live_server: LiveServer, log_in: Login) -> None:
    page = log_in("hoa@sao.vn")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(f"{live_server.url}/strategy/map/")
    assert not page.locator(".map-drawing").is_visible()
    assert page.locator(".map-outline >> text=Giao hàng đúng hẹn mọi nơi").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert serious(page) == []


def test_the_tree_is_walked_opened_and_searched_by_keyboard(
    strategy: Cast, live_server: LiveServer, log_in: Login
) -> None:
    page = log_in("lan@sao.vn")
    page.goto(f"{live_server.url}/strategy/tree/")
    page.wait_for_selector('#tree[role="tree"]')
    assert serious(page) == []
    page.focus('#tree [tabindex="0"]')
    page.keyboard.press("ArrowDown")
    assert "Doanh thu tăng gấp rưỡi" in focused(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert "Kinh doanh" in focused(page)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert page.get_attribute(":focus", "aria-expanded") == "false"
    page.keyboard.press("Home")
    page.keyboard.type("doi ngu")
    assert "Đội ngũ làm chủ dữ liệu" in focused(page)
    page.click("#tree-open")
    rows = page.locator(".tree-row")
    page.wait_for_function("document.querySelectorAll('.tree-row').length > 9")
    page.click("#tree-close")
    assert rows.count() < 9
    page.fill("#tree-q", "pham an")
    page.wait_for_selector(".tree-row.here:has-text('Phạm An')")
    assert "Doanh thu thuần" in page.inner_text("#tree-way")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert serious(page) == []
