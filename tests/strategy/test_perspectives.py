"""The lanes of the strategy, and which one a text from a file means."""

from __future__ import annotations

import datetime

import pytest
from tests.cast import Cast, make_kpi

from tamnhin.strategy.models import Goal, Perspective
from tamnhin.strategy.perspectives import perspective_key
from tamnhin.strategy.problems import RefusedError
from tamnhin.strategy.services import perspectives as lanes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("financial", "financial"), ("Tài chính", "financial"), ("TAI CHINH", "financial"), ("F", "financial"),
        ("Viễn cảnh: Khách hàng", "customer"), ("customer", "customer"), ("Customer perspective", "customer"),
        ("internal", "internal_process"), ("Quy trình nội bộ", "internal_process"),
        ("internal_process", "internal_process"),
        ("Internal Business Process", "internal_process"), ("learning", "learning_growth"),
        ("Học hỏi & phát triển", "learning_growth"), ("Học hỏi và phát triển", "learning_growth"),
        ("Learning and Growth", "learning_growth"), ("learning_growth", "learning_growth"),
        ("", ""), ("   ", ""), ("Môi trường", ""), ("—", ""),
    ],
)  # fmt: skip
def test_a_text_of_a_file_finds_its_lane(text: str, code: str) -> None:
    assert perspective_key(text) == code


def test_every_perspective_of_the_demo_finds_its_lane() -> None:
    from tamnhin.demo.catalogue import KPIS

    assert {perspective_key(kpi.perspective) for kpi in KPIS.values()} == {
        "financial", "customer", "internal_process", "learning_growth",
    }  # fmt: skip


def test_a_companys_own_names_come_first_and_old_names_still_lead_home(cast: Cast) -> None:
    rows = lanes.perspectives_of(cast.company)
    lanes.rename_perspective(acting_user=cast.lan, perspective=rows[0], name="Tiền", name_en="Money")
    lanes.add_perspective(acting_user=cast.lan, company=cast.company, name="Môi trường")
    rows = lanes.perspectives_of(cast.company)
    assert [perspective_key(text, rows) for text in ("tiền", "Money", "Tài chính", "moi truong", "lạ")] == [
        "financial", "financial", "financial", "moi_truong", "",
    ]  # fmt: skip


def test_the_four_are_made_once_with_the_first_look(cast: Cast) -> None:
    first = [row.code for row in lanes.perspectives_of(cast.company)]
    assert first == ["financial", "customer", "internal_process", "learning_growth"]
    lanes.perspectives_of(cast.company)
    lanes.perspectives_of(cast.other)
    assert Perspective.objects.filter(company=cast.company).count() == 4


def test_order_changes_one_place_at_a_time_and_stops_at_the_ends(cast: Cast) -> None:
    rows = lanes.perspectives_of(cast.company)
    lanes.move_perspective(acting_user=cast.lan, perspective=rows[1], up=True)
    lanes.move_perspective(acting_user=cast.lan, perspective=rows[1], up=True)
    lanes.move_perspective(acting_user=cast.lan, perspective=rows[3], up=False)
    assert [row.code for row in lanes.perspectives_of(cast.company)] == [
        "customer", "financial", "internal_process", "learning_growth",
    ]  # fmt: skip


def test_a_name_that_is_there_in_either_language_is_refused(cast: Cast) -> None:
    rows = lanes.perspectives_of(cast.company)
    for name in ("khach hang", "Customer"):
        with pytest.raises(RefusedError) as refused:
            lanes.rename_perspective(acting_user=cast.lan, perspective=rows[0], name=name)
        assert [(one.field, one.problem.code) for one in refused.value.faults] == [("name", "PERSPECTIVE_TAKEN")]
    with pytest.raises(RefusedError):
        lanes.add_perspective(acting_user=cast.lan, company=cast.company, name="  ")


def test_a_lane_with_goals_or_kpis_in_it_cannot_be_archived_and_says_which(cast: Cast) -> None:
    rows = lanes.perspectives_of(cast.company)
    make_kpi(cast.company, "REV", "Doanh thu", perspective="Tài chính")
    day = datetime.date(2026, 1, 1)
    Goal.objects.create(
        company=cast.company, code="CL-1", title="Lãi", horizon="year", valid_from=day, valid_to=day,
        perspective="financial",
    )  # fmt: skip
    with pytest.raises(RefusedError) as refused:
        lanes.archive_perspective(acting_user=cast.lan, perspective=rows[0])
    problem = refused.value.faults[0].problem
    assert problem.code == "PERSPECTIVE_IN_USE"
    assert problem.args["codes"] == "CL-1, REV"
    lanes.archive_perspective(acting_user=cast.lan, perspective=rows[3])
    assert [row.code for row in lanes.perspectives_of(cast.company)] == ["financial", "customer", "internal_process"]
    lanes.restore_perspective(acting_user=cast.lan, perspective=rows[3])
    assert [row.code for row in lanes.perspectives_of(cast.company)][-1] == "learning_growth"


def test_the_last_lane_stays(cast: Cast) -> None:
    *others, last = lanes.perspectives_of(cast.company)
    for row in others:
        lanes.archive_perspective(acting_user=cast.lan, perspective=row)
    with pytest.raises(RefusedError) as refused:
        lanes.archive_perspective(acting_user=cast.lan, perspective=last)
    assert refused.value.faults[0].problem.code == "PERSPECTIVE_LAST"
