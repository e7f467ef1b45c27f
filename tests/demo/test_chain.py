"""The demo company has the whole chain, and the few gaps that the pages are to show."""

from __future__ import annotations

from datetime import date

import pytest

from tamnhin.demo import build
from tamnhin.demo.chain import GUARDRAILS, LEFT_OWNER, ORPHANS, OVERDUE_REVIEW, UNLINKED
from tamnhin.engine.lineage import Lineage, trace


@pytest.fixture(scope="module", params=[date(2026, 11, 24), date(2027, 2, 20), date(2025, 6, 30)], ids=str)
def chain(request: pytest.FixtureRequest) -> Lineage:
    return trace(build(request.param), request.param)


def test_two_kpis_have_no_path_and_one_tactical_kpi_drives_nothing(chain: Lineage) -> None:
    assert set(chain.orphans) == set(ORPHANS)
    assert [one.subject for one in chain.of("TACTICAL_WITHOUT_LINK")] == [UNLINKED]
    assert [one.subject for one in chain.of("KPI_WITHOUT_OWNER")] == [LEFT_OWNER]


def test_every_other_kpi_leads_up_to_the_vision_and_nothing_runs_in_a_circle(chain: Lineage) -> None:
    assert all(chain.reaches("kpi", code) for code in chain.kpis if code not in ORPHANS)
    assert chain.of("LINK_CIRCLE") == []
    assert chain.of("GOAL_CIRCLE") == []
    assert chain.of("GOAL_DATES_OUTSIDE_PARENT") == []


def test_claims_say_who_and_when_and_why(chain: Lineage) -> None:
    book = build(date(2026, 11, 24))
    assert book["links"].select("claimed_by", "claimed_on", "note").null_count().row(0) == (0, 0, 0)
    assert len(book["links"]) == len(set(book["links"].select("driver", "outcome").iter_rows()))


def test_cards_have_an_owner_another_as_deputy_and_a_review_one_of_them_past() -> None:
    today = date(2026, 11, 24)
    kpis = build(today)["kpis"]
    assert (kpis["owner"] != kpis["deputy"]).all()
    assert kpis["deputy"].null_count() == 0
    late = kpis.filter(kpis["review_by"] < today)["code"].to_list()
    assert late == [OVERDUE_REVIEW]
    assert dict(kpis.filter(kpis["guardrail"].is_not_null()).select("code", "guardrail").iter_rows()) == GUARDRAILS
