"""The five steps: what is missing, what comes in by pasting, and who may."""

from __future__ import annotations

import datetime
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from tests.agreements.trial import Ask
from tests.cast import Cast
from tests.conftest import Browser
from tests.dashboards.furnished import Furnished

from tamnhin.accounts.models import Membership, RoleGrant, User
from tamnhin.config.founding import FoundingError, found_company
from tamnhin.kpis.models import Kpi
from tamnhin.organisation.models import Company, Person, Unit
from tamnhin.planning.start.pasting import read_people, read_units
from tamnhin.planning.start.steps import STEPS, Counts, next_step, steps_of
from tamnhin.strategy.models import Goal

FULL = Counts(
    vision=True, mission=True, values=3, perspectives=4, cycles=5, strategic=2, strategic_active=2, short=4,
    short_active=4, units=2, units_with_goal=2, units_agreed=2, people=5, kpis=6, carrying=5, measured=6,
    regulation=True,
)  # fmt: skip


@pytest.fixture
def empty(db: None) -> Client:
    """The browser of the founder of a company that has nothing."""
    found_company(code="MOI", name="Công ty Mới", email="lan@moi.vn", person="Trần Lan")
    client = Client()
    client.force_login(
        User.objects.get(email="lan@moi.vn"), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


# --- what is missing ---


def test_a_company_that_has_everything_has_no_next_step() -> None:
    assert next_step(steps_of(FULL)) is None


@pytest.mark.parametrize(
    ("without", "step"),
    [
        ({"vision": False}, "vision"),
        ({"mission": False}, "vision"),
        ({"cycles": 0}, "goals"),
        ({"strategic_active": 0}, "goals"),
        ({"short_active": 0}, "goals"),
        ({"units": 0}, "departments"),
        ({"units_with_goal": 1}, "departments"),
        ({"units_agreed": 1}, "departments"),
        ({"people": 1, "carrying": 1}, "people"),
        ({"kpis": 0}, "people"),
        ({"carrying": 4}, "people"),
        ({"measured": 0}, "measure"),
    ],
)
def test_each_thing_that_is_missing_opens_its_step_again(without: dict[str, object], step: str) -> None:
    found = next_step(steps_of(replace(FULL, **without)))  # type: ignore[arg-type]
    assert found is not None
    assert found.key == step


@pytest.mark.parametrize(
    "without",
    [{"values": 0}, {"unlinked": 3}, {"orphans": 2}, {"regulation": False}, {"goals_without_kpi": 1},
     {"units_without_head": 1}, {"people_without_login": 2}, {"kpis_without_owner": 1}],
)  # fmt: skip
def test_what_is_only_advised_holds_nobody_up(without: dict[str, object]) -> None:
    assert next_step(steps_of(replace(FULL, **without))) is None  # type: ignore[arg-type]


def test_the_empty_company_begins_at_the_vision_and_says_why(empty: Client) -> None:
    text = empty.get(reverse("start")).content.decode()
    assert "Viết tầm nhìn" in text
    assert "đường lên tầm nhìn" in text
    home = empty.get(reverse("home")).content.decode()
    assert reverse("start_step", args=["vision"]) in home


def test_a_step_that_does_not_exist_is_not_found(empty: Client) -> None:
    assert empty.get("/start/nothing/").status_code == 404


# --- an empty company works everywhere ---


def test_every_page_without_arguments_opens_in_an_empty_company(empty: Client) -> None:
    skipped = {"import_template", "export", "okr_week"}
    opened = []
    for name in {key for key in get_resolver().reverse_dict if isinstance(key, str)} - skipped:
        try:
            address = reverse(name)
        except NoReverseMatch:
            continue
        if not address.startswith(("/accounts/", "/healthz", "/static")):
            answer = empty.get(address)
            assert answer.status_code in (200, 302, 404, 405), (name, answer.status_code)
            opened.append((name, answer.status_code))
    shown = {name for name, status in opened if status == 200}
    assert {"home", "heatmap", "kpi_list", "unit_list", "people_list", "entry", "start", "strategy", "goal_list",
            "strategy_map", "kpi_tree", "library", "assign", "inbox", "okr"} <= shown  # fmt: skip


# --- units and people by pasting ---


def test_pasted_units_stand_under_each_other_by_code_or_name(empty: Client) -> None:
    pasted = "Tên\tMã\tTrực thuộc\nKinh doanh\tKD\t\nMiền Bắc\t\tKinh doanh\nKế toán\tKT\t"
    answer = empty.post(reverse("start_units"), {"lines": pasted})
    assert answer.status_code == 302
    company = Company.objects.get(code="MOI")
    paths = {unit.owner.code: unit.path for unit in Unit.objects.filter(company=company).select_related("owner")}
    assert paths["MB"].startswith(paths["KD"])
    assert paths["KT"].startswith(paths["MOI"])


def test_pasted_people_can_log_in_and_heads_lead_their_unit(empty: Client) -> None:
    empty.post(reverse("start_units"), {"lines": "Kinh doanh; KD"})
    lines = "Trần Nam; nam@moi.vn; Trưởng phòng; KD; x\nLê Hoa; hoa@moi.vn; Nhân viên; Kinh doanh\nĐỗ Ân;;;KD"
    answer = empty.post(reverse("start_people"), {"lines": lines, "next": "/start/people/"})
    assert (answer.status_code, answer["Location"]) == (302, "/start/people/")
    company = Company.objects.get(code="MOI")
    sales = Unit.objects.get(company=company, owner__code="KD")
    assert sales.head is not None
    assert sales.head.owner.name == "Trần Nam"
    assert RoleGrant.objects.filter(company=company, user__email="nam@moi.vn", role="head", unit=sales).exists()
    assert Membership.objects.filter(company=company).count() == 3
    assert Person.objects.filter(company=company, unit=sales).count() == 3


def test_one_bad_line_writes_nothing_and_keeps_what_was_typed(empty: Client) -> None:
    lines = "Trần Nam; nam@moi.vn; ; KHÔNG CÓ\nLê Hoa; khong-phai-thu\n;x@y.vn\nLê Hoa; LAN@moi.vn"
    answer = empty.post(reverse("start_people"), {"lines": lines})
    text = answer.content.decode()
    assert answer.status_code == 422
    for said in ("KHÔNG CÓ", "khong-phai-thu", "Thiếu tên", "lan@moi.vn", "Trần Nam; nam@moi.vn"):
        assert said.lower() in text.lower()
    assert Person.objects.filter(company__code="MOI").count() == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Kinh doanh; KD", "PASTE_CODE_TAKEN"),
        ("Cũ", "PASTE_UNIT_THERE"),
        ("Mới; M; Đâu đó", "PASTE_UNIT_UNKNOWN"),
        (" ; M", "PASTE_NO_NAME"),
        (f"Mới; {'M' * 65}", "PASTE_TOO_LONG_TEXT"),
        ("\n".join(f"Phòng {at}" for at in range(301)), "PASTE_TOO_LONG"),
    ],
)
def test_units_that_cannot_be_taken_say_why(text: str, code: str) -> None:
    _rows, faults = read_units(text, {"KD": "Cũ"})
    assert code in {one.problem.code for one in faults}
    assert "…" not in faults[0].problem.text("en") or code == "PASTE_TOO_LONG_TEXT"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("An; an@x.vn\nBình; an@x.vn", "PASTE_EMAIL_TAKEN"),
        ("An;;;KD;x\nBình;;;KD;x", "PASTE_TWO_HEADS"),
        ("An;;;;;KD", "PASTE_CODE_TAKEN"),
        ("N" * 301, "PASTE_TOO_LONG_TEXT"),
    ],
)
def test_people_that_cannot_be_taken_say_why(text: str, code: str) -> None:
    _rows, faults = read_people(text, {"KD": "Kinh doanh"}, ["KD"], [])
    assert [one.problem.code for one in faults] == [code]


