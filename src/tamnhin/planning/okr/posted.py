"""What came with a report or a grading: fields named by key result, as they were typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from tamnhin.base.entry import read_number
from tamnhin.engine import rounding
from tamnhin.engine.problems import Problem
from tamnhin.okr.models import KeyResult
from tamnhin.okr.reporting import Mark, Said

LONGEST = 2000

Faults = dict[str, list[tuple[str, str]]]  # by key result: field, what to do


@dataclass(frozen=True, slots=True)
class Reported:
    """The fields of one key result in the weekly form. ``seen``: the check-in that stood on the page."""

    value: str = ""
    confidence: str = ""
    note: str = ""
    seen: int = 0

    @property
    def blank(self) -> bool:
        return not (self.value or self.confidence or self.note)

    def read(self, result: int, language: str) -> tuple[Said, list[tuple[str, str]]]:
        """What it says, and what cannot be read: (field, what to do)."""
        echo = read_number(self.value, language)
        confidence = int(self.confidence) if self.confidence.isascii() and self.confidence.isdigit() else None
        value = float(echo.value) if echo.value is not None else None
        faults = [("value", echo.problem.text(language))] if echo.problem is not None else []
        return Said(result, confidence, value, self.note, self.seen), faults


def reported(data: Mapping[str, str], key: int) -> Reported:
    """The fields ``value-KEY``, ``confidence-KEY``, ``note-KEY`` and ``seen-KEY``."""
    seen = _field(data, "seen", key)
    return Reported(
        _field(data, "value", key),
        _field(data, "confidence", key),
        _field(data, "note", key),
        int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 19 else 0,
    )


def with_newest_seen(typed: Mapping[int, Reported], newest: Mapping[int, int]) -> dict[int, Reported]:
    """After a report that came second: what it would now overwrite has been seen."""
    return {key: replace(one, seen=newest.get(key, 0)) for key, one in typed.items()}


def said_in(typed: Mapping[int, Reported], language: str) -> tuple[list[Said], Faults]:
    """What was said of the key results about which anything was, and what cannot be read."""
    said, faults = [], {}
    for key, one in typed.items():
        if one.blank:
            continue
        words, wrong = one.read(key, language)
        said.append(words)
        if wrong:
            faults[str(key)] = wrong
    return said, faults


def marks_of(
    data: Mapping[str, str], results: Sequence[KeyResult], language: str
) -> tuple[list[Mark], dict[int, tuple[str, str]], Faults]:
    """The marks; what was typed by key result (score, words); and what cannot be read."""
    marks: list[Mark] = []
    typed: dict[int, tuple[str, str]] = {}
    faults: Faults = {}
    for row in results:
        score, words = _field(data, "score", row.pk), _field(data, "reflection", row.pk)
        typed[row.pk] = (score, words)
        echo = read_number(score, language)
        if echo.problem is not None:
            faults[str(row.pk)] = [("score", echo.problem.text(language))]
        inside = echo.value is not None and 0 <= echo.value <= 1
        hundredths = int(rounding.publish(float(echo.value))) if inside and echo.value is not None else None
        marks.append(Mark(row.pk, hundredths, words))
    return marks, typed, faults


def by_field(problems: Sequence[Problem], language: str) -> tuple[Faults, list[str]]:
    """Problems by the key result that they name, or under "" those of the whole form; and those of no field."""
    placed: Faults = {}
    general = []
    for problem in problems:
        thing, _dot, name = (problem.cell or "").rpartition(".")
        if thing or name == "reflection":
            placed.setdefault(thing, []).append((name, problem.text(language)))
        else:
            general.append(problem.text(language))
    return placed, general


def nothing_said() -> str:
    return _("Chưa báo gì. Chọn độ tự tin cho ít nhất một kết quả.")


def _field(data: Mapping[str, str], name: str, key: int) -> str:
    return str(data.get(f"{name}-{key}", "")).strip()[:LONGEST]
