"""A target divided among owners and over periods at once: both sums exact (docs/algorithms/splitting.md).

A unit's months and its people's years are settled first; the table between them is rounded so that every month's parts
are the unit's month and every person's months are the person's year. Each cell is its exact value rounded down or up to
the step. Such a rounding always exists: the exact table is a fractional flow whose sides are whole numbers, and then
there is a whole one between its floors and ceilings (Bacharach, Matrix rounding problems, 1966; Causey, Cox and Ernst,
Applications of transportation theory to statistical problems, 1985).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from tamnhin.engine.problems import declare
from tamnhin.engine.targets.shares import MOST_UNITS, SplitError, exact, last_place

Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

declare(
    "TABLE_SUMS_DIFFER",
    "error",
    "Các phần cộng lại là {rows} còn các kỳ cộng lại là {columns}. Sửa cho hai tổng bằng nhau rồi chia.",
    "The parts total {rows} and the periods total {columns}. Make the two totals equal, then divide.",
)


def table(
    rows: Sequence[float | Decimal], columns: Sequence[float | Decimal], *, step: float | Decimal | None = None
) -> list[list[Decimal]]:
    """``rows`` (each owner's total, ``n``) by ``columns`` (each period's total, ``k``): ``n`` lists of ``k`` decimals.

    Every row sums to its total and every column to its own, exactly; each cell is row × column ÷ total, rounded down or
    up to a multiple of ``step`` (None: the last decimal place of all figures). Raises SplitError TABLE_SUMS_DIFFER,
    SPLIT_NOTHING, SPLIT_NOT_A_NUMBER, SPLIT_STEP_TOO_COARSE, SPLIT_TOO_FINE, or SPLIT_SHARES_ZERO where the total is
    0 and its parts are not.
    """
    down, across = [exact(one) for one in rows], [exact(one) for one in columns]
    if not down or not across:
        raise SplitError("SPLIT_NOTHING")
    total = sum(down, Decimal(0))
    if total != sum(across, Decimal(0)):
        raise SplitError("TABLE_SUMS_DIFFER", rows=total, columns=sum(across, Decimal(0)))
    size = exact(step) if step is not None else last_place(*down, *across)
    row_steps, column_steps = [_steps(one, size) for one in down], [_steps(one, size) for one in across]
    whole = sum(row_steps)
    if not whole:
        if any(row_steps) or any(column_steps):
            raise SplitError("SPLIT_SHARES_ZERO", rest=total)
        return [[Decimal(0)] * len(across) for _row in down]
    due = np.array(row_steps, dtype=object)
    # integers of Python: a product of two sums has more digits than a float or an int64
    exactly = (due if whole > 0 else -due)[:, None] * np.array(column_steps, dtype=object)[None, :]
    whole = abs(whole)
    floors = exactly // whole
    over = exactly - floors * whole
    open_cells: Mask = over.astype(bool)
    needs = due - floors.sum(axis=1)
    wanted = np.array(column_steps, dtype=object) - floors.sum(axis=0)
    up = _whole_cells(open_cells, (over / whole).astype(np.float64), needs.astype(np.int64), wanted.astype(np.int64))
    counts = floors + up.astype(object)
    return [[count * size for count in row] for row in counts.tolist()]


def _steps(amount: Decimal, size: Decimal) -> int:
    count, over = divmod(abs(amount), size)
    if over:
        raise SplitError("SPLIT_STEP_TOO_COARSE", rest=amount, step=size)
    if count >= MOST_UNITS:
        raise SplitError("SPLIT_TOO_FINE", step=size, total=amount)
    return int(count) if amount >= 0 else -int(count)


def _whole_cells(open_cells: Mask, part: npt.NDArray[np.float64], needs: Ints, wanted: Ints) -> Mask:
    """Which cells are rounded up: ``needs`` of each row and ``wanted`` of each column, out of the open ones."""
    taken = np.zeros_like(open_cells)
    left = wanted.copy()
    for row in np.argsort(-needs, kind="stable").tolist():
        for _unit in range(int(needs[row])):
            free = open_cells[row] & ~taken[row]
            direct = np.flatnonzero(free & (left > 0))
            if len(direct):
                # the column that still waits for most, and among those the larger part of a step
                best = direct[np.lexsort((-part[row, direct], -left[direct]))[0]]
                taken[row, best] = True
                left[best] -= 1
            else:
                _make_room(row, free, open_cells, taken, left)
    return taken


def _make_room(row: int, free: Mask, open_cells: Mask, taken: Mask, left: Ints) -> None:
    """Give the row a full column, moving other rows along the shortest way to a column that still wants one."""
    came: dict[int, tuple[int, int]] = {}  # column → (the column before it on the way, the row that moves between them)
    seen = free.copy()
    waiting = deque(np.flatnonzero(free).tolist())
    while waiting:
        column = waiting.popleft()
        if left[column] > 0:
            left[column] -= 1
            while column in came:
                before, mover = came[column]
                taken[mover, before], taken[mover, column] = False, True
                column = before
            taken[row, column] = True
            return
        for mover in np.flatnonzero(taken[:, column]).tolist():
            for following in np.flatnonzero(open_cells[mover] & ~taken[mover] & ~seen).tolist():
                seen[following] = True
                came[following] = (column, mover)
                waiting.append(following)
            if seen.all():
                break
    raise AssertionError("a table with whole sides has a whole rounding")
