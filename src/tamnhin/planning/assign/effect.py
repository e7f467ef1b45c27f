"""The effect of proposed scorecards on scores, before and after, for a page."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.urls import reverse

from tamnhin.dashboards.reading import Reading, path_of
from tamnhin.engine.rounding import to_decimal
from tamnhin.evaluation.preview import CardEffect, effects, usual_periods
from tamnhin.kpis.models import Assignment
from tamnhin.planning.assign.shapes import Effect, EffectLine, EffectPage


def effect_page(reading: Reading, assignment: Assignment) -> EffectPage:
    """The owner, then the units above that the reader may see, in the last closed month and the open one."""
    page = _page(reading, assignment.owner.code, [assignment])
    return EffectPage(assignment.owner.name, 1, reverse("plan", args=[assignment.pk]), *page)


def group_effect_page(reading: Reading, position: int, assignments: Sequence[Assignment]) -> EffectPage:
    """What all drafts of a unit would do together to its own score and to those above."""
    code = reading.live.plan.owners.codes[position]
    page = _page(reading, code, assignments)
    return EffectPage(reading.owner_name(position), len(assignments), path_of("assign_propose", code), *page)


def _page(reading: Reading, code: str, assignments: Sequence[Assignment]) -> tuple[list[Effect], list[Effect]]:
    live = reading.live
    known = [one for one in assignments if one.owner_id in live.owner_of_id]
    position = live.owner_at.get(code)
    if position is None or not known:
        return [], []
    above = reading.parents_of(position)
    seen = reading.visible(above)
    codes = [code, *(live.plan.owners.codes[one] for one in above if one in seen)]
    periods = usual_periods(live)
    shown = [_shown(reading, one) for one in effects(live, reading.company, known, periods, codes)]
    higher = shown[len(periods) :]
    return shown[: len(periods)], [one for one in higher if one.before is not None or one.after is not None]


def _shown(reading: Reading, one: CardEffect) -> Effect:
    return Effect(
        owner=reading.owner_name(reading.live.owner_at[one.owner]),
        period=one.period.title(reading.language),
        is_open=one.period.end > reading.live.as_of,
        before=_points(one.before),
        after=_points(one.after),
        change=_points(one.change),
        lines=[
            EffectLine(
                reading.kpi_name(line.kpi),
                line.weight_before,
                line.weight_after,
                line.score_before,
                line.score_after,
                line.contribution_before,
                line.contribution_after,
            )
            for line in one.lines
        ],
    )


def _points(hundredths: int | None) -> Decimal | None:
    return None if hundredths is None else to_decimal(hundredths)
