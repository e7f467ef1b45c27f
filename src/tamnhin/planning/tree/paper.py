"""The KPI tree as a PDF: as many landscape A4 pages as it takes."""

from __future__ import annotations

import json
from importlib.resources import files

from django.utils.translation import gettext as _

from tamnhin.base.formatting import day
from tamnhin.base.pictures import document
from tamnhin.dashboards.reading import Reading
from tamnhin.dashboards.templatetags.figures import LOOKS
from tamnhin.planning.map.drawing import COLOURS
from tamnhin.planning.tree.build import Tree, tree_of
from tamnhin.planning.tree.selectors import Shown, roots_of

MOST_ROWS = 2_000  # about 60 pages; beyond, people are left out, and then what is deepest


def on_paper(reading: Reading, at: str = "") -> bytes:
    """From the node ``at`` down, or the whole. Raises Http404 for a node that is hidden or unknown."""
    tree = tree_of(reading, at)
    places, note = _fitting(tree, [place for root in roots_of(tree, at) for place in tree.under(root)])
    shown = Shown(reading, tree)
    depth = {place: len(tree.path(place)) for place in places}
    least = min(depth.values(), default=0)
    rows = []
    for place in places:
        node = tree.nodes[place]
        actual, target = shown.numbers(node)
        look = LOOKS[node.number.status] if node.number is not None else None
        parts = [node.code if node.kind in ("goal", "kpi") else "", shown.note(node)]
        rows.append(
            {
                "level": depth[place] - least,
                "strong": node.kind in ("vision", "goal", "orphans"),
                "name": shown.name(place),
                "note": " · ".join(part for part in parts if part),
                "actual": actual,
                "target": target,
                "status": str(look.word) if look else "",
                "colour": COLOURS[look.tone if look else "none"],
            }
        )
    company = reading.company.name or reading.company.code
    state = reading.state()
    data = {
        "title": _("Cây KPI · {company}").format(company=company),
        "language": reading.language,
        "when": state.label,
        "vision": reading.company.vision,
        "note": note,
        "page": _("Trang"),
        "foot": "Tầm Nhìn · " + _("Số liệu đến {day}").format(day=day(reading.live.as_of)),
        "head": ["", _("Thực hiện"), _("Chỉ tiêu"), _("Trạng thái")],
        "rows": rows,
    }
    source = (files("tamnhin") / "templates" / "planning" / "tree" / "tree.typ").read_text(encoding="utf-8")
    return document(source, {"data": json.dumps(data, ensure_ascii=False)})


def _fitting(tree: Tree, places: list[int]) -> tuple[list[int], str]:
    """What fits on paper that somebody reads, and what is said about the rest."""
    if len(places) <= MOST_ROWS:
        return places, ""
    units = [place for place in places if tree.nodes[place].kind != "person"]
    if len(units) <= MOST_ROWS:
        return units, _("Bản in dừng ở đơn vị: mở cây từ một đơn vị để in tới từng người.")
    return units[:MOST_ROWS], _("Bản in chỉ có {n} dòng đầu: mở cây từ một nhánh để in hết nhánh đó.").format(
        n=MOST_ROWS
    )
