"""Explaining a result: the same plan and the same functions, for one cell, as a tree (architecture.md).

Nothing is computed here a second time: totals come from ``measure`` and ``score_lines``, percentages from
``scoring.explain``, formulas from ``formula.trace``. What is added is only words and order.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from tamnhin.engine import payout, rounding, scoring
from tamnhin.engine.aggregation import ABSENT, Floats, Ints
from tamnhin.engine.evaluate.run import Result
from tamnhin.engine.evaluate.score import EQUAL, WEIGHTED
from tamnhin.engine.explain.measures import MeasureSteps, in_words, or_none
from tamnhin.engine.explain.steps import STATE_WORDS, Step
from tamnhin.engine.plan.model import NONE
from tamnhin.engine.plan.owners import EVER, NEVER, days, positions
from tamnhin.engine.problems import CATALOGUE
from tamnhin.engine.report import line_details
from tamnhin.engine.states import State


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Some lines of one owner, one element a line; ``total`` is the weight that was scored."""

    actual: Floats
    target: Floats
    raw: Floats
    score: Floats
    weight: Floats
    contribution: Floats
    counted: npt.NDArray[np.bool_]
    total: float


class Explainer(MeasureSteps):
    """Explains the numbers of one result. Names are looked up once.

    With ``paced`` an open period is explained by its pace: against the target for the days gone, as pages show it.
    """

    # -- scorecards ---------------------------------------------------------------------------------------------

    def card(self, owner: str, period: int) -> Step:
        """A scorecard: its lines in their order, each with what it brings. Raises KeyError for an unknown owner."""
        result, plan = self.result, self.plan
        at = self.owner_at[owner]
        lines = np.arange(plan.line_starts[at], plan.line_starts[at + 1])
        lines = lines[result.state[period, lines] != ABSENT]
        numbers = self._numbers(period, lines)
        score, weight, counted = numbers.score, numbers.weight, numbers.counted
        children = tuple(self._line(period, int(line), i, numbers) for i, line in enumerate(lines))
        published = rounding.to_decimal(int(result.published[period, at]))
        if self._by_pace(period):
            published = rounding.to_decimal(int(rounding.publish(result.pace_card[period, at])))
        return Step(
            "card" if period not in result.pace else "card_pace" if self.paced else "card_open",
            published,
            "percent" if published is None else "points",
            {
                "owner": self.names.get(owner, owner),
                "period": self.period_title(period),
                "points": (float(np.nansum(score[counted] * weight[counted])), "points"),
                "weights": (numbers.total, "weight"),
                "coverage": (or_none(result.coverage[period, at]), "percent"),
            },
            children,
            State.VALUE if published is not None else State.NO_DATA,
            owner=owner,
        )

    def line(self, owner: str, kpi: str, period: int) -> Step:
        """One line of a scorecard. Raises KeyError when the owner has no such line in the period."""
        result, plan = self.result, self.plan
        at = self.owner_at[owner]
        lines = np.arange(plan.line_starts[at], plan.line_starts[at + 1])
        lines = lines[result.state[period, lines] != ABSENT]
        wanted = [i for i, line in enumerate(lines) if plan.kpis.codes[plan.lines.kpi[line]] == kpi]
        if not wanted:
            raise KeyError(kpi)
        return self._line(period, int(lines[wanted[-1]]), wanted[-1], self._numbers(period, lines))

    def _numbers(self, period: int, lines: Ints) -> _Numbers:
        """What the lines are explained by: the numbers of the period, or those for the days gone."""
        result, table = self.result, self.plan.lines
        details = line_details(result, period, lines)
        raw, score, target = result.raw[period, lines], result.score[period, lines], details.target
        if self._by_pace(period):
            raw, target = result.pace[period][lines], details.pace_target
            score = scoring.clamp(raw, table.floor[lines], table.cap[lines])
        counted = (result.state[period, lines] == State.VALUE) & ~np.isnan(score)
        weight = details.weight
        total = float(weight[counted].sum())
        with np.errstate(invalid="ignore", divide="ignore"):
            contribution = score * weight / total
        return _Numbers(details.actual, target, raw, score, weight, contribution, counted, total)

    def _line(self, period: int, line: int, i: int, numbers: _Numbers) -> Step:
        plan, result = self.plan, self.result
        table = plan.lines
        weight = Decimal(int(table.micro[line])).scaleb(-6)
        code = plan.kpis.codes[table.kpi[line]]
        owner = plan.owners.codes[table.owner[line]]
        state = State(int(result.state[period, line]))
        effective = float(numbers.weight[i])
        shown_weight = (effective if abs(effective - float(weight)) > 1e-9 else weight, "weight")
        args: dict[str, object] = {
            "kpi": self.kpi_name(code),
            "weight": shown_weight,
            "weights": (numbers.total, "weight"),
        }
        score = or_none(numbers.score[i])
        below = self._score(period, line, numbers, i)
        if not numbers.counted[i]:
            args["why"] = self._why_not(period, line)
            return Step("not_scored", None, "points", args, (below,), state, owner=owner, kpi=code)
        args["score"] = (score, "percent")
        contribution = or_none(numbers.contribution[i])
        return Step("line", contribution, "points", args, (below,), owner=owner, kpi=code)

    def _why_not(self, period: int, line: int) -> dict[str, str]:
        code = scoring.REFUSALS[int(self.result.refusal[period, line])]
        if code is not None and code in CATALOGUE:
            kind = CATALOGUE[code]
            return {"vi": kind.vi.split(". ")[0].replace("{target} ", ""), "en": kind.en.split(". ")[0]}
        words = STATE_WORDS[State(int(self.result.state[period, line]))]
        return {"vi": words[0], "en": words[1]}

    def _score(self, period: int, line: int, given: _Numbers, i: int) -> Step:
        plan, result = self.plan, self.result
        table = plan.lines
        if table.rollup[line] in (EQUAL, WEIGHTED) and table.node[line] == NONE:
            return self._children_scores(period, line)
        actual, target = float(given.actual[i]), float(given.target[i])
        said = scoring.explain(
            scoring.Method(int(table.method[line])),
            actual,
            target,
            table.params.take(np.array([line])),
            float(table.floor[line]),
            float(table.cap[line]),
        )
        numbers = {
            side: "; ".join(f"{symbol} = {in_words(value, side)}" for symbol, value in said.symbols)
            for side in ("vi", "en")
        }
        raw, score = or_none(given.raw[i]), or_none(given.score[i])
        node = int(table.node[line])
        parts = [self._actual(node, period, actual)]
        if not np.isnan(target):
            parts.append(self._target(node, period, target))
        step = Step(
            "raw",
            float(table.cap[line]) if raw is not None and np.isinf(raw) else raw,
            "percent",
            {"formula": {"vi": said.formula_vi, "en": said.formula_en}, "numbers": numbers},
            tuple(parts),
            State.VALUE if raw is not None else (State(int(result.state[period, line]))),
        )
        if plan.book.company.period_score == "mean_of_scores" and raw is not None and abs(said.raw - raw) > 1e-9:
            return Step("mean_of_scores", score, "percent", {}, tuple(parts))
        if raw is not None and score is not None and raw != score:
            floor, cap = (float(table.floor[line]), "percent"), (float(table.cap[line]), "percent")
            args = {"floor": floor, "cap": cap, "raw": (step.value, "percent"), "score": (score, "percent")}
            return Step("clamp", score, "percent", args, (step,))
        return step

    def _children_scores(self, period: int, line: int) -> Step:
        plan, result = self.plan, self.result
        for lines, starts, stops, children in result.score_rollups.levels:
            at = np.flatnonzero(lines == line)
            if not len(at):
                continue
            mine = children[starts[at[0]] : stops[at[0]]]
            parts = tuple(
                Step(
                    "child_score",
                    or_none(result.score[period, child]),
                    "percent",
                    {"name": self._owner_name(int(plan.lines.owner[child]))},
                    state=(State(max(int(result.state[period, child]), 0))),
                    owner=plan.owners.codes[plan.lines.owner[child]],
                    kpi=plan.kpis.codes[plan.lines.kpi[child]],
                )
                for child in mine.tolist()
            )
            return Step("children_mean", or_none(result.score[period, line]), "percent", {"count": len(parts)}, parts)
        return Step("children_mean", None, "percent", {"count": 0}, state=State.NO_DATA)

    # -- pay ----------------------------------------------------------------------------------------------------

    def pay(self, person: str, period: int) -> Step | None:
        """Performance pay: base × rate of the published score. None for someone without a bonus row."""
        plan, result = self.plan, self.result
        bonus = plan.book["bonus"]
        last = plan.periods[period].last
        live = (
            (positions(bonus["person"], plan.owners.codes) == self.owner_at[person]) if bonus.height else np.array([])
        )
        live = live & (days(bonus["from"], EVER) <= last) & (days(bonus["to"], NEVER) >= last) if bonus.height else live
        rows = np.flatnonzero(live)
        if not len(rows):
            return None
        base, text = bonus["base"][int(rows[-1])], bonus["curve"][int(rows[-1])]
        score = rounding.to_decimal(int(result.published[period, self.owner_at[person]]))
        points = payout.curve(text) if text else None
        if score is None or isinstance(points, str):
            return Step("pay", None, "money", {"owner": self.names.get(person, person)}, state=State.NO_DATA)
        cap = Decimal(str(plan.book.company.cap))
        rate = payout.rate(score, points, cap)
        amount = payout.amount(base, rate, payout.minor_units(plan.book.company.currency))
        curve = {"vi": text or "tỷ lệ thuận, 80 % hưởng 80 %", "en": text or "proportional: 80 % pays 80 %"}
        shown = rounding.half_up_exact(rate, 2)
        return Step(
            "pay",
            amount,
            "money",
            {
                "owner": self.names.get(person, person),
                "period": self.period_title(period),
                "base": (base, "money"),
                "rate": (shown, "percent"),
            },
            (
                Step("base", base, "money"),
                Step(
                    "rate", shown, "percent", {"score": (score, "points"), "curve": curve}, (self.card(person, period),)
                ),
            ),
            owner=person,
        )


def explain_card(result: Result, owner: str, period: int) -> Step:
    """``Explainer.card`` for a single question."""
    return Explainer(result).card(owner, period)


def explain_line(result: Result, owner: str, kpi: str, period: int) -> Step:
    """``Explainer.line`` for a single question; ``period`` is a position in the plan."""
    return Explainer(result).line(owner, kpi, period)
