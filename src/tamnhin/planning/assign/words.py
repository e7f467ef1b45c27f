"""How terms of a line are called on its form."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tamnhin.engine.book import CHOICES
from tamnhin.kpis.services.lines import TERMS
from tamnhin.planning.assign.shapes import Choice, Term


def method_word(method: str) -> str:
    """A scoring method in words; empty is the one that follows from the KPI's direction and target."""
    return {
        "": _("theo mặc định của KPI"),
        "ratio": _("tỷ lệ hoàn thành"),
        "deviation": _("độ lệch"),
        "inverse": _("tỷ lệ nghịch"),
        "baseline": _("từ mốc xuất phát"),
        "band": _("trong khoảng"),
        "curve": _("đường quy đổi"),
        "count_down": _("trừ điểm theo số lần"),
        "pass_fail": _("đạt hoặc không đạt"),
        "milestone": _("theo mốc công việc"),
    }.get(method, method)


def rollup_word(rollup: str) -> str:
    return {
        "": _("theo mặc định"),
        "value": _("cộng số của cấp dưới"),
        "weighted": _("điểm cấp dưới theo trọng số"),
        "equal": _("điểm cấp dưới chia đều"),
        "none": _("số riêng, không gộp"),
        "shared": _("dùng chung số của đơn vị"),
    }.get(rollup, rollup)


def method_choices(chosen: str) -> list[Choice]:
    values = ("", *CHOICES["scorecards", "method"])
    return [Choice(value, method_word(value), value == chosen) for value in values]


def term_label(name: str) -> tuple[str, str]:
    """What a term is called, and which method reads it."""
    return {
        "baseline": (_("Mốc xuất phát"), _("từ mốc xuất phát")),
        "floor": (_("Sàn điểm (%)"), _("mọi phương pháp")),
        "cap": (_("Trần điểm (%)"), _("mọi phương pháp")),
        "low": (_("Cận dưới"), _("trong khoảng")),
        "high": (_("Cận trên"), _("trong khoảng")),
        "zero_low": (_("Điểm 0 phía dưới"), _("trong khoảng")),
        "zero_high": (_("Điểm 0 phía trên"), _("trong khoảng")),
        "penalty": (_("Điểm trừ mỗi lần"), _("trừ điểm theo số lần")),
        "curve": (_("Đường quy đổi"), _("ví dụ 80:0; 100:100")),
        "rollup": (_("Gộp lên cấp trên"), _("thẻ điểm của đơn vị")),
    }[name]


def terms_of(texts: dict[str, str]) -> list[Term]:
    """The fields of a line's terms but its method, with what stands in them."""
    out = []
    for name in TERMS:
        if name == "method":
            continue
        label, hint = term_label(name)
        value = texts.get(name, "")
        choices = (
            [Choice(one, rollup_word(one), one == value) for one in ("", *CHOICES["scorecards", "rollup"])]
            if name == "rollup"
            else []
        )
        out.append(Term(name, label, value, hint, choices))
    return out
