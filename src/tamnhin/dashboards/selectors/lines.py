"""Scorecard lines as rows: from the arrays of the evaluated company to what a template shows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from tamnhin.dashboards.reading import Reading, with_query
from tamnhin.dashboards.shapes import Bullet, Flag, Freshness, LineGroup, LineRow, Status
from tamnhin.engine import rounding, scoring
from tamnhin.engine.aggregation import ABSENT, Floats, Ints
from tamnhin.engine.evaluate.score import score_lines
from tamnhin.engine.problems import CATALOGUE
from tamnhin.engine.report import Details, line_details
from tamnhin.engine.states import State
from tamnhin.measurements.models import Measurement

SMALL = 10.0  # a percentage below this needs its second decimal
NEAR = 85.0  # from here to 100 % a line is "near"
PERSPECTIVES = {
    "financial": noop("Tài chính"),
    "customer": noop("Khách hàng"),
    "internal": noop("Quy trình nội bộ"),
    "internal_process": noop("Quy trình nội bộ"),
    "learning": noop("Học hỏi và phát triển"),
    "learning_growth": noop("Học hỏi và phát triển"),
}
STATE_STATUS = {
    State.NO_DATA: Status.NO_DATA,
    State.NOT_DUE: Status.NOT_DUE,
    State.NOT_APPLICABLE: Status.NOT_APPLICABLE,
    State.EXEMPT: Status.EXEMPT,
}


def hundredths(value: float) -> Decimal | None:
    """A figure as it is published; None where there is none."""
    return rounding.to_decimal(int(rounding.publish(value))) if math.isfinite(value) else None


def each_in_hundredths(values: Floats) -> list[Decimal | None]:
    """``hundredths`` of many figures, rounded together."""
    published = rounding.publish(np.where(np.isinf(values), np.nan, values))
    return [rounding.to_decimal(one) for one in published.tolist()]


def maybe(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def status_of(percent: float, state: State, *, opened: bool) -> Status:
    """What a percentage amounts to: final words only once the period has ended."""
    if state is not State.VALUE:
        return STATE_STATUS[state]
    if np.isnan(percent):
        return Status.NOT_SCORED
    if opened:
        return Status.ON_PACE if percent >= 100.0 - 1e-9 else Status.BEHIND
    if percent >= 100.0 - 1e-9:
        return Status.MET
    return Status.NEAR if percent >= NEAR else Status.MISSED


def card_status(reading: Reading, owner: int, at: int | None = None) -> tuple[Decimal | None, Status]:
    """The score an owner is shown with, and what it amounts to; of several, ``scores.standings_of``."""
    result = reading.live.result
    period = reading.at if at is None else at
    opened = period in result.pace
    score = float(result.pace_card[period, owner] if opened else result.card[period, owner])
    if np.isnan(score):
        return None, Status.NO_DATA
    return hundredths(score), status_of(score, State.VALUE, opened=opened)


@dataclass(frozen=True, slots=True)
class Shown:
    """Some lines of one owner in the period, one element a line: the numbers a page shows.

    In an open period they are those for the days gone.
    """

    lines: Ints
    details: Details
    raw: Floats
    score: Floats
    contribution: Floats
    target_now: Floats
    history: Floats  # [periods, lines]
    history_target: Floats


def lines_of(reading: Reading, owner: int) -> Ints:
    """The owner's lines that hold in the period, in their usual order."""
    plan = reading.live.plan
    lines = np.arange(plan.line_starts[owner], plan.line_starts[owner + 1])
    held: Ints = lines[reading.live.result.state[reading.at, lines] != ABSENT]
    return held


def shown(reading: Reading, lines: Ints) -> Shown:
    """The numbers of some lines (of one owner), with their history."""
    live, at = reading.live, reading.at
    result, table = live.result, live.plan.lines
    details = line_details(result, at, lines)
    raw, score, target_now = result.raw[at, lines], result.score[at, lines], details.target
    if at in result.pace:
        raw, target_now = result.pace[at][lines], details.pace_target
        score = scoring.clamp(raw, table.floor[lines], table.cap[lines])
    counted = (result.state[at, lines] == State.VALUE) & ~np.isnan(score)
    # points of the weight, out of the weight: what is not scored yet is then neither lost nor won
    contribution = np.where(counted & (details.weight > 0), score * details.weight / 100.0, np.nan)
    if len(lines):
        back = score_lines(live.plan, lines, reading.back).totals
        seen = np.where(back.state == State.VALUE, back.actual, np.nan)
        history, history_target = seen, back.target
    else:
        history = history_target = np.empty((0, 0))
    return Shown(lines, details, raw, score, contribution, target_now, history, history_target)


def line_rows(reading: Reading, owner: int, numbers: Shown, heard: Mapping[str, Measurement]) -> list[LineRow]:
    """Rows in the usual order. ``heard``: by KPI code the newest entry that stands behind the number, if any."""
    return [_row(reading, owner, numbers, i, heard) for i in range(len(numbers.lines))]


