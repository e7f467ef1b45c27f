"""The evaluation: a whole plan, or what one change touches, with the same functions."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from tamnhin.engine import grades, rounding, weights
from tamnhin.engine.aggregation import ABSENT, Floats, Ints, States, reduce_ranges
from tamnhin.engine.evaluate.measure import fill_formulas
from tamnhin.engine.evaluate.score import Index, LineScores, effective, period_days, score_lines
from tamnhin.engine.evaluate.scorerollup import ScoreRollups
from tamnhin.engine.periods import ordinal
from tamnhin.engine.plan.model import Block, Plan
from tamnhin.engine.rollup import roll_up
from tamnhin.engine.rounding import MISSING
from tamnhin.engine.states import State

CHUNK = 1 << 18  # cells scored at a time: what is made on the way stays in the cache
THREADS = min(4, os.cpu_count() or 1)  # NumPy lets go of the interpreter while it computes


class Status(IntEnum):
    """State of a scorecard."""

    NONE = 0  # no line held, or the person was not employed
    PROVISIONAL = 1
    FINAL = 2
    NOT_RATED = 3

    @property
    def word(self) -> str:
        return self.name.lower()


@dataclass(slots=True)
class Result:
    """Everything a run gives, in the order of the plan's periods, lines and owners.

    ``[periods, lines]``: ``raw``, ``score`` (float64 %, NaN where none), ``state`` (int8, −1 where the line did not
    hold), ``refusal`` (int8 into ``scoring.REFUSALS``), ``gap``, ``pace`` (float64 %, only rows of open periods).
    ``[periods, owners]``: ``card`` and ``coverage`` (float64 %, unrounded), ``published`` (int64 hundredths, MISSING),
    ``pace_card`` (float64 %), ``status`` (int8, ``Status``).
    """

    plan: Plan
    raw: Floats
    score: Floats
    state: States
    refusal: npt.NDArray[np.int8]
    gap: npt.NDArray[np.bool_]
    pace: dict[int, Floats]
    card: Floats
    coverage: Floats
    published: Ints
    pace_card: Floats
    status: npt.NDArray[np.int8]
    score_rollups: ScoreRollups = field(default_factory=lambda: ScoreRollups(()))

    def grade(self) -> npt.NDArray[np.int16]:
        """Positions in the ``grades`` sheet sorted by lower bound, ``[periods, owners]``, −1 for none."""
        bounds = self.grade_bounds()
        if not len(bounds):
            return np.full(self.published.shape, -1, dtype=np.int16)
        return grades.grade_index(self.published, bounds)

    def grade_bounds(self) -> Ints:
        """The grades' lower bounds in hundredths, int64, ascending."""
        lower = self.plan.book["grades"].sort("from")["from"].to_numpy()
        if not len(lower) or grades.bounds_refusal(lower) is not None:
            return np.empty(0, dtype=np.int64)
        return grades.bounds(lower)

    def rank(self, period: int) -> npt.NDArray[np.int32]:
        """Competition ranks among people, and among units, 0 where not rated."""
        return grades.competition_rank(self.published[period], self.plan.owners.is_person.astype(np.int64))


def evaluate(plan: Plan, progress: Callable[[int, int], None] | None = None) -> Result:
    """Evaluates every line and owner in every period of the plan."""
    for block in plan.blocks:
        _roll_up(block)
    fill_formulas(plan)
    shape = (len(plan.periods), plan.lines.count)
    owners = (len(plan.periods), plan.owners.count)
    as_of = ordinal(plan.request.as_of)
    result = Result(
        plan=plan,
        raw=np.empty(shape),
        score=np.empty(shape),
        state=np.empty(shape, dtype=np.int8),
        refusal=np.empty(shape, dtype=np.int8),
        gap=np.empty(shape, dtype=bool),
        pace={i: np.full(shape[1], np.nan) for i, p in enumerate(plan.periods) if p.last > as_of},
        card=np.full(owners, np.nan),
        coverage=np.full(owners, np.nan),
        published=np.full(owners, MISSING, dtype=np.int64),
        pace_card=np.full(owners, np.nan),
        status=np.zeros(owners, dtype=np.int8),
        score_rollups=ScoreRollups.find(plan),
    )
    periods = np.arange(len(plan.periods))
    groups = _groups(plan)
    chunks = _chunks(plan, max(len(group) for group in groups) if groups else 1)
    if len(chunks) < 2 * THREADS or THREADS == 1:
        for chunk in chunks:
            _score(result, chunk, groups)
            if progress is not None:
                progress(int(plan.line_starts[chunk[1]]), plan.lines.count)
    else:  # each chunk writes columns of its own
        done = 0
        with ThreadPoolExecutor(THREADS) as pool:
            for future in as_completed([pool.submit(_score, result, chunk, groups) for chunk in chunks]):
                done += future.result()
                if progress is not None:
                    progress(done, plan.lines.count)
    rolled = result.score_rollups.apply(plan, result.raw, result.score, result.state, result.gap, periods)
    if len(rolled):
        rescore_cards(result, np.unique(plan.lines.owner[rolled]), periods)
    return result


