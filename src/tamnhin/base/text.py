"""Vietnamese text for searching and sorting. Neither may be left to the database: SQLite and PostgreSQL disagree."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# Order of the tones in Vietnamese dictionaries: ngang, huyền, hỏi, ngã, sắc, nặng.
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
# A letter with one of these is another letter of the alphabet: a < ă < â, o < ô < ơ.
_LETTERS = {"a\u0306": "a1", "a\u0302": "a2", "e\u0302": "e1", "o\u0302": "o1", "o\u031b": "o2", "u\u031b": "u1"}
_MODIFIERS = {"\u0306", "\u0302", "\u031b"}


def folded(text: str) -> str:
    """Lower case without marks, ``đ`` as ``d``, runs of blanks as one: ``"Nguyễn  ĐỨC"`` → ``"nguyen duc"``."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    kept = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(kept.lower().split())


@lru_cache(maxsize=4096)
def collation_key(text: str) -> str:
    """A key of ASCII letters and digits that sorts as a Vietnamese dictionary does, under any collation.

    Letters first (``a < ă < â < b … d < đ``), tones only between equal words. Two characters a letter.
    Punctuation never enters the key, since glibc's collations skip it and C's do not.
    """
    primary: list[str] = []
    tones: list[str] = []
    for word in unicodedata.normalize("NFD", text.lower().replace("đ", "d\u0335")).split():
        tone = "0"
        letters: list[str] = []
        for char in word:
            if char in _TONES:
                tone = _TONES[char]
            elif char == "\u0335":
                letters[-1] = "d1"
            elif char in _MODIFIERS and letters:
                letters[-1] = _LETTERS.get(letters[-1][0] + char, letters[-1])
            elif char.isascii() and char.isdigit():
                letters.append(f"0{char}")
            elif char.isascii() and char.isalpha():
                letters.append(f"{char}0")
            elif not unicodedata.combining(char):
                letters.append("zz")
        primary.append("".join(letters))
        tones.append(tone)
    return "000".join(primary) + "000" + "".join(tones)


def given_name_key(name: str) -> str:
    """The sort key of a person: the given name (the last word) first, then family and middle names.

    ``Trần Thị An`` comes before ``Lê Bình``, as on a Vietnamese class list.
    """
    words = name.split()
    return collation_key(" ".join(words[-1:] + words[:-1]))
