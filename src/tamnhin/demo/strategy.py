# ruff: noqa: E501 - a table: one goal per line reads better than nine
"""What the demo company wants: vision, mission, values, and goals from three years down to the quarter."""

from __future__ import annotations

from datetime import date

from tamnhin.engine.book import Company

from .axes import Axes, first_day, last_day, quarter_key
from .people import Staff

COMPANY = Company(
    code="TN",
    name="Công ty Cổ phần Sữa Thảo Nguyên",
    vision="Đến năm 2030, ly sữa sạch từ thảo nguyên có mặt trong mỗi bữa sáng của một triệu gia đình Việt.",
    mission="Mang sữa tươi sạch, giá hợp lý từ nông trại đến bàn ăn trong vòng 48 giờ.",
    values=(
        "Sạch từ gốc: không thỏa hiệp về an toàn thực phẩm",
        "Giữ lời: hẹn giờ nào, giao giờ đó",
        "Nói bằng số: khen, chê và quyết định dựa trên dữ liệu",
        "Cùng lớn: người chăn nuôi, nhân viên và khách hàng cùng có lợi",
    ),
    language="vi",
)

# code, title, horizon, parent, unit, perspective, kpi, baseline, target
_STRATEGIC = (
    ("CL-TT", "Trở thành thương hiệu sữa tươi được tin dùng nhất miền Bắc và miền Trung", "TN", "customer", "BRAND", 34.0, 50.0),
    ("CL-LN", "Tăng trưởng có lãi: lợi nhuận hoạt động đạt 15 % doanh thu", "TN", "financial", "PROFIT", 3.2e10, 8.0e10),
    ("CL-VH", "Nhà máy và chuỗi lạnh vận hành ổn định, lỗi dưới 1 %", "SX", "internal", "DEFECT", 1.6, 0.9),
    ("CL-CN", "Đội ngũ gắn bó, làm chủ dữ liệu", "HCNS", "learning", "ENPS", 18.0, 40.0),
)  # fmt: skip
_YEARLY = (
    ("N-DT", "Doanh thu thuần tăng 6 % so với năm trước", "CL-LN", "KD", "financial", "REV", 4.5e11, 4.9e11),
    ("N-LN", "Lợi nhuận hoạt động đạt kế hoạch năm", "CL-LN", "TN", "financial", "PROFIT", 5.0e10, 7.2e10),
    ("N-CH", "Giảm lỗ chuỗi cửa hàng, chuẩn bị hòa vốn", "CL-LN", "CH", "financial", "PROFIT", -7.2e9, -5e9),
    ("N-KHM", "Mở rộng điểm bán ở các huyện chưa có nhà phân phối", "CL-TT", "KD", "customer", "NEWCUST", 2600.0, 3100.0),
    ("N-GH", "Giao hàng đúng hẹn từ 95 % trở lên ở cả ba miền", "CL-TT", "CUKV", "customer", "OTD", 92.0, 95.0),
    ("N-KH", "Khách hàng hài lòng từ 90 % trở lên", "CL-TT", "CSKH", "customer", "CSAT", 87.0, 90.0),
    ("N-CL", "Hạ tỷ lệ sản phẩm lỗi xuống 1,2 % nhờ đào tạo vận hành", "CL-VH", "NM", "internal", "DEFECT", 1.45, 1.2),
    ("N-SP", "Ra mắt sữa chua uống ít đường và hai sản phẩm mới mỗi quý", "CL-TT", "RD", "learning", "NEWPROD", 6.0, 12.0),
    ("N-NS", "Nâng chỉ số gắn kết nhân viên lên 30 điểm", "CL-CN", "HCNS", "learning", "ENPS", 22.0, 30.0),
    ("N-SO", "Hoàn thành số hóa bán hàng và kho", "CL-CN", "CNTT", "learning", "PROJ", 0.0, 4.0),
)  # fmt: skip
_HALF = (
    ("KH", "Khách rời bỏ dưới 7 % trong nửa năm ở ba miền", "N-KH", "CSKH", "customer", "CHURN", 9.0, 7.0),
    ("SP", "Hai dự án sữa chua qua thử nghiệm đúng tiến độ", "N-SP", "RD", "learning", "RDSCHED", 78.0, 84.0),
)  # fmt: skip
_QUARTERLY = (
    ("DT", "Đội kinh doanh đi đủ 11.500 lượt thăm điểm bán trong quý", "N-DT", "KD", "customer", "VISITS", 10_800.0, 11_500.0),
    ("KHM", "Chuyển đổi khách hàng tiềm năng từ chiến dịch thành khách mới", "N-KHM", "MKT", "customer", "LEADS", 1400.0, 1560.0),
    ("GH", "Khắc phục giao trễ tuyến miền Bắc", "N-GH", "CUKV", "customer", "OTD", 78.0, 95.0),
    ("CL", "Tổ chức 450 giờ đào tạo vận hành tại nhà máy", "N-CL", "NM", "learning", "TRAIN", 380.0, 450.0),
    ("BT", "Bảo trì đúng kế hoạch từ 90 %", "N-CL", "BT", "internal", "PM", 84.0, 90.0),
    ("CH", "Tăng tỷ lệ khách vào cửa hàng có mua lên 34 %", "N-CH", "CH", "customer", "CONV", 31.0, 34.0),
)  # fmt: skip


