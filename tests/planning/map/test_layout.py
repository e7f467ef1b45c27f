"""The map's geometry: boxes that never touch, arrows that never run through a box, the same drawing every time."""

from __future__ import annotations

import random
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tamnhin.planning.map.grid import Arrow, Box
from tamnhin.planning.map.layout import Layout, Place, arrange, fitted

A4 = 297 / 210


def company(goals: int, arrows: int, seed: int, lanes: int = 4) -> tuple[list[Box], list[Arrow]]:
    """Goals spread over lanes and arrows that mostly run upwards, as a strategy's do."""
    rng = random.Random(seed)  # noqa: S311
    boxes = [Box(f"G{i}", rng.randrange(lanes), rng.randrange(2)) for i in range(goals)]
    drawn = []
    for _i in range(arrows):
        a, b = rng.sample(boxes, 2)
        if a.lane < b.lane and rng.random() < 0.8:
            a, b = b, a
        drawn.append(Arrow(a.code, b.code))
    return boxes, drawn


def apart(a: Place, b: Place, room: float = 8.0) -> bool:
    return (
        a.x + a.width + room <= b.x
        or b.x + b.width + room <= a.x
        or a.y + a.height + room <= b.y
        or b.y + b.height + room <= a.y
    )


def through(place: Place, p: tuple[float, float], q: tuple[float, float]) -> bool:
    """Whether a stretch runs through the inside of a box or along its edge."""
    (x1, x2), (y1, y2) = sorted((p[0], q[0])), sorted((p[1], q[1]))
    return x2 >= place.x and x1 <= place.x + place.width and y2 > place.y and y1 < place.y + place.height


def check(layout: Layout, boxes: list[Box], lanes: int) -> None:
    assert set(layout.places) == {box.code for box in boxes} == set(layout.order)
    for a, b in combinations(layout.places.values(), 2):
        assert apart(a, b)
    for box in boxes:
        place, band = layout.places[box.code], layout.bands[box.lane]
        assert band.y < place.y
        assert place.y + place.height < band.y + band.height
        assert place.x > 0
        assert place.x + place.width <= layout.width
    assert len(layout.bands) == lanes
    for above, below in pairwise(layout.bands):
        assert above.y + above.height == pytest.approx(below.y)
    for route in layout.routes:
        ends = {route.source, route.target}
        for p, q in pairwise(route.points):
            assert p[0] == q[0] or p[1] == q[1], "arrows run along or down, never aslant"
            assert 0 <= p[0] <= layout.width
            assert 0 <= p[1] <= layout.height
            for code, place in layout.places.items():
                assert not through(place, p, q), f"{route} runs through {code}"
        start, end = layout.places[route.source], layout.places[route.target]
        assert route.points[0][1] in (start.y, start.y + start.height)
        assert route.points[-1][1] in (end.y, end.y + end.height)
        assert start.x < route.points[0][0] < start.x + start.width
        assert end.x < route.points[-1][0] < end.x + end.width
        assert ends <= set(layout.places)


@pytest.mark.parametrize("goals", [4, 8, 14, 26, 40, 60])
@pytest.mark.parametrize("columns", [3, 5])
def test_boxes_keep_apart_and_arrows_go_around_them(goals: int, columns: int) -> None:
    for seed in range(6):
        boxes, arrows = company(goals, goals, seed)
        check(arrange(boxes, arrows, 4, columns), boxes, 4)


@settings(deadline=None, max_examples=60)
@given(st.integers(4, 60), st.integers(0, 80), st.integers(0, 10_000), st.integers(2, 8), st.integers(1, 6))
def test_any_map_can_be_drawn(goals: int, arrows: int, seed: int, columns: int, lanes: int) -> None:
    boxes, drawn = company(goals, arrows, seed, lanes)
    check(arrange(boxes, drawn, lanes, columns), boxes, lanes)


def test_two_arrows_never_lie_upon_one_another_between_two_rows() -> None:
    for seed in range(10):
        boxes, arrows = company(24, 30, seed)
        layout = arrange(boxes, arrows, 4, 4)
        stretches = [
            (p[1], *sorted((p[0], q[0])), route)
            for route in layout.routes
            for p, q in pairwise(route.points)
            if p[1] == q[1] and p[0] != q[0]
        ]
        for (y1, a1, b1, one), (y2, a2, b2, other) in combinations(stretches, 2):
            assert one is other or y1 != y2 or b1 < a2 or b2 < a1


def test_the_same_goals_are_drawn_the_same_way_every_time() -> None:
    boxes, arrows = company(30, 40, 7)
    assert arrange(boxes, arrows, 4, 5) == arrange(list(boxes), list(arrows), 4, 5)


def test_an_outcome_stands_above_its_driver_within_a_lane() -> None:
    boxes = [Box("A", 0), Box("B", 0), Box("C", 0), Box("D", 0)]
    layout = arrange(boxes, [Arrow("A", "B"), Arrow("C", "B")], 1, 2)
    assert layout.places["B"].row < layout.places["A"].row
    assert layout.places["A"].row == layout.places["C"].row


def test_goals_in_a_circle_are_still_drawn() -> None:
    boxes = [Box("A", 0), Box("B", 0), Box("C", 1)]
    arrows = [Arrow("A", "B"), Arrow("B", "A"), Arrow("B", "C"), Arrow("C", "A")]
    layout = arrange(boxes, arrows, 2, 2)
    check(layout, boxes, 2)
    assert len(layout.routes) == 4


def test_an_arrow_to_what_is_not_on_the_map_or_to_itself_is_left_out() -> None:
    layout = arrange([Box("A", 0), Box("B", 1)], [Arrow("A", "X"), Arrow("A", "A"), Arrow("B", "A")], 2, 3)
    assert [(route.source, route.target) for route in layout.routes] == [("B", "A")]


def test_ordering_undoes_crossings_that_need_not_be() -> None:
    boxes = [Box(f"T{i}", 0) for i in range(4)] + [Box(f"D{i}", 1) for i in range(4)]
    arrows = [Arrow(f"D{i}", f"T{3 - i}") for i in range(4)]
    places = arrange(boxes, arrows, 2, 4).places
    assert all(places[f"D{i}"].column == places[f"T{3 - i}"].column for i in range(4))


def test_a_driver_right_under_its_outcome_points_straight_up() -> None:
    route = arrange([Box("T", 0), Box("D", 1)], [Arrow("D", "T")], 2, 1).routes[0]
    assert len(route.points) == 2
    assert route.points[0][0] == route.points[1][0]
    assert route.points[0][1] > route.points[1][1]


def test_an_empty_map_and_empty_lanes_have_a_place_too() -> None:
    layout = arrange([], [], 4, 4)
    assert len(layout.bands) == 4
    assert layout.height > 0
    check(arrange([Box("A", 2)], [], 4, 4), [Box("A", 2)], 4)


@pytest.mark.parametrize("goals", [4, 14, 60])
def test_for_paper_the_columns_are_chosen_that_draw_it_largest(goals: int) -> None:
    boxes, arrows = company(goals, goals, 3)
    best = fitted(boxes, arrows, 4, A4)
    check(best, boxes, 4)
    for columns in range(2, 12):
        other = arrange(boxes, arrows, 4, columns)
        assert max(best.width / A4, best.height) <= max(other.width / A4, other.height) + 1e-9
