"""Circles in who serves whom and what drives what."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

Edge = tuple[str, str]


def would_cycle(edges: Iterable[Edge], new: Edge) -> list[str] | None:
    """The shortest circle that ``new`` (from, to) would close, from its start and back to it; None where there is none.

    ``[("A", "B"), ("B", "C")]`` and ``("C", "A")`` → ``["C", "A", "B", "C"]``.
    """
    after: dict[str, list[str]] = {}
    for start, end in edges:
        after.setdefault(start, []).append(end)
    first, last = new[1], new[0]
    came: dict[str, str] = {first: ""}
    waiting = deque([first])
    while waiting:
        here = waiting.popleft()
        if here == last:
            path = [here]
            while came[path[-1]]:
                path.append(came[path[-1]])
            return [last, *path[::-1]]
        for following in after.get(here, ()):
            if following not in came:
                came[following] = here
                waiting.append(following)
    return None


def circles(edges: Iterable[Edge]) -> list[list[str]]:
    """One circle of every knot, each from its first code (in the order of the edges) and back to it.

    Edges that lie in no circle are peeled off first (those that end, or begin, nowhere), so that a long clean chain
    costs one pass.
    """
    given = list(dict.fromkeys(edges))
    after: dict[str, set[str]] = {}
    before: dict[str, set[str]] = {}
    for start, end in given:
        after.setdefault(start, set()).add(end)
        before.setdefault(end, set()).add(start)
    for forward, back in ((after, before), (before, after)):
        loose = [code for code in back if not forward.get(code)]
        while loose:
            code = loose.pop()
            for one in back.pop(code, set()):
                forward[one].discard(code)
                if not forward[one]:
                    loose.append(one)
    knot = [(start, end) for start, end in given if end in after.get(start, ()) and start in before.get(end, ())]
    found: list[list[str]] = []
    used: set[str] = set()
    for start, end in knot:
        if start in used or end in used:
            continue
        path = would_cycle(knot, (start, end))
        if path is not None:
            found.append(path)
            used.update(path)
    return found
