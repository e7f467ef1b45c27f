"""The shape of a formula: frozen nodes, each knowing where it stands in the text it came from.

Two nodes are equal when they mean the same; ``span`` is left out of comparison so that a formula and its
canonical text (``render``) compare equal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]
"""Half-open character range in the source text, 0-based."""


class Kind(StrEnum):
    """How a formula looks at a KPI. Every kind may carry a period offset."""

    VALUE = "value"  # the owner's cell of the period
    YTD = "ytd"  # aggregated from the start of the (fiscal) year to the end of the period
    QTD = "qtd"  # … of the quarter
    MTD = "mtd"  # … of the month
    CHILDREN = "children"  # Σ over the owner's direct children
    CONVERT = "convert"  # the owner's cell in another currency, at the rate locked with the period


@dataclass(frozen=True, slots=True)
class Reference:
    """One input that a formula needs.

    ``offset`` is in base periods of the formula KPI's frequency and never positive: the period is shifted first, then
    ``kind`` is applied (``ytd(REV[-12])`` is the year to date of the period twelve periods ago). ``currency`` is the
    target currency of a ``CONVERT`` reference, None otherwise.
    """

    code: str
    kind: Kind = Kind.VALUE
    offset: int = 0
    currency: str | None = None


@dataclass(frozen=True)
class Number:
    """A literal. ``text`` is its plain decimal digits, kept exact; ``percent`` divides it by 100."""

    text: str
    percent: bool = False
    span: Span = field(default=(0, 0), compare=False)

    @cached_property
    def value(self) -> float:
        return float(Decimal(self.text) / 100 if self.percent else Decimal(self.text))


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to a KPI."""

    reference: Reference
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Negate:
    operand: Node
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """``op`` is one of ``+ - * /``."""

    op: str
    left: Node
    right: Node
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Compare:
    """A condition; ``op`` is one of ``< <= > >= = <>``."""

    op: str
    left: Node
    right: Node
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Logic:
    """A condition; ``op`` is ``and`` or ``or``."""

    op: str
    left: Node
    right: Node
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """A condition."""

    operand: Node
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class If:
    condition: Node
    then: Node
    otherwise: Node
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """``function`` is ``min`` or ``max`` (two or more arguments) or ``abs`` (one)."""

    function: str
    arguments: tuple[Node, ...]
    span: Span = field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Round:
    """Half up, away from zero, to ``digits`` decimals (negative: tens, hundreds, …)."""

    operand: Node
    digits: int = 0
    span: Span = field(default=(0, 0), compare=False)


Node: TypeAlias = Number | Ref | Negate | Binary | Compare | Logic | Not | If | Call | Round


def children(node: Node) -> tuple[Node, ...]:
    """The operands of a node, in the order they are written."""
    match node:
        case Number() | Ref():
            return ()
        case Negate(operand) | Not(operand) | Round(operand):
            return (operand,)
        case Binary(_, left, right) | Compare(_, left, right) | Logic(_, left, right):
            return (left, right)
        case If(condition, then, otherwise):
            return (condition, then, otherwise)
        case Call(_, arguments):
            return arguments


def walk(node: Node) -> Iterator[Node]:
    """The node and everything under it, parents first."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(children(current)))


def references(node: Node) -> frozenset[Reference]:
    """Every input the formula needs."""
    return frozenset(part.reference for part in walk(node) if isinstance(part, Ref))
