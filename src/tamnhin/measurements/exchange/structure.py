"""Writing the organisation, definitions and scorecard lines of a diff: what codes stand for, then the rows."""

from __future__ import annotations

import polars as pl
from django.db import connection

from tamnhin.engine.book import KEYS
from tamnhin.kpis.models import Kpi, KpiVersion
from tamnhin.measurements.columnar import CursorSource, Dtype
from tamnhin.measurements.exchange import rows
from tamnhin.measurements.exchange.diff import Diff
from tamnhin.measurements.exchange.tables import TABLES
from tamnhin.organisation.models import Grade, Owner, Unit
from tamnhin.strategy.models import Goal

_PLAIN = ("placements", "absences", "scorecards", "links", "bonus", "calendar", "rates")


class Ids:
    """Codes of one company → ids, read when first asked for and after every addition."""

    _MODELS = {"owner": Owner, "kpi": Kpi, "goal": Goal}

    def __init__(self, company_id: int) -> None:
        self.company_id = company_id
        self._read: dict[str, pl.DataFrame] = {}

    def of(self, kind: str) -> pl.DataFrame:
        """Frame (code String, id Int64)."""
        if kind not in self._read:
            table = self._MODELS[kind]._meta.db_table
            sql = f"SELECT code, id FROM {table} WHERE company_id = {int(self.company_id)}"  # noqa: S608 (own names)
            self._read[kind] = CursorSource(connection).frame(sql, {"code": pl.String, "id": pl.Int64})
        return self._read[kind]

    def forget(self, kind: str) -> None:
        self._read.pop(kind, None)

    def kept(self, sheet: str, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows of a sheet with the columns and ids of its table, order kept."""
        kept = TABLES[sheet]
        for column, kind in kept.refers.items():
            ids = self.of(kind).rename({"code": column, "id": f"_{column}"})
            frame = (
                frame.with_columns(pl.col(column).cast(pl.String))
                .join(ids, on=column, how="left", maintain_order="left")
                .with_columns(pl.col(f"_{column}").alias(column))
            )
        return frame.select(pl.col(name).alias(column) for name, column in kept.columns.items())


def write_structure(company_id: int, diff: Diff, ids: Ids, done: rows.Done) -> None:
    """Everything but targets and values, in the order in which one refers to another."""
    _write_owners(company_id, diff, ids)
    _write_kpis(company_id, diff, ids)
    for sheet in ("units", "people", "kpis"):
        _write(company_id, sheet, diff, ids, done)
    _true_paths(company_id)
    _write_goals(company_id, diff, ids, done)
    _write_grades(company_id, diff, ids, done)
    for sheet in _PLAIN:
        _write(company_id, sheet, diff, ids, done)


def _some(diff: dict[str, pl.DataFrame], sheet: str) -> pl.DataFrame | None:
    frame = diff.get(sheet)
    return None if frame is None or frame.is_empty() else frame


def _write(company_id: int, sheet: str, diff: Diff, ids: Ids, done: rows.Done) -> None:
    model = TABLES[sheet].model
    new = _some(diff.new, sheet)
    if new is not None:
        kept = ids.kept(sheet, new)
        if sheet == "units":
            # the true path needs the parents; until then one that is unique, because it ends in the unit's own id
            path = pl.format("/{}/", pl.col("owner_id"))
            kept = kept.with_columns(path.alias("path"), pl.lit(0, dtype=pl.Int64).alias("order"))
        rows.insert(model, kept, company_id, done)
    changed = _some(diff.changed, sheet)
    if changed is not None:
        kept = ids.kept(sheet, changed)
        if sheet in ("units", "people"):
            rows.update(model, kept, "owner_id")
        else:
            rows.update(model, _with_ids(company_id, sheet, kept))
        done(changed.height)


def _with_ids(company_id: int, sheet: str, kept: pl.DataFrame) -> pl.DataFrame:
    """The row ids of changed rows, found by the key of the sheet."""
    table = TABLES[sheet]
    key = [table.columns[name] for name in KEYS[sheet]]
    names = ", ".join(f"{connection.ops.quote_name(name)}" for name in key)
    sql = f"SELECT id, {names} FROM {table.model._meta.db_table} WHERE company_id = {int(company_id)}"  # noqa: S608
    schema: dict[str, Dtype] = {"id": pl.Int64, **{name: kept.schema[name] for name in key}}
    held = CursorSource(connection).frame(sql, schema)
    return kept.join(held, on=key, how="inner", nulls_equal=True).select(
        "id", *(c for c in kept.columns if c not in key)
    )


def _write_owners(company_id: int, diff: Diff, ids: Ids) -> None:
    for sheet, kind in (("units", Owner.Kind.UNIT), ("people", Owner.Kind.PERSON)):
        for frames, is_new in ((diff.new, True), (diff.changed, False)):
            frame = _some(frames, sheet)
            if frame is None:
                continue
            # folding and collation are Python's own: there is no column form of them
            made = [
                Owner(code=code, name=name, kind=kind).derive()
                for code, name in frame.select("code", "name").iter_rows()
            ]
            owners = pl.DataFrame(
                {
                    "code": [one.code for one in made],
                    "name": [one.name for one in made],
                    "name_folded": [one.name_folded for one in made],
                    "sort_key": [one.sort_key for one in made],
                }
            )
            if is_new:
                owners = owners.with_columns(pl.lit(str(kind)).alias("kind"))
                rows.insert(Owner, owners, company_id)
            else:
                rows.update(Owner, owners.join(ids.of("owner"), on="code", how="inner").drop("code"))
        ids.forget("owner")


def _write_kpis(company_id: int, diff: Diff, ids: Ids) -> None:
    parts = [frame.select("code", "name", "from", "status") for frames in (diff.new, diff.changed)
             if (frame := _some(frames, "kpis")) is not None]  # fmt: skip
    if not parts:
        return
    # the newest version gives the name that lists show
    said = pl.concat(parts).with_row_index("_place")
    newest = (
        said.sort("from", nulls_last=False, maintain_order=True)
        .group_by("code", maintain_order=True)
        .agg(pl.col("name", "from", "status").last(), pl.col("_place").min())
        .sort("_place")
    )
    held = ids.of("kpi")
    made = [Kpi(code=code, name=name).derive() for code, name in newest.select("code", "name").iter_rows()]
    frame = pl.DataFrame({"code": newest["code"], "name": newest["name"], "name_folded": [k.name_folded for k in made],
                          "from": newest["from"], "status": newest["status"]})  # fmt: skip
    rows.insert(Kpi, frame.join(held, on="code", how="anti", maintain_order="left").drop("from"), company_id)
    later = _newest_versions(company_id)
    renamed = frame.join(held, on="code", how="inner").join(later, on="id", how="left")
    current = pl.col("newest").is_null() | (pl.col("from") >= pl.col("newest")).fill_null(False)
    rows.update(Kpi, renamed.filter(current).select("id", "name", "name_folded", "status"))
    ids.forget("kpi")


def _newest_versions(company_id: int) -> pl.DataFrame:
    sql = (
        f"SELECT kpi_id AS id, MAX(valid_from) AS newest FROM {KpiVersion._meta.db_table} "  # noqa: S608 (own names)
        f"WHERE company_id = {int(company_id)} GROUP BY kpi_id"
    )
    return CursorSource(connection).frame(sql, {"id": pl.Int64, "newest": pl.Date})


def _write_goals(company_id: int, diff: Diff, ids: Ids, done: rows.Done) -> None:
    new, changed = _some(diff.new, "goals"), _some(diff.changed, "goals")
    if new is not None:
        childless = new.with_columns(pl.lit(None, dtype=pl.String).alias("parent"))
        rows.insert(Goal, ids.kept("goals", childless), company_id, done)
        ids.forget("goal")
        children = ids.kept("goals", new).filter(pl.col("parent_id").is_not_null()).select("code", "parent_id")
        rows.update(Goal, children.join(ids.of("goal"), on="code", how="inner").drop("code"))
    if changed is not None:
        rows.update(Goal, ids.kept("goals", changed).join(ids.of("goal"), on="code", how="inner").drop("code"))
        done(changed.height)


def _write_grades(company_id: int, diff: Diff, ids: Ids, done: rows.Done) -> None:
    changed = _some(diff.changed, "grades")
    if changed is not None:
        # two grades may swap their bounds: out of the way first, since a bound is unique at every statement
        away = _with_ids(company_id, "grades", ids.kept("grades", changed)).select(
            "id", (-1e9 - pl.col("id")).alias("lower_bound")
        )
        rows.update(Grade, away)
    _write(company_id, "grades", Diff(diff.counts, [], {}, diff.changed), ids, done)
    _write(company_id, "grades", Diff(diff.counts, [], diff.new, {}), ids, done)


def _true_paths(company_id: int) -> None:
    """Recompute every path and place among siblings, level by level; write those that differ."""
    table = Unit._meta.db_table
    order = connection.ops.quote_name("order")
    sql = (
        f"SELECT owner_id, parent_id, path, {order} AS place FROM {table} "  # noqa: S608 (own names)
        f"WHERE company_id = {int(company_id)} ORDER BY owner_id"
    )
    schema = {"owner_id": pl.Int64, "parent_id": pl.Int64, "path": pl.String, "place": pl.Int64}
    units = CursorSource(connection).frame(sql, schema)
    level = units.filter(pl.col("parent_id").is_null()).select("owner_id", pl.format("/{}/", "owner_id").alias("true"))
    levels = [level]
    while level.height:  # once a level of the tree
        level = units.join(level.rename({"owner_id": "parent_id"}), on="parent_id", how="inner").select(
            "owner_id", pl.format("{}{}/", "true", "owner_id").alias("true")
        )
        levels.append(level)
    moved = units.join(pl.concat(levels), on="owner_id").filter(pl.col("path") != pl.col("true"))
    rows.update(Unit, moved.select("owner_id", pl.col("true").alias("path")), "owner_id")
    # new units stand after their siblings, in the order of the file
    new = units.filter(pl.col("path") == pl.format("/{}/", "owner_id"), pl.col("place") == 0)
    before = units.filter(~pl.col("owner_id").is_in(new["owner_id"].implode())).group_by("parent_id").len("held")
    placed = (
        new.join(before, on="parent_id", how="left", nulls_equal=True)
        .with_columns(
            (pl.col("held").fill_null(0) + pl.int_range(pl.len()).over("parent_id")).cast(pl.Int64).alias("order")
        )
        .filter(pl.col("order") != 0)
    )
    rows.update(Unit, placed.select("owner_id", "order"), "owner_id")
