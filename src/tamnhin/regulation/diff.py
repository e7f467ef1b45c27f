"""Two texts beside each other, line by line and within a changed line word by word. PURE (difflib)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

AROUND = 2  # unchanged lines shown before and after a change
ALIKE = 0.35  # from here on two lines are one line that was changed, and not one taken out and another put in
LONGEST = 4_000  # characters; words are not compared in longer lines

Parts = tuple[tuple[str, bool], ...]  # (words, changed)

_MARKS = re.compile(r"^\s*#{1,3}\s+|\*\*")  # how a line is set, not what it says
_WORDS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, slots=True)
class Row:
    """``kind``: same, changed, removed, added, or gap (``count`` unchanged lines are left out)."""

    kind: str
    before: Parts = ()
    after: Parts = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class Diff:
    rows: list[Row]
    added: int
    removed: int
    changed: int

    @property
    def is_same(self) -> bool:
        return not (self.added or self.removed or self.changed)


def compare(before: str, after: str) -> Diff:
    """Of the words alone: blank lines, headings and bold are only how a text is set."""
    old, new = _lines(before), _lines(after)
    rows = list(_rows(old, new))
    counted = {kind: sum(1 for row in rows if row.kind == kind) for kind in ("added", "removed", "changed")}
    return Diff(_folded(rows), **counted)


def _lines(text: str) -> list[str]:
    return [_MARKS.sub("", line).strip() for line in text.splitlines() if line.strip()]


def _rows(old: list[str], new: list[str]) -> Iterator[Row]:
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            for line in old[a:b]:
                yield Row("same", ((line, False),), ((line, False),))
        else:
            yield from _replaced(old[a:b], new[c:d])


def _replaced(old: list[str], new: list[str]) -> Iterator[Row]:
    """In order: each new line beside the next old one that it resembles."""
    at = 0
    for line in new:
        found = next((i for i in range(at, len(old)) if _alike(old[i], line)), None)
        if found is None:
            yield Row("added", (), ((line, True),))
            continue
        yield from (Row("removed", ((gone, True),), ()) for gone in old[at:found])
        yield _changed(old[found], line)
        at = found + 1
    yield from (Row("removed", ((gone, True),), ()) for gone in old[at:])


def _alike(one: str, other: str) -> bool:
    if max(len(one), len(other)) > LONGEST:
        return False
    matcher = SequenceMatcher(None, one.split(), other.split(), autojunk=False)
    return matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def _changed(one: str, other: str) -> Row:
    old, new = _WORDS.findall(one), _WORDS.findall(other)
    left: list[tuple[str, bool]] = []
    right: list[tuple[str, bool]] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if b > a:
            left.append(("".join(old[a:b]), tag != "equal"))
        if d > c:
            right.append(("".join(new[c:d]), tag != "equal"))
    return Row("changed", tuple(left), tuple(right))


def _folded(rows: list[Row]) -> list[Row]:
    """Long runs of unchanged lines become one row that counts them."""
    near = [False] * len(rows)
    for i, row in enumerate(rows):
        if row.kind != "same":
            near[max(0, i - AROUND) : i + AROUND + 1] = [True] * len(near[max(0, i - AROUND) : i + AROUND + 1])
    out: list[Row] = []
    hidden = 0
    for row, shown in zip(rows, near, strict=True):
        if not shown:
            hidden += 1
            continue
        if hidden:
            out.append(Row("gap", count=hidden))
        hidden = 0
        out.append(row)
    if hidden:
        out.append(Row("gap", count=hidden))
    return out
