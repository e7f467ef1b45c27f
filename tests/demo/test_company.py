"""The demo company is believable: checked as facts about its book, on several days."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import polars as pl
import pytest

from tamnhin.demo import build, logins
from tamnhin.engine.book import CHOICES, KEYS, Book

TODAY = date(2026, 11, 24)
# a day in Tết, the first and last day of a year, the first day of a quarter, a leap day
DAYS = (TODAY, date(2025, 1, 29), date(2026, 1, 1), date(2025, 12, 31), date(2026, 7, 1), date(2024, 2, 29))


@pytest.fixture(scope="module")
def book() -> Book:
    return build(TODAY)


@pytest.fixture(scope="module", params=DAYS, ids=str)
def any_day(request: pytest.FixtureRequest) -> tuple[date, Book]:
    return request.param, build(request.param)


def _first_month(today: date) -> date:
    month = today.year * 12 + today.month - 1 - 23
    return date(month // 12, month % 12 + 1, 1)


def _known(book: Book) -> pl.DataFrame:
    """The latest word on each cell."""
    return book["actuals"].sort("recorded_at").unique(["owner", "kpi", "period"], keep="last", maintain_order=True)


def test_the_same_day_and_seed_give_the_same_company() -> None:
    one, two = build(TODAY), build(TODAY)
    for sheet, frame in one.frames.items():
        assert frame.equals(two[sheet]), sheet
    other = build(TODAY, seed=7)
    assert not other["actuals"].equals(one["actuals"])
    assert not other["people"].equals(one["people"])


def test_next_month_the_past_is_the_same() -> None:
    # the 15th of October and of November 2026 share a latest closed quarter, so nothing in the story moves
    before, after = build(date(2026, 10, 15)), build(date(2026, 11, 15))
    keys = ["owner", "kpi", "period"]
    cells = pl.col("kpi").is_in(["REV", "OTD", "DEFECT", "CSAT"]) & (pl.col("period") < "2026-10")
    both = _known(before).filter(cells).join(_known(after).filter(cells), on=keys, suffix="_after")
    steady = both.filter(pl.col("value").eq_missing(pl.col("value_after")))
    assert both.height > 900
    assert steady.height >= 0.97 * both.height  # but for the people who came, left, were away or were corrected


def test_fourteen_departments_hang_in_three_levels_under_one_root(book: Book) -> None:
    parent = dict(book["units"].select("code", "parent").iter_rows())
    assert book["units"].filter(pl.col("kind") == "department").height == 14
    assert [code for code, above in parent.items() if above is None] == ["TN"]

    def depth(code: str) -> int:
        above = parent[code]
        return 1 if above is None else 1 + depth(above)

    assert max(map(depth, parent)) == 3


def test_about_a_hundred_and_twenty_people_and_eighty_kpis(any_day: tuple[date, Book]) -> None:
    _, book = any_day
    assert 115 <= book["people"].height <= 125
    assert 60 <= book["kpis"].height <= 80


def test_the_window_is_twenty_four_months_to_the_open_one(any_day: tuple[date, Book]) -> None:
    today, book = any_day
    months = book["actuals"].filter(pl.col("period").str.contains(r"^\d{4}-\d{2}$"))["period"].unique().sort().to_list()
    opening = _first_month(today)
    assert months[0] == f"{opening:%Y-%m}"
    # on the first of a month that is a holiday no working day has passed: the open month is still empty
    assert months[-1] in (f"{today:%Y-%m}", f"{today.replace(day=1) - timedelta(days=1):%Y-%m}")
    assert len(months) in (23, 24)


def test_every_reference_resolves_and_every_key_is_unique(any_day: tuple[date, Book]) -> None:
    _, book = any_day
    units, people = set(book["units"]["code"]), set(book["people"]["code"])
    kpis, goals = set(book["kpis"]["code"]), set(book["goals"]["code"])
    assert not units & people
    for sheet, column, known in (
        ("units", "parent", units), ("units", "head", people), ("people", "unit", units), ("people", "manager", people),
        ("placements", "person", people), ("placements", "unit", units), ("placements", "manager", people),
        ("absences", "person", people), ("kpis", "owner", people), ("goals", "parent", goals), ("goals", "unit", units),
        ("goals", "owner", people), ("goals", "kpi", kpis), ("scorecards", "owner", units | people),
        ("scorecards", "kpi", kpis), ("scorecards", "goal", goals), ("scorecards", "post", units),
        ("targets", "owner", units | people), ("targets", "kpi", kpis), ("actuals", "owner", units | people),
        ("actuals", "kpi", kpis), ("links", "driver", kpis), ("links", "outcome", kpis), ("bonus", "person", people),
    ):  # fmt: skip
        assert set(book[sheet][column].drop_nulls()) <= known, (sheet, column)
    for sheet, key in KEYS.items():
        assert not book[sheet].select(key).is_duplicated().any(), sheet
    for (sheet, column), choices in CHOICES.items():
        assert set(book[sheet][column].drop_nulls()) <= set(choices), (sheet, column)
    assert book["kpis"]["owner"].null_count() == 0
    assert book["units"]["head"].null_count() == 0


def test_only_the_director_has_nobody_above_and_nobody_is_their_own_manager(book: Book) -> None:
    people = book["people"]
    assert people.filter(pl.col("manager").is_null())["name"].to_list() == ["Nguyễn Thị Lan"]
    assert people.filter(pl.col("manager") == pl.col("code")).is_empty()


def test_weights_total_exactly_100_for_everyone_on_every_day(any_day: tuple[date, Book]) -> None:
    today, book = any_day
    lines = book["scorecards"].with_columns(pl.col("to").fill_null(date(2100, 1, 1)))
    person = book["people"].select("code", "joined", "left")
    owners = pl.concat([book["units"].select("code"), person], how="diagonal")
    # totals can only change on a day a line begins, or the day after one ends
    changes = pl.concat([lines["from"], lines["to"].dt.offset_by("1d"), pl.Series([today])]).unique()
    days = changes.filter((changes >= _first_month(today)) & (changes <= today)).to_frame("day")
    owed = owners.join(days, how="cross").filter(
        (pl.col("joined").fill_null(date(2000, 1, 1)) <= pl.col("day"))
        & (pl.col("left").fill_null(date(2100, 1, 1)) >= pl.col("day"))
    )
    totals = (
        owed.join(lines, left_on="code", right_on="owner")
        .filter((pl.col("from") <= pl.col("day")) & (pl.col("day") <= pl.col("to")))
        .group_by("code", "post", "day")
        .agg(pl.col("weight").sum(), pl.len().alias("lines"))
    )
    assert totals["weight"].unique().to_list() == [Decimal(100)]
    assert owed.join(totals, on=["code", "day"], how="anti").is_empty()
    assert totals["lines"].min() >= 3
    single = totals.filter(pl.col("post").is_null())
    assert single["lines"].min() >= 4
    assert totals["lines"].max() <= 8


def test_everyone_has_four_to_eight_lines_no_kpi_twice_at_a_time(book: Book) -> None:
    lines = book["scorecards"].with_columns(pl.col("to").fill_null(date(2100, 1, 1)))
    pairs = lines.join(lines, on=["owner", "kpi"]).filter(pl.col("from") < pl.col("from_right"))
    assert pairs.height > 0  # weights do change at the turn of a year
    assert pairs.filter(pl.col("to") >= pl.col("from_right")).is_empty()


def test_every_aggregation_method_frequency_and_rollup_occurs(book: Book) -> None:
    for sheet, column in (
        ("kpis", "aggregation"), ("kpis", "frequency"), ("kpis", "direction"), ("scorecards", "method"),
        ("scorecards", "rollup"), ("goals", "horizon"), ("actuals", "state"), ("links", "sign"), ("calendar", "kind"),
        ("kpis", "level"), ("kpis", "domain"), ("kpis", "timing"), ("kpis", "flow"),
    ):  # fmt: skip
        assert set(book[sheet][column].drop_nulls()) == set(CHOICES[sheet, column]), (sheet, column)
    assert set(book["kpis"]["perspective"]) == {"financial", "customer", "internal", "learning"}
    assert set(book["targets"]["profile"].drop_nulls()) >= {"even", "working_days", "last_year"}
    assert book["targets"]["profile"].str.contains(";").any()
    assert book["targets"]["basis"].is_not_null().any()


def test_no_class_of_kpi_crowds_out_its_opposite(book: Book) -> None:
    for axis in ("level", "domain", "timing", "flow"):
        shares = book["kpis"][axis].value_counts(normalize=True)["proportion"]
        assert shares.min() >= 0.15, axis
    assert book["kpis"]["perspective"].value_counts(normalize=True)["proportion"].min() >= 0.12


def test_all_five_states_occur(book: Book) -> None:
    known = _known(book)
    assert known.filter(pl.col("state") == "exempt")["reason"].null_count() == 0
    assert known.filter(pl.col("state") == "not_applicable").height >= 1
    assert known.filter(pl.col("denominator") == 0).height == 1
    assert known.filter(pl.col("state").is_null() & (pl.col("value").fill_null(1) == 0)).height > 0  # a measured zero
    # not due: quarterly KPIs; no data: cells a line and a target ask for and nobody gave
    assert book["kpis"].filter(pl.col("frequency") == "quarter").height >= 3
    due = book["targets"].filter(pl.col("period").is_between(pl.lit("2025-01"), pl.lit("2026-10")))
    due = due.filter(pl.col("period").str.contains(r"^\d{4}-\d{2}$") & pl.col("basis").is_null())
    formulas = book["kpis"].filter(pl.col("formula").is_not_null())["code"].implode()
    missing = due.filter(~pl.col("kpi").is_in(formulas)).join(known, on=["owner", "kpi", "period"], how="anti")
    assert 0.002 <= missing.height / due.height <= 0.03


def test_one_person_never_reports_one_kpi(book: Book) -> None:
    asked = book["targets"].select("owner", "kpi").unique()
    formulas = book["kpis"].filter(pl.col("formula").is_not_null())["code"].implode()
    silent = asked.filter(~pl.col("kpi").is_in(formulas)).join(book["actuals"], on=["owner", "kpi"], how="anti")
    assert silent["kpi"].to_list() == ["KAIZEN"]


def test_a_correction_has_both_numbers_with_their_instants(book: Book) -> None:
    twice = book["actuals"].filter(pl.struct("owner", "kpi", "period").is_duplicated()).sort("recorded_at")
    assert twice.height == 2
    assert twice["kpi"].unique().to_list() == ["REV"]
    assert twice["value"][0] != twice["value"][1]
    assert twice["recorded_at"][1] - twice["recorded_at"][0] > timedelta(days=30)
    assert twice["reason"][1] is not None


def test_numbers_are_recorded_a_few_days_after_their_period_and_never_in_the_future(any_day: tuple[date, Book]) -> None:
    today, book = any_day
    now = datetime(today.year, today.month, today.day, 8, tzinfo=UTC) - timedelta(hours=7)
    actuals = book["actuals"]
    assert actuals["recorded_at"].null_count() == 0
    assert actuals["recorded_at"].max() <= now
    closed = actuals.filter(
        pl.col("period").str.contains(r"^\d{4}-\d{2}$")
        & (pl.col("period") < f"{today.replace(day=1) - timedelta(1):%Y-%m}")
    )
    ends = (closed["period"] + "-01").str.to_date().dt.month_end()
    lag = (closed["recorded_at"].dt.convert_time_zone("Asia/Ho_Chi_Minh").dt.date() - ends).dt.total_days()
    assert lag.min() >= 2
    assert lag.quantile(0.99) <= 6


def test_nothing_measured_is_impossible(any_day: tuple[date, Book]) -> None:
    _, book = any_day
    cells = book["actuals"].join(book["kpis"].select(kpi="code", unit="unit", scale="scale"), on="kpi")
    assert cells["value"].drop_nulls().is_finite().all()
    assert cells["value"].min() >= 0
    assert cells["denominator"].min() >= 0
    assert cells["weight"].min() > 0
    signed = pl.col("kpi").is_in(["NPS", "ENPS"])
    assert cells.filter(~signed)["numerator"].min() >= 0
    assert cells.filter(signed & (pl.col("numerator").abs() > pl.col("denominator"))).is_empty()
    share = (
        (pl.col("unit") == "%") & (pl.col("scale") == 100) & (pl.col("kpi") != "MKTBUD")
    )  # a budget can be overspent
    assert cells.filter(share & (pl.col("numerator") > pl.col("denominator"))).is_empty()
    counted = ["đơn", "lượt", "khách", "cuộc", "buổi", "vụ", "lần", "sự cố", "sản phẩm", "mốc", "điểm bán", "yêu cầu"]
    whole = cells.filter(pl.col("unit").is_in(counted))
    assert (whole["value"].drop_nulls() % 1 == 0).all()
    told = ["value", "numerator", "state"]
    assert cells.filter(pl.all_horizontal(pl.col(told).is_null())).is_empty()


def test_components_are_given_where_the_aggregation_needs_them(book: Book) -> None:
    cells = book["actuals"].filter(pl.col("state").is_null()).join(
        book["kpis"].select(kpi="code", aggregation="aggregation"), on="kpi"
    )  # fmt: skip
    ratio = pl.col("aggregation") == "ratio"
    assert cells.filter(ratio)["denominator"].null_count() == 0
    assert cells.filter(pl.col("aggregation") == "weighted_mean")["weight"].null_count() == 0
    assert cells.filter(~ratio)["value"].null_count() == 0
    stock = book["kpis"].filter(pl.col("aggregation") == "last")
    assert stock["across"].null_count() == 0


def test_names_are_vietnamese_composed_and_unlike_each_other(book: Book) -> None:
    people = book["people"]
    for sheet in ("units", "people", "kpis", "goals", "grades"):
        column = "title" if sheet == "goals" else "name"
        for text in book[sheet][column]:
            assert unicodedata.is_normalized("NFC", text), text
    assert people["name"].n_unique() == people.height
    assert people["email"].n_unique() == people.height
    assert people["email"].str.contains(r"^[a-z0-9.]+@thaonguyen\.example$").all()
    accented = people["name"].map_elements(lambda name: name != name.encode("ascii", "ignore").decode(), pl.Boolean)
    assert accented.mean() > 0.95
    assert people["name"].str.split(" ").list.len().is_between(3, 4).all()
    assert people["name"].str.split(" ").list.last().n_unique() > 50
    # no text that lost its marks on the way
    assert not any(re.search(r"[?\ufffd]", name) for name in book["kpis"]["name"])


def test_the_moves_of_a_real_company_are_there(book: Book) -> None:
    people, placed = book["people"], book["placements"]
    opening = _first_month(TODAY)
    assert people.filter(pl.col("joined") > opening).height >= 2
    assert people["left"].drop_nulls().len() == 1
    starts = placed.filter(pl.col("from") > opening)["from"]
    assert sorted((day.month, day.day) for day in starts)[-1] == (7, 1)
    assert 16 in starts.dt.day().to_list()
    double = placed.filter(pl.col("share") < 100)
    assert sorted(double["share"]) == [40, 60]
    assert double["person"].n_unique() == 1
    days = (book["absences"]["to"] - book["absences"]["from"]).dt.total_days()
    assert (days > 150).sum() == 1
    assert (days < 14).sum() >= 20


def test_nobody_reports_before_they_joined_or_after_they_left(book: Book) -> None:
    cells = book["actuals"].join(book["people"].select("joined", "left", owner="code"), on="owner")
    month = pl.col("period").str.contains(r"^\d{4}-\d{2}$")
    first = (pl.col("period") + "-01").str.to_date(strict=False)
    cells = cells.filter(month)
    assert cells.filter(first.dt.month_end() < pl.col("joined")).is_empty()
    assert cells.filter(first > pl.col("left")).is_empty()


def test_revenue_in_dollars_has_a_rate_for_each_month(book: Book) -> None:
    foreign = book["actuals"].filter(pl.col("currency").is_not_null())
    assert foreign["kpi"].unique().to_list() == ["EXPORT"]
    assert foreign.join(book["rates"], on=["currency", "period"], how="anti").is_empty()


def test_the_open_month_is_partial(book: Book) -> None:
    months = dict(_known(book).filter(pl.col("kpi") == "REV").group_by("period").agg(pl.col("value").sum()).iter_rows())
    assert 0.5 * months["2026-10"] < months["2026-11"] < 0.9 * months["2026-10"]
    # what is kept by hand is told after the month
    assert book["actuals"].filter((pl.col("kpi") == "TASK") & (pl.col("period") == "2026-11")).is_empty()


def test_the_cast_can_log_in_in_every_role(book: Book) -> None:
    rows = logins(book)
    people = {row["code"]: row for row in book["people"].iter_rows(named=True)}
    by_role = {role: (mail, unit, code) for mail, role, unit, code in reversed(rows)}
    assert set(by_role) == {"director", "head", "employee", "hr", "finance", "steward", "auditor", "admin"}
    assert by_role["director"][:2] == ("lan@thaonguyen.example", "TN")
    assert by_role["head"][:2] == ("minh@thaonguyen.example", "KD")
    assert by_role["employee"][:2] == ("hoa@thaonguyen.example", "KDB")
    assert by_role["hr"][:2] == ("hung@thaonguyen.example", "TN")
    for mail, _, unit, code in rows:
        assert people[code]["email"] == mail
        assert people[code]["left"] is None
        assert unit in set(book["units"]["code"])
    assert len({mail for mail, *_ in rows}) == len(rows)


def test_a_date_without_two_years_before_it_is_refused() -> None:
    with pytest.raises(ValueError, match="March 2022"):
        build(date(2022, 1, 15))
    assert build(date(2022, 3, 1))["actuals"].height > 10_000
