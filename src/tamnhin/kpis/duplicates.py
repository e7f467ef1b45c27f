"""KPIs that seem to measure the same thing under two names. Pure: names and classes in, pairs with a reason out.

Names are compared as sets of folded syllables after a list of synonyms ("doanh số" is "doanh thu"), each syllable
weighing the more the fewer names use it (inverse document frequency): the likeness of two names is the weight they
share over the weight of all they say (Jaccard 1901, weighted). Units of different kinds are never the same thing.
Candidates are found by prefix filtering (Chaudhuri, Ganti & Kaushik 2006), so that a list of thousands takes seconds.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from tamnhin.base.text import folded
from tamnhin.engine.formula import parse_unit
from tamnhin.kpis.library.entries import builtin

Reason = Literal["same_origin", "same_name", "same_words", "similar"]

LIKELY = 0.84  # chosen on the library and its near-misses (tests/kpis/test_duplicates.py)

# Longer phrases first: what each folded phrase is read as.
_SYNONYMS: tuple[tuple[str, str], ...] = (
    ("khach hang tiem nang", "lead"), ("khach tiem nang", "lead"), ("doanh so ban hang", "doanh thu ban hang"),
    ("doanh so ban", "doanh thu ban hang"), ("doanh so", "doanh thu"), ("khach hang", "khach"), ("ti le", "ty le"),
    ("ty suat", "ty le"), ("ti suat", "ty le"), ("phan tram", "ty le"), ("muc do", "muc"), ("trung binh", "binh quan"),
    ("so luong", "so"), ("thoi viec", "nghi viec"), ("bo viec", "nghi viec"), ("nhan vien", "nhan su"),
    ("nguoi lao dong", "nhan su"), ("don dat hang", "don hang"), ("dung hen", "dung han"), ("kip thoi", "dung han"),
    ("nhan su nghi viec", "nghi viec"), ("dung tien do", "dung han"), ("phan nan", "khieu nai"),
    ("lai gop", "loi nhuan gop"), ("lai rong", "loi nhuan rong"), ("sau thue", "rong"), ("thu hut", "co"),
    ("website", "web"), ("trang web", "web"), ("huan luyen", "dao tao"),
    ("tai nan lao dong", "tai nan"), ("phe lieu", "phe pham"), ("hang loi", "phe pham"), ("san pham hong", "phe pham"),
    ("ban ra", "ban"), ("tiep nhan", "nhan"), ("ton dong", "ton"), ("cham tra", "tre han"), ("qua han", "tre han"),
    ("tre hen", "tre han"), ("net", "rong"), ("goi dien", "cuoc goi"), ("cuoc hen", "cuoc gap"), ("gap go", "gap"),
)  # fmt: skip
# Words that say nothing about what is measured.
_EMPTY = frozenset(
    ("so", "luong", "tong", "cua", "trong", "ky", "cac", "theo", "toan", "cong", "ty", "va", "thuan", "chi", "tieu",
     "kpi", "duoc", "phat", "sinh", "hang", "thang", "quy", "nam", "tai", "cho", "thuc", "hien", "ghi", "nhan", "mot")
)  # fmt: skip
_KEPT = ("don hang", "ban hang", "hang ton", "giao hang", "hang tra", "het hang", "mua hang", "ma hang", "nhan hang")
_BRACKETS = re.compile(r"\([^)]*\)")
_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Named:
    """What is compared. ``origin``: the library entry it was made from, or ""."""

    code: str
    name: str
    unit: str = ""
    direction: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two KPIs that may be one; ``score`` 0–1. ``one`` stands first in the list that was given."""

    one: Named
    other: Named
    score: float
    reason: Reason


def like(new: Named, existing: Iterable[Named], at_least: float = LIKELY) -> list[Likeness]:
    """Those that seem to be the same as ``new``, most alike first. Linear in ``existing``."""
    rows = list(existing)
    weigh = _Weights([*rows, new])
    found = [made for row in rows if row.code != new.code and (made := _compare(new, row, weigh, at_least))]
    return sorted(found, key=lambda one: (-one.score, one.other.code))


