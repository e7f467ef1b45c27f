"""What people may type for a choice: the canonical English word or any of these; the first is the Vietnamese label."""

from __future__ import annotations

from tamnhin.engine.book import CHOICES
from tamnhin.workbook.fold import fold

_AGGREGATION: dict[str, tuple[str, ...]] = {
    "sum": ("tổng", "cộng", "cộng dồn"),
    "last": ("cuối kỳ", "cuối", "số cuối"),
    "mean": ("trung bình", "bình quân", "average"),
    "min": ("nhỏ nhất", "thấp nhất"),
    "max": ("lớn nhất", "cao nhất"),
    "ratio": ("tỷ lệ", "tỉ lệ"),
    "weighted_mean": ("trung bình có trọng số", "bình quân gia quyền", "trung bình trọng số"),
    "compound": ("lũy kế kép", "kép", "cộng gộp kép"),
    "none": ("không cộng dồn", "không", "không gộp"),
}

ALIASES: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {
    ("kpis", "direction"): {
        "higher": ("cao", "càng cao càng tốt", "cao hơn", "tăng", "cao tốt"),
        "lower": ("thấp", "càng thấp càng tốt", "thấp hơn", "giảm", "thấp tốt"),
        "band": ("khoảng", "trong khoảng"),
    },
    ("kpis", "aggregation"): _AGGREGATION,
    ("kpis", "across"): {key: words for key, words in _AGGREGATION.items() if key != "last"},
    ("kpis", "frequency"): {
        "day": ("ngày", "hằng ngày", "hàng ngày", "daily"),
        "week": ("tuần", "hằng tuần", "hàng tuần", "weekly"),
        "month": ("tháng", "hằng tháng", "hàng tháng", "monthly"),
        "quarter": ("quý", "hằng quý", "hàng quý", "quarterly"),
        "half": ("nửa năm", "6 tháng", "half year"),
        "year": ("năm", "hằng năm", "hàng năm", "yearly"),
    },
    ("kpis", "level"): {"strategic": ("chiến lược",), "tactical": ("chiến thuật",)},
    ("kpis", "domain"): {"sale": ("bán hàng", "sales"), "non_sale": ("phi bán hàng", "không bán hàng")},
    ("kpis", "timing"): {"leading": ("dẫn dắt",), "lagging": ("kết quả",)},
    ("kpis", "flow"): {"input": ("đầu vào",), "output": ("đầu ra",)},
    ("goals", "horizon"): {
        "strategic": ("chiến lược",),
        "year": ("năm", "hằng năm"),
        "half": ("nửa năm", "6 tháng"),
        "quarter": ("quý", "hằng quý"),
    },
    ("kpis", "status"): {
        "draft": ("bản nháp", "nháp"),
        "active": ("đang dùng", "hiệu lực"),
        "retired": ("đã ngừng", "ngừng"),
    },
    ("goals", "status"): {
        "draft": ("bản nháp", "nháp"),
        "proposed": ("đã đề xuất", "đề xuất"),
        "hr_consulted": ("đã hỏi ý kiến nhân sự",),
        "reviewed": ("các phòng liên quan đã xem", "đã xem"),
        "agreed": ("đã đồng ý", "đồng ý"),
        "active": ("đang hiệu lực", "hiệu lực"),
        "closed": ("đã đóng", "đóng"),
    },
    ("scorecards", "method"): {
        "ratio": ("tỷ lệ", "tỉ lệ"),
        "deviation": ("độ lệch", "chênh lệch"),
        "inverse": ("nghịch đảo",),
        "baseline": ("mốc xuất phát", "xuất phát"),
        "band": ("khoảng", "trong khoảng"),
        "curve": ("đường quy đổi", "đường cong"),
        "count_down": ("trừ điểm", "trừ dần"),
        "pass_fail": ("đạt hay không đạt", "đạt/không đạt"),
        "milestone": ("cột mốc", "mốc công việc"),
    },
    ("scorecards", "rollup"): {
        "value": ("theo giá trị", "giá trị"),
        "weighted": ("bình quân theo trọng số", "trọng số"),
        "equal": ("bình quân đều", "chia đều"),
        "none": ("không gộp", "không"),
        "shared": ("dùng chung", "chung"),
    },
    ("targets", "basis"): {"per_working_day": ("mỗi ngày làm việc", "theo ngày làm việc", "mỗi ngày công")},
    ("actuals", "state"): {
        "exempt": ("miễn trừ", "miễn"),
        "not_applicable": ("không áp dụng", "n/a"),
    },
    ("links", "sign"): {"+": ("cùng chiều", "thuận"), "-": ("ngược chiều", "nghịch")},
    ("calendar", "kind"): {"holiday": ("nghỉ", "ngày nghỉ", "nghỉ lễ"), "working": ("làm bù", "làm việc")},
}

_MINUS = {"−": "-", "–": "-", "—": "-", "＋": "+"}


def labels(sheet: str, column: str, language: str) -> tuple[str, ...]:
    """The words of a drop-down in that language, in the order of ``CHOICES``."""
    values = CHOICES[sheet, column]
    if language != "vi" or (sheet, column) == ("links", "sign"):
        return values
    return tuple(ALIASES[sheet, column].get(value, (value,))[0] for value in values)


def label(sheet: str, column: str, value: str, language: str) -> str:
    """The word of one canonical choice in that language."""
    return labels(sheet, column, language)[CHOICES[sheet, column].index(value)]


def canonical(sheet: str, column: str, text: str) -> str | None:
    """The canonical choice that ``text`` means, or None."""
    text = _MINUS.get(text, text)
    values = CHOICES[sheet, column]
    if text in values:
        return text
    key = fold(text)
    return _FOLDED[sheet, column].get(key) if key else None


def words(sheet: str, column: str) -> dict[str, str]:
    """Every folded word accepted for the column -> its canonical choice."""
    return _FOLDED[sheet, column]


_FOLDED: dict[tuple[str, str], dict[str, str]] = {
    place: {fold(word): value for value in values for word in (value, *ALIASES[place].get(value, ())) if fold(word)}
    for place, values in CHOICES.items()
}
