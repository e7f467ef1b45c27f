"""``{% load pictures %}``: text inside drawings."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString, mark_safe

from tamnhin.base.pictures import on_paper

register = template.Library()


@register.filter
def drawn(text: str) -> SafeString:
    """Text for an SVG ``<text>`` that may end up on paper; ``on_paper`` escapes it."""
    return mark_safe(on_paper(str(text)))  # noqa: S308  (``on_paper`` escapes it)
