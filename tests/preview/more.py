"""Shapes of the other pages of the made-up company."""

# ruff: noqa: E501, N817 - a table of made-up facts reads better in long rows
from __future__ import annotations

from datetime import date
from decimal import Decimal as D

from tests.preview.company import OPEN, PERCENT, VISION, VND, ago, lines, picker, unit

from tamnhin.dashboards.shapes import (
    ChartPoint,
    ColumnMatch,
    CompanySettings,
    DefinitionItem,
    EntryForm,
    EntryItem,
    Freshness,
    ImportCount,
    ImportPage,
    KpiLink,
    KpiList,
    KpiListRow,
    KpiOwnerRow,
    KpiPage,
    KpiVersionRow,
    Link,
    MeasurementRow,
    PastImport,
    PeopleList,
    PersonRow,
    ProblemRow,
    SearchHit,
    SearchResults,
    SettingsGroup,
    SheetMatch,
    Status,
    UnitList,
    UnitRow,
)


def kpi() -> KpiPage:
    delivery = lines()[1].lines[0]
    months = [f"{m:02}/{y}" for y in (2025, 2026) for m in range(1, 13)][:15]
    actual = [94.0, 95.1, 95.6, 95.0, 96.2, 95.4, 94.0, 93.1, 92.0, 90.2, None, 84.0, 80.1, 76.0, 71.6]
    before: list[float | None] = [None, None, 92, 93, 93.5, 94, 94.2, 94, 93.8, 94.1, 94.6, 93, 94, 95.1, 95.6]
    events = {9: "Đổi nhà xe", 12: "Chỉ tiêu 95 → 96 %"}
    return KpiPage(
        code="GH-02", name="Giao hàng đúng hẹn", purpose="Điểm bán không đứt hàng thì người mua không đổi nhãn.",
        direction="higher", unit=PERCENT, owner="Phòng Kinh doanh", owner_url="/scorecard",
        breadcrumb=[Link("Tầm nhìn 2030", "/"), Link("Không điểm bán nào đứt hàng", "/scorecard"), Link("Phòng Kinh doanh", "/scorecard")],
        picker=picker(), period=OPEN, line=delivery,
        chart=[ChartPoint(m, a, 95.0 if i < 12 else 96.0, before[i], i == 14, events.get(i, "")) for i, (m, a) in enumerate(zip(months, actual, strict=True))],
        definition=[
            DefinitionItem("Công thức", "Chuyến đúng hẹn ÷ Tổng số chuyến × 100"), DefinitionItem("Cộng dồn", "Tỷ số: Σ tử ÷ Σ mẫu", "không bao giờ lấy trung bình phần trăm"),
            DefinitionItem("Phương pháp chấm", "ratio, giới hạn 0–120"), DefinitionItem("Tần suất", "Tháng"), DefinitionItem("Nguồn", "Phần mềm kho vận"),
            DefinitionItem("Người chịu trách nhiệm", "Lê Văn Phúc", "người thay: Nguyễn Thị Hoa"), DefinitionItem("Phân loại", "Chiến thuật · Dẫn dắt · Đầu ra · Phi bán hàng"), DefinitionItem("Xem lại trước", "31/12/2026"),
        ],
        url="/kpi",
        versions=[KpiVersionRow("v3", date(2026, 1, 1), "Không tính chuyến khách hẹn lại", "Phạm Ngọc Lan", True), KpiVersionRow("v2", date(2025, 1, 1), "Tính theo chuyến, không theo đơn", "Phạm Ngọc Lan")],
        drivers=[KpiLink("Xe lạnh sẵn sàng", "/kpi", "+", 0, "đã kiểm chứng"), KpiLink("Đơn đặt sau 16 giờ", "/kpi", "-", 0)],
        driven=[KpiLink("Khách hàng đại lý rời bỏ", "/kpi", "-", 2, "giả thuyết")],
        owners=[KpiOwnerRow("Kênh siêu thị", "/kpi", "unit", 86.4, 96.0, D("90.00"), Status.BEHIND), KpiOwnerRow("Kênh đại lý miền Nam", "/kpi", "unit", 58.6, 96.0, D("61.04"), Status.BEHIND), KpiOwnerRow("Kênh trực tuyến", "/kpi", "unit", 96.5, 96.0, D("100.52"), Status.ON_PACE)],
        history=[
            MeasurementRow("03/2026", 71.6, "", ago(0.6), "Lê Văn Phúc", "Kho vận", 1, "", False, 1074, 1500),
            MeasurementRow("02/2026", 76.0, "", ago(9), "Lê Văn Phúc", "Kho vận", 2, "Bổ sung 40 chuyến Bình Dương", False, 1140, 1500),
            MeasurementRow("02/2026", 77.4, "", ago(12), "Lê Văn Phúc", "Kho vận", 1, "", True, 1130, 1460),
            MeasurementRow("11/2025", None, "Chưa có số liệu", None, "", "", 1),
        ],
        why_url="/why", enter_url="/entry", export_url="/export",
    )  # fmt: skip


