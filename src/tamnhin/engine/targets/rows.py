"""The target rows as arrays: each row measured against the base periods of a timeline, the faulty ones set aside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl

from tamnhin.engine.calendar import Calendar
from tamnhin.engine.periods import KIND_CODES, KINDS, PeriodError, Timeline, containing, from_ordinal, parse
from tamnhin.engine.periods.many import encode
from tamnhin.engine.problems import Problem
from tamnhin.engine.targets import problems as _declared  # noqa: F401 -- declares the codes used here
from tamnhin.engine.targets.profiles import Profile, ProfileError, parse_profile

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Label = Callable[[int], tuple[str | None, str | None]]
Place = Callable[[str, int, int | None], str | None]

# how a row's period stands to the base periods
REFUSED, BASE, FINER, COARSER = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Span:
    """One distinct period key. ``relation`` is one of the four constants; ``column`` its column where it has one."""

    key: str
    kind: int
    first: int
    last: int
    anchor: int
    relation: int
    column: int


class Rows:
    """The target rows with a figure. Arrays are ``(rows,)``; ``span``, ``profile`` point into the distinct values."""

    def __init__(self, frame: pl.DataFrame, label: Label, place: Place | None) -> None:
        # a blank cell is nothing said, and no figure can be read from a NaN
        said = frame.filter(pl.col("target").is_finite() & pl.col("node").is_not_null())
        self.frame = said
        self.node: Ints = said["node"].cast(pl.Int64).to_numpy()
        self.target: npt.NDArray[np.float64] = said["target"].cast(pl.Float64).to_numpy()
        self.span, self.keys = encode(said["period"])
        self.profile, self.profile_texts = encode(said["profile"])
        self.per_day: Mask = (said["basis"] == "per_working_day").fill_null(False).to_numpy()
        self.alive: Mask = np.ones(len(said), dtype=np.bool_)
        self.problems: list[tuple[int, Problem]] = []
        self._label = label
        self._place = place

    def refuse(self, rows: Ints, code: str, column: str, **args: object) -> None:
        """Set the rows aside, each with its problem at its cell."""
        self.alive[rows] = False
        self.report(rows, code, column, **args)

    def report(self, rows: Ints, code: str, column: str, **args: object) -> None:
        """One problem a row; a bad row is a person's mistake in one cell, so there are few of them."""
        for row in rows.tolist():
            owner, kpi = self._label(int(self.node[row]))
            text = {"owner": owner, "kpi": kpi, "period": self.keys[self.span[row]], **args}
            problem = Problem(code, sheet="targets", cell=self._cell(row, column), owner=owner, kpi=kpi, args=text)
            self.problems.append((row, problem))

    def _cell(self, row: int, column: str) -> str | None:
        if self._place is None or "_row" not in self.frame.columns:
            return None
        sheet_row = self.frame.item(row, "_row")
        wide = self.frame.item(row, "_col") if "_col" in self.frame.columns else None
        return None if sheet_row is None else self._place(column, sheet_row, wide)

    def with_span(self, span: int) -> Ints:
        """The rows still alive under one key."""
        return np.flatnonzero(self.alive & (self.span == span))

    def by_span(self) -> list[Ints]:
        """The rows still alive under each key, in the order of the rows: one sort for all keys."""
        alive = np.flatnonzero(self.alive)
        order = alive[np.argsort(self.span[alive], kind="stable")]
        bounds = np.searchsorted(self.span[order], np.arange(len(self.keys) + 1))
        return [order[lo:hi] for lo, hi in pairwise(bounds.tolist())]

    def drop_repeated(self, same: Ints) -> None:
        """Of several rows for one node and one period (``same``: one number for each key's days), keep the last."""
        alive = np.flatnonzero(self.alive)[::-1]
        pairs = self.node[alive] * (int(same.max(initial=0)) + 1) + same[self.span[alive]]
        _, kept = np.unique(pairs, return_index=True)
        if len(kept) < len(alive):
            self.alive[:] = False
            self.alive[alive[kept]] = True

    def spans(self, timeline: Timeline, calendar: Calendar) -> list[Span | None]:
        """Every distinct key measured against the base periods; unreadable and misaligned ones are refused."""
        found: list[Span | None] = []
        for position, key in enumerate(self.keys):
            try:
                if key is None:
                    raise PeriodError("", "chưa ghi kỳ", "no period is given")
                span = _measure(key, timeline, calendar)
            except PeriodError as error:
                self.refuse(
                    self.with_span(position),
                    error.code,
                    "period",
                    key=error.key,
                    hint_vi=error.hint_vi,
                    hint_en=error.hint_en,
                )
                found.append(None)
                continue
            if span.relation == REFUSED:
                start = timeline.fiscal_year_start
                example = containing(from_ordinal(span.first), KINDS[span.kind], start).key
                self.refuse(
                    self.with_span(position),
                    "PERIOD_NOT_ALIGNED",
                    "period",
                    frequency=timeline.frequency,
                    month=start,
                    example=example,
                )
            found.append(span)
        return found

    def profiles(self) -> list[Profile | None]:
        """Every distinct profile; the rows of an unreadable one are refused."""
        found: list[Profile | None] = []
        for position, text in enumerate(self.profile_texts):
            try:
                found.append(parse_profile(text))
            except ProfileError as error:
                rows = np.flatnonzero(self.alive & (self.profile == position))
                self.refuse(rows, error.code, "profile", **error.args_of_text)
                found.append(None)
        return found


def _measure(key: str, timeline: Timeline, calendar: Calendar) -> Span:
    period = parse(key, timeline.fiscal_year_start)
    kind, base = KIND_CODES[period.kind], KIND_CODES[timeline.frequency]
    first, last = period.first, period.last
    anchor = first + 3 if period.kind == "week" else last
    if kind < base:
        relation, column = FINER, int(timeline.column_of(anchor))
        if column >= 0 and period.kind != "week" and int(timeline.column_of(first)) != column:
            # a calendar quarter across two fiscal halves belongs to neither
            relation, column = REFUSED, -1
    else:
        # the base periods of this very period, which may lie outside the timeline that was asked for
        own = base_periods(timeline, first, last, calendar)
        weeks = timeline.frequency == "week"
        aligned = len(own) > 0 and (weeks or (int(own.start[0]) == first and int(own.stop[-1]) == last))
        relation = REFUSED if not aligned else BASE if kind == base else COARSER
        column = int(timeline.column_of(first)) if relation == BASE else -1
    return Span(key, kind, first, last, anchor, relation, column)


@dataclass(frozen=True, slots=True)
class BasePeriods:
    """The base periods inside one longer period: int64 ordinals ``(parts,)``."""

    start: Ints
    stop: Ints
    working_days: Ints

    def __len__(self) -> int:
        return len(self.start)


def base_periods(timeline: Timeline, first: int, last: int, calendar: Calendar) -> BasePeriods:
    """The base periods whose anchor lies between two days, whether or not the timeline reaches them."""
    own = Timeline.build(timeline.frequency, first, last, calendar, timeline.fiscal_year_start)
    lo, hi = own.columns_between(first, last)
    return BasePeriods(own.start[lo:hi], own.stop[lo:hi], own.working_days[lo:hi])


def year_before(timeline: Timeline, start: int) -> str:
    """The key of the base period a year before the one that starts on the day (an ordinal)."""
    day = from_ordinal(start)
    if timeline.frequency == "week":
        day = from_ordinal(start - 364)
    else:
        # 29 February has no day a year before; the 28th stands for it
        day = day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)
    return containing(day, timeline.frequency, timeline.fiscal_year_start).key
