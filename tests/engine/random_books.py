"""Random small companies: a tree of units, people who move, join and are away, KPIs of all kinds, holes in the data."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

import polars as pl
from hypothesis import strategies as st

from tamnhin.engine.book import Book, Company, make_book

MONTHS = tuple(f"2026-{month:02d}" for month in range(1, 7))
PERIODS = (*MONTHS, "2026-Q1", "2026-Q2", "2026-H1", "2026")
Row = dict[str, object]

PLAIN: dict[str, Row] = {
    "REV": {"aggregation": "sum", "direction": "higher"},
    "COST": {"aggregation": "sum", "direction": "lower"},
    "STOCK": {"aggregation": "last", "across": "sum", "direction": "higher"},
    "MOOD": {"aggregation": "mean", "direction": "higher"},
    "ONTIME": {"aggregation": "ratio", "scale": 100, "direction": "higher"},
    "DEFECT": {"aggregation": "ratio", "scale": 100, "direction": "lower"},
    "PEAK": {"aggregation": "max", "direction": "higher"},
}
QUARTERS = ("2026-Q1", "2026-Q2")
SLOW: dict[str, Row] = {"AUDITS": {"aggregation": "sum", "direction": "higher", "frequency": "quarter"}}
COMPUTED: dict[str, Row] = {
    "MARGIN": {"formula": "REV - COST"},
    "UNITCOST": {"formula": "COST / REV", "direction": "lower", "aggregation": "mean"},
    "YTD": {"formula": "ytd(REV)", "aggregation": "last", "across": "sum"},
    "GROWTH": {"formula": "REV - REV[-1]"},
    "DETAILS": {"formula": "sum(MARGIN)"},
}
RATIOS = {"ONTIME", "DEFECT"}
LEVELS = {"MOOD", "ONTIME", "DEFECT", "PEAK", "STOCK", "UNITCOST"}

seeds = st.integers(min_value=0, max_value=2**32 - 1)


def rows_of(seed: int, *, computed: bool = True, moves: bool = True, shared: bool = False) -> dict[str, list[Row]]:
    """The sheets of a random company. One seed gives one company."""
    rng = random.Random(seed)  # noqa: S311 -- a reproducible company, not a secret
    units = [f"U{i}" for i in range(rng.randint(1, 4))]
    people = [f"P{i}" for i in range(rng.randint(1, 5))]
    kpis = rng.sample(sorted(PLAIN), rng.randint(1, 4))
    if computed:
        kpis = list(dict.fromkeys(["REV", "COST", *kpis]))
        # a formula over another formula needs that one too
        kpis += SLOW
        kpis += [code for code in COMPUTED if rng.random() < 0.6 or code == "MARGIN"]
    sheets: dict[str, list[Row]] = {"placements": [], "absences": [], "scorecards": [], "targets": [], "actuals": []}
    sheets["units"] = [
        {"code": unit, "name": unit, "parent": rng.choice(units[:i]) if i else None} for i, unit in enumerate(units)
    ]
    sheets["people"] = [_person(rng, person, units) for person in people]
    if moves:
        for person in people:
            _move(rng, sheets, person, units)
    sheets["kpis"] = [
        {"code": code, "name": code, "frequency": "month", "direction": "higher", "aggregation": "sum"}
        | PLAIN.get(code, {})
        | SLOW.get(code, {})
        | COMPUTED.get(code, {})
        for code in kpis
    ]
    for owner in [*units, *people]:
        _lines(rng, sheets, owner, kpis, person=owner in people, shared=shared)
    return sheets


def book_of(sheets: Mapping[str, list[Row]], **company: object) -> Book:
    """The book of some rows, without holidays."""
    settings = {"holidays": "none", **company}
    return make_book(Company(**settings), **dict(sheets))  # type: ignore[arg-type]


def shuffled(book: Book, seed: int) -> Book:
    """The same company with the rows of every sheet in another order; a sheet's order of codes is kept."""
    frames = {}
    for at, (name, frame) in enumerate(book.frames.items()):
        keep = name in {"units", "people", "kpis", "grades"}  # their order is that of the report
        frames[name] = frame if keep else frame.sample(fraction=1.0, shuffle=True, seed=seed % 2**31 + at)
    return Book(book.company, frames)


def _person(rng: random.Random, code: str, units: list[str]) -> Row:
    row: Row = {"code": code, "name": code, "unit": rng.choice(units)}
    if rng.random() < 0.25:
        row["joined"] = date(2026, 1, 1) + timedelta(days=rng.randint(0, 120))
    if rng.random() < 0.15:
        row["left"] = date(2026, 5, 1) + timedelta(days=rng.randint(0, 90))
    return row