def entry() -> EntryForm:
    return EntryForm(
        items=[
            EntryItem("a1", "Tồn kho thành phẩm (ngày bán)", "TK-01", "Phòng Kinh doanh", "02/2026", unit("ngày", 1), date(2026, 3, 5), "/entry/a1", "/kpi", text="12.500", previous_text="11,8",
                      error="“12.500” có thể là 12,5 hoặc mười hai nghìn năm trăm. Hãy viết 12,5 hoặc 12500.", last=[("10/25", 12.0), ("11/25", 12.2), ("12/25", 11.9), ("01/26", 11.8)], target=12.0, overdue_days=5, ask_cause="Nộp muộn 5 ngày: vì sao?"),
            EntryItem("a2", "Doanh thu thuần kênh siêu thị", "DT-01", "Phòng Kinh doanh", "03/2026", VND, date(2026, 3, 12), "/entry/a2", "/kpi", text="14,7 tỷ", previous_text="44,9 tỷ",
                      echo="= 14.700.000.000 ₫ (mười bốn tỷ bảy trăm triệu)", last=[("12/25", 43.2e9), ("01/26", 44.9e9), ("02/26", 45e9), ("03/26", 14.1e9)], target=44e9, saved_at=ago(0.001), effect="Điểm tháng: 87,52 → 88,10", state="value"),
            EntryItem("a3", "Giao hàng đúng hẹn", "GH-02", "Phòng Kinh doanh", "03/2026", PERCENT, date(2026, 3, 12), "/entry/a3", "/kpi", ratio=True, numerator_label="Chuyến đúng hẹn", denominator_label="Tổng số chuyến", numerator_text="1074", denominator_text="1500", echo="= 71,6 %", last=[("12/25", 84.0), ("01/26", 80.1), ("02/26", 76.0)], target=96.0),
            EntryItem("a4", "Công nợ quá hạn trên 30 ngày", "CN-03", "Phòng Kinh doanh", "03/2026", PERCENT, date(2026, 3, 12), "/entry/a4", "/kpi", automatic=True, text="6,8 %", source="Kế toán, tự động 06:00"),
        ],
        action="/entry", echo_url="/echo", done=5, picker=picker(), owner="Trần Quang Minh",
    )  # fmt: skip


