"""The five steps of the method: what each has, what is missing, and why it matters. Pure: counts in, sentences out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.utils.translation import ngettext

STEPS = ("vision", "goals", "departments", "people", "measure")
TITLES = {
    "vision": noop("Tầm nhìn và sứ mệnh"),
    "goals": noop("Mục tiêu"),
    "departments": noop("Mục tiêu phòng ban"),
    "people": noop("KPI của từng người"),
    "measure": noop("Đo, đánh giá, điều chỉnh"),
}
WHY = {
    "vision": noop(
        "Mọi KPI phải có đường lên tầm nhìn. Không có tầm nhìn thì KPI vẫn đạt mà công ty vẫn không tới đâu."
    ),
    "goals": noop(
        "Tầm nhìn trả lời “tới đâu”; mục tiêu chiến lược (1–3 năm) và mục tiêu quý trả lời “bao giờ, bao nhiêu”."
    ),
    "departments": noop(
        "Mục tiêu do trưởng phòng và nhân viên cùng đồng ý thì mới có người giữ. Nhân sự góp ý, phòng liên quan "
        "xem trước."
    ),
    "people": noop(
        "Việc tuần này của mỗi người phải nối được với con số của công ty. KPI chiến thuật nào cũng nói nó kéo KPI nào."
    ),
    "measure": noop("Số liệu đều đặn thì điểm mới đáng tin. Đo theo kỳ, xem mỗi tuần, điều chỉnh khi thực tế khác đi."),
}


@dataclass(frozen=True, slots=True)
class Counts:
    """What a company has so far. ``agreed`` means agreed or in force."""

    vision: bool = False
    mission: bool = False
    values: int = 0
    perspectives: int = 0
    cycles: int = 0
    strategic: int = 0
    strategic_active: int = 0
    short: int = 0
    short_active: int = 0
    goals_without_kpi: int = 0
    goals_without_path: int = 0
    units: int = 0  # below the company itself
    units_without_head: int = 0
    units_with_goal: int = 0
    units_agreed: int = 0
    people: int = 0
    people_without_login: int = 0
    kpis: int = 0
    kpis_draft: int = 0
    kpis_without_owner: int = 0
    unlinked: int = 0
    orphans: int = 0
    carrying: int = 0  # people with a scorecard in force
    proposed: int = 0  # people whose scorecard is being agreed
    owed: int = 0  # KPIs in use that have no number at all
    measured: int = 0
    regulation: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a step. ``to``: the name of the page on which it is done."""

    text: str
    done: bool
    to: str = ""
    optional: bool = False
    label: str = ""
    at: str = (
        ""  # which part of that page: a query (``?kind=mission``) or a place on the step itself (``#units-title``)
    )


@dataclass(frozen=True, slots=True)
class Step:
    key: str
    number: int
    title: str
    why: str
    items: Sequence[Item] = field(default_factory=tuple)

    @property
    def needed(self) -> list[Item]:
        return [item for item in self.items if not item.optional]

    @property
    def done(self) -> bool:
        return all(item.done for item in self.needed)

    @property
    def begun(self) -> bool:
        return any(item.done for item in self.items)

    @property
    def left(self) -> int:
        return sum(not item.done for item in self.needed)

    @property
    def share(self) -> float:
        """Of the needed items how many are done, 0–1."""
        return sum(item.done for item in self.needed) / len(self.needed)


def steps_of(counts: Counts) -> list[Step]:
    """All five, in order."""
    items = {
        "vision": _vision(counts),
        "goals": _goals(counts),
        "departments": _departments(counts),
        "people": _people(counts),
        "measure": _measure(counts),
    }
    return [Step(key, at, _(TITLES[key]), _(WHY[key]), tuple(items[key])) for at, key in enumerate(STEPS, 1)]


def next_step(steps: Sequence[Step]) -> Step | None:
    """The first that is not done; None when everything is."""
    return next((step for step in steps if not step.done), None)


def _vision(c: Counts) -> list[Item]:
    return [
        Item(_("Tầm nhìn đã viết") if c.vision else _("Viết tầm nhìn"), c.vision, "statements", label=_("Viết")),
        Item(
            _("Sứ mệnh đã viết") if c.mission else _("Viết sứ mệnh"),
            c.mission,
            "statements",
            label=_("Viết"),
            at="?kind=mission",
        ),
        Item(
            ngettext("{count} giá trị cốt lõi", "{count} giá trị cốt lõi", c.values).format(count=c.values)
            if c.values
            else _("Viết vài giá trị cốt lõi"),
            c.values > 0,
            "statements",
            optional=True,
            label=_("Viết"),
            at="?kind=values",
        ),
    ]


