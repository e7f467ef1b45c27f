"""A unit's figure for one KPI over those directly below it: divided exactly, and written to all of them in one act.

Owners' totals are divided first; the periods of each then follow the unit's own, so that every month of theirs adds up
to the unit's month and every owner's months to the owner's total (docs/algorithms/splitting.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from django.db import transaction

from tamnhin.accounts.models import User
from tamnhin.base import audit
from tamnhin.engine.problems import Problem, declare
from tamnhin.engine.targets.shares import SplitError, divide
from tamnhin.engine.targets.table import table
from tamnhin.kpis.models import Assignment, Kpi
from tamnhin.kpis.selectors import planned
from tamnhin.kpis.services.assignments import (
    AssignmentConflictError,
    AssignmentInvalidError,
    Time,
    bump,
    drafts_of,
    lock,
    refuse_strangers,
    refuse_unless_draft,
    span_for,
    write_lines,
)
from tamnhin.kpis.services.lines import LineInput, proposed_terms
from tamnhin.kpis.services.targets import SHAPES, Asked, Frame, Way, settle
from tamnhin.organisation.models import Company, Owner

Method = Literal["equal", "last_year", "heads", "current", "custom"]
METHODS: tuple[Method, ...] = ("equal", "last_year", "heads", "current", "custom")
LIKE_UNIT = "unit"  # periods in the proportion of the unit's own

# fmt: off
declare(
    "CASCADE_TOTAL_MISSING", "error",
    "{owner} chưa có chỉ tiêu {kpi} trong thời gian này nên chưa có gì để chia. Nhập chỉ tiêu cho {owner} trước.",
    "{owner} has no target of {kpi} in this time, so there is nothing to divide. Enter one for {owner} first.",
)
declare(
    "CASCADE_TIME_DIFFERS", "error",
    "Thẻ điểm của {owner} tính từ {from_} đến {to}, khác thời gian đang chia. "
    "Sửa thời gian thẻ đó, hoặc bỏ ra khỏi lần chia.",
    "The scorecard of {owner} is for {from_} to {to}, another time than what is divided. "
    "Change its time, or leave it out.",
)
declare(
    "CASCADE_TWO_POSTS", "error",
    "{owner} có hai vị trí. Nhập chỉ tiêu ở trang thẻ điểm riêng của người này.",
    "{owner} has two posts. Enter targets on their own scorecard page.",
)
declare(
    "CASCADE_NO_HISTORY", "error",
    "Chưa chia theo năm trước được: {owners} chưa có số năm trước. Khóa phần của họ, bỏ ra, hoặc chọn cách khác.",
    "Last year's shares cannot be used: {owners} have no numbers of last year. "
    "Lock their parts, leave them out, or choose another way.",
)
declare(
    "CASCADE_NOTHING_CURRENT", "error",
    "Những người được chọn chưa có chỉ tiêu nào để chia theo. Chọn cách khác.",
    "Those chosen have no targets yet to divide by. Choose another way.",
)
declare(
    "CASCADE_TOTAL_MOVED", "error",
    "Con số của đơn vị vừa đổi từ {seen} thành {total}. Các phần đã được chia lại theo số mới: xem rồi lưu.",
    "The unit's figure has just changed from {seen} to {total}. The parts are divided anew: look, then save.",
)
declare(
    "CASCADE_NOT_EXACT", "error",
    "Các phần cộng lại là {below}, chưa bằng {total}. Bấm “Chia lại” hoặc sửa một phần.",
    "The parts add up to {below}, not to {total}. Divide again, or change one of them.",
)
# fmt: on


@dataclass(frozen=True, slots=True)
class Part:
    """One of those below. ``fixed``: a figure that stays (locked, or not to be written here); None: to be divided."""

    owner: Owner
    last_year: float | None = None
    heads: int = 1
    current: Decimal | None = None
    percent: Decimal | None = None
    fixed: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What is written to one owner. ``revision``: of the open scorecard that was looked at; None: there was none."""

    owner: Owner
    figure: Decimal
    revision: int | None = None


