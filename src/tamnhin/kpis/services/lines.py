"""A line as it is asked for, and what is refused of one. Used by drafts, cells, templates and files alike."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from tamnhin.base.formatting import number
from tamnhin.engine.book import CHOICES
from tamnhin.engine.problems import Problem
from tamnhin.kpis.models import Assignment, AssignmentLine, Kpi, KpiVersion, Line, TemplateLine
from tamnhin.organisation.models import Company, Owner, Person, Placement
from tamnhin.strategy.models import Goal

HUNDRED = Decimal(100)
CENT = Decimal("0.01")
TERMS = (
    "method", "baseline", "floor", "cap", "low", "high", "zero_low", "zero_high", "penalty", "curve", "rollup",
)  # fmt: skip
TEXTS = frozenset({"method", "curve", "rollup"})
COMPLETE = ("ratio", "deviation", "inverse", "pass_fail")  # methods that need nothing but a target


class LinesRefusedError(ValueError):
    """Lines that cannot be written; ``problems`` have owner and KPI."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(problem.text("en") for problem in problems))
        self.problems = list(problems)


@dataclass(frozen=True, slots=True)
class LineInput:
    """A line to write. ``weight`` is exact, in points of 100. ``total`` is the target for the whole time.

    ``targets`` are figures by period key; None takes back what stands there. Empty, with a total: made from the total;
    empty without one: the targets that stand, stay. ``terms`` are columns of ``kpis.models.Terms``.
    """

    kpi_id: int
    weight: Decimal
    goal_id: int | None = None
    post_id: int | None = None
    total: float | None = None
    profile: str = ""
    basis: str = ""
    targets: Mapping[str, float | None] = field(default_factory=dict)
    note: str = ""
    terms: Mapping[str, Any] = field(default_factory=dict)

    COLUMNS: ClassVar[tuple[str, ...]] = (
        "kpi", "weight", "goal", "post", "total", "profile", "basis", "targets", "note", *TERMS,
    )  # fmt: skip

    @classmethod
    def of(cls, line: AssignmentLine | Line | TemplateLine) -> LineInput:
        """The same as a line that is there already, in force, proposed or of a template."""
        terms = {name: value for name in TERMS if (value := getattr(line, name)) not in (None, "")}
        if isinstance(line, TemplateLine):
            more: dict[str, Any] = {"total": line.target, "profile": line.profile}
        elif isinstance(line, AssignmentLine):
            names = ("post_id", "total", "profile", "basis", "targets", "note")
            more = {name: getattr(line, name) for name in names}
        else:
            more = {"post_id": line.post_id}
        return cls(kpi_id=line.kpi_id, weight=line.weight, goal_id=line.goal_id, terms=terms, **more)

    @property
    def divides(self) -> bool:
        """Whether the figures of the periods come from the total."""
        return self.total is not None and not self.targets

    def row(self, assignment: Assignment, order: int) -> AssignmentLine:
        """An unsaved row of this line."""
        terms = {name: self.terms.get(name, "" if name in TEXTS else None) for name in TERMS}
        return AssignmentLine(
            company_id=assignment.company_id,
            assignment=assignment,
            order=order,
            kpi_id=self.kpi_id,
            weight=self.weight,
            goal_id=self.goal_id,
            post_id=self.post_id,
            total=self.total,
            profile=self.profile[:24],
            basis=self.basis,
            targets=dict(self.targets),
            note=self.note[:500],
            **terms,
        )


def plain(line: LineInput) -> dict[str, Any]:
    """For the audit trail: what was said, without what was not."""
    out: dict[str, Any] = {"kpi": line.kpi_id, "weight": str(line.weight)}
    for name in ("goal_id", "post_id", "total", "profile", "basis", "note"):
        if getattr(line, name) not in (None, ""):
            out[name] = getattr(line, name)
    if line.targets:
        out["targets"] = dict(line.targets)
    return out | dict(line.terms)


def checked_lines(
    company: Company,
    lines: Mapping[Owner, Sequence[LineInput]],
    before: Mapping[int, Sequence[AssignmentLine | LineInput]],
) -> dict[int, Kpi]:
    """The KPIs by id, when every line can be written; LinesRefusedError with each fault at its owner and KPI.

    What stood there before (``before``, by owner id) may stay as it is: a file may have brought finer weights.
    Four queries at most.
    """
    ids = {line.kpi_id for given in lines.values() for line in given}
    kpis = {kpi.pk: kpi for kpi in Kpi.objects.filter(company=company, pk__in=ids)}
    goal_ids = {line.goal_id for given in lines.values() for line in given if line.goal_id is not None}
    goals: set[int] = set()
    if goal_ids:
        goals = set(Goal.objects.filter(company=company, pk__in=goal_ids).values_list("pk", flat=True))
    posts = _posts_of(company, [owner.pk for owner, given in lines.items() if any(one.post_id for one in given)])
    problems: list[Problem] = []
    for owner, given in lines.items():
        stood = {(line.kpi_id, line.post_id): line for line in before.get(owner.pk, ())}
        problems += _faults(owner, given, stood, kpis, goals, posts.get(owner.pk, set()))
    if problems:
        raise LinesRefusedError(problems)
    return kpis


