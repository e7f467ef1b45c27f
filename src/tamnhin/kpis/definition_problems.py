"""Problems of defining KPIs: what a card needs, who may write it, what cannot change any more, what links may say."""

from __future__ import annotations

from tamnhin.engine.problems import declare

# fmt: off
declare(
    "DEFINE_NOT_ALLOWED", "error",
    "Bạn không được sửa định nghĩa của {kpi}. Nhờ người phụ trách KPI, trưởng đơn vị hoặc nhân sự.",
    "You may not change the definition of {kpi}. Ask its owner, the head of the unit or HR.",
)
declare(
    "DEFINE_FIELD_NOT_ALLOWED", "error",
    "Người phụ trách dữ liệu chỉ sửa nguồn và cách tính bằng lời. Phần còn lại nhờ người phụ trách KPI.",
    "A data steward changes the source and the wording only. Ask the owner of the KPI for the rest.",
)
declare(
    "DEFINE_CODE_TAKEN", "error",
    "Mã {code} đã dùng cho “{name}”. Chọn mã khác.",
    "The code {code} is taken by “{name}”. Choose another one.",
)
declare(
    "DEFINE_CODE_NOT_ALLOWED", "error",
    "Mã “{code}” không dùng được. Dùng chữ, số, dấu gạch hoặc chấm, không có khoảng trắng, tối đa 64 ký tự.",
    "The code “{code}” cannot be used. Use letters, digits, dashes or points without blanks, at most 64 characters.",
)
declare("DEFINE_NAME_MISSING", "error", "KPI chưa có tên. Đặt tên nói rõ đo cái gì.",
        "The KPI has no name. Give it one that says what is measured.")
declare(
    "DEFINE_CHOICE", "error",
    "“{found}” không phải lựa chọn có sẵn. Chọn một mục trong danh sách.",
    "“{found}” is not one of the choices. Pick one from the list.",
)
declare(
    "DEFINE_MEANING_FIXED", "error",
    "{kpi} đã có thẻ điểm dùng, đổi mục này làm số cũ mang nghĩa khác. Tạo KPI mới rồi ngừng KPI này.",
    "Scorecards use {kpi}: changing this would give its past numbers another meaning. Create a new KPI and retire it.",
)
declare(
    "DEFINE_DATE_ELAPSED", "error",
    "Bản mới không được lùi về kỳ đã qua. Chọn ngày từ {date} trở đi.",
    "A new version cannot reach back into past periods. Choose {date} or a later day.",
)
declare(
    "DEFINE_DATE_BEFORE_NEWEST", "error",
    "Đã có bản hiệu lực từ {date}. Chọn ngày đó để sửa bản ấy, hoặc một ngày sau đó.",
    "There is a version from {date} already. Choose that day to edit it, or a later one.",
)
declare(
    "DEFINE_REASON_MISSING", "error",
    "Nói vì sao thay đổi, để người đọc sau hiểu.",
    "Say why it changes, for those who read it later.",
)
declare(
    "DEFINE_CHANGED_MEANWHILE", "error",
    "{by} vừa sửa KPI này. Chữ bạn gõ vẫn còn; xem các mục khác nhau rồi lưu lần nữa.",
    "{by} has just changed this KPI. What you typed is kept; look at what differs and save again.",
)
declare(
    "DEFINE_GUARDRAIL_SELF", "error",
    "KPI không làm đối trọng cho chính nó. Chọn KPI khác làm KPI đối trọng.",
    "A KPI cannot guard itself. Choose another one as its guardrail.",
)
declare("DEFINE_OWNER_MISSING", "error", "Chưa có người phụ trách. Chọn một người hoặc một đơn vị.",
        "There is no owner. Choose a person or a unit.")
declare("DEFINE_DEPUTY_MISSING", "error", "Chưa có người thay. Chọn một người còn làm việc.",
        "There is no deputy. Choose a person who works here.")
declare(
    "DEFINE_OWNER_GONE", "error",
    "{owner} không còn làm việc. Bàn giao cho người khác.",
    "{owner} does not work here any more. Hand it over to somebody else.",
)
declare(
    "DEFINE_OWNER_HEADLESS", "error",
    "{owner} không có trưởng đơn vị còn làm việc. Chỉ định trưởng đơn vị hoặc chọn một người.",
    "{owner} has no head who works here. Name a head, or choose a person.",
)
declare(
    "DEFINE_DEPUTY_NOT_A_PERSON", "error",
    "{owner} là đơn vị. Người thay phải là một người.",
    "{owner} is a unit. The deputy has to be a person.",
)
declare(
    "DEFINE_OWNER_IS_DEPUTY", "error",
    "{owner} vừa phụ trách vừa thay chính mình. Chọn hai người khác nhau.",
    "{owner} would stand in for themselves. Choose two different people.",
)
declare(
    "DEFINE_PART_MISSING", "error",
    "Thiếu {what_vi}. Điền rồi kích hoạt.",
    "{what_en} is missing. Fill it in, then activate.",
)
declare("DEFINE_ALREADY", "error", "{kpi} đã ở trạng thái này. Tải lại trang.",
        "{kpi} is in this state already. Reload the page.")
declare(
    "DEFINE_STILL_USED", "error",
    "{count} thẻ điểm còn dùng {kpi} không ngày kết thúc: {owners}. Đặt ngày kết thúc cho các dòng này trước.",
    "{count} scorecards use {kpi} with no end date: {owners}. Give these lines an end date first.",
)
declare(
    "DEFINE_STILL_READ", "error",
    "Công thức của {others} còn dùng {kpi}. Sửa các công thức đó trước.",
    "The formulas of {others} still use {kpi}. Change them first.",
)
declare("LINK_SELF", "error", "KPI không dẫn dắt chính nó. Chọn KPI khác.",
        "A KPI does not drive itself. Choose another one.")
declare(
    "LINK_UNKNOWN_KPI", "error",
    "Không có KPI “{found}”. Gõ mã hoặc tên rồi chọn trong gợi ý.",
    "There is no KPI “{found}”. Type a code or a name and pick a suggestion.",
)
declare(
    "LINK_TWICE", "error",
    "{driver} → {outcome} đã được nêu. Rút lại liên kết cũ nếu muốn nêu khác đi.",
    "{driver} → {outcome} has been claimed already. Withdraw that one to claim it otherwise.",
)
declare(
    "LINK_CYCLE", "error",
    "Liên kết này khép thành vòng: {path}. Bỏ một mũi tên trong vòng rồi thử lại.",
    "This link closes a circle: {path}. Withdraw one of its arrows and try again.",
)
declare(
    "LINK_LAG", "error",
    "Độ trễ “{found}” không dùng được. Nhập số kỳ từ 0 đến 60.",
    "The lag “{found}” cannot be used. Enter a number of periods from 0 to 60.",
)
declare(
    "LINK_RETIRED", "error",
    "{kpi} đã ngừng dùng. Chọn KPI đang dùng hoặc bản nháp.",
    "{kpi} has been retired. Choose one in use or a draft.",
)
