# ruff: noqa: E501 - a table: one claim per line reads better than six
"""What the people of the demo company believe drives what, and the cards of their KPIs.

Every tactical KPI says which KPI it drives, but for one (CONV); every KPI has a way up to the vision, but for two
(MSHARE and BREACH). That is what the pages about gaps are to show.
"""

from __future__ import annotations

from datetime import date, timedelta

from .axes import Axes
from .catalogue import KPIS
from .people import Staff
from .shocks import LINKS

UNLINKED = "CONV"
ORPHANS = ("MSHARE", "BREACH")
OVERDUE_REVIEW = "STOCKDAYS"
LEFT_OWNER = "SHRINK"

# driver, outcome, sign, lag in months, why it is believed
CLAIMS = (
    # sales
    ("ORDERS", "REV", "+", 0, "Nhiều đơn hơn thì doanh thu cao hơn, nếu giá trị đơn không giảm."),
    ("AOV", "REV", "+", 0, "Đơn lớn hơn thì cùng số lượt thăm bán được nhiều hơn."),
    ("NEWCUST", "REV", "+", 2, "Khách mới cần hai tháng mới đặt hàng đều."),
    ("AR", "DSO", "-", 1, "Thu đúng hạn nhiều hơn thì kỳ thu tiền ngắn lại."),
    ("RETURN", "REV", "-", 0, "Hàng trả lại trừ thẳng vào doanh thu thuần."),
    ("FORECAST", "STOCKDAYS", "-", 1, "Dự báo đúng thì kho không phải giữ dư."),
    ("COVER", "ORDERS", "+", 1, "Mỗi điểm bán hoạt động thêm khoảng hai đơn một tháng."),
    ("CALLS", "ORDERS", "+", 0, "Kênh điện thoại chốt khoảng một đơn cho mười cuộc gọi."),
    ("CHURN", "REV", "-", 1, "Khách rời đi mang theo đơn đều hằng tháng."),
    ("EXPORT", "REV", "+", 0, "Doanh thu xuất khẩu là một phần của doanh thu thuần."),
    ("GROWTH", "PROFIT", "+", 0, "Chi phí cố định không tăng theo, nên tăng trưởng kéo lợi nhuận."),
    ("NEWMEM", "CONV", "+", 1, "Khách thành viên quay lại cửa hàng thường xuyên hơn."),
    # marketing
    ("CTR", "LEADS", "+", 0, "Quảng cáo được nhấp nhiều thì có nhiều người để lại số."),
    ("MKTBUD", "LEADS", "+", 1, "Chi đúng ngân sách thì chiến dịch chạy đủ."),
    ("CAMPAIGN", "LEADS", "+", 1, "Hạng mục trễ thì khách tiềm năng đến muộn một tháng."),
    # finance
    ("CLOSE", "RPTIME", "-", 0, "Khóa sổ sớm thì báo cáo nộp đúng hạn."),
    ("RPTIME", "STRAT", "+", 1, "Có báo cáo đúng hạn thì sáng kiến được quyết sớm."),
    ("RPERR", "RPTIME", "-", 0, "Báo cáo phải sửa thì trễ hạn."),
    ("TAXFINE", "COST", "+", 0, "Tiền phạt và tiền chậm nộp là chi phí tránh được."),
    ("ASSET", "COST", "-", 3, "Kiểm kê khớp thì ít phải mua thay tài sản thất lạc."),
    ("DSO", "PROFIT", "-", 1, "Thu tiền nhanh thì bớt lãi vay vốn lưu động."),
    # people
    ("TIMEFILL", "TURNOVER", "+", 1, "Thiếu người lâu thì người còn lại quá tải và nghỉ theo."),
    ("REVIEWS", "TEAMKPI", "+", 1, "Đánh giá đúng hạn thì điều chỉnh kịp trong quý."),
    ("PAYROLL", "ENPS", "+", 1, "Lương sai một lần là mất niềm tin một quý."),
    ("COACH", "TEAMKPI", "+", 1, "Trao đổi một-một đều thì nhân viên biết mình thiếu gì."),
    ("PUNCT", "TASK", "+", 0, "Đúng giờ thì việc trong ngày không dồn sang hôm sau."),
    ("TASK", "TEAMKPI", "+", 0, "Việc xong đúng hạn thì KPI của người đó đạt."),
    ("TURNOVER", "ENPS", "-", 0, "Đồng nghiệp nghỉ nhiều thì người ở lại bớt gắn kết."),
    ("TEAMKPI", "PROFIT", "+", 1, "Nhiều người đạt KPI thì công ty phải đạt kế hoạch; nếu không, KPI đang sai."),
    # factory, maintenance, quality
    ("OUTPUT", "REV", "+", 0, "Có hàng mới bán được; chỉ đúng khi cầu vượt cung."),
    ("PLAN", "OTD", "+", 0, "Sản xuất đúng kế hoạch thì có hàng giao đúng hẹn."),
    ("UNITCOST", "COST", "+", 0, "Giá thành mỗi lít là phần lớn nhất của tổng chi phí."),
    ("KAIZEN", "OEE", "+", 2, "Sáng kiến áp dụng rồi cần hai tháng mới thấy ở hiệu suất."),
    ("PASTEUR", "DEFECT", "-", 0, "Thanh trùng thiếu nhiệt thì lô phải hủy."),
    ("HYGIENE", "DEFECT", "-", 1, "Xưởng sạch thì nhiễm chéo giảm."),
    ("DOWNTIME", "OEE", "-", 0, "Dừng máy trừ thẳng vào hiệu suất thiết bị."),
    ("MTBF", "OEE", "+", 0, "Máy chạy lâu hơn giữa hai lần hỏng thì hiệu suất tăng."),
    ("ENERGY", "COST", "+", 0, "Điện chiếm khoảng 6 % giá thành."),
    ("CAPA", "FPY", "+", 1, "Khắc phục đúng hạn thì lỗi cũ không lặp lại."),
    ("COMPLAINT", "CSAT", "-", 0, "Mỗi khiếu nại kéo theo vài khách không hài lòng mà không nói."),
    ("AUDITNC", "FPY", "-", 1, "Điểm không phù hợp báo trước lỗi trên dây chuyền."),
    ("OEE", "DEFECT", "-", 0, "Máy chạy ổn định thì ít lỗi lúc khởi động lại."),
    ("ACCIDENT", "ENPS", "-", 1, "Một vụ tai nạn làm cả ca mất tinh thần."),
    ("FPY", "DEFECT", "-", 0, "Đúng ngay lần đầu thì không còn lỗi để đếm."),
    # supply, customer care
    ("COLD", "DEFECT", "+", 0, "Kho lạnh quá nhiệt thì sữa hỏng trước hạn."),
    ("STOCKDAYS", "COST", "+", 0, "Giữ kho lâu thì tốn điện lạnh và tiền vốn."),
    ("INVACC", "OTD", "+", 0, "Tồn kho đúng thì không hứa giao hàng không có."),
    ("FREIGHT", "COST", "+", 0, "Cước vận chuyển là khoản lớn thứ ba của chi phí."),
    ("SUPOTD", "PLAN", "+", 0, "Bao bì về đúng hạn thì dây chuyền không chờ."),
    ("SAVING", "COST", "-", 0, "Mua rẻ hơn cùng chất lượng thì chi phí giảm."),
    ("SHRINK", "COST", "+", 0, "Hao hụt ở cửa hàng là hàng đã trả tiền mà không bán được."),
    ("FRT", "CSAT", "-", 0, "Trả lời trong mười phút thì khách ít bực."),
    ("TICKETS", "CSAT", "+", 0, "Yêu cầu xử lý xong thì khách hài lòng."),
    ("NPS", "BRAND", "+", 1, "Khách giới thiệu cho nhau thì nhiều người biết đến thương hiệu."),
    # information technology, research, board
    ("UPTIME", "OTD", "+", 0, "Hệ thống đứng thì đơn giao không in được."),
    ("SECINC", "UPTIME", "-", 0, "Sự cố an toàn thường làm hệ thống phải dừng."),
    ("SATIN", "ENPS", "+", 1, "Được phòng khác phục vụ tốt thì gắn kết hơn."),
    ("RDSCHED", "NEWPROD", "+", 1, "Nghiên cứu đúng tiến độ thì sản phẩm ra đúng quý."),
    ("TESTOK", "NEWPROD", "+", 1, "Thử nghiệm đạt thì sang bước ra mắt."),
    ("STRAT", "PROFIT", "+", 3, "Sáng kiến chiến lược đúng tiến độ thì quý sau thấy ở lợi nhuận."),
    ("AUDITPLAN", "COST", "-", 3, "Kiểm toán nội bộ tìm ra khoản chi sai trước khi nó lặp lại."),
    ("CONTRACT", "AR", "+", 2, "Hợp đồng rà soát kỹ thì ít tranh cãi lúc thu tiền."),
)  # fmt: skip

