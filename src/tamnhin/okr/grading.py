"""How far an objective has come: one rule, written down with its rows in docs/algorithms/okr.md.

Pure: no database and no clock. Scores are floats from 0 to 1 until they are published as whole hundredths.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from tamnhin.engine import rounding

MIDDLE, HIGH, FULL = 35, 65, 100  # hundredths from which a band begins


class Band(StrEnum):
    """0.0–0.3, 0.4–0.6 and 0.7–1.0 as people say it in tenths, with the full mark apart."""

    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Mean:
    """The score of an objective: ``score`` None when no key result has one; ``counted`` of ``total`` are in it."""

    score: float | None
    counted: int
    total: int

    @property
    def partial(self) -> bool:
        """Some key results have no number yet: what is shown is the mean of the others."""
        return 0 < self.counted < self.total


def score_of(value: float | None, baseline: float | None, target: float | None) -> float | None:
    """``(value − baseline) ÷ (target − baseline)``, kept between 0 and 1. None where a number is missing or not finite.

    Downwards (target below baseline) is the same rule. Raises ValueError when target and baseline are equal: there is
    no way to go, and whoever wrote it has been told so.
    """
    if value is None or baseline is None or target is None:
        return None
    if baseline == target:
        raise ValueError("a key result whose target is its baseline has no way to go")
    # halves first: the difference of two very large numbers must not overflow
    share = (value / 2 - baseline / 2) / (target / 2 - baseline / 2)
    return min(1.0, max(0.0, share)) if math.isfinite(share) else None


def mean_of(scores: Iterable[float | None]) -> Mean:
    """The plain mean of those that are known. Missing is never zero: it leaves the mean, and the coverage says so."""
    every = list(scores)
    known = [score for score in every if score is not None]
    return Mean(math.fsum(known) / len(known) if known else None, len(known), len(every))


def published(score: float | None) -> int | None:
    """Whole hundredths, rounded half up once: what is shown, banded and kept."""
    return None if score is None else int(rounding.publish(score))


def band_of(hundredths: int) -> Band:
    """The band of a published score."""
    if hundredths >= FULL:
        return Band.FULL
    if hundredths >= HIGH:
        return Band.HIGH
    return Band.MIDDLE if hundredths >= MIDDLE else Band.LOW


class Trust(StrEnum):
    """A weekly confidence from 1 to 10 in words."""

    LOW = "low"  # 1–3
    MIDDLE = "middle"  # 4–6
    HIGH = "high"  # 7–10


def trust_of(confidence: float) -> Trust:
    """Of one confidence, or of the mean of several (to the nearest whole, half up)."""
    whole = math.floor(confidence + 0.5)
    if whole >= 7:
        return Trust.HIGH
    return Trust.MIDDLE if whole >= 4 else Trust.LOW
