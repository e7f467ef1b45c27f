"""Problem codes of objectives and key results. ``Problem.cell`` is the field of the form where it is put right."""

from __future__ import annotations

from tamnhin.engine.problems import declare

# fmt: off
declare(
    "OKR_NOT_ALLOWED", "error",
    "OKR của {owner} do chính chủ, trưởng đơn vị, nhân sự hoặc giám đốc viết. Nhờ một người trong số đó.",
    "The OKRs of {owner} are written by the owner, the head, HR or the director. Ask one of them.",
)
declare(
    "OKR_TITLE_MISSING", "error",
    "Chưa viết gì ở đây. Viết một câu ngắn.",
    "Nothing is written here. Write one short sentence.",
)
declare(
    "OKR_TITLE_TWICE", "error",
    "{owner} đã có mục tiêu này trong kỳ {period}. Mở mục tiêu ấy ra sửa, hoặc viết khác đi.",
    "{owner} has this objective in {period} already. Edit that one, or word this one differently.",
)
declare(
    "OKR_PERIOD_KIND", "error",
    "OKR đi theo quý, nửa năm hoặc năm; “{period}” không phải kỳ như vậy. Chọn một kỳ trong danh sách.",
    "OKRs run by quarter, half or year; “{period}” is none of these. Choose a period from the list.",
)
declare(
    "OKR_PERIOD_FIXED", "error",
    "Mục tiêu đang chạy thì không đổi chủ hay đổi kỳ. Đóng mục tiêu này rồi viết mục tiêu mới.",
    "An objective under way keeps its owner and period. Close it and write a new one.",
)
declare(
    "OKR_EXPECTED_RANGE", "error",
    "Mức mong đợi là phần trăm từ 1 đến 100.",
    "What is expected is a percentage from 1 to 100.",
)
declare(
    "OKR_CYCLE", "error",
    "Mục tiêu này sẽ phục vụ chính nó: {path}. Chọn một mục tiêu khác ở phía trên.",
    "This objective would end up serving itself: {path}. Choose another one above it.",
)
declare(
    "OKR_TOO_FEW_RESULTS", "error",
    "Mới có {found} kết quả then chốt. Thêm cho đủ ít nhất {least} rồi đưa vào chạy, để mục tiêu không dựa vào một số.",
    "There are only {found} key results. Add some until there are {least}, so that no objective rests on one number.",
)
declare(
    "OKR_TOO_MANY_RESULTS", "error",
    "Có {found} kết quả then chốt, nhiều nhất là {most}. Giữ những cái nói lên mục tiêu, bỏ hoặc chuyển phần còn lại.",
    "There are {found} key results, and {most} are the most. Keep those that show the objective and drop the rest.",
)
declare(
    "OKR_RESULT_TWICE", "error",
    "Kết quả này trùng với dòng {row}. Viết khác đi hoặc bỏ một dòng.",
    "This key result is the same as row {row}. Word it differently or drop one.",
)
declare(
    "OKR_TARGET_IS_BASELINE", "error",
    "Đích bằng mốc xuất phát nên không có đường để đi. Giữ nguyên một mức là việc của KPI; hãy đặt đích khác mốc.",
    "The target equals the baseline, so there is no way to go. Holding a level is a KPI's work; set another target.",
)
declare(
    "OKR_NUMBERS_MISSING", "error",
    "Điền cả mốc xuất phát và đích rồi mới đưa vào chạy: thiếu một đầu thì không chấm được.",
    "Fill in both the baseline and the target before this is put under way: without both it cannot be graded.",
)
declare(
    "OKR_NUMBER_NOT_FINITE", "error",
    "Không phải số dùng được. Nhập một số hữu hạn.",
    "Not a usable number. Enter a finite one.",
)
declare(
    "OKR_AGAINST_KPI", "error",
    "KPI {kpi} {wanted}, mà đích lại nằm ở phía kém hơn của mốc xuất phát. Đổi đích hoặc chọn KPI khác.",
    "For {kpi} {wanted_en}, yet the target lies on the worse side of the baseline. Change the target or the KPI.",
)
declare(
    "OKR_KPI_OWNER_MISSING", "error",
    "Số của KPI là của một đơn vị hay một người: chọn của ai.",
    "A KPI's number is that of a unit or a person: choose whose.",
)
declare(
    "OKR_REASON_MISSING", "error",
    "Đổi con số, loại hay mức mong đợi khi mục tiêu đang chạy thì phải nói vì sao. Ghi lý do ở cuối biểu mẫu.",
    "Changing numbers, kind or expectation of an objective under way needs a reason. Give it at the end of the form.",
)
declare(
    "OKR_STOP_REASON_MISSING", "error",
    "Ghi lý do: người theo dõi mục tiêu này cần biết vì sao.",
    "Give the reason: those who follow this objective need to know why.",
)
declare(
    "OKR_WRONG_STATE", "error",
    "Mục tiêu đang ở trạng thái “{status}” nên không làm được việc này. Tải lại trang để xem trạng thái mới.",
    "The objective is “{status_en}”, so this cannot be done. Reload the page to see where it stands.",
)
declare(
    "OKR_CHANGED_MEANWHILE", "error",
    "Trong lúc bạn sửa, người khác đã lưu mục tiêu này. Xem phần khác nhau bên dưới, sửa nếu cần rồi lưu lại.",
    "Somebody else has saved this objective meanwhile. Look at the differences below, adjust, and save again.",
)
declare(
    "OKR_CONFIDENCE_MISSING", "error",
    "Chọn độ tự tin từ 1 đến 10: bạn tin kết quả này tới đích đến mức nào.",
    "Choose a confidence from 1 to 10: how far you believe this key result will get there.",
)
declare(
    "OKR_VALUE_IS_KPI", "error",
    "Số này lấy từ KPI nên không nhập ở đây. Sửa số ở trang nhập số liệu của KPI.",
    "This number comes from a KPI and is not typed here. Correct it where the KPI's numbers are entered.",
)
declare(
    "OKR_WEEK_CLOSED", "error",
    "Chỉ báo cho tuần này hoặc tuần vừa qua; “{week}” đã ngoài khoảng đó. Tải lại trang để báo cho tuần này.",
    "Only this week and the one before can be reported; “{week}” is neither. Reload the page to report this week.",
)
declare(
    "OKR_REPORTED_MEANWHILE", "error",
    "{name} vừa báo kết quả này: {found}, tự tin {confidence}/10. Nếu số của bạn đúng hơn, gửi lại lần nữa.",
    "{name} has just reported this: {found}, confidence {confidence}/10. If yours is the better one, send it again.",
)
declare(
    "OKR_SCORE_RANGE", "error",
    "Điểm là số từ 0 đến 1.",
    "A score is a number from 0 to 1.",
)
declare(
    "OKR_SCORE_REASON_MISSING", "error",
    "Điểm này khác điểm tính được ({computed}). Nói vì sao, để người đọc sau này hiểu.",
    "This score differs from the computed one ({computed}). Say why, for those who read it later.",
)
declare(
    "OKR_LOOK_BACK_MISSING", "error",
    "Viết vài câu nhìn lại: điều gì đã học được. Đó là phần đáng giá nhất của kỳ OKR.",
    "Write a few sentences looking back: what was learnt. That is the most valuable part of an OKR period.",
)
# fmt: on
