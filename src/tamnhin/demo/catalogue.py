# ruff: noqa: E501 - a table: one KPI per line reads better than eight
"""The demo company's KPIs: what each one is, and how its numbers behave."""

from __future__ import annotations

from dataclasses import dataclass

HIGHER, LOWER, BAND = "higher", "lower", "band"


@dataclass(frozen=True, slots=True)
class Kpi:
    """One KPI of the demo and the model its measurements are drawn from.

    ``model`` is one of ``flow`` (an amount or count), ``share`` (numerator is part of the denominator), ``per``
    (numerator per denominator), ``gap`` (hours between events), ``net`` (promoters less detractors), ``level`` (a
    reading), ``rare`` (a count around ``base``), ``stage`` (a milestone) and ``formula``. ``base`` is the usual
    monthly target, ``volume`` the usual denominator or weight, ``reach`` how strongly performance moves the number,
    ``noise`` the standard deviation of the unexplained part of its logarithm, ``lead`` how far the logarithm runs
    ahead of the target, ``season`` the exponent on the company's season, ``grain`` the step numbers are rounded to.
    """

    code: str
    name: str
    name_en: str
    unit: str
    direction: str
    aggregation: str
    frequency: str
    level: str
    domain: str
    timing: str
    flow: str
    perspective: str
    source: str
    model: str
    base: float
    volume: float = 0.0
    reach: float = 1.0
    noise: float = 0.04
    season: float = 0.0
    grain: float = 1.0
    lead: float = 0.0
    scale: float | None = None
    across: str | None = None
    formula: str | None = None

    @property
    def automatic(self) -> bool:
        """True where the source system already knows the open month's number to date."""
        return self.source not in (MANUAL, SURVEY)


MANUAL, SURVEY = "nhập tay", "khảo sát"
SAP, DMS, MES, CRM, HRM, WMS, POS, ADS = (
    "SAP B1", "DMS", "MES", "Tổng đài CRM", "Base HRM", "WMS", "POS", "Meta/Google Ads",
)  # fmt: skip

_LEVEL = {"S": "strategic", "T": "tactical"}
_DOMAIN = {"B": "sale", "N": "non_sale"}
_TIMING = {"D": "leading", "K": "lagging"}
_FLOW = {"I": "input", "O": "output"}
_VIEW = {"F": "financial", "C": "customer", "I": "internal", "L": "learning"}
_MONTH = {"w": "week", "m": "month", "q": "quarter", "h": "half", "y": "year", "d": "day"}


def _kpi(
    code: str, name: str, name_en: str, unit: str, direction: str, aggregation: str, frequency: str, axes: str,
    source: str, model: str, base: float, volume: float = 0.0, **more: object,
) -> Kpi:  # fmt: skip
    level, domain, timing, flow, view = tuple(axes)
    return Kpi(
        code, name, name_en, unit, direction, aggregation, _MONTH[frequency], _LEVEL[level], _DOMAIN[domain],
        _TIMING[timing], _FLOW[flow], _VIEW[view], source, model, base, volume, **more,  # type: ignore[arg-type]
    )  # fmt: skip


