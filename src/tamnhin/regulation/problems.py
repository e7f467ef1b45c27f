"""Why an act on the regulation is refused."""

from __future__ import annotations

from tamnhin.engine.problems import declare

# fmt: off
declare(
    "REGULATION_WRONG_STATE", "error",
    "Phiên bản {number} đang ở trạng thái “{state}” nên không làm được việc này. Tải lại trang để xem bước hiện tại.",
    "Version {number} is in the state “{state}”, where this cannot be done. Reload the page to see the current step.",
)
declare(
    "REGULATION_PUBLISHED_STAYS", "error",
    "Phiên bản {number} đã công bố nên giữ nguyên mãi. Muốn đổi thì chép thành phiên bản mới rồi sửa ở đó.",
    "Version {number} is published and stays as it is. To change it, copy it into a new version and edit that one.",
)
declare(
    "REGULATION_CHANGED_MEANWHILE", "error",
    "{who} vừa sửa phiên bản này lúc {at}. Xem chỗ khác nhau rồi làm lại; những gì bạn gõ vẫn còn đây.",
    "{who} has just changed this version at {at}. Look at the difference and try again; what you typed is still here.",
)
declare(
    "REGULATION_EMPTY", "error",
    "Văn bản chưa có nội dung. Soạn nội dung rồi mới gửi lấy ý kiến.",
    "The text is empty. Write it before sending it out for consultation.",
)
declare(
    "REGULATION_NOT_SENT", "error",
    "Chưa ghi lần gửi dự thảo lấy ý kiến nào. Gửi dự thảo cho tổ chức đại diện hoặc người lao động trước đã.",
    "No draft has been sent out yet. Send it to the workers' organisation or the employees first.",
)
declare(
    "REGULATION_NOT_HEARD", "error",
    "Chưa có ý kiến bằng văn bản hay cuộc họp nào. Ghi ít nhất một ý kiến hoặc một cuộc họp đối thoại.",
    "There is neither a written opinion nor a meeting. Record at least one opinion or one dialogue meeting.",
)
declare(
    "REGULATION_NO_MINUTES", "error",
    "Chưa có tệp biên bản. Đính kèm biên bản lấy ý kiến hoặc biên bản họp rồi mới công bố.",
    "The minutes are missing. Attach the minutes of the consultation or the meeting before publishing.",
)
declare(
    "REGULATION_NO_EFFECTIVE_DATE", "error",
    "Chưa có ngày hiệu lực. Chọn ngày hiệu lực.",
    "There is no effective date. Choose one.",
)
declare(
    "REGULATION_EFFECTIVE_BEFORE_PUBLISHED", "error",
    "Ngày hiệu lực {effective} đứng trước ngày công bố {published}. Trả lại bước lấy ý kiến để chọn ngày hiệu lực muộn "
    "hơn, hoặc sửa ngày công bố.",
    "The effective date {effective} is before the publication on {published}. Return to consultation to choose a later "
    "one, or correct the day of publication.",
)
declare(
    "REGULATION_EFFECTIVE_BEFORE_DECIDED", "error",
    "Ngày hiệu lực {effective} đứng trước ngày quyết định {decided}. Chọn ngày muộn hơn.",
    "The effective date {effective} is before the decision on {decided}. Choose a later day.",
)
declare(
    "REGULATION_EFFECTIVE_TAKEN", "error",
    "Phiên bản {other} cũng có hiệu lực từ {effective}. Hai phiên bản không thể cùng ngày; chọn ngày khác.",
    "Version {other} also takes effect on {effective}. Two versions cannot share a day; choose another one.",
)
declare(
    "REGULATION_HISTORY_MOVES", "error",
    "Từ {effective} đến hôm nay mọi đánh giá đã theo phiên bản {other}. Chọn ngày hiệu lực từ hôm nay trở đi.",
    "From {effective} until today evaluations have followed version {other}. Choose an effective date from today on.",
)
declare(
    "REGULATION_DAY_AHEAD", "error",
    "Ngày {day} còn ở phía trước. Chỉ ghi những gì đã xảy ra, muộn nhất là hôm nay.",
    "{day} is still to come. Record only what has happened, today at the latest.",
)
declare(
    "REGULATION_DAY_OUT_OF_ORDER", "error",
    "Ngày {day} đứng trước “{before}” ngày {since}. Kiểm tra lại thứ tự các ngày.",
    "{day} is before “{before}” on {since}. Check the order of the days.",
)
declare(
    "REGULATION_TRIAL_HALF", "error",
    "Thời gian chạy thử cần cả ngày đầu và ngày cuối. Điền đủ hai ngày, hoặc bỏ trống cả hai.",
    "A trial needs both its first and its last day. Fill in both, or leave both empty.",
)
declare(
    "REGULATION_TRIAL_LENGTH", "error",
    "Chạy thử phải từ 3 đến 12 tháng: bắt đầu {start} thì kết thúc trong khoảng {first} đến {last}.",
    "A trial takes 3 to 12 months: one that begins on {start} ends between {first} and {last}.",
)
declare(
    "REGULATION_TRIAL_BEFORE_EFFECT", "error",
    "Chạy thử bắt đầu {start}, trước ngày hiệu lực {effective}. Chạy thử nằm trong thời gian có hiệu lực.",
    "The trial begins on {start}, before the effective date {effective}. A trial lies within the time of effect.",
)
declare(
    "REGULATION_WORDS_MISSING", "error",
    "Chưa viết gì. Viết nội dung rồi gửi lại.",
    "Nothing is written. Write something and send it again.",
)
declare(
    "REGULATION_REASON_MISSING", "error",
    "Cần một lý do, để người sau biết vì sao.",
    "A reason is needed, so that others know why.",
)
declare(
    "REGULATION_FILE_EMPTY", "error",
    "Tệp “{name}” rỗng. Chọn lại tệp.",
    "The file “{name}” is empty. Choose it again.",
)
declare(
    "REGULATION_FILE_TOO_LARGE", "error",
    "Tệp “{name}” nặng {size} MB, quá mức {most} MB. Nén hoặc quét lại ở độ phân giải thấp hơn.",
    "The file “{name}” has {size} MB, more than {most} MB. Compress it or scan it at a lower resolution.",
)
declare(
    "REGULATION_FILE_KIND", "error",
    "“{name}” không phải tệp PDF, Word (.docx), JPG hay PNG hợp lệ. Lưu lại thành một trong các loại đó rồi gửi.",
    "“{name}” is not a valid PDF, Word (.docx), JPG or PNG file. Save it as one of these and send it again.",
)
declare(
    "REGULATION_NOT_ASKED", "error",
    "Bản này không cần bạn xác nhận.",
    "This version does not ask for your acknowledgement.",
)
declare(
    "REGULATION_LATE", "warning",
    "Công bố ngày {published}, muộn {days} ngày làm việc so với hạn {due} (3 ngày làm việc sau quyết định). "
    "Đã ghi vào nhật ký.",
    "Published on {published}, {days} working days after the deadline {due} (3 working days after the decision). "
    "The log says so.",
)
# fmt: on
