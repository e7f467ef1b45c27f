"""The dry run: what a book would change in a company, by joins of frames and without a row of the ORM."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from tamnhin.accounts.models import User
from tamnhin.agreements.models import Agreement
from tamnhin.engine import periods as per
from tamnhin.engine.book import KEYS, SCHEMAS, Book
from tamnhin.engine.book import Company as BookCompany
from tamnhin.engine.problems import Problem
from tamnhin.measurements import problems as _of_values  # noqa: F401  (the codes)
from tamnhin.measurements.exchange import problems as _of_files  # noqa: F401  (the codes)
from tamnhin.measurements.exchange.references import settle, tables_of
from tamnhin.measurements.exchange.stored import read_stored
from tamnhin.measurements.exchange.values import compare_actuals, compare_targets
from tamnhin.measurements.frames import book_company
from tamnhin.organisation import models
from tamnhin.organisation.access import owners_under, scope_of
from tamnhin.strategy.models import Goal
from tamnhin.workbook.collect import Collector
from tamnhin.workbook.rules import leave_out
from tamnhin.workbook.sheets import Table

Progress = Callable[[int, int, str], None]

# In the database a unit is one row; the workbook lets the tree move in time, so the newest version stands for it.
_KEY = {**KEYS, "units": ("code",)}
_SETTINGS = tuple(one.name for one in dataclasses.fields(BookCompany) if one.name != "code")


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of one sheet by what an import would do with them."""

    new: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0

    def as_dict(self) -> dict[str, int]:
        return dataclasses.asdict(self)


@dataclass(frozen=True, slots=True)
class Diff:
    """``new`` and ``changed``: per sheet the rows to write, complete (what the file leaves blank is as it was), in
    codes; those of targets and actuals carry ``revision`` (Int32). ``settings``: company attributes that change.

    ``versions``: those of the company row it was computed from.
    """

    counts: dict[str, Counts]
    problems: list[Problem]
    new: dict[str, pl.DataFrame]
    changed: dict[str, pl.DataFrame]
    settings: dict[str, object] = field(default_factory=dict)
    versions: tuple[int, int] = (0, 0)
    sound: bool = True  # False: nothing of it can be written (a circle of units)

    @property
    def writes(self) -> int:
        """How many rows would be written."""
        return sum(one.new + one.changed for one in self.counts.values())

    @property
    def nothing_changes(self) -> bool:
        return self.writes == 0 and not self.settings

    def counts_json(self) -> dict[str, dict[str, int]]:
        """Sheet → counts, the shape of ``Import.counts``; sheets with no row are left out."""
        return {name: one.as_dict() for name, one in self.counts.items() if any(one.as_dict().values())}


def plan_import(
    company: models.Company,
    book: Book,
    *,
    acting_user: User | None = None,
    said: Collection[str] | None = None,
    locked_periods: Collection[str] = (),
    using: str = "auto",
) -> Diff:
    """What applying the book would do; writes nothing. A blank is nothing said and changes nothing, and rows that the
    file does not have stay as they are.

    References that neither the book nor the company has are refused by the problems of the workbook. ``acting_user``
    None is the system, which may write pay. ``said``: the company settings that count; None means those that are not
    the defaults. ``locked_periods``: keys of periods that take no other value or target, nor do the periods in them.
    """
    stored = read_stored(company, book, using=using)
    collector = Collector()
    tables = tables_of(book)
    before = {name: table.frame.height for name, table in tables.items()}
    if book.company.code not in (company.code, BookCompany().code):
        args = {"found": book.company.code, "code": company.code}
        collector.add(Problem("COMPANY_CODE_DIFFERS", book.place_names.get("company", "company"), None, args=args))
    if not settle(tables, stored.book, collector):
        counts = {name: Counts(refused=height) for name, height in before.items()}
        return Diff(counts, collector.finish(), {}, {}, versions=stored.versions, sound=False)
    _newest_units(tables, collector)
    _own_pay_only(tables, company, acting_user, collector)
    _agreements_keep_their_state(tables, company, stored.book, collector)
    new: dict[str, pl.DataFrame] = {}
    changed: dict[str, pl.DataFrame] = {}
    same: dict[str, int] = {}
    for name in SCHEMAS:
        if name not in tables:
            continue
        table, held = tables[name], stored.book[name]
        if name in ("targets", "actuals"):
            found, same[name] = (compare_actuals if name == "actuals" else compare_targets)(table, held, collector)
            table.frame = found
            _open_periods_only(table, locked_periods, company, collector)
            known = pl.col("_there")
            new[name], changed[name] = (
                table.frame.filter(~known).drop("_there"),
                table.frame.filter(known).drop("_there"),
            )
        else:
            new[name], changed[name], same[name] = _compare(name, table.frame, held)
            if name == "grades":
                new[name], changed[name] = _free_bounds(table, held, new[name], changed[name], collector)
    counts = {
        name: Counts(
            new[name].height,
            changed[name].height,
            same[name],
            before[name] - new[name].height - changed[name].height - same[name],
        )
        for name in tables
    }
    settings = _settings(company, book.company, said)
    return Diff(counts, collector.finish(), new, changed, settings, stored.versions)


