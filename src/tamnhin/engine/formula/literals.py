"""Numbers written in a formula."""

from __future__ import annotations

import math


def fold_constants(op: str, left: float | None, right: float | None) -> float | None:
    """The value of an operation on two literals, None where either is not one or the result is no number."""
    if left is None or right is None or (op == "/" and right == 0):
        return None
    value = {"+": left + right, "-": left - right, "*": left * right, "/": left / (right or 1)}[op]
    return value if math.isfinite(value) else None


def is_scaling(factor: float) -> bool:
    """A constant such as 100 or 0.001, that turns a ratio into percent or đồng into thousands."""
    size = abs(factor)
    if size == 0 or not math.isfinite(size):
        return False
    power = math.log10(size)
    return abs(power) > 1.5 and abs(power - round(power)) < 1e-9


def plain_digits(digits: str) -> str:
    """``007.50`` → ``7.5``: one spelling for one number, exact."""
    whole, _, part = digits.partition(".")
    part = part.rstrip("0")
    return (whole.lstrip("0") or "0") + ("." + part if part else "")
