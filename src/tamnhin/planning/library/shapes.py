"""What the pages of the library show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tamnhin.dashboards.shapes import Link
from tamnhin.planning.cards.shapes import Fact, Twin
from tamnhin.planning.library.forms import EntryForm


@dataclass(frozen=True, slots=True)
class EntryRow:
    code: str
    name: str
    purpose: str
    url: str
    use_url: str  # "" for who may not
    direction: str
    unit: str
    frequency: str
    department: str
    classes: Sequence[str]
    used: Sequence[Link]  # the company's KPIs made from it
    own: bool
    archived: bool


@dataclass(frozen=True, slots=True)
class FacetLink:
    label: str
    url: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class FacetList:
    title: str
    links: Sequence[FacetLink]
    chosen: bool


@dataclass(frozen=True, slots=True)
class LibraryPage:
    rows: Sequence[EntryRow]
    total: int
    all_count: int
    query: str
    kept: Sequence[tuple[str, str]]  # hidden fields of the search
    facets: Sequence[FacetList]
    chosen: Sequence[Link]  # what is chosen; each link takes it away
    clear_url: str
    more_url: str
    may_write: bool
    twins: Sequence[tuple[Twin, Twin]]
    twin_count: int


@dataclass(frozen=True, slots=True)
class EntryPage:
    row: EntryRow
    counted: str
    numerator: str
    denominator: str
    formula: str
    parts: Sequence[Fact]
    facts: Sequence[Fact]
    guardrail: Link | None
    drives: Link | None
    driven: Sequence[Link]
    may_edit: bool


@dataclass(frozen=True, slots=True)
class EntryEditPage:
    title: str
    form: EntryForm
    action: str
    back: Link


@dataclass(frozen=True, slots=True)
class UseExtra:
    """What taking an entry asks besides the card."""

    way: bool  # the entry offers a formula
    formula: str
    computed: bool  # chosen
    there: Sequence[Link]
    new: Sequence[str]
    make_parts: bool
    drives: Link | None
    claim: bool
    typed_url: str
    computed_url: str
    numerator: str
    denominator: str
