"""Curves: points that turn an achievement into a score or a payout (computation.md §3 and §9).

Text form: ``80:0; 92.5:100; 100:107.5``. ``step:`` in front makes steps (the last point reached counts, nothing
below the first); ``value:`` in front says that x is the measure itself and not A/T·100. The two combine.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

NOT_INCREASING = "CURVE_NOT_INCREASING"
AMBIGUOUS = "CURVE_NUMBER_AMBIGUOUS"

# Two measures closer than this share of their size are one: above what sums of float64 drift apart by, and still
# below half a đồng at 30 thousand billion.
SAME = 64 * float(np.finfo(np.float64).eps)
SAME_PERCENT = 1e-9

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_TWO_READINGS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
_PREFIX = re.compile(r"\s*(step|value)\s*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Points:
    """The exact points of a curve's text: x strictly increasing, at least two."""

    x: tuple[Decimal, ...]
    y: tuple[Decimal, ...]
    step: bool
    on_value: bool


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve over floats. ``x`` and ``y`` are float64 arrays of one length, at least 2, ``x`` strictly increasing.

    Built by ``Curve.parse`` or ``Curve.of``; two curves of the same points are equal and hash alike.
    """

    points: Points

    @property
    def step(self) -> bool:
        return self.points.step

    @property
    def on_value(self) -> bool:
        return self.points.on_value

    @property
    def x(self) -> NDArray[np.float64]:
        return _floats(self.points.x)

    @property
    def y(self) -> NDArray[np.float64]:
        return _floats(self.points.y)

    @property
    def text(self) -> str:
        """The canonical text: parsing it gives the same curve."""
        pairs = "; ".join(f"{x:f}:{y:f}" for x, y in zip(self.points.x, self.points.y, strict=True))
        return f"{'step: ' * self.step}{'value: ' * self.on_value}{pairs}"

    @classmethod
    def parse(cls, text: str) -> Curve | str:
        """The curve that ``text`` says, or the code of its refusal. See ``parse_points``."""
        points = parse_points(text)
        return points if isinstance(points, str) else cls(points)

    def at(self, x: NDArray[np.float64], *, step: bool | None = None) -> NDArray[np.float64]:
        """y at each x, any shape, float64; NaN gives NaN.

        Linear between points and clamped at both ends. With steps, the y of the last point reached, and 0 below the
        first; reaching allows for float noise (1e-9 of a percentage point, or 64 units in the last place of a measure).
        """
        if not (self.step if step is None else step):
            return np.interp(x, self.x, self.y)
        slack = np.abs(x) * SAME
        if not self.on_value:
            slack = np.maximum(slack, SAME_PERCENT)
        reached = np.searchsorted(self.x, x + slack, side="right")
        return np.where(np.isnan(x), np.nan, np.concatenate(([0.0], self.y))[reached])


@lru_cache(maxsize=4096)
def _floats(numbers: tuple[Decimal, ...]) -> NDArray[np.float64]:
    array = np.array([float(number) for number in numbers], dtype=np.float64)
    array.flags.writeable = False
    return array


def parse_points(text: str) -> Points | str:
    """Exact points from text, or a refusal code.

    Points are ``x:y`` with ``;`` or a new line between them; a decimal comma is read as a point, ``−`` as a minus,
    a ``%`` sign is passed over. There are no thousands separators: a number such as ``1.234`` or ``1,234`` is refused
    with ``CURVE_NUMBER_AMBIGUOUS``. Fewer than two points, x that does not strictly increase, or text that is no
    curve at all: ``CURVE_NOT_INCREASING``.
    """
    step = on_value = False
    while prefix := _PREFIX.match(text):
        step |= prefix[1].lower() == "step"
        on_value |= prefix[1].lower() == "value"
        text = text[prefix.end() :]
    xs: list[Decimal] = []
    ys: list[Decimal] = []
    for part in re.split(r"[;\n]", text.replace("−", "-").replace("%", "")):
        if not part.strip():
            continue
        pair = [number.strip() for number in part.split(":")]
        if len(pair) != 2 or not all(_NUMBER.fullmatch(number) for number in pair):
            return NOT_INCREASING
        if any(_TWO_READINGS.fullmatch(number) for number in pair):
            return AMBIGUOUS
        x, y = (Decimal(number.replace(",", ".")) for number in pair)
        xs.append(x)
        ys.append(y)
    if len(xs) < 2 or any(float(b) <= float(a) for a, b in pairwise(xs)):
        return NOT_INCREASING
    return Points(tuple(xs), tuple(ys), step, on_value)
