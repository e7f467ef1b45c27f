"""The page of one KPI of one owner."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from tamnhin.dashboards.reading import Reading, with_query
from tamnhin.dashboards.selectors.cards import kind_of
from tamnhin.dashboards.selectors.lines import hundredths, line_rows, maybe, newest_entries, shown, status_of
from tamnhin.dashboards.shapes import (
    ChartPoint,
    DefinitionItem,
    KpiLink,
    KpiOwnerRow,
    KpiPage,
    KpiVersionRow,
    Link,
    MeasurementRow,
)
from tamnhin.engine import periods as per
from tamnhin.engine.aggregation import ABSENT
from tamnhin.engine.evaluate.measure import measure
from tamnhin.engine.periods import Timeline
from tamnhin.engine.report import line_details
from tamnhin.engine.states import State
from tamnhin.measurements.access import can_enter_value
from tamnhin.measurements.models import Measurement
from tamnhin.organisation.models import Owner

CHART_POINTS = 24
OWNERS_SHOWN = 24
HISTORY_SHOWN = 40

WORDS = {
    "higher": noop("càng cao càng tốt"),
    "lower": noop("càng thấp càng tốt"),
    "band": noop("trong khoảng"),
    "sum": noop("tổng các kỳ"),
    "last": noop("số cuối kỳ"),
    "mean": noop("trung bình"),
    "min": noop("nhỏ nhất"),
    "max": noop("lớn nhất"),
    "ratio": noop("tổng tử số ÷ tổng mẫu số"),
    "weighted_mean": noop("trung bình có trọng số"),
    "compound": noop("dồn tích"),
    "none": noop("không cộng dồn"),
    "day": noop("hằng ngày"),
    "week": noop("hằng tuần"),
    "month": noop("hằng tháng"),
    "quarter": noop("hằng quý"),
    "half": noop("nửa năm một lần"),
    "year": noop("hằng năm"),
    "strategic": noop("chiến lược"),
    "tactical": noop("chiến thuật"),
    "sale": noop("bán hàng"),
    "non_sale": noop("phi bán hàng"),
    "leading": noop("dẫn dắt"),
    "lagging": noop("kết quả"),
    "input": noop("đầu vào"),
    "output": noop("đầu ra"),
}


def word(key: object) -> str:
    """A choice of the workbook in the reader's words."""
    return _(WORDS[str(key)]) if str(key) in WORDS else str(key or "")


def kpi_page(reading: Reading, owner: int, code: str) -> KpiPage | None:
    """None when the company has no such KPI, or the owner no number of it."""
    plan = reading.live.plan
    kpi = reading.live.facts.kpi_at.get(code)
    if kpi is None:
        return None
    node = int(plan.nodes.find(np.array([owner]), kpi, plan.kpis.count)[0])
    every = np.arange(plan.line_starts[owner], plan.line_starts[owner + 1])
    mine = every[plan.lines.kpi[every] == kpi]
    if node < 0 and not len(mine):
        return None
    held = mine[reading.live.result.state[reading.at, mine] != ABSENT]
    own = node >= 0
    if not own and len(held):  # a shared KPI: the unit's numbers are everyone's
        node = int(plan.lines.node[held[-1]])
    owner_code = plan.owners.codes[owner]
    row = None
    if len(held):
        # the contribution is that of the whole card: its lines are read together
        lines = every[reading.live.result.state[reading.at, every] != ABSENT]
        rows = line_rows(reading, owner, shown(reading, lines), newest_entries(reading, owner))
        row = next((r for r in rows if r.code == code), None)
    definition = reading.kpi_rows[code]
    owner_row = Owner.objects.filter(company=reading.company, pk=int(reading.live.owner_ids[owner])).first()
    enter = ""
    if own and owner_row is not None and not definition["formula"] and can_enter_value(reading.user, owner_row):
        enter = with_query(reverse("entry"), owner=owner_code, kpi=code, period=_entry_period(reading, node))
    driven = _links(reading, owner, code, "driver", "outcome")
    return KpiPage(
        code=code,
        name=reading.kpi_name(code),
        purpose=_purpose(definition),
        direction=str(definition["direction"]),  # type: ignore[arg-type]
        unit=reading.unit_of(code),
        owner=reading.owner_name(owner),
        owner_url=reading.card_url(owner),
        breadcrumb=[*reading.breadcrumb(owner), *_self_link(reading, owner)],
        picker=reading.picker(reverse("kpi", args=[owner_code, code])),
        period=reading.state(),
        line=row,
        chart=chart(reading, node),
        definition=_definition(reading, definition),
        versions=_versions(reading, code),
        drivers=_links(reading, owner, code, "outcome", "driver"),
        driven=driven,
        owners=_owners(reading, kpi, owner),
        history=_history(reading, owner, code),
        why_url=with_query(reverse("why_line", args=[owner_code, code]), period=reading.period.key) if row else "",
        enter_url=enter,
        url=reading.kpi_url(owner, code),
        card_url=reverse("kpi_card", args=[code]),
        unlinked=definition["level"] == "tactical" and not driven,
    )