def _row(reading: Reading, owner: int, numbers: Shown, i: int, heard: Mapping[str, Measurement]) -> LineRow:
    live, at = reading.live, reading.at
    result, plan = live.result, live.plan
    line = int(numbers.lines[i])
    code = plan.kpis.codes[plan.lines.kpi[line]]
    owner_code = plan.owners.codes[owner]
    state = State(int(result.state[at, line]))
    raw, actual = float(numbers.raw[i]), float(numbers.details.actual[i])
    target, now = float(numbers.details.target[i]), float(numbers.target_now[i])
    cap = float(plan.lines.cap[line])
    opened = at in result.pace
    weight = Decimal(int(plan.lines.micro[line])).scaleb(-6).normalize()
    status = status_of(raw, state, opened=opened)
    if not weight and state is State.VALUE:
        status = Status.NOT_SCORED
    direction = scoring.Direction(int(plan.lines.params.direction[line])).name.lower()
    params = plan.lines.params
    low, high = float(params.low[line]), float(params.high[line])
    variance = actual - now
    measured = reading.unit_of(code)
    if measured.kind == "percent" and abs(target) < SMALL:
        measured = replace(measured, digits=2)  # 1,16 % and 1,20 % must not both read 1,2 %
    entry = heard.get(code)
    why = with_query(reverse("why_line", args=[owner_code, code]), period=reading.period.key)
    refusal = scoring.REFUSALS[int(result.refusal[at, line])]
    return LineRow(
        code=code,
        name=reading.kpi_name(code),
        url=reading.kpi_url(owner, code),
        direction=direction,  # type: ignore[arg-type]
        unit=measured,
        status=status,
        weight=Decimal(f"{weight:f}"),
        actual=maybe(actual),
        target=maybe(target),
        target_now=maybe(now),
        variance=maybe(variance),
        variance_rate=maybe(variance / abs(now) * 100.0) if now else None,
        better=None
        if np.isnan(variance) or variance == 0 or direction == "band"
        else (variance > 0) == (direction == "higher"),
        bullet=_bullet(actual, target, now, direction, low, high, opened=opened),
        history=[maybe(v) for v in numbers.history[:, i].tolist()],
        history_target=maybe(float(numbers.history_target[-1, i]))
        if not opened and len(numbers.history_target)
        else None,
        raw=hundredths(cap if np.isinf(raw) else raw),
        counted=hundredths(float(numbers.score[i])),
        contribution=hundredths(float(numbers.contribution[i])),
        reason=_reason(reading, line, state, refusal),
        freshness=_freshness(entry, state),
        flags=_flags(reading, line, state),
        why_url=why,
        perspective=perspective_of(reading, code),
        target_low=maybe(low),
        target_high=maybe(high),
    )


def _bullet(
    actual: float, target: float, now: float, direction: str, low: float, high: float, *, opened: bool
) -> Bullet | None:
    if np.isnan(target) and np.isnan(low):
        return None
    near = now * (NEAR / 100.0 if direction == "higher" else 2.0 - NEAR / 100.0)
    return Bullet(
        maybe(actual), maybe(target), maybe(now) if opened else None, maybe(near), direction,  # type: ignore[arg-type]
        maybe(low), maybe(high),
    )  # fmt: skip


def _reason(reading: Reading, line: int, state: State, refusal: str | None) -> str:
    if refusal is not None:
        kind = CATALOGUE[refusal]
        return (kind.vi if reading.language == "vi" else kind.en).replace("{target} ", "").replace("{actual} ", "")
    if state is State.NOT_DUE:
        return _("Chưa đến kỳ báo số")
    if state is State.NO_DATA:
        return _("Đã đến hạn mà chưa có số liệu")
    if state is State.EXEMPT:
        return _("Được miễn theo quyết định")
    if state is State.NOT_APPLICABLE:
        return _("Không tính được trong kỳ này")
    return ""


def _freshness(entry: Measurement | None, state: State) -> Freshness:
    if entry is None:
        return Freshness(stale=state is State.NO_DATA)
    by = (entry.recorded_by.name or entry.recorded_by.email) if entry.recorded_by else ""
    at: datetime = entry.recorded_at
    return Freshness(at, entry.source, by, state is State.NO_DATA)


def _flags(reading: Reading, line: int, state: State) -> Sequence[Flag]:
    result = reading.live.result
    flags = []
    if state is State.NO_DATA:
        flags.append(Flag("no_data"))
    elif bool(result.gap[reading.at, line]):
        flags.append(Flag("partial", _("Còn số đến hạn chưa được báo")))
    if int(result.refusal[reading.at, line]):
        flags.append(Flag("problem"))
    return flags


def perspective_of(reading: Reading, code: str) -> str:
    """The KPI's perspective in words; companies may name their own."""
    text = str(reading.kpi_rows.get(code, {}).get("perspective") or "")
    return _(PERSPECTIVES[text]) if text in PERSPECTIVES else text


def groups_of(rows: Sequence[LineRow]) -> list[LineGroup]:
    """Lines by perspective, in the order in which perspectives first appear."""
    labels = list(dict.fromkeys(row.perspective for row in rows))
    order = {_(word): i for i, word in enumerate(dict.fromkeys(PERSPECTIVES.values()))}
    labels.sort(key=lambda label: order.get(label, len(order)))
    return [LineGroup(label or _("Khác"), [row for row in rows if row.perspective == label]) for label in labels]


def newest_entries(reading: Reading, owner: int) -> dict[str, Measurement]:
    """By KPI code the newest entry of the owner for the period or one within it. One query."""
    found = (
        Measurement.objects.filter(company=reading.company, owner_id=int(reading.live.owner_ids[owner]))
        .filter(recorded_at__isnull=False, period__in=_keys_within(reading))
        .select_related("kpi", "recorded_by")
        .order_by("recorded_at", "pk")
    )
    return {entry.kpi.code: entry for entry in found}


def _keys_within(reading: Reading) -> list[str]:
    plan = reading.live.plan
    keys = {reading.period.key}
    for block in plan.blocks:
        if block.timeline.frequency == "day":
            continue
        lo, hi = block.timeline.columns_in(reading.period)
        keys.update(block.timeline.keys[lo:hi])
    return sorted(keys)
