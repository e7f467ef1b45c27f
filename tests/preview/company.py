"""A dairy company that never was: the fixed shapes from which every page is drawn for looking at."""

# ruff: noqa: E501, N817 - a table of made-up facts reads better in long rows
from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D

from tamnhin.dashboards.shapes import (
    Bullet,
    ChildRow,
    DueItem,
    Flag,
    Freshness,
    GoalPath,
    HeatCell,
    HeatMap,
    HeatRow,
    HomePage,
    LineGroup,
    LineRow,
    Link,
    NavItem,
    NextStep,
    PeriodChoice,
    PeriodGroup,
    PeriodPicker,
    PeriodState,
    Score,
    ScorecardPage,
    ScorePoint,
    Shell,
    StaleOwner,
    Status,
    Step,
    Unit,
    WhyTree,
)

NOW = datetime.now(UTC)
VND = Unit("₫", "money", 0)
PERCENT = Unit("%", "percent", 1)
VISION = "Đến 2030, mỗi gia đình Việt có một ly sữa sạch của Đồng Cỏ Xanh trên bàn mỗi sáng."


def unit(symbol: str, digits: int = 0) -> Unit:
    return Unit(symbol, "number", digits)


def shell(current: str, role: str = "Trưởng phòng Kinh doanh") -> Shell:
    items = [
        ("home", "Hôm nay", "/", "home", True, "Hôm nay"),
        ("scorecard", "Thẻ điểm", "/scorecard", "clipboard-text", True, "Thẻ điểm"),
        ("entry", "Nhập số liệu", "/entry", "pencil-plus", True, "Nhập số"),
        ("heatmap", "Bản đồ nhiệt", "/heatmap", "grid-dots", True, "Nhiệt"),
        ("kpis", "Danh mục KPI", "/kpis", "list-details", False, ""),
        ("units", "Đơn vị", "/units", "sitemap", False, ""),
        ("people", "Nhân sự", "/people", "users", False, ""),
        ("import", "Nhập từ tệp", "/import", "file-spreadsheet", False, ""),
        ("settings", "Thiết lập công ty", "/settings", "settings", False, ""),
    ]
    nav = [
        NavItem(label, url, icon, key == current, 3 if key == "entry" else 0, primary, short)
        for key, label, url, icon, primary, short in items
    ]
    return Shell(
        company="Sữa Đồng Cỏ Xanh",
        user="Trần Quang Minh",
        role=role,
        nav=nav,
        search_url="/search",
        home_url="/",
        logout_url="/logout",
        language_url="/i18n/setlang/",
        account_url="/settings",
    )


def picker(label: str = "03/2026") -> PeriodPicker:
    months = [PeriodChoice(f"2026-{m:02}", f"{m:02}/2026", "/scorecard", m == 3) for m in range(1, 4)]
    months = [PeriodChoice(f"2025-{m:02}", f"{m:02}/2025", "/scorecard") for m in range(8, 13)] + months
    quarters = [PeriodChoice(f"2025-Q{q}", f"Quý {q}/2025", "/scorecard") for q in (2, 3, 4)]
    return PeriodPicker(
        "2026-03",
        label,
        [
            PeriodGroup("Tháng", months),
            PeriodGroup("Quý", [*quarters, PeriodChoice("2026-Q1", "Quý 1/2026", "/scorecard")]),
            PeriodGroup(
                "Năm", [PeriodChoice("2025", "2025", "/scorecard"), PeriodChoice("2026", "2026", "/scorecard")]
            ),
        ],
        "/scorecard",
        "/scorecard?closed=1",
        "",
    )


