"""What the command says, in Vietnamese and English, and which of the two it speaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

LANGUAGES = ("vi", "en")


def from_environment(environ: Mapping[str, str]) -> str | None:
    """``vi`` or ``en`` where the locale of the terminal names one of them; the first variable that is set decides."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            word = environ[name][:2].lower()
            return word if word in LANGUAGES else None
    return None


def language_of(given: str | None, environ: Mapping[str, str], company: str | None = None) -> str:
    """``--language``, else the locale of the terminal, else the language of the company's file, else Vietnamese."""
    return given or from_environment(environ) or company or "vi"


def asked_language(argv: Sequence[str]) -> str | None:
    """The value of ``--language``, found before the arguments are parsed: the help itself is in that language."""
    for at, word in enumerate(argv):
        value = argv[at + 1] if word == "--language" and at + 1 < len(argv) else word.removeprefix("--language=")
        if word.startswith("--language") and value in LANGUAGES:
            return value
    return None


def say(language: str, key: str, **args: object) -> str:
    """The text of a key with its arguments in place. KeyError for an unknown key."""
    return TEXTS[key][0 if language == "vi" else 1].format(**args)


TEXTS: dict[str, tuple[str, str]] = {
    # progress
    "reading": ("Đọc {sheet}", "Reading {sheet}"),
    "opening": ("Mở tệp", "Opening the file"),
    "compiling": ("Nối dữ liệu", "Putting the data together"),
    "evaluating": ("Tính điểm", "Evaluating"),
    "writing": ("Ghi kết quả", "Writing the result"),
    "loading": ("Nạp dữ liệu {sheet}", "Loading {sheet}"),
    # the report
    "title": ("{company} · {period} · tính đến ngày {day}", "{company} · {period} · as of {day}"),
    "known": ("theo số liệu đã ghi nhận đến {instant}", "as known at {instant}"),
    "scorecards": ("Thẻ điểm", "Scorecards"),
    "lines": ("Các dòng", "Lines"),
    "worst": ("Những dòng thấp điểm nhất", "Lowest lines"),
    "payouts": ("Lương hiệu quả", "Performance pay"),
    "problems": ("Vấn đề", "Problems"),
    "no_scorecards": ("Không có thẻ điểm nào trong kỳ này.", "There is no scorecard in this period."),
    "no_problems": ("Không có vấn đề nào.", "No problems."),
    "more_cards": (
        "… và {count} thẻ điểm nữa. Xem đủ bằng --out KETQUA.xlsx hoặc --json, xem riêng bằng --owner MÃ.",
        "… and {count} more scorecards. See all with --out RESULT.xlsx or --json, some with --owner CODE.",
    ),
    "more_payouts": ("… và {count} người nữa.", "… and {count} more people."),
    "total": ("Tổng cộng", "Total"),
    "owner": ("Mã", "Code"),
    "name": ("Tên", "Name"),
    "score": ("Điểm", "Score"),
    "coverage": ("Độ phủ", "Coverage"),
    "grade": ("Xếp loại", "Grade"),
    "state": ("Trạng thái", "State"),
    "rank": ("Hạng", "Rank"),
    "kpi": ("KPI", "KPI"),
    "actual": ("Thực hiện", "Actual"),
    "target": ("Chỉ tiêu", "Target"),
    "raw": ("Hoàn thành", "Achieved"),
    "weight": ("Trọng số", "Weight"),
    "contribution": ("Đóng góp", "Contribution"),
    "base": ("Mức gốc", "Base"),
    "rate": ("Tỷ lệ", "Rate"),
    "amount": ("Số tiền", "Amount"),
    "code": ("Mã lỗi", "Code"),
    "severity": ("Mức độ", "Severity"),
    "count": ("Số lần", "Count"),
    "cells": ("Ở đâu", "Where"),
    "meaning": ("Nội dung", "What to do"),
    "error": ("lỗi", "error"),
    "warning": ("cảnh báo", "warning"),
    "info": ("ghi chú", "note"),
    "and_more": ("… (+{count})", "… (+{count})"),
    # short messages
    "wrote": ("Đã ghi {path}.", "Wrote {path}."),
    "summary": (
        "{cards} thẻ điểm, {errors} lỗi, {warnings} cảnh báo.",
        "{cards} scorecards, {errors} errors, {warnings} warnings.",
    ),
    "more_fatal": (
        "… và {count} vấn đề nữa; xem đủ bằng --json.",
        "… and {count} more problems; see all with --json.",
    ),
    "interrupted": ("Đã dừng theo yêu cầu.", "Stopped as asked."),
    "unexpected": (
        "Lỗi ngoài dự kiến: {error}. Chạy lại với --debug để xem chi tiết.",
        "Unexpected error: {error}. Run again with --debug for the details.",
    ),
    "exists": (
        "Đã có tệp “{path}”. Chọn tên khác, hoặc thêm --force để ghi đè.",
        "The file “{path}” exists. Choose another name, or add --force to overwrite it.",
    ),
    "template_next": (
        "Mở {path}, ghi đè các dòng ví dụ, rồi chạy: tamnhin evaluate {path} --period {year}-01",
        "Open {path}, overwrite the example rows, then run: tamnhin evaluate {path} --period {year}-01",
    ),
    "founded": ("Đã lập công ty {name} ({code}), còn trống.", "Founded {name} ({code}), with nothing in it yet."),
    "founder": (
        "Đăng nhập: {email}, mật khẩu: {password}. Mở /start/ để làm năm bước.",
        "Log in as {email}, password: {password}. Open /start/ for the five steps.",
    ),
    "in_force": ("{company}: “{title}” bắt đầu có hiệu lực.", "{company}: “{title}” is in force from now."),
    "not_in_force": ("{company}: “{title}” chưa có hiệu lực. {why}", "{company}: “{title}” is not in force. {why}"),
    "nothing_due": ("Hôm nay không có việc nào đến hạn.", "Nothing is due today."),
    "logins": ("Đăng nhập công ty mẫu (mật khẩu chung: {password}):", "Demo log-ins (shared password: {password}):"),
    "password_unknown": ("đã đặt riêng", "set privately"),
    "nothing_stored": (
        "Chưa lưu gì: sửa các lỗi trên rồi nhập lại.",
        "Nothing stored: correct the above and import again.",
    ),
    "nothing_changes": ("Không có gì thay đổi.", "Nothing changes."),
    "would_store": ("Thử thôi, chưa lưu gì.", "A dry run: nothing stored."),
    "stored": ("Đã lưu.", "Stored."),
    "rows_new": ("mới", "new"),
    "rows_changed": ("đổi", "changed"),
    "rows_same": ("giữ nguyên", "same"),
    "rows_refused": ("bị từ chối", "refused"),
}  # fmt: skip
