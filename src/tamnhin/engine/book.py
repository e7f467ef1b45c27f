"""The book: a company as a handful of Polars frames. The one shape that files, databases and the engine agree on.

Every frame may carry the optional columns ``_row`` (Int32, the 1-based row in its sheet) and ``_col`` (Int32, the
0-based column of the value in a *wide* sheet), so that a problem can say which cell it stands in. ``Book.columns``
keeps the 0-based column of each canonical column name per sheet, as it was found in the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

import polars as pl

WEIGHT = pl.Decimal(precision=18, scale=6)
MONEY = pl.Decimal(precision=24, scale=4)
INSTANT = pl.Datetime("us", "UTC")

# Codes are case-sensitive text. Choices are the canonical English words. Empty text is stored as null.
SCHEMAS: dict[str, dict[str, pl.DataType | type[pl.DataType]]] = {
    "units": {
        "code": pl.String,
        "name": pl.String,
        "parent": pl.String,
        "kind": pl.String,
        "head": pl.String,
        "from": pl.Date,
        "to": pl.Date,
    },
    "people": {
        "code": pl.String,
        "name": pl.String,
        "email": pl.String,
        "unit": pl.String,
        "position": pl.String,
        "manager": pl.String,
        "joined": pl.Date,
        "left": pl.Date,
    },
    "placements": {
        "person": pl.String,
        "unit": pl.String,
        "from": pl.Date,
        "to": pl.Date,
        "share": pl.Float64,
        "position": pl.String,
        "manager": pl.String,
    },
    "absences": {"person": pl.String, "from": pl.Date, "to": pl.Date, "kind": pl.String},
    # several rows with one code are versions: each holds from its `from` until the next one's
    "kpis": {
        "code": pl.String,
        "name": pl.String,
        "name_en": pl.String,
        "unit": pl.String,
        "direction": pl.String,
        "aggregation": pl.String,
        "across": pl.String,
        "formula": pl.String,
        "scale": pl.Float64,
        "frequency": pl.String,
        "level": pl.String,
        "domain": pl.String,
        "timing": pl.String,
        "flow": pl.String,
        "perspective": pl.String,
        "owner": pl.String,
        "source": pl.String,
        "review_by": pl.Date,
        "from": pl.Date,
        "purpose": pl.String,
        "definition": pl.String,
        "inclusions": pl.String,
        "exclusions": pl.String,
        "deputy": pl.String,
        "guardrail": pl.String,
        "status": pl.String,
    },
    "goals": {
        "code": pl.String,
        "title": pl.String,
        "description": pl.String,
        "scope": pl.String,
        "horizon": pl.String,
        "parent": pl.String,
        "unit": pl.String,
        "owner": pl.String,
        "from": pl.Date,
        "to": pl.Date,
        "perspective": pl.String,
        "kpi": pl.String,
        "baseline": pl.Float64,
        "target": pl.Float64,
        "status": pl.String,
    },
    # `post`: the unit of the placement this line belongs to, for someone with two posts (weights total 100 per post)
    "scorecards": {
        "owner": pl.String,
        "kpi": pl.String,
        "weight": WEIGHT,
        "from": pl.Date,
        "to": pl.Date,
        "method": pl.String,
        "baseline": pl.Float64,
        "floor": pl.Float64,
        "cap": pl.Float64,
        "low": pl.Float64,
        "high": pl.Float64,
        "zero_low": pl.Float64,
        "zero_high": pl.Float64,
        "penalty": pl.Float64,
        "curve": pl.String,
        "rollup": pl.String,
        "goal": pl.String,
        "post": pl.String,
    },
    # long form always; the wide form exists in files only
    "targets": {
        "owner": pl.String,
        "kpi": pl.String,
        "period": pl.String,
        "target": pl.Float64,
        "profile": pl.String,
        "basis": pl.String,
    },
    "actuals": {
        "owner": pl.String,
        "kpi": pl.String,
        "period": pl.String,
        "value": pl.Float64,
        "numerator": pl.Float64,
        "denominator": pl.Float64,
        "weight": pl.Float64,
        "state": pl.String,
        "reason": pl.String,
        "source": pl.String,
        "recorded_at": INSTANT,
        "currency": pl.String,
    },
    "links": {
        "driver": pl.String,
        "outcome": pl.String,
        "sign": pl.String,
        "lag": pl.Int32,
        "note": pl.String,
        "claimed_by": pl.String,
        "claimed_on": pl.Date,
    },
    "grades": {"grade": pl.String, "from": pl.Float64, "name": pl.String},
    "bonus": {"person": pl.String, "base": MONEY, "curve": pl.String, "from": pl.Date, "to": pl.Date},
    "calendar": {"date": pl.Date, "kind": pl.String, "note": pl.String},
    "rates": {"currency": pl.String, "period": pl.String, "rate": pl.Float64},
}

REQUIRED_SHEETS = ("kpis", "scorecards", "actuals")

CHOICES: dict[tuple[str, str], tuple[str, ...]] = {
    ("kpis", "direction"): ("higher", "lower", "band"),
    ("kpis", "aggregation"): ("sum", "last", "mean", "min", "max", "ratio", "weighted_mean", "compound", "none"),
    ("kpis", "across"): ("sum", "mean", "min", "max", "ratio", "weighted_mean", "compound", "none"),
    ("kpis", "frequency"): ("day", "week", "month", "quarter", "half", "year"),
    ("kpis", "level"): ("strategic", "tactical"),
    ("kpis", "domain"): ("sale", "non_sale"),
    ("kpis", "timing"): ("leading", "lagging"),
    ("kpis", "flow"): ("input", "output"),
    ("kpis", "status"): ("draft", "active", "retired"),
    ("goals", "horizon"): ("strategic", "year", "half", "quarter"),
    ("goals", "status"): ("draft", "proposed", "hr_consulted", "reviewed", "agreed", "active", "closed"),
    ("scorecards", "method"): (
        "ratio",
        "deviation",
        "inverse",
        "baseline",
        "band",
        "curve",
        "count_down",
        "pass_fail",
        "milestone",
    ),
    ("scorecards", "rollup"): ("value", "weighted", "equal", "none", "shared"),
    ("targets", "basis"): ("per_working_day",),
    ("actuals", "state"): ("exempt", "not_applicable"),
    ("links", "sign"): ("+", "-"),
    ("calendar", "kind"): ("holiday", "working"),
}

# The key of each sheet: two rows with one key are DUPLICATE_KEY. `actuals` may repeat a key with a later recorded_at.
KEYS: dict[str, tuple[str, ...]] = {
    "units": ("code", "from"),
    "people": ("code",),
    "placements": ("person", "unit", "from"),
    "absences": ("person", "from", "to"),
    "kpis": ("code", "from"),
    "goals": ("code",),
    "scorecards": ("owner", "kpi", "from", "post"),
    "targets": ("owner", "kpi", "period"),
    "actuals": ("owner", "kpi", "period", "recorded_at"),
    "links": ("driver", "outcome"),
    "grades": ("grade",),
    "bonus": ("person", "from"),
    "calendar": ("date",),
    "rates": ("currency", "period"),
}


@dataclass(frozen=True, slots=True)
class Company:
    """The ``company`` sheet, typed, with the defaults of workbook.md."""

    code: str = "company"
    name: str = ""
    vision: str = ""
    mission: str = ""
    values: tuple[str, ...] = ()
    perspectives: tuple[str, ...] = ()  # in the order of the lanes, each "code: name" or "code: name | English name"
    fiscal_year_start: int = 1
    time_zone: str = "Asia/Ho_Chi_Minh"
    currency: str = "VND"
    language: str | None = None  # None: never said, so text such as "1.234" is ambiguous
    working_week: str = "mon-fri"
    holidays: str = "VN"
    proration: str = "working_days"  # working_days, calendar_days
    floor: float = 0.0
    cap: float = 120.0
    period_score: str = "aggregate"  # or mean_of_scores
    minimum_eligibility: float = 0.0  # % of the period's days below which a result is "not rated"
    minimum_group: int = 5  # quotas are not shown below it


@dataclass(frozen=True, slots=True)
class Book:
    """One company's data. ``frames`` holds every name of ``SCHEMAS`` (empty frames where nothing was given)."""

    company: Company
    frames: Mapping[str, pl.DataFrame]
    columns: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    place_names: Mapping[str, str] = field(default_factory=dict)  # canonical sheet -> its name in the file

    def __getitem__(self, sheet: str) -> pl.DataFrame:
        return self.frames[sheet]

    def cell(self, sheet: str, column: str, row: int | None, col: int | None = None) -> str | None:
        """The A1 name of a value's cell, or None where the book did not come from a file."""
        if row is None:
            return None
        index = col if col is not None else self.columns.get(sheet, {}).get(column)
        return None if index is None else f"{column_letters(index)}{row}"


