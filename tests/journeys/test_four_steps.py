"""From a blank page to scorecards in force that six people agreed on, every step by clicking and typing."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer
from tests.cast import PASSWORD
from tests.journeys.conftest import WINDOW, serious
from tests.journeys.walking import Enter, Walker

from tamnhin.accounts.models import Role, User
from tamnhin.accounts.services import grant_role
from tamnhin.agreements.models import Agreement
from tamnhin.agreements.states import State
from tamnhin.config.founding import found_company
from tamnhin.kpis.models import Assignment, Link
from tamnhin.organisation.access import today
from tamnhin.organisation.models import Company, Unit
from tamnhin.strategy.models import Goal

pytestmark = pytest.mark.journey
PATIENCE = 15_000  # milliseconds: the machine may be busy with other tests

VISION = "Đến 2035, cứ ba bữa sáng ở thành phố thì một bữa có sữa của chúng ta."
PEOPLE = """Họ tên; Thư điện tử; Chức danh; Phòng ban; Trưởng phòng; Mã
Nguyễn Văn Minh; minh@sao.vn; Trưởng phòng kinh doanh; KD; x; MINH
Lê Thị Hoa; hoa@sao.vn; Nhân viên kinh doanh; KD; ; HOA
Trịnh Kim; kim@sao.vn; Kế toán trưởng; Kế toán; x; KIM
Ngô Tú; tu@sao.vn; Kế toán viên; KT; ; TU
Vũ Hùng; hung@sao.vn; Nhân sự; ; ; HUNG"""


@dataclass(frozen=True, slots=True)
class Time:
    """The month that ended last, and this one: scorecards of both, so that one has a final score today."""

    day: datetime.date

    @property
    def ended(self) -> datetime.date:
        return (self.day.replace(day=1) - datetime.timedelta(days=1)).replace(day=1)

    @property
    def last(self) -> datetime.date:
        return self.day.replace(day=calendar.monthrange(self.day.year, self.day.month)[1])

    @property
    def quarter(self) -> str:
        return f"Quý {(self.day.month + 2) // 3}/{self.day.year}"


@pytest.fixture
def founded(transactional_db: None) -> Company:
    """A company that has nothing but its director."""
    found_company(code="SAO", name="Công ty Sao", email="lan@sao.vn", person="Trần Thị Lan", password=PASSWORD)
    return Company.objects.get(code="SAO")


@pytest.fixture
def enter(chromium: Chromium, live_server: LiveServer) -> Iterator[Enter]:
    """``enter("lan")`` logs Lan in through the form, in a session of her own."""
    opened = []
    expect.set_options(timeout=PATIENCE)

    def log_in(name: str) -> Walker:
        window = chromium.new_context(**WINDOW)
        opened.append(window)
        window.set_default_timeout(PATIENCE)
        page = window.new_page()
        page.goto(f"{live_server.url}/accounts/login/")
        page.fill('input[name="login"]', f"{name}@sao.vn")
        page.fill('input[name="password"]', PASSWORD)
        page.click('button:has-text("Đăng nhập")')
        page.wait_for_url(f"{live_server.url}/")
        return Walker(page, live_server.url)

    yield log_in
    expect.set_options(timeout=None)
    for window in opened:
        window.close()


def test_an_empty_company_reaches_agreed_scorecards_for_everyone(founded: Company, enter: Enter) -> None:
    time = Time(today(founded))
    lan = enter("lan")
    writes_the_strategy(lan)
    brings_in_units_and_people(lan)
    let_in(founded)
    for entry, owner, deputy in (
        ("CEO-001", "Trần Thị Lan", "MINH"),
        ("ACC-008", "KIM", "Ngô Tú"),
        ("SAL-001", "MINH", "HOA"),
        ("SAL-012", "MINH", "HOA"),
        ("ACC-003", "KIM", "TU"),
    ):
        lan.use_from_library(entry, owner, deputy)
    sets_the_goals(lan, time)
    minh, hoa, kim, tu, hung = (enter(name) for name in ("minh", "hoa", "kim", "tu", "hung"))
    departments_propose(minh, kim, time)
    everybody_answers(lan, minh, hoa, kim, tu, hung)
    minh.activate("/goals/MT-05/", "MT-05 có hiệu lực.")
    kim.activate("/goals/MT-06/", "MT-06 có hiệu lực.")
    minh.claim("SAL-012", "CEO-001", "Khách mới hôm nay là doanh thu tháng sau.")
    kim.claim("ACC-003", "ACC-008", "Khóa sổ sớm thì đòi nợ sớm.")
    minh_fills_the_matrix(minh, time)
    kim_writes_a_scorecard(kim, time)
    for name, head, owner in (("Lê Thị Hoa", minh, hoa), ("Ngô Tú", kim, tu)):
        hung.agree(name)
        owner.agree(name)
        plan = Assignment.objects.get(owner__name=name)
        head.activate(f"/plans/{plan.pk}/", f"Thẻ điểm của {name} bắt đầu có hiệu lực.")
    all_is_in_force(founded, lan)
    nobody_sees_what_is_not_theirs(minh, hoa, kim, tu)
    map_and_tree_hold_together(hoa)
    month = f"{time.ended:%m/%Y}"
    hoa.enter(month, {"SAL-001": "900tr", "SAL-012": "8"})
    tu.enter(month, {"ACC-003": "6"})
    # targets of a month: 2 tỷ ÷ 2 and 20 ÷ 2; 60 × 0,9 + 40 × 0,8
    has_a_score(hoa, "HOA", time, "86,00")
    # lower is better: 5 days wanted, 6 taken, 100 × 5 ÷ 6
    has_a_score(tu, "TU", time, "83,33")


def writes_the_strategy(lan: Walker) -> None:
    """The first step leads to each thing it asks for; the cycles come with their years and quarters."""
    lan.go("/")
    lan.follow("Làm tiếp", "Bước 1: Tầm nhìn và sứ mệnh")
    todo = lan.page.get_by_role("region", name="Việc của bước này")
    todo.get_by_role("link", name="Viết").nth(0).click()
    lan.fill(text=VISION)
    lan.press("Lưu thành bản mới", "Đã lưu bản 1.")
    lan.go("/start/vision/")
    todo.get_by_role("link", name="Viết").nth(1).click()
    expect(lan.page.get_by_label("Sứ mệnh", exact=True)).to_be_visible()
    lan.fill(text="Đưa sữa sạch đến từng nhà mỗi sáng.")
    lan.press("Lưu thành bản mới", "Đã lưu bản 1.")
    lan.go("/start/goals/")
    lan.follow("Đặt chu kỳ", "Chu kỳ")
    lan.press("Tạo chu kỳ", "Đã tạo chu kỳ")


def brings_in_units_and_people(lan: Walker) -> None:
    lan.go("/start/departments/")
    lan.follow("Thêm phòng ban", "Thêm phòng ban")
    lan.fill(lines="Tên\tMã\nKinh doanh\tKD\nKế toán\tKT")
    lan.press("Thêm", "Đã thêm 2 phòng ban.")
    # a unit that has just come has no goal, and the step says so
    expect(lan.page.get_by_role("region", name="Việc của bước này")).to_contain_text("0/2 phòng đã có mục tiêu")
    lan.go("/start/people/")
    lan.sees_heading("Bước 4: KPI của từng người")
    lan.follow("Thêm người", "Thêm người")
    lan.fill(lines=PEOPLE)
    lan.press("Thêm", "Đã thêm 5 người.")
    lan.sees_heading("Bước 4: KPI của từng người")
    assert serious(lan.page) == []


def let_in(company: Company) -> None:
    """What no page does: a password without an e-mail, and the role of HR (``tamnhin import`` or the service)."""
    for user in User.objects.filter(memberships__company=company).exclude(email="lan@sao.vn"):
        user.set_password(PASSWORD)
        user.save()
    root = Unit.objects.get(company=company, parent=None)
    hung = User.objects.get(email="hung@sao.vn")
    grant_role(acting_user=None, company_id=company.pk, user=hung, role=Role.HR, unit_id=root.pk)


def sets_the_goals(lan: Walker, time: Time) -> None:
    """Two of three years, checked while they are written, and under each one of this quarter."""
    lan.go("/start/goals/")
    lan.follow("Đặt mục tiêu", "Mục tiêu mới")
    lan.write_goal(
        "Tăng doanh thu toàn công ty từ 100 lên 150 tỷ mỗi năm ở miền Bắc", kpi="CEO-001", baseline="100 tỷ",
        target="150 tỷ", owner="Trần Thị Lan", perspective="Tài chính",
    )  # fmt: skip
    expect(lan.page.locator("#smart")).to_contain_text("Đo được: từ 100 tỷ đến 150 tỷ.")
    lan.save_goal("MT-01")
    lan.press("Kích hoạt", "MT-01 có hiệu lực.")
    lan.go("/goals/new/")
    lan.write_goal(
        "Giảm kỳ thu tiền bình quân từ 60 xuống 40 ngày với mọi khách hàng", kpi="ACC-008", baseline="60",
        target="40", owner="KIM", perspective="Tài chính",
    )  # fmt: skip
    lan.save_goal("MT-02")
    lan.press("Kích hoạt", "MT-02 có hiệu lực.")
    for code, parent, title, kpi, baseline, target, owner in (
        ("MT-03", "MT-01", "Đạt doanh thu 40 tỷ trong quý ở miền Bắc", "CEO-001", "30 tỷ", "40 tỷ", "GD"),
        ("MT-04", "MT-02", "Giảm kỳ thu tiền xuống 50 ngày trong quý", "ACC-008", "60", "50", "KIM"),
    ):
        lan.go(f"/goals/{parent}/")
        lan.follow("Thêm mục tiêu phục vụ", "Mục tiêu mới")
        lan.write_goal(title, kpi=kpi, baseline=baseline, target=target, owner=owner, horizon="Quý")
        expect(lan.page.locator("#content [name='cycle'] option:checked")).to_have_text(time.quarter)
        lan.save_goal(code)
        lan.press("Kích hoạt", f"{code} có hiệu lực.")


def departments_propose(minh: Walker, kim: Walker, time: Time) -> None:
    """Each head writes a goal that serves the quarter's, measures it, and asks the other unit and one of the own."""
    for head, unit, code, serves, title, kpi, numbers, related, person in (
        (minh, "KD", "MT-05", "MT-03", "Tăng doanh thu bán hàng trong quý từ 25 lên 36 tỷ", "SAL-001",
         ("25 tỷ", "36 tỷ"), "Kế toán", "Lê Thị Hoa"),
        (kim, "KT", "MT-06", "MT-04", "Khóa sổ trong 5 ngày thay vì 9 ngày ở mọi chi nhánh", "ACC-003",
         ("9", "5"), "Kinh doanh", "TU"),
    ):  # fmt: skip
        head.add_department_goal(unit, title, serves, time.quarter, code)
        head.go(f"/goals/{code}/edit/")
        head.fill(kpi=kpi, baseline=numbers[0], target=numbers[1])
        head.save_goal(code)
        head.go(f"/units/{unit}/goals/")
        head.page.get_by_label(related, exact=True).check()
        head.fill(people=person)
        head.press("Đề xuất", "Đã đề xuất 1 mục tiêu.")
    expect(kim.page.locator("#goal-MT-06")).to_contain_text("Đang chờ: bộ phận nhân sự")


