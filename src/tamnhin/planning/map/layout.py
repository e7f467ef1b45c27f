"""Where the boxes of a strategy map stand and how its arrows run. Pure: codes in, numbers out, the same every time.

Boxes stand in a grid: lanes from top to bottom, each of one row or more, all rows on the same columns. Arrows run
between the rows (channels) and between the columns (gutters), never through a box: up from the driver to the channel
above it, along, through a gutter where rows lie between, along, and up to the outcome. Arrows that share a channel or
a gutter get a track each, and a channel is as high as its tracks need.

The order in a row lessens crossings: rows are swept downwards and upwards, each box drawn to the mean column of its
neighbours (the barycentre of Sugiyama, Tagawa & Toda 1981), and the best arrangement seen is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeVar

from tamnhin.planning.map.grid import Arrow, Box, Grid

What = TypeVar("What")


@dataclass(frozen=True, slots=True)
class Measures:
    """In pixels of the drawing. ``side``: the room for a lane's name, left of the boxes; ``head``: above the lanes."""

    box: tuple[float, float] = (232.0, 104.0)
    side: float = 116.0
    head: float = 0.0
    channel: float = 26.0
    gutter: float = 26.0
    track: float = 11.0
    lane: float = 10.0  # between a lane's edge and its channels


@dataclass(frozen=True, slots=True)
class Place:
    """Of a box: its corner and size, and its row and column in the grid."""

    x: float
    y: float
    width: float
    height: float
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Band:
    """Of a lane."""

    y: float
    height: float


Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Route:
    """Corners from the driver to the outcome, and the middle of its longest stretch, where a label may stand."""

    source: str
    target: str
    points: tuple[Point, ...]
    label: Point


@dataclass(frozen=True, slots=True)
class Layout:
    """``order``: codes as they are read, lane by lane, row by row, from left to right."""

    width: float
    height: float
    bands: tuple[Band, ...]
    places: dict[str, Place]
    routes: tuple[Route, ...]
    order: tuple[str, ...]


def arrange(
    boxes: Sequence[Box], arrows: Iterable[Arrow], lanes: int, columns: int, measures: Measures | None = None
) -> Layout:
    """The map with at most ``columns`` boxes in a row. Arrows from or to what is no box, or to itself, are left out."""
    given = measures or Measures()
    known = {box.code for box in boxes}
    drawn = list(dict.fromkeys(a for a in arrows if a.source in known and a.target in known and a.source != a.target))
    grid = Grid.of(boxes, drawn, lanes, columns)
    return _Drawing(grid, drawn, given).layout()


def fitted(
    boxes: Sequence[Box], arrows: Iterable[Arrow], lanes: int, shape: float, measures: Measures | None = None
) -> Layout:
    """The map with as many columns as let it be drawn largest on a sheet ``shape`` times as wide as it is high."""
    drawn = list(arrows)
    most = max([sum(box.lane == lane for box in boxes) for lane in range(lanes)], default=1)
    tried = [arrange(boxes, drawn, lanes, columns, measures) for columns in range(2, max(3, min(most, 12)) + 1)]
    return min(tried, key=lambda one: max(one.width / shape, one.height))


@dataclass(slots=True)
class _Path:
    """An arrow on its way: leaves from the ``top`` of its source or not, arrives at the ``bottom`` or not.

    ``way``: −1 where the rows touch, an even number 2 × g for gutter g, an odd one for the middle of a column whose
    cells are empty in all the rows between.
    """

    arrow: Arrow
    up: bool
    first: int  # channel it leaves into
    last: int  # channel it arrives from
    from_top: bool
    into_bottom: bool
    way: int = -1
    way_track: int = 0
    start_x: float = 0.0
    end_x: float = 0.0
    first_track: int = 0
    last_track: int = 0
    straight: bool = False


