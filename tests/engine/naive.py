"""The same evaluation in plain Python over dicts: one loop a thing, no arrays.

The tests hold the engine against it, in exact fractions: it is written from computation.md and shares no code with the
engine. With ``exact=False`` it counts in floats, as somebody would first write this down.

It knows a common part only: monthly KPIs without formulas; aggregation ``sum``, ``mean``, ``min``, ``max``, ``ratio``
and ``last`` (with ``across`` sum); targets given by month, standing until changed, or for a year; the methods of
``score_of``; roll-up by value; movers, joiners, leavers and absences by working days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

Number = Any  # Fraction when exact, float in the benchmark
Row = Mapping[str, Any]
Key = tuple[str, str]

VALUE, EXEMPT, NOT_APPLICABLE, NOT_DUE, NO_DATA = "VALUE", "EXEMPT", "NOT_APPLICABLE", "NOT_DUE", "NO_DATA"
_RANK = {VALUE: 0, EXEMPT: 1, NOT_APPLICABLE: 2, NOT_DUE: 3, NO_DATA: 4}
_COUNTS = {VALUE, NOT_DUE, NO_DATA}
KNOWN_AGGREGATIONS = {"sum", "mean", "min", "max", "ratio", "last"}


@dataclass
class Cell:
    """One owner and KPI in one month."""

    states: set[str] = field(default_factory=set)
    num: Number = 0
    den: Number = 0
    target: Number = None

    def value(self, kpi: Kpi) -> Number | None:
        if VALUE not in self.states or (kpi.strict and NO_DATA in self.states):
            return None
        if kpi.aggregation == "ratio":
            return self.num / self.den * kpi.scale
        return self.num / self.den if kpi.aggregation == "mean" else self.num


@dataclass
class Kpi:
    code: str
    aggregation: str
    direction: str
    scale: Number

    @property
    def strict(self) -> bool:
        """A cell with any part missing is none: sums across owners."""
        return self.aggregation in {"sum", "last"}


@dataclass
class Line:
    """What one line of a scorecard comes to in a period."""

    state: str | None
    actual: Number | None
    target: Number | None
    raw: Number | None
    score: Number | None
    gap: bool


class PlainPython:
    """One company. ``sheets``: rows as dicts, by sheet. ``months``: ``2026-01`` … one year. ``day_off(day)``: no work.

    ``exact`` counts in fractions. Rows of ``actuals`` are taken as they stand: one record a key.
    """

    def __init__(
        self,
        sheets: Mapping[str, list[Row]],
        year: int,
        as_of: date,
        day_off: Callable[[date], bool],
        *,
        exact: bool = True,
        floor: float = 0,
        cap: float = 120,
    ) -> None:
        self.number: Callable[[Any], Number] = (lambda text: Fraction(str(text))) if exact else float
        self.as_of = as_of
        self.months = [f"{year}-{month:02d}" for month in range(1, 13)]
        self.first = {m: date(year, int(m[5:]), 1) for m in self.months}
        self.last = {m: self._month_end(m) for m in self.months}
        self.worked = {m: [d for d in _days(self.first[m], self.last[m]) if not day_off(d)] for m in self.months}
        self.limits = self.number(floor), self.number(cap)
        self.units = {row["code"]: row for row in sheets["units"]}
        self.people = {row["code"]: row for row in sheets["people"]}
        self.kpis = {
            row["code"]: Kpi(row["code"], row["aggregation"], row["direction"], self.number(row.get("scale") or 1))
            for row in sheets["kpis"]
            if row["aggregation"] in KNOWN_AGGREGATIONS and not row.get("formula") and row["frequency"] == "month"
        }
        self.lines: dict[str, list[Row]] = defaultdict(list)
        for row in sheets["scorecards"]:
            self.lines[row["owner"]].append(row)
        self.lined: dict[Key, list[Row]] = defaultdict(list)
        for row in sheets["scorecards"]:
            self.lined[row["owner"], row["kpi"]].append(row)
        self.reported: dict[tuple[str, str, str], Row] = {}
        for row in sheets["actuals"]:
            if row.get("value") is not None or row.get("state") or row.get("denominator") is not None:
                self.reported[row["owner"], row["kpi"], row["period"]] = row
        self.own = {(owner, kpi) for owner, kpi, _ in self.reported}
        self.targets: dict[Key, list[Row]] = defaultdict(list)
        for row in sheets["targets"]:
            self.targets[row["owner"], row["kpi"]].append(row)
        self.placements: dict[str, list[Row]] = defaultdict(list)
        for row in sorted(sheets.get("placements", []), key=lambda row: row["from"]):
            self.placements[row["person"]].append(row)
        self.away: dict[str, list[Row]] = defaultdict(list)
        for row in sheets.get("absences", []):
            self.away[row["person"]].append(row)
        self.children: dict[str, list[str]] = defaultdict(list)
        for code, row in self.units.items():
            if row.get("parent"):
                self.children[row["parent"]].append(code)
        for code, row in self.people.items():
            for unit in {row.get("unit"), *(placed["unit"] for placed in self.placements[code])} - {None}:
                self.children[unit].append(code)
        self.asked = {kpi for _, kpi in self.lined}
        self.cells: dict[tuple[str, str, str], Cell | None] = {}
        self.bare: dict[Key, bool] = {}

    # -- base cells -----------------------------------------------------------------------------------------------

    def cell(self, owner: str, kpi: Kpi, month: str) -> Cell | None:
        """The cell of one month; None where there is none."""
        key = (owner, kpi.code, month)
        if key not in self.cells:
            self.cells[key] = self._cell(owner, kpi, month)
        return self.cells[key]

    def _cell(self, owner: str, kpi: Kpi, month: str) -> Cell | None:
        target = self._own_target(owner, kpi, month)
        own = self._own_cell(owner, kpi, month)
        lines = self.lined[owner, kpi.code]
        rolls = owner in self.units and all(line.get("rollup") in {None, "value"} for line in lines)
        if not rolls or not self._beneath(owner, kpi):
            if own is not None:
                own.target = target
            return own
        explicit = any(line.get("rollup") == "value" for line in lines)
        merged = self._merged(owner, kpi, month)
        if (owner, kpi.code) in self.own and not explicit:
            if own is not None:
                own.target = target if self.targets[owner, kpi.code] else (merged.target if merged else None)
            return own
        if merged is not None and self.targets[owner, kpi.code]:
            merged.target = target
        return merged

    def _own_cell(self, owner: str, kpi: Kpi, month: str) -> Cell | None:
        row = self.reported.get((owner, kpi.code, month)) if self.first[month] <= self.as_of else None
        if row is None:
            state = self._expected(owner, kpi, month)
            return Cell({state}) if state else None
        if row.get("state"):
            return Cell({row["state"].upper()})
        if kpi.aggregation == "ratio":
            if row["denominator"] == 0:
                return Cell({NOT_APPLICABLE})
            return Cell({VALUE}, self.number(row["numerator"]), self.number(row["denominator"]))
        return Cell({VALUE}, self.number(row["value"]), 1)

    def _expected(self, owner: str, kpi: Kpi, month: str) -> str | None:
        lines = self.lined[owner, kpi.code]
        if not lines:
            return None
        starts = [line.get("from") or date.min for line in lines]
        stops = [line.get("to") or date.max for line in lines]
        if max(stops) < self.first[month] or min(starts) > self.last[month] or not self._employed(owner, month):
            return None
        if self.worked[month] and not self._present(owner, month):
            return EXEMPT
        return NO_DATA if self.last[month] <= self.as_of else NOT_DUE

    # -- the organisation -----------------------------------------------------------------------------------------

    def _beneath(self, owner: str, kpi: Kpi) -> bool:
        """Whether any child of a unit ever has the KPI."""
        return any(
            self.lined[child, kpi.code] or (child, kpi.code) in self.own or self._beneath(child, kpi)
            for child in self.children[owner]
        )

    def _merged(self, owner: str, kpi: Kpi, month: str) -> Cell | None:
        out = Cell()
        parts: list[tuple[Number, Cell, str]] = []
        for child in self.children[owner]:
            cell, share = self.cell(child, kpi, month), self._share(child, owner, month)
            if cell is not None and share and cell.states:
                parts.append((share, cell, child))
                out.states |= cell.states
        valued = [(share, cell) for share, cell, _ in parts if VALUE in cell.states and cell.value(kpi) is not None]
        if kpi.aggregation in {"min", "max"}:
            found = [cell.num for _, cell in valued]
            if found:
                out.num = min(found) if kpi.aggregation == "min" else max(found)
        else:
            out.num = sum(share * cell.num for share, cell in valued)
        out.den = sum(share * cell.den for share, cell in valued)
        out.target = self._merged_target(kpi, parts, valued)
        return out if out.states else None

    def _merged_target(
        self, kpi: Kpi, parts: list[tuple[Number, Cell, str]], valued: list[tuple[Number, Cell]]
    ) -> Number | None:
        counted = [(share, cell, child) for share, cell, child in parts if cell.states & _COUNTS]
        if not counted:
            return None
        if kpi.aggregation in {"sum", "last"}:
            asked = [(s, c) for s, c, child in counted if c.target is not None or not self._is_bare(child, kpi)]
            if not asked or any(cell.target is None for _, cell in asked):
                return None
            return sum(share * cell.target for share, cell in asked)
        pairs = valued or [(share, cell) for share, cell, _ in counted]
        if any(cell.target is None for _, cell in pairs):
            return None
        if kpi.aggregation in {"min", "max"}:
            found = [cell.target for _, cell in pairs]
            return min(found) if kpi.aggregation == "min" else max(found)
        weights = [share * cell.den for share, cell in valued] if valued else [share for share, _ in pairs]
        return sum(w * cell.target for w, (_, cell) in zip(weights, pairs, strict=True)) / sum(weights)

    def _is_bare(self, owner: str, kpi: Kpi) -> bool:
        """Nobody set a line or a target for it: an unassigned number."""
        key = (owner, kpi.code)
        if key not in self.bare:
            mine = bool(self.lined[key] or self.targets[key])
            self.bare[key] = not mine and all(
                self._is_bare(child, kpi)
                for child in self.children[owner]
                if self.lined[child, kpi.code] or (child, kpi.code) in self.own or self._beneath(child, kpi)
            )
        return self.bare[key]

    def _share(self, child: str, unit: str, month: str) -> Number:
        """The part of a child's month that goes to a unit, by working days."""
        if child in self.units or not self.placements[child]:
            return 1
        places = self._places(child)
        if len(places) == 1:
            return 1
        days = self.worked[month] or list(_days(self.first[month], self.last[month]))
        spent = [unit_of for day in days for start, stop, unit_of in places if start <= day <= stop]
        return self.number(spent.count(unit)) / len(spent) if spent else 0

    def _places(self, person: str) -> list[tuple[date, date, str]]:
        rows = self.placements[person]
        starts = [row["from"] for row in rows]
        out = [
            (
                row["from"],
                min(row.get("to") or date.max, (after - timedelta(days=1)) if after else date.max),
                row["unit"],
            )
            for row, after in zip(rows, [*starts[1:], None], strict=True)
        ]
        home = self.people[person].get("unit")
        return [(date.min, starts[0] - timedelta(days=1), home), *out] if home else out

    # -- people ---------------------------------------------------------------------------------------------------

    def _employed(self, owner: str, month: str) -> bool:
        row = self.people.get(owner, self.units.get(owner, {}))
        joined, left = row.get("joined") or date.min, row.get("left") or date.max
        return bool(joined <= self.last[month] and left >= self.first[month])

    def _present(self, owner: str, month: str) -> int:
        """The working days somebody was there."""
        row = self.people.get(owner)
        if row is None:
            return len(self.worked[month])
        joined, left = row.get("joined") or date.min, row.get("left") or date.max
        return sum(
            joined <= day <= left and not any(a["from"] <= day <= a["to"] for a in self.away[owner])
            for day in self.worked[month]
        )

    def _own_target(self, owner: str, kpi: Kpi, month: str) -> Number | None:
        found: Number | None = None
        for row in self.targets[owner, kpi.code]:
            figure = self.number(row["target"])
            if len(row["period"]) == 4:
                found = figure / 12 if kpi.aggregation == "sum" else figure
        earlier = [row for row in self.targets[owner, kpi.code] if len(row["period"]) == 7 and row["period"] <= month]
        if earlier:
            latest = max(earlier, key=lambda row: row["period"])
            if found is None or latest["period"] == month:
                found = self.number(latest["target"])
        total = len(self.worked[month])
        if found is None or kpi.aggregation != "sum" or not total or owner in self.units:
            return found
        return found * self._present(owner, month) / total

    # -- periods and scores ---------------------------------------------------------------------------------------

    def line(self, row: Row, months: list[str]) -> Line | None:
        """One line in a period of some months; None where the line does not hold."""
        first, last = self.first[months[0]], self.last[months[-1]]
        if (row.get("from") or date.min) > last or (row.get("to") or date.max) < first:
            return None
        kpi = self.kpis[row["kpi"]]
        cells = [cell for month in months if (cell := self.cell(row["owner"], kpi, month)) is not None]
        states = {_total_state(kpi, cell) for cell in cells}
        states |= set().union(*(cell.states - {VALUE} for cell in cells)) if cells else set()
        state = _state(states, strict=kpi.aggregation == "sum" or (len(months) == 1 and kpi.strict))
        if state is None:
            if row["owner"] not in self.units:
                return None
            return Line(NO_DATA if last <= self.as_of else NOT_DUE, None, None, None, None, last <= self.as_of)
        actual, target = _over_time(kpi, cells)
        if state != VALUE:
            return Line(state, None, target, None, None, NO_DATA in states)
        raw = score_of(row, kpi, actual, target, self.number)
        low = self.limits[0] if row.get("floor") is None else self.number(row["floor"])
        high = self.limits[1] if row.get("cap") is None else self.number(row["cap"])
        score = None if raw is None else min(max(raw, low), high)
        return Line(state, actual, target, raw, score, NO_DATA in states)

    def card(self, owner: str, months: list[str]) -> tuple[Number | None, Number | None]:
        """``(score, coverage)`` of a scorecard, unrounded."""
        days = [day for month in months for day in self.worked[month]]
        scored = assigned = points = self.number(0)
        for row in self.lines[owner]:
            line = self.line(row, months)
            if line is None or line.state in {EXEMPT, NOT_APPLICABLE}:
                continue
            start, stop = row.get("from") or date.min, row.get("to") or date.max
            weight = self.number(row["weight"]) * sum(start <= day <= stop for day in days) / len(days)
            assigned += weight
            if line.score is not None:
                scored += weight
                points += weight * line.score
        return (points / scored if scored else None), (100 * scored / assigned if assigned else None)

    def _month_end(self, month: str) -> date:
        return (self.first[month] + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=at) for at in range((last - first).days + 1))


