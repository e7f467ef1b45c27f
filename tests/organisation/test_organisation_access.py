from __future__ import annotations

import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries
from tests.cast import Cast
from tests.conftest import Browser

from tamnhin.accounts.models import Role, User
from tamnhin.accounts.services import add_member, end_grant, grant_role, remove_member
from tamnhin.organisation import access
from tamnhin.organisation.models import Owner, Unit
from tamnhin.organisation.services import add_person, place_person

EVERYBODY = {"SAO", "KD", "KD1", "SX", "HCNS", "LAN", "MINH", "HOA", "AN", "BINH", "HUNG"}
SEES = {
    "lan": EVERYBODY,
    "hung": EVERYBODY,
    "tuan": EVERYBODY,
    "thu": EVERYBODY,
    "dung": EVERYBODY,
    "phuc": EVERYBODY,
    # sales, all under it, and the company above it; not production
    "minh": {"SAO", "KD", "KD1", "MINH", "HOA", "AN"},
    # herself and the units above her; not a colleague, not her head
    "hoa": {"SAO", "KD", "HOA"},
    "an": {"SAO", "KD", "KD1", "AN"},
    "binh": {"SAO", "SX", "BINH"},
    "quang": set(),
    "nobody": set(),
}


def fresh(user: User) -> User:
    """The user as a new request has it."""
    return User.objects.get(pk=user.pk)


def codes(user: User, cast: Cast, on: datetime.date | None = None) -> set[str]:
    return set(access.owners_visible_to(fresh(user), cast.company, on).values_list("code", flat=True))


@pytest.mark.parametrize("who", SEES)
def test_everyone_sees_the_owners_that_are_theirs_to_see_and_no_others(cast: Cast, who: str) -> None:
    assert codes(getattr(cast, who), cast) == SEES[who]


def test_somebody_who_has_not_logged_in_sees_nothing(cast: Cast) -> None:
    assert not access.owners_visible_to(AnonymousUser(), cast.company).exists()


@pytest.mark.parametrize("who", SEES)
@pytest.mark.parametrize("code", ["SAO", "KD", "HOA", "BINH"])
def test_an_owner_out_of_sight_is_not_found_rather_than_forbidden(cast: Cast, who: str, code: str) -> None:
    request = RequestFactory().get("/")
    request.user = fresh(getattr(cast, who))
    request.company = cast.company  # type: ignore[attr-defined]
    if code in SEES[who]:
        assert access.get_owner_or_404(request, code).code == code
    else:
        with pytest.raises(Http404):
            access.get_owner_or_404(request, code)


def test_a_code_of_another_company_is_not_found(cast: Cast) -> None:
    request = RequestFactory().get("/")
    request.user = fresh(cast.lan)
    request.company = cast.company  # type: ignore[attr-defined]
    with pytest.raises(Http404):
        access.get_owner_or_404(request, "QUANG")


def test_the_installation_administrator_sees_no_company(cast: Cast) -> None:
    root = User.objects.create_superuser("root@may.chu", "x")
    assert codes(root, cast) == set()
    assert not root.has_perm("organisation.admin", cast.company)


def test_a_transfer_moves_a_person_from_one_head_to_the_other_on_its_day(cast: Cast) -> None:
    grant_role(acting_user=None, company_id=cast.company.pk, user=cast.binh, role=Role.HEAD, unit_id=cast.factory.pk)
    place_person(
        acting_user=cast.hung, person=cast.person("HOA"), unit=cast.factory, valid_from=datetime.date(2026, 7, 1)
    )
    june, july = datetime.date(2026, 6, 30), datetime.date(2026, 7, 1)
    assert "HOA" in codes(cast.minh, cast, june)
    assert "HOA" not in codes(cast.minh, cast, july)
    assert "HOA" not in codes(cast.binh, cast, june)
    assert "HOA" in codes(cast.binh, cast, july)
    assert codes(cast.hoa, cast, june) == {"SAO", "KD", "HOA"}
    assert codes(cast.hoa, cast, july) == {"SAO", "SX", "HOA"}


def test_a_grant_holds_from_its_first_to_its_last_day(cast: Cast) -> None:
    grant = grant_role(
        acting_user=None,
        company_id=cast.company.pk,
        user=cast.hoa,
        role=Role.HEAD,
        unit_id=cast.factory.pk,
        valid_from=datetime.date(2026, 3, 1),
    )
    end_grant(acting_user=cast.hung, grant=grant, last_day=datetime.date(2026, 3, 31))
    for day, expected in ((1, True), (31, True)):
        assert ("BINH" in codes(cast.hoa, cast, datetime.date(2026, 3, day))) is expected
    assert "BINH" not in codes(cast.hoa, cast, datetime.date(2026, 2, 28))
    assert "BINH" not in codes(cast.hoa, cast, datetime.date(2026, 4, 1))


