"""A number as people type it: ``1.234,5``, ``1tr5``, ``2 tỷ``, ``500k``, read once and echoed back in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from tamnhin.base import problems as _declared  # noqa: F401  (the codes below)
from tamnhin.base.formatting import number
from tamnhin.base.text import folded
from tamnhin.base.words import in_words
from tamnhin.engine.problems import Problem

_UNITS = {
    "vi": {"k": 3, "nghin": 3, "ngan": 3, "tr": 6, "trieu": 6, "ty": 9, "ti": 9, "nghin ty": 12},
    "en": {"k": 3, "thousand": 3, "m": 6, "million": 6, "bn": 9, "b": 9, "billion": 9, "tn": 12, "trillion": 12},
}
_MONEY = re.compile(r"\s*(?:₫|vnd|vnđ|đồng|đ|%)$", re.IGNORECASE)
_PIECE = re.compile(r"([\d.,\s]+)([a-z]+(?: ty)?)?")
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Echo:
    """How a typed number was read. ``value`` and ``problem`` are never both set; both are None for a blank."""

    value: Decimal | None = None
    text: str = ""
    words: str = ""
    problem: Problem | None = None


class _UnclearError(ValueError):
    pass


def read_number(typed: str, language: str = "vi") -> Echo:
    """Read a typed number. Blank is nothing said; what cannot be read, or could be read two ways, is a problem.

    ``vi``: a point groups thousands and a comma begins decimals; ``en`` the other way round. A bare figure after a
    unit is its decimals (``1tr5`` is 1.5 million); one with a smaller unit is added (``2 tỷ 300 triệu``).
    """
    text = typed.replace("\u00a0", " ").replace("\u202f", " ").replace("−", "-").strip()
    if not text:
        return Echo()
    try:
        value = _parse(text, language)
    except _UnclearError:
        return Echo(problem=Problem("ENTRY_SEPARATORS", args={"text": typed.strip()[:_LONGEST]}))
    except ValueError:
        return Echo(problem=Problem("ENTRY_NOT_A_NUMBER", args={"text": typed.strip()[:_LONGEST]}))
    return Echo(value, number(value, decimals=12, language=language), in_words(value, language))


def _parse(text: str, language: str) -> Decimal:
    if len(text) > _LONGEST:
        raise ValueError(text)
    sign = Decimal(1)
    if text[0] in "+-":
        sign = Decimal(-1 if text[0] == "-" else 1)
        text = text[1:].strip()
    body = folded(_MONEY.sub("", text))
    if not body:  # a lone sign or currency is not 0
        raise ValueError(text)
    units = _UNITS.get(language, _UNITS["en"])
    total, previous, position = Decimal(0), None, 0
    while position < len(body):
        found = _PIECE.match(body, position)
        if found is None or not found[1].strip():
            raise ValueError(text)
        figures, unit = found[1].strip(), found[2]
        if unit is not None and unit not in units:
            raise ValueError(text)
        power = units[unit] if unit else 0
        if previous is None:
            total = _plain(figures, language, with_unit=bool(unit)).scaleb(power)
        elif unit is None:
            if not figures.isdigit() or len(figures) > previous:
                raise ValueError(text)
            total += Decimal(f"0.{figures}").scaleb(previous)
            if found.end() != len(body):
                raise ValueError(text)
        elif power < previous:
            total += _plain(figures, language, with_unit=True).scaleb(power)
        else:
            raise ValueError(text)
        previous = power
        position = found.end()
    return sign * total


def _plain(figures: str, language: str, *, with_unit: bool) -> Decimal:
    group, point = (".", ",") if language == "vi" else (",", ".")
    whole, *fractions = figures.split(point)
    if len(fractions) > 1 or any(not part.isdigit() for part in fractions):
        raise _UnclearError(figures)
    fraction = fractions[0] if fractions else ""
    if group in whole or " " in whole:
        if group in whole and " " in whole:
            raise _UnclearError(figures)
        parts = whole.split(group if group in whole else " ")
        # "1.5 tỷ" cannot be thousands, and people write it so
        if with_unit and group in whole and not fraction and len(parts) == 2 and len(parts[1]) != 3:
            whole, fraction = parts
        elif 1 <= len(parts[0]) <= 3 and all(len(part) == 3 for part in parts[1:]):
            whole = "".join(parts)
        else:
            raise _UnclearError(figures)
    if not whole.isdigit() or (fraction and not fraction.isdigit()):
        raise ValueError(figures)
    return Decimal(f"{whole}.{fraction or '0'}")
