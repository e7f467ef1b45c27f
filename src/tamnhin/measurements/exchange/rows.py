"""Frames into tables, in the open transaction. No model instances."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import polars as pl
from django.db import connection, models
from django.utils import timezone

from tamnhin.base import bulk
from tamnhin.engine.book import INSTANT

Done = Callable[[int], None]


def insert(model: type[models.Model], frame: pl.DataFrame, company_id: int, done: Done | None = None) -> None:
    """Add the rows of ``frame`` (columns of the table, without those that every table has) in order.

    What is blank, or has no column in ``frame``, gets the default of the field where it takes no null (text without
    one: ""). ``done(n)`` is called after every batch of n rows.
    """
    if frame.is_empty():
        return
    stamps = {name for name in ("created_at", "updated_at") if _has(model, name)}
    frame = frame.with_columns(
        pl.lit(company_id, dtype=pl.Int64).alias("company_id"),
        *(pl.lit(timezone.now(), dtype=INSTANT).alias(name) for name in sorted(stamps)),
        *_defaults(model, frame),
    )
    frame = _for_database(model, frame)
    bulk.insert(model, frame.columns, frame.iter_rows(), done)


def update(model: type[models.Model], frame: pl.DataFrame, key: str = "id") -> None:
    """Set every other column of ``frame`` on the rows that ``key`` (Int64) names."""
    if frame.is_empty():
        return
    if _has(model, "updated_at"):
        frame = frame.with_columns(pl.lit(timezone.now(), dtype=INSTANT).alias("updated_at"))
    values = [name for name in frame.columns if name != key]
    frame = _for_database(model, frame).select(*values, key)
    sets = ", ".join(f"{_quoted(name)} = %s" for name in values)
    sql = f"UPDATE {_quoted(model._meta.db_table)} SET {sets} WHERE {_quoted(key)} = %s"  # noqa: S608 (own names)
    with connection.cursor() as cursor:
        for batch in _batches(frame):
            cursor.executemany(sql, batch.rows())


def _defaults(model: type[models.Model], frame: pl.DataFrame) -> list[pl.Expr]:
    """Fields that take no null and have no column: Django gives the database no defaults of its own."""
    return [
        pl.lit(_default(field)).alias(str(field.column))
        for field in model._meta.concrete_fields
        if field.column not in frame.columns
        and not (field.null or field.primary_key or field.is_relation)
        and _default(field) is not None
    ]


def _default(field: Any) -> Any:
    """What the field has when nothing is said; None where that depends on the moment."""
    if field.has_default() and callable(field.default):
        return None
    value = field.get_default()
    return str(value) if isinstance(value, str) else value  # a choice is a str of its own class


def _batches(frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    return frame.iter_slices(bulk.BATCH)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _has(model: type[models.Model], name: str) -> bool:
    return any(field.name == name for field in model._meta.concrete_fields)


def _for_database(model: type[models.Model], frame: pl.DataFrame) -> pl.DataFrame:
    fields: dict[str, Any] = {str(field.column): field for field in model._meta.concrete_fields}
    return frame.with_columns(_cell(name, dtype, fields[name]) for name, dtype in frame.schema.items())


def _cell(name: str, dtype: pl.DataType, field: Any) -> pl.Expr:
    column = pl.col(name)
    if dtype == pl.String:
        return column if field.null else column.fill_null(_default(field))
    if connection.vendor != "sqlite":
        return column
    # SQLite keeps dates, instants and decimals as the texts that Django writes
    if dtype == pl.Date:
        return column.dt.strftime("%Y-%m-%d")
    if isinstance(dtype, pl.Datetime):
        whole = column == column.dt.truncate("1s")
        return (
            pl.when(whole)
            .then(column.dt.strftime("%Y-%m-%d %H:%M:%S"))
            .otherwise(column.dt.strftime("%Y-%m-%d %H:%M:%S%.6f"))
        )
    if isinstance(dtype, pl.Decimal):
        return column.cast(pl.String)
    return column
