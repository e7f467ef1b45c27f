"""Every number, amount, date and period on a page is written here, in Vietnamese or English.

Our own patterns rather than a locale database's: they must not change under us with a library's version,
and "1,25 tỷ" and "350 tr" are in none. Spaces inside a number do not break (U+00A0); minus is U+2212.
Rounding is half up. Nothing said is "—", never 0.
"""

from __future__ import annotations

import datetime
import re
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone, translation

Number = int | float | Decimal

NOTHING = "—"
NBSP = "\u00a0"
MINUS = "\u2212"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SCALES = {
    "vi": ((12, "nghìn tỷ"), (9, "tỷ"), (6, "tr")),
    "en": ((12, "tn"), (9, "bn"), (6, "m")),
}
_WITHOUT_CENTS = frozenset({"VND", "JPY", "KRW", "IDR", "LAK", "CLP"})
_PERIODS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(r"(\d{4})-(\d{2})-(\d{2})"), "", ""),
    (re.compile(r"(FY)?(\d{4})-H1"), "6 tháng đầu năm {1}", "H1 {1}"),
    (re.compile(r"(FY)?(\d{4})-H2"), "6 tháng cuối năm {1}", "H2 {1}"),
    (re.compile(r"(FY)?(\d{4})-Q([1-4])"), "Quý {2}/{1}", "Q{2} {1}"),
    (re.compile(r"(FY)?(\d{4})-W(\d{2})"), "Tuần {2}/{1}", "Week {2}, {1}"),
    (re.compile(r"(FY)?(\d{4})-(\d{2})"), "", ""),
    (re.compile(r"(FY)?(\d{4})"), "Năm {1}", "{1}"),
)


def _language(language: str | None) -> str:
    chosen = language or translation.get_language() or "vi"
    return "vi" if chosen.startswith("vi") else "en"


def _decimal(value: Number | None) -> Decimal | None:
    if value is None:
        return None
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    return exact if exact.is_finite() else None


def _write(value: Decimal, decimals: int, language: str, *, fixed: bool = False, plus: bool = False) -> str:
    rounded = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    whole, _, fraction = format(abs(rounded), "f").partition(".")
    if not fixed:
        fraction = fraction.rstrip("0")
    grouped = f"{int(whole):,}"
    if language == "vi":
        grouped = grouped.replace(",", ".")
    text = f"{grouped}{',' if language == 'vi' else '.'}{fraction}" if fraction else grouped
    if rounded == 0:  # a rounded −0,001 is no longer negative
        return text
    return f"{MINUS}{text}" if rounded < 0 else f"+{text}" if plus else text


def number(value: Number | None, decimals: int = 2, *, fixed: bool = False, language: str | None = None) -> str:
    """``1234.5`` → ``1.234,5`` / ``1,234.5``. At most ``decimals`` places; exactly that many when ``fixed``."""
    exact = _decimal(value)
    return NOTHING if exact is None else _write(exact, decimals, _language(language), fixed=fixed)


def signed(value: Number | None, decimals: int = 2, *, language: str | None = None) -> str:
    """With its sign: ``+8,2``, ``−5,1``, ``0``."""
    exact = _decimal(value)
    return NOTHING if exact is None else _write(exact, decimals, _language(language), plus=True)


def percent(value: Number | None, decimals: int = 2, *, fixed: bool = False, language: str | None = None) -> str:
    """A figure that is in percent already: ``12.5`` → ``12,5 %`` / ``12.5%``."""
    exact = _decimal(value)
    if exact is None:
        return NOTHING
    chosen = _language(language)
    return _write(exact, decimals, chosen, fixed=fixed) + (f"{NBSP}%" if chosen == "vi" else "%")


def score(hundredths: int | None, *, language: str | None = None) -> str:
    """A published score, which is kept in whole hundredths: ``8996`` → ``89,96`` / ``89.96``."""
    return number(None if hundredths is None else Decimal(hundredths).scaleb(-2), 2, fixed=True, language=language)


def compact(value: Number | None, *, language: str | None = None) -> str:
    """Three significant figures: ``1,25 tỷ``, ``350 tr`` / ``1.25bn``, ``350m``; whole below a million."""
    exact = _decimal(value)
    if exact is None:
        return NOTHING
    chosen = _language(language)
    for power, name in _SCALES[chosen]:
        scaled = exact.scaleb(-power)
        # 999,6 triệu is written 1 tỷ: rounding must not leave "1.000 tr"
        if abs(scaled) < Decimal("0.9995"):
            continue
        size = abs(scaled)
        decimals = 2 if size < Decimal("9.995") else 1 if size < Decimal("99.95") else 0
        return _write(scaled, decimals, chosen) + (f"{NBSP}{name}" if chosen == "vi" else name)
    return _write(exact, 0 if abs(exact) >= 1000 else 2, chosen)


