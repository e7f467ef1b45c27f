"""From arrays to rows: the JSON of workbook.md, and the problems that left cells unscored."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from tamnhin.engine import payout, rounding, scoring, weights
from tamnhin.engine.aggregation import ABSENT, Floats, Ints
from tamnhin.engine.evaluate.measure import ranges
from tamnhin.engine.evaluate.run import Result, Status
from tamnhin.engine.evaluate.score import LineScores, effective, period_days, score_lines
from tamnhin.engine.findings import evaluation_problems as evaluation_problems
from tamnhin.engine.findings import left_unscored as left_unscored
from tamnhin.engine.plan.model import NONE, Plan
from tamnhin.engine.plan.owners import EVER, NEVER, days, positions
from tamnhin.engine.problems import Problem
from tamnhin.engine.states import State

Row = dict[str, object]
SCALE = Decimal(1).scaleb(-2)


@dataclass(frozen=True, slots=True)
class Report:
    """One period as rows, ordered by owner, then KPI, as in the workbook."""

    lines: list[Row]
    scorecards: list[Row]
    payouts: list[Row]
    problems: list[Problem]


def percent(value: float, cap: float = float("nan")) -> str | None:
    """A percentage as it is published: a decimal string of two places; infinity is the cap."""
    if np.isnan(value):
        return None
    if np.isinf(value):
        value = cap
    return plain(rounding.to_decimal(int(rounding.publish(value))))


def percents(values: Floats, caps: Floats | float = float("nan")) -> list[str | None]:
    """``percent`` of a whole array at once: a list of its length."""
    units = rounding.publish(np.where(np.isinf(values), caps, values)).tolist()
    return [
        f"{'-' if at < 0 else ''}{abs(at) // 100}.{abs(at) % 100:02d}"
        if abs(at) < rounding.UNBOUNDED and at != rounding.MISSING
        else plain(rounding.to_decimal(at))
        for at in units
    ]


def plain(value: Decimal | None, *, trim: bool = False) -> str | None:
    """A decimal without an exponent; ``trim`` drops zeros after the point (60.000000 → 60)."""
    if value is None:
        return None
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if trim and "." in text else text


def number(value: float) -> float | None:
    """A measure for JSON: null where there is none. Sums are shown without the dust of binary fractions."""
    return float(f"{value:.15g}") if math.isfinite(value) else None


def report(result: Result, period: int, owners: Ints | None = None) -> Report:
    """Everything about one period (its position in the plan), for all owners or some (positions)."""
    plan = result.plan
    chosen = np.ones(plan.owners.count, dtype=bool) if owners is None else np.isin(np.arange(plan.owners.count), owners)
    lines = np.flatnonzero(chosen[plan.lines.owner] & (result.state[period] != ABSENT))
    details = line_details(result, period, lines)
    return Report(
        lines=line_rows(result, period, lines, details),
        scorecards=card_rows(result, period, chosen),
        payouts=payout_rows(result, period, chosen),
        problems=[*plan.problems, *evaluation_problems(result, period, lines)],
    )


@dataclass(frozen=True, slots=True)
class Details:
    """What each of some lines reached and what was asked, one element a line."""

    actual: Floats
    target: Floats
    pace_target: Floats
    weight: Floats
    contribution: Floats
    key: list[str]


def line_details(result: Result, period: int, lines: Ints) -> Details:
    """Actuals, targets and contributions of some lines (ascending positions) in one period of the plan."""
    plan = result.plan
    if not len(lines):
        nothing = np.empty(0)
        return Details(nothing, nothing, nothing, nothing, nothing, [])
    scored: LineScores = score_lines(plan, lines, np.array([period]))
    # of all the lines of each owner, also when only some are asked for
    every, at = _all_lines(plan, lines)
    weighing, _ = effective(plan, every, *period_days(plan, np.array([period])))
    starts = np.flatnonzero(np.append(True, np.diff(plan.lines.owner[every]) != 0))
    shares = weights.contributions(result.score[period, every], result.state[period, every], weighing[0], starts)
    contribution = shares[at]
    state = result.state[period, lines]
    weight = np.where(state == ABSENT, 0.0, weighing[0, at])
    value = np.where(state == State.VALUE, scored.totals.actual[0], np.nan)
    return Details(
        value, scored.totals.target[0], scored.totals.pace[0], weight, contribution, _keys(plan, period, lines)
    )


def _all_lines(plan: Plan, lines: Ints) -> tuple[Ints, Ints]:
    """All the lines of the owners of some lines (ascending), and where the given ones stand among them."""
    owners = np.unique(plan.lines.owner[lines])
    counts = plan.line_starts[owners + 1] - plan.line_starts[owners]
    ends = np.cumsum(counts)
    every = np.repeat(plan.line_starts[owners] - (ends - counts), counts) + np.arange(int(counts.sum()))
    return every, np.searchsorted(every, lines)


def _keys(plan: Plan, period: int, lines: Ints) -> list[str]:
    """The period each line speaks of: that of the evaluation, or the KPI's own longer one that is due in it."""
    asked = plan.periods[period]
    out = np.full(len(lines), asked.key, dtype=object)
    first, last = period_days(plan, np.array([period]))
    node = plan.lines.node[lines]
    for number_, block in enumerate(plan.blocks):
        lo, hi = ranges(block, first, last)
        if hi[0] - lo[0] == 1 and block.timeline.start[lo[0]] < asked.first and block.timeline.frequency != "week":
            mine = (node != NONE) & (plan.nodes.block[np.maximum(node, 0)] == number_)
            out[mine] = block.timeline.keys[lo[0]]
    return [str(key) for key in out]


