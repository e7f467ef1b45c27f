"""The scorecards of the demo: rows of the ``scorecards`` sheet, and which of them are measured where."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from .axes import Axes
from .catalogue import KPIS
from .people import Person, Staff
from .templates import CHANGED_POSTS, CHANGED_UNITS, POSTS, UNIT_LINES, UNITS, Line

_ROLLED = ("value", "weighted", "equal")
# which goal a line serves, by owner and KPI
_GOALS = {
    ("TN", "REV"): "N-DT", ("TN", "PROFIT"): "N-LN", ("TN", "OTD"): "N-GH", ("TN", "DEFECT"): "N-CL",
    ("TN", "CSAT"): "N-KH", ("TN", "ENPS"): "N-NS", ("KD", "REV"): "N-DT", ("KD", "NEWCUST"): "N-KHM",
    ("CUKV", "OTD"): "N-GH", ("NM", "DEFECT"): "N-CL", ("CSKH", "CSAT"): "N-KH", ("CH", "PROFIT"): "N-CH",
    ("CNTT", "PROJ"): "N-SO", ("HCNS", "ENPS"): "N-NS", ("NM", "TRAIN"): "N-CL", ("RD", "NEWPROD"): "N-SP",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measured:
    """One owner's KPI that is measured there: neither rolled up, nor a formula, nor a copy of a shared number."""

    owner: str
    kpi: str
    unit: str
    scale: float
    begin: date
    end: date | None
    person: bool


@dataclass(frozen=True, slots=True)
class Shared:
    """An owner who is given another owner's number of a KPI."""

    owner: str
    kpi: str
    source: str
    begin: date
    end: date | None


@dataclass
class Sheets:
    rows: list[dict[str, object]] = field(default_factory=list)
    measured: dict[tuple[str, str], Measured] = field(default_factory=dict)
    shared: dict[tuple[str, str], Shared] = field(default_factory=dict)
    formulas: dict[tuple[str, str], tuple[date, date | None]] = field(default_factory=dict)


def write_lines(axes: Axes, staff: Staff) -> Sheets:
    """Every scorecard line of every unit and person, effective-dated within the window."""
    sheets = Sheets()
    for unit in UNITS:
        after = CHANGED_UNITS.get(unit.code)
        _span(sheets, axes, unit.code, unit.code, UNIT_LINES[unit.code], after, axes.first, None, None)
    for person in staff.people:
        for unit_code, post, begin, end, share in person.segments:
            if end is not None and end < axes.first:
                continue
            name = unit_code if share < 100 else None
            start = max(begin, axes.first)
            if person.moved and {job for _, job, *_ in person.segments} == {post}:
                # same job in another unit: the placement moves and the scorecard goes on
                if begin != person.segments[0][2]:
                    continue
                end = None
            _span(sheets, axes, person.code, unit_code, POSTS[post].lines, CHANGED_POSTS.get(post), start, end, name,
                  person)  # fmt: skip
    return sheets


def _span(
    sheets: Sheets, axes: Axes, owner: str, unit: str, lines: tuple[Line, ...], after: tuple[Line, ...] | None,
    begin: date, end: date | None, post: str | None, person: Person | None = None,
) -> None:  # fmt: skip
    change = axes.year_change
    if after is None or begin >= change or (end is not None and end < change):
        lines = after if after is not None and begin >= change else lines
        for line in lines:
            _row(sheets, owner, unit, line, begin, end, post, person)
        return
    kept = {line.kpi: line for line in after}
    for line in lines:
        same = kept.get(line.kpi) == line
        _row(sheets, owner, unit, line, begin, end if same else change - timedelta(days=1), post, person)
    for line in after:
        if line not in lines:
            _row(sheets, owner, unit, line, change, end, post, person)


def _row(
    sheets: Sheets, owner: str, unit: str, line: Line, begin: date, end: date | None, post: str | None,
    person: Person | None,
) -> None:  # fmt: skip
    # what the person's own unit answers for is shared in earnest; a number of a unit elsewhere is a copy of it
    shares = person is not None and line.shared == unit
    sheets.rows.append(
        {
            "owner": owner,
            "kpi": line.kpi,
            "weight": Decimal(line.weight),
            "from": begin,
            "to": end,
            "method": line.method,
            **line.extra,
            "rollup": "shared" if shares else line.rollup,
            "goal": _GOALS.get((owner, line.kpi)),
            "post": post,
        }
    )
    if line.rollup in _ROLLED or shares:
        return
    key = (owner, line.kpi)
    if KPIS[line.kpi].model == "formula":
        known = sheets.formulas.get(key)
        sheets.formulas[key] = (known[0] if known else begin, end)
    elif line.shared is not None:
        shared = sheets.shared.get(key)
        sheets.shared[key] = Shared(owner, line.kpi, line.shared, shared.begin if shared else begin, end)
    else:
        old = sheets.measured.get(key)
        sheets.measured[key] = Measured(
            owner, line.kpi, unit, line.scale, old.begin if old else begin, end, person is not None
        )
