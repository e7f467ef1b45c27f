"""From a sheet to shapes: what is written in each box and how each arrow runs, ready for the SVG template.

Colours and sizes stand in attributes and not in a style sheet, so that the page, the PDF and the PNG are one drawing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tamnhin.base.formatting import day, percent
from tamnhin.base.pictures import text_width, wrapped
from tamnhin.base.pictures.icons import shapes
from tamnhin.dashboards.shapes import Status
from tamnhin.dashboards.templatetags.figures import LOOKS
from tamnhin.planning.map.grid import Arrow, Box
from tamnhin.planning.map.layout import Layout, Measures, Place, Point, arrange, fitted
from tamnhin.planning.map.shapes import ArrowRow, Drawing, DrawnArrow, DrawnBox, DrawnLane, Evidence, GoalBox, Lane
from tamnhin.planning.map.sheet import Sheet

COLUMNS = 5
SCREEN = 1296.0  # pixels of a page on a desk
LEAST = 960.0  # a handful of goals is not blown up to posters
WALL = 16 / 8.4  # the shape of a projector's picture, less a line for the title

# as in app.css; a drawing in a file has no style sheet
COLOURS = {
    "ink": "#16202e", "muted": "#566172", "line": "#dde2ea", "card": "#ffffff", "lane": "#f5f6f9", "edge": "#b8c0cc",
    "arrow": "#3d557d", "part": "#a3adbb",
    "good": "#0d6b3c", "warn": "#7d5100", "bad": "#ad1f18", "open": "#2f4f7f", "none": "#566172",
}  # fmt: skip
TITLE, SMALL, LABEL = 13.0, 11.5, 11.0
CORNER = 7.0
INSET = 12.0


def drawn(sheet: Sheet, shape: float | None = None, *, columns: int = COLUMNS) -> Drawing | None:
    """The sheet as a drawing; None without a goal. ``shape``: width over height of a sheet it must fill, else as many
    columns as a page has room for.
    """
    if not sheet.drawn:
        return None
    lanes = list(sheet.lanes)
    place = {lane.code: i for i, lane in enumerate(lanes)}
    boxes = [Box(box.code, place[box.lane], box.rank) for box in sheet.drawn.values()]
    by_pair = {(arrow.source, arrow.target): arrow for arrow in sheet.arrows}
    arrows = [Arrow(*pair) for pair in by_pair]
    if shape is not None:
        layout = fitted(boxes, arrows, len(lanes), shape)
        layout = replace(layout, width=max(layout.width, LEAST))
    else:
        layout = _on_screen(boxes, arrows, len(lanes), columns)
        layout = replace(layout, width=max(layout.width, SCREEN))
    return Drawing(
        width=round(layout.width, 1),
        height=round(layout.height, 1),
        lanes=_lanes(lanes, layout),
        boxes=[_box(sheet.drawn[code], layout.places[code]) for code in layout.order],
        arrows=[_arrow(by_pair[route.source, route.target], route.points, route.label) for route in layout.routes],
        icons=shapes([*(look.icon for look in LOOKS.values()), "target", "message-question"]),
        colours=COLOURS,
    )


def _on_screen(boxes: Sequence[Box], arrows: Sequence[Arrow], lanes: int, columns: int) -> Layout:
    """As wide as a page: once for the number of gutters, then with boxes that fill the rest."""
    first = arrange(boxes, arrows, lanes, columns)
    across = 1 + max(place.column for place in first.places.values())
    across = max(across, min(columns, max((sum(b.lane == lane for b in boxes) for lane in range(lanes)), default=1)))
    measures = Measures()
    spare = (SCREEN - first.width) / across
    width = min(max(measures.box[0] + spare, 190.0), 330.0)
    return arrange(boxes, arrows, lanes, columns, Measures(box=(width, measures.box[1])))


def _lanes(lanes: Sequence[Lane], layout: Layout) -> list[DrawnLane]:
    out = []
    for i, (lane, band) in enumerate(zip(lanes, layout.bands, strict=True)):
        lines = wrapped(lane.name, 100.0, TITLE, 3, bold=True)
        first = band.y + band.height / 2 - (len(lines) - 1) * 8.0 + 4.5
        name = [(round(first + 17.0 * k, 1), line) for k, line in enumerate(lines)]
        out.append(DrawnLane(name, round(band.y, 1), round(band.height, 1), i % 2 == 0, lane.code))
    return out


def data_words(box: GoalBox) -> str:
    """``3/4 KPI có số``; empty without a KPI."""
    if not box.kpis:
        return ""
    return _("{n}/{all} KPI có số").format(n=box.with_data, all=box.kpis)


def talk_words(count: int) -> str:
    return ngettext("{n} thỏa thuận đang mở", "{n} thỏa thuận đang mở", count).format(n=count) if count else ""


def status_words(box: GoalBox) -> str:
    """The status in a word; what is missing where there is none."""
    if box.status is not None:
        word = str(LOOKS[box.status].word)
        points = box.measured.percent if box.measured is not None else None
        return word if points is None else f"{word} · {percent(points, 0)}"
    if box.measured is None:
        return _("Chưa gắn KPI")
    return box.measured.name if box.unseen else _("Chưa giao KPI")


def _box(box: GoalBox, place: Place) -> DrawnBox:
    room = place.width - 2 * INSET
    lines = wrapped(box.title, room, TITLE, 3, bold=True)
    who = " · ".join(part for part in (box.owner or box.unit, box.state) if part)
    look = LOOKS[box.status] if box.status is not None else None
    status, data, talks = status_words(box), data_words(box), talk_words(box.talks)
    said = [box.title, box.horizon, who, status, data, talks]
    return DrawnBox(
        box=box,
        x=round(place.x, 1),
        y=round(place.y, 1),
        width=round(place.width, 1),
        height=place.height,
        title=[(20 + 16 * i, line) for i, line in enumerate(lines)],
        owner=wrapped(who, room, SMALL, 1)[0] if who else "",
        status=wrapped(status, room - 20.0, SMALL, 1, bold=True)[0],
        icon=look.icon if look else "target",
        colour=COLOURS[look.tone if look else "none"],
        data=_fitting(data, f"{box.with_data}/{box.kpis} KPI", room - text_width(status, SMALL, bold=True) - 30.0),
        talks=str(box.talks) if box.talks else "",
        label=". ".join(part for part in said if part),
        row=place.row,
        column=place.column,
    )


def _fitting(text: str, short: str, room: float) -> str:
    return text if not text or text_width(text, SMALL) < room else short


def arrow_words(arrow: ArrowRow) -> str:
    """An arrow as a sentence: what it claims, how late, and what the numbers say."""
    if not arrow.claims:
        return _("{source} là một phần của {target}").format(source=arrow.source_title, target=arrow.target_title)
    if arrow.sign == "-":
        text = _("{source} tăng thì {target} giảm")
    elif arrow.sign == "+":
        text = _("{source} tăng thì {target} tăng")
    else:
        text = _("{source} ảnh hưởng đến {target}")
    names = {claim.driver_name for claim in arrow.claims}, {claim.outcome_name for claim in arrow.claims}
    source = names[0].pop() if len(names[0]) == 1 else arrow.source_title
    target = names[1].pop() if len(names[1]) == 1 else arrow.target_title
    parts = [text.format(source=source, target=target)]
    if arrow.delay:
        parts.append(_("sau {delay}").format(delay=arrow.delay))
    return ", ".join([*parts, evidence_words(arrow.evidence)])


def evidence_words(evidence: Evidence) -> str:
    return {
        Evidence.UNTESTED: _("chưa kiểm chứng"),
        Evidence.SUPPORTED: _("số liệu ủng hộ"),
        Evidence.REFUTED: _("số liệu không ủng hộ"),
    }[evidence]


def _arrow(arrow: ArrowRow, points: Sequence[Point], label: Point) -> DrawnArrow:
    sign = {"-": "−", "+": "+"}.get(arrow.sign, "±") if arrow.claims else ""
    text = f"{sign} {arrow.delay}".strip() if arrow.claims else ""
    return DrawnArrow(
        arrow=arrow,
        path=path_of(points),
        x=round(label[0], 1),
        y=round(label[1], 1),
        text=text,
        room=round(text_width(text, LABEL) + 12.0, 1) if text else 8.0,
        label=arrow_words(arrow),
    )


def path_of(points: Sequence[Point]) -> str:
    """The ``d`` of a path with rounded corners; a corner is never rounder than half its shorter side."""
    parts = [f"M{_at(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        first, second = _length(before, corner), _length(corner, after)
        round_ = min(CORNER, first / 2, second / 2)
        if round_ < 0.5:
            parts.append(f"L{_at(corner)}")
            continue
        begin, end = _towards(corner, before, round_ / first), _towards(corner, after, round_ / second)
        parts.append(f"L{_at(begin)}Q{_at(corner)} {_at(end)}")
    return "".join([*parts, f"L{_at(points[-1])}"])


def _length(a: Point, b: Point) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _towards(a: Point, b: Point, share: float) -> Point:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def _at(point: Point) -> str:
    return f"{round(point[0], 1):g},{round(point[1], 1):g}"


def legend_statuses(sheet: Sheet) -> list[Status]:
    """Those that occur, in their usual order."""
    there = {box.status for box in sheet.drawn.values()}
    return [status for status in LOOKS if status in there]


def dates(box: GoalBox) -> str:
    return f"{day(box.valid_from)}–{day(box.valid_to)}"
