"""The only door from the database to the engine: a company's rows as a book of frames."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Collection, Mapping

import numpy as np
import polars as pl
from django.db import connections, router

from tamnhin.engine.book import SCHEMAS, Book, empty_frame
from tamnhin.engine.book import Company as BookCompany
from tamnhin.kpis.models import Bonus, Kpi, KpiVersion, Line, Link, Target
from tamnhin.measurements.columnar import Source, source_of
from tamnhin.measurements.models import Measurement
from tamnhin.organisation.models import (
    Absence,
    CalendarDay,
    Company,
    Grade,
    Owner,
    Person,
    Placement,
    Rate,
    Unit,
)
from tamnhin.strategy.models import Goal, Perspective

_TABLES = {
    model.__name__.lower(): model._meta.db_table
    for model in (
        Absence, Bonus, CalendarDay, Goal, Grade, Kpi, KpiVersion, Line, Link, Measurement, Owner, Person, Placement,
        Rate, Target, Unit,
    )
}  # fmt: skip

# One query per small sheet. {company} is an integer; columns come in the order of SCHEMAS and are named by it.
_SHEETS = {
    "units": """
        SELECT o.code, o.name, p.code, t.kind, h.code, t.valid_from, t.valid_to FROM {unit} t
        JOIN {owner} o ON o.id = t.owner_id LEFT JOIN {owner} p ON p.id = t.parent_id
        LEFT JOIN {owner} h ON h.id = t.head_id WHERE t.company_id = {company} ORDER BY o.id""",
    "people": """
        SELECT o.code, o.name, t.email, u.code, t.position, m.code, t.joined, t."left" FROM {person} t
        JOIN {owner} o ON o.id = t.owner_id LEFT JOIN {owner} u ON u.id = t.unit_id
        LEFT JOIN {owner} m ON m.id = t.manager_id WHERE t.company_id = {company} ORDER BY o.id""",
    "placements": """
        SELECT o.code, u.code, t.valid_from, t.valid_to, t.share, t.position, m.code FROM {placement} t
        JOIN {owner} o ON o.id = t.person_id JOIN {owner} u ON u.id = t.unit_id
        LEFT JOIN {owner} m ON m.id = t.manager_id WHERE t.company_id = {company} ORDER BY t.id""",
    "absences": """
        SELECT o.code, t.date_from, t.date_to, t.kind FROM {absence} t
        JOIN {owner} o ON o.id = t.person_id WHERE t.company_id = {company} ORDER BY t.id""",
    "kpis": """
        SELECT k.code, t.name, t.name_en, t.unit, t.direction, t.aggregation, t.across, t.formula, t.scale, t.frequency,
        t.level, t.domain, t.timing, t.flow, t.perspective, o.code, t.source, t.review_by, t.valid_from, t.purpose,
        t.definition, t.inclusions, t.exclusions, d.code, g.code, k.status
        FROM {kpiversion} t JOIN {kpi} k ON k.id = t.kpi_id LEFT JOIN {owner} o ON o.id = t.owner_id
        LEFT JOIN {owner} d ON d.id = t.deputy_id LEFT JOIN {kpi} g ON g.id = t.guardrail_id
        WHERE t.company_id = {company} ORDER BY k.id, t.valid_from IS NOT NULL, t.valid_from""",
    "goals": """
        SELECT t.code, t.title, t.description, t.scope, t.horizon, p.code, u.code, o.code, t.valid_from, t.valid_to,
        t.perspective, k.code, t.baseline, t.target,
        CASE WHEN t.archived_at IS NULL THEN t.status ELSE 'closed' END
        FROM {goal} t LEFT JOIN {goal} p ON p.id = t.parent_id
        LEFT JOIN {owner} u ON u.id = t.unit_id LEFT JOIN {owner} o ON o.id = t.owner_id
        LEFT JOIN {kpi} k ON k.id = t.kpi_id WHERE t.company_id = {company} ORDER BY t.id""",
    "links": """
        SELECT d.code, o.code, t.sign, t.lag, t.note, c.code, t.claimed_on FROM {link} t
        JOIN {kpi} d ON d.id = t.driver_id JOIN {kpi} o ON o.id = t.outcome_id
        LEFT JOIN {owner} c ON c.id = t.claimed_by_id
        WHERE t.company_id = {company} AND t.withdrawn_at IS NULL ORDER BY t.id""",
    "grades": """
        SELECT t.grade, t.lower_bound, t.name FROM {grade} t WHERE t.company_id = {company} ORDER BY t.id""",
    "calendar": """
        SELECT t.date, t.kind, t.note FROM {calendarday} t WHERE t.company_id = {company} ORDER BY t.date""",
    "rates": """
        SELECT t.currency, t.period, t.rate FROM {rate} t WHERE t.company_id = {company} ORDER BY t.id""",
}
_BONUS = """
    SELECT o.code, CAST(t.base AS TEXT), t.curve, t.valid_from, t.valid_to FROM {bonus} t
    JOIN {owner} o ON o.id = t.person_id WHERE t.company_id = {company}{owners} ORDER BY t.id"""
# The big ones carry ids, which become codes here: joining text in the database is what would take the time.
_LINES = """
    SELECT t.owner_id, t.kpi_id, CAST(t.weight AS TEXT), t.valid_from, t.valid_to, t.method, t.baseline, t.floor, t.cap,
    t.low, t.high, t.zero_low, t.zero_high, t.penalty, t.curve, t.rollup, g.code, p.code FROM {line} t
    LEFT JOIN {goal} g ON g.id = t.goal_id LEFT JOIN {owner} p ON p.id = t.post_id
    WHERE t.company_id = {company}{owners} ORDER BY t.owner_id, t.id"""
_TARGETS = """
    SELECT t.owner_id, t.kpi_id, t.period, t.target, t.profile, t.basis, t.revision FROM {target} t
    WHERE t.company_id = {company}{owners}{known} ORDER BY t.id"""
_ACTUALS = """
    SELECT t.owner_id, t.kpi_id, t.period, t.value, t.numerator, t.denominator, t.weight, t.state, {texts}, t.currency,
    t.revision FROM {measurement} t WHERE {scan}t.company_id = {company}{owners}{known} ORDER BY t.id"""
# Searching the index by company and then sorting by id costs SQLite half as much again as reading the table in order,
# which it would do by itself if it knew how much of the table the company has. The + keeps it from the index.
_MOSTLY_OURS = """
    SELECT EXISTS (SELECT 1 FROM {measurement} WHERE company_id = {company} LIMIT 1
    OFFSET (SELECT COALESCE(MAX(id), 0) / 4 FROM {measurement})) AS ours"""

_KEY = ["owner", "kpi", "period"]
_DENSE = 50  # how sparse ids may be for a table by id: other companies' rows lie between


def load_book(
    company: Company,
    *,
    as_known_at: datetime.datetime | None = None,
    owners: Collection[int] | None = None,
    include_pay: bool = False,
    history: bool = False,
    revisions: bool = False,
    lean: bool = False,
    using: str = "auto",
    source: Source | None = None,
) -> Book:
    """The company as the engine takes it; frames and dtypes are those of ``engine.book.SCHEMAS``, but that owner, kpi
    and period of targets and actuals are ``pl.Enum`` (over all codes of the company; over the periods that occur).

    ``as_known_at`` (aware) leaves out targets and values recorded later. ``owners`` (ids) narrows lines, targets,
    actuals and bonuses; the structure is always whole. Bonuses come only with ``include_pay``. Actuals are the
    latest revision of each key, or all of them with ``history``. ``revisions``: every revision of targets and values,
    withdrawn ones too, each with its number in a column ``revision`` (Int32). ``lean`` leaves ``reason``, ``source``
    and ``recorded_at`` null, which no score depends on. ``using``: see ``columnar.source_of``; ``source`` overrides it.

    Order: structure and lines by the id of the owner and of the row, which is the order of the workbook; targets and
    actuals as they were entered. Raises ValueError for a naive ``as_known_at``.
    Sixteen statements (seventeen on SQLite), whatever the size.
    """
    if as_known_at is not None and as_known_at.tzinfo is None:
        raise ValueError("as_known_at must say its time zone")
    origin = source or source_of(connections[router.db_for_read(Measurement) or "default"], using)
    names: dict[str, object] = {
        **_TABLES,
        "company": int(company.pk),
        "owners": "" if owners is None else f" AND t.{{}} IN ({', '.join(str(int(one)) for one in owners) or 'NULL'})",
        "known": "" if as_known_at is None else f" AND t.recorded_at <= {origin.instant(as_known_at)}",
        "texts": "NULL, NULL, NULL" if lean else "t.reason, t.source, t.recorded_at",
    }
    names["scan"] = "+" if owners is None and origin.vendor == "sqlite" and _mostly_ours(origin, names) else ""
    frames = {sheet: _read(origin, sql, sheet, names) for sheet, sql in _SHEETS.items()}
    frames["bonus"] = _read(origin, _BONUS, "bonus", names, "person_id") if include_pay else empty_frame("bonus")
    codes = {
        "owner": _codes(origin, "owner", names),
        "kpi": _codes(origin, "kpi", names),
    }
    lines = _coded(_read(origin, _LINES, "scorecards", names, "owner_id", ids=True), codes)
    frames["scorecards"] = lines.with_columns(pl.col(name).cast(pl.String) for name in codes)
    targets = _read(origin, _TARGETS, "targets", names, "owner_id", ids=True, revision=True)
    if not revisions:
        targets = _latest(targets).filter(pl.col("target").is_not_null())  # a withdrawn target is nothing said
    frames["targets"] = _coded(targets, codes).with_columns(_few(targets["period"]))
    actuals = _read(origin, _ACTUALS, "actuals", names, "owner_id", ids=True, revision=True)
    if revisions:
        pass
    elif history:
        actuals = actuals.drop("revision")
    else:
        said = pl.any_horizontal(pl.col(name).is_not_null() for name in ("value", "numerator", "denominator", "state"))
        actuals = _latest(actuals).filter(said)  # a withdrawn value is nothing said
    frames["actuals"] = _coded(actuals, codes).with_columns(_few(actuals["period"]))
    return Book(book_company(company), {sheet: frames[sheet] for sheet in SCHEMAS})


def book_company(company: Company) -> BookCompany:
    """The company's settings with what stands in tables of their own."""
    lanes = Perspective.objects.filter(company=company, archived_at=None).order_by("order", "pk")
    return dataclasses.replace(
        company.as_book_company(),
        perspectives=tuple(
            f"{code}: {name} | {name_en}" if name_en else f"{code}: {name}"
            for code, name, name_en in lanes.values_list("code", "name", "name_en")
        ),
    )


