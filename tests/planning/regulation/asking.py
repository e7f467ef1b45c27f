"""What the tests of the pages of the regulation share."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.cast import Cast
from tests.conftest import Browser

from tamnhin.regulation.holding import text_of
from tamnhin.regulation.models import Version

MEMBERS = ("lan", "minh", "hoa", "an", "binh", "hung", "tuan", "thu", "dung", "phuc")
WRITERS = {"lan", "hung", "dung"}
STRANGERS = ("quang", "nobody")
State = Version.State


def url(name: str, *args: object, **query: str) -> str:
    address = reverse(f"regulation_{name}" if name else "regulation", args=args)
    return f"{address}?{'&'.join(f'{key}={value}' for key, value in query.items())}" if query else address


def page_of(client: Client, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200
    return response.context["page"]


def act(client: Client, version: Version, key: str, **given: Any) -> Any:
    version.refresh_from_db()
    data = {"act": key, "revision": str(version.revision), **given}
    return client.post(url("act", version.number), data)


def typed(version: Version, **given: str) -> dict[str, str]:
    version.refresh_from_db()
    text = text_of(version)
    kept = {"title": version.title, "body": text.body, "body_en": text.body_en, "summary": version.summary}
    return {"revision": str(version.revision), **kept, **given}


def status(cast: Cast, browser: Browser, address: str) -> dict[str, int]:
    return {name: browser.of(getattr(cast, name)).get(address).status_code for name in (*MEMBERS, *STRANGERS)}


def queries(client: Client, address: str) -> int:
    """How many the page takes when it has been shown before."""
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        client.get(address)
    return len(caught)


def only(names: set[str]) -> dict[str, int]:
    return {name: 200 if name in names else 404 for name in (*MEMBERS, *STRANGERS)}
