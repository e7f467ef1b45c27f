"""What a newer version of a template changes on one scorecard: what the person changed by hand stays (three-way).

Field by field, of a line that the old version, the new version and the person all have:

===========================  =============================================
the person has the old one   the new one
the template stayed          the person's
both changed alike           that
both changed, differently    the person's, and a ``Clash`` that shows both
===========================  =============================================

A line that the template takes away goes only where nobody has touched it; one that the person took off stays off.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from tamnhin.kpis.services.lines import LineInput

Part = Literal["line", "weight", "goal", "terms", "target"]
Figures = Mapping[str, float]  # by period key


@dataclass(frozen=True, slots=True)
class Clash:
    """Both changed it: the person's stays. None: no such line, or nothing said."""

    kpi_id: int
    part: Part
    mine: object
    theirs: object


@dataclass(slots=True)
class Merged:
    """The lines the person is to have. Only changed targets have figures; those that stand, stay."""

    lines: list[LineInput] = field(default_factory=list)
    added: list[int] = field(default_factory=list)  # KPIs
    removed: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        return bool(self.added or self.removed or self.changed)


@dataclass(frozen=True, slots=True)
class Targets:
    """Figures of the periods that a change may still speak of, by KPI: of either version, and those that stand."""

    old: Mapping[int, Figures]
    new: Mapping[int, Figures]
    standing: Mapping[int, Figures]
    totals: Mapping[int, float]  # what ``new`` amounts to


def merge(old: Sequence[LineInput], new: Sequence[LineInput], mine: Sequence[LineInput], targets: Targets) -> Merged:
    """``mine``: what the person has in force. The order is the person's, new lines after it."""
    before = {line.kpi_id: line for line in old}
    after = {line.kpi_id: line for line in new}
    held = {line.kpi_id: line for line in mine}
    out = Merged()
    for kpi, line in held.items():
        was, now = before.get(kpi), after.get(kpi)
        if now is None:
            _taken_away(line, was, targets, out)
        else:
            _kept(line, was, now, targets, out)
    for kpi, now in after.items():
        if kpi in held:
            continue
        was = before.get(kpi)
        if was is None:
            out.lines.append(_with(now, targets.new.get(kpi, {}), targets))
            out.added.append(kpi)
        elif _said(was) != _said(now):
            out.clashes.append(Clash(kpi, "line", None, now.weight))
    return out


def _taken_away(line: LineInput, was: LineInput | None, targets: Targets, out: Merged) -> None:
    if was is None:  # the person's own
        out.lines.append(line)
    elif _bare(line) == _bare(was) and _target_untouched(line.kpi_id, targets):
        out.removed.append(line.kpi_id)
    else:
        out.lines.append(line)
        out.clashes.append(Clash(line.kpi_id, "line", line.weight, None))


def _kept(line: LineInput, was: LineInput | None, now: LineInput, targets: Targets, out: Merged) -> None:
    kpi = line.kpi_id
    merged = line
    parts: tuple[tuple[Part, str], ...] = (("weight", "weight"), ("goal", "goal_id"), ("terms", "terms"))
    for part, name in parts:
        mine, theirs = getattr(line, name), getattr(now, name)
        if mine == theirs:
            continue
        base = getattr(was, name) if was is not None else None
        if was is not None and mine == base:
            merged = replace(merged, **{name: theirs})
        elif was is None or theirs != base:
            out.clashes.append(Clash(kpi, part, mine, theirs))
    figures = _new_figures(kpi, was, targets, out)
    if figures:
        merged = _with(merged, figures, targets)
    out.lines.append(merged)
    if merged != line:
        out.changed.append(kpi)


def _new_figures(kpi: int, was: LineInput | None, targets: Targets, out: Merged) -> dict[str, float]:
    """The figures to put in the place of those that stand, when the template's target moved and nobody touched them."""
    theirs = targets.new.get(kpi, {})
    mine = targets.standing.get(kpi, {})
    if not theirs or _alike(theirs, mine):
        return {}
    if was is not None and _alike(theirs, targets.old.get(kpi, {})):
        return {}
    if not mine or (was is not None and _target_untouched(kpi, targets)):
        return dict(theirs)
    out.clashes.append(Clash(kpi, "target", math.fsum(mine.values()), math.fsum(theirs.values())))
    return {}


def _with(line: LineInput, figures: Figures, targets: Targets) -> LineInput:
    """Figures as they are: dividing the total again over what is left of the year would give that a year's worth."""
    if not figures:
        return replace(line, targets={}, total=None, profile="")
    return replace(line, targets=dict(figures), total=targets.totals.get(line.kpi_id), profile="custom")


def _target_untouched(kpi: int, targets: Targets) -> bool:
    return _alike(targets.old.get(kpi, {}), targets.standing.get(kpi, {}))


def _alike(one: Figures, other: Figures) -> bool:
    return one.keys() == other.keys() and all(
        math.isclose(value, other[key], rel_tol=1e-9, abs_tol=1e-9) for key, value in one.items()
    )


def _bare(line: LineInput) -> tuple[object, ...]:
    return (line.weight, line.goal_id, tuple(sorted(line.terms.items())))


def _said(line: LineInput) -> tuple[object, ...]:
    return (*_bare(line), line.total, line.profile)
