"""Problems of scorecard templates and of giving them to people."""

from __future__ import annotations

from tamnhin.engine.problems import declare

# fmt: off
declare(
    "TEMPLATE_NOT_ALLOWED", "error",
    "Bạn không được sửa mẫu {template}. Nhờ giám đốc, nhân sự hoặc quản trị viên.",
    "You may not change the template {template}. Ask the director, HR or an administrator.",
)
declare(
    "TEMPLATE_CODE_NEEDED", "error",
    "Nhập mã của mẫu.",
    "Enter a code for the template.",
)
declare(
    "TEMPLATE_CODE_TAKEN", "error",
    "Mã {code} đã có mẫu khác dùng. Nhập mã khác.",
    "Another template has the code {code}. Enter another one.",
)
declare(
    "TEMPLATE_CODE_NOT_ALLOWED", "error",
    "Mã “{code}” không dùng được. Dùng chữ, số, dấu chấm, gạch ngang hoặc gạch dưới.",
    "The code “{code}” cannot be used. Use letters, digits, dots, hyphens or underscores.",
)
declare(
    "TEMPLATE_NAME_NEEDED", "error",
    "Nhập tên của mẫu.",
    "Enter a name for the template.",
)
declare(
    "TEMPLATE_LEVEL_NOT_ALLOWED", "error",
    "Không có cấp “{found}”. Chọn một cấp trong danh sách.",
    "There is no level “{found}”. Choose one from the list.",
)
declare(
    "TEMPLATE_UNIT_UNKNOWN", "error",
    "Không có đơn vị này trong công ty. Chọn một đơn vị trong danh sách.",
    "There is no such unit in the company. Choose one from the list.",
)
declare(
    "TEMPLATE_UNIT_NOT_YOURS", "error",
    "Chọn một đơn vị trong phạm vi của bạn: mẫu cho cả công ty do giám đốc, nhân sự hoặc quản trị viên lập.",
    "Choose a unit within your scope: the director, HR or an administrator make templates for the whole company.",
)
declare(
    "TEMPLATE_CHANGED_MEANWHILE", "error",
    "Có người vừa sửa mẫu này. Xem bản mới bên dưới rồi lưu lại phần của bạn.",
    "Somebody has just changed this template. Look at the new version below, then save yours again.",
)
declare(
    "TEMPLATE_ARCHIVED", "error",
    "Mẫu {template} đã cất. Lấy ra dùng lại rồi mới sửa hoặc giao.",
    "The template {template} has been put away. Take it out again before you change or give it.",
)
declare(
    "TEMPLATE_NOT_FULL", "error",
    "Trọng số của mẫu {template} là {total}, phải đúng 100 mới giao được.",
    "The weights of the template {template} total {total}; they must be exactly 100 before it is given to people.",
)
declare(
    "TEMPLATE_NOBODY", "error",
    "Chưa có ai để giao. Bỏ bớt điều kiện hoặc chọn lại người.",
    "There is nobody to give it to. Ask for less, or choose people again.",
)
declare(
    "TEMPLATE_REASON_NEEDED", "error",
    "Có người đang có thẻ điểm: nhập lý do thay đổi.",
    "Some people have a scorecard in force: say why it changes.",
)
declare(
    "TEMPLATE_RUN_GOES_ON", "error",
    "Lần giao này đang chạy hoặc đã xong.",
    "This run is still going on, or has ended.",
)
declare(
    "TEMPLATE_MOVED_ON", "error",
    "Mẫu đã sang bản {version} sau khi bạn xem. Xem lại rồi giao.",
    "The template has moved on to version {version} since you looked. Look again, then give it.",
)
declare(
    "TEMPLATE_OPEN", "error",
    "{owner} đang có thẻ điểm ở bước “{state}”; mẫu không ghi đè. Xong bước đó rồi giao lại.",
    "{owner} has a scorecard at “{state}”; a template overwrites nothing. Finish that first, then give it again.",
)
declare(
    "TEMPLATE_SAME_VERSION", "info",
    "{owner} đã có bản này của mẫu.",
    "{owner} already has this version of the template.",
)
declare(
    "TEMPLATE_NO_DIFFERENCE", "info",
    "Thẻ điểm của {owner} đã như mẫu, hoặc chỉ khác ở chỗ sửa tay.",
    "The scorecard of {owner} is as the template says already, or differs only where it was changed by hand.",
)
declare(
    "TEMPLATE_GONE", "error",
    "{owner} không còn trong phạm vi giao của bạn.",
    "{owner} is not within what you may assign any more.",
)
declare(
    "TEMPLATE_DATE_TOO_EARLY", "error",
    "Ngày bắt đầu {from_} nằm trong thời gian đã qua hoặc đã khóa. Chọn từ {date} trở đi.",
    "The first day {from_} lies in a past or locked time. Choose {date} or later.",
)
declare(
    "TEMPLATE_DATES_REVERSED", "error",
    "Ngày kết thúc {to} trước ngày bắt đầu {from_}. Sửa một trong hai ngày.",
    "The last day {to} is before the first day {from_}. Correct one of them.",
)
declare(
    "TEMPLATE_RUN_STOPPED", "error",
    "Có lỗi khi tạo bản nháp (mã {reference}). Những người đã xong vẫn giữ nguyên; bấm chạy tiếp.",
    "Something went wrong while making the drafts (reference {reference}). Those done are kept; press to go on.",
)
