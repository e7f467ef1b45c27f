"""Every page × everybody: what each role reaches, and that a stranger reaches nothing at all."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast
from tests.conftest import Browser
from tests.dashboards.furnished import ROLES, Furnished

from tamnhin.dashboards.urls import urlpatterns
from tamnhin.measurements.models import Import

EVERYBODY = frozenset(ROLES)
IMPORTERS = frozenset({"lan", "hung", "tuan", "dung"})
SEES_HOA = EVERYBODY - {"an", "binh"}
SEES_KD = EVERYBODY - {"binh"}

# name → (arguments, who gets the page). Pages of one owner are asked for Hoa, who has lines, targets and values.
PAGES: dict[str, tuple[tuple[str, ...], frozenset[str]]] = {
    "home": ((), EVERYBODY),
    "scorecard": (("HOA",), SEES_HOA),
    "why_card": (("HOA",), SEES_HOA),
    "why_pay": (("HOA",), frozenset()),  # nobody has a bonus here
    "export_card": (("HOA",), SEES_HOA),
    "kpi": (("HOA", "REV"), SEES_HOA),
    "why_line": (("HOA", "REV"), SEES_HOA),
    "heatmap": ((), EVERYBODY),
    "entry": ((), EVERYBODY - {"thu"}),
    "entry_echo": ((), EVERYBODY),
    "import": ((), IMPORTERS),
    "import_template": ((), IMPORTERS),
    "one_import": (("PK",), IMPORTERS),
    "import_problems": (("PK",), IMPORTERS),
    "export": ((), IMPORTERS),
    "kpi_list": ((), EVERYBODY),
    "unit_list": ((), EVERYBODY),
    "people_list": ((), EVERYBODY),
    "company_settings": ((), EVERYBODY),
    "search": ((), EVERYBODY),
    "api_keys": ((), EVERYBODY),
}
# what would give the company away to an outsider
SECRETS = ("Trần Thị Lan", "Lê Thị Hoa", "Nhóm Bắc", "Công ty Sao", "Doanh thu thuần")


def test_the_matrix_names_every_page_there_is() -> None:
    assert set(PAGES) == {pattern.name for pattern in urlpatterns}


@pytest.fixture
def record(sao: Furnished) -> Import:
    return Import.objects.create(
        company=sao.cast.company, file_name="so-lieu.xlsx", sha256="0" * 64, status="checked", created_by=sao.cast.tuan
    )


def address(name: str, record: Import) -> str:
    arguments, _who = PAGES[name]
    return reverse(name, args=[record.pk if one == "PK" else one for one in arguments])


@pytest.mark.parametrize("name", sorted(PAGES))
def test_each_role_reaches_what_it_may_and_nothing_else(
    name: str, sao: Furnished, record: Import, browser: Browser
) -> None:
    found = {role: browser.of(sao.user(role)).get(address(name, record)).status_code for role in ROLES}
    assert found == {role: 200 if role in PAGES[name][1] else 404 for role in ROLES}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_an_outsider_sees_nothing_of_the_company_on_any_page(
    name: str, sao: Furnished, record: Import, browser: Browser
) -> None:
    """Quang directs another company; pages about himself exist for him, pages about ours do not."""
    response = browser.of(sao.cast.quang).get(address(name, record), {"q": "a"})
    arguments, _who = PAGES[name]
    if arguments:
        assert response.status_code == 404
    if "text/html" in response["Content-Type"]:
        text = response.content.decode()
        assert [secret for secret in SECRETS if secret in text] == []


@pytest.mark.parametrize("name", sorted(set(PAGES) - {"home"}))
def test_somebody_of_no_company_finds_no_page(name: str, sao: Furnished, record: Import, browser: Browser) -> None:
    assert browser.of(sao.cast.nobody).get(address(name, record)).status_code == 404


@pytest.mark.parametrize("name", sorted(PAGES))
def test_who_is_not_logged_in_is_sent_to_log_in(name: str, sao: Furnished, record: Import) -> None:
    response = Client().get(address(name, record))
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_an_outsider_cannot_post_into_the_company(sao: Furnished, record: Import, browser: Browser) -> None:
    """Neither a value, nor an import, nor the settings: each is absent, and nothing has changed."""
    quang = browser.of(sao.cast.quang)
    key = sao.key("HOA", sao.revenue)
    assert quang.post(reverse("entry"), {"only": key, f"value-{key}": "1"}).status_code == 404
    assert quang.post(reverse("one_import", args=[record.pk]), {"confirm": "1"}).status_code == 404
    assert Import.objects.get(pk=record.pk).status == "checked"


def test_a_sub_tree_head_sees_the_people_of_that_sub_tree_only(sao: Furnished, browser: Browser) -> None:
    text = browser.of(sao.cast.minh).get(reverse("people_list")).content.decode()
    assert "Lê Thị Hoa" in text
    assert "Phạm An" in text
    assert "Đỗ Bình" not in text


def test_the_cast_is_complete(cast: Cast) -> None:
    """A role that joins the cast has to be put into the matrix."""
    from tamnhin.accounts.models import Membership

    members = Membership.objects.filter(company=cast.company).values_list("user_id", flat=True)
    assert {getattr(cast, role).pk for role in ROLES} == set(members)
