"""RESULT.xlsx: what an evaluation gave, as four sheets with typed numbers. Rows stream to the file as they come."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from xlsxwriter.exceptions import XlsxFileError

from tamnhin.engine.explain.steps import STATE_WORDS
from tamnhin.engine.states import State
from tamnhin.workbook.cells import number_in
from tamnhin.workbook.spec.choices import label
from tamnhin.workbook.xlsx import Formats, new_workbook, put_number, put_text

Kind = Literal["text", "number", "points", "money", "whole", "state", "status", "method", "severity"]
Row = Mapping[str, object]

MAX_ROWS = 1_048_575  # of a sheet, below its headings; what is more goes on in “lines 2”

STATUS_WORDS = {
    "final": ("chính thức", "final"),
    "provisional": ("tạm tính", "provisional"),
    "not_rated": ("không xếp loại", "not rated"),
}
SEVERITY_WORDS = {"error": ("lỗi", "error"), "warning": ("cảnh báo", "warning"), "info": ("ghi chú", "note")}


@dataclass(frozen=True, slots=True)
class Field:
    """One column: the key of a row, its headings, what it holds and how wide it is."""

    key: str
    vi: str
    en: str
    kind: Kind = "text"
    width: int = 14


SHEETS: dict[str, tuple[Field, ...]] = {
    "scorecards": (
        Field("owner", "Mã", "Code"),
        Field("owner_name", "Tên", "Name", width=30),
        Field("period", "Kỳ", "Period"),
        Field("score", "Điểm", "Score", "points"),
        Field("coverage", "Độ phủ (%)", "Coverage (%)", "points"),
        Field("grade", "Xếp loại", "Grade"),
        Field("state", "Trạng thái", "State", "status", 16),
        Field("rank", "Hạng", "Rank", "whole", 8),
    ),
    "lines": (
        Field("owner", "Mã", "Code"),
        Field("owner_name", "Tên", "Name", width=30),
        Field("kpi", "Mã KPI", "KPI code"),
        Field("kpi_name", "KPI", "KPI", width=34),
        Field("period", "Kỳ", "Period"),
        Field("state", "Trạng thái", "State", "state", 16),
        Field("actual", "Thực hiện", "Actual", "number", 16),
        Field("target", "Chỉ tiêu", "Target", "number", 16),
        Field("method", "Phương pháp", "Method", "method", 20),
        Field("raw", "Tỷ lệ hoàn thành (%)", "Achievement (%)", "points"),
        Field("score", "Điểm", "Score", "points"),
        Field("weight", "Trọng số", "Weight", "number"),
        Field("contribution", "Đóng góp", "Contribution", "points"),
        Field("pace", "Tiến độ (%)", "Pace (%)", "points"),
    ),
    "payouts": (
        Field("person", "Mã", "Code"),
        Field("owner_name", "Tên", "Name", width=30),
        Field("period", "Kỳ", "Period"),
        Field("base", "Mức gốc", "Base", "money", 18),
        Field("rate", "Tỷ lệ hưởng (%)", "Rate (%)", "points"),
        Field("amount", "Số tiền", "Amount", "money", 18),
    ),
    "problems": (
        Field("severity", "Mức độ", "Severity", "severity", 12),
        Field("code", "Mã lỗi", "Code", width=26),
        Field("sheet", "Trang", "Sheet", width=16),
        Field("cell", "Ô", "Cell", width=10),
        Field("owner", "Chủ thể", "Owner"),
        Field("kpi", "KPI", "KPI"),
        Field("text", "Nội dung và cách sửa", "What is wrong and what to do", width=100),
    ),
}


@dataclass(slots=True)
class ResultFile:
    """An open result. ``add`` takes rows as ``engine.report`` gives them; names are looked up here."""

    book: Any
    formats: Formats
    language: str
    owner_names: Mapping[str, str]
    kpi_names: Mapping[str, str]
    _numbers: dict[str, Any] = field(default_factory=dict)
    _open: dict[str, tuple[Any, int]] = field(default_factory=dict)  # sheet -> its worksheet and rows so far
    _parts: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, rows: Iterable[Row]) -> None:
        """Rows of one of ``SHEETS``. A row of ``problems`` carries its ``vi`` and ``en`` texts."""
        fields = SHEETS[name]
        for row in rows:
            sheet, at = self._open[name]
            if at >= MAX_ROWS:
                self._finish(name)
                self._start(name)
                sheet, at = self._open[name]
            self._open[name] = (sheet, at + 1)
            for col, column in enumerate(fields):
                self._put(sheet, at + 1, col, column, self._value(name, column, row))

    def _value(self, name: str, column: Field, row: Row) -> object:
        if column.key == "owner_name":
            return self.owner_names.get(str(row["person" if name == "payouts" else "owner"]))
        if column.key == "kpi_name":
            return self.kpi_names.get(str(row["kpi"]))
        if column.key == "text":
            return row["vi" if self.language == "vi" else "en"]
        return row[column.key]

    def _put(self, sheet: Any, row: int, col: int, column: Field, value: object) -> None:
        if value is None:
            return
        if column.kind in ("number", "points", "money", "whole"):
            self._put_number(sheet, row, col, column.kind, value)
        else:
            put_text(sheet, self.formats, row, col, self._word(column.kind, str(value)))

    def _put_number(self, sheet: Any, row: int, col: int, kind: Kind, value: object) -> None:
        if isinstance(value, str):
            exact = Decimal(value)
            if not exact.is_finite() or Decimal(repr(float(exact))) != exact:
                # more digits than a spreadsheet's numbers hold, or none
                put_text(sheet, self.formats, row, col, number_in(self.language, exact))
                return
        put_number(sheet, row, col, float(value), self._numbers.get(kind))  # type: ignore[arg-type]  # str or number

    def _word(self, kind: Kind, value: str) -> str:
        side = 0 if self.language == "vi" else 1
        if kind == "state":
            return STATE_WORDS[State[value]][side]
        if kind == "status":
            return STATUS_WORDS[value][side]
        if kind == "severity":
            return SEVERITY_WORDS[value][side]
        return label("scorecards", "method", value, self.language) if kind == "method" else value

    def _start(self, name: str) -> None:
        part = self._parts[name] = self._parts.get(name, 0) + 1
        sheet = self.book.add_worksheet(name if part == 1 else f"{name} {part}")
        sheet.freeze_panes(1, 0)
        for col, column in enumerate(SHEETS[name]):
            # widths come first: in a streamed sheet nothing can be changed above the current row
            sheet.set_column(col, col, column.width)
            put_text(
                sheet, self.formats, 0, col, column.vi if self.language == "vi" else column.en, self.formats.header
            )
        self._open[name] = (sheet, 0)

    def _finish(self, name: str) -> None:
        sheet, rows = self._open[name]
        if rows:
            sheet.autofilter(0, 0, rows, len(SHEETS[name]) - 1)


@contextmanager
def open_result(
    path: str | os.PathLike[str],
    *,
    language: str,
    owner_names: Mapping[str, str] | None = None,
    kpi_names: Mapping[str, str] | None = None,
) -> Iterator[ResultFile]:
    """A result file that takes its place at ``path`` only when it is whole.

    Sheets ``scorecards``, ``lines``, ``payouts`` and ``problems`` with frozen headings in ``language`` (``vi``,
    ``en``), as are states and methods. Numbers are numbers; text that a spreadsheet would run stays text. Raises
    OSError where the file cannot be written.
    """
    try:
        with new_workbook(path, streamed=True) as (book, formats):
            made = ResultFile(book, formats, language, owner_names or {}, kpi_names or {})
            made._numbers |= {
                "points": book.add_format({"num_format": "0.00"}),
                "money": book.add_format({"num_format": "#,##0.####"}),
                "whole": book.add_format({"num_format": "0"}),
            }
            for name in SHEETS:
                made._start(name)
            yield made
            for name in SHEETS:
                made._finish(name)
    except XlsxFileError as fault:
        raise OSError(str(fault)) from fault