OPEN = PeriodState("03/2026", "open", 7, 22)
CLOSED = PeriodState("02/2026", "published")


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def line(
    code: str, name: str, direction: str, measured: Unit, weight: str, actual: float | None, target: float,
    now: float | None, status: Status, raw: str | None, history: list[float | None], **more: object,
) -> LineRow:  # fmt: skip
    aim = now if now is not None else target
    counted = None if raw is None else min(D(120), max(D(0), D(raw)))
    variance = None if actual is None else actual - aim
    good = None if not variance else (variance > 0) == (direction == "higher")
    return LineRow(
        code=code, name=name, url="/kpi", direction=direction, unit=measured, status=status, weight=D(weight),  # type: ignore[arg-type]
        actual=actual, target=target, target_now=aim, variance=variance,
        variance_rate=None if variance is None or not aim else 100 * variance / aim, better=good,
        bullet=Bullet(actual, target, now, aim * (0.85 if direction == "higher" else 1.15), direction),  # type: ignore[arg-type]
        history=history, history_target=target if now is None else None, raw=None if raw is None else D(raw),
        counted=counted, contribution=None if counted is None else (D(weight) * counted / 100).quantize(D("0.01")),
        why_url="/why", **more,  # type: ignore[arg-type]
    )  # fmt: skip


def lines(opened: bool = True) -> list[LineGroup]:
    ok, low = (Status.ON_PACE, Status.BEHIND) if opened else (Status.MET, Status.MISSED)
    near = Status.BEHIND if opened else Status.NEAR

    def so_far(target: float) -> float | None:
        return target * 7 / 22 if opened else None

    part = 7 / 22 if opened else 1.0
    season: list[float | None] = [38.1, 36.4, 39.9, 41.2, 42.0, 40.8, 43.6, 44.1, None, 45.0, 43.2, 44.9]
    return [
        LineGroup(
            "Tài chính",
            [
                line("DT-01", "Doanh thu thuần kênh siêu thị", "higher", VND, "25", 46.2e9 * part, 44e9, so_far(44e9), ok,
                     "105.00", [v and v * 1e9 for v in season], freshness=Freshness(ago(0.3), "SAP B1"),
                     comment="Co.opmart nhập thêm 2 đợt trước lễ.", comment_by="Hoa"),
                line("CN-03", "Công nợ quá hạn trên 30 ngày", "lower", PERCENT, "10", 6.8, 5.0, None, near, "64.00",
                     [4.1, 4.4, 4.9, 5.2, 5.0, 5.6, 5.9, 6.0, 6.4, 6.2, 6.6, 6.8],
                     freshness=Freshness(ago(1), "Kế toán"), flags=[Flag("target_changed", "Từ 6 % xuống 5 % từ 01/03/2026")]),
            ],
        ),
        LineGroup(
            "Khách hàng",
            [
                line("GH-02", "Giao hàng đúng hẹn", "higher", PERCENT, "20", 71.6, 96.0, None, low, "74.58",
                     [95, 96.2, 95.4, 94, 93.1, 92, 90.2, 88, 84, 80.1, 76, 71.6],
                     freshness=Freshness(ago(0.6), "Kho vận"), flags=[Flag("guardrail", "Dưới ngưỡng bảo vệ 85 %")],
                     comment="Hai xe lạnh hỏng từ ngày 03/03, đang thuê ngoài.", comment_by="Phúc", enter_url="/entry"),
                line("KH-05", "Khách hàng đại lý rời bỏ", "lower", PERCENT, "15", 2.42, 2.0, None, low, "79.00",
                     [1.6, 1.8, 1.7, 1.9, 2.1, None, 2.0, 2.2, 2.1, 2.3, 2.4, 2.42],
                     freshness=Freshness(ago(4), "CRM", stale=True), flags=[Flag("partial", "Còn 3 vùng chưa chốt")]),
                line("NPS", "Mức sẵn lòng giới thiệu (NPS)", "higher", unit("điểm"), "5", None, 45, None, Status.NOT_DUE, None,
                     [41, None, None, 43, None, None, 44, None, None, 46, None, None], reason="Đo theo quý, kỳ tới vào 31/03/2026"),
            ],
        ),
        LineGroup(
            "Quy trình nội bộ",
            [
                line("DM-04", "Điểm bán mới mở", "higher", unit("điểm bán"), "15", 19 * part if opened else 58, 50, so_far(50) , ok, "137.80",
                     [31, 34, 36, 40, 38, 42, 45, 47, 44, 50, 52, 58], freshness=Freshness(ago(0.1), "Nhập tay"))
                if not opened else
                line("DM-04", "Điểm bán mới mở", "higher", unit("điểm bán"), "15", 22, 50, 50 * 7 / 22, ok, "137.80",
                     [31, 34, 36, 40, 38, 42, 45, 47, 44, 50, 52, 22], freshness=Freshness(ago(0.1), "Nhập tay")),
                line("TK-01", "Tồn kho thành phẩm (ngày bán)", "lower", unit("ngày", 1), "5", None, 12.0, None, Status.NO_DATA, None,
                     [14, 13.2, 13.5, 12.8, 12.6, 12.9, 12.1, 12.4, 12, 12.2, 11.8, None],
                     reason="Hạn nộp 05/03/2026, kho Bình Dương chưa gửi", flags=[Flag("no_data")], enter_url="/entry"),
            ],
        ),
        LineGroup(
            "Học hỏi và phát triển",
            [
                line("DT-09", "Giờ huấn luyện bán hàng mỗi người", "higher", unit("giờ", 1), "5", 1.4 if opened else 4.4, 4.0,
                     4.0 * 7 / 22 if opened else None, ok, "110.00", [3, 3.2, 4, 4.1, 3.6, 4, 4.2, 4.4, 2.1, 4, 4.3, 1.4],
                     freshness=Freshness(ago(2), "Nhân sự")),
            ],
        ),
    ]  # fmt: skip


