"""The KPI tree in drawing order: vision → goals → KPI → units → people, and what hangs on nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from tamnhin.agreements.states import State as Agreed
from tamnhin.dashboards.reading import CODE, Reading
from tamnhin.engine.aggregation import Ints
from tamnhin.engine.periods import from_ordinal
from tamnhin.engine.plan.owners import Bools
from tamnhin.planning.chain import chain_of
from tamnhin.planning.numbers import Reached, reached, reached_by_lines
from tamnhin.planning.tree.lines import NOBODY, Lines, Measure, arranged, lines_of_period, parents_of_all
from tamnhin.strategy.access import goals_visible_to
from tamnhin.strategy.models import Goal

RANKS = {"strategic": 0, "year": 1, "half": 2, "quarter": 3}
KINDS = ("vision", "goal", "kpi", "unit", "person", "orphans")
# Lines that are turned into nodes at once. Beyond, people stand only under the unit that the reader opens.
MOST_LINES = 20_000


@dataclass(slots=True)
class Node:
    """``code``: of the goal, the KPI or the owner. ``by``: drives or formula, of a KPI that stands here because it
    drives the one above or because that one is computed from it.

    ``people``: how many people's lines are left out below.
    """

    kind: str
    id: str
    code: str
    parent: int
    owner: int = NOBODY  # position, of lines and of a goal's own number
    kpi: int = NOBODY
    by: str = ""
    number: Reached | None = None
    people: int = 0


@dataclass(slots=True)
class Tree:
    """``nodes``: each after its parent; ``below``: children by position, in order."""

    nodes: list[Node] = field(default_factory=list)
    below: list[list[int]] = field(default_factory=list)
    at: dict[str, int] = field(default_factory=dict)
    goals: Mapping[str, Goal] = field(default_factory=dict)
    orphans: int = 0  # KPIs on no way to the vision

    def add(self, node: Node) -> int:
        place = len(self.nodes)
        self.nodes.append(node)
        self.below.append([])
        self.at.setdefault(node.id, place)
        if node.parent >= 0:
            self.below[node.parent].append(place)
        return place

    def path(self, place: int) -> list[int]:
        """From the first node down to this one."""
        out = []
        while place >= 0:
            out.append(place)
            place = self.nodes[place].parent
        return out[::-1]

    def under(self, place: int) -> list[int]:
        """The node and everything below it, in drawing order."""
        out, pending = [], [place]
        while pending:
            here = pending.pop()
            out.append(here)
            pending.extend(reversed(self.below[here]))
        return out


class Pair(NamedTuple):
    """A KPI under a goal; goal −1: on no way to the vision."""

    goal: int
    kpi: int


def node_id(kind: str, *codes: str) -> str:
    """``goal:MT-01``, ``kpi:MT-01/REV``, ``line:KD/REV``: how a node is named in an address."""
    return f"{kind}:{'/'.join(CODE.to_url(code) for code in codes)}"


def tree_of(reading: Reading, open_at: str = "") -> Tree:
    """What the reader may see of the company, with the numbers of the period. ``open_at``: the id of a unit's line
    whose people are wanted even where there are too many to show everybody's.

    Three queries, whatever the size.
    """
    goals = _goals(reading)
    codes = [goal.code for goal in goals]
    measures = _measures(reading, goals)
    lines, left_out = _visible_lines(reading, open_at)
    table = arranged(reading, lines, codes, measures)
    return _Builder(reading, goals, measures, table, left_out).build()


def _goals(reading: Reading) -> list[Goal]:
    """Agreed goals that have not ended before the period: the longest horizon first."""
    rows = (
        goals_visible_to(reading.user, reading.company)
        .filter(status=Agreed.ACTIVE, valid_to__gte=from_ordinal(reading.period.first))
        .filter(valid_from__lte=from_ordinal(reading.period.last))
        .select_related("kpi", "unit", "owner", "parent")
    )
    return sorted(rows, key=lambda goal: (RANKS[goal.horizon], goal.valid_from, goal.pk))


def _measures(reading: Reading, goals: Sequence[Goal]) -> list[Measure]:
    live = reading.live
    out = []
    for i, goal in enumerate(goals):
        kpi = live.facts.kpi_at.get(goal.kpi.code) if goal.kpi is not None else None
        if kpi is None:
            continue
        pk = goal.unit_id if goal.unit_id is not None else goal.owner_id
        owner = live.owner_of_id.get(pk, NOBODY) if pk is not None else NOBODY
        out.append(Measure(i, kpi, NOBODY if owner == live.facts.root else owner))
    return out


def _visible_lines(reading: Reading, open_at: str) -> tuple[Ints, Ints]:
    """Lines of owners the reader may see; and those of people left out because there are too many."""
    plan = reading.live.plan
    lines = lines_of_period(reading)
    left_out = np.empty(0, dtype=np.int64)
    if len(lines) > MOST_LINES:
        people = plan.lines.owner[lines] >= plan.owners.unit_count
        wanted = people & _right_under(reading, plan.lines.owner[lines], open_at)
        left_out = lines[people & ~wanted]
        lines = lines[~people | wanted]
    owners = np.unique(plan.lines.owner[lines])
    seen = reading.visible(owners.tolist())
    if len(seen) == len(owners):
        return lines, left_out
    allowed = np.zeros(plan.owners.count, dtype=bool)
    allowed[list(seen)] = True
    return lines[allowed[plan.lines.owner[lines]]], np.empty(0, dtype=np.int64)


def _right_under(reading: Reading, owners: Ints, open_at: str) -> Bools:
    """Whether each owner stands right under the unit whose line is opened."""
    kind, _sep, rest = open_at.partition(":")
    code = CODE.to_python(rest.partition("/")[0]) if kind == "line" else ""
    unit = reading.live.owner_at.get(code)
    if unit is None:
        return np.zeros(len(owners), dtype=bool)
    return np.isin(owners, np.array(reading.children_of(unit), dtype=np.int64))


class _Builder:
    def __init__(
        self, reading: Reading, goals: Sequence[Goal], measures: Sequence[Measure], lines: Lines, left_out: Ints
    ) -> None:
        self.reading, self.goals, self.measures, self.lines = reading, goals, measures, lines
        self.codes = reading.live.plan.kpis.codes
        self.tree = Tree(goals={goal.code: goal for goal in goals})
        self.left_out = left_out
        # places of lines by the pair they stand right under, and by the line they stand under
        self.top: dict[Pair, list[int]] = {}
        self.under: dict[int, list[int]] = {}
        columns = zip(lines.goal.tolist(), lines.kpi.tolist(), lines.above.tolist(), strict=True)
        for i, (goal, kpi, above) in enumerate(columns):
            if above >= 0:
                self.under.setdefault(above, []).append(i)
            else:
                self.top.setdefault(Pair(goal, kpi), []).append(i)
        self.drivers: dict[int, list[tuple[int, str]]] = {}
        self.loose: list[int] = []
        self.chain = chain_of(reading)
        self.primary: dict[int, Pair] = {}

    def build(self) -> Tree:
        reading = self.reading
        vision = self.tree.add(Node("vision", "vision:", "", -1))
        pairs = self._pairs()
        self._find_drivers(set(pairs_kpis(pairs)))
        children: dict[int, list[int]] = {}
        place = {goal.pk: i for i, goal in enumerate(self.goals)}
        for i, goal in enumerate(self.goals):
            children.setdefault(self._parent(goal, place), []).append(i)
        tops = children.get(NOBODY, [])
        led = [i for i in tops if ("goal", self.goals[i].code) in self.chain.above]
        self._goals_under(vision, led, children, pairs)
        for kpi in self.loose:
            self._kpi(vision, Pair(NOBODY, kpi), "")
        self._orphans([i for i in tops if i not in led], children, pairs)
        self._numbers(reading)
        self._people_left_out()
        return self.tree

    def _pairs(self) -> dict[int, list[int]]:
        """By goal the KPIs that stand under it: its own first, then those of lines that serve it."""
        own: dict[int, dict[int, None]] = {}
        for one in self.measures:
            own.setdefault(one.goal, {}).setdefault(one.kpi)
        for goal, kpi in sorted(self.top):
            if goal >= 0:
                own.setdefault(goal, {}).setdefault(kpi)
        for goal in range(len(self.goals)):
            for kpi in own.get(goal, {}):
                self.primary.setdefault(kpi, Pair(goal, kpi))
        return {goal: list(kpis) for goal, kpis in own.items()}

    def _find_drivers(self, shown: set[int]) -> None:
        """KPIs that reach the vision only through another KPI: each under that one. ``loose``: those whose way up leads
        through goals that are not in this tree.
        """
        place = self.reading.live.facts.kpi_at
        under: dict[int, list[tuple[int, str]]] = {}
        for (kind, code), (by, up) in self.chain.above.items():
            if kind == "kpi" and up is not None and up[0] == "kpi" and code in place and up[1] in place:
                under.setdefault(place[up[1]], []).append((place[code], by))
        seen = set(shown)
        self._follow(sorted(shown), under, seen)
        self.loose = []
        for pair in sorted(self.top):
            if pair.goal < 0 and pair.kpi not in seen and ("kpi", self.codes[pair.kpi]) in self.chain.above:
                self.loose.append(pair.kpi)
                seen.add(pair.kpi)
                self._follow([pair.kpi], under, seen)

    def _follow(self, layer: list[int], under: Mapping[int, list[tuple[int, str]]], seen: set[int]) -> None:
        while layer:
            following = []
            for outcome in layer:
                for kpi, by in under.get(outcome, ()):
                    if kpi not in seen:
                        seen.add(kpi)
                        self.drivers.setdefault(outcome, []).append((kpi, by))
                        following.append(kpi)
            layer = following

    def _parent(self, goal: Goal, place: Mapping[int, int]) -> int:
        """The goal right above, where it is shown; goals in a circle stand under the vision."""
        trail = {goal.pk}
        at = goal.parent_id
        first = place.get(at, NOBODY) if at is not None else NOBODY
        while at is not None:
            if at in trail:
                return NOBODY
            trail.add(at)
            at = self.goals[place[at]].parent_id if at in place else None
        return first

    def _goals_under(
        self, above: int, goals: Iterable[int], children: Mapping[int, list[int]], pairs: Mapping[int, list[int]]
    ) -> None:
        """Each goal: its KPIs, then the goals below it."""
        pending = [(above, goal) for goal in goals]
        for parent, i in pending:  # grows on the way
            goal = self.goals[i]
            here = self.tree.add(Node("goal", node_id("goal", goal.code), goal.code, parent))
            for kpi in pairs.get(i, ()):
                self._kpi(here, Pair(i, kpi), goal.code)
            pending.extend((here, child) for child in children.get(i, ()))

    def _kpi(self, above: int, pair: Pair, goal: str) -> None:
        """A KPI: who carries it, then the KPIs that reach the vision by driving it."""
        pending = [(above, pair, "")]
        for parent, here_pair, by in pending:  # grows on the way
            code = self.codes[here_pair.kpi]
            name = node_id("kpi", goal, code)
            here = self.tree.add(Node("kpi", name, code, parent, kpi=here_pair.kpi, by=by))
            self.tree.at.setdefault(node_id("kpi", code), here)
            self._lines(here, self.top.get(here_pair, ()))
            if by or self.primary.get(here_pair.kpi, here_pair) == here_pair:
                pending.extend((here, Pair(NOBODY, other), how) for other, how in self.drivers.get(here_pair.kpi, ()))

    def _lines(self, above: int, lines: Iterable[int]) -> None:
        """Units first, then people, each in the order of the workbook."""
        units = self.reading.live.plan.owners.unit_count
        codes = self.reading.live.plan.owners.codes
        pending = [(above, i) for i in sorted(lines, key=lambda i: int(self.lines.owner[i]))][::-1]
        while pending:
            parent, i = pending.pop()
            owner, kpi = int(self.lines.owner[i]), int(self.lines.kpi[i])
            kind = "unit" if owner < units else "person"
            name = node_id("line", codes[owner], self.codes[kpi])
            here = self.tree.add(Node(kind, name, codes[owner], parent, owner, kpi))
            pending.extend((here, j) for j in reversed(self.under.get(i, ())))

    def _orphans(self, goals: Sequence[int], children: Mapping[int, list[int]], pairs: Mapping[int, list[int]]) -> None:
        """Goals and KPIs in use without a way to the vision, named in a branch of their own."""
        rows = self.reading.kpi_rows
        place = self.reading.live.facts.kpi_at
        shown = {kpi for _goal, kpi in self.primary.values()}
        lost = [code for code in self.chain.orphans if rows[code].get("status") not in ("draft", "retired")]
        self.tree.orphans = len(lost)
        left = [place[code] for code in lost if code in place and place[code] not in shown]
        if not left and not goals:
            return
        branch = self.tree.add(Node("orphans", "orphans:", "", -1))
        self._goals_under(branch, goals, children, pairs)
        for kpi in left:
            self._kpi(branch, Pair(NOBODY, kpi), "")

    # -- numbers -------------------------------------------------------------------------------------------------

    def _numbers(self, reading: Reading) -> None:
        nodes = self.tree.nodes
        table = self.lines
        count = len(self.codes)
        order = np.argsort(table.line, kind="stable")
        numbers = reached_by_lines(reading, table.line[order])
        by_key = {
            owner * count + kpi: number
            for owner, kpi, number in zip(table.owner[order].tolist(), table.kpi[order].tolist(), numbers, strict=True)
        }
        for node in nodes:
            if node.owner >= 0:
                node.number = by_key.get(node.owner * count + node.kpi)
        self._numbers_of_kpis(reading)

    def _numbers_of_kpis(self, reading: Reading) -> None:
        """Under its goal: the number of the goal's unit. Else that of the only line on top, or of the company."""
        nodes, below = self.tree.nodes, self.tree.below
        owner_of = {(self.goals[one.goal].code, self.codes[one.kpi]): one.owner for one in self.measures}
        root = reading.live.facts.root
        asked: list[tuple[int, int]] = []
        for place, node in enumerate(nodes):
            if node.kind != "kpi":
                continue
            above = nodes[node.parent]
            owner = owner_of.get((above.code, node.code)) if above.kind == "goal" else None
            lines = [child for child in below[place] if nodes[child].kind in ("unit", "person")]
            if owner is None and len(lines) == 1:
                owner = nodes[lines[0]].owner
            elif owner is None or owner == NOBODY:
                owner = root
            if owner is not None and owner >= 0:
                asked.append((place, owner))
        seen = reading.visible({owner for _place, owner in asked})
        asked = [one for one in asked if one[1] in seen]
        owners = np.array([owner for _place, owner in asked], dtype=np.int64)
        kpis = np.array([nodes[place].kpi for place, _owner in asked], dtype=np.int64)
        for (place, owner), number in zip(asked, reached(reading, owners, kpis), strict=True):
            nodes[place].number = number
            if number is not None:
                nodes[place].owner = owner
        for place, node in enumerate(nodes):
            if node.kind == "goal":
                own = next((c for c in below[place] if nodes[c].kind == "kpi" and self._is_own(node, nodes[c])), None)
                node.number = nodes[own].number if own is not None else None
                node.kpi = nodes[own].kpi if own is not None else NOBODY

    def _is_own(self, goal: Node, kpi: Node) -> bool:
        measured = self.tree.goals[goal.code].kpi
        return measured is not None and measured.code == kpi.code

    def _people_left_out(self) -> None:
        """How many people's lines are not shown right under each unit's."""
        if not len(self.left_out):
            return
        table = self.reading.live.plan.lines
        parent = parents_of_all(self.reading)[table.owner[self.left_out]]
        keys, counts = np.unique(parent * len(self.codes) + table.kpi[self.left_out], return_counts=True)
        known = dict(zip(keys.tolist(), counts.tolist(), strict=True))
        for node in self.tree.nodes:
            if node.kind == "unit":
                node.people = known.get(node.owner * len(self.codes) + node.kpi, 0)


def pairs_kpis(pairs: Mapping[int, list[int]]) -> Iterable[int]:
    return (kpi for kpis in pairs.values() for kpi in kpis)
