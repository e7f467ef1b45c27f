"""Numbers in words, Vietnamese and English: what a person hears when they check what they typed."""

from __future__ import annotations

from decimal import Decimal

_VI = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_VI_UNITS = ("", "nghìn", "triệu")
_EN_SMALL = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
_EN_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_EN_UNITS = ("", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion")
_EN_LIMIT = 10**21
_FRACTION_READ_AS_NUMBER = 3


def in_words(value: Decimal, language: str) -> str:
    """The number as it is spoken, every digit of it; ``value`` is finite.

    >>> in_words(Decimal("1234.5"), "vi")
    'một nghìn hai trăm ba mươi tư phẩy năm'
    """
    text = format(abs(value), "f")
    whole, _, fraction = text.partition(".")
    fraction = fraction.rstrip("0")
    negative = value < 0
    if language == "vi":
        words = _vi_integer(int(whole))
        if fraction:
            words += f" phẩy {_vi_fraction(fraction)}"
        return f"âm {words}" if negative else words
    words = _en_integer(int(whole))
    if fraction:
        words += " point " + " ".join(_EN_SMALL[int(digit)] for digit in fraction)
    return f"minus {words}" if negative else words


def _vi_integer(number: int) -> str:
    return " ".join(_vi_parts(number, leading=True)) or _VI[0]


def _vi_parts(number: int, *, leading: bool) -> list[str]:
    """Words of a number; not leading, so that 5 after a thousand is "không trăm linh năm"."""
    billions, rest = divmod(number, 10**9)
    words: list[str] = []
    if billions:
        # above a thousand billion the count itself is read as a number: một nghìn tỷ, một tỷ tỷ
        words += [*_vi_parts(billions, leading=leading), "tỷ"]
        leading = False
    for power in (2, 1, 0):
        group = rest // 1000**power % 1000
        if group:
            words += _vi_group(group, leading=leading)
            if power:
                words.append(_VI_UNITS[power])
            leading = False
    return words


def _vi_group(group: int, *, leading: bool) -> list[str]:
    hundreds, tens, units = group // 100, group // 10 % 10, group % 10
    words: list[str] = []
    if hundreds or not leading:
        words += [_VI[hundreds], "trăm"]
    if tens == 1:
        words.append("mười")
    elif tens:
        words += [_VI[tens], "mươi"]
    elif units and words:
        words.append("linh")
    if units == 1 and tens > 1:
        words.append("mốt")
    elif units == 4 and tens > 1:
        words.append("tư")
    elif units == 5 and tens:
        words.append("lăm")
    elif units:
        words.append(_VI[units])
    return words


def _vi_fraction(digits: str) -> str:
    if digits.startswith("0") or len(digits) > _FRACTION_READ_AS_NUMBER:
        return " ".join(_VI[int(digit)] for digit in digits)
    return _vi_integer(int(digits))


def _en_integer(number: int) -> str:
    if number == 0:
        return _EN_SMALL[0]
    if number >= _EN_LIMIT:
        return " ".join(_EN_SMALL[int(digit)] for digit in str(number))
    words: list[str] = []
    for power in range(len(_EN_UNITS) - 1, -1, -1):
        group = number // 1000**power % 1000
        if group:
            words += _en_group(group)
            if power:
                words.append(_EN_UNITS[power])
    return " ".join(words)


def _en_group(group: int) -> list[str]:
    hundreds, rest = divmod(group, 100)
    words = [_EN_SMALL[hundreds], "hundred"] if hundreds else []
    if rest >= len(_EN_SMALL):
        tens, units = divmod(rest, 10)
        words.append(_EN_TENS[tens] + (f"-{_EN_SMALL[units]}" if units else ""))
    elif rest:
        words.append(_EN_SMALL[rest])
    return words
