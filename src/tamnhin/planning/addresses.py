"""Addresses of pages of other subjects."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse

from tamnhin.dashboards.reading import path_of


def address(name: str, *codes: str) -> str:
    """The address of a page by its name; empty where this installation has no such page."""
    try:
        return path_of(name, *codes) if codes else reverse(name)
    except NoReverseMatch:
        return ""
