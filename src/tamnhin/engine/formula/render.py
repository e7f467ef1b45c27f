"""From nodes back to text: the canonical spelling, which parses to the same nodes."""

from __future__ import annotations

from .names import FUNCTIONS, WORDS, quoted
from .nodes import Binary, Call, Compare, If, Kind, Logic, Negate, Node, Not, Number, Ref, Reference, Round

_KIND_FUNCTIONS = {Kind.YTD: "ytd", Kind.QTD: "qtd", Kind.MTD: "mtd", Kind.CHILDREN: "sum", Kind.CONVERT: "convert"}
_PRETTY = {"*": "×", "/": "÷", "-": "−", "<=": "≤", ">=": "≥", "<>": "≠"}
_OR, _AND, _NOT, _COMPARE, _ADD, _MULTIPLY, _SIGN, _ATOM = range(8)


def render(node: Node, language: str = "en", *, pretty: bool = False) -> str:
    """The formula as text; ``parse`` gives the same nodes back, in every language and style.

    ``language`` chooses the names of functions (``vi``: ``nếu``, ``làm_tròn``). ``pretty`` writes ``× ÷ − ≤ ≥ ≠``.
    """
    return _write(node, language, pretty)[0]


def reference_text(reference: Reference, language: str = "en", *, pretty: bool = False) -> str:
    """One reference as it is written in a formula: ``ytd('DT-01'[-12])``."""
    text = quoted(reference.code)
    if reference.offset:
        sign = symbol("-", pretty=pretty)
        text += f"[{sign}{-reference.offset}]"
    if reference.kind is Kind.VALUE:
        return text
    if reference.kind is Kind.CONVERT:
        text += f", {reference.currency}"
    return f"{function_name(_KIND_FUNCTIONS[reference.kind], language)}({text})"


def function_name(name: str, language: str) -> str:
    """``round`` → ``làm_tròn`` in Vietnamese."""
    return FUNCTIONS[name][0] if language == "vi" else name


def word(name: str, language: str) -> str:
    """``and`` → ``và`` in Vietnamese."""
    return WORDS[name] if language == "vi" else name


def symbol(op: str, *, pretty: bool) -> str:
    """The sign an operation is written with."""
    return _PRETTY.get(op, op) if pretty else op


def _write(node: Node, language: str, pretty: bool) -> tuple[str, int]:
    """The text and how tightly its outermost operation binds."""

    def inner(part: Node, at_least: int) -> str:
        text, binds = _write(part, language, pretty)
        return text if binds >= at_least else f"({text})"

    def call(name: str, *arguments: str) -> tuple[str, int]:
        return f"{function_name(name, language)}({', '.join(arguments)})", _ATOM

    match node:
        case Number(text, percent):
            return text + ("%" if percent else ""), _ATOM
        case Ref(reference):
            return reference_text(reference, language, pretty=pretty), _ATOM
        case Negate(operand):
            return symbol("-", pretty=pretty) + inner(operand, _SIGN), _SIGN
        case Binary(op, left, right):
            level = _ADD if op in "+-" else _MULTIPLY
            sign = symbol(op, pretty=pretty)
            return f"{inner(left, level)} {sign} {inner(right, level + 1)}", level
        case Compare(op, left, right):
            return f"{inner(left, _ADD)} {symbol(op, pretty=pretty)} {inner(right, _ADD)}", _COMPARE
        case Logic(op, left, right):
            level = _OR if op == "or" else _AND
            return f"{inner(left, level)} {word(op, language)} {inner(right, level + 1)}", level
        case Not(operand):
            return f"{word('not', language)} {inner(operand, _NOT)}", _NOT
        case If(condition, then, otherwise):
            return call("if", inner(condition, _OR), inner(then, _OR), inner(otherwise, _OR))
        case Call(function, arguments):
            return call(function, *(inner(argument, _OR) for argument in arguments))
        case Round(operand, digits):
            shown = [inner(operand, _OR)]
            if digits:
                shown.append(str(digits) if digits > 0 else symbol("-", pretty=pretty) + str(-digits))
            return call("round", *shown)
