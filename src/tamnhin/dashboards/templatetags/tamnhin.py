"""``{% load tamnhin %}``: the formatting module in the few forms that pages use.

Published scores come as ``Decimal`` points here (the shapes hold them so), not as hundredths.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tamnhin.base import formatting
from tamnhin.dashboards.shapes import Unit

register = template.Library()

Number = int | float | Decimal


def _said(value: Number | str | None) -> Number | None:
    return None if value == "" or isinstance(value, str) else value


@register.filter
def num(value: Number | str | None, digits: int | None = None) -> str:
    """Exactly ``digits`` decimals; without them, as many as the number has, up to 2."""
    if digits is None:
        return formatting.number(_said(value), 2)
    return formatting.number(_said(value), digits, fixed=True)


@register.filter
def plus(value: Number | str | None, digits: int = 2) -> str:
    """With its sign: ``+1,2``."""
    return formatting.signed(_said(value), digits)


@register.filter
def pct(value: Number | str | None, digits: int = 1) -> str:
    return formatting.percent(_said(value), digits, fixed=True)


@register.filter
def pct_plus(value: Number | str | None, digits: int = 1) -> str:
    said = _said(value)
    text = formatting.percent(said, digits, fixed=True)
    return f"+{text}" if said is not None and said > 0 else text


@register.filter
def money(value: Number | str | None, currency: str = "VND") -> str:
    return formatting.money(_said(value), currency)


@register.filter
def money_short(value: Number | str | None) -> str:
    return formatting.compact(_said(value))


@register.filter
def score(value: Number | str | None) -> str:
    """A score, or points of one: always 2 decimals; "—" where there is none."""
    return formatting.number(_said(value), 2, fixed=True)


@register.filter
def day(value: date | None) -> str:
    return formatting.day(value)


@register.filter
def moment(value: datetime | None) -> str:
    return formatting.moment(value)


@register.filter
def since(value: datetime | None) -> str:
    """How long ago; nothing at all where nothing was heard."""
    return formatting.relative(value) if value else ""


def written(value: Number | None, unit: Unit, *, symbol: bool = True) -> str:
    """A measure with its unit, in the length that fits a table: ``1,25 tỷ``, ``98,3 %``, ``12 ngày``."""
    if value is None:
        return formatting.NOTHING
    if unit.kind == "money":
        return formatting.compact(value)
    if unit.kind == "percent":
        return formatting.percent(value, unit.digits, fixed=True)
    text = formatting.number(value, unit.digits, fixed=True)
    return f"{text}{formatting.NBSP}{unit.symbol}" if symbol and unit.symbol else text


@register.simple_tag
def measure(value: Number | None, unit: Unit, form: str = "") -> str | SafeString:
    """``{% measure line.actual line.unit %}``; form ``bare`` leaves the symbol out, ``plus`` shows the sign."""
    if value is None:
        return format_html('<span class="nothing">{}</span>', formatting.NOTHING)
    if form == "plus" and unit.kind == "percent":
        # a difference of two percentages is in points: "+1,8 %" would read as a relative change
        points = _("điểm %")
        return f"{formatting.signed(value, unit.digits)}{formatting.NBSP}{points}"
    text = written(value, unit, symbol=form != "bare")
    return f"+{text}" if form == "plus" and value > 0 else text
