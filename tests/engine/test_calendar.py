"""Working days, holidays and local dates (docs/algorithms/time.md)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cases import Row, cases

from tamnhin.engine import calendar
from tamnhin.engine.book import SCHEMAS
from tamnhin.engine.calendar import Calendar, CalendarError
from tamnhin.engine.periods import ordinal

YEARS = range(2025, 2028)


def sheet(text: str) -> pl.DataFrame:
    """``+2026-02-16 −2026-02-27`` as the calendar sheet."""
    rows = [
        {"date": date.fromisoformat(word[1:]), "kind": "working" if word[0] == "+" else "holiday", "note": None}
        for word in text.split()
    ]
    return pl.DataFrame(rows, schema=SCHEMAS["calendar"])


@cases("time", "Working days", "working week", "holidays", "sheet", "from", "to")
def test_working_days_are_those_of_the_page(row: Row) -> None:
    built = calendar.build(row["working week"], row["holidays"], sheet(row["sheet"]), YEARS)
    first, last = ordinal(date.fromisoformat(row["from"])), ordinal(date.fromisoformat(row["to"]))

    assert int(built.working_days(first, last)) == int(row["working days"])
    if first <= last:
        assert int(built.is_working(range(first, last + 1)).sum()) == int(row["working days"])


@cases("time", "Names of holidays")
def test_a_holiday_has_its_name_in_both_languages(row: Row) -> None:
    built = calendar.build(years=YEARS)
    day = date.fromisoformat(row["day"])

    for language in ("vi", "en"):
        expected = None if row[language] == "none" else row[language]
        assert built.holiday_name(day, language) == expected
        assert built.holiday_name(ordinal(day), language) == expected


@cases("time", "Local dates", "instant", "time zone")
def test_a_timestamp_counts_on_its_local_date(row: Row) -> None:
    instant = datetime.fromisoformat(row["instant"])

    assert Calendar.local_date(instant, row["time zone"]).isoformat() == row["date"]
    column = pl.Series([instant, None], dtype=pl.Datetime("us", "UTC"))
    assert Calendar.local_dates(column, row["time zone"]).to_list() == [date.fromisoformat(row["date"]), None]


def test_the_company_names_its_own_days() -> None:
    days = pl.DataFrame(
        {
            "date": [date(2026, 3, 10), date(2026, 3, 14), date(2026, 3, 11)],
            "kind": ["holiday", "working", "holiday"],
            "note": ["Ngày thành lập", None, None],
        }
    )
    built = calendar.build(exceptions=days, years=YEARS)

    assert built.holiday_name(date(2026, 3, 10), "en") == "Ngày thành lập"
    assert built.holiday_name(date(2026, 3, 14), "vi") == "Ngày làm bù"
    assert built.holiday_name(date(2026, 3, 11), "en") == "Company holiday"


def test_of_two_rows_for_one_date_the_last_holds() -> None:
    both = calendar.build("mon-fri", "none", sheet("−2026-03-14 +2026-03-14"))
    other = calendar.build("mon-fri", "none", sheet("+2026-03-14 −2026-03-14"))
    day = ordinal(date(2026, 3, 14))

    assert both.is_working([day]).tolist() == [True]
    assert other.is_working([day]).tolist() == [False]


def test_a_country_whose_names_are_in_neither_language_still_has_its_holidays() -> None:
    # Andorra speaks Catalan and English, Angola Portuguese and English: English stands in for Vietnamese
    built = calendar.build("mon-fri", "AO", years=range(2026, 2027))

    assert built.holiday_name(date(2026, 1, 1), "vi") == built.holiday_name(date(2026, 1, 1), "en")
    assert built.holiday_name(date(2026, 1, 1), "vi") is not None


@pytest.mark.parametrize("text", ["", "mon-", "lundi", "mon-tue-wed", "fri,,mon", "t8"])
def test_a_working_week_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(CalendarError) as caught:
        calendar.build(text, "none")

    problem = caught.value.problem(sheet="company", cell="B9")
    assert problem.code == "WORKING_WEEK_INVALID"
    assert f"“{text}”" in problem.text("vi")
    assert f"“{text}”" in problem.text("en")


@pytest.mark.parametrize("text", ["XX", "Việt Nam", "VNX"])
def test_an_unknown_country_is_refused(text: str) -> None:
    with pytest.raises(CalendarError) as caught:
        calendar.build("mon-fri", text)

    assert caught.value.problem().code == "HOLIDAYS_UNKNOWN"
    assert f"“{text}”" in caught.value.problem().text("vi")


@pytest.mark.parametrize("zone", ["Asia/Hanoi_", "", "../etc/passwd"])
def test_an_unknown_time_zone_is_refused(zone: str) -> None:
    instant = datetime.fromisoformat("2026-01-31T17:30:00+00:00")

    for read in (
        lambda: Calendar.local_date(instant, zone),
        lambda: Calendar.local_dates(pl.Series([instant], dtype=pl.Datetime("us", "UTC")), zone),
    ):
        with pytest.raises(CalendarError) as caught:
            read()
        assert caught.value.problem().code == "TIME_ZONE_UNKNOWN"


def test_a_time_without_a_zone_is_no_instant() -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        Calendar.local_date(datetime.fromisoformat("2026-01-31T17:30:00"), "Asia/Ho_Chi_Minh")
    with pytest.raises(ValueError, match="instants"):
        Calendar.local_dates(pl.Series([None], dtype=pl.Datetime("us")), "Asia/Ho_Chi_Minh")


BUILT = calendar.build("mon-fri", "VN", sheet("+2026-03-14 +2026-02-18 −2026-03-10 −2026-03-15"), YEARS)
days_of_2026 = st.integers(ordinal(date(2025, 6, 1)), ordinal(date(2027, 6, 1)))


@given(days_of_2026, days_of_2026, days_of_2026)
def test_working_days_of_two_stretches_add_up_to_those_of_the_whole(one: int, other: int, third: int) -> None:
    first, middle, last = sorted([one, other, third])

    whole = BUILT.working_days(first, last)
    assert BUILT.working_days(first, middle) + BUILT.working_days(middle + 1, last) == whole
    assert BUILT.is_working(range(first, last + 1)).sum() == whole


@given(days_of_2026)
def test_a_named_holiday_is_not_worked_unless_it_is_a_day_in_exchange(day: int) -> None:
    name = BUILT.holiday_name(day, "vi")
    weekend = (date(1970, 1, 1) + timedelta(days=day)).weekday() >= 5

    worked = bool(BUILT.is_working([day])[0])
    assert worked == (name == "Ngày làm bù" or (name is None and not weekend))
