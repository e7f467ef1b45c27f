"""What somebody wants an objective to be, and what is wrong with it. Writes nothing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F

from tamnhin.accounts.models import User
from tamnhin.base.text import folded
from tamnhin.engine import periods as per
from tamnhin.engine.problems import Problem
from tamnhin.kpis.models import Kpi, KpiVersion
from tamnhin.okr import problems as _declared  # noqa: F401  (the codes)
from tamnhin.okr.access import objectives_visible_to
from tamnhin.okr.models import LEAST_RESULTS, MOST_RESULTS, KeyResult, Objective
from tamnhin.organisation.models import Company, Owner, Person
from tamnhin.organisation.services import OtherCompanyError
from tamnhin.strategy.models import Goal

KINDS: tuple[per.Kind, ...] = ("quarter", "half", "year")  # of period


class RefusedError(Exception):
    """Nothing was written. Each problem says what to do; its ``cell`` is the field where."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(problem.text("en") for problem in problems))
        self.problems = list(problems)


class ConflictError(RefusedError):
    """Somebody else was quicker. ``current`` is the objective as it stands now."""

    def __init__(self, current: Objective) -> None:
        super().__init__([Problem("OKR_CHANGED_MEANWHILE")])
        self.current = current


@dataclass(frozen=True, slots=True)
class Terms:
    """An objective as somebody wants it. ``expected`` in percent."""

    owner: Owner
    title: str
    period: str
    why: str = ""
    goal: Goal | None = None
    parent: Objective | None = None
    origin: str = Objective.Origin.BOTH
    pay_tied: bool = False
    expected: int = 70
    kind: str = Objective.Kind.ASPIRATIONAL
    public: bool = True


@dataclass(frozen=True, slots=True)
class Wanted:
    """A key result as somebody wants it. ``pk`` names one that is there; ``row`` is its place in the form, from 0."""

    title: str
    baseline: float | None = None
    target: float | None = None
    unit: str = ""
    kpi: Kpi | None = None
    kpi_owner: Owner | None = None
    carrier: Person | None = None
    pk: int | None = None
    row: int = 0

    def values(self) -> dict[str, Any]:
        """The columns of ``KeyResult`` that it says."""
        return {
            "title": self.title.strip(),
            "baseline": self.baseline,
            "target": self.target,
            "unit": "" if self.kpi is not None else self.unit.strip(),
            "kpi": self.kpi,
            "kpi_owner": self.kpi_owner if self.kpi is not None else None,
            "carrier": self.carrier,
        }

    @classmethod
    def of(cls, row: KeyResult, place: int = 0) -> Wanted:
        """The key result as it stands."""
        return cls(
            row.title, row.baseline, row.target, row.unit, row.kpi, row.kpi_owner, row.carrier, row.pk, place
        )  # fmt: skip


def same_company(company: Company, terms: Terms, results: Iterable[Wanted]) -> None:
    """Raises OtherCompanyError where something of another company would be tied in: no form of ours offers that."""
    rows: list[Any] = [terms.owner, terms.goal, terms.parent]
    for one in results:
        rows += [one.kpi, one.kpi_owner, one.carrier]
    for row in rows:
        if row is not None and row.company_id != company.pk:
            raise OtherCompanyError(f"{row!r} belongs to another company")


def faults_of(
    company: Company, terms: Terms, results: Sequence[Wanted], acting_user: User | None, pk: int | None
) -> list[Problem]:
    """All that is wrong with an objective as it is wanted, draft or not. ``pk``: the objective that it would become."""
    found = _faults_of_terms(company, terms, pk)
    if terms.parent is not None and pk is not None:
        found += _cycle(company, terms, acting_user, pk)
    return found + _faults_of_results(results)


def unready(results: Sequence[Wanted]) -> list[Problem]:
    """What keeps an objective from being put under way: three to five key results, each with both ends."""
    found = []
    if len(results) < LEAST_RESULTS:
        found.append(Problem("OKR_TOO_FEW_RESULTS", args={"found": len(results), "least": LEAST_RESULTS}))
    for one in results:
        if one.baseline is None or one.target is None:
            cell = "baseline" if one.baseline is None else "target"
            found.append(Problem("OKR_NUMBERS_MISSING", cell=f"{one.row}.{cell}"))
    return found