def _roll_up(block: Block) -> None:
    """Columns do not touch one another, so each thread takes some of them through all levels."""
    columns = len(block.timeline)
    if THREADS == 1 or sum(len(level.children) for level in block.levels) * columns < CHUNK:
        roll_up(block)
        return
    bounds = np.linspace(0, columns, THREADS + 1).astype(int).tolist()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda lo, hi: roll_up(block, slice(lo, hi)), bounds[:-1], bounds[1:]))


def _score(result: Result, owners: tuple[int, int], groups: list[Ints]) -> int:
    """Lines and cards of some owners (a range) in every period; returns how many lines that were."""
    plan = result.plan
    first, last = owners
    lines = slice(int(plan.line_starts[first]), int(plan.line_starts[last]))
    for periods in groups:
        at = _at(periods, lines)
        scored = score_lines(plan, lines, periods, (result.raw[at], result.score[at]))
        store(result, lines, periods, scored)
        _cards(result, slice(first, last), lines, periods, scored.weight)
    return lines.stop - lines.start


def _groups(plan: Plan) -> list[Ints]:
    """Neighbouring periods of one kind: months that are the base periods of their KPIs need no adding up."""
    kinds = [period.kind for period in plan.periods]
    cuts = [i for i in range(1, len(kinds)) if kinds[i] != kinds[i - 1]]
    return [group for group in np.split(np.arange(len(kinds)), cuts) if len(group)]


def _chunks(plan: Plan, periods: int) -> list[tuple[int, int]]:
    """Owner ranges with about ``CHUNK`` cells each in a group of so many periods."""
    size = max(1, CHUNK // periods)
    out, first = [], 0
    while first < plan.owners.count:
        last = int(np.searchsorted(plan.line_starts, plan.line_starts[first] + size, side="right")) - 1
        last = min(max(last, first + 1), plan.owners.count)
        out.append((first, last))
        first = last
    return out


def _at(periods: Ints, lines: Index) -> tuple[slice | Ints | npt.NDArray[np.int64], slice | Ints]:
    if isinstance(lines, slice):
        return slice(int(periods[0]), int(periods[-1]) + 1), lines
    grid = np.ix_(periods, lines)
    return grid[0], grid[1]


def store(result: Result, lines: Index, periods: Ints, scored: LineScores) -> None:
    """Puts the scores of some lines in some periods into the result."""
    at = _at(periods, lines)
    if not np.may_share_memory(result.raw, scored.raw):
        result.raw[at], result.score[at] = scored.raw, scored.score
    result.state[at], result.refusal[at] = scored.totals.state, scored.refusal
    result.gap[at] = scored.gap
    for row, period in enumerate(periods.tolist()):
        if period in result.pace:
            result.pace[period][lines] = scored.pace[row]


def rescore_cards(result: Result, owners: Ints, periods: Ints) -> None:
    """Scorecards of some owners from the line scores that stand in the result."""
    plan = result.plan
    counts = plan.line_starts[owners + 1] - plan.line_starts[owners]
    stops = np.cumsum(counts)
    lines = np.repeat(plan.line_starts[owners] - (stops - counts), counts) + np.arange(int(counts.sum()))
    first, last = period_days(plan, periods)
    weight, _ = effective(plan, lines, first, last)
    weight = np.where(result.state[np.ix_(periods, lines)] == ABSENT, 0.0, weight)
    _cards(result, owners, lines, periods, weight, starts=stops - counts)


def _cards(
    result: Result, owners: Index, lines: Index, periods: Ints, weight: Floats, starts: Ints | None = None
) -> None:
    plan = result.plan
    if starts is None:
        starts = plan.line_starts[owners] - plan.line_starts[owners][0]
    at = _at(periods, lines)
    score, state = result.score[at], result.state[at]
    if weight.shape[0] == 1:
        weight = weight[0]
    card, coverage = weights.weighted(score, state, weight, starts)
    who = _at(periods, owners)
    eligible = plan.eligible[who]
    unrated = eligible * 100.0 < max(plan.book.company.minimum_eligibility, 1e-9)
    card = np.where(unrated | np.isnan(eligible), np.nan, card)
    result.card[who], result.coverage[who] = card, coverage
    result.published[who] = rounding.publish(card)

    offsets = np.append(starts, score.shape[-1])
    held = state != ABSENT
    any_held = _any(held, offsets)
    owing = _any(result.gap[at] | (state == State.NO_DATA), offsets)
    as_of = ordinal(plan.request.as_of)
    closed = np.array([plan.periods[i].last <= as_of for i in periods])[:, None]
    status = np.where(closed & ~owing, Status.FINAL, Status.PROVISIONAL)
    status = np.where(unrated, Status.NOT_RATED, status)
    status = np.where(any_held & ~np.isnan(eligible), status, Status.NONE)
    result.status[who] = status
    for row, period in enumerate(periods.tolist()):
        if period in result.pace:
            pace = np.clip(result.pace[period][lines], plan.lines.floor[lines], plan.lines.cap[lines])
            by = weight if weight.ndim == 1 else weight[row]
            result.pace_card[period, owners] = weights.weighted(pace, state[row], by, starts)[0]


def _any(mask: npt.NDArray[np.bool_], offsets: Ints) -> npt.NDArray[np.bool_]:
    """Whether any line of each group is marked."""
    return np.asarray(reduce_ranges(np.logical_or, mask, offsets[:-1], offsets[1:], False))
