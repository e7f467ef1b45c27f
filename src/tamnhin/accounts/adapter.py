"""How allauth behaves here."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up is closed: accounts are made by an administrator or by HR, for people of the company."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
