"""The `company` sheet: one key and one value per row."""

from __future__ import annotations

from dataclasses import dataclass

from tamnhin.workbook.spec.model import Column, Sheet

COMPANY = Sheet(
    "company",
    "Công ty",
    "Mỗi dòng một khóa và một giá trị. Khóa “value” (giá trị cốt lõi) có thể lặp lại.",
    "One key and one value per row. The key “value” (a core value) may repeat.",
    (
        Column(
            "key", "Khóa", "text", "Tên của thiết lập.", "Name of the setting.", ("mục", "thuộc tính"), required=True
        ),
        Column(
            "value", "Giá trị", "text", "Giá trị của thiết lập.", "Value of the setting.", ("nội dung",), required=True
        ),
    ),
    ("thông tin công ty", "doanh nghiệp"),
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One key of the company sheet and the field of ``engine.book.Company`` it fills."""

    key: str
    attribute: str
    label: str
    vi: str
    en: str
    aliases: tuple[str, ...] = ()


# a table: one setting per entry
# fmt: off
REPEATABLE = frozenset({"value", "perspective"})
SETTINGS = (
    Setting("code", "code", "Mã", "Mã công ty.", "The company's code.", ("mã công ty",)),
    Setting("name", "name", "Tên", "Tên công ty.", "The company's name.", ("tên công ty",)),
    Setting("vision", "vision", "Tầm nhìn", "Tầm nhìn.", "Vision."),
    Setting("mission", "mission", "Sứ mệnh", "Sứ mệnh.", "Mission.", ("sứ mạng",)),
    Setting("value", "values", "Giá trị cốt lõi", "Một giá trị cốt lõi; lặp lại được.", "One core value; repeatable.",
            ("giá trị",)),
    Setting("perspective", "perspectives", "Viễn cảnh", "Một viễn cảnh “mã: tên | tên tiếng Anh”; lặp lại được.",
            "One perspective “code: name | English name”; repeatable.", ("khía cạnh",)),
    Setting("fiscal_year_start", "fiscal_year_start", "Tháng đầu năm tài chính", "Từ 1 đến 12; mặc định 1.",
            "From 1 to 12; default 1.", ("năm tài chính bắt đầu",)),
    Setting("time_zone", "time_zone", "Múi giờ", "Ví dụ Asia/Ho_Chi_Minh.", "For example Asia/Ho_Chi_Minh."),
    Setting("currency", "currency", "Tiền tệ", "Mã tiền: VND.", "Currency code: VND.", ("loại tiền", "đồng tiền")),
    Setting("language", "language", "Ngôn ngữ", "vi hoặc en; quyết định cách đọc số viết dạng chữ.",
            "vi or en; decides how numbers typed as text are read."),
    Setting("working_week", "working_week", "Tuần làm việc", "Ví dụ mon-fri hoặc mon-sat.",
            "For example mon-fri or mon-sat.", ("ngày làm việc",)),
    Setting("holidays", "holidays", "Ngày lễ", "VN, mã nước khác, hoặc none.", "VN, another country code, or none.",
            ("lịch nghỉ lễ",)),
    Setting("proration", "proration", "Tính theo ngày", "working_days hoặc calendar_days.",
            "working_days or calendar_days.", ("cách tính ngày",)),
    Setting("floor", "floor", "Điểm sàn", "Điểm thấp nhất của một dòng; mặc định 0.",
            "Lowest score of a line; default 0.", ("sàn",)),
    Setting("cap", "cap", "Điểm trần", "Điểm cao nhất của một dòng; mặc định 120.",
            "Highest score of a line; default 120.", ("trần",)),
    Setting("period_score", "period_score", "Điểm kỳ dài", "aggregate hoặc mean_of_scores.",
            "aggregate or mean_of_scores.", ("cách tính điểm kỳ",)),
    Setting("minimum_eligibility", "minimum_eligibility", "Thời gian tối thiểu",
            "Phần trăm số ngày của kỳ; dưới mức này thì không xếp loại.",
            "Per cent of the period's days below which a result is not rated.", ("điều kiện tối thiểu",)),
    Setting("minimum_group", "minimum_group", "Nhóm tối thiểu", "Số người ít nhất để hiện phân bổ xếp loại.",
            "Smallest group for which quotas are shown.", ("số người tối thiểu",)),
)
