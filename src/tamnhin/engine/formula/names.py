"""Names of functions and words of the language, in English and Vietnamese."""

from __future__ import annotations

import unicodedata

FUNCTIONS: dict[str, tuple[str, ...]] = {
    # canonical name -> Vietnamese names, the first of which is the one we write
    "if": ("nếu",),
    "min": ("nhỏ_nhất",),
    "max": ("lớn_nhất",),
    "abs": ("trị_tuyệt_đối", "tuyệt_đối", "giá_trị_tuyệt_đối"),
    "round": ("làm_tròn",),
    "sum": ("tổng", "tổng_con"),
    "ytd": ("lũy_kế_năm",),
    "qtd": ("lũy_kế_quý",),
    "mtd": ("lũy_kế_tháng",),
    "convert": ("quy_đổi",),
}

WORDS = {"and": "và", "or": "hoặc", "not": "không"}


def fold(text: str) -> str:
    """Lower case without diacritics: ``Làm_Tròn`` and ``lam_tron`` are one name."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return bare.casefold().replace("đ", "d")


_BY_FOLDED = {fold(name): canonical for canonical, names in FUNCTIONS.items() for name in (canonical, *names)}


def function(name: str) -> str | None:
    """The canonical name of a function, or None where there is no such function."""
    return _BY_FOLDED.get(fold(name))


def is_word(name: str) -> bool:
    """Whether the name is reserved (``and``, ``hoặc`` …), so that a KPI of that code must be written in quotes."""
    lowered = unicodedata.normalize("NFC", name).casefold()
    return lowered in WORDS or lowered in WORDS.values()


def all_function_names() -> list[str]:
    """Every name a function may be written with, for suggestions."""
    return [name for canonical, names in FUNCTIONS.items() for name in (canonical, *names)]


def quoted(code: str) -> str:
    """A KPI code as it must be written in a formula: in single quotes where it needs them."""
    plain = code and all(c.isalnum() or c in "_." for c in code) and code[0] != "."
    has_letter = any(c.isalpha() for c in code)
    starts_well = has_letter and not code.lstrip("0123456789_").startswith(".")
    if plain and starts_well and not is_word(code):
        return code
    return "'" + code.replace("'", "''") + "'"
