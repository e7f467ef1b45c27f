"""A program reads what its user may see, and nothing else."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.conftest import Browser
from tests.dashboards.furnished import ROLES, Furnished

from tamnhin.accounts.models import ApiToken, User
from tamnhin.accounts.services import remove_member
from tamnhin.accounts.tokens import create_token, revoke_token
from tamnhin.api.views import api
from tamnhin.base.models import AuditEntry
from tamnhin.kpis.models import Assignment, AssignmentLine, Link
from tamnhin.strategy.models import Cycle, Goal, Perspective, Statement

PATHS = sorted(api.get_openapi_schema(path_prefix="/api/v1/")["paths"])


@pytest.fixture
def plan(sao: Furnished) -> Furnished:
    company, day = sao.cast.company, datetime.date(2026, 1, 1)
    end = datetime.date(2026, 12, 31)
    Statement.objects.create(company=company, kind="vision", number=1, text="Mỗi nhà một ly sữa", valid_from=day)
    Perspective.objects.create(company=company, code="customer", name="Khách hàng")
    year = Cycle.objects.create(company=company, code="2026", kind="year", valid_from=day, valid_to=end)
    top = Goal.objects.create(
        company=company, code="MT1", title="Dẫn đầu", horizon="year", cycle=year, valid_from=day, valid_to=end
    )
    Goal.objects.create(
        company=company, code="MT2", title="Bán của phòng", horizon="quarter", parent=top, unit=sao.cast.sales,
        valid_from=day, valid_to=datetime.date(2026, 3, 31), kpi=sao.revenue, baseline=80.0, target=100.0,
    )  # fmt: skip
    Link.objects.create(company=company, driver=sao.delivery, outcome=sao.revenue, sign="+", lag=1)
    Link.objects.create(company=company, driver=sao.price, outcome=sao.revenue, sign="+", withdrawn_at=timezone.now())
    asked = Assignment.objects.create(company=company, owner=sao.cast.owner("HOA"), valid_from=day, status="proposed")
    AssignmentLine.objects.create(
        company=company, assignment=asked, kpi=sao.revenue, weight="60", targets={"2026-01": 100.0}, total=1200.0
    )
    return sao


def read(client: Client, path: str, **query: object) -> Any:
    answer = client.get(f"/api/v1/{path}", query)
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


def addresses(sao: Furnished) -> list[str]:
    codes = {"/goals/{code}": "MT2", "/kpis/{code}": "REV", "/scorecards/{owner}": "HOA"}
    out = []
    for path in PATHS:
        for mark, code in codes.items():
            if path.endswith(mark):
                path = path.replace(mark.rsplit("/", 1)[1], code)
        out.append(f"{path}?period={sao.month(1)}")
    return out


def test_the_vision_the_goals_and_their_path_are_there(plan: Furnished, browser: Browser) -> None:
    client = browser.of(plan.cast.lan)
    assert read(client, "company")["code"] == "SAO"
    assert read(client, "statements")["items"][0]["text"] == "Mỗi nhà một ly sữa"
    assert [one["code"] for one in read(client, "perspectives")] == ["customer"]
    assert read(client, "cycles")["items"][0]["closed"] is False
    found = read(client, "goals", horizon="quarter")
    assert [one["code"] for one in found["items"]] == ["MT2"]
    goal = read(client, "goals/MT2")
    assert (goal["path"], goal["unit"], goal["target"]) == (["MT2", "MT1"], "KD", 100.0)
    assert read(client, "goals/MT1")["children"] == ["MT2"]


def test_a_kpi_comes_with_its_card_its_versions_and_the_links_that_hold(plan: Furnished, browser: Browser) -> None:
    card = read(browser.of(plan.cast.hoa), "kpis/REV")
    assert (card["name_en"], card["level"], card["status"]) == ("Net revenue", "strategic", "active")
    assert [one["driver"] for one in card["driven_by"]] == ["OTD"]
    assert card["driven_by"][0]["evidence"] == "untested"
    assert len(card["versions"]) == 1
    assert read(browser.of(plan.cast.hoa), "links")["count"] == 1


def test_a_scorecard_says_the_same_as_the_engine_with_decimals_as_text(plan: Furnished, browser: Browser) -> None:
    card = read(browser.of(plan.cast.minh), "scorecards/HOA", period=plan.month(2))
    lines = {one["kpi"]: one for one in card["lines"]}
    assert lines["REV"]["raw"] == "80.00"
    assert lines["REV"]["weight"] == "60"
    assert card["score"] == "88.00"  # 80 × 60 % + 100 × 40 %
    seen = {one["owner"] for one in read(browser.of(plan.cast.minh), "scorecards", period=plan.month(2))["items"]}
    assert {"HOA", "AN", "KD"} <= seen
    assert "BINH" not in seen


def test_what_is_asked_of_somebody_is_read_by_those_who_see_them(plan: Furnished, browser: Browser) -> None:
    asked = read(browser.of(plan.cast.hoa), "assignments")["items"][0]
    assert (asked["owner"], asked["status"]) == ("HOA", "proposed")
    assert asked["lines"] == [
        {"kpi": "REV", "weight": "60", "method": "", "goal": None, "total": 1200.0, "targets": {"2026-01": 100.0}}
    ]
    assert read(browser.of(plan.cast.binh), "assignments")["count"] == 0


def test_drafts_and_goals_of_other_departments_are_not_there(plan: Furnished, browser: Browser) -> None:
    company, day = plan.cast.company, datetime.date(2026, 1, 1)
    Assignment.objects.create(company=company, owner=plan.cast.owner("KD"), valid_from=day, status="draft")
    Goal.objects.create(
        company=company,
        code="NHAP",
        title="Chưa xong",
        unit=plan.cast.sales,
        valid_from=day,
        valid_to=day,
        status="draft",
    )
    seen = {
        name: (
            {one["owner"] for one in read(browser.of(plan.user(name)), "assignments")["items"]},
            {one["code"] for one in read(browser.of(plan.user(name)), "goals")["items"]},
        )
        for name in ("minh", "hoa", "binh")
    }
    assert seen == {
        "minh": ({"HOA", "KD"}, {"MT1", "MT2", "NHAP"}), "hoa": ({"HOA"}, {"MT1", "MT2"}), "binh": (set(), {"MT1"}),
    }  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_every_endpoint_answers_the_director_and_hides_from_the_outsider(
    path: str, plan: Furnished, browser: Browser
) -> None:
    address = addresses(plan)[PATHS.index(path)]
    assert browser.of(plan.cast.lan).get(address).status_code == 200
    assert browser.of(plan.cast.nobody).get(address).status_code == 404
    assert Client().get(address).status_code == 401
    other = browser.of(plan.cast.quang).get(address)
    if "{" in path:
        assert other.status_code == 404
    else:
        text = other.content.decode()
        assert [one for one in ("SAO", "Dẫn đầu", "Lê Thị Hoa", "REV", "OTD", "Mỗi nhà") if one in text] == []


def test_hoa_reads_her_own_card_and_none_of_a_colleague(plan: Furnished, browser: Browser) -> None:
    hoa = browser.of(plan.cast.hoa)
    assert hoa.get("/api/v1/scorecards/HOA", {"period": plan.month(1)}).status_code == 200
    assert hoa.get("/api/v1/scorecards/AN", {"period": plan.month(1)}).status_code == 404
    assert {one["code"] for one in read(hoa, "owners")["items"]} == {"SAO", "KD", "HOA"}


@pytest.mark.parametrize("role", ROLES)
def test_lists_are_bounded_for_everybody(role: str, plan: Furnished, browser: Browser) -> None:
    client = browser.of(plan.user(role))
    assert client.get("/api/v1/kpis", {"limit": 501}).status_code == 422
    assert client.get("/api/v1/kpis", {"limit": 0}).status_code == 422
    assert client.get("/api/v1/kpis", {"offset": -1}).status_code == 422
    page = read(client, "kpis", limit=2, offset=1)
    assert (page["count"], len(page["items"])) == (3, 2)


def test_nothing_can_be_written(plan: Furnished, browser: Browser) -> None:
    for address in addresses(plan):
        assert browser.of(plan.cast.lan).post(address, {}).status_code == 405


def test_an_unknown_period_is_not_there(plan: Furnished, browser: Browser) -> None:
    assert browser.of(plan.cast.lan).get("/api/v1/scorecards", {"period": "1999-01"}).status_code == 404
    assert browser.of(plan.cast.lan).get("/api/v1/scorecards").status_code == 422


# --- keys ---


def key_of(user: User, plan: Furnished, **more: Any) -> str:
    return create_token(acting_user=user, company_id=plan.cast.company.pk, name="Power BI", **more)[1]


def with_key(secret: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {secret}"})


def test_a_key_sees_what_its_user_sees_even_in_another_session(plan: Furnished, browser: Browser) -> None:
    secret = key_of(plan.cast.hoa, plan)
    assert {one["code"] for one in read(with_key(secret), "owners")["items"]} == {"SAO", "KD", "HOA"}
    lan = browser.of(plan.cast.lan)
    answer = lan.get("/api/v1/owners", headers={"Authorization": f"Bearer {secret}"})
    assert {one["code"] for one in answer.json()["items"]} == {"SAO", "KD", "HOA"}


def test_only_the_digest_is_kept_and_the_trail_has_no_secret(plan: Furnished) -> None:
    secret = key_of(plan.cast.hoa, plan)
    row = ApiToken.objects.get()
    assert secret not in (row.digest, row.prefix, row.name)
    entry = AuditEntry.objects.get(action="api_token.created")
    assert secret not in json.dumps(entry.after)


@pytest.mark.parametrize("how", ["revoked", "expired", "left", "inactive", "wrong", "other_company"])
def test_a_key_that_is_over_opens_nothing(how: str, plan: Furnished) -> None:
    hoa = plan.cast.hoa
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    secret = key_of(hoa, plan, expires_on=yesterday if how == "expired" else None)
    if how == "revoked":
        revoke_token(acting_user=hoa, token=ApiToken.objects.get())
    if how == "left":
        remove_member(acting_user=None, company_id=plan.cast.company.pk, user=hoa)
    if how == "inactive":
        User.objects.filter(pk=hoa.pk).update(is_active=False)
    if how == "wrong":
        secret = secret[:-1] + ("a" if secret[-1] != "a" else "b")
    if how == "other_company":
        secret = create_token(acting_user=hoa, company_id=plan.cast.other.pk, name="x")[1]
    assert with_key(secret).get("/api/v1/company").status_code == 401


def test_the_description_is_openapi_and_names_every_path(plan: Furnished, browser: Browser) -> None:
    schema = read(browser.of(plan.cast.lan), "openapi.json")
    assert schema["openapi"].startswith("3.1")
    assert sorted(schema["paths"]) == PATHS
    assert len(PATHS) >= 12
