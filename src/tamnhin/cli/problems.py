"""Problems of what was asked on the command line, and the one exception that carries them to the exit."""

from __future__ import annotations

from collections.abc import Sequence

from tamnhin.engine.problems import Problem, declare

declare(
    "OUT_NOT_XLSX",
    "error",
    "Kết quả ghi được vào tệp .xlsx; “{path}” không phải. Đổi phần đuôi tên tệp.",
    "The result is written as .xlsx; “{path}” is not. Change the ending of the name.",
    fatal=True,
)
declare(
    "OUT_IS_INPUT",
    "error",
    "“{path}” là chính tệp đang đọc. Chọn tên khác cho kết quả để không mất số liệu.",
    "“{path}” is the very file being read. Choose another name for the result so that nothing is lost.",
    fatal=True,
)
declare(
    "OUT_CANNOT_WRITE",
    "error",
    "Không ghi được “{path}”: {reason_vi}.",
    "“{path}” cannot be written: {reason_en}.",
    fatal=True,
)
declare(
    "LINE_UNKNOWN",
    "error",
    "{owner} không có dòng KPI “{kpi}” trong kỳ {period}.{hint_vi} Các KPI trong kỳ: {known}.",
    "{owner} has no line for the KPI “{kpi}” in {period}.{hint_en} KPIs of the period: {known}.",
    fatal=True,
)
declare(
    "ASKED_OWNER_UNKNOWN",
    "error",
    "Tệp không có đơn vị hay nhân viên nào mang mã “{found}”.{hint_vi} Mã phân biệt chữ hoa, chữ thường.",
    "The file has no unit or person with the code “{found}”.{hint_en} Codes are case-sensitive.",
    fatal=True,
)
declare(
    "WEB_NOT_READY", "error",
    "Lệnh này cần phần ứng dụng web, hiện chưa cài đủ: {reason}. Cài lại: pip install tamnhin.",
    "This command needs the web application, which is not fully installed: {reason}. Reinstall: pip install tamnhin.",
    fatal=True,
)  # fmt: skip


class StopError(Exception):
    """What was asked cannot be done: every fatal problem, each with what to do. Ends in exit status 2."""

    def __init__(self, problems: Sequence[Problem], language: str | None = None) -> None:
        super().__init__("; ".join(problem.code for problem in problems))
        self.problems = list(problems)
        self.language = language  # of the company, where the file could say