def _faults_of_terms(company: Company, terms: Terms, pk: int | None) -> list[Problem]:
    found = []
    title = terms.title.strip()
    if not title:
        found.append(Problem("OKR_TITLE_MISSING", cell="title"))
    if not 1 <= terms.expected <= 100:
        found.append(Problem("OKR_EXPECTED_RANGE", cell="expected"))
    try:
        period = per.parse(terms.period, company.fiscal_year_start)
    except per.PeriodError:
        period = None
    if period is None or period.kind not in KINDS:
        found.append(Problem("OKR_PERIOD_KIND", cell="period", args={"period": terms.period}))
    others = Objective.objects.filter(company=company, owner=terms.owner, period=terms.period).exclude(
        status=Objective.Status.CLOSED
    )
    if pk is not None:
        others = others.exclude(pk=pk)
    if title and folded(title) in {folded(one) for one in others.values_list("title", flat=True)}:
        args = {"owner": terms.owner.name, "period": terms.period}
        found.append(Problem("OKR_TITLE_TWICE", cell="title", args=args))
    return found


def _cycle(company: Company, terms: Terms, acting_user: User | None, pk: int) -> list[Problem]:
    """Whether the objective stands above its own parent; the path is told with the titles that the user may see."""
    above = dict(Objective.objects.filter(company=company, parent__isnull=False).values_list("pk", "parent_id"))
    path, at = [pk], terms.parent.pk if terms.parent is not None else None
    while at is not None and at != pk and at not in path:
        path.append(at)
        at = above.get(at)
    if at != pk:
        return []
    rows = Objective.objects.all() if acting_user is None else objectives_visible_to(acting_user, company)
    titles = dict(rows.filter(pk__in=path).values_list("pk", "title"))
    titles[pk] = terms.title.strip()
    text = " → ".join(titles.get(one, "…") for one in [*path, pk])
    return [Problem("OKR_CYCLE", cell="parent", args={"path": text})]


def _faults_of_results(results: Sequence[Wanted]) -> list[Problem]:
    found: list[Problem] = []
    if len(results) > MOST_RESULTS:
        found.append(Problem("OKR_TOO_MANY_RESULTS", args={"found": len(results), "most": MOST_RESULTS}))
    directions = _directions([one.kpi for one in results if one.kpi is not None])
    seen: dict[str, int] = {}
    for one in results:
        title = folded(one.title)
        if not title:
            found.append(Problem("OKR_TITLE_MISSING", cell=f"{one.row}.title"))
        elif title in seen:
            found.append(Problem("OKR_RESULT_TWICE", cell=f"{one.row}.title", args={"row": seen[title] + 1}))
        seen.setdefault(title, one.row)
        found += _faults_of_numbers(one, directions)
    return found


def _faults_of_numbers(one: Wanted, directions: dict[int, str]) -> list[Problem]:
    found = [
        Problem("OKR_NUMBER_NOT_FINITE", cell=f"{one.row}.{name}")
        for name, number in (("baseline", one.baseline), ("target", one.target))
        if number is not None and not math.isfinite(number)
    ]
    if one.kpi is not None and one.kpi_owner is None:
        found.append(Problem("OKR_KPI_OWNER_MISSING", cell=f"{one.row}.kpi_owner"))
    if found or one.baseline is None or one.target is None:
        return found
    if one.baseline == one.target:
        return [Problem("OKR_TARGET_IS_BASELINE", cell=f"{one.row}.target")]
    wanted = directions.get(one.kpi.pk) if one.kpi is not None else None
    if one.kpi is not None and wanted in ("higher", "lower") and (one.target > one.baseline) != (wanted == "higher"):
        vi, en = (
            ("càng cao càng tốt", "higher is better")
            if wanted == "higher"
            else ("càng thấp càng tốt", "lower is better")
        )
        args = {"kpi": one.kpi.name, "wanted": vi, "wanted_en": en}
        return [Problem("OKR_AGAINST_KPI", cell=f"{one.row}.target", args=args)]
    return []


def _directions(kpis: Sequence[Kpi]) -> dict[int, str]:
    """By KPI the direction of its newest version. One query, or none."""
    if not kpis:
        return {}
    versions = KpiVersion.objects.filter(kpi__in=kpis).order_by(F("valid_from").asc(nulls_first=True), "pk")
    return dict(versions.values_list("kpi_id", "direction"))
