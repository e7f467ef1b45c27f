"""The same scorecards in plain Python over dicts: what somebody writes who knows the rules and no array library.

An independent reading of computation.md for what ``tamnhin.demo.grow`` makes, so it is an oracle as well: the case
compares its published scores with the engine's.
"""

from __future__ import annotations

import calendar
import math
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from tamnhin.engine import calendar as company_calendar
from tamnhin.engine.book import Book

Row = dict[str, Any]
Cells = dict[tuple[str, str, int], "Cell"]
MONTHS = range(1, 13)
MEANS = ("ratio", "weighted_mean", "mean")


@dataclass
class Data:
    """The book as rows and dicts, read before the clock starts."""

    lines: dict[str, list[Row]]
    kpis: dict[str, Row]
    targets: dict[tuple[str, str], Row]
    actuals: dict[tuple[str, str, int], Row]
    parents: dict[str, str | None]
    homes: dict[str, list[tuple[str, date, date]]]
    people: dict[str, Row]
    working: dict[int, list[date]]
    floor: float
    cap: float


@dataclass
class Cell:
    """A KPI of an owner in a month: the parts that add up."""

    num: float = 0.0
    den: float = 0.0
    value: float | None = None
    missing: bool = False
    target: float = math.nan


@dataclass
class Unit:
    """What comes up from below for one (unit, KPI, month)."""

    num: float = 0.0
    den: float = 0.0
    target: float = 0.0
    weight: float = 0.0
    reported: bool = False
    missing: bool = False
    children: list[tuple[float, float]] = field(default_factory=list)


def read(book: Book) -> Data:
    lines: dict[str, list[Row]] = defaultdict(list)
    for row in book["scorecards"].iter_rows(named=True):
        lines[row["owner"]].append(row)
    homes: dict[str, list[tuple[str, date, date]]] = defaultdict(list)
    for row in book["placements"].iter_rows(named=True):
        homes[row["person"]].append((row["unit"], row["from"], row["to"] or date.max))
    people = {row["code"]: row for row in book["people"].iter_rows(named=True)}
    for code, row in people.items():
        homes.setdefault(code, [(row["unit"], date.min, date.max)])
    return Data(
        lines=dict(lines),
        kpis={row["code"]: row for row in book["kpis"].iter_rows(named=True)},
        targets={(row["owner"], row["kpi"]): row for row in book["targets"].iter_rows(named=True)},
        actuals={
            (row["owner"], row["kpi"], int(row["period"][5:])): row for row in book["actuals"].iter_rows(named=True)
        },
        parents={row["code"]: row["parent"] for row in book["units"].iter_rows(named=True)},
        homes=dict(homes),
        people=people,
        working=_working_days(book),
        floor=book.company.floor,
        cap=book.company.cap,
    )


def _working_days(book: Book) -> dict[int, list[date]]:
    """The working days of 2025 by month. Holidays are data to both sides: they are not what is measured here."""
    built = company_calendar.build(
        book.company.working_week, book.company.holidays, book["calendar"], range(2025, 2026)
    )
    out: dict[int, list[date]] = {month: [] for month in MONTHS}
    for offset in range(365):
        day = date(2025, 1, 1) + timedelta(days=offset)
        at = (day - date(1970, 1, 1)).days
        if built.working_days(at, at):
            out[day.month].append(day)
    return out


def run(data: Data) -> dict[tuple[str, int], float | None]:
    """``(owner, month or 0 for the year) -> score`` of every person and unit."""
    cells: Cells = {}
    for owner in data.people:
        for line in data.lines.get(owner, ()):
            for month in MONTHS:
                cell = _cell(data, owner, line, month)
                if cell is not None:
                    cells[owner, line["kpi"], month] = cell
    _roll_up(data, cells)
    scores: dict[tuple[str, int], float | None] = {}
    for owner, lines in data.lines.items():
        for month in (*MONTHS, 0):
            points = weights = 0.0
            for line in lines:
                held = _held(data, line, month)
                if not held:
                    continue
                score = _score(data, line, *_total(data.kpis[line["kpi"]], _months(cells, owner, line, month)))
                if score is not None:
                    weight = float(line["weight"]) * held
                    points += weight * score
                    weights += weight
            scores[owner, month] = points / weights if weights else None
    return scores


