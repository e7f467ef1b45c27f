"""Addresses of pages that may not be there."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse


def way(name: str, *args: str) -> str:
    """The address, or "" where no such page is installed."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
