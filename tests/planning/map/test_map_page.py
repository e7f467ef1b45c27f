"""The strategy map: what stands on it, for whom, how arrows read, and that it can be changed and printed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse
from tests.cast import Cast, make_kpi, make_line
from tests.conftest import Browser
from tests.dashboards.furnished import Furnished
from tests.planning.map.company import boxes, make_goal, page

from tamnhin.agreements.models import Agreement
from tamnhin.kpis.models import Link
from tamnhin.organisation.services import touch
from tamnhin.planning.map.drawing import drawn, path_of
from tamnhin.planning.map.shapes import ArrowRow, Evidence, Hypothesis
from tamnhin.strategy.models import Goal, Perspective

# -- what stands on the map -------------------------------------------------------------------------------------


def test_goals_stand_in_the_lane_of_their_perspective_however_it_is_written(
    strategy: Furnished, browser: Browser
) -> None:
    shown = page(browser.of(strategy.cast.lan), scope="strategic")
    assert {code: one.box.lane for code, one in boxes(shown).items()} == {
        "CL-DT": "financial",
        "CL-GH": "internal_process",
        "CL-NL": "learning_growth",
    }
    lanes = {lane.code: lane for lane in shown.drawing.lanes}
    for one in boxes(shown).values():
        band = lanes[one.box.lane]
        assert band.y < one.y < one.y + one.height < band.y + band.height


def test_lanes_bear_the_companys_own_names_in_its_own_order(strategy: Furnished, browser: Browser) -> None:
    company = strategy.cast.company
    for order, (code, name) in enumerate([("learning_growth", "Con người"), ("financial", "Tiền"), ("xanh", "Xanh")]):
        Perspective.objects.create(company=company, code=code, name=name, order=order)
    shown = page(browser.of(strategy.cast.lan))
    assert [group.lane.name for group in shown.outline] == ["Con người", "Tiền", "Xanh", "Chưa xếp viễn cảnh"]
    assert {code: one.box.lane for code, one in boxes(shown).items()}["CL-GH"] == ""


def test_an_open_period_shows_pace_and_never_a_final_word(strategy: Furnished, browser: Browser) -> None:
    client = browser.of(strategy.cast.lan)
    now = boxes(page(client, scope="strategic"))["CL-DT"]
    assert now.box.status in ("on_pace", "behind", "no_data", "not_due")
    past = boxes(page(client, scope="strategic", period=strategy.month(2)))["CL-DT"]
    assert past.box.status == "met"
    assert past.box.measured.actual == pytest.approx(300.0)
    assert past.box.measured.target == pytest.approx(300.0)
    assert past.data == "1/1 KPI có số"


def test_a_goal_without_a_kpi_says_so(strategy: Furnished, browser: Browser) -> None:
    bare = boxes(page(browser.of(strategy.cast.lan)))["CL-NL"]
    assert bare.status == "Chưa gắn KPI"
    assert bare.box.status is None


def test_the_year_is_added_when_there_are_few_strategic_goals_and_can_be_left_out(
    strategy: Furnished, browser: Browser
) -> None:
    client = browser.of(strategy.cast.lan)
    assert page(client).scope == "year"
    assert "N-DT" in boxes(page(client))
    assert "N-DT" not in boxes(page(client, scope="strategic"))
    for i in range(6):
        make_goal(strategy.cast, f"CL-{i}", f"Mục tiêu {i}", "customer")
    assert page(client).scope == "strategic"


def test_open_agreements_about_a_goal_are_counted(strategy: Furnished, browser: Browser) -> None:
    cast = strategy.cast
    goal = Goal.objects.get(code="CL-GH")
    Agreement.objects.create(
        company=cast.company, kind="goal", subject_id=goal.pk, owner=cast.owner("SAO"), title="x", level="company",
        state="proposed",
    )  # fmt: skip
    assert boxes(page(browser.of(cast.lan)))["CL-GH"].talks == "1"


# -- arrows -----------------------------------------------------------------------------------------------------


def test_a_claim_between_kpis_is_an_arrow_between_the_goals_they_measure(strategy: Furnished, browser: Browser) -> None:
    shown = page(browser.of(strategy.cast.lan), scope="strategic")
    assert [(one.arrow.source, one.arrow.target, one.kind, one.text) for one in shown.drawing.arrows] == [
        ("CL-GH", "CL-DT", "untested", "+ 1 tháng")
    ]
    assert shown.drawing.arrows[0].label == (
        "Giao hàng đúng hẹn tăng thì Doanh thu thuần tăng, sau 1 tháng, chưa kiểm chứng"
    )


def test_a_year_goal_is_drawn_as_a_part_of_the_one_above_it(strategy: Furnished, browser: Browser) -> None:
    kinds = {
        (one.arrow.source, one.arrow.target): one.kind for one in page(browser.of(strategy.cast.lan)).drawing.arrows
    }
    assert kinds[("N-DT", "CL-DT")] == "part"
    assert kinds[("CL-GH", "N-DT")] == "untested"


def test_the_kpi_of_a_goal_below_speaks_for_the_one_on_the_map(strategy: Furnished, browser: Browser) -> None:
    cast = strategy.cast
    visits = make_kpi(cast.company, "VISIT", "Lượt thăm khách")
    parent = Goal.objects.get(code="CL-NL")
    make_goal(cast, "Q-TK", "Mỗi người thăm 180 điểm", "customer", visits, "quarter", parent=parent)
    Link.objects.create(company=cast.company, driver=visits, outcome=strategy.delivery, sign="-")
    touch(cast.company.pk, structure=True)
    pairs = {
        (one.arrow.source, one.arrow.target): one
        for one in page(browser.of(cast.lan), scope="strategic").drawing.arrows
    }
    assert pairs[("CL-NL", "CL-GH")].text == "−"
    assert boxes(page(browser.of(cast.lan), scope="strategic"))["CL-NL"].box.kpis == 1


def test_a_withdrawn_claim_leaves_the_map(strategy: Furnished, browser: Browser) -> None:
    from django.utils import timezone

    Link.objects.update(withdrawn_at=timezone.now())
    assert page(browser.of(strategy.cast.lan), scope="strategic").drawing.arrows == []


def claim(evidence: Evidence, pk: int = 1, sign: str = "+") -> Hypothesis:
    return Hypothesis(pk, "A", "A", "B", "B", sign, evidence=evidence)


@pytest.mark.parametrize(
    ("said", "drawn_as"),
    [
        ([Evidence.UNTESTED], "untested"),
        ([Evidence.SUPPORTED], "supported"),
        ([Evidence.REFUTED], "refuted"),
        ([Evidence.SUPPORTED, Evidence.SUPPORTED], "supported"),
        ([Evidence.SUPPORTED, Evidence.REFUTED], "untested"),
        ([Evidence.SUPPORTED, Evidence.UNTESTED], "untested"),
    ],
)
def test_an_arrow_is_as_proven_as_its_weakest_claim(said: list[Evidence], drawn_as: str) -> None:
    assert ArrowRow("A", "B", [claim(one, i) for i, one in enumerate(said)]).evidence.value == drawn_as


@pytest.mark.parametrize(
    ("evidence", "dashed", "crossed"),
    [(Evidence.UNTESTED, True, False), (Evidence.SUPPORTED, False, False), (Evidence.REFUTED, False, True)],
)
def test_dashed_is_untested_solid_is_supported_crossed_is_not(
    evidence: Evidence, dashed: bool, crossed: bool, strategy: Furnished, browser: Browser
) -> None:
    from django.template.loader import render_to_string

    from tamnhin.planning.map.drawing import COLOURS, _arrow

    shape = _arrow(ArrowRow("A", "B", [claim(evidence)]), [(0.0, 0.0), (0.0, 50.0), (80.0, 50.0)], (40.0, 50.0))
    svg = render_to_string("planning/map/arrow.svg", {"one": shape, "c": COLOURS})
    assert ("stroke-dasharray" in svg) is dashed
    assert ("map-cross" in svg) is crossed


def test_a_path_turns_its_corners_round_and_never_farther_than_half_a_stretch() -> None:
    assert path_of([(0, 0), (0, 40), (50, 40)]) == "M0,0L0,33Q0,40 7,40L50,40"
    assert path_of([(0, 0), (0, 4), (50, 4)]) == "M0,0L0,2Q0,4 2,4L50,4"


def test_the_drawer_tells_who_claimed_it_when_and_why(strategy: Furnished, browser: Browser) -> None:
    client = browser.of(strategy.cast.hoa)
    address = reverse("map_arrow", args=["CL-GH", "CL-DT"])
    text = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in text
    for said in ("Nguyễn Văn Minh", "02/03/2026", "Giao đúng hẹn thì khách mua thêm.", "1 tháng", "chưa kiểm chứng"):
        assert said in text
    assert "map_erase" not in text
    assert 'name="link"' not in text
    assert client.get(reverse("map_arrow", args=["CL-DT", "CL-GH"])).status_code == 404


def test_a_goals_drawer_shows_its_kpis_its_way_up_and_its_arrows(strategy: Furnished, browser: Browser) -> None:
    shown = browser.of(strategy.cast.lan).get(reverse("map_goal", args=["N-DT"])).context["page"]
    assert [kpi.code for kpi in shown.kpis] == ["REV"]
    assert [link.label for link in shown.path][-1] == "Doanh thu tăng gấp rưỡi"
    assert [arrow.source for arrow in shown.driven_by] == ["CL-GH"]


# -- who sees what ----------------------------------------------------------------------------------------------


def test_a_stranger_finds_no_map_and_an_empty_company_an_invitation(cast: Cast, browser: Browser) -> None:
    assert browser.of(cast.nobody).get(reverse("strategy_map")).status_code == 404
    for user in (cast.quang, cast.lan, cast.hoa):
        for mode in ("", "present"):
            response = browser.of(user).get(reverse("strategy_map"), {"mode": mode})
            assert response.status_code == 200
            assert "Chưa có mục tiêu chiến lược nào" in response.content.decode()


def test_another_company_sees_nothing_of_it(strategy: Furnished, browser: Browser) -> None:
    client = browser.of(strategy.cast.quang)
    assert page(client).drawing is None
    assert client.get(reverse("map_goal", args=["CL-DT"])).status_code == 404
    assert client.get(reverse("map_arrow", args=["CL-GH", "CL-DT"])).status_code == 404


def test_a_hidden_units_goal_is_absent_with_its_arrows(strategy: Furnished, browser: Browser) -> None:
    shown = page(browser.of(strategy.cast.binh), scope="year")
    assert "N-DT" not in boxes(shown)
    assert "N-DT" not in {end for one in shown.drawing.arrows for end in (one.arrow.source, one.arrow.target)}
    assert browser.of(strategy.cast.binh).get(reverse("map_goal", args=["N-DT"])).status_code == 404
    assert "Doanh thu năm nay" not in browser.of(strategy.cast.binh).get(reverse("strategy_map")).content.decode()


def test_a_hidden_units_number_is_not_told_with_its_goal(strategy: Furnished, browser: Browser) -> None:
    hidden = page(browser.of(strategy.cast.binh), scope="strategic", period=strategy.month(2))
    shown = boxes(hidden)["CL-DT"]
    assert shown.box.status is None
    assert shown.status == "Doanh thu thuần", "neither a number nor the word that it has none"
    assert "300" not in str([one.box.measured for one in hidden.drawing.boxes])


# -- reading and printing ---------------------------------------------------------------------------------------


def test_every_box_and_arrow_is_a_link_in_reading_order_with_words(strategy: Furnished, browser: Browser) -> None:
    text = browser.of(strategy.cast.lan).get(reverse("strategy_map")).content.decode()
    order = re.findall(r'class="map-box" href="[^"]+" data-drawer data-goal="([^"]+)"', text)
    shown = page(browser.of(strategy.cast.lan))
    assert order == [one.box.code for one in shown.drawing.boxes]
    tops = [(one.row, one.column) for one in shown.drawing.boxes]
    assert tops == sorted(tops)
    assert 'aria-label="Doanh thu tăng gấp rưỡi. chiến lược.' in text
    assert " style=" not in text[text.index("map-drawing") : text.index("map-legend")]


def test_the_outline_says_the_same_as_the_drawing(strategy: Furnished, browser: Browser) -> None:
    shown = page(browser.of(strategy.cast.lan))
    listed = [item.box.code for group in shown.outline for item in group.goals]
    assert sorted(listed) == sorted(boxes(shown))
    said = {(arrow.source, arrow.target) for group in shown.outline for item in group.goals for arrow in item.leads_to}
    assert said == {(one.arrow.source, one.arrow.target) for one in shown.drawing.arrows}


@pytest.mark.parametrize(("kind", "begins"), [("pdf", b"%PDF-"), ("png", b"\x89PNG"), ("svg", b"<svg")])
def test_the_map_is_a_file_of_one_page(kind: str, begins: bytes, strategy: Furnished, browser: Browser) -> None:
    response = browser.of(strategy.cast.hoa).get(reverse("strategy_map_file", args=[kind]))
    assert response.status_code == 200
    assert response.content.startswith(begins)
    assert f".{kind}" in response.headers["Content-Disposition"]
    if kind == "pdf":
        assert b"/Count 1" in response.content


def test_the_sheet_says_company_vision_day_legend_and_page(strategy: Furnished, browser: Browser) -> None:
    from django.utils import translation

    company = strategy.cast.company
    company.vision = "Đến năm 2030 ≥ một triệu gia đình <Việt>"
    company.save()
    text = browser.of(strategy.cast.lan).get(reverse("strategy_map_file", args=["svg"])).content.decode()
    for said in ("Công ty Sao", "một triệu gia đình &lt;Việt&gt;", "Trang 1/1", "chưa kiểm chứng", "Số liệu đến"):
        assert said in text
    assert "<a " not in text
    assert 'class="map-arrow"' not in text
    with translation.override("vi"):
        assert not re.search(r'(?:x|y|width|height)="\d+,\d', text), "numbers of a drawing are never written our way"


def test_what_is_not_agreed_is_neither_printed_nor_presented(strategy: Furnished, browser: Browser) -> None:
    make_goal(strategy.cast, "CL-MOI", "Mục tiêu còn bàn", "customer", status="draft")
    client = browser.of(strategy.cast.lan)
    assert boxes(page(client))["CL-MOI"].box.state == "bản nháp"
    assert "CL-MOI" not in boxes(page(client, mode="present"))
    text = client.get(reverse("strategy_map_file", args=["svg"])).content.decode()
    assert "Mục tiêu còn bàn" not in text


def test_a_file_of_no_kind_and_a_mode_of_none_are_not_there(strategy: Furnished, browser: Browser) -> None:
    client = browser.of(strategy.cast.lan)
    assert client.get(reverse("strategy_map_file", args=["doc"])).status_code == 404
    assert client.get(reverse("strategy_map"), {"mode": "fly"}).status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_map(
    strategy: Furnished, browser: Browser, django_assert_max_num_queries: Any
) -> None:
    cast = strategy.cast
    for i in range(30):
        kpi = make_kpi(cast.company, f"K{i}", f"Chỉ số {i}")
        make_line(cast.owner("SX"), kpi, "1")
        make_goal(cast, f"G{i}", f"Mục tiêu số {i}", ("customer", "financial", "internal", "learning")[i % 4], kpi)
        Link.objects.create(company=cast.company, driver=kpi, outcome=strategy.revenue)
    touch(cast.company.pk, structure=True)
    client = browser.of(cast.lan)
    page(client)
    with django_assert_max_num_queries(24):
        assert len(page(client).drawing.boxes) == 33


def test_a_few_goals_are_not_blown_up(strategy: Furnished, browser: Browser) -> None:
    Goal.objects.exclude(code="CL-NL").delete()
    touch(strategy.cast.company.pk, structure=True)
    shown = page(browser.of(strategy.cast.lan)).drawing
    assert shown.width >= 1200
    assert shown.boxes[0].width <= 330
    assert page(browser.of(strategy.cast.lan), mode="present").drawing.width >= 960


def test_a_map_without_goals_has_no_drawing(cast: Cast, browser: Browser) -> None:
    from tamnhin.planning.map.sheet import Sheet

    assert drawn(Sheet(None, "year", [], {}, {}, [], {}, frozenset())) is None  # type: ignore[arg-type]
