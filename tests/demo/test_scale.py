"""Books of any size: the shape the benchmarks rely on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from tamnhin.demo import grow
from tamnhin.engine.book import KEYS, Book

PEOPLE, MONTHS = 2000, 12


@pytest.fixture(scope="module")
def book() -> Book:
    return grow(PEOPLE, MONTHS)


def test_it_is_the_same_every_time(book: Book) -> None:
    again = grow(PEOPLE, MONTHS)
    for sheet, frame in book.frames.items():
        assert frame.equals(again[sheet]), sheet
    assert not grow(PEOPLE, MONTHS, seed=1)["actuals"].equals(book["actuals"])


def test_scorecards_are_ragged_about_ten_lines_a_person(book: Book) -> None:
    lines = book["scorecards"].filter(pl.col("owner").str.starts_with("P"))
    counts = lines.filter(pl.col("from") < date(2025, 7, 1)).group_by("owner").len()["len"]
    assert counts.min() == 6
    assert counts.max() == 14
    assert abs(counts.mean() - 10) < 0.3


def test_weights_total_100_before_and_after_mid_year_for_everyone(book: Book) -> None:
    lines = book["scorecards"].with_columns(
        pl.col("to").fill_null(date(2100, 1, 1)), pl.col("from").fill_null(date(2000, 1, 1))
    )
    for day in (date(2025, 3, 10), date(2025, 6, 30), date(2025, 7, 1), date(2025, 12, 31)):
        totals = (
            lines.filter((pl.col("from") <= day) & (pl.col("to") >= day)).group_by("owner").agg(pl.col("weight").sum())
        )
        assert totals["weight"].unique().to_list() == [Decimal(100)]
    assert lines.filter(pl.col("from") == date(2025, 7, 1)).height > PEOPLE * 0.01


def test_three_per_cent_of_the_cells_are_missing(book: Book) -> None:
    lines = book["scorecards"].filter(pl.col("owner").str.starts_with("P"))
    last = pl.col("to").fill_null(date(2025, 12, 31)).dt.month()
    owed = lines.select((last - pl.col("from").dt.month() + 1).sum()).item()
    assert abs(1 - book["actuals"].height / owed - 0.03) < 0.003


def test_references_resolve_and_keys_are_unique(book: Book) -> None:
    units, people, kpis = (set(book[sheet]["code"]) for sheet in ("units", "people", "kpis"))
    assert set(book["people"]["unit"]) <= units
    assert set(book["placements"]["unit"]) <= units
    assert set(book["placements"]["person"]) <= people
    assert set(book["scorecards"]["owner"]) == units | people
    assert set(book["scorecards"]["kpi"]) <= kpis
    lines = book["scorecards"].select("owner", "kpi").unique()
    for sheet in ("targets", "actuals"):
        assert book[sheet].join(lines, on=["owner", "kpi"], how="anti").is_empty()
    for sheet in ("people", "kpis", "scorecards", "targets", "placements", "actuals"):
        assert not book[sheet].select(KEYS[sheet]).is_duplicated().any(), sheet


def test_about_one_unit_per_fifty_people_and_no_more_than_2207() -> None:
    assert grow(1000, 1)["units"].height == 20
    big = grow(120_000, 1, 5)["units"]
    assert big.height == 2207
    parent = dict(big.select("code", "parent").iter_rows())
    deepest, code = 1, big["code"][-1]
    while (above := parent[code]) is not None:
        code, deepest = above, deepest + 1
    assert deepest == 5


def test_most_lines_are_ratio_or_deviation_and_about_15_per_cent_are_not(book: Book) -> None:
    lines = book["scorecards"].filter(pl.col("owner").str.starts_with("P"))
    other = ~pl.col("method").is_in(["ratio", "deviation"]) & pl.col("method").is_not_null()
    assert 0.08 < lines.select(other.mean()).item() < 0.2


def test_people_move_join_and_leave(book: Book) -> None:
    people = book["people"]
    assert 0.005 < (people["joined"] > date(2025, 1, 1)).mean() < 0.02
    assert 0.005 < people["left"].is_not_null().mean() < 0.02
    assert 0.01 < book["placements"]["person"].n_unique() / PEOPLE < 0.03
    assert set(book["placements"]["from"].dt.day()) == {6, 1, 16}


def test_without_raggedness_every_cell_is_there() -> None:
    book = grow(300, 12, ragged=False)
    assert book["actuals"].height == 300 * 10 * 12
    assert book["placements"].is_empty()


def test_shares_stay_within_their_denominators(book: Book) -> None:
    shares = book["actuals"].filter(pl.col("denominator").is_not_null())
    assert shares.height > 0
    assert (shares["numerator"] <= shares["denominator"]).all()
    assert book["actuals"]["value"].min() >= 0


@pytest.mark.parametrize(("people", "months", "kpis"), [(0, 12, 10), (10, 0, 10), (10, 12, 4), (10, 12, 31)])
def test_a_size_that_makes_no_sense_is_refused(people: int, months: int, kpis: int) -> None:
    with pytest.raises(ValueError, match="grow needs"):
        grow(people, months, kpis)


def test_one_person_for_one_month_is_a_book() -> None:
    book = grow(1, 1)
    assert book["people"].height == 1
    assert book["units"]["parent"].to_list() == [None]
