"""Targets from rows to a series (docs/algorithms/targets.md)."""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import polars as pl
import pytest
from tests.cases import Row, cases, number
from tests.engine.target_cases import SCHEMA, VN, Given, nothing_known, resolve, timeline_of

from tamnhin.engine import targets
from tamnhin.engine.periods import ordinal, parse
from tamnhin.engine.targets import Origin


def last_years_quarters(nodes: np.ndarray, low: int, high: int) -> np.ndarray:
    return np.repeat(np.array([50.0, 100.0, 150.0, 200.0])[low:high, None], len(nodes), axis=1)


def read(text: str) -> list[Given]:
    """``2026 = 1200 (working_days), 2026-07 = 20 per day`` as rows of node 0."""
    rows: list[Given] = []
    for piece in re.split(r", (?=\d{4}|FY)", text):
        match = re.fullmatch(r"(\S+) = (\S+)(?: \((.*)\)| (per day))?", piece)
        assert match, piece
        profile = match[3].replace("−", "-") if match[3] else None
        rows.append((0, match[1], number(match[2]), profile, "per_working_day" if match[4] else None))
    return rows


@cases("targets", "Series over a year", "case")
def test_rows_become_the_series_of_the_page(row: Row) -> None:
    timeline = timeline_of(row["frequency"])  # type: ignore[arg-type]

    found, origin, problems = resolve(read(row["rows"]), [row["aggregation"] == "sum"], timeline, last_years_quarters)

    expected = [float("nan") if cell == "·" else number(cell) for cell in row["2026, in order"].split()]
    np.testing.assert_allclose(found[:, 0], expected, rtol=1e-12)
    assert (np.isnan(found[:, 0]) == (origin[:, 0] == Origin.NONE)).all()
    assert problems == []
    if row["aggregation"] == "sum":
        assert np.nansum(found) == pytest.approx(number(row["total"]), rel=1e-12)


@cases("targets", "Refusals", "case")
def test_a_faulty_row_is_refused_at_its_cell(row: Row) -> None:
    innocent = "2026-Q4" if row["frequency"] == "quarter" else "2026-12"
    rows = [(0, innocent, 7.0, None, None), *read(row["rows"])]

    found, _, problems = resolve(rows, [row["aggregation"] == "sum"], timeline_of(row["frequency"]))  # type: ignore[arg-type]

    assert [problem.code for problem in problems] == [row["code"]]
    (problem,) = problems
    assert (problem.sheet, problem.owner, problem.kpi) == ("targets", "S0", "REV")
    assert re.fullmatch(r"(target|period|profile|basis):[34]", problem.cell or "")
    for language in ("vi", "en"):
        assert "…" not in problem.text(language)
        assert "None" not in problem.text(language)
    # the rows that are right stay
    assert found[-1, 0] == 7.0


@cases("targets", "Pace", "period", "as of")
def test_pace_is_measured_by_the_working_days_gone(row: Row) -> None:
    period = parse(row["period"])
    timeline = timeline_of(period.kind)
    as_of = ordinal(date.fromisoformat(row["as of"]))

    share = targets.elapsed_share(timeline, timeline.keys.index(period.key), as_of, VN)

    assert share == pytest.approx(number(row["gone"]) / number(row["of"]), rel=1e-12)
    expected = number(row["target"]) * share
    assert expected == pytest.approx(number(row["expected"]), abs=1e-9)
    if row["pace %"] != "none":
        assert round(number(row["actual"]) / expected * 100, 2) == number(row["pace %"])


def test_a_week_without_working_days_goes_by_in_calendar_days() -> None:
    tet = timeline_of("week", date(2026, 2, 16), date(2026, 2, 22))

    assert tet.working_days.tolist() == [0]
    assert targets.elapsed_share(tet, 0, ordinal(date(2026, 2, 17)), VN) == 2 / 7
    assert targets.elapsed_share(tet, 0, ordinal(date(2026, 2, 15)), VN) == 0
    assert targets.elapsed_share(tet, 0, ordinal(date(2026, 3, 15)), VN) == 1


def test_where_a_target_comes_from_is_told() -> None:
    rows: list[Given] = [
        (0, "2026-Q1", 300.0, None, None),
        (0, "2026-02", 90.0, None, None),
        (0, "2026-05", 50.0, None, None),
        (1, "2026-H1", 95.0, None, None),
        (0, "2026-Q4", 20.0, None, "per_working_day"),
        (0, "2026-W40", 11.0, None, None),
    ]

    _, origin, problems = resolve(rows, [True, False], timeline_of("month"))

    carried, split = Origin.CARRIED, Origin.SPLIT
    assert origin[:, 0].tolist() == [
        split, Origin.EXPLICIT, split, carried, Origin.EXPLICIT, carried, carried, carried, carried,
        Origin.SUMMED, Origin.RATE, Origin.RATE,
    ]  # fmt: skip
    assert origin[:, 1].tolist() == [Origin.LEVEL] * 6 + [carried] * 6
    assert [problem.code for problem in problems] == ["TARGET_PARTS_MISSING"]
    assert problems[0].args["period"] == "2026-10"


