"""From target rows to one target per base period and node (computation.md §6, docs/algorithms/targets.md)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import IntEnum

import numpy as np
import numpy.typing as npt
import polars as pl

from tamnhin.engine.calendar import Calendar
from tamnhin.engine.periods import KIND_CODES, KINDS, PeriodError, Timeline, children, ordinal, parse
from tamnhin.engine.problems import Problem
from tamnhin.engine.targets.profiles import Profile, split
from tamnhin.engine.targets.rows import (
    BASE,
    COARSER,
    FINER,
    BasePeriods,
    Ints,
    Label,
    Mask,
    Place,
    Rows,
    Span,
    base_periods,
    year_before,
)

Floats = npt.NDArray[np.float64]
LastYear = Callable[[Ints, int, int], Floats | None]


class Origin(IntEnum):
    """Where a target comes from, int8 in arrays. What is larger wins over what is smaller, but for CARRIED."""

    NONE = 0
    LEVEL = 1  # a longer period's level, as it stands: KPIs that do not add up
    RATE = 2  # a longer period's figure per working day
    SPLIT = 3  # a share of a longer period's figure
    SUMMED = 4  # the shorter periods' figures added up
    EXPLICIT = 5  # given for this very period
    CARRIED = 6  # an earlier target of the same fiscal year, standing until changed


def resolve(
    rows: pl.DataFrame,
    n_nodes: int,
    additive: Mask,
    timeline: Timeline,
    calendar: Calendar,
    fiscal_year_start: int,
    last_year: LastYear,
    label: Label,
    place: Place | None = None,
) -> tuple[Floats, npt.NDArray[np.int8], list[Problem]]:
    """``(targets float64 (columns, n_nodes), origin int8 (columns, n_nodes), problems)``; NaN where there is none.

    ``rows``: ``node`` Int64, ``period`` String, ``target`` Float64, ``profile`` String, ``basis`` String, and maybe
    ``_row``, ``_col`` Int32; rows without a figure are nothing said. Of two rows for one node and period the last
    holds. ``additive``: bool ``(n_nodes,)``, true for KPIs that sum over time. ``last_year(nodes, lo, hi)`` gives the
    actuals a year before the columns ``lo`` to ``hi`` (half-open, float64 ``(hi - lo, nodes)``, NaN where unknown) or
    None; columns may lie outside the timeline (negative, or past its end) when the row's period does. ``label(node)``
    gives owner and KPI for problems, ``place(column, _row, _col)`` the name of the cell.

    ValueError when ``timeline`` follows another fiscal year than ``fiscal_year_start``.
    """
    if timeline.fiscal_year_start != fiscal_year_start:
        raise ValueError("the timeline was built for another fiscal year")
    given = Rows(rows, label, place)
    wide = _reaching_back(given.keys, timeline, calendar)
    spans = given.spans(wide, calendar)
    profiles = given.profiles()
    given.drop_repeated(_same_days(spans))
    matrices = _Matrices(given, spans, profiles, wide, calendar, additive, n_nodes)
    lo = int(wide.column_of(timeline.first))
    matrices.refuse_rates()
    matrices.longer(last_year, lo)
    matrices.shorter()
    matrices.explicit()
    matrices.carry()
    kept = slice(lo, lo + len(timeline))
    problems = [problem for _, problem in sorted(given.problems, key=lambda found: found[0])]
    return matrices.targets[kept], matrices.origin[kept], problems


def _reaching_back(keys: list[str | None], timeline: Timeline, calendar: Calendar) -> Timeline:
    """The timeline from earlier in its first fiscal year, where a target was given there: it may stand until now."""
    year, month = int(timeline.fiscal_year_of_column[0]), timeline.fiscal_year_start
    opening = ordinal(date(year, month, 1))
    earlier = timeline.first
    for key in keys:
        try:
            period = parse(key or "", month)
        except PeriodError:
            continue
        if opening <= period.last < timeline.first:
            earlier = min(earlier, max(opening, period.first))
    if earlier == timeline.first:
        return timeline
    return Timeline.build(timeline.frequency, earlier, timeline.last, calendar, month)


def _same_days(spans: list[Span | None]) -> Ints:
    """A number for each key, equal where two keys (``FY2025-M11`` and ``2026-02``) mean the same days."""
    seen: dict[tuple[int, int] | None, int] = {}
    days = [None if span is None else (span.first, span.last) for span in spans]
    return np.array([seen.setdefault(pair, len(seen)) for pair in days], dtype=np.int64)


class _Matrices:
    """The two matrices while they are filled: the weaker origin first, so that the stronger one overwrites it."""

    def __init__(
        self,
        given: Rows,
        spans: list[Span | None],
        profiles: list[Profile | None],
        timeline: Timeline,
        calendar: Calendar,
        additive: Mask,
        n_nodes: int,
    ) -> None:
        self.given = given
        self.spans = spans
        self.profiles = profiles
        self.timeline = timeline
        self.calendar = calendar
        self.additive = additive
        shape = (len(timeline), n_nodes)
        self.targets: Floats = np.full(shape, np.nan)
        self.origin: npt.NDArray[np.int8] = np.zeros(shape, dtype=np.int8)
        self.rates: Floats | None = None

    def refuse_rates(self) -> None:
        """A figure per working day says nothing of a KPI that does not add up."""
        given = self.given
        wrong = np.flatnonzero(given.alive & given.per_day & ~self.additive[given.node])
        given.refuse(wrong, "BASIS_NOT_ADDITIVE", "basis")

    def longer(self, last_year: LastYear, offset: int) -> None:
        """Rows of longer periods, the longest first: the narrower of two that overlap wins for its own columns."""
        given = self.given
        grouped = given.by_span()
        found = [(span, grouped[at]) for at, span in enumerate(self.spans) if span and span.relation == COARSER]
        for span, rows in sorted(found, key=lambda pair: pair[0].first - pair[0].last):
            parts = base_periods(self.timeline, span.first, span.last, self.calendar)
            columns = self.timeline.column_of(parts.start)
            rate = given.per_day[rows]
            adds = self.additive[given.node[rows]]
            days = parts.working_days[:, None].astype(np.float64)
            if rate.any():
                self._put(columns, rows[rate], given.target[rows[rate]] * days, Origin.RATE)
            if not adds.all():
                level = np.broadcast_to(given.target[rows[~adds]], (len(parts), int((~adds).sum())))
                self._put(columns, rows[~adds], level, Origin.LEVEL)
            divided = rows[adds & ~rate]
            used = given.profile[divided]
            for position in np.unique(used).tolist():
                same = divided if len(divided) and (used == position).all() else divided[used == position]
                self._divide(span, parts, columns, same, self.profiles[position], last_year, offset)

    def _divide(
        self,
        span: Span,
        parts: BasePeriods,
        columns: Ints,
        rows: Ints,
        profile: Profile | None,
        last_year: LastYear,
        offset: int,
    ) -> None:
        """Divide the figures of one period under one profile over its base periods."""
        assert profile is not None, "rows of an unreadable profile are refused before"  # noqa: S101 -- for the types
        inside = columns >= 0
        shares: Ints | Floats = np.ones(len(parts), dtype=np.int64)
        if profile.kind == "custom":
            if len(profile.parts) != len(parts):
                self._refuse_length(rows, profile, len(parts))
                return
            shares = profile.integers()
        elif profile.kind == "working_days" and parts.working_days.any():
            shares = parts.working_days
        elif profile.kind == "last_year":
            if not inside.any():
                return
            here = int(np.argmax(inside))
            lo = int(columns[here]) - here - offset
            rows, shares = self._history(parts, rows, last_year(self.given.node[rows], lo, lo + len(parts)))
        if len(rows) and inside.any():
            self._put(columns, rows, split(self.given.target[rows], shares), Origin.SPLIT)

    def _history(self, parts: BasePeriods, rows: Ints, actuals: Floats | None) -> tuple[Ints, Floats]:
        """The rows whose last year can divide their figure, and last year's actuals ``(parts, rows)``."""
        history = np.full((len(parts), len(rows)), np.nan) if actuals is None else actuals
        missing = np.isnan(history)
        lacking = missing.any(axis=0)
        first = np.argmax(missing, axis=0)
        for part in np.unique(first[lacking]).tolist():
            key = year_before(self.timeline, int(parts.start[part]))
            self.given.refuse(rows[lacking & (first == part)], "PROFILE_NO_HISTORY", "profile", period=key)
        # of both signs, some part would go against the figure it belongs to
        mixed = (history < 0).any(axis=0) & (history > 0).any(axis=0)
        unusable = ~lacking & (mixed | (history == 0).all(axis=0))
        self.given.refuse(rows[unusable], "PROFILE_HISTORY_UNUSABLE", "profile")
        usable = ~lacking & ~unusable
        return rows[usable], history[:, usable]

    def _put(self, columns: Ints, rows: Ints, values: Floats, origin: Origin) -> None:
        nodes = self.given.node[rows]
        for part in np.flatnonzero(columns >= 0).tolist():
            self.targets[columns[part], nodes] = values[part]
            self.origin[columns[part], nodes] = origin

    def _refuse_length(self, rows: Ints, profile: Profile, needed: int) -> None:
        self.given.refuse(rows, "PROFILE_WRONG_LENGTH", "profile", given=len(profile.parts), needed=needed)

    def _of(self, relation: int) -> tuple[Ints, Ints]:
        """The rows whose period stands so to the base periods, and their columns; profiles are checked on the way."""
        given = self.given
        is_so = np.array([span is not None and span.relation == relation for span in self.spans], dtype=np.bool_)
        column = np.array([span.column if span else -1 for span in self.spans], dtype=np.int64)
        rows = np.flatnonzero(given.alive & is_so[given.span])
        for position, profile in enumerate(self.profiles):
            if profile is not None and len(profile.parts) > 1:
                self._refuse_length(rows[given.profile[rows] == position], profile, 1)
        rows = rows[given.alive[rows]]
        columns = column[given.span[rows]]
        return rows[columns >= 0], columns[columns >= 0]

    def shorter(self) -> None:
        """Rows of shorter periods add up into their column; of two kinds of them, the shorter one wins."""
        given = self.given
        rows, columns = self._of(FINER)
        kinds = np.array([span.kind if span else -1 for span in self.spans], dtype=np.int64)[given.span[rows]]
        for kind in np.unique(kinds)[::-1].tolist():
            self._add_up(kind, rows[kinds == kind], columns[kinds == kind])

    def _add_up(self, kind: int, rows: Ints, columns: Ints) -> None:
        given, n_nodes = self.given, self.targets.shape[1]
        flat = columns * n_nodes + given.node[rows]
        order = np.argsort(flat, kind="stable")
        rows, flat = rows[order], flat[order]
        heads = np.flatnonzero(np.diff(flat, prepend=-1))
        figures = self._figures(rows)
        total = np.add.reduceat(figures, heads)
        low, high = np.minimum.reduceat(figures, heads), np.maximum.reduceat(figures, heads)
        column, node = np.divmod(flat[heads], n_nodes)
        adds = self.additive[node]
        count = np.diff(heads, append=len(flat))
        tails = rows[heads + count - 1]
        for at in np.unique(column).tolist():
            period, here = self.timeline.period(at), column == at
            # a level has one value, so shorter periods may only repeat it
            given.refuse(tails[here & ~adds & (low != high)], "TARGET_LEVELS_DIFFER", "target", period=period.key)
            if kind == KIND_CODES["day"]:
                continue  # single days carry a target where there is something to do, and no other day is missed
            needed = len(children(period, KINDS[kind]))
            for number in np.unique(count[here & adds & (count < needed)]).tolist():
                partial = tails[here & adds & (count == number)]
                given.report(partial, "TARGET_PARTS_MISSING", "target", period=period.key, given=number, needed=needed)
        usable = adds | (low == high)
        column, node = column[usable], node[usable]
        self.targets[column, node] = np.where(adds, total, low)[usable]
        self.origin[column, node] = Origin.SUMMED

    def _figures(self, rows: Ints) -> Floats:
        """The figures of rows that are not divided, those per working day times the working days of their period."""
        given = self.given
        figures = given.target[rows]
        rate = given.per_day[rows]
        if rate.any():
            first = np.array([span.first if span else 0 for span in self.spans], dtype=np.int64)
            last = np.array([span.last if span else 0 for span in self.spans], dtype=np.int64)
            days = self.calendar.working_days(first, last)
            figures = np.where(rate, figures * days[given.span[rows]], figures)
        return figures

    def explicit(self) -> None:
        """Rows at the base frequency win over everything else."""
        rows, columns = self._of(BASE)
        nodes = self.given.node[rows]
        self.targets[columns, nodes] = self._figures(rows)
        self.origin[columns, nodes] = Origin.EXPLICIT
        rate = self.given.per_day[rows]
        if rate.any():
            self.rates = np.full(self.targets.shape, np.nan)
            self.rates[columns[rate], nodes[rate]] = self.given.target[rows[rate]]

    def carry(self) -> None:
        """A target stands until changed, within its fiscal year: an explicit figure, or any level.

        A share of a longer figure is not carried: it was said for its own period only. Single days off get nothing: a
        daily target of 20 calls is not owed on a Sunday.
        """
        standing = (self.origin == Origin.EXPLICIT) | ((self.origin != Origin.NONE) & ~self.additive)
        if not standing.any():
            return
        years, days = self.timeline.fiscal_year_of_column, self.timeline.working_days
        last = rate = np.full(self.targets.shape[1], np.nan)
        for column in range(len(self.timeline)):
            if column and years[column] != years[column - 1]:
                last = rate = np.full_like(last, np.nan)
            here = standing[column]
            last = np.where(here, self.targets[column], last)
            if self.rates is not None:
                rate = np.where(here, self.rates[column], rate)
            free = (self.origin[column] == Origin.NONE) & ~np.isnan(last)
            if self.timeline.frequency == "day" and days[column] == 0:
                free &= ~self.additive
            if free.any():
                value = last if self.rates is None else np.where(np.isnan(rate), last, rate * days[column])
                self.targets[column, free] = value[free]
                self.origin[column, free] = Origin.CARRIED
