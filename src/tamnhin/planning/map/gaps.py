"""What the strategy lacks, with the place where each can be mended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from tamnhin.dashboards.reading import Reading, path_of, with_query
from tamnhin.dashboards.shapes import Link
from tamnhin.engine.lineage import Finding
from tamnhin.planning.chain import chain_of
from tamnhin.planning.map.shapes import GapGroup
from tamnhin.strategy.access import goals_visible_to

SHOWN = 6  # of a group; the rest are counted


@dataclass(frozen=True, slots=True)
class Kind:
    """``mend``: the page for who may write, of the subject; ``see``: for everybody else."""

    code: str
    label: str
    help: str
    mend: str
    see: str


KINDS = (
    Kind(
        "GOAL_WITHOUT_KPI",
        noop("Mục tiêu chưa có KPI"),
        noop("Không đo được thì không biết đã tới chưa."),
        "goal_edit",
        "goal",
    ),
    Kind(
        "GOAL_WITHOUT_PARENT",
        noop("Mục tiêu không phục vụ chiến lược"),
        noop("Nối vào mục tiêu cấp trên, hoặc bỏ."),
        "goal_edit",
        "goal",
    ),
    Kind(
        "GOAL_DATES_OUTSIDE_PARENT",
        noop("Mục tiêu nằm ngoài thời gian của cấp trên"),
        noop("Sửa ngày của một trong hai."),
        "goal_edit",
        "goal",
    ),
    Kind("GOAL_CIRCLE", noop("Mục tiêu phục vụ nhau thành vòng"), noop("Sửa mục tiêu cấp trên."), "goal_edit", "goal"),
    Kind(
        "KPI_WITHOUT_OWNER",
        noop("KPI chưa có người phụ trách"),
        noop("Chưa chọn ai, hoặc người được chọn đã nghỉ."),
        "kpi_edit",
        "kpi_card",
    ),
    Kind(
        "KPI_WITHOUT_PATH",
        noop("KPI chưa nối tới tầm nhìn"),
        noop("Gắn vào mục tiêu, nối với KPI mà nó thúc đẩy, hoặc ngừng dùng."),
        "kpi_links",
        "kpi_card",
    ),
    Kind(
        "TACTICAL_WITHOUT_LINK",
        noop("KPI chiến thuật chưa có giả thuyết"),
        noop("Nó thúc đẩy KPI chiến lược nào?"),
        "kpi_links",
        "kpi_card",
    ),
    Kind(
        "LINK_WITHOUT_DATA",
        noop("Mũi tên chưa có số liệu"),
        noop("Chưa kiểm chứng được vì một đầu chưa có số nào."),
        "kpi_links",
        "kpi_card",
    ),
    Kind(
        "LINK_CIRCLE",
        noop("Giả thuyết thành vòng"),
        noop("Rút lại một giả thuyết trong vòng."),
        "kpi_links",
        "kpi_card",
    ),
)


def gap_groups(reading: Reading, *, can_edit: bool) -> list[GapGroup]:
    """Findings about what the reader may see, by kind. One query."""
    chain = chain_of(reading)
    visible = dict(goals_visible_to(reading.user, reading.company).values_list("code", "title"))
    active = {code for code, row in reading.kpi_rows.items() if row.get("status") not in ("draft", "retired")}
    out = []
    for kind in KINDS:
        found = [one for one in chain.of(kind.code) if _shown(one, visible, active)]
        if not found:
            continue
        out.append(
            GapGroup(
                label=_(kind.label),
                help=_(kind.help),
                gaps=[_gap(reading, kind, one, visible, can_edit=can_edit) for one in found[:SHOWN]],
                more=max(0, len(found) - SHOWN),
                more_url=_rest(reading, kind),
            )
        )
    return out


def _shown(one: Finding, goals: Iterable[str], kpis: Iterable[str]) -> bool:
    return one.subject in (goals if one.kind == "goal" else kpis)


def _gap(reading: Reading, kind: Kind, one: Finding, goals: dict[str, str], *, can_edit: bool) -> Link:
    url = path_of(kind.mend if can_edit else kind.see, one.subject)
    if one.kind == "goal":
        return Link(goals[one.subject], url, one.subject)
    if one.kind == "link":
        driver, outcome = reading.kpi_name(one.subject), reading.kpi_name(one.other)
        note = (
            _("chưa có số: {kpis}").format(kpis=one.args["missing"]) if "missing" in one.args else str(one.args["path"])
        )
        return Link(_("{driver} dẫn dắt {outcome}").format(driver=driver, outcome=outcome), url, note)
    return Link(reading.kpi_name(one.subject), url, one.subject)


def _rest(reading: Reading, kind: Kind) -> str:
    if kind.code == "KPI_WITHOUT_PATH":
        return with_query(reverse("kpi_tree"), period=reading.keep_period, at="orphans:")
    return reverse("goal_list") if kind.mend == "goal_edit" else reverse("kpi_list")