def everybody_answers(lan: Walker, minh: Walker, hoa: Walker, kim: Walker, tu: Walker, hung: Walker) -> None:
    """HR both at once; then the other department; then whoever is named, and the director."""
    hoa.go("/inbox/")
    expect(hoa.page.locator("#content")).not_to_contain_text("MT-05")  # not before those who come first
    hung.go("/inbox/")
    hung.page.get_by_label("Chọn tất cả").check()
    hung.page.get_by_role("button", name="Đồng ý mục đã chọn").click()
    hung.sees_heading("Đồng ý những mục này?")
    hung.press("Đồng ý", "Đã đồng ý 2 mục.")
    kim.agree("MT-05", "Kế toán sẽ đối chiếu doanh thu hằng tuần.")
    minh.agree("MT-06")
    hoa.agree("MT-05")
    tu.agree("MT-06")
    lan.agree("MT-05")
    lan.agree("MT-06")


def minh_fills_the_matrix(minh: Walker, time: Time) -> None:
    minh.go("/assign/KD/")
    minh.page.locator("summary").filter(has_text="Bản nháp mới áp dụng").click()
    minh.page.get_by_label("Từ ngày").fill(time.ended.isoformat())
    minh.page.get_by_label("Đến ngày").fill(time.last.isoformat())
    minh.page.get_by_role("button", name="Dùng thời gian này").click()
    minh.page.wait_for_url("**/assign/KD/?first=*")
    finder = minh.page.get_by_label("Thêm KPI")
    for typed in ("SAL-001", "khach hang moi"):
        finder.fill(typed)
        finder.press("Enter")
    minh.type_in_row("Lê Thị Hoa", "60", "40")
    expect(minh.row("Lê Thị Hoa").locator(".matrix-total")).to_contain_text("đủ 100")
    minh.follow("Chỉ tiêu cả kỳ", "Giao KPI · Kinh doanh")
    minh.page.wait_for_url("**view=target**")
    minh.type_in_row("Lê Thị Hoa", "2 tỷ", "20")
    minh.follow("Xem trước và đề xuất", "Xem trước và đề xuất")
    minh.press("Đề xuất các thẻ đã chọn", "Đã gửi 1 thẻ điểm đi hỏi ý kiến.")


