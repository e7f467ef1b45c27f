"""The matrix under real keys: typing, ranges, paste from Excel, undo, autosave, two people at once, no connection."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.cast import Cast
from tests.journeys.conftest import PHONE, Login, serious
from tests.journeys.story import tell

from tamnhin.kpis.models import AssignmentLine
from tamnhin.kpis.services.assignments import LineInput, Time, draft_of, save_lines

pytestmark = pytest.mark.journey
ADDRESS = "/assign/KD/?first=2040-01-01&last=2040-12-31"
EVENT = "document.activeElement.dispatchEvent(new ClipboardEvent(kind, {clipboardData: clip, bubbles: true}))"
PASTE = f"""text => {{ const clip = new DataTransfer(), kind = "paste"; clip.setData("text/plain", text); {EVENT}; }}"""
COPY = (
    f"""() => {{ const clip = new DataTransfer(); const kind = "copy"; {EVENT}; return clip.getData("text/plain"); }}"""
)


@pytest.fixture
def story(people: Cast) -> Cast:
    tell(people)
    return people


@pytest.fixture
def matrix(story: Cast, log_in: Login, live_server: LiveServer) -> Page:
    """Minh's: rows KD, KD1, Minh, Hoa; columns REV, OTD."""
    page = log_in("minh@sao.vn")
    page.goto(f"{live_server.url}{ADDRESS}")
    expect(page.locator("#matrix-grid tbody tr")).to_have_count(4)
    return page


def cell(page: Page, row: int, column: int) -> Locator:
    return page.locator(f"tr[data-row='{row}'] td[data-c='{column}']")


def total(page: Page, row: int) -> Locator:
    return page.locator(f"tr[data-row='{row}'] .matrix-total")


def saved(page: Page) -> None:
    expect(page.locator("#matrix-state")).to_contain_text("Đã lưu lúc")


def stored(code: str, kpi: str) -> Decimal | None:
    return (
        AssignmentLine.objects.filter(assignment__owner__code=code, kpi__code=kpi)
        .values_list("weight", flat=True)
        .first()
    )


def test_minh_types_weights_with_the_keyboard_and_they_are_saved(matrix: Page) -> None:
    cell(matrix, 3, 0).click()
    matrix.keyboard.type("62,5")
    matrix.keyboard.press("Tab")
    expect(cell(matrix, 3, 1)).to_be_focused()
    expect(total(matrix, 3)).to_contain_text("thừa 2,5")
    matrix.keyboard.press("F2")
    matrix.keyboard.press("End")
    matrix.keyboard.press("Backspace")
    matrix.keyboard.press("Backspace")
    matrix.keyboard.type("37,5")
    matrix.keyboard.press("Enter")
    expect(total(matrix, 3)).to_contain_text("đủ 100")
    saved(matrix)
    assert (stored("HOA", "REV"), stored("HOA", "OTD")) == (Decimal("62.5"), Decimal("37.5"))
    expect(matrix.locator("tr[data-row='3'] .matrix-name")).to_contain_text("bản nháp")


def test_a_block_pasted_from_excel_fills_the_cells_and_can_be_undone(matrix: Page) -> None:
    cell(matrix, 1, 0).click()
    matrix.evaluate(PASTE, "70\t30\r\n55,5 %\t44.5\r\n")
    expect(cell(matrix, 1, 0)).to_have_text("70")
    expect(cell(matrix, 2, 1)).to_have_text("44,5")
    saved(matrix)
    assert (stored("KD1", "REV"), stored("MINH", "OTD")) == (70, Decimal("44.5"))
    matrix.keyboard.press("Control+z")
    expect(cell(matrix, 1, 0)).to_have_text("")
    expect(matrix.locator("#matrix-live")).to_contain_text("Đã hoàn tác 4 ô")
    matrix.keyboard.press("Control+y")
    expect(cell(matrix, 1, 0)).to_have_text("70")


def test_a_range_is_filled_down_copied_cleared_and_split(matrix: Page) -> None:
    cell(matrix, 0, 0).click()
    matrix.keyboard.press("Shift+ArrowDown")
    matrix.keyboard.press("Shift+ArrowRight")
    matrix.keyboard.press("Control+d")
    expect(cell(matrix, 1, 0)).to_have_text("60")
    expect(cell(matrix, 1, 1)).to_have_text("40")
    assert matrix.evaluate(COPY) == "60\t40\n60\t40"
    matrix.keyboard.press("Delete")
    expect(total(matrix, 1)).to_contain_text("chưa có KPI")
    cell(matrix, 3, 0).click()
    matrix.keyboard.press("Shift+ArrowRight")
    matrix.get_by_role("button", name="Chia đều").click()
    expect(cell(matrix, 3, 0)).to_have_text("50")
    saved(matrix)
    assert (stored("HOA", "REV"), stored("KD", "REV")) == (50, None)


