"""The sheets of the organisation: units, people, placements, absences."""

from __future__ import annotations

from tamnhin.workbook.spec.model import Column, Sheet

# a table: one column of a sheet per entry
# fmt: off

_FROM_VI = "Có hiệu lực từ ngày này; để trống là từ đầu."
_FROM_EN = "In force from this day; blank means from the start."
_TO_VI = "Có hiệu lực đến hết ngày này; để trống là chưa kết thúc."
_TO_EN = "In force to the end of this day; blank means open."

UNITS = Sheet(
    "units",
    "Phòng ban",
    "Cây đơn vị. Không có trang này thì cả công ty là một đơn vị tên “company”.",
    "The unit tree. Without this sheet the whole company is one unit called “company”.",
    (
        Column("code", "Mã", "code", "Mã đơn vị, không trùng với mã nhân viên.",
               "The unit's code, different from every person's.", ("mã đơn vị", "mã phòng ban"), required=True),
        Column("name", "Tên", "text", "Tên đơn vị.", "The unit's name.",
               ("tên đơn vị", "tên phòng ban"), required=True),
        Column("parent", "Trực thuộc", "code", "Mã đơn vị cấp trên; đơn vị cao nhất để trống.",
               "Code of the unit above; blank at the top.", ("đơn vị cấp trên", "đơn vị cha", "cấp trên"),
               refers="units"),
        Column("kind", "Loại", "text", "Loại đơn vị: khối, phòng, nhóm… (tự đặt).",
               "Kind of unit: division, department, team… (your own words).", ("loại đơn vị",)),
        Column("head", "Trưởng", "code", "Mã nhân viên của người đứng đầu.", "Code of the person who heads it.",
               ("trưởng đơn vị", "trưởng phòng", "người đứng đầu"), refers="people", soft=True),
        Column("from", "Từ ngày", "date", _FROM_VI, _FROM_EN, ("từ", "ngày bắt đầu", "hiệu lực từ")),
        Column("to", "Đến ngày", "date", _TO_VI, _TO_EN, ("đến", "ngày kết thúc", "hiệu lực đến")),
    ),
    ("đơn vị", "bộ phận", "cơ cấu tổ chức"),
    examples=(
        {"code": "CTY", "name": "Công ty (ví dụ)", "kind": "công ty"},
        {"code": "KD", "name": "Phòng Kinh doanh (ví dụ)", "parent": "CTY", "kind": "phòng", "head": "NV01"},
    ),
)

PEOPLE = Sheet(
    "people",
    "Nhân viên",
    "Mỗi người một dòng.",
    "One row per person.",
    (
        Column("code", "Mã", "code", "Mã nhân viên.", "The person's code.", ("mã nhân viên", "mã nv", "msnv"),
               required=True),
        Column("name", "Họ tên", "text", "Họ và tên.", "Full name.", ("tên", "họ và tên", "tên nhân viên"),
               required=True),
        Column("email", "Thư điện tử", "text", "Địa chỉ e-mail để đăng nhập và nhận nhắc việc.",
               "E-mail address for logging in and reminders.", ("e-mail", "địa chỉ email")),
        Column("unit", "Phòng ban", "code", "Mã đơn vị đang làm.", "Code of the unit the person works in.",
               ("đơn vị", "bộ phận", "mã phòng ban", "mã đơn vị"), refers="units"),
        Column("position", "Chức danh", "text", "Chức danh công việc.", "Job title.", ("vị trí", "chức vụ")),
        Column("manager", "Quản lý", "code", "Mã nhân viên của người quản lý trực tiếp.",
               "Code of the direct manager.", ("quản lý trực tiếp", "cấp trên", "người quản lý"),
               refers="people", soft=True),
        Column("joined", "Ngày vào", "date", "Ngày bắt đầu làm việc.", "First day at work.",
               ("ngày vào làm", "ngày nhận việc")),
        Column("left", "Ngày nghỉ", "date", "Ngày làm việc cuối cùng; đang làm thì để trống.",
               "Last day at work; blank while employed.", ("ngày nghỉ việc", "ngày thôi việc")),
    ),
    ("nhân sự", "danh sách nhân viên", "người"),
    examples=(
        {"code": "NV01", "name": "Nguyễn Văn Ví Dụ", "email": "vidu@example.com", "unit": "KD",
         "position": "Trưởng phòng Kinh doanh", "joined": "{year}-01-01"},
    ),
)

PLACEMENTS = Sheet(
    "placements",
    "Điều chuyển",
    "Ai làm ở đâu, từ ngày nào. Có dòng ở đây thì thay cho cột Phòng ban của trang Nhân viên.",
    "Who works where, from when. Rows here override the unit column of people.",
    (
        Column("person", "Nhân viên", "code", "Mã nhân viên.", "The person's code.", ("mã nhân viên", "người"),
               required=True, refers="people"),
        Column("unit", "Phòng ban", "code", "Mã đơn vị.", "The unit's code.", ("đơn vị", "bộ phận", "mã đơn vị"),
               required=True, refers="units"),
        Column("from", "Từ ngày", "date", "Ngày bắt đầu ở đơn vị này.", "First day in this unit.",
               ("từ", "ngày bắt đầu"), required=True),
        Column("to", "Đến ngày", "date", _TO_VI, _TO_EN, ("đến", "ngày kết thúc")),
        Column("share", "Tỷ trọng", "number", "Phần trăm thời gian (60 là 60 %); để trống là 100.",
               "Percentage of the working time (60 means 60 %); blank means 100.",
               ("tỷ lệ", "phần trăm", "tỷ lệ thời gian"), low=0, high=100, above=True),
        Column("position", "Chức danh", "text", "Chức danh ở đơn vị này.", "Job title in this unit.",
               ("vị trí", "chức vụ")),
        Column("manager", "Quản lý", "code", "Mã người quản lý ở đơn vị này.", "Code of the manager in this unit.",
               ("quản lý trực tiếp", "người quản lý"), refers="people", soft=True),
    ),
    ("phân công", "quá trình công tác", "luân chuyển"),
    examples=(
        {"person": "NV01", "unit": "KD", "from": "{year}-01-01", "share": 100.0,
         "position": "Trưởng phòng Kinh doanh"},
    ),
)

ABSENCES = Sheet(
    "absences",
    "Nghỉ phép",
    "Những ngày nghỉ dài làm giảm chỉ tiêu theo ngày công (thai sản, không lương…).",
    "Leave that scales targets down by working days (maternity, unpaid…).",
    (
        Column("person", "Nhân viên", "code", "Mã nhân viên.", "The person's code.", ("mã nhân viên", "người"),
               required=True, refers="people"),
        Column("from", "Từ ngày", "date", "Ngày nghỉ đầu tiên.", "First day away.", ("từ", "ngày bắt đầu"),
               required=True),
        Column("to", "Đến ngày", "date", "Ngày nghỉ cuối cùng.", "Last day away.", ("đến", "ngày kết thúc"),
               required=True),
        Column("kind", "Loại", "text", "Loại nghỉ (tự đặt).", "Kind of leave (your own words).",
               ("loại nghỉ", "lý do")),
    ),
    ("vắng mặt", "ngày nghỉ phép", "nghỉ"),
    examples=({"person": "NV01", "from": "{year}-07-06", "to": "{year}-07-10", "kind": "nghỉ phép năm"},),
)

SHEETS = (UNITS, PEOPLE, PLACEMENTS, ABSENCES)
