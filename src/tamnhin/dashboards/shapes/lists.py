"""Import, people, units, company settings and search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from tamnhin.dashboards.shapes.common import Status


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """A column of the file and what it was taken for; ``field`` empty: not recognised, offered ``choices``."""

    letter: str
    heading: str
    field: str = ""
    field_label: str = ""
    sample: str = ""
    choices: Sequence[tuple[str, str]] = ()
    remembered: bool = False
    name: str = ""  # of the <select>


@dataclass(frozen=True, slots=True)
class SheetMatch:
    """A sheet of the file. ``canonical`` empty: unknown, will be ignored unless mapped."""

    sheet: str
    canonical: str
    label: str
    rows: int
    columns: Sequence[ColumnMatch] = ()
    choices: Sequence[tuple[str, str]] = ()
    name: str = ""

    @property
    def open_columns(self) -> int:
        return sum(1 for column in self.columns if not column.field)


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A fault at its cell, in plain words in the reader's language."""

    severity: Literal["error", "warning", "info"]
    code: str
    sheet: str
    cell: str
    text: str
    found: str = ""  # what stands in the cell
    owner: str = ""
    kpi: str = ""


@dataclass(frozen=True, slots=True)
class ImportCount:
    label: str
    new: int
    changed: int
    same: int
    refused: int = 0


@dataclass(frozen=True, slots=True)
class PastImport:
    file: str
    at: datetime
    by: str
    outcome: str
    status: Literal["done", "failed", "running", "waiting"]
    url: str = ""


@dataclass(frozen=True, slots=True)
class ImportPage:
    """One page, five states. The plain form posts to ``action``; ``running`` polls ``poll_url`` while htmx is there."""

    state: Literal["drop", "mapping", "dry_run", "running", "done", "failed"]
    action: str
    template_url: str = ""
    export_url: str = ""
    file: str = ""
    size: str = ""
    sheets: Sequence[SheetMatch] = ()
    counts: Sequence[ImportCount] = ()
    problems: Sequence[ProblemRow] = ()
    problem_total: int = 0  # may exceed the rows shown
    problems_url: str = ""  # the whole list as a file
    error: str = ""
    done: int = 0
    total: int = 0
    poll_url: str = ""
    again_url: str = ""
    result_url: str = ""
    past: Sequence[PastImport] = ()
    max_size: str = ""
    checking: bool = False  # what is running is the dry run: nothing is being written yet
    comparing: bool = False  # the file has been read, and is being compared with what is here
    stalled: bool = False  # no sign of life from whatever was doing it: it may be started again, or put away

    @property
    def tells_found(self) -> bool:
        """Whether any problem says what stands in its cell: a column that is always empty is only in the way."""
        return any(problem.found for problem in self.problems)

    @property
    def errors(self) -> int:
        return sum(1 for problem in self.problems if problem.severity == "error")

    @property
    def warnings(self) -> int:
        return sum(1 for problem in self.problems if problem.severity == "warning")

    @property
    def new(self) -> int:
        return sum(count.new for count in self.counts)

    @property
    def changed(self) -> int:
        return sum(count.changed for count in self.counts)

    @property
    def same(self) -> int:
        return sum(count.same for count in self.counts)

    @property
    def refused(self) -> int:
        return sum(count.refused for count in self.counts)

    @property
    def percent(self) -> int:
        """0–100, for the progress bar."""
        return 0 if not self.total else min(100, round(100 * self.done / self.total))


@dataclass(frozen=True, slots=True)
class PersonRow:
    code: str
    name: str
    url: str
    unit: str
    unit_url: str = ""
    position: str = ""
    manager: str = ""
    score: Decimal | None = None
    status: Status = Status.NO_DATA
    grade: str = ""
    coverage: Decimal | None = None
    note: str = ""  # joined on…, on leave, moved
    history: Sequence[float | None] = ()


@dataclass(frozen=True, slots=True)
class PeopleList:
    rows: Sequence[PersonRow]
    total: int
    query: str = ""
    unit: str = ""
    units: Sequence[tuple[str, str]] = ()
    period_label: str = ""
    previous: str = ""
    following: str = ""
    first: int = 1
    last: int = 0
    open_period: bool = True


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit, in tree order; ``depth`` 0 is the company."""

    code: str
    name: str
    url: str
    depth: int
    kind: str = ""
    head: str = ""
    people: int = 0
    score: Decimal | None = None
    status: Status = Status.NO_DATA
    grade: str = ""
    coverage: Decimal | None = None
    history: Sequence[float | None] = ()


@dataclass(frozen=True, slots=True)
class UnitList:
    rows: Sequence[UnitRow]
    period_label: str = ""
    open_period: bool = True
    as_it_was: bool = True
    switch_url: str = ""


@dataclass(frozen=True, slots=True)
class SettingsGroup:
    """A heading with rows (label, value, note)."""

    label: str
    rows: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class CompanySettings:
    """The company as the book knows it. ``form`` is a Django form (or None for readers who may not change it)."""

    name: str
    vision: str
    mission: str
    values: Sequence[str]
    groups: Sequence[SettingsGroup]
    holidays: Sequence[tuple[date, str, str]] = ()  # date, kind, note
    grades: Sequence[tuple[str, Decimal, str]] = ()
    form: object | None = None
    action: str = ""
    valid_from: date | None = None


@dataclass(frozen=True, slots=True)
class SearchHit:
    title: str
    url: str
    kind: Literal["person", "unit", "company", "kpi", "goal"]
    note: str = ""


@dataclass(frozen=True, slots=True)
class SearchResults:
    query: str
    hits: Sequence[SearchHit] = field(default_factory=tuple)
    total: int = 0
