"""The sheets of numbers: targets, actuals, grades, bonus, calendar, rates."""

from __future__ import annotations

from tamnhin.workbook.spec.model import Column, Sheet

# a table: one column of a sheet per entry
# fmt: off

_OWNER = Column("owner", "Chủ thể", "code", "Mã đơn vị hoặc nhân viên.", "Code of a unit or a person.",
                ("người nhận", "đơn vị/cá nhân", "mã chủ thể"), required=True, refers="owners")
_KPI = Column("kpi", "KPI", "code", "Mã KPI.", "The KPI's code.", ("mã kpi",), required=True, refers="kpis")

TARGETS = Sheet(
    "targets",
    "Chỉ tiêu",
    "Con số cần đạt trong mỗi kỳ. Viết dọc (cột Kỳ) hoặc ngang (mỗi kỳ một cột: 2026-01, 2026-02…).",
    "The number to reach in each period. Long (a period column) or wide (one column per period: 2026-01, 2026-02…).",
    (
        _OWNER,
        _KPI,
        Column("period", "Kỳ", "period", "2026, 2026-H1, 2026-Q1, 2026-03, 2026-W05 hoặc một ngày.",
               "2026, 2026-H1, 2026-Q1, 2026-03, 2026-W05 or a day.", ("kỳ đánh giá", "thời kỳ"), required=True),
        Column("target", "Chỉ tiêu", "number", "Con số cần đạt.", "The number to reach.",
               ("mục tiêu", "kế hoạch"), required=True),
        Column("profile", "Phân bổ", "text",
               "Chia chỉ tiêu năm cho các tháng: even, working_days, last_year hoặc các phần trăm.",
               "Splits an annual figure: even, working_days, last_year or percentages.", ("cách phân bổ",)),
        Column("basis", "Cơ sở", "choice", "“Mỗi ngày làm việc” nếu chỉ tiêu tính cho một ngày.",
               "per_working_day where the target is for one day.", ("tính theo",)),
    ),
    ("kế hoạch", "chỉ tiêu kpi"),
    wide_value="target",
    wide_keeps=("profile", "basis"),
    examples=(
        {"owner": "NV01", "kpi": "DT", "period": "{year}-01", "target": 100.0},
        {"owner": "NV01", "kpi": "GAP", "period": "{year}-01", "target": 20.0},
    ),
)

ACTUALS = Sheet(
    "actuals",
    "Thực hiện",
    "Con số đạt được. Ô trống là chưa nói gì, không phải số 0. Viết dọc hoặc ngang như trang Chỉ tiêu.",
    "The number reached. A blank cell says nothing and is never 0. Long or wide, as targets.",
    (
        _OWNER,
        _KPI,
        Column("period", "Kỳ", "period", "Kỳ hoặc ngày của số liệu.", "The period or the day of the number.",
               ("ngày", "kỳ đánh giá", "thời kỳ"), required=True),
        Column("value", "Giá trị", "number", "Con số đạt được.", "The number reached.",
               ("thực hiện", "kết quả", "số thực hiện")),
        Column("numerator", "Tử số", "number", "Tử số của KPI tỷ lệ.", "Numerator of a ratio KPI.", ("tử",)),
        Column("denominator", "Mẫu số", "number", "Mẫu số của KPI tỷ lệ.", "Denominator of a ratio KPI.", ("mẫu",)),
        Column("weight", "Quyền số", "number", "Số lượng, cho trung bình có trọng số.",
               "The quantity, for a weighted mean.", ("trọng số", "số lượng"), low=0),
        Column("state", "Trạng thái", "choice", "Miễn trừ hoặc không áp dụng, thay cho con số.",
               "exempt or not_applicable, in place of a number.", ("tình trạng",)),
        Column("reason", "Lý do", "text", "Vì sao miễn trừ, hoặc vì sao sửa số.", "Why exempt, or why corrected.",
               ("ghi chú",)),
        Column("source", "Nguồn", "text", "Số liệu lấy từ đâu.", "Where the number comes from.",
               ("nguồn số liệu", "nguồn dữ liệu")),
        Column("recorded_at", "Ghi lúc", "instant", "Lúc ghi nhận; dòng ghi sau thay dòng ghi trước.",
               "When it was recorded; a later one replaces an earlier one.",
               ("thời điểm ghi", "ngày ghi", "ghi nhận lúc")),
        Column("currency", "Loại tiền", "text", "Ngoại tệ của giá trị; để trống là tiền của công ty.",
               "Foreign currency of the value; blank: the company's.", ("tiền tệ", "ngoại tệ")),
    ),
    ("số liệu", "kết quả thực hiện"),
    wide_value="value",
    wide_keeps=("reason", "source", "recorded_at", "currency"),
    examples=(
        {"owner": "NV01", "kpi": "DT", "period": "{year}-01", "value": 95.0, "source": "Ví dụ: ghi đè dòng này"},
        {"owner": "NV01", "kpi": "GAP", "period": "{year}-01", "value": 22.0, "source": "Ví dụ: ghi đè dòng này"},
    ),
)