@pytest.mark.parametrize("who", SEES)
def test_asking_about_some_owners_gives_those_of_all_that_are_visible(cast: Cast, who: str) -> None:
    place_person(
        acting_user=cast.hung, person=cast.person("HOA"), unit=cast.factory, valid_from=datetime.date(2026, 7, 1)
    )
    ids = dict(Owner.objects.filter(company=cast.company).values_list("code", "pk"))
    user = fresh(getattr(cast, who))
    for on in (datetime.date(2026, 6, 30), datetime.date(2026, 7, 1)):
        every = set(access.owners_visible_to(user, cast.company, on).values_list("pk", flat=True))
        for some in ({"SAO", "HOA"}, {"KD1", "AN", "BINH", "SX"}, set(ids), set()):
            asked = {ids[code] for code in some}
            found = access.owners_visible_to(user, cast.company, on, among=asked).values_list("pk", flat=True)
            assert set(found) == every & asked
        units = set(access.units_visible_to(user, cast.company, on).values_list("pk", flat=True))
        people = set(access.people_visible_to(user, cast.company, on).values_list("pk", flat=True))
        assert units == every & set(Unit.objects.filter(company=cast.company).values_list("pk", flat=True))
        assert people == every - units


def test_a_unit_whose_number_begins_with_anothers_is_not_under_it(cast: Cast) -> None:
    """/1/2/ must not reach /1/20/: the path ends with its slash."""
    number = cast.sales.pk * 10
    owner = Owner.objects.create(pk=number, company=cast.company, code="U", name="Đơn vị", kind=Owner.Kind.UNIT)
    Unit.objects.create(owner=owner, company=cast.company, parent=cast.root, path=f"{cast.root.path}{number}/")
    assert "U" in codes(cast.lan, cast)
    assert codes(cast.minh, cast) == SEES["minh"]


def test_a_former_member_sees_nothing_even_with_a_grant_left(cast: Cast) -> None:
    remove_member(acting_user=cast.hung, company_id=cast.company.pk, user=cast.lan)
    assert codes(cast.lan, cast) == set()


def test_one_user_in_two_companies_has_in_each_only_what_was_granted_there(cast: Cast) -> None:
    add_member(acting_user=None, company_id=cast.company.pk, email=cast.quang.email)
    assert codes(cast.quang, cast) == set()
    assert access.owners_visible_to(fresh(cast.quang), cast.other).count() == 2


def test_a_chosen_company_is_kept_and_another_is_not_found(cast: Cast, browser: Browser) -> None:
    add_member(acting_user=None, company_id=cast.company.pk, email=cast.quang.email)
    client = browser.of(cast.quang)
    assert client.post("/company/choose/", {"company": "TRANG"}).status_code == 302
    assert client.get("/").wsgi_request.company == cast.other  # type: ignore[attr-defined]
    assert browser.of(cast.hoa).post("/company/choose/", {"company": "TRANG"}).status_code == 404


@pytest.mark.parametrize("who", ["lan", "minh", "hoa"])
@pytest.mark.parametrize("more", [0, 40])
def test_the_number_of_queries_does_not_grow_with_the_company(
    cast: Cast, who: str, more: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(more):
        add_person(acting_user=None, company=cast.company, code=f"P{n}", name=f"Người {n}", unit=cast.team)
    user = fresh(getattr(cast, who))
    with django_assert_num_queries(4):  # membership, grants, own placements, owners
        list(access.owners_visible_to(user, cast.company))
    with django_assert_num_queries(1):  # the scope is read once a request
        list(access.people_visible_to(user, cast.company))


def test_people_are_listed_by_given_name(cast: Cast) -> None:
    names = [person.owner.name for person in access.people_visible_to(cast.lan, cast.company)]
    assert names == ["Phạm An", "Đỗ Bình", "Lê Thị Hoa", "Vũ Hùng", "Trần Thị Lan", "Nguyễn Văn Minh"]


CHANGES = {"lan": (False, False), "hung": (False, True), "dung": (True, True), "minh": (False, False)}


@pytest.mark.parametrize("who", SEES)
def test_settings_belong_to_the_administrator_and_people_to_hr_as_well(cast: Cast, who: str) -> None:
    user = fresh(getattr(cast, who))
    admin, people = CHANGES.get(who, (False, False))
    assert user.has_perm("organisation.admin", cast.company) is admin
    assert user.has_perm("organisation.edit_people", cast.company) is people
    assert not user.has_perm("organisation.admin", cast.other)


def test_an_auditor_changes_nothing_even_as_administrator(cast: Cast) -> None:
    grant_role(acting_user=None, company_id=cast.company.pk, user=cast.thu, role=Role.ADMIN)
    assert not fresh(cast.thu).has_perm("organisation.admin", cast.company)


@pytest.mark.parametrize("who", SEES)
def test_the_trail_is_read_by_auditor_and_administrator(cast: Cast, who: str) -> None:
    assert access.audit_visible_to(fresh(getattr(cast, who)), cast.company).exists() is (who in {"thu", "dung"})
