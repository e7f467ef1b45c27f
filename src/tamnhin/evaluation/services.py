"""Evaluating and keeping the results: the whole company, or what one entry touched."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from tamnhin.engine.evaluate.change import Change, Recompile, Touched
from tamnhin.evaluation import live as living
from tamnhin.evaluation.live import Live, Progress
from tamnhin.evaluation.store import closed_periods, store
from tamnhin.measurements.models import Measurement
from tamnhin.organisation.models import Company

__all__ = ["Reevaluated", "closed_periods", "evaluate_company", "reevaluate"]


@dataclass(frozen=True, slots=True)
class Reevaluated:
    """What one entry moved. ``touched`` is None when the whole company was compiled again."""

    live: Live
    touched: Touched | None


def evaluate_company(company: Company, progress: Progress | None = None) -> Live:
    """Read, evaluate and store everything. Safe to repeat; closed periods stay as they were published."""
    company.refresh_from_db()
    living.forget(company.pk)
    live = living.live(company, progress)
    store(live, timezone.now())
    return live


def reevaluate(company: Company, measurement: Measurement) -> Reevaluated:
    """After one entry: its line, its owner and the units above are evaluated again and stored; nothing else is."""
    company.refresh_from_db(fields=["structure_version", "data_version"])
    kept = living.cached(company)
    if kept is None or measurement.currency:
        return Reevaluated(evaluate_company(company), None)
    change = Change(
        measurement.owner.code,
        measurement.kpi.code,
        measurement.period,
        measurement.value,
        measurement.numerator,
        measurement.denominator,
        measurement.weight,
        measurement.state or None,
        measurement.recorded_at,
    )
    try:
        touched = kept.take(change, measurement.pk, company.data_version)
    except Recompile:
        return Reevaluated(evaluate_company(company), None)
    store(kept, timezone.now(), touched.periods.tolist(), touched.owners)
    return Reevaluated(kept, touched)
