"""The tables of docs/algorithms/okr.md, row by row."""

from __future__ import annotations

import math

import pytest
from tests.cases import Row, cases, number, table

from tamnhin.okr.advice import Facts, advise
from tamnhin.okr.grading import band_of, mean_of, published, score_of, trust_of


def given(text: str) -> float | None:
    value = number(text)
    return None if math.isnan(value) else value


@cases("okr", "Score of a key result")
def test_a_key_result_scores_as_far_as_it_has_come(row: Row) -> None:
    score = score_of(given(row["value"]), given(row["baseline"]), given(row["target"]))
    assert score == pytest.approx(given(row["score"]))
    assert published(score) == given(row["published"])


def test_a_target_that_is_the_baseline_has_no_score() -> None:
    with pytest.raises(ValueError, match="no way to go"):
        score_of(5.0, 5.0, 5.0)


@cases("okr", "Score of an objective")
def test_an_objective_is_the_mean_of_what_is_known(row: Row) -> None:
    scores = [] if row["scores"] == "none" else [given(part) for part in row["scores"].split("/")]
    mean = mean_of(scores)
    assert mean.score == pytest.approx(given(row["mean"]))
    assert (mean.counted, mean.total) == (int(row["counted"]), int(row["total"]))
    assert mean.partial == (row["partial"] == "yes")


def test_bands_are_those_of_the_published_hundredths() -> None:
    bands, words = (table("okr", heading) for heading in ("Bands", "Confidence"))
    assert len(bands) > 5
    assert [band_of(round(number(row["score"]) * 100)) for row in bands] == [row["band"] for row in bands]
    assert [trust_of(number(row["confidence"])) for row in words] == [row["word"] for row in words]


@cases("okr", "Advice")
def test_advice_gives_its_verdict_and_every_reason(row: Row) -> None:
    found = advise(
        Facts(
            top_down=row["origin"] == "top_down",
            pay_tied=row["pay"] == "yes",
            expected=int(row["expected"]),
            results=int(row["results"]),
            kpis=int(row["kpis"]),
            repeated=int(row["repeated"]),
        )
    )
    assert found.verdict == row["verdict"]
    assert ", ".join(found.reasons) == ("" if row["reasons"] == "—" else row["reasons"])