# what guards what: neither may be met by harming the other
GUARDRAILS = {
    "REV": "RETURN", "ORDERS": "AOV", "VISITS": "ORDERS", "NEWCUST": "AR", "LEADS": "NEWCUST", "COST": "CSAT",
    "OTD": "FREIGHT", "OUTPUT": "DEFECT", "DEFECT": "OUTPUT", "CSAT": "COST", "TIMEFILL": "TURNOVER",
    "TICKETS": "CSAT", "FRT": "CSAT", "STOCKDAYS": "OTD", "UNITCOST": "FPY", "FPY": "OUTPUT", "SAVING": "COMPLAINT",
    "PROFIT": "ENPS", "NEWPROD": "RETURN", "EXPORT": "DSO",
}  # fmt: skip

# purpose, definition, inclusions, exclusions
CARDS = {
    "REV": ("Biết công ty bán được bao nhiêu sau khi trừ hàng trả lại.", "Doanh thu thuần ghi nhận trong kỳ theo ngày giao hàng.", "Bán cho nhà phân phối, điểm bán, cửa hàng, xuất khẩu.", "Thuế GTGT, chiết khấu, hàng trả lại, hàng biếu."),
    "ORDERS": ("Thấy cầu trước khi thấy doanh thu.", "Số đơn đã xác nhận trong kỳ.", "Đơn của mọi kênh.", "Đơn hủy trước khi giao, đơn nội bộ."),
    "VISITS": ("Việc nhân viên bán hàng tự quyết được mỗi ngày.", "Lượt vào điểm bán có ghi vị trí và ảnh kệ hàng.", "Lượt theo tuyến và lượt đột xuất.", "Hai lượt cùng điểm trong một ngày tính một."),
    "NEWCUST": ("Mạng lưới có lớn lên không.", "Điểm bán có đơn đầu tiên trong kỳ.", "Điểm bán mở lại sau hơn 12 tháng.", "Điểm bán đổi chủ mà giữ địa chỉ."),
    "PROFIT": ("Tăng trưởng có lãi hay chỉ có doanh số.", "Doanh thu thuần trừ tổng chi phí hoạt động.", "Khấu hao, lương, quảng cáo.", "Lãi vay, thuế thu nhập doanh nghiệp."),
    "COST": ("Giữ chi phí dưới đà tăng doanh thu.", "Tổng chi phí hoạt động ghi nhận trong kỳ.", "Giá vốn, bán hàng, quản lý.", "Lãi vay, khoản bất thường đã duyệt."),
    "OTD": ("Giữ lời với khách: hẹn giờ nào, giao giờ đó.", "Đơn giao trong khung giờ đã hẹn chia cho đơn đã giao.", "Mọi tuyến, kể cả thuê ngoài.", "Đơn khách xin dời ngày."),
    "DEFECT": ("Chất lượng không đánh đổi lấy sản lượng.", "Sản phẩm lỗi chia cho sản phẩm làm ra.", "Lỗi bao bì, lỗi vi sinh.", "Mẫu thử của phòng nghiên cứu."),
    "CSAT": ("Khách hài lòng thì ở lại.", "Khách chấm 4–5 điểm chia cho khách trả lời khảo sát.", "Khảo sát sau giao và sau khi gọi tổng đài.", "Phiếu để trống."),
    "ENPS": ("Người làm có muốn giới thiệu công ty cho bạn không.", "Tỷ lệ chấm 9–10 trừ tỷ lệ chấm 0–6.", "Khảo sát ẩn danh hằng quý.", "Nhân viên vào dưới 30 ngày."),
    "BRAND": ("Người mua có nhớ đến thương hiệu không.", "Người kể đúng tên khi hỏi về sữa tươi, chia cho người được hỏi.", "Hai vùng bán hàng chính.", "Người làm trong ngành sữa."),
    "TRAIN": ("Tay nghề đi trước chất lượng.", "Giờ học có điểm danh.", "Học tại xưởng và trên lớp.", "Họp giao ca."),
    "PM": ("Bảo trì trước khi hỏng.", "Lệnh bảo trì làm đúng tuần kế hoạch chia cho lệnh phải làm.", "Máy sản xuất và kho lạnh.", "Sửa chữa đột xuất."),
    "COACH": ("Trưởng đơn vị dành thời gian cho người của mình.", "Buổi trao đổi riêng từ 20 phút có ghi lại việc tiếp theo.", "Gặp trực tiếp hoặc gọi hình.", "Họp nhóm."),
    "CONV": ("Cửa hàng có giữ được khách bước vào không.", "Hóa đơn chia cho lượt khách đếm ở cửa.", "Giờ mở cửa.", "Nhân viên ra vào."),
    "AR": ("Bán được mà thu được.", "Tiền thu đúng hạn chia cho tiền đến hạn.", "Nhà phân phối và điểm bán có hạn nợ.", "Công nợ đang tranh chấp."),
}  # fmt: skip


