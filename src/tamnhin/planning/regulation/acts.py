"""What can be done with a version on its page, each act with its form."""

from __future__ import annotations

from collections.abc import Sequence

from django.forms import Form
from django.utils.translation import gettext as _

from tamnhin.dashboards.reading import Reading
from tamnhin.planning.regulation.forms import form_of
from tamnhin.planning.regulation.shapes import Act
from tamnhin.regulation.access import can_speak
from tamnhin.regulation.errors import written
from tamnhin.regulation.models import Version
from tamnhin.regulation.services import lacking

State = Version.State


def acts_of(reading: Reading, version: Version, may_write: bool, failed: tuple[str, Form] | None) -> list[Act]:
    """The forms of this state, what comes next first; the one that failed as it was filled in."""
    keys: list[str] = []
    if may_write:
        keys = {
            State.DRAFT: ["send", "withdraw"],
            State.CONSULTING: ["decide", "meeting", "letter", "file", "send", "return", "withdraw"],
            State.DECIDED: ["publish", "file", "return", "withdraw"],
        }.get(State(version.state), [])
    if version.state == State.CONSULTING and can_speak(reading.user, reading.company):
        keys = ["opinion", *keys]
    owed: dict[str, list[str]] = {}
    if may_write and version.state in (State.CONSULTING, State.DECIDED):
        key = "decide" if version.state == State.CONSULTING else "publish"
        problems = lacking(version, publishing=key == "publish")
        owed[key] = [written(problem, reading.language) for problem in problems]
    acts = []
    for key in keys:
        title, hint, button = _act_words(key, again=version.state == State.CONSULTING)
        bound = failed[1] if failed is not None and failed[0] == key else None
        initial = {"effective_from": version.effective_from} if key == "decide" else {}
        form = bound or form_of(key, reading.scope.on, **initial)
        opened = bound is not None or (failed is None and _opens(key, keys, owed))
        acts.append(Act(key, title, hint, button, form, opened, owed.get(key, [])))
    return acts


def _opens(key: str, keys: Sequence[str], owed: dict[str, list[str]]) -> bool:
    """Of the writers' steps the next one whose way is clear; for everybody else their own words."""
    steps = [one for one in keys if one != "opinion"]
    if not steps:
        return True
    return key == next((one for one in steps if not owed.get(one)), "")


def _act_words(key: str, *, again: bool) -> tuple[str, str, str]:
    """(title, hint, button)"""
    return {
        "send": (
            _("Gửi lại dự thảo") if again else _("Gửi dự thảo lấy ý kiến"),
            _("Từ lúc gửi, mọi nhân viên đọc được dự thảo và gửi ý kiến ngay trên trang này."),
            _("Ghi lần gửi"),
        ),
        "opinion": (
            _("Góp ý cho dự thảo"),
            _("Nhân sự và ban giám đốc đọc được, kèm tên bạn. Ý kiến được lưu vào hồ sơ lấy ý kiến."),
            _("Gửi ý kiến"),
        ),
        "letter": (
            _("Ghi ý kiến nhận bằng văn bản"),
            _("Công văn, thư của công đoàn hoặc tổ chức đại diện, nhận ngoài hệ thống."),
            _("Ghi ý kiến"),
        ),
        "meeting": (_("Ghi cuộc họp đối thoại"), _("Ai dự, thống nhất điều gì, kèm biên bản."), _("Ghi cuộc họp")),
        "file": (_("Đính kèm tệp"), _("Biên bản, văn bản góp ý hoặc quyết định đã ký."), _("Đính kèm")),
        "decide": (
            _("Quyết định ban hành"),
            _("Từ đây văn bản không sửa được nữa. Phải công bố trong 3 ngày làm việc."),
            _("Ghi quyết định"),
        ),
        "publish": (
            _("Công bố văn bản"),
            _("Từ đây phiên bản giữ nguyên mãi, và mỗi nhân viên được hỏi đã đọc và hiểu chưa."),
            _("Công bố văn bản"),
        ),
        "return": (
            _("Trả lại bước trước"),
            _("Mọi điều đã ghi vẫn còn trong nhật ký."),
            _("Trả lại"),
        ),
        "withdraw": (
            _("Bỏ phiên bản này"),
            _("Phiên bản vẫn còn trong danh sách, kèm lý do, và không dùng được nữa."),
            _("Bỏ phiên bản"),
        ),
    }[key]
