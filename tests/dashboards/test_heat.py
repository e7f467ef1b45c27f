"""The heat map shows as much as a person can read, and all the rest is a link away."""

from __future__ import annotations

import numpy as np
import pytest
from django.urls import reverse
from tests.cast import make_kpi, make_line, make_target, make_value
from tests.conftest import Browser
from tests.dashboards.furnished import Furnished

from tamnhin.accounts.models import Role
from tamnhin.accounts.services import grant_role
from tamnhin.dashboards.reading import path_of
from tamnhin.dashboards.selectors.heat import MOST_KPIS, MOST_UNITS
from tamnhin.dashboards.shapes import HeatMap
from tamnhin.evaluation.live import live
from tamnhin.organisation.models import Unit
from tamnhin.organisation.services import add_unit, touch

TEAMS = 70


def shown(browser: Browser, user: object, address: str) -> HeatMap:
    answer = browser.of(user).get(address)
    assert answer.status_code == 200, address
    found: HeatMap = answer.context["page"]
    return found


@pytest.fixture
def wide(sao: Furnished) -> Furnished:
    """Seventy teams under production, one of them with a team of its own."""
    company = sao.cast.company
    for n in range(TEAMS):
        team = add_unit(acting_user=None, company=company, code=f"TO{n}", name=f"Tổ {n}", parent=sao.cast.factory)
    add_unit(acting_user=None, company=company, code="CA", name="Ca đêm", parent=team)
    touch(company.pk, structure=True)
    return sao


def test_a_small_company_is_shown_whole_and_nothing_is_said_about_a_cut(sao: Furnished, browser: Browser) -> None:
    page = shown(browser, sao.cast.lan, reverse("heatmap"))
    assert [(row.url, row.depth, row.below) for row in page.rows] == [
        ("/scorecards/SAO/", 0, 0),
        ("/scorecards/KD/", 1, 0),
        ("/scorecards/KD1/", 2, 0),
        ("/scorecards/SX/", 1, 0),
        ("/scorecards/HCNS/", 1, 0),
    ]
    assert (page.units, page.up, page.previous, page.following) == (5, None, "", "")
    assert "Đang hiện" not in browser.of(sao.cast.lan).get(reverse("heatmap")).content.decode()


def test_every_unit_is_reached_by_the_links_and_no_page_is_longer_than_can_be_read(
    wide: Furnished, browser: Browser
) -> None:
    pending, seen, rows = [reverse("heatmap")], set(), set()
    while pending:
        address = pending.pop()
        if address in seen:
            continue
        seen.add(address)
        page = shown(browser, wide.cast.lan, address)
        assert 0 < len(page.rows) <= MOST_UNITS
        rows |= {row.url for row in page.rows}
        pending += [url for url in (page.following, *[row.below_url for row in page.rows]) if url]
    teams = {f"TO{n}" for n in range(TEAMS)}
    assert rows == {reverse("scorecard", args=[code]) for code in {"SAO", "KD", "KD1", "SX", "HCNS", "CA"} | teams}


def test_what_is_cut_is_counted_on_the_page(wide: Furnished, browser: Browser) -> None:
    page = shown(browser, wide.cast.lan, reverse("heatmap"))
    below = {row.label: row.below for row in page.rows if row.below}
    assert below == {"Kinh doanh": 1, "Sản xuất": TEAMS + 1}
    assert len(page.rows) + sum(below.values()) == page.units == TEAMS + 6
    text = browser.of(wide.cast.lan).get(reverse("heatmap")).content.decode()
    assert f"Đang hiện {len(page.rows)} trong {page.units} đơn vị." in text


def test_a_part_leads_back_up_and_a_page_leads_to_the_one_before(wide: Furnished, browser: Browser) -> None:
    part = shown(browser, wide.cast.lan, reverse("heatmap") + "?under=SX")
    assert part.up is not None
    assert part.up.url == reverse("heatmap")
    assert part.following
    second = shown(browser, wide.cast.lan, part.following)
    assert second.previous
    assert [row.url for row in shown(browser, wide.cast.lan, second.previous).rows] == [row.url for row in part.rows]
    team = shown(browser, wide.cast.lan, reverse("heatmap") + f"?under=TO{TEAMS - 1}")
    assert team.up is not None
    assert team.up.url == reverse("heatmap") + "?under=SX"


