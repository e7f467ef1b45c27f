"""Last year and the target, period by period, as a small drawing that needs no library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from tamnhin.engine.periods import Period
from tamnhin.planning.targets.shapes import Bar, Drawing

WIDTH, HEIGHT, LABELS, AIR = 720, 132, 18, 6


def drawing_of(
    parts: Sequence[Period],
    target: Mapping[str, Decimal | None],
    past: Mapping[str, float],
    goal: Decimal | None = None,
) -> Drawing | None:
    """None where there is nothing to draw. ``goal``: a level to be drawn across (of a KPI that does not add up)."""
    values = [float(one) for one in target.values() if one is not None] + [past[p.key] for p in parts if p.key in past]
    if goal is not None:
        values.append(float(goal))
    if not parts or not values:
        return None
    low, high = min(0.0, *values), max(0.0, *values)
    room = HEIGHT - LABELS - 2 * AIR
    scale = room / (high - low) if high > low else 0.0

    def y(value: float) -> float:
        return round(AIR + (high - value) * scale, 1)

    wide = WIDTH / len(parts)
    named = max(1, -(-len(parts) // 12))
    bars = []
    for at, part in enumerate(parts):
        before, asked = past.get(part.key), target.get(part.key)
        top = y(max(before, 0.0)) if before is not None else None
        bars.append(
            Bar(
                label=f"{part.start:%m}" if part.kind == "month" else str(part.number),
                x=round(at * wide, 1),
                end=round((at + 1) * wide, 1),
                middle=round((at + 0.5) * wide, 1),
                past_x=round((at + 0.2) * wide, 1),
                past_y=top,
                past_height=round(abs(before) * scale, 1) if before is not None else 0.0,
                target_y=y(float(asked)) if asked is not None else None,
                last_year=before,
                target=asked,
                named=at % named == 0,
            )
        )
    return Drawing(
        WIDTH, HEIGHT, y(0.0), HEIGHT - 4, round(wide * 0.6, 1), bars, y(float(goal)) if goal is not None else None
    )
