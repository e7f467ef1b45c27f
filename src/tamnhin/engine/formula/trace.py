"""Why a formula gave its number: the steps of one evaluation, recorded from ``evaluate`` itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tamnhin.engine.states import State

from .evaluate import Column, Recorder, evaluate
from .nodes import Binary, Call, Compare, If, Kind, Logic, Negate, Node, Not, Number, Ref, Reference, Round, children
from .render import function_name, reference_text, render, symbol, word

Cell: TypeAlias = tuple[float | NDArray[np.float64], int | NDArray[np.int8]]
"""One value and its state: plain numbers, or arrays of one element."""

Show: TypeAlias = Callable[[float, str], str]
"""Writes a number in a language (``vi`` or ``en``); pages pass their own formatter."""

STATE_NAMES: dict[State, tuple[str, str]] = {
    State.VALUE: ("có số", "a value"),
    State.EXEMPT: ("được miễn", "exempt"),
    State.NOT_APPLICABLE: ("không áp dụng được", "not applicable"),
    State.NOT_DUE: ("chưa đến kỳ", "not due yet"),
    State.NO_DATA: ("chưa có số liệu", "no data"),
}

_KIND_NAMES: dict[Kind, tuple[str, str]] = {
    Kind.VALUE: ("{code}", "{code}"),
    Kind.YTD: ("{code} lũy kế từ đầu năm", "{code} year to date"),
    Kind.QTD: ("{code} lũy kế từ đầu quý", "{code} quarter to date"),
    Kind.MTD: ("{code} lũy kế từ đầu tháng", "{code} month to date"),
    Kind.CHILDREN: ("tổng {code} của các chủ thể con", "the sum of {code} over the direct children"),
    Kind.CONVERT: ("{code} quy đổi sang {currency}", "{code} converted to {currency}"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One operation of the formula with what went in and what came out.

    ``value`` is None where ``state`` is not VALUE. ``taken`` is False for the branch of an ``if`` that did not count.
    ``amount`` and ``rate`` are the two sides of a currency conversion, None elsewhere.
    """

    node: Node
    operands: tuple[Step, ...]
    value: float | None
    state: State
    taken: bool = True
    amount: float | None = None
    rate: float | None = None

    @property
    def span(self) -> tuple[int, int]:
        return self.node.span

    @property
    def operation(self) -> str:
        """The canonical formula text of this step."""
        return render(self.node)

    def result(self, language: str, show: Show | None = None) -> str:
        """The outcome alone: a number, ``đúng``/``sai`` for a condition, or the name of the state."""
        if self.value is None:
            return STATE_NAMES[self.state][_side(language)]
        if isinstance(self.node, Compare | Logic | Not):
            return (("sai", "false"), ("đúng", "true"))[int(self.value)][_side(language)]
        return (show or show_number)(self.value, language)

    def text(self, language: str, show: Show | None = None) -> str:
        """One line: ``REV / ORD = 300 ÷ 3 = 100``; ``language`` is ``vi`` or ``en``."""
        outcome = self.result(language, show)
        match self.node:
            case Number():
                written = render(self.node)
                return written if written == outcome else f"{written} = {outcome}"
            case Ref(reference):
                line = f"{reference_name(reference, language)} = "
                if self.amount is not None and self.rate is not None:
                    number = show or show_number
                    line += f"{number(self.amount, language)} × {number(self.rate, language)} = "
                return line + outcome
            case _:
                line = f"{render(self.node, language, pretty=True)} = {self._filled(language, show)} = {outcome}"
                if self.state is State.NOT_APPLICABLE and (why := self._why_none(language)):
                    line += f" ({why})"
                return line

    def lines(self, language: str, show: Show | None = None, depth: int = 0) -> Iterator[tuple[int, str]]:
        """The whole tree as (depth, text) lines, the result first; literals and branches not taken are left out."""
        yield depth, self.text(language, show)
        for operand in self.operands:
            if operand.taken and not isinstance(operand.node, Number):
                yield from operand.lines(language, show, depth + 1)

    def _filled(self, language: str, show: Show | None) -> str:
        """The operation with its operands replaced by their results."""
        parts = [self._operand(operand, language, show) for operand in self.operands]
        match self.node:
            case Binary(op) | Compare(op):
                return f"{parts[0]} {symbol(op, pretty=True)} {parts[1]}"
            case Logic(op):
                return f"{parts[0]} {word(op, language)} {parts[1]}"
            case Not():
                return f"{word('not', language)} {parts[0]}"
            case Negate():
                return f"−{parts[0]}"
            case If():
                return f"{function_name('if', language)}({'; '.join(parts)})"
            case Round(_, digits):
                return f"{function_name('round', language)}({'; '.join([*parts, *([str(digits)] if digits else [])])})"
            case Call(function):
                return f"{function_name(function, language)}({'; '.join(parts)})"
            case _:
                return self.result(language, show)

    def _operand(self, operand: Step, language: str, show: Show | None) -> str:
        if not operand.taken:
            return "…"
        text = operand.result(language, show)
        negative = operand.value is not None and operand.value < 0
        return f"({text})" if negative and isinstance(self.node, Binary | Negate) else text

    def _why_none(self, language: str) -> str | None:
        if any(operand.state is not State.VALUE for operand in self.operands if operand.taken):
            return None
        match self.node:
            case Binary("/"):
                if self.operands[1].value == 0:
                    return ("mẫu số bằng 0", "the denominator is 0")[_side(language)]
        return ("kết quả vượt giới hạn số", "the result is too large a number")[_side(language)]


