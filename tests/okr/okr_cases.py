"""Objectives of the cast: what most tests start from."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from tests.cast import Cast

from tamnhin.engine.periods import Period, containing
from tamnhin.okr.models import KeyResult, Objective
from tamnhin.okr.reporting import Said, check_in
from tamnhin.okr.services import activate, create_objective, live_results
from tamnhin.okr.weeks import week_of
from tamnhin.okr.writing import RefusedError, Terms, Wanted
from tamnhin.organisation.access import today

RESULTS = (
    Wanted("Điểm bán mới ký hợp đồng", 0.0, 40.0, "điểm"),
    Wanted("Khách mua lại sau 30 ngày", 20.0, 35.0, "%"),
    Wanted("Khiếu nại mỗi tuần", 12.0, 4.0, "vụ"),
)


def quarter(cast: Cast) -> Period:
    return containing(today(cast.company), "quarter")


def this_week(cast: Cast, back: int = 0) -> str:
    return week_of(today(cast.company) - datetime.timedelta(weeks=back))


def make_objective(
    cast: Cast,
    owner: str = "KD",
    title: str = "Chiếm lĩnh các huyện phía Bắc",
    results: Sequence[Wanted] = RESULTS,
    *,
    active: bool = True,
    **terms: Any,
) -> Objective:
    """Written by the system; under way unless said otherwise."""
    given = {"period": quarter(cast).key, **terms}
    wanted = Terms(owner=cast.owner(owner), title=title, **given)
    objective = create_objective(acting_user=None, company=cast.company, terms=wanted, results=results)
    return activate(acting_user=None, objective=objective) if active else objective


def results_of(objective: Objective) -> list[KeyResult]:
    return live_results(objective)


def report(cast: Cast, objective: Objective, *rows: tuple[float | None, int], back: int = 0) -> None:
    """A value and a confidence for the first key results, of the week so many before this one."""
    said = [Said(row.pk, trust, value) for row, (value, trust) in zip(live_results(objective), rows, strict=False)]
    check_in(acting_user=None, company=cast.company, week=this_week(cast, back), said=said, any_week=True)


def codes(refused: RefusedError) -> list[tuple[str, str | None]]:
    """What was refused, and at which field."""
    return [(problem.code, problem.cell) for problem in refused.problems]