def _compare(name: str, given: pl.DataFrame, held: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    """(new, changed, how many same) by the key of the sheet; a null in a key is a value like any other."""
    key = list(_KEY[name])
    rest = [column for column in SCHEMAS[name] if column not in key]
    joined = given.select(*SCHEMAS[name]).join(
        held.select(*SCHEMAS[name]).with_columns(pl.lit(True).alias("_there")),
        on=key, how="left", suffix="_held", nulls_equal=True, maintain_order="left",
    )  # fmt: skip
    there = pl.col("_there").fill_null(False)
    differs = pl.any_horizontal(
        pl.lit(False), *(pl.col(c).is_not_null() & pl.col(c).ne_missing(pl.col(f"{c}_held")) for c in rest)
    )
    merged = [*key, *(pl.coalesce(c, f"{c}_held").alias(c) for c in rest)]
    new = joined.filter(~there).select(*SCHEMAS[name])
    changed = joined.filter(there & differs).select(merged).select(*SCHEMAS[name])
    return new, changed, joined.height - new.height - changed.height


def _settings(company: models.Company, given: BookCompany, said: Collection[str] | None) -> dict[str, object]:
    held, default = book_company(company), BookCompany()
    if said is None:
        said = [name for name in _SETTINGS if getattr(given, name) != getattr(default, name)]
    changes = {
        name: getattr(given, name)
        for name in _SETTINGS
        if name in said and getattr(given, name) not in (None, "", ()) and getattr(given, name) != getattr(held, name)
    }
    floor, cap = changes.get("floor", held.floor), changes.get("cap", held.cap)
    if isinstance(floor, float) and isinstance(cap, float) and floor >= cap:  # one of them alone, against the other
        changes = {name: value for name, value in changes.items() if name not in ("floor", "cap")}
    return changes


def _newest_units(tables: dict[str, Table], collector: Collector) -> None:
    table = tables.get("units")
    if table is None or not table.frame["code"].is_duplicated().any():
        return
    older = pl.col("from").rank("ordinal").over("code") < pl.len().over("code")
    undated = pl.col("from").is_null() & (pl.len().over("code") > 1)
    leave_out(table, collector, "UNIT_VERSIONS_DROPPED", "code", older | undated, lambda row: {"found": row["code"]})


def _own_pay_only(
    tables: dict[str, Table], company: models.Company, acting_user: User | None, collector: Collector
) -> None:
    """Pay is written only where a grant shows it: the counts of a dry run would tell it otherwise."""
    if "bonus" not in tables or acting_user is None:
        return
    scope = scope_of(acting_user, company)
    if "/" in scope.pay_paths:
        return
    reach = owners_under(company, scope.pay_paths, scope.on).values_list("code", flat=True)
    allowed = pl.Series(list(reach), dtype=pl.String)
    if _holds_the_root(company, scope.pay_paths):
        # people that the file itself brings belong to the whole company that this grant reaches
        allowed = pl.concat([allowed, tables["people"].frame["code"]]) if "people" in tables else allowed
    strange = ~pl.col("person").is_in(allowed.implode())
    leave_out(tables["bonus"], collector, "PAY_NOT_PERMITTED", "person", strange, lambda row: {"person": row["person"]})


def _agreements_keep_their_state(
    tables: dict[str, Table], company: models.Company, held: Book, collector: Collector
) -> None:
    """A goal that people are agreeing on, or have agreed on, moves by their voices and not by a file."""
    table = tables.get("goals")
    if table is None or table.frame["status"].null_count() == table.frame.height:
        return
    goals = Agreement.objects.filter(company=company, kind="goal").values("subject_id")
    codes = list(Goal.objects.filter(company=company, pk__in=goals).values_list("code", flat=True))
    if not codes:
        return
    agreed = held["goals"].filter(pl.col("code").is_in(codes)).select("code", pl.col("status").alias("_held"))
    frame = table.frame.join(agreed, on="code", how="left", maintain_order="left")
    differs = pl.col("_held").is_not_null() & pl.col("status").is_not_null() & (pl.col("status") != pl.col("_held"))
    collector.rows(
        table.place, "GOAL_STATUS_AGREED", "status", frame.filter(differs),
        lambda row: {"found": row["code"], "held": row["_held"], "given": row["status"]},
    )  # fmt: skip
    kept = pl.when(differs).then(pl.col("_held")).otherwise(pl.col("status")).alias("status")
    table.frame = frame.with_columns(kept).drop("_held")


def _holds_the_root(company: models.Company, paths: Collection[str]) -> bool:
    roots = set(models.Unit.objects.filter(company=company, parent=None).values_list("path", flat=True))
    return bool(roots) and roots <= set(paths)


def _open_periods_only(table: Table, locked: Collection[str], company: models.Company, collector: Collector) -> None:
    if not locked or table.frame.is_empty():
        return
    start_month = company.fiscal_year_start
    _, first, last, bad = per.parse_many(table.frame["period"], start_month)
    inside = np.zeros(table.frame.height, dtype=bool)
    for key in locked:  # a handful: periods that were ever closed
        span = per.parse(key, start_month)
        inside |= ~bad & (first >= span.first) & (last <= span.last)
    leave_out(
        table, collector, "PERIOD_LOCKED", "period", pl.lit(pl.Series(inside)),
        lambda row: {"period": row["period"], "owner": row["owner"], "kpi": row["kpi"]},
    )  # fmt: skip


def _free_bounds(
    table: Table, held: pl.DataFrame, new: pl.DataFrame, changed: pl.DataFrame, collector: Collector
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Two grades may not begin at one score, counting those that the file does not speak of."""
    moving = pl.concat([new, changed])
    after = pl.concat([held.join(moving, on="grade", how="anti").select(*SCHEMAS["grades"]), moving])
    twice = after.filter(pl.col("from").is_duplicated())["grade"]
    bad = moving.filter(pl.col("grade").is_in(twice.implode()))["grade"]
    if bad.is_empty():
        return new, changed
    faulty = pl.col("grade").is_in(bad.implode())
    leave_out(
        table, collector, "GRADE_BOUND_TAKEN", "from", faulty, lambda row: {"found": row["grade"], "bound": row["from"]}
    )
    return new.filter(~faulty), changed.filter(~faulty)
