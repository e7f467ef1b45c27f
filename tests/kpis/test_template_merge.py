"""What a newer template changes on a scorecard, and what it leaves: three-way, field by field."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tamnhin.kpis.services.lines import LineInput
from tamnhin.kpis.services.template_merge import Clash, Merged, Targets, merge

NOTHING = Targets({}, {}, {}, {})


def line(kpi: int, weight: str = "50", **more: object) -> LineInput:
    return LineInput(kpi_id=kpi, weight=Decimal(weight), **more)  # type: ignore[arg-type]


def merged(old: list[LineInput], new: list[LineInput], mine: list[LineInput], targets: Targets = NOTHING) -> Merged:
    return merge(old, new, mine, targets)


def test_what_nobody_touched_follows_the_template() -> None:
    out = merged([line(1, "60")], [line(1, "70", goal_id=9)], [line(1, "60")])
    assert out.lines == [line(1, "70", goal_id=9)]
    assert out.changed == [1]
    assert not out.clashes


def test_what_was_changed_by_hand_stays_when_the_template_did_not_move() -> None:
    out = merged([line(1, "60")], [line(1, "60")], [line(1, "45")])
    assert out.lines == [line(1, "45")]
    assert not out.differs
    assert not out.clashes


def test_where_both_changed_the_persons_stays_and_both_are_shown() -> None:
    out = merged([line(1, "60")], [line(1, "70")], [line(1, "45")])
    assert out.lines == [line(1, "45")]
    assert out.clashes == [Clash(1, "weight", Decimal(45), Decimal(70))]
    assert not out.differs


def test_the_same_change_on_both_sides_is_no_clash() -> None:
    out = merged([line(1, "60")], [line(1, "70")], [line(1, "70")])
    assert out.lines == [line(1, "70")]
    assert not out.differs
    assert not out.clashes


def test_fields_are_merged_each_by_itself() -> None:
    out = merged([line(1, "60")], [line(1, "70")], [line(1, "60", terms={"cap": 120.0})])
    assert out.lines == [line(1, "70", terms={"cap": 120.0})]


def test_a_new_line_of_the_template_is_added_behind_the_persons_own() -> None:
    out = merged([line(1)], [line(1), line(2)], [line(1), line(3)])
    assert [one.kpi_id for one in out.lines] == [1, 3, 2]
    assert out.added == [2]


def test_a_line_the_template_takes_away_goes_when_nobody_touched_it() -> None:
    out = merged([line(1), line(2)], [line(1)], [line(1), line(2)])
    assert out.lines == [line(1)]
    assert out.removed == [2]


def test_a_line_the_template_takes_away_stays_where_it_was_changed_by_hand() -> None:
    out = merged([line(1), line(2)], [line(1)], [line(1), line(2, "30")])
    assert out.lines == [line(1), line(2, "30")]
    assert out.clashes == [Clash(2, "line", Decimal(30), None)]
    assert not out.removed


def test_a_line_with_a_target_of_the_persons_own_is_not_taken_away() -> None:
    targets = Targets({2: {"2030-07": 10.0}}, {}, {2: {"2030-07": 12.0}}, {})
    out = merged([line(1), line(2)], [line(1)], [line(1), line(2)], targets)
    assert out.clashes == [Clash(2, "line", Decimal(50), None)]


def test_what_the_person_took_off_stays_off() -> None:
    out = merged([line(1), line(2)], [line(1), line(2)], [line(1)])
    assert out.lines == [line(1)]
    assert not out.clashes
    out = merged([line(1), line(2)], [line(1), line(2, "40")], [line(1)])
    assert out.lines == [line(1)]
    assert out.clashes == [Clash(2, "line", None, Decimal(40))]


def test_a_kpi_that_both_brought_in_is_the_persons() -> None:
    out = merged([], [line(2, "40")], [line(2, "30")])
    assert out.lines == [line(2, "30")]
    assert out.clashes == [Clash(2, "weight", Decimal(30), Decimal(40))]


@pytest.mark.parametrize(
    ("standing", "taken"),
    [({"2030-07": 10.0}, True), ({}, True), ({"2030-07": 12.0}, False)],
    ids=["as the template said", "none stands", "changed by hand"],
)
def test_a_target_follows_the_template_unless_it_was_changed_by_hand(
    standing: dict[str, float], *, taken: bool
) -> None:
    targets = Targets({1: {"2030-07": 10.0}}, {1: {"2030-07": 15.0}}, {1: standing} if standing else {}, {1: 15.0})
    out = merged([line(1)], [line(1)], [line(1)], targets)
    wanted = replace(line(1), targets={"2030-07": 15.0}, total=15.0, profile="custom") if taken else line(1)
    assert out.lines == [wanted]
    assert out.clashes == ([] if taken else [Clash(1, "target", 12.0, 15.0)])


def test_a_target_that_did_not_move_writes_nothing() -> None:
    targets = Targets({1: {"2030-07": 10.0}}, {1: {"2030-07": 10.0}}, {1: {"2030-07": 12.0}}, {1: 10.0})
    out = merged([line(1)], [line(1)], [line(1)], targets)
    assert not out.differs
    assert not out.clashes