# `axes`: strategic/tactical · sale (B)/non-sale · leading (D)/lagging (K) · input/output · perspective F C I L.
# fmt: off
_ROWS: tuple[Kpi, ...] = (
    # --- selling ---
    _kpi("REV", "Doanh thu thuần", "Net revenue", "VND", HIGHER, "sum", "m", "SBKOF", SAP, "flow", 1.6e9, season=1, grain=1e5),
    _kpi("ORDERS", "Số đơn hàng", "Orders", "đơn", HIGHER, "sum", "m", "TBKOC", DMS, "flow", 100, season=1),
    _kpi("AOV", "Giá trị đơn hàng bình quân", "Average order value", "VND", HIGHER, "ratio", "m", "TBKOF", SAP, "formula", 1.6e7, formula="REV / ORDERS", grain=1e4),
    _kpi("VISITS", "Lượt thăm điểm bán", "Outlet visits", "lượt", HIGHER, "sum", "m", "TBDIC", DMS, "flow", 180, noise=.03),
    _kpi("NEWCUST", "Khách hàng mới", "New customers", "khách", HIGHER, "sum", "m", "TBKOC", DMS, "flow", 12, noise=.08),
    _kpi("AR", "Tỷ lệ thu hồi công nợ đúng hạn", "Receivables collected on time", "%", HIGHER, "ratio", "m", "TBKOF", SAP, "share", 94, 1.3e9, reach=.4, noise=.02, grain=1e5, scale=100),
    _kpi("RETURN", "Tỷ lệ hàng bán bị trả lại", "Sales return rate", "%", LOWER, "ratio", "m", "TBKOC", SAP, "share", 1.8, 1.6e9, noise=.08, grain=1e5, scale=100),
    _kpi("FORECAST", "Độ chính xác dự báo nhu cầu", "Demand forecast accuracy", "%", HIGHER, "weighted_mean", "m", "TBDOI", SAP, "level", 88, 1200, reach=.5, noise=.03, grain=.1),
    _kpi("COVER", "Số điểm bán đang hoạt động", "Active outlets", "điểm", HIGHER, "last", "m", "TBDOC", DMS, "level", 1450, reach=.4, noise=.015, across="sum"),
    _kpi("CHURN", "Tỷ lệ khách hàng rời bỏ", "Customer churn", "%", LOWER, "compound", "m", "SBKOC", DMS, "level", 1.5, noise=.1, grain=.01, across="mean"),
    _kpi("MSHARE", "Thị phần sữa nước", "Liquid milk market share", "%", HIGHER, "none", "q", "SBKOF", SURVEY, "level", 6.5, reach=.6, noise=.02, grain=.1),
    _kpi("EXPORT", "Doanh thu xuất khẩu", "Export revenue", "VND", HIGHER, "sum", "m", "SBKOF", SAP, "flow", 1.2e9, noise=.08, grain=100),
    _kpi("CALLS", "Cuộc gọi bán hàng", "Sales calls", "cuộc", HIGHER, "sum", "m", "TBDII", CRM, "flow", 60, noise=.03),
    # --- marketing ---
    _kpi("LEADS", "Khách hàng tiềm năng", "Leads", "khách", HIGHER, "sum", "w", "TBDOC", ADS, "flow", 60, noise=.06),
    _kpi("CTR", "Tỷ lệ nhấp quảng cáo", "Click-through rate", "%", HIGHER, "ratio", "w", "TNDOC", ADS, "share", 1.9, 120_000, noise=.05, scale=100),
    _kpi("SOCIAL", "Lượt tương tác mạng xã hội", "Social engagements", "lượt", HIGHER, "sum", "m", "TNDOC", ADS, "flow", 26_000, noise=.04),
    _kpi("BRAND", "Mức độ nhận biết thương hiệu", "Brand awareness", "%", HIGHER, "ratio", "y", "SNKOC", SURVEY, "share", 42, 1200, reach=.6, scale=100),
    _kpi("MKTBUD", "Mức sử dụng ngân sách marketing", "Marketing budget used", "%", BAND, "ratio", "m", "TNKIF", SAP, "per", 100, 9e8, reach=0, noise=.06, grain=1e5, scale=100),
    _kpi("CAMPAIGN", "Tỷ lệ hạng mục chiến dịch đúng hạn", "Campaign items on time", "%", HIGHER, "ratio", "m", "TNDOI", MANUAL, "share", 90, 14, reach=.6, scale=100),
    # --- finance and accounting ---
    _kpi("COST", "Tổng chi phí", "Total cost", "VND", LOWER, "sum", "m", "SNKIF", SAP, "flow", 3.5e8, reach=.15, noise=.012, lead=.012, grain=1e5),
    _kpi("PROFIT", "Lợi nhuận hoạt động", "Operating profit", "VND", HIGHER, "sum", "m", "SNKOF", SAP, "formula", 0, formula="REV - COST", grain=1e5),
    _kpi("GROWTH", "Tăng trưởng doanh thu so với cùng kỳ", "Revenue growth on last year", "%", HIGHER, "ratio", "m", "SBKOF", SAP, "formula", 6, formula="(REV - REV[-12]) / REV[-12] * 100", grain=.1),
    _kpi("CLOSE", "Số ngày khóa sổ", "Days to close the books", "ngày", LOWER, "mean", "m", "TNKOI", MANUAL, "level", 5, noise=.1, grain=.5),
    _kpi("RPTIME", "Tỷ lệ báo cáo nộp đúng hạn", "Reports on time", "%", HIGHER, "ratio", "m", "TNDOI", MANUAL, "share", 96, 24, reach=.4, scale=100),
    _kpi("RPERR", "Tỷ lệ báo cáo phải sửa lại", "Reports corrected", "%", LOWER, "ratio", "m", "TNKOI", MANUAL, "share", 5, 140, scale=100),
    _kpi("TAXFINE", "Số lần bị phạt, chậm nộp thuế", "Tax penalties", "lần", LOWER, "sum", "q", "TNKOF", MANUAL, "rare", .12),
    _kpi("DSO", "Kỳ thu tiền bình quân", "Days sales outstanding", "ngày", LOWER, "ratio", "m", "SNKOF", SAP, "per", 38, 4e10, reach=.5, noise=.03, grain=1e6, scale=30),
    _kpi("ASSET", "Tỷ lệ tài sản kiểm kê khớp", "Asset count accuracy", "%", HIGHER, "ratio", "h", "TNKOI", MANUAL, "share", 98, 640, reach=.2, scale=100),
    # --- people ---
    _kpi("TURNOVER", "Tỷ lệ nghỉ việc hằng tháng", "Monthly staff turnover", "%", LOWER, "ratio", "m", "SNKOL", HRM, "share", 1.6, 119, noise=.2, scale=100),
    _kpi("TIMEFILL", "Thời gian tuyển dụng bình quân", "Time to fill", "ngày", LOWER, "ratio", "m", "TNKOI", HRM, "per", 30, 4, noise=.1),
    _kpi("TRAIN", "Giờ đào tạo", "Training hours", "giờ", HIGHER, "sum", "m", "TNDIL", HRM, "flow", 150, noise=.04),
    _kpi("ENPS", "Chỉ số gắn kết nhân viên (eNPS)", "Employee net promoter score", "điểm", HIGHER, "ratio", "q", "SNKOL", SURVEY, "net", 30, 104, scale=100),
    _kpi("REVIEWS", "Tỷ lệ đánh giá hoàn thành đúng hạn", "Reviews completed on time", "%", HIGHER, "ratio", "m", "TNDOI", HRM, "share", 93, 118, reach=.5, scale=100),
    _kpi("PAYROLL", "Tỷ lệ phiếu lương chính xác, đúng hạn", "Payslips right and on time", "%", HIGHER, "ratio", "m", "TNKOI", HRM, "share", 99, 119, reach=.1, noise=.01, scale=100),
    _kpi("TEAMKPI", "Tỷ lệ nhân viên đạt KPI", "Team members reaching their KPI", "%", HIGHER, "ratio", "m", "SNKOL", HRM, "share", 80, 9, reach=.8, scale=100),
    _kpi("COACH", "Số buổi trao đổi một-một", "One-to-one talks held", "buổi", HIGHER, "sum", "m", "TNDIL", MANUAL, "flow", 8, noise=.08),
    _kpi("PUNCT", "Tỷ lệ đi làm đúng giờ", "Punctuality", "%", HIGHER, "ratio", "m", "TNDII", HRM, "share", 97, 22, reach=.3, scale=100),
    # --- production ---
    _kpi("OUTPUT", "Sản lượng sữa thành phẩm", "Milk produced", "tấn", HIGHER, "sum", "d", "TNKOI", MES, "flow", 26, noise=.05, season=.6, grain=.1),
    _kpi("PLAN", "Tỷ lệ hoàn thành kế hoạch sản xuất", "Production plan attainment", "%", HIGHER, "ratio", "w", "TNDOI", MES, "share", 96, 130, reach=.5, noise=.02, scale=100),
    _kpi("DEFECT", "Tỷ lệ sản phẩm lỗi", "Defect rate", "%", LOWER, "ratio", "m", "SNKOI", MES, "share", 1.2, 52_000, noise=.06, scale=100),
    _kpi("OEE", "Hiệu suất thiết bị tổng thể (OEE)", "Overall equipment effectiveness", "%", HIGHER, "weighted_mean", "m", "SNKOI", MES, "level", 78, 420, reach=.6, noise=.02, grain=.1),
    _kpi("UNITCOST", "Chi phí sản xuất mỗi lít", "Production cost per litre", "VND", LOWER, "ratio", "m", "TNKOF", SAP, "per", 15_800, 1.5e6, reach=.3, noise=.015, grain=1e6),
    _kpi("ACCIDENT", "Số vụ tai nạn lao động", "Workplace accidents", "vụ", LOWER, "sum", "m", "SNKOI", MANUAL, "rare", .1),
    _kpi("KAIZEN", "Số sáng kiến cải tiến được áp dụng", "Kaizen ideas applied", "sáng kiến", HIGHER, "sum", "m", "TNDIL", MANUAL, "flow", 2, noise=.3),
    _kpi("PASTEUR", "Nhiệt độ thanh trùng thấp nhất", "Lowest pasteurisation temperature", "°C", HIGHER, "min", "m", "TNDII", MES, "level", 72, reach=.05, noise=.004, lead=.011, grain=.1),
    _kpi("HYGIENE", "Điểm 5S và vệ sinh", "5S and hygiene score", "điểm", HIGHER, "mean", "m", "TNDOI", MANUAL, "level", 90, reach=.5, noise=.03),
    # --- maintenance ---
    _kpi("PM", "Tỷ lệ bảo trì đúng kế hoạch", "Maintenance done on time", "%", HIGHER, "ratio", "m", "TNDII", MES, "share", 90, 60, reach=.3, noise=.02, scale=100),
    _kpi("DOWNTIME", "Giờ dừng máy ngoài kế hoạch", "Unplanned downtime", "giờ", LOWER, "sum", "m", "TNKOI", MES, "flow", 14, noise=.05, grain=.1),
    _kpi("MTBF", "Thời gian trung bình giữa hai lần hỏng", "Mean time between failures", "giờ", HIGHER, "ratio", "m", "TNKOI", MES, "gap", 145, 4, noise=.06),
    _kpi("ENERGY", "Điện năng tiêu thụ mỗi tấn", "Electricity per tonne", "kWh", LOWER, "ratio", "m", "TNKIF", MES, "per", 92, 1500, reach=.4, noise=.02),
    # --- quality ---
    _kpi("FPY", "Tỷ lệ đạt chất lượng lần đầu (FPY)", "First pass yield", "%", HIGHER, "ratio", "m", "SNKOI", MES, "share", 96, 1800, reach=.3, noise=.01, scale=100),
    _kpi("CAPA", "Tỷ lệ hành động khắc phục đúng hạn", "Corrective actions on time", "%", HIGHER, "ratio", "m", "TNDOI", MANUAL, "share", 90, 18, reach=.7, scale=100),
    _kpi("COMPLAINT", "Khiếu nại chất lượng trên 1.000 đơn", "Quality complaints per 1,000 orders", "vụ", LOWER, "ratio", "m", "TNKOC", CRM, "share", 4, 9500, noise=.08, scale=1000),
    _kpi("AUDITNC", "Số điểm không phù hợp khi đánh giá nội bộ", "Audit non-conformities", "điểm", LOWER, "sum", "q", "TNKOI", MANUAL, "rare", 3.2),
    # --- supply ---
    _kpi("OTD", "Tỷ lệ giao hàng đúng hẹn", "On-time delivery", "%", HIGHER, "ratio", "m", "SNKOC", DMS, "share", 95, 850, reach=.8, noise=.012, scale=100),
    _kpi("COLD", "Nhiệt độ kho lạnh cao nhất", "Highest cold-store temperature", "°C", LOWER, "max", "m", "TNDII", WMS, "level", 6, noise=.05, grain=.1),
    _kpi("STOCKDAYS", "Số ngày tồn kho thành phẩm", "Days of finished stock", "ngày", BAND, "last", "m", "TNKIF", WMS, "level", 12, reach=0, noise=.14, grain=.1, across="mean"),
    _kpi("INVACC", "Độ chính xác tồn kho", "Inventory accuracy", "%", HIGHER, "ratio", "m", "TNKOI", WMS, "share", 98.5, 1400, reach=.15, noise=.006, scale=100),
    _kpi("FREIGHT", "Chi phí vận chuyển mỗi tấn", "Freight cost per tonne", "VND", LOWER, "ratio", "m", "TNKIF", SAP, "per", 820_000, 460, reach=.5, noise=.03, season=.3, grain=1e5),
    _kpi("SUPOTD", "Tỷ lệ nhà cung cấp giao đúng hạn", "Supplier on-time delivery", "%", HIGHER, "ratio", "m", "TNDOI", SAP, "share", 92, 75, reach=.6, scale=100),
    _kpi("SAVING", "Chi phí mua hàng tiết kiệm được", "Purchase savings", "VND", HIGHER, "sum", "m", "TNKOF", SAP, "flow", 1.2e8, noise=.1, grain=1e5),
    _kpi("SHRINK", "Tỷ lệ hao hụt hàng hóa", "Shrinkage", "%", LOWER, "ratio", "m", "TNKOF", WMS, "share", .8, 9e8, noise=.08, grain=1e4, scale=100),
    # --- customer care ---
    _kpi("CSAT", "Mức độ hài lòng của khách hàng (CSAT)", "Customer satisfaction", "%", HIGHER, "ratio", "m", "SNKOC", CRM, "share", 90, 160, reach=.7, noise=.012, scale=100),
    _kpi("NPS", "Chỉ số khách hàng giới thiệu (NPS)", "Net promoter score", "điểm", HIGHER, "ratio", "q", "SNKOC", SURVEY, "net", 36, 420, scale=100),
    _kpi("FRT", "Thời gian phản hồi đầu tiên", "First response time", "phút", LOWER, "weighted_mean", "m", "TNDOC", CRM, "level", 9, 260, noise=.05, grain=.1),
    _kpi("TICKETS", "Số yêu cầu đã xử lý", "Tickets resolved", "yêu cầu", HIGHER, "sum", "m", "TNKOI", CRM, "flow", 260, season=.5),
    # --- information technology ---
    _kpi("UPTIME", "Độ sẵn sàng của hệ thống", "System availability", "%", HIGHER, "ratio", "m", "TNKOI", CRM, "share", 99.8, 43_200, reach=.02, noise=.001, scale=100),
    _kpi("SECINC", "Số sự cố an toàn thông tin", "Security incidents", "sự cố", LOWER, "sum", "m", "TNKOI", MANUAL, "rare", .12),
    _kpi("PROJ", "Mốc dự án số hóa đã nghiệm thu", "Digital project milestone accepted", "mốc", HIGHER, "last", "q", "SNDOL", MANUAL, "stage", 4, across="mean"),
    _kpi("SATIN", "Điểm hài lòng nội bộ", "Internal satisfaction", "điểm", HIGHER, "mean", "m", "TNKOC", SURVEY, "level", 4.3, reach=.3, noise=.03, grain=.1),
    # --- research ---
    _kpi("NEWPROD", "Số sản phẩm mới ra mắt", "New products launched", "sản phẩm", HIGHER, "sum", "q", "SNKOL", MANUAL, "flow", 3, noise=.2),
    _kpi("RDSCHED", "Tỷ lệ dự án nghiên cứu đúng tiến độ", "Research projects on schedule", "%", HIGHER, "ratio", "m", "TNDOL", MANUAL, "share", 84, 12, reach=.8, scale=100),
    _kpi("TESTOK", "Tỷ lệ thử nghiệm thành công", "Tests passed", "%", HIGHER, "ratio", "m", "TNDOL", MANUAL, "share", 72, 24, reach=.8, scale=100),
    # --- board, law, retail, everybody ---
    _kpi("STRAT", "Tỷ lệ sáng kiến chiến lược đúng tiến độ", "Strategic initiatives on schedule", "%", HIGHER, "ratio", "q", "SNDOL", MANUAL, "share", 85, 20, reach=.7, scale=100),
    _kpi("AUDITPLAN", "Tỷ lệ hoàn thành kế hoạch kiểm toán nội bộ", "Internal audit plan completed", "%", HIGHER, "ratio", "m", "TNDOI", MANUAL, "share", 92, 10, reach=.2, noise=.06, scale=100),
    _kpi("BREACH", "Số vi phạm tuân thủ nội bộ", "Compliance breaches", "vụ", LOWER, "sum", "q", "SNKOI", MANUAL, "rare", .4),
    _kpi("CONTRACT", "Tỷ lệ hợp đồng được rà soát đúng hạn", "Contracts reviewed on time", "%", HIGHER, "ratio", "m", "TNDOI", MANUAL, "share", 94, 32, reach=.5, scale=100),
    _kpi("TASK", "Tỷ lệ công việc hoàn thành đúng hạn", "Tasks done on time", "%", HIGHER, "ratio", "m", "TNDOI", MANUAL, "share", 92, 26, reach=.6, scale=100),
    _kpi("NEWMEM", "Khách hàng thành viên", "Loyalty members", "khách", HIGHER, "last", "m", "TBDOC", POS, "level", 9200, reach=.3, noise=.015, across="sum"),
    _kpi("CONV", "Tỷ lệ khách vào cửa hàng có mua", "Store conversion rate", "%", HIGHER, "ratio", "m", "TBKOC", POS, "share", 34, 4600, reach=.8, noise=.03, scale=100),
)
# fmt: on

KPIS: dict[str, Kpi] = {kpi.code: kpi for kpi in _ROWS}