def imports(state: str) -> ImportPage:
    columns = [ColumnMatch("A", "Chủ thể", "owner", "Chủ thể (owner)", "KD"), ColumnMatch("B", "Mã KPI", "kpi", "Mã KPI", "GH-02"), ColumnMatch("C", "Kỳ", "period", "Kỳ", "2026-03"),
               ColumnMatch("D", "KQ thực tế", "value", "Giá trị", "71,6", [("value", "Giá trị"), ("numerator", "Tử số")], True, "col-D"), ColumnMatch("E", "Ghi chú nội bộ", "", "", "xe hỏng", [("reason", "Lý do"), ("source", "Nguồn")], False, "col-E")]  # fmt: skip
    done = state in ("running", "done")
    return ImportPage(
        state=state, action="/import", template_url="/t", export_url="/x", file="" if state == "drop" else "Thẻ điểm Kinh doanh T3.xlsx", size="" if state == "drop" else "184 kB",  # type: ignore[arg-type]
        sheets=[SheetMatch("Thực hiện", "actuals", "Số thực hiện", 1284, columns), SheetMatch("Ghi chú họp", "", "", 31, [], [("kpis", "KPI"), ("targets", "Chỉ tiêu")], "sheet-2")],
        counts=[ImportCount("Số thực hiện", 1204, 38, 40, 0 if done else 2), ImportCount("Chỉ tiêu", 0, 12, 168), ImportCount("KPI", 0, 0, 42)] if state not in ("drop", "failed") else [],
        problems=[
            ProblemRow("error", "AMBIGUOUS_NUMBER", "Thực hiện", "D17", "“1.234” có thể là một nghìn hai trăm ba mươi tư hoặc 1,234. Chọn ngôn ngữ ở sheet company, hoặc gõ lại dưới dạng số.", "1.234", "KD", "DT-01"),
            ProblemRow("error", "UNKNOWN_KPI", "Thực hiện", "B88", "Không có KPI nào mã GH-20. Gần nhất là GH-02.", "GH-20", "KD"),
            ProblemRow("warning", "UNKNOWN_COLUMN", "Thực hiện", "E1", "Cột “Ghi chú nội bộ” không thuộc mẫu nên bị bỏ qua."),
        ],
        problem_total=3, problems_url="/p", error="Tệp được bảo vệ bằng mật khẩu nên không đọc được. Bỏ mật khẩu trong Excel (Tệp › Thông tin › Bảo vệ sổ làm việc) rồi thả lại." if state == "failed" else "",
        done=812 if state == "running" else 1464, total=1464, poll_url="/import?state=running", again_url="/import", result_url="/scorecard", max_size="50 MB",
        past=[PastImport("Thẻ điểm T2.xlsx", ago(9), "Đỗ Mạnh Hùng", "1.190 mới, 12 thay đổi", "done", "/import?state=done"), PastImport("bao cao kho.csv", ago(16), "Lê Văn Phúc", "hỏng tệp, chưa nhập", "failed")],
    )  # fmt: skip


def kpis() -> KpiList:
    rows = [
        KpiListRow(each.code, each.name, "/kpi", each.direction, each.unit, group.label, "Tháng" if each.code != "NPS" else "Quý", ["Chiến thuật", "Dẫn dắt" if i % 2 else "Kết quả"], 3 + i, Freshness(each.freshness.at, "", "", each.freshness.stale))
        for group in lines() for i, each in enumerate(group.lines)
    ]  # fmt: skip
    return KpiList(rows, 42, "", [Link("Tất cả", "/kpis", "current"), Link("Tài chính", "/kpis"), Link("Khách hàng", "/kpis"), Link("Quy trình nội bộ", "/kpis")], [("Dẫn dắt", 16, "Kết quả", 26), ("Đầu vào", 11, "Đầu ra", 31), ("Bán hàng", 18, "Phi bán hàng", 24), ("Chiến lược", 9, "Chiến thuật", 33)], "/kpis?page=2")  # fmt: skip


