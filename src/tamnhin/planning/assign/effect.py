"""The effect of proposed scorecards on scores, before and after, for a page."""

from __future__ import annotations

from decimal import Decimal

from django.urls import reverse

from tamnhin.dashboards.reading import Reading
from tamnhin.engine.rounding import to_decimal
from tamnhin.evaluation.preview import CardEffect, effects, usual_periods
from tamnhin.kpis.models import Assignment
from tamnhin.planning.assign.shapes import Effect, EffectLine, EffectPage


def effect_page(reading: Reading, assignment: Assignment) -> EffectPage:
    """The owner, then the units above that the reader may see, in the last closed month and the open one."""
    live = reading.live
    position = live.owner_at.get(assignment.owner.code)
    codes = [assignment.owner.code]
    if position is not None:
        above = reading.parents_of(position)
        seen = reading.visible(above)
        codes += [live.plan.owners.codes[one] for one in above if one in seen]
    found = effects(live, reading.company, [assignment], usual_periods(live), codes) if position is not None else []
    shown = [_shown(reading, one) for one in found]
    count = len(usual_periods(live)) if found else 0
    return EffectPage(
        title=assignment.owner.name,
        back_url=reverse("plan", args=[assignment.pk]),
        effects=shown[:count],
        above=[one for one in shown[count:] if one.before is not None or one.after is not None],
    )


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
