"""Explaining a result: the same plan and the same functions, for one cell, as a tree (architecture.md).

Nothing is computed here a second time: totals come from ``measure`` and ``score_lines``, percentages from
``scoring.explain``, formulas from ``formula.trace``. What is added is only words and order.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import polars as pl

from tamnhin.engine import formula, payout, rounding, scoring
from tamnhin.engine.aggregation import ABSENT, NEEDS_COMPONENTS, VALUE_BIT, Aggregation, Floats, Ints
from tamnhin.engine.evaluate.measure import formula_inputs, measure, ranges
from tamnhin.engine.evaluate.run import Result
from tamnhin.engine.evaluate.score import EQUAL, WEIGHTED, period_days
from tamnhin.engine.explain.steps import STATE_WORDS, Origin, Step, plain_number
from tamnhin.engine.formula import Kind
from tamnhin.engine.formula.nodes import Call, If, Round
from tamnhin.engine.plan.model import NONE, Block, Plan
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


class Explainer:
    """Explains the numbers of one result. Names are looked up once.

    With ``paced`` an open period is explained by its pace: against the target for the days gone, as pages show it.
    """

    def __init__(self, result: Result, *, paced: bool = False, sources: bool = True) -> None:
        """``sources`` false leaves source, time and reason out of the origins: a caller with a database asks there."""
        self.result = result
        self.paced = paced
        self.sources = sources
        self.plan: Plan = result.plan
        book = self.plan.book
        self.owner_at = {code: i for i, code in enumerate(self.plan.owners.codes)}
        self.names = dict(zip(book["units"]["code"], book["units"]["name"], strict=True))
        self.names |= dict(zip(book["people"]["code"], book["people"]["name"], strict=True))
        self.kpi_names = dict(zip(book["kpis"]["code"], book["kpis"]["name"], strict=True))
        english = zip(book["kpis"]["code"], book["kpis"]["name_en"], strict=True)
        self.kpi_english = {code: name or self.kpi_names[code] for code, name in english}

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
                "coverage": (_or_none(result.coverage[period, at]), "percent"),
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

    def _by_pace(self, period: int) -> bool:
        return self.paced and period in self.result.pace

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
        score = _or_none(numbers.score[i])
        below = self._score(period, line, numbers, i)
        if not numbers.counted[i]:
            args["why"] = self._why_not(period, line)
            return Step("not_scored", None, "points", args, (below,), state, owner=owner, kpi=code)
        args["score"] = (score, "percent")
        contribution = _or_none(numbers.contribution[i])
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
            side: "; ".join(f"{symbol} = {_number(value, side)}" for symbol, value in said.symbols)
            for side in ("vi", "en")
        }
        raw, score = _or_none(given.raw[i]), _or_none(given.score[i])
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
                    _or_none(result.score[period, child]),
                    "percent",
                    {"name": self._owner_name(int(plan.lines.owner[child]))},
                    state=(State(max(int(result.state[period, child]), 0))),
                    owner=plan.owners.codes[plan.lines.owner[child]],
                    kpi=plan.kpis.codes[plan.lines.kpi[child]],
                )
                for child in mine.tolist()
            )
            return Step("children_mean", _or_none(result.score[period, line]), "percent", {"count": len(parts)}, parts)
        return Step("children_mean", None, "percent", {"count": 0}, state=State.NO_DATA)

    # -- measures -----------------------------------------------------------------------------------------------

    def _actual(self, node: int, period: int, value: float) -> Step:
        plan = self.plan
        kpi = int(plan.nodes.kpi[node])
        block = plan.blocks[plan.nodes.block[node]]
        first, last = period_days(plan, np.array([period]))
        lo, hi = ranges(block, first, last)
        state = State.VALUE if not np.isnan(value) else self._state(node, first, last)
        who = {"owner": plan.owners.codes[plan.nodes.owner[node]], "kpi": plan.kpis.codes[kpi]}
        shown = _or_none(value)
        if kpi in plan.kpis.formulas:
            return self._computed(node, first, last, shown, state)
        children = self._children(node)
        if len(children) and self._is_rolled(node, block):
            parts = self._parts(children, node, first, last, value)
            return Step("rollup", shown, "measure", {"count": len(children)}, parts, state, **who)
        columns = range(int(lo[0]), int(hi[0]))
        cells = tuple(self._cell(node, block, column) for column in columns)
        if len(cells) == 1:
            single = cells[0]
            return Step("actual", shown, "measure", {}, (single,) if single.origin else (), state, **who)
        by = Aggregation(int(block.time_by[plan.nodes.at[node]]))
        args: dict[str, object] = {"count": len(cells)}
        if by in NEEDS_COMPONENTS:
            pair = block.pair_of[plan.nodes.at[node]]
            has = (block.bits[lo[0] : hi[0], plan.nodes.at[node]] & VALUE_BIT) != 0
            args["num"] = (float(block.num[lo[0] : hi[0], pair][has].sum()), "measure")
            args["den"] = (float(block.den[lo[0] : hi[0], pair][has].sum()), "measure")
            args["scale"] = (float(block.scale[plan.nodes.at[node]]), "weight")
        return Step(by.word, shown, "measure", args, cells, state, **who)

    def _state(self, node: int, first: Ints, last: Ints) -> State:
        found = measure(self.plan, np.array([node]), first, last)
        return State(max(int(found.state[0, 0]), 0)) if found.state[0, 0] != ABSENT else State.NO_DATA

    def _is_rolled(self, node: int, block: Block) -> bool:
        at = self.plan.nodes.at[node]
        return any(level.values[level.parents == at].any() for level in block.levels)

    def _children(self, node: int) -> Ints:
        """Nodes of the same KPI that stand directly under this one."""
        plan = self.plan
        edges = plan.owners.edges
        below = np.unique(edges.child[edges.parent == plan.nodes.owner[node]])
        found = plan.nodes.find(below, int(plan.nodes.kpi[node]), plan.kpis.count)
        kept: Ints = found[found != NONE]
        return kept

    def _parts(self, children: Ints, node: int, first: Ints, last: Ints, total: float) -> tuple[Step, ...]:
        plan = self.plan
        found = measure(plan, children, first, last)
        block = plan.blocks[plan.nodes.block[node]]
        steps = []
        for i, child in enumerate(children.tolist()):
            if found.state[0, i] == ABSENT:
                continue
            steps.append(
                Step(
                    "child",
                    _or_none(found.actual[0, i]),
                    "measure",
                    {
                        "name": self._owner_name(int(plan.nodes.owner[child])),
                        "parts": self._pair(block, child, first, last),
                    },
                    state=(State(int(found.state[0, i]))),
                    owner=plan.owners.codes[plan.nodes.owner[child]],
                    kpi=plan.kpis.codes[plan.nodes.kpi[child]],
                )
            )
        additive = block.time_by[plan.nodes.at[node]] == Aggregation.SUM
        rest = total - float(np.nansum(found.actual))
        if additive and not np.isnan(total) and abs(rest) > 1e-9 * max(1.0, abs(total)):
            steps.append(Step("moved", rest, "measure"))
        return tuple(steps)

    def _pair(self, block: Block, node: int, first: Ints, last: Ints) -> object:
        """``90 ÷ 100`` of a ratio, nothing for the rest."""
        at = self.plan.nodes.at[node]
        pair = block.pair_of[at]
        if pair < 0 or block.time_by[at] not in NEEDS_COMPONENTS:
            return ""
        lo, hi = ranges(block, first, last)
        has = (block.bits[lo[0] : hi[0], at] & VALUE_BIT) != 0
        num, den = block.num[lo[0] : hi[0], pair][has].sum(), block.den[lo[0] : hi[0], pair][has].sum()
        if np.isnan(den) or not has.any():
            return ""
        return {side: f"{_number(num, side)} ÷ {_number(den, side)}" for side in ("vi", "en")}

    def _computed(self, node: int, first: Ints, last: Ints, value: float | None, state: State) -> Step:
        plan = self.plan
        kpi = int(plan.nodes.kpi[node])
        nodes = np.array([node])
        tree, inputs, rates = formula_inputs(plan, kpi, nodes, first, last)
        who = {"owner": plan.owners.codes[plan.nodes.owner[node]], "kpi": plan.kpis.codes[kpi]}
        if tree is None or not inputs:
            return Step("computed", value, "measure", {}, (), state, **who)
        said = formula.trace(
            tree,
            {ref: (v[0, 0], s[0, 0]) for ref, (v, s) in inputs.items()},
            {ref: (v[0, 0], s[0, 0]) for ref, (v, s) in rates.items()},
        )
        parts = []
        for ref, (values, states) in sorted(inputs.items(), key=lambda pair: (pair[0].code, pair[0].offset)):
            name = {
                side: formula.reference_name(ref, side).replace(ref.code, self.kpi_name(ref.code)[side], 1)
                for side in ("vi", "en")
            }
            parts.append(
                Step(
                    "input",
                    _or_none(values[0, 0]),
                    "measure",
                    {"name": name},
                    state=(State(int(states[0, 0]))),
                    owner=who["owner"] if ref.kind is Kind.VALUE else None,
                    kpi=ref.code,
                )
            )
        children = self._children(node)
        if len(children) and value is not None and _bends(tree):
            # where the definition is not linear the details need not add up to the total: show the line between
            found = measure(plan, children, first, last)
            details = self._parts(children, node, first, last, float("nan"))
            rest = value - float(np.nansum(found.actual))
            if plan.kpis.aggregation[kpi] == Aggregation.SUM and not np.isnan(found.actual).any():
                parts.extend((*details, Step("reconcile", rest, "measure")))
        return Step(
            "computed", value, "measure", {}, tuple(parts), state, texts=(said.text("vi"), said.text("en")), **who
        )

    def _cell(self, node: int, block: Block, column: int) -> Step:
        plan = self.plan
        at = int(plan.nodes.at[node])
        owner = plan.owners.codes[plan.nodes.owner[node]]
        kpi = plan.kpis.codes[plan.nodes.kpi[node]]
        key = block.timeline.keys[column]
        bits = int(block.bits[column, at])
        state = State(int(np.log2(bits & -bits))) if bits else State.NOT_DUE
        value = _or_none(block.value[column, at])
        day = np.array([block.timeline.anchor[column]])
        return Step(
            "cell",
            value,
            "measure",
            {"period": block.timeline.period(column).title("vi"), "parts": self._pair(block, node, day, day)},
            state=State.VALUE if value is not None else state,
            origin=self._origin(owner, kpi, key),
        )

    def _origin(self, owner: str, kpi: str, key: str) -> Origin | None:
        if not self.sources:
            return Origin(owner, kpi, key)
        frame = self.plan.book["actuals"]
        mine = frame.filter(
            (pl.col("owner").cast(pl.String) == owner)
            & (pl.col("kpi").cast(pl.String) == kpi)
            & (pl.col("period").cast(pl.String) == key)
        )
        known = self.plan.request.as_known_at
        if known is not None:
            mine = mine.filter(pl.col("recorded_at").is_null() | (pl.col("recorded_at") <= known))
        if mine.is_empty():
            return None
        row = mine.sort("recorded_at", nulls_last=False, maintain_order=True).row(-1, named=True)
        return Origin(owner, kpi, key, row["source"], row["recorded_at"], row["reason"])

    def _target(self, node: int, period: int, value: float) -> Step:
        plan = self.plan
        block = plan.blocks[plan.nodes.block[node]]
        first, last = period_days(plan, np.array([period]))
        lo, hi = ranges(block, first, last)
        at = int(plan.nodes.at[node])
        parts: tuple[Step, ...] = ()
        if hi[0] - lo[0] > 1:
            parts = tuple(
                Step(
                    "target_cell",
                    _or_none(block.target[column, at]),
                    "measure",
                    {"period": block.timeline.period(column).title("vi")},
                    state=State.VALUE if not np.isnan(block.target[column, at]) else State.NO_DATA,
                )
                for column in range(int(lo[0]), int(hi[0]))
            )
        share = self.plan.eligible[period, plan.nodes.owner[node]]
        note: object = ""
        if block.time_by[at] == Aggregation.SUM and 0 < share < 1:
            note = {
                "vi": f"đã giảm theo ngày làm việc: {_number(share * 100, 'vi')} % số ngày của kỳ",
                "en": f"scaled by days at work: {_number(share * 100, 'en')} % of the period",
            }
        return Step("target_now" if self._by_pace(period) else "target", value, "measure", {"note": note}, parts)

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

    # -- names --------------------------------------------------------------------------------------------------

    def kpi_name(self, code: str) -> dict[str, str]:
        return {"vi": self.kpi_names.get(code, code), "en": self.kpi_english.get(code, code)}

    def period_title(self, period: int) -> dict[str, str]:
        asked = self.plan.periods[period]
        return {"vi": asked.title("vi"), "en": asked.title("en")}

    def _owner_name(self, owner: int) -> str:
        code = self.plan.owners.codes[owner]
        return str(self.names.get(code, code))


def explain_card(result: Result, owner: str, period: int) -> Step:
    """``Explainer.card`` for a single question."""
    return Explainer(result).card(owner, period)


def explain_line(result: Result, owner: str, kpi: str, period: int) -> Step:
    """``Explainer.line`` for a single question; ``period`` is a position in the plan."""
    return Explainer(result).line(owner, kpi, period)


def _or_none(value: object) -> float | None:
    number = float(value)  # type: ignore[arg-type]
    return None if np.isnan(number) else number


def _bends(tree: formula.Node) -> bool:
    """Whether a formula has a part that is not linear in its inputs' sums."""
    return any(isinstance(part, (Call, If, Round)) for part in formula.walk(tree))


def _number(value: float, language: str) -> str:
    return "—" if np.isnan(value) else plain_number(float(value), "measure", language)
