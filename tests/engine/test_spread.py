"""Spreading a figure over periods, and dividing it among owners and periods at once: docs/algorithms/splitting.md."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.cases import Row, cases
from tests.engine.target_cases import VN

from tamnhin.engine.periods import Period, children, containing, ordinal, parse
from tamnhin.engine.targets import parse_profile
from tamnhin.engine.targets.shares import SplitError, divide
from tamnhin.engine.targets.spread import (
    linear,
    per_working_day,
    same,
    shares_by,
    spread,
    spread_many,
    ways,
    working_days,
)
from tamnhin.engine.targets.table import table

MONTHS = children(parse("2026"), "month")


def numbers(text: str) -> list[Decimal]:
    return [Decimal(one) for one in text.split()]


def asked(row: Row) -> tuple[tuple[Period, ...], dict[str, Any], str]:
    over, _, kind = row["over"].partition(" by ")
    locked = dict(one.strip().split("=") for one in row["locked"].split(",") if one.strip())
    options: dict[str, Any] = {"step": Decimal(row["step"]) if row["step"] else None}
    options["locked"] = {key: Decimal(value) for key, value in locked.items()}
    return children(parse(over), kind), options, row["shares"]  # type: ignore[arg-type]


def shares_of(text: str, parts: tuple[Period, ...]) -> np.ndarray:
    word, *past = text.split() if text.startswith("last_year") else (text,)
    last_year = [float("nan") if one == "·" else float(one) for one in past]
    return shares_by(parse_profile(word), parts, calendar=VN, last_year=last_year)


@cases("splitting", "Spread")
def test_a_series_is_that_of_the_page_and_sums_to_the_total(row: Row) -> None:
    parts, options, shares = asked(row)
    found = spread(Decimal(row["total"]), parts, shares_of(shares, parts), **options)
    assert list(found.amounts) == numbers(row["parts"])
    assert found.total == Decimal(row["total"])


def _said(caught: pytest.ExceptionInfo[SplitError]) -> str:
    for language in ("vi", "en"):
        assert "…" not in caught.value.problem.text(language)
    return caught.value.problem.code


@cases("splitting", "Spread refused")
def test_a_series_that_cannot_be_spread_says_why(row: Row) -> None:
    parts, options, shares = asked(row)
    with pytest.raises(SplitError) as caught:
        spread(float(row["total"]), parts, shares_of(shares, parts), **options)
    assert _said(caught) == row["code"]


@cases("splitting", "Linear")
def test_a_level_is_built_up_in_equal_strides(row: Row) -> None:
    step = Decimal(row["step"]) if row["step"] else None
    found = linear(Decimal(row["baseline"]), Decimal(row["target"]), MONTHS[: int(row["parts"])], step=step)
    assert list(found.amounts) == numbers(row["levels"])


@given(
    st.integers(-(10**12), 10**12),
    st.lists(st.integers(0, 1000), min_size=12, max_size=12),
    st.sampled_from([1, 1000, Decimal("0.01")]),
)
def test_the_quarters_of_a_year_spread_by_month_are_those_of_the_year_spread_by_quarter(
    steps: int, shares: list[int], step: Decimal
) -> None:
    assume(sum(shares) > 0)
    total = steps * Decimal(step)
    months = spread(total, MONTHS, shares, step=step)
    quarters = spread(total, children(parse("2026"), "quarter"), np.reshape(shares, (4, 3)).sum(axis=1), step=step)
    assert months.total == quarters.total == total
    assert months.by("quarter") == quarters.by_key()
    assert months.by("year") == {"2026": total}


@given(st.integers(0, 10**9), st.dictionaries(st.integers(0, 11), st.integers(0, 10**7), max_size=11))
def test_what_is_locked_stays_and_the_rest_makes_up_the_total(total: int, locks: dict[int, int]) -> None:
    assume(sum(locks.values()) <= total)
    locked = {MONTHS[at].key: amount for at, amount in locks.items()}
    found = spread(total, MONTHS, locked=locked)
    assert found.total == total
    assert all(found.amounts[at] == amount for at, amount in locks.items())
    free = [amount for at, amount in enumerate(found.amounts) if at not in locks]
    # each level of the year may put in one step
    assert max(free) - min(free) <= 3


@given(st.permutations(range(3)), st.integers(0, 10**6))
def test_months_of_a_quarter_may_change_places_with_their_shares(order: list[int], total: int) -> None:
    shares = [1.0, 2.5, 7.25]
    plain = spread(total, MONTHS[:3], shares).amounts
    mixed = spread(total, MONTHS[:3], [shares[at] for at in order]).amounts
    assert [plain[at] for at in order] == list(mixed)
    assert list(plain) == sorted(plain)


def test_the_quarters_are_those_of_the_fiscal_year() -> None:
    parts = children(parse("FY2026", 4), "month")
    found = spread(100, parts, fiscal_year_start=4)
    assert found.by("quarter", 4) == dict.fromkeys(("FY2026-Q1", "FY2026-Q2", "FY2026-Q3", "FY2026-Q4"), Decimal(25))


def test_a_figure_per_working_day_follows_the_calendar_and_the_days_of_the_scorecard() -> None:
    assert per_working_day(20, MONTHS[:3], VN).amounts == (420, 300, 440)
    assert per_working_day(Decimal("1.5"), MONTHS[1:2], VN).amounts == (Decimal("22.5"),)
    mid = ordinal(parse("2026-02-20").start)
    assert working_days(MONTHS[:3], VN, first=mid).tolist() == [0, 5, 22]
    assert working_days(MONTHS[:3], VN, last=mid).tolist() == [21, 10, 0]
    days = shares_by(parse_profile("working_days"), MONTHS[:3], calendar=VN, first=mid)
    assert spread(270, MONTHS[:3], days).amounts == (0, 50, 220)


def test_a_week_of_tet_is_spread_evenly_though_nobody_works() -> None:
    tet = children(parse("2026-W08"), "day")
    assert shares_by(parse_profile("working_days"), tet, calendar=VN).tolist() == [1.0] * 7


def test_what_does_not_add_up_has_one_target_for_all_and_is_offered_nothing_else() -> None:
    assert same(Decimal("95.5"), MONTHS[:3]).amounts == (Decimal("95.5"),) * 3
    assert ways("ratio") == ways("mean") == ways("min") == ("same",)
    assert ways("last") == ("same", "linear")
    assert "working_days" in ways("sum")


@pytest.mark.parametrize("call", [lambda: spread(1, ()), lambda: linear(1, 2, ())])
def test_without_periods_there_is_nothing_to_spread_over(call: Any) -> None:
    with pytest.raises(SplitError) as caught:
        call()
    assert _said(caught) == "SPLIT_NOTHING"


# --- owners and periods at once ---


@cases("splitting", "Table")
def test_owners_and_periods_both_keep_their_totals(row: Row) -> None:
    found = table(numbers(row["rows"]), numbers(row["columns"]), step=Decimal(row["step"]) if row["step"] else None)
    assert found == [numbers(line) for line in row["cells"].split("/")]


@cases("splitting", "Table refused")
def test_a_table_whose_sides_do_not_fit_says_why(row: Row) -> None:
    step = Decimal(row["step"]) if row["step"] else None
    with pytest.raises(SplitError) as caught:
        table([float(one) for one in row["rows"].split()], [float(one) for one in row["columns"].split()], step=step)
    assert _said(caught) == row["code"]


SIDE = st.lists(st.integers(0, 40), min_size=1, max_size=7)


@given(st.integers(-200, 200), SIDE, SIDE, st.integers(-50, 50))
def test_every_cell_is_its_exact_value_rounded_down_or_up_and_both_sums_are_exact(
    total: int, owners: list[int], periods: list[int], shifted: int
) -> None:
    assume(sum(owners) and sum(periods) and total)
    rows, columns = list(divide(total, owners).amounts), list(divide(total, periods).amounts)
    if len(rows) > 1:  # one owner may lose what another makes
        rows[0], rows[1] = rows[0] + shifted, rows[1] - shifted
    found = table(rows, columns)
    assert [sum(line) for line in found] == rows
    assert [sum(column) for column in zip(*found, strict=True)] == columns
    for line, row in zip(found, rows, strict=True):
        for cell, column in zip(line, columns, strict=True):
            assert abs(cell * total - row * column) < abs(total)


def test_over_a_year_nobody_gets_the_odd_step_every_month() -> None:
    months = spread(120, MONTHS).amounts
    found = table(divide(120, [1, 1, 1]).amounts, months)
    assert [sum(line) for line in found] == [40, 40, 40]
    by_itself = [divide(month, [1, 1, 1]).amounts for month in months]
    assert [sum(column) for column in zip(*by_itself, strict=True)] == [48, 36, 36]


@given(
    st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=6),
    st.integers(0, 3),
    st.lists(st.integers(0, 30), min_size=12, max_size=12).filter(any),
    st.integers(1, 12),
)
def test_many_at_once_are_each_as_alone(wholes: list[int], places: int, shares: list[int], start: int) -> None:
    parts = [containing(datetime.date(2027, month, 1), "month", start) for month in range(1, 13)]
    totals = [float(Decimal(whole).scaleb(-places)) for whole in wholes]
    weights = np.array(shares, dtype=np.float64)
    alone = [spread(total, parts, weights, fiscal_year_start=start).floats().tolist() for total in totals]
    assert spread_many(totals, parts, weights, fiscal_year_start=start) == alone
    for total, row in zip(totals, alone, strict=True):
        assert sum(Decimal(repr(one)) for one in row) == Decimal(repr(total))


def test_a_total_too_fine_to_count_is_refused() -> None:
    with pytest.raises(SplitError) as error:
        spread_many([0.1 + 0.2, 1 / 3 * 1e3], [containing(datetime.date(2027, 1, 1), "month")])
    assert error.value.problem.code == "SPLIT_TOO_FINE"