def _goals(c: Counts) -> list[Item]:
    return [
        Item(
            _("{count} chu kỳ").format(count=c.cycles) if c.cycles else _("Đặt chu kỳ: chiến lược, năm, quý"),
            c.cycles > 0,
            "cycles",
            label=_("Đặt chu kỳ"),
        ),
        Item(
            _("{active}/{count} mục tiêu chiến lược đang hiệu lực").format(active=c.strategic_active, count=c.strategic)
            if c.strategic
            else _("Đặt mục tiêu chiến lược (1–3 năm)"),
            c.strategic_active > 0,
            "goal_list" if c.strategic else "goal_new",
            label=_("Đặt mục tiêu"),
        ),
        Item(
            _("{active}/{count} mục tiêu ngắn hạn đang hiệu lực").format(active=c.short_active, count=c.short)
            if c.short
            else _("Chia ra mục tiêu năm, quý"),
            c.short_active > 0,
            "goal_list",
            label=_("Chia mục tiêu"),
        ),
        Item(
            _("{count} mục tiêu chưa có KPI đo").format(count=c.goals_without_kpi)
            if c.goals_without_kpi
            else _("Mục tiêu nào cũng có KPI đo"),
            c.goals_without_kpi == 0 and c.strategic > 0,
            "goal_list",
            optional=True,
            label=_("Xem"),
        ),
        Item(
            _("{count} mục tiêu chưa có đường lên mục tiêu chiến lược").format(count=c.goals_without_path)
            if c.goals_without_path
            else _("Mục tiêu ngắn hạn nào cũng có đường lên"),
            c.goals_without_path == 0 and c.short > 0,
            "strategy_map",
            optional=True,
            label=_("Xem bản đồ"),
        ),
    ]


def _departments(c: Counts) -> list[Item]:
    return [
        Item(
            ngettext("{count} phòng ban", "{count} phòng ban", c.units).format(count=c.units)
            if c.units
            else _("Thêm phòng ban"),
            c.units > 0,
            "start_units",
            label=_("Thêm phòng ban"),
        ),
        Item(
            _("{count} phòng chưa có trưởng").format(count=c.units_without_head)
            if c.units_without_head
            else _("Phòng nào cũng có trưởng"),
            c.units > 0 and c.units_without_head == 0,
            "start_people",
            optional=True,
            label=_("Thêm người"),
        ),
        Item(
            _("{done}/{count} phòng đã có mục tiêu").format(done=c.units_with_goal, count=c.units)
            if c.units
            else _("Mỗi phòng đặt mục tiêu của mình"),
            c.units > 0 and c.units_with_goal >= c.units,
            "" if c.units else "start_units",
            label=_("Chọn phòng"),
            at="#units-title" if c.units else "",
        ),
        Item(
            _("{done}/{count} phòng đã có mục tiêu được đồng ý").format(done=c.units_agreed, count=c.units)
            if c.units
            else _("Trưởng phòng và nhân viên cùng đồng ý"),
            c.units > 0 and c.units_agreed >= c.units,
            "inbox",
            label=_("Xem ai đang chờ"),
        ),
    ]


def _people(c: Counts) -> list[Item]:
    return [
        Item(
            ngettext("{count} người", "{count} người", c.people).format(count=c.people)
            if c.people > 1
            else _("Thêm người"),
            c.people > 1,
            "start_people",
            label=_("Thêm người"),
        ),
        Item(
            _("{count} người chưa đăng nhập được").format(count=c.people_without_login)
            if c.people_without_login
            else _("Ai cũng đăng nhập được"),
            c.people > 1 and c.people_without_login == 0,
            "start_people",
            optional=True,
            label=_("Thêm thư điện tử"),
        ),
        Item(
            _("{count} KPI đang dùng, {draft} bản nháp").format(count=c.kpis, draft=c.kpis_draft)
            if c.kpis or c.kpis_draft
            else _("Chọn KPI từ thư viện, hoặc tự viết"),
            c.kpis > 0,
            "library",
            label=_("Mở thư viện"),
        ),
        Item(
            _("{done}/{count} người có thẻ điểm").format(done=c.carrying, count=c.people)
            + (_(", {proposed} đang chờ đồng ý").format(proposed=c.proposed) if c.proposed else "")
            if c.people
            else _("Giao KPI cho từng người"),
            c.people > 0 and c.carrying >= c.people,
            "assign",
            label=_("Giao KPI"),
        ),
        Item(
            _("{count} KPI chiến thuật chưa nói kéo KPI nào").format(count=c.unlinked)
            if c.unlinked
            else _("KPI chiến thuật nào cũng có liên kết"),
            c.unlinked == 0 and c.kpis > 0,
            "strategy_map",
            optional=True,
            label=_("Xem bản đồ"),
        ),
        Item(
            _("{count} KPI không có đường lên tầm nhìn").format(count=c.orphans)
            if c.orphans
            else _("KPI nào cũng có đường lên tầm nhìn"),
            c.orphans == 0 and c.kpis > 0,
            "kpi_tree",
            optional=True,
            label=_("Xem cây KPI"),
        ),
    ]


def _measure(c: Counts) -> list[Item]:
    return [
        Item(
            _("{done}/{count} KPI đã có số liệu").format(done=c.measured, count=c.measured + c.owed)
            if c.measured
            else _("Nhập số liệu đầu tiên"),
            c.measured > 0,
            "entry",
            label=_("Nhập số liệu"),
        ),
        Item(
            _("{count} KPI chưa có người phụ trách").format(count=c.kpis_without_owner)
            if c.kpis_without_owner
            else _("KPI nào cũng có người phụ trách"),
            c.kpis > 0 and c.kpis_without_owner == 0,
            "kpi_list",
            optional=True,
            label=_("Xem danh mục"),
        ),
        Item(
            _("Quy chế đã công bố") if c.regulation else _("Soạn quy chế, lấy ý kiến, công bố"),
            c.regulation,
            "regulation",
            optional=True,
            label=_("Mở quy chế"),
        ),
    ]