def money(value: Number | None, currency: str = "VND", *, short: bool = False, language: str | None = None) -> str:
    """``1.250.000 ₫``, ``1.250,50 USD`` / ``VND 1,250,000``, ``USD 1,250.50``; ``short`` takes ``compact``."""
    exact = _decimal(value)
    if exact is None:
        return NOTHING
    chosen = _language(language)
    decimals = 0 if currency in _WITHOUT_CENTS else 2
    text = (
        compact(exact, language=chosen)
        if short and abs(exact) >= 999_500
        else _write(exact, decimals, chosen, fixed=True)
    )
    if chosen == "vi":
        return f"{text}{NBSP}{'₫' if currency == 'VND' else currency}"
    return f"{currency}{NBSP}{text}"


def day(value: datetime.date | None, *, language: str | None = None) -> str:
    """``24/11/2026`` / ``24 Nov 2026``. A datetime is taken on its local date."""
    if value is None:
        return NOTHING
    if isinstance(value, datetime.datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    if _language(language) == "vi":
        return f"{value.day:02}/{value.month:02}/{value.year}"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def dates_in(text: str, *, language: str | None = None) -> str:
    """A stored text with each date in it, written ``24/11/2026`` there, as the reader writes dates."""

    def written(found: re.Match[str]) -> str:
        try:
            return day(datetime.date(int(found[3]), int(found[2]), int(found[1])), language=language)
        except ValueError:
            return found[0]

    return re.sub(r"\b(\d{2})/(\d{2})/(\d{4})\b", written, text)


def moment(value: datetime.datetime | None, *, language: str | None = None) -> str:
    """``24/11/2026 06:30`` / ``24 Nov 2026 06:30``, in the local time zone."""
    if value is None:
        return NOTHING
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{day(local.date(), language=language)} {local:%H:%M}"


def relative(
    value: datetime.datetime | None, now: datetime.datetime | None = None, *, language: str | None = None
) -> str:
    """``5 phút trước``, ``hôm qua``, ``2 giờ nữa`` / ``5 minutes ago``, …; a date when further than a week."""
    if value is None:
        return NOTHING
    now = now or timezone.now()
    vi = _language(language) == "vi"
    seconds = (now - value).total_seconds()
    past, size = seconds >= 0, abs(seconds)
    days = (timezone.localtime(now).date() - timezone.localtime(value).date()).days
    if size < 60:
        return "vừa xong" if vi else "just now"
    if size < 3600:
        return _ago(int(size // 60), "phút", "minute", past=past, vi=vi)
    if size < 86400 and (days == 0 or size < 6 * 3600):
        return _ago(int(size // 3600), "giờ", "hour", past=past, vi=vi)
    if abs(days) == 1:
        return ("hôm qua" if vi else "yesterday") if past else ("ngày mai" if vi else "tomorrow")
    if abs(days) <= 7:
        return _ago(abs(days), "ngày", "day", past=past, vi=vi)
    return day(value, language=language)


def _ago(count: int, vi_unit: str, en_unit: str, *, past: bool, vi: bool) -> str:
    if vi:
        return f"{count} {vi_unit} {'trước' if past else 'nữa'}"
    plural = "" if count == 1 else "s"
    return f"{count} {en_unit}{plural} ago" if past else f"in {count} {en_unit}{plural}"


def period(key: str, *, language: str | None = None) -> str:
    """A period key as people say it: ``2026-03`` → ``03/2026`` / ``Mar 2026``; ``2026-Q1`` → ``Quý 1/2026``.

    A key that is none comes back as it is.
    """
    chosen = _language(language)
    for pattern, vi, en in _PERIODS:
        found = pattern.fullmatch(key)
        if found is None:
            continue
        parts = found.groups()
        if not vi:
            return _day_or_month(parts, chosen)
        fiscal, rest = parts[0], parts[1:]
        number_in_year = str(int(rest[1])) if len(rest) > 1 else ""
        year = rest[0] if not fiscal else f"TC {rest[0]}" if chosen == "vi" else f"FY{rest[0]}"
        return (vi if chosen == "vi" else en).format("", year, number_in_year)
    return key


def _day_or_month(parts: tuple[str | None, ...], language: str) -> str:
    head, second, third = (part or "" for part in parts)
    if head and head != "FY":
        try:
            return day(datetime.date(int(head), int(second), int(third)), language=language)
        except ValueError:
            return f"{head}-{second}-{third}"
    year, month = second, int(third)
    fiscal = "TC " if head and language == "vi" else "FY" if head else ""
    if language == "vi":
        return f"{month:02}/{fiscal}{year}"
    if head:  # the third month of a fiscal year is not March
        return f"Month {month}, FY{year}"
    return f"{_MONTHS[month - 1]} {year}" if 1 <= month <= 12 else f"{year}-{third}"
