"""What is asked of somebody: this week's report, and the grades at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from tamnhin.dashboards.reading import Reading, with_query
from tamnhin.dashboards.shapes import Unit
from tamnhin.dashboards.templatetags.tamnhin import written
from tamnhin.dashboards.typed import as_typed
from tamnhin.okr.grading import mean_of, published
from tamnhin.okr.models import KeyResult, Objective
from tamnhin.okr.reporting import newest_of_week
from tamnhin.okr.weeks import open_weeks
from tamnhin.planning.okr.numbers import Standing, period_of, standing, unit_for
from tamnhin.planning.okr.posted import Faults, Reported
from tamnhin.planning.okr.selectors.common import title_of, week_title
from tamnhin.planning.okr.selectors.objective import kpi_address
from tamnhin.planning.okr.shapes import GradeItem, GradePage, ReportItem, ReportPage, progress_of

LAST = 4  # earlier weeks beside the field


def report_page(
    reading: Reading,
    results: Sequence[KeyResult],
    week: str,
    objective: Objective | None,
    typed: Mapping[int, Reported] | None = None,
    faults: Faults | None = None,
    errors: Sequence[str] = (),
) -> ReportPage:
    """The key results (with their objectives) to report on. ``typed`` and ``faults``: what was sent and refused."""
    objectives = {row.objective_id: row.objective for row in results}
    found = standing(reading, list(objectives.values()))
    said = newest_of_week(reading.company, week, [row.pk for row in results])
    chosen = {row.pk for row in results}
    items = []
    for one in objectives.values():
        for row in found.results.get(one.pk, ()):
            if row.pk not in chosen:
                continue
            newest = said.get(row.pk)
            standing_now = Reported(
                as_typed(newest.value, reading.language) if newest is not None else "",
                str(newest.confidence) if newest is not None else "",
                newest.note if newest is not None else "",
                newest.pk if newest is not None else 0,
            )
            given = (typed or {}).get(row.pk, standing_now)
            items.append(
                _item(
                    reading, one, row, found, week, given, newest.pk if newest is not None else 0,
                    reported=newest is not None, errors=(faults or {}).get(str(row.pk), ()),
                )
            )  # fmt: skip
    this, before = open_weeks(reading.live.as_of)
    other = before if week == this else this
    action = reverse("okr_checkin", args=[objective.pk]) if objective is not None else reverse("okr_week")
    return ReportPage(
        title=objective.title if objective is not None else "",
        action=with_query(action, week=week),
        back_url=reverse("okr_objective", args=[objective.pk]) if objective is not None else reverse("okr"),
        week=week,
        week_label=week_title(reading, week),
        other_url=with_query(action, week=other),
        other_label=week_title(reading, other),
        items=items,
        echo_url=reverse("entry_echo"),
        errors=errors,
        done=sum(item.reported for item in items),
    )


def _item(
    reading: Reading,
    objective: Objective,
    row: KeyResult,
    found: Standing,
    week: str,
    given: Reported,
    seen: int,
    *,
    reported: bool,
    errors: Sequence[tuple[str, str]],
) -> ReportItem:
    heard, number = found.heard.get(row.pk), found.numbers[row.pk]
    earlier = [key for key in sorted(heard.weeks) if key < week][-LAST:] if heard is not None else []
    values = [heard.values.get(key) for key in earlier] if heard is not None else []
    before = [heard.values[key] for key in sorted(heard.values) if key < week] if heard is not None else []
    return ReportItem(
        key=row.pk,
        title=row.title,
        objective=objective.title,
        objective_url=reverse("okr_objective", args=[objective.pk]),
        owner=objective.owner.name,
        unit=unit_for(reading, row, number.value, *values),
        baseline=None if number.hidden else row.baseline,
        target=None if number.hidden else row.target,
        automatic=row.kpi_id is not None,
        value=number.value,
        hidden=number.hidden,
        kpi_url=kpi_address(reading, objective, row, found),
        last=[
            (week_title(reading, key), heard.values.get(key) if heard is not None else None, heard.weeks[key])
            for key in earlier
            if heard is not None
        ],
        text=given.value,
        confidence=given.confidence,
        note=given.note,
        seen=seen,
        previous_text=as_typed(before[-1], reading.language) if before else "",
        reported=reported,
        progress=progress_of(published(number.score), objective.kind, final=False),
        errors=errors,
    )


def grade_page(
    reading: Reading,
    objective: Objective,
    found: Standing,
    typed: Mapping[int, tuple[str, str]] | None = None,
    reflection: str = "",
    faults: Faults | None = None,
    errors: Sequence[str] = (),
) -> GradePage:
    """Each key result with what the rule gives it, ready to be accepted or changed with a word why."""
    computed = found.computed(objective)
    items = []
    for row in found.results.get(objective.pk, ()):
        number, given = found.numbers[row.pk], computed[row.pk]
        unit = unit_for(reading, row, number.value)
        shown = "" if given is None else as_typed(given / 100, reading.language)
        score, words = (typed or {}).get(row.pk, (shown, ""))
        detail = number.missing if number.value is None and not number.hidden else _way(row, number.value, unit)
        items.append(
            GradeItem(
                row.pk,
                row.title,
                None if given is None else Decimal(given).scaleb(-2),
                _("Số của KPI này bạn không được xem") if number.hidden else detail,
                score,
                words,
                (faults or {}).get(str(row.pk), ()),
            )
        )
    mean = mean_of(found.numbers[item.key].score for item in items)
    here = period_of(reading, objective.period)
    return GradePage(
        title=objective.title,
        url=reverse("okr_objective", args=[objective.pk]),
        action=reverse("okr_grade", args=[objective.pk]),
        kind=objective.kind,
        kind_word=str(Objective.Kind(objective.kind).label),
        period=title_of(reading, objective.period),
        over=here is not None and here.end < reading.live.as_of,
        mean=progress_of(
            published(mean.score), objective.kind, final=False, counted=mean.counted, total=mean.total
        ),
        items=items,
        reflection=reflection,
        reflection_errors=[text for name, text in (faults or {}).get("", ()) if name == "reflection"],
        errors=errors,
        revision=objective.revision,
    )  # fmt: skip


def _way(row: KeyResult, value: float | None, unit: Unit) -> str:
    return f"{written(row.baseline, unit)} → {written(value, unit)} → {written(row.target, unit)}"
