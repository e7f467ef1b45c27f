"""Rows of a query as a Polars frame, on SQLite and PostgreSQL, without model instances.

Two ways with one answer. ADBC reads straight into Arrow over a connection of its own, and therefore sees only what is
committed; the cursor of Django's connection sees everything, at several times the cost.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote, urlencode

import polars as pl
from adbc_driver_postgresql import dbapi as postgres_dbapi
from adbc_driver_sqlite import dbapi as sqlite_dbapi
from django.db.backends.base.base import BaseDatabaseWrapper

from tamnhin.engine.book import INSTANT

# The SQLite driver guesses a column's type from its first batch and fails on a later row that does not fit
# (a column of nulls is taken for integers). One batch of everything leaves nothing to guess.
_ONE_BATCH = 2**31 - 2

Dtype = pl.DataType | type[pl.DataType]


class Source(Protocol):
    """Where frames come from. ``vendor``: ``sqlite`` or ``postgresql``."""

    @property
    def vendor(self) -> str: ...

    def frame(self, sql: str, schema: Mapping[str, Dtype]) -> pl.DataFrame:
        """The rows of ``sql``, whose columns are those of ``schema`` by name and in order, in its dtypes.

        Empty text becomes null. Columns that the schema calls a Decimal must come as text.
        """
        ...

    def instant(self, when: datetime.datetime) -> str:
        """The instant as a literal that compares with a stored one."""
        ...


@dataclass(frozen=True, slots=True)
class CursorSource:
    """Reads through Django's own connection: inside the open transaction, uncommitted rows and all."""

    connection: BaseDatabaseWrapper

    @property
    def vendor(self) -> str:
        return self.connection.vendor

    def frame(self, sql: str, schema: Mapping[str, Dtype]) -> pl.DataFrame:
        with self.connection.cursor() as cursor:
            cursor.execute(sql)
            rows = cursor.fetchall()
        columns = zip(*rows, strict=True) if rows else ([] for _ in schema)
        return typed(
            pl.DataFrame(
                [_series(name, list(values), schema[name]) for name, values in zip(schema, columns, strict=True)]
            ),
            schema,
        )

    def instant(self, when: datetime.datetime) -> str:
        return _instant(when, self.connection.vendor)


@dataclass(frozen=True, slots=True)
class AdbcSource:
    """Reads committed rows into Arrow over its own connection. ``vendor`` is ``sqlite`` or ``postgresql``."""

    vendor: str
    uri: str

    def frame(self, sql: str, schema: Mapping[str, Dtype]) -> pl.DataFrame:
        if self.vendor == "sqlite":
            connection = sqlite_dbapi.connect(self.uri)
        else:
            connection = postgres_dbapi.connect(self.uri)
        with connection, connection.cursor() as cursor:
            if self.vendor == "sqlite":
                cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": _ONE_BATCH})
            cursor.execute(sql)
            frame = pl.from_arrow(cursor.fetch_arrow_table())
        if not isinstance(frame, pl.DataFrame):
            raise TypeError("the driver returned something other than a table")
        return typed(frame, schema)

    def instant(self, when: datetime.datetime) -> str:
        return _instant(when, self.vendor)


def source_of(connection: BaseDatabaseWrapper, using: str = "auto") -> Source:
    """``"adbc"``, ``"cursor"``, or ``"auto"``: ADBC unless a transaction is open or the database is in memory.

    Raises ValueError for another word.
    """
    if using not in {"auto", "adbc", "cursor"}:
        raise ValueError(f"using={using!r}: auto, adbc or cursor")
    in_memory = connection.vendor == "sqlite" and connection.is_in_memory_db()  # type: ignore[attr-defined]
    if using == "cursor" or (using == "auto" and (connection.in_atomic_block or in_memory)):
        return CursorSource(connection)
    return AdbcSource(connection.vendor, _uri(connection.vendor, connection.settings_dict))


def typed(frame: pl.DataFrame, schema: Mapping[str, Dtype]) -> pl.DataFrame:
    """Cast the columns to the schema whatever the database called them; shape unchanged."""
    return frame.select(_cast(frame, name, dtype).alias(name) for name, dtype in schema.items())


def _cast(frame: pl.DataFrame, name: str, dtype: Dtype) -> pl.Expr:
    column, given = pl.col(name), frame.schema[name]
    if given == dtype and dtype != pl.String:
        return column
    if dtype == pl.String:
        text = column.cast(pl.String)
        return pl.when(text == "").then(None).otherwise(text)
    if dtype == pl.Date and given == pl.String:
        return column.str.to_date("%Y-%m-%d")
    if dtype == INSTANT:
        if given == pl.String:
            return column.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us").dt.replace_time_zone("UTC")
        if isinstance(given, pl.Datetime):
            zoned = column.dt.convert_time_zone("UTC") if given.time_zone else column.dt.replace_time_zone("UTC")
            return zoned.cast(INSTANT)
    return column.cast(dtype)


def _series(name: str, values: list[Any], dtype: Dtype) -> pl.Series:
    if dtype == pl.Float64:
        return pl.Series(name, values, dtype=pl.Float64, strict=False)
    return pl.Series(name, values)


def _instant(when: datetime.datetime, vendor: str) -> str:
    utc = when.astimezone(datetime.UTC).replace(tzinfo=None)
    # the very text that Django stores in SQLite, where instants are compared as text
    return f"'{utc}'" if vendor == "sqlite" else f"TIMESTAMPTZ '{utc}+00'"


def _uri(vendor: str, settings: Mapping[str, Any]) -> str:
    if vendor == "sqlite":
        return f"file:{quote(str(settings['NAME']))}?mode=ro"
    user = quote(settings.get("USER") or "", safe="")
    password = quote(settings.get("PASSWORD") or "", safe="")
    login = f"{user}:{password}@" if password else f"{user}@" if user else ""
    port = f":{settings['PORT']}" if settings.get("PORT") else ""
    options = {name: value for name, value in settings.get("OPTIONS", {}).items() if isinstance(value, str)}
    query = f"?{urlencode(options)}" if options else ""
    return f"postgresql://{login}{settings.get('HOST') or ''}{port}/{quote(settings['NAME'])}{query}"
