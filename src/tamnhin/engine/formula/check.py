"""From a syntax tree to a formula that means something: names, arguments and units, every fault collected."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from itertools import islice

from lark import Token, Tree

from . import names
from .grammar import MAX_DIGITS, MAX_OFFSET, MAX_ROUND, SyntaxTree, code_of
from .literals import fold_constants, is_scaling, plain_digits
from .names import quoted
from .nodes import Binary, Call, Compare, If, Kind, Logic, Negate, Node, Not, Number, Ref, Reference, Round, Span
from .problems import FormulaError, Hint, printable
from .texts import OPERATION, USAGE
from .units import PLAIN, Unit, currency_named, parse_unit

_SIGNS = {"＋": "+", "−": "-", "–": "-", "×": "*", "÷": "/", "∕": "/", "≤": "<=", "≥": ">=", "≠": "<>"}
_KINDS = {"sum": Kind.CHILDREN, "ytd": Kind.YTD, "qtd": Kind.QTD, "mtd": Kind.MTD, "convert": Kind.CONVERT}
# Looking for a similar code costs time in proportion to both: hostile text must not buy minutes with 2,000 characters.
MAX_GUESSES = 5
MAX_CANDIDATES = 5_000
_WRONG = Number("0")  # stands where a fault was reported, so that the rest is still checked


@dataclass(frozen=True, slots=True)
class Typed:
    """A node with what is known about it. ``span`` includes brackets around it, ``node.span`` does not.

    ``unit``: None is unknown and goes with anything. ``bare``: written as numbers only, so it takes the unit of its
    neighbour in a sum or comparison (``max(x, 0)``). ``constant``: its value where it is made of literals.
    """

    node: Node
    span: Span
    unit: Unit | None = None
    bare: bool = False
    constant: float | None = None
    condition: bool = False


@dataclass
class Checker:
    """Builds the nodes of one formula. ``known``: code → unit text. ``currency``: what ``convert(X)`` converts to."""

    text: str
    known: Mapping[str, str | None]
    currency: str
    faults: list[FormulaError] = field(default_factory=list)
    guesses: int = 0

    def formula(self, tree: SyntaxTree) -> Typed:
        """The whole formula; it must give a number."""
        return self._number(_trees(tree)[0])

    def _build(self, tree: SyntaxTree) -> Typed:
        start, end = _span(tree)
        while tree.data in ("group", "plus"):
            tree = _trees(tree)[0]
        builder: Callable[[SyntaxTree], Typed] = getattr(self, f"_on_{tree.data}")
        built = builder(tree)
        return replace(built, span=(min(start, built.span[0]), max(end, built.span[1])))

    # --- leaves ---

    def _on_number(self, tree: SyntaxTree) -> Typed:
        return self._literal(tree, percent=False)

    def _on_percent(self, tree: SyntaxTree) -> Typed:
        return self._literal(tree, percent=True)

    def _literal(self, tree: SyntaxTree, *, percent: bool) -> Typed:
        digits = str(tree.children[0])
        span = _span(tree)
        if len(digits) > MAX_DIGITS:
            self._fault("FORMULA_NUMBER", span, {"limit": MAX_DIGITS})
            return Typed(_WRONG, span, None)
        node = Number(plain_digits(digits), percent, span)
        return Typed(node, span, PLAIN, bare=not percent, constant=node.value)

    def _on_ref(self, tree: SyntaxTree) -> Typed:
        return self._reference(tree, Kind.VALUE, _span(tree))

    def _reference(self, tree: SyntaxTree, kind: Kind, span: Span, currency: str | None = None) -> Typed:
        token = tree.children[0]
        offset = 0
        if len(tree.children) > 1 and isinstance(tree.children[1], Tree):
            offset = self._offset(tree.children[1])
        code = self._code(token) if isinstance(token, Token) else None
        if code is None:
            return Typed(_WRONG, span)
        unit = parse_unit(self.known[code])
        if kind is Kind.CONVERT and currency is not None and unit is not None:
            if unit.currency is None:
                shown = {"found": printable(code), "unit_vi": unit.text("vi"), "unit_en": unit.text("en")}
                self._fault("FORMULA_NOT_MONEY", span, shown)
                return Typed(_WRONG, span)
            if unit.currency == currency:  # nothing to convert, and no rate to ask for
                kind, currency = Kind.VALUE, None
            else:
                unit = unit.in_currency(currency)
        elif kind is Kind.CONVERT and currency is not None:
            unit = PLAIN.in_currency(currency).without_scale()
        return Typed(Ref(Reference(code, kind, offset, currency), span), span, unit)

    def _offset(self, tree: SyntaxTree) -> int:
        written = "".join(_SIGNS.get(str(part), str(part)) for part in tree.children)
        value = Decimal(written)
        if value != value.to_integral_value() or not -MAX_OFFSET <= value <= 0:
            hint = Hint("future") if value > 0 else None
            found = f"[{printable(written)}]"
            self._fault("FORMULA_OFFSET", _span(tree), {"found": found, "limit": MAX_OFFSET}, hint)
            return 0
        return int(value)

    def _code(self, token: Token) -> str | None:
        code = code_of(token)
        if code in self.known:
            return code
        if code in self._composed:
            return self._composed[code]
        span = (token.start_pos or 0, token.end_pos or 0)
        self._fault("FORMULA_UNKNOWN_KPI", span, {"found": f"“{printable(code)}”"}, self._code_hint(code, span))
        return None

    def _code_hint(self, code: str, span: Span) -> Hint | None:
        if not self.known:
            return Hint("no_kpi_known")
        rest = self.text[span[0] :]
        longer = [other for other in self.known if len(other) > len(code) and rest.startswith(other)]
        if longer:
            return Hint("quote_code", {"name": quoted(max(longer, key=len))})
        self.guesses += 1
        if self.guesses > MAX_GUESSES:
            return None
        near = difflib.get_close_matches(names.fold(code)[:64], self._folded, n=1, cutoff=0.6)
        return Hint("did_you_mean", {"name": quoted(self._folded[near[0]])}) if near else None

    @cached_property
    def _composed(self) -> dict[str, str]:
        """Known codes by their NFC form: a file may hold codes typed in decomposed form."""
        return {unicodedata.normalize("NFC", code): code for code in self.known}

    @cached_property
    def _folded(self) -> dict[str, str]:
        return {names.fold(code): code for code in islice(self.known, MAX_CANDIDATES)}

    # --- arithmetic ---

    def _on_minus(self, tree: SyntaxTree) -> Typed:
        inner = self._number(_trees(tree)[0])
        constant = None if inner.constant is None else -inner.constant
        span = _span(tree)
        return replace(inner, node=Negate(inner.node, span), span=span, constant=constant)

    def _on_add(self, tree: SyntaxTree) -> Typed:
        left, op, right = self._sides(tree, self._number)
        self._percent_slip(left, right)
        unit = self._same(left, right, op, right.span)
        constant = fold_constants(op, left.constant, right.constant)
        span = (left.span[0], right.span[1])
        return Typed(Binary(op, left.node, right.node, span), span, unit, left.bare and right.bare, constant)

    def _on_mul(self, tree: SyntaxTree) -> Typed:
        left, op, right = self._sides(tree, self._number)
        unit = None
        if left.unit is not None and right.unit is not None:
            unit = left.unit.times(right.unit, 1 if op == "*" else -1)
            factor = right.constant if left.constant is None else left.constant if right.constant is None else None
            if factor is not None and (unit.is_timed or is_scaling(factor)):
                unit = unit.without_scale()
        constant = fold_constants(op, left.constant, right.constant)
        span = (left.span[0], right.span[1])
        return Typed(Binary(op, left.node, right.node, span), span, unit, left.bare and right.bare, constant)

    # --- conditions ---

    def _on_compare(self, tree: SyntaxTree) -> Typed:
        left, op, right = self._sides(tree, self._number)
        self._same(left, right, "compare", right.span)
        span = (left.span[0], right.span[1])
        return Typed(Compare(op, left.node, right.node, span), span, condition=True)

    def _on_or_(self, tree: SyntaxTree) -> Typed:
        return self._logic(tree, "or")

    def _on_and_(self, tree: SyntaxTree) -> Typed:
        return self._logic(tree, "and")

    def _logic(self, tree: SyntaxTree, op: str) -> Typed:
        left, _, right = self._sides(tree, self._condition)
        span = (left.span[0], right.span[1])
        return Typed(Logic(op, left.node, right.node, span), span, condition=True)

    def _on_not_(self, tree: SyntaxTree) -> Typed:
        span = _span(tree)
        return Typed(Not(self._condition(_trees(tree)[0]).node, span), span, condition=True)

    # --- functions ---

    def _on_call(self, tree: SyntaxTree) -> Typed:
        token = tree.children[0]
        span = _span(tree)
        arguments = _trees(tree)
        function = names.function(str(token))
        if function is None:
            found = {"found": f"“{printable(str(token))}”"}
            hint = self._function_hint(str(token))
            self._fault("FORMULA_UNKNOWN_FUNCTION", (span[0], span[0] + len(str(token))), found, hint)
            for argument in arguments:
                self._build(argument)
            return Typed(_WRONG, span)
        if function in _KINDS:
            return self._on_kpi_function(function, arguments, span)
        if function == "if":
            return self._on_if(arguments, span)
        if function == "round":
            return self._on_round(arguments, span)
        values = [self._number(argument) for argument in arguments]
        if len(values) != 1 if function == "abs" else len(values) < 2:
            return self._usage(function, span)
        unit, bare = values[0].unit, values[0].bare
        joined = values[0]
        for value in values[1:]:
            unit = self._same(joined, value, function, value.span)
            bare = bare and value.bare
            joined = replace(joined, unit=unit, bare=bare)
        return Typed(Call(function, tuple(value.node for value in values), span), span, unit, bare)

    def _function_hint(self, written: str) -> Hint:
        name = unicodedata.normalize("NFC", written)
        if name in self.known:
            return Hint("not_a_function", {"name": quoted(name)})
        if names.fold(name) in ("average", "avg", "mean", "trung_binh"):
            return Hint("average")
        folded = {names.fold(other): other for other in names.all_function_names()}
        near = difflib.get_close_matches(names.fold(name)[:64], folded, n=1, cutoff=0.6)
        if near:
            return Hint("did_you_mean", {"name": folded[near[0]]})
        return Hint("functions", {"names": ", ".join(names.FUNCTIONS)})

    def _on_if(self, arguments: list[SyntaxTree], span: Span) -> Typed:
        if len(arguments) != 3:
            return self._usage("if", span)
        condition = self._condition(arguments[0])
        then, otherwise = self._number(arguments[1]), self._number(arguments[2])
        unit = self._same(then, otherwise, "if", otherwise.span)
        node = If(condition.node, then.node, otherwise.node, span)
        return Typed(node, span, unit, then.bare and otherwise.bare)

    def _on_round(self, arguments: list[SyntaxTree], span: Span) -> Typed:
        if len(arguments) not in (1, 2):
            return self._usage("round", span)
        operand = self._number(arguments[0])
        digits = 0
        if len(arguments) == 2:
            written = self._number(arguments[1])
            value = written.constant if written.bare else None
            if value is None or value != round(value) or abs(value) > MAX_ROUND:
                return self._usage("round", written.span)
            digits = int(value)
        return Typed(Round(operand.node, digits, span), span, operand.unit, operand.bare)

    def _on_kpi_function(self, function: str, arguments: list[SyntaxTree], span: Span) -> Typed:
        allowed = (1, 2) if function == "convert" else (1,)
        if len(arguments) not in allowed:
            return self._usage(function, span, Hint("add_kpis") if function == "sum" and arguments else None)
        if arguments[0].data != "ref":
            return self._usage(function, _span(arguments[0]), Hint("use_one_kpi"))
        currency = None
        if function == "convert":
            currency = self.currency
            if len(arguments) == 2:
                named = _currency_argument(arguments[1])
                if named is None:
                    return self._usage(function, _span(arguments[1]))
                currency = named
        return self._reference(arguments[0], _KINDS[function], span, currency)

    def _usage(self, function: str, span: Span, hint: Hint | None = None) -> Typed:
        usage_vi, usage_en = USAGE[function]
        self._fault("FORMULA_ARGUMENTS", span, {"function": function, "usage_vi": usage_vi, "usage_en": usage_en}, hint)
        return Typed(_WRONG, span)

    # --- what goes where ---

    def _number(self, tree: SyntaxTree) -> Typed:
        built = self._build(tree)
        if not built.condition:
            return built
        self._fault(
            "FORMULA_CONDITION", built.span,
            {"expected_vi": "một con số", "expected_en": "a number",
             "found_vi": "một điều kiện đúng/sai", "found_en": "a true/false condition"},
            Hint("use_if"),
        )  # fmt: skip
        return Typed(_WRONG, built.span)

    def _condition(self, tree: SyntaxTree) -> Typed:
        built = self._build(tree)
        if built.condition or built.node is _WRONG:
            return built
        self._fault(
            "FORMULA_CONDITION", built.span,
            {"expected_vi": "một điều kiện đúng/sai", "expected_en": "a true/false condition",
             "found_vi": "một con số", "found_en": "a number"},
            Hint("compare_with_zero", {"name": printable(self.text[slice(*built.span)], 30)}),
        )  # fmt: skip
        return Typed(_WRONG, built.span, condition=True)

    def _sides(self, tree: SyntaxTree, build: Callable[[SyntaxTree], Typed]) -> tuple[Typed, str, Typed]:
        left, right = _trees(tree)
        op = next(str(child) for child in tree.children if isinstance(child, Token))
        return build(left), _SIGNS.get(op, op), build(right)

    def _same(self, left: Typed, right: Typed, operation: str, span: Span) -> Unit | None:
        """The common unit of two numbers that are added, compared or stand for one another."""
        if left.bare or right.bare:
            return right.unit if left.bare else left.unit
        if left.unit is None or right.unit is None:
            return right.unit if left.unit is None else left.unit
        if left.unit.agrees(right.unit):
            return right.unit if left.unit.scale is None else left.unit
        vi, en = OPERATION[operation]
        args = {
            "left_vi": left.unit.text("vi"), "left_en": left.unit.text("en"),
            "right_vi": right.unit.text("vi"), "right_en": right.unit.text("en"),
            "operation_vi": vi, "operation_en": en,
        }  # fmt: skip
        self._fault("FORMULA_UNITS", span, args, _unit_hint(left, right))
        return None

    def _percent_slip(self, left: Typed, right: Typed) -> None:
        for one, other in ((left, right), (right, left)):
            if one.bare and one.constant == 1 and other.unit is not None and other.unit.is_percent:
                self._fault("FORMULA_PERCENT", one.span, {})

    def _fault(self, code: str, span: Span, args: Mapping[str, object], hint: Hint | None = None) -> None:
        self.faults.append(FormulaError(code, span[0], span[1], args, hint))


def _unit_hint(left: Typed, right: Typed) -> Hint:
    one, other = left.unit, right.unit
    if one is None or other is None:
        return Hint("same_unit")
    if one.factors == other.factors and one.scale and other.scale:
        if (left.constant is not None and other.is_percent) or (right.constant is not None and one.is_percent):
            return Hint("percent_literal")
        return scale_hint(one, other) or Hint("same_unit")
    if one.currency and other.currency:
        ref = next((side.node for side in (right, left) if isinstance(side.node, Ref)), None)
        target = one.currency if ref is right.node else other.currency
        code = "KPI" if ref is None else quoted(ref.reference.code)
        return Hint("convert", {"name": f"convert({code}, {target})"})
    return Hint("same_unit")


def scale_hint(one: Unit, other: Unit) -> Hint | None:
    """How far apart two units of one kind are; digits without separators, so that they can be pasted."""
    if not one.scale or not other.scale:
        return None
    ratio = max(one.scale / other.scale, other.scale / one.scale)
    factor = str(ratio.numerator) if ratio.denominator == 1 else f"{float(ratio):g}"
    return Hint("scale", {"factor": factor})


def _trees(tree: SyntaxTree) -> list[SyntaxTree]:
    return [child for child in tree.children if isinstance(child, Tree)]


def _span(tree: SyntaxTree) -> Span:
    return tree.meta.start_pos, tree.meta.end_pos


def _currency_argument(tree: SyntaxTree) -> str | None:
    token = tree.children[0]
    if tree.data != "ref" or len(tree.children) != 1 or not isinstance(token, Token):
        return None
    return currency_named(code_of(token))