def _self_link(reading: Reading, owner: int) -> list[Link]:
    return [Link(reading.owner_name(owner), reading.card_url(owner))]


def _purpose(definition: dict[str, object]) -> str:
    classes = [word(definition[axis]) for axis in ("level", "timing", "flow", "domain") if definition[axis]]
    return ", ".join(classes)


def _entry_period(reading: Reading, node: int) -> str:
    if node < 0:
        return ""
    plan = reading.live.plan
    timeline = plan.blocks[plan.nodes.block[node]].timeline
    lo, hi = timeline.columns_in(reading.period)
    return timeline.keys[hi - 1] if hi > lo else ""


def chart(reading: Reading, node: int) -> list[ChartPoint]:
    """The KPI's own periods up to the one that is shown: actual, target and the same period last year."""
    if node < 0:
        return []
    plan = reading.live.plan
    block = plan.blocks[plan.nodes.block[node]]
    timeline: Timeline = block.timeline
    last = int(np.searchsorted(timeline.start, min(reading.period.last, reading.day), side="right"))
    year = {"month": 12, "quarter": 4, "half": 2, "year": 1, "week": 52, "day": 365}[timeline.frequency]
    first = max(0, last - (CHART_POINTS if timeline.frequency != "day" else 45))
    columns = np.arange(first, last)
    if not len(columns):
        return []
    at = int(plan.nodes.at[node])
    found = measure(plan, np.array([node]), timeline.start[columns], timeline.stop[columns])
    actual = found.actual[:, 0]
    points = []
    for i, column in enumerate(columns.tolist()):
        before = column - year
        past = float(block.value[before, at]) if before >= 0 else float("nan")
        points.append(
            ChartPoint(
                timeline.period(column).title(reading.language),
                maybe(float(actual[i])),
                maybe(float(block.target[column, at])),
                maybe(past),
                open=bool(timeline.stop[column] > (reading.live.as_of - date(1970, 1, 1)).days),
            )
        )
    # numbers that begin later than the chart leave no empty years in front
    start = next((i for i, p in enumerate(points) if p.actual is not None or p.target is not None), 0)
    return points[start:]


def _definition(reading: Reading, row: dict[str, object]) -> list[DefinitionItem]:
    owner = reading.owner_names.get(str(row["owner"] or ""), str(row["owner"] or ""))
    items = [
        DefinitionItem(_("Công thức"), str(row["formula"] or "")),
        DefinitionItem(_("Đơn vị tính"), str(row["unit"] or "")),
        DefinitionItem(_("Chiều"), word(row["direction"])),
        DefinitionItem(_("Cộng dồn"), word(row["aggregation"])),
        DefinitionItem(_("Gộp giữa các đơn vị"), word(row["across"]) if row["across"] else ""),
        DefinitionItem(_("Tần suất"), word(row["frequency"])),
        DefinitionItem(_("Nguồn"), str(row["source"] or "")),
        DefinitionItem(_("Người phụ trách KPI"), owner),
        DefinitionItem(
            _("Xem lại trước"), f"{row['review_by']:%d/%m/%Y}" if isinstance(row["review_by"], date) else ""
        ),
    ]
    return [item for item in items if item.value]


def _versions(reading: Reading, code: str) -> list[KpiVersionRow]:
    frame = reading.live.book["kpis"].sort("from", nulls_last=False, maintain_order=True)
    rows = frame.filter(frame["code"] == code).to_dicts()
    if len(rows) < 2:
        return []
    out = []
    for number, row in enumerate(rows, start=1):
        changed = str(row["formula"] or row["name"])
        since = row["from"] or date(1970, 1, 1)
        out.append(KpiVersionRow(f"v{number}", since, changed, current=number == len(rows)))
    return out[::-1]


