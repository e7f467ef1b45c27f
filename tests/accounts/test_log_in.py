from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from tests.cast import PASSWORD, Cast
from tests.conftest import Browser

from tamnhin.accounts.models import User
from tamnhin.accounts.services import remove_member


def test_hoa_logs_in_with_her_address_in_any_case(cast: Cast) -> None:
    client = Client()
    answer = client.post("/accounts/login/", {"login": "HOA@sao.vn", "password": PASSWORD})
    assert answer.status_code == 302
    assert client.get("/").status_code == 200


def test_a_wrong_password_is_refused_and_after_some_tries_even_the_right_one(cast: Cast) -> None:
    cache.clear()
    client = Client()
    for _ in range(12):
        answer = client.post("/accounts/login/", {"login": "hoa@sao.vn", "password": "sai"})
        assert answer.status_code in {200, 429}
    client.post("/accounts/login/", {"login": "hoa@sao.vn", "password": PASSWORD})
    assert client.get("/").status_code == 302
    cache.clear()


def test_a_stranger_is_sent_to_log_in(db: None) -> None:
    answer = Client().get("/")
    assert answer["Location"] == "/accounts/login/?next=/"


def test_nobody_signs_up_by_themselves(db: None) -> None:
    Client().post(
        "/accounts/signup/", {"email": "la@noi.khac", "password1": "mot-mat-khau-la", "password2": "mot-mat-khau-la"}
    )
    assert not User.objects.filter(email="la@noi.khac").exists()


def test_one_address_is_one_user(cast: Cast) -> None:
    assert User.objects.create_user("  Moi@Sao.VN ").email == "moi@sao.vn"
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="MOI@sao.vn")


def test_a_user_without_a_password_cannot_log_in(cast: Cast) -> None:
    assert not cast.thu.has_usable_password()
    client = Client()
    client.post("/accounts/login/", {"login": cast.thu.email, "password": ""})
    assert client.get("/").status_code == 302


def test_the_language_a_user_chose_follows_them_to_another_browser(cast: Cast, browser: Browser) -> None:
    first = browser.of(cast.hoa)
    assert first.get("/")["Content-Language"] == "vi"
    first.post("/accounts/language/", {"language": "en", "next": "/"})
    cast.hoa.refresh_from_db()
    assert browser.of(cast.hoa).get("/")["Content-Language"] == "en"


def test_before_log_in_the_language_is_vietnamese_unless_asked_otherwise(db: None) -> None:
    client = Client()
    assert client.get("/accounts/login/")["Content-Language"] == "vi"
    client.post("/accounts/language/", {"language": "en"})
    assert client.get("/accounts/login/")["Content-Language"] == "en"


def test_changing_the_language_leads_nowhere_else(cast: Cast, browser: Browser) -> None:
    answer = browser.of(cast.hoa).post("/accounts/language/", {"language": "xx", "next": "https://noi.khac/"})
    assert answer["Location"] == "/"
    cast.hoa.refresh_from_db()
    assert cast.hoa.language == "vi"


def test_somebody_who_was_let_go_sees_nothing_at_the_next_request(cast: Cast, browser: Browser) -> None:
    client = browser.of(cast.hoa)
    assert client.get("/").wsgi_request.company == cast.company  # type: ignore[attr-defined]
    remove_member(acting_user=cast.hung, company_id=cast.company.pk, user=cast.hoa)
    assert client.get("/").wsgi_request.company is None  # type: ignore[attr-defined]
