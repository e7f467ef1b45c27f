"""What happens in the demo company: which driver truly leads which outcome, which does not, and what went wrong."""

from __future__ import annotations

import numpy as np

from .axes import Axes, Floats

# (driver, outcome, sign, lag in months, what people say about it)
LINKS: tuple[tuple[str, str, str, int, str], ...] = (
    ("VISITS", "ORDERS", "+", 1, "Thăm điểm bán nhiều hơn thì tháng sau đơn hàng tăng."),
    ("VISITS", "REV", "+", 1, "Lượt thăm dẫn dắt doanh thu qua số đơn hàng."),
    ("LEADS", "NEWCUST", "+", 1, "Khách hàng tiềm năng tháng này thành khách mới tháng sau."),
    ("TRAIN", "DEFECT", "-", 2, "Đào tạo vận hành làm giảm sản phẩm lỗi sau hai tháng."),
    ("PM", "DOWNTIME", "-", 1, "Bảo trì đúng kế hoạch làm giảm giờ dừng máy tháng sau."),
    ("OTD", "CSAT", "+", 1, "Giao hàng đúng hẹn làm khách hàng hài lòng hơn vào tháng sau."),
    ("SOCIAL", "REV", "+", 1, "Giả định của phòng Marketing, chưa được kiểm chứng: tương tác kéo doanh thu."),
)
IDLE_LINKS = (("SOCIAL", "REV"),)
REGIONS = ("KDB", "KDT", "KDN")


def make_shocks(axes: Axes, seed: int) -> dict[tuple[str, str], Floats]:
    """Shocks on log performance by (KPI, unit), each (M,) over ``axes.months``; unit ``*`` is everywhere.

    Better is positive whatever the KPI's direction. Each driver is drawn on its own; an outcome repeats its driver
    at the lag of ``LINKS`` and nothing repeats SOCIAL.
    """
    size = len(axes.months)
    draw = np.random.default_rng([seed, 2]).standard_normal((size, 12))
    common, leads, training, upkeep, delivery, buzz = draw[:, :6].T
    shocks: dict[tuple[str, str], Floats] = {}
    event = np.isin(axes.months, np.arange(axes.closed_quarter - 2, axes.closed_quarter + 1)).astype(float)
    after = _later(event, 1) * (axes.months <= axes.closed_quarter + 1)
    for index, region in enumerate(REGIONS):
        visits = 0.055 * common + 0.02 * draw[:, 6 + index]
        sold = 0.85 * _later(visits, 1)
        # a quarter of good luck would hide what late deliveries cost
        sold = np.where(event > 0, np.minimum(sold, 0.01), sold)
        if region == "KDB":
            # goods arrive late in the North: outlets order less, send more back, and some leave
            sold = sold - 0.14 * event
            shocks["RETURN", region] = -0.35 * event
            shocks["CHURN", region] = -0.30 * event
        shocks["VISITS", region] = visits
        shocks["ORDERS", region] = shocks["REV", region] = sold
        shocks["NEWCUST", region] = 0.9 * _later(0.14 * leads, 1)
    shocks["LEADS", "*"] = 0.14 * leads
    shocks["TRAIN", "*"] = 0.14 * training
    shocks["DEFECT", "*"] = 0.85 * _later(0.14 * training, 2)
    shocks["PM", "*"] = 0.05 * upkeep
    shocks["DOWNTIME", "*"] = 2.6 * _later(0.05 * upkeep, 1)
    shocks["OTD", "*"] = 0.022 * delivery
    shocks["CSAT", "*"] = 1.1 * _later(0.022 * delivery, 1) - 0.06 * after
    shocks["COMPLAINT", "*"] = -0.30 * event
    shocks["SOCIAL", "*"] = 0.12 * buzz
    # materials, freight and commissions follow what is sold: sold less, spent less
    for unit, part in (("SX", 0.75), ("KD", 0.35), ("CUKV", 0.3)):
        shocks["COST", unit] = -part * np.mean([shocks["REV", region] for region in REGIONS], axis=0)
    shocks["OTD", "north"] = -0.30 * event
    shocks["FREIGHT", "north"] = -0.10 * event
    return shocks


def _later(series: Floats, lag: int) -> Floats:
    return np.concatenate([np.zeros(lag), series[:-lag]])
