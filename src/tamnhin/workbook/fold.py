"""Folding: how names typed by people are compared, without diacritics, case, spaces or punctuation."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """``"Trọng  số"``, ``trong_so`` and ``TRỌNG-SỐ`` all fold to ``trongso``; only letters and digits remain."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "d"))
    return "".join(char for char in plain if char.isalnum() and not unicodedata.combining(char)).lower()
