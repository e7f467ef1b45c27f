"""One change gives exactly what compiling the changed book gives."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray
from tests.engine.random_books import MONTHS, PERIODS, QUARTERS, RATIOS, SLOW, Row, book_of, rows_of, seeds
from tests.engine.test_whole_books import run, same

from tamnhin.engine import periods as per
from tamnhin.engine.evaluate import Result, evaluate
from tamnhin.engine.evaluate.change import Change, Incremental, Recompile
from tamnhin.engine.plan import Request, compile_book

few = settings(max_examples=8, deadline=None)
OPEN = date(2026, 5, 13)


def changed(rows: dict[str, list[Row]], change: Change) -> dict[str, list[Row]]:
    """The rows with the record of the change's cell replaced, or taken out."""
    key = (change.owner, change.kpi, change.period)
    actuals = [row for row in rows["actuals"] if (row["owner"], row["kpi"], row["period"]) != key]
    said: Row = {
        name: getattr(change, name)
        for name in ("value", "numerator", "denominator", "state")
        if getattr(change, name) is not None
    }
    if said:
        actuals.append({"owner": change.owner, "kpi": change.kpi, "period": change.period, **said})
    return {**rows, "actuals": actuals}


def a_change(rng: random.Random, rows: dict[str, list[Row]]) -> Change:
    owner = str(rng.choice(rows["people"] + rows["units"])["code"])
    plain = [str(row["code"]) for row in rows["kpis"] if not row.get("formula")]
    kpi = rng.choice(plain)
    month = rng.choice(QUARTERS if kpi in SLOW else MONTHS)
    kind = rng.random()
    if kind < 0.2:
        return Change(owner, kpi, month)
    if kind < 0.3:
        return Change(owner, kpi, month, state="exempt")
    if kpi in RATIOS:
        whole = rng.randint(0, 9)
        return Change(owner, kpi, month, numerator=float(rng.randint(0, whole)), denominator=float(whole))
    return Change(owner, kpi, month, value=rng.randint(0, 400) / 4)


@pytest.mark.parametrize("as_of", [date(2026, 7, 1), OPEN], ids=["closed", "open"])
@few
@given(seed=seeds)
def test_changes_one_after_another_give_what_the_whole_run_gives(as_of: date, seed: int) -> None:
    rows = rows_of(seed, shared=True)
    rng = random.Random(seed)  # noqa: S311 -- reproducible
    live = Incremental(run(book_of(rows), as_of=as_of))
    taken = 0
    for _ in range(12):
        change = a_change(rng, rows)
        try:
            live.apply(change)
        except Recompile:
            continue
        rows = changed(rows, change)
        taken += 1
        if taken == 4:
            break
    same(live.result, run(book_of(rows), as_of=as_of))


@few
@given(seed=seeds)
def test_a_change_says_everything_that_it_moved(seed: int) -> None:
    rows = rows_of(seed, shared=True)
    rng = random.Random(seed)  # noqa: S311 -- reproducible
    before = run(book_of(rows))
    live = Incremental(run(book_of(rows)))
    touched = None
    for _ in range(6):
        try:
            touched = live.apply(a_change(rng, rows))
            break
        except Recompile:
            continue
    if touched is None:
        return
    after = live.result
    grid = np.zeros(after.state.shape, dtype=bool)
    grid[np.ix_(touched.periods, touched.lines)] = True
    moved = (after.state != before.state) | ~_equal(after.score, before.score) | (after.gap != before.gap)
    assert not (moved & ~grid).any()
    cards = np.zeros(after.card.shape, dtype=bool)
    cards[np.ix_(touched.periods, touched.owners)] = True
    assert not (~_equal(after.card, before.card) & ~cards).any()


def _equal(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.bool_]:
    return np.asarray(np.isclose(one, other, rtol=1e-9, equal_nan=True))


SMALL: dict[str, list[Row]] = {
    "units": [{"code": "U", "name": "U"}],
    "people": [
        {"code": "S1", "name": "S1", "unit": "U"},
        {"code": "S2", "name": "S2", "unit": "U", "joined": date(2026, 2, 1)},
    ],
    "absences": [{"person": "S1", "from": date(2026, 3, 1), "to": date(2026, 3, 31)}],
    "kpis": [
        {
            "code": code,
            "name": code,
            "direction": "higher",
            "aggregation": "sum",
            "frequency": "month",
            "formula": formula,
        }
        for code, formula in (("REV", None), ("ORD", None), ("AOV", "REV / ORD"))
    ],
    "scorecards": [{"owner": owner, "kpi": kpi, "weight": 50} for owner in ("U", "S1", "S2") for kpi in ("REV", "AOV")],
    "targets": [
        {"owner": owner, "kpi": kpi, "period": "2026-01", "target": 10}
        for owner in ("S1", "S2", "U")
        for kpi in ("REV", "AOV")
        if (owner, kpi) != ("U", "REV")
    ],
    "actuals": [
        {"owner": owner, "kpi": kpi, "period": month, "value": 5.0}
        for owner in ("S1", "S2")
        for kpi in ("REV", "ORD")
        for month in ("2026-02", "2026-04")
    ],
}


