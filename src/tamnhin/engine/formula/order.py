"""In which order formulas are computed, and every circle among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tamnhin.engine.problems import Problem

from .parsing import Parsed

MAX_CYCLES = 200


def order(formulas: Mapping[str, Parsed]) -> tuple[list[str], list[Problem]]:
    """Codes of formula KPIs so that each comes after those it uses, and the problems that keep some out.

    Every circle is one CYCLE (args: ``path`` = "A → B → A", ``codes``), found once, at most ``MAX_CYCLES`` of them
    since a tangle can hold more circles than memory. A reference of any kind or offset makes an edge: evaluation works
    on aggregated periods, so ``X[-1]`` within X is a circle too. A formula that uses a broken one (a circle, or a text
    that does not parse) is FORMULA_INPUT_BROKEN. All of these are left out of the order. Independent formulas keep the
    order they were given in. Time is linear in formulas and references, plus the circles.
    """
    codes = list(formulas)
    uses = {code: _uses(formulas, code) for code in codes}
    circles = list(_cycles(uses))
    problems = [
        Problem("CYCLE", sheet="kpis", kpi=path[0], args={"path": " → ".join([*path, path[0]]), "codes": tuple(path)})
        for path in circles
    ]
    in_circle = {code for part in _components(uses) if _is_circular(part, uses) for code in part}
    broken = in_circle | {code for code in codes if formulas[code].node is None}
    ordered: list[str] = []
    placed: set[str] = set()
    for component in _components(uses):  # Tarjan gives a component after everything it uses
        code = component[0]
        if code in broken or code in placed:
            continue
        culprit = next((used for used in uses[code] if used in broken), None)
        if culprit is not None:
            broken.add(code)
            args = {"kpi": code, "input": culprit, "path": f"{code} → {culprit}"}
            problems.append(Problem("FORMULA_INPUT_BROKEN", sheet="kpis", kpi=code, args=args))
            continue
        placed.add(code)
        ordered.append(code)
    return ordered, problems


def _uses(formulas: Mapping[str, Parsed], code: str) -> list[str]:
    wanted = {reference.code for reference in formulas[code].references}
    return [other for other in formulas if other in wanted] if len(wanted) > 8 else sorted(wanted & formulas.keys())


def _is_circular(component: list[str], uses: Mapping[str, list[str]]) -> bool:
    return len(component) > 1 or component[0] in uses[component[0]]


def _components(uses: Mapping[str, list[str]]) -> list[list[str]]:
    """Strongly connected components, each after those it uses. Tarjan (1972), without recursion."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    waiting: list[str] = []
    on_stack: set[str] = set()
    found: list[list[str]] = []
    for root in uses:
        if root in index:
            continue
        work: list[tuple[str, Iterator[str]]] = [(root, iter(uses[root]))]
        index[root] = low[root] = len(index)
        waiting.append(root)
        on_stack.add(root)
        while work:
            code, following = work[-1]
            for used in following:
                if used not in index:
                    index[used] = low[used] = len(index)
                    waiting.append(used)
                    on_stack.add(used)
                    work.append((used, iter(uses[used])))
                    break
                if used in on_stack:
                    low[code] = min(low[code], index[used])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[code])
                if low[code] == index[code]:
                    start = waiting.index(code)
                    found.append(waiting[start:])
                    on_stack.difference_update(waiting[start:])
                    del waiting[start:]
    return found


def _cycles(uses: Mapping[str, list[str]]) -> list[list[str]]:
    """Every elementary circle once, starting at its earliest formula. Johnson (1975), stopped at ``MAX_CYCLES``."""
    rank = {code: position for position, code in enumerate(uses)}
    found: list[list[str]] = []
    for component in _components(uses):
        if not _is_circular(component, uses):
            continue
        for start in sorted(component, key=rank.__getitem__):
            allowed = {code for code in component if rank[code] >= rank[start]}
            _circles_through(start, allowed, uses, found)
            if len(found) >= MAX_CYCLES:
                return found
    return sorted(found, key=lambda path: [rank[code] for code in path])


def _circles_through(start: str, allowed: set[str], uses: Mapping[str, list[str]], found: list[list[str]]) -> None:
    blocked: set[str] = {start}
    waiting: dict[str, set[str]] = {}
    path = [start]
    closed: set[str] = set()
    work: list[tuple[str, Iterator[str]]] = [(start, iter(uses[start]))]
    while work and len(found) < MAX_CYCLES:
        code, following = work[-1]
        for used in following:
            if used == start:
                found.append(list(path))
                closed.update(path)
            elif used in allowed and used not in blocked:
                path.append(used)
                work.append((used, iter(uses[used])))
                closed.discard(used)
                blocked.add(used)
                break
        else:
            if code in closed:
                _unblock(code, blocked, waiting)
            else:
                for used in uses[code]:
                    if used in allowed:
                        waiting.setdefault(used, set()).add(code)
            work.pop()
            path.pop()


def _unblock(code: str, blocked: set[str], waiting: dict[str, set[str]]) -> None:
    stack = [code]
    while stack:
        current = stack.pop()
        if current in blocked:
            blocked.discard(current)
            stack.extend(waiting.pop(current, ()))
