"""The codes of ``flow`` in the reader's language."""

from __future__ import annotations

from django.utils.functional import lazy
from django.utils.translation import gettext as _

from tamnhin.agreements.models import Level
from tamnhin.agreements.subjects import known, subject_of


def why(code: str) -> str:
    """Why a place is not answered by its own person; empty for an unknown or empty code."""
    return {
        "left": _("đã nghỉ việc"),
        "absent": _("đang nghỉ phép"),
        "no_account": _("chưa có tài khoản"),
        "reads_only": _("chỉ được xem"),
        "own": _("là người đề xuất hoặc người được giao"),
        "vacant": _("không có ai khác giữ việc này"),
    }.get(code, "")


def part(code: str) -> str:
    """As what somebody answers in another's stead."""
    return {
        "delegate": _("người được ủy quyền"),
        "manager": _("quản lý cấp trên"),
        "hr": _("nhân sự"),
        "director": _("giám đốc"),
        "nobody": _("không có ai"),
    }.get(code, "")


def in_stead(name: str, detail: str) -> str:
    """``thay Lê Thị Hoa (đang nghỉ phép)`` from a voice's ``detail``; empty where nobody was stood in for."""
    reason, _mark, _part = detail.partition(">")
    if not name:
        return ""
    words = why(reason) or (_("theo ủy quyền") if _part == "delegate" else "")
    return _("thay {name} ({why})").format(name=name, why=words) if words else _("thay {name}").format(name=name)


def step(key: str) -> str:
    return {
        "proposed": _("Đề xuất"),
        "hr": _("Hỏi ý kiến nhân sự"),
        "review": _("Phòng liên quan xem"),
        "agree": _("Các bên đồng ý"),
        "active": _("Có hiệu lực"),
        "closed": _("Đóng"),
    }.get(key, key)


def where(state: str) -> str:
    """Where a proposal stands, by what it waits for: a step that was switched off is then not said to have happened."""
    return {
        "draft": _("bản nháp"),
        "proposed": _("chờ nhân sự cho ý kiến"),
        "hr_consulted": _("chờ phòng liên quan"),
        "reviewed": _("chờ các bên đồng ý"),
        "agreed": _("đã đồng ý, chờ kích hoạt"),
        "active": _("đang hiệu lực"),
        "closed": _("đã đóng"),
    }.get(state, state)


where_lazy = lazy(where, str)  # for problems, whose text may be asked for in another language


def role(code: str) -> str:
    return {
        "hr": _("Bộ phận nhân sự"),
        "related": _("Trưởng phòng liên quan"),
        "staff": _("Người nhận"),
        "head": _("Trưởng đơn vị"),
        "upper": _("Quản lý cấp trên"),
        "director": _("Giám đốc"),
        "named": _("Người được nêu tên"),
    }.get(code, code)


def anyone(code: str) -> str:
    """The name of a place that asks a role and no person."""
    return {
        "hr": _("Một người của nhân sự"),
        "director": _("Giám đốc"),
        "related": _("Phòng liên quan"),
    }.get(code, _("Cấp trên"))


def behalf(code: str) -> str:
    """The same in the middle of a sentence."""
    found = {"hr": _("bộ phận nhân sự"), "director": _("giám đốc"), "related": _("phòng liên quan")}
    return found.get(code, _("cấp trên"))


def said(kind: str) -> str:
    return {
        "proposed": _("đề xuất"),
        "yes": _("đồng ý"),
        "returned": _("trả lại"),
        "comment": _("góp ý"),
        "withdrawn": _("rút lại"),
        "fell_to": _("chuyển người trả lời"),
        "activated": _("kích hoạt"),
        "closed": _("đóng"),
    }.get(kind, kind)


def kind(code: str) -> str:
    """What is agreed on; a subject's own label where it has one."""
    if known(code) and subject_of(code).label:
        return str(subject_of(code).label)
    return {"goal": _("Mục tiêu"), "assignment": _("Giao KPI"), "change": _("Yêu cầu thay đổi")}.get(code, code)


def level(code: str) -> str:
    return str(Level(code).label)