def column_letters(index: int) -> str:
    """``0 -> A``, ``26 -> AA``."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def empty_frame(sheet: str) -> pl.DataFrame:
    """An empty frame of the sheet's schema."""
    return pl.DataFrame(schema=SCHEMAS[sheet])


def make_book(company: Company | None = None, **sheets: list[dict[str, object]] | pl.DataFrame) -> Book:
    """A book from rows or frames; missing sheets and columns are filled with nulls. Used by tests, demo and database.

    Raises KeyError for a sheet or column that is not in ``SCHEMAS`` (``_row`` and ``_col`` are let through).
    """
    frames: dict[str, pl.DataFrame] = {}
    for name, schema in SCHEMAS.items():
        given = sheets.pop(name, None)
        if given is None:
            frames[name] = empty_frame(name)
            continue
        if isinstance(given, pl.DataFrame):
            frame = given
        else:
            rows = [{key: _exact(value, schema.get(key)) for key, value in row.items()} for row in given]
            names = list(dict.fromkeys(key for row in rows for key in row))
            frame = pl.DataFrame(
                rows, schema={key: schema.get(key, pl.Int32) for key in names}, orient="row", strict=True
            )
        unknown = set(frame.columns) - set(schema) - {"_row", "_col"}
        if unknown:
            raise KeyError(f"{name}: unknown columns {sorted(unknown)}")
        frame = frame.with_columns(
            pl.lit(None, dtype=dtype).alias(key) for key, dtype in schema.items() if key not in frame.columns
        )
        extra = [key for key in ("_row", "_col") if key in frame.columns]
        frames[name] = frame.select(*(pl.col(key).cast(dtype) for key, dtype in schema.items()), *extra)
    if sheets:
        raise KeyError(f"unknown sheets {sorted(sheets)}")
    return Book(company or Company(), frames)


def _exact(value: object, dtype: object) -> object:
    if isinstance(dtype, pl.Decimal) and value is not None:
        return Decimal(str(value))
    if dtype == pl.Float64 and isinstance(value, int | Decimal):
        return float(value)
    if dtype == pl.Date and isinstance(value, str):
        return date.fromisoformat(value)
    if dtype == INSTANT and isinstance(value, str):
        return datetime.fromisoformat(value)
    return value