def _cell(data: Data, owner: str, line: Row, month: int) -> Cell | None:
    days = data.working[month]
    first, last = date(2025, month, 1), date(2025, month, calendar.monthrange(2025, month)[1])
    person = data.people[owner]
    joined, left = person["joined"] or date.min, person["left"] or date.max
    if (line["from"] or date.min) > last or (line["to"] or date.max) < first or joined > last or left < first:
        return None
    kpi = data.kpis[line["kpi"]]
    kind = kpi["aggregation"]
    cell = Cell()
    row = data.actuals.get((owner, line["kpi"], month))
    if row is None:
        cell.missing = True
    elif kind == "ratio":
        cell.num, cell.den = row["numerator"], row["denominator"]
        cell.value = cell.num / cell.den * (kpi["scale"] or 1.0)
    elif kind == "weighted_mean":
        cell.num, cell.den, cell.value = row["value"] * row["weight"], row["weight"], row["value"]
    else:
        cell.num, cell.den, cell.value = row["value"], 1.0, row["value"]
    asked = data.targets.get((owner, line["kpi"]))
    if asked is not None:
        cell.target = asked["target"] / 12 if asked["profile"] == "even" else asked["target"]
        if kind == "sum" and (joined > first or left < last):
            cell.target *= sum(joined <= day <= left for day in days) / len(days)
    return cell


def _roll_up(data: Data, cells: Cells) -> None:
    """People into their units by the days they spent there, then units into units from the bottom."""
    rolled = {line["kpi"] for owner in data.parents for line in data.lines.get(owner, ())}
    below: dict[tuple[str, str, int], Unit] = defaultdict(Unit)
    shares = {(owner, month): _shares(data, owner, month) for owner in data.people for month in MONTHS}
    for (owner, kpi, month), cell in list(cells.items()):
        if kpi in rolled:
            for unit, share in shares[owner, month]:
                _add(below[unit, kpi, month], data.kpis[kpi]["aggregation"], cell, share)
    for unit in sorted(data.parents, key=lambda code: -_depth(data, code)):
        for kpi in rolled:
            for month in MONTHS:
                found = below.get((unit, kpi, month))
                if found is None:
                    continue
                cells[unit, kpi, month] = cell = _settled(data.kpis[kpi], found)
                parent = data.parents[unit]
                if parent is not None:
                    _add(below[parent, kpi, month], data.kpis[kpi]["aggregation"], cell, 1.0)


def _depth(data: Data, unit: str) -> int:
    parent = data.parents[unit]
    return 0 if parent is None else 1 + _depth(data, parent)


def _shares(data: Data, owner: str, month: int) -> list[tuple[str, float]]:
    homes = data.homes[owner]
    if len(homes) == 1:
        return [(homes[0][0], 1.0)]
    spent = [(unit, sum(start <= day <= stop for day in data.working[month])) for unit, start, stop in homes]
    total = sum(count for _, count in spent)
    return [(unit, count / total) for unit, count in spent if count]


def _add(unit: Unit, kind: str, cell: Cell, share: float) -> None:
    unit.missing |= cell.missing
    if cell.value is not None:
        unit.reported = True
        unit.num += cell.num * share
        unit.den += cell.den * share
    if kind not in MEANS:
        unit.target += cell.target * share
        return
    if cell.value is not None:
        unit.weight += cell.den * share
        unit.target += cell.target * cell.den * share
    unit.children.append((cell.target, share))


