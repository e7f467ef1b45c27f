"""People who walk through the pages, each in a browser session of their own: what they click and type."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

CAUSE = re.compile("vì sao|Điều gì")


@dataclass(frozen=True, slots=True)
class Walker:
    """One person's window. Every act waits for what the page says about it."""

    page: Page
    base: str

    def go(self, address: str) -> None:
        answer = self.page.goto(self.base + address)
        assert answer is not None
        assert answer.status == 200, address

    def finds_nothing_at(self, *addresses: str) -> None:
        for address in addresses:
            answer = self.page.goto(self.base + address)
            assert answer is not None
            assert answer.status == 404, address

    def fill(self, **fields: str) -> None:
        """Fields by their name in the form of the page's content."""
        for name, value in fields.items():
            self.page.locator(f"#content [name='{name}']").fill(value)

    def press(self, button: str, said: str) -> None:
        self.page.locator("#content").get_by_role("button", name=button, exact=True).click()
        self.hears(said)

    def hears(self, said: str) -> None:
        expect(self.page.get_by_role("status").filter(has_text=said).first).to_be_visible()

    def follow(self, link: str, heading: str) -> None:
        self.page.locator("#content").get_by_role("link", name=link, exact=True).first.click()
        self.sees_heading(heading)

    def sees_heading(self, heading: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(
            heading if isinstance(heading, re.Pattern) else re.compile(re.escape(heading))
        )

    # --- KPIs ---

    def use_from_library(self, entry: str, owner: str, deputy: str) -> None:
        """Found by its code, given an owner and a deputy, and activated."""
        self.go(f"/library/?q={entry}")
        row = self.page.locator("#content tbody tr").filter(has_text=entry)
        row.get_by_role("link", name="Dùng").click()
        self.sees_heading(re.compile("^Dùng"))
        self.fill(owner=owner, deputy=deputy, source="Báo cáo tháng")
        self.press("Lưu", f"Đã tạo bản nháp {entry} từ thư viện.")
        self.press("Kích hoạt", f"Đã kích hoạt {entry}.")

    def claim(self, driver: str, outcome: str, why: str) -> None:
        """That one KPI drives the other, said on its card."""
        self.go(f"/kpis/{driver}/")
        self.follow("Liên kết", f"Liên kết của {driver}")
        self.fill(other=outcome, lag="1", note=why)
        self.press("Nêu giả thuyết", f"Đã ghi giả thuyết {driver} → {outcome}.")

    # --- goals ---

    def write_goal(self, title: str, *, kpi: str, baseline: str, target: str, owner: str, **chosen: str) -> None:
        """``chosen``: a select's name and the label of what is chosen in it."""
        self.sees_heading("Mục tiêu mới")
        for name, label in chosen.items():
            self.page.locator(f"#content select[name='{name}']").select_option(label=label)
        self.fill(title=title, kpi=kpi, baseline=baseline, target=target, owner=owner)

    def save_goal(self, code: str) -> None:
        self.press("Lưu bản nháp", f"Đã lưu mục tiêu {code}.")

    def add_department_goal(self, unit: str, title: str, serves: str, quarter: str, code: str) -> None:
        self.go(f"/units/{unit}/goals/")
        self.fill(title=title)
        self.page.locator("#quick-parent").select_option(serves)
        self.page.locator("#quick-cycle").select_option(label=quarter)
        self.press("Thêm nháp", f"Đã thêm {code}.")

    # --- agreements ---

    def agree(self, title: str, word: str = "") -> None:
        """From the inbox: the proposal is read, and answered."""
        self.go("/inbox/")
        self.page.get_by_role("rowheader").filter(has_text=title).get_by_role("link").click()
        self.sees_heading(title)
        if word:
            self.page.get_by_label("Lời (trả lại thì phải có lý do)").fill(word)
        self.press("Đồng ý", "Đã ghi ý kiến đồng ý")

    def activate(self, address: str, said: str) -> None:
        self.go(address)
        self.press("Kích hoạt", said)

    # --- numbers ---

    def enter(self, month: str, values: dict[str, str]) -> None:
        """Numbers of a month that has ended, by KPI code."""
        self.go("/entry/")
        for kpi, value in values.items():
            cell = self.page.get_by_role("group", name=kpi).filter(has_text=month)
            cell.get_by_role("textbox", name=CAUSE).fill("Thẻ điểm có hiệu lực giữa kỳ.")
            cell.get_by_label("Giá trị").fill(value)
        self.page.locator("#content").get_by_role("button", name="Lưu tất cả").click()
        self.hears(f"Đã lưu {len(values)} số.")

    def row(self, name: str) -> Locator:
        """A row of the matrix."""
        return self.page.locator("#matrix-grid tbody tr").filter(has_text=name)

    def type_in_row(self, name: str, *cells: str) -> None:
        self.row(name).locator("td[data-c='0']").click()
        for at, text in enumerate(cells):
            self.page.keyboard.type(text)
            self.page.keyboard.press("Tab" if at + 1 < len(cells) else "Enter")
        expect(self.page.locator("#matrix-state")).to_contain_text("Đã lưu lúc")


Enter = Callable[[str], Walker]
