"""The commands and their options, with help in Vietnamese or English."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

from tamnhin.cli.words import LANGUAGES

_T = tuple[str, str]

# argparse knows English only; these are the refusals that a user can meet
_REFUSALS: tuple[tuple[str, str], ...] = (
    (r"the following arguments are required: (.*)", r"còn thiếu: \1"),
    (r"unrecognized arguments: (.*)", r"không hiểu: \1"),
    (r"argument (.*): expected one argument", r"\1 cần một giá trị"),
    (r"argument (.*): expected at least one argument", r"\1 cần ít nhất một giá trị"),
    (r"argument (.*): not allowed with argument (.*)", r"\1 và \2 không dùng cùng lúc"),
    (r"argument (.*): invalid choice: (.*) \(choose from (.*)\)", r"\1 không nhận \2; chọn một trong: \3"),
    (r"argument (.*): invalid \w+ value: (.*)", r"\1 không nhận giá trị \2"),
    (r"argument (.*?): (.*)", r"\1: \2"),
)
_HEADINGS: dict[str, str] = {"usage: ": "Cách dùng: ", "options": "tùy chọn", "positional arguments": "tham số"}


class Parser(argparse.ArgumentParser):
    """An argument parser that speaks the user's language. ``language`` is set on the class of each run."""

    language = "vi"

    def error(self, message: str) -> NoReturn:
        if self.language == "vi":
            for pattern, words in _REFUSALS:
                if (match := re.fullmatch(pattern, message, re.DOTALL)) is not None:
                    message = match.expand(words)
                    break
        hint = f"Xem: {self.prog} --help" if self.language == "vi" else f"See: {self.prog} --help"
        self.exit(2, f"{self.prog}: {message}\n{hint}\n")

    def format_help(self) -> str:
        text = super().format_help()
        if self.language == "vi":
            for english, vietnamese in _HEADINGS.items():
                text = re.sub(rf"^{english}", vietnamese, text, flags=re.MULTILINE)
            text = text.replace("show this help message and exit", "hiện hướng dẫn này")
        return text


def _pick(language: str) -> Callable[[str, str], str]:
    return lambda vi, en: vi if language == "vi" else en


def _day(language: str) -> Callable[[str], date]:
    def read(text: str) -> date:
        try:
            return date.fromisoformat(text)
        except ValueError:
            wrong = f"“{text}” không phải ngày; viết như 2026-03-31"
            raise argparse.ArgumentTypeError(
                wrong if language == "vi" else f"“{text}” is not a date; write it as 2026-03-31"
            ) from None

    return read


def _instant(language: str) -> Callable[[str], datetime]:
    def read(text: str) -> datetime:
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            wrong = f"“{text}” không phải thời điểm; viết như 2026-04-10T08:30 hoặc 2026-04-10T08:30+07:00"
            raise argparse.ArgumentTypeError(
                wrong
                if language == "vi"
                else f"“{text}” is not an instant; write it as 2026-04-10T08:30 or 2026-04-10T08:30+07:00"
            ) from None

    return read


def build(language: str) -> argparse.ArgumentParser:
    """The parser of ``tamnhin``. The chosen command stands in ``command``; commands keep their own names in English."""
    pick = _pick(language)
    kind: type[Parser] = type("Parser", (Parser,), {"language": language})
    common = kind(add_help=False)
    common.add_argument(
        "--language", choices=LANGUAGES,
        help=pick("ngôn ngữ của thông báo (mặc định: theo máy, rồi theo tệp)",
                  "language of the messages (default: the terminal's, then the file's)"),
    )  # fmt: skip
    common.add_argument(
        "--debug", action="store_true", help=pick("hiện đầy đủ dấu vết khi có lỗi", "show the traceback of an error")
    )
    parser = kind(
        prog="tamnhin",
        description=pick(
            "Tầm Nhìn: từ tầm nhìn của công ty đến việc hôm nay của mỗi người. KPI tự giải thích.",
            "Tầm Nhìn: from a company's vision to what each person does this week. KPIs that explain themselves.",
        ),
        epilog=pick(
            "Bắt đầu: tamnhin template congty.xlsx, điền vào, rồi tamnhin evaluate congty.xlsx --period 2026-01",
            "Start: tamnhin template company.xlsx, fill it in, then tamnhin evaluate company.xlsx --period 2026-01",
        ),
        parents=[common],
    )
    parser.add_argument("--version", action="store_true", help=pick("hiện phiên bản", "show the version"))
    commands = parser.add_subparsers(dest="command", metavar=pick("LỆNH", "COMMAND"), title=pick("lệnh", "commands"))

    def command(name: str, vi: str, en: str) -> argparse.ArgumentParser:
        text = pick(vi, en)
        # the same options stand before and after the command: absent here must not undo what was given there
        shared = kind(add_help=False, argument_default=argparse.SUPPRESS)
        shared.add_argument("--language", choices=LANGUAGES, help=argparse.SUPPRESS)
        shared.add_argument("--debug", action="store_true", help=argparse.SUPPRESS)
        made: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text, parents=[shared])
        return made

    _file_commands(command, pick, language)
    _web_commands(command, pick)
    return parser


