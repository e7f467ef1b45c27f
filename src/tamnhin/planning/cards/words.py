"""The words of a card: what its fields are called, what may be chosen, and how a stored value is read."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from tamnhin.base import formatting
from tamnhin.dashboards.selectors.kpi import word
from tamnhin.dashboards.selectors.kpi_list import axis_word, frequency_word
from tamnhin.engine.book import CHOICES
from tamnhin.kpis.models import Kpi
from tamnhin.organisation.models import Owner
from tamnhin.strategy.models import Perspective
from tamnhin.strategy.perspectives import STANDARD, perspective_key

LABELS = {
    "code": noop("Mã"),
    "name": noop("Tên"),
    "name_en": noop("Tên tiếng Anh"),
    "purpose": noop("Để làm gì"),
    "definition": noop("Cách tính bằng lời"),
    "inclusions": noop("Tính cả"),
    "exclusions": noop("Không tính"),
    "unit": noop("Đơn vị tính"),
    "direction": noop("Chiều"),
    "aggregation": noop("Cộng dồn"),
    "across": noop("Gộp giữa các đơn vị"),
    "scale": noop("Nhân với"),
    "frequency": noop("Tần suất"),
    "method": noop("Cách chấm đề nghị"),
    "formula": noop("Công thức"),
    "level": noop("Cấp"),
    "domain": noop("Mảng"),
    "timing": noop("Dẫn dắt hay kết quả"),
    "flow": noop("Đầu vào hay đầu ra"),
    "perspective": noop("Viễn cảnh"),
    "owner": noop("Người phụ trách"),
    "deputy": noop("Người thay"),
    "guardrail": noop("KPI đối trọng"),
    "source": noop("Nguồn số liệu"),
    "review_by": noop("Xem lại trước ngày"),
    "valid_from": noop("Hiệu lực từ"),
    "reason": noop("Vì sao thay đổi"),
    "status": noop("Trạng thái"),
}
METHODS = {
    "ratio": noop("Tỷ lệ thực hiện ÷ chỉ tiêu"),
    "deviation": noop("Độ lệch so với chỉ tiêu"),
    "inverse": noop("Chỉ tiêu ÷ thực hiện"),
    "baseline": noop("Tiến bộ từ mốc xuất phát"),
    "band": noop("Nằm trong khoảng"),
    "curve": noop("Đường quy đổi"),
    "count_down": noop("Trừ điểm mỗi lần vượt"),
    "pass_fail": noop("Đạt hoặc không"),
    "milestone": noop("Theo mốc công việc"),
}
AXIS_NAMES = {
    "department": noop("Phòng ban"),
    "timing": noop("Dẫn dắt / kết quả"),
    "flow": noop("Đầu vào / đầu ra"),
    "domain": noop("Bán hàng / phi bán hàng"),
    "level": noop("Chiến lược / chiến thuật"),
    "perspective": noop("Viễn cảnh"),
    "frequency": noop("Tần suất"),
}
CLASSES = ("level", "timing", "flow", "domain")
_AXES = frozenset(CLASSES)


def label(field: str) -> str:
    return _(LABELS[field]) if field in LABELS else field


def said(field: str, value: str, perspectives: Iterable[Perspective] = (), language: str = "vi") -> str:
    """A choice of the card in the reader's words; any other text as it is."""
    if field == "method":
        return _(METHODS[value]) if value in METHODS else value
    if field in _AXES:
        return axis_word(value) or value
    if field == "frequency":
        return frequency_word(value)
    if field == "perspective":
        return perspective_name(value, list(perspectives), language)
    if field in ("direction", "aggregation", "across"):
        text = word(value)
        return text[:1].upper() + text[1:]
    if field == "status":
        return str(Kpi.Status(value).label) if value in Kpi.Status.values else value
    return value


def perspective_name(text: str, perspectives: Sequence[Perspective], language: str) -> str:
    """What the company calls the perspective that a text means; the text itself where it means none."""
    code = perspective_key(text, perspectives)
    row = next((one for one in perspectives if one.code == code), None)
    if row is not None:
        return (row.name_en if language == "en" else "") or row.name
    standard = next((one for one in STANDARD if one.code == code), None)
    if standard is not None:
        return standard.name_en if language == "en" else standard.name
    return text


def choices(field: str, *, blank: bool) -> list[tuple[str, str]]:
    """The choices of a field for a form; ``blank`` adds that nothing is said."""
    sheet = "scorecards" if field == "method" else "kpis"
    rows = [(value, said(field, value)) for value in CHOICES[sheet, field]]
    return [("", "—"), *rows] if blank else rows


def written(field: str, value: object, perspectives: Sequence[Perspective] = (), language: str = "vi") -> str:
    """A value of a version for reading; "" for nothing said."""
    if value is None or value == "":
        return ""
    if isinstance(value, Owner):
        return value.name
    if isinstance(value, Kpi):
        return f"{value.code} · {value.name}"
    if isinstance(value, datetime.date):
        return formatting.day(value)
    if isinstance(value, float):
        return formatting.number(value, 6)
    return said(field, str(value), perspectives, language)
