"""Entries as values, whether they come with the product or are a company's own."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from tamnhin.base.text import folded

if TYPE_CHECKING:
    from tamnhin.kpis.models import LibraryEntry

HERE = Path(__file__).parent
_NAME = re.compile(r"[A-Z][A-Z_0-9]{2,}")

# code → Vietnamese, English; in the order of every list
DEPARTMENTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "CEO": ("Ban giám đốc", "Executive"),
        "SAL": ("Kinh doanh", "Sales"),
        "MKT": ("Marketing", "Marketing"),
        "ACC": ("Kế toán – Tài chính", "Accounting and finance"),
        "HR": ("Nhân sự", "Human resources"),
        "PRD": ("Sản xuất", "Production"),
        "QLT": ("Chất lượng", "Quality"),
        "CS": ("Chăm sóc khách hàng", "Customer service"),
        "IT": ("Công nghệ thông tin", "Information technology"),
        "LOG": ("Kho vận", "Logistics and warehouse"),
        "PUR": ("Mua hàng", "Purchasing"),
        "RND": ("Nghiên cứu – Phát triển", "Research and development"),
        "ADM": ("Hành chính – Pháp chế", "Administration and legal"),
        "PRJ": ("Dự án – Triển khai", "Projects"),
    }
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. The columns from ``unit`` to ``perspective`` are those of the ``kpis`` sheet, in its words.

    ``scale``: what a ratio is multiplied by; None is the engine's own rule (100 for %). ``numerator`` and
    ``denominator`` say what a ratio asks for. ``formula``: in the engine's language over ``components``; an alternative
    to giving numerator and denominator by hand. ``guardrail`` and ``drives``: codes of other entries, or "".
    """

    code: str
    name: str
    direction: str
    aggregation: str
    frequency: str
    department: str = ""
    name_en: str = ""
    purpose: str = ""
    purpose_en: str = ""
    unit: str = ""
    across: str = ""
    scale: float | None = None
    method: str = ""
    level: str = ""
    domain: str = ""
    timing: str = ""
    flow: str = ""
    perspective: str = ""
    formula_text: str = ""
    formula_text_en: str = ""
    numerator: str = ""
    numerator_en: str = ""
    denominator: str = ""
    denominator_en: str = ""
    formula: str = ""
    guardrail: str = ""
    drives: str = ""
    own: bool = False  # a company's own
    archived: bool = False

    def called(self, language: str) -> str:
        return (self.name_en if language == "en" else "") or self.name

    def counted(self, language: str) -> str:
        """How it is counted, in words."""
        return (self.formula_text_en if language == "en" else "") or self.formula_text

    def meant(self, language: str) -> str:
        """What it is for."""
        return (self.purpose_en if language == "en" else "") or self.purpose

    @property
    def searched(self) -> str:
        """Folded text in which words are looked for."""
        return folded(f"{self.name} {self.name_en} {self.code} {self.formula_text}")


@dataclass(frozen=True, slots=True)
class Component:
    """Something a formula is made of. ``entry``: the library entry that is the same thing, or ""."""

    code: str
    name: str
    name_en: str
    unit: str
    aggregation: str
    across: str
    entry: str


def department_name(code: str, language: str) -> str:
    """A department in the reader's language; the code itself for one that is not ours."""
    return DEPARTMENTS[code][0 if language == "vi" else 1] if code in DEPARTMENTS else code


@lru_cache(maxsize=1)
def builtin() -> Mapping[str, Entry]:
    """The two hundred, by code, in the order of the file. Read once a process."""
    names = {field.name for field in fields(Entry)}
    found = {}
    with (HERE / "entries.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            scale = float(row["scale"]) if row["scale"] else None
            text: dict[str, Any] = {name: value for name, value in row.items() if name in names and name != "scale"}
            found[row["code"]] = Entry(scale=scale, **text)
    return MappingProxyType(found)


@lru_cache(maxsize=1)
def components() -> Mapping[str, Component]:
    """What the proposed formulas name, by code."""
    with (HERE / "components.csv").open(encoding="utf-8", newline="") as file:
        return MappingProxyType({row["code"]: Component(**row) for row in csv.DictReader(file)})


def components_of(entry: Entry) -> list[Component]:
    """What an entry's formula is made of, in the order it is written."""
    return [components()[name] for name in dict.fromkeys(_NAME.findall(entry.formula))]


def of_company(row: LibraryEntry) -> Entry:
    """A company's own entry as a value."""
    names = {field.name for field in fields(Entry)} & {field.name for field in row._meta.get_fields()}
    return Entry(**{name: getattr(row, name) for name in names}, own=True, archived=row.archived_at is not None)


def proposed_method(library_code: str) -> str:
    """The scoring method the library proposes for lines of a KPI that was made from it; "" for none."""
    entry = builtin().get(library_code)
    return entry.method if entry is not None else ""
