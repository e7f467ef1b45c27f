"""What a change of one figure of a series does to the others; sums are exact to the last unit."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tamnhin.engine import calendar as cal
from tamnhin.engine.book import SCHEMAS
from tamnhin.engine.targets.shares import SplitError
from tamnhin.kpis.series import Measure, Span, Standing, parts_of
from tamnhin.kpis.services.targets import Asked, Frame, Settled, profile_of, settle, standing_figures

D = Decimal
YEAR = Span(datetime.date(2026, 1, 1), datetime.date(2026, 12, 31))
NO_DAYS = pl.DataFrame(schema=SCHEMAS["calendar"])
CALENDAR = cal.build("mon-fri", "VN", NO_DAYS, range(2025, 2028))


def frame(aggregation: str = "sum", span: Span = YEAR, **more: Any) -> Frame:
    measure = Measure(aggregation == "sum", "month")
    return Frame(measure, aggregation, span, tuple(parts_of(span, "month", 1)), (), CALENDAR, 1, **more)


def asked(before: Settled | None = None, **changes: Any) -> Asked:
    """The form as it was shown, and what somebody has done to it."""
    figures: Mapping[str, Decimal | None] = before.figures if before else {}
    total, way = (before.total, before.way) if before else (None, changes.get("way", "even"))
    base = Asked(way, way, total, total, figures, figures, locked=before.locked if before else frozenset())
    if "figures" in changes:
        changes["figures"] = {**figures, **changes["figures"]}
    return replace(base, **changes)


def year(total: str, **more: Any) -> Settled:
    return settle(frame(), asked(total=D(total), **more))


def added(settled: Settled) -> Decimal:
    return sum((value for value in settled.figures.values() if value is not None), D(0))


def test_a_total_becomes_months_that_sum_to_it_and_are_whole() -> None:
    made = year("10000000000")
    assert added(made) == D("10000000000")
    assert {value % 1 for value in made.figures.values() if value is not None} == {D(0)}
    assert profile_of(frame(), made) == "even"


def test_a_changed_month_moves_the_total_unless_it_is_to_stay() -> None:
    before = year("1200")
    moved = settle(frame(), asked(before, figures={"2026-03": D(150)}))
    assert (moved.total, moved.figures["2026-04"], moved.way) == (D(1250), D(100), "custom")
    kept = settle(frame(), asked(before, figures={"2026-03": D(155)}, keep_total=True))
    assert (kept.total, added(kept), kept.figures["2026-03"]) == (D(1200), D(1200), D(155))
    assert kept.figures["2026-04"] == D(95)
    assert kept.locked == {"2026-03"}  # the next change does not take it away again
    again = settle(frame(), asked(kept, figures={"2026-12": D(50)}, keep_total=True))
    assert (again.figures["2026-03"], again.figures["2026-12"], added(again)) == (D(155), D(50), D(1200))
    assert profile_of(frame(), again) == "custom"


def test_locked_months_stay_when_the_total_moves() -> None:
    before = year("1200")
    made = settle(frame(), asked(before, total=D(2400), locked=frozenset({"2026-01", "2026-02"})))
    assert (made.figures["2026-01"], made.figures["2026-02"], made.figures["2026-03"]) == (D(100), D(100), D(220))
    assert added(made) == D(2400)


def test_a_quarter_is_divided_over_its_months_and_moves_the_year() -> None:
    before = year("1200")
    made = settle(frame(), asked(before, longer={"2026-Q2": D(400)}, was_longer={"2026-Q2": D(300)}))
    assert [made.figures[f"2026-0{month}"] for month in (3, 4, 5, 6, 7)] == [D(100), D(134), D(133), D(133), D(100)]
    assert made.total == D(1300)
    kept = settle(frame(), asked(before, longer={"2026-Q2": D(480)}, was_longer={"2026-Q2": D(300)}, keep_total=True))
    assert (kept.figures["2026-05"], kept.figures["2026-01"], added(kept)) == (D(160), D(80), D(1200))


def test_last_year_gives_the_shape_and_its_absence_is_said() -> None:
    past = {f"2026-{month:02}": float(month) for month in range(1, 13)}
    made = settle(frame(last_year=past), asked(way="last_year", was_way="last_year", total=D(780)))
    assert [made.figures["2026-01"], made.figures["2026-12"], added(made)] == [D(10), D(120), D(780)]
    with pytest.raises(SplitError) as refused:
        settle(frame(), asked(way="last_year", total=D(780)))
    assert refused.value.problem.code == "SPREAD_NO_HISTORY"


def test_own_weights_need_not_be_percentages() -> None:
    weights = {f"2026-{month:02}": D(2 if month == 12 else 1) for month in range(1, 13)}
    made = settle(frame(), asked(year("1200"), way="custom", weights=weights, total=D(1300)))
    assert (made.figures["2026-12"], made.figures["2026-01"]) == (D(200), D(100))
    assert profile_of(frame(), made) == "custom"


def test_a_rate_is_times_the_working_days_of_the_companys_calendar() -> None:
    made = settle(frame(), asked(way="per_working_day", rate=D(20)))
    assert (made.figures["2026-02"], made.total) == (D(300), D(4980))  # docs/algorithms/targets.md
    assert made.basis == "per_working_day"
    assert made.targets()["2026-02"] == 20.0


def test_without_a_rate_nothing_is_written_and_nothing_seen_is_lost() -> None:
    made = settle(frame(), asked(year("1200"), way="per_working_day"))
    assert made.figures["2026-05"] == D(100)
    with pytest.raises(SplitError) as refused:
        made.targets()
    assert refused.value.problem.code == "SERIES_RATE_MISSING"


def test_a_level_is_the_same_in_every_period_unless_one_is_changed() -> None:
    ratio = frame("ratio")
    made = settle(ratio, asked(way="same", total=D(95)))
    assert set(made.figures.values()) == {D(95)}
    one = settle(ratio, asked(made, figures={"2026-12": D(97)}))
    assert (one.figures["2026-11"], one.figures["2026-12"], one.total) == (D(95), D(97), D(97))
    assert ratio.ways == ("same",)
    assert [profile_of(ratio, each) for each in (made, one)] == ["", "custom"]


def test_a_level_that_is_built_up_goes_steadily_from_its_baseline() -> None:
    last = frame("last", Span(datetime.date(2026, 1, 1), datetime.date(2026, 6, 30)))
    made = settle(last, asked(way="linear", total=D(1600), baseline=D(1000)))
    assert [int(value or 0) for value in made.figures.values()] == [1100, 1200, 1300, 1400, 1500, 1600]
    with pytest.raises(SplitError) as refused:
        settle(last, asked(way="linear", total=D(1600)))
    assert refused.value.problem.code == "SERIES_BASELINE_MISSING"


def test_emptying_the_total_empties_the_series_and_an_empty_one_is_not_divided() -> None:
    made = settle(frame(), asked(year("1200"), total=None))
    assert (made.total, set(made.figures.values())) == (None, {None})
    with pytest.raises(SplitError) as refused:
        settle(frame(), asked(made, again=True))
    assert refused.value.problem.code == "SERIES_TOTAL_MISSING"


def test_locks_that_exceed_the_total_are_refused() -> None:
    before = year("1200")
    with pytest.raises(SplitError) as refused:
        settle(frame(), asked(before, figures={"2026-01": D(1300)}, keep_total=True))
    assert refused.value.problem.code == "SPLIT_LOCKS_EXCEED"


def test_what_stands_is_read_as_the_engine_reads_it() -> None:
    rows = {
        "2026": Standing(2490.0, "working_days"),
        "2026-07": Standing(500.0),
        "2026-Q1": Standing(20.0, "", "per_working_day"),
    }
    got = standing_figures(rows, frame(), frame().parts)
    assert [got["2026-02"], got["2026-04"], got["2026-07"]] == [D(300), D(200), D(500)]
    assert standing_figures({"2026-03": 95.0}, frame("ratio"), frame().parts) == {
        **dict.fromkeys(("2026-01", "2026-02"), None), **{f"2026-{m:02}": D("95.0") for m in range(3, 13)},
    }  # fmt: skip


@given(
    total=st.integers(0, 10**12),
    month=st.integers(1, 12),
    share=st.floats(0, 1),
    way=st.sampled_from(["even", "working_days", "custom"]),
)
def test_whatever_is_changed_the_parts_are_the_total(total: int, month: int, share: float, way: str) -> None:
    before = settle(frame(), asked(way=way, total=D(total)))
    assert added(before) == total
    value = D(int(total * share))
    kept = settle(frame(), asked(before, figures={f"2026-{month:02}": value}, keep_total=True))
    assert added(kept) == kept.total == total
    moved = settle(frame(), asked(before, figures={f"2026-{month:02}": value}))
    assert added(moved) == moved.total
