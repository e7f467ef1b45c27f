"""Grades, ranks and advisory quotas, all read from published scores (computation.md §4).

Published scores are int64 hundredths (``rounding.publish``), so every comparison here is exact. The page with the
terms, the guarantees and the worked rows is docs/algorithms/grades.md; the tests read it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tamnhin.engine.problems import declare
from tamnhin.engine.rounding import MISSING, TIE

Ints = NDArray[np.int64]

_LARGEST = 1e12


def bounds(lower: ArrayLike) -> Ints:
    """Lower bounds in percent as the smallest published score (int64 hundredths) that reaches each.

    A bound finer than a hundredth, 50.005, is first reached by 50.01. Raises ValueError where ``bounds_refusal``
    gives a code.
    """
    if bounds_refusal(lower):
        raise ValueError("the lower bounds of the grades must be numbers that increase by at least 0.01")
    return _hundredths(lower)


def bounds_refusal(lower: ArrayLike) -> str | None:
    """``GRADES_NOT_INCREASING`` unless the bounds are numbers, each at least a hundredth above the one before."""
    if not bool((np.abs(np.asarray(lower, np.float64)) <= _LARGEST).all()):
        return "GRADES_NOT_INCREASING"
    return "GRADES_NOT_INCREASING" if bool((np.diff(_hundredths(lower)) <= 0).any()) else None


def _hundredths(lower: ArrayLike) -> Ints:
    return np.ceil(np.asarray(lower, np.float64) * 100.0 - TIE * 100.0).astype(np.int64)


def grade_index(published: Ints, lower: Ints) -> NDArray[np.int16]:
    """The position of each score's grade in ``lower`` (ascending, from ``bounds``), int16, any shape.

    Half-open: a score on a bound is in the grade that starts there, so there are no gaps. −1 is no grade: no score
    (``MISSING``), or a score below the first bound.
    """
    index = np.searchsorted(lower, published, side="right") - 1
    return np.where(published == MISSING, -1, index).astype(np.int16)


def distance_to_next(published: Ints, lower: Ints) -> Ints:
    """Hundredths still needed to reach the next grade, int64, any shape; ``MISSING`` in the top grade or unscored."""
    following = np.searchsorted(lower, published, side="right")
    none = (published == MISSING) | (following == len(lower))
    reached = np.append(lower, 0)[np.where(none, len(lower), following)]
    return np.where(none, MISSING, reached - np.where(none, 0, published))


def competition_rank(published: Ints, group: NDArray[np.integer]) -> NDArray[np.int32]:
    """Competition ranks (1, 2, 2, 4) within each group, highest first; int32 ``[n]``, 0 for ``MISSING``."""
    ranks = np.zeros(len(published), np.int32)
    rated = np.flatnonzero(published != MISSING)
    if not len(rated):
        return ranks
    order = rated[np.lexsort((-published[rated], group[rated]))]
    scores, groups = published[order], group[order]
    place = np.arange(len(order))
    new_group = np.append(True, groups[1:] != groups[:-1])
    new_score = new_group | np.append(True, scores[1:] != scores[:-1])
    first_of_group = np.maximum.accumulate(np.where(new_group, place, 0))
    first_of_score = np.maximum.accumulate(np.where(new_score, place, 0))
    ranks[order] = first_of_score - first_of_group + 1
    return ranks


@dataclass(frozen=True, slots=True)
class Quotas:
    """Advice on how many of each grade a group might hold; it changes no grade.

    ``group`` int64 ``[g]`` ascending, ``size`` int64 ``[g]`` rated members, ``actual`` and ``advised`` int64
    ``[g, grades]``, ``shown`` bool ``[g]``: False below the minimum group size, where the page shows no quota.
    """

    group: Ints
    size: Ints
    actual: Ints
    advised: Ints
    shown: NDArray[np.bool_]


def quotas(grade: NDArray[np.integer], group: NDArray[np.integer], shares: ArrayLike, minimum: int = 5) -> Quotas:
    """Advised against actual numbers of each grade in each group.

    ``grade`` and ``group`` have one element a person (grade −1 is not rated and not counted). ``shares`` are whole
    basis points per grade, ascending as the grades are, totalling 10,000; the advised numbers split the group by the
    largest remainder (the lower grade first among equals) and always sum to its size.

    Raises ValueError when the shares are negative or do not total 10,000.
    """
    parts = np.asarray(shares, np.int64)
    if bool((parts < 0).any()) or int(parts.sum()) != 10_000:
        raise ValueError("the quota shares must total 10,000 basis points")
    rated = grade >= 0
    groups, at = np.unique(np.asarray(group[rated], np.int64), return_inverse=True)
    actual = np.zeros((len(groups), len(parts)), np.int64)
    np.add.at(actual, (at, grade[rated]), 1)
    size = actual.sum(axis=1)
    advised, remainder = np.divmod(size[:, None] * parts, 10_000)
    left = size - advised.sum(axis=1)
    order = np.argsort(-remainder, axis=1, kind="stable")
    place = np.empty_like(order)
    np.put_along_axis(place, order, np.arange(len(parts))[None, :], axis=1)
    advised += place < left[:, None]
    return Quotas(groups, size, actual, advised, size >= minimum)


declare(
    "GRADES_NOT_INCREASING", "error",
    "Các mức điểm bắt đầu của xếp loại phải là số và tăng dần, mỗi mức hơn mức trước ít nhất 0,01. "
    "Sửa cột from của trang grades.",
    "The scores at which grades begin must be numbers that increase by at least 0.01. "
    "Correct the from column of the grades sheet.",
)  # fmt: skip
