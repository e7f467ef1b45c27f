"""The formatting module as template filters: ``{% load formats %}{{ line.actual|number }}``.

Each takes what its namesake in ``base.formatting`` takes; an empty string from a missing variable is nothing said.
"""

from __future__ import annotations

from typing import Any

from django import template

from tamnhin.base import formatting

register = template.Library()


def _said(value: Any) -> Any:
    return None if value == "" else value


@register.filter
def number(value: Any, decimals: int = 2) -> str:
    return formatting.number(_said(value), decimals)


@register.filter
def signed(value: Any, decimals: int = 2) -> str:
    return formatting.signed(_said(value), decimals)


@register.filter
def percent(value: Any, decimals: int = 2) -> str:
    return formatting.percent(_said(value), decimals)


@register.filter
def score(value: Any) -> str:
    return formatting.score(_said(value))


@register.filter
def compact(value: Any) -> str:
    return formatting.compact(_said(value))


@register.filter
def money(value: Any, currency: str = "VND") -> str:
    return formatting.money(_said(value), currency)


@register.filter
def money_short(value: Any, currency: str = "VND") -> str:
    return formatting.money(_said(value), currency, short=True)


@register.filter
def day(value: Any) -> str:
    return formatting.day(_said(value))


@register.filter
def moment(value: Any) -> str:
    return formatting.moment(_said(value))


@register.filter
def relative(value: Any) -> str:
    return formatting.relative(_said(value))


@register.filter
def period(value: Any) -> str:
    return formatting.period(str(value or ""))
