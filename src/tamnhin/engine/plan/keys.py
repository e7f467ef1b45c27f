"""Sorted sets of (owner, KPI) keys."""

from __future__ import annotations

import numpy as np

from tamnhin.engine.aggregation import Ints

# Up to here one mark a possible key (64 MB) is many times quicker than sorting or hashing millions of keys.
WIDEST_TABLE = 1 << 26


class Distinct:
    """Collects keys from 0 to ``size`` (exclusive) and gives them back sorted, each once."""

    def __init__(self, size: int) -> None:
        self._marks = np.zeros(size, dtype=bool) if size <= WIDEST_TABLE else None
        self._parts: list[Ints] = []

    def add(self, keys: Ints) -> None:
        if self._marks is not None:
            self._marks[keys] = True
        else:
            self._parts.append(_once(keys))

    def sorted(self) -> Ints:
        if self._marks is not None:
            return np.flatnonzero(self._marks)
        return _once(np.concatenate(self._parts)) if self._parts else np.empty(0, dtype=np.int64)


def distinct(size: int, *keys: Ints) -> Ints:
    """The sorted union of keys from 0 to ``size`` (exclusive)."""
    found = Distinct(size)
    for part in keys:
        found.add(part)
    return found.sorted()


def _once(keys: Ints) -> Ints:
    ordered = np.sort(keys)
    keep = np.ones(len(ordered), dtype=bool)
    keep[1:] = ordered[1:] != ordered[:-1]
    return ordered[keep]