def kim_writes_a_scorecard(kim: Walker, time: Time) -> None:
    """The other way: one scorecard on its own page, its line tied to the department's goal."""
    kim.go("/plans/new/TU/")
    kim.page.get_by_label("Từ ngày").fill(time.ended.isoformat())
    kim.page.get_by_label("Đến ngày").fill(time.last.isoformat())
    kim.page.get_by_role("button", name="Bắt đầu viết").click()
    kim.page.get_by_label("KPI", exact=True).fill("ACC-003")
    kim.page.get_by_role("button", name="Thêm KPI").click()
    kim.page.get_by_label("Trọng số Số ngày khóa sổ").fill("100")
    kim.page.get_by_label("Chỉ tiêu cả kỳ Số ngày khóa sổ").fill("5")
    goals = kim.page.get_by_label("Mục tiêu Số ngày khóa sổ")
    goals.select_option(label=goals.locator("option").filter(has_text="MT-06").inner_text())
    kim.press("Lưu và gửi đi hỏi ý kiến", "Đã gửi thẻ điểm của Ngô Tú đi hỏi ý kiến.")


def all_is_in_force(company: Company, lan: Walker) -> None:
    assert set(Goal.objects.filter(company=company).values_list("status", flat=True)) == {State.ACTIVE}
    assert Goal.objects.filter(company=company).count() == 6
    assert set(Assignment.objects.filter(company=company).values_list("status", flat=True)) == {State.ACTIVE}
    assert not Agreement.objects.filter(company=company).exclude(state__in=(State.ACTIVE, State.CLOSED)).exists()
    claims = Link.objects.filter(company=company).values_list("driver__code", "outcome__code", "claimed_by__code")
    assert set(claims) == {
        ("SAL-001", "CEO-001", "GD"),  # the library's own suggestion, taken with the KPI
        ("SAL-012", "SAL-001", "GD"),
        ("SAL-012", "CEO-001", "MINH"),
        ("ACC-003", "ACC-008", "KIM"),
    }
    lan.go("/start/")
    steps = lan.page.get_by_role("navigation", name="Năm bước")
    for number, title in ((0, "Tầm nhìn và sứ mệnh"), (1, "Mục tiêu"), (2, "Mục tiêu phòng ban")):
        expect(steps.get_by_role("listitem").nth(number)).to_contain_text(f"{title}xong")