def line_rows(result: Result, period: int, lines: Ints, details: Details | None = None) -> list[Row]:
    """Some lines (ascending positions) as rows; ``details`` of the same lines where they are known already."""
    plan = result.plan
    table = plan.lines
    found = details or line_details(result, period, lines)
    cap = table.cap[lines]
    pace = result.pace.get(period)
    nothing: list[str | None] = [None] * len(lines)
    columns = zip(
        table.owner[lines].tolist(),
        table.kpi[lines].tolist(),
        found.key,
        result.state[period, lines].tolist(),
        found.actual.tolist(),
        found.target.tolist(),
        table.method[lines].tolist(),
        percents(result.raw[period, lines], cap),
        percents(result.score[period, lines], cap),
        table.micro[lines].tolist(),
        percents(found.contribution),
        nothing if pace is None else percents(pace[lines], cap),
        strict=True,
    )
    states = {int(state): state.name for state in State}
    methods = {int(method): method.word for method in scoring.Method}
    weight = {micro: plain(Decimal(micro).scaleb(-6), trim=True) for micro in set(table.micro[lines].tolist())}
    owners, kpis = plan.owners.codes, plan.kpis.codes
    return [
        {
            "owner": owners[owner],
            "kpi": kpis[kpi],
            "period": key,
            "state": states[state],
            "actual": number(actual),
            "target": number(target),
            "method": methods[method],
            "raw": raw,
            "score": score,
            "weight": weight[micro],
            "contribution": contribution,
            "pace": paced,
        }
        for owner, kpi, key, state, actual, target, method, raw, score, micro, contribution, paced in columns
    ]


def card_rows(result: Result, period: int, chosen: npt.NDArray[np.bool_]) -> list[Row]:
    """Scorecards of the owners that are marked (bool, one an owner)."""
    plan = result.plan
    grade = result.grade()[period]
    names = plan.book["grades"].sort("from")["grade"].to_list()
    rank = result.rank(period)
    key = plan.periods[period].key
    shown = np.flatnonzero(chosen & (result.status[period] != Status.NONE))
    columns = zip(
        shown.tolist(),
        result.published[period, shown].tolist(),
        percents(result.coverage[period, shown]),
        grade[shown].tolist(),
        result.status[period, shown].tolist(),
        rank[shown].tolist(),
        strict=True,
    )
    return [
        {
            "owner": plan.owners.codes[owner],
            "period": key,
            "score": plain(rounding.to_decimal(published)),
            "coverage": coverage,
            "grade": names[level] if level >= 0 else None,
            "state": Status(status).word,
            "rank": place or None,
        }
        for owner, published, coverage, level, status, place in columns
    ]


def payout_rows(result: Result, period: int, chosen: npt.NDArray[np.bool_]) -> list[Row]:
    """Performance pay of the period from published scores (§9): base × rate, rounded once to the currency's unit."""
    plan = result.plan
    bonus = plan.book["bonus"]
    if bonus.is_empty():
        return []
    last = plan.periods[period].last
    owner = positions(bonus["person"], plan.owners.codes)
    live = (owner >= 0) & (days(bonus["from"], EVER) <= last) & (days(bonus["to"], NEVER) >= last)
    live &= chosen[np.maximum(owner, 0)]
    digits = payout.minor_units(plan.book.company.currency)
    cap = Decimal(str(plan.book.company.cap))
    rows: list[Row] = []
    order = np.flatnonzero(live)
    for at in order[np.argsort(owner[order], kind="stable")].tolist():
        score = rounding.to_decimal(int(result.published[period, owner[at]]))
        base, text = bonus["base"][at], bonus["curve"][at]
        points = payout.curve(text) if text else None
        if isinstance(points, str) or base is None or payout.base_refusal(base) is not None:
            continue  # compiling has said why
        rate = None if score is None else payout.rate(score, points, cap)
        amount = None if rate is None else payout.amount(base, rate, digits)
        rows.append(
            {
                "person": bonus["person"][at],
                "period": plan.periods[period].key,
                "base": plain(base, trim=True),
                "rate": None if rate is None else plain(rounding.half_up_exact(rate, 2)),
                "amount": plain(amount),
            }
        )
    return rows