def pairs(kpis: Sequence[Named], at_least: float = LIKELY) -> list[Likeness]:
    """All pairs of a list that seem to be the same, most alike first."""
    weigh = _Weights(kpis)
    seen: dict[str, list[int]] = defaultdict(list)
    found = []
    for position, row in enumerate(kpis):
        keys = [*weigh.prefix(row, at_least), f"={row.origin}"] if row.origin else weigh.prefix(row, at_least)
        near = {other for key in keys for other in seen[key]}
        found += [made for other in sorted(near) if (made := _compare(kpis[other], row, weigh, at_least))]
        for key in keys:
            seen[key].append(position)
    return sorted(found, key=lambda one: -one.score)


def _compare(one: Named, other: Named, weigh: _Weights, at_least: float) -> Likeness | None:
    if one.origin and one.origin == other.origin:
        return Likeness(one, other, 1.0, "same_origin")
    if _other_kind(one.unit, other.unit):
        return None
    if folded(one.name) == folded(other.name):
        return Likeness(one, other, 1.0, "same_name")
    mine, theirs = syllables(one.name), syllables(other.name)
    if not mine or not theirs:
        return None
    if mine == theirs:
        return Likeness(one, other, 0.98, "same_words")
    score = weigh.of(mine & theirs) / weigh.of(mine | theirs)
    if one.direction and other.direction and one.direction != other.direction:
        score -= 0.1  # often the two sides of one thing, seldom the same
    return Likeness(one, other, score, "similar") if score >= at_least else None


@lru_cache(maxsize=16384)
def syllables(name: str) -> frozenset[str]:
    """What a name says, as a set of syllables; of a name that is empty words alone, those."""
    text = " ".join(_WORD.findall(folded(_BRACKETS.sub(" ", name)))) or " ".join(_WORD.findall(folded(name)))
    text = f" {text} "
    for phrase, meant in _SYNONYMS:
        text = text.replace(f" {phrase} ", f" {meant} ")
    for phrase in _KEPT:
        text = text.replace(f" {phrase} ", f" {phrase.replace(' ', '')} ")
    every = text.split()
    telling = frozenset(word for word in every if word not in _EMPTY)
    return telling or frozenset(every)


def _other_kind(one: str, other: str) -> bool:
    """Whether two units measure different things: % and money, hours and orders. Unsaid ones go with anything."""
    a, b = parse_unit(one), parse_unit(other)
    if a is None or b is None:
        return False
    if a.is_percent or b.is_percent:
        return a.is_percent != b.is_percent
    return (a.currency is None) != (b.currency is None) or a.is_timed != b.is_timed


class _Weights:
    """How much each syllable tells, over the library and the list at hand."""

    def __init__(self, rows: Sequence[Named]) -> None:
        counted = Counter(word for row in rows for word in syllables(row.name))
        counted.update(_library())
        self._all = len(rows) + len(builtin())
        self._counted = counted

    def one(self, word: str) -> float:
        return math.log(1 + self._all / (1 + self._counted[word]))

    def of(self, words: Iterable[str]) -> float:
        return sum(self.one(word) for word in words)

    def prefix(self, row: Named, at_least: float) -> list[str]:
        """The most telling syllables: whatever is as like as ``at_least`` shares one of them."""
        words = sorted(syllables(row.name), key=lambda word: (-self.one(word), word))
        total, rest, kept = self.of(words), self.of(words), []
        for word in words:
            kept.append(word)
            rest -= self.one(word)
            if rest < at_least * total - 1e-9:
                break
        return kept


@lru_cache(maxsize=1)
def _library() -> Mapping[str, int]:
    return Counter(word for entry in builtin().values() for word in syllables(entry.name))
