"""The page of one objective."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from tamnhin.dashboards.reading import Reading, path_of, with_query
from tamnhin.dashboards.shapes import Link
from tamnhin.okr.access import can_edit, objectives_visible_to, results_reportable_by
from tamnhin.okr.grading import published, trust_of
from tamnhin.okr.models import CheckIn, Event, Grade, KeyResult, Objective
from tamnhin.planning.addresses import address
from tamnhin.planning.okr.numbers import Standing, period_of, standing, unit_for
from tamnhin.planning.okr.selectors.common import (
    advice_notes,
    confidence_of,
    gone_of,
    new_kpi_address,
    this_week,
    title_of,
    week_title,
    weekly_of,
    weeks_of,
)
from tamnhin.planning.okr.selectors.tree import progress_now, rows_of
from tamnhin.planning.okr.shapes import (
    TRUST_TONES,
    TRUST_WORDS,
    EventRow,
    ObjectivePage,
    ObjectiveRow,
    ResultRow,
    SaidCell,
    SaidWeek,
    progress_of,
)
from tamnhin.strategy.access import goals_visible_to

HISTORY = 200  # check-ins read, newest first: five key results for a year of weeks with a few corrections
WEEKS = 4  # shown at once; earlier ones on a click
EVENTS = 40
DEEPEST = 12  # objectives above one that are named


def objective_page(reading: Reading, objective: Objective, errors: Sequence[str] = ()) -> ObjectivePage:
    """``errors``: what kept the last act from being done."""
    found = standing(reading, [objective])
    period = period_of(reading, objective.period)
    weeks = weeks_of(reading, period)
    on = reading.live.as_of
    grades = _grades(reading, objective)
    whole = grades.get(None)
    results = found.results.get(objective.pk, ())
    said = _said(reading, results)
    history = _history(reading, results, found, said)
    edits = can_edit(reading.user, objective)
    kpi_new = new_kpi_address(reading) if edits else ""
    reports = (
        objective.status == Objective.Status.ACTIVE
        and results_reportable_by(reading.user, reading.company).filter(objective=objective).exists()
    )
    at = reading.live.owner_of_id.get(objective.owner_id)
    return ObjectivePage(
        pk=objective.pk,
        title=objective.title,
        why=objective.why,
        owner=objective.owner.name,
        owner_url=reading.card_url(at) if at is not None and reading.visible([at]) else "",
        breadcrumb=_above(reading, objective),
        period=title_of(reading, objective.period),
        period_state="open" if period is None or on in period else "over" if on > period.end else "before",
        gone=gone_of(period, on),
        status=objective.status,
        status_word=str(Objective.Status(objective.status).label),
        kind=objective.kind,
        kind_word=str(Objective.Kind(objective.kind).label),
        origin_word=str(Objective.Origin(objective.origin).label),
        expected=objective.expected,
        pay_tied=objective.pay_tied,
        public=objective.public,
        goal=_goal(reading, objective),
        progress=progress_now(objective, found, None),
        graded=progress_now(objective, found, whole) if whole is not None and not objective.open else None,
        reflection=whole.reflection if whole is not None else "",
        confidence=confidence_of([found.heard.get(row.pk) for row in results], weeks),
        weekly=weekly_of(reading, objective, found),
        week=week_title(reading, this_week(reading)),
        results=[
            replace(
                _result(reading, objective, row, found, weeks, said, grades.get(row.pk)),
                as_kpi_url=_as_kpi(row, kpi_new),
            )
            for row in results
        ],
        children=_children(reading, objective),
        history=history[:WEEKS],
        earlier=history[WEEKS:],
        events=_events(objective),
        advice=advice_notes(reading, [objective], found).get(objective.pk) if objective.open else None,
        revision=objective.revision,
        edit_url=reverse("okr_edit", args=[objective.pk]) if edits and objective.open else "",
        act_url=reverse("okr_act", args=[objective.pk]) if edits else "",
        grade_url=reverse("okr_grade", args=[objective.pk])
        if edits and objective.status == Objective.Status.ACTIVE
        else "",
        report_url=reverse("okr_checkin", args=[objective.pk]) if reports else "",
        list_url=with_query(reverse("okr"), period=objective.period),
        new_child_url=with_query(reverse("okr_new"), parent=str(objective.pk), period=objective.period)
        if objective.open and not reading.scope.reads_only and reading.scope.person_id is not None
        else "",
        kpi_new_url=kpi_new,
        library_url=address("library"),
        explain_url=reverse("okr_and_kpi"),
        errors=errors,
    )


def _above(reading: Reading, objective: Objective) -> list[Link]:
    """From the vision over the objectives that this one serves; what the reader may not see is left out."""
    parents = dict(
        Objective.objects.filter(company=reading.company, parent__isnull=False).values_list("pk", "parent_id")
    )
    path: list[int] = []
    at = objective.parent_id
    while at is not None and at not in path and len(path) < DEEPEST:
        path.append(at)
        at = parents.get(at)
    seen = dict(objectives_visible_to(reading.user, reading.company).filter(pk__in=path).values_list("pk", "title"))
    trail = [Link(seen[pk], reverse("okr_objective", args=[pk])) for pk in reversed(path) if pk in seen]
    if reading.company.vision:
        trail.insert(0, Link(_("Tầm nhìn"), address("strategy") or reverse("company_settings"), reading.company.vision))
    return trail


def _goal(reading: Reading, objective: Objective) -> Link | None:
    """The goal that the objective serves, if the reader may see it."""
    if objective.goal_id is None:
        return None
    goal = goals_visible_to(reading.user, reading.company).filter(pk=objective.goal_id).first()
    return Link(goal.title, address("goal", goal.code), goal.code) if goal is not None else None


def _grades(reading: Reading, objective: Objective) -> dict[int | None, Grade]:
    """The newest grading: by key result, and under None the whole."""
    rows = Grade.objects.filter(company=reading.company, objective=objective).order_by("round")
    return {row.key_result_id: row for row in rows}


def _said(reading: Reading, results: Sequence[KeyResult]) -> list[CheckIn]:
    return list(
        CheckIn.objects.filter(company=reading.company, key_result__in=results)
        .select_related("by")
        .order_by("-week", "-pk")[:HISTORY]
    )


def _result(
    reading: Reading,
    objective: Objective,
    row: KeyResult,
    found: Standing,
    weeks: Sequence[str],
    said: Sequence[CheckIn],
    grade: Grade | None,
) -> ResultRow:
    number, heard = found.numbers[row.pk], found.heard.get(row.pk)
    newest = next((one for one in said if one.key_result_id == row.pk), None)
    final = grade is not None and not objective.open
    return ResultRow(
        pk=row.pk,
        title=row.title,
        direction=row.direction,
        unit=unit_for(reading, row, number.value),
        baseline=None if number.hidden else row.baseline,
        target=None if number.hidden else row.target,
        value=number.value,
        hidden=number.hidden,
        progress=progress_of(published(number.score), objective.kind, final=False),
        confidence=confidence_of([heard], weeks),
        carrier=row.carrier.owner.name if row.carrier is not None else "",
        kpi=reading.kpi_name(row.kpi.code) if row.kpi is not None else "",
        kpi_of=row.kpi_owner.name if row.kpi_owner is not None else "",
        kpi_url=kpi_address(reading, objective, row, found),
        missing=number.missing,
        said=newest.note if newest is not None else "",
        said_by=_name(newest),
        said_at=newest.at if newest is not None else None,
        reported=heard is not None and this_week(reading) in heard.weeks,
        grade=progress_of(grade.score, objective.kind, final=True) if final and grade is not None else None,
        computed=Decimal(grade.computed).scaleb(-2)
        if final and grade is not None and grade.computed is not None
        else None,
        reflection=grade.reflection if final and grade is not None else "",
    )


def _as_kpi(row: KeyResult, form: str) -> str:
    """The form for a new KPI, with what this key result says of itself."""
    return with_query(form, name=row.title, unit=row.unit) if form and row.kpi_id is None else ""


def kpi_address(reading: Reading, objective: Objective, row: KeyResult, found: Standing) -> str:
    """The page of the KPI behind a key result, in the objective's period where pages have it; "" when hidden."""
    number = found.numbers[row.pk]
    if row.kpi is None or number.hidden or number.owner is None:
        return ""
    page = path_of("kpi", reading.live.plan.owners.codes[number.owner], row.kpi.code)
    return with_query(page, period=objective.period if objective.period in reading.live.periods else "")


