"""Problems of giving scorecards: weights, dates, KPIs that cannot be given."""

from __future__ import annotations

from tamnhin.engine.problems import declare

# fmt: off
declare(
    "ASSIGNMENT_NOT_ALLOWED", "error",
    "Bạn không được giao KPI cho {owner}. Nhờ trưởng đơn vị, giám đốc hoặc nhân sự.",
    "You may not give {owner} KPIs. Ask the head of the unit, the director or HR.",
)
declare(
    "ASSIGNMENT_NOT_A_DRAFT", "error",
    "Thẻ điểm của {owner} đang ở bước “{state}” nên không sửa được. Rút đề xuất về rồi sửa.",
    "The scorecard of {owner} is at “{state}” and cannot be edited. Withdraw the proposal, then edit it.",
)
declare(
    "ASSIGNMENT_CHANGED_MEANWHILE", "error",
    "Có người vừa sửa thẻ điểm của {owner}. Xem bản mới bên dưới rồi lưu lại phần của bạn.",
    "Somebody has just edited the scorecard of {owner}. Look at the new version below, then save yours again.",
)
declare(
    "ASSIGNMENT_EMPTY", "error",
    "Thẻ điểm của {owner} chưa có KPI nào. Thêm ít nhất một KPI.",
    "The scorecard of {owner} has no KPI yet. Add at least one.",
)
declare(
    "ASSIGNMENT_WEIGHTS_SHORT", "error",
    "Trọng số của {owner} là {total}, còn thiếu {missing} để đủ 100.",
    "The weights of {owner} total {total}: {missing} short of 100.",
)
declare(
    "ASSIGNMENT_WEIGHTS_OVER", "error",
    "Trọng số của {owner} là {total}, thừa {missing} so với 100.",
    "The weights of {owner} total {total}: {missing} over 100.",
)
declare(
    "ASSIGNMENT_WEIGHT_NOT_A_NUMBER", "error",
    "Trọng số của {kpi} không đọc được thành số. Nhập số từ 0 đến 100.",
    "The weight of {kpi} cannot be read as a number. Enter one from 0 to 100.",
)
declare(
    "ASSIGNMENT_WEIGHT_OUT_OF_RANGE", "error",
    "Trọng số {weight} của {kpi} nằm ngoài khoảng 0 đến 100.",
    "The weight {weight} of {kpi} is not between 0 and 100.",
)
declare(
    "ASSIGNMENT_WEIGHT_TOO_FINE", "error",
    "Trọng số {weight} của {kpi} có quá 2 chữ số lẻ. Làm tròn đến 2 chữ số, ví dụ 33,33.",
    "The weight {weight} of {kpi} has more than 2 decimals. Round it to 2, such as 33.33.",
)
declare(
    "ASSIGNMENT_TARGET_NOT_A_NUMBER", "error",
    "Chỉ tiêu của {kpi} không đọc được thành số. Nhập một số hữu hạn.",
    "The target of {kpi} cannot be read as a number. Enter a finite number.",
)
declare(
    "ASSIGNMENT_KPI_TWICE", "error",
    "KPI {kpi} có hai dòng trên một thẻ điểm. Giữ một dòng.",
    "The KPI {kpi} stands twice on one scorecard. Keep one line.",
)
declare(
    "ASSIGNMENT_KPI_UNKNOWN", "error",
    "Không có KPI này trong công ty. Chọn một KPI trong danh mục.",
    "There is no such KPI in the company. Choose one from the list.",
)
declare(
    "ASSIGNMENT_KPI_RETIRED", "error",
    "KPI {kpi} đã ngừng dùng. Bỏ dòng này hoặc chọn KPI khác.",
    "The KPI {kpi} has been retired. Remove the line or choose another KPI.",
)
declare(
    "ASSIGNMENT_KPI_DRAFT", "error",
    "KPI {kpi} còn là bản nháp. Kích hoạt KPI trước (cần người phụ trách và người thay).",
    "The KPI {kpi} is still a draft. Activate it first (it needs an owner and a deputy).",
)
declare(
    "ASSIGNMENT_METHOD_NOT_ALLOWED", "error",
    "Phương pháp “{found}” không có. Chọn một phương pháp trong danh sách.",
    "There is no method “{found}”. Choose one from the list.",
)
declare(
    "ASSIGNMENT_GOAL_UNKNOWN", "error",
    "Không có mục tiêu này, hoặc bạn không xem được nó. Chọn mục tiêu khác.",
    "There is no such goal, or you may not see it. Choose another one.",
)
declare(
    "ASSIGNMENT_POST_UNKNOWN", "error",
    "{owner} không có vị trí ở đơn vị này. Chọn đơn vị mà người này đang làm việc.",
    "{owner} has no post in this unit. Choose a unit in which they work.",
)
declare(
    "ASSIGNMENT_OWNER_LEFT", "error",
    "{owner} không còn ở công ty từ {date}. Giao cho người khác.",
    "{owner} is not with the company any more from {date}. Give it to somebody else.",
)
declare(
    "ASSIGNMENT_DATES_REVERSED", "error",
    "Ngày kết thúc {to} trước ngày bắt đầu {from_}. Sửa một trong hai ngày.",
    "The last day {to} is before the first day {from_}. Correct one of them.",
)
declare(
    "ASSIGNMENT_DATE_ELAPSED", "error",
    "{owner} đang có thẻ điểm; thay đổi không được lùi về kỳ đã qua. Chọn ngày hiệu lực từ {date} trở đi.",
    "{owner} has a scorecard in force; a change cannot reach back into past periods. Let it hold from {date} or later.",
)
declare(
    "ASSIGNMENT_DATE_LOCKED", "error",
    "Ngày hiệu lực {from_} nằm trong hoặc trước kỳ {period} đã khóa. Chọn ngày sau kỳ đó.",
    "The first day {from_} lies in or before the locked period {period}. Choose a day after it.",
)
declare(
    "ASSIGNMENT_REASON_MISSING", "error",
    "Thay đổi thẻ điểm đang có hiệu lực của {owner} cần ghi lý do.",
    "A change of the scorecard of {owner} that is in force needs a reason.",
)
declare(
    "ASSIGNMENT_TARGET_OUTSIDE", "error",
    "Chỉ tiêu kỳ {period} của {kpi} nằm ngoài thời gian giao ({from_} – {to}). Bỏ kỳ này hoặc sửa thời gian.",
    "The target of {kpi} in {period} lies outside the time it is given for ({from_} – {to}). Remove it or change that.",
)
declare(
    "ASSIGNMENT_TWO_POSTS", "error",
    "{owner} có hai vị trí, mỗi vị trí một bộ trọng số. Sửa ở trang thẻ điểm riêng của người này.",
    "{owner} has two posts, each with weights of its own. Edit them on their own scorecard page.",
)
declare(
    "ASSIGNMENT_NOTHING_CHANGED", "error",
    "Thẻ điểm của {owner} không khác gì bản đang có hiệu lực. Sửa ít nhất một dòng rồi đề xuất.",
    "The scorecard of {owner} does not differ from the one in force. Change at least one line, then propose it.",
)