def _state(states: set[str], *, strict: bool) -> str | None:
    if not states:
        return None
    if VALUE in states and not (strict and NO_DATA in states):
        return VALUE
    return max(states, key=_RANK.__getitem__)


def _total_state(kpi: Kpi, cell: Cell) -> str:
    return str(_state(cell.states, strict=kpi.strict))


def _over_time(kpi: Kpi, cells: list[Cell]) -> tuple[Number | None, Number | None]:
    valued = [cell for cell in cells if cell.value(kpi) is not None]
    counted = [cell for cell in cells if cell.states & _COUNTS]
    actual: Number | None = None
    if valued:
        if kpi.aggregation == "sum":
            actual = sum(cell.num for cell in valued)
        elif kpi.aggregation == "last":
            actual = valued[-1].num
        elif kpi.aggregation in {"min", "max"}:
            found = [cell.num for cell in valued]
            actual = min(found) if kpi.aggregation == "min" else max(found)
        else:
            actual = sum(cell.num for cell in valued) / sum(cell.den for cell in valued)
            actual = actual * kpi.scale if kpi.aggregation == "ratio" else actual
    if not counted:
        return actual, None
    if kpi.aggregation == "sum":
        missing = any(cell.target is None for cell in counted)
        return actual, None if missing else sum(cell.target for cell in counted)
    if kpi.aggregation == "last":
        known = [cell for cell in valued if cell.target is not None]
        known = known or [cell for cell in counted if cell.target is not None]
        return actual, known[-1].target if known else None
    chosen = valued or counted
    if any(cell.target is None for cell in chosen):
        return actual, None
    if kpi.aggregation in {"min", "max"}:
        found = [cell.target for cell in chosen]
        return actual, min(found) if kpi.aggregation == "min" else max(found)
    weights = [cell.den if valued else 1 for cell in chosen]
    return actual, sum(w * cell.target for w, cell in zip(weights, chosen, strict=True)) / sum(weights)


def score_of(
    row: Row, kpi: Kpi, actual: Number | None, target: Number | None, number: Callable[[Any], Number]
) -> Number | None:
    """The raw percentage by the line's method (computation.md §3); None where it is refused."""
    if actual is None or target is None:
        return None
    lower = kpi.direction == "lower"
    method = row.get("method") or ("deviation" if lower else "ratio")
    if method == "ratio":
        return None if target <= 0 or lower else 100 * actual / target
    if method == "deviation":
        if target == 0:
            return None
        way = (actual - target) / abs(target)
        return 100 * (1 - way if lower else 1 + way)
    if method == "inverse":
        if target <= 0 or actual < 0:
            return None
        return 100 * target / actual if actual else float("inf")
    if method == "baseline":
        start = number(row["baseline"])
        return None if start == target else 100 * (actual - start) / (target - start)
    if method == "count_down":
        return 100 - number(row["penalty"]) * max(number(0), actual - target)
    if method == "pass_fail":
        return number(100 if (actual <= target if lower else actual >= target) else 0)
    raise ValueError(f"the plain evaluator does not know {method}")
