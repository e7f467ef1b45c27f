"""What holds for every company: properties of the evaluation of random small books."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
from hypothesis import given, settings
from tests.engine.random_books import MONTHS, PERIODS, Row, book_of, rows_of, seeds, shuffled

from tamnhin.engine import periods as per
from tamnhin.engine.aggregation import ABSENT
from tamnhin.engine.book import Book
from tamnhin.engine.evaluate import Result, evaluate
from tamnhin.engine.plan import Request, compile_book
from tamnhin.engine.report import report
from tamnhin.engine.states import State

AS_OF = date(2026, 7, 1)
few = settings(max_examples=10, deadline=None)


def run(book: Book, *keys: str, as_of: date = AS_OF) -> Result:
    return evaluate(compile_book(book, Request(tuple(per.parse(key) for key in keys or PERIODS), as_of)))


def same(one: Result, other: Result) -> None:
    """Two results of the same lines are the same, to the last hundredth and but for the dust of floats."""
    for name in ("state", "refusal", "gap", "status", "published"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    for name in ("raw", "score", "card", "coverage", "pace_card"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-9, atol=1e-9, err_msg=name)
    assert one.pace.keys() == other.pace.keys()
    for period in one.pace:
        np.testing.assert_allclose(one.pace[period], other.pace[period], rtol=1e-9, atol=1e-9)


@few
@given(seeds)
def test_a_score_lies_between_the_smallest_floor_and_the_largest_cap(seed: int) -> None:
    result = run(book_of(rows_of(seed, shared=True)))
    table = result.plan.lines
    for owner in np.unique(table.owner).tolist():
        mine = table.owner == owner
        card = result.card[:, owner]
        card = card[~np.isnan(card)]
        assert (card >= table.floor[mine].min() - 1e-9).all()
        assert (card <= table.cap[mine].max() + 1e-9).all()
    lines = ~np.isnan(result.score)
    assert (result.score >= table.floor - 1e-9)[lines].all()
    assert (result.score <= table.cap + 1e-9)[lines].all()


@few
@given(seeds)
def test_the_order_of_rows_in_a_sheet_never_matters(seed: int) -> None:
    book = book_of(rows_of(seed, shared=True))
    same(run(book), run(shuffled(book, seed)))


@few
@given(seeds)
def test_several_periods_in_one_plan_are_each_alone(seed: int) -> None:
    book = book_of(rows_of(seed, shared=True))
    as_of = (AS_OF, date(2026, 5, 13))[seed % 2]
    together = run(book, as_of=as_of)
    for at in (seed % len(MONTHS), len(MONTHS) + seed % 3, len(PERIODS) - 1):
        key = PERIODS[at]
        alone = run(book, key, as_of=as_of)
        np.testing.assert_array_equal(together.state[at], alone.state[0], err_msg=key)
        np.testing.assert_array_equal(together.published[at], alone.published[0], err_msg=key)
        np.testing.assert_array_equal(together.status[at], alone.status[0], err_msg=key)
        np.testing.assert_allclose(together.raw[at], alone.raw[0], rtol=1e-9, err_msg=key)
        np.testing.assert_allclose(together.pace_card[at], alone.pace_card[0], rtol=1e-9, err_msg=key)


@few
@given(seeds)
def test_weeks_and_days_that_add_up_to_a_month_are_the_month(seed: int) -> None:
    rows = rows_of(seed)
    whole = book_of(rows)
    parts: list[Row] = []
    for row in rows["actuals"]:
        if row.get("value") is None or row["kpi"] not in {"REV", "COST"}:
            parts.append(row)
            continue
        value = float(str(row["value"]))
        month = str(row["period"])
        parts += [
            {**row, "period": f"{month}-{day}", "value": value * share}
            for day, share in (("03", 0.25), ("11", 0.5), ("28", 0.25))
        ]
    same(run(whole), run(book_of({**rows, "actuals": parts[::-1]})))


@few
@given(seeds)
def test_a_unit_is_what_its_direct_children_are_together(seed: int) -> None:
    """REV sums, nobody moves, and no unit has a number of its own: every unit's REV is its children's."""
    rows = rows_of(seed, computed=False, moves=False)
    rows["kpis"] = [{"code": "REV", "name": "REV", "direction": "higher", "aggregation": "sum", "frequency": "month"}]
    owners = [str(row["code"]) for row in rows["units"] + rows["people"]]
    rows["scorecards"] = [{"owner": owner, "kpi": "REV", "weight": 100} for owner in owners]
    people = {row["code"] for row in rows["people"]}
    rows["targets"] = [row for row in rows["targets"] if row["kpi"] == "REV" and row["owner"] in people]
    rows["actuals"] = [row for row in rows["actuals"] if row["kpi"] == "REV" and row["owner"] in people]
    parents = {str(row["code"]): row.get("parent", row.get("unit")) for row in rows["units"] + rows["people"]}
    result = run(book_of(rows))
    for at, key in enumerate(PERIODS):
        lines = {str(line["owner"]): line for line in report(result, at).lines}
        for unit in parents:
            beneath = [
                lines[owner]
                for owner, parent in parents.items()
                if parent == unit and owner in lines and _somebody(owner, parents, lines, people)
            ]
            if unit in people or not beneath:
                continue
            states = {str(line["state"]) for line in beneath}
            if "NO_DATA" in states:
                assert lines[unit]["state"] == "NO_DATA", (key, unit)
            elif "VALUE" in states:
                total = sum(float(str(line["actual"])) for line in beneath if line["actual"] is not None)
                assert abs(float(str(lines[unit]["actual"])) - total) < 1e-6, (key, unit)


def _somebody(owner: str, parents: dict[str, object], lines: dict[str, Row], people: set[object]) -> bool:
    """Whether there is a cell beneath: a unit whose people are all gone owes a number and adds nothing to its parent.

    A unit that never had anybody beneath it reports its own number, as a person does.
    """
    children = [child for child, parent in parents.items() if parent == owner]
    if owner in people or not children:
        return owner in lines
    return any(_somebody(child, parents, lines, people) for child in children)


@few
@given(seeds)
def test_a_mover_loses_nothing_between_units(seed: int) -> None:
    """Whatever is reported of REV reaches the root once, in every month, if nothing is owed and the root rolls up."""
    rows = rows_of(seed, computed=False)
    rows["kpis"] = [{"code": "REV", "name": "REV", "direction": "higher", "aggregation": "sum", "frequency": "month"}]
    people = {row["code"] for row in rows["people"]}
    rows["scorecards"] = [{"owner": "U0", "kpi": "REV", "weight": 100}]
    rows["targets"] = [{"owner": "U0", "kpi": "REV", "period": "2026", "target": 1200}]
    rows["actuals"] = [row for row in rows["actuals"] if row["kpi"] == "REV" and row["owner"] in people]
    result = run(book_of(rows), *MONTHS)
    for at, month in enumerate(MONTHS):
        said = [
            float(str(row["value"]))
            for row in rows["actuals"]
            if row["period"] == month and row.get("value") is not None
        ]
        lines = report(result, at).lines
        if said:
            assert abs(float(str(lines[0]["actual"])) - sum(said)) < 1e-6, month


@few
@given(seeds)
def test_as_known_at_is_a_book_without_the_later_rows(seed: int) -> None:
    rows = rows_of(seed)
    recorded: list[Row] = []
    for at, row in enumerate(rows["actuals"]):
        recorded.append({**row, "recorded_at": f"2026-07-{at % 20 + 1:02d}T08:00:00+00:00"})
        if at % 3 == 0 and row.get("value") is not None:
            later = {
                **row,
                "value": float(str(row["value"])) + 10,
                "recorded_at": f"2026-07-{at % 7 + 21:02d}T08:00:00+00:00",
            }
            recorded.append(later)
    book = book_of({**rows, "actuals": recorded[::-1]})
    instant = pl.Series(["2026-07-12T00:00:00"]).str.to_datetime(time_zone="UTC")[0]
    cut = Book(book.company, {**book.frames, "actuals": book["actuals"].filter(pl.col("recorded_at") <= instant)})
    request = Request(tuple(per.parse(key) for key in PERIODS), date(2026, 8, 1), instant)
    same(evaluate(compile_book(book, request)), run(cut, as_of=date(2026, 8, 1)))


@few
@given(seeds)
def test_the_same_file_twice_changes_nothing(seed: int) -> None:
    rows = rows_of(seed)
    same(run(book_of(rows)), run(book_of({**rows, "actuals": rows["actuals"] * 2})))


@few
@given(seeds)
def test_states_say_what_scores_do(seed: int) -> None:
    """A score only in state VALUE; in state VALUE always a score or a refusal; no cell, no weight."""
    result = run(book_of(rows_of(seed)))
    scored = ~np.isnan(result.score)
    assert (result.state[scored] == State.VALUE).all()
    silent = (result.state == State.VALUE) & ~scored
    assert (result.refusal[silent] != 0).all()
    assert (result.refusal[result.state == ABSENT] == 0).all()