def test_what_is_no_weight_stays_marked_in_its_cell_and_is_not_saved(matrix: Page) -> None:
    cell(matrix, 3, 0).click()
    for typed, why in (("abc", "không phải số"), ("101", "từ 0 đến 100"), ("33,333", "2 chữ số lẻ")):
        matrix.keyboard.type(typed)
        matrix.keyboard.press("Enter")
        expect(matrix.locator("#matrix-errors")).to_contain_text(why)
        expect(cell(matrix, 3, 0)).to_have_attribute("aria-invalid", "true")
        cell(matrix, 3, 1).click()
        cell(matrix, 3, 0).click()
    matrix.keyboard.type("60")
    matrix.keyboard.press("Enter")
    expect(matrix.locator("#matrix-errors")).to_be_hidden()
    assert stored("HOA", "REV") is None


def test_two_people_in_one_cell_are_told_and_one_of_them_decides(matrix: Page, story: Cast) -> None:
    hoa = story.owner("HOA")
    time = Time(datetime.date(2040, 1, 1), datetime.date(2040, 12, 31))
    made = draft_of(acting_user=story.hung, owner=hoa, time=time)
    lines = [LineInput.of(row) for row in made.lines.order_by("order")]
    save_lines(acting_user=story.hung, assignment=made, lines=[LineInput(lines[0].kpi_id, Decimal(80)), lines[1]])
    cell(matrix, 3, 0).click()
    matrix.keyboard.type("70")
    matrix.keyboard.press("Enter")
    box = matrix.locator("#matrix-conflicts")
    expect(box).to_contain_text("Lê Thị Hoa · Doanh thu thuần: Vũ Hùng")
    expect(box).to_contain_text("vừa ghi 80, bạn ghi 70")
    assert stored("HOA", "REV") == 80
    box.get_by_role("button", name="Giữ của tôi").click()
    expect(box).to_be_hidden()
    saved(matrix)
    assert stored("HOA", "REV") == 70


def test_without_a_connection_nothing_typed_is_lost_not_even_by_a_reload(matrix: Page, window: BrowserContext) -> None:
    matrix.route("**/save/", lambda route: route.abort())
    cell(matrix, 3, 0).click()
    matrix.keyboard.type("45")
    matrix.keyboard.press("Enter")
    expect(matrix.locator("#matrix-alert")).to_contain_text("Mất kết nối. 1 ô chưa lưu")
    matrix.reload()
    expect(cell(matrix, 3, 0)).to_have_text("45")
    assert stored("HOA", "REV") is None
    matrix.unroute("**/save/")
    saved(matrix)
    expect(matrix.locator("#matrix-alert")).to_be_hidden()
    assert stored("HOA", "REV") == 45


def test_a_column_is_found_without_marks_and_rows_by_name(matrix: Page, story: Cast) -> None:
    matrix.get_by_label("Lọc theo tên").fill("hoa")
    expect(matrix.locator("#matrix-grid tbody tr:visible")).to_have_count(1)
    matrix.get_by_label("Lọc theo tên").fill("")
    matrix.get_by_label("Thêm KPI").fill("zzz")
    expect(matrix.locator("#matrix-kpis")).to_contain_text("Không có KPI nào khớp")


def test_the_pages_of_assigning_are_fit_for_everybody_and_for_a_phone(matrix: Page, live_server: LiveServer) -> None:
    cell(matrix, 3, 0).click()
    matrix.keyboard.type("45")
    matrix.keyboard.press("Enter")
    saved(matrix)
    addresses = [ADDRESS, ADDRESS + "&view=target", "/assign/", "/assign/KD/propose/", "/plans/1/", "/plans/1/effect/"]
    for size in (None, PHONE):
        if size is not None:
            matrix.set_viewport_size(size)  # type: ignore[arg-type]
        for address in addresses:
            matrix.goto(f"{live_server.url}{address}")
            assert serious(matrix) == [], address
            assert matrix.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (address, size)