GRADES = Sheet(
    "grades",
    "Xếp loại",
    "Các mức xếp loại, mỗi mức tính từ điểm này trở lên.",
    "The grades, each from its score upwards.",
    (
        Column("grade", "Loại", "code", "Ký hiệu: A, B, C…", "The letter: A, B, C…", ("xếp loại", "hạng"),
               required=True),
        Column("from", "Từ điểm", "number", "Điểm thấp nhất của mức này.", "Lowest score of this grade.",
               ("từ", "điểm từ", "điểm sàn"), required=True),
        Column("name", "Tên", "text", "Tên đầy đủ: Xuất sắc, Tốt…", "Full name: Excellent, Good…",
               ("tên loại", "diễn giải")),
    ),
    ("thang xếp loại", "bậc xếp loại"),
    examples=(
        {"grade": "A", "from": 90.0, "name": "Xuất sắc"},
        {"grade": "B", "from": 70.0, "name": "Đạt"},
        {"grade": "C", "from": 0.0, "name": "Cần cải thiện"},
    ),
)

BONUS = Sheet(
    "bonus",
    "Lương hiệu quả",
    "Mức lương hiệu quả (P3) của mỗi người và đường quy đổi từ điểm.",
    "Each person's performance pay and the curve from score to pay.",
    (
        Column("person", "Nhân viên", "code", "Mã nhân viên.", "The person's code.", ("mã nhân viên", "người"),
               required=True, refers="people"),
        Column("base", "Mức cơ sở", "decimal", "Số tiền khi trả đủ 100 %.", "Amount at 100 %.",
               ("mức thưởng", "lương hiệu quả", "cơ sở"), required=True, low=0, high=1e15),
        Column("curve", "Đường quy đổi", "text", "Ví dụ 80:0; 100:100; để trống là trả theo đúng điểm.",
               "For example 80:0; 100:100; blank pays the score itself.", ("đường cong", "thang quy đổi")),
        Column("from", "Từ ngày", "date", "Có hiệu lực từ ngày này.", "In force from this day.",
               ("từ", "hiệu lực từ")),
        Column("to", "Đến ngày", "date", "Có hiệu lực đến hết ngày này.", "In force to the end of this day.",
               ("đến", "hiệu lực đến")),
    ),
    ("thưởng", "p3", "lương p3"),
    examples=({"person": "NV01", "base": 5000000, "curve": "80:0; 100:100; 120:120"},),
)

CALENDAR = Sheet(
    "calendar",
    "Lịch",
    "Ngày nghỉ riêng và ngày làm bù, thêm vào lịch nghỉ lễ.",
    "The company's own days off and made-up working days, on top of public holidays.",
    (
        Column("date", "Ngày", "date", "Ngày.", "The day.", ("ngày tháng",), required=True),
        Column("kind", "Loại", "choice", "Nghỉ hoặc làm bù.", "holiday or working.", ("loại ngày",), required=True),
        Column("note", "Ghi chú", "text", "Ghi chú.", "A note.", ("diễn giải", "lý do")),
    ),
    ("lịch làm việc", "ngày nghỉ"),
    examples=({"date": "{year}-12-24", "kind": "holiday", "note": "Kỷ niệm thành lập công ty (ví dụ)"},),
)

RATES = Sheet(
    "rates",
    "Tỷ giá",
    "Tỷ giá khóa theo kỳ.",
    "Exchange rates locked with a period.",
    (
        Column("currency", "Loại tiền", "code", "Mã tiền: USD, EUR…", "Currency code: USD, EUR…",
               ("tiền tệ", "ngoại tệ"), required=True),
        Column("period", "Kỳ", "period", "Kỳ áp dụng.", "The period it applies to.", ("kỳ áp dụng", "thời kỳ"),
               required=True),
        Column("rate", "Tỷ giá", "number", "Một đơn vị ngoại tệ bằng bao nhiêu tiền của công ty.",
               "Company currency per foreign unit.", ("giá",), required=True, low=0, above=True),
    ),
    examples=({"currency": "USD", "period": "{year}-01", "rate": 25400.0},),
)

SHEETS = (TARGETS, ACTUALS, GRADES, BONUS, CALENDAR, RATES)
