"""From text to a syntax tree: the grammar, and syntax errors that say what was expected where."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TypeAlias

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from .problems import FormulaError, Hint, printable

SyntaxTree: TypeAlias = Tree[Token]

MAX_LENGTH = 2_000
MAX_NODES = 500
MAX_DEPTH = 100
MAX_DIGITS = 30
MAX_OFFSET = 1_200
MAX_ROUND = 6

GRAMMAR = r"""
start: EQUALS? _either

_either: or_ | _both
_both: and_ | _negated
_negated: not_ | _compared
_compared: compare | _total
_total: add | _product
_product: mul | _signed
_signed: minus | plus | _atom
_atom: number | percent | ref | call | group

or_: _either OR _both
and_: _both AND _negated
not_: NOT _negated
compare: _total (COMPARE | EQUALS) _total
add: _total (PLUS | MINUS) _product
mul: _product (TIMES | DIVIDE) _signed
minus: MINUS _signed
plus: PLUS _signed
number: NUMBER
percent: NUMBER PERCENT
ref: (NAME | QUOTED) offset?
offset: "[" (PLUS | MINUS)? NUMBER "]"
call: NAME "(" (_either (SEPARATOR _either)*)? ")"
group: "(" _either ")"

OR.3: /(?:or|ho(?:ặ|a\u0323\u0306)c)(?![\w.])/i
AND.3: /(?:and|v(?:à|a\u0300))(?![\w.])/i
NOT.3: /(?:not|kh(?:ô|o\u0302)ng)(?![\w.])/i
NAME.2: /(?=[\d_]*[^\W\d_])\w[\w.\u0300-\u036f]*/
QUOTED.2: /'(?:[^'\n]|'')*'|"(?:[^"\n]|"")*"|‘[^’\n]*’|“[^”\n]*”/
NUMBER.1: /[0-9]+(?:\.[0-9]+)?|\.[0-9]+/
COMPARE: "<=" | ">=" | "<>" | "<" | ">" | "≤" | "≥" | "≠"
EQUALS: "="
PLUS: "+" | "＋"
MINUS: "-" | "−" | "–"
TIMES: "*" | "×"
DIVIDE: "/" | "÷" | "∕"
PERCENT: "%"
SEPARATOR: "," | ";"
%ignore /[\s\u200b\ufeff]+/
"""

_ROLES: dict[str, tuple[int, str, str]] = {
    # terminal -> (order of mention, vi, en)
    "NUMBER": (0, "một số", "a number"),
    "NAME": (1, "mã KPI", "a KPI code"),
    "QUOTED": (1, "mã KPI", "a KPI code"),
    "LPAR": (2, "“(”", "“(”"),
    "PLUS": (3, "phép tính", "an operator"),
    "TIMES": (3, "phép tính", "an operator"),
    "DIVIDE": (3, "phép tính", "an operator"),
    "MINUS": (3, "phép tính", "an operator"),
    "RPAR": (4, "“)”", "“)”"),
    "SEPARATOR": (5, "“,”", "“,”"),
    "RSQB": (6, "“]”", "“]”"),
    "$END": (7, "hết công thức", "the end of the formula"),
}

_CHARACTER_HINTS: dict[str, tuple[str, str]] = {
    "^": ("no_powers", ""), "!": ("write", "<>"), ":": ("write", "/"), "&": ("write", "and"), "|": ("write", "or"),
    "'": ("close_quote", ""), "‘": ("close_quote", ""), '"': ("close_quote", ""), "“": ("close_quote", ""),
    "{": ("write", "("), "}": ("write", ")"), "\\": ("write", "/"),
}  # fmt: skip


@cache
def _parser() -> Lark:
    # The basic lexer: a reserved word is reserved everywhere, and tokens never depend on what came before.
    return Lark(GRAMMAR, parser="lalr", lexer="basic", propagate_positions=True, maybe_placeholders=False)


def syntax(text: str) -> SyntaxTree | FormulaError:
    """The syntax tree of a formula, or the first fault. Never raises and never recurses, whatever the text.

    The tree has at most ``MAX_NODES`` nodes and is at most ``MAX_DEPTH`` deep (brackets not counted).
    """
    if len(text) > MAX_LENGTH:
        return FormulaError("FORMULA_TOO_LONG", MAX_LENGTH, len(text), {"length": len(text), "limit": MAX_LENGTH})
    if not text.strip():
        return FormulaError("FORMULA_EMPTY", 0, len(text))
    try:
        tree = _parser().parse(text)
    except (UnexpectedCharacters, UnexpectedToken) as error:
        return _explain(text, error)
    if fault := _limits(tree, len(text)):
        return fault
    return tree


def _limits(tree: SyntaxTree, length: int) -> FormulaError | None:
    stack: list[tuple[SyntaxTree, int]] = [(tree, 0)]
    nodes = 0
    while stack:
        current, depth = stack.pop()
        step = 0 if current.data in ("group", "plus", "start") else 1
        nodes += step
        if nodes > MAX_NODES or depth + step > MAX_DEPTH:
            return FormulaError("FORMULA_TOO_COMPLEX", 0, length, {"nodes": MAX_NODES, "depth": MAX_DEPTH})
        stack.extend((child, depth + step) for child in current.children if isinstance(child, Tree))
    return None


def _explain(text: str, error: UnexpectedCharacters | UnexpectedToken) -> FormulaError:
    if isinstance(error, UnexpectedCharacters):
        at = error.pos_in_stream or 0
        # a letter lark cannot start a token with is a stray mark or digit of another script
        key, name = _CHARACTER_HINTS.get(text[at], ("", ""))
        hint = Hint(key, {"name": name}) if key else None
        end = len(text.rstrip()) if key == "close_quote" else at + 1
        return FormulaError("FORMULA_CHARACTER", at, end, {"found": f"“{printable(text[at])}”"}, hint)
    token = error.token
    at_end = token.type == "$END"
    start = len(text.rstrip()) if at_end else token.start_pos or 0
    end = start if at_end else token.end_pos or start + 1
    accepted = _accepted(text, start)
    if "TIMES" in accepted:
        accepted.discard("LPAR")  # after a code it would make a function of it, which is not what is missing
    elif "NUMBER" in accepted:
        accepted -= {"PLUS", "MINUS", "RPAR"}  # a sign is possible but not what is missing
    ordered = sorted({_ROLES[name] for name in accepted if name in _ROLES})
    found = f"“{printable(str(token))}”"
    return FormulaError(
        "FORMULA_SYNTAX",
        start,
        end,
        {
            "found_vi": "hết công thức" if at_end else found,
            "found_en": "the end" if at_end else found,
            "expected_vi": _either([vi for _, vi, _ in ordered], "hoặc"),
            "expected_en": _either([en for _, _, en in ordered], "or"),
        },
        _syntax_hint(text, token, start, at_end=at_end),
    )


def _accepted(text: str, stop: int) -> set[str]:
    """What may stand there, asked of a parser that has not seen the wrong token: LALR reduces before it fails."""
    parser = _parser().parse_interactive("")
    for token in _parser().lex(text[:stop]):
        parser.feed_token(token)
    accepted: set[str] = parser.accepts()  # type: ignore[no-untyped-call]  # lark leaves it without types
    return accepted


def _either(names: list[str], word: str) -> str:
    unique = list(dict.fromkeys(names))
    return unique[0] if len(unique) == 1 else ", ".join(unique[:-1]) + f" {word} {unique[-1]}"


def _syntax_hint(text: str, token: Token, start: int, *, at_end: bool) -> Hint | None:
    if at_end:
        opened = _unclosed(text)
        return None if opened is None else Hint("close_bracket", {"column": opened + 1})
    before, after = text[:start], text[start:]
    if token.type == "SEPARATOR" and (tail := re.match(r",([0-9]+)", after)):
        head = re.search(r"[0-9]+$", before)
        if head:
            return Hint("decimal_point", {"name": f"{head[0]}.{tail[1]}"})
    if token.type == "NUMBER" and re.search(r"[0-9]\s?$", before):
        return Hint("no_thousands")
    if token.type in ("COMPARE", "EQUALS"):
        if re.search(r"=\s*$", before):
            return Hint("write", {"name": "="})
        if not re.search(r"[<>=≤≥≠(,;]\s*$", before) and re.search(r"[<>=≤≥≠]", before.lstrip(" =")):
            return Hint("chain")
    return None


def _unclosed(text: str) -> int | None:
    """Where the innermost bracket that is never closed stands."""
    opened: list[int] = []
    for token in _parser().lex(text):
        if token.type == "LPAR":
            opened.append(token.start_pos or 0)
        elif token.type == "RPAR" and opened:
            opened.pop()
    return opened[-1] if opened else None


def code_of(token: Token) -> str:
    """The KPI code a NAME or QUOTED token stands for, in composed (NFC) form."""
    text = str(token)
    if token.type == "QUOTED":
        quote, text = text[0], text[1:-1]
        text = text.replace(quote * 2, quote) if quote in "'\"" else text
    return unicodedata.normalize("NFC", text)
