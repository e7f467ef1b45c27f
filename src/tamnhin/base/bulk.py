"""Rows into a table without model instances: COPY on PostgreSQL, executemany on SQLite, in the open transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

from django.db import connection, models

BATCH = 10_000


def insert(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    done: Callable[[int], None] | None = None,
) -> None:
    """Add ``rows`` in order; each has a value for every one of ``columns`` (of the table, not of the model).

    Values are as the database's driver takes them: see ``connection.ops.adapt_…`` for days and instants on SQLite.
    No signals, no defaults, no auto_now. ``done(n)`` is called after every n rows.
    """
    quoted = connection.ops.quote_name
    table, names = quoted(model._meta.db_table), ", ".join(quoted(name) for name in columns)
    waiting = iter(rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                while batch := list(islice(waiting, BATCH)):
                    for row in batch:
                        copy.write_row(row)
                    if done is not None:
                        done(len(batch))
            return
        marks = ", ".join(["%s"] * len(columns))
        sql = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 (own names)
        while batch := list(islice(waiting, BATCH)):
            cursor.executemany(sql, batch)
            if done is not None:
                done(len(batch))