def test_a_blank_target_is_nothing_said_and_never_zero() -> None:
    rows: list[Given] = [(0, "2026-01", 100.0, None, None), (0, "2026-02", None, None, None)]
    rows.append((0, "2026-03", float("nan"), None, None))

    found, origin, problems = resolve(rows, [True], timeline_of("month", last=date(2026, 3, 31)))

    assert found[:, 0].tolist() == [100.0, 100.0, 100.0]
    assert origin[:, 0].tolist() == [Origin.EXPLICIT, Origin.CARRIED, Origin.CARRIED]
    assert problems == []


def test_no_rows_give_no_targets() -> None:
    found, origin, problems = resolve([], [True, False], timeline_of("month"))

    assert found.shape == origin.shape == (12, 2)
    assert np.isnan(found).all()
    assert problems == []


def test_a_target_stands_within_its_fiscal_year_only() -> None:
    timeline = timeline_of("month", date(2026, 2, 1), date(2026, 5, 31), 4)

    found, _, _ = resolve([(0, "2026-02", 100.0, None, None)], [True], timeline)

    assert found[:2, 0].tolist() == [100.0, 100.0]
    assert np.isnan(found[2:, 0]).all()


def test_a_target_given_before_the_window_still_stands_in_it() -> None:
    may = timeline_of("month", date(2026, 5, 1), date(2026, 5, 31))
    rows: list[Given] = [
        (0, "2025-12", 1.0, None, None),
        (0, "2026-01", 100.0, None, None),
        (1, "2026-Q1", 95.0, None, None),
        (2, "2025-12", 1.0, None, None),
        (3, "2026", 1200.0, "working_days", None),
        (4, "2026-02", 20.0, None, "per_working_day"),
    ]

    found, origin, _ = resolve(rows, [True, False, True, True, True], may)

    assert found.shape == (1, 5)
    np.testing.assert_allclose(found[0], [100.0, 95.0, np.nan, 1200 * 20 / 249, 400.0], rtol=1e-12)
    assert origin[0].tolist() == [
        Origin.CARRIED, Origin.CARRIED, Origin.NONE, Origin.SPLIT, Origin.CARRIED,
    ]  # fmt: skip


def test_a_window_inside_a_year_gets_its_part_of_the_whole_year() -> None:
    quarter = timeline_of("month", date(2026, 4, 1), date(2026, 6, 30))
    asked: list[tuple[int, int]] = []

    def last_year(nodes: np.ndarray, low: int, high: int) -> np.ndarray:
        asked.append((low, high))
        return np.arange(1.0, 13.0)[:, None] * np.ones(len(nodes))

    found, _, problems = resolve([(0, "2026", 7800.0, "last_year", None)], [True], quarter, last_year)

    assert asked == [(-3, 9)]
    np.testing.assert_allclose(found[:, 0], [400.0, 500.0, 600.0], rtol=1e-12)
    assert problems == []


@pytest.mark.parametrize(
    ("history", "code", "period"),
    [
        ([1.0, np.nan, 3.0], "PROFILE_NO_HISTORY", "2025-02"),
        ([0.0, 0.0, 0.0], "PROFILE_HISTORY_UNUSABLE", "2026-Q1"),
        ([5.0, -1.0, 2.0], "PROFILE_HISTORY_UNUSABLE", "2026-Q1"),
    ],
)
def test_last_years_numbers_that_cannot_divide_are_refused(history: list[float], code: str, period: str) -> None:
    def last_year(nodes: np.ndarray, low: int, high: int) -> np.ndarray:
        return np.column_stack([history, [1.0, 1.0, 2.0]])

    rows: list[Given] = [(node, "2026-Q1", 300.0, "last_year", None) for node in (0, 1)]
    found, _, problems = resolve(rows, [True, True], timeline_of("month"), last_year)

    assert [(problem.code, problem.owner, problem.args["period"]) for problem in problems] == [(code, "S0", period)]
    assert np.isnan(found[:, 0]).all()
    assert found[:3, 1].tolist() == [75.0, 75.0, 150.0]


def test_the_period_a_year_before_the_29th_of_february_is_the_28th() -> None:
    leap = timeline_of("day", date(2028, 2, 27), date(2028, 3, 5))

    def last_year(nodes: np.ndarray, low: int, high: int) -> np.ndarray:
        history = np.ones((high - low, len(nodes)))
        history[28] = np.nan
        return history

    _, _, problems = resolve([(0, "2028-02", 29.0, "last_year", None)], [True], leap, last_year)

    assert [problem.args["period"] for problem in problems] == ["2027-02-28"]


