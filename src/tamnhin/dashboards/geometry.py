"""Where the marks of a bullet bar, a sparkline and the strip of points stand. Plain arithmetic, no markup, no Django.

A bullet bar follows Stephen Few, *Bullet Graph Design Specification* (2013): one bar for the actual, one tick for the
target, zones behind them in shades of one colour. A sparkline follows Tufte: no axes, the last point marked.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tamnhin.dashboards.shapes import Bullet

HEADROOM = 1.08  # the scale ends a little beyond the largest mark, so that a tick at the end stays visible


@dataclass(frozen=True, slots=True)
class BulletMarks:
    """In units of the given width, from the left. None: there is no such mark."""

    bar: tuple[float, float] | None  # x, width
    target: float | None
    target_to_date: float | None
    near: tuple[float, float] | None  # the zone "near"
    good: tuple[float, float] | None  # the zone "met"
    zero: float


def _finite(*values: float | None) -> list[float]:
    return [value for value in values if value is not None and math.isfinite(value)]


def bullet(shape: Bullet, width: float) -> BulletMarks | None:
    """The marks of a bullet bar ``width`` wide, or None where there is neither an actual nor a target.

    The scale always contains 0, so that lengths may be compared; it is cut at three times the target when the actual
    is far beyond it, since a bar that hides its target says nothing.
    """
    present = _finite(shape.actual, shape.target, shape.target_to_date, shape.near, shape.low, shape.high)
    if not present:
        return None
    low, high = min(0.0, *present), max(0.0, *present)
    goals = _finite(shape.target, shape.target_to_date, shape.low, shape.high)
    if goals and max(map(abs, goals)) > 0:
        reach = 3 * max(map(abs, goals))
        low, high = max(low, -reach), min(high, reach)
    if low == high:
        high = 1.0
    start, end = low * HEADROOM, high * HEADROOM

    def place(value: float) -> float:
        return round(width * (min(max(value, start), end) - start) / (end - start), 2)

    def span(first: float, last: float) -> tuple[float, float] | None:
        left, right = sorted((place(first), place(last)))
        return (left, round(right - left, 2)) if right > left else None

    near = good = None
    goal = shape.target_to_date if shape.target_to_date is not None else shape.target
    if shape.direction == "band" and shape.low is not None and shape.high is not None:
        good = span(shape.low, shape.high)
    elif goal is not None and shape.direction == "lower":
        good = span(start, goal)
        near = span(goal, shape.near) if shape.near is not None and shape.near > goal else None
    elif goal is not None:
        good = span(goal, end)
        near = span(shape.near, goal) if shape.near is not None and shape.near < goal else None
    bar = None
    if shape.actual is not None and math.isfinite(shape.actual):
        bar = span(0.0, shape.actual) or (place(0.0), 0.0)
    return BulletMarks(
        bar=bar,
        target=None if shape.target is None else place(shape.target),
        target_to_date=None
        if shape.target_to_date is None or shape.target_to_date == shape.target
        else place(shape.target_to_date),
        near=near,
        good=good,
        zero=place(0.0),
    )


@dataclass(frozen=True, slots=True)
class SparkMarks:
    """Polylines (broken where there is no value), the last point, and the height of the target line."""

    runs: Sequence[Sequence[tuple[float, float]]]
    dots: Sequence[tuple[float, float]]  # values with no neighbour: a line would not show them
    last: tuple[float, float] | None
    target: float | None


def sparkline(
    values: Sequence[float | None], width: float, height: float, target: float | None = None, pad: float = 3.0
) -> SparkMarks | None:
    """The marks of a sparkline, or None without a single value. The scale runs from the smallest to the largest."""
    known = _finite(*values)
    if not known:
        return None
    reach = [*known, *_finite(target)]
    low, high = min(reach), max(reach)
    step = (width - 2 * pad) / max(1, len(values) - 1)

    def height_of(value: float) -> float:
        share = 0.5 if high == low else (value - low) / (high - low)
        return round(height - pad - share * (height - 2 * pad), 2)

    runs: list[list[tuple[float, float]]] = []
    run: list[tuple[float, float]] = []
    last = None
    for index, value in enumerate(values):
        if value is None or not math.isfinite(value):
            if run:
                runs.append(run)
            run = []
            continue
        last = (round(pad + index * step, 2), height_of(value))
        run.append(last)
    if run:
        runs.append(run)
    return SparkMarks(
        runs=[each for each in runs if len(each) > 1],
        dots=[each[0] for each in runs if len(each) == 1],
        last=last,
        target=None if target is None or not math.isfinite(target) else height_of(target),
    )


@dataclass(frozen=True, slots=True)
class StripMark:
    """One line in the strip of points: where its weight begins, how wide it is, and how much of it was earned."""

    x: float
    width: float
    earned: float | None  # 0–1 of the height; None where the line is not scored
    over: bool


def strip(parts: Sequence[tuple[Decimal, Decimal | None]], width: float, gap: float = 1.5) -> list[StripMark]:
    """(weight, contribution) per line → columns whose widths are the weights and whose filled height is the score."""
    shown = [part for part in parts if part[0] > 0]
    total = float(sum((weight for weight, _ in shown), Decimal(0)))
    if not shown or total <= 0:
        return []
    room = width - gap * (len(shown) - 1)
    marks, x = [], 0.0
    for weight, contribution in shown:
        wide = room * float(weight) / total
        share = None if contribution is None else float(contribution) / float(weight)
        marks.append(
            StripMark(
                x=round(x, 2),
                width=round(wide, 2),
                earned=None if share is None else round(min(1.0, max(0.0, share)), 4),
                over=share is not None and share > 1,
            )
        )
        x += wide + gap
    return marks
