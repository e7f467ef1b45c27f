"""Units of measure as an algebra: what may be added to what, and what a product or a quotient is measured in.

A unit is a product of named factors and a scale. Money of a currency, time, and every counted thing ("đơn",
"khách") are factors; "triệu", "nghìn" and "%" are scales, because 85 (%) and 0.85 say the same number 100 times apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

TIME = "time"
_MONEY = "¤"


@dataclass(frozen=True, slots=True)
class Unit:
    """``factors``: (name, power) sorted by name, no zero powers. Money is ``¤VND``; time is ``time``, in hours.

    ``scale``: how many base units one stands for (1/100 for percent, 10⁶ for "triệu"); None when a formula multiplied
    by a constant such as 100 or 1000, after which only its author knows.
    """

    factors: tuple[tuple[str, int], ...] = ()
    scale: Fraction | None = Fraction(1)

    def times(self, other: Unit, sign: int = 1) -> Unit:
        """The unit of a product (``sign=1``) or a quotient (``sign=-1``)."""
        powers = dict(self.factors)
        for name, power in other.factors:
            powers[name] = powers.get(name, 0) + sign * power
        scale = None
        if self.scale is not None and other.scale is not None:
            scale = self.scale * other.scale if sign > 0 else self.scale / other.scale
        return Unit(_sorted(powers), scale)

    def without_scale(self) -> Unit:
        return Unit(self.factors, None)

    def agrees(self, other: Unit) -> bool:
        """Whether a number of one may be added to a number of the other."""
        if self.factors != other.factors:
            return False
        return self.scale is None or other.scale is None or self.scale == other.scale

    @property
    def currency(self) -> str | None:
        """The currency of an amount of money (``VND``, ``triệu USD``), None for anything else."""
        if len(self.factors) == 1 and self.factors[0][1] == 1 and self.factors[0][0].startswith(_MONEY):
            return self.factors[0][0][len(_MONEY) :]
        return None

    def in_currency(self, currency: str) -> Unit:
        return Unit(((_MONEY + currency, 1),), self.scale)

    @property
    def is_percent(self) -> bool:
        return not self.factors and self.scale == _PERCENT

    @property
    def is_timed(self) -> bool:
        return any(name == TIME for name, _ in self.factors)

    def text(self, language: str) -> str:
        """As people write it: ``VND/đơn``, ``triệu VND``, ``giờ``, ``%``."""
        scale = Fraction(1) if self.scale is None else self.scale
        above: list[str] = []
        below: list[str] = []
        for name, power in self.factors:
            shown = name.removeprefix(_MONEY)
            if name == TIME and abs(power) == 1:
                wanted = scale if power > 0 else 1 / scale
                known = next((names for size, names in _TIMES.items() if size == wanted), None)
                shown = (known or _TIMES[Fraction(1)])[0 if language == "vi" else 1]
                scale = Fraction(1) if known else scale
            (above if power > 0 else below).append(shown + ("" if abs(power) == 1 else f"^{abs(power)}"))
        if not above and not below:
            if scale == _PERCENT:
                return "%"
            plain = "số không có đơn vị" if language == "vi" else "a plain number"
            return plain if scale == 1 else f"{plain} ×{scale}"
        prefix = ""
        if scale != 1:
            words = _SCALE_NAMES.get(scale)
            prefix = (words[0 if language == "vi" else 1] if words else f"×{scale}") + " "
        return prefix + ("·".join(above) or "1") + "".join("/" + name for name in below)


PLAIN = Unit()
_PERCENT = Fraction(1, 100)
PERCENT = Unit((), _PERCENT)

_SCALE_NAMES = {
    _PERCENT: ("% ×", "% of"),
    Fraction(1000): ("nghìn", "thousand"),
    Fraction(10**6): ("triệu", "million"),
    Fraction(10**9): ("tỷ", "billion"),
}
_SCALE_WORDS: dict[str, int] = {
    "nghìn": 1000, "ngàn": 1000, "thousand": 1000, "k": 1000,
    "triệu": 10**6, "tr": 10**6, "million": 10**6, "mn": 10**6, "m": 10**6,
    "tỷ": 10**9, "tỉ": 10**9, "billion": 10**9, "bn": 10**9,
}  # fmt: skip
_ALONE = {"triệu", "tr", "tỷ", "tỉ", "trđ"}  # on their own they mean đồng

_CURRENCY_WORDS = {
    "vnđ": "VND", "vnd": "VND", "đồng": "VND", "đ": "VND", "₫": "VND", "dong": "VND",
    "$": "USD", "us$": "USD", "đô la": "USD", "đô": "USD", "đô la mỹ": "USD", "dollar": "USD", "dollars": "USD",
    "€": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "¥": "JPY", "yên": "JPY", "yen": "JPY",
    "tệ": "CNY", "nhân dân tệ": "CNY", "rmb": "CNY", "won": "KRW", "baht": "THB",
}  # fmt: skip
# the ones a Vietnamese company meets; any other three letters are a counted thing
_ISO_CODES = (
    "AED AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF IDR ILS INR JPY KHR KRW KWD LAK MMK MXN MYR NOK NZD PHP PLN "
    "QAR RUB SAR SEK SGD THB TRY TWD USD VND ZAR"
)
_ISO = frozenset(_ISO_CODES.split())

_TIMES: dict[Fraction, tuple[str, str]] = {
    Fraction(1, 3600): ("giây", "seconds"),
    Fraction(1, 60): ("phút", "minutes"),
    Fraction(1): ("giờ", "hours"),
    Fraction(24): ("ngày", "days"),
    Fraction(24 * 7): ("tuần", "weeks"),
    Fraction(730): ("tháng", "months"),
    Fraction(2190): ("quý", "quarters"),
    Fraction(8760): ("năm", "years"),
}
_TIME_WORDS: dict[str, Fraction] = {
    word: size for size, (vi, en) in _TIMES.items() for word in (vi, en, en.removesuffix("s"))
} | {"h": Fraction(1), "s": Fraction(1, 3600), "tiếng": Fraction(1), "giây (s)": Fraction(1, 3600)}

_PLAIN_WORDS = {"lần", "ratio", "times", "time", "x", "hệ số", "tỷ số", "tỉ số", "tỷ lệ", "tỉ lệ", "1", "-"}
_PERCENT_WORDS = {"%", "phần trăm", "percent", "pct", "percentage", "điểm %", "điểm phần trăm"}

_SAME_THING: dict[str, str] = {
    word: words[0]
    for words in (
        ("đơn", "đơn hàng", "order", "orders"),
        ("khách", "khách hàng", "customer", "customers", "client", "clients"),
        ("người", "nhân viên", "nhân sự", "person", "people", "employee", "employees"),
        ("count", "số lượng", "sl", "number"),
        ("cái", "chiếc", "pcs", "pc", "piece", "pieces", "item", "items"),
        ("cuộc gọi", "call", "calls"),
        ("điểm", "score", "point", "points"),
        ("sản phẩm", "sp", "product", "products"),
        ("m²", "m2"),
        ("m³", "m3"),
    )
    for word in words
}


def parse_unit(text: str | None) -> Unit | None:
    """The unit a KPI's free text means. None or blank is "not said": it goes with anything.

    Money with its scale (``tr đồng``), percent, time, ``A/B``, and otherwise the text itself as a counted thing.
    """
    if text is None:
        return None
    words = " ".join(unicodedata.normalize("NFC", text).split())[:200]
    if not words:
        return None
    parts = [part.strip() for part in re.split(r"\s*/\s*| per | trên | mỗi ", words)]
    if len(parts) > 1 and not all(parts):
        return Unit(((words.casefold(), 1),))
    unit = _single(parts[0])
    for part in parts[1:]:
        unit = unit.times(_single(part), -1)
    return unit


def _single(words: str) -> Unit:
    lowered = words.casefold()
    if lowered in _PERCENT_WORDS:
        return PERCENT
    if lowered == "‰":
        return Unit((), Fraction(1, 1000))
    if lowered in _PLAIN_WORDS:
        return PLAIN
    if lowered in _TIME_WORDS:
        return Unit(((TIME, 1),), _TIME_WORDS[lowered])
    if lowered in _ALONE:
        return Unit(((_MONEY + "VND", 1),), Fraction(_SCALE_WORDS.get(lowered, 10**6)))
    if money := _currency(words):
        return Unit(((_MONEY + money, 1),))
    head, _, rest = lowered.partition(" ")
    if rest and head in _SCALE_WORDS:
        inner = _single(words[len(head) :].strip())
        if inner.scale is not None:
            return Unit(inner.factors, inner.scale * _SCALE_WORDS[head])
    return Unit(((_SAME_THING.get(lowered, lowered), 1),))


def _currency(words: str) -> str | None:
    if words.upper() in _ISO:
        return words.upper()
    return _CURRENCY_WORDS.get(words.casefold())


def currency_named(text: str) -> str | None:
    """The ISO code of a currency named in a formula (``VND``, ``usd``, ``đồng``), None where it is none."""
    return _currency(unicodedata.normalize("NFC", text).strip())


def declared_agrees(declared: Unit, inferred: Unit) -> bool:
    """Whether the unit written on a KPI can be the unit its formula gives.

    People write "VND" for an average order value that is "VND/đơn": a count in the denominator may stay unsaid, and one
    in the numerator where something else remains.
    """
    said = {name for name, _ in declared.factors}
    rest = {name: power for name, power in inferred.factors if name in said or not _is_count(name)}
    unsaid_above = [name for name, power in inferred.factors if name not in rest and power > 0]
    if unsaid_above and not rest:
        return False
    return declared.agrees(Unit(_sorted(rest), inferred.scale))


def _is_count(name: str) -> bool:
    return name != TIME and not name.startswith(_MONEY)


def _sorted(powers: Mapping[str, int] | Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((name, power) for name, power in dict(powers).items() if power))
