"""The four perspectives of the balanced scorecard (Kaplan & Norton 1992), and which one a text from a file means."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from tamnhin.base.text import folded


@dataclass(frozen=True, slots=True)
class Standard:
    """``also``: what files call it besides, folded and without signs."""

    code: str
    name: str
    name_en: str
    also: tuple[str, ...] = ()


STANDARD = (
    Standard("financial", "Tài chính", "Financial", ("finance", "f", "fin", "kia canh tai chinh")),
    Standard("customer", "Khách hàng", "Customer", ("customers", "c", "khach", "thi truong", "market")),
    Standard(
        "internal_process",
        "Quy trình nội bộ",
        "Internal process",
        (
            "internal", "internal processes", "internal business process", "process", "processes", "p", "i", "noi bo",
            "quy trinh", "van hanh", "operations", "internal business processes", "quy trinh van hanh noi bo",
        ),
    ),
    Standard(
        "learning_growth",
        "Học hỏi & phát triển",
        "Learning & growth",
        (
            "learning", "growth", "learning growth", "learning and growth", "l", "people", "hoc hoi", "phat trien",
            "hoc hoi phat trien", "hoc hoi va phat trien", "dao tao va phat trien", "nhan luc", "con nguoi",
            "nang luc to chuc", "organisational capacity", "organizational capacity",
        ),
    ),
)  # fmt: skip


class Named(Protocol):
    """A perspective as a company has it."""

    code: str
    name: str
    name_en: str


_NOISE = re.compile(r"[^a-z0-9]+")
_HEAD = re.compile(r"^(?:vien canh|khia canh|phuong dien|perspective)\s+")


@lru_cache(maxsize=1024)
def _key(text: str) -> str:
    """``Viễn cảnh: Học hỏi & phát triển`` → ``hoc hoi phat trien``."""
    plain = " ".join(_NOISE.sub(" ", folded(text)).split())
    return _HEAD.sub("", plain).removesuffix(" perspective")


@lru_cache(maxsize=1)
def _standard_keys() -> dict[str, str]:
    found: dict[str, str] = {}
    for one in STANDARD:
        for text in (one.code, one.name, one.name_en, *one.also):
            found[_key(text)] = one.code
    return found


def perspective_key(text: str, perspectives: Iterable[Named] = ()) -> str:
    """The code of the perspective that a text from a file or a form means, "" for none.

    ``perspectives``: those of the company, whose own codes and names come first; without them, or where none fits, the
    four standard ones under the names they usually have. Marks, case and signs do not count. A text that is no
    perspective at all gives "": such a goal or KPI stands in no lane until somebody moves it.
    """
    wanted = _key(text or "")
    if not wanted:
        return ""
    rows = list(perspectives)
    for row in rows:
        if wanted in (_key(row.code), _key(row.name), _key(row.name_en or "")):
            return row.code
    meant = _standard_keys().get(wanted, "")
    if rows and meant and all(row.code != meant for row in rows):
        return ""
    return meant
