"""Why an act of the agreement flow is refused."""

from __future__ import annotations

from tamnhin.engine.problems import declare

# fmt: off
declare(
    "AGREEMENT_NOT_ASKED", "error",
    "Bước này không hỏi ý kiến bạn về “{title}”. Bạn có thể gửi góp ý.",
    "This step does not ask you about “{title}”. You may leave a comment.",
)
declare(
    "AGREEMENT_NOT_YET", "error",
    "Chưa đến lượt bạn trả lời về “{title}”: bước trước chưa xong.",
    "It is not your turn yet for “{title}”: the step before is not done.",
)
declare(
    "AGREEMENT_OWN_PROPOSAL", "error",
    "Bạn là người đề xuất “{title}” nên không tự duyệt. Người khác trả lời; muốn sửa thì rút lại.",
    "You proposed “{title}”, so you do not approve it. Others answer; to change it, withdraw it.",
)
declare(
    "AGREEMENT_WRONG_STATE", "error",
    "“{title}” đang ở trạng thái “{state}” nên không làm được việc này.",
    "“{title}” is in the state “{state}”, where this cannot be done.",
)
declare(
    "AGREEMENT_REASON_MISSING", "error",
    "Muốn trả lại “{title}” thì phải viết lý do, để người đề xuất biết cần sửa gì.",
    "Returning “{title}” needs a reason, so that the proposer knows what to change.",
)
declare(
    "AGREEMENT_TEXT_MISSING", "error",
    "Góp ý đang trống. Viết vài lời rồi gửi.",
    "The comment is empty. Write a few words, then send it.",
)
declare(
    "AGREEMENT_ANSWER_UNKNOWN", "error",
    "Không có câu trả lời “{answer}”. Chọn đồng ý, trả lại hoặc góp ý.",
    "There is no answer “{answer}”. Choose agree, return or comment.",
)
declare(
    "AGREEMENT_READS_ONLY", "error",
    "Người kiểm soát chỉ xem, không thay đổi gì.",
    "An auditor reads everything and changes nothing.",
)
declare(
    "AGREEMENT_PROPOSE_NOT_ALLOWED", "error",
    "Bạn không được đề xuất cho {owner}. Nhờ chính họ, cấp trên của họ hoặc nhân sự.",
    "You may not propose for {owner}. Ask them, their manager or HR.",
)
declare(
    "AGREEMENT_WITHDRAW_NOT_ALLOWED", "error",
    "Chỉ người đề xuất mới rút lại được “{title}”. Nếu cần sửa, hãy trả lại kèm lý do.",
    "Only the proposer can withdraw “{title}”. If it needs changing, return it with a reason.",
)
declare(
    "AGREEMENT_ACTIVATE_NOT_ALLOWED", "error",
    "Bạn không được kích hoạt “{title}”. Nhờ người đề xuất, cấp trên của {owner} hoặc nhân sự.",
    "You may not activate “{title}”. Ask the proposer, a manager of {owner} or HR.",
)
declare(
    "AGREEMENT_CLOSE_NOT_ALLOWED", "error",
    "Bạn không được đóng “{title}”. Nhờ cấp trên của {owner} hoặc nhân sự.",
    "You may not close “{title}”. Ask a manager of {owner} or HR.",
)
declare(
    "AGREEMENT_CHANGED_MEANWHILE", "error",
    "“{title}” vừa thay đổi: {name} {what} lúc {at}. Xem lại rồi trả lời.",
    "“{title}” has just changed: {name} {what} at {at}. Look again, then answer.",
)
declare(
    "AGREEMENT_ALREADY_OPEN", "error",
    "“{title}” đã được đề xuất và đang chờ trả lời. Rút lại trước khi đề xuất lần nữa.",
    "“{title}” has been proposed and waits for answers. Withdraw it before proposing again.",
)
declare(
    "AGREEMENT_ALREADY_ACTIVE", "error",
    "“{title}” đang có hiệu lực. Muốn đổi, hãy lập yêu cầu thay đổi.",
    "“{title}” is in force. To change it, make a change request.",
)
declare(
    "AGREEMENT_NOBODY_TO_ASK", "error",
    "Không có ai để hỏi về “{title}” ở bước “{step}”. Thêm trưởng đơn vị, người giữ vai nhân sự, "
    "hoặc tài khoản cho {owner}.",
    "There is nobody to ask about “{title}” in the step “{step}”. Add a head, somebody in HR, "
    "or an account for {owner}.",
)
declare(
    "DELEGATION_NOT_ALLOWED", "error",
    "Bạn không được ủy quyền thay {owner}. Chính họ, cấp trên hoặc nhân sự làm việc này.",
    "You may not delegate for {owner}. They themselves, a manager or HR do that.",
)
declare(
    "DELEGATION_TO_ONESELF", "error",
    "Người nhận ủy quyền phải là người khác. Chọn một đồng nghiệp.",
    "The delegate must be somebody else. Choose a colleague.",
)
declare(
    "DELEGATION_TAKEN", "error",
    "Bạn không tự nhận quyền trả lời thay {owner}. Chọn một người khác, hoặc để chính họ ủy quyền cho bạn.",
    "You cannot give yourself the voice of {owner}. Choose somebody else, or let them delegate to you themselves.",
)
declare(
    "DELEGATION_DATES", "error",
    "Ngày kết thúc phải từ ngày bắt đầu trở đi và chưa qua.",
    "The last day must not be before the first, nor in the past.",
)
declare(
    "DELEGATION_TOO_LONG", "error",
    "Ủy quyền dài nhất {most} ngày. Chọn ngày kết thúc sớm hơn; hết hạn có thể ủy quyền lại.",
    "A delegation lasts at most {most} days. Choose an earlier last day; it can be renewed.",
)
declare(
    "DELEGATION_OVERLAPS", "error",
    "{owner} đã ủy quyền cho {other} từ {start} đến {end}. Chấm dứt lần đó trước.",
    "{owner} has delegated to {other} from {start} to {end}. End that first.",
)
declare(
    "DELEGATION_NOT_REACHABLE", "error",
    "{other} chưa có tài khoản hoặc đã nghỉ việc nên không nhận ủy quyền được. Chọn người khác.",
    "{other} has no account or has left, and cannot take a delegation. Choose somebody else.",
)
declare(
    "DELEGATION_ENDED", "error",
    "Lần ủy quyền này đã chấm dứt.",
    "This delegation has already ended.",
)
declare(
    "FLOW_NOT_ALLOWED", "error",
    "Chỉ nhân sự, quản trị hoặc giám đốc mới đổi được các bước thỏa thuận.",
    "Only HR, an administrator or the director can change the steps of agreement.",
)
declare(
    "FLOW_OUT_OF_RANGE", "error",
    "Số cấp đồng ý từ 1 đến 3, hạn mỗi bước từ 1 đến 90 ngày.",
    "Approvals go from 1 to 3, and the time for a step from 1 to 90 days.",
)
