"""The one implementation of what a formula computes: whole arrays at a time, values beside states.

Terms and guarantees: docs/algorithms/formula.md. ``trace`` explains a number by recording this same run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from tamnhin.engine.rounding import TIE, to_units
from tamnhin.engine.states import State

from .nodes import Binary, Call, Compare, If, Kind, Logic, Negate, Node, Not, Number, Ref, Reference, Round

Values: TypeAlias = NDArray[np.float64]
States: TypeAlias = NDArray[np.int8]
Column: TypeAlias = tuple[Values, States]
"""Values (float64) and states (int8) of one shape; a value counts only where its state is ``VALUE``."""

_T = TypeVar("_T", bound=np.generic)

_EXACT = 2.0**52  # from here on a float64 has no decimals to round
_VALUE, _NOT_APPLICABLE, _NO_DATA = (np.int8(s) for s in (State.VALUE, State.NOT_APPLICABLE, State.NO_DATA))


@dataclass(slots=True)
class Recorder:
    """Keeps what every node of one evaluation gave, by the identity of the node."""

    results: dict[int, Column] = field(default_factory=dict)

    def of(self, node: Node) -> Column:
        return self.results[id(node)]


def evaluate(
    node: Node,
    inputs: Mapping[Reference, Column],
    rates: Mapping[Reference, Column] | None = None,
    *,
    shape: tuple[int, ...] | None = None,
    recorder: Recorder | None = None,
) -> Column:
    """Compute a formula over arrays of any broadcastable shape.

    ``inputs``: for every reference of the formula its values and states, already aggregated; a ``CONVERT`` reference
    comes in its own currency, and ``rates`` has the locked rate to its target currency under the same key (a rate that
    is not VALUE makes the result that state). ``shape``: the shape of the result where it is wider than the inputs.

    Returns float64 values (NaN where the state is not VALUE) and int8 states, both fresh arrays of the common shape.
    The state is the largest of the inputs' states; a division by 0 or an overflow is NOT_APPLICABLE; an ``if`` takes
    the states of its condition and of the branch taken only. An input that says VALUE but is not a finite number is
    NO_DATA.

    Raises KeyError when an input or a rate was not given and ValueError when shapes do not broadcast: faults of the
    caller, not of the formula.
    """
    run = _Run(inputs, rates or {}, recorder)
    with np.errstate(all="ignore"):
        values, states = run.compute(node)
        shapes = [np.shape(part) for column in inputs.values() for part in column]
        wide = np.broadcast_shapes(np.shape(values), *shapes, *([] if shape is None else [shape]))
    given = [part for column in inputs.values() for part in column]
    return _own(values, wide, given), _own(states, wide, given)


def round_half_up(values: Values, digits: int) -> Values:
    """Round half up, away from zero (−2.5 → −3), to ``digits`` decimals; within 1e-9 of a tie is the tie.

    Any shape, float64, by the rule of ``engine.rounding``. ``digits`` at most 6; negative ones are tens, hundreds, ….
    Numbers too large for float64 to hold that decimal come back unchanged; the result is never −0.
    """
    power = 10.0 ** abs(digits)
    scaled = values / power if digits < 0 else values
    exact = np.abs(scaled) * (power if digits > 0 else 1.0) < _EXACT
    units = to_units(np.where(exact, scaled, 0.0), max(digits, 0)).astype(np.float64)
    return np.where(exact, units * power if digits < 0 else units / power, values)


@dataclass(slots=True)
class _Run:
    inputs: Mapping[Reference, Column]
    rates: Mapping[Reference, Column]
    recorder: Recorder | None

    def compute(self, node: Node) -> Column:
        """Values that are NaN exactly where the state is not VALUE: arithmetic then carries absence by itself."""
        values, states = self._compute(node)
        finite = np.isfinite(values)
        if not finite.all():  # only finite numbers are numbers; what overflowed does not exist
            states = np.where((states == _VALUE) & ~finite, _NOT_APPLICABLE, states)
            values = np.where(finite, values, np.nan)
        if self.recorder is not None:
            self.recorder.results[id(node)] = (values, states)
        return values, states

    def _compute(self, node: Node) -> Column:
        match node:
            case Number():
                return np.asarray(node.value, dtype=np.float64), np.asarray(_VALUE)
            case Ref(reference):
                return self._reference(reference)
            case Negate(operand):
                values, states = self.compute(operand)
                return 0.0 - values, states
            case Not(operand):
                values, states = self.compute(operand)
                return 1.0 - values, states
            case Round(operand, digits):
                values, states = self.compute(operand)
                return round_half_up(values, digits), states
            case Binary(op, left, right):
                return _binary(op, self.compute(left), self.compute(right))
            case Compare(op, left, right):
                return _compare(op, self.compute(left), self.compute(right))
            case Logic(op, left, right):
                (a, sa), (b, sb) = self.compute(left), self.compute(right)
                pick = np.minimum if op == "and" else np.maximum  # NaN of either side is kept
                return pick(a, b), _larger(sa, sb)
            case If(condition, then, otherwise):
                (test, st), (a, sa), (b, sb) = self.compute(condition), self.compute(then), self.compute(otherwise)
                taken = test == 1.0
                states = np.where(st == _VALUE, np.where(taken, sa, sb), st)
                return _blank(np.where(taken, a, b), states), states
            case Call("abs", arguments):
                values, states = self.compute(arguments[0])
                return np.abs(values), states
            case Call(function, arguments):
                values, states = self.compute(arguments[0])
                pick = np.minimum if function == "min" else np.maximum
                for argument in arguments[1:]:
                    more, more_states = self.compute(argument)
                    values, states = pick(values, more), _larger(states, more_states)
                return values, states

    def _reference(self, reference: Reference) -> Column:
        values, states = _taken(self.inputs[reference])
        if reference.kind is Kind.CONVERT:
            rate, rate_states = _taken(self.rates[reference])
            return values * rate, _larger(states, rate_states)
        return values, states


def _taken(column: Column) -> Column:
    """An input made to keep its word: no number where the state is not VALUE, NO_DATA where VALUE has no number."""
    values = np.asarray(column[0], dtype=np.float64)
    states = np.asarray(column[1], dtype=np.int8)
    finite = np.isfinite(values)
    if not finite.all():
        states = np.where((states == _VALUE) & ~finite, _NO_DATA, states)
    return _blank(values, states), states


def _blank(values: Values, states: States) -> Values:
    return np.where(states == _VALUE, values, np.nan) if states.any() else values


def _larger(left: States, right: States) -> States:
    if right.ndim == 0 and right == _VALUE:  # a literal never changes a state
        return left
    return np.maximum(left, right)


def _own(part: NDArray[_T], shape: tuple[int, ...], given: Sequence[NDArray[np.generic]]) -> NDArray[_T]:
    """The array in its full shape, copied unless it is already ours alone."""
    part = np.asarray(part)  # arithmetic on one cell gives NumPy scalars
    if part.shape == shape and not any(np.may_share_memory(part, other) for other in given):
        return part
    return np.broadcast_to(part, shape).copy()


def _binary(op: str, left: Column, right: Column) -> Column:
    (a, sa), (b, sb) = left, right
    states = _larger(sa, sb)
    match op:
        case "+":
            return a + b, states
        case "-":
            return a - b, states
        case "*":
            return a * b, states
        case _:
            # x / 0 is infinite or NaN and so becomes NOT_APPLICABLE like any number that does not exist; a state that
            # is missing for a lesser reason than that (EXEMPT) has to be raised by hand
            zero = b == 0.0
            return a / b, np.where(zero, np.maximum(states, _NOT_APPLICABLE), states) if zero.any() else states


def _compare(op: str, left: Column, right: Column) -> Column:
    (a, sa), (b, sb) = left, right
    same = np.abs(a - b) <= TIE * np.maximum(1.0, np.maximum(np.abs(a), np.abs(b)))
    match op:
        case "<":
            answer = (a < b) & ~same
        case "<=":
            answer = (a < b) | same
        case ">":
            answer = (a > b) & ~same
        case ">=":
            answer = (a > b) | same
        case "=":
            answer = same
        case _:
            answer = ~same
    states = _larger(sa, sb)
    return _blank(answer.astype(np.float64), states), states
