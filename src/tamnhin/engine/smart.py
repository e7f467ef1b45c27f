"""The SMART check of a goal while it is written: five letters, each pass, warn or fail with a reason and what to do.

See docs/algorithms/smart.md for the thresholds. After Doran (1981), with *attainable* read against the KPI's own past.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from tamnhin.engine import smart_problems as _texts  # noqa: F401  (declares the codes)
from tamnhin.engine.problems import Problem

Letter = Literal["S", "M", "A", "R", "T"]
Verdict = Literal["pass", "warn", "fail"]
Floats = npt.NDArray[np.float64]

FEWEST_WORDS = 3
FEWEST_PERIODS = 6  # below it, the past says little
STRETCH = 1.5  # times the best step the KPI has ever taken in as many periods
# words that sound like a goal and say nothing by themselves
VAGUE = (
    "tốt hơn", "nâng cao", "cải thiện", "đẩy mạnh", "tăng cường", "phát triển", "tối ưu", "hoàn thiện", "hiệu quả",
    "chuyên nghiệp", "better", "improve", "enhance", "optimise", "optimize", "strengthen", "excellence",
)  # fmt: skip
# length of each horizon in days: shortest and longest that count as right; a goal that begins in the middle of its
# year is still one of a year, down to where the next shorter horizon begins
LENGTHS: dict[str, tuple[int, int]] = {
    "strategic": (365, 3 * 366),
    "year": (185, 366),
    "half": (93, 184),
    "quarter": (28, 92),
}


@dataclass(frozen=True, slots=True)
class Span:
    """First and last day, both included."""

    start: datetime.date
    end: datetime.date


@dataclass(frozen=True, slots=True)
class GoalDraft:
    """What is known of a goal while it is written; None and "" are what nobody has said yet.

    ``history``: actuals of the KPI in past periods of the goal's own kind, oldest first, float64 ``(n,)``, NaN where
    nothing was measured. ``unit``: the name of the unit whose goal it is. ``direction``: that of the KPI.
    ``reaches_vision``: whether its parents lead up to one.
    """

    title: str = ""
    description: str = ""
    scope: str = ""
    horizon: str = "quarter"
    span: Span | None = None
    parent: Span | None = None
    parent_code: str = ""
    cycle: Span | None = None
    owner: str = ""
    unit: str = ""
    kpi: str = ""
    direction: str = "higher"
    baseline: float | None = None
    target: float | None = None
    reaches_vision: bool = False
    has_vision: bool = True
    history: Sequence[float] | Floats = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Check:
    """One letter's verdict. Texts come from the catalogue of problems."""

    letter: Letter
    verdict: Verdict
    code: str
    args: Mapping[str, object] = field(default_factory=dict)

    def text(self, language: str) -> str:
        return Problem(self.code, args=self.args).text(language)


def check(draft: GoalDraft) -> tuple[Check, ...]:
    """S, M, A, R and T, one verdict each: the worst thing that is to be said of it."""
    return (_specific(draft), _measurable(draft), _attainable(draft), _relevant(draft), _time_bound(draft))


def publishable(checks: Sequence[Check]) -> bool:
    """Whether the goal may be proposed: nothing fails. A warning is for people to weigh."""
    return all(one.verdict != "fail" for one in checks)


def met_before(history: Sequence[float] | Floats, target: float, direction: str) -> tuple[int, int]:
    """(how many past periods would have met the target, of how many with a number)."""
    known = np.asarray(history, dtype=np.float64)
    known = known[~np.isnan(known)]
    met = known <= target if direction == "lower" else known >= target
    return int(met.sum()), len(known)


def _specific(draft: GoalDraft) -> Check:
    words = draft.title.split()
    if not words:
        return Check("S", "fail", "SMART_NO_TITLE")
    if len(words) < FEWEST_WORDS:
        return Check("S", "fail", "SMART_TITLE_SHORT", {"count": len(words), "fewest": FEWEST_WORDS})
    if draft.unit and _plain(draft.title) == _plain(draft.unit):
        return Check("S", "fail", "SMART_TITLE_IS_UNIT", {"unit": draft.unit})
    vague = _vague(draft.title)
    if vague and not any(char.isdigit() for char in draft.title) and not (draft.description or draft.scope):
        return Check("S", "warn", "SMART_VAGUE", {"word": vague})
    if not draft.owner:
        return Check("S", "warn", "SMART_NO_OWNER")
    if not draft.description:
        return Check("S", "warn", "SMART_NO_WHAT")
    if not draft.scope:
        return Check("S", "warn", "SMART_NO_WHERE")
    return Check("S", "pass", "SMART_SPECIFIC")


def _vague(title: str) -> str:
    """The first vague word in a title, "" for none. Marks are read: “hiệu” and “hiếu” are two words."""
    plain = f" {_plain(title)} "
    return next((word for word in VAGUE if f" {word} " in plain), "")


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", text).lower()))


