"""Period keys, their neighbours and children, and the columns of a timeline (docs/algorithms/time.md)."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cases import Row, cases

from tamnhin.engine import calendar, periods
from tamnhin.engine.periods import KIND_CODES, KINDS, Period, PeriodError, Timeline, ordinal, parse

PLAIN_CALENDAR = calendar.build("mon-fri", "none")
START = "fiscal year starts in month"
days = st.dates(date(1901, 1, 1), date(2198, 12, 31))
kinds = st.sampled_from(KINDS)
starts = st.integers(1, 12)


@st.composite
def some_periods(draw: st.DrawFn) -> tuple[Period, int]:
    """A period of any kind, calendar or fiscal, and the fiscal year's start month."""
    start = draw(starts)
    period = periods.containing(draw(days), draw(kinds), draw(st.sampled_from([1, start])))
    if period.kind == "month" and draw(st.booleans()):
        year, month = periods.fiscal_year(period.start, start), periods.fiscal_month(period.start, start)
        period = parse(f"FY{year}-M{month:02d}", start)
    return parse(period.key, start), start


@cases("time", "Keys", "key", START)
def test_a_key_covers_its_days_and_has_its_titles(row: Row) -> None:
    period = parse(row["key"], int(row[START]))

    assert period.key == row["key"]
    assert period.start.isoformat() == row["first day"]
    assert period.end.isoformat() == row["last day"]
    assert period.days == int(row["days"])
    assert (period.title("vi"), period.title("en")) == (row["vi"], row["en"])


@cases("time", "Keys that are refused")
def test_a_wrong_key_is_refused_with_the_reason_in_both_languages(row: Row) -> None:
    with pytest.raises(PeriodError) as caught:
        parse(row["key"])

    problem = caught.value.problem(sheet="targets", cell="C7", owner="S1", kpi="REV")
    assert problem.code == "PERIOD_INVALID"
    assert (problem.sheet, problem.cell, problem.owner, problem.kpi) == ("targets", "C7", "S1", "REV")
    assert problem.text("vi").startswith(f"Kỳ “{row['key']}” không hợp lệ: {row['vi']}. ")
    assert problem.text("en").startswith(f"The period “{row['key']}” is not valid: {row['en']}. ")


@cases("time", "The period that holds a day", "day", "kind", START)
def test_a_day_is_in_the_period_the_page_names(row: Row) -> None:
    period = periods.containing(date.fromisoformat(row["day"]), row["kind"], int(row[START]))  # type: ignore[arg-type]

    assert period.key == row["key"]


@cases("time", "Weeks belong to the month of their Thursday")
def test_a_week_belongs_to_the_month_of_its_thursday(row: Row) -> None:
    week = parse(row["week"])

    assert periods.anchor(week).isoformat() == row["Thursday"]
    timeline = Timeline.build("week", ordinal(date(2025, 11, 1)), ordinal(date(2027, 2, 1)), PLAIN_CALENDAR)
    column = timeline.keys.index(row["week"])
    for longer in ("month", "quarter", "year"):
        parent = parse(row[longer])
        assert week in periods.children(parent, "week")
        low, high = timeline.columns_in(parent)
        assert low <= column < high
        assert week not in periods.children(periods.next(parent), "week")
        assert week not in periods.children(periods.previous(parent), "week")


@cases("time", "When base periods are due", "frequency", "period", START)
def test_base_periods_are_due_where_their_anchor_lies(row: Row) -> None:
    start = int(row[START])
    timeline = Timeline.build(
        row["frequency"],  # type: ignore[arg-type]
        ordinal(date(2026, 1, 1)),
        ordinal(date(2026, 12, 31)),
        PLAIN_CALENDAR,
        start,
    )

    low, high = timeline.columns_in(parse(row["period"], start))

    expected = () if row["base periods"] == "none" else tuple(row["base periods"].replace("`", "").split())
    assert timeline.keys[low:high] == expected


def test_the_fifteenth_of_february_is_in_the_eleventh_fiscal_month_of_a_year_from_april() -> None:
    day = date(2026, 2, 15)

    assert periods.fiscal_year(day, 4) == 2025
    assert periods.fiscal_month(day, 4) == 11


@given(some_periods())
def test_a_key_that_is_read_is_the_key_that_was_written(case: tuple[Period, int]) -> None:
    period, start = case

    assert parse(period.key, start).key == period.key


@given(some_periods())
def test_neighbours_touch_without_a_gap_and_lead_back(case: tuple[Period, int]) -> None:
    period, _ = case
    after = periods.next(period)

    assert after.start == period.end + timedelta(days=1)
    assert (after.kind, after.fiscal) == (period.kind, period.fiscal)
    assert periods.previous(after) == period
    assert period < after
    assert after > period
    assert sorted([after, period]) == [period, after]


