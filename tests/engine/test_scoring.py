"""docs/algorithms/scoring.md, row by row, and what must hold for any numbers."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cases import Row, cases, number, table

from tamnhin.engine import rounding, scoring, weights
from tamnhin.engine.problems import CATALOGUE
from tamnhin.engine.scoring import Curve, Direction, Method, Params

KEYS = {"B": "baseline", "d": "penalty", "L": "low", "H": "high", "L₀": "zero_low", "H₀": "zero_high"}


def line_of(row: Row) -> tuple[Params, float, float]:
    """The line that a row describes, with its floor and cap."""
    given_values: dict[str, float] = {}
    text = row["line"]
    curve = None
    if "curve " in text:
        text, said = text.split("curve ", 1)
        parsed = Curve.parse(said)
        assert isinstance(parsed, Curve), parsed
        curve = parsed
    for part in filter(None, (part.strip() for part in text.split(";"))):
        name, value = part.split()
        given_values[KEYS.get(name, name)] = number(value)
    floor, cap = given_values.pop("floor", 0.0), given_values.pop("cap", 120.0)
    direction = Direction.parse(row["direction"])
    assert direction is not None
    return Params.scalar(direction=direction, curve=curve, **given_values), floor, cap


def numbers(text: str) -> np.ndarray:
    return np.array([number(part) for part in text.split("/")])


def method_of(row: Row) -> Method:
    method = Method.parse(row["method"])
    assert method is not None
    return method


@cases("scoring", "Worked rows", "case", "method")
def test_a_worked_row_gives_its_raw_percentage_and_its_score(row: Row) -> None:
    params, floor, cap = line_of(row)
    raw, score, refused = scoring.scored(method_of(row), numbers(row["A"]), number(row["T"]), params, floor, cap)
    assert not refused.any()
    np.testing.assert_allclose(raw, numbers(row["raw"]), rtol=0, atol=1e-9)
    np.testing.assert_array_equal(rounding.publish(score), rounding.publish(numbers(row["score"])))


@cases("scoring", "Refused", "case")
def test_a_refused_row_has_its_code_and_no_score(row: Row) -> None:
    params, floor, cap = line_of(row)
    raw, score, refused = scoring.scored(method_of(row), numbers(row["A"]), number(row["T"]), params, floor, cap)
    assert scoring.REFUSALS[refused[0]] == row["code"]
    assert np.isnan(raw[0])
    assert np.isnan(score[0])
    assert scoring.refusal(method_of(row), numbers(row["A"]), number(row["T"]), params)[0] == refused[0]


def test_every_refusal_is_in_the_catalogue_and_has_a_worked_row() -> None:
    codes = {code for code in scoring.REFUSALS if code}
    assert codes <= set(CATALOGUE)
    assert codes == {row["code"] for row in table("scoring", "Refused")}


@cases("scoring", "Clamp before weighting", "case")
def test_scores_are_clamped_before_they_are_weighted(row: Row) -> None:
    score = scoring.clamp(numbers(row["raw"]), 0, 120)
    total, coverage = weights.weighted(score, np.zeros(len(score), np.int8), numbers(row["weights"]), np.array([0]))
    assert rounding.publish(total[0]) == rounding.publish(number(row["total"]))
    assert coverage[0] == 100


@cases("scoring", "Defaults", "direction", "every target > 0", "band given")
def test_a_line_without_a_method_takes_the_default_or_is_refused(row: Row) -> None:
    direction = Direction.parse(row["direction"])
    assert direction is not None
    chosen = scoring.default_method(
        np.array([direction], np.int8),
        np.array([row["every target > 0"] == "yes"]),
        np.array([row["band given"] == "yes"]),
    )
    assert chosen.dtype == np.int8
    assert chosen[0] == (-1 if row["method"] == "refused" else method_of(row))


@cases("scoring", "Offered instead", "case")
def test_the_preview_shows_what_each_offered_method_gives_or_still_needs(row: Row) -> None:
    params, _, _ = line_of(row)
    offers = scoring.offers(numbers(row["A"]), number(row["T"]), params)
    assert [offer.method.word for offer in offers] == ["baseline", "count_down", "deviation"]
    for offer in offers:
        said = row[offer.method.word]
        if said in CATALOGUE:
            assert offer.refusal == said
            assert np.isnan(offer.score).all()
        else:
            assert offer.refusal is None
            np.testing.assert_allclose(offer.score, numbers(said), rtol=0, atol=1e-9)


@cases("scoring", "Curves as text")
def test_a_curve_reads_as_its_text_says_or_is_refused(row: Row) -> None:
    curve = Curve.parse(row["text"])
    if row["reads as"] in CATALOGUE:
        assert curve == row["reads as"]
    else:
        assert isinstance(curve, Curve)
        assert curve.text == row["reads as"]
        assert Curve.parse(curve.text) == curve


@cases("scoring", "Explained", "case")
def test_an_explanation_names_the_formula_and_the_numbers_in_it(row: Row) -> None:
    params, floor, cap = line_of(row)
    actual, target = number(row["A"]), number(row["T"])
    why = scoring.explain(method_of(row), actual, target, params, floor, cap)
    assert (why.formula_vi, why.formula_en) == (row["formula vi"], row["formula en"])
    said = [part.split() for part in row["symbols"].split(";")]
    assert [name for name, _ in why.symbols] == [name for name, _ in said]
    np.testing.assert_allclose([value for _, value in why.symbols], [number(value) for _, value in said])
    raw, score, _ = scoring.scored(method_of(row), [actual], [target], params, floor, cap)
    assert (why.raw, why.score) == (raw[0], score[0])


def test_an_explanation_says_when_the_counted_score_is_not_the_raw_one() -> None:
    line = Params.scalar()
    assert scoring.explain(Method.RATIO, 180, 100, line).clamped
    assert not scoring.explain(Method.RATIO, 100, 100, line).clamped
    assert not scoring.explain(Method.RATIO, float("nan"), 100, line).clamped
    assert scoring.explain(Method.RATIO, 180, 0, line).refusal == "TARGET_NOT_POSITIVE"


def test_an_explanation_carries_the_points_of_its_curve() -> None:
    curve = Curve.parse("step: 90:40; 100:100")
    assert isinstance(curve, Curve)
    assert scoring.explain(Method.CURVE, 95, 100, Params.scalar(curve=curve)).points == "step: 90:40; 100:100"
    assert scoring.explain(Method.RATIO, 95, 100, Params.scalar(curve=curve)).points is None


def test_an_explanation_is_of_one_line_only() -> None:
    with pytest.raises(ValueError, match="one line"):
        scoring.explain(Method.RATIO, 1, 1, Params.scalar().take([0, 0]))


def test_methods_are_found_by_their_canonical_words() -> None:
    assert [Method.parse(method.word) for method in Method] == list(Method)
    assert Method.parse("average") is None
    assert set(scoring.METHODS) == set(Method)


def two_lines() -> Params:
    curve = Curve.parse("80:0; 100:100")
    assert isinstance(curve, Curve)
    return Params(
        baseline=np.array([8.0, 0.0]),
        low=np.array([28.0, 1.0]),
        high=np.array([32.0, 2.0]),
        zero_low=np.array([20.0, 0.0]),
        zero_high=np.array([40.0, 9.0]),
        penalty=np.array([5.0, 2.0]),
        direction=np.array([Direction.LOWER, Direction.HIGHER], np.int8),
        curve=np.array([0, -1], np.int32),
        curves=(curve,),
    )


@pytest.mark.parametrize("method", list(Method))
def test_a_matrix_is_scored_as_its_cells_one_by_one(method: Method) -> None:
    """Shapes broadcast: periods x lines, one target for all, one period, one line."""
    lines = two_lines()
    generator = np.random.default_rng(2)
    actual = generator.integers(-3, 40, (5, 2)).astype(float)
    actual[1, 0] = np.nan
    for target in (np.full((5, 2), 4.0), np.array([4.0, 30.0]), np.float64(4), generator.integers(-2, 3, (5, 2)) * 1.0):
        floor, cap = np.array([0.0, 10.0]), np.array([120.0, 90.0])
        raw, score, refused = scoring.scored(method, actual, target, lines, floor, cap)
        full = np.broadcast_to(target, (5, 2))
        assert raw.shape == score.shape == refused.shape == (5, 2)
        for i, j in np.ndindex(5, 2):
            one = scoring.scored(method, actual[i, j], full[i, j], lines.take([j]), floor[j], cap[j])
            np.testing.assert_array_equal([raw[i, j], score[i, j], refused[i, j]], [one[0][0], one[1][0], one[2][0]])


@pytest.mark.parametrize("method", list(Method))
def test_scoring_changes_no_input_and_never_warns(method: Method) -> None:
    lines = two_lines()
    actual = np.array([[0.0, -0.0], [np.nan, 1e308], [1e-308, -1e308]])
    target = np.array([[0.0, -1.0], [4.0, 1e-308], [np.nan, 1e308]])
    before = actual.copy(), target.copy()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        scoring.scored(method, actual, target, lines, 0, 120)
        scoring.scored(method, actual[:0], target[:0], lines, 0, 120)
        scoring.scored(method, actual[:, :0], target[:, :0], lines.take(np.array([], np.int64)), 0, 120)
    np.testing.assert_array_equal(actual, before[0])
    np.testing.assert_array_equal(target, before[1])


def test_a_negative_zero_takes_the_cap_of_inverse_too() -> None:
    lower = Params.scalar(direction=Direction.LOWER)
    assert scoring.scored(Method.INVERSE, -0.0, 4, lower, 0, 120)[1][0] == 120


def test_only_the_lines_at_fault_are_refused() -> None:
    lines = two_lines()
    refused = scoring.refusal(Method.RATIO, np.ones((3, 2)), np.array([[1.0, 1], [1, 0], [1, 2]]), lines)
    codes = np.array(scoring.REFUSALS, object)[refused]
    assert codes[:, 0].tolist() == ["METHOD_NOT_ALLOWED"] * 3
    assert codes[:, 1].tolist() == [None, "TARGET_NOT_POSITIVE", None]


def test_a_faulty_target_is_refused_even_before_there_is_an_actual() -> None:
    line = Params.scalar()
    assert scoring.REFUSALS[scoring.refusal(Method.RATIO, np.nan, 0, line)[0]] == "TARGET_NOT_POSITIVE"
    assert scoring.refusal(Method.RATIO, np.nan, np.nan, line)[0] == 0


def test_parameters_of_different_lengths_are_a_programming_error() -> None:
    one = Params.scalar()
    with pytest.raises(ValueError, match="lengths"):
        Params(np.zeros(2), one.low, one.high, one.zero_low, one.zero_high, one.penalty, one.direction, one.curve)


measure = st.floats(-1e12, 1e12)
percent = st.floats(-500, 500)


@st.composite
def any_line(draw: st.DrawFn) -> Params:
    edges = sorted(draw(st.lists(measure, min_size=4, max_size=4)))
    xs = sorted(draw(st.lists(st.integers(0, 300), min_size=2, max_size=6, unique=True)))
    ys = sorted(draw(st.lists(st.integers(-50, 200), min_size=len(xs), max_size=len(xs))))
    prefix = draw(st.sampled_from(["", "step: ", "value: ", "step: value: "]))
    curve = Curve.parse(prefix + "; ".join(f"{x}:{y}" for x, y in zip(xs, ys, strict=True)))
    assert isinstance(curve, Curve)
    return Params.scalar(
        direction=draw(st.sampled_from(Direction)), baseline=draw(measure), penalty=draw(st.floats(1e-6, 1e6)),
        zero_low=edges[0], low=edges[1], high=edges[2], zero_high=edges[3], curve=curve,
    )  # fmt: skip


@given(st.sampled_from(Method), any_line(), measure, measure, percent, percent)
def test_a_score_is_always_within_its_clamp(
    method: Method, line: Params, actual: float, target: float, one: float, other: float
) -> None:
    floor, cap = min(one, other), max(one, other)
    raw, score, refused = scoring.scored(method, actual, target, line, floor, cap)
    assert np.isnan(score[0]) == np.isnan(raw[0]) == (refused[0] != 0)
    if not refused[0]:
        assert floor <= score[0] <= cap


@given(st.sampled_from(Method), any_line(), measure, measure, measure)
def test_a_better_actual_never_lowers_the_score(
    method: Method, line: Params, one: float, other: float, target: float
) -> None:
    """More is better up to a band and worse beyond it; for the curves here, whose y never falls, more is better."""
    ends = np.array([min(one, other), max(one, other)])
    direction = line.direction[0]
    if method is Method.BAND or (method is Method.PASS_FAIL and direction == Direction.BAND):
        ways = [(1.0, np.minimum(ends, line.high[0])), (-1.0, np.maximum(ends, line.low[0]))]
    elif method is Method.BASELINE:
        ways = [(1.0 if target > line.baseline[0] else -1.0, ends)]
    elif method in (Method.CURVE, Method.MILESTONE):
        ways = [(1.0, ends)]
    else:
        ways = [(-1.0 if direction == Direction.LOWER else 1.0, ends)]
    for sign, actuals in ways:
        score, refused = scoring.scored(method, actuals, target, line, 0, 120)[1:]
        if not refused.any():
            assert sign * (score[1] - score[0]) >= -1e-9


@given(measure.filter(lambda t: t != 0), st.sampled_from(Direction), measure)
def test_an_actual_equal_to_its_target_is_exactly_met(target: float, direction: Direction, baseline: float) -> None:
    line = Params.scalar(direction=direction, baseline=baseline)
    for method in (Method.RATIO, Method.DEVIATION, Method.INVERSE, Method.BASELINE, Method.PASS_FAIL):
        raw, refused = scoring.raw(method, target, target, line), scoring.refusal(method, target, target, line)
        assert refused[0] or raw[0] == 100
