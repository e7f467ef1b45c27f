from __future__ import annotations

import pytest
from django.http import Http404
from django.test import RequestFactory
from tests.cast import Cast, make_kpi, make_line, make_target, make_value, utc

from tamnhin.accounts.models import Role, User
from tamnhin.accounts.services import grant_role
from tamnhin.evaluation.access import periods_visible_to, scorecards_visible_to
from tamnhin.evaluation.models import EvaluationPeriod, Scorecard
from tamnhin.kpis.access import (
    bonuses_visible_to,
    get_kpi_or_404,
    kpis_visible_to,
    lines_visible_to,
    links_visible_to,
    targets_visible_to,
)
from tamnhin.kpis.models import Bonus, Link
from tamnhin.measurements import access
from tamnhin.measurements.models import Import
from tamnhin.organisation.access import forget_scope
from tamnhin.strategy.access import goals_visible_to
from tamnhin.strategy.models import Goal

EVERYBODY = {"SAO", "KD", "KD1", "SX", "HCNS", "LAN", "MINH", "HOA", "AN", "BINH", "HUNG"}
ENTERS = {
    "lan": {"LAN"},
    "minh": {"KD", "KD1", "MINH", "HOA", "AN"},
    "hoa": {"HOA"},
    "hung": EVERYBODY,
    "tuan": EVERYBODY,
    "dung": EVERYBODY,
    "phuc": set(),
    "thu": set(),
    "quang": set(),
    "nobody": set(),
}
APPROVES = {
    "lan": EVERYBODY - {"LAN"},
    "minh": {"KD1", "HOA", "AN"},  # neither his own numbers nor those of the unit he leads
    "hung": EVERYBODY - {"HUNG"},
    "hoa": set(),
    "tuan": set(),
    "thu": set(),
    "dung": set(),
    "quang": set(),
}


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("who", ENTERS)
def test_values_are_entered_by_their_owner_or_by_those_in_charge(cast: Cast, who: str) -> None:
    user = fresh(getattr(cast, who))
    assert set(access.owners_enterable_by(user, cast.company).values_list("code", flat=True)) == ENTERS[who]
    allowed = {code for code in EVERYBODY if user.has_perm("measurements.enter_value", cast.owner(code))}
    assert allowed == ENTERS[who]


@pytest.mark.parametrize("who", APPROVES)
def test_nobody_approves_their_own_numbers(cast: Cast, who: str) -> None:
    user = fresh(getattr(cast, who))
    allowed = {code for code in EVERYBODY if user.has_perm("measurements.approve_value", cast.owner(code))}
    assert allowed == APPROVES[who]


@pytest.mark.parametrize("who", ENTERS)
def test_workbooks_are_exchanged_by_director_hr_steward_and_administrator(cast: Cast, who: str) -> None:
    user = fresh(getattr(cast, who))
    expected = who in {"lan", "hung", "tuan", "dung"}
    assert user.has_perm("measurements.import", cast.company) is expected
    assert user.has_perm("measurements.export", cast.company) is expected
    Import.objects.create(company=cast.company, file_name="a.xlsx", sha256="0" * 64)
    assert access.imports_visible_to(user, cast.company).exists() is expected


def test_an_import_of_another_company_is_not_found(cast: Cast) -> None:
    job = Import.objects.create(company=cast.company, file_name="a.xlsx", sha256="0" * 64)
    request = RequestFactory().get("/")
    request.user, request.company = fresh(cast.quang), cast.other  # type: ignore[attr-defined]
    with pytest.raises(Http404):
        access.get_import_or_404(request, job.pk)


@pytest.mark.parametrize("who", ["lan", "minh", "hoa", "quang", "nobody"])
def test_lines_targets_values_and_scores_are_those_of_the_owners_in_sight(cast: Cast, who: str) -> None:
    kpi = make_kpi(cast.company)
    for code in EVERYBODY:
        owner = cast.owner(code)
        make_line(owner, kpi)
        make_target(owner, kpi, "2026-01", 100)
        make_value(owner, kpi, "2026-01", 90)
        Scorecard.objects.create(
            company=cast.company,
            owner=owner,
            period="2026-01",
            period_kind="month",
            period_start="2026-01-01",
            state="final",
            as_of="2026-01-31",
            evaluated_at=utc("2026-02-01 00:00"),
        )
    user = fresh(getattr(cast, who))
    sees = {
        "lan": EVERYBODY,
        "minh": {"SAO", "KD", "KD1", "MINH", "HOA", "AN"},
        "hoa": {"SAO", "KD", "HOA"},
    }.get(who, set())
    for rows in (
        lines_visible_to(user, cast.company),
        targets_visible_to(user, cast.company),
        access.measurements_visible_to(user, cast.company),
        scorecards_visible_to(user, cast.company),
    ):
        assert set(rows.values_list("owner__code", flat=True)) == sees