def small(**request: object) -> Incremental:
    periods = tuple(per.parse(key) for key in PERIODS)
    return Incremental(evaluate(compile_book(book_of(SMALL), Request(periods, date(2026, 7, 1), **request))))  # type: ignore[arg-type]


def cell(result: Result, owner: str, kpi: str, key: str) -> tuple[object, object]:
    plan = result.plan
    who, what = plan.owners.codes.index(owner), plan.kpis.codes.index(kpi)
    line = int(np.flatnonzero((plan.lines.owner == who) & (plan.lines.kpi == what))[0])
    period = [period.key for period in plan.periods].index(key)
    return int(result.state[period, line]), float(result.raw[period, line])


def test_a_formula_recovers_when_its_denominator_does() -> None:
    live = small()
    live.apply(Change("S1", "ORD", "2026-02", value=0.0))
    assert cell(live.result, "S1", "AOV", "2026-02")[0] == 2
    live.apply(Change("S1", "ORD", "2026-02", value=10.0))
    assert cell(live.result, "S1", "AOV", "2026-02") == (0, pytest.approx(5.0))


def test_a_number_taken_back_is_owed_again_or_was_never_expected() -> None:
    live = small()
    live.apply(Change("S1", "REV", "2026-02"))
    assert cell(live.result, "S1", "REV", "2026-02")[0] == 4
    assert cell(live.result, "U", "REV", "2026-02")[0] == 4
    live.apply(Change("S1", "REV", "2026-03", value=3.0))
    live.apply(Change("S1", "REV", "2026-03"))
    assert cell(live.result, "S1", "REV", "2026-03")[0] == 1  # on leave all March
    live.apply(Change("S2", "REV", "2026-01", value=3.0))
    live.apply(Change("S2", "REV", "2026-01"))
    assert cell(live.result, "S2", "REV", "2026-01")[0] == -1  # not yet there


def test_a_record_later_than_the_instant_is_not_seen() -> None:
    live = small(as_known_at=datetime(2026, 6, 1, tzinfo=UTC))
    touched = live.apply(Change("S1", "REV", "2026-02", value=9.0, recorded_at=datetime(2026, 6, 2, tzinfo=UTC)))
    assert len(touched.lines) == 0
    assert cell(live.result, "S1", "REV", "2026-02") == (0, pytest.approx(50.0))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (Change("S9", "REV", "2026-02", value=1.0), "a new owner or KPI"),
        (Change("S1", "NEW", "2026-02", value=1.0), "a new owner or KPI"),
        (Change("S1", "AOV", "2026-02", value=1.0), "computed"),
        (Change("S1", "REV", "2026-Q1", value=1.0), "not one of the KPI's own"),
        (Change("S1", "REV", "2026-02-03", value=1.0), "not one of the KPI's own"),
        (Change("S1", "REV", "2024-02", value=1.0), "not one of the KPI's own"),
        (Change("U", "REV", "2026-02", value=1.0), "children were added up"),
        (Change("S1", "REV", "2026-12", value=1.0), "after the as-of day"),
    ],
)
def test_a_change_that_reaches_further_asks_for_a_new_plan(change: Change, why: str) -> None:
    live = small()
    with pytest.raises(Recompile, match=why):
        live.apply(change)


def test_targets_that_follow_history_ask_for_a_new_plan() -> None:
    rows = {**SMALL, "targets": [{"owner": "S1", "kpi": "REV", "period": "2026", "target": 1, "profile": "last_year"}]}
    live = Incremental(run(book_of(rows), "2026-02"))
    with pytest.raises(Recompile, match="history"):
        live.apply(Change("S1", "REV", "2026-02", value=1.0))


def test_a_month_over_its_days_can_be_corrected_and_not_taken_back() -> None:
    days = [{"owner": "S1", "kpi": "REV", "period": f"2026-02-{day:02d}", "value": 1.0} for day in range(1, 11)]
    kept = pl.DataFrame(SMALL["actuals"]).filter(~((pl.col("owner") == "S1") & (pl.col("period") == "2026-02")))
    rows = {**SMALL, "actuals": [*kept.to_dicts(), *days]}
    live = Incremental(run(book_of(rows)))
    live.apply(Change("S1", "REV", "2026-02", value=4.0))
    assert cell(live.result, "S1", "REV", "2026-02") == (0, pytest.approx(40.0))
    with pytest.raises(Recompile, match="shorter reports"):
        live.apply(Change("S1", "REV", "2026-02"))
