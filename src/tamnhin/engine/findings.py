"""Why lines have no score, and scorecards that do not total 100: problems of one period, each at its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
import polars as pl

from tamnhin.engine import periods as per
from tamnhin.engine import scoring, weights
from tamnhin.engine.aggregation import NEEDS_COMPONENTS, Aggregation, Ints
from tamnhin.engine.evaluate.measure import ranges
from tamnhin.engine.evaluate.run import Result
from tamnhin.engine.evaluate.score import line_totals
from tamnhin.engine.periods import Period
from tamnhin.engine.plan.model import NONE, Plan
from tamnhin.engine.plan.scorelines import place_of
from tamnhin.engine.problems import Problem
from tamnhin.engine.states import State

Place = tuple[str, str | None]

# the column of the scorecards sheet that a refused method is put right in
PLACES = {
    "BASELINE_MISSING": "baseline",
    "BASELINE_EQUALS_TARGET": "baseline",
    "BAND_NOT_ORDERED": "low",
    "CURVE_NOT_INCREASING": "curve",
    "PENALTY_NOT_POSITIVE": "penalty",
    "METHOD_NOT_ALLOWED": "method",
}


def evaluation_problems(result: Result, period: int, lines: Ints) -> list[Problem]:
    """Why some lines (ascending positions) have no score, and weights that do not total 100, in the workbook's order.

    What compiling found already (``plan.problems``: a method that does not exist, a curve that cannot be read) is not
    said again.
    """
    plan = result.plan
    table = plan.lines
    out: list[Problem] = list(_weight_problems(result, period, lines))
    state, refused = result.state[period, lines], result.refusal[period, lines]
    finder = _Finder(result, period)
    for at in np.flatnonzero((refused != 0) | np.isin(state, (State.NO_DATA, State.NOT_APPLICABLE))).tolist():
        line = int(lines[at])
        if refused[at]:
            found = finder.refusal(line, str(scoring.REFUSALS[refused[at]]))
        elif state[at] == State.NO_DATA:
            found = finder.missing(line)
        elif plan.kpis.aggregation[table.kpi[line]] == Aggregation.NONE:
            found = "AGGREGATION_NONE", place_of(plan.book, "scorecards", "kpi", int(table.row[line])), {}
        else:
            found = finder.impossible(line)
        if found is None:
            continue
        code, (sheet, cell), extra = found
        owner, kpi = plan.owners.codes[table.owner[line]], plan.kpis.codes[table.kpi[line]]
        args = {"owner": owner, "kpi": kpi, "period": plan.periods[period].key, **extra}
        out.append(Problem(code, sheet, cell, owner, kpi, args))
    return out


def left_unscored(result: Result, period: int, lines: Ints) -> bool:
    """Whether any of the lines has no score because of a problem: the exit status 1 of ``tamnhin evaluate``."""
    state = result.state[period, lines]
    return bool(((state == State.NO_DATA) | (result.refusal[period, lines] != 0)).any())


Found = tuple[str, Place, dict[str, object]]


@dataclass(slots=True)
class _Finder:
    """The places of one period's problems; frames are looked through once a KPI, and only when something is wrong."""

    result: Result
    period: int
    _rows: dict[int, pl.DataFrame] = field(default_factory=dict)
    _said: set[tuple[str | None, str | None]] | None = None

    @property
    def plan(self) -> Plan:
        return self.result.plan

    @property
    def asked(self) -> Period:
        return self.plan.periods[self.period]

    def refusal(self, line: int, code: str) -> Found | None:
        """Where the refused method of a line is put right; None when compiling has said so already."""
        plan = self.plan
        row = int(plan.lines.row[line])
        if code in ("METHOD_NOT_ALLOWED", "CURVE_NOT_INCREASING") and self._compiled(line):
            return None
        found = line_totals(plan, np.array([line]), np.array([self.period]), paced=False)
        target, actual = float(found.target[0, 0]), float(found.actual[0, 0])
        place = place_of(plan.book, "scorecards", PLACES.get(code, "kpi"), row)
        if code in ("TARGET_NOT_POSITIVE", "TARGET_ZERO"):
            at, target = self._target(line, target)
            place = place if at is None else place_of(plan.book, "targets", "target", at)
        elif code == "ACTUAL_NEGATIVE":
            rows = self._actuals(line).filter(pl.col("value") < 0)
            place = self._place(rows, "value")
        args = {
            "target": _shown(target),
            "actual": _shown(actual),
            "method": scoring.Method(int(plan.lines.method[line])).word,
            "direction": scoring.Direction(int(plan.lines.params.direction[line])).name.lower(),
        }
        return code, place, dict(args)

    def missing(self, line: int) -> Found:
        """Nothing reported, or percentages and means without what they are made of."""
        plan = self.plan
        kpi = int(plan.lines.kpi[line])
        if plan.kpis.aggregation[kpi] in NEEDS_COMPONENTS and not plan.kpis.has_formula[kpi]:
            rows = self._actuals(line).filter(pl.col("value").is_not_null())
            if plan.kpis.aggregation[kpi] == Aggregation.RATIO:
                rows = rows.filter(pl.col("numerator").is_null() | pl.col("denominator").is_null())
                code, column = "RATIO_WITHOUT_COMPONENTS", "numerator"
            else:
                rows = rows.filter(pl.col("weight").is_null())
                code, column = "WEIGHT_COMPONENT_MISSING", "weight"
            if rows.height:
                return code, self._place(rows, column), {}
        return "NO_DATA", (plan.book.place_names.get("actuals", "actuals"), None), {}

    def impossible(self, line: int) -> Found | None:
        """A denominator of 0; None where somebody decided that the cell is not applicable."""
        plan = self.plan
        kpi = int(plan.lines.kpi[line])
        rows = self._actuals(line)
        if rows.filter(pl.col("state").is_not_null()).height:
            return None
        if plan.kpis.has_formula[kpi]:
            sheet = plan.book.place_names.get("kpis", "kpis")
            return "DENOMINATOR_ZERO", (sheet, plan.book.cell("kpis", "formula", plan.kpis.formulas[kpi][-1].row)), {}
        column = "denominator" if plan.kpis.aggregation[kpi] == Aggregation.RATIO else "weight"
        return "DENOMINATOR_ZERO", self._place(rows.filter(pl.col(column) == 0), column), {}

    def _compiled(self, line: int) -> bool:
        if self._said is None:
            codes = ("METHOD_UNKNOWN", "CURVE_NOT_INCREASING", "CURVE_NUMBER_AMBIGUOUS")
            self._said = {(p.owner, p.kpi) for p in self.plan.problems if p.code in codes}
        owner, kpi = self.plan.lines.owner[line], self.plan.lines.kpi[line]
        return (self.plan.owners.codes[owner], self.plan.kpis.codes[kpi]) in self._said

    def _target(self, line: int, target: float) -> tuple[int | None, float]:
        """The row of ``targets`` that is not above 0, and its figure: in the period, or else anywhere."""
        plan = self.plan
        node = plan.lines.node[line]
        rows = plan.target_rows["row"][plan.target_rows["node"] == node]
        frame = plan.book["targets"][rows].with_columns(pl.Series("_at", rows)).filter(pl.col("target") <= 0)
        if frame.is_empty():
            return None, target
        _, first, last, bad = per.parse_many(frame["period"].cast(pl.String), plan.book.company.fiscal_year_start)
        inside = ~bad & (first <= self.asked.last) & (last >= self.asked.first)
        best = int(np.argmax(inside)) if inside.any() else 0
        return int(frame["_at"][best]), float(frame["target"][best])

    def _actuals(self, line: int) -> pl.DataFrame:
        """The rows of ``actuals`` a line's number is made of in the period: its owner's, and of those beneath."""
        plan = self.plan
        kpi = int(plan.lines.kpi[line])
        if kpi not in self._rows:
            frame = plan.book["actuals"].with_row_index("_at")
            frame = frame.filter(pl.col("kpi").cast(pl.String) == plan.kpis.codes[kpi])
            known = plan.request.as_known_at
            if known is not None:
                frame = frame.filter(pl.col("recorded_at").is_null() | (pl.col("recorded_at") <= known))
            node = int(plan.lines.node[line])
            first, last = self.asked.first, self.asked.last
            if node != NONE:  # a quarterly KPI that is due in March speaks of the whole quarter
                timeline = plan.blocks[plan.nodes.block[node]].timeline
                lo, hi = ranges(plan.blocks[plan.nodes.block[node]], np.array([first]), np.array([last]))
                if hi[0] > lo[0]:
                    first, last = min(first, int(timeline.start[lo[0]])), max(last, int(timeline.stop[hi[0] - 1]))
            _, start, stop, bad = per.parse_many(frame["period"].cast(pl.String), plan.book.company.fiscal_year_start)
            self._rows[kpi] = frame.filter(pl.Series(~bad & (start >= first) & (stop <= last), dtype=pl.Boolean))
        names = [plan.owners.codes[owner] for owner in _beneath(plan, int(plan.lines.owner[line]))]
        return self._rows[kpi].filter(pl.col("owner").cast(pl.String).is_in(names))

    def _place(self, rows: pl.DataFrame, column: str) -> Place:
        book = self.plan.book
        if rows.is_empty():
            return book.place_names.get("actuals", "actuals"), None
        return place_of(book, "actuals", column, int(rows["_at"][0]))