class _Drawing:
    def __init__(self, grid: Grid, arrows: Sequence[Arrow], measures: Measures) -> None:
        self.grid, self.measures = grid, measures
        self.paths = [self._path(arrow) for arrow in arrows]
        self._choose_ways()
        self._find_columns()
        self._find_ports()
        self._find_channels()

    def _path(self, arrow: Arrow) -> _Path:
        above, below = self.grid.at[arrow.target][0], self.grid.at[arrow.source][0]
        if below > above:
            return _Path(arrow, True, below, above + 1, True, True)
        if below == above:
            return _Path(arrow, True, below, below, True, False)
        return _Path(arrow, False, below + 1, above, False, False)

    def _choose_ways(self) -> None:
        """Through which gutter (or empty column) each arrow passes the rows between: the shortest, the emptiest."""
        taken = set(self.grid.at.values())
        used: dict[int, list[tuple[int, int]]] = {}
        for path in sorted(self.paths, key=lambda p: (abs(p.first - p.last), p.arrow.source, p.arrow.target)):
            if path.first == path.last:
                continue
            low, high = sorted((path.first, path.last))
            between = range(low, high)
            here, there = self.grid.at[path.arrow.source][1], self.grid.at[path.arrow.target][1]
            ways = [2 * gutter for gutter in range(self.grid.columns + 1)]
            ways += [
                2 * column + 1
                for column in range(self.grid.columns)
                if all((row, column) not in taken for row in between)
            ]

            def cost(
                way: int, low: int = low, high: int = high, here: int = here, there: int = there
            ) -> tuple[float, int]:
                x = (way - 1) / 2  # in columns: gutter g lies between columns g − 1 and g
                crowd = sum(a < high and low < b for a, b in used.get(way, ()))
                outer = 0.4 if way in (0, 2 * self.grid.columns) else 0.0
                return abs(x - here) + abs(x - there) + 0.3 * crowd + outer, way

            path.way = min(ways, key=cost)
            used.setdefault(path.way, []).append((low, high))
        for way in used:
            mine = [path for path in self.paths if path.way == way]
            spans = [(float(min(p.first, p.last)), float(max(p.first, p.last)), p) for p in mine]
            for track, path in _tracks(spans, gap=0.0):
                path.way_track = track

    def _find_columns(self) -> None:
        """Where each column begins: gutters as wide as their tracks need."""
        measures = self.measures
        self.ways: dict[int, float] = {}
        self.column_x: list[float] = []
        x = measures.side
        for gutter in range(self.grid.columns + 1):
            tracks = 1 + max((p.way_track for p in self.paths if p.way == 2 * gutter), default=-1)
            edge = gutter in (0, self.grid.columns)
            least = measures.lane if edge else measures.gutter
            width = max(least, (tracks + 1) * measures.track) if tracks else least
            self.ways[2 * gutter] = x + (width - (tracks - 1) * measures.track) / 2
            x += width
            if gutter < self.grid.columns:
                self.column_x.append(x)
                self.ways[2 * gutter + 1] = x + measures.box[0] * 0.3
                x += measures.box[0]
        self.width = x

    def _way_x(self, path: _Path) -> float:
        return self.ways[path.way] + path.way_track * self.measures.track

    def _find_ports(self) -> None:
        """Where on its edge each arrow leaves and arrives: in the order of where it comes from, so that none cross."""
        ends: dict[tuple[str, bool], list[tuple[float, int, _Path, bool]]] = {}
        for i, path in enumerate(self.paths):
            source, target = path.arrow.source, path.arrow.target
            middle = None if path.way < 0 else self._way_x(path)
            to = self._centre(target) if middle is None else middle
            back = self._centre(source) if middle is None else middle
            ends.setdefault((source, path.from_top), []).append((to, i, path, True))
            ends.setdefault((target, not path.into_bottom), []).append((back, i, path, False))
        for (code, top), many in ends.items():
            many.sort(key=lambda end: (end[0], end[1]))
            room = self.measures.box[0] * 0.8
            step = min(room / len(many), 26.0)
            # the two edges that look at one another across a channel never have an x in common
            shift = -step / 4 if top else step / 4
            for k, (_x, _i, path, leaves) in enumerate(many):
                x = self._centre(code) + shift + (k - (len(many) - 1) / 2) * step
                if leaves:
                    path.start_x = x
                else:
                    path.end_x = x
        for path in self.paths:
            alone = len(ends[(path.arrow.source, path.from_top)]) == 1
            alone = alone and len(ends[(path.arrow.target, not path.into_bottom)]) == 1
            if alone and path.way < 0 and path.into_bottom == path.from_top and self._same_column(path):
                path.start_x = path.end_x = self._centre(path.arrow.source)
                path.straight = True

    def _same_column(self, path: _Path) -> bool:
        return self.grid.at[path.arrow.source][1] == self.grid.at[path.arrow.target][1]

    def _centre(self, code: str) -> float:
        return self.column_x[self.grid.at[code][1]] + self.measures.box[0] / 2

    def _find_channels(self) -> None:
        """Which track of its channels each arrow runs on, and how high that makes them."""
        spans: dict[int, list[tuple[float, float, tuple[_Path, bool]]]] = {}
        for path in self.paths:
            if path.straight:
                continue
            if path.way < 0:
                low, high = sorted((path.start_x, path.end_x))
                spans.setdefault(path.first, []).append((low, high, (path, True)))
                continue
            x = self._way_x(path)
            for channel, other, leaves in ((path.first, path.start_x, True), (path.last, path.end_x, False)):
                low, high = sorted((other, x))
                spans.setdefault(channel, []).append((low, high, (path, leaves)))
        self.tracks = [0] * (len(self.grid.rows) + 1)
        for channel, many in spans.items():
            for track, (path, leaves) in _tracks(many, gap=6.0):
                self.tracks[channel] = max(self.tracks[channel], track + 1)
                if leaves:
                    path.first_track = track
                else:
                    path.last_track = track
        self._find_rows()

    def _find_rows(self) -> None:
        """Where rows and lanes lie. The channel between two lanes is divided: its tracks belong to the lower one."""
        measures = self.measures
        self.row_y: list[float] = []
        self.channel_y: list[float] = []
        bands: list[list[float]] = []
        y = measures.head
        for row in range(len(self.grid.rows)):
            new_lane = row == 0 or self.grid.lane_of_row[row] != self.grid.lane_of_row[row - 1]
            if new_lane:
                if bands:
                    y += measures.lane
                    bands[-1][1] = y - bands[-1][0]
                bands.append([y, 0.0])
                y += measures.lane
            height = self._channel_height(row, alone=new_lane)
            self.channel_y.append(y + (height - (self.tracks[row] - 1) * measures.track) / 2)
            y += height
            self.row_y.append(y)
            y += measures.box[1]
        last = len(self.grid.rows)
        height = self._channel_height(last, alone=True) if self.tracks[last] else 0.0
        self.channel_y.append(y + (height - (self.tracks[last] - 1) * measures.track) / 2)
        y += height + measures.lane
        if bands:
            bands[-1][1] = y - bands[-1][0]
        self.bands = tuple(Band(*band) for band in bands)
        self.height = y

    def _channel_height(self, channel: int, *, alone: bool) -> float:
        tracks = self.tracks[channel]
        if not tracks:
            return 4.0 if alone else self.measures.channel / 2
        return max(self.measures.channel, (tracks + 2) * self.measures.track)

    def layout(self) -> Layout:
        measures = self.measures
        places = {
            code: Place(self.column_x[column], self.row_y[row], *measures.box, row, column)
            for code, (row, column) in self.grid.at.items()
        }
        order = tuple(code for row in self.grid.rows for code in row)
        routes = tuple(self._route(path, places) for path in self.paths)
        return Layout(self.width, self.height, self.bands, places, routes, order)

    def _route(self, path: _Path, places: dict[str, Place]) -> Route:
        source, target = places[path.arrow.source], places[path.arrow.target]
        begin = (path.start_x, source.y if path.from_top else source.y + source.height)
        end = (path.end_x, target.y + target.height if path.into_bottom else target.y)
        if path.straight:
            points: tuple[Point, ...] = (begin, end)
        else:
            first = self.channel_y[path.first] + path.first_track * self.measures.track
            if path.way < 0:
                points = (begin, (begin[0], first), (end[0], first), end)
            else:
                x = self._way_x(path)
                last = self.channel_y[path.last] + path.last_track * self.measures.track
                points = (begin, (begin[0], first), (x, first), (x, last), (end[0], last), end)
        return Route(path.arrow.source, path.arrow.target, points, _middle(points))