def _move(rng: random.Random, sheets: dict[str, list[Row]], person: str, units: list[str]) -> None:
    if rng.random() < 0.4:
        day = date(2026, 1, 1) + timedelta(days=rng.randint(10, 170))
        sheets["placements"].append({"person": person, "unit": rng.choice(units), "from": day})
    if rng.random() < 0.25:
        first = date(2026, 1, 1) + timedelta(days=rng.randint(0, 150))
        last = first + timedelta(days=rng.randint(0, 40))
        sheets["absences"].append({"person": person, "from": first, "to": last})


def _lines(
    rng: random.Random, sheets: dict[str, list[Row]], owner: str, kpis: list[str], *, person: bool, shared: bool
) -> None:
    mine = rng.sample(kpis, rng.randint(1, len(kpis)))
    cuts = sorted(rng.sample(range(1, 100), len(mine) - 1))
    weights = [b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]
    for kpi, weight in zip(mine, weights, strict=True):
        line: Row = {"owner": owner, "kpi": kpi, "weight": Decimal(weight), **_method(rng, kpi)}
        if rng.random() < 0.15:
            line["from"] = date(2026, rng.randint(1, 5), rng.randint(1, 28))
        if shared and person and rng.random() < 0.3:
            line["rollup"] = "shared"
        elif not person and shared:
            line["rollup"] = rng.choice(["value", None, "weighted", "equal"])
        sheets["scorecards"].append(line)
        if person or rng.random() < 0.2 or kpi in COMPUTED:
            _targets(rng, sheets, owner, kpi)
    for kpi in kpis:
        if kpi in COMPUTED or not (person or rng.random() < 0.1):
            continue
        for key in QUARTERS if kpi in SLOW else MONTHS:
            if rng.random() < 0.85:
                sheets["actuals"].append({"owner": owner, "kpi": kpi, "period": key, **_number(rng, kpi)})


def _method(rng: random.Random, kpi: str) -> Row:
    lower = {**PLAIN, **SLOW, **COMPUTED}[kpi].get("direction") == "lower"
    choices: list[Row] = [
        {},
        {"method": "deviation", "floor": 10, "cap": 150},
        {"method": "pass_fail"},
        {"method": "baseline", "baseline": 500 if lower else -7},
    ]
    if lower:
        choices += [{"method": "count_down", "penalty": 2.5}, {"method": "inverse"}]
    return rng.choice(choices)


def _targets(rng: random.Random, sheets: dict[str, list[Row]], owner: str, kpi: str) -> None:
    figure = rng.randint(1, 100) if kpi in LEVELS else rng.randint(10, 300)
    style = rng.choice(["year", "months", "standing", "none"] if rng.random() < 0.2 else ["year", "months", "standing"])
    if style == "year":
        total = figure if kpi in LEVELS else figure * 12
        sheets["targets"].append({"owner": owner, "kpi": kpi, "period": "2026", "target": total})
    elif kpi in SLOW:
        sheets["targets"].append({"owner": owner, "kpi": kpi, "period": "2026-Q1", "target": figure})
    elif style == "standing":
        sheets["targets"].append({"owner": owner, "kpi": kpi, "period": "2026-01", "target": figure})
        sheets["targets"].append({"owner": owner, "kpi": kpi, "period": "2026-04", "target": figure + 7})
    elif style == "months":
        sheets["targets"] += [
            {"owner": owner, "kpi": kpi, "period": month, "target": figure + at} for at, month in enumerate(MONTHS)
        ]


def _number(rng: random.Random, kpi: str) -> Row:
    chance = rng.random()
    if chance < 0.04:
        return {"state": "exempt", "reason": "decided"}
    if chance < 0.07:
        return {"value": None}
    if kpi in RATIOS:
        whole = rng.randint(0, 20)
        return {"numerator": rng.randint(0, whole), "denominator": whole}
    if kpi in LEVELS:
        return {"value": rng.randint(0, 100) / 4}
    return {"value": rng.randint(-50 if chance < 0.15 else 0, 30_000) / 100}


def without(book: Book, sheet: str, keep: pl.Expr) -> Book:
    """The book with only some rows of one sheet."""
    return Book(book.company, {**book.frames, sheet: book[sheet].filter(keep)}, book.columns, book.place_names)
