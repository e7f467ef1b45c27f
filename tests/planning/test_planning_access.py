"""Every page of the plan × everybody: what each role reaches, and that a stranger reaches and changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from tests.conftest import Browser
from tests.dashboards.furnished import ROLES, Furnished
from tests.planning.planned import Planned, plan

import tamnhin.config.urls  # noqa: F401 (the converters of addresses)
from tamnhin.base.models import AuditEntry
from tamnhin.planning.urls import urlpatterns

EVERYBODY = frozenset(ROLES)
NOT_BINH = EVERYBODY - {"binh"}  # who sees the sales unit and what is below
SEES_HOA = EVERYBODY - {"an", "binh"}
WRITE_COMPANY = frozenset({"lan", "hung", "dung"})
WRITE_SALES = WRITE_COMPANY | {"minh"}
OF_SALES = frozenset({"lan", "minh", "hung"})
MAY_DRAFT = OF_SALES | {"hoa"}  # a scorecard may be begun by the one who will carry it
READ_DESK = WRITE_COMPANY | {"thu"}
PEOPLE = frozenset({"lan", "minh", "hoa", "an", "binh", "hung"})

OVERSEE = frozenset(EVERYBODY) - {"hoa", "an", "binh"}

# name → (arguments, who gets the page). Words in capitals stand for what ``tests.planning.planned`` has made.
# A new subject puts its pages here: the first test fails until it does.
PAGES: dict[str, tuple[tuple[str, ...], frozenset[str]]] = {
    # start
    "start": ((), EVERYBODY),
    "start_step": (("vision",), EVERYBODY),
    "start_units": ((), frozenset({"hung", "dung"})),
    "start_people": ((), frozenset({"hung", "dung"})),
    # map and tree
    "strategy_map": ((), EVERYBODY),
    "map_goal": (("GOAL",), NOT_BINH),
    "map_arrow": (("MT-GH", "MT-CL"), EVERYBODY),
    "strategy_map_file": (("svg",), EVERYBODY),
    "kpi_tree": ((), EVERYBODY),
    "kpi_tree_file": (("pdf",), EVERYBODY),
    # strategy and goals
    "strategy": ((), EVERYBODY),
    "statements": ((), EVERYBODY),
    "perspectives": ((), EVERYBODY),
    "cycles": ((), EVERYBODY),
    "goal_list": ((), EVERYBODY),
    "goal_new": ((), WRITE_SALES),
    "goal": (("GOAL",), NOT_BINH),
    "goal_edit": (("DRAFT",), WRITE_SALES),
    "goal_propose": (("DRAFT",), WRITE_SALES),
    "goal_change": (("GOAL",), WRITE_SALES),
    "goal_close": (("GOAL",), WRITE_SALES),
    "unit_goals": (("KD",), NOT_BINH),
    # library and cards
    "library": ((), EVERYBODY),
    "library_new": ((), WRITE_SALES),
    "library_entry": (("ENTRY",), EVERYBODY),
    "library_use": (("ENTRY",), WRITE_SALES),
    "library_edit": (("ENTRY",), WRITE_SALES),
    "kpi_new": ((), WRITE_SALES),
    "card_pick": (("owners",), EVERYBODY),
    "kpi_card": (("REV",), EVERYBODY),
    "kpi_edit": (("REV",), WRITE_COMPANY | {"tuan"}),
    "kpi_hand_over": (("REV",), WRITE_COMPANY),
    "kpi_links": (("REV",), EVERYBODY),
    "balance": ((), EVERYBODY),
    "balance_owner": (("HOA",), SEES_HOA),
    # giving scorecards, targets
    "assign": ((), EVERYBODY),
    "assign_unit": (("KD",), NOT_BINH),
    "assign_propose": (("KD",), NOT_BINH - {"thu"}),
    "assign_effect": (("KD",), NOT_BINH - {"thu"}),
    "plan_new": (("BINH",), frozenset({"lan", "hung", "binh"})),
    "plan": (("PLAN",), MAY_DRAFT),
    "plan_effect": (("PLAN",), MAY_DRAFT),
    "targets": (("PLAN", "REV"), MAY_DRAFT),
    "cascade": (("KD", "REV"), OF_SALES),
    # templates
    "template_list": ((), OVERSEE),
    "template_new": ((), WRITE_SALES),
    "template": (("TEMPLATE",), OVERSEE),
    "template_assign": (("TEMPLATE",), OVERSEE),  # who may give nothing is shown nobody
    "template_run": (("RUN",), OVERSEE),
    # agreements
    "inbox": ((), EVERYBODY),
    "agreement": (("AGREEMENT",), NOT_BINH),
    "flow_settings": ((), EVERYBODY),
    "delegations": ((), EVERYBODY),
    # regulation
    "regulation": ((), EVERYBODY),
    "regulation_new": ((), WRITE_COMPANY),
    "regulation_file": (("PAPER",), EVERYBODY),  # of a published version
    "regulation_version": (("VERSION",), EVERYBODY),
    "regulation_edit": (("COMING",), WRITE_COMPANY),
    "regulation_compare": (("COMING",), READ_DESK),
    "regulation_readers": (("VERSION",), READ_DESK | {"minh"}),
    "regulation_readers_file": (("VERSION",), READ_DESK | {"minh"}),
    # OKR
    "okr": ((), EVERYBODY),
    "okr_new": ((), PEOPLE),
    "okr_and_kpi": ((), EVERYBODY),
    "okr_week": ((), EVERYBODY - {"thu"}),
    "okr_echo": ((), EVERYBODY),
    "okr_suggest": (("kpis",), EVERYBODY),
    "okr_objective": (("OBJECTIVE",), EVERYBODY),
    "okr_edit": (("OBJECTIVE",), OF_SALES),
    "okr_grade": (("OBJECTIVE",), OF_SALES),
    "okr_checkin": (("OBJECTIVE",), OF_SALES),
}
# name → arguments of what is only sent to, never shown
ACTS: dict[str, tuple[str, ...]] = {
    "map_draw": (),
    "map_erase": (),
    "map_move": (),
    "goal_check": (),
    "goal_act": ("GOAL",),
    "library_archive": ("ENTRY",),
    "card_check": (),
    "kpi_state": ("REV",),
    "assign_save": ("KD",),
    "plan_act": ("PLAN",),
    "inbox_answer": (),
    "agreement_act": ("AGREEMENT",),
    "delegation_end": ("DELEGATION",),
    "regulation_preview": (),
    "regulation_act": ("COMING",),
    "okr_act": ("OBJECTIVE",),
}
# arguments that are no thing of a company: the pages exist in everybody's own
OF_NOBODY = frozenset({"start_step", "strategy_map_file", "kpi_tree_file", "card_pick", "okr_suggest"})
SECRETS = ("Trần Thị Lan", "Lê Thị Hoa", "Nhóm Bắc", "Công ty Sao", "Doanh thu thuần", "điểm bán", "ly sữa sạch",
           "Chiếm lĩnh", "NHA-1", "bien-ban")  # fmt: skip
# what a form might say, for every form at once
SENT = {
    "act": "activate", "answer": "yes", "text": "Chiếm quyền", "title": "Chiếm quyền", "kind": "vision", "lines": "X",
    "name": "Chiếm quyền", "code": "CHIEM", "reason": "Chiếm quyền", "source": "MT-GH", "target": "MT-CL",
    "goal": "MT-CL",
    "perspective": "customer", "kpi": "REV", "revision": "0", "place": "new::", "result": "1", "note": "Chiếm quyền",
    "owner": "QUANG", "deputy": "QUANG", "other": "OTD", "way": "drives", "sign": "+", "horizon": "year",
    "weight-0": "1",
}  # fmt: skip


def test_the_tables_name_every_page_there_is() -> None:
    assert not set(PAGES) & set(ACTS)
    assert {*PAGES, *ACTS} == {pattern.name for pattern in urlpatterns}


@pytest.fixture
def planned(sao: Furnished) -> Planned:
    return plan(sao)


def address(planned: Planned, name: str) -> str:
    arguments = PAGES[name][0] if name in PAGES else ACTS[name]
    return reverse(name, args=planned.arguments(*arguments))


def statuses(planned: Planned, client: Client, names: Mapping[str, Any]) -> dict[str, int]:
    return {name: client.get(address(planned, name)).status_code for name in names}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_reaches_what_it_may_and_nothing_else(role: str, planned: Planned, browser: Browser) -> None:
    found = statuses(planned, browser.of(planned.sao.user(role)), PAGES)
    assert found == {name: 200 if role in who else 404 for name, (_arguments, who) in PAGES.items()}


def test_an_outsider_sees_nothing_of_the_company_on_any_page(planned: Planned, browser: Browser) -> None:
    """Quang directs another company; pages about his own exist for him, pages about ours do not."""
    quang = browser.of(planned.sao.cast.quang)
    seen = []
    for name, (arguments, _who) in PAGES.items():
        response = quang.get(address(planned, name), {"q": "a"})
        if arguments and name not in OF_NOBODY:
            assert response.status_code == 404, name
        if (
            response["Content-Type"].startswith(("text/html", "image/svg", "application/json"))
            and not response.streaming
        ):
            text = response.content.decode()
            seen += [(name, secret) for secret in SECRETS if secret in text]
    assert seen == []


def test_somebody_of_no_company_finds_no_page(planned: Planned, browser: Browser) -> None:
    assert set(statuses(planned, browser.of(planned.sao.cast.nobody), PAGES).values()) == {404}


def test_who_is_not_logged_in_is_sent_to_log_in(planned: Planned) -> None:
    client = Client()
    for name in {**PAGES, **ACTS}:
        send = client.post if name in ACTS else client.get
        response = send(address(planned, name))
        assert response.status_code == 302, name
        assert response["Location"].startswith("/accounts/login/"), name


def test_what_is_only_sent_to_is_never_shown(planned: Planned, browser: Browser) -> None:
    assert set(statuses(planned, browser.of(planned.sao.cast.lan), ACTS).values()) == {405}


def state_of(planned: Planned) -> dict[str, Any]:
    """Every row of the company, of every table that belongs to one; the audit log last says who did what."""
    out: dict[str, Any] = {}
    models: list[type[Model]] = list(apps.get_models())
    for model in models:
        if model._meta.app_label in {"strategy", "kpis", "agreements", "okr", "regulation", "organisation"} and any(
            field.name == "company" for field in model._meta.get_fields()
        ):
            rows = model._default_manager.filter(company=planned.sao.cast.company)
            out[model._meta.label] = list(rows.order_by("pk").values_list())
    out["audit"] = list(AuditEntry.objects.filter(company=planned.sao.cast.company).values_list("action", flat=True))
    return out


@pytest.mark.parametrize("who", ["quang", "thu", "nobody"])
def test_neither_a_stranger_nor_an_auditor_changes_anything(who: str, planned: Planned, browser: Browser) -> None:
    """Whatever they send to whatever address, no row of the company is another one afterwards."""
    client = browser.of(getattr(planned.sao.cast, who))
    before = state_of(planned)
    answers: dict[str, int] = {}
    for name in {**PAGES, **ACTS}:
        for sent in ({}, SENT):
            answers[name] = client.post(address(planned, name), sent).status_code
    assert state_of(planned) == before
    reached = {name for name, status in answers.items() if status not in (403, 404, 405)}
    arguments = {**{name: given for name, (given, _who) in PAGES.items()}, **ACTS}
    own = {name for name, given in arguments.items() if not given or name in OF_NOBODY}
    assert reached <= (own if who == "quang" else set())  # Quang writes in his own company
