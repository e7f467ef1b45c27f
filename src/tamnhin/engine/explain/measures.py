"""Explaining measures: where an actual and a target come from, down to the cells and the parts."""

from __future__ import annotations

import numpy as np
import polars as pl

from tamnhin.engine import formula
from tamnhin.engine.aggregation import ABSENT, NEEDS_COMPONENTS, VALUE_BIT, Aggregation, Ints
from tamnhin.engine.evaluate.measure import formula_inputs, measure, ranges
from tamnhin.engine.evaluate.run import Result
from tamnhin.engine.evaluate.score import period_days
from tamnhin.engine.explain.steps import Origin, Step, plain_number
from tamnhin.engine.formula import Kind
from tamnhin.engine.formula.nodes import Call, If, Round
from tamnhin.engine.plan.model import NONE, Block, Plan
from tamnhin.engine.states import State


class MeasureSteps:
    """Steps for the numbers of one node; what ``Explainer`` builds scorecards on."""

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

    def _by_pace(self, period: int) -> bool:
        return self.paced and period in self.result.pace

    # -- measures -----------------------------------------------------------------------------------------------

    def _actual(self, node: int, period: int, value: float) -> Step:
        plan = self.plan
        kpi = int(plan.nodes.kpi[node])
        block = plan.blocks[plan.nodes.block[node]]
        first, last = period_days(plan, np.array([period]))
        lo, hi = ranges(block, first, last)
        state = State.VALUE if not np.isnan(value) else self._state(node, first, last)
        who = {"owner": plan.owners.codes[plan.nodes.owner[node]], "kpi": plan.kpis.codes[kpi]}
        shown = or_none(value)
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
                    or_none(found.actual[0, i]),
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
        return {side: f"{in_words(num, side)} ÷ {in_words(den, side)}" for side in ("vi", "en")}

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
                    or_none(values[0, 0]),
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
        value = or_none(block.value[column, at])
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
                    or_none(block.target[column, at]),
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
                "vi": f"đã giảm theo ngày làm việc: {in_words(share * 100, 'vi')} % số ngày của kỳ",
                "en": f"scaled by days at work: {in_words(share * 100, 'en')} % of the period",
            }
        return Step("target_now" if self._by_pace(period) else "target", value, "measure", {"note": note}, parts)

    # -- names --------------------------------------------------------------------------------------------------

    def kpi_name(self, code: str) -> dict[str, str]:
        return {"vi": self.kpi_names.get(code, code), "en": self.kpi_english.get(code, code)}

    def period_title(self, period: int) -> dict[str, str]:
        asked = self.plan.periods[period]
        return {"vi": asked.title("vi"), "en": asked.title("en")}

    def _owner_name(self, owner: int) -> str:
        code = self.plan.owners.codes[owner]
        return str(self.names.get(code, code))


def or_none(value: object) -> float | None:
    number = float(value)  # type: ignore[arg-type]
    return None if np.isnan(number) else number


def _bends(tree: formula.Node) -> bool:
    """Whether a formula has a part that is not linear in its inputs' sums."""
    return any(isinstance(part, (Call, If, Round)) for part in formula.walk(tree))


def in_words(value: float, language: str) -> str:
    return "—" if np.isnan(value) else plain_number(float(value), "measure", language)
