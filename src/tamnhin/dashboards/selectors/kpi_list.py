"""The list of KPIs: found without diacritics, filtered by the four axes, with the balance of each axis."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext as _

from tamnhin.base.text import folded
from tamnhin.dashboards.reading import Reading, path_of, with_query
from tamnhin.dashboards.selectors.lines import perspective_of
from tamnhin.dashboards.shapes import Freshness, KpiList, KpiListRow, Link
from tamnhin.engine.aggregation import Ints
from tamnhin.kpis.access import can_define_kpis
from tamnhin.organisation.access import units_visible_to

PAGE = 50
CANDIDATES = 3  # people asked about before a KPI that only people carry is shown without a link

# column of the `kpis` sheet -> its two values, as they are used in addresses
AXES: dict[str, tuple[str, str]] = {
    "timing": ("leading", "lagging"),
    "flow": ("input", "output"),
    "domain": ("sale", "non_sale"),
    "level": ("strategic", "tactical"),
}


def axis_word(value: str) -> str:
    """A value of an axis in words; empty for anything else."""
    return {
        "leading": _("Dẫn dắt"),
        "lagging": _("Kết quả"),
        "input": _("Đầu vào"),
        "output": _("Đầu ra"),
        "sale": _("Bán hàng"),
        "non_sale": _("Phi bán hàng"),
        "strategic": _("Chiến lược"),
        "tactical": _("Chiến thuật"),
    }.get(value, "")


def frequency_word(value: str) -> str:
    return {
        "day": _("Ngày"),
        "week": _("Tuần"),
        "month": _("Tháng"),
        "quarter": _("Quý"),
        "half": _("Nửa năm"),
        "year": _("Năm"),
    }.get(value, value)


def matches(reading: Reading, query: str) -> list[str]:
    """Codes of the KPIs whose Vietnamese or English name, or code, has every word of the query, marks or none."""
    words = folded(query).split()
    if not words:
        return list(reading.kpi_rows)
    found = []
    for code, row in reading.kpi_rows.items():
        text = folded(f"{row['name']} {row['name_en'] or ''} {code}")
        if all(word in text for word in words):
            found.append(code)
    return found


def kpi_list(reading: Reading, query: str, axis: str, page: int) -> KpiList:
    """One page of the list. ``axis`` is one value of ``AXES`` ("leading", …) or empty. At most two queries."""
    plan = reading.live.plan
    column = next((name for name, values in AXES.items() if axis in values), "")
    order = {code: i for i, code in enumerate(plan.kpis.codes)}
    found = [code for code in matches(reading, query) if not column or reading.kpi_rows[code][column] == axis]
    found.sort(key=lambda code: order[code])
    page = min(max(1, page), max(1, -(-len(found) // PAGE)))
    shown = found[(page - 1) * PAGE : page * PAGE]
    held = _held(reading)
    carried = _carriers(reading, held)
    links = _owners_to_open(reading, shown, held)
    address = reverse("kpi_list")
    chosen = axis if column else ""
    return KpiList(
        rows=[
            _row(reading, code, int(carried[order[code]]), links.get(code), reading.live.heard.get(code))
            for code in shown
        ],
        total=len(found),
        query=query,
        filters=_filters(reading, address, query, chosen),
        balance=_balance(reading),
        more_url=with_query(address, period=reading.keep_period, q=query, axis=chosen, page=str(page + 1))
        if page * PAGE < len(found)
        else "",
        library_url=reverse("library"),
        balance_url=reverse("balance"),
        new_url=reverse("kpi_new") if can_define_kpis(reading.user, reading.company) else "",
    )


def _row(reading: Reading, code: str, owners: int, open_at: int | None, heard: datetime | None) -> KpiListRow:
    row = reading.kpi_rows[code]
    classes = [word for word in (axis_word(str(row[column] or "")) for column in AXES) if word]
    return KpiListRow(
        code=code,
        name=reading.kpi_name(code),
        url=reading.kpi_url(open_at, code) if open_at is not None else "",
        direction=str(row["direction"]),  # type: ignore[arg-type]
        unit=reading.unit_of(code),
        perspective=perspective_of(reading, code),
        frequency=frequency_word(str(row["frequency"])),
        classes=classes,
        owners=owners,
        freshness=Freshness(heard),
        note=_note(row),
        card_url=path_of("kpi_card", code),
    )


def _note(row: dict[str, object]) -> str:
    """Where a KPI stands when it is not in use, and that its number is computed."""
    status = {"draft": _("Bản nháp"), "retired": _("Đã ngừng")}.get(str(row["status"] or ""), "")
    return " · ".join(part for part in (status, _("Tính bằng công thức") if row["formula"] else "") if part)


def _filters(reading: Reading, address: str, query: str, chosen: str) -> list[Link]:
    period = reading.keep_period
    links = [Link(_("Tất cả"), with_query(address, period=period, q=query), "" if chosen else "current")]
    for values in AXES.values():
        for value in values:
            url = with_query(address, period=period, q=query, axis=value)
            links.append(Link(axis_word(value), url, "current" if value == chosen else ""))
    return links


def _balance(reading: Reading) -> list[tuple[str, int, str, int]]:
    """Over all KPIs, whatever is being searched for: the balance is the company's, not the search's."""
    out = []
    for column, (one, other) in AXES.items():
        counted = Counter(str(row[column]) for row in reading.kpi_rows.values())
        if counted[one] or counted[other]:
            out.append((axis_word(one), counted[one], axis_word(other), counted[other]))
    return out


def _held(reading: Reading) -> Ints:
    """Positions of the lines that hold on ``day``."""
    table = reading.live.plan.lines
    return np.flatnonzero((table.start <= reading.day) & (table.stop >= reading.day))


def _carriers(reading: Reading, held: Ints) -> Ints:
    """How many owners carry each KPI, ``[kpis]``. Lines come by owner, then KPI: a second post's line is next to it."""
    table, count = reading.live.plan.lines, reading.live.plan.kpis.count
    owner, kpi = table.owner[held], table.kpi[held]
    again = np.zeros(len(held), dtype=bool)
    again[1:] = (owner[1:] == owner[:-1]) & (kpi[1:] == kpi[:-1])
    return np.bincount(kpi[~again], minlength=count)