def _read(
    origin: Source,
    sql: str,
    sheet: str,
    names: Mapping[str, object],
    owner_column: str = "owner_id",
    *,
    ids: bool = False,
    revision: bool = False,
) -> pl.DataFrame:
    schema = dict(SCHEMAS[sheet])
    if ids:
        schema.update(owner=pl.Int64, kpi=pl.Int64)
    if revision:
        schema["revision"] = pl.Int32
    return origin.frame(_named(sql, schema, {**names, "owners": str(names["owners"]).format(owner_column)}), schema)


def _named(sql: str, columns: Collection[str], names: Mapping[str, object]) -> str:
    """The statement with each selected expression named after its column of the schema."""
    filled = sql.format_map(names)
    listing, rest = filled.split("FROM", 1)
    head, expressions = listing.split("SELECT", 1)
    parts = [part.strip() for part in expressions.split(",")]
    selected = ", ".join(f'{part} AS "{name}"' for part, name in zip(parts, columns, strict=True))
    return f"{head}SELECT {selected} FROM{rest}"


def _mostly_ours(origin: Source, names: Mapping[str, object]) -> bool:
    """Whether a quarter of all values, or more, are this company's."""
    return bool(origin.frame(_MOSTLY_OURS.format_map(names), {"ours": pl.Int64})["ours"].item())


