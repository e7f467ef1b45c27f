"""The words of the regulation's pages that depend on a state, a step or a topic."""

from __future__ import annotations

from django.utils.translation import gettext as _


def standing_word(key: str) -> str:
    return {
        "draft": _("Bản nháp"),
        "consulting": _("Đang lấy ý kiến"),
        "decided": _("Đã quyết định, chờ công bố"),
        "upcoming": _("Đã công bố, sắp hiệu lực"),
        "in_force": _("Đang hiệu lực"),
        "superseded": _("Đã thay thế"),
        "withdrawn": _("Đã bỏ"),
    }[key]


def event_word(kind: str) -> str:
    return {
        "created": _("Bắt đầu soạn"),
        "edited": _("Sửa văn bản"),
        "sent": _("Gửi dự thảo lấy ý kiến"),
        "opinion": _("Ý kiến bằng văn bản"),
        "meeting": _("Họp đối thoại"),
        "filed": _("Đính kèm tệp"),
        "returned": _("Trả lại bước trước"),
        "decided": _("Quyết định ban hành"),
        "published": _("Công bố"),
        "late": _("Công bố muộn"),
        "withdrawn": _("Bỏ phiên bản"),
    }[kind]


def changed_word(name: str) -> str:
    """A part of a version that an edit touched."""
    return {
        "title": _("tên"),
        "body": _("nội dung"),
        "body_en": _("bản tiếng Anh"),
        "summary": _("điểm chính"),
        "effective_from": _("ngày hiệu lực"),
        "trial_from": _("thời gian chạy thử"),
        "trial_to": _("thời gian chạy thử"),
    }[name]


def file_word(kind: str) -> str:
    return {"minutes": _("Biên bản"), "opinion": _("Văn bản góp ý"), "decision": _("Quyết định")}[kind]


def topic_word(topic: str) -> str:
    return {
        "purpose": _("mục đích"),
        "scope": _("phạm vi, đối tượng áp dụng"),
        "criteria": _("xếp loại, tiêu chí hoàn thành công việc"),
        "data": _("số liệu và cách đo"),
        "pay": _("lương hiệu quả (P3)"),
        "complaint": _("khiếu nại"),
        "trial": _("chạy thử"),
        "privacy": _("dữ liệu cá nhân"),
        "effect": _("hiệu lực"),
    }[topic]
