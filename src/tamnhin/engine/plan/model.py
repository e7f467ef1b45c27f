"""What a compiled book looks like: positions, offsets and matrices (docs/algorithms/evaluation.md draws it)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import numpy.typing as npt

from tamnhin.engine.aggregation import Aggregation, Bits, Floats, Ints
from tamnhin.engine.book import Book
from tamnhin.engine.calendar import Calendar
from tamnhin.engine.periods import Period, Timeline
from tamnhin.engine.plan.measures import Kpis, Positions
from tamnhin.engine.plan.owners import Bools, Owners
from tamnhin.engine.problems import Problem
from tamnhin.engine.scoring import Params

NONE = np.int64(-1)


@dataclass(frozen=True, slots=True)
class Request:
    """What to evaluate: the periods, the day it is seen from, and the instant up to which records are known.

    ``as_known_at`` is aware (UTC) or None for everything recorded so far.
    """

    periods: tuple[Period, ...]
    as_of: date
    as_known_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Nodes:
    """Every (owner, KPI) that needs a number, ordered by owner, then KPI. Arrays have one element a node."""

    owner: Ints
    kpi: Ints
    block: npt.NDArray[np.int8]  # which Block holds it (one a frequency)
    at: Ints  # position inside the block
    lookup: Ints  # the sorted keys owner * kpi_count + kpi

    @property
    def count(self) -> int:
        return len(self.owner)

    def nodes_of(self, block: int) -> Ints:
        """The nodes of a block, in the order of its columns."""
        return np.flatnonzero(self.block == block)

    def find(self, owner: Positions, kpi: Positions | int, kpi_count: int) -> Ints:
        """Nodes of (owner, KPI) pairs, −1 where there is none."""
        if not len(self.lookup):
            return np.full(np.broadcast(owner, kpi).shape, NONE)
        wanted = np.asarray(owner, dtype=np.int64) * kpi_count + kpi
        found = np.minimum(np.searchsorted(self.lookup, wanted), len(self.lookup) - 1)
        return np.where((self.lookup[found] == wanted) & (np.asarray(owner) >= 0), found, NONE)


@dataclass(frozen=True, slots=True)
class RollLevel:
    """Parents of one level of the unit tree that combine their children by one aggregation.

    Edges are grouped by parent: the children of ``parents[i]`` are ``children[starts[i]:stops[i]]`` (positions in the
    block). A child belongs wholly to its parent unless its edge is one of the ``movers`` (sorted positions in
    ``children``); of those the parent has the part ``share`` ``[columns, movers]``.
    """

    level: int
    across: Aggregation
    parents: Ints
    starts: Ints
    stops: Ints
    children: Ints
    movers: Ints
    share: Floats
    values: Bools  # per parent: take the actual from the children
    targets: Bools  # per parent: take the target from the children


@dataclass(slots=True)
class Block:
    """The cells of one frequency: matrices ``[columns, nodes]``. The numbers may change, the shape may not.

    ``value`` and ``target`` are NaN where there is none. ``bits`` is the set of states beneath each cell
    (``aggregation.py``). Nodes of a mean or a ratio also keep the pair ``num``, ``den`` (``[columns, paired]``; a ratio
    typed without its components has ``den`` NaN).
    """

    timeline: Timeline
    nodes: Ints
    elapsed: Floats  # [columns]: the share of the working days gone on the as-of day
    open_column: int  # the column the as-of day lies in, −1 when it is closed or outside
    value: Floats
    bits: Bits
    expected: Bits  # what ``bits`` is where nothing has been reported; of computed cells, what was said of them
    finer: Ints  # sorted flat positions of cells that were combined from reports shorter than the base period
    target: Floats
    pace: Floats  # [nodes]: the target for the days gone in the open column, where something is reported
    paired: Ints
    pair_of: Ints
    num: Floats
    den: Floats
    time_by: npt.NDArray[np.int8]  # aggregation over time
    cell_by: npt.NDArray[np.int8]  # how the cell itself was merged: `across` for rolled-up parents
    scale: Floats
    lineless: Bools  # nobody has a line or a target for it: it adds to the actual of its parent only
    levels: tuple[RollLevel, ...] = ()


@dataclass(frozen=True, slots=True)
class Lines:
    """Scorecard lines ordered by owner, KPI, start. Arrays have one element a line."""

    owner: Ints
    kpi: Ints
    node: Ints
    weight: Floats
    micro: Ints  # the exact weight in millionths
    start: Ints
    stop: Ints
    method: npt.NDArray[np.int8]
    refused: npt.NDArray[np.int8]  # not scorable whatever the actual is: index into scoring.REFUSALS
    floor: Floats
    cap: Floats
    params: Params
    rollup: npt.NDArray[np.int8]  # into ROLLUPS
    share: Floats  # of the post the line belongs to (1.0 = all)
    row: Ints  # position in book["scorecards"]

    @property
    def count(self) -> int:
        return len(self.owner)


ROLLUPS = ("value", "weighted", "equal", "none", "shared")


@dataclass(slots=True)
class Plan:
    """A compiled book. ``evaluate`` runs on it; ``problems`` were found on the way."""

    book: Book
    request: Request
    calendar: Calendar
    owners: Owners
    kpis: Kpis
    nodes: Nodes
    blocks: tuple[Block, ...]
    lines: Lines
    line_starts: Ints  # [owners + 1]: the lines of owner i are line_starts[i]:line_starts[i + 1]
    node_starts: Ints  # [owners + 1]
    eligible: Floats  # [periods, owners]: share of the period's days the person was there; NaN for "not employed"
    problems: list[Problem]
    target_rows: Mapping[str, Ints]
    same_nodes: bool  # line i stands on node i: no gathering needed

    @property
    def periods(self) -> tuple[Period, ...]:
        return self.request.periods
