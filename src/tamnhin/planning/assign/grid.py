"""The matrix of a unit: its people and sub-units against KPIs, as JSON for matrix.js and as rows for any browser."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any, Literal

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from tamnhin.agreements.states import State
from tamnhin.dashboards.reading import Reading, path_of, with_query
from tamnhin.dashboards.shapes import Link
from tamnhin.kpis.access import owners_assignable_by
from tamnhin.kpis.models import Kpi
from tamnhin.kpis.selectors.cells import Matrix, matrix_of
from tamnhin.organisation.access import OVERSEERS
from tamnhin.organisation.models import Owner
from tamnhin.planning.assign.shapes import GridPage, GridRow
from tamnhin.planning.assign.stages import stage_of, stage_word, time_choices, usual_time

View = Literal["weight", "target"]

# what matrix.js says, in the reader's language; {…} are filled in there
WORDS = {
    "saved": noop("Đã lưu lúc {at}"),
    "saving": noop("Đang lưu…"),
    "unsaved": noop("{count} ô chưa lưu"),
    "offline": noop("Mất kết nối. {count} ô chưa lưu được giữ trên máy này và sẽ tự gửi lại."),
    "login": noop("Phiên đăng nhập đã hết. Đăng nhập lại ở thẻ khác; {count} ô chưa lưu vẫn được giữ trên máy này."),
    "refused": noop("Không lưu được: {text}"),
    "restored": noop("Đã khôi phục {count} ô bạn gõ lần trước mà chưa lưu."),
    "conflict": noop("{who} · {kpi}: {by} vừa ghi {theirs}, bạn ghi {mine}"),
    "someone": noop("người khác"),
    "keep_mine": noop("Giữ của tôi"),
    "take_theirs": noop("Lấy của họ"),
    "short": noop("thiếu {count}"),
    "over": noop("thừa {count}"),
    "full": noop("đủ 100"),
    "empty": noop("chưa có KPI"),
    "not_a_number": noop("“{text}” không phải số"),
    "out_of_range": noop("Trọng số từ 0 đến 100"),
    "too_fine": noop("Tối đa 2 chữ số lẻ"),
    "clipped": noop("{count} ô dán ra ngoài bảng đã bị bỏ qua"),
    "locked": noop("{count} ô không sửa được đã được bỏ qua"),
    "pasted": noop("Đã dán {count} ô"),
    "filled": noop("Đã điền {count} ô"),
    "cleared": noop("Đã xóa {count} ô"),
    "split": noop("Đã chia đều {count} hàng"),
    "undone": noop("Đã hoàn tác {count} ô"),
    "redone": noop("Đã làm lại {count} ô"),
    "nothing": noop("Không có gì để làm"),
    "added": noop("Đã thêm cột {name}. Gõ trọng số vào từng người."),
    "there": noop("KPI này đã có cột"),
    "no_match": noop("Không có KPI nào khớp"),
    "owner": noop("Người, đơn vị"),
    "total": noop("Tổng"),
    "sum": noop("Tổng cột"),
    "people": noop("{count} thẻ"),
    "shown": noop("{shown}/{all} hàng"),
    "cell": noop("{who}, {kpi}"),
    "draft_kpi": noop("KPI còn là bản nháp"),
    "not_additive": noop("không cộng được"),
}
MOST_KPIS = 3_000  # that are sent along for adding columns


def grid_page(reading: Reading, position: int, view: str, first: str, last: str) -> GridPage:
    """A unit's matrix. Raises Http404 for a person, and for a reader who sees nobody in it. About twelve queries."""
    plan = reading.live.plan
    if position >= plan.owners.unit_count:
        raise Http404
    chosen: View = "target" if view == "target" else "weight"
    members = [position, *reading.children_of(position)]
    seen = reading.visible(members)
    members = [one for one in members if one in seen]
    ids = [int(reading.live.owner_ids[one]) for one in members]
    start, end = usual_time(reading.company, first, last)
    allowed = set(owners_assignable_by(reading.user, reading.company, among=ids).values_list("pk", flat=True))
    owners = {
        owner.pk: owner
        for owner in Owner.objects.filter(pk__in=ids).select_related("person").only("name", "code", "kind", "person")
    }
    found = matrix_of(reading.company, ids, start, end, totals=chosen == "target", drafts_of=allowed)
    code = plan.owners.codes[position]
    address = path_of("assign_unit", code)
    keep = {"first": start.isoformat() if first else "", "last": end.isoformat() if first and end else ""}
    rows = [_row(reading, owners[pk], found, pk in allowed) for pk in ids]
    return GridPage(
        title=reading.owner_name(position),
        unit_url=address,
        trail=[Link(_("Giao KPI"), reverse("assign")), *_trail(reading, position)],
        view=chosen,
        weight_url=with_query(address, **keep),
        target_url=with_query(address, view="target", **keep),
        times=time_choices(reading, address, start, end, view="target" if chosen == "target" else ""),
        first=start,
        last=end,
        rows=[row for row, _locked in rows],
        data=_data(reading, code, ids, owners, found, rows, chosen, start, end),
        propose_url=path_of("assign_propose", code),
        templates_url=reverse("template_list") if reading.scope.has(*OVERSEERS) else "",
        may_write=bool(allowed),
        drafts=sum(row.stage == "draft" for row, _locked in rows),
    )