def units() -> UnitList:
    table = [("CT", "Sữa Đồng Cỏ Xanh", 0, "Công ty", "Phạm Ngọc Lan", 118, "92.15"), ("KD", "Khối Kinh doanh", 1, "Khối", "Trần Quang Minh", 41, "88.10"), ("ST", "Kênh siêu thị", 2, "Phòng", "Nguyễn Thị Hoa", 14, "96.40"),
             ("DL", "Kênh đại lý miền Nam", 2, "Phòng", "Võ Thanh Sơn", 19, "81.25"), ("SX", "Khối Sản xuất", 1, "Khối", "Đặng Hữu Nghĩa", 52, "99.60"), ("BD", "Nhà máy Bình Dương", 2, "Nhà máy", "", 30, None), ("NS", "Phòng Nhân sự", 1, "Phòng", "Đỗ Mạnh Hùng", 6, "97.00")]  # fmt: skip
    return UnitList([UnitRow(c, n, "/scorecard", d, k, h, p, s and D(s), Status.NO_DATA if s is None else Status.BEHIND if D(s) < 90 else Status.ON_PACE, "" if s is None else "B", D(40) if s is None else D(100), [90, 91, 93, 90, 92, 95]) for c, n, d, k, h, p, s in table], "03/2026", True, True, "/units")  # fmt: skip


def people() -> PeopleList:
    table = [("NV014", "Nguyễn Thị Hoa", "Kênh siêu thị", "Chuyên viên", "92.30", ""), ("NV022", "Đỗ Mạnh Hùng", "Phòng Nhân sự", "Trưởng phòng", "101.00", ""), ("NV031", "Lê Văn Phúc", "Kho vận", "Tổ trưởng", None, "Nghỉ phép 02–13/03"),
             ("NV007", "Võ Thanh Sơn", "Kênh đại lý miền Nam", "Trưởng phòng", "81.25", ""), ("NV119", "Huỳnh Bảo Trân", "Kênh trực tuyến", "Thử việc", None, "Vào ngày 02/03/2026")]  # fmt: skip
    return PeopleList([PersonRow(c, n, "/scorecard?kind=person", u, "/scorecard", p, "Trần Quang Minh", s and D(s), Status.NO_DATA if s is None else Status.BEHIND if D(s) < 90 else Status.ON_PACE, "" if s is None else "A", D(100) if s else None, note, [90, 88, 91, 90, 92, 95]) for c, n, u, p, s, note in table], 118, "", "", [("KD", "Khối Kinh doanh"), ("SX", "Khối Sản xuất")], "03/2026", "", "/people?page=2", 1, 5)  # fmt: skip


def settings() -> CompanySettings:
    return CompanySettings(
        "Sữa Đồng Cỏ Xanh", VISION, "Sữa tươi từ trang trại đến tay người mua trong 48 giờ.", ["Thật", "Sạch", "Đúng hẹn", "Cùng lớn"],
        [SettingsGroup("Thời gian", [("Năm tài chính bắt đầu", "Tháng 1", ""), ("Tuần làm việc", "Thứ Hai – Thứ Sáu", ""), ("Múi giờ", "Asia/Ho_Chi_Minh", ""), ("Phân bổ theo", "Ngày làm việc", "người vào, người nghỉ, nghỉ phép")]),
         SettingsGroup("Chấm điểm", [("Giới hạn điểm mỗi KPI", "0–120", "cắt trước khi nhân trọng số"), ("Điểm kỳ dài", "Từ số cộng dồn", ""), ("Tiền tệ", "VND", "")])],
        [(date(2026, 2, 17), "nghỉ", "Tết Nguyên đán"), (date(2026, 4, 30), "nghỉ", "Ngày Giải phóng"), (date(2026, 5, 1), "nghỉ", "Quốc tế Lao động")],
        [("A+", D(105), "Xuất sắc"), ("A", D(95), "Tốt"), ("B", D(80), "Hoàn thành tốt"), ("C", D(60), "Cần cải thiện"), ("D", D(0), "Chưa đạt")], None, "", date(2026, 1, 1),
    )  # fmt: skip


def search() -> SearchResults:
    return SearchResults("giao", [SearchHit("Giao hàng đúng hẹn", "/kpi", "kpi", "GH-02 · Khách hàng"), SearchHit("Tổ Giao nhận Bình Dương", "/scorecard", "unit", "Khối Sản xuất"), SearchHit("Trần Giao Linh", "/scorecard", "person", "Kho vận")], 3)  # fmt: skip
