"""What people do with it, in a real browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import xlsxwriter
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.cast import Cast
from tests.journeys.conftest import PHONE, Login, serious
from tests.journeys.story import months, tell

pytestmark = pytest.mark.journey


@pytest.fixture
def story(people: Cast) -> Cast:
    tell(people)
    return people


def test_lan_finds_in_three_clicks_why_the_company_score_is_what_it_is(story: Cast, log_in: Login) -> None:
    page = log_in("lan@sao.vn")
    page.get_by_role("link", name="Thẻ điểm").first.click()  # one
    expect(page.get_by_role("heading", level=1)).to_have_text("Công ty Sao")
    page.get_by_role("link", name="Kỳ trước").click()  # two: the last closed month
    page.locator(".hero").get_by_role("link", name="Vì sao?").click()  # three
    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text("Giao hàng đúng hẹn, trọng số 40")
    expect(drawer).to_contain_text("180 ÷ 200")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()


def test_hoa_enters_what_she_owes_and_sees_her_new_score(story: Cast, log_in: Login) -> None:
    page = log_in("hoa@sao.vn")
    due = page.locator("#due")
    expect(due).to_contain_text("Doanh thu thuần")
    due.get_by_role("link", name="Nhập số liệu").click()
    field = page.get_by_label("Giá trị").first
    field.fill("95tr")
    expect(page.locator(".echo").first).to_contain_text("95.000.000")
    page.get_by_role("button", name="Lưu", exact=True).first.click()
    expect(page.locator(".saved").first).to_contain_text("đã lưu")
    last = months(story)[-1]
    page.goto(re.sub(r"/entry/.*", f"/scorecards/HOA/?period={last}", page.url))
    expect(page.locator(".hero output")).to_have_text("94,89")  # 60 × 95 % + 40 × 90 / 95
    page.goto(page.url.replace("/HOA/", "/KD/"))
    expect(page.locator("main")).to_contain_text("185 tr")


def test_a_wrong_number_is_refused_at_its_field_and_stays_there(story: Cast, log_in: Login) -> None:
    page = log_in("hoa@sao.vn")
    page.locator("#due").get_by_role("link", name="Nhập số liệu").click()
    page.get_by_label("Giá trị").first.fill("chín mươi")
    page.get_by_role("button", name="Lưu", exact=True).first.click()
    expect(page.locator(".echo .invalid").first).to_be_visible()
    expect(page.get_by_label("Giá trị").first).to_have_value("chín mươi")


def workbook(path: Path, month: str, *, faults: bool) -> Path:
    book = xlsxwriter.Workbook(str(path))
    company = book.add_worksheet("company")
    company.write_row(0, 0, ["key", "value"])
    company.write_row(1, 0, ["language", "vi"])
    kpis = book.add_worksheet("kpis")
    kpis.write_row(0, 0, ["code", "name", "unit", "direction", "aggregation", "frequency"])
    kpis.write_row(1, 0, ["CALL", "Cuộc gọi", "cuộc", "lên" if faults else "higher", "sum", "month"])
    lines = book.add_worksheet("scorecards")
    lines.write_row(0, 0, ["owner", "kpi", "weight"])
    lines.write_row(1, 0, ["BINH", "CALL", 100])
    targets = book.add_worksheet("targets")
    targets.write_row(0, 0, ["owner", "kpi", "period", "target"])
    targets.write_row(1, 0, ["BINH", "CALL", month, 200])
    actuals = book.add_worksheet("actuals")
    actuals.write_row(0, 0, ["owner", "kpi", "period", "value"])
    actuals.write_row(1, 0, ["BINH", "CALL", month, "một trăm" if faults else 150])
    book.close()
    return path


def test_hung_imports_a_file_with_two_faults_mends_it_and_imports_it(
    story: Cast, log_in: Login, tmp_path: Path
) -> None:
    month = months(story)[-1]
    page = log_in("hung@sao.vn")
    address = page.url
    page.goto(f"{address}import/")
    page.set_input_files('input[type="file"]', workbook(tmp_path / "sai.xlsx", month, faults=True))
    page.get_by_role("button", name="Chạy thử").click()
    problems = page.locator("main")
    expect(problems).to_contain_text("kpis!D2")
    expect(problems).to_contain_text("actuals!D2")
    page.get_by_role("button", name="Bỏ lần nhập này").click()
    page.goto(f"{address}import/")
    page.set_input_files('input[type="file"]', workbook(tmp_path / "dung.xlsx", month, faults=False))
    page.get_by_role("button", name="Chạy thử").click()
    expect(page.locator("main")).to_contain_text("Không có lỗi nào")
    page.get_by_role("button", name="Nhập", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Đã nhập")).to_be_visible()
    page.goto(f"{address}scorecards/BINH/?period={month}")
    expect(page.locator(".hero output")).to_have_text("75,00")


def test_minh_switches_the_language_and_it_stays(story: Cast, log_in: Login) -> None:
    page = log_in("minh@sao.vn")
    page.get_by_label("Tài khoản").first.click()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("link", name="Scorecard").first).to_be_visible()
    page.reload()
    assert page.locator("html").get_attribute("lang") == "en"


@pytest.mark.parametrize(
    "address", ["scorecards/HOA/", "scorecards/KD/why/", "scorecards/HOA/kpis/REV/", "scorecards/HOA/export/"]
)
def test_quang_of_another_company_gets_404(story: Cast, log_in: Login, address: str) -> None:
    page = log_in("quang@trang.vn")
    answer = page.goto(f"{page.url}{address}")
    assert answer is not None
    assert answer.status == 404


def test_hoa_does_not_reach_a_colleague(story: Cast, log_in: Login) -> None:
    page = log_in("hoa@sao.vn")
    answer = page.goto(f"{page.url}scorecards/AN/")
    assert answer is not None
    assert answer.status == 404


def test_search_is_a_key_away_and_forgives_missing_marks(story: Cast, log_in: Login) -> None:
    page = log_in("lan@sao.vn")
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("doanh thu")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Doanh thu thuần")
    page.goto(page.url.replace("doanh+thu", "le+thi+hoa"))
    expect(page.locator("main")).to_contain_text("Lê Thị Hoa")


PAGES = [
    "", "scorecards/KD/", "scorecards/HOA/kpis/REV/", "scorecards/KD/why/", "heatmap/", "entry/", "import/", "kpis/",
    "units/", "people/", "settings/", "search/?q=hoa",
]  # fmt: skip


@pytest.mark.parametrize("language", ["vi", "en"])
def test_axe_finds_nothing_serious_and_a_phone_needs_no_sideways_scroll(
    story: Cast, log_in: Login, window: BrowserContext, live_server: LiveServer, language: str
) -> None:
    page: Page = log_in("hung@sao.vn")
    if language == "en":
        page.get_by_label("Tài khoản").first.click()
        page.get_by_role("button", name="English").click()
    faults: list[str] = []
    for address in PAGES:
        page.goto(f"{live_server.url}/{address}")
        faults += [f"{address}: {fault}" for fault in serious(page)]
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        page.goto(f"{live_server.url}/{address}")
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wider > 0:
            faults.append(f"{address}: {wider} px wider than the phone")
        page.set_viewport_size({"width": 1360, "height": 900})
    assert not faults, "\n".join(faults)


def test_no_page_breaks_the_content_security_policy(story: Cast, log_in: Login, live_server: LiveServer) -> None:
    page = log_in("hung@sao.vn")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    for address in PAGES:
        page.goto(f"{live_server.url}/{address}")
    assert not said, said