def shares_of(parts: Sequence[Part], method: Method) -> list[float]:
    """The shares of those whose part is open; 0 for the fixed ones. Raises SplitError that says what to do."""
    open_parts = [part for part in parts if part.fixed is None]
    if method == "last_year":
        unknown = [part.owner.name for part in open_parts if part.last_year is None]
        if unknown:
            raise SplitError("CASCADE_NO_HISTORY", owners=", ".join(unknown[:5]))
        if any((part.last_year or 0.0) < 0 for part in open_parts):
            raise SplitError("SPREAD_HISTORY_UNUSABLE")
    if method == "current" and open_parts and not any(part.current for part in open_parts):
        raise SplitError("CASCADE_NOTHING_CURRENT")
    return [0.0 if part.fixed is not None else _share(part, method) for part in parts]


def _share(part: Part, method: Method) -> float:
    if method == "last_year":
        return float(part.last_year or 0.0)
    if method == "heads":
        return float(part.heads)
    if method == "current":
        return abs(float(part.current or 0))
    if method == "custom":
        return float(part.percent or 0)
    return 1.0


def divided(
    total: Decimal, parts: Sequence[Part], method: Method, step: Decimal | None, *, additive: bool
) -> list[Decimal]:
    """The figure of each part: they sum to ``total`` exactly, or are the same level. Raises SplitError."""
    if not parts:
        raise SplitError("SPLIT_NOTHING")
    if not additive:
        return [part.fixed if part.fixed is not None else total for part in parts]
    fixed = {at: part.fixed for at, part in enumerate(parts) if part.fixed is not None}
    return list(divide(total, shares_of(parts, method), step=step, locked=fixed).amounts)


@transaction.atomic
def hand_down(
    *,
    acting_user: User | None,
    company: Company,
    kpi: Kpi,
    frame: Frame,
    source: Mapping[str, Decimal | None],
    total: Decimal,
    given: Sequence[Given],
    elsewhere: Decimal = Decimal(0),
    profile: str = LIKE_UNIT,
    time: Time | None = None,
) -> dict[int, Assignment]:
    """Write the figures into the owners' drafts: by owner id, made where there were none, about twenty statements.

    ``source``: the unit's own figures by period. ``elsewhere``: what others below have, who are not written here.
    ``profile``: like the unit's (``unit``), or a way of dividing of ``targets``. A scorecard without the KPI gets a
    line of weight 0. Raises AssignmentForbiddenError, AssignmentInvalidError (nothing is written for anybody),
    AssignmentConflictError when one of the scorecards has moved on, SplitError.
    """
    lock(company)
    owners = [one.owner for one in given]
    refuse_strangers(acting_user, company, owners)
    if not given:
        raise SplitError("SPLIT_NOTHING")
    added = sum((one.figure for one in given), elsewhere)
    if frame.additive and added != total:
        raise SplitError("CASCADE_NOT_EXACT", below=added, total=total)
    _refuse_moved(company, given)
    drafts = drafts_of(acting_user=acting_user, company=company, owners=owners, time=time)
    refuse_unless_draft(drafts.values())
    _refuse_other_times(drafts.values(), frame)
    series = series_of(frame, source, total, [one.figure for one in given], elsewhere, profile)
    kept = profile if profile in SHAPES else "custom"
    changed = _write(company, kpi, drafts, given, series, kept if frame.additive else "")
    bump(company, changed, acting_user)
    audit.record(
        company_id=company.pk,
        acting_user=acting_user,
        action="assignment.cascaded",
        obj=("kpis.assignment", str(changed[0]) if len(changed) == 1 else ""),
        after={"kpi": kpi.code, "total": str(total), "parts": {one.owner.code: str(one.figure) for one in given}},
    )
    return drafts


