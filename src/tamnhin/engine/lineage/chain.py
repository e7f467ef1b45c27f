"""Vision → strategic goal → year → half → quarter → KPI → the KPI that drives it.

A breadth-first walk from the vision down: the first way in which something is reached is its shortest path up, and
among equally short ones the one that stands first in the book. Goals and KPIs are thousands at most and are walked in
Python; lines are millions and are first reduced to the pairs (KPI, goal) that occur.
"""

from __future__ import annotations

import datetime
from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import polars as pl

from tamnhin.engine import formula
from tamnhin.engine.book import Book
from tamnhin.engine.lineage.circles import circles
from tamnhin.engine.lineage.findings import Finding

Row = dict[str, object]
Node = tuple[str, str]  # ("goal", code) or ("kpi", code)
By = Literal["strategic", "parent", "measures", "serves", "drives", "formula"]

STRATEGIC = "strategic"
GONE = ("closed",)
IN_FORCE = (None, "active")
RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Step:
    """One node of a path. ``by``: how it hangs on the next one up (None for the vision)."""

    kind: Literal["vision", "goal", "kpi"]
    code: str
    by: By | None = None


VISION = Step("vision", "")


@dataclass(frozen=True)
class Lineage:
    """``above``: each reached node → (how, the node it hangs on; None is the vision). Codes as in the book."""

    goals: Mapping[str, Row] = field(repr=False)
    kpis: Mapping[str, Row] = field(repr=False)
    links: tuple[tuple[str, str], ...] = field(repr=False)
    above: Mapping[Node, tuple[By, Node | None]] = field(repr=False)
    goal_kpis: Mapping[str, tuple[str, ...]] = field(repr=False)
    has_vision: bool = False
    findings: tuple[Finding, ...] = ()

    def reaches(self, kind: Literal["goal", "kpi"], code: str) -> bool:
        """Whether the vision stands above it."""
        return self.has_vision and (kind, code) in self.above

    def path(self, kind: Literal["goal", "kpi"], code: str) -> tuple[Step, ...]:
        """From the node itself up to the vision; empty where there is no way."""
        if not self.reaches(kind, code):
            return ()
        out: list[Step] = []
        node: Node | None = (kind, code)
        while node is not None:
            by, up = self.above[node]
            out.append(Step(node[0], node[1], by))  # type: ignore[arg-type]  # a node is a goal or a KPI
            node = up
        return (*out, VISION)

    def of(self, code: str) -> list[Finding]:
        """The findings with this code."""
        return [one for one in self.findings if one.code == code]

    @cached_property
    def orphans(self) -> tuple[str, ...]:
        """KPIs without a path, in the order of the book."""
        return tuple(one.subject for one in self.findings if one.code == "KPI_WITHOUT_PATH")

    @cached_property
    def by_subject(self) -> Mapping[Node, tuple[Finding, ...]]:
        """Findings of each goal and KPI; those of a link stand with its driver."""
        found: dict[Node, list[Finding]] = {}
        for one in self.findings:
            kind = "kpi" if one.kind == "link" else one.kind
            found.setdefault((kind, one.subject), []).append(one)
        return {node: tuple(rows) for node, rows in found.items()}


def trace(
    book: Book, on: datetime.date, *, with_data: Collection[str] | None = None, kpis: Collection[str] | None = None
) -> Lineage:
    """The chain of a company on a day.

    ``with_data``: codes of the KPIs that have any measurement; None: those of the book's ``actuals``. ``kpis``: only
    these are asked about (the paths are always those of all).
    """
    goals = {row["code"]: row for row in book["goals"].iter_rows(named=True)}
    defined = newest_definitions(book)
    held = {code: row for code, row in defined.items() if row.get("status") != RETIRED}
    links = tuple(
        (driver, outcome)
        for driver, outcome in book["links"].select("driver", "outcome").iter_rows()
        if driver in defined and outcome in defined
    )
    lines = book["scorecards"].lazy().select("kpi", "goal", "from", "to")
    in_force = (pl.col("from").is_null() | (pl.col("from") <= on)) & (pl.col("to").is_null() | (pl.col("to") >= on))
    used = set(lines.filter(in_force).select(pl.col("kpi").cast(pl.String).unique()).collect()["kpi"])
    serving = (
        lines.filter(pl.col("goal").is_not_null())
        .select(pl.col("kpi", "goal").cast(pl.String))
        .unique(maintain_order=True)
        .collect()
    )
    goal_kpis = _kpis_of_goals(goals, serving)
    inputs = _inputs(held, defined)
    above = _walk(goals, held, links, goal_kpis, inputs)
    if with_data is None:
        with_data = set(book["actuals"]["kpi"].cast(pl.String).unique())
    found = [
        *_of_company(book),
        *_of_goals(goals, goal_kpis, held, above, on),
        *_of_kpis(book, held, links, inputs, above, used, on, kpis),
        *_of_links(links, held, with_data),
    ]
    vision = bool((book.company.vision or "").strip())
    return Lineage(goals, defined, links, above, goal_kpis, vision, tuple(found))