def trace(node: Node, inputs: Mapping[Reference, Cell], rates: Mapping[Reference, Cell] | None = None) -> Step:
    """The steps of one formula for one cell; the numbers are those ``evaluate`` gives, since it is the same run.

    ``inputs`` and ``rates`` as for ``evaluate``, at one element. Raises KeyError for a missing input.
    """
    columns = {reference: _column(cell) for reference, cell in inputs.items()}
    locked = {reference: _column(cell) for reference, cell in (rates or {}).items()}
    recorder = Recorder()
    evaluate(node, columns, locked, recorder=recorder)
    return _step(node, recorder, columns, locked)


def _step(
    node: Node, recorder: Recorder, inputs: Mapping[Reference, Column], rates: Mapping[Reference, Column]
) -> Step:
    operands = [_step(part, recorder, inputs, rates) for part in children(node)]
    if isinstance(node, If):
        test = operands[0]
        operands[1] = replace(operands[1], taken=test.value == 1.0)
        operands[2] = replace(operands[2], taken=test.value == 0.0)
    value, state = _cell(recorder.of(node))
    step = Step(node, tuple(operands), value, state)
    if isinstance(node, Ref) and node.reference.kind is Kind.CONVERT:
        amount, rate = _cell(inputs[node.reference])[0], _cell(rates[node.reference])[0]
        return replace(step, amount=amount, rate=rate)
    return step


def _column(cell: Cell) -> Column:
    value, state = cell
    return np.asarray(value, dtype=np.float64).reshape(()), np.asarray(state, dtype=np.int8).reshape(())


def _cell(column: Column) -> tuple[float | None, State]:
    state = State(int(column[1]))
    return (float(column[0]) if state is State.VALUE else None), state


def reference_name(reference: Reference, language: str) -> str:
    """A reference in words: ``DOANH_THU lũy kế từ đầu năm, 12 kỳ trước``."""
    plain = reference_text(Reference(reference.code))
    text = _KIND_NAMES[reference.kind][_side(language)].format(code=plain, currency=reference.currency)
    if reference.offset:
        text += (", {} kỳ trước", ", {} periods earlier")[_side(language)].format(-reference.offset)
    return text


def show_number(value: float, language: str) -> str:
    """A number with up to 6 decimals: ``1.234,5`` in Vietnamese, ``1,234.5`` in English. Display only."""
    if value and not 1e-6 <= abs(value) < 1e15:
        text = f"{value:.6g}"
    else:
        text = f"{Decimal(repr(value)):,.6f}".rstrip("0").rstrip(".")
    if language == "vi":
        text = text.translate(str.maketrans(",.", ".,"))
    return text.replace("-", "−")


def _side(language: str) -> int:
    return 0 if language == "vi" else 1
