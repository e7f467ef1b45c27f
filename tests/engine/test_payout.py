"""docs/algorithms/payout.md, row by row, and what must hold for any numbers."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cases import Row, cases

from tamnhin.engine import payout, rounding, scoring
from tamnhin.engine.problems import CATALOGUE
from tamnhin.engine.scoring import Method, Params, Points


def money(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace("−", "-").strip())


def curve_of(row: Row) -> Points | None:
    if row["curve"] == "default":
        return None
    points = payout.curve(row["curve"])
    assert isinstance(points, Points), points
    return points


@cases("payout", "Rates", "case")
def test_a_published_score_earns_its_rate(row: Row) -> None:
    assert payout.rate(money(row["score"]), curve_of(row), money(row["cap"])) == money(row["rate"])


@cases("payout", "Amounts", "case")
def test_an_amount_is_rounded_once_to_the_unit_of_its_currency(row: Row) -> None:
    digits = payout.minor_units(row["currency"])
    amount = payout.amount(
        money(row["base"]),
        payout.rate(money(row["score"]), curve_of(row)),
        digits,
        share=money(row["share"]),
        multiplier=money(row["multiplier"]),
    )
    assert amount == money(row["amount"])


@cases("payout", "Pools", "case")
def test_a_pool_is_split_whole(row: Row) -> None:
    parts = payout.split_pool(
        money(row["pool"]), [money(part) for part in row["shares"].split("/")], payout.minor_units(row["currency"])
    )
    assert parts == [money(part) for part in row["parts"].split("/")]
    assert sum(parts) == money(row["pool"])


@cases("payout", "Foreign amounts", "case")
def test_a_foreign_amount_converts_at_its_locked_rate(row: Row) -> None:
    exact = payout.convert(money(row["amount"]), money(row["rate"]))
    assert exact == money(row["amount"]) * money(row["rate"])
    converted = payout.convert(money(row["amount"]), money(row["rate"]), payout.minor_units("VND"))
    assert str(converted) == row["converted"]
    score = scoring.raw(Method.RATIO, float(converted), float(money(row["target"])), Params.scalar())[0]
    assert str(rounding.half_up(score, 2)) == row["score"]


@cases("payout", "Corrections", "case")
def test_a_correction_pays_upwards_and_asks_downwards(row: Row) -> None:
    before, after = (
        payout.amount(money(row["base"]), payout.rate(money(row[column]))) for column in ("published", "corrected")
    )
    correction = payout.delta(before, after)
    assert (correction.delta, correction.overpaid) == (money(row["delta"]), money(row["overpaid"]))
    assert correction.needs_decision == (money(row["overpaid"]) > 0)


@cases("payout", "Units of currencies")
def test_a_currency_has_its_smallest_unit(row: Row) -> None:
    assert payout.minor_units(row["currency"]) == int(row["decimals"])


def test_a_negative_base_is_refused_by_code() -> None:
    assert payout.base_refusal(Decimal(-1)) == "BONUS_NEGATIVE"
    assert payout.base_refusal(Decimal(0)) is None
    assert CATALOGUE["BONUS_NEGATIVE"].severity == "error"


@pytest.mark.parametrize(("pool", "digits"), [("-1", 0), ("10.5", 0), ("10.001", 2)])
def test_a_pool_below_zero_or_finer_than_its_currency_is_refused(pool: str, digits: int) -> None:
    with pytest.raises(ValueError, match="pool"):
        payout.split_pool(Decimal(pool), [1, 1], digits)


scores = st.decimals(-100, 300, places=2)
bases = st.decimals(0, 10**12, places=4)


@st.composite
def curves(draw: st.DrawFn) -> Points | None:
    if draw(st.booleans()):
        return None
    xs = sorted(draw(st.lists(st.integers(0, 200), min_size=2, max_size=6, unique=True)))
    ys = sorted(draw(st.lists(st.integers(-50, 200), min_size=len(xs), max_size=len(xs))))
    points = payout.curve(
        draw(st.sampled_from(["", "step: "])) + "; ".join(f"{x}:{y}" for x, y in zip(xs, ys, strict=True))
    )
    assert isinstance(points, Points)
    return points


@given(bases, scores, scores, curves(), st.sampled_from([0, 2, 3]))
def test_pay_is_never_below_0_and_never_falls_as_the_score_rises(
    base: Decimal, one: Decimal, other: Decimal, points: Points | None, digits: int
) -> None:
    less, more = (payout.amount(base, payout.rate(score, points), digits) for score in sorted((one, other)))
    assert 0 <= less <= more
    assert more == round(more, digits)


@given(st.decimals(0, 10**12, places=0), st.lists(st.decimals(0, 120, places=2), min_size=1, max_size=30))
def test_a_pool_always_sums_whatever_the_shares(pool: Decimal, shares: list[Decimal]) -> None:
    if sum(shares) == 0:
        with pytest.raises(ValueError, match="nobody"):
            payout.split_pool(pool, shares)
        return
    parts = payout.split_pool(pool, shares)
    assert sum(parts) == pool
    assert sorted(parts) == sorted(payout.split_pool(pool, shares[::-1]))


@given(bases, bases)
def test_a_correction_never_takes(paid: Decimal, corrected: Decimal) -> None:
    correction = payout.delta(paid, corrected)
    assert correction.delta >= 0
    assert correction.overpaid >= 0
    assert paid + correction.delta - correction.overpaid == corrected
