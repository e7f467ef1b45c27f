"""Who can own a number: units and people as positions, and who stands under whom from when to when (§7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from tamnhin.engine.aggregation import Floats, Ints
from tamnhin.engine.book import Book
from tamnhin.engine.problems import Problem

Bools = npt.NDArray[np.bool_]
Narrow = npt.NDArray[np.int32]  # positions of millions of rows

EVER = np.int64(-(2**40))
NEVER = np.int64(2**40)
DAY = pl.Int64


@dataclass(frozen=True, slots=True)
class Edges:
    """Child owner -> parent unit, as positions, with inclusive day ordinals and the share of the post (1.0 = all).

    ``simple`` marks children that have only one edge ever: all of their numbers go to that parent.
    """

    child: Ints
    parent: Ints
    start: Ints
    stop: Ints
    share: Floats
    simple: Bools


@dataclass(frozen=True, slots=True)
class Owners:
    """Owners in the order of the workbook: units first, then people. All arrays have one element an owner."""

    codes: tuple[str, ...]
    unit_count: int
    first: Ints  # first and last day of existence (inclusive)
    last: Ints
    level: Ints  # people 0; a unit stands one above the highest of its child units
    edges: Edges
    absent_owner: Ints  # one element an absence
    absent_start: Ints
    absent_stop: Ints

    @property
    def count(self) -> int:
        return len(self.codes)

    @property
    def is_person(self) -> Bools:
        return np.arange(self.count) >= self.unit_count


def days(series: pl.Series, missing: np.int64) -> Ints:
    """Dates as int64 days since 1970-01-01."""
    return series.cast(pl.Int32).cast(pl.Int64).fill_null(int(missing)).to_numpy().astype(np.int64)


def positions(series: pl.Series, codes: Sequence[str] | pl.Series) -> Ints:
    """Positions of codes, −1 for null and unknown ones. An Enum over exactly these codes costs nothing."""
    if series.is_empty():
        return np.empty(0, dtype=np.int64)
    wanted = pl.Enum(codes)
    if isinstance(series.dtype, pl.Enum) and series.dtype != wanted:
        table = positions(series.dtype.categories, codes)
        own = series.to_physical().cast(pl.Int64).fill_null(-1).to_numpy()
        return np.where(own >= 0, table[own] if len(table) else -1, -1).astype(np.int64)
    known = series if series.dtype == wanted else series.cast(pl.String).cast(wanted, strict=False)
    return known.to_physical().cast(pl.Int64).fill_null(-1).to_numpy().astype(np.int64)


def narrow_positions(series: pl.Series, codes: Sequence[str] | pl.Series) -> Narrow:
    """``positions`` as int32: for the rows of ``actuals``, where the width is what counts."""
    wanted = pl.Enum(codes)
    if isinstance(series.dtype, pl.Enum) and series.dtype != wanted:
        table = np.append(positions(series.dtype.categories, codes), -1).astype(np.int32)
        return np.asarray(table[series.to_physical().cast(pl.Int32).fill_null(-1).to_numpy()])
    known = series if series.dtype == wanted else series.cast(pl.String).cast(wanted, strict=False)
    return np.asarray(known.to_physical().cast(pl.Int32).fill_null(-1).to_numpy(), dtype=np.int32)


def read_owners(book: Book, problems: list[Problem]) -> Owners:
    """Owners, edges and absences of a book. Raises nothing: a circle in the unit tree is a fatal ``UNIT_CYCLE``."""
    units, people = book["units"], book["people"]
    unit_codes = units["code"].unique(maintain_order=True).to_list()
    if not unit_codes:
        unit_codes = ["company"]
    person_codes = people["code"].unique(maintain_order=True).to_list()
    codes = tuple(unit_codes + person_codes)
    count = len(codes)

    first = np.full(count, EVER, dtype=np.int64)
    last = np.full(count, NEVER, dtype=np.int64)
    unit_at = positions(units["code"], codes)
    unit_from, unit_to = days(units["from"], EVER), days(units["to"], NEVER)
    if len(unit_at):
        first[unit_at], last[unit_at] = NEVER, EVER
        np.minimum.at(first, unit_at, unit_from)
        np.maximum.at(last, unit_at, unit_to)
    person_at = positions(people["code"], codes)
    first[person_at] = days(people["joined"], EVER)
    last[person_at] = days(people["left"], NEVER)

    # several rows of one unit are versions of its place in the tree
    unit_to = _until_next(unit_at, unit_from, unit_to)
    parent = positions(units["parent"], codes)
    has = parent >= 0
    child_u, parent_u = unit_at[has], parent[has]
    start_u, stop_u = unit_from[has], unit_to[has]
    child_p, parent_p, start_p, stop_p, share_p = _placements(book, codes, person_at, people)

    child = np.concatenate([child_u, child_p])
    edges_of = np.bincount(child, minlength=count) if len(child) else np.zeros(count, dtype=np.int64)
    edges = Edges(
        child=child,
        parent=np.concatenate([parent_u, parent_p]),
        start=np.concatenate([start_u, start_p]),
        stop=np.concatenate([stop_u, stop_p]),
        share=np.concatenate([np.ones(len(child_u)), share_p]),
        simple=edges_of[child] == 1,
    )
    level = _levels(codes, len(unit_codes), child_u, parent_u, book, problems)

    absences = book["absences"]
    absent = positions(absences["person"], codes)
    known = absent >= 0
    return Owners(
        codes=codes,
        unit_count=len(unit_codes),
        first=first,
        last=last,
        level=level,
        edges=edges,
        absent_owner=absent[known],
        absent_start=days(absences["from"], EVER)[known],
        absent_stop=days(absences["to"], NEVER)[known],
    )


def _until_next(key: Ints, start: Ints, stop: Ints) -> Ints:
    """Each version ends the day before the next one of the same key starts."""
    if len(key) < 2:
        return stop
    order = np.lexsort((start, key))
    out = stop.copy()
    same = key[order][1:] == key[order][:-1]
    out[order[:-1][same]] = np.minimum(stop[order[:-1][same]], start[order[1:][same]] - 1)
    return out


def _placements(
    book: Book, codes: tuple[str, ...], person_at: Ints, people: pl.DataFrame
) -> tuple[Ints, Ints, Ints, Ints, Floats]:
    """Edges of people. Placements come before ``people.unit``, which holds until the first placement starts."""
    placements = book["placements"]
    person = positions(placements["person"], codes)
    unit = positions(placements["unit"], codes)
    known = (person >= 0) & (unit >= 0)
    person, unit = person[known], unit[known]
    start, stop = days(placements["from"], EVER)[known], days(placements["to"], NEVER)[known]
    share = placements["share"].fill_null(100.0).to_numpy()[known] / 100.0

    # an open-ended full post ends when the person's next full post starts
    whole = share > 0.5
    stop = stop.copy()
    stop[whole] = _until_next(person[whole], start[whole], stop[whole])

    begins = np.full(len(codes), NEVER, dtype=np.int64)
    if len(person):
        np.minimum.at(begins, person, start)
    home = positions(people["unit"], codes)
    housed = (home >= 0) & (begins[person_at] > EVER)
    return (
        np.concatenate([person_at[housed], person]),
        np.concatenate([home[housed], unit]),
        np.concatenate([np.full(int(housed.sum()), EVER), start]),
        np.concatenate([np.minimum(begins[person_at[housed]] - 1, NEVER), stop]),
        np.concatenate([np.ones(int(housed.sum())), share]),
    )


def _levels(
    codes: tuple[str, ...], unit_count: int, child: Ints, parent: Ints, book: Book, problems: list[Problem]
) -> Ints:
    level = np.zeros(len(codes), dtype=np.int64)
    level[:unit_count] = 1
    for _ in range(unit_count + 1):  # as many passes as the tree is deep
        before = level.copy()
        if len(child):
            np.maximum.at(level, parent, level[child] + 1)
        if (level == before).all():
            return level
    up = dict(zip(child.tolist(), parent.tolist(), strict=True))
    at = int(np.argmax(level))
    seen: list[int] = []
    while at not in seen:
        seen.append(at)
        at = up.get(at, seen[0])
    circle = [*seen[seen.index(at) :], at]
    row = book["units"].with_row_index("_i").filter(pl.col("code") == codes[circle[0]])
    place = row["_row"][0] if "_row" in row.columns and row.height else None
    problems.append(
        Problem(
            "UNIT_CYCLE",
            sheet=book.place_names.get("units", "units"),
            cell=book.cell("units", "parent", place),
            owner=codes[circle[0]],
            args={"path": " → ".join(codes[i] for i in circle)},
        )
    )
    return np.zeros(len(codes), dtype=np.int64)
