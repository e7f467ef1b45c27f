"""What a careful reader would ask about a draft: words the law does not allow, and what it does not speak of. PURE.

Hints for who writes, never a refusal and no legal advice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tamnhin.base.text import folded

# Labour Code 45/2019 Art. 127(2): no fines, no wage cuts in place of discipline; Art. 102: deductions for damage only
_PENALTY = re.compile(
    r"\b(phat tien|tru luong|cat luong|tru thu nhap|giam luong|khau tru luong|phat [\d.,]+|fines|fined)\b"
)
_DENIED = re.compile(r"\b(khong|cam|nghiem cam|chang|no|not|never|neither)\b")
_SENTENCE = re.compile(r"[.;:!?]\s")

# what is looked for by any of these words -> the topic
TOPICS: dict[str, tuple[str, ...]] = {
    "purpose": ("muc dich",),
    "scope": ("pham vi", "doi tuong ap dung"),
    "criteria": ("xep loai", "muc do hoan thanh"),
    "data": ("so lieu", "do luong"),
    "pay": ("p3", "luong hieu qua", "thuong"),
    "complaint": ("khieu nai", "kien nghi"),
    "trial": ("chay thu", "thu nghiem"),
    "privacy": ("du lieu ca nhan",),
    "effect": ("hieu luc",),
}


@dataclass(frozen=True, slots=True)
class Penalty:
    """``line`` counts from 1, as a text editor does."""

    line: int
    words: str


def penalties(text: str) -> list[Penalty]:
    """Sentences that seem to fine or cut wages; one that denies it ("không phạt tiền") is left alone."""
    out: list[Penalty] = []
    for number, line in enumerate(text.splitlines(), start=1):
        for sentence in _SENTENCE.split(line):
            plain = folded(sentence)
            if _PENALTY.search(plain) and not _DENIED.search(plain):
                out.append(Penalty(number, sentence.strip()[:120]))
    return out


def missing_topics(text: str) -> list[str]:
    """Keys of ``TOPICS`` that a text does not speak of; none for an empty text, which speaks of nothing yet."""
    plain = folded(text)
    return [topic for topic, words in TOPICS.items() if not any(word in plain for word in words)] if plain else []
