"""What holds for any targets: the parts give the whole, the order of rows is nothing, a million rows are quick."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.target_cases import VN, Given, nothing_known, resolve, timeline_of

from tamnhin.engine import targets
from tamnhin.engine.periods import Kind, parse

figures = st.floats(-1e12, 1e12, allow_nan=False).filter(lambda value: value == 0 or abs(value) > 1e-6)
shares = st.lists(st.integers(0, 10_000), min_size=1, max_size=366).filter(any)


@given(st.lists(figures, min_size=1, max_size=5), shares, st.randoms())
def test_the_parts_of_a_figure_sum_to_it_exactly_in_any_order(values: list[float], parts: list[int], mix) -> None:  # type: ignore[no-untyped-def]
    figure = np.array(values)

    divided = targets.split(figure, np.array(parts))

    order = list(range(len(parts)))
    mix.shuffle(order)
    total = np.zeros_like(figure)
    for part in order:
        total = total + divided[part]
    assert (total == figure).all()
    exact = figure * np.array(parts)[:, None] / sum(parts)
    np.testing.assert_allclose(divided, exact, rtol=0, atol=4 * np.spacing(np.abs(figure).max()))


whole_figures = st.floats(-1e9, 1e9, allow_nan=False).map(lambda value: round(value, 2))


@given(
    whole_figures,
    st.sampled_from(["2026", "2026-H2", "2026-Q1", "2026-03"]),
    st.sampled_from(["day", "week", "month", "quarter"]),
    st.sampled_from(["even", "working_days", None]),
)
@settings(max_examples=60)
def test_splitting_a_period_then_summing_gives_the_whole(figure: float, key: str, kind: Kind, profile: str) -> None:
    timeline = timeline_of(kind)
    low, high = timeline.columns_in(parse(key))
    if high - low < 2:
        return

    found, _, problems = resolve([(0, key, figure, profile, None)], [True], timeline)

    assert problems == []
    assert np.cumsum(found[low:high, 0])[-1] == figure
    assert np.isnan(np.delete(found[:, 0], np.s_[low:high])).all()


@given(st.permutations(range(6)))
def test_the_order_of_rows_never_matters(order: list[int]) -> None:
    rows: list[Given] = [
        (0, "2026", 1200.0, None, None),
        (0, "2026-Q2", 600.0, "working_days", None),
        (0, "2026-05", 7.0, None, None),
        (1, "2026-W02", 3.0, None, None),
        (1, "2026-03", 20.0, None, "per_working_day"),
        (2, "2026-H1", 95.0, None, None),
    ]
    kinds = [True, True, False]
    expected, expected_origin, _ = resolve(rows, kinds, timeline_of("month"))

    found, origin, _ = resolve([rows[position] for position in order], kinds, timeline_of("month"))

    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(origin, expected_origin)


def test_a_million_rows_are_all_resolved() -> None:
    nodes, months = 1_000_000 // 12, [f"2026-{month:02d}" for month in range(1, 13)]
    frame = pl.DataFrame({"node": np.repeat(np.arange(nodes), 12), "period": months * nodes}).with_columns(
        target=pl.int_range(pl.len()).cast(pl.Float64), profile=pl.lit(None, pl.String), basis=pl.lit(None, pl.String)
    )
    found, _, problems = targets.resolve(
        frame, nodes, np.ones(nodes, dtype=np.bool_), timeline_of("month"), VN, 1, nothing_known,
        lambda node: (None, None),
    )  # fmt: skip

    assert problems == []
    np.testing.assert_array_equal(found.T.ravel(), np.arange(nodes * 12))
