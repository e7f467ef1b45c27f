"""docs/algorithms/grades.md, row by row, and what must hold for any numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cases import Row, cases, number

from tamnhin.engine import grades, rounding

NAMES = "DCBA"


def numbers(text: str) -> list[float]:
    return [number(part) for part in text.split("/")] if text else []


@cases("grades", "Grades", "case")
def test_a_score_has_the_grade_of_the_last_bound_it_reached(row: Row) -> None:
    lower = grades.bounds(numbers(row["bounds"]))
    published = rounding.publish([number(row["score"])])
    index = grades.grade_index(published, lower)
    assert index.dtype == np.int16
    assert (NAMES[index[0]] if index[0] >= 0 else "none") == row["grade"]
    assert grades.distance_to_next(published, lower)[0] == rounding.publish(number(row["to next"]))


@pytest.mark.parametrize("lower", [[0, 60, 60], [60, 0], [0, float("nan")], [0, float("inf")], [0, 50.001, 50.009]])
def test_bounds_that_do_not_increase_by_a_hundredth_are_refused(lower: list[float]) -> None:
    assert grades.bounds_refusal(lower) == "GRADES_NOT_INCREASING"
    with pytest.raises(ValueError, match="bound"):
        grades.bounds(lower)


def test_increasing_bounds_are_not_refused() -> None:
    assert grades.bounds_refusal([0, 60, 60.01]) is None
    assert grades.bounds_refusal([]) is None


@cases("grades", "Ranks", "case")
def test_ranks_are_competition_ranks_on_published_scores(row: Row) -> None:
    published = rounding.publish(numbers(row["scores"]))
    ranks = grades.competition_rank(published, np.array(numbers(row["groups"]), np.int64))
    assert ranks.dtype == np.int32
    assert ranks.tolist() == numbers(row["ranks"])


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from([rounding.MISSING, -500, 0, 9000, 9250])), max_size=30))
def test_a_rank_is_one_more_than_the_number_of_better_scores_in_the_group(people: list[tuple[int, int]]) -> None:
    group = np.array([who for who, _ in people], np.int64)
    published = np.array([score for _, score in people], np.int64)
    expected = [
        0 if score == rounding.MISSING else 1 + sum(other > score for whose, other in people if whose == who)
        for who, score in people
    ]
    assert grades.competition_rank(published, group).tolist() == expected


@given(st.lists(st.integers(-1000, 13000), max_size=30), st.sets(st.integers(0, 12000), min_size=1, max_size=6))
def test_grades_are_monotone_and_the_distance_leads_exactly_to_the_next(scores: list[int], starts: set[int]) -> None:
    lower = np.array(sorted(starts), np.int64)
    published = np.array(sorted(scores), np.int64)
    index = grades.grade_index(published, lower)
    assert (np.diff(index) >= 0).all()
    distance = grades.distance_to_next(published, lower)
    below_top = distance != rounding.MISSING
    assert (below_top == (index < len(lower) - 1)).all()
    reached = published[below_top] + distance[below_top]
    assert (grades.grade_index(reached, lower) == index[below_top] + 1).all()
    assert (grades.grade_index(reached - 1, lower) == index[below_top]).all()


@cases("grades", "Quotas", "case")
def test_quotas_advise_whole_people_and_hide_in_small_groups(row: Row) -> None:
    index = np.array([int(part) if part.strip() != "none" else -1 for part in row["grades"].split("/")])
    shares = (np.array(numbers(row["shares"])) * 100).astype(np.int64)
    quotas = grades.quotas(index, np.full(len(index), 4), shares, int(row["minimum"]))
    assert quotas.group.tolist() == [4]
    assert quotas.actual[0].tolist() == numbers(row["actual"])
    assert quotas.advised[0].tolist() == numbers(row["advised"])
    assert quotas.shown.tolist() == [row["shown"] == "yes"]


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(-1, 3)), max_size=60), st.permutations([1000, 2500, 3333, 3167])
)
def test_advised_numbers_sum_to_each_group(people: list[tuple[int, int]], shares: list[int]) -> None:
    group = np.array([who for who, _ in people], np.int64)
    index = np.array([grade for _, grade in people], np.int64)
    quotas = grades.quotas(index, group, shares)
    assert quotas.advised.sum(axis=1).tolist() == quotas.size.tolist() == quotas.actual.sum(axis=1).tolist()
    assert quotas.size.sum() == (index >= 0).sum()
    assert (quotas.shown == (quotas.size >= 5)).all()


@pytest.mark.parametrize("shares", [[5000, 4999], [11000, -1000]])
def test_quota_shares_must_total_100_percent(shares: list[int]) -> None:
    with pytest.raises(ValueError, match="10,000"):
        grades.quotas(np.array([0]), np.array([0]), shares)
