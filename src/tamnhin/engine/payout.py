"""Payout: exact decimals from a published score to money (computation.md §8 and §9, pay.md).

Nothing here is a float. A rate is carried at full precision and rounded to two decimals only to be shown; an amount
is rounded once, half up, to the unit of its currency. No function returns less than 0: pay by results starts at zero
and goes up, and the contractual wage is not an input. The page with the worked rows is docs/algorithms/payout.md.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from functools import lru_cache
from typing import Final

from babel.numbers import get_currency_precision

from tamnhin.engine import rounding
from tamnhin.engine.problems import declare
from tamnhin.engine.scoring.curves import Points, parse_points

ZERO: Final = Decimal(0)
HUNDRED: Final = Decimal(100)
DEFAULT_CAP: Final = Decimal(120)

_EXACT: Final = Context(prec=60)
_HAIR: Final = Decimal(1).scaleb(-24)


@lru_cache(maxsize=512)
def minor_units(currency: str) -> int:
    """Decimals of a currency's smallest unit (CLDR): VND 0, USD 2, KWD 3; 2 for a code that CLDR does not know."""
    return int(get_currency_precision(currency))


def curve(text: str) -> Points | str:
    """A payout curve from its text (``80:0; 92.5:100; 100:107.5``), or the code of its refusal.

    x is the published score and y the percentage of the performance pay; ``step:`` pays the last point reached.
    """
    return parse_points(text)


def rate(published: Decimal, points: Points | None = None, cap: Decimal = DEFAULT_CAP) -> Decimal:
    """The percentage of the performance pay that a published score earns; exact to 60 digits, never below 0.

    Without a curve it is the score itself from 0 up to ``cap``. With one it is linear between the points and clamped
    at both ends; a ``step`` curve pays the last point reached and 0 below the first (``cap`` is then not used: the
    curve says its own end).
    """
    if points is None:
        return max(ZERO, min(published, cap))
    x, y = points.x, points.y
    reached = bisect_right(x, published)
    if reached == 0:
        return ZERO if points.step else max(ZERO, y[0])
    if points.step or reached == len(x):
        return max(ZERO, y[reached - 1])
    left, right = reached - 1, reached
    with localcontext(_EXACT):
        return max(ZERO, y[left] + (published - x[left]) * (y[right] - y[left]) / (x[right] - x[left]))


def amount(
    base: Decimal,
    percent: Decimal,
    unit_digits: int = 0,
    *,
    share: Decimal = HUNDRED,
    multiplier: Decimal = HUNDRED,
) -> Decimal:
    """base × rate × share of the period × company or team multiplier, rounded once to the currency's unit.

    ``percent``, ``share`` and ``multiplier`` are percentages. Half up; never below 0 (a negative ``base`` has been
    refused with ``base_refusal`` and pays 0).
    """
    with localcontext(_EXACT):
        exact = base * percent * share * multiplier / HUNDRED**3
        # a rate of 100/3 is cut at 60 digits: bring its products back to the exact figure before the one rounding
        exact = exact.quantize(_HAIR)
        return max(ZERO, rounding.half_up_exact(exact, unit_digits))


def base_refusal(base: Decimal) -> str | None:
    """``BONUS_NEGATIVE`` for a performance-pay base below 0, else None."""
    return "BONUS_NEGATIVE" if base < 0 else None


def split_pool(total: Decimal, shares: Sequence[Decimal | int], unit_digits: int = 0) -> list[Decimal]:
    """A pool split in proportion to ``shares`` by the largest remainder: the parts always sum to ``total``.

    Among equal remainders the larger share gets the unit, then the earlier. Raises ValueError when the pool is negative
    or is not a whole number of the currency's units, and when the shares are negative or all 0.
    """
    units = total.scaleb(unit_digits)
    if total < 0 or units != units.to_integral_value():
        raise ValueError(f"a pool must be a whole number of units of {Decimal(1).scaleb(-unit_digits)}, not {total}")
    return [Decimal(part).scaleb(-unit_digits) for part in rounding.largest_remainder(shares, int(units))]


def convert(foreign: Decimal, locked_rate: Decimal, unit_digits: int | None = None) -> Decimal:
    """A foreign amount at the rate locked with its period: exact, or rounded once to ``unit_digits`` when given."""
    with localcontext(_EXACT):
        exact = foreign * locked_rate
        return exact if unit_digits is None else rounding.half_up_exact(exact, unit_digits)


@dataclass(frozen=True, slots=True)
class Correction:
    """What a corrected score does to money already paid: one of the two figures is 0, and neither is below it.

    ``delta`` is paid in the next run. ``overpaid`` is recovered by nobody by itself: it makes a decision task.
    """

    delta: Decimal
    overpaid: Decimal

    @property
    def needs_decision(self) -> bool:
        return self.overpaid > 0


def delta(paid: Decimal, corrected: Decimal) -> Correction:
    """The difference between what was paid and what the corrected score pays (computation.md §8)."""
    return Correction(max(ZERO, corrected - paid), max(ZERO, paid - corrected))


declare(
    "BONUS_NEGATIVE", "error",
    "Mức lương hiệu quả {base} là số âm. Hệ thống chỉ tính thưởng từ 0 trở lên; sửa cột base.",
    "The performance-pay base {base} is negative. Pay by results starts at 0; correct the base column.",
)  # fmt: skip
