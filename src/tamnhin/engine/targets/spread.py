"""Spreading a figure over the periods of a series, in round figures (docs/algorithms/splitting.md).

``profiles.split`` divides bit for bit what stays one figure with a profile. Here the parts become figures of their own,
that people read, change and lock: whole multiples of a step, first among the halves of the year, then among their
quarters, then among the months, so that the quarters of a series are those of the year spread by quarter.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import numpy.typing as npt

from tamnhin.engine.calendar import Calendar
from tamnhin.engine.periods import KINDS, Kind, Period, anchor, containing
from tamnhin.engine.problems import declare
from tamnhin.engine.targets.profiles import Profile
from tamnhin.engine.targets.shares import MOST_UNITS, SplitError, divide, exact, last_place, whole_steps

Floats = npt.NDArray[np.float64]

declare(
    "SPREAD_NO_HISTORY",
    "error",
    "Chưa phân bổ theo năm trước được: thiếu số liệu năm trước của {periods}. Nhập số còn thiếu, hoặc chọn cách khác.",
    "Last year's pattern cannot be used: there is no number a year before {periods}. Enter it, or choose another way.",
)
declare(
    "SPREAD_HISTORY_UNUSABLE",
    "error",
    "Số liệu năm trước cộng lại bằng 0 hoặc có cả số âm lẫn số dương, nên không làm tỷ lệ phân bổ được. "
    "Chọn cách khác.",
    "Last year's numbers total 0 or have both signs, so they make no pattern. Choose another way.",
)
declare(
    "SPREAD_SHARES_MISSING",
    "error",
    "Có {given} tỷ lệ cho {needed} kỳ. Điền mỗi kỳ một tỷ lệ.",
    "There are {given} shares for {needed} periods. Give each period one.",
)

WAYS: Mapping[str, tuple[str, ...]] = {
    "sum": ("even", "working_days", "last_year", "custom", "per_working_day"),
    "last": ("same", "linear"),
}
"""How the target of a longer period may become those of shorter ones, by aggregation; all others only ``same``."""


@dataclass(frozen=True, slots=True)
class Series:
    """``amounts``: one exact decimal for each of ``parts``. ``step``: what they are multiples of."""

    parts: tuple[Period, ...]
    amounts: tuple[Decimal, ...]
    step: Decimal

    @property
    def total(self) -> Decimal:
        return sum(self.amounts, Decimal(0))

    def by_key(self) -> dict[str, Decimal]:
        return {part.key: amount for part, amount in zip(self.parts, self.amounts, strict=True)}

    def by(self, kind: Kind, fiscal_year_start: int = 1) -> dict[str, Decimal]:
        """What the parts amount to in each longer period, by its key, in order."""
        found: dict[str, Decimal] = {}
        for part, amount in zip(self.parts, self.amounts, strict=True):
            key = containing(anchor(part), kind, fiscal_year_start).key
            found[key] = found.get(key, Decimal(0)) + amount
        return found

    def floats(self) -> Floats:
        """float64 ``(parts,)``."""
        return np.array([float(one) for one in self.amounts], dtype=np.float64)


def ways(aggregation: str) -> tuple[str, ...]:
    """What may be offered for a KPI of this aggregation: a ratio or a mean has the same target in every period."""
    return WAYS.get(aggregation, ("same",))


def spread(
    total: float | Decimal,
    parts: Sequence[Period],
    shares: Sequence[float] | Floats | None = None,
    *,
    step: float | Decimal | None = None,
    locked: Mapping[str, float | Decimal] | None = None,
    fiscal_year_start: int = 1,
) -> Series:
    """``total`` over ``parts`` (of one kind, in order) in proportion to ``shares`` (None: evenly); the sum is exact.

    ``locked``: figures that stay, by period key (elapsed months, a month somebody has fixed); the others share the
    rest. Every longer period (half, quarter, month) gets by the largest remainder what its open parts together are
    due, then its parts divide that. ``step`` None: the last decimal place of the total and of what is locked. Raises
    SplitError: those of ``shares.divide``, and SPREAD_SHARES_MISSING.
    """
    weights = np.ones(len(parts)) if shares is None else np.asarray(shares, dtype=np.float64)
    if len(weights) != len(parts):
        raise SplitError("SPREAD_SHARES_MISSING", given=len(weights), needed=len(parts))
    place = {part.key: at for at, part in enumerate(parts)}
    kept = {place[key]: exact(value) for key, value in (locked or {}).items() if key in place}
    whole = exact(total)
    size = exact(step) if step is not None else last_place(whole, *kept.values())
    if not parts or len(kept) == len(parts):
        return Series(tuple(parts), divide(whole, weights, step=size, locked=kept).amounts, size)
    free = [at for at in range(len(parts)) if at not in kept]
    # all faults of the figures are found here, with the totals that the reader knows; below, only wholes are divided
    divide(whole, weights, step=size, locked=kept)
    amounts: list[Decimal] = [kept.get(at, Decimal(0)) for at in range(len(parts))]
    rest = whole - sum(kept.values(), Decimal(0))
    keys = _longer([parts[at] for at in free], fiscal_year_start)
    counts = _share_out(int(abs(rest) / size), keys, [float(weights[at]) for at in free])
    for at, count in zip(free, counts, strict=True):
        amounts[at] = count * size if rest >= 0 else -count * size
    return Series(tuple(parts), tuple(amounts), size)


def spread_many(
    totals: Sequence[float], parts: Sequence[Period], shares: Floats | None = None, *, fiscal_year_start: int = 1
) -> list[list[float]]:
    """``spread`` for many totals over the same parts, with nothing locked, each at its own last decimal place.

    float64 by total and part: each list sums, as decimals, to its total. ``shares``: float64 ``(parts,)``, ≥ 0 and not
    all 0; None: evenly. Raises SplitError for the first total that cannot be divided.
    """
    weights = [1.0] * len(parts) if shares is None else np.asarray(shares, dtype=np.float64).tolist()
    keys = _longer(parts, fiscal_year_start)
    known: dict[float, list[float]] = {}
    for total in totals:
        if total in known:
            continue
        whole = exact(total)
        size = last_place(whole)
        steps = abs(whole) / size
        if steps >= MOST_UNITS:
            raise SplitError("SPLIT_TOO_FINE", step=size, total=whole)
        step = size if whole >= 0 else -size
        known[total] = [float(count * step) for count in _share_out(int(steps), keys, weights)]
    return [list(known[total]) for total in totals]


def _longer(parts: Sequence[Period], fiscal_year_start: int) -> list[list[str]]:
    """For each part the periods it lies in, from the year down, weeks apart: a month is in no whole number of them."""
    if not parts:
        return []
    longer = [kind for kind in reversed(KINDS[KINDS.index(parts[0].kind) + 1 :]) if kind != "week"]
    return [[containing(anchor(part), kind, fiscal_year_start).key for kind in longer] for part in parts]


def _share_out(steps: int, keys: Sequence[Sequence[str]], weights: Sequence[float]) -> list[int]:
    """``steps`` among the halves of a year, then among the quarters of each, and so on down to the parts."""
    counts = [0] * len(weights)
    waiting: list[tuple[int, list[int], int]] = [(steps, list(range(len(weights))), 0)]
    while waiting:
        amount, mine, depth = waiting.pop()
        if not amount:
            continue
        groups: dict[str | int, list[int]] = {}
        for at in mine:
            groups.setdefault(keys[at][depth] if depth < len(keys[at]) else at, []).append(at)
        together = [math.fsum(weights[at] for at in group) for group in groups.values()]
        divided = whole_steps(amount, np.array(together)).tolist() if len(groups) > 1 else [amount]
        for figure, group in zip(divided, groups.values(), strict=True):
            if depth == len(keys[group[0]]):
                counts[group[0]] = figure
            else:
                waiting.append((figure, group, depth + 1))
    return counts


def shares_by(
    profile: Profile,
    parts: Sequence[Period],
    *,
    calendar: Calendar | None = None,
    last_year: Sequence[float] | Floats | None = None,
    first: int | None = None,
    last: int | None = None,
) -> Floats:
    """The shares that a profile gives the parts: float64 ``(parts,)``, not all 0.

    ``calendar``: needed by ``working_days``; days before ``first`` and after ``last`` (ordinals) are not counted.
    ``last_year``: the actuals a year before each part, NaN where there is none; needed by ``last_year``. Raises
    SplitError SPREAD_NO_HISTORY, SPREAD_HISTORY_UNUSABLE, or SPREAD_SHARES_MISSING for percentages of another number.
    """
    if profile.kind == "custom":
        if len(profile.parts) != len(parts):
            raise SplitError("SPREAD_SHARES_MISSING", given=len(profile.parts), needed=len(parts))
        return profile.integers().astype(np.float64)
    if profile.kind == "working_days":
        if calendar is None:
            raise ValueError("working days need a calendar")
        days = working_days(parts, calendar, first, last).astype(np.float64)
        # a series of nothing but holidays (a week of Tết) goes evenly
        return days if days.any() else np.ones(len(parts))
    if profile.kind == "last_year":
        past = np.full(len(parts), np.nan) if last_year is None else np.asarray(last_year, dtype=np.float64)
        if len(past) != len(parts):
            raise ValueError(f"{len(past)} actuals for {len(parts)} periods")
        missing = [part.key for part, value in zip(parts, past.tolist(), strict=True) if not math.isfinite(value)]
        if missing:
            raise SplitError("SPREAD_NO_HISTORY", periods=", ".join(missing))
        if not past.any() or ((past < 0).any() and (past > 0).any()):
            raise SplitError("SPREAD_HISTORY_UNUSABLE")
        pattern: Floats = np.abs(past)
        return pattern
    return np.ones(len(parts))


def per_working_day(
    rate: float | Decimal,
    parts: Sequence[Period],
    calendar: Calendar,
    *,
    first: int | None = None,
    last: int | None = None,
) -> Series:
    """A figure per working day times the working days of each part: 20 calls a day, 15 days of February → 300.

    Days before ``first`` and after ``last`` (ordinals) are not counted. Raises SplitError SPLIT_NOT_A_NUMBER.
    """
    figure = exact(rate)
    days = working_days(parts, calendar, first, last)
    return Series(tuple(parts), tuple(figure * count for count in days.tolist()), last_place(figure))


def working_days(
    parts: Sequence[Period], calendar: Calendar, first: int | None = None, last: int | None = None
) -> npt.NDArray[np.int64]:
    """Working days of each part, int64 ``(parts,)``, of those between two days (ordinals, inclusive) where given."""
    start = np.array([part.first for part in parts], dtype=np.int64)
    stop = np.array([part.last for part in parts], dtype=np.int64)
    if first is not None:
        start = np.maximum(start, first)
    if last is not None:
        stop = np.minimum(stop, last)
    return calendar.working_days(start, stop)


def same(target: float | Decimal, parts: Sequence[Period]) -> Series:
    """A KPI that does not add up has the target of the whole in every part. Raises SplitError SPLIT_NOT_A_NUMBER."""
    level = exact(target)
    return Series(tuple(parts), (level,) * len(parts), last_place(level))


def linear(
    baseline: float | Decimal, target: float | Decimal, parts: Sequence[Period], *, step: float | Decimal | None = None
) -> Series:
    """From the baseline, before the first part, in equal strides to the target, at the end of the last one.

    For levels that are built up (``last``): 1,000 members to 1,600 in six months: 1,100, 1,200 … 1,600. Each is rounded
    half up to ``step``; the last is the target itself. ``step`` None: the last decimal place of both, refined (at most
    by 6 places) until a stride is a step or more. Raises SplitError SPLIT_NOT_A_NUMBER, SPLIT_NOTHING.
    """
    if not parts:
        raise SplitError("SPLIT_NOTHING")
    start, end = exact(baseline), exact(target)
    way, count = end - start, len(parts)
    if step is not None:
        size = exact(step)
    else:
        size = last_place(start, end)
        for _finer in range(6):
            if not way or abs(way) >= size * count:
                break
            size = size.scaleb(-1)
    levels = [_nearest(start + way * at / count, size) for at in range(1, count)]
    return Series(tuple(parts), (*levels, end), size)


def _nearest(value: Decimal, step: Decimal) -> Decimal:
    return (value / step).quantize(Decimal(1), rounding=ROUND_HALF_UP) * step
