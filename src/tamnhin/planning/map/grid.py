"""In which row and column of the grid each box stands (``layout`` says the rest)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

SWEEPS = 8


@dataclass(frozen=True, slots=True)
class Box:
    """``lane`` is a position in the list of lanes; of two in a lane, the one of lower ``rank`` stands higher."""

    code: str
    lane: int
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Arrow:
    """From the driver to the outcome, by codes of boxes."""

    source: str
    target: str


@dataclass(slots=True)
class Grid:
    rows: list[list[str]]  # codes from left to right
    lane_of_row: list[int]
    columns: int
    at: dict[str, tuple[int, int]]  # row, column

    @classmethod
    def of(cls, boxes: Sequence[Box], arrows: Sequence[Arrow], lanes: int, columns: int) -> Grid:
        rows: list[list[str]] = []
        lane_of_row: list[int] = []
        for lane in range(lanes):
            mine = [box for box in boxes if box.lane == lane]
            depth = _depths([box.code for box in mine], arrows)
            place = {box.code: i for i, box in enumerate(mine)}
            mine.sort(key=lambda box: (depth[box.code], box.rank, place[box.code]))
            count = max(1, -(-len(mine) // columns))
            size = -(-len(mine) // count)
            for i in range(count):
                rows.append([box.code for box in mine[i * size : (i + 1) * size]])
                lane_of_row.append(lane)
        width = max([columns if len(rows) > lanes else 0, *(len(row) for row in rows), 1])
        grid = cls(rows, lane_of_row, min(columns, width), {})
        grid._settle(arrows)
        return grid

    def _settle(self, arrows: Sequence[Arrow]) -> None:
        """Columns for every box: swept down and up, keeping the best."""
        near: dict[str, list[str]] = {code: [] for row in self.rows for code in row}
        for arrow in arrows:
            near[arrow.source].append(arrow.target)
            near[arrow.target].append(arrow.source)
        for row, codes in enumerate(self.rows):
            self._take(row, codes, [(i + 0.5) * self.columns / len(codes) - 0.5 for i in range(len(codes))])
        best, cost = dict(self.at), self._cost(arrows)
        for sweep in range(SWEEPS):
            order = range(len(self.rows)) if sweep % 2 == 0 else range(len(self.rows) - 1, -1, -1)
            for row in order:
                wish = {code: self._wish(code, near[code]) for code in self.rows[row]}
                codes = sorted(self.rows[row], key=lambda code: (wish[code], self.at[code][1]))
                self.rows[row] = codes
                self._take(row, codes, [wish[code] for code in codes])
            now = self._cost(arrows)
            if now < cost:
                best, cost = dict(self.at), now
        self.at = best
        for codes in self.rows:
            codes.sort(key=lambda code: best[code][1])

    def _wish(self, code: str, near: Sequence[str]) -> float:
        """Where the box would like to stand; in the middle of its neighbours, or where it is."""
        if not near:
            return float(self.at[code][1])
        return sum(self.at[other][1] for other in near) / len(near)

    def _take(self, row: int, codes: Sequence[str], wishes: Sequence[float]) -> None:
        """Columns in this order, as near to the wishes as order allows: the least sum of squares, by trying all."""
        count = len(codes)
        infinite = float("inf")
        best = [[infinite] * (self.columns + 1) for _ in range(count + 1)]
        best[0] = [0.0] * (self.columns + 1)
        for i in range(1, count + 1):
            for column in range(i, self.columns + 1):
                here = best[i - 1][column - 1] + (wishes[i - 1] - (column - 1)) ** 2
                best[i][column] = min(best[i][column - 1], here)
        column = self.columns
        for i in range(count, 0, -1):
            while column > i and best[i][column] == best[i][column - 1]:
                column -= 1
            self.at[codes[i - 1]] = (row, column - 1)
            column -= 1

    def _cost(self, arrows: Sequence[Arrow]) -> tuple[int, float]:
        """Crossings of the arrows drawn straight, then how far they lean."""
        lines = [(*self.at[arrow.source], *self.at[arrow.target]) for arrow in arrows]
        crossed = sum(_cross(a, b) for a, b in combinations(lines, 2))
        return crossed, float(sum(abs(c - d) for _r, c, _s, d in lines))


def _depths(codes: Sequence[str], arrows: Sequence[Arrow]) -> dict[str, int]:
    """How many arrows lead from each box to the last outcome within the same lane; a circle counts once around."""
    inside = set(codes)
    above: dict[str, list[str]] = {code: [] for code in codes}
    for arrow in arrows:
        if arrow.source in inside and arrow.target in inside:
            above[arrow.source].append(arrow.target)
    depth = dict.fromkeys(codes, 0)
    for _round in codes:
        moved = False
        for code in codes:
            found = min(max((depth[other] + 1 for other in above[code]), default=0), len(codes) - 1)
            if found > depth[code]:
                depth[code], moved = found, True
        if not moved:
            break
    return depth


def _cross(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> bool:
    """Whether two straight lines (row, column, row, column) between grid points cross inside both."""

    def side(p: Sequence[int], q: Sequence[int], r: Sequence[int]) -> int:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    p, q, r, s = a[:2], a[2:], b[:2], b[2:]
    return side(p, q, r) * side(p, q, s) < 0 and side(r, s, p) * side(r, s, q) < 0
