"""How wide a text is in Be Vietnam Pro, and where its lines break: SVG does neither by itself.

The widths are the font's own advances (units of 1/1000 em); a letter with marks is as wide as the letter without, to
within 3 %, and ơ and ư are a little wider. ``scripts/assets.py`` makes the font files that paper is set with.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from html import escape

# The characters from the blank to the tilde (U+0020 to U+007E), in order.
_REGULAR = (
    230,
    280,
    318,
    807,
    645,
    849,
    740,
    179,
    439,
    439,
    497,
    608,
    303,
    608,
    286,
    503,
    676,
    385,
    651,
    660,
    710,
    660,
    680,
    594,
    634,
    680,
    286,
    303,
    556,
    726,
    556,
    573,
    1005,
    736,
    674,
    775,
    728,
    620,
    633,
    783,
    709,
    258,
    465,
    679,
    624,
    853,
    732,
    826,
    644,
    822,
    668,
    635,
    650,
    725,
    706,
    1005,
    720,
    665,
    660,
    459,
    485,
    459,
    559,
    702,
    202,
    642,
    652,
    613,
    652,
    599,
    386,
    643,
    583,
    264,
    274,
    555,
    255,
    893,
    573,
    642,
    652,
    652,
    392,
    508,
    428,
    566,
    576,
    870,
    559,
    583,
    502,
    426,
    408,
    426,
    468,
)
_BOLD = (
    230,
    320,
    367,
    833,
    648,
    863,
    755,
    208,
    449,
    449,
    508,
    637,
    332,
    607,
    319,
    528,
    692,
    415,
    660,
    674,
    716,
    674,
    693,
    596,
    656,
    693,
    319,
    332,
    568,
    744,
    568,
    605,
    1014,
    758,
    698,
    778,
    743,
    634,
    640,
    788,
    725,
    280,
    482,
    703,
    637,
    877,
    743,
    828,
    667,
    825,
    697,
    656,
    674,
    733,
    732,
    1039,
    753,
    701,
    664,
    489,
    515,
    489,
    594,
    724,
    260,
    652,
    662,
    624,
    662,
    611,
    401,
    654,
    600,
    285,
    292,
    584,
    277,
    895,
    590,
    652,
    662,
    662,
    416,
    527,
    434,
    581,
    588,
    879,
    591,
    592,
    514,
    462,
    426,
    462,
    483,
)
_OTHERS = {"đ": 677, "Đ": 788, "ơ": 660, "ư": 587, "Ơ": 828, "Ư": 745, "–": 696, "—": 868, "·": 288, "…": 817, "₫": 621}
_WIDEST = 1000  # of a character the font does not have

# What the font has: Latin with all Vietnamese letters, and the marks that we use.
_COVERED = re.compile(r"[^\u0020-\u024f\u1ea0-\u1ef9\u2013\u2014\u2018-\u201d\u2022\u2026\u20ab\u20ac\u2212\n]+")
# A sign after a blank ("15 %") stays with the word before it.
_WORD = re.compile(r"[^ \t\r\n]+(?:[ \t]+[%‰₫–—·&](?![^ \t\r\n]))*")


@lru_cache(maxsize=8192)
def _advance(char: str, bold: bool) -> int:
    if char in _OTHERS:
        return _OTHERS[char]
    plain = unicodedata.normalize("NFD", char)[0]
    if " " <= plain <= "~":
        return (_BOLD if bold else _REGULAR)[ord(plain) - 32]
    return _REGULAR[0] if char == "\u00a0" else _WIDEST


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of one line in the unit of ``size``."""
    return sum(_advance(char, bold) for char in unicodedata.normalize("NFC", text)) * size / 1000.0


def wrapped(text: str, width: float, size: float, lines: int, *, bold: bool = False) -> list[str]:
    """At most ``lines`` lines no wider than ``width``; what does not fit ends in "…". A word too long is cut."""
    out: list[str] = []
    for word in _WORD.findall(unicodedata.normalize("NFC", text)):
        for piece in _pieces(word, width, size, bold=bold):
            if out and text_width(f"{out[-1]} {piece}", size, bold=bold) <= width:
                out[-1] = f"{out[-1]} {piece}"
            else:
                out.append(piece)
    if len(out) <= lines:
        return out
    return [*out[: lines - 1], _cut(" ".join(out[lines - 1 :]), width, size, bold=bold)]


def _pieces(word: str, width: float, size: float, *, bold: bool) -> list[str]:
    pieces = []
    while len(word) > 1 and text_width(word, size, bold=bold) > width:
        kept = len(word) - 1
        while kept > 1 and text_width(word[:kept], size, bold=bold) > width:
            kept -= 1
        pieces.append(word[:kept])
        word = word[kept:]
    return [*pieces, word]


def _cut(text: str, width: float, size: float, *, bold: bool) -> str:
    kept = len(text)
    while kept > 1 and text_width(f"{text[:kept].rstrip()}…", size, bold=bold) > width:
        kept -= 1
    blank = text.rfind(" ", 0, kept + 1)
    return f"{text[: blank if blank > kept * 0.6 else kept].rstrip()}…"


def on_paper(text: str) -> str:
    """Text for inside an SVG ``<text>``, escaped. What the font lacks stands in a ``<tspan>`` of its own: a typesetter
    would set the whole line in another font for the sake of one character.
    """
    whole = unicodedata.normalize("NFC", text)
    out, at = [], 0
    for found in _COVERED.finditer(whole):
        out += [escape(whole[at : found.start()]), f'<tspan font-family="serif">{escape(found.group())}</tspan>']
        at = found.end()
    return "".join([*out, escape(whole[at:])])
