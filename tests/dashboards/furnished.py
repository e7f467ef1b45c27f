"""The cast's company with numbers in it: months are counted back from today, since what is due depends on the day."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from tests.cast import Cast, make_kpi, make_line, make_target, make_value

from tamnhin.accounts.models import User
from tamnhin.kpis.models import Kpi
from tamnhin.organisation.access import today
from tamnhin.organisation.models import CalendarDay, Grade
from tamnhin.organisation.services import touch

ROLES = ("lan", "minh", "hoa", "an", "binh", "hung", "tuan", "thu", "dung", "phuc")


@dataclass(frozen=True, slots=True)
class Furnished:
    cast: Cast
    revenue: Kpi
    delivery: Kpi
    price: Kpi

    def month(self, back: int) -> str:
        """The key of the month so many before the current one."""
        return month(today(self.cast.company), back)

    def key(self, owner: str, kpi: Kpi, back: int = 1) -> str:
        """What names the fields of a cell on the page for entering."""
        return f"{self.cast.owner(owner).pk}-{kpi.pk}-{self.month(back)}"

    def user(self, name: str) -> User:
        found: User = getattr(self.cast, name)
        return found


def month(day: datetime.date, back: int) -> str:
    index = day.year * 12 + day.month - 1 - back
    return f"{index // 12}-{index % 12 + 1:02}"


def furnish(cast: Cast) -> Furnished:
    """Hoa owes last month's revenue (80 of 100 the month before) and has delivered 90 of 100 on time.

    An and Minh have all of theirs; the sales unit's revenue is what its people sold; Bình owes deliveries.
    """
    company = cast.company
    revenue = make_kpi(
        company, "REV", "Doanh thu thuần", name_en="Net revenue", timing="lagging", flow="output", domain="sale",
        level="strategic", perspective="financial",
    )  # fmt: skip
    delivery = make_kpi(
        company, "OTD", "Giao hàng đúng hẹn", aggregation="ratio", unit="%", timing="leading", flow="output",
        domain="non_sale", level="tactical",
    )  # fmt: skip
    price = make_kpi(company, "PRICE", "Giá bán bình quân", aggregation="weighted_mean")
    out = Furnished(cast, revenue, delivery, price)
    hoa, an, minh, binh, sales = (cast.owner(code) for code in ("HOA", "AN", "MINH", "BINH", "KD"))
    since = datetime.date.fromisoformat(f"{out.month(2)}-01")  # nothing is owed for the time before
    make_line(hoa, revenue, "60", valid_from=since)
    make_line(hoa, delivery, "40", valid_from=since)
    make_line(an, revenue, valid_from=since)
    make_line(minh, revenue, valid_from=since)
    make_line(binh, delivery, valid_from=since)
    make_line(sales, revenue, valid_from=since, rollup="value")
    for back in (0, 1, 2):
        for owner in (hoa, an, minh):
            make_target(owner, revenue, out.month(back), 100.0)
        for owner in (hoa, binh):
            make_target(owner, delivery, out.month(back), 90.0)
    make_value(hoa, revenue, out.month(2), 80.0)
    for back in (1, 2):
        make_value(hoa, delivery, out.month(back), None, numerator=90.0, denominator=100.0)
        make_value(an, revenue, out.month(back), 120.0)
        make_value(minh, revenue, out.month(back), 100.0)
    make_value(binh, delivery, out.month(2), None, numerator=80.0, denominator=100.0)
    for grade, bound in (("A", 100.0), ("B", 80.0), ("C", 0.0)):
        Grade.objects.create(company=company, grade=grade, lower_bound=bound, name=f"Loại {grade}")
    CalendarDay.objects.create(company=company, date=datetime.date(2026, 8, 15), kind="holiday", note="Ngày thành lập")
    touch(company.pk, structure=True)
    return out