def test_codes_are_made_from_names_and_never_twice() -> None:
    rows, faults = read_people("Trần Văn Nam\nTrần Vũ Nga\nHoa", {}, [], [])
    assert faults == []
    assert [one.code for one in rows] == ["TVN", "TVN2", "HOA"]


def test_a_unit_without_a_goal_is_not_counted_as_having_one(empty: Client) -> None:
    empty.post(reverse("start_units"), {"lines": "Kinh doanh; KD\nKế toán; KT"})
    company = Company.objects.get(code="MOI")
    goal = Goal.objects.create(
        company=company, code="G1", title="Thêm điểm bán", horizon="year", status="active",
        unit=Unit.objects.get(owner__code="KD", company=company),
        valid_from=datetime.date(2030, 1, 1), valid_to=datetime.date(2030, 12, 31),
    )  # fmt: skip
    step = reverse("start_step", args=["departments"])
    assert "1/2 phòng đã có mục tiêu được đồng ý" in empty.get(step).content.decode()
    goal.archived_at = datetime.datetime.now(datetime.UTC)
    goal.save()
    assert "0/2 phòng đã có mục tiêu<" in empty.get(step).content.decode().replace("</div>", "<")


@pytest.mark.parametrize("key", STEPS)
def test_every_step_has_its_page_and_leads_to_each_thing_it_asks_for(key: str, empty: Client) -> None:
    page = empty.get(reverse("start_step", args=[key])).context["page"]
    assert page.current.step.key == key
    for shown in page.current.items:
        assert shown.url
        assert empty.get(shown.url).status_code == 200
    if key == "vision":
        kinds = [parse_qs(urlsplit(shown.url).query).get("kind") for shown in page.current.items]
        assert kinds == [None, ["mission"], ["values"]]


def test_a_director_who_may_not_change_the_organisation_is_offered_no_such_page(
    sao: Furnished, browser: Browser
) -> None:
    page = browser.of(sao.cast.lan).get(reverse("start_step", args=["people"])).context["page"]
    assert [shown.url for shown in page.current.items if shown.item.to == "start_people"] == ["", ""]


