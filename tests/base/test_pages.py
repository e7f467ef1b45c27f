from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from django.test.utils import override_settings
from django_htmx.middleware import HtmxDetails

from tamnhin.base.pages import render_page

PAGE = "<h1>Trang</h1>{% partialdef rows inline %}<p>{{ name }}</p>{% endpartialdef %}"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                ("template_partials.loader.Loader", [("django.template.loaders.locmem.Loader", {"page.html": PAGE})])
            ],
            "builtins": ["template_partials.templatetags.partials"],
        },
    }
]


def ask(**headers: str) -> HttpRequest:
    request: Any = RequestFactory().get("/", headers=headers)
    request.htmx = HtmxDetails(request)
    return request  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("headers", "whole"),
    [
        ({}, True),
        ({"HX-Request": "true"}, False),
        ({"HX-Request": "true", "HX-Boosted": "true"}, True),
        ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, True),
    ],
)
@override_settings(TEMPLATES=TEMPLATES)
def test_htmx_gets_the_fragment_and_everything_else_the_page(headers: dict[str, str], whole: bool) -> None:
    answer = render_page(ask(**headers), "page.html", {"name": "Hoa"}, "rows", status=422)
    assert answer.content.decode() == ("<h1>Trang</h1><p>Hoa</p>" if whole else "<p>Hoa</p>")
    assert "HX-Request" in answer["Vary"]
    assert answer.status_code == 422