def _children(reading: Reading, objective: Objective) -> list[ObjectiveRow]:
    """The objectives that serve this one, one level down."""
    below = list(
        objectives_visible_to(reading.user, reading.company)
        .filter(parent=objective)
        .exclude(status=Objective.Status.CLOSED)
        .select_related("owner__unit__head__owner")
        .order_by("-owner__kind", "owner__unit__path", "owner__sort_key", "pk")
    )
    if not below:
        return []
    return rows_of(reading, below, standing(reading, below), period_of(reading, objective.period))


def _history(
    reading: Reading, results: Sequence[KeyResult], found: Standing, said: Sequence[CheckIn]
) -> list[SaidWeek]:
    """Week by week, the newest word of each; a week's line names who spoke last."""
    weeks: dict[str, dict[int, CheckIn]] = {}
    for one in said:  # newest first
        weeks.setdefault(one.week, {}).setdefault(one.key_result_id, one)
    out = []
    for week, words in weeks.items():
        newest = max(words.values(), key=lambda one: one.pk)
        cells = [_cell(reading, row, found, words.get(row.pk)) for row in results]
        out.append(SaidWeek(week_title(reading, week), _name(newest), newest.at, cells))
    return out


def _cell(reading: Reading, row: KeyResult, found: Standing, one: CheckIn | None) -> SaidCell | None:
    if one is None:
        return None
    trust = trust_of(one.confidence)
    value = None if found.numbers[row.pk].hidden else one.value
    return SaidCell(
        result=row.title,
        value=value,
        unit=unit_for(reading, row, value),
        confidence=one.confidence,
        word=_(TRUST_WORDS[trust]),
        tone=TRUST_TONES[trust],
        note=one.note,
    )


def _events(objective: Objective) -> list[EventRow]:
    rows = objective.events.select_related("by").order_by("-pk")[:EVENTS]
    return [EventRow(str(Event.Kind(row.kind).label), row.reason, _name(row), row.at) for row in rows]


def _name(row: CheckIn | Event | None) -> str:
    return (row.by.name or row.by.email) if row is not None and row.by is not None else ""
