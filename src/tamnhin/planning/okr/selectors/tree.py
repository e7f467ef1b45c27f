"""The objectives of a period as the tree of what serves what, with this week's reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tamnhin.dashboards.reading import GROUPS, Reading, with_query
from tamnhin.dashboards.shapes import Link, PeriodChoice, PeriodGroup, PeriodPicker
from tamnhin.engine import periods as per
from tamnhin.engine.periods import Period
from tamnhin.okr.access import objectives_visible_to, owners_editable_by, results_expected_of
from tamnhin.okr.grading import published
from tamnhin.okr.models import CheckIn, Grade, KeyResult, Objective
from tamnhin.okr.writing import KINDS
from tamnhin.organisation.access import owners_under
from tamnhin.organisation.models import Owner
from tamnhin.planning.okr.numbers import Standing, period_of, standing
from tamnhin.planning.okr.selectors.common import (
    advice_notes,
    confidence_of,
    gone_of,
    this_week,
    title_of,
    week_title,
    weekly_of,
    weeks_of,
)
from tamnhin.planning.okr.shapes import ObjectiveRow, OkrList, Progress, Waiting, Weekly, progress_of

MOST = 200  # objectives on one page; more are reached by unit
WAITING_SHOWN = 8
AHEAD = 3  # quarters that can be planned


def offered(reading: Reading) -> list[Period]:
    """Periods for which objectives are written: the last quarter, this one and the next ones, halves and years."""
    on, start = reading.live.as_of, reading.company.fiscal_year_start
    quarters = [per.previous(per.containing(on, "quarter", start))]
    for _step in range(AHEAD + 1):
        quarters.append(per.next(quarters[-1]))
    half, year = per.containing(on, "half", start), per.containing(on, "year", start)
    return [*quarters, half, per.next(half), year, per.next(year)]


def current_period(reading: Reading) -> Period:
    """The quarter of today."""
    return per.containing(reading.live.as_of, "quarter", reading.company.fiscal_year_start)


def okr_list(reading: Reading, period: Period, unit: Owner | None, *, mine: bool) -> OkrList:
    """``unit``: only of that unit and what is under it; ``mine``: my own and what I carry."""
    every = _within(reading, period)
    chosen = _chosen(reading, every, unit, mine=mine)
    total = chosen.count()
    objectives = list(
        chosen.select_related("owner__unit__head__owner").order_by(
            "-owner__kind", "owner__unit__path", "owner__sort_key", "owner_id", "period", "pk"
        )[:MOST]
    )
    found = standing(reading, objectives)
    rows = rows_of(reading, objectives, found, period)
    week = this_week(reading)
    due = my_due(reading)
    address = reverse("okr")
    key = period.key
    return OkrList(
        picker=_picker(reading, period, address),
        filters=[
            Link(_("Tất cả"), with_query(address, period=key), "" if mine or unit else "current"),
            Link(_("Của tôi"), with_query(address, period=key, mine="1"), "current" if mine else ""),
        ],
        units=[
            Link(name, code, "current" if unit is not None and unit.code == code else "")
            for code, name in every.filter(owner__kind=Owner.Kind.UNIT)
            .order_by("owner__unit__path")
            .values_list("owner__code", "owner__name")
            .distinct()
        ],
        rows=rows,
        total=total,
        week=week_title(reading, week),
        weekly=Weekly(sum(row.weekly.done for row in rows), sum(row.weekly.total for row in rows)),
        waiting=_waiting(rows),
        my_url=reverse("okr_week") if due is not None else "",
        my_due=due or 0,
        new_url=with_query(reverse("okr_new"), period=key, owner=unit.code if unit is not None else "")
        if may_write(reading)
        else "",
        explain_url=reverse("okr_and_kpi"),
        period=period.title(reading.language),
        gone=gone_of(period, reading.live.as_of),
    )


def may_write(reading: Reading) -> bool:
    """Whether the reader writes anybody's objectives."""
    return owners_editable_by(reading.user, reading.company).exists()


def my_due(reading: Reading) -> int | None:
    """How many key results the reader is still asked for this week; None when nothing is ever asked of them."""
    mine = list(results_expected_of(reading.user, reading.company).values_list("pk", flat=True))
    if not mine:
        return None
    said = CheckIn.objects.filter(company=reading.company, week=this_week(reading), key_result__in=mine)
    return len(set(mine) - set(said.values_list("key_result_id", flat=True)))


def _within(reading: Reading, period: Period) -> QuerySet[Objective]:
    """Of the period itself and of the longer ones it lies in: a quarter's objectives serve the year's."""
    longer = KINDS[KINDS.index(period.kind) + 1 :]
    keys = {period.key, *(per.containing(period.start, kind, reading.company.fiscal_year_start).key for kind in longer)}
    graded = Exists(Grade.objects.filter(company=reading.company, objective=OuterRef("pk")))
    return (
        objectives_visible_to(reading.user, reading.company)
        .filter(period__in=keys)
        .exclude(~graded, status=Objective.Status.CLOSED)  # given up
    )


