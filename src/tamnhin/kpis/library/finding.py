"""Searching the library: words in any order, marks or none, narrowed by department and class, with what each leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tamnhin.base.text import folded
from tamnhin.kpis.library.entries import DEPARTMENTS, Entry

# what entries are narrowed by → its values in the order they are offered
AXES: Mapping[str, tuple[str, ...]] = {
    "department": tuple(DEPARTMENTS),
    "timing": ("leading", "lagging"),
    "flow": ("input", "output"),
    "domain": ("sale", "non_sale"),
    "level": ("strategic", "tactical"),
    "perspective": ("financial", "customer", "internal_process", "learning_growth"),
    "frequency": ("day", "week", "month", "quarter", "half", "year"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of an axis; ``count``: entries it would leave, all other choices kept."""

    value: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    axis: str
    choices: Sequence[Choice]

    @property
    def chosen(self) -> str:
        return next((choice.value for choice in self.choices if choice.chosen), "")


@dataclass(frozen=True, slots=True)
class Found:
    entries: Sequence[Entry]
    facets: Sequence[Facet]


def find(entries: Iterable[Entry], query: str = "", chosen: Mapping[str, str] | None = None) -> Found:
    """Entries with every word of the query in name, English name, code or way of counting, and with each chosen value.

    Those whose name begins with the query come first; otherwise the order given. ``chosen``: axis → value; what is not
    in ``AXES`` is passed over. Linear in entries: the library is small.
    """
    picked = {axis: value for axis, value in (chosen or {}).items() if axis in AXES and value}
    words = folded(query).split()
    named = [entry for entry in entries if all(word in entry.searched for word in words)]
    counts: dict[str, Counter[str]] = {axis: Counter() for axis in AXES}
    found = []
    for entry in named:
        misses = [axis for axis, value in picked.items() if getattr(entry, axis) != value]
        if not misses:
            found.append(entry)
        for axis in AXES:  # what the axis would leave if only it were chosen anew
            if not misses or misses == [axis]:
                counts[axis][getattr(entry, axis)] += 1
    if words:
        start = " ".join(words)
        found.sort(key=lambda entry: not (folded(entry.name).startswith(start) or folded(entry.code) == start))
    facets = [
        Facet(axis, [Choice(value, counts[axis][value], picked.get(axis) == value) for value in _values(axis, counts)])
        for axis in AXES
    ]
    return Found(found, facets)


def _values(axis: str, counts: Mapping[str, Counter[str]]) -> list[str]:
    """The known values, then any that a company has of its own."""
    return [*AXES[axis], *sorted(value for value in counts[axis] if value and value not in AXES[axis])]