def test_the_week_a_year_before_is_named_by_its_iso_key() -> None:
    _, _, problems = resolve([(0, "2026-04", 5.0, "last_year", None)], [True], timeline_of("week"))

    assert [problem.args["period"] for problem in problems] == ["2025-W14"]


def test_a_calendar_year_does_not_line_up_with_fiscal_quarters_from_february() -> None:
    timeline = timeline_of("quarter", date(2026, 2, 1), date(2027, 1, 31), 2)
    rows: list[Given] = [
        (0, "2026", 400.0, None, None),
        (0, "2026-Q2", 100.0, None, None),
        (0, "FY2026", 800.0, None, None),
        (1, "2026-05", 10.0, None, None),
    ]

    found, _, problems = resolve(rows, [True, False], timeline)

    assert [(problem.code, problem.args["example"]) for problem in problems] == [
        ("PERIOD_NOT_ALIGNED", "FY2025"),
        ("PERIOD_NOT_ALIGNED", "FY2026-Q1"),
    ]
    assert found[:, 0].tolist() == [200.0] * 4
    assert "FY2026-Q1" in problems[1].text("vi")
    assert found[1, 1] == 10.0


def test_a_calendar_quarter_across_two_fiscal_halves_is_refused() -> None:
    timeline = timeline_of("half", date(2026, 2, 1), date(2027, 1, 31), 2)

    _, _, problems = resolve([(0, "2026-Q3", 100.0, None, None)], [True], timeline)

    assert [problem.code for problem in problems] == ["PERIOD_NOT_ALIGNED"]


def test_fiscal_and_calendar_keys_for_the_same_days_are_the_same_period() -> None:
    timeline = timeline_of("quarter", date(2026, 1, 1), date(2026, 3, 31), 4)
    rows: list[Given] = [(0, "2026-Q1", 100.0, None, None), (0, "FY2025-Q4", 120.0, None, None)]

    found, _, problems = resolve(rows, [True], timeline)

    assert found.tolist() == [[120.0]]
    assert problems == []


def test_repeated_shorter_rows_are_counted_once() -> None:
    months: list[Given] = [(0, key, 10.0, None, None) for key in ("2026-01", "2026-01", "2026-02", "2026-03")]

    found, _, problems = resolve(months, [True], timeline_of("quarter", last=date(2026, 3, 31)))

    assert found.tolist() == [[30.0]]
    assert problems == []


def test_a_figure_given_for_single_days_adds_up_without_a_warning() -> None:
    rows: list[Given] = [(0, "2026-01-05", 1.0, None, None), (0, "2026-01-20", 2.0, None, None)]

    found, origin, problems = resolve(rows, [True], timeline_of("month", last=date(2026, 2, 28)))

    assert found[0, 0] == 3.0
    assert origin[:, 0].tolist() == [Origin.SUMMED, Origin.NONE]
    assert problems == []


def test_a_daily_target_is_not_carried_onto_a_day_off() -> None:
    week = timeline_of("day", date(2026, 3, 5), date(2026, 3, 10))
    rows: list[Given] = [(0, "2026-03-05", 20.0, None, None), (1, "2026-03-05", 95.0, None, None)]

    found, _, _ = resolve(rows, [True, False], week)

    np.testing.assert_array_equal(found[:, 0], [20.0, 20.0, np.nan, np.nan, 20.0, 20.0])
    assert found[:, 1].tolist() == [95.0] * 6


def test_a_wide_sheet_names_the_cell_of_the_figure() -> None:
    frame = pl.DataFrame([(0, "2026-13", 1.0, None, None, 2, 5)], schema={**SCHEMA, "_col": pl.Int32}, orient="row")

    _, _, problems = targets.resolve(
        frame, 1, np.array([True]), timeline_of("month"), VN, 1, nothing_known, lambda node: ("S0", "REV"),
        lambda column, row, col: f"{column}:{row}:{col}",
    )  # fmt: skip

    assert [problem.cell for problem in problems] == ["period:2:5"]


def test_a_row_without_a_period_is_refused() -> None:
    _, _, problems = resolve([(0, None, 1.0, None, None)], [True], timeline_of("month"))

    assert [problem.code for problem in problems] == ["PERIOD_INVALID"]
    assert "chưa ghi kỳ" in problems[0].text("vi")


def test_a_timeline_of_another_fiscal_year_is_refused() -> None:
    with pytest.raises(ValueError, match="another fiscal year"):
        targets.resolve(
            pl.DataFrame(schema=SCHEMA), 1, np.array([True]), timeline_of("month"), VN, 4, nothing_known,
            lambda node: ("S0", "REV"),
        )  # fmt: skip
