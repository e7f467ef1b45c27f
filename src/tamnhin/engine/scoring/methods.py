"""The nine methods and the parameters of scorecard lines (computation.md §3)."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tamnhin.engine.scoring.curves import Curve

Floats = NDArray[np.float64]


class Method(IntEnum):
    """How a line turns actual and target into a percentage."""

    RATIO = 0
    DEVIATION = 1
    INVERSE = 2
    BASELINE = 3
    BAND = 4
    CURVE = 5
    COUNT_DOWN = 6
    PASS_FAIL = 7
    MILESTONE = 8

    @classmethod
    def parse(cls, name: str) -> Method | None:
        """``"count_down"`` -> ``COUNT_DOWN``; None for a name that is no method (the caller says METHOD_UNKNOWN)."""
        return _BY_NAME.get(name.strip().lower())

    @property
    def word(self) -> str:
        """The canonical word of the workbook: ``count_down``."""
        return self.name.lower()


_BY_NAME = {method.name.lower(): method for method in Method}


class Direction(IntEnum):
    """Which way is better."""

    HIGHER = 0
    LOWER = 1
    BAND = 2

    @classmethod
    def parse(cls, name: str) -> Direction | None:
        """``"lower"`` -> ``LOWER``; None for anything else."""
        return {"higher": cls.HIGHER, "lower": cls.LOWER, "band": cls.BAND}.get(name.strip().lower())


REFUSALS: Final[tuple[str | None, ...]] = (
    None,
    "TARGET_NOT_POSITIVE",
    "TARGET_ZERO",
    "ACTUAL_NEGATIVE",
    "BASELINE_EQUALS_TARGET",
    "BASELINE_MISSING",
    "BAND_NOT_ORDERED",
    "CURVE_NOT_INCREASING",
    "PENALTY_NOT_POSITIVE",
    "METHOD_NOT_ALLOWED",
    "TARGET_MISSING",
)
"""Codes by the int8 that ``refusal`` returns; 0 is no refusal."""

FAULT: Final = {code: np.int8(index) for index, code in enumerate(REFUSALS) if code}


@dataclass(frozen=True, slots=True)
class Params:
    """The parameters of ``n`` scorecard lines: arrays of one length, broadcast along the last axis of a matrix.

    float64, NaN where not given: ``baseline``, ``low``, ``high``, ``zero_low``, ``zero_high`` in the measure's unit,
    ``penalty`` in points per unit over. ``direction`` int8 (``Direction``). ``curve`` int32, a position in
    ``curves``, −1 for none.
    """

    baseline: Floats
    low: Floats
    high: Floats
    zero_low: Floats
    zero_high: Floats
    penalty: Floats
    direction: NDArray[np.int8]
    curve: NDArray[np.int32]
    curves: tuple[Curve, ...] = ()

    def __post_init__(self) -> None:
        if len({len(getattr(self, field.name)) for field in fields(self) if field.name != "curves"}) != 1:
            raise ValueError("the parameters of the lines are of different lengths")

    def __len__(self) -> int:
        return len(self.direction)

    def take(self, indices: ArrayLike) -> Params:
        """The parameters of some lines (integer positions or a mask), in that order."""
        at = np.asarray(indices)
        return replace(self, **{f.name: getattr(self, f.name)[at] for f in fields(self) if f.name != "curves"})

    @classmethod
    def scalar(
        cls,
        *,
        direction: Direction = Direction.HIGHER,
        baseline: float = np.nan,
        low: float = np.nan,
        high: float = np.nan,
        zero_low: float = np.nan,
        zero_high: float = np.nan,
        penalty: float = np.nan,
        curve: Curve | None = None,
    ) -> Params:
        """The parameters of one line (arrays of length 1)."""

        def one(value: float) -> Floats:
            return np.array([value], dtype=np.float64)

        return cls(
            baseline=one(baseline),
            low=one(low),
            high=one(high),
            zero_low=one(zero_low),
            zero_high=one(zero_high),
            penalty=one(penalty),
            direction=np.array([direction], dtype=np.int8),
            curve=np.array([-1 if curve is None else 0], dtype=np.int32),
            curves=() if curve is None else (curve,),
        )


@dataclass(frozen=True, slots=True)
class Formula:
    """A method in words: its formula in both languages and the symbols in it, in the order they are explained."""

    vi: str
    en: str
    symbols: tuple[str, ...]


METHODS: Final[dict[Method, Formula]] = {
    Method.RATIO: Formula("A / T × 100", "A / T × 100", ("A", "T")),
    Method.DEVIATION: Formula("(1 ± (A − T) / |T|) × 100", "(1 ± (A − T) / |T|) × 100", ("A", "T")),
    Method.INVERSE: Formula("T / A × 100; A = 0 thì tính mức trần", "T / A × 100; A = 0 is the cap", ("A", "T")),
    Method.BASELINE: Formula("(A − B) / (T − B) × 100", "(A − B) / (T − B) × 100", ("A", "B", "T")),
    Method.BAND: Formula(
        "100 khi A từ L đến H; giảm đều về 0 tại L₀ và H₀",
        "100 while A is from L to H; falls evenly to 0 at L₀ and H₀",
        ("A", "L₀", "L", "H", "H₀"),
    ),
    Method.CURVE: Formula("đường quy đổi tại x = A / T × 100", "the curve at x = A / T × 100", ("A", "T", "x")),
    Method.COUNT_DOWN: Formula("100 − d × max(0, A − T)", "100 − d × max(0, A − T)", ("A", "T", "d")),
    Method.PASS_FAIL: Formula("100 nếu đạt, 0 nếu chưa đạt", "100 if met, else 0", ("A", "T")),
    Method.MILESTONE: Formula(
        "tỷ lệ đã thỏa thuận cho mốc đạt được", "the percentage agreed for the milestone reached", ("A",)
    ),
}
"""The formula of each method as the "why?" shows it; ``explain`` picks the sign and the x that hold for a line."""