def _beneath(plan: Plan, owner: int) -> list[int]:
    """An owner and everybody who ever stood beneath it."""
    edges = plan.owners.edges
    seen = np.array([owner])
    while True:
        grown = np.union1d(seen, edges.child[np.isin(edges.parent, seen)])
        if len(grown) == len(seen):
            return [int(one) for one in seen]
        seen = grown


def _shown(value: float) -> str:
    return "—" if np.isnan(value) else f"{value:.15g}"


def _weight(micro: int) -> str:
    """An exact weight as people write it: 60, 33.34."""
    text = format(Decimal(micro).scaleb(-6), "f")
    return text.rstrip("0").rstrip(".")


def _weight_problems(result: Result, period: int, lines: Ints) -> Iterable[Problem]:
    plan = result.plan
    table = plan.lines
    asked = plan.periods[period]
    first, last = asked.first, asked.last
    # people are held to 100 only while they are there
    start = np.maximum(table.start[lines], plan.owners.first[table.owner[lines]])
    stop = np.minimum(table.stop[lines], plan.owners.last[table.owner[lines]])
    groups = table.owner[lines].copy()
    posts = plan.book["scorecards"]["post"]
    if posts.null_count() < posts.len():  # the lines of each post total 100
        named = posts.fill_null("").to_list()
        code = {name: i for i, name in enumerate(dict.fromkeys(named))}
        groups = groups * np.int64(len(code)) + np.array([code[named[r]] for r in table.row[lines]], dtype=np.int64)
        width = len(code)
    else:
        width = 1
    found = weights.check(groups, table.micro[lines], start, stop, first, last)
    for owner, day, micro, zero in zip(found.owner, found.day, found.micro, found.all_zero, strict=True):
        at = int(owner) // width
        line = int(lines[np.flatnonzero(table.owner[lines] == at)[0]])
        sheet, cell = place_of(plan.book, "scorecards", "weight", int(table.row[line]))
        yield Problem(
            "WEIGHTS_ALL_ZERO" if zero else "WEIGHTS_NOT_100",
            sheet,
            cell,
            plan.owners.codes[at],
            None,
            {
                "owner": plan.owners.codes[at],
                "total": _weight(int(micro)),
                "date": str(np.datetime64(int(day), "D")),
            },
        )