def _posts_of(company: Company, people: Collection[int]) -> dict[int, set[int]]:
    """By person the units in which they stand, stood or will stand."""
    out: dict[int, set[int]] = {}
    if not people:
        return out
    placed = Placement.objects.filter(company=company, person__in=people).values_list("person_id", "unit_id")
    homes = Person.objects.filter(company=company, pk__in=people, unit__isnull=False).values_list("pk", "unit_id")
    for person, unit in [*placed, *homes]:
        out.setdefault(person, set()).add(unit)
    return out


def _faults(
    owner: Owner,
    lines: Sequence[LineInput],
    stood: Mapping[tuple[int, int | None], AssignmentLine | LineInput],
    kpis: Mapping[int, Kpi],
    goals: Collection[int],
    posts: Collection[int],
) -> Iterable[Problem]:
    seen: set[tuple[int, int | None]] = set()
    for line in lines:
        kpi = kpis.get(line.kpi_id)
        if kpi is None:
            yield Problem("ASSIGNMENT_KPI_UNKNOWN", owner=owner.code)
            continue
        key = (line.kpi_id, line.post_id)
        old = stood.get(key)
        args = {"kpi": kpi.name, "owner": owner.name}
        if key in seen:
            yield Problem("ASSIGNMENT_KPI_TWICE", owner=owner.code, kpi=kpi.code, args=args)
        seen.add(key)
        if kpi.status == Kpi.Status.RETIRED and old is None:
            yield Problem("ASSIGNMENT_KPI_RETIRED", owner=owner.code, kpi=kpi.code, args=args)
        if old is None or old.weight != line.weight:
            fault = weight_fault(line.weight)
            if fault is not None:
                yield Problem(fault, owner=owner.code, kpi=kpi.code, args=args | {"weight": _shown(line.weight)})
        if any(value is not None and not math.isfinite(value) for value in (line.total, *line.targets.values())):
            yield Problem("ASSIGNMENT_TARGET_NOT_A_NUMBER", owner=owner.code, kpi=kpi.code, args=args)
        for name in ("method", "rollup"):
            found = line.terms.get(name, "")
            if found and found not in CHOICES["scorecards", name]:
                yield Problem("ASSIGNMENT_METHOD_NOT_ALLOWED", owner=owner.code, kpi=kpi.code, args={"found": found})
        if line.post_id is not None and old is None and line.post_id not in posts:
            yield Problem("ASSIGNMENT_POST_UNKNOWN", owner=owner.code, kpi=kpi.code, args=args)
        if line.goal_id is not None and line.goal_id not in goals:
            yield Problem("ASSIGNMENT_GOAL_UNKNOWN", owner=owner.code, kpi=kpi.code, args=args)


def weight_fault(weight: Decimal) -> str | None:
    """The code of what is wrong with a weight that somebody typed: 0 to 100, at most 2 decimals."""
    if not weight.is_finite():
        return "ASSIGNMENT_WEIGHT_NOT_A_NUMBER"
    if not 0 <= weight <= HUNDRED:
        return "ASSIGNMENT_WEIGHT_OUT_OF_RANGE"
    try:
        fine = weight.quantize(CENT) != weight
    except InvalidOperation:
        return "ASSIGNMENT_WEIGHT_OUT_OF_RANGE"
    return "ASSIGNMENT_WEIGHT_TOO_FINE" if fine else None


def _shown(weight: Decimal) -> str:
    return number(weight, 6) if weight.is_finite() else str(weight)


def proposed_terms(company: Company, kpis: Collection[int]) -> dict[int, dict[str, Any]]:
    """By KPI, what its newest definition proposes to lines that take it. A method that needs more than a target (a
    baseline, bounds) is for somebody to choose. One query.
    """
    rows = KpiVersion.objects.filter(company=company, kpi__in=kpis).order_by("kpi", "valid_from", "pk")
    newest = dict(rows.values_list("kpi", "method"))  # the last one of a KPI stays
    return {kpi: {"method": method} for kpi, method in newest.items() if method in COMPLETE}
