"""Problems: a bad cell is a value, not an exception (house rule 1).

Every problem has a code, a place and a text in Vietnamese and English that says what is wrong and what to do.
The catalogue below is the one place where codes are declared; a test holds that each code is raised by some test.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One problem code: its severity and its two texts (``str.format`` templates over ``Problem.args``)."""

    severity: Severity
    vi: str
    en: str
    fatal: bool = False  # the file cannot be evaluated at all: exit status 2


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem at its place. ``sheet`` and ``cell`` are None where the place is not a cell of a file."""

    code: str
    sheet: str | None = None
    cell: str | None = None
    owner: str | None = None
    kpi: str | None = None
    args: Mapping[str, object] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        return CATALOGUE[self.code]

    @property
    def severity(self) -> Severity:
        return self.kind.severity

    @property
    def fatal(self) -> bool:
        return self.kind.fatal

    def text(self, language: str) -> str:
        """In ``vi``, else in English; a date among ``args`` in the form of that language."""
        vietnamese = language == "vi"
        template = self.kind.vi if vietnamese else self.kind.en
        said = {
            name: _day(value, vietnamese=vietnamese) if isinstance(value, datetime.date) else value
            for name, value in self.args.items()
        }
        return template.format_map(_Forgiving(said))

    def as_dict(self) -> dict[str, object]:
        """The JSON form of workbook.md."""
        return {
            "code": self.code,
            "severity": self.severity,
            "sheet": self.sheet,
            "cell": self.cell,
            "owner": self.owner,
            "kpi": self.kpi,
            "vi": self.text("vi"),
            "en": self.text("en"),
        }


def _day(value: datetime.date, *, vietnamese: bool) -> str:
    # the engine knows no framework, and strftime's months are those of the machine's locale
    return f"{value:%d/%m/%Y}" if vietnamese else f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


class _Forgiving(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"


CATALOGUE: dict[str, Kind] = {}


def declare(code: str, severity: Severity, vi: str, en: str, *, fatal: bool = False) -> None:
    """Add one code to the catalogue; a second declaration of the same code is a programming error."""
    if code in CATALOGUE:
        raise ValueError(f"problem code {code} declared twice")
    CATALOGUE[code] = Kind(severity, vi, en, fatal)


# --- scoring (computation.md §3) ---
declare(
    "TARGET_NOT_POSITIVE",
    "error",
    "Chỉ tiêu {target} không dương nên không chia tỷ lệ được. Dùng phương pháp baseline, count_down hoặc "
    "deviation, hoặc sửa chỉ tiêu.",
    "The target {target} is not positive, so a ratio cannot be taken. Use baseline, count_down or "
    "deviation, or correct the target.",
)
declare(
    "TARGET_ZERO",
    "error",
    "Chỉ tiêu bằng 0 nên không tính độ lệch được. Dùng phương pháp baseline hoặc count_down.",
    "The target is 0, so a deviation cannot be taken. Use baseline or count_down.",
)
declare(
    "ACTUAL_NEGATIVE",
    "error",
    "Thực hiện {actual} là số âm; phương pháp inverse không nhận số âm. Kiểm tra số liệu hoặc dùng deviation.",
    "The actual {actual} is negative; the inverse method does not take negatives. Check the number or use deviation.",
)
declare(
    "BASELINE_EQUALS_TARGET",
    "error",
    "Mốc xuất phát bằng chỉ tiêu ({target}), không có quãng đường để đo. Sửa baseline hoặc chỉ tiêu.",
    "The baseline equals the target ({target}): there is no distance to measure. Correct one of them.",
)
declare(
    "BASELINE_MISSING",
    "error",
    "Phương pháp baseline cần mốc xuất phát. Điền cột baseline của dòng này.",
    "The baseline method needs a baseline. Fill in the baseline column of this line.",
)
declare(
    "BAND_NOT_ORDERED",
    "error",
    "Các ngưỡng của khoảng phải theo thứ tự zero_low < low ≤ high < zero_high.",
    "The bounds of the band must be in order: zero_low < low ≤ high < zero_high.",
)
declare(
    "CURVE_NOT_INCREASING",
    "error",
    "Đường quy đổi cần ít nhất 2 điểm và hoành độ tăng dần (ví dụ 80:0; 100:100).",
    "A curve needs at least 2 points with increasing x (for example 80:0; 100:100).",
)
declare(
    "PENALTY_NOT_POSITIVE",
    "error",
    "Số điểm trừ cho mỗi đơn vị vượt phải lớn hơn 0. Điền cột penalty.",
    "The points lost per unit over must be greater than 0. Fill in the penalty column.",
)
declare(
    "METHOD_NOT_ALLOWED",
    "error",
    "Phương pháp {method} không dùng được cho chiều {direction}.",
    "The method {method} cannot be used with direction {direction}.",
)
declare(
    "METHOD_UNKNOWN",
    "error",
    "Không có phương pháp tính điểm tên “{method}”. Các phương pháp: {known}.",
    "There is no scoring method named “{method}”. Methods: {known}.",
)
# --- targets, weights, aggregation ---
declare(
    "TARGET_MISSING",
    "error",
    "Chưa có chỉ tiêu cho {owner} · {kpi} trong kỳ {period}, nên chưa chấm điểm được.",
    "There is no target for {owner} · {kpi} in {period}, so the line cannot be scored.",
)
declare(
    "WEIGHTS_NOT_100",
    "warning",
    "Tổng trọng số của {owner} là {total}, chưa đúng 100 (từ {date}). Điểm đang được quy về 100.",
    "The weights of {owner} total {total}, not 100 (from {date}). The score is normalised.",
)
declare(
    "WEIGHT_NEGATIVE",
    "error",
    "Trọng số {weight} là số âm. Trọng số phải từ 0 đến 100.",
    "The weight {weight} is negative. A weight must be from 0 to 100.",
)
declare(
    "WEIGHTS_ALL_ZERO",
    "warning",
    "Mọi trọng số của {owner} đều bằng 0 nên không có điểm tổng.",
    "All weights of {owner} are 0, so there is no total.",
)
declare(
    "PROFILE_NOT_100",
    "error",
    "Tỷ lệ phân bổ cộng lại là {total} %, phải đúng 100 %.",
    "The profile percentages total {total}%, not exactly 100%.",
)
declare(
    "PROFILE_WRONG_LENGTH",
    "error",
    "Phân bổ có {given} tỷ lệ nhưng kỳ {period} có {needed} kỳ con.",
    "The profile has {given} percentages but {period} has {needed} parts.",
)
declare(
    "PROFILE_UNKNOWN",
    "error",
    "Không hiểu kiểu phân bổ “{profile}”. Dùng even, working_days, last_year hoặc dãy tỷ lệ (ví dụ 20; 30; 50).",
    "The profile “{profile}” is not understood. Use even, working_days, last_year or percentages (for "
    "example 20; 30; 50).",
)
declare(
    "PROFILE_NO_HISTORY",
    "error",
    "Phân bổ theo năm trước cần đủ số liệu năm trước của {owner} · {kpi}; còn thiếu kỳ {period}.",
    "The last_year profile needs all of last year's actuals of {owner} · {kpi}; {period} is missing.",
)
declare(
    "RATIO_WITHOUT_COMPONENTS",
    "error",
    "Tỷ lệ nhập không kèm tử số và mẫu số nên không cộng dồn được. Nhập numerator và denominator.",
    "A percentage typed without its numerator and denominator cannot be rolled up. Enter both components.",
)
declare(
    "WEIGHT_COMPONENT_MISSING",
    "error",
    "Trung bình có trọng số cần cột weight (số lượng) cho mỗi giá trị.",
    "A weighted mean needs the weight column (the quantity) with each value.",
)
declare(
    "AGGREGATION_NONE",
    "info",
    "KPI này không cộng dồn được (aggregation = none), nên kỳ {period} không có số.",
    "This KPI does not aggregate (aggregation = none), so {period} has no number.",
)
declare(
    "ACROSS_REQUIRED",
    "error",
    "KPI lấy số cuối kỳ (last) chưa nói cách gộp giữa các đơn vị. Điền cột across (sum hoặc mean).",
    "A KPI that takes the last value does not say how to combine owners. Fill in the across column (sum or mean).",
)
declare(
    "DENOMINATOR_ZERO",
    "info",
    "Mẫu số bằng 0 nên không có tỷ lệ; ô được để ngoài điểm.",
    "The denominator is 0, so there is no ratio; the cell is left out of the score.",
)
declare(
    "PERIOD_TOO_COARSE",
    "error",
    "Kỳ {period} rộng hơn tần suất của KPI ({frequency}). Nhập theo từng kỳ nhỏ hơn.",
    "The period {period} is coarser than the KPI's frequency ({frequency}). Enter the smaller periods.",
)
declare(
    "NO_DATA",
    "warning",
    "Chưa có số liệu thực hiện của {owner} · {kpi} kỳ {period}. Nhập số, miễn trừ, hoặc người có quyền "
    "chấm 0 kèm lý do.",
    "There is no actual for {owner} · {kpi} in {period}. Enter it, exempt it, or have a named person "
    "score it 0 with a reason.",
)
declare(
    "RATE_MISSING",
    "error",
    "Chưa có tỷ giá {currency} cho kỳ {period}. Thêm vào trang rates.",
    "There is no rate for {currency} in {period}. Add it to the rates sheet.",
)
declare(
    "CYCLE",
    "error",
    "Công thức tham chiếu vòng: {path}. Bỏ một tham chiếu.",
    "The formulas refer to each other in a circle: {path}. Remove one reference.",
)
declare(
    "UNIT_CYCLE",
    "error",
    "Cây đơn vị bị vòng: {path}. Sửa cột parent.",
    "The unit tree has a circle: {path}. Correct the parent column.",
    fatal=True,
)