def _file_commands(command: Callable[[str, str, str], Any], pick: Callable[[str, str], str], language: str) -> None:
    file_help = pick("tệp .xlsx, .ods hoặc thư mục .csv", "an .xlsx, an .ods or a folder of .csv")

    made = command("evaluate", "Tính điểm từ tệp, không cần cơ sở dữ liệu.",
                   "Evaluate a workbook; no database needed.")  # fmt: skip
    made.add_argument("file", nargs="?", type=Path, metavar="FILE", help=file_help)
    made.add_argument(
        "--period", nargs="+", action="extend", required=True, metavar="KEY",
        help=pick("kỳ: 2026, 2026-H1, 2026-Q1, 2026-03, 2026-W05, 2026-03-15, FY2025-Q4",
                  "period: 2026, 2026-H1, 2026-Q1, 2026-03, 2026-W05, 2026-03-15, FY2025-Q4"),
    )  # fmt: skip
    made.add_argument(
        "--as-of", type=_day(language), metavar="DATE",
        help=pick("xem từ ngày nào (mặc định: hôm nay, hoặc ngày cuối kỳ nếu kỳ đã qua)",
                  "the day it is seen from (default: today, or the period's last day when that has passed)"),
    )  # fmt: skip
    made.add_argument(
        "--as-known-at", type=_instant(language), metavar="INSTANT",
        help=pick("chỉ dùng số liệu đã ghi nhận đến thời điểm này (không có múi giờ: theo múi giờ công ty)",
                  "use only what was recorded by then (without an offset: the company's time zone)"),
    )  # fmt: skip
    made.add_argument(
        "--owner", nargs="+", action="extend", metavar="CODE",
        help=pick("chỉ những đơn vị, nhân viên này", "only these units and people"),
    )  # fmt: skip
    result = made.add_mutually_exclusive_group()
    result.add_argument("--json", action="store_true", help=pick("in JSON", "print JSON"))
    result.add_argument("--out", type=Path, metavar="RESULT.xlsx",
                        help=pick("ghi kết quả ra tệp .xlsx", "write the result to an .xlsx file"))  # fmt: skip
    made.add_argument(
        "--strict", action="store_true",
        help=pick("lỗi hay cảnh báo nào cũng trả về mã 2", "any error or warning gives exit status 2"),
    )  # fmt: skip

    made = command("explain", "Vì sao? In cây giải thích của một điểm số.", "Why? Print how a score came about.")
    made.add_argument("file", type=Path, metavar="FILE", help=file_help)
    made.add_argument("--owner", required=True, metavar="CODE", help=pick("đơn vị hay nhân viên", "a unit or person"))
    made.add_argument("--kpi", metavar="CODE",
                      help=pick("một KPI (bỏ trống: cả thẻ điểm)", "one KPI (without it: the scorecard)"))  # fmt: skip
    made.add_argument("--period", required=True, metavar="KEY", help=pick("kỳ", "period"))
    made.add_argument("--as-of", type=_day(language), metavar="DATE", help=pick("xem từ ngày nào", "seen from"))
    made.add_argument("--as-known-at", type=_instant(language), metavar="INSTANT",
                      help=pick("theo số liệu đã ghi nhận đến khi đó", "as known at"))  # fmt: skip

    made = command("template", "Ghi tệp mẫu để bắt đầu.", "Write the template to start from.")
    made.add_argument("file", type=Path, metavar="FILE.xlsx", help=pick("tệp sẽ ghi", "the file to write"))
    made.add_argument("--force", action="store_true", help=pick("ghi đè tệp đã có", "overwrite an existing file"))


def _web_commands(command: Callable[[str, str, str], Any], pick: Callable[[str, str], str]) -> None:
    made = command("serve", "Chạy ứng dụng web.", "Run the web application.")
    made.add_argument("--host", default="127.0.0.1", help=pick("địa chỉ", "address") + " (127.0.0.1)")
    made.add_argument("--port", type=int, default=8000, help=pick("cổng", "port") + " (8000)")
    made.add_argument("--workers", type=int, default=1, help=pick("số tiến trình", "processes") + " (1)")

    made = command("demo", "Nạp công ty mẫu vào cơ sở dữ liệu.", "Load the demo company into the database.")
    made.add_argument("--password", help=pick("mật khẩu chung của các tài khoản mẫu", "shared password of the log-ins"))

    made = command("company", "Lập một công ty mới, còn trống.", "Found a new, empty company.")
    made.add_argument("code", metavar="CODE", help=pick("mã công ty", "code of the company"))
    made.add_argument("--name", default="", help=pick("tên công ty", "name of the company"))
    made.add_argument(
        "--admin",
        required=True,
        metavar="EMAIL",
        help=pick("thư điện tử của người quản trị đầu tiên", "address of its first administrator"),
    )
    made.add_argument("--admin-name", default="", help=pick("họ tên người đó", "that person's name"))
    made.add_argument("--password", help=pick("mật khẩu (bỏ trống: sinh ngẫu nhiên và in ra)",
                                              "password (without it: a random one is printed)"))  # fmt: skip

    command("daily", "Làm những việc đến hạn hôm nay: thay đổi đã đồng ý bắt đầu có hiệu lực.",
            "Do what is due today: changes that were agreed take effect.")  # fmt: skip

    made = command("import", "Nhập tệp vào cơ sở dữ liệu.", "Import a workbook into the database.")
    made.add_argument("file", type=Path, metavar="FILE")
    made.add_argument("--company", required=True, metavar="CODE", help=pick("mã công ty", "code of the company"))
    made.add_argument("--dry-run", action="store_true", help=pick("chỉ xem sẽ đổi gì", "only show what would change"))

    made = command("export", "Xuất một công ty ra tệp.", "Export a company to a workbook.")
    made.add_argument("file", type=Path, metavar="FILE")
    made.add_argument("--company", required=True, metavar="CODE", help=pick("mã công ty", "code of the company"))
    made.add_argument("--force", action="store_true", help=pick("ghi đè tệp đã có", "overwrite an existing file"))

    made = command("manage", "Chuyển tiếp cho lệnh quản trị của Django.", "Pass on to Django's management commands.")
    made.add_argument("rest", nargs=argparse.REMAINDER, metavar="…")
