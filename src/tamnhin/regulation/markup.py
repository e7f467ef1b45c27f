"""The text of a regulation as blocks for a template, which escapes them. PURE: no HTML is made here.

What is understood, a line each: ``# Chương``, ``## Điều``, ``### mục`` (headings); ``1. `` and ``1.2. `` (clauses),
``a) `` (points), ``- `` (dashes), ``| a | b |`` (tables, the first row is the heading), ``**đậm**`` (bold). Numbers
stay as they are written, because a law is cited by them. Anything else is a paragraph; a line
without a blank line before it continues the one above.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

Runs = tuple[tuple[str, bool], ...]  # (words, bold)

_HEADING = re.compile(r"(#{1,3})\s+(\S.*)")
_CLAUSE = re.compile(r"(\d{1,3}(?:\.\d{1,3}){0,3}[.)])\s+(\S.*)")
_POINT = re.compile(r"([a-zđ]{1,2}\))\s+(\S.*)")
_DASH = re.compile(r"([-–•])\s+(\S.*)")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_RULE = re.compile(r"\|?[\s:|-]+\|?")


@dataclass(frozen=True, slots=True)
class Block:
    """``kind``: heading, paragraph, clause, point, dash or table. ``level``: 1–3 of a heading. ``rows``: of a table."""

    kind: str
    runs: Runs = ()
    level: int = 0
    mark: str = ""
    anchor: str = ""
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def plain(self) -> str:
        return "".join(words for words, _bold in self.runs)


def blocks_of(text: str) -> list[Block]:
    """Every text has blocks; nothing is an error."""
    out: list[Block] = []
    held: list[str] = []  # lines of the block that is open
    kind, mark = "", ""

    def close() -> None:
        nonlocal kind, mark
        if kind:
            out.append(Block(kind, _runs(" ".join(held)), mark=mark))
        held.clear()
        kind, mark = "", ""

    table: list[str] = []
    for line in [*text.splitlines(), ""]:
        stripped = line.strip()
        if stripped.startswith("|"):
            close()
            table.append(stripped)
            continue
        if table:
            out += _table(table)
            table.clear()
        if not stripped:
            close()
        elif heading := _HEADING.fullmatch(stripped):
            close()
            anchor = f"s{sum(1 for block in out if block.kind == 'heading') + 1}"
            out.append(Block("heading", _runs(heading[2]), len(heading[1]), anchor=anchor))
        elif found := _opening(stripped):
            close()
            kind, mark, words = found
            held.append(words)
        else:
            kind = kind or "paragraph"
            held.append(stripped)
    return out


def _opening(line: str) -> tuple[str, str, str] | None:
    for kind, pattern in (("clause", _CLAUSE), ("point", _POINT), ("dash", _DASH)):
        if found := pattern.fullmatch(line):
            return kind, found[1], found[2]
    return None


def _runs(text: str) -> Runs:
    parts = _BOLD.split(text)  # outside, inside, outside, …
    return tuple((words, i % 2 == 1) for i, words in enumerate(parts) if words)


def _table(lines: list[str]) -> list[Block]:
    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines if not _RULE.fullmatch(line)]
    if not rows:
        return []
    width = max(len(row) for row in rows)
    even = [row + ("",) * (width - len(row)) for row in rows]
    return [Block("table", head=even[0], rows=tuple(even[1:]))]
