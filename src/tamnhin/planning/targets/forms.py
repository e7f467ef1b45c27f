"""The form of a series: what was typed, what it was shown with, and what cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from tamnhin.base.entry import read_number
from tamnhin.base.formatting import number
from tamnhin.kpis.services.targets import Asked, Frame, Settled, Way, longer_keys

STEPS = ("", "0.01", "0.1", "1", "1000", "1000000")


@dataclass(slots=True)
class Posted:
    """``texts`` as they were typed, ``was`` as it was sent along, ``errors``: each by the name of the field."""

    asked: Asked
    texts: dict[str, str] = field(default_factory=dict)
    was: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def text_of(value: Decimal | float | None, language: str) -> str:
    """A number as a field has it, and as it is read back."""
    return "" if value is None else number(value, 12, language=language).replace("−", "-")


def plain(value: Decimal | None) -> str:
    """A number in a hidden field: the same in every language."""
    return "" if value is None else f"{value.normalize():f}"


def read_series(data: Mapping[str, str], frame: Frame, before: Settled, language: str, *, again: bool) -> Posted:
    """``before`` is what is stored: what a form without a hidden field was shown with."""
    out = Posted(Asked(before.way, before.way, None, None, {}, {}))
    reader = _Reader(data, language, out)
    keys = [part.key for part in frame.parts]
    longer = list(dict.fromkeys(key for part in frame.parts for key in longer_keys(part, frame.fiscal_year_start)))
    way = _way(frame, data.get("way", ""), before.way)
    values: dict[str, Any] = {
        "total": reader.number("total"),
        "was_total": reader.was("total", before.total),
        "figures": {key: reader.number(f"f-{key}", before.figures.get(key)) for key in keys},
        "was": {key: reader.was(f"f-{key}", before.figures.get(key)) for key in keys},
        "longer": {key: reader.number(f"f-{key}") for key in longer if f"f-{key}" in data},
        "was_longer": {key: reader.was(f"f-{key}", None) for key in longer},
        "weights": {key: weight for key in keys if (weight := reader.number(f"w-{key}")) is not None},
        "rate": reader.number("rate"),
        "baseline": reader.number("baseline"),
    }
    shown = {key: reader.was(f"w-{key}", None) for key in keys}
    moved = any(values["weights"].get(key) != shown[key] for key in keys)
    step = data.get("step", "")
    out.asked = Asked(
        way=way,
        was_way=_way(frame, data.get("was_way", ""), before.way),
        locked=frozenset(key for key in keys if f"lock-{key}" in data),
        step=Decimal(step) if step in STEPS and step else None,
        keep_total=data.get("keep") == "1",
        again=again or (way == "custom" and moved and bool(values["weights"])),
        **values | {"weights": values["weights"] if moved else {}},
    )
    return out


def _way(frame: Frame, text: str, other: Way) -> Way:
    return next((way for way in frame.ways if way == text), other)


@dataclass(slots=True)
class _Reader:
    data: Mapping[str, str]
    language: str
    out: Posted

    def number(self, name: str, missing: Decimal | None = None) -> Decimal | None:
        """What is typed in a field; ``missing`` where the form has no such field, None where it cannot be read."""
        if name not in self.data:
            return missing
        typed = self.data[name]
        self.out.texts[name] = typed
        echo = read_number(typed, self.language)
        if echo.problem is not None:
            self.out.errors[name] = echo.problem.text(self.language)
            return None
        return echo.value

    def was(self, name: str, missing: Decimal | None) -> Decimal | None:
        if f"was-{name}" not in self.data:
            return missing
        self.out.was[name] = self.data[f"was-{name}"]
        try:
            found = Decimal(self.data[f"was-{name}"])
        except InvalidOperation:
            return None
        return found if found.is_finite() else None
