"""From the rows of ``targets`` to the target matrix of a block."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from tamnhin.engine import targets
from tamnhin.engine.aggregation import Aggregation, Floats, Ints, reduce_ranges
from tamnhin.engine.book import Book
from tamnhin.engine.calendar import Calendar
from tamnhin.engine.plan.measures import Kpis
from tamnhin.engine.plan.model import NONE, Block, Nodes
from tamnhin.engine.plan.owners import Owners, positions
from tamnhin.engine.problems import Problem


def target_rows(book: Book, owners: Owners, kpis: Kpis, nodes: Nodes) -> pl.DataFrame:
    frame = book["targets"]
    owner, kpi = positions(frame["owner"], owners.codes), positions(frame["kpi"], kpis.codes)
    node = np.where((owner >= 0) & (kpi >= 0), nodes.find(owner, kpi, max(kpis.count, 1)), NONE)
    keep = node != NONE
    columns = [name for name in ("period", "target", "profile", "basis", "_row", "_col") if name in frame.columns]
    return (
        frame.select(columns)
        .with_columns(
            pl.Series("node", node),
            pl.Series("_at", np.arange(frame.height)),
            *(pl.col(name).cast(pl.String) for name in ("period", "profile", "basis")),
        )
        .filter(pl.Series(keep, dtype=pl.Boolean))
    )


def fill_targets(
    book: Book,
    block: Block,
    number: int,
    mine: Ints,
    nodes: Nodes,
    kpis: Kpis,
    owners: Owners,
    calendar: Calendar,
    rows: pl.DataFrame,
    problems: list[Problem],
) -> None:
    here = rows.filter(pl.Series(nodes.block[rows["node"].to_numpy()] == number, dtype=pl.Boolean))
    here = here.with_columns(pl.Series("node", nodes.at[here["node"].to_numpy()]))
    lookup = _LastYear(block)
    sheet = book.place_names.get("targets", "targets")
    matrix, _, found = targets.resolve(
        here,
        len(mine),
        block.time_by == Aggregation.SUM,
        block.timeline,
        calendar,
        book.company.fiscal_year_start,
        lookup,
        lambda at: (owners.codes[nodes.owner[mine[at]]], kpis.codes[nodes.kpi[mine[at]]]),
        lambda column, row, col: book.cell("targets", column, row, col),
    )
    block.target = matrix
    block.lineless[here["node"].to_numpy()] = False
    problems.extend(replace(p, sheet=sheet) for p in found)


def follows_last_year(frame: pl.DataFrame) -> bool:
    """Whether any row of ``targets`` is divided by last year's numbers."""
    profile = frame["profile"]
    if profile.null_count() == len(profile):
        return False
    return bool((profile.cast(pl.String).str.strip_chars().str.to_lowercase() == "last_year").any())


def settle_lineless(block: Block) -> None:
    """A unit stands for what is beneath it: it is without a line only when all of that is.

    Otherwise the missing target of a line deep below would be left out of the company's target without a word.
    """
    for level in block.levels:
        every = reduce_ranges(np.logical_and, block.lineless[level.children], level.starts, level.stops, True)
        block.lineless[level.parents] &= every


class _LastYear:
    """Actuals a year before some columns of a block, where the window reaches that far."""

    def __init__(self, block: Block) -> None:
        self.block = block

    def __call__(self, nodes: Ints, lo: int, hi: int) -> Floats | None:
        timeline = self.block.timeline
        back = {"month": 12, "quarter": 4, "half": 2, "year": 1, "week": 52, "day": 365}[timeline.frequency]
        columns = np.arange(lo, hi) - back
        inside = (columns >= 0) & (columns < len(timeline))
        if not inside.any():
            return None
        out = np.full((hi - lo, len(nodes)), np.nan)  # a row's own period may reach out of the window
        out[inside] = self.block.value[np.ix_(columns[inside], nodes)]
        return out