@pytest.mark.parametrize(("who", "sees"), [("hoa", True), ("lan", True), ("quang", False), ("nobody", False)])
def test_what_a_number_means_is_open_to_members_and_to_nobody_else(cast: Cast, who: str, sees: bool) -> None:
    driver, outcome = make_kpi(cast.company, "A", "Cuộc gọi"), make_kpi(cast.company, "B", "Doanh thu")
    Link.objects.create(company=cast.company, driver=driver, outcome=outcome)
    EvaluationPeriod.objects.create(company=cast.company, period="2026-01")
    Goal.objects.create(
        company=cast.company, code="G", title="T", horizon="year", valid_from="2026-01-01", valid_to="2026-12-31"
    )
    user = fresh(getattr(cast, who))
    for rows in (
        kpis_visible_to(user, cast.company),
        links_visible_to(user, cast.company),
        periods_visible_to(user, cast.company),
        goals_visible_to(user, cast.company),
    ):
        assert rows.exists() is sees
    request = RequestFactory().get("/")
    request.user, request.company = user, cast.company if sees else cast.other  # type: ignore[attr-defined]
    if sees:
        assert get_kpi_or_404(request, "A") == driver
    else:
        with pytest.raises(Http404):
            get_kpi_or_404(request, "A")


def test_a_goal_of_a_unit_is_seen_by_those_who_see_the_unit(cast: Cast) -> None:
    for code, unit in (("G1", cast.factory), ("G2", cast.sales)):
        Goal.objects.create(
            company=cast.company,
            code=code,
            title=code,
            horizon="year",
            unit=unit,
            valid_from="2026-01-01",
            valid_to="2026-12-31",
        )
    assert {goal.code for goal in goals_visible_to(cast.hoa, cast.company)} == {"G2"}
    assert {goal.code for goal in goals_visible_to(cast.lan, cast.company)} == {"G1", "G2"}


PAY = {"hung": {"HOA", "BINH"}, "phuc": {"HOA", "BINH"}, "hoa": {"HOA"}, "lan": set(), "minh": set(), "quang": set()}


@pytest.mark.parametrize("who", PAY)
def test_pay_is_seen_by_oneself_and_by_those_who_were_given_that_right(cast: Cast, who: str) -> None:
    for code in ("HOA", "BINH"):
        Bonus.objects.create(company=cast.company, person=cast.person(code), base=10_000_000)
    rows = bonuses_visible_to(fresh(getattr(cast, who)), cast.company)
    assert set(rows.values_list("person__owner__code", flat=True)) == PAY[who]


def test_the_text_of_a_bonus_does_not_give_away_its_amount(cast: Cast) -> None:
    assert "10" not in str(Bonus(company=cast.company, person_id=7, base=10_000_000))


def test_a_role_on_a_part_of_the_company_does_not_open_the_whole_workbook(cast: Cast) -> None:
    grant_role(acting_user=None, company_id=cast.company.pk, user=cast.binh, role=Role.HR, unit_id=cast.factory.pk)
    assert not access.can_import(cast.binh, cast.company)
    assert not access.can_export(cast.binh, cast.company)
    assert access.can_import(cast.hung, cast.company)
    assert access.can_export(cast.hung, cast.company)


def test_an_auditor_changes_nothing_whatever_else_they_are(cast: Cast) -> None:
    """Minh leads sales and may enter its values; once he audits, not even his own."""
    assert access.owners_enterable_by(cast.minh, cast.company).exists()
    grant_role(acting_user=None, company_id=cast.company.pk, user=cast.minh, role=Role.AUDITOR, unit_id=cast.sales.pk)
    forget_scope(cast.minh)
    assert not access.owners_enterable_by(cast.minh, cast.company).exists()
