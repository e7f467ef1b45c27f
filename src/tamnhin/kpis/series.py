"""Targets of a scorecard over its time: which periods, how a total is divided, what the figures of periods amount to.

Dividing is that of ``engine.targets.spread``: round figures that sum to the total (docs/algorithms/splitting.md).
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import cast

import numpy as np
from django.db.models import F

from tamnhin.engine import periods as per
from tamnhin.engine.calendar import Calendar
from tamnhin.engine.periods import Kind, Period
from tamnhin.engine.targets import ProfileError, parse_profile, split
from tamnhin.engine.targets.shares import SplitError
from tamnhin.engine.targets.spread import spread_many
from tamnhin.kpis.models import KpiVersion
from tamnhin.organisation import workdays
from tamnhin.organisation.models import Company

MONTH_OR_SHORTER = ("day", "week", "month")


@dataclass(frozen=True, slots=True)
class Span:
    """The days a scorecard holds, both included."""

    first: datetime.date
    last: datetime.date


@dataclass(frozen=True, slots=True)
class Measure:
    """What dividing depends on: whether a KPI adds up over time, and how often it is measured."""

    additive: bool
    frequency: Kind


@dataclass(frozen=True, slots=True)
class Standing:
    """A target row as it stands: the latest revision of its period."""

    target: float
    profile: str = ""
    basis: str = ""


def measures_of(company_id: int, kpi_ids: Collection[int]) -> dict[int, Measure]:
    """By KPI id, from its newest definition. One query."""
    versions = (
        KpiVersion.objects.filter(company_id=company_id, kpi_id__in=kpi_ids)
        .order_by(F("valid_from").asc(nulls_first=True))
        .values_list("kpi_id", "aggregation", "frequency")
    )
    return {kpi: Measure(aggregation == "sum", cast(Kind, frequency)) for kpi, aggregation, frequency in versions}


def span_of(valid_from: datetime.date, valid_to: datetime.date | None, fiscal_year_start: int) -> Span:
    """An open end is counted to the end of the fiscal year in which it begins."""
    return Span(valid_from, valid_to or per.containing(valid_from, "year", fiscal_year_start).end)


def parts_kind(frequency: Kind) -> Kind:
    """Figures are kept by month, or by the KPI's own longer period: days and weeks take their share of the month."""
    return "month" if frequency in MONTH_OR_SHORTER else frequency


def parts_of(span: Span, frequency: Kind, fiscal_year_start: int) -> list[Period]:
    """The periods that carry the figures: all that have a day in the span, in order."""
    return list(_parts(span.first, span.last, parts_kind(frequency), fiscal_year_start))


@lru_cache(maxsize=512)
def _parts(first: datetime.date, last: datetime.date, kind: Kind, fiscal_year_start: int) -> tuple[Period, ...]:
    out = [per.containing(first, kind, fiscal_year_start)]
    while out[-1].end < last:
        out.append(per.next(out[-1]))
    return tuple(out)


def calendar_of(company: Company, span: Span) -> Calendar:
    """The company's calendar over a span."""
    return workdays.calendar_of(company, span.first.year, span.last.year)


def divided(
    totals: Sequence[float], measure: Measure, profile: str, span: Span, fiscal_year_start: int, calendar: Calendar
) -> list[dict[str, float]]:
    """The figures of each period for many totals of one kind of KPI: dicts of period key to figure, one a total.

    A KPI that does not add up has the same figure in every period. ``profile``: even, working_days, or percentages as
    many as there are periods; anything else is even. The figures of a total sum to it exactly, in its own decimals: a
    thousand orders are 83 or 84 a month (docs/algorithms/splitting.md).
    """
    parts = parts_of(span, measure.frequency, fiscal_year_start)
    keys = [part.key for part in parts]
    if not measure.additive:
        return [dict.fromkeys(keys, float(total)) for total in totals]
    shares = _shares(parts, profile, calendar)
    try:
        rows = spread_many(totals, parts, shares.astype(np.float64), fiscal_year_start=fiscal_year_start)
    except SplitError:  # a total of more digits than can be counted: bit for bit instead
        rows = split(np.asarray(totals, dtype=np.float64), shares).T.tolist()
    return [dict(zip(keys, row, strict=True)) for row in rows]


def _shares(
    parts: Sequence[Period], profile: str, calendar: Calendar
) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    even = np.ones(len(parts), dtype=np.int64)
    try:
        read = parse_profile(profile)
    except ProfileError:
        return even
    if read.kind == "custom":
        return read.integers() if len(read.parts) == len(parts) else even
    if read.kind == "working_days":
        days = calendar.working_days([part.first for part in parts], [part.last for part in parts])
        return days if days.any() else even
    return even


def total_of(
    rows: Mapping[str, Standing | float | None], measure: Measure, span: Span, fiscal_year_start: int
) -> float | None:
    """What the targets of periods amount to over a span: their sum, or the last level of a KPI that does not add up.

    None when nothing is said, or when the figures are per working day (they have no total without a calendar). A row of
    exactly the span is the total itself. Longer rows count with an even share of each part inside the span; a month's
    figure stands for the months after it that have none (docs/algorithms/targets.md).
    """
    said: dict[str, float] = {}
    for key, row in rows.items():
        if isinstance(row, Standing):
            if row.basis:
                return None
            said[key] = row.target
        elif row is not None and math.isfinite(row):
            said[key] = float(row)
    if not said:
        return None
    parts = _parts(span.first, span.last, parts_kind(measure.frequency), fiscal_year_start)
    figures = _by_part(said, parts)
    if figures is None:
        found = [(per.parse(key, fiscal_year_start), value) for key, value in said.items()]
        for period, value in found:
            if (period.start, period.end) == (span.first, span.last):
                return value
        figures = _figures(found, parts, additive=measure.additive)
    known = [value for value in figures if value is not None]
    if not known:
        return None
    return math.fsum(known) if measure.additive else known[-1]


def _by_part(said: Mapping[str, float], parts: Sequence[Period]) -> list[float | None] | None:
    """The usual case, quickly: every figure is one of a part. None when some are of shorter or longer periods."""
    out: list[float | None] = []
    standing: float | None = None
    found = 0
    for part in parts:
        if part.key in said:
            standing = said[part.key]
            found += 1
        out.append(standing)
    return out if found == len(said) else None


def _figures(found: list[tuple[Period, float]], parts: Sequence[Period], *, additive: bool) -> list[float | None]:
    """One figure a part: its own, that of shorter periods in it, a share of a longer one, or one that still stands."""
    out: list[float | None] = []
    standing: float | None = None
    for part in parts:
        own = [value for period, value in found if (period.start, period.end) == (part.start, part.end)]
        inner = [value for period, value in found if period.days < part.days and per.anchor(period) in part]
        if own:
            standing = own[-1]
            out.append(standing)
        elif inner:
            out.append(math.fsum(inner) if additive else inner[-1])
        else:
            longer = [pair for pair in found if pair[0].days > part.days and part.end in pair[0]]
            if longer:
                period, value = min(longer, key=lambda pair: pair[0].days)
                count = len(per.children(period, part.kind))
                out.append(value / count if additive else value)
            else:
                out.append(standing)
    return out


def as_float(value: object) -> float | None:
    """A number from JSON or a form's Decimal; None for nothing. ValueError for what is not a finite number."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise ValueError(repr(value))
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(repr(value))
    return number