def _trail(reading: Reading, position: int) -> list[Link]:
    above = reading.parents_of(position)[::-1]
    seen = reading.visible(above)
    codes = reading.live.plan.owners.codes
    return [Link(reading.owner_name(one), path_of("assign_unit", codes[one]) if one in seen else "") for one in above]


def _row(reading: Reading, owner: Owner, found: Matrix, allowed: bool) -> tuple[GridRow, str]:
    """The row, and why it cannot be edited here (empty: it can)."""
    assignment = found.assignments.get(owner.pk)
    stage = stage_of(assignment.status if assignment else "", in_force=bool(found.force.get(owner.pk)))
    locked = ""
    if not allowed:
        locked = _("bạn chỉ xem")
    elif owner.pk in found.two_posts:
        locked = _("hai vị trí: sửa ở trang riêng")
    elif assignment is not None and assignment.status != State.DRAFT:
        locked = _("đã đề xuất: rút lại để sửa")
    person = getattr(owner, "person", None) if owner.kind == Owner.Kind.PERSON else None
    position = person.position if person is not None else _("đơn vị")
    url = reverse("plan", args=[assignment.pk]) if assignment is not None else ""
    if not url:
        url = path_of("plan_new", owner.code) if allowed else reading.card_url(reading.live.owner_at[owner.code])
    lines = found.lines[assignment.pk] if assignment is not None else found.force.get(owner.pk, [])
    total = sum((line.weight for line in lines), Decimal(0))
    return GridRow(owner.name, position, url, stage, stage_word(stage), total, locked), locked


def _data(
    reading: Reading,
    code: str,
    ids: list[int],
    owners: dict[int, Owner],
    found: Matrix,
    rows: list[tuple[GridRow, str]],
    view: View,
    first: datetime.date,
    last: datetime.date | None,
) -> dict[str, Any]:
    """Compact: cells are lists in the order of the columns, null where there is no line."""
    kpis = list(
        Kpi.objects.filter(company=reading.company)
        .exclude(status=Kpi.Status.RETIRED, lines=None)
        .order_by("id")
        .distinct()
        .only("code", "name", "status")
    )
    used = {kpi for _owner, kpi in found.weights}
    columns = [kpi for kpi in kpis if kpi.pk in used]
    units = {kpi.pk: reading.unit_of(kpi.code) for kpi in kpis}

    def column(kpi: Kpi) -> dict[str, Any]:
        unit = units[kpi.pk]
        row = reading.kpi_rows.get(kpi.code, {})
        return {
            "id": kpi.pk,
            "code": kpi.code,
            "name": reading.kpi_name(kpi.code) if kpi.code in reading.kpi_rows else kpi.name,
            "unit": unit.symbol,
            "kind": unit.kind,
            "adds": row.get("aggregation") == "sum",
            "draft": kpi.status == Kpi.Status.DRAFT,
        }

    def value(owner: int, kpi: int) -> float | None:
        if view == "target":
            return found.totals.get((owner, kpi))
        weight = found.weights.get((owner, kpi))
        return float(weight) if weight is not None else None

    return {
        "key": f"tamnhin:matrix:{reading.user.pk}:{reading.company.pk}:{code}:{view}",
        "save": path_of("assign_save", code),
        "view": view,
        "language": reading.language,
        "first": first.isoformat(),
        "last": last.isoformat() if last else None,
        "columns": [column(kpi) for kpi in columns],
        "kpis": [column(kpi) for kpi in kpis[:MOST_KPIS] if kpi.pk not in used and kpi.status != Kpi.Status.RETIRED],
        "rows": [
            {
                "id": pk,
                "name": row.name,
                "code": owners[pk].code,
                "position": row.position,
                "url": row.url,
                "stage": row.stage,
                "word": row.word,
                "locked": locked,
                "total": float(row.total),
                "cells": [value(pk, kpi.pk) for kpi in columns],
                "lines": [(pk, kpi.pk) in found.weights for kpi in columns] if view == "target" else None,
            }
            for pk, (row, locked) in zip(ids, rows, strict=True)
        ],
        "words": {name: _(text) for name, text in WORDS.items()},
    }
