"""The problems of files, sheets and cells. Importing this module adds them to the catalogue."""

from __future__ import annotations

from tamnhin.engine.problems import declare

# fmt: off
# --- the file as a whole ---
declare(
    "FILE_MISSING", "error",
    "Không có tệp “{path}”. Kiểm tra lại tên và thư mục.",
    "There is no file “{path}”. Check the name and the folder.", fatal=True,
)
declare(
    "FILE_FORBIDDEN", "error",
    "Không được phép đọc “{path}”. Đóng tệp ở chương trình khác hoặc xin quyền đọc.",
    "Reading “{path}” is not permitted. Close it in other programs or ask for permission.", fatal=True,
)
declare(
    "FILE_EMPTY", "error",
    "“{path}” trống, không có gì để đọc. Bắt đầu từ tệp mẫu: tamnhin template.",
    "“{path}” is empty. Start from the template: tamnhin template.", fatal=True,
)
declare(
    "FILE_TYPE_UNKNOWN", "error",
    "“{path}” không phải bảng tính .xlsx, .ods hay thư mục các tệp .csv. Mở bằng Excel hoặc LibreOffice rồi "
    "lưu thành .xlsx.",
    "“{path}” is not an .xlsx or .ods spreadsheet nor a folder of .csv files. Open it in Excel or LibreOffice and save "
    "it as .xlsx.", fatal=True,
)
declare(
    "FILE_OLD_FORMAT", "error",
    "“{path}” là định dạng cũ ({kind}), không báo được ô lỗi. Mở bằng Excel hoặc LibreOffice rồi lưu thành .xlsx.",
    "“{path}” is in an older format ({kind}) that does not tell faulty cells. Open it in Excel or LibreOffice and save "
    "it as .xlsx.", fatal=True,
)
declare(
    "FILE_PROTECTED", "error",
    "“{path}” có mật khẩu. Bỏ mật khẩu (Tệp › Thông tin › Bảo vệ) rồi lưu lại.",
    "“{path}” is protected by a password. Remove it (File › Info › Protect) and save again.", fatal=True,
)
declare(
    "FILE_CORRUPT", "error",
    "“{path}” bị hỏng, không đọc được. Mở bằng Excel hoặc LibreOffice để sửa rồi lưu lại, hoặc lấy bản khác.",
    "“{path}” is damaged and cannot be read. Repair it in Excel or LibreOffice and save again, or take another copy.",
    fatal=True,
)
declare(
    "FILE_TOO_LARGE", "error",
    "“{path}”: phần {part} bung ra {size} MB, quá giới hạn {limit} MB. Tách nhỏ tệp hoặc nhập thẳng vào cơ sở dữ liệu.",
    "“{path}”: its part {part} unpacks to {size} MB, over the limit of {limit} MB. Split the file or load the database "
    "directly.", fatal=True,
)
declare(
    "FILE_BOMB", "error",
    "“{path}”: phần {part} nén gấp {ratio} lần, không phải bảng tính bình thường. Tệp bị từ chối; lưu lại "
    "bằng Excel rồi thử.",
    "“{path}”: its part {part} is compressed {ratio} times, which no ordinary spreadsheet is. Refused; save "
    "it again in "
    "Excel and retry.", fatal=True,
)
declare(
    "SHEET_TOO_LARGE", "error",
    "Trang “{name}” trải {rows} dòng × {columns} cột, quá giới hạn. Xóa những ô thừa ở xa bảng (Ctrl+End để tìm).",
    "The sheet “{name}” spans {rows} rows × {columns} columns, over the limit. Delete stray cells far from the table "
    "(Ctrl+End finds them).", fatal=True,
)
declare(
    "ENCODING_NOT_UTF8", "error",
    "{name} dòng {line}: không phải UTF-8 (byte {byte}). Lưu lại thành “CSV UTF-8”; một tệp chỉ dùng một bảng mã.",
    "{name} line {line}: not UTF-8 (byte {byte}). Save it as “CSV UTF-8”; one file has one encoding.", fatal=True,
)
declare(
    "CSV_BROKEN", "error",
    "{name} dòng {line}: không đọc được dòng này ({reason}). Kiểm tra dấu nháy kép.",
    "{name} line {line}: this line cannot be read ({reason}). Check the double quotes.", fatal=True,
)
# --- sheets and columns ---
declare(
    "SHEET_MISSING", "error",
    "Thiếu trang bắt buộc “{name}” ({label}). Thêm trang này; tệp mẫu có sẵn.",
    "The required sheet “{name}” ({label}) is missing. Add it; the template has it.", fatal=True,
)
declare(
    "SHEET_UNKNOWN", "warning",
    "Không biết trang “{name}” nên bỏ qua.{hint_vi}",
    "The sheet “{name}” is not known and is ignored.{hint_en}",
)
declare(
    "SHEET_TWICE", "error",
    "Hai trang “{first}” và “{name}” đều là {canonical}. Trang “{name}” bị bỏ qua; gộp hai trang làm một.",
    "Both “{first}” and “{name}” are {canonical}. “{name}” is left out; merge the two.",
)
declare(
    "COLUMN_MISSING", "error",
    "Trang “{name}” thiếu cột bắt buộc “{column}” ({label}) nên cả trang bị để ngoài. Thêm cột này.",
    "The sheet “{name}” lacks the required column “{column}” ({label}), so the sheet is left out. Add the column.",
)
declare(
    "REQUIRED_COLUMN_MISSING", "error",
    "Trang bắt buộc “{name}” thiếu cột “{column}” ({label}). Thêm cột này.",
    "The required sheet “{name}” lacks the column “{column}” ({label}). Add the column.", fatal=True,
)
declare(
    "COLUMN_UNKNOWN", "warning",
    "Không biết cột “{heading}” nên bỏ qua.{hint_vi}",
    "The column “{heading}” is not known and is ignored.{hint_en}",
)
declare(
    "COLUMN_TWICE", "error",
    "Hai cột {first} và {second} đều là “{column}”. Cột {second} bị bỏ qua; xóa một cột.",
    "Columns {first} and {second} are both “{column}”. {second} is left out; delete one of them.",
)
declare(
    "COLUMN_NOT_IN_WIDE", "warning",
    "Trang viết ngang (mỗi kỳ một cột) không dùng được cột “{heading}” nên bỏ qua. Cần cột này thì viết dọc, "
    "có cột Kỳ.",
    "A wide sheet (one column per period) cannot carry the column “{heading}”, which is ignored. Use the long "
    "form, with "
    "a period column.",
)
declare(
    "WIDE_AND_LONG", "error",
    "Trang có cả cột Kỳ lẫn cột mang tên kỳ “{heading}”. Cột “{heading}” bị bỏ qua; chỉ dùng một cách viết.",
    "The sheet has both a period column and a column headed by the period “{heading}”, which is left out. Use "
    "one form.",
)
# --- cells ---
declare(
    "CELL_MISSING", "error",
    "Ô “{column}” bắt buộc nhưng để trống. Điền vào, hoặc xóa cả dòng.",
    "The cell “{column}” is required but blank. Fill it in or delete the row.",
)
declare(
    "CELL_ERROR", "error",
    "Ô mang lỗi bảng tính {found}. Sửa công thức trong tệp rồi nhập lại.",
    "The cell holds the spreadsheet error {found}. Correct its formula and import again.",
)
declare(
    "FORMULA_NOT_CALCULATED", "error",
    "Ô có công thức chưa được tính. Mở tệp bằng Excel hoặc LibreOffice, lưu lại rồi nhập.",
    "The cell has a formula that was never calculated. Open the file in Excel or LibreOffice, save it, and import.",
)
declare(
    "NUMBER_BAD", "error",
    "“{found}” không phải số. Viết số như {example}, không kèm chữ hay đơn vị.",
    "“{found}” is not a number. Write numbers as {example}, without words or units.",
)
declare(
    "NUMBER_AMBIGUOUS", "error",
    "“{found}” hiểu được hai cách ({first} hoặc {second}). Ghi ngôn ngữ (vi hoặc en) ở trang công ty, hoặc "
    "nhập ô dạng số.",
    "“{found}” can be read two ways ({first} or {second}). Give the language (vi or en) on the company sheet, "
    "or type a "
    "true number.",
)
declare(
    "NUMBER_OUT_OF_RANGE", "error",
    "{found} ngoài phạm vi cho phép: {range}. Sửa lại con số.",
    "{found} is out of range: {range}. Correct the number.",
)
declare(
    "NUMBER_NOT_WHOLE", "error",
    "“{found}” phải là số nguyên.",
    "“{found}” must be a whole number.",
)
declare(
    "DATE_BAD", "error",
    "“{found}” không phải ngày. Viết 2026-03-15 hoặc nhập ô dạng ngày.",
    "“{found}” is not a date. Write 2026-03-15 or type a true date.",
)
declare(
    "DATE_AMBIGUOUS", "error",
    "“{found}” hiểu được hai cách ({first} hoặc {second}). Viết dạng 2026-03-15 hoặc nhập ô dạng ngày.",
    "“{found}” can be read two ways ({first} or {second}). Write it as 2026-03-15 or type a true date.",
)
declare(
    "INSTANT_BAD", "error",
    "“{found}” không phải thời điểm. Viết 2026-03-15T08:30:00 hoặc nhập ô dạng ngày giờ.",
    "“{found}” is not an instant. Write 2026-03-15T08:30:00 or type a true date and time.",
)
declare(
    "PERIOD_TWICE", "error",
    "Hai cột {first} và {second} cùng là kỳ {period}. Cột {second} bị bỏ qua; sửa tiêu đề.",
    "Columns {first} and {second} are both the period {period}. {second} is left out; correct the heading.",
)
declare(
    "CHOICE_NOT_ALLOWED", "error",
    "“{found}” không dùng được ở cột “{column}”.{hint_vi} Chọn một trong: {allowed_vi}.",
    "“{found}” is not allowed in the column “{column}”.{hint_en} Choose one of: {allowed_en}.",
)
declare(
    "CODE_TOO_LONG", "error",
    "Mã dài {length} ký tự, tối đa {limit}. Rút ngắn mã.",
    "The code has {length} characters; the limit is {limit}. Shorten it.",
)
declare(
    "TEXT_TOO_LONG", "error",
    "Ô có {length} ký tự, tối đa {limit}. Rút ngắn, hoặc đưa tài liệu ra ngoài và dẫn liên kết.",
    "The cell has {length} characters; the limit is {limit}. Shorten it, or keep the document elsewhere and "
    "link to it.",
)
# --- rows ---
declare(
    "KEY_TWICE", "error",
    "Dòng {second} trùng khóa ({key}) với dòng {first}. Dòng {second} bị để ngoài; xóa hoặc sửa một dòng.",
    "Row {second} repeats the key ({key}) of row {first}. Row {second} is left out; delete or correct one.",
)
declare(
    "UNIT_UNKNOWN", "error",
    "Không có đơn vị nào mang mã “{found}”.{hint_vi} Sửa mã, hoặc thêm đơn vị.",
    "No unit has the code “{found}”.{hint_en} Correct the code or add the unit.",
)
declare(
    "PERSON_UNKNOWN", "error",
    "Không có nhân viên nào mang mã “{found}”.{hint_vi} Sửa mã, hoặc thêm nhân viên.",
    "No person has the code “{found}”.{hint_en} Correct the code or add the person.",
)
declare(
    "OWNER_UNKNOWN", "error",
    "Không có đơn vị hay nhân viên nào mang mã “{found}”.{hint_vi} Sửa mã, hoặc thêm vào trang đơn vị hay nhân viên.",
    "No unit or person has the code “{found}”.{hint_en} Correct the code or add it to units or people.",
)
declare(
    "KPI_UNKNOWN", "error",
    "Không có KPI nào mang mã “{found}”.{hint_vi} Sửa mã, hoặc thêm KPI.",
    "No KPI has the code “{found}”.{hint_en} Correct the code or add the KPI.",
)
declare(
    "GOAL_UNKNOWN", "error",
    "Không có mục tiêu nào mang mã “{found}”.{hint_vi} Sửa mã, hoặc thêm mục tiêu.",
    "No goal has the code “{found}”.{hint_en} Correct the code or add the goal.",
)
declare(
    "REFERENCE_LEFT_OUT", "warning",
    "“{found}” ở trang “{place}” đang có lỗi nên {count} dòng nhắc tới nó (cột “{column}”) cũng {effect_vi}. "
    "Sửa lỗi kia trước.",
    "“{found}” on “{place}” has a fault, so {count} rows that refer to it (column “{column}”) are {effect_en}. Correct "
    "that fault first.",
)
declare(
    "OWNER_CODE_SHARED", "error",
    "Mã “{found}” vừa là đơn vị vừa là nhân viên. Đổi một trong hai mã; dòng nhân viên bị để ngoài.",
    "The code “{found}” is both a unit and a person. Change one of them; the person's row is left out.",
)
declare(
    "GOAL_CYCLE", "error",
    "Mục tiêu phục vụ vòng quanh: {path}. Sửa cột Trực thuộc.",
    "The goals serve each other in a circle: {path}. Correct the parent column.",
)
declare(
    "PLACEMENTS_OVER_100", "error",
    "Từ {date}, {person} có các vị trí cộng lại {total} %. Sửa tỷ trọng, hoặc ghi ngày kết thúc cho vị trí cũ.",
    "From {date} the posts of {person} total {total}%. Correct the shares, or give the earlier post an end date.",
)
declare(
    "DATES_REVERSED", "error",
    "Ngày kết thúc {last} trước ngày bắt đầu {first}. Sửa một trong hai ngày.",
    "The end {last} is before the start {first}. Correct one of the dates.",
)
declare(
    "BOUNDS_REVERSED", "error",
    "Cận dưới {low} lớn hơn cận trên {high}. Sửa một trong hai số.",
    "The lower bound {low} is above the upper bound {high}. Correct one of them.",
)
declare(
    "STATE_AND_VALUE", "error",
    "Dòng vừa có trạng thái “{state}” vừa có con số. Xóa một trong hai.",
    "The row has both the state “{state}” and a number. Delete one of them.",
)
declare(
    "COMPONENT_MISSING", "error",
    "Có {present} mà không có {missing}. Nhập cả hai, hoặc bỏ cả hai.",
    "{present} is given without {missing}. Enter both or neither.",
)
declare(
    "SAME_KPI_TWICE", "error",
    "KPI “{found}” được nối với chính nó. Chọn hai KPI khác nhau.",
    "The KPI “{found}” is linked to itself. Choose two different KPIs.",
)
# --- the company sheet ---
declare(
    "COMPANY_KEY_UNKNOWN", "warning",
    "Không biết khóa “{found}” nên bỏ qua.{hint_vi}",
    "The key “{found}” is not known and is ignored.{hint_en}",
)
declare(
    "COMPANY_VALUE_BAD", "error",
    "“{found}” không dùng được cho “{key}”: cần {expected_vi}. Tạm dùng giá trị mặc định {default}.",
    "“{found}” cannot be used for “{key}”: {expected_en} is needed. The default {default} is used meanwhile.",
)
# --- too many ---
declare(
    "MORE_PROBLEMS", "info",
    "Còn {count} ô nữa cùng lỗi {code} ở cột “{column}”. Sửa cách nhập cả cột.",
    "There are {count} more cells with {code} in the column “{column}”. Correct how the column is filled in.",
)
# fmt: on
