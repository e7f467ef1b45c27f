"""The first page of the template, in Vietnamese and in English."""

from __future__ import annotations

from tamnhin.workbook.spec import SHEETS


def guide_lines(language: str, year: int) -> list[tuple[str, str]]:
    """Two columns of text; the first line is the title."""
    vietnamese = language == "vi"
    lines = _VI if vietnamese else _EN
    pages = [
        (sheet.label if vietnamese else sheet.name, sheet.vi if vietnamese else sheet.en) for sheet in SHEETS.values()
    ]
    filled = [(left.replace("{year}", str(year)), right.replace("{year}", str(year))) for left, right in lines]
    return [*filled, ("", ""), ("Các trang" if vietnamese else "Sheets", ""), *pages]


_VI: tuple[tuple[str, str], ...] = (
    ("Tệp KPI của công ty", ""),
    ("Bắt đầu", "Các dòng nền vàng là ví dụ. Ghi đè bằng số liệu của công ty, xóa dòng không dùng."),
    ("Bắt buộc", "Chỉ ba trang bắt buộc: KPI, Thẻ điểm, Thực hiện. Cột có dấu * phải điền."),
    ("Ô trống", "Ô trống nghĩa là chưa nói gì, không bao giờ là số 0. Kết quả bằng 0 thì nhập 0."),
    ("Kỳ", "{year}, {year}-H1, {year}-Q1, {year}-03, {year}-W05 hoặc một ngày {year}-03-15."),
    ("Viết ngang", "Ở Chỉ tiêu và Thực hiện có thể bỏ cột Kỳ và thêm mỗi kỳ một cột, tiêu đề là tên kỳ."),
    ("Số", "Nên nhập ô dạng số. Số viết dạng chữ theo ngôn ngữ ở trang Công ty: 1.234,5 (vi) hoặc 1,234.5 (en)."),
    ("Trọng số", "Trọng số của mỗi chủ thể cộng lại đúng 100. Nhập 60, không nhập 60% hay 0,6."),
    ("Tính thử", "tamnhin evaluate TỆP.xlsx --period {year}-01"),
)

_EN: tuple[tuple[str, str], ...] = (
    ("The company's KPI file", ""),
    ("Start", "Rows on yellow are examples. Overwrite them with your own and delete what you do not need."),
    ("Required", "Only three sheets are required: kpis, scorecards, actuals. Columns with a * must be filled in."),
    ("Blank cells", "A blank cell says nothing and is never 0. Where the result is 0, enter 0."),
    ("Periods", "{year}, {year}-H1, {year}-Q1, {year}-03, {year}-W05 or a day {year}-03-15."),
    (
        "Wide form",
        "In targets and actuals, one column per period may replace the period column, headed by its key.",
    ),
    ("Numbers", "Type true numbers. Numbers typed as text follow the company's language: 1.234,5 (vi), 1,234.5 (en)."),
    ("Weights", "An owner's weights total exactly 100. Enter 60, not 60% and not 0.6."),
    ("Try it", "tamnhin evaluate FILE.xlsx --period {year}-01"),
)
