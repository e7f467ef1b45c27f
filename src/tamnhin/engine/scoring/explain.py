"""The trace of one score, for the "why?" (computation.md §3). Every number comes from ``measure``: no second copy."""

from __future__ import annotations

from dataclasses import dataclass

from tamnhin.engine.scoring.measure import raw, scored
from tamnhin.engine.scoring.methods import METHODS, REFUSALS, Direction, Method, Params


@dataclass(frozen=True, slots=True)
class Explanation:
    """One score as a formula with its numbers. ``raw`` and ``score`` are NaN where ``refusal`` is a code."""

    method: Method
    formula_vi: str
    formula_en: str
    symbols: tuple[tuple[str, float], ...]
    points: str | None
    raw: float
    score: float
    floor: float
    cap: float
    refusal: str | None

    @property
    def clamped(self) -> bool:
        """Whether the counted score differs from the raw one ("180 %, counted as 120")."""
        return self.raw < self.floor or self.raw > self.cap


def explain(
    method: Method, actual: float, target: float, params: Params, floor: float = 0.0, cap: float = 120.0
) -> Explanation:
    """How one line (``params`` of length 1) came to its score. Raises ValueError when ``params`` holds more lines."""
    if len(params) != 1:
        raise ValueError("an explanation is of one line")
    percentage, score, refused = scored(method, [actual], [target], params, floor, cap)
    curve = params.curves[params.curve[0]] if params.curve[0] >= 0 else None
    on_target = method is Method.CURVE and curve is not None and not curve.on_value
    values = {
        "A": actual,
        "T": target,
        "B": float(params.baseline[0]),
        "d": float(params.penalty[0]),
        "L": float(params.low[0]),
        "H": float(params.high[0]),
        "L₀": float(params.zero_low[0]),
        "H₀": float(params.zero_high[0]),
    }
    if on_target:  # the same achievement that `ratio` would show
        values["x"] = float(raw(Method.RATIO, [actual], [target], Params.scalar())[0])
    formula_vi, formula_en, symbols = METHODS[method].vi, METHODS[method].en, METHODS[method].symbols
    direction = params.direction[0]
    if method is Method.DEVIATION:
        sign = "−" if direction == Direction.LOWER else "+"
        formula_vi, formula_en = formula_vi.replace("±", sign), formula_en.replace("±", sign)
    elif method is Method.CURVE and not on_target:
        formula_vi, formula_en, symbols = "đường quy đổi tại A", "the curve at A", ("A",)
    elif method is Method.PASS_FAIL:
        relation, symbols = {
            Direction.HIGHER: ("A ≥ T", symbols),
            Direction.LOWER: ("A ≤ T", symbols),
            Direction.BAND: ("L ≤ A ≤ H", ("A", "L", "H")),
        }[Direction(direction)]
        formula_vi, formula_en = f"100 nếu {relation}, không thì 0", f"100 if {relation}, else 0"
    uses_curve = method in (Method.CURVE, Method.MILESTONE) and curve is not None
    return Explanation(
        method,
        formula_vi,
        formula_en,
        tuple((symbol, values[symbol]) for symbol in symbols),
        curve.text if uses_curve and curve is not None else None,
        float(percentage[0]),
        float(score[0]),
        floor,
        cap,
        REFUSALS[int(refused[0])],
    )
