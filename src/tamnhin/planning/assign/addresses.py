"""Addresses of pages that other subjects have."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse


def address(name: str, *args: object) -> str:
    """``reverse``, or nothing where no such page is installed: the link is left out."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