def newest_definitions(book: Book) -> dict[str, Row]:
    """Each KPI's newest version, in the order in which codes first stand in the book."""
    order = book["kpis"]["code"].cast(pl.String).unique(maintain_order=True)
    newest = book["kpis"].sort("from", nulls_last=False, maintain_order=True)
    rows = {row["code"]: row for row in newest.iter_rows(named=True)}
    return {code: rows[code] for code in order}


def _kpis_of_goals(goals: Mapping[str, Row], serving: pl.DataFrame) -> dict[str, tuple[str, ...]]:
    """The KPI that a goal names first, then those of the lines that serve it."""
    lists = serving.group_by("goal").agg("kpi")
    served: dict[str, list[str]] = dict(zip(lists["goal"], lists["kpi"].to_list(), strict=True))
    found = {}
    for code, row in goals.items():
        own, others = row["kpi"], served.get(code, ())
        found[code] = tuple(others) if own is None else (str(own), *(kpi for kpi in others if kpi != own))
    return found


def _walk(
    goals: Mapping[str, Row],
    kpis: Mapping[str, Row],
    links: Iterable[tuple[str, str]],
    goal_kpis: Mapping[str, tuple[str, ...]],
    inputs: Mapping[str, Sequence[str]],
) -> dict[Node, tuple[By, Node | None]]:
    children: dict[str, list[str]] = {}
    for code, row in goals.items():
        if row["parent"] is not None and row["status"] not in GONE:
            children.setdefault(str(row["parent"]), []).append(code)
    drivers: dict[str, list[str]] = {}
    for driver, outcome in links:
        drivers.setdefault(outcome, []).append(driver)
    above: dict[Node, tuple[By, Node | None]] = {}
    waiting: deque[Node] = deque()
    unreached = set(kpis)  # of millions of pairs nearly all lead to what has been reached already

    def reach(node: Node, by: By, up: Node | None) -> None:
        if node not in above:
            above[node] = (by, up)
            waiting.append(node)
            unreached.discard(node[1] if node[0] == "kpi" else "")

    for code, row in goals.items():
        if row["horizon"] == STRATEGIC and row["status"] not in GONE:
            reach(("goal", code), "strategic", None)
    while waiting:
        node = waiting.popleft()
        kind, code = node
        if kind == "goal":
            held = goals[code]["status"] in IN_FORCE  # what is only proposed carries nothing yet
            for kpi in goal_kpis[code] if held else ():
                if kpi in unreached:
                    reach(("kpi", kpi), "measures" if goals[code]["kpi"] == kpi else "serves", node)
            for child in children.get(code, ()):
                reach(("goal", child), "parent", node)
            continue
        for driver in drivers.get(code, ()):
            if driver in unreached:
                reach(("kpi", driver), "drives", node)
        for part in inputs.get(code, ()):
            if part in unreached:
                reach(("kpi", part), "formula", node)
    return above


def _inputs(kpis: Mapping[str, Row], defined: Mapping[str, Row]) -> dict[str, list[str]]:
    """What each formula is computed from: a number that feeds another one serves what that one serves."""
    known = {code: str(row["unit"]) if row["unit"] else None for code, row in defined.items()}
    found: dict[str, list[str]] = {}
    for code, row in kpis.items():
        text = row["formula"]
        if text:
            parsed = formula.parse(str(text), known)
            found[code] = sorted({reference.code for reference in parsed.references} - {code})
    return found


def _of_company(book: Book) -> list[Finding]:
    return [] if (book.company.vision or "").strip() else [Finding("VISION_MISSING", "company")]


