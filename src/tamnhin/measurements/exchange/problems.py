"""Problems that only an import into a company has."""

from __future__ import annotations

from tamnhin.engine.problems import declare

# fmt: off
declare(
    "RECORDED_EARLIER", "warning",
    "Số của {owner} · {kpi} kỳ {period} ghi lúc {found}, trước số đang có ({known}), nên bị bỏ qua. Xóa ô recorded_at "
    "nếu đây là số mới.",
    "The number of {owner} · {kpi} in {period} was recorded at {found}, before the one held ({known}), and is left out."
    " Clear the recorded_at cell if it is a new number.",
)
declare(
    "OWNER_KIND_CHANGED", "error",
    "Mã “{found}” trong công ty đang là {now_vi}, không thể thành {asked_vi}. Dùng mã khác.",
    "The code “{found}” is a {now_en} in this company and cannot become a {asked_en}. Use another code.",
)
declare(
    "UNIT_VERSIONS_DROPPED", "warning",
    "Đơn vị “{found}” có nhiều dòng theo thời gian; chỉ dòng mới nhất được lưu.",
    "The unit “{found}” has several rows over time; only the newest one is kept.",
)
declare(
    "GOAL_STATUS_AGREED", "warning",
    "Mục tiêu “{found}” đang ở bước “{held}” của một thỏa thuận; trạng thái trong tệp ({given}) không được ghi. Đổi "
    "trạng thái ở trang của mục tiêu.",
    "The goal “{found}” is at “{held}” in an agreement; the state in the file ({given}) is not written. Change it on "
    "the goal's page.",
)
declare(
    "COMPANY_CODE_DIFFERS", "warning",
    "Tệp là của công ty “{found}”, đang nhập vào “{code}”. Kiểm tra có đúng tệp không; mã công ty không đổi.",
    "The file is of the company “{found}” and goes into “{code}”. Check that it is the right file; the code stays.",
)
declare(
    "GRADE_BOUND_TAKEN", "error",
    "Xếp loại “{found}” bắt đầu từ {bound}, trùng với một xếp loại khác. Sửa cột from.",
    "The grade “{found}” starts at {bound}, as another grade does. Correct the from column.",
)
declare(
    "PAY_NOT_PERMITTED", "error",
    "Bạn không được sửa lương hiệu quả của {person} nên dòng này bị để ngoài. Nhờ người có quyền xem lương nhập.",
    "You may not change the performance pay of {person}, so the row is left out. Ask someone with access to pay.",
)
declare(
    "IMPORT_FAILED", "error",
    "Nhập bị dừng vì lỗi của hệ thống; dữ liệu còn nguyên như trước. Thử lại, hoặc gửi mã {reference} cho quản trị.",
    "The import stopped on a fault of the system; the data is as it was before. Try again, or send the code {reference}"
    " to your administrator.", fatal=True,
)
declare(
    "FILE_CHANGED", "error",
    "Tệp trên máy chủ không còn đúng như lúc kiểm tra. Tải tệp lên lại.",
    "The file on the server is no longer the one that was checked. Upload it again.", fatal=True,
)
# fmt: on
