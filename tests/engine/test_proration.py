"""Joiners, leavers, leave and segments (docs/algorithms/proration.md)."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cases import Row, cases, number

from tamnhin.engine import calendar, proration
from tamnhin.engine.periods import Kind, Timeline, ordinal, parse
from tamnhin.engine.proration import ALWAYS, FOREVER, Basis

VN = calendar.build("mon-fri", "VN", years=range(2025, 2028))
NONE = np.array([], dtype=np.int64)
FIRST, LAST = ordinal(date(2026, 1, 1)), ordinal(date(2026, 12, 31))


def year_of(kind: Kind) -> Timeline:
    return Timeline.build(kind, FIRST, LAST, VN)


def day(text: str, otherwise: int) -> np.ndarray:
    return np.array([ordinal(date.fromisoformat(text)) if text else otherwise])


@cases("proration", "Eligible days", "case")
def test_eligible_days_are_those_of_the_page(row: Row) -> None:
    period = parse(row["period"])
    timeline = year_of(period.kind)
    leave = [[ordinal(date.fromisoformat(end)) for end in word.split("..")] for word in row["absences"].split()]
    absences = np.array(leave, dtype=np.int64).reshape(-1, 2)

    eligible, total = proration.eligible_days(
        day(row["joined"], ALWAYS),
        day(row["left"], FOREVER),
        (np.zeros(len(leave), dtype=np.int64), absences[:, 0], absences[:, 1]),
        timeline,
        VN,
        row["basis"],  # type: ignore[arg-type]
    )

    column = timeline.keys.index(period.key)
    assert (eligible[column, 0], total[column]) == (int(row["eligible"]), int(row["of"]))
    assert [array.dtype.name for array in (eligible, total)] == ["int64", "int64"]


@cases("proration", "Prorated targets", "case")
def test_only_targets_that_add_up_are_prorated(row: Row) -> None:
    scaled = proration.scale(
        np.array([[number(row["target"])]]),
        np.array([row["aggregation"] == "sum"]),
        np.array([[int(row["eligible"])]]),
        np.array([int(row["of"])]),
    )

    assert round(float(scaled[0, 0]), 2) == number(row["prorated"])
    assert round(number(row["actual"]) / float(scaled[0, 0]) * 100, 2) == number(row["A/T %"])


@cases("proration", "Segments", "case")
def test_someone_who_moves_is_scored_by_segments(row: Row) -> None:
    period = parse(row["period"])
    moved = ordinal(date.fromisoformat(row["first line to"]))

    weights = proration.effective_weight(
        np.array([100.0, 100.0]),
        np.array([ALWAYS, moved + 1]),
        np.array([moved, FOREVER]),
        np.array([period.first]),
        np.array([period.last]),
        VN,
    )

    shares = np.array([number(row["days"]), number(row["days after"])])
    np.testing.assert_allclose(weights[0], 100 * shares / shares.sum(), rtol=1e-12)
    scores = np.array([number(row["score"]), number(row["score after"])])
    assert round(float(weights[0] @ scores / weights[0].sum()), 2) == number(row["together"])


def test_dividing_a_quarter_evenly_prorates_month_by_month_and_by_working_days_like_the_quarter() -> None:
    months = Timeline.build("month", FIRST, ordinal(date(2026, 3, 31)), VN)
    eligible, total = proration.eligible_days(
        day("2026-02-23", ALWAYS), day("", FOREVER), (NONE, NONE, NONE), months, VN
    )
    even = np.full((3, 1), 100.0)
    by_days = (300 * months.working_days / months.working_days.sum())[:, None]

    assert round(float(proration.scale(even, np.array([True]), eligible, total).sum()), 2) == 133.33
    assert round(float(proration.scale(by_days, np.array([True]), eligible, total).sum()), 2) == 139.66


def test_untouched_people_and_lines_cost_no_matrix() -> None:
    timeline = year_of("month")
    people = 1000
    eligible, total = proration.eligible_days(
        np.full(people, FIRST), np.full(people, FOREVER), (NONE, NONE, NONE), timeline, VN
    )
    weights = proration.effective_weight(
        np.full(people, 10.0), np.full(people, ALWAYS), np.full(people, LAST), timeline.start, timeline.stop, VN
    )
    targets = np.ones((12, people))

    assert eligible.shape == weights.shape == (12, people)
    assert eligible.strides[1] == 0
    assert weights.strides[0] == 0
    assert (eligible == total[:, None]).all()
    assert proration.scale(targets, np.ones(people, dtype=np.bool_), eligible, total) is targets


def test_proration_leaves_the_targets_it_was_given_alone() -> None:
    targets = np.array([[300.0, np.nan]])

    scaled = proration.scale(targets, np.array([True, True]), np.array([[27, 27]]), np.array([58]))

    assert targets[0, 0] == 300.0
    assert scaled[0, 0] == pytest.approx(300 * 27 / 58)
    assert np.isnan(scaled[0, 1])


around = st.integers(FIRST - 40, LAST + 40)
bounds = st.one_of(st.none(), around)


@given(
    st.lists(st.tuples(bounds, bounds), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 3), around, st.integers(-3, 90)), max_size=12),
    st.sampled_from(["month", "week", "quarter"]),
    st.sampled_from(["working_days", "calendar_days"]),
)
def test_eligible_days_are_what_counting_day_by_day_finds(
    people: list[tuple[int | None, int | None]], leave: list[tuple[int, int, int]], kind: Kind, basis: Basis
) -> None:
    timeline = year_of(kind)
    leave = [(who % len(people), start, start + length) for who, start, length in leave]
    joined = np.array([ALWAYS if first is None else first for first, _ in people])
    left = np.array([FOREVER if last is None else last for _, last in people])
    absences = np.array(leave, dtype=np.int64).reshape(-1, 3).T

    eligible, _ = proration.eligible_days(joined, left, (absences[0], absences[1], absences[2]), timeline, VN, basis)

    every = np.arange(timeline.first, timeline.last + 1)
    counted = VN.is_working(every) if basis == "working_days" else np.ones(len(every), dtype=bool)
    column = timeline.column_of(every)
    for person in range(len(people)):
        there = counted & (every >= joined[person]) & (every <= left[person])
        for who, start, stop in leave:
            if who == person:
                there &= ~((every >= start) & (every <= stop))
        assert eligible[:, person].tolist() == np.bincount(column[there], minlength=len(timeline)).tolist()


@given(st.lists(around, min_size=1, max_size=4, unique=True))
def test_the_segments_of_a_line_weigh_as_much_as_the_line(cuts: list[int]) -> None:
    timeline = year_of("month")
    cuts = sorted(cuts)
    starts, stops = np.array([ALWAYS, *(cut + 1 for cut in cuts)]), np.array([*cuts, FOREVER])

    weights = proration.effective_weight(np.full(len(starts), 60.0), starts, stops, timeline.start, timeline.stop, VN)

    np.testing.assert_allclose(weights.sum(axis=1), 60.0, rtol=1e-12)
    assert (weights >= 0).all()
