"""Where key results stand: a KPI's number from the evaluated company, or what was said of it week by week."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

import numpy as np
from django.utils.translation import gettext as _

from tamnhin.dashboards.reading import Reading
from tamnhin.dashboards.shapes import Unit
from tamnhin.engine.aggregation import ABSENT
from tamnhin.engine.evaluate.measure import measure
from tamnhin.engine.periods import Period, PeriodError, parse
from tamnhin.engine.plan.model import NONE
from tamnhin.engine.states import State
from tamnhin.okr.grading import Mean, mean_of, published, score_of
from tamnhin.okr.models import CheckIn, KeyResult, Objective

MONEY = ("VND", "Đ", "₫", "ĐỒNG")
MOST_DIGITS = 2

Asked = tuple[str, int, Period]  # KPI code, position of its owner, period


@dataclass(slots=True)
class Heard:
    """What was said of one key result. ``weeks``: confidence by week; ``values``: value by week where one was said."""

    weeks: dict[str, int] = field(default_factory=dict)
    values: dict[str, float] = field(default_factory=dict)

    @property
    def value(self) -> float | None:
        """The value of the newest week that has one: a late word about an earlier week does not override it."""
        return self.values[max(self.values)] if self.values else None

    @property
    def confidence(self) -> int | None:
        return self.weeks[max(self.weeks)] if self.weeks else None


@dataclass(frozen=True, slots=True)
class Number:
    """Where a key result stands. ``missing`` says why there is no value; ``hidden``: the reader may not see it."""

    value: float | None
    score: float | None
    missing: str = ""
    hidden: bool = False
    owner: int | None = None  # position of the KPI's owner in the plan


@dataclass(frozen=True, slots=True)
class Standing:
    """Some objectives with their live key results and where each of these stands."""

    results: Mapping[int, Sequence[KeyResult]]  # by objective
    heard: Mapping[int, Heard]  # by key result
    numbers: Mapping[int, Number]  # by key result

    def mean(self, objective: Objective) -> Mean:
        return mean_of(self.numbers[row.pk].score for row in self.results.get(objective.pk, ()))

    def computed(self, objective: Objective) -> dict[int, int | None]:
        """By key result the score as it would be published now."""
        return {row.pk: published(self.numbers[row.pk].score) for row in self.results.get(objective.pk, ())}


def standing(reading: Reading, objectives: Sequence[Objective]) -> Standing:
    """Three queries, however many objectives there are."""
    rows = list(
        KeyResult.objects.filter(company=reading.company, objective__in=objectives, archived_at=None)
        .select_related("kpi", "kpi_owner", "carrier__owner")
        .order_by("position", "pk")
    )
    heard = heard_of(reading, [row.pk for row in rows])
    periods = {one.pk: period_of(reading, one.period) for one in objectives}
    results: dict[int, list[KeyResult]] = defaultdict(list)
    for row in rows:
        results[row.objective_id].append(row)
    return Standing(results, heard, numbers_of(reading, rows, periods, heard))


def heard_of(reading: Reading, results: Sequence[int]) -> dict[int, Heard]:
    """By key result everything that was said. One query; the newest word of a week counts."""
    found: dict[int, Heard] = defaultdict(Heard)
    said = CheckIn.objects.filter(company=reading.company, key_result__in=results).order_by("pk")
    for result, week, value, confidence in said.values_list("key_result_id", "week", "value", "confidence"):
        found[result].weeks[week] = confidence
        if value is not None:
            found[result].values[week] = value
    return found


def period_of(reading: Reading, key: str) -> Period | None:
    """The period of a key; None should a later change of the fiscal year have made it unreadable."""
    try:
        return parse(key, reading.company.fiscal_year_start)
    except PeriodError:
        return None


def numbers_of(
    reading: Reading, rows: Sequence[KeyResult], periods: Mapping[int, Period | None], heard: Mapping[int, Heard]
) -> dict[int, Number]:
    """By key result where it stands. At most one query: whose KPIs the reader may see."""
    where: dict[int, Asked] = {}
    for row in rows:
        period = periods.get(row.objective_id)
        at = reading.live.owner_of_id.get(row.kpi_owner_id) if row.kpi_owner_id is not None else None
        if row.kpi is not None and at is not None and period is not None:
            where[row.pk] = (row.kpi.code, at, period)
    seen = reading.visible({at for _code, at, _period in where.values()})
    found = kpi_values(reading, where.values())
    out = {}
    for row in rows:
        if row.kpi_id is None:
            said = heard.get(row.pk)
            value = said.value if said is not None else None
            out[row.pk] = Number(value, _score(row, value), "" if value is not None else _("Chưa ai báo số"))
            continue
        asked = where.get(row.pk)
        value, state = found.get(asked, (None, None)) if asked is not None else (None, None)
        hidden = asked is None or asked[1] not in seen
        out[row.pk] = Number(
            None if hidden else value,
            _score(row, value),
            "" if value is not None else _why_missing(state),
            hidden,
            asked[1] if asked is not None else None,
        )
    return out


def kpi_values(reading: Reading, asked: Iterable[Asked]) -> dict[Asked, tuple[float | None, State | None]]:
    """Each KPI's number over its period as far as it has come, by the engine's own rules of adding up. No query."""
    plan = reading.live.plan
    by_kpi: dict[str, list[Asked]] = defaultdict(list)
    for one in dict.fromkeys(asked):
        by_kpi[one[0]].append(one)
    out: dict[Asked, tuple[float | None, State | None]] = {}
    for code, wanted in by_kpi.items():
        kpi = reading.live.facts.kpi_at.get(code)
        if kpi is None:
            continue
        owners = np.array(sorted({at for _code, at, _period in wanted}), dtype=np.int64)
        nodes = plan.nodes.find(owners, kpi, plan.kpis.count)
        has = nodes != NONE
        if not has.any():
            continue
        place = {int(at): i for i, at in enumerate(owners[has])}
        periods = sorted({period for _code, _at, period in wanted})
        row = {period.key: i for i, period in enumerate(periods)}
        first = np.array([period.first for period in periods], dtype=np.int64)
        last = np.array([period.last for period in periods], dtype=np.int64)
        totals = measure(plan, nodes[has], first, last)
        for one in wanted:
            if one[1] not in place:
                continue
            at = row[one[2].key], place[one[1]]
            value, state = float(totals.actual[at]), int(totals.state[at])
            out[one] = (value if math.isfinite(value) else None, None if state == ABSENT else State(state))
    return out


def _score(row: KeyResult, value: float | None) -> float | None:
    return None if row.baseline == row.target else score_of(value, row.baseline, row.target)


def _why_missing(state: State | None) -> str:
    if state is State.NO_DATA:
        return _("Đã đến hạn mà chưa có số liệu")
    if state is State.NOT_DUE:
        return _("Chưa đến kỳ báo số")
    return _("KPI chưa có số trong kỳ này")


def unit_for(reading: Reading, row: KeyResult, *values: float | None) -> Unit:
    """How the numbers of a key result are written: as the KPI's, or by the unit that was typed."""
    if row.kpi is not None:
        unit = reading.unit_of(row.kpi.code)
        ends = max(_digits(row.baseline), _digits(row.target))
        return unit if unit.kind == "money" else replace(unit, digits=max(unit.digits, ends))
    digits = max(_digits(value) for value in (row.baseline, row.target, *values))
    text = row.unit.strip()
    if text == "%":
        return Unit("%", "percent", digits)
    if text.upper() in (*MONEY, reading.company.currency):
        return Unit("₫" if reading.company.currency == "VND" else reading.company.currency, "money", 0)
    return Unit(text, "number", digits)


def _digits(value: float | None) -> int:
    """Decimals that a number needs, two at most."""
    if value is None or not math.isfinite(value) or abs(value) >= 1e12:
        return 0
    exponent = Decimal(repr(round(value, MOST_DIGITS))).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
