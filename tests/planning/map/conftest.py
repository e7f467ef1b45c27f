"""A strategy on the furnished company."""

from __future__ import annotations

import datetime

import pytest
from tests.dashboards.furnished import Furnished
from tests.planning.map.company import make_goal

from tamnhin.kpis.models import Link
from tamnhin.organisation.services import touch


@pytest.fixture
def strategy(sao: Furnished) -> Furnished:
    """Three goals in three lanes; deliveries drive revenue a month later, as Minh has claimed."""
    cast = sao.cast
    grow = make_goal(cast, "CL-DT", "Doanh thu tăng gấp rưỡi", "financial", sao.revenue, unit=cast.sales)
    make_goal(cast, "CL-GH", "Giao hàng đúng hẹn mọi nơi", "Quy trình nội bộ", sao.delivery)
    make_goal(cast, "CL-NL", "Đội ngũ làm chủ dữ liệu", "learning", None)
    make_goal(
        cast, "N-DT", "Doanh thu năm nay tăng 20 %", "financial", sao.revenue, "year", parent=grow, unit=cast.sales
    )
    Link.objects.create(
        company=cast.company, driver=sao.delivery, outcome=sao.revenue, sign="+", lag=1,
        note="Giao đúng hẹn thì khách mua thêm.", claimed_by=cast.owner("MINH"),
        claimed_on=datetime.date(2026, 3, 2),
    )  # fmt: skip
    touch(cast.company.pk, structure=True)
    return sao
