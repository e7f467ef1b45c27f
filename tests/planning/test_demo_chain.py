"""The demo company as loaded: the whole chain, some agreements open, two orphans, one unlinked KPI, on the pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tamnhin.accounts.models import User
from tamnhin.agreements.models import Agreement
from tamnhin.agreements.selectors import waiting_for
from tamnhin.config.commands import load_demo
from tamnhin.demo.chain import ORPHANS, UNLINKED
from tamnhin.evaluation import live
from tamnhin.kpis.models import ScorecardTemplate
from tamnhin.kpis.services.templates import template_lines
from tamnhin.okr.models import Objective
from tamnhin.organisation.models import Company
from tamnhin.regulation.models import Version
from tamnhin.strategy.models import Cycle, Goal, Statement


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: pytest.DjangoDbBlocker) -> Iterator[Company]:
    """Loaded once for all tests here, which only read; taken back afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        live.forget()
        load_demo()
        yield Company.objects.get(code="TN")
        transaction.set_rollback(True)
        live.forget()


@pytest.fixture(autouse=True)
def _reads(demo: Company, django_db_blocker: pytest.DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


def of(name: str) -> Client:
    client = Client()
    user = User.objects.get(email=f"{name}@thaonguyen.example")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def page(name: str, address: str) -> str:
    answer = of(name).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_strategy_has_versions_cycles_and_goals_of_every_horizon(demo: Company) -> None:
    assert Statement.objects.filter(company=demo, kind="vision").count() == 2
    assert set(Cycle.objects.filter(company=demo).values_list("kind", flat=True)) == {
        "strategic", "year", "half", "quarter",
    }  # fmt: skip
    assert set(Goal.objects.filter(company=demo).values_list("horizon", flat=True)) == {
        "strategic", "year", "half", "quarter",
    }  # fmt: skip
    assert not Goal.objects.filter(company=demo, horizon="strategic").exclude(status="active").exists()


def test_some_agreements_are_done_some_open_one_returned(demo: Company) -> None:
    states = dict(Agreement.objects.filter(company=demo).values_list("title", "state"))
    by_code = {title.split(" ")[0]: state for title, state in states.items()}
    assert by_code["KD-TRA"] == "active"
    assert by_code["KD-PHU"] == "hr_consulted"
    assert by_code["KD-GOI"] == "draft"
    assert by_code["N-KHM"] == "proposed"
    hoa = User.objects.get(email="hoa@thaonguyen.example")
    assert [one.agreement.owner.name for one in waiting_for(hoa, demo)] == ["Lê Thị Hoa"]


def test_the_pages_show_the_gaps(demo: Company) -> None:
    shown = page("lan", reverse("strategy_map"))
    assert [code for code in (*ORPHANS, UNLINKED) if code not in shown] == []
    tree = page("lan", reverse("kpi_tree"))
    assert "2 KPI chưa nối tới tầm nhìn" in tree
    card = page("lan", reverse("kpi_card", args=[UNLINKED]))
    assert "liên kết" in card


def test_what_waits_is_seen_by_whom_it_waits_for(demo: Company) -> None:
    assert "Lê Thị Hoa" in page("hoa", reverse("inbox"))
    assert "KD-GOI" in page("minh", reverse("inbox"))
    assert "Bước 3" in page("lan", reverse("home"))


def test_the_regulation_has_a_version_in_force_and_one_out_for_opinions(demo: Company) -> None:
    states = list(Version.objects.filter(company=demo).order_by("number").values_list("state", flat=True))
    assert states == ["published", "consulting"]
    assert Objective.objects.filter(company=demo).count() == 3


def test_loading_again_adds_nothing(demo: Company) -> None:
    def counts() -> list[int]:
        models = (Agreement, Statement, Cycle, Goal, Version, Objective)
        return [model.objects.filter(company=demo).count() for model in models]

    before = counts()
    load_demo()
    assert counts() == before


def test_a_template_stands_ready_for_those_who_sell(demo: Company) -> None:
    template = ScorecardTemplate.objects.get(company=demo)
    lines = template_lines(template)
    assert sum(line.weight for line in lines) == 100
    assert all(line.target is not None for line in lines)
    assert template.name in page("hung", reverse("template", args=[template.code]))
