"""The target series of one scorecard line while it is written: what a change of one figure does to all others.

A form says what it was shown and what stands in it now; ``settle`` decides, exactly (docs/algorithms/splitting.md).
Writing is ``editing.save_series``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Literal

import numpy as np

from tamnhin.engine.calendar import Calendar
from tamnhin.engine.periods import KINDS, Period, PeriodError, anchor, children, containing, ordinal, parse
from tamnhin.engine.problems import Problem, declare
from tamnhin.engine.targets.profiles import Profile, ProfileError, parse_profile
from tamnhin.engine.targets.shares import SplitError, exact, last_place
from tamnhin.engine.targets.spread import Floats, linear, per_working_day, shares_by, spread, working_days
from tamnhin.kpis.series import Measure, Span, Standing

Way = Literal["even", "working_days", "last_year", "custom", "per_working_day", "same", "linear"]
ADDITIVE: tuple[Way, ...] = ("even", "working_days", "last_year", "custom", "per_working_day")
RATE: Final = "per_working_day"
NEGLIGIBLE = Decimal("1e-9")  # what sums of floats may lose
READABLE = Decimal("0.000001")  # more decimals than this nobody has typed
SHAPES: tuple[Way, ...] = ("even", "working_days", "last_year")  # what is kept with a line and can be divided again

declare(
    "SERIES_BASELINE_MISSING",
    "error",
    "Cần mốc xuất phát để đi đều đến chỉ tiêu. Nhập mốc, hoặc chọn “cùng mức mỗi kỳ”.",
    "A baseline is needed to go steadily to the target. Enter one, or choose the same level in each period.",
)
declare(
    "SERIES_RATE_MISSING",
    "error",
    "Chưa có chỉ tiêu mỗi ngày làm việc. Nhập số mỗi ngày, hoặc chọn cách chia khác.",
    "There is no target per working day. Enter one, or choose another way.",
)
declare(
    "SERIES_TOTAL_MISSING",
    "error",
    "Chưa có tổng để chia. Nhập tổng, hoặc nhập từng kỳ.",
    "There is no total to divide. Enter one, or fill in the periods.",
)


@dataclass(frozen=True, slots=True)
class Frame:
    """What a series stands on: ``parts`` may be written, ``past`` (elapsed, before the first day) may not."""

    measure: Measure
    aggregation: str
    span: Span
    parts: tuple[Period, ...]
    past: tuple[Period, ...]
    calendar: Calendar
    fiscal_year_start: int
    last_year: Mapping[str, float] = field(default_factory=dict)  # actuals a year before, by the key of the part

    @property
    def additive(self) -> bool:
        return self.measure.additive

    @property
    def ways(self) -> tuple[Way, ...]:
        """What may be offered: a ratio or a mean is the same in every period unless somebody says otherwise."""
        if self.additive:
            return ADDITIVE
        return ("same", "linear") if self.aggregation == "last" else ("same",)

    def days(self, parts: Sequence[Period]) -> list[int]:
        """Working days of each part, of those inside the span."""
        whole = working_days(parts, self.calendar).tolist()
        cut = working_days(parts, self.calendar, ordinal(self.span.first), ordinal(self.span.last)).tolist()
        inside = set(self.parts)
        return [mine if part in inside else every for part, mine, every in zip(parts, cut, whole, strict=True)]


@dataclass(frozen=True, slots=True)
class Asked:
    """A form: what stands in it, and (``was``) what it was shown with. Figures by period key; None is empty.

    ``longer`` are totals of quarters, halves and years. ``keep_total``: a changed period leaves the total alone and
    the open ones share the rest; else the total moves. ``again``: divide, though nothing has changed.
    """

    way: Way
    was_way: Way
    total: Decimal | None
    was_total: Decimal | None
    figures: Mapping[str, Decimal | None]
    was: Mapping[str, Decimal | None]
    longer: Mapping[str, Decimal | None] = field(default_factory=dict)
    was_longer: Mapping[str, Decimal | None] = field(default_factory=dict)
    locked: frozenset[str] = frozenset()
    weights: Mapping[str, Decimal] = field(default_factory=dict)
    rate: Decimal | None = None
    baseline: Decimal | None = None
    step: Decimal | None = None
    keep_total: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """A series that agrees with itself. ``total`` of a KPI that does not add up is its last level."""

    way: Way
    total: Decimal | None
    figures: Mapping[str, Decimal | None]
    locked: frozenset[str]
    rate: Decimal | None = None

    @property
    def basis(self) -> str:
        return RATE if self.way == RATE else ""

    def targets(self) -> dict[str, float | None]:
        """By period key, as a line keeps them: the figure, or the rate of each period. Raises SplitError."""
        if self.way == RATE:
            if self.rate is None:
                raise SplitError("SERIES_RATE_MISSING")
            return dict.fromkeys(self.figures, float(self.rate))
        return {key: None if value is None else float(value) for key, value in self.figures.items()}


def profile_of(frame: Frame, settled: Settled) -> str:
    """The profile to keep: the way, where it is what the figures come from; custom where somebody has had a hand in it.

    A longer or shorter time is then divided again, or not.
    """
    if not frame.additive:
        levels = set(settled.figures.values())
        return "" if len(levels) < 2 else "custom"
    if settled.way not in SHAPES or settled.total is None:
        return "custom" if settled.way == "custom" and settled.total is not None else ""
    step = min((_step_of(value) for value in settled.figures.values() if value), default=Decimal(1))
    try:
        shares = _shares(frame, settled.way, {}, {})
        fresh = spread(
            settled.total, frame.parts, shares, step=step, fiscal_year_start=frame.fiscal_year_start
        ).by_key()
    except SplitError:
        return "custom"
    unit = Decimal(10) * step
    near = all(abs((value or Decimal(0)) - fresh[key]) < unit for key, value in settled.figures.items())
    return settled.way if near else "custom"


def _step_of(value: Decimal) -> Decimal:
    """The place of the last digit of a figure: 1.250.000 was rounded to ten thousands."""
    return Decimal(1).scaleb(int(value.normalize().as_tuple().exponent))


def settle(frame: Frame, asked: Asked) -> Settled:
    """Raises SplitError, whose ``problem`` says what to do; nothing of the form is lost by it."""
    if not frame.additive:
        return _levels(frame, asked)
    if asked.way == RATE:
        return _by_rate(frame, asked)
    keys = [part.key for part in frame.parts]
    changed = {key for key in keys if asked.figures.get(key) != asked.was.get(key)}
    figures = {key: asked.figures.get(key) for key in keys}
    for key, members in _longer_changed(frame, asked):
        figures |= _inside(frame, asked, figures, key, members, changed)
        changed |= set(members)
    locked = asked.locked | (changed if asked.keep_total else frozenset())
    if asked.again and asked.total is None:
        raise SplitError("SERIES_TOTAL_MISSING")
    dividing = asked.again or asked.total != asked.was_total or asked.way != asked.was_way
    if asked.total is not None and (dividing or (changed and asked.keep_total)):
        kept = {key: value for key in keys if key in locked | changed and (value := figures[key]) is not None}
        shares = _shares(frame, asked.way, figures, asked.weights)
        series = spread(
            asked.total, frame.parts, shares, step=asked.step, locked=kept, fiscal_year_start=frame.fiscal_year_start
        )
        return Settled(asked.way, asked.total, dict(series.by_key()), locked & set(keys))
    if changed:
        return _summed(frame, figures, locked)
    if asked.total is None and asked.was_total is not None:
        return _empty(frame, asked)
    return Settled(asked.way, asked.total, figures, locked)


def _empty(frame: Frame, asked: Asked) -> Settled:
    return Settled(asked.way, None, {part.key: None for part in frame.parts}, frozenset())


def _summed(frame: Frame, figures: Mapping[str, Decimal | None], locked: frozenset[str]) -> Settled:
    """The total follows the figures; they are somebody's own now."""
    known = [value for value in figures.values() if value is not None]
    total = sum(known, Decimal(0)) if known else None
    return Settled("custom", total, dict(figures), locked & frozenset(part.key for part in frame.parts))


