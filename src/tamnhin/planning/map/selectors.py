"""The strategy map's pages, filled."""

from __future__ import annotations

from django.http import Http404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from tamnhin.base.formatting import day
from tamnhin.base.pictures import text_width, wrapped
from tamnhin.dashboards.reading import Reading, path_of, with_query
from tamnhin.dashboards.shapes import Link
from tamnhin.dashboards.templatetags.figures import LOOKS
from tamnhin.planning.map import drawing
from tamnhin.planning.map.forms import ArrowForm, MoveForm
from tamnhin.planning.map.gaps import gap_groups
from tamnhin.planning.map.shapes import (
    ArrowDetail,
    ArrowRow,
    Drawing,
    Evidence,
    GoalDetail,
    MapPage,
    Measured,
    OutlineGoal,
    OutlineLane,
)
from tamnhin.planning.map.sheet import Sheet, sheet_of
from tamnhin.strategy.access import can_write_company

MODES = ("", "edit", "present")
SCOPE_WORDS = {
    "strategic": noop("Chiến lược"),
    "year": noop("Thêm mục tiêu năm"),
    "all": noop("Tất cả mục tiêu"),
}
FILES = (("pdf", "PDF"), ("png", "PNG"), ("svg", "SVG"))


def strategy_map(
    reading: Reading,
    scope: str = "",
    mode: str = "",
    arrow_form: ArrowForm | None = None,
    move_form: MoveForm | None = None,
) -> MapPage:
    """The page. ``mode``: "", edit (404 for who may not) or present. Forms that were refused are shown again."""
    allowed = can_write_company(reading.user, reading.company)
    if mode not in MODES or (mode == "edit" and not allowed):
        raise Http404
    sheet = sheet_of(reading, scope, drafts=mode != "present")
    groups = gap_groups(reading, can_edit=allowed) if mode != "present" else []
    here = reverse("strategy_map")
    kept = {"period": reading.keep_period, "scope": scope}

    def at(to: str) -> str:
        return with_query(here, **kept, mode=to)

    return MapPage(
        company=reading.company.name or reading.company.code,
        vision=reading.company.vision,
        period=reading.state(),
        picker=reading.picker(here, scope=scope, mode=mode),
        mode=mode,
        scope=sheet.scope,
        scopes=[
            Link(_(label), with_query(here, period=reading.keep_period, scope=key, mode=mode), _current(key, sheet))
            for key, label in SCOPE_WORDS.items()
        ],
        drawing=drawing.drawn(sheet, drawing.WALL if mode == "present" else None),
        outline=outline_of(sheet),
        gaps=groups,
        gap_count=sum(len(group.gaps) + group.more for group in groups),
        can_edit=allowed,
        view_url=at(""),
        edit_url=at("edit") if allowed else "",
        present_url=at("present"),
        files=[Link(label, with_query(reverse("strategy_map_file", args=[kind]), **kept)) for kind, label in FILES],
        vision_url=reverse("strategy"),
        new_goal_url=reverse("goal_new") if allowed else "",
        statuses=drawing.legend_statuses(sheet),
        arrow_form=(arrow_form or ArrowForm(sheet)) if mode == "edit" else None,
        move_form=(move_form or MoveForm(sheet)) if mode == "edit" else None,
        here_url=at(mode),
    )


def _current(key: str, sheet: Sheet) -> str:
    return "current" if key == sheet.scope else ""


def outline_of(sheet: Sheet) -> list[OutlineLane]:
    """The same goals and arrows as a list: for screen readers, phones and anyone who would rather read."""
    leads: dict[str, list[ArrowRow]] = {}
    driven: dict[str, list[ArrowRow]] = {}
    for arrow in sheet.arrows:
        leads.setdefault(arrow.source, []).append(arrow)
        driven.setdefault(arrow.target, []).append(arrow)
    return [
        OutlineLane(
            lane,
            [
                OutlineGoal(box, leads.get(box.code, ()), driven.get(box.code, ()))
                for box in sheet.drawn.values()
                if box.lane == lane.code
            ],
        )
        for lane in sheet.lanes
    ]


# -- drawers -----------------------------------------------------------------------------------------------------


