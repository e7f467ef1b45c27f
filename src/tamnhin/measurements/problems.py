"""Problems of values, whether entered by hand or brought by a file."""

from __future__ import annotations

from tamnhin.engine.problems import declare

# fmt: off
declare(
    "PERIOD_LOCKED", "error",
    "Kỳ {period} đã khóa nên không nhận số khác của {owner} · {kpi}. Mở lại kỳ, hoặc lập một lần điều chỉnh.",
    "The period {period} is locked and takes no other number of {owner} · {kpi}. Reopen it or make a correction.",
)
declare(
    "VALUE_NOT_ALLOWED", "error",
    "Bạn không được nhập số liệu của {owner}. Nhờ trưởng đơn vị hoặc người phụ trách dữ liệu.",
    "You may not enter values of {owner}. Ask the head of the unit or the data steward.",
)
declare(
    "EXEMPTION_NOT_ALLOWED", "error",
    "Miễn trừ {owner} là quyết định của người duyệt, không phải của người nhập. Gửi lý do cho cấp trên.",
    "Exempting {owner} is decided by an approver, not by who enters. Give the reason to your superior.",
)
declare(
    "VALUE_MISSING", "error",
    "Chưa nhập số nào. Nhập giá trị, hoặc chọn trạng thái kèm lý do.",
    "No number was entered. Enter a value, or choose a state with a reason.",
)
declare(
    "VALUE_NOT_FINITE", "error",
    "“{found}” không phải số dùng được. Nhập một số hữu hạn.",
    "“{found}” is not a usable number. Enter a finite number.",
)
declare(
    "VALUE_AND_STATE", "error",
    "Có cả số lẫn trạng thái “{state}”. Bỏ một trong hai.",
    "There is both a number and the state “{state}”. Remove one of them.",
)
declare(
    "STATE_UNKNOWN", "error",
    "Không có trạng thái “{state}”. Dùng exempt hoặc not_applicable.",
    "There is no state “{state}”. Use exempt or not_applicable.",
)
declare(
    "REASON_MISSING", "error",
    "Cần ghi lý do, để sau này ai xem cũng hiểu.",
    "A reason is needed, so that whoever looks later understands.",
)
declare(
    "RATIO_HALF_GIVEN", "error",
    "Tỷ lệ cần cả tử số và mẫu số, hoặc chỉ một tỷ lệ gõ thẳng. Điền ô còn thiếu.",
    "A ratio needs both numerator and denominator, or just one typed ratio. Fill in what is missing.",
)
declare(
    "RATIO_TWICE", "error",
    "Vừa có tỷ lệ gõ thẳng vừa có tử số, mẫu số. Giữ một cách.",
    "There is both a typed ratio and its components. Keep one.",
)
declare(
    "COMPONENTS_NOT_TAKEN", "error",
    "KPI {kpi} không phải tỷ lệ nên không nhận tử số, mẫu số. Nhập một giá trị.",
    "The KPI {kpi} is not a ratio and takes no numerator or denominator. Enter one value.",
)
declare(
    "COMPONENT_NEGATIVE", "error",
    "{column} là {found}; không nhận số âm. Kiểm tra lại.",
    "{column} is {found}; it cannot be negative. Check it.",
)
declare(
    "KPI_IS_COMPUTED", "error",
    "KPI {kpi} được tính bằng công thức ({formula}). Nhập các KPI đầu vào.",
    "The KPI {kpi} is computed by a formula ({formula}). Enter the KPIs it is made from.",
)
declare(
    "KPI_NOT_DEFINED_THEN", "error",
    "KPI {kpi} chưa có định nghĩa cho kỳ {period}. Thêm phiên bản định nghĩa trước.",
    "The KPI {kpi} has no definition for {period}. Add a version of the definition first.",
)
declare(
    "PERIOD_NOT_STARTED", "error",
    "Kỳ {period} chưa bắt đầu nên chưa có số thực hiện. Chọn kỳ khác.",
    "The period {period} has not begun, so it has no actual. Choose another period.",
)
declare(
    "CURRENCY_UNKNOWN", "error",
    "“{found}” không phải mã tiền ba chữ cái như VND, USD.",
    "“{found}” is not a three-letter currency code such as VND or USD.",
)
declare(
    "VALUE_CHANGED_MEANWHILE", "error",
    "{name} vừa ghi {found} lúc {at}. Xem số đó rồi lưu lại nếu vẫn muốn thay.",
    "{name} has just recorded {found} at {at}. Look at it, and save again if you still want to replace it.",
)
declare(
    "NOTHING_TO_WITHDRAW", "error",
    "Kỳ {period} của {owner} · {kpi} chưa có số nào để rút.",
    "There is no value of {owner} · {kpi} in {period} to withdraw.",
)
# fmt: on
