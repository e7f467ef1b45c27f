"""The scorecard page, the home page and the heat map."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext as _

from tamnhin.dashboards.reading import Reading, with_query
from tamnhin.dashboards.selectors.lines import (
    card_status,
    groups_of,
    hundredths,
    line_rows,
    lines_of,
    maybe,
    newest_entries,
    shown,
    status_of,
)
from tamnhin.dashboards.shapes import (
    ChildRow,
    HeatCell,
    HeatMap,
    HeatRow,
    LineRow,
    Link,
    Score,
    ScorecardPage,
    ScorePoint,
    StaleOwner,
)
from tamnhin.engine.aggregation import ABSENT, Ints
from tamnhin.engine.evaluate import Status as CardState
from tamnhin.engine.grades import distance_to_next
from tamnhin.engine.rounding import MISSING, publish
from tamnhin.engine.states import State
from tamnhin.kpis.access import bonuses_visible_to

SHOWN_CHILDREN = 60
HEAT_COLUMNS = 16


def score_of(reading: Reading, owner: int) -> Score:
    """The owner's score in the period with everything that must stand beside it."""
    result, at = reading.live.result, reading.at
    opened = at in result.pace
    value = hundredths(float(result.pace_card[at, owner] if opened else result.card[at, owner]))
    status = CardState(int(result.status[at, owner]))
    bounds = result.grade_bounds()
    published = np.array([publish(result.pace_card[at, owner])]) if opened else result.published[at, [owner]]
    grades = reading.live.book["grades"].sort("from")
    grade = grade_name = next_grade = ""
    to_next: Decimal | None = None
    if value is not None and len(bounds):
        index = int(np.searchsorted(bounds, published[0], side="right")) - 1
        if index >= 0:
            grade, grade_name = grades["grade"][index], grades["name"][index] or ""
        if index + 1 < len(bounds):
            next_grade = grades["grade"][index + 1]
            far = int(distance_to_next(published, bounds)[0])
            to_next = None if far == MISSING else Decimal(far).scaleb(-2)
    before = reading.back[-2] if len(reading.back) > 1 else None
    change = None
    if before is not None and not opened and value is not None:
        earlier = hundredths(float(result.card[before, owner]))
        change = None if earlier is None else value - earlier
    rank = peers = None
    if not opened and status is CardState.FINAL:
        ranks = result.rank(at)
        same = reading.live.plan.owners.is_person == bool(owner >= reading.live.plan.owners.unit_count)
        peers = int((ranks[same] > 0).sum())
        rank = int(ranks[owner]) if peers >= reading.company.minimum_group else None
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
    points = []
    for at in reading.back[::-1].tolist():
        if int(result.status[at, owner]) == CardState.NONE:
            continue
        opened = at in result.pace
        value = result.pace_card[at, owner] if opened else result.card[at, owner]
        period = plan.periods[at]
        points.append(
            ScorePoint(
                period.title(reading.language),
                hundredths(float(value)),
                int(result.status[at, owner]) != CardState.PROVISIONAL,
                reading.card_url(owner, period.key),
            )
        )
    return points


def history_of(reading: Reading, owners: Ints) -> list[list[float | None]]:
    """Scores of some owners over the last periods, oldest first, for sparklines."""
    result = reading.live.result
    scores = result.card[np.ix_(reading.back, owners)].copy()
    for row, at in enumerate(reading.back.tolist()):
        if at in result.pace:
            scores[row] = result.pace_card[at, owners]
    return [[maybe(v) for v in column] for column in scores.T.tolist()]


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
    book = reading.live.book
    if owner >= reading.live.plan.owners.unit_count:
        row = book["people"].filter(book["people"]["code"] == code).row(0, named=True)
        unit = reading.parents_of(owner)
        parts = [row["position"], reading.owner_name(unit[0]) if unit else None]
    else:
        row = book["units"].filter(book["units"]["code"] == code).row(0, named=True)
        head = reading.owner_names.get(row["head"] or "", "")
        parts = [_("Phụ trách: {name}").format(name=head) if head else None]
    return " · ".join(part for part in parts if part)


def _roll_up(rows: Sequence[LineRow], kind: str) -> str:
    if not rows or kind == "person":
        return ""
    return _("Số của đơn vị được cộng từ cấp dưới rồi mới chấm điểm, không lấy trung bình các tỷ lệ.")


