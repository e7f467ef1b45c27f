"""The SMART check while a goal is written, and goals beside the numbers of their KPIs."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.urls import reverse
from tests.cast import make_value
from tests.conftest import Browser
from tests.dashboards.furnished import Furnished
from tests.planning.strategy.test_goal_pages import data, ready
from tests.strategy.plans import strategic, with_vision, year_of, yearly

from tamnhin.dashboards.reading import Reading
from tamnhin.dashboards.selectors.goals import expected_at, goals_in_sight, progress
from tamnhin.organisation.services import touch
from tamnhin.strategy.models import Goal

# -- the check while writing ---------------------------------------------------------------------------------------


def letters(answer: Any) -> dict[str, str]:
    return {mark.letter: mark.verdict for mark in answer.context["page"]["marks"]}


def test_each_letter_is_said_with_what_to_do_while_it_is_typed(sao: Furnished, browser: Browser) -> None:
    cast = sao.cast
    minh = browser.of(cast.minh)
    bare = minh.post(reverse("goal_check"), {**data(cast, title="Tăng"), "place": "new::"})
    assert letters(bare) == {"S": "fail", "M": "fail", "A": "warn", "R": "fail", "T": "pass"}
    assert "Chưa có KPI đo mục tiêu" in bare.content.decode()
    with_vision(cast)
    strategic(cast, code="CL")
    Goal.objects.update(status="active")
    full = minh.post(
        reverse("goal_check"),
        {**data(cast, description="Khách sỉ mua đều", scope="Miền Bắc", parent="CL", kpi="REV", baseline="100",
                target="400"), "place": "new::"},
    )  # fmt: skip
    assert letters(full) == {"S": "pass", "M": "pass", "A": "warn", "R": "pass", "T": "pass"}
    wrong = minh.post(
        reverse("goal_check"), {**data(cast, kpi="REV", baseline="400", target="100", parent="CL"), "place": "new::"}
    )
    assert letters(wrong)["M"] == "fail"


def test_attainable_is_read_against_what_the_kpi_has_been(sao: Furnished, browser: Browser) -> None:
    for back, value in enumerate((90.0, 100.0, 110.0, 120.0, 80.0, 95.0, 105.0), start=3):
        make_value(sao.cast.owner("HOA"), sao.revenue, sao.month(back), value)
    touch(sao.cast.company.pk, structure=True)
    year = year_of(sao.cast)
    answer = browser.of(sao.cast.minh).post(
        reverse("goal_check"),
        {**data(sao.cast, kpi="REV", baseline="250", target="330", unit="KD", horizon="quarter",
                valid_from=f"{year}-10-01", valid_to=f"{year}-12-31"), "place": "new::"},
    )  # fmt: skip
    mark = next(mark for mark in answer.context["page"]["marks"] if mark.letter == "A")
    assert mark.verdict == "pass"
    assert "kỳ gần đây đã đạt mức này" in mark.reason


def test_a_goal_that_fails_a_letter_shows_it_on_its_page_and_has_no_way_to_be_proposed(
    sao: Furnished, browser: Browser
) -> None:
    yearly(sao.cast, code="N0")
    minh = browser.of(sao.cast.minh)
    page = minh.get(reverse("goal", args=["N0"])).context["page"]
    assert {mark.letter for mark in page.marks if mark.verdict == "fail"} == {"M", "R"}
    assert "Đề xuất" not in [act.label for act in page.acts]
    ready(sao)
    page = minh.get(reverse("goal", args=["N1"])).context["page"]
    assert "Đề xuất" in [act.label for act in page.acts]


# -- numbers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("baseline", "target", "gone", "additive", "expected"),
    [
        (None, 100.0, 0.25, True, 25.0),
        (80.0, 100.0, 0.25, True, 25.0),
        (80.0, 100.0, 0.25, False, 85.0),
        (2.0, 1.0, 0.5, False, 1.5),
        (None, 90.0, 0.1, False, 90.0),
        (80.0, None, 0.5, False, None),
    ],
)
def test_what_is_on_pace_today(
    baseline: float | None, target: float | None, gone: float, additive: bool, expected: float | None
) -> None:
    assert expected_at(baseline, target, gone, additive=additive) == expected


@pytest.mark.parametrize(
    ("actual", "baseline", "target", "share"),
    [
        (50.0, None, 100.0, 0.5), (90.0, 80.0, 100.0, 0.5), (70.0, 80.0, 100.0, 0.0), (1.25, 1.5, 1.0, 0.5),
        (120.0, 80.0, 100.0, 1.0), (5.0, None, 0.0, None), (-7.0, None, -5.0, None), (5.0, 5.0, None, None),
    ],
)  # fmt: skip
def test_the_share_of_the_way(actual: float, baseline: float | None, target: float | None, share: float | None) -> None:
    assert progress(actual, baseline, target) == share


def test_my_units_current_goals_are_in_sight_on_the_home_page(sao: Furnished, rf: Any) -> None:
    cast = sao.cast
    year = year_of(cast)
    yearly(cast, code="N1", kpi=sao.revenue, target=400.0)
    yearly(cast, code="DRAFT")
    yearly(cast, cast.lan, code="SX1", unit=cast.factory)
    yearly(cast, code="PAST", valid_from=datetime.date(year - 1, 1, 1), valid_to=datetime.date(year - 1, 12, 31))
    Goal.objects.exclude(code="DRAFT").update(status="active")
    request = rf.get("/")
    request.user, request.company = cast.hoa, cast.company
    found = goals_in_sight(Reading.of(request))
    assert [goal.code for goal in found] == ["N1"]
    assert found[0].number is not None
    assert found[0].days_left >= 0
    request.user = cast.tuan  # one of nobody's people
    assert goals_in_sight(Reading.of(request)) == []