def nobody_sees_what_is_not_theirs(minh: Walker, hoa: Walker, kim: Walker, tu: Walker) -> None:
    plans = {plan.owner.code: plan.pk for plan in Assignment.objects.select_related("owner")}
    for reader, other, kpi in ((hoa, "TU", "ACC-003"), (minh, "TU", "ACC-003"), (tu, "HOA", "SAL-001"),
                               (kim, "HOA", "SAL-001")):  # fmt: skip
        pk = plans[other]
        reader.finds_nothing_at(
            f"/scorecards/{other}/", f"/plans/{pk}/", f"/plans/{pk}/effect/", f"/plans/{pk}/targets/{kpi}/",
            f"/plans/new/{other}/", f"/balance/{other}/",
        )  # fmt: skip
    hoa.go("/strategy/statements/")
    expect(hoa.page.get_by_text(VISION)).to_be_visible()
    expect(hoa.page.get_by_role("button", name="Lưu thành bản mới")).to_have_count(0)
    hoa.finds_nothing_at("/goals/new/", "/start/units/add/", "/units/KT/goals/")


def map_and_tree_hold_together(hoa: Walker) -> None:
    """The claim is an arrow not yet proved, and Hoa finds her own way up; Tú's name is nowhere."""
    hoa.go("/strategy/map/?scope=all")
    arrow = hoa.page.locator(".map-arrow[data-source='MT-05'][data-target='MT-01']")
    said = re.compile("^Doanh thu bán hàng tăng thì Tổng doanh thu toàn công ty tăng.*chưa kiểm chứng$")
    expect(arrow).to_have_attribute("aria-label", said)
    dashes = "e => getComputedStyle(e).strokeDasharray"
    assert arrow.locator("path:not(.map-hit)").first.evaluate(dashes) != "none"
    expect(hoa.page.locator("#content")).not_to_contain_text("Ngô Tú")
    hoa.go("/strategy/tree/")
    hoa.page.fill("#tree-q", "le thi hoa")
    way = hoa.page.locator("#tree-way")
    expect(way).to_contain_text("Lê Thị Hoa")
    assert in_order(way.inner_text(), "Tầm nhìn", "150 tỷ mỗi năm", "Tổng doanh thu", "Số khách hàng mới", "Lê Thị Hoa")
    hoa.page.fill("#tree-q", "")
    hoa.page.click("#tree-open")
    tree = hoa.page.get_by_role("tree")
    expect(tree).to_contain_text("36 tỷ")
    assert in_order(
        tree.inner_text(), "Tầm nhìn", "150 tỷ mỗi năm", "40 tỷ trong quý", "36 tỷ", "Doanh thu bán hàng", "Lê Thị Hoa"
    )
    expect(hoa.page.locator("#content")).not_to_contain_text("Ngô Tú")


def in_order(text: str, *parts: str) -> bool:
    """Whether each part follows the one before."""
    at = 0
    for part in parts:
        at = text.find(part, at)
        if at < 0:
            return False
    return True


def has_a_score(reader: Walker, owner: str, time: Time, score: str) -> None:
    reader.go(f"/scorecards/{owner}/?period={time.ended:%Y-%m}")
    expect(reader.page.get_by_role("region", name="Điểm").first).to_contain_text(score)
    expect(reader.page.get_by_role("region", name="Điểm").first).to_contain_text("chính thức")
