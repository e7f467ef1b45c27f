"""Rounding: once, half up, where a figure is published (computation.md §4 and §9; docs/algorithms/grades.md).

A score is a float64 until it is published; then it becomes a whole number of hundredths (int64) and stays one, so that
grades, ranks and pay compare exact numbers. ``MISSING`` is "no score" and ``UNBOUNDED`` is a raw percentage that no
int64 can hold (an infinite ``inverse``).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import lcm
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

MISSING: Final = int(np.iinfo(np.int64).min)
UNBOUNDED: Final = int(np.iinfo(np.int64).max)

TIE: Final = 1e-9
_COARSE: Final = 1e8  # units above which a product's own rounding is no longer far below TIE
_BEYOND: Final = 2.0**63


def to_units(values: ArrayLike, digits: int) -> NDArray[np.int64]:
    """``values`` as whole numbers of ``10**-digits``, half up (half away from zero for negatives), any shape.

    A value within 1e-9 of a tie is the tie, so 89.995 (which float64 stores a little below) gives 9000 with two
    digits. Where float64 itself is coarser than 1e-9, the tie is the one that the shortest decimal text of the value
    shows. NaN gives ``MISSING``; infinities and magnitudes beyond int64 give ``±UNBOUNDED``.

    Raises ValueError when ``digits`` is not from 0 to 6 (with more, 1e-9 would no longer be small beside a step).
    """
    if not 0 <= digits <= 6:
        raise ValueError(f"digits must be from 0 to 6, not {digits}")
    shape = np.shape(values)
    given = np.atleast_1d(np.asarray(values, dtype=np.float64))
    factor = 10.0**digits
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = np.abs(given)
        scaled *= factor
        whole = np.floor(scaled)
        scaled -= whole  # exact: what is left of the whole part
        whole += scaled >= 0.5 - TIE * factor
        coarse = whole >= _COARSE
        held = whole < _BEYOND  # not NaN, which is missing
        units = (whole if held.all() else np.where(held, whole, 0.0)).astype(np.int64)
        if coarse.any():
            coarse &= held
            units[coarse] = _coarse_units(np.abs(given[coarse]), factor)
            units[whole >= _BEYOND] = UNBOUNDED
        np.negative(units, out=units, where=given < 0)
        units[np.isnan(given)] = MISSING
    return units.reshape(shape)


def _coarse_units(size: NDArray[np.float64], factor: float) -> NDArray[np.int64]:
    """``to_units`` of large positive numbers, where ``size * factor`` itself would round the tie away.

    The product is taken without error as ``high + low`` (Dekker, A floating-point technique for extending the
    available precision, 1971): both halves of ``size`` are short enough to be multiplied exactly.
    """
    high = size * factor
    spread = size * 134217729.0  # 2**27 + 1
    head = spread - (spread - size)
    low = (head * factor - high) + (size - head) * factor
    whole = np.floor(high)
    step = np.spacing(size) * factor
    # half a step of the float is where its text shows the tie; with whole steps past a unit no text shows one
    slack = np.maximum(TIE * factor, np.where(step < 1.0, step / 2, 0.0))
    rest = np.floor((high - whole) + low + 0.5 + slack)
    return whole.astype(np.int64) + rest.astype(np.int64)


def publish(score: ArrayLike) -> NDArray[np.int64]:
    """Published scores: int64 hundredths of a percentage point, the shape of ``score``. See ``to_units``."""
    return to_units(score, 2)


def to_decimal(hundredths: int | np.int64) -> Decimal | None:
    """A published score as a Decimal with two places; ``MISSING`` is None and ``±UNBOUNDED`` is ±Infinity."""
    units = int(hundredths)
    if units == MISSING:
        return None
    if abs(units) == UNBOUNDED:
        return Decimal("Infinity") if units > 0 else Decimal("-Infinity")
    return Decimal(units).scaleb(-2)


def half_up(x: float, digits: int) -> Decimal | None:
    """One float rounded half up to ``digits`` places by the rule of ``to_units``: 84.45 to a whole number is 84.

    Never call it on a figure that has been rounded before: 84.45 -> 84.5 -> 85 is the mistake it is here to prevent.
    NaN is None. Raises OverflowError for a figure beyond int64 units.
    """
    units = int(to_units(np.float64(x), digits))
    if units == MISSING:
        return None
    if abs(units) == UNBOUNDED:
        raise OverflowError(f"{x!r} has no exact rounding to {digits} places")
    return Decimal(units).scaleb(-digits)


def half_up_exact(x: Decimal, digits: int) -> Decimal:
    """A Decimal rounded half up (away from zero) to ``digits`` places. No tolerance: decimals are exact already."""
    return x.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def largest_remainder(weights: Sequence[Decimal | int | Fraction], total_units: int) -> list[int]:
    """Split ``total_units`` whole units in proportion to ``weights``; the parts always sum to ``total_units``.

    Hamilton's method: every part gets the whole units of its exact quota, and the units left over go one each to the
    largest remainders; among equal ones the larger weight is first, then the earlier, so that the order of the weights
    decides nothing but which of several equal weights gets the unit. A negative total is split as its mirror image.

    Raises ValueError when there is no weight, a weight is negative, or all weights are 0: nobody is named to receive.
    """
    exact = [Fraction(weight) for weight in weights]
    if any(weight < 0 for weight in exact):
        raise ValueError("a share cannot be negative")
    whole = sum(exact)
    if whole == 0:
        raise ValueError("the shares total 0, so there is nobody to split among")
    sign = -1 if total_units < 0 else 1
    # in whole numbers over one common denominator: remainders compare exactly and quickly
    scale = lcm(*(weight.denominator for weight in exact))
    integers = [int(weight * scale) for weight in exact]
    divisor = sum(integers)
    parts, remainders = [], []
    for integer in integers:
        part, remainder = divmod(integer * abs(total_units), divisor)
        parts.append(part)
        remainders.append(remainder)
    left = abs(total_units) - sum(parts)
    for index in sorted(range(len(parts)), key=lambda i: (-remainders[i], -integers[i]))[:left]:
        parts[index] += 1
    return [sign * part for part in parts]