def _longer_changed(frame: Frame, asked: Asked) -> list[tuple[str, list[str]]]:
    out = []
    for key, value in asked.longer.items():
        if value is not None and value != asked.was_longer.get(key):
            members = [part.key for part in frame.parts if key in longer_keys(part, frame.fiscal_year_start)]
            if members:
                out.append((key, members))
    return out


def longer_keys(part: Period, fiscal_year_start: int) -> list[str]:
    """Keys of the longer periods that a part lies in: its quarter, half and year."""
    kinds = [kind for kind in KINDS[KINDS.index(part.kind) + 1 :] if kind != "week"]
    return [containing(anchor(part), kind, fiscal_year_start).key for kind in kinds]


def _inside(
    frame: Frame,
    asked: Asked,
    figures: Mapping[str, Decimal | None],
    key: str,
    members: list[str],
    changed: set[str],
) -> dict[str, Decimal | None]:
    """A quarter's total over its own months; what was locked or typed inside it stays."""
    total = asked.longer[key]
    assert total is not None  # noqa: S101 -- ``_longer_changed`` leaves out the empty ones
    parts = [part for part in frame.parts if part.key in members]
    kept = {one: value for one in members if one in asked.locked | changed and (value := figures[one]) is not None}
    shares = _shares(frame, asked.way, figures, asked.weights)
    mine = [share for part, share in zip(frame.parts, shares.tolist(), strict=True) if part.key in members]
    if not any(mine):
        mine = [1.0] * len(mine)
    series = spread(total, parts, mine, step=asked.step, locked=kept, fiscal_year_start=frame.fiscal_year_start)
    return dict(series.by_key())