def child_rows(reading: Reading, owners: Sequence[int]) -> list[ChildRow]:
    result = reading.live.result
    history = history_of(reading, np.array(owners, dtype=np.int64)) if owners else []
    grades = reading.live.book["grades"].sort("from")["grade"].to_list()
    grade = result.grade()[reading.at] if owners else None
    rows = []
    for owner, points in zip(owners, history, strict=True):
        score, status = card_status(reading, owner)
        rows.append(
            ChildRow(
                name=reading.owner_name(owner),
                url=reading.card_url(owner),
                kind="unit" if owner < reading.live.plan.owners.unit_count else "person",
                score=score,
                status=status,
                grade=grades[grade[owner]] if grade is not None and grade[owner] >= 0 else "",
                coverage=hundredths(float(result.coverage[reading.at, owner])),
                history=points,
            )
        )
    return rows


def stale_owners(reading: Reading, owners: Sequence[int]) -> list[StaleOwner]:
    """Owners beneath these units whose numbers are due and missing, most missing first."""
    result, plan = reading.live.result, reading.live.plan
    units = [o for o in owners if o < plan.owners.unit_count]
    people = {c for unit in units for c in reading.children_of(unit)} | set(owners)
    found = []
    for owner in sorted(people):
        lines = np.arange(plan.line_starts[owner], plan.line_starts[owner + 1])
        # what a unit owes because its parts do is counted with the parts
        missing = int((result.state[reading.at, lines] == State.NO_DATA).sum())
        if missing and owner >= plan.owners.unit_count:
            found.append((missing, owner))
    found.sort(key=lambda pair: (-pair[0], pair[1]))
    chosen = [owner for _missing, owner in found[:8]]
    seen = reading.visible(chosen)
    return [
        StaleOwner(reading.owner_name(owner), reading.card_url(owner) if owner in seen else "", missing, None)
        for missing, owner in found[:8]
    ]


def heat_map(reading: Reading, units: Sequence[int]) -> HeatMap:
    """Units × KPI: the KPIs that most of these units carry, the % counted in each cell."""
    result, plan, at = reading.live.result, reading.live.plan, reading.at
    opened = at in result.pace
    by_unit: dict[int, dict[str, int]] = {}
    order: dict[str, int] = {}
    for unit in units:
        cells: dict[str, int] = {}
        for line in range(int(plan.line_starts[unit]), int(plan.line_starts[unit + 1])):
            if result.state[at, line] != ABSENT:
                code = plan.kpis.codes[plan.lines.kpi[line]]
                cells[code] = line
                order[code] = order.get(code, 0) + 1
        by_unit[unit] = cells
    position = {code: i for i, code in enumerate(plan.kpis.codes)}
    codes = sorted(order, key=lambda code: (-order[code], position[code]))[:HEAT_COLUMNS]
    codes.sort(key=lambda code: position[code])
    rows = []
    for unit in units:
        cells = by_unit[unit]
        row: list[HeatCell | None] = []
        for code in codes:
            found = cells.get(code)
            if found is None:
                row.append(None)
                continue
            line = found
            raw = float((result.pace[at] if opened else result.raw[at])[line])
            state = State(int(result.state[at, line]))
            status = status_of(raw, state, opened=opened)
            cap = float(plan.lines.cap[line])
            text = "—" if np.isnan(raw) else f"{min(max(raw, 0.0), cap):.0f}"
            row.append(
                HeatCell(
                    text, status, reading.kpi_url(unit, code), f"{reading.owner_name(unit)} · {reading.kpi_name(code)}"
                )
            )
        score, status = card_status(reading, unit)
        depth = len(reading.parents_of(unit))
        rows.append(HeatRow(reading.owner_name(unit), reading.card_url(unit), row, score, status, depth))
    return HeatMap([Link(reading.kpi_name(code), "", code) for code in codes], rows)


def heat_page(reading: Reading) -> HeatMap:
    """All units the reader may see, in tree order."""
    plan = reading.live.plan
    seen = reading.visible(range(plan.owners.unit_count))
    ordered: list[int] = []

    def walk(unit: int) -> None:
        if unit in seen:
            ordered.append(unit)
        for child in reading.children_of(unit):
            if child < plan.owners.unit_count and child not in ordered:
                walk(child)

    if reading.root is not None:
        walk(reading.root)
    found = heat_map(reading, ordered)
    return HeatMap(found.columns, found.rows, reading.picker(reverse("heatmap")), reading.state())


def pay_visible(reading: Reading, owner: int) -> bool:
    """Whether the reader may see this person's performance pay."""
    return (
        bonuses_visible_to(reading.user, reading.company).filter(person_id=int(reading.live.owner_ids[owner])).exists()
    )
