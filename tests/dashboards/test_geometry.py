"""Where the marks stand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tamnhin.dashboards import geometry
from tamnhin.dashboards.shapes import Bullet

measures = st.floats(-1e12, 1e12)


def test_a_bar_starts_at_zero_and_the_target_stands_where_it_belongs() -> None:
    marks = geometry.bullet(Bullet(50, 100), 108)
    assert marks is not None
    assert marks.bar == (0.0, 50.0)
    assert marks.target == 100.0


def test_a_measured_zero_has_a_bar_of_no_length_and_no_data_has_no_bar() -> None:
    zero = geometry.bullet(Bullet(0, 100), 100)
    none = geometry.bullet(Bullet(None, 100), 100)
    assert zero is not None
    assert none is not None
    assert zero.bar == (0.0, 0.0)
    assert none.bar is None


def test_a_loss_hangs_left_of_zero() -> None:
    marks = geometry.bullet(Bullet(-50, -100), 108)
    assert marks is not None
    assert (marks.bar, marks.target, marks.zero) == ((58.0, 50.0), 8.0, 108.0)


def test_where_lower_is_better_the_good_zone_is_below_the_target() -> None:
    marks = geometry.bullet(Bullet(6, 5, near=6.5, direction="lower"), 108)
    assert marks is not None
    assert marks.good is not None
    assert marks.near is not None
    assert marks.good[0] == 0
    assert marks.near[0] == pytest.approx(marks.good[0] + marks.good[1], abs=0.02)


def test_a_band_is_its_own_good_zone() -> None:
    marks = geometry.bullet(Bullet(30, None, direction="band", low=28, high=32), 100)
    assert marks is not None
    assert marks.good is not None
    assert marks.bar is not None
    assert marks.good[0] < marks.bar[1] < marks.good[0] + marks.good[1]


def test_an_actual_far_beyond_does_not_push_the_target_out_of_sight() -> None:
    marks = geometry.bullet(Bullet(1_000_000, 10), 108)
    assert marks is not None
    assert marks.target == pytest.approx(108 / 3 / 1.08, abs=0.01)


def test_nothing_to_draw_draws_nothing() -> None:
    assert geometry.bullet(Bullet(None, None), 100) is None
    assert geometry.sparkline([None, None], 96, 28) is None
    assert geometry.strip([], 300) == []


@given(st.one_of(st.none(), measures), st.one_of(st.none(), measures), st.sampled_from(["higher", "lower"]))
def test_every_mark_lies_inside_the_drawing(actual: float | None, target: float | None, direction: str) -> None:
    marks = geometry.bullet(Bullet(actual, target, direction=direction), 120)  # type: ignore[arg-type]
    if marks is None:
        assert actual is None
        assert target is None
        return
    for span in (marks.bar, marks.good, marks.near):
        if span is not None:
            assert 0 <= span[0] <= span[0] + span[1] <= 120.02
    for x in (marks.target, marks.target_to_date, marks.zero):
        assert x is None or 0 <= x <= 120


def test_a_missing_period_breaks_the_line_instead_of_touching_zero() -> None:
    marks = geometry.sparkline([1, 2, None, 4, 5], 96, 28)
    assert marks is not None
    assert [len(run) for run in marks.runs] == [2, 2]


def test_a_value_between_two_gaps_is_a_dot() -> None:
    marks = geometry.sparkline([None, 3, None, 4, 5], 96, 28)
    assert marks is not None
    assert len(marks.dots) == 1


def test_a_constant_series_runs_through_the_middle() -> None:
    marks = geometry.sparkline([7, 7, 7], 96, 28)
    assert marks is not None
    assert {y for _, y in marks.runs[0]} == {14.0}


def test_the_strip_is_as_wide_as_its_weights_and_marks_what_is_not_scored() -> None:
    marks = geometry.strip([(Decimal(60), Decimal(72)), (Decimal(40), None), (Decimal(0), None)], 100, gap=0)
    assert [(mark.x, mark.width, mark.earned, mark.over) for mark in marks] == [
        (0.0, 60.0, 1.0, True),
        (60.0, 40.0, None, False),
    ]