def _shares(frame: Frame, way: Way, figures: Mapping[str, Decimal | None], weights: Mapping[str, Decimal]) -> Floats:
    if way == "custom":
        given = [weights.get(part.key) for part in frame.parts]
        if not any(given):
            given = [abs(figures.get(part.key) or Decimal(0)) for part in frame.parts]
        shares = np.array([float(one or 0) for one in given], dtype=np.float64)
        return shares if shares.any() else np.ones(len(shares))
    first, last = ordinal(frame.span.first), ordinal(frame.span.last)
    past = [frame.last_year.get(part.key, float("nan")) for part in frame.parts]
    profile = Profile("working_days" if way == "working_days" else "last_year" if way == "last_year" else "even")
    return shares_by(profile, frame.parts, calendar=frame.calendar, last_year=past, first=first, last=last)


def _by_rate(frame: Frame, asked: Asked) -> Settled:
    if asked.rate is None:  # until one is typed, what stood there stays to be seen
        figures = {part.key: asked.was.get(part.key) for part in frame.parts}
        return Settled(RATE, asked.was_total, figures, frozenset())
    first, last = ordinal(frame.span.first), ordinal(frame.span.last)
    series = per_working_day(asked.rate, frame.parts, frame.calendar, first=first, last=last)
    return Settled(RATE, series.total, dict(series.by_key()), frozenset(), asked.rate)


def _levels(frame: Frame, asked: Asked) -> Settled:
    """A level is the total of its time; one period changed by hand leaves the others alone."""
    keys = [part.key for part in frame.parts]
    figures = {key: asked.figures.get(key) for key in keys}
    changed = {key for key in keys if figures[key] != asked.was.get(key)}
    renew = asked.again or asked.total != asked.was_total or asked.way != asked.was_way
    if asked.again and asked.total is None:
        raise SplitError("SERIES_TOTAL_MISSING")
    if asked.total is None and asked.was_total is not None and not changed:
        return _empty(frame, asked)
    if renew and asked.total is not None:
        kept = asked.locked | changed
        if asked.way == "linear":
            if asked.baseline is None:
                raise SplitError("SERIES_BASELINE_MISSING")
            made = linear(asked.baseline, asked.total, frame.parts, step=asked.step).by_key()
        else:
            made = dict.fromkeys(keys, asked.total)
        figures = {key: figures[key] if key in kept and figures[key] is not None else made[key] for key in keys}
    known = [value for value in figures.values() if value is not None]
    return Settled(asked.way, known[-1] if known else None, figures, asked.locked & set(keys))


