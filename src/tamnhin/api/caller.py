"""Who calls, and for which company: a browser's session, or a key in the header ``Authorization: Bearer tn_…``."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpRequest
from ninja.security import APIKeyCookie, HttpBearer

from tamnhin.accounts.models import User
from tamnhin.accounts.tokens import MARK, find_token
from tamnhin.organisation.access import company_or_404, scope_of
from tamnhin.organisation.models import Company

LONGEST_KEY = 100


class Key(HttpBearer):
    """Takes the place of the session: the user and the company are those of the key, whoever else is logged in."""

    openapi_name = "key"

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        if not token.startswith(MARK) or len(token) > LONGEST_KEY:
            return None
        found = find_token(token)
        if found is None:
            return None
        request.user = found.user
        request.company = found.company  # type: ignore[attr-defined]
        return found.user


class Session(APIKeyCookie):
    """Somebody who is logged in in the browser. Everything here only reads, so no CSRF token is asked for."""

    param_name = "sessionid"
    openapi_name = "session"

    def __init__(self) -> None:
        super().__init__(csrf=False)

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:
        return request.user if request.user.is_authenticated else None


def caller(request: HttpRequest) -> tuple[User, Company]:
    """The user and the company. Raises Http404 for somebody who belongs to none."""
    company = company_or_404(request)
    user = cast(User, request.user)
    if not scope_of(user, company).is_member:
        raise Http404
    return user, company