def _links(reading: Reading, owner: int, code: str, mine: str, other: str) -> list[KpiLink]:
    plan = reading.live.plan
    out = []
    for row in reading.live.book["links"].to_dicts():
        if row[mine] != code:
            continue
        target = str(row[other])
        here = reading.live.facts.kpi_at.get(target, -1)
        node = plan.nodes.find(np.array([owner]), here, plan.kpis.count)[0] if here >= 0 else -1
        out.append(
            KpiLink(
                reading.kpi_name(target),
                reading.kpi_url(owner, target) if node >= 0 else "",
                "-" if row["sign"] == "-" else "+",
                int(row["lag"] or 0),
                str(row["note"] or ""),
            )
        )
    return out


def _owners(reading: Reading, kpi: int, owner: int) -> list[KpiOwnerRow]:
    """Other owners of the KPI that the reader may see, units first."""
    plan, result = reading.live.plan, reading.live.result
    lines = np.flatnonzero((plan.lines.kpi == kpi) & (result.state[reading.at] != ABSENT))
    lines = lines[plan.lines.owner[lines] != owner]
    # below this owner first, then the rest in the order of the workbook; cut before asking who may be seen
    below = reading.children_of(owner) if owner < plan.owners.unit_count else []
    near = np.isin(plan.lines.owner[lines], below)
    order = np.concatenate([lines[near], lines[~near]])[: OWNERS_SHOWN * 3].tolist()
    seen = reading.visible({int(plan.lines.owner[line]) for line in order})
    chosen = np.array(
        sorted(line for line in order if int(plan.lines.owner[line]) in seen)[:OWNERS_SHOWN], dtype=np.int64
    )
    if not len(chosen):
        return []
    details = line_details(result, reading.at, chosen)
    opened = reading.at in result.pace
    raw = (result.pace[reading.at] if opened else result.raw[reading.at])[chosen]
    code = plan.kpis.codes[kpi]
    rows = []
    for i, line in enumerate(chosen.tolist()):
        who = int(plan.lines.owner[line])
        state = State(int(result.state[reading.at, line]))
        counted = np.clip(raw[i], plan.lines.floor[line], plan.lines.cap[line])
        rows.append(
            KpiOwnerRow(
                reading.owner_name(who),
                reading.kpi_url(who, code),
                kind_of(reading, who),  # type: ignore[arg-type]
                maybe(float(details.actual[i])),
                maybe(float(details.pace_target[i] if opened else details.target[i])),
                hundredths(float(counted)),
                status_of(float(raw[i]), state, opened=opened),
            )
        )
    return rows


def _history(reading: Reading, owner: int, code: str) -> Sequence[MeasurementRow]:
    # the page is shown to who may see the owner (``owner_or_404``), whose numbers these are
    rows = list(
        Measurement.objects.filter(company=reading.company, owner_id=int(reading.live.owner_ids[owner]), kpi__code=code)
        .select_related("recorded_by")
        .order_by("-period", "-revision")[:HISTORY_SHOWN]
    )
    newest: dict[str, int] = {}
    for row in rows:
        newest.setdefault(row.period, row.revision)
    return [
        MeasurementRow(
            period=_title(reading, row.period),
            value=row.value if row.value is not None else _ratio(reading, code, row.numerator, row.denominator),
            state=row.state,
            at=row.recorded_at,
            by=(row.recorded_by.name or row.recorded_by.email) if row.recorded_by else "",
            source=row.source,
            revision=row.revision,
            note=row.reason,
            replaced=newest[row.period] != row.revision,
            numerator=row.numerator,
            denominator=row.denominator,
        )
        for row in rows
    ]


def _ratio(reading: Reading, code: str, numerator: float | None, denominator: float | None) -> float | None:
    if numerator is None or not denominator:
        return None
    kpis = reading.live.plan.kpis
    return float(numerator / denominator * kpis.scale[kpis.codes.index(code)])


def _title(reading: Reading, key: str) -> str:
    try:
        return per.parse(key, reading.live.book.company.fiscal_year_start).title(reading.language)
    except per.PeriodError:
        return key
