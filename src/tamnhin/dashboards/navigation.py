"""What stands around every page: the main navigation, and the pages of the plan beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tamnhin.agreements.selectors import waiting_count
from tamnhin.dashboards.shapes import NavItem
from tamnhin.measurements.access import can_import

if TYPE_CHECKING:
    from tamnhin.dashboards.reading import Reading

# key of the page → (its name, its address, icon). In the order of the five steps.
PLAN = (
    ("inbox", pgettext_lazy("navigation", "Chờ tôi"), "inbox", "inbox"),
    ("start", pgettext_lazy("navigation", "Năm bước"), "start", "stairs-up"),
    ("strategy", pgettext_lazy("navigation", "Chiến lược"), "strategy", "compass"),
    ("map", pgettext_lazy("navigation", "Bản đồ"), "strategy_map", "map-2"),
    ("goals", pgettext_lazy("navigation", "Mục tiêu"), "goal_list", "flag"),
    ("tree", pgettext_lazy("navigation", "Cây KPI"), "kpi_tree", "binary-tree"),
    ("library", pgettext_lazy("navigation", "Thư viện KPI"), "library", "books"),
    ("assign", pgettext_lazy("navigation", "Giao KPI"), "assign", "table"),
    ("okr", pgettext_lazy("navigation", "OKR"), "okr", "target-arrow"),
    ("regulation", pgettext_lazy("navigation", "Quy chế"), "regulation", "scale"),
)
# pages that stand under another's tab
UNDER = {
    "agreements": "inbox",
    "agreement": "inbox",
    "statements": "strategy",
    "cycles": "strategy",
    "perspectives": "strategy",
    "goal": "goals",
    "departments": "goals",
    "balance": "library",
    "cards": "library",
    "plan": "assign",
    "targets": "assign",
    "cascade": "assign",
    "templates": "assign",
}
_PLAN_KEYS = {key for key, *_rest in PLAN} | set(UNDER)


def is_plan(current: str) -> bool:
    """Whether the page belongs to the plan, and not to the numbers."""
    return current in _PLAN_KEYS


def main(reading: Reading, current: str, due: int) -> list[NavItem]:
    """The navigation at the top, and at the bottom of a phone, by what the reader may do."""
    items = [NavItem(_("Hôm nay"), reverse("home"), "home", current == "home", short=_("Hôm nay"))]
    if reading.top is not None:
        url = reading.card_url(reading.top)
        items.append(NavItem(_("Thẻ điểm"), url, "clipboard-text", current == "scorecard", short=_("Thẻ điểm")))
    if not reading.scope.reads_only:
        items.append(
            NavItem(_("Nhập số liệu"), reverse("entry"), "pencil-plus", current == "entry", due, short=_("Nhập số"))
        )
    plan = reverse("goal_list")
    items.append(NavItem(_("Kế hoạch"), plan, "flag", is_plan(current), short=_("Kế hoạch")))
    more = [
        ("heatmap", _("Bản đồ nhiệt"), "heatmap", "grid-dots", True),
        ("kpis", _("Danh mục KPI"), "kpi_list", "list-details", True),
        ("units", _("Đơn vị"), "unit_list", "sitemap", True),
        ("people", _("Nhân sự"), "people_list", "users", True),
        ("import", _("Nhập từ tệp"), "import", "file-spreadsheet", can_import(reading.user, reading.company)),
        ("settings", _("Thiết lập công ty"), "company_settings", "settings", True),
    ]
    items += [
        NavItem(label, reverse(name), icon, current == key, primary=False)
        for key, label, name, icon, allowed in more
        if allowed
    ]
    return items


def section(reading: Reading, current: str) -> list[NavItem]:
    """The pages of the plan, with what waits for the reader; empty on every other page."""
    if not is_plan(current):
        return []
    here = UNDER.get(current, current)
    waiting = waiting_count(reading.user, reading.company)
    return [
        NavItem(str(label), reverse(name), icon, key == here, waiting if key == "inbox" else 0)
        for key, label, name, icon in PLAN
    ]