def test_a_part_that_the_reader_may_not_see_is_not_found(wide: Furnished, browser: Browser) -> None:
    assert browser.of(wide.cast.minh).get(reverse("heatmap"), {"under": "KD"}).status_code == 200
    for hidden in ("SX", "TO1", "HOA", "KHÔNG-CÓ"):
        assert browser.of(wide.cast.minh).get(reverse("heatmap"), {"under": hidden}).status_code == 404, hidden


def test_a_unit_below_hidden_ones_stands_under_the_nearest_that_is_seen(wide: Furnished, browser: Browser) -> None:
    company = wide.cast.company
    night = Unit.objects.get(company=company, owner__code="CA")
    grant_role(acting_user=None, company_id=company.pk, user=wide.cast.hoa, role=Role.HEAD, unit_id=night.pk)
    page = shown(browser, wide.cast.hoa, reverse("heatmap"))
    assert [(row.url, row.depth) for row in page.rows] == [
        ("/scorecards/SAO/", 0),
        ("/scorecards/KD/", 1),
        ("/scorecards/CA/", 1),
    ]


def test_the_kpis_that_most_units_carry_are_the_columns(sao: Furnished, browser: Browser) -> None:
    sales, team, key = sao.cast.owner("KD"), sao.cast.owner("KD1"), sao.month(1)
    for n in range(MOST_KPIS + 2):
        kpi = make_kpi(sao.cast.company, f"X{n:02}", f"Chỉ số {n}")
        for owner in (sales, team)[: 2 if n >= 2 else 1]:  # the first two are carried by one unit only
            make_line(owner, kpi, "1")
            make_target(owner, kpi, key, 10.0)
            make_value(owner, kpi, key, 9.0)
    touch(sao.cast.company.pk, structure=True)
    page = shown(browser, sao.cast.lan, reverse("heatmap") + f"?period={key}")
    assert [column.note for column in page.columns] == [f"X{n:02}" for n in range(2, MOST_KPIS + 2)]
    assert page.kpis == MOST_KPIS + 3  # and revenue
    cells = {row.url: [cell.text if cell else None for cell in row.cells] for row in page.rows}
    assert cells[f"/scorecards/KD1/?period={key}"] == ["90"] * MOST_KPIS
    assert cells[f"/scorecards/SX/?period={key}"] == [None] * MOST_KPIS


def test_one_owners_place_is_the_one_of_the_whole_ranking(sao: Furnished, browser: Browser) -> None:
    sao.cast.company.refresh_from_db()
    sao.cast.company.minimum_group = 2
    sao.cast.company.save(update_fields=["minimum_group"])
    touch(sao.cast.company.pk, structure=True)
    sao.cast.company.refresh_from_db()
    current = live(sao.cast.company)
    key, ranked = sao.month(2), 0
    ranks = current.result.rank(current.periods[key])
    for code in ("HOA", "AN", "MINH", "BINH"):
        score = browser.of(sao.cast.lan).get(reverse("scorecard", args=[code]), {"period": key}).context["page"].score
        if score.state == "final":
            assert score.rank == ranks[current.owner_at[code]], code
            assert score.peers == int((ranks[current.plan.owners.unit_count :] > 0).sum())
            ranked += 1
    assert ranked > 1


def test_the_tree_by_index_is_the_tree_of_the_edges(sao: Furnished, browser: Browser) -> None:
    sao.cast.company.refresh_from_db()
    current = live(sao.cast.company)
    edges, facts = current.plan.owners.edges, current.facts
    for owner in range(current.plan.owners.count):
        assert facts.edges_above(owner).tolist() == np.flatnonzero(edges.child == owner).tolist()
        assert facts.edges_below(owner).tolist() == np.flatnonzero(edges.parent == owner).tolist()
    assert facts.root == current.owner_at["SAO"]


@pytest.mark.parametrize(
    "code", ["KD", "a/b", "~", "~2F", "50%", "Đơn vị 1", "a&b=c?d#e", "q'u\"o;t,e", "~mark0~", "+1"]
)
def test_a_built_address_is_the_one_that_is_reversed(code: str) -> None:
    assert path_of("scorecard", code) == reverse("scorecard", args=[code])
    assert path_of("kpi", code, "REV") == reverse("kpi", args=[code, "REV"])
    assert path_of("kpi", "KD", code) == reverse("kpi", args=["KD", code])