# --- who may ---


@pytest.mark.parametrize("name", ["start_units", "start_people"])
def test_only_those_who_change_the_organisation_find_the_page(name: str, sao: Furnished, browser: Browser) -> None:
    assert browser.of(sao.cast.dung).get(reverse(name)).status_code == 200
    assert browser.of(sao.cast.hung).get(reverse(name)).status_code == 200
    for user in (sao.cast.hoa, sao.cast.thu, sao.cast.minh):
        assert browser.of(user).post(reverse(name), {"lines": "Mới; M"}).status_code == 404
    before = Unit.objects.filter(company=sao.cast.company).count()
    browser.of(sao.cast.quang).post(reverse(name), {"lines": "Mới; M"})
    assert Unit.objects.filter(company=sao.cast.company).count() == before


def test_a_way_back_leads_nowhere_else(empty: Client) -> None:
    answer = empty.post(reverse("start_units"), {"lines": "Kinh doanh", "next": "https://noi.khac/"})
    assert answer["Location"] == reverse("start_step", args=["departments"])


# --- founding ---


@pytest.mark.django_db
def test_a_founder_is_director_and_administrator_and_nobody_else_is_there() -> None:
    made = found_company(code="MOI", name="Mới", email="A@moi.vn")
    assert made.email == "a@moi.vn"
    assert User.objects.get(email="a@moi.vn").check_password(made.password)
    roles = set(RoleGrant.objects.filter(company__code="MOI").values_list("role", flat=True))
    assert roles == {"director", "admin"}
    assert not Kpi.objects.filter(company__code="MOI").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "email", "problem"),
    [("CÓ DẤU", "a@b.vn", "COMPANY_CODE_BAD"), ("CU", "a@b.vn", "COMPANY_CODE_TAKEN"), ("M", "x", "ADMIN_EMAIL_BAD")],
)
def test_a_company_that_cannot_be_founded_leaves_nothing(code: str, email: str, problem: str) -> None:
    found_company(code="CU", name="Cũ", email="cu@cu.vn")
    with pytest.raises(FoundingError) as caught:
        found_company(code=code, name="x", email=email)
    assert caught.value.problem.code == problem
    assert Company.objects.count() == 1
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_a_known_account_keeps_its_password() -> None:
    found_company(code="A", name="A", email="x@x.vn", password="mot-mat-khau-cu-2026")
    assert found_company(code="B", name="B", email="x@x.vn").password == ""
    assert User.objects.get(email="x@x.vn").check_password("mot-mat-khau-cu-2026")


def test_an_administrator_marks_who_is_human_resources_and_nobody_else_can(
    empty: Client, sao: Furnished, browser: Browser
) -> None:
    line = "Vũ Hùng; hung@moi.vn; Nhân sự; ; hr"
    assert empty.post(reverse("start_people"), {"lines": line}).status_code == 302
    assert RoleGrant.objects.filter(company__code="MOI", user__email="hung@moi.vn", role="hr").exists()
    refused = browser.of(sao.cast.hung).post(reverse("start_people"), {"lines": "Bà Ba; ba@sao.vn; ; ; hr"})
    assert refused.status_code == 422
    assert not User.objects.filter(email="ba@sao.vn").exists()
    assert empty.post(reverse("start_people"), {"lines": "Bà Ba; ; ; ; nhân sự"}).status_code == 422


# --- the way back ---


def test_the_way_back_stays_on_every_page_until_it_is_taken(empty: Client) -> None:
    back = reverse("start_step", args=["goals"])
    there = f'<a href="{back}"><svg'

    def shown(address: str) -> bool:
        return there in empty.get(address, follow=True).content.decode()

    assert not shown(reverse("goal_list"))
    assert shown(f"{reverse('cycles')}?next={back}")
    assert shown(reverse("goal_list"))  # another page on the way
    refused = empty.post(reverse("goal_new"), {"title": ""})
    assert refused.status_code == 422
    assert there in refused.content.decode()
    assert "Quay lại bước 2: Mục tiêu" in refused.content.decode()
    assert not shown(back)
    assert not shown(reverse("goal_list"))


@pytest.mark.parametrize(
    "where", ["https://xau.example/start/goals/", "//xau.example/start/goals/", "/start/la/", "/x/"]
)
def test_the_way_back_leads_nowhere_else(empty: Client, where: str) -> None:
    page = empty.get(reverse("goal_list"), {"next": where}).content.decode()
    assert 'class="guide' not in page
    assert where not in page


def test_everybody_sees_what_waits_among_what_they_may_see(ask: Ask, cast: Cast, browser: Browser) -> None:
    row = ask(title="Thẻ của Hoa")
    for user, there in ((cast.lan, True), (cast.minh, True), (cast.thu, True), (cast.binh, False), (cast.quang, False)):
        page = browser.of(user).get(reverse("start")).content.decode()
        assert (reverse("agreement", args=[row.pk]) in page) is there
