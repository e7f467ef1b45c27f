"""From actual and target to raw percentage, score and refusal, over whole matrices at once (computation.md §3).

One implementation serves the full evaluation (millions of cells), one changed cell and the explanation. The linear
methods are the hot path: they make one array for the result and at most one other.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tamnhin.engine.scoring.curves import SAME
from tamnhin.engine.scoring.methods import FAULT, Direction, Floats, Method, Params

Mask = NDArray[np.bool_]
Faults = list[tuple[str, Mask]]
Measure = Callable[[Floats, Floats, Params], tuple[Floats, Faults]]


def raw(method: Method, actual: ArrayLike, target: ArrayLike, params: Params) -> Floats:
    """The unclamped percentage, float64, in the common shape ``[..., n]`` of actual, target and the ``n`` lines.

    NaN where the actual (or a target the method needs) is NaN and where the method is refused. ``inverse`` with A = 0
    is +inf, which the clamp turns into the cap. Never warns.
    """
    return _measured(method, actual, target, params)[0]


def refusal(method: Method, actual: ArrayLike, target: ArrayLike, params: Params) -> NDArray[np.int8]:
    """int8 positions in ``REFUSALS`` in the common shape, 0 where the method can be applied.

    A faulty target or parameter is refused whether or not there is an actual; TARGET_MISSING only where there is one.
    """
    return _measured(method, actual, target, params)[1]


def scored(
    method: Method, actual: ArrayLike, target: ArrayLike, params: Params, floor: ArrayLike, cap: ArrayLike
) -> tuple[Floats, Floats, NDArray[np.int8]]:
    """``(raw, score, refusal)``; ``floor`` and ``cap`` are percentages, scalars or one a line."""
    percentages, refused = _measured(method, actual, target, params)
    return percentages, clamp(percentages, floor, cap), refused


def clamp(percentages: ArrayLike, floor: ArrayLike, cap: ArrayLike, out: Floats | None = None) -> Floats:
    """``percentages`` held within [floor, cap] (broadcast along the last axis); NaN stays NaN. ``out`` is written."""
    lowest, highest = np.asarray(floor, np.float64), np.asarray(cap, np.float64)
    given = np.asarray(percentages, np.float64)
    shape = np.broadcast_shapes(given.shape, lowest.shape, highest.shape)
    held = np.empty(shape, np.float64) if out is None else out
    np.maximum(given, lowest, out=held)
    np.minimum(held, highest, out=held)
    return held


def _measured(method: Method, actual: ArrayLike, target: ArrayLike, params: Params) -> tuple[Floats, NDArray[np.int8]]:
    a, t = np.atleast_1d(np.asarray(actual, np.float64)), np.atleast_1d(np.asarray(target, np.float64))
    shape = np.broadcast_shapes(a.shape, t.shape, (len(params),))
    with np.errstate(all="ignore"):
        computed, faults = _MEASURES[method](a, t, params)
    if computed.shape != shape or not computed.flags.writeable:
        computed = np.array(np.broadcast_to(computed, shape))
    refused = np.zeros(shape, np.int8)
    for code, mask in reversed(faults):  # the first fault named is the one that stays
        if mask.any():
            refused[np.broadcast_to(mask, shape)] = FAULT[code]
    if faults and refused.any():
        computed[refused != 0] = np.nan
    return computed, refused


def _not_positive(actual: Floats, target: Floats) -> Faults:
    if bool(np.all(target > 0)):
        return []
    return [("TARGET_NOT_POSITIVE", target <= 0), *_missing(actual, target)]


def _missing(actual: Floats, target: Floats) -> Faults:
    absent = np.isnan(target)
    return [("TARGET_MISSING", absent & ~np.isnan(actual))] if absent.any() else []


def _only(params: Params, *allowed: Direction) -> Faults:
    """Refuses the lines whose direction the method has no meaning for: being wrong quietly would be worse."""
    wrong = ~np.isin(params.direction, allowed)
    return [("METHOD_NOT_ALLOWED", wrong)] if wrong.any() else []


def _ratio(actual: Floats, target: Floats, params: Params) -> tuple[Floats, Faults]:
    percentages = actual / target
    percentages *= 100.0
    return percentages, _only(params, Direction.HIGHER) + _not_positive(actual, target)


def _deviation(actual: Floats, target: Floats, params: Params) -> tuple[Floats, Faults]:
    faults = _only(params, Direction.HIGHER, Direction.LOWER)
    percentages = actual - target
    if bool(np.all(target > 0)):
        percentages /= target
    else:
        percentages /= np.abs(target)
        faults += [("TARGET_ZERO", target == 0), *_missing(actual, target)]
    percentages = _scaled(percentages, np.where(params.direction == Direction.LOWER, -100.0, 100.0))
    percentages += 100.0
    return percentages, faults


def _scaled(values: Floats, by_line: Floats) -> Floats:
    """``values * by_line``, in place where the shape allows it."""
    if by_line.size and bool((by_line == by_line[0]).all()) and values.shape[-1:] == by_line.shape:
        values *= by_line[0]
        return values
    return values * by_line


def _inverse(actual: Floats, target: Floats, params: Params) -> tuple[Floats, Faults]:
    percentages = target / np.abs(actual)  # the sign of −0.0 must not turn the cap into the floor
    percentages *= 100.0
    faults = _only(params, Direction.LOWER) + _not_positive(actual, target)
    return percentages, [*faults, ("ACTUAL_NEGATIVE", actual < 0)]


def _baseline(actual: Floats, target: Floats, params: Params) -> tuple[Floats, Faults]:
    percentages = actual - params.baseline
    way = target - params.baseline
    if percentages.shape == np.broadcast_shapes(percentages.shape, way.shape):
        percentages /= way
    else:
        percentages = percentages / way
    percentages *= 100.0
    faults: Faults = [("BASELINE_MISSING", np.isnan(params.baseline)), ("BASELINE_EQUALS_TARGET", way == 0)]
    return percentages, faults + _missing(actual, target)


def _band(actual: Floats, _target: Floats, params: Params) -> tuple[Floats, Faults]:
    low, high, zero_low, zero_high = params.low, params.high, params.zero_low, params.zero_high
    percentages = (actual - zero_low) / (low - zero_low)
    np.minimum(percentages, (zero_high - actual) / (zero_high - high), out=percentages)
    percentages *= 100.0
    np.clip(percentages, 0.0, 100.0, out=percentages)
    ordered = (zero_low < low) & (low <= high) & (high < zero_high)
    return percentages, [("BAND_NOT_ORDERED", ~ordered)]


def _curve(actual: Floats, target: Floats, params: Params) -> tuple[Floats, Faults]:
    lines = np.broadcast_shapes(actual.shape[-1:], target.shape[-1:], params.curve.shape)
    ids = np.broadcast_to(params.curve, lines)
    on_value = np.array([curve.on_value for curve in params.curves] + [True])[ids]  # −1, no curve, is the last
    shape = np.broadcast_shapes(actual.shape, target.shape, lines)
    achieved = np.where(on_value, actual, actual / target * 100.0)
    x = np.array(np.broadcast_to(achieved, shape))
    percentages = np.full(shape, np.nan)
    # a loop over distinct curves, of which a company has a handful
    for number in np.unique(ids[ids >= 0]):
        columns = np.flatnonzero(ids == number)
        percentages[..., columns] = params.curves[number].at(x[..., columns])
    faults: Faults = [("CURVE_NOT_INCREASING", ids < 0)]
    if not on_value.all():
        faults += [(code, mask & ~on_value) for code, mask in _not_positive(actual, target)]
    return percentages, faults


def _count_down(actual: Floats, target: Floats, params: Params) -> tuple[Floats, Faults]:
    over = actual - target
    np.maximum(over, 0.0, out=over)
    percentages = 100.0 - over * params.penalty
    faults = _only(params, Direction.LOWER)
    return percentages, [*faults, ("PENALTY_NOT_POSITIVE", ~(params.penalty > 0)), *_missing(actual, target)]


def _pass_fail(actual: Floats, target: Floats, params: Params) -> tuple[Floats, Faults]:
    """Equality is met, and two sums of the same numbers in another order are equal (``SAME``)."""
    in_band = params.direction == Direction.BAND
    least = np.where(in_band, params.low, np.where(params.direction == Direction.HIGHER, target, -np.inf))
    most = np.where(in_band, params.high, np.where(params.direction == Direction.LOWER, target, np.inf))
    slack = np.abs(actual) * SAME
    met = (actual + slack >= least) & (actual - slack <= most)
    percentages = np.where(np.isnan(actual) | np.isnan(least) | np.isnan(most), np.nan, np.where(met, 100.0, 0.0))
    faults: Faults = [("BAND_NOT_ORDERED", in_band & ~(params.low <= params.high))]
    return percentages, faults + [(code, mask & ~in_band) for code, mask in _missing(actual, target)]


def _milestone(actual: Floats, _target: Floats, params: Params) -> tuple[Floats, Faults]:
    """With a curve, A is the milestone reached and the curve gives its percentage; without one, A is the percentage."""
    lines = np.broadcast_shapes(actual.shape[-1:], params.curve.shape)
    ids = np.broadcast_to(params.curve, lines)
    percentages = np.array(np.broadcast_to(actual, np.broadcast_shapes(actual.shape, lines)))
    for number in np.unique(ids[ids >= 0]):
        columns = np.flatnonzero(ids == number)
        percentages[..., columns] = params.curves[number].at(percentages[..., columns], step=True)
    return percentages, []


_MEASURES: dict[Method, Measure] = {
    Method.RATIO: _ratio,
    Method.DEVIATION: _deviation,
    Method.INVERSE: _inverse,
    Method.BASELINE: _baseline,
    Method.BAND: _band,
    Method.CURVE: _curve,
    Method.COUNT_DOWN: _count_down,
    Method.PASS_FAIL: _pass_fail,
    Method.MILESTONE: _milestone,
}