def standing_figures(
    rows: Mapping[str, Standing | float | None], frame: Frame, parts: Sequence[Period]
) -> dict[str, Decimal | None]:
    """The figure of each part out of targets as they stand (docs/algorithms/targets.md).

    Its own, those of shorter periods, its share of a longer one by that row's profile, or the last that still stands.
    """
    start = frame.fiscal_year_start
    found: list[tuple[Period, Standing]] = []
    for key, row in rows.items():
        if row is None:
            continue
        try:
            found.append((parse(key, start), row if isinstance(row, Standing) else Standing(float(row))))
        except PeriodError:
            continue
    out: dict[str, Decimal | None] = {}
    carried: Standing | None = None
    for part in parts:
        own = [row for period, row in found if (period.start, period.end) == (part.start, part.end)]
        inner = [row for period, row in found if period.days < part.days and anchor(period) in part and not row.basis]
        longer = [pair for pair in found if pair[0].days > part.days and part.end in pair[0]]
        if own:
            carried = own[-1]
            out[part.key] = _figure(frame, part, carried)
        elif inner:
            values = [exact(row.target) for row in inner]
            out[part.key] = sum(values, Decimal(0)) if frame.additive else values[-1]
        elif longer:
            period, row = min(longer, key=lambda pair: pair[0].days)
            out[part.key] = _share_of(frame, part, period, row)
        else:
            out[part.key] = _figure(frame, part, carried) if carried is not None else None
    return out


def tidied(
    frame: Frame, figures: Mapping[str, Decimal | None], total: float | None
) -> tuple[dict[str, Decimal | None], Decimal | None]:
    """Figures as people read them, and what they add up to.

    A total that was divided to the last bit has months like 83,333333333333. Where ``total`` says what they came from
    they are shown in round figures that sum to it, none further than a step from what is kept.
    """
    out = {part.key: figures.get(part.key) for part in frame.parts}
    known = [value for value in out.values() if value is not None]
    if not known:
        return out, None
    if not frame.additive:
        return out, known[-1]
    added = sum(known, Decimal(0))
    readable = all(last_place(value) >= READABLE for value in known)
    if total is None or len(known) < len(out) or (readable and added == exact(total)):
        return out, added
    whole = exact(total)
    if abs(added - whole) > abs(whole) * NEGLIGIBLE or any(value * whole < 0 for value in known):
        return out, added
    fine = min(abs(value) for value in known) < 100
    step = min(last_place(whole), Decimal("0.01")) if fine else last_place(whole)
    shares = [float(abs(value)) for value in known]
    return dict(
        spread(whole, frame.parts, shares, step=step, fiscal_year_start=frame.fiscal_year_start).by_key()
    ), whole


def _figure(frame: Frame, part: Period, row: Standing) -> Decimal:
    return exact(row.target) * frame.days([part])[0] if row.basis else exact(row.target)


def _share_of(frame: Frame, part: Period, period: Period, row: Standing) -> Decimal:
    if row.basis or not frame.additive:
        return _figure(frame, part, row)
    inside = children(period, part.kind)
    try:
        profile = parse_profile(row.profile)
        past = [frame.last_year.get(one.key, float("nan")) for one in inside]
        shares = shares_by(profile, inside, calendar=frame.calendar, last_year=past)
    except (ProfileError, SplitError):
        shares = np.ones(len(inside))
    return spread(row.target, inside, shares, fiscal_year_start=frame.fiscal_year_start).by_key()[part.key]


def problem_of(fault: SplitError, owner: str, kpi: str) -> Problem:
    """The same fault at its place."""
    return Problem(fault.problem.code, owner=owner, kpi=kpi, args=fault.problem.args)
