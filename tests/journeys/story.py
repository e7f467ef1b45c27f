"""A small company with three closed months, for the journeys."""

from __future__ import annotations

import datetime

from tests.cast import Cast, make_kpi, make_line, make_target, make_value

from tamnhin.organisation.access import today
from tamnhin.organisation.models import Grade


def months(cast: Cast) -> list[str]:
    """The last three whole months, oldest first."""
    first = today(cast.company).replace(day=1)
    out = []
    for _ in range(3):
        first = (first - datetime.timedelta(days=1)).replace(day=1)
        out.append(f"{first:%Y-%m}")
    return out[::-1]


def tell(cast: Cast) -> None:
    """Revenue of Hoa and An up to the company, deliveries on time of sales; Hoa owes the last month's revenue."""
    cast.company.vision = "Đến 2030, mỗi nhà một ly sữa sạch."
    cast.company.language = "vi"
    cast.company.save()
    for grade, bound in (("A", 100.0), ("B", 85.0), ("C", 0.0)):
        Grade.objects.create(company=cast.company, grade=grade, lower_bound=bound)
    revenue = make_kpi(cast.company, "REV", "Doanh thu thuần")
    delivery = make_kpi(cast.company, "OTD", "Giao hàng đúng hẹn", aggregation="ratio", unit="%")
    began = datetime.date.fromisoformat(f"{months(cast)[0]}-01")
    for code in ("SAO", "KD", "HOA", "AN"):
        make_line(cast.owner(code), revenue, "60", valid_from=began)
        make_line(cast.owner(code), delivery, "40", valid_from=began)
    for at, month in enumerate(months(cast)):
        for code in ("HOA", "AN"):
            make_target(cast.owner(code), revenue, month, 100_000_000.0)
            make_target(cast.owner(code), delivery, month, 95.0)
            make_value(cast.owner(code), delivery, month, None, numerator=90.0, denominator=100.0, source="SAP B1")
            if code != "HOA" or at < 2:
                make_value(cast.owner(code), revenue, month, 90_000_000.0, source="DMS")
