"""The scorecard page, and what the home page shares with it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext as _

from tamnhin.dashboards.reading import Reading, with_query
from tamnhin.dashboards.selectors.heat import heat_map
from tamnhin.dashboards.selectors.lines import (
    each_in_hundredths,
    groups_of,
    hundredths,
    line_rows,
    lines_of,
    newest_entries,
    shown,
)
from tamnhin.dashboards.selectors.scores import grade_words, history_of, standings_of
from tamnhin.dashboards.shapes import (
    ChildRow,
    LineRow,
    Score,
    ScorecardPage,
    ScorePoint,
    StaleOwner,
)
from tamnhin.engine.aggregation import Ints
from tamnhin.engine.evaluate import Status as CardState
from tamnhin.engine.grades import distance_to_next
from tamnhin.engine.rounding import MISSING, publish
from tamnhin.engine.states import State
from tamnhin.kpis.access import bonuses_visible_to

SHOWN_CHILDREN = 60
STALE_SHOWN = 8


def score_of(reading: Reading, owner: int) -> Score:
    """The owner's score in the period with everything that must stand beside it."""
    result, at = reading.live.result, reading.at
    opened = at in result.pace
    value = hundredths(float(result.pace_card[at, owner] if opened else result.card[at, owner]))
    status = CardState(int(result.status[at, owner]))
    bounds = result.grade_bounds()
    published = np.array([publish(result.pace_card[at, owner])]) if opened else result.published[at, [owner]]
    grades = reading.live.facts.grades
    grade = grade_name = next_grade = ""
    to_next: Decimal | None = None
    if value is not None and len(bounds):
        index = int(np.searchsorted(bounds, published[0], side="right")) - 1
        if index >= 0:
            grade, grade_name = grades[index]
        if index + 1 < len(bounds):
            next_grade = grades[index + 1][0]
            far = int(distance_to_next(published, bounds)[0])
            to_next = None if far == MISSING else Decimal(far).scaleb(-2)
    before = reading.back[-2] if len(reading.back) > 1 else None
    change = None
    if before is not None and not opened and value is not None:
        earlier = hundredths(float(result.card[before, owner]))
        change = None if earlier is None else value - earlier
    rank = peers = None
    if not opened and status is CardState.FINAL:
        rank, peers = _rank(reading, owner)
    state = {"final": "final", "not_rated": "not_rated"}.get(status.word, "provisional")
    return Score(
        value=value,
        state=state,  # type: ignore[arg-type]
        coverage=hundredths(float(result.coverage[at, owner])),
        pace=None,
        grade=grade,
        grade_name=grade_name,
        next_grade=next_grade,
        to_next=to_next,
        change=change,
        rank=rank,
        peers=peers,
        reason=_score_reason(reading, owner, status, opened=opened),
    )


def _rank(reading: Reading, owner: int) -> tuple[int | None, int]:
    """The place among the rated people, or units, and how many they are; no place in a group that is too small.

    One owner's ``Result.rank``: one more than there are better scores.
    """
    result, units = reading.live.result, reading.live.plan.owners.unit_count
    same = result.published[reading.at, units:] if owner >= units else result.published[reading.at, :units]
    mine = result.published[reading.at, owner]
    peers = int((same != MISSING).sum())
    if mine == MISSING or peers < reading.company.minimum_group:
        return None, peers
    return int(((same > mine) & (same != MISSING)).sum()) + 1, peers


def _score_reason(reading: Reading, owner: int, status: CardState, *, opened: bool) -> str:
    if status is CardState.NOT_RATED:
        return _("Không xếp loại: thời gian làm việc trong kỳ chưa đủ.")
    if status is CardState.NONE:
        return _("Chưa có thẻ điểm trong kỳ này.")
    if opened:
        return _("Kỳ đang mở: điểm tạm tính so với chỉ tiêu của những ngày đã qua.")
    if status is CardState.PROVISIONAL:
        return _("Điểm tạm tính: còn số liệu đến hạn chưa được báo.")
    return ""


def score_points(reading: Reading, owner: int) -> list[ScorePoint]:
    """Scores of this period and the ones before it, newest first."""
    result, plan = reading.live.result, reading.live.plan
    scores = [(result.pace_card if at in result.pace else result.card)[at, owner] for at in reading.back[::-1].tolist()]
    points = []
    for at, value in zip(reading.back[::-1].tolist(), each_in_hundredths(np.array(scores)), strict=True):
        status = int(result.status[at, owner])
        if status == CardState.NONE:
            continue
        period = plan.periods[at]
        points.append(
            ScorePoint(
                period.title(reading.language),
                value,
                status == CardState.FINAL,
                reading.card_url(owner, period.key),
            )
        )
    return points


def kind_of(reading: Reading, owner: int) -> str:
    if owner == reading.root:
        return "company"
    return "unit" if owner < reading.live.plan.owners.unit_count else "person"