HISTORY = [
    ScorePoint("03/2026", D("88.10"), False, "/scorecard"),
    ScorePoint("02/2026", D("91.46"), True, "/scorecard?closed=1"),
    ScorePoint("01/2026", D("93.02"), True, "/scorecard"),
    ScorePoint("12/2025", D("95.75"), True, "/scorecard"),
    ScorePoint("11/2025", D("90.18"), True, "/scorecard"),
    ScorePoint("10/2025", None, True, "/scorecard"),
]


def children(opened: bool = True) -> list[ChildRow]:
    ok, low = (Status.ON_PACE, Status.BEHIND) if opened else (Status.MET, Status.MISSED)
    return [
        ChildRow("Kênh siêu thị", "/scorecard", "unit", D("96.40"), ok, "A", D(100), "", [90, 91, 93, 92, 95, 96]),
        ChildRow("Kênh đại lý miền Nam", "/scorecard", "unit", D("81.25"), low, "B", D(85), "Thiếu 2 số", [92, 90, 88, 86, 84, 81]),
        ChildRow("Kênh trực tuyến", "/scorecard", "unit", D("104.10"), ok, "A+", D(100), "", [80, 86, 92, 97, 101, 104]),
        ChildRow("Nguyễn Thị Hoa", "/scorecard", "person", D("92.30"), ok, "A", D(100), "Chuyên viên kênh siêu thị", [88, 90, 91, 90, 93, 92]),
        ChildRow("Lê Văn Phúc", "/scorecard", "person", None, Status.NO_DATA, "", D(40), "Nghỉ phép 02–13/03", [88, 84, None, 80, 79, None]),
    ]  # fmt: skip


def scorecard(closed: bool = False, kind: str = "unit", sort: str = "order") -> ScorecardPage:
    company = kind == "company"
    groups = lines(not closed)
    scored = [each for group in groups for each in group.lines if each.contribution is not None]
    weight = sum((each.weight for each in scored), D(0))
    total = (sum((each.contribution or D(0) for each in scored), D(0)) / weight * 100).quantize(D("0.01"))
    crumbs = [
        Link("Tầm nhìn 2030", "/"),
        Link("Sữa Đồng Cỏ Xanh", "/scorecard?kind=company"),
        Link("Khối Kinh doanh", "/scorecard"),
    ]
    return ScorecardPage(
        owner={"company": "Sữa Đồng Cỏ Xanh", "unit": "Phòng Kinh doanh", "person": "Nguyễn Thị Hoa"}[kind],
        code="KD",
        kind=kind,  # type: ignore[arg-type]
        breadcrumb=crumbs[:1] if company else crumbs,
        picker=picker("02/2026" if closed else "03/2026"),
        period=CLOSED if closed else OPEN,
        score=Score(
            total, "final" if closed else "provisional", weight, None if closed else D("96.20"),
            "B", "Hoàn thành tốt", "A", D(95) - total, 2 if closed else 1, D("-1.56"),
        ),
        groups=groups,
        subtitle="Trưởng phòng: Trần Quang Minh · 14 người" if kind == "unit" else VISION if company else "Chuyên viên kênh siêu thị",
        vision=VISION,
        children=children(not closed) if kind != "person" else [],
        history=HISTORY,
        heatmap=heatmap() if company else None,
        stale=stale() if kind != "person" else [],
        sort=sort,  # type: ignore[arg-type]
        sort_url="/scorecard?sort=" + ("order" if sort == "loss" else "loss"),
        why_url="/why",
        ask_url="/ask",
        export_url="/export",
        roll_up="Điểm của phòng tính từ số thực hiện cộng dồn của các đơn vị trực thuộc, không phải trung bình các phần trăm.",
    )  # fmt: skip


