"""What is said of key results week by week, and how they are graded at the end."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from tamnhin.accounts.models import User
from tamnhin.base import audit
from tamnhin.base.formatting import NOTHING, number
from tamnhin.engine.problems import Problem
from tamnhin.okr.access import results_reportable_by
from tamnhin.okr.acts import check_right, in_state, live_results, locked, log, move, refuse, snapshot
from tamnhin.okr.grading import mean_of, published
from tamnhin.okr.models import LEAST_CONFIDENCE, MOST_CONFIDENCE, CheckIn, Event, Grade, KeyResult, Objective
from tamnhin.okr.weeks import open_weeks
from tamnhin.okr.writing import ConflictError
from tamnhin.organisation.access import today
from tamnhin.organisation.models import Company


@dataclass(frozen=True, slots=True)
class Said:
    """Of one key result in one week. ``value`` None: nothing new. ``seen``: the check-in of that week that stood on the
    page, by its id (0: none); None asks nothing.
    """

    result: int
    confidence: int | None
    value: float | None = None
    note: str = ""
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """The grade somebody gives a key result: hundredths of 1, None where they gave none."""

    result: int
    score: int | None
    reflection: str = ""


@transaction.atomic
def check_in(
    *,
    acting_user: User | None,
    company: Company,
    week: str,
    said: Sequence[Said],
    at: datetime.datetime | None = None,
    any_week: bool = False,
) -> list[CheckIn]:
    """All of it or nothing. What says just what the newest check-in of the week says is passed over.

    ``any_week`` lets the system write a week that is past (``at`` then is when). Raises RefusedError: a problem's
    ``cell`` is ``<id of the key result>.<field>``; a key result that the user may not report on is one too.
    """
    if not any_week and week not in open_weeks(today(company)):
        refuse([Problem("OKR_WEEK_CLOSED", args={"week": week})])
    allowed = KeyResult.objects.filter(
        company=company, archived_at=None, objective__status=Objective.Status.ACTIVE
    ) if acting_user is None else results_reportable_by(acting_user, company)  # fmt: skip
    # held until the end, so that two reports of one key result come one after the other
    ids = sorted({one.result for one in said})
    list(KeyResult.objects.select_for_update().filter(company=company, pk__in=ids).order_by("pk").values_list("pk"))
    rows = {row.pk: row for row in allowed.filter(pk__in=ids)}
    newest = newest_of_week(company, week, ids)
    faults = [fault for one in said for fault in _faults(one, rows.get(one.result), newest.get(one.result))]
    refuse(faults)
    fresh = [
        CheckIn(
            company=company,
            key_result_id=one.result,
            week=week,
            value=one.value,
            confidence=one.confidence or 0,
            note=one.note.strip(),
            at=at or timezone.now(),
            by=acting_user,
        )
        for one in said
        if not _same(one, newest.get(one.result))
    ]
    if not fresh:
        return []
    made = CheckIn.objects.bulk_create(fresh)
    audit.record(
        company_id=company.pk,
        acting_user=acting_user,
        action="okr.checked_in",
        obj=("okr.checkin", week),
        after={
            "week": week,
            "said": [audit.snapshot(row, ["key_result", "value", "confidence", "note"]) for row in made],
        },
    )
    return made


def newest_of_week(company: Company, week: str, results: Sequence[int]) -> dict[int, CheckIn]:
    """By key result the check-in of a week that counts. One query."""
    rows = (
        CheckIn.objects.filter(company=company, week=week, key_result__in=results).select_related("by").order_by("pk")
    )
    return {row.key_result_id: row for row in rows}


def _faults(one: Said, row: KeyResult | None, newest: CheckIn | None) -> list[Problem]:
    place = str(one.result)
    if row is None:
        return [Problem("OKR_NOT_ALLOWED", cell=place, args={"owner": NOTHING})]
    found = []
    if one.confidence is None or not LEAST_CONFIDENCE <= one.confidence <= MOST_CONFIDENCE:
        found.append(Problem("OKR_CONFIDENCE_MISSING", cell=f"{place}.confidence"))
    if one.value is not None and row.kpi_id is not None:
        found.append(Problem("OKR_VALUE_IS_KPI", cell=f"{place}.value"))
    elif one.value is not None and not math.isfinite(one.value):
        found.append(Problem("OKR_NUMBER_NOT_FINITE", cell=f"{place}.value"))
    if newest is not None and one.seen is not None and one.seen != newest.pk and not _same(one, newest):
        by = (newest.by.name or newest.by.email) if newest.by is not None else NOTHING
        args = {"name": by, "found": number(newest.value), "confidence": newest.confidence}
        found.append(Problem("OKR_REPORTED_MEANWHILE", cell=f"{place}.value", args=args))
    return found


def _same(one: Said, newest: CheckIn | None) -> bool:
    return newest is not None and (newest.value, newest.confidence, newest.note) == (
        one.value,
        one.confidence,
        one.note.strip(),
    )


@transaction.atomic
def grade(
    *,
    acting_user: User | None,
    objective: Objective,
    expected_revision: int,
    computed: Mapping[int, int | None],
    marks: Sequence[Mark],
    reflection: str,
) -> Objective:
    """Grade every live key result; the objective's own score is the mean of theirs, published once more.

    ``computed``: hundredths by key result as the rule has them, None where there is no number; another mark needs a
    word why, and so does looking back on the whole. Raises ConflictError, RefusedError (``cell``:
    ``<id>.score``, ``<id>.reflection``, ``reflection``).
    """
    objective = locked(objective)
    check_right(acting_user, objective.owner)
    if objective.revision != expected_revision:
        raise ConflictError(objective)
    in_state(objective, Objective.Status.ACTIVE)
    results = live_results(objective)
    given = {mark.result: mark for mark in marks}
    faults = [fault for row in results for fault in _mark_faults(row.pk, given.get(row.pk), computed.get(row.pk))]
    if not reflection.strip():
        faults.append(Problem("OKR_LOOK_BACK_MISSING", cell="reflection"))
    refuse(faults)
    before = snapshot(objective)
    count = Grade.objects.filter(company_id=objective.company_id, objective=objective, key_result=None).count()
    shared = {"company_id": objective.company_id, "objective": objective, "round": count + 1, "by": acting_user}
    rows = [
        Grade(
            key_result=row,
            score=given[row.pk].score or 0,  # none is missing: that has been refused
            computed=computed.get(row.pk),
            reflection=given[row.pk].reflection.strip(),
            **shared,
        )
        for row in results
    ]
    whole = published(mean_of(row.score / 100 for row in rows).score) or 0
    counted = published(mean_of(None if one is None else one / 100 for one in computed.values()).score)
    rows.append(Grade(key_result=None, score=whole, computed=counted, reflection=reflection.strip(), **shared))
    Grade.objects.bulk_create(rows)
    move(objective, Objective.Status.GRADED)
    log(objective, acting_user, "okr.graded", Event.Kind.GRADED, before=before, reason=reflection)
    return objective


def _mark_faults(result: int, mark: Mark | None, computed: int | None) -> list[Problem]:
    if mark is None or mark.score is None or not 0 <= mark.score <= 100:
        return [Problem("OKR_SCORE_RANGE", cell=f"{result}.score")]
    if mark.score != computed and not mark.reflection.strip():
        shown = NOTHING if computed is None else number(computed / 100, 2)
        return [Problem("OKR_SCORE_REASON_MISSING", cell=f"{result}.reflection", args={"computed": shown})]
    return []
