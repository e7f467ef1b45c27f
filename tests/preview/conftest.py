from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from tests.preview import site


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with site.served() as found:
        yield found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with site.opened() as found:
        yield found
