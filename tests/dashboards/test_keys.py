"""The page on which somebody makes and revokes keys for programs."""

from __future__ import annotations

import re

from django.test import Client
from django.urls import reverse
from tests.conftest import Browser
from tests.dashboards.furnished import Furnished

from tamnhin.accounts.models import ApiToken
from tamnhin.accounts.tokens import MOST, create_token


def secret_in(text: str) -> str:
    found = re.search(r"tn_[\w-]{40,}", text)
    assert found is not None
    return found.group()


def test_the_secret_is_shown_once_and_opens_the_api(sao: Furnished, browser: Browser) -> None:
    hoa = browser.of(sao.cast.hoa)
    made = hoa.post(reverse("api_keys"), {"name": "Power BI"})
    secret = secret_in(made.content.decode())
    assert made["Cache-Control"].find("no-store") >= 0
    assert secret not in hoa.get(reverse("api_keys")).content.decode()
    assert Client(headers={"Authorization": f"Bearer {secret}"}).get("/api/v1/company").status_code == 200


def test_a_key_of_somebody_else_is_not_there_to_revoke(sao: Furnished, browser: Browser) -> None:
    token, _secret = create_token(acting_user=sao.cast.minh, company_id=sao.cast.company.pk, name="x")
    for number in (str(token.pk), "abc", "9" * 30):
        assert browser.of(sao.cast.hoa).post(reverse("api_keys"), {"revoke": number}).status_code == 404
    assert ApiToken.objects.get().revoked_at is None
    assert browser.of(sao.cast.minh).post(reverse("api_keys"), {"revoke": str(token.pk)}).status_code == 302
    assert ApiToken.objects.get().revoked_at is not None


def test_a_key_needs_a_purpose_a_day_to_come_and_a_free_place(sao: Furnished, browser: Browser) -> None:
    hoa = browser.of(sao.cast.hoa)
    assert hoa.post(reverse("api_keys"), {"name": ""}).status_code == 422
    assert hoa.post(reverse("api_keys"), {"name": "x", "expires_on": "2020-01-01"}).status_code == 422
    for _ in range(MOST):
        create_token(acting_user=sao.cast.hoa, company_id=sao.cast.company.pk, name="x")
    refused = hoa.post(reverse("api_keys"), {"name": "một khóa nữa"})
    assert refused.status_code == 422
    assert "một khóa nữa" in refused.content.decode()
    assert ApiToken.objects.count() == MOST