def stale() -> list[StaleOwner]:
    return [
        StaleOwner("Kho Bình Dương", "/scorecard", 2, date(2026, 3, 5), "Tồn kho, hao hụt"),
        StaleOwner("Lê Văn Phúc", "/scorecard", 1, date(2026, 3, 9), "Nghỉ phép, người thay: Nguyễn Thị Hoa"),
    ]


def heatmap() -> HeatMap:
    columns = ["Doanh thu", "Biên lợi nhuận", "Giao đúng hẹn", "Khách rời", "Hao hụt", "Tồn kho", "Tuyển dụng"]
    table = [
        ("Sữa Đồng Cỏ Xanh", 0, "92.15", "98 m|91 n|78 x|88 n|101 m|. d|95 n"),
        ("Khối Kinh doanh", 1, "88.10", "105 m|92 n|75 x|79 x| |. d|80 n"),
        ("Kênh siêu thị", 2, "96.40", "112 m|96 n|90 n|102 m| | |100 m"),
        ("Kênh đại lý miền Nam", 2, "81.25", "84 n|77 x|61 x|58 x| | |. u"),
        ("Kênh trực tuyến", 2, "104.10", "120 m|101 m|99 n|100 m| | |. a"),
        ("Khối Sản xuất", 1, "99.60", " |100 m| | |103 m|97 n|100 m"),
        ("Nhà máy Bình Dương", 2, None, " |. d| | |. d|. d|88 n"),
        ("Nhà máy Mộc Châu", 2, "101.20", " |104 m| | |108 m|100 m|100 m"),
        ("Phòng Nhân sự", 1, "97.00", " | | | | | |97 n"),
    ]
    kinds = {
        "m": Status.ON_PACE,
        "n": Status.ON_PACE,
        "x": Status.BEHIND,
        "d": Status.NO_DATA,
        "u": Status.NOT_DUE,
        "a": Status.NOT_APPLICABLE,
    }
    final = {"m": Status.MET, "n": Status.NEAR, "x": Status.MISSED}
    rows = []
    for label, depth, score, cells in table:
        made = []
        for cell in cells.split("|"):
            if not cell.strip():
                made.append(None)
                continue
            number, _, letter = cell.partition(" ")
            made.append(HeatCell("—" if number == "." else f"{number} %", final.get(letter, kinds[letter]), "/kpi"))
        value = None if score is None else D(score)
        status = (
            Status.NO_DATA
            if value is None
            else Status.MET
            if value >= 100
            else Status.NEAR
            if value >= 85
            else Status.MISSED
        )
        rows.append(HeatRow(label, "/scorecard", made, value, status, depth))
    return HeatMap([Link(each, "/kpi") for each in columns], rows, picker("02/2026"), CLOSED, "", [
        Link("Tất cả", "/heatmap", "current"), Link("Tài chính", "/heatmap"), Link("Khách hàng", "/heatmap"), Link("Quy trình nội bộ", "/heatmap"),
    ])  # fmt: skip