def _codes(origin: Source, table: str, names: Mapping[str, object]) -> pl.DataFrame:
    sql = f"SELECT t.id, t.code FROM {names[table]} t WHERE t.company_id = {names['company']} ORDER BY t.id"  # noqa: S608
    return origin.frame(sql, {"id": pl.Int64, "code": pl.String})


def _coded(frame: pl.DataFrame, codes: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Ids of owners and KPIs as codes, order kept: Enum columns, which are the positions and a list of the codes."""
    return frame.with_columns(_as_enum(frame[name], table) for name, table in codes.items())


def _as_enum(ids: pl.Series, table: pl.DataFrame) -> pl.Series:
    """``table``: id Int64 ascending, code String. Every id is there, since a foreign key says so."""
    known = table["id"].to_numpy()
    given = ids.to_numpy()
    if not len(known):
        return pl.Series(ids.name, [], dtype=pl.Enum([]))
    low, span = int(known[0]), int(known[-1] - known[0]) + 1
    if span <= _DENSE * len(known) + len(given):
        lookup = np.zeros(span, dtype=np.uint32)
        lookup[known - low] = np.arange(len(known), dtype=np.uint32)
        places = lookup[given - low]
    else:
        places = np.searchsorted(known, given).astype(np.uint32)
    return pl.Series(ids.name, places).cat.to(pl.Enum(table["code"]))


def _few(column: pl.Series) -> pl.Series:
    """Text of which there are few distinct values, as an Enum in their order."""
    return column.cast(pl.Enum(column.unique().drop_nulls().sort()))


def _latest(frame: pl.DataFrame) -> pl.DataFrame:
    """The highest revision of each key, at the place where the key was first entered.

    Only keys that were ever revised are grouped: they are few, and grouping millions of rows is not cheap.
    """
    revised = frame.filter(pl.col("revision") > 1).select(_KEY).unique()
    if revised.is_empty():
        return frame.drop("revision")
    placed = frame.with_row_index("_place")
    newest = (
        placed.join(revised, on=_KEY, how="semi")
        .with_columns(pl.col("_place").min().over(_KEY))
        .filter(pl.col("revision") == pl.col("revision").max().over(_KEY))
    )
    untouched = placed.join(revised, on=_KEY, how="anti")
    return pl.concat([untouched, newest]).sort("_place").drop("_place", "revision")
