"""Dividing a target among owners: exact to the last unit, by the largest remainder. See docs/algorithms/splitting.md.

Over periods a figure is divided bit for bit (``profiles.split``); among people the parts have to be figures that
somebody can read out, so they are whole multiples of a step (1, 1.000 đồng, 0,1 %), and sum to the total all the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from tamnhin.engine.problems import Problem, declare

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MOST_UNITS = 2**53  # whole steps beyond this are not exact in float64

declare(
    "SPLIT_NOTHING",
    "error",
    "Không có ai để chia. Chọn ít nhất một người hoặc một đơn vị.",
    "There is nobody to divide it among. Choose at least one person or unit.",
)
declare(
    "SPLIT_NOT_A_NUMBER",
    "error",
    "Tổng hoặc một tỷ lệ chia không phải là số. Điền lại con số đó.",
    "The total or one of the shares is not a number. Fill it in again.",
)
declare(
    "SPLIT_SHARE_NEGATIVE",
    "error",
    "Tỷ lệ chia không được âm. Sửa các tỷ lệ âm thành 0 hoặc số dương.",
    "A share cannot be negative. Make it 0 or more.",
)
declare(
    "SPLIT_SHARES_ZERO",
    "error",
    "Mọi tỷ lệ chia đều bằng 0 mà còn {rest} chưa chia. Đặt tỷ lệ cho ít nhất một nơi chưa khóa, hoặc chia đều.",
    "All shares are 0 and {rest} is left to divide. Give at least one unlocked place a share, or divide equally.",
)
declare(
    "SPLIT_LOCKS_EXCEED",
    "error",
    "Các phần đã khóa cộng lại là {locked}, vượt tổng {total}. Mở khóa hoặc giảm bớt một phần.",
    "The locked parts add up to {locked}, more than the total {total}. Unlock or lower one of them.",
)
declare(
    "SPLIT_ALL_LOCKED",
    "error",
    "Mọi phần đều đã khóa mà cộng lại là {locked}, chưa bằng tổng {total}. Mở khóa ít nhất một phần.",
    "Every part is locked, and they add up to {locked}, not the total {total}. Unlock at least one.",
)
declare(
    "SPLIT_STEP_TOO_COARSE",
    "error",
    "Tổng còn lại {rest} không chia hết cho bước làm tròn {step}. Chọn bước nhỏ hơn.",
    "What is left, {rest}, is no multiple of the step {step}. Choose a smaller step.",
)
declare(
    "SPLIT_LEAST_TOO_LARGE",
    "error",
    "Mỗi nơi ít nhất {least} thì {count} nơi cần nhiều hơn {rest} còn lại. Giảm mức ít nhất, hoặc bớt nơi nhận.",
    "At least {least} for each of {count} places is more than the {rest} that is left. Lower it, or name fewer places.",
)
declare(
    "SPLIT_TOO_FINE",
    "error",
    "Bước làm tròn {step} quá nhỏ so với tổng {total}: không tính chính xác được. Chọn bước lớn hơn.",
    "The step {step} is too small beside the total {total} to be computed exactly. Choose a larger one.",
)


class SplitError(ValueError):
    """A total that cannot be divided; ``problem`` says why and what to do."""

    def __init__(self, code: str, **args: object) -> None:
        self.problem = Problem(code, args=args)
        super().__init__(self.problem.text("en"))


@dataclass(frozen=True, slots=True)
class Parts:
    """``amounts``: exact decimals ``(n,)`` that sum to the total. ``step``: the multiple they were rounded to."""

    amounts: tuple[Decimal, ...]
    step: Decimal

    def floats(self) -> Floats:
        """float64 ``(n,)``."""
        return np.array([float(one) for one in self.amounts], dtype=np.float64)


def divide(
    total: float | Decimal,
    shares: Sequence[float] | Floats,
    *,
    step: float | Decimal | None = None,
    locked: Mapping[int, float | Decimal] | None = None,
    least: float | Decimal | None = None,
) -> Parts:
    """Divide ``total`` in proportion to ``shares`` (``(n,)``, ≥ 0, not all 0) into multiples of ``step``.

    Every part gets the whole steps of its exact share; what is left goes, one step each, to the largest remainders
    (Hamilton's method; among equal remainders the larger share first, then the earlier place). So no part is further
    than one step from its exact share and the sum is the total, exactly. A negative total is divided as the positive
    one and turned round.

    ``locked``: places whose part is given; the rest divide what remains. ``least``: what every unlocked place with a
    share gets in any case, raised to whole steps (of a negative total, what each bears); those above it divide the rest
    among themselves. ``step`` None: the last decimal place of the total and of what is locked. Raises SplitError.
    """
    weights = np.asarray(shares, dtype=np.float64)
    if weights.size == 0:
        raise SplitError("SPLIT_NOTHING")
    kept = {place: exact(value) for place, value in (locked or {}).items()}
    whole = exact(total)
    if not np.isfinite(weights).all():
        raise SplitError("SPLIT_NOT_A_NUMBER")
    if (weights < 0).any():
        raise SplitError("SPLIT_SHARE_NEGATIVE")
    size = exact(step) if step is not None else last_place(whole, *kept.values())
    fixed = sum(kept.values(), Decimal(0))
    rest = whole - fixed
    free = np.ones(len(weights), dtype=bool)
    free[list(kept)] = False
    if not free.any():
        if rest != 0:
            raise SplitError("SPLIT_ALL_LOCKED", locked=fixed, total=whole)
        return Parts(tuple(kept[place] for place in range(len(weights))), size)
    if rest * (1 if whole >= 0 else -1) < 0:
        raise SplitError("SPLIT_LOCKS_EXCEED", locked=fixed, total=whole)
    steps, over = divmod(abs(rest), size)
    if over:
        raise SplitError("SPLIT_STEP_TOO_COARSE", rest=rest, step=size)
    if steps >= MOST_UNITS:
        raise SplitError("SPLIT_TOO_FINE", step=size, total=whole)
    if steps and not weights[free].sum():
        raise SplitError("SPLIT_SHARES_ZERO", rest=rest)
    counts = np.zeros(len(weights), dtype=np.int64)
    if steps:
        counts[free] = whole_steps(int(steps), weights[free])
    if least is not None:
        _raise_to(counts, math.ceil(exact(least) / size), int(steps), np.where(free, weights, 0.0), size)
    sign = 1 if rest >= 0 else -1
    return Parts(
        tuple(kept[place] if place in kept else sign * count * size for place, count in enumerate(counts.tolist())),
        size,
    )


def _raise_to(counts: Ints, least: int, steps: int, weights: Floats, step: Decimal) -> None:
    """Raise the counts of places with a weight to ``least``, at the cost of those that have more."""
    entitled = weights > 0
    if least * int(entitled.sum()) > steps:
        raise SplitError("SPLIT_LEAST_TOO_LARGE", least=least * step, count=int(entitled.sum()), rest=steps * step)
    raised = np.zeros(len(counts), dtype=bool)
    while (low := entitled & ~raised & (counts < least)).any():
        raised |= low
        counts[raised] = least
        others = entitled & ~raised
        counts[others] = whole_steps(steps - least * int(raised.sum()), weights[others])


def whole_steps(steps: int, weights: Floats) -> Ints:
    """``steps`` whole steps among places in proportion to ``weights``: int64 ``(n,)`` that sums to ``steps``."""
    # integers of Python: a share of 2^53 steps in float64 would itself be rounded by a step
    ratios = [weight.as_integer_ratio() for weight in weights.tolist()]
    common = math.lcm(*(below for _above, below in ratios))
    parts = [above * (common // below) for above, below in ratios]
    everything = sum(parts)
    counts = [steps * part // everything for part in parts]
    remainders = [steps * part % everything for part in parts]
    order = sorted(range(len(parts)), key=lambda place: (-remainders[place], -parts[place], place))
    for place in order[: steps - sum(counts)]:
        counts[place] += 1
    return np.array(counts, dtype=np.int64)


def divide_matrix(
    totals: Sequence[float | Decimal], shares: Floats, *, step: float | Decimal | None = None
) -> tuple[Floats, tuple[SplitError | None, ...]]:
    """Many totals (``(k,)``) over the same places: float64 ``(k, n)``, NaN in the rows that cannot be divided.

    ``shares``: ``(n,)`` or ``(k, n)``. The second result says why, per total.
    """
    table = np.broadcast_to(np.asarray(shares, dtype=np.float64), (len(totals), np.shape(shares)[-1]))
    amounts = np.full(table.shape, np.nan)
    faults: list[SplitError | None] = []
    for at, total in enumerate(totals):  # a handful of KPIs, each over many places
        try:
            amounts[at] = divide(total, table[at], step=step).floats()
        except SplitError as fault:
            faults.append(fault)
        else:
            faults.append(None)
    return amounts, tuple(faults)


def exact(value: float | Decimal) -> Decimal:
    """The decimal that somebody means by a number: the shortest one that reads back as the same float."""
    number = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    if not number.is_finite():
        raise SplitError("SPLIT_NOT_A_NUMBER")
    return number


def last_place(*numbers: Decimal) -> Decimal:
    """The last decimal place that any of the numbers uses; at least the units, and never coarser than 1."""
    places = max(max(0, -int(number.normalize().as_tuple().exponent)) for number in numbers)
    return Decimal(1).scaleb(-places)