def scorecard_page(reading: Reading, owner: int, sort: str = "order") -> ScorecardPage:
    """One layout for a person, a unit and the company."""
    plan = reading.live.plan
    code = plan.owners.codes[owner]
    children = reading.children_of(owner) if owner < plan.owners.unit_count else []
    above = reading.parents_of(owner)
    visible = reading.visible([*children, *above])
    lines = lines_of(reading, owner)
    rows = line_rows(reading, owner, shown(reading, lines), newest_entries(reading, owner))
    kind = kind_of(reading, owner)
    listed = [one for one in children if one in visible][:SHOWN_CHILDREN]
    total = sum((row.weight for row in rows), Decimal(0))
    address = reverse("scorecard", args=[code])
    other = "" if sort == "loss" else "loss"
    return ScorecardPage(
        owner=reading.owner_name(owner),
        code=code,
        kind=kind,  # type: ignore[arg-type]
        breadcrumb=reading.breadcrumb(owner, visible),
        picker=reading.picker(address, sort=sort if sort == "loss" else ""),
        period=reading.state(),
        score=score_of(reading, owner),
        groups=groups_of(rows),
        subtitle=_subtitle(reading, owner, code),
        vision=reading.company.vision,
        children=child_rows(reading, listed),
        history=score_points(reading, owner),
        heatmap=heat_map(reading, [owner, *[c for c in listed if c < plan.owners.unit_count]])
        if kind == "company"
        else None,
        stale=stale_owners(reading, [owner, *listed]) if kind != "person" else (),
        sort="loss" if sort == "loss" else "order",
        sort_url=with_query(address, period=reading.keep_period, sort=other),
        why_url=with_query(reverse("why_card", args=[code]), period=reading.period.key),
        export_url=with_query(reverse("export_card", args=[code]), period=reading.period.key),
        weights_total=_weight_total(reading, owner, lines, total),
        roll_up=_roll_up(rows, kind),
    )


def _weight_total(reading: Reading, owner: int, lines: Ints, total: Decimal) -> Decimal:
    """The total of the weights on the day the page speaks of; lines that change in the period are not added up."""
    table = reading.live.plan.lines
    held = lines[(table.start[lines] <= reading.day) & (table.stop[lines] >= reading.day)]
    if not len(held):
        return Decimal(100)
    posts = table.share[held]
    micro = table.micro[held]
    if (posts < 1.0).any():  # each post totals 100
        return Decimal(100)
    return Decimal(int(micro.sum())).scaleb(-6).normalize() + 0


def _subtitle(reading: Reading, owner: int, code: str) -> str:
    person = owner >= reading.live.plan.owners.unit_count
    row = reading.live.facts.owner_row(code, person=person)
    if person:
        unit = reading.parents_of(owner)
        parts = [str(row["position"] or ""), reading.owner_name(unit[0]) if unit else None]
    else:
        head = reading.owner_names.get(str(row["head"] or ""), "")
        parts = [_("Phụ trách: {name}").format(name=head) if head else None]
    return " · ".join(part for part in parts if part)


def _roll_up(rows: Sequence[LineRow], kind: str) -> str:
    if not rows or kind == "person":
        return ""
    return _("Số của đơn vị được cộng từ cấp dưới rồi mới chấm điểm, không lấy trung bình các tỷ lệ.")


def child_rows(reading: Reading, owners: Sequence[int]) -> list[ChildRow]:
    """Owners as rows, with their standing and their last scores."""
    at = np.array(owners, dtype=np.int64)
    return [
        ChildRow(
            name=reading.owner_name(owner),
            url=reading.card_url(owner),
            kind="unit" if owner < reading.live.plan.owners.unit_count else "person",
            score=standing.score,
            status=standing.status,
            grade=grade,
            coverage=standing.coverage,
            history=points,
        )
        for owner, standing, grade, points in zip(
            owners,
            standings_of(reading, at),
            grade_words(reading, at),
            history_of(reading, at),
            strict=True,
        )
    ]


def stale_owners(reading: Reading, owners: Sequence[int]) -> list[StaleOwner]:
    """Owners beneath these units whose numbers are due and missing, most missing first."""
    result, plan = reading.live.result, reading.live.plan
    units = [o for o in owners if o < plan.owners.unit_count]
    asked = {c for unit in units for c in reading.children_of(unit)} | set(owners)
    # what a unit owes because its parts do is counted with the parts
    people = np.array(sorted(o for o in asked if o >= plan.owners.unit_count), dtype=np.int64)
    owed = plan.lines.owner[result.state[reading.at] == State.NO_DATA]
    missing = np.bincount(owed, minlength=plan.owners.count)[people]
    order = np.argsort(-missing, kind="stable")[:STALE_SHOWN]
    found = [(int(missing[i]), int(people[i])) for i in order if missing[i]]
    seen = reading.visible([owner for _missing, owner in found])
    return [
        StaleOwner(reading.owner_name(owner), reading.card_url(owner) if owner in seen else "", missing, None)
        for missing, owner in found
    ]


def pay_visible(reading: Reading, owner: int) -> bool:
    """Whether the reader may see this person's performance pay."""
    return (
        bonuses_visible_to(reading.user, reading.company).filter(person_id=int(reading.live.owner_ids[owner])).exists()
    )
