"""How templates are told: whom they are for, what differs between two sets of lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from tamnhin.base.formatting import number
from tamnhin.kpis.models import Kpi, ScorecardTemplate
from tamnhin.kpis.services.lines import LineInput
from tamnhin.planning.assign.shapes import Choice
from tamnhin.planning.assign.words import method_word, rollup_word, term_label
from tamnhin.planning.patterns.shapes import Difference


def level_word(level: str) -> str:
    return {
        "": _("mọi người"),
        "head": _("trưởng đơn vị"),
        "staff": _("nhân viên (không phải trưởng đơn vị)"),
        "unit": _("đơn vị (thẻ điểm của phòng, nhóm)"),
    }.get(level, level)


def for_whom(template: ScorecardTemplate) -> str:
    """``Nhân viên bán hàng · Kinh doanh · nhân viên``."""
    parts = [] if template.level == "unit" else [part.strip() for part in template.position.split(";") if part.strip()]
    if template.unit is not None:
        parts.append(template.unit.owner.name)
    if template.level or not parts:
        parts.append(level_word(template.level))
    return " · ".join(parts)


def profile_word(profile: str) -> str:
    return {
        "": _("theo mặc định"),
        "even": _("chia đều các kỳ"),
        "working_days": _("theo ngày làm việc"),
    }.get(profile, profile)


def profile_choices(chosen: str) -> list[Choice]:
    values = ["", "even", "working_days"]
    if chosen not in values:
        values.append(chosen)  # percentages that a file or another template brought
    return [Choice(value, profile_word(value), value == chosen) for value in values]


def terms_text(terms: Mapping[str, object]) -> str:
    """``trần điểm (%) 120; mốc xuất phát 10``."""
    out = []
    for name, value in terms.items():
        if name == "method":
            continue
        label = term_label(name)[0]
        shown = rollup_word(str(value)) if name == "rollup" else value
        out.append(f"{label} {number(shown, 6) if isinstance(shown, float) else shown}")
    return "; ".join(out)


def line_text(line: LineInput | None, goals: Mapping[int, str]) -> str:
    """``60 · chỉ tiêu 1.200 · tỷ lệ hoàn thành · Trần điểm (%) 120``; nothing for no line."""
    if line is None:
        return ""
    parts = [number(line.weight, 6)]
    if line.total is not None:
        parts.append(_("chỉ tiêu {total}").format(total=number(line.total, 6)))
    if line.profile:
        parts.append(profile_word(line.profile))
    if line.terms.get("method"):
        parts.append(method_word(str(line.terms["method"])))
    told = terms_text(line.terms)
    if told:
        parts.append(told)
    if line.goal_id is not None:
        parts.append(goals.get(line.goal_id) or _("có gắn mục tiêu"))
    return " · ".join(parts)


def differences(
    before: Sequence[LineInput], after: Sequence[LineInput], names: Mapping[int, str], goals: Mapping[int, str]
) -> list[Difference]:
    """KPI by KPI where two versions do not say the same, in the order of the later one."""
    old = {line.kpi_id: line for line in before}
    new = {line.kpi_id: line for line in after}
    return [
        Difference(names.get(kpi, ""), line_text(old.get(kpi), goals), line_text(new.get(kpi), goals))
        for kpi in [*new, *(kpi for kpi in old if kpi not in new)]
        if old.get(kpi) != new.get(kpi)
    ]


def flags_of(kpi: Kpi | None, line: LineInput) -> list[tuple[str, str]]:
    out = []
    if kpi is not None and kpi.status == Kpi.Status.DRAFT:
        out.append(("pencil-plus", _("KPI còn là bản nháp")))
    if kpi is not None and kpi.status == Kpi.Status.RETIRED:
        out.append(("circle-off", _("KPI đã ngừng")))
    if line.weight == 0:
        out.append(("eye", _("theo dõi, không tính điểm")))
    return out
