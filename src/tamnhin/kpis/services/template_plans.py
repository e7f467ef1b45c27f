"""What giving a template would do to each of many people. Nothing is written here; the run does the same and writes."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from tamnhin.agreements import words
from tamnhin.engine import periods as per
from tamnhin.engine.calendar import Calendar
from tamnhin.engine.problems import Problem
from tamnhin.kpis import template_problems as _declared  # noqa: F401  (the codes)
from tamnhin.kpis.checks import last_days
from tamnhin.kpis.models import Assignment, Line, ScorecardTemplate, TemplateLine
from tamnhin.kpis.selectors import planned
from tamnhin.kpis.selectors.templates import Origin, origins, posts_on
from tamnhin.kpis.series import Measure, Span, Standing, calendar_of, divided, measures_of, span_of, total_of
from tamnhin.kpis.services.lines import LineInput
from tamnhin.kpis.services.template_merge import Figures, Merged, Targets, merge
from tamnhin.organisation.models import Company, Owner

Step = Literal["new", "change", "update", "nothing", "skip"]
WRITES: tuple[Step, ...] = ("new", "change", "update")


@dataclass(slots=True)
class Outlook:
    """One person. ``lines`` are what they would have, where something is written; ``last`` None: as usual."""

    owner: Owner
    step: Step
    problems: list[Problem] = field(default_factory=list)
    force: Sequence[Line] = ()
    lines: list[LineInput] = field(default_factory=list)
    last: datetime.date | None = None
    merged: Merged | None = None
    origin: Origin | None = None

    @property
    def writes(self) -> bool:
        return self.step in WRITES


def outlooks(
    company: Company,
    template: ScorecardTemplate,
    owners: Sequence[Owner],
    first: datetime.date,
    last: datetime.date | None = None,
    *,
    version: int | None = None,
    allowed: Collection[int] | None = None,
) -> list[Outlook]:
    """One for each owner, in their order. About twelve queries, whatever the number.

    Nothing in force on the first day: the whole template (new). Something that comes from an older version of it: only
    the differences (update). Something else: the whole template in its place (change). An open scorecard is left alone.
    ``allowed``: ids of those the user may assign; None is everybody.
    """
    ids = [owner.pk for owner in owners]
    found = _Found(company, template, template.version if version is None else version, ids, first)
    out = []
    for owner in owners:
        one = Outlook(owner, "skip", force=found.force.get(owner.pk, ()), origin=found.origin(owner.pk))
        problem = found.in_the_way(owner, allowed)
        if problem is not None:
            one.problems.append(problem)
        elif not one.force:
            one.step, one.lines, one.last = "new", found.lines, last
        elif one.origin is None:
            _replaces(one, found, last)
        elif one.origin.version >= found.version:
            one.step = "nothing"
            one.problems.append(Problem("TEMPLATE_SAME_VERSION", owner=owner.code, args={"owner": owner.name}))
        else:
            _updates(one, one.origin, found)
        out.append(one)
    return out


def _replaces(one: Outlook, found: _Found, last: datetime.date | None) -> None:
    says_targets = any(line.total is not None for line in found.lines)
    held = [LineInput.of(line) for line in one.force]
    if not says_targets and {_signature(line) for line in held} == {_signature(line) for line in found.lines}:
        _nothing(one)
        return
    one.step, one.lines, one.last = "change", found.lines, last


def _updates(one: Outlook, origin: Origin, found: _Found) -> None:
    mine = [LineInput.of(line) for line in one.force]
    one.merged = merge(found.of_version(origin.version), found.lines, mine, found.targets(one.owner.pk, origin))
    one.lines = one.merged.lines
    # each goes on until the day it was meant to end
    one.last = max((line.valid_to for line in one.force if line.valid_to is not None), default=None)
    if any(line.valid_to is None for line in one.force):
        one.last = None
    if one.merged.differs:
        one.step = "update"
    else:
        _nothing(one)


def _nothing(one: Outlook) -> None:
    one.step = "nothing"
    args = {"owner": one.owner.name}
    one.problems.append(Problem("TEMPLATE_NO_DIFFERENCE", owner=one.owner.code, args=args))


def _signature(line: LineInput) -> tuple[object, ...]:
    return (line.kpi_id, line.weight, line.goal_id, tuple(sorted(line.terms.items())))


class _Found:
    """Everything that is asked of the database for one group of people, asked once."""

    def __init__(
        self, company: Company, template: ScorecardTemplate, version: int, ids: Sequence[int], first: datetime.date
    ) -> None:
        self.company, self.first, self.version = company, first, version
        self.open: Mapping[int, Assignment] = planned.open_assignments(company, ids)
        self.force = planned.lines_in_force(company, ids, first)
        self.gone = last_days(company, ids)
        self.posts = posts_on(company, first, ids)
        self._origins = {
            owner: one for owner, one in origins(company, ids, first).items() if one.template_id == template.pk
        }
        wanted = {version, *(one.version for one in self._origins.values())}
        self._lines: dict[int, list[LineInput]] = {number: [] for number in wanted}
        rows = TemplateLine.objects.filter(company=company, template=template, version__in=wanted)
        for row in rows.order_by("order", "id"):
            self._lines[row.version].append(LineInput.of(row))
        self.lines = self._lines[version]
        kpis = {line.kpi_id for lines in self._lines.values() for line in lines}
        self.measures: dict[int, Measure] = {}
        self.standing: Mapping[tuple[int, int], Mapping[str, Standing]] = {}
        self._calendar: Calendar | None = None
        self._figures: dict[tuple[int, Span], tuple[dict[int, Figures], dict[int, float]]] = {}
        older = [owner for owner, one in self._origins.items() if one.version < version and owner in self.force]
        if older:
            self.measures = measures_of(company.pk, kpis)
            start = company.fiscal_year_start
            spans = [self._span(self._origins[owner]) for owner in older]
            whole = Span(min(span.first for span in spans), max(span.last for span in spans))
            self._calendar = calendar_of(company, whole)
            self.standing = planned.standing_targets(company, older, span_of(first, whole.last, start), kpis)

    def origin(self, owner: int) -> Origin | None:
        return self._origins.get(owner)

    def of_version(self, version: int) -> list[LineInput]:
        return self._lines[version]

    def in_the_way(self, owner: Owner, allowed: Collection[int] | None) -> Problem | None:
        """Why a template does nothing to somebody."""
        args: dict[str, object] = {"owner": owner.name}
        if allowed is not None and owner.pk not in allowed:
            return Problem("TEMPLATE_GONE", owner=owner.code, args=args)
        gone = self.gone.get(owner.pk)
        if gone is not None and gone < self.first:
            return Problem("ASSIGNMENT_OWNER_LEFT", owner=owner.code, args=args | {"date": self.first})
        open_one = self.open.get(owner.pk)
        if open_one is not None:
            return Problem("TEMPLATE_OPEN", owner=owner.code, args=args | {"state": words.where_lazy(open_one.status)})
        two = len(self.posts.get(owner.pk, ())) > 1
        if two or any(line.post_id is not None for line in self.force.get(owner.pk, ())):
            return Problem("ASSIGNMENT_TWO_POSTS", owner=owner.code, args=args)
        return None

    def targets(self, owner: int, origin: Origin) -> Targets:
        """The figures a change of the first day may still speak of, by either version and as they stand."""
        span = self._span(origin)
        old, _unused = self._of(origin.version, span)
        new, totals = self._of(self.version, span)
        standing: dict[int, Figures] = {}
        for kpi in {*old, *new}:
            rows = self.standing.get((owner, kpi), {})
            held = {key: row.target for key, row in rows.items() if self._speaks(key)}
            if held:
                standing[kpi] = held
        return Targets(old, new, standing, totals)

    def _span(self, origin: Origin) -> Span:
        """The time a template's targets are of: that of the first scorecard made from it, or the year after it."""
        start = self.company.fiscal_year_start
        span = span_of(origin.first, origin.last, start)
        return span if span.last >= self.first else span_of(self.first, None, start)

    def _of(self, version: int, span: Span) -> tuple[dict[int, Figures], dict[int, float]]:
        if (version, span) not in self._figures:
            start = self.company.fiscal_year_start
            figures: dict[int, Figures] = {}
            totals: dict[int, float] = {}
            for line in self._lines[version]:
                measure = self.measures.get(line.kpi_id)
                if line.total is None or measure is None or self._calendar is None:
                    continue
                (parts,) = divided([line.total], measure, line.profile, span, start, self._calendar)
                left = {key: value for key, value in parts.items() if self._speaks(key)}
                if left:
                    figures[line.kpi_id] = left
                    total = total_of(left, measure, span_of(self.first, span.last, start), start)
                    totals[line.kpi_id] = line.total if total is None else total
            self._figures[version, span] = (figures, totals)
        return self._figures[version, span]

    def _speaks(self, key: str) -> bool:
        """Elapsed periods keep the old terms."""
        return per.parse(key, self.company.fiscal_year_start).start >= self.first.replace(day=1)