def series_of(
    frame: Frame,
    source: Mapping[str, Decimal | None],
    total: Decimal,
    figures: Sequence[Decimal],
    elsewhere: Decimal,
    profile: str,
) -> list[dict[str, Decimal]]:
    """The periods of each figure. Like the unit's: exact both ways, with the unit's months; else each by itself."""
    keys = [part.key for part in frame.parts]
    if not frame.additive:
        # a level that changes over the year does so below as well, where it is the unit's own level
        whole = {key: source.get(key) for key in keys}
        return [
            {key: value if figure == total and (value := whole[key]) is not None else figure for key in keys}
            for figure in figures
        ]
    months = [source.get(key) or Decimal(0) for key in keys]
    if profile == LIKE_UNIT and sum(months, Decimal(0)) == total and total:
        rows = [*figures, elsewhere] if elsewhere else list(figures)
        if all(row * total >= 0 for row in rows) and all(month * total >= 0 for month in months):
            cells = table(rows, months)[: len(figures)]
            return [dict(zip(keys, row, strict=True)) for row in cells]
    way: Way = next((one for one in SHAPES if one == profile), "custom")
    return [_alone(frame, figure, way, dict(zip(keys, months, strict=True))) for figure in figures]


def _alone(frame: Frame, figure: Decimal, way: Way, months: Mapping[str, Decimal]) -> dict[str, Decimal]:
    weights = {key: abs(value) for key, value in months.items()} if way == "custom" else {}
    settled = settle(frame, Asked(way, way, figure, None, {}, {}, weights=weights))
    return {key: value or Decimal(0) for key, value in settled.figures.items()}


def _refuse_moved(company: Company, given: Sequence[Given]) -> None:
    found = planned.open_assignments(company, [one.owner.pk for one in given])
    for one in given:
        current = found.get(one.owner.pk)
        if current is not None and current.revision != one.revision:
            args = {"owner": one.owner.name}
            problem = Problem("ASSIGNMENT_CHANGED_MEANWHILE", owner=one.owner.code, args=args)
            raise AssignmentConflictError(problem, current)


def _refuse_other_times(drafts: Iterable[Assignment], frame: Frame) -> None:
    problems = []
    for draft in drafts:
        span = span_for(draft)
        if span != frame.span:
            args = {"owner": draft.owner.name, "from_": span.first, "to": span.last}
            problems.append(Problem("CASCADE_TIME_DIFFERS", owner=draft.owner.code, args=args))
    if problems:
        raise AssignmentInvalidError(*problems)


def _write(
    company: Company,
    kpi: Kpi,
    drafts: Mapping[int, Assignment],
    given: Sequence[Given],
    series: Sequence[Mapping[str, Decimal]],
    profile: str,
) -> list[int]:
    """Ids of the drafts that changed. Three statements."""
    lines = planned.lines_of(company, drafts.values())
    terms = proposed_terms(company, [kpi.pk]).get(kpi.pk, {})
    rows, fresh, changed, problems = [], [], [], []
    for one, figures in zip(given, series, strict=True):
        draft = drafts[one.owner.pk]
        held = lines[draft.pk]
        mine = [row for row in held if row.kpi_id == kpi.pk]
        if any(row.post_id is not None for row in held):
            problems.append(Problem("CASCADE_TWO_POSTS", owner=one.owner.code, args={"owner": one.owner.name}))
            continue
        if not mine and kpi.status == Kpi.Status.RETIRED:
            args = {"kpi": kpi.name}
            problems.append(Problem("ASSIGNMENT_KPI_RETIRED", owner=one.owner.code, kpi=kpi.code, args=args))
            continue
        before = LineInput.of(mine[0]) if mine else LineInput(kpi.pk, Decimal(0), terms=terms)
        after = replace(
            before,
            total=float(one.figure),
            targets={key: float(value) for key, value in figures.items()},
            profile=profile,
            basis="",
        )
        if after == before:
            continue
        changed.append(draft.pk)
        if mine:
            row = after.row(draft, mine[0].order)
            row.pk = mine[0].pk
            rows.append(row)
        else:
            fresh.append(after.row(draft, max((line.order for line in held), default=-1) + 1))
    if problems:
        raise AssignmentInvalidError(*problems)
    write_lines(rows, fresh)
    return changed