def _settled(kpi: Row, unit: Unit) -> Cell:
    cell = Cell(num=unit.num, den=unit.den, missing=unit.missing)
    if kpi["aggregation"] not in MEANS:
        cell.target = unit.target
        if unit.reported and not unit.missing:
            cell.value = unit.num
        return cell
    if unit.reported and unit.den:
        cell.value = unit.num / unit.den * _scale(kpi)
    if unit.weight:
        cell.target = unit.target / unit.weight
    elif unit.children:
        cell.target = sum(t * s for t, s in unit.children) / sum(s for _, s in unit.children)
    return cell


def _scale(kpi: Row) -> float:
    return float(kpi["scale"] or 1.0) if kpi["aggregation"] == "ratio" else 1.0


def _held(data: Data, line: Row, month: int) -> float:
    """The share of the period's working days that the line held."""
    start, stop = line["from"] or date.min, line["to"] or date.max
    if start <= date(2025, 1, 1) and stop >= date(2025, 12, 31):
        return 1.0
    days = data.working[month] if month else [day for each in MONTHS for day in data.working[each]]
    return sum(start <= day <= stop for day in days) / len(days)


def _months(cells: Cells, owner: str, line: Row, month: int) -> list[Cell]:
    months = (month,) if month else MONTHS
    return [cell for each in months if (cell := cells.get((owner, line["kpi"], each))) is not None]


def _total(kpi: Row, cells: list[Cell]) -> tuple[float | None, float]:
    """Actual and target of a month or of the year."""
    if len(cells) == 1:
        return cells[0].value, cells[0].target
    kind = kpi["aggregation"]
    told = [cell for cell in cells if cell.value is not None]
    if kind == "sum":
        whole = bool(told) and not any(cell.missing for cell in cells)
        return sum(cell.num for cell in told) if whole else None, sum(cell.target for cell in cells)
    if not told:
        return None, math.nan
    if kind == "last":
        return told[-1].value, told[-1].target
    den = sum(cell.den for cell in told)
    return sum(cell.num for cell in told) / den * _scale(kpi), sum(cell.target * cell.den for cell in told) / den


def _score(data: Data, line: Row, actual: float | None, target: float) -> float | None:
    if actual is None:
        return None
    higher = data.kpis[line["kpi"]]["direction"] == "higher"
    method = line["method"] or ("ratio" if higher else "deviation")
    if method == "band":
        raw = 100.0
        if actual < line["low"]:
            raw = max(0.0, (actual - line["zero_low"]) / (line["low"] - line["zero_low"]) * 100)
        elif actual > line["high"]:
            raw = max(0.0, (line["zero_high"] - actual) / (line["zero_high"] - line["high"]) * 100)
    elif math.isnan(target):
        return None
    elif method == "ratio":
        raw = actual / target * 100
    elif method == "deviation":
        raw = (1 + (actual - target) / abs(target) * (1 if higher else -1)) * 100
    elif method == "inverse":
        raw = target / actual * 100 if actual else math.inf
    elif method == "baseline":
        raw = (actual - line["baseline"]) / (target - line["baseline"]) * 100
    elif method == "count_down":
        raw = 100 - line["penalty"] * max(0.0, actual - target)
    elif method == "pass_fail":
        # equality is met, whatever order the parts of the two were added in
        met = math.isclose(actual, target, rel_tol=1e-14) or (actual > target if higher else actual < target)
        raw = 100.0 if met else 0.0
    else:
        raw = _curve(line["curve"], actual / target * 100)
    return min(data.cap, max(data.floor, raw))


def _curve(text: str, x: float) -> float:
    points = [tuple(map(float, part.split(":"))) for part in text.split(";")]
    if x <= points[0][0]:
        return points[0][1]
    for (x0, y0), (x1, y1) in pairwise(points):
        if x <= x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return points[-1][1]


def publish(score: float | None) -> int | None:
    """Hundredths, half up, a tie within 1e-9 being the tie."""
    return None if score is None else math.floor(score * 100 + 0.5 + 1e-7)