def _chosen(reading: Reading, every: QuerySet[Objective], unit: Owner | None, *, mine: bool) -> QuerySet[Objective]:
    if unit is not None:
        below = owners_under(reading.company, [unit.unit.path], reading.live.as_of)
        return every.filter(owner__in=below.values("pk"))
    if mine:
        me = reading.scope.person_id
        if me is None:
            return every.none()
        carried = KeyResult.objects.filter(company=reading.company, carrier=me, archived_at=None)
        return every.filter(Q(owner=me) | Q(owner__unit__head=me) | Q(pk__in=carried.values("objective_id")))
    return every


def _picker(reading: Reading, period: Period, address: str) -> PeriodPicker:
    """The periods offered and those that have objectives, the chosen one among them."""
    used = objectives_visible_to(reading.user, reading.company).values_list("period", flat=True).distinct()
    periods = {one.key: one for one in [*offered(reading), period]}
    periods |= {one.key: one for key in used if (one := period_of(reading, key)) is not None}
    groups = []
    for kind, label in GROUPS:
        same = sorted(one for one in periods.values() if one.kind == kind)
        choices = [
            PeriodChoice(one.key, one.title(reading.language), with_query(address, period=one.key), one == period)
            for one in same
        ]
        if choices:
            groups.append(PeriodGroup(_(label), choices))
    same = sorted(one for one in periods.values() if one.kind == period.kind)
    here = same.index(period)
    before = with_query(address, period=same[here - 1].key) if here else ""
    after = with_query(address, period=same[here + 1].key) if here + 1 < len(same) else ""
    return PeriodPicker(period.key, period.title(reading.language), groups, address, before, after)


def rows_of(
    reading: Reading, objectives: Sequence[Objective], found: Standing, period: Period | None
) -> list[ObjectiveRow]:
    """As a tree: each under the one it serves, if that is shown, in the order given. Two queries."""
    grades = grades_of(reading, objectives)
    advice = advice_notes(reading, objectives, found)
    there = {one.pk for one in objectives}
    below: dict[int | None, list[Objective]] = defaultdict(list)
    for one in objectives:
        below[one.parent_id if one.parent_id in there else None].append(one)
    rows: list[ObjectiveRow] = []
    pending = [(one, 0) for one in reversed(below[None])]
    while pending:
        one, depth = pending.pop()
        rows.append(_row(reading, one, found, depth, period, grades.get(one.pk), like_kpi=one.pk in advice))
        pending += [(child, depth + 1) for child in reversed(below[one.pk])]
    return rows


def grades_of(reading: Reading, objectives: Sequence[Objective]) -> dict[int, Grade]:
    """By objective its newest grade as a whole, of those that are graded."""
    graded = [one.pk for one in objectives if not one.open]
    if not graded:
        return {}
    rows = Grade.objects.filter(company=reading.company, objective__in=graded, key_result=None).order_by("round")
    return {row.objective_id: row for row in rows}


def progress_now(objective: Objective, found: Standing, grade: Grade | None) -> Progress:
    """The grade once there is one; before that where the objective stands."""
    mean = found.mean(objective)
    if grade is not None:
        return progress_of(grade.score, objective.kind, final=True, counted=mean.total, total=mean.total)
    return progress_of(
        published(mean.score), objective.kind, final=False, counted=mean.counted, total=mean.total
    )  # fmt: skip


def _row(
    reading: Reading,
    one: Objective,
    found: Standing,
    depth: int,
    period: Period | None,
    grade: Grade | None,
    *,
    like_kpi: bool,
) -> ObjectiveRow:
    results = found.results.get(one.pk, ())
    weeks = weeks_of(reading, period_of(reading, one.period))
    return ObjectiveRow(
        pk=one.pk,
        title=one.title,
        url=reverse("okr_objective", args=[one.pk]),
        owner=one.owner.name,
        depth=depth,
        period="" if period is not None and one.period == period.key else title_of(reading, one.period),
        status=one.status,
        status_word=str(Objective.Status(one.status).label),
        kind_word=str(Objective.Kind(one.kind).label),
        progress=progress_now(one, found, grade),
        confidence=confidence_of([found.heard.get(row.pk) for row in results], weeks),
        weekly=weekly_of(reading, one, found),
        like_kpi=like_kpi,
        private=not one.public,
    )


def _waiting(rows: Sequence[ObjectiveRow]) -> list[Waiting]:
    """Who has not reported this week, most objectives first."""
    named: dict[str, list[Link]] = defaultdict(list)
    for row in rows:
        for name in row.weekly.waiting:
            named[name].append(Link(row.title, row.url))
    order = sorted(named, key=lambda name: -len(named[name]))
    return [Waiting(name, len(named[name]), named[name][:3]) for name in order[:WAITING_SHOWN]]
