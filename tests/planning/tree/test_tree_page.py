"""The KPI tree: where each line hangs, what the reader sees of it, and what hangs on nothing."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast, make_kpi, make_line
from tests.conftest import Browser
from tests.dashboards.furnished import Furnished

from tamnhin.accounts.models import Role
from tamnhin.accounts.services import add_member, grant_role
from tamnhin.kpis.models import Kpi, Line, Link
from tamnhin.organisation.services import touch
from tamnhin.planning.tree import build
from tamnhin.strategy.models import Goal

YEAR = datetime.date.today().year  # noqa: DTZ011 - the furnished company counts its months from today too


def make_goal(cast: Cast, code: str, kpi: Kpi | None = None, horizon: str = "strategic", **more: Any) -> Goal:
    given = {
        "title": f"Mục tiêu {code}",
        "valid_from": datetime.date(YEAR - 1, 1, 1),
        "valid_to": datetime.date(YEAR + 1, 12, 31),
        **more,
    }
    return Goal.objects.create(company=cast.company, code=code, kpi=kpi, horizon=horizon, **given)


@pytest.fixture
def plan(sao: Furnished) -> Furnished:
    """A strategic goal for revenue with one of the year for sales below it; deliveries drive revenue."""
    cast = sao.cast
    top = make_goal(cast, "CL", sao.revenue, unit=cast.root)
    make_goal(cast, "N-KD", sao.revenue, "year", parent=top, unit=cast.sales)
    Link.objects.create(company=cast.company, driver=sao.delivery, outcome=sao.revenue)
    touch(cast.company.pk, structure=True)
    return sao


def page(client: Client, **query: Any) -> Any:
    response = client.get(reverse("kpi_tree"), query)
    assert response.status_code == 200
    return response.context["page"]


def drawn(data: Mapping[str, Any]) -> list[str]:
    """The tree as text, two blanks a level: ``goal CL``, ``unit KD``."""
    depth: list[int] = []
    out = []
    for i, kind in enumerate(data["kind"]):
        above = data["parent"][i]
        depth.append(0 if above < 0 else depth[above] + 1)
        key = data["kinds"][kind]["key"]
        code = data["owners"][data["owner"][i]][0] if key in ("unit", "person") else data["code"][i]
        out.append(f"{'  ' * depth[i]}{key} {code}".rstrip())
    return out


# -- where things hang ------------------------------------------------------------------------------------------


def test_from_the_vision_through_goals_and_kpis_to_units_and_people(plan: Furnished, browser: Browser) -> None:
    assert drawn(page(browser.of(plan.cast.lan)).data) == [
        "vision",
        "  goal CL",
        "    kpi REV",
        "      kpi OTD",  # it drives revenue, which is its way to the vision
        "        person HOA",
        "        person BINH",
        "    goal N-KD",
        "      kpi REV",
        "        unit KD",
        "          person MINH",
        "          person HOA",
        "          person AN",
        "orphans",
        "  kpi PRICE",
    ]


def test_a_line_that_names_a_goal_hangs_there(plan: Furnished, browser: Browser) -> None:
    goal = make_goal(plan.cast, "N-GH", None, "year", parent=Goal.objects.get(code="CL"))
    Line.objects.filter(owner=plan.cast.owner("BINH")).update(goal=goal)
    touch(plan.cast.company.pk, structure=True)
    rows = drawn(page(browser.of(plan.cast.lan)).data)
    at = rows.index("    goal N-GH")
    # the other lines of that KPI name no goal, and go with it
    assert rows[at + 1 : at + 4] == ["      kpi OTD", "        person HOA", "        person BINH"]
    assert rows.count("        person BINH") == 1


def test_every_visible_line_hangs_once(plan: Furnished, browser: Browser) -> None:
    rows = [row.strip() for row in drawn(page(browser.of(plan.cast.lan)).data)]
    people = [row for row in rows if row.startswith(("unit", "person"))]
    assert len(people) == Line.objects.count()


def test_orphans_are_named_and_counted_and_a_draft_is_none(plan: Furnished, browser: Browser) -> None:
    lonely = make_kpi(plan.cast.company, "LONE", "Một mình")
    make_line(plan.cast.owner("SX"), lonely)
    Kpi.objects.create(company=plan.cast.company, code="NHAP", name="Bản nháp", status=Kpi.Status.DRAFT)
    touch(plan.cast.company.pk, structure=True)
    shown = page(browser.of(plan.cast.lan))
    assert shown.orphans == 2
    rows = drawn(shown.data)
    assert rows[rows.index("orphans") :] == ["orphans", "  kpi PRICE", "  kpi LONE", "    unit SX"]


def test_links_in_a_circle_and_goals_in_a_circle_do_no_harm(plan: Furnished, browser: Browser) -> None:
    company = plan.cast.company
    Link.objects.create(company=company, driver=plan.revenue, outcome=plan.delivery)
    a, b = make_goal(plan.cast, "A"), make_goal(plan.cast, "B")
    Goal.objects.filter(pk=a.pk).update(parent=b)
    Goal.objects.filter(pk=b.pk).update(parent=a)
    touch(company.pk, structure=True)
    rows = drawn(page(browser.of(plan.cast.lan)).data)
    assert "  goal A" in rows
    assert "  goal B" in rows


def test_a_goal_that_is_over_or_not_agreed_is_not_in_the_tree(plan: Furnished, browser: Browser) -> None:
    make_goal(plan.cast, "CU", valid_from=datetime.date(YEAR - 5, 1, 1), valid_to=datetime.date(YEAR - 4, 12, 31))
    make_goal(plan.cast, "NHAP", status="draft")
    rows = drawn(page(browser.of(plan.cast.lan)).data)
    assert not any(row.strip() in ("goal CU", "goal NHAP") for row in rows)


# -- numbers ----------------------------------------------------------------------------------------------------


def test_each_node_stands_against_its_target_with_the_word_of_its_scorecard(plan: Furnished, browser: Browser) -> None:
    client = browser.of(plan.cast.lan)
    data = page(client, period=plan.month(2)).data
    words = {}
    for i, key in enumerate(data["kinds"][k]["key"] for k in data["kind"]):
        code = data["owners"][data["owner"][i]][0] if key in ("unit", "person") else data["code"][i]
        status = data["statuses"][data["status"][i]]["word"] if data["status"][i] >= 0 else ""
        words.setdefault((key, code), (data["actual"][i], data["target"][i], status))
    assert words["person", "AN"] == ("120", "100", "Đạt")
    assert words["unit", "KD"] == ("300", "300", "Đạt")
    assert words["goal", "N-KD"] == ("300", "300", "Đạt")
    assert words["person", "HOA"][0] == "90,0\u00a0%"  # deliveries come first for her
    card = client.get(reverse("scorecard", args=["AN"]), {"period": plan.month(2)}).context["page"]
    assert words["person", "AN"][2] == "Đạt"
    assert card.groups[0].lines[0].status == "met"


def test_an_open_period_has_no_final_word(plan: Furnished, browser: Browser) -> None:
    data = page(browser.of(plan.cast.lan)).data
    final = {"Đạt", "Gần đạt", "Chưa đạt"}
    assert not {data["statuses"][i]["word"] for i in data["status"] if i >= 0} & final


# -- who sees what ----------------------------------------------------------------------------------------------


def test_others_people_do_not_appear_and_their_numbers_neither(plan: Furnished, browser: Browser) -> None:
    hoa = page(browser.of(plan.cast.hoa))
    rows = [row.strip() for row in drawn(hoa.data)]
    assert [row for row in rows if row.startswith(("unit", "person"))] == ["person HOA", "unit KD", "person HOA"]
    assert "MINH" not in str(hoa.data)
    assert "Đỗ Bình" not in str(hoa.data)
    binh = page(browser.of(plan.cast.binh))
    rows = [row.strip() for row in drawn(binh.data)]
    assert [row for row in rows if row.startswith(("unit", "person"))] == ["person BINH"]
    assert "N-KD" not in str(binh.data["code"])


def test_a_line_under_a_hidden_unit_hangs_right_under_the_kpi(plan: Furnished, browser: Browser) -> None:
    company = plan.cast.company
    user = add_member(acting_user=None, company_id=company.pk, email="nhom@sao.vn", name="Trưởng nhóm Bắc")
    grant_role(acting_user=None, company_id=company.pk, user=user, role=Role.HEAD, unit_id=plan.cast.team.pk)
    rows = drawn(page(browser.of(user)).data)
    assert [row for row in rows if row.strip().startswith(("unit", "person"))] == ["      person AN"]
    assert rows[rows.index("      person AN") - 1] == "    kpi REV"  # the goal of sales is hidden too


def test_a_stranger_finds_no_tree_another_company_its_own_and_an_empty_one_the_vision(
    plan: Furnished, browser: Browser
) -> None:
    assert browser.of(plan.cast.nobody).get(reverse("kpi_tree")).status_code == 404
    assert drawn(page(browser.of(plan.cast.quang)).data) == ["vision"]
    assert browser.of(plan.cast.quang).get(reverse("kpi_tree"), {"at": "goal:CL"}).status_code == 404


# -- walking it -------------------------------------------------------------------------------------------------


def test_it_opens_at_any_node_with_the_way_up_to_the_vision(plan: Furnished, browser: Browser) -> None:
    client = browser.of(plan.cast.lan)
    for at, first in (
        ("goal:N-KD", "goal N-KD"),
        ("kpi:OTD", "kpi OTD"),
        ("kpi:N-KD/REV", "kpi REV"),
        ("line:KD/REV", "unit KD"),
        ("orphans:", "orphans"),
    ):
        shown = page(client, at=at)
        assert drawn(shown.data)[0] == first
        for link in shown.trail:
            assert client.get(link.url).status_code == 200
    way = page(client, at="line:AN/REV")
    assert [link.label for link in way.trail] == [
        "Tầm nhìn",
        "Mục tiêu CL",
        "Mục tiêu N-KD",
        "Doanh thu thuần",
        "Kinh doanh",
    ]
    assert client.get(reverse("kpi_tree"), {"at": "goal:NO"}).status_code == 404
    assert browser.of(plan.cast.hoa).get(reverse("kpi_tree"), {"at": "line:AN/REV"}).status_code == 404


def test_without_script_the_first_levels_are_there_and_the_rest_opens_by_links(
    plan: Furnished, browser: Browser
) -> None:
    client = browser.of(plan.cast.lan)
    shown = page(client)
    assert max(row.level for row in shown.rows) == 3
    closed = next(row for row in shown.rows if row.id == "goal:N-KD")
    assert (closed.opened, closed.has_children) == (False, True)
    opened = client.get(closed.toggle_url).context["page"]
    assert "kpi:N-KD/REV" in {row.id for row in opened.rows}
    again = next(row for row in opened.rows if row.id == "goal:N-KD")
    assert again.opened
    assert {row.id for row in client.get(again.toggle_url).context["page"].rows} == {row.id for row in shown.rows}


@pytest.mark.parametrize("typed", ["pham an", "PHẠM AN", "an pham"])
def test_without_script_a_node_is_found_with_or_without_its_marks(
    typed: str, plan: Furnished, browser: Browser
) -> None:
    client = browser.of(plan.cast.lan)
    hits = page(client, q=typed).hits
    assert [hit.label for hit in hits] == ["Phạm An"]
    assert hits[0].note.startswith("Mục tiêu CL › Mục tiêu N-KD › ")
    assert client.get(hits[0].url).status_code == 200
    assert page(browser.of(plan.cast.binh), q=typed).hits == []


def test_every_node_leads_to_its_own_page(plan: Furnished, browser: Browser) -> None:
    client = browser.of(plan.cast.lan)
    wanted = [row.toggle_url for row in page(client).rows if row.has_children and not row.opened]
    for url in wanted:
        for row in client.get(url).context["page"].rows:
            if row.kind in ("unit", "person"):
                assert client.get(row.url).status_code == 200


# -- size -------------------------------------------------------------------------------------------------------


def test_queries_do_not_grow_with_the_tree(
    plan: Furnished, browser: Browser, django_assert_max_num_queries: Any
) -> None:
    cast = plan.cast
    for i in range(40):
        kpi = make_kpi(cast.company, f"K{i}", f"Chỉ số {i}")
        make_goal(cast, f"G{i}", kpi, unit=cast.factory)
        make_line(cast.owner("SX"), kpi, "1")
        make_line(cast.owner("BINH"), kpi, "1")
    touch(cast.company.pk, structure=True)
    client = browser.of(cast.lan)
    page(client)
    with django_assert_max_num_queries(22):
        assert page(client).count > 130


def test_beyond_what_a_page_can_hold_people_stand_only_where_the_reader_opens(
    plan: Furnished, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "MOST_LINES", 3)
    client = browser.of(plan.cast.lan)
    shown = page(client)
    rows = [row.strip() for row in drawn(shown.data)]
    assert not any(row.startswith("person") for row in rows)
    unit = shown.data["people"][rows.index("unit KD")]
    assert unit == 2  # Minh and Hoa; An stands under the team
    opened = page(client, at="line:KD/REV")
    assert drawn(opened.data) == ["unit KD", "  person MINH", "  person HOA"]


def test_the_tree_is_a_pdf_that_says_when_something_is_left_out(
    plan: Furnished, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tamnhin.planning.tree import paper

    client = browser.of(plan.cast.hoa)
    whole = client.get(reverse("kpi_tree_file", args=["pdf"]))
    assert whole.content.startswith(b"%PDF-")
    assert client.get(reverse("kpi_tree_file", args=["pdf"]), {"at": "goal:CL"}).status_code == 200
    assert client.get(reverse("kpi_tree_file", args=["pdf"]), {"at": "goal:NO"}).status_code == 404
    assert client.get(reverse("kpi_tree_file", args=["png"])).status_code == 404
    assert browser.of(plan.cast.nobody).get(reverse("kpi_tree_file", args=["pdf"])).status_code == 404
    monkeypatch.setattr(paper, "MOST_ROWS", 2)
    assert client.get(reverse("kpi_tree_file", args=["pdf"])).content.startswith(b"%PDF-")