def goals(axes: Axes, staff: Staff) -> list[dict[str, object]]:
    """Goals in nested cycles: four for three years, ten for the year, two for the half, six for each of the last and
    current quarters."""
    year = axes.today.year
    rows = [
        _goal(
            staff,
            code,
            title,
            "strategic",
            None,
            unit,
            date(year - 1, 1, 1),
            date(year + 1, 12, 31),
            view,
            kpi,
            base,
            aim,
        )
        for code, title, unit, view, kpi, base, aim in _STRATEGIC
    ]
    rows += [
        _goal(staff, code, title, "year", parent, unit, date(year, 1, 1), date(year, 12, 31), view, kpi, base, aim)
        for code, title, parent, unit, view, kpi, base, aim in _YEARLY
    ]
    half = 1 if axes.today.month <= 6 else 2
    begin, end_month = (1, 6) if half == 1 else (7, 12)
    rows += [
        _goal(staff, f"{year}-H{half}-{code}", title, "half", parent, unit, date(year, begin, 1),
              last_day(year * 12 + end_month - 1), view, kpi, base, aim)
        for code, title, parent, unit, view, kpi, base, aim in _HALF
    ]  # fmt: skip
    for end in (axes.closed_quarter, axes.closed_quarter + 3):
        if end // 12 != year:  # last year's quarter has no goal of this year above it
            continue
        rows += [
            _goal(
                staff,
                f"{quarter_key(end)}-{code}",
                title,
                "quarter",
                parent,
                unit,
                first_day(end - 2),
                last_day(end),
                view,
                kpi,
                base,
                aim,
            )
            for code, title, parent, unit, view, kpi, base, aim in _QUARTERLY
        ]
    return rows


def _goal(
    staff: Staff, code: str, title: str, horizon: str, parent: str | None, unit: str, begin: date, end: date,
    perspective: str, kpi: str, baseline: float, target: float,
) -> dict[str, object]:  # fmt: skip
    return {"code": code, "title": title, "horizon": horizon, "parent": parent, "unit": unit,
            "owner": staff.heads[unit], "from": begin, "to": end, "perspective": perspective, "kpi": kpi,
            "baseline": baseline, "target": target}  # fmt: skip


GRADES: list[dict[str, object]] = [
    {"grade": "A", "from": 100.0, "name": "Xuất sắc"},
    {"grade": "B", "from": 90.0, "name": "Hoàn thành tốt"},
    {"grade": "C", "from": 75.0, "name": "Hoàn thành"},
    {"grade": "D", "from": 0.0, "name": "Cần cải thiện"},
]

# sales people's performance pay starts at 70 points and speeds up past 100
SALES_CURVE = "70:0; 80:70; 100:100; 120:130"