def links(axes: Axes, staff: Staff, keepers: dict[str, str]) -> list[dict[str, object]]:
    """The claims behind the story (``shocks``) first, then the others. ``keepers``: KPI → unit that answers for it."""
    claimed = date(axes.today.year - 1, 3, 15)
    return [
        {"driver": driver, "outcome": outcome, "sign": sign, "lag": lag, "note": note,
         "claimed_by": staff.heads[keepers[driver]], "claimed_on": claimed + timedelta(days=at % 40)}
        for at, (driver, outcome, sign, lag, note) in enumerate((*LINKS, *CLAIMS))
    ]  # fmt: skip


def card(code: str, axes: Axes, staff: Staff, keeper: str) -> dict[str, object]:
    """What stands on a KPI's card besides its definition: owner, deputy, guardrail, review, words."""
    head = staff.heads[keeper]
    purpose, definition, inclusions, exclusions = CARDS.get(code, ("", "", "", ""))
    review = date(axes.today.year + 1, 1, 31)
    owner = head
    if code == LEFT_OWNER:
        owner = next((p.code for p in staff.people if p.left is not None and p.left < axes.today), head)
    return {
        "owner": owner,
        "deputy": _deputy(staff, keeper, head),
        "guardrail": GUARDRAILS.get(code),
        "review_by": axes.today - timedelta(days=21) if code == OVERDUE_REVIEW else review,
        "purpose": purpose or None,
        "definition": definition or None,
        "inclusions": inclusions or None,
        "exclusions": exclusions or None,
        "status": "active",
    }


def _deputy(staff: Staff, unit: str, head: str) -> str:
    """The longest-serving colleague of the unit who is still here; of a unit that has none, the head of the company."""
    there = [p for p in staff.people if p.unit == unit and p.left is None and p.code != head]
    if not there:
        return next(p.code for p in staff.people if p.left is None and p.code != head)
    return min(there, key=lambda p: (p.joined, p.code)).code


def _checked() -> None:
    """A claim about a KPI that is not there would only show when a page is opened."""
    known = set(KPIS)
    named = {code for claim in CLAIMS for code in claim[:2]} | set(GUARDRAILS) | set(GUARDRAILS.values()) | set(CARDS)
    if not named <= known:
        raise ValueError(f"unknown KPIs: {sorted(named - known)}")


_checked()