@given(some_periods(), kinds)
def test_children_tile_their_parent(case: tuple[Period, int], kind: periods.Kind) -> None:
    parent, start = case
    if KIND_CODES[kind] > KIND_CODES[parent.kind]:
        with pytest.raises(ValueError, match="inside it"):
            periods.children(parent, kind)
        return
    inside = periods.children(parent, kind)

    assert [parse(child.key, start) for child in inside] == list(inside)
    for one, other in pairwise(inside):
        assert other.start == one.end + timedelta(days=1)
    if kind == "week" and parent.kind != "week":
        assert all(periods.anchor(child) in parent for child in inside)
        assert periods.anchor(periods.previous(inside[0])) not in parent
        assert periods.anchor(periods.next(inside[-1])) not in parent
    else:
        assert inside[0].start == parent.start
        assert inside[-1].end == parent.end


@given(days, kinds, starts)
def test_every_day_is_in_exactly_one_period_of_each_kind(day: date, kind: periods.Kind, start: int) -> None:
    period = periods.containing(day, kind, start)

    assert day in period
    assert day not in periods.previous(period)
    assert day not in periods.next(period)
    assert period.fiscal == (start != 1 and kind in ("quarter", "half", "year"))


@given(st.text(max_size=12))
def test_any_text_is_a_period_or_a_period_error(text: str) -> None:
    try:
        read, hints = parse(text).key, None
    except PeriodError as error:
        read, hints = None, (error.hint_vi, error.hint_en)

    assert read == text or (hints is not None and all(hints))


@given(days, st.integers(0, 1200), kinds, starts)
def test_a_timeline_has_the_periods_that_walking_one_by_one_finds(
    first: date, length: int, kind: periods.Kind, start: int
) -> None:
    last = min(first + timedelta(days=length), date(2198, 12, 31))
    walked = [periods.containing(first, kind, start)]
    while walked[-1].end < last:
        walked.append(periods.next(walked[-1]))

    timeline = Timeline.build(kind, ordinal(first), ordinal(last), PLAIN_CALENDAR, start)

    assert timeline.keys == tuple(period.key for period in walked)
    assert len(timeline) == len(walked)
    assert timeline.start.tolist() == [period.first for period in walked]
    assert timeline.stop.tolist() == [period.last for period in walked]
    anchors = [periods.anchor(period) for period in walked]
    assert timeline.anchor.tolist() == [ordinal(day) for day in anchors]
    assert timeline.fiscal_year_of_column.tolist() == [periods.fiscal_year(day, start) for day in anchors]
    assert timeline.period(len(walked) - 1) == walked[-1]
    assert (timeline.first, timeline.last) == (walked[0].first, walked[-1].last)


def test_a_day_outside_the_timeline_has_no_column() -> None:
    timeline = Timeline.build("month", ordinal(date(2026, 1, 1)), ordinal(date(2026, 3, 31)), PLAIN_CALENDAR)
    asked = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 1)]

    found = timeline.column_of([ordinal(day) for day in asked])

    assert found.dtype == np.int64
    assert found.tolist() == [-1, 0, 1, 2, -1]
    assert timeline.columns_in(parse("2025")) == (0, 0)
    assert timeline.columns_in(parse("2027")) == (3, 3)


def test_a_timeline_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        Timeline.build("month", 10, 9, PLAIN_CALENDAR)


@pytest.mark.parametrize("start", [0, 13, -1])
def test_a_fiscal_year_cannot_start_outside_the_twelve_months(start: int) -> None:
    with pytest.raises(ValueError, match="1 to 12"):
        parse("FY2025", start)
    with pytest.raises(ValueError, match="1 to 12"):
        periods.containing(date(2026, 1, 1), "year", start)
    with pytest.raises(ValueError, match="1 to 12"):
        Timeline.build("year", 0, 1, PLAIN_CALENDAR, start)


def test_many_keys_are_read_as_each_of_them_alone() -> None:
    keys = ["2026-03", "FY2025-Q4", None, "2026-13", "2026-W05", "2026-03-15", "2026", "2026-H1", "2026-03"]

    kind, start, end, bad = periods.parse_many(pl.Series(keys), 4)

    assert [array.dtype.name for array in (kind, start, end, bad)] == ["int8", "int64", "int64", "bool"]
    assert bad.tolist() == [False, False, True, True, False, False, False, False, False]
    for position, key in enumerate(keys):
        if bad[position]:
            assert kind[position] == -1
            continue
        period = parse(str(key), 4)
        assert KINDS[kind[position]] == period.kind
        assert (start[position], end[position]) == (period.first, period.last)


def test_no_keys_at_all_are_read_as_none() -> None:
    assert [len(array) for array in periods.parse_many(pl.Series([], dtype=pl.String))] == [0, 0, 0, 0]
    assert periods.parse_many(pl.Series([None, None], dtype=pl.String))[3].tolist() == [True, True]


def test_keys_in_several_chunks_keep_their_order() -> None:
    keys = pl.concat([pl.Series(["2026-01", "2026-02"]), pl.Series(["2026-02", "2026-01"])], rechunk=False)

    _, start, _, _ = periods.parse_many(keys)

    assert start.tolist() == [parse(key).first for key in ("2026-01", "2026-02", "2026-02", "2026-01")]