def _of_goals(
    goals: Mapping[str, Row],
    goal_kpis: Mapping[str, tuple[str, ...]],
    kpis: Collection[str],
    above: Mapping[Node, object],
    on: datetime.date,
) -> list[Finding]:
    found: list[Finding] = []
    for code, row in goals.items():
        if row["status"] in GONE or _day(row["to"]) < on:
            continue
        if not any(kpi in kpis for kpi in goal_kpis[code]):  # a retired one measures nothing any more
            found.append(Finding("GOAL_WITHOUT_KPI", "goal", code, args={"code": code}))
        if ("goal", code) not in above:
            found.append(Finding("GOAL_WITHOUT_PARENT", "goal", code, args={"code": code}))
        parent = goals.get(str(row["parent"])) if row["parent"] is not None else None
        if parent is not None and (_day(row["from"]) < _day(parent["from"]) or _day(row["to"]) > _day(parent["to"])):
            args = {
                "code": code, "start": _said(row["from"]), "end": _said(row["to"]), "parent": parent["code"],
                "parent_start": _said(parent["from"]), "parent_end": _said(parent["to"]),
            }  # fmt: skip
            found.append(Finding("GOAL_DATES_OUTSIDE_PARENT", "goal", code, args=args))
    up = [(code, str(row["parent"])) for code, row in goals.items() if row["parent"] is not None]
    found += [Finding("GOAL_CIRCLE", "goal", path[0], args={"path": " → ".join(path)}) for path in circles(up)]
    return found


def _of_kpis(
    book: Book,
    kpis: Mapping[str, Row],
    links: Iterable[tuple[str, str]],
    inputs: Mapping[str, Sequence[str]],
    above: Mapping[Node, object],
    used: Collection[str],
    on: datetime.date,
    asked: Collection[str] | None,
) -> list[Finding]:
    here = _owners_here(book, on, {str(row["owner"]) for row in kpis.values() if row["owner"] is not None})
    drives = {driver for driver, _outcome in links}
    fed = {part for parts in inputs.values() for part in parts}
    found: list[Finding] = []
    for code, row in kpis.items():
        if asked is not None and code not in asked:
            continue
        args = {"code": code, "name": row["name"]}
        if row["owner"] is None or row["owner"] not in here:
            found.append(Finding("KPI_WITHOUT_OWNER", "kpi", code, args=args))
        if ("kpi", code) not in above:
            found.append(Finding("KPI_WITHOUT_PATH", "kpi", code, args=args))
        if row["level"] == "tactical" and code not in drives:
            found.append(Finding("TACTICAL_WITHOUT_LINK", "kpi", code, args=args))
        if code not in used and code not in fed and row.get("status") != "draft":
            found.append(Finding("KPI_UNUSED", "kpi", code, args=args))
    return found


def _owners_here(book: Book, on: datetime.date, codes: Collection[str]) -> set[str]:
    """Of some codes, the units that stand and the people who have not left on the day."""
    wanted = pl.Series(list(codes), dtype=pl.String).implode()
    units = book["units"].filter(
        pl.col("code").is_in(wanted) & (pl.col("to").is_null() | (pl.col("to") >= on))
    )["code"]  # fmt: skip
    people = book["people"].filter(
        pl.col("code").is_in(wanted) & (pl.col("left").is_null() | (pl.col("left") >= on))
    )["code"]  # fmt: skip
    return {*units, *people}


def _of_links(links: Iterable[tuple[str, str]], kpis: Mapping[str, Row], with_data: Collection[str]) -> list[Finding]:
    links = list(links)
    found = []
    for driver, outcome in links:
        if driver not in kpis or outcome not in kpis:
            continue
        missing = [code for code in (driver, outcome) if code not in with_data]
        if missing:
            args = {"driver": driver, "outcome": outcome, "missing": ", ".join(missing)}
            found.append(Finding("LINK_WITHOUT_DATA", "link", driver, outcome, args))
    found += [Finding("LINK_CIRCLE", "link", path[0], path[1], {"path": " → ".join(path)}) for path in circles(links)]
    return found


def _day(value: object) -> datetime.date:
    assert isinstance(value, datetime.date)  # noqa: S101  the sheet requires both days of a goal
    return value


def _said(value: object) -> str:
    return f"{_day(value):%d/%m/%Y}"