def _measurable(draft: GoalDraft) -> Check:
    if not draft.kpi:
        return Check("M", "fail", "SMART_NO_KPI")
    if draft.target is None:
        return Check("M", "fail", "SMART_NO_TARGET")
    if draft.baseline is None:
        return Check("M", "warn", "SMART_NO_BASELINE")
    if draft.target == draft.baseline:
        return Check("M", "fail", "SMART_TARGET_IS_BASELINE", {"target": _said(draft.target)})
    if draft.direction != "band" and (draft.target < draft.baseline) != (draft.direction == "lower"):
        args = {"baseline": _said(draft.baseline), "target": _said(draft.target)}
        return Check("M", "fail", f"SMART_WRONG_WAY_{draft.direction.upper()}", args)
    return Check("M", "pass", "SMART_MEASURABLE", {"baseline": _said(draft.baseline), "target": _said(draft.target)})


def _attainable(draft: GoalDraft) -> Check:
    if draft.target is None or not draft.kpi:
        return Check("A", "warn", "SMART_NOTHING_TO_COMPARE")
    if draft.direction == "band":
        return Check("A", "warn", "SMART_BAND")
    met, known = met_before(draft.history, draft.target, draft.direction)
    args: dict[str, object] = {"met": met, "known": known}
    if known < FEWEST_PERIODS:
        return Check("A", "warn", "SMART_LITTLE_HISTORY", {**args, "fewest": FEWEST_PERIODS})
    if met == known:
        return Check("A", "warn", "SMART_ALWAYS_MET", args)
    if met == 0:
        best = _best(draft.history, draft.direction)
        args |= {"best": _said(best), **_growth(best, draft.target)}
        far = _far(draft.history, draft.target, draft.direction)
        return Check("A", "warn", "SMART_NEVER_NEAR" if far else "SMART_NEVER_MET", args)
    return Check("A", "pass", "SMART_ATTAINABLE", args)


def _best(history: Sequence[float] | Floats, direction: str) -> float:
    known = np.asarray(history, dtype=np.float64)
    return float(np.nanmin(known) if direction == "lower" else np.nanmax(known))


def _far(history: Sequence[float] | Floats, target: float, direction: str) -> bool:
    """Whether the way from the best so far is longer than ``STRETCH`` × the whole range the KPI has ever moved in."""
    known = np.asarray(history, dtype=np.float64)
    known = known[~np.isnan(known)]
    gap = abs(target - _best(known, direction))
    return bool(gap > STRETCH * (known.max() - known.min()))


def _growth(best: float, target: float) -> dict[str, object]:
    """How far the target lies beyond the best so far, in words; nothing at and below 0, where no percentage says it."""
    if min(best, target) <= 0:
        return {"growth_vi": "", "growth_en": ""}
    share = max(1, round(abs(target - best) / best * 100))
    if target > best:
        return {"growth_vi": f", còn phải tăng {share} %", "growth_en": f", {share} % more is needed"}
    return {"growth_vi": f", còn phải giảm {share} %", "growth_en": f", {share} % less is needed"}


def _relevant(draft: GoalDraft) -> Check:
    if not draft.has_vision:
        return Check("R", "fail", "SMART_NO_VISION")
    if draft.horizon == "strategic" or draft.reaches_vision:
        return Check("R", "pass", "SMART_RELEVANT")
    return Check("R", "fail", "SMART_NO_PATH")


def _time_bound(draft: GoalDraft) -> Check:
    span = draft.span
    if span is None:
        return Check("T", "fail", "SMART_NO_DATES")
    if span.end < span.start:
        return Check("T", "fail", "SMART_REVERSED")
    for outer, code in ((draft.parent, "SMART_OUTSIDE_PARENT"), (draft.cycle, "SMART_OUTSIDE_CYCLE")):
        if outer is not None and (span.start < outer.start or span.end > outer.end):
            args = {"parent": draft.parent_code, "start": outer.start, "end": outer.end}
            return Check("T", "fail", code, args)
    days = (span.end - span.start).days + 1
    shortest, longest = LENGTHS[draft.horizon]
    if draft.horizon == "strategic" and not shortest <= days <= longest:
        return Check("T", "fail", "SMART_STRATEGIC_LENGTH", {"days": days})
    if days > longest:
        return Check("T", "warn", "SMART_LONG", {"days": days, "longest": longest})
    if days < shortest:
        return Check("T", "warn", "SMART_BRIEF", {"days": days, "shortest": shortest})
    return Check("T", "pass", "SMART_TIME_BOUND", {"days": days, "end": span.end})


def _said(value: float) -> str:
    """A number as plainly as it can be said; pages that know its unit write it themselves."""
    return f"{value:.15g}"