def _owners_to_open(reading: Reading, codes: list[str], held: Ints) -> dict[str, int]:
    """For each KPI the owner on whose page it opens: mine, else the highest visible one that carries it."""
    plan = reading.live.plan
    order = np.argsort(plan.lines.kpi[held].astype(np.int32), kind="stable")
    owner, kpi = plan.lines.owner[held][order], plan.lines.kpi[held][order]
    units = units_visible_to(reading.user, reading.company).values_list("pk", flat=True)
    seen = {reading.live.owner_of_id[pk] for pk in units if pk in reading.live.owner_of_id}
    if reading.me is not None:
        seen.add(reading.me)
    index = {code: i for i, code in enumerate(plan.kpis.codes)}
    out: dict[str, int] = {}
    asked: dict[str, list[int]] = {}
    for code in codes:
        first, last = np.searchsorted(kpi, [index[code], index[code] + 1])
        carriers = owner[first:last]
        units_first = [int(o) for o in carriers[carriers < plan.owners.unit_count] if int(o) in seen]
        if reading.me is not None and reading.me in carriers:
            out[code] = reading.me
        elif units_first:
            out[code] = max(units_first, key=lambda o: (int(plan.owners.level[o]), -o))
        else:
            asked[code] = [int(o) for o in _under_seen(reading, carriers, seen)[:CANDIDATES]]
    allowed = reading.visible({one for many in asked.values() for one in many}) if asked else set()
    for code, many in asked.items():
        first = next((one for one in many if one in allowed), None)
        if first is not None:
            out[code] = first
    return out


def _under_seen(reading: Reading, carriers: Ints, seen: set[int]) -> Ints:
    """People among the carriers who stand in a unit the reader may see."""
    edges = reading.live.plan.owners.edges
    held = (edges.start <= reading.day) & (edges.stop >= reading.day)
    held &= np.isin(edges.parent, np.fromiter(seen, dtype=np.int64, count=len(seen)))
    people: Ints = carriers[np.isin(carriers, edges.child[held])]
    return people