def _middle(points: Sequence[Point]) -> Point:
    """The middle of the longest stretch."""
    pairs = list(pairwise(points))
    (x1, y1), (x2, y2) = max(pairs, key=lambda p: abs(p[0][0] - p[1][0]) + abs(p[0][1] - p[1][1]))
    return (x1 + x2) / 2, (y1 + y2) / 2


def _tracks(spans: Sequence[tuple[float, float, What]], gap: float) -> list[tuple[int, What]]:
    """A track for each stretch: the first on which nothing lies within ``gap`` of it."""
    taken: list[list[tuple[float, float]]] = []
    out: list[tuple[int, What]] = []
    for low, high, what in sorted(spans, key=lambda span: (span[0], -span[1])):
        free = (i for i, there in enumerate(taken) if all(high + gap < a or b + gap < low for a, b in there))
        track = next(free, len(taken))
        if track == len(taken):
            taken.append([])
        taken[track].append((low, high))
        out.append((track, what))
    return out


def moved(layout: Layout, down: float) -> Layout:
    """The same drawing so many pixels lower: for what stands above it."""
    return replace(
        layout,
        height=layout.height + down,
        bands=tuple(replace(band, y=band.y + down) for band in layout.bands),
        places={code: replace(place, y=place.y + down) for code, place in layout.places.items()},
        routes=tuple(
            replace(
                route,
                points=tuple((x, y + down) for x, y in route.points),
                label=(route.label[0], route.label[1] + down),
            )
            for route in layout.routes
        ),
    )
