"""What every test may ask for. The web half: the cast, quick passwords, and tasks that run at once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pytest_django import Settings
from tests.cast import Cast, make_cast

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Chromium

# how long an example takes says how busy the machine is, and nothing about the code
untimed = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
hypothesis_settings.register_profile("everyday", max_examples=40, **untimed)  # type: ignore[arg-type]
hypothesis_settings.register_profile("thorough", max_examples=1000, **untimed)  # type: ignore[arg-type]
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "everyday"))

# The long ones begin first, so that the two workers end together.
LONG = ("preview", "journeys", "cli")

# Playwright keeps a loop in the thread of the tests that drive a browser, and Django would refuse its ORM there for the
# rest of the session. Nothing in these tests is asynchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    places = {item: item.path.relative_to(here).parts[0] for item in items if item.path.is_relative_to(here)}
    items.sort(key=lambda item: LONG.index(places[item]) if places.get(item) in LONG else len(LONG))


@pytest.fixture(autouse=True)
def _quick(settings: Settings) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    # a real hash takes a third of a second, which is what it is for
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    # ids come again in the next test's database, and with them what was evaluated under them
    from tamnhin.evaluation import live

    live.forget()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """The one Chromium of a worker: Playwright refuses a second one beside it in the same thread."""
    from scripts.browser import find
    from tests import chromium

    if find() is None:
        pytest.skip("no Chromium on this machine")
    with chromium.opened() as found:
        yield found


@pytest.fixture
def cast(db: None) -> Cast:
    """Lan, Minh, Hoa, Hùng and the others of one company, and Quang of another."""
    return make_cast()


@pytest.fixture
def browser(cast: Cast) -> Browser:
    return Browser()


class Browser:
    """``browser.of(user)`` is a client in which that user has logged in."""

    def of(self, user: object) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")  # type: ignore[arg-type]
        return client
