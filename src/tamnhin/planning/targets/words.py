"""How ways of dividing are called."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from tamnhin.base.formatting import number
from tamnhin.planning.targets.forms import STEPS
from tamnhin.planning.targets.shapes import Choice


def way_word(way: str) -> str:
    return {
        "even": _("chia đều"),
        "working_days": _("theo ngày làm việc"),
        "last_year": _("theo nhịp năm trước"),
        "custom": _("tỷ lệ riêng"),
        "per_working_day": _("số cho mỗi ngày làm việc"),
        "same": _("cùng mức mỗi kỳ"),
        "linear": _("đi đều từ mốc xuất phát"),
    }[way]


def way_choices(ways: Sequence[str], chosen: str) -> list[Choice]:
    return [Choice(way, way_word(way), way == chosen) for way in ways]


def step_choices(chosen: str, language: str) -> list[Choice]:
    """Rounding steps; empty is the last place of the figures."""
    names = {"": _("tự chọn"), "1000000": _("1 triệu")}
    return [
        Choice(step, names.get(step) or number(float(step), 2, language=language), step == chosen) for step in STEPS
    ]


def method_word(method: str) -> str:
    return {
        "equal": _("chia đều"),
        "last_year": _("theo phần năm trước"),
        "heads": _("theo số người"),
        "current": _("theo chỉ tiêu hiện có"),
        "custom": _("tỷ lệ riêng"),
    }[method]
