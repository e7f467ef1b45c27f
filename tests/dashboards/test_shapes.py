"""What the shapes work out for themselves."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tamnhin.dashboards.shapes import (
    LineGroup,
    LineRow,
    PeriodPicker,
    PeriodState,
    Score,
    ScorecardPage,
    Status,
    Step,
    Unit,
    WhyTree,
)


def line(name: str, weight: str, contribution: str | None) -> LineRow:
    earned = None if contribution is None else Decimal(contribution)
    return LineRow(name, name, "", "higher", Unit(), Status.MET, Decimal(weight), contribution=earned)


def page(*lines: LineRow) -> ScorecardPage:
    return ScorecardPage(
        owner="Kinh doanh",
        code="KD",
        kind="unit",
        breadcrumb=[],
        picker=PeriodPicker("2026-03", "03/2026", []),
        period=PeriodState("03/2026", "locked"),
        score=Score(None, "final"),
        groups=[LineGroup("", lines)],
    )


def test_the_sentence_names_the_largest_losses_first_and_its_parts_add_up() -> None:
    shape = page(line("giao trễ", "20", "14.90"), line("khách rời", "15", "11.90"), line("doanh thu", "65", "65"))
    assert shape.lost_shown == Decimal("8.2")
    assert [(str(loss.points), loss.label) for loss in shape.losses] == [("5.1", "giao trễ"), ("3.1", "khách rời")]


def test_what_is_not_named_is_counted_as_the_rest() -> None:
    shape = page(*(line(str(n), "25", str(25 - n)) for n in (4, 3, 2, 1)))
    assert [loss.label for loss in shape.losses] == ["4", "3", "2", ""]
    assert shape.losses[-1].points == Decimal("1.0")


def test_a_line_without_a_score_loses_nothing_and_is_said_to_be_open() -> None:
    shape = page(line("a", "60", "60"), line("b", "40", None))
    assert shape.lost == 0
    assert shape.losses == []
    assert shape.unscored == 40


def test_points_above_the_weight_are_gained_and_never_hide_a_loss() -> None:
    shape = page(line("a", "50", "60"), line("b", "50", "40"))
    assert (shape.lost, shape.gained) == (10, 10)


def test_by_loss_keeps_unscored_lines_last_in_their_order() -> None:
    shape = page(line("x", "10", None), line("a", "40", "40"), line("y", "10", None), line("b", "40", "20"))
    assert [each.code for each in shape.by_loss] == ["b", "a", "x", "y"]


@given(st.lists(st.decimals(0, 25, places=4), min_size=1, max_size=8))
def test_the_tenths_of_the_sentence_always_total_what_is_shown(lost: list[Decimal]) -> None:
    shape = page(*(line(str(n), "25", str(25 - each)) for n, each in enumerate(lost)))
    assert sum((loss.points for loss in shape.losses), Decimal(0)) == shape.lost_shown


def test_the_copied_text_is_the_tree_with_its_origins() -> None:
    tree = WhyTree(
        "Điểm",
        "03/2026",
        Step(
            "Điểm",
            "71,6",
            "1.074 ÷ 1.500",
            children=[Step("Tử số", "1.074", source="Kho vận", by="Phúc"), Step("Mẫu số", "1.500")],
        ),
    )
    assert tree.text.splitlines() == [
        "Điểm — 03/2026",
        "Điểm: 71,6 = 1.074 ÷ 1.500",
        "  Tử số: 1.074  [Kho vận; Phúc]",
        "  Mẫu số: 1.500",
    ]


def test_only_a_closed_period_may_show_a_final_colour() -> None:
    assert PeriodState("", "open", 7, 22).open
    assert PeriodState("", "submitted").open
    assert not PeriodState("", "locked").open
    assert PeriodState("", "open", 11, 22).gone == 0.5
