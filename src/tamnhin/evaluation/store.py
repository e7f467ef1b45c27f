"""Results as rows: one scorecard an owner and period, its lines packed beside the score.

Packed, because a company of 100,000 people has a million lines a period and nobody ever asks the database about one of
them: a page takes all the lines of one owner. 64 bytes a line, versioned by the first byte (docs/decisions).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction

from tamnhin.base import bulk
from tamnhin.engine import grades as grading
from tamnhin.engine import rounding
from tamnhin.engine.aggregation import ABSENT, Ints
from tamnhin.engine.evaluate import Status
from tamnhin.engine.report import line_details
from tamnhin.engine.rounding import MISSING
from tamnhin.evaluation.live import Live
from tamnhin.evaluation.models import EvaluationPeriod, Scorecard

FORMAT = 1
LINE = np.dtype(
    [
        ("kpi", "<i4"),  # position in ``kpis`` of the plan is not stable: this is the Kpi row's id
        ("method", "i1"),
        ("state", "i1"),
        ("refusal", "i1"),
        ("gap", "i1"),
        ("weight", "<i8"),  # millionths
        ("raw", "<f8"),
        ("score", "<f8"),
        ("contribution", "<f8"),
        ("actual", "<f8"),
        ("target", "<f8"),
        ("pace_target", "<f8"),
    ]
)
COLUMNS = (
    "company_id", "owner_id", "period", "period_kind", "period_start", "revision", "score", "coverage", "pace", "grade",
    "state", "lines", "as_of", "evaluated_at",
)  # fmt: skip


def unpack(blob: bytes | memoryview | None) -> npt.NDArray[Any]:
    """The lines of one stored scorecard as a structured array of ``LINE``."""
    data = bytes(blob or b"")
    if not data:
        return np.empty(0, dtype=LINE)
    if data[0] != FORMAT:
        raise ValueError(f"scorecard lines of format {data[0]} are from another version of Tầm Nhìn")
    return np.frombuffer(data, dtype=LINE, offset=1)


def closed_periods(company_id: int) -> set[str]:
    """Locked and published periods: their scorecards are never written again in place."""
    return set(
        EvaluationPeriod.objects.filter(company_id=company_id)
        .exclude(status=EvaluationPeriod.Status.OPEN)
        .values_list("period", flat=True)
    )


def store(live: Live, now: datetime.datetime, periods: Iterable[int] | None = None, owners: Ints | None = None) -> int:
    """Writes scorecards of some periods and owners (positions; all when None) in one transaction. Returns how many.

    Closed periods are left as they are: history never moves.
    """
    plan = live.plan
    closed = closed_periods(live.company_id)
    chosen = [i for i in (range(len(plan.periods)) if periods is None else periods)
              if plan.periods[i].key not in closed]  # fmt: skip
    kpi_ids = _kpi_ids(live)
    written = 0
    with transaction.atomic():
        for period in chosen:
            rows = _rows(live, period, owners, kpi_ids, now)
            _replace(live, plan.periods[period].key, owners, rows)
            written += len(rows)
    return written


def _kpi_ids(live: Live) -> Ints:
    from tamnhin.kpis.models import Kpi

    ids = dict(Kpi.objects.filter(company_id=live.company_id).values_list("code", "pk"))
    return np.array([ids.get(code, 0) for code in live.plan.kpis.codes], dtype=np.int64)


def _rows(live: Live, period: int, owners: Ints | None, kpi_ids: Ints, now: datetime.datetime) -> list[tuple[Any, ...]]:
    result, plan = live.result, live.plan
    every = np.arange(plan.owners.count) if owners is None else owners
    held = every[result.status[period, every] != Status.NONE]
    if not len(held):
        return []
    counts = plan.line_starts[held + 1] - plan.line_starts[held]
    ends = np.cumsum(counts)
    lines = np.repeat(plan.line_starts[held] - (ends - counts), counts) + np.arange(int(counts.sum()))
    present = result.state[period, lines] != ABSENT
    blob = _packed(live, period, lines[present], kpi_ids)
    stops = np.append(0, np.cumsum(present))[np.append(0, ends)] * LINE.itemsize
    grades = plan.book["grades"].sort("from")["grade"].to_list()
    asked = plan.periods[period]
    score = result.published[period, held]
    bounds = result.grade_bounds()
    grade = grading.grade_index(score, bounds) if len(bounds) else np.full(len(held), -1)
    coverage = rounding.publish(result.coverage[period, held])
    pace = rounding.publish(result.pace_card[period, held])
    head = bytes([FORMAT])
    start, as_of, at = (  # as the database keeps them: nothing adapts values on this way in
        connection.ops.adapt_datefield_value(asked.start),
        connection.ops.adapt_datefield_value(live.as_of),
        connection.ops.adapt_datetimefield_value(now),
    )
    out: list[tuple[Any, ...]] = []
    for i, (owner, s, c, p) in enumerate(zip(held.tolist(), score.tolist(), coverage.tolist(), pace.tolist(),
                                             strict=True)):  # fmt: skip
        out.append(
            (
                live.company_id, int(live.owner_ids[owner]), asked.key, asked.kind, start, 1,
                None if s == MISSING else s, None if c == MISSING else c, None if p == MISSING else p,
                grades[grade[i]] if grade[i] >= 0 else "",
                Status(int(result.status[period, owner])).word, head + blob[stops[i] : stops[i + 1]], as_of, at,
            )
        )  # fmt: skip
    return out


def _packed(live: Live, period: int, lines: Ints, kpi_ids: Ints) -> bytes:
    result, table = live.result, live.plan.lines
    details = line_details(result, period, lines)
    packed = np.zeros(len(lines), dtype=LINE)
    packed["kpi"] = kpi_ids[table.kpi[lines]]
    packed["method"], packed["weight"] = table.method[lines], table.micro[lines]
    packed["state"], packed["refusal"] = result.state[period, lines], result.refusal[period, lines]
    packed["gap"] = result.gap[period, lines]
    packed["raw"], packed["score"] = result.raw[period, lines], result.score[period, lines]
    packed["contribution"], packed["actual"] = details.contribution, details.actual
    packed["target"], packed["pace_target"] = details.target, details.pace_target
    return packed.tobytes()


def _replace(live: Live, key: str, owners: Ints | None, rows: Sequence[tuple[Any, ...]]) -> None:
    table = Scorecard._meta.db_table
    with connection.cursor() as cursor:
        if owners is None:
            cursor.execute(
                f"DELETE FROM {table} WHERE company_id = %s AND period = %s AND revision = 1",  # noqa: S608
                [live.company_id, key],
            )
        else:
            ids = [int(live.owner_ids[o]) for o in owners]
            marks = ", ".join(["%s"] * len(ids))
            cursor.execute(
                f"DELETE FROM {table} WHERE company_id = %s AND period = %s AND revision = 1 "  # noqa: S608
                f"AND owner_id IN ({marks})",
                [live.company_id, key, *ids],
            )
    if rows:
        bulk.insert(Scorecard, COLUMNS, rows)
