"""A number as somebody typed it into the fields of one item, and how it reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext

from tamnhin.base.entry import Echo, read_number
from tamnhin.base.formatting import number
from tamnhin.measurements.models import Measurement

LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the fields of one number, as typed; and how it reads. Blank is nothing said, never 0."""

    value: str = ""
    numerator: str = ""
    denominator: str = ""
    weight: str = ""
    note: str = ""
    state: str = ""
    reason: str = ""
    revision: int = 0  # of the value that stood on the page

    @classmethod
    def from_post(cls, data: Mapping[str, str], key: str) -> Typed:
        """The fields named ``value-KEY``, ``numerator-KEY``, … of a form, or of the part htmx sends."""

        def field(name: str) -> str:
            return str(data.get(f"{name}-{key}", "")).strip()[:LONGEST_NOTE]

        revision = field("revision")
        return cls(
            field("value"),
            field("numerator"),
            field("denominator"),
            field("weight"),
            field("note"),
            field("state"),
            field("reason"),
            int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 9 else 0,
        )

    @classmethod
    def of_measurement(cls, entry: Measurement | None, language: str) -> Typed:
        """What the fields show of a value that was given before."""
        if entry is None:
            return cls()
        return cls(
            as_typed(entry.value, language),
            as_typed(entry.numerator, language),
            as_typed(entry.denominator, language),
            as_typed(entry.weight, language),
            state=entry.state,
            reason=entry.reason if entry.state else "",
            revision=entry.revision,
        )

    @property
    def blank(self) -> bool:
        return not (self.value or self.numerator or self.denominator or self.weight or self.state)

    def read(self, language: str) -> dict[str, Echo]:
        """How each field that is not empty reads."""
        given = {
            "value": self.value,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "weight": self.weight,
        }
        return {name: read_number(text, language) for name, text in given.items() if text}

    def problem(self, language: str) -> str:
        """The first thing that cannot be read, in the user's language; empty when all can."""
        for echo in self.read(language).values():
            if echo.problem is not None:
                return echo.problem.text(language)
        return ""

    def echo(self, language: str) -> str:
        """How it was read: ``1.234,5 · một nghìn hai trăm ba mươi tư phẩy năm``; of a ratio also what it comes to."""
        if self.state:
            return ""
        echoes = self.read(language)
        if any(echo.problem is not None for echo in echoes.values()):
            return ""
        over, under = echoes.get("numerator"), echoes.get("denominator")
        if over is not None and under is not None and over.value is not None and under.value is not None:
            if not under.value:
                return gettext("{numerator} ÷ 0: không có tỷ lệ").format(numerator=over.text)
            ratio = number(over.value / under.value, 4, language=language)
            return f"{over.text} ÷ {under.text} = {ratio}"
        return "; ".join(f"{echo.text} · {echo.words}" for echo in echoes.values())


def as_typed(value: float | None, language: str) -> str:
    """A number as somebody would type it; empty where there is none."""
    return "" if value is None else number(Decimal(repr(value)), 6, language=language).replace("\u2212", "-")