def home() -> HomePage:
    up = [
        Link("Doanh thu siêu thị tăng 18 %", "/scorecard"),
        Link("Dẫn đầu sữa tươi thanh trùng miền Nam", "/scorecard"),
        Link("Tầm nhìn 2030", "/"),
    ]
    return HomePage(
        greeting="Chào anh Minh",
        today=date(2026, 3, 10),
        due=[
            DueItem("Tồn kho thành phẩm (ngày bán)", "Phòng Kinh doanh", "02/2026", date(2026, 3, 5), "/entry", 5, 11.8, unit("ngày", 1)),
            DueItem("Điểm bán mới mở", "Phòng Kinh doanh", "Tuần 10/2026", date(2026, 3, 9), "/entry", 1, 12, unit("điểm bán")),
            DueItem("Giao hàng đúng hẹn", "Phòng Kinh doanh", "03/2026", date(2026, 3, 12), "/entry", 0, 76.0, PERCENT),
        ],
        vision=VISION,
        picker=picker(),
        period=OPEN,
        score=scorecard().score,
        score_url="/scorecard",
        why_url="/why",
        history=HISTORY,
        goals=[
            GoalPath("Doanh thu thuần kênh siêu thị", "/kpi", D(25), Status.ON_PACE, D("105.00"), up),
            GoalPath("Giao hàng đúng hẹn", "/kpi", D(20), Status.BEHIND, D("74.58"), [Link("Không điểm bán nào đứt hàng", "/scorecard"), *up[1:]]),
            GoalPath("Khách hàng đại lý rời bỏ", "/kpi", D(15), Status.BEHIND, D("79.00"), [Link("Giữ 98 % đại lý", "/scorecard"), *up[1:]]),
            GoalPath("Tồn kho thành phẩm (ngày bán)", "/kpi", D(5), Status.NO_DATA, None, [Link("Vòng quay vốn 9 lần", "/scorecard"), *up[2:]]),
        ],
        next_steps=[
            NextStep("Giao hàng đúng hẹn lên 80 %", D("1.75"), "/kpi"),
            NextStep("Công nợ quá hạn xuống 6 %", D("1.60"), "/kpi"),
        ],
        teams=[ChildRow("Sữa Đồng Cỏ Xanh", "/scorecard?kind=company", "company", D("92.15"), Status.ON_PACE, "B", D(94), "", [90, 91, 93, 92, 91, 92]), *children()[:3]],
        stale=stale(),
    )  # fmt: skip


def why() -> WhyTree:
    delivery = Step(
        "Giao hàng đúng hẹn", "14,92 điểm", "74,58 × 20 ÷ 100", version="định nghĩa v3, hiệu lực 01/01/2026", status=Status.BEHIND,
        children=[
            Step("Thực hiện", "71,6 %", "1.074 ÷ 1.500 × 100", "cộng dồn tử số và mẫu số, không lấy trung bình", children=[
                Step("Chuyến đúng hẹn", "1.074", "402 + 318 + 354", source="Kho vận", by="Lê Văn Phúc", at=ago(0.6)),
                Step("Tổng số chuyến", "1.500", "520 + 470 + 510", source="Kho vận", by="Lê Văn Phúc", at=ago(0.6)),
            ]),
            Step("Chỉ tiêu", "96,0 %", source="Quyết định giao chỉ tiêu 2026", by="Phạm Ngọc Lan", at=ago(70), version="bản 1"),
            Step("Phương pháp: ratio", "74,58 %", "71,6 ÷ 96,0 × 100"),
            Step("Giới hạn 0–120", "74,58", note="không phải cắt"),
            Step("Trọng số", "20", note="trên tổng 100"),
        ],
    )  # fmt: skip
    return WhyTree(
        "Điểm Phòng Kinh doanh", "03/2026 · tạm tính",
        Step("Điểm", "88,10", "83,70 ÷ 95 × 100", "chỉ tính các KPI đã có số liệu; làm tròn một lần, nửa lên", children=[
            Step("Doanh thu thuần kênh siêu thị", "26,25 điểm", "105,00 × 25 ÷ 100", status=Status.ON_PACE),
            delivery,
            Step("Khách hàng đại lý rời bỏ", "11,85 điểm", "79,00 × 15 ÷ 100", status=Status.BEHIND),
            Step("Điểm bán mới mở", "18,00 điểm", "120 × 15 ÷ 100", "đạt 137,8 %, tính 120", status=Status.ON_PACE),
            Step("Mức sẵn lòng giới thiệu (NPS)", "—", note="chưa đến hạn: không nằm trong mẫu số", status=Status.NOT_DUE),
        ]),
        NOW, "/why",
    )  # fmt: skip
