"""Scores of several owners at once: what lists and tables of owners show beside a name."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import numpy as np

from tamnhin.dashboards.reading import Reading
from tamnhin.dashboards.selectors.lines import each_in_hundredths, maybe, status_of
from tamnhin.dashboards.shapes import Status
from tamnhin.engine.aggregation import Ints
from tamnhin.engine.grades import grade_index
from tamnhin.engine.rounding import publish
from tamnhin.engine.states import State


class Standing(NamedTuple):
    """What an owner is shown with in the period: the score, what it amounts to, and how much it rests on."""

    score: Decimal | None
    status: Status
    coverage: Decimal | None


def standings_of(reading: Reading, owners: Ints) -> list[Standing]:
    """The standing of each of some owners; in an open period by the score so far."""
    result, at = reading.live.result, reading.at
    opened = at in result.pace
    points = (result.pace_card if opened else result.card)[at, owners]
    return [
        Standing(score, Status.NO_DATA if np.isnan(value) else status_of(value, State.VALUE, opened=opened), coverage)
        for value, score, coverage in zip(
            points.tolist(),
            each_in_hundredths(points),
            each_in_hundredths(result.coverage[at, owners]),
            strict=True,
        )
    ]


def history_of(reading: Reading, owners: Ints) -> list[list[float | None]]:
    """Scores of some owners over the last periods, oldest first, for sparklines."""
    result = reading.live.result
    scores = result.card[np.ix_(reading.back, owners)].copy()
    for row, at in enumerate(reading.back.tolist()):
        if at in result.pace:
            scores[row] = result.pace_card[at, owners]
    return [[maybe(v) for v in column] for column in scores.T.tolist()]


def grade_words(reading: Reading, owners: Ints) -> list[str]:
    """The grade of each of some owners in the period, "" for none; in an open period, of the score so far."""
    result, at = reading.live.result, reading.at
    names = [grade for grade, _name in reading.live.facts.grades]
    if not names or not len(owners):
        return [""] * len(owners)
    score = publish(result.pace_card[at, owners]) if at in result.pace else result.published[at, owners]
    found = grade_index(score, result.grade_bounds()).tolist()
    return [names[i] if i >= 0 else "" for i in found]
