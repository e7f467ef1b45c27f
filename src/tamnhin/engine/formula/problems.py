"""What can be wrong with a formula: codes, hints, and how a fault is shown under the text it stands in."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from tamnhin.engine.problems import CATALOGUE, Problem, Severity, declare

_BEFORE = frozenset(CATALOGUE)

declare(
    "FORMULA_SYNTAX", "error",
    "Công thức sai cú pháp ở ký tự {column}: gặp {found_vi}, đang chờ {expected_vi}.{hint_vi}",
    "The formula breaks at character {column}: found {found_en}, expected {expected_en}.{hint_en}",
)  # fmt: skip
declare(
    "FORMULA_EMPTY", "error",
    "Công thức để trống. Viết công thức (ví dụ DOANH_THU / SO_DON) hoặc xóa ô này.",
    "The formula is empty. Write one (for example REVENUE / ORDERS) or clear the cell.",
)  # fmt: skip
declare(
    "FORMULA_CHARACTER", "error",
    "Ký tự {found} (vị trí {column}) không dùng được trong công thức.{hint_vi}",
    "The character {found} (position {column}) has no meaning in a formula.{hint_en}",
)  # fmt: skip
declare(
    "FORMULA_UNKNOWN_KPI", "error",
    "Không có KPI nào mang mã {found} (ký tự {column}).{hint_vi}",
    "There is no KPI with the code {found} (character {column}).{hint_en}",
)  # fmt: skip
declare(
    "FORMULA_UNKNOWN_FUNCTION", "error",
    "Không có hàm tên {found} (ký tự {column}).{hint_vi}",
    "There is no function named {found} (character {column}).{hint_en}",
)  # fmt: skip
declare(
    "FORMULA_ARGUMENTS", "error",
    "Hàm {function} (ký tự {column}) viết chưa đúng: {usage_vi}.{hint_vi}",
    "The function {function} (character {column}) is not written correctly: {usage_en}.{hint_en}",
)  # fmt: skip
declare(
    "FORMULA_OFFSET", "error",
    "Độ lùi kỳ {found} (ký tự {column}) không hợp lệ: phải là số nguyên từ −{limit} đến 0, "
    "ví dụ DOANH_THU[-12].{hint_vi}",
    "The period offset {found} (character {column}) is not allowed: it must be a whole number from −{limit} to 0, "
    "for example REVENUE[-12].{hint_en}",
)  # fmt: skip
declare(
    "FORMULA_NUMBER", "error",
    "Số ở ký tự {column} quá dài. Viết tối đa {limit} chữ số.",
    "The number at character {column} is too long. Write at most {limit} digits.",
)  # fmt: skip
declare(
    "FORMULA_TOO_LONG", "error",
    "Công thức dài {length} ký tự, tối đa {limit}. Tách thành nhiều KPI trung gian.",
    "The formula has {length} characters; the limit is {limit}. Split it into intermediate KPIs.",
)  # fmt: skip
declare(
    "FORMULA_TOO_COMPLEX", "error",
    "Công thức quá phức tạp: tối đa {nodes} phép tính và {depth} tầng lồng nhau. Tách thành nhiều KPI trung gian.",
    "The formula is too complex: at most {nodes} operations and {depth} levels. Split it into intermediate KPIs.",
)  # fmt: skip
declare(
    "FORMULA_UNITS", "error",
    "Khác đơn vị ở ký tự {column}: {left_vi} và {right_vi} không dùng chung được trong {operation_vi}.{hint_vi}",
    "Units differ at character {column}: {left_en} and {right_en} do not go together in {operation_en}.{hint_en}",
)  # fmt: skip
declare(
    "FORMULA_NOT_MONEY", "error",
    "Hàm convert chỉ đổi được tiền; {found} (ký tự {column}) có đơn vị {unit_vi}. Bỏ convert hoặc sửa đơn vị của KPI.",
    "convert works on money only; {found} (character {column}) is measured in {unit_en}. "
    "Drop convert or correct the unit of the KPI.",
)  # fmt: skip
declare(
    "FORMULA_CONDITION", "error",
    "Ở ký tự {column} cần {expected_vi}, nhưng đây là {found_vi}.{hint_vi}",
    "At character {column} {expected_en} is needed, but this is {found_en}.{hint_en}",
)  # fmt: skip
declare(
    "FORMULA_UNITS_DECLARED", "warning",
    "Công thức cho ra {left_vi} nhưng đơn vị của KPI ghi là {right_vi}. Sửa một trong hai.{hint_vi}",
    "The formula gives {left_en} but the unit of the KPI says {right_en}. Correct one of them.{hint_en}",
)  # fmt: skip
declare(
    "FORMULA_PERCENT", "warning",
    "Ở ký tự {column}, KPI tính theo % giữ số 15 cho 15 %, không phải 0.15: có lẽ phải viết 100 thay cho 1, "
    "hoặc chia KPI cho 100.",
    "At character {column}, a KPI in % holds 15 for 15 %, not 0.15: you may need 100 instead of 1, "
    "or the KPI divided by 100.",
)  # fmt: skip
declare(
    "FORMULA_INPUT_BROKEN", "error",
    "Công thức của {kpi} dùng {input}, mà công thức của {input} đang sai. Sửa {input} trước.",
    "The formula of {kpi} uses {input}, whose own formula is wrong. Correct {input} first.",
)  # fmt: skip

CODES = frozenset(CATALOGUE) - _BEFORE
"""The codes of this language; CYCLE is declared in the engine's catalogue."""