def goal_detail(reading: Reading, code: str) -> GoalDetail:
    """A goal of the map with its KPIs and arrows. Raises Http404 for one that is hidden, unknown or over."""
    sheet = sheet_of(reading, "all")
    box = sheet.box(code)
    if box is None:
        raise Http404
    lane = next(lane.name for lane in sheet.lanes if lane.code == box.lane)
    own = [box.measured] if box.measured else []
    others = [
        Measured(
            kpi, reading.kpi_name(kpi), reading.unit_of(kpi), path_of("kpi_card", kpi), has_data=kpi in sheet.with_value
        )
        for kpi in sheet.kpis_of[code]
        if box.measured is None or kpi != box.measured.code
    ]
    return GoalDetail(
        box=box,
        lane=lane,
        dates=drawing.dates(box),
        kpis=[*own, *others],
        path=_path(reading, sheet, code),
        leads_to=[arrow for arrow in sheet.arrows if arrow.source == code],
        driven_by=[arrow for arrow in sheet.arrows if arrow.target == code],
        period=reading.state(),
        url=box.url,
        back_url=with_query(reverse("strategy_map"), period=reading.keep_period),
        can_edit=can_write_company(reading.user, reading.company),
    )


def _path(reading: Reading, sheet: Sheet, code: str) -> list[Link]:
    """From the vision down to the goal's parent."""
    trail: list[Link] = []
    at = sheet.goals[code].parent
    seen = {code}
    while at is not None and at.code not in seen:
        seen.add(at.code)
        goal = sheet.goals.get(at.code)
        if goal is None:
            break
        trail.append(Link(goal.title, path_of("goal", goal.code)))
        at = goal.parent
    if reading.company.vision:
        trail.append(Link(_("Tầm nhìn"), reverse("strategy"), reading.company.vision))
    return trail[::-1]


def arrow_detail(reading: Reading, source: str, target: str) -> ArrowDetail:
    """What is claimed between two goals. Raises Http404 where nothing is."""
    for scope in ("year", "all", "strategic"):
        sheet = sheet_of(reading, scope)
        for arrow in sheet.arrows:
            if (arrow.source, arrow.target) == (source, target) and arrow.claims:
                return ArrowDetail(
                    arrow=arrow,
                    words=drawing.arrow_words(arrow),
                    can_edit=can_write_company(reading.user, reading.company),
                    url=arrow.url,
                    back_url=with_query(reverse("strategy_map"), period=reading.keep_period),
                )
    raise Http404


# -- on paper ----------------------------------------------------------------------------------------------------

SHEET = (1188.0, 840.0)  # a landscape A4 in quarters of a millimetre
FRAME = {"x": 40.0, "y": 92.0, "width": 1108.0, "height": 690.0}
RIGHT = 1148.0


def on_sheet(reading: Reading, scope: str = "") -> str:
    """The map as one landscape A4 in SVG: company, vision, day, legend, page. What is not agreed yet is left out."""
    sheet = sheet_of(reading, scope, drafts=False)
    made = drawing.drawn(sheet, FRAME["width"] / FRAME["height"])
    statuses, end = _statuses(sheet)
    state = reading.state()
    when = state.label
    if state.day is not None:
        when = _("{period} · ngày {day}/{days}").format(period=when, day=state.day, days=state.days)
    context = {
        "head": _("Bản đồ chiến lược · {company}").format(company=reading.company.name or reading.company.code),
        "vision": [(64 + 17 * i, line) for i, line in enumerate(wrapped(reading.company.vision, 800.0, 12.5, 2))],
        "when": when,
        "made": _("Số liệu đến {day}").format(day=day(reading.live.as_of)),
        "nothing": _("Chưa có mục tiêu nào trên bản đồ."),
        "page": _("Trang {n}/{all}").format(n=1, all=1),
        "map": made,
        "statuses": statuses,
        "arrows": _arrow_legend(made, end) if made else [],
        "colours": drawing.COLOURS,
        "width": SHEET[0],
        "height": SHEET[1],
        "right": RIGHT,
        "frame": FRAME,
        "on_paper": True,
    }
    return render_to_string("planning/map/sheet.svg", context)


def _statuses(sheet: Sheet) -> tuple[list[dict[str, object]], float]:
    """Of the legend, beside one another; and where they end."""
    x = FRAME["x"]
    out: list[dict[str, object]] = []
    for status in drawing.legend_statuses(sheet):
        look = LOOKS[status]
        out.append({"x": round(x, 1), "word": look.word, "icon": look.icon, "colour": drawing.COLOURS[look.tone]})
        x += text_width(str(look.word), 11.0, bold=True) + 38.0
    return out, x


def _arrow_legend(made: Drawing, x: float) -> list[dict[str, object]]:
    """All three states of a hypothesis, and the parts of goals where there are any."""
    words = {one.value: drawing.evidence_words(one) for one in Evidence}
    if any(one.kind == "part" for one in made.arrows):
        words["part"] = _("một phần của mục tiêu trên")
    out: list[dict[str, object]] = []
    for kind, word in words.items():
        out.append({"x": round(x, 1), "kind": kind, "word": word})
        x += text_width(word, 11.0) + 68.0
    return out
