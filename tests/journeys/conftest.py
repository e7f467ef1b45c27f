"""Journeys in a real browser: Debian's Chromium through Playwright, against the real server on a real database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer
from tests.cast import PASSWORD, Cast

WIDE, PHONE = {"width": 1360, "height": 900}, {"width": 390, "height": 844}
# without motion: while a page still scrolls smoothly, a press can end on another element than it began on
WINDOW: dict[str, Any] = {
    "viewport": WIDE, "locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh", "reduced_motion": "reduce",
}  # fmt: skip

Login = Callable[[str], Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in Path(item.path).parents:
            item.add_marker(pytest.mark.journey)


@pytest.fixture
def people(transactional_db: None) -> Cast:
    from tests.cast import make_cast

    return make_cast()


@pytest.fixture
def window(chromium: Chromium) -> Iterator[BrowserContext]:
    window = chromium.new_context(**WINDOW)
    window.set_default_timeout(15_000)
    yield window
    window.close()


@pytest.fixture
def log_in(live_server: LiveServer, window: BrowserContext) -> Login:
    """``log_in("minh@sao.vn")`` gives a page on which that person has logged in through the form."""

    def enter(email: str) -> Page:
        page = window.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{live_server.url}/accounts/login/")
        page.fill('input[name="login"]', email)
        page.fill('input[name="password"]', PASSWORD)
        page.click('button:has-text("Đăng nhập")')
        page.wait_for_url(f"{live_server.url}/")
        assert not errors, errors
        return page

    return enter


def serious(page: Page) -> list[str]:
    """What axe finds on the page that is serious or critical, as lines."""
    found = Axe().run(page)
    return [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in found.response["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]