HINTS: dict[str, tuple[str, str]] = {
    "did_you_mean": ("Có phải ý bạn là {name}?", "Did you mean {name}?"),
    "quote_code": (
        "Mã có dấu đặc biệt phải viết trong nháy đơn: {name}.",
        "A code with special characters is written in single quotes: {name}.",
    ),
    "no_kpi_known": ("Chưa có KPI nào để tham chiếu.", "There are no KPIs to refer to yet."),
    "not_a_function": ("{name} là mã KPI, không phải hàm: thêm phép tính ở giữa.",
                       "{name} is a KPI, not a function: put an operator between."),
    "functions": ("Các hàm: {names}.", "Functions: {names}."),
    "average": ("Trung bình là cách cộng dồn (aggregation) của KPI, không phải hàm.",
                "An average is the aggregation of a KPI, not a function."),
    "decimal_point": ("Phần thập phân viết bằng dấu chấm: {name}.", "Write decimals with a point: {name}."),
    "no_thousands": ("Viết số liền nhau, không có dấu phân nhóm.", "Write numbers without thousand separators."),
    "close_bracket": ("Thiếu “)” cho “(” ở ký tự {column}.", "The “(” at character {column} is never closed."),
    "chain": ("So sánh hai lần thì nối bằng and: A < B and B < C.", "Join two comparisons with and: A < B and B < C."),
    "write": ("Hãy viết {name}.", "Write {name} instead."),
    "no_powers": ("Không có phép lũy thừa; viết A * A.", "There are no powers; write A * A."),
    "close_quote": ("Mã KPI trong nháy chưa đóng nháy.", "The quoted code has no closing quote."),
    "future": ("Kỳ tương lai chưa có số: dùng số âm.", "The future has no numbers: use a negative offset."),
    "add_kpis": ("Muốn cộng nhiều KPI thì viết A + B.", "To add several KPIs write A + B."),
    "use_one_kpi": ("Tách phép tính thành một KPI riêng rồi dùng mã của nó.",
                    "Make the calculation a KPI of its own and use its code."),
    "convert": ("Đổi về cùng loại tiền: {name}.", "Bring both to one currency: {name}."),
    "scale": ("Hai số lệch nhau {factor} lần: nhân hoặc chia cho {factor}.",
              "The two are {factor} times apart: multiply or divide by {factor}."),
    "percent_literal": ("KPI tính theo % giữ số 15 cho 15 %: viết 15 thay cho 15%, hoặc chia KPI cho 100.",
                        "A KPI in % holds 15 for 15 %: write 15 and not 15%, or divide the KPI by 100."),
    "same_unit": ("Sửa đơn vị của một KPI cho khớp, hoặc nhân/chia để về cùng đơn vị.",
                  "Correct the unit of one KPI, or multiply or divide to bring both to one unit."),
    "compare_with_zero": ("Viết thành so sánh, ví dụ {name} <> 0.", "Write a comparison, for example {name} <> 0."),
    "use_if": ("Dùng if(điều kiện, 1, 0) để lấy số.", "Use if(condition, 1, 0) to get a number."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hint:
    """What to do about a fault; ``key`` is one of ``HINTS``."""

    key: str
    args: Mapping[str, object] = field(default_factory=dict)

    def text(self, language: str) -> str:
        return HINTS[self.key][0 if language == "vi" else 1].format_map(dict(self.args))


@dataclass(frozen=True, slots=True)
class FormulaError:
    """One fault in one formula: a value, never raised.

    ``start`` and ``end`` are 0-based, half-open character positions in the text. ``args`` fill the text of the code.
    """

    code: str
    start: int
    end: int
    args: Mapping[str, object] = field(default_factory=dict)
    hint: Hint | None = None

    @property
    def severity(self) -> Severity:
        return CATALOGUE[self.code].severity

    @property
    def column(self) -> int:
        """1-based position, as people count."""
        return self.start + 1

    def text(self, language: str) -> str:
        """The message, hint included; ``language`` is ``vi`` or ``en``."""
        return self.as_problem().text(language)

    def as_problem(self, *, sheet: str | None = None, cell: str | None = None, kpi: str | None = None) -> Problem:
        """The same fault as a ``Problem`` at its cell; ``args`` also carry ``start`` and ``end``."""
        args: dict[str, object] = {"column": self.column, "start": self.start, "end": self.end, **self.args}
        for language in ("vi", "en"):
            args[f"hint_{language}"] = "" if self.hint is None else " " + self.hint.text(language)
        return Problem(self.code, sheet=sheet, cell=cell, kpi=kpi, args=args)


def printable(text: str, limit: int = 40) -> str:
    """Text that is safe to put in a message: one line, no control characters, at most ``limit`` characters."""
    clean = "".join(" " if c.isspace() else c if c.isprintable() else "\ufffd" for c in text[: limit + 1])
    return clean if len(text) <= limit else clean[:limit] + "…"


def caret(text: str, error: FormulaError, language: str = "vi", width: int = 100) -> str:
    """Three lines for a terminal: the formula (a window of it when long), a mark under the fault, the message."""
    first = max(0, min(error.start - width // 2, len(text) - width))
    window = text[first : first + width]
    start = min(max(error.start - first, 0), len(window))
    end = min(max(error.end - first, start + 1), max(len(window), start + 1))
    under = " " * _columns(window[:start]) + "^" + "~" * (max(_columns(window[start:end]), 1) - 1)
    return f"{printable(window, width)}\n{under}\n{error.text(language)}"


def _columns(text: str) -> int:
    """Terminal columns: combining marks take none, East Asian wide characters two."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
