"""Dividing a target among owners: the rows of docs/algorithms/splitting.md and what always holds."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.cases import Row, cases

from tamnhin.engine.targets.shares import SplitError, divide, divide_matrix


def asked(row: Row) -> dict[str, object]:
    locked = {int(one.split(":")[0]): float(one.split(":")[1]) for one in row["locked"].split(",") if one.strip()}
    return {"step": float(row["step"]) if row["step"] else None, "locked": locked}


def shares_of(row: Row) -> list[float]:
    return [float(one) for one in row["shares"].split()]


@cases("splitting", "Worked rows")
def test_the_parts_are_those_of_the_page_and_sum_to_the_total(row: Row) -> None:
    found = divide(float(row["total"]), shares_of(row), **asked(row))  # type: ignore[arg-type]
    assert list(found.amounts) == [Decimal(one) for one in row["parts"].split()]
    assert sum(found.amounts) == Decimal(row["total"])


@cases("splitting", "Refused")
def test_what_cannot_be_divided_says_why(row: Row) -> None:
    with pytest.raises(SplitError) as caught:
        divide(float(row["total"]), shares_of(row), **asked(row))  # type: ignore[arg-type]
    assert caught.value.problem.code == row["code"]
    for language in ("vi", "en"):
        assert "…" not in caught.value.problem.text(language)


@cases("splitting", "A least amount")
def test_nobody_with_a_share_gets_less_than_the_least(row: Row) -> None:
    found = divide(float(row["total"]), shares_of(row), least=float(row["least"]), **asked(row))  # type: ignore[arg-type]
    assert list(found.amounts) == [Decimal(one) for one in row["parts"].split()]


@cases("splitting", "A least amount refused")
def test_a_least_amount_that_cannot_be_given_says_why(row: Row) -> None:
    with pytest.raises(SplitError) as caught:
        divide(float(row["total"]), shares_of(row), least=float(row["least"]), **asked(row))  # type: ignore[arg-type]
    assert caught.value.problem.code == row["code"]
    for language in ("vi", "en"):
        assert "…" not in caught.value.problem.text(language)


@given(st.integers(0, 10**6), st.lists(st.integers(1, 1000), min_size=1, max_size=10), st.integers(0, 100))
def test_with_a_least_amount_the_sum_is_still_exact_and_a_larger_share_still_gets_no_less(
    total: int, shares: list[int], least: int
) -> None:
    assume(least * len(shares) <= total)
    parts = divide(total, shares, least=least).amounts
    assert sum(parts) == total
    assert min(parts) >= least
    for one, other in zip(parts, shares, strict=True):
        assert all(one >= part for part, share in zip(parts, shares, strict=True) if other > share)


TOTALS = st.integers(-(10**9), 10**9)
SHARES = st.lists(st.floats(0, 1e6, allow_subnormal=False), min_size=1, max_size=12)


@given(TOTALS, SHARES, st.sampled_from([1, 10, 1000]))
def test_parts_are_whole_steps_near_their_exact_share_and_sum_to_the_total(
    steps: int, shares: list[float], step: int
) -> None:
    assume(sum(shares) > 0)
    total = steps * step
    parts = divide(total, shares, step=step).amounts
    assert sum(parts) == total
    whole = sum(Decimal(one) for one in shares)
    for part, share in zip(parts, shares, strict=True):
        assert part % step == 0
        assert abs(part - total * Decimal(share) / whole) < step * Decimal("1.000001")


@given(TOTALS.filter(lambda one: one >= 0), SHARES)
def test_a_larger_share_never_gets_less(total: int, shares: list[float]) -> None:
    assume(sum(shares) > 0)
    parts = divide(total, shares).amounts
    order = np.argsort(shares, kind="stable")
    ranked = [parts[at] for at in order]
    same = {shares[at] for at in order}
    if len(same) == len(shares):  # equal shares may differ by one step, by place
        assert ranked == sorted(ranked)


@given(st.integers(0, 10**6), st.lists(st.integers(0, 100), min_size=2, max_size=8), st.data())
def test_locked_parts_stay_and_the_rest_still_sums(total: int, shares: list[int], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(shares) - 1))
    kept = data.draw(st.integers(0, total))
    assume(kept == total or sum(share for at, share in enumerate(shares) if at != place) > 0)
    parts = divide(total, shares, locked={place: kept}).amounts
    assert parts[place] == kept
    assert sum(parts) == total


def test_as_floats_the_parts_of_whole_numbers_still_sum_to_the_total() -> None:
    parts = divide(10_000_000_000, list(range(1, 501)), step=1000).floats()
    assert parts.sum() == 10_000_000_000


def test_many_totals_over_the_same_places_each_say_their_own_fault() -> None:
    amounts, faults = divide_matrix([100, 7, float("nan")], np.array([1.0, 1.0]))
    assert amounts[0].tolist() == [50.0, 50.0]
    assert amounts[1].tolist() == [4.0, 3.0]
    assert np.isnan(amounts[2]).all()
    assert [fault and fault.problem.code for fault in faults] == [None, None, "SPLIT_NOT_A_NUMBER"]
