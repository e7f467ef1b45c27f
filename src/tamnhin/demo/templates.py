# ruff: noqa: E501 - a table: one post per line reads better than eight
"""Who is measured by what: the units, the posts in them, and the lines of each post's and unit's scorecard."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Unit:
    code: str
    name: str
    parent: str | None
    kind: str


# Fourteen departments under a root and two divisions: three levels.
UNITS: tuple[Unit, ...] = (
    Unit("TN", "Công ty Cổ phần Sữa Thảo Nguyên", None, "company"),
    Unit("KD", "Khối Kinh doanh", "TN", "division"),
    Unit("KDB", "Kinh doanh miền Bắc", "KD", "department"),
    Unit("KDT", "Kinh doanh miền Trung", "KD", "department"),
    Unit("KDN", "Kinh doanh miền Nam", "KD", "department"),
    Unit("MKT", "Phòng Marketing", "KD", "department"),
    Unit("SX", "Khối Sản xuất", "TN", "division"),
    Unit("NM", "Nhà máy Mộc Thảo", "SX", "department"),
    Unit("QLCL", "Phòng Quản lý chất lượng", "SX", "department"),
    Unit("BT", "Phòng Bảo trì", "SX", "department"),
    Unit("CUKV", "Phòng Chuỗi cung ứng và Kho vận", "TN", "department"),
    Unit("TCKT", "Phòng Tài chính Kế toán", "TN", "department"),
    Unit("HCNS", "Phòng Hành chính Nhân sự", "TN", "department"),
    Unit("CNTT", "Phòng Công nghệ thông tin", "TN", "department"),
    Unit("CSKH", "Phòng Chăm sóc khách hàng", "TN", "department"),
    Unit("RD", "Phòng Nghiên cứu và Phát triển", "TN", "department"),
    Unit("CH", "Chuỗi cửa hàng và bán trực tuyến", "TN", "department"),
)
DEPARTMENTS = tuple(unit.code for unit in UNITS if unit.kind == "department")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a template. ``shared`` names the unit whose own number everyone with this line is given."""

    kpi: str
    weight: int
    method: str | None = None
    scale: float = 1.0
    shared: str | None = None
    rollup: str | None = None
    extra: dict[str, object] = field(default_factory=dict)


def _lines(text: str) -> tuple[Line, ...]:
    """Read ``KPI weight [method=…] [scale=…] [shared=…] [rollup=…] [column=number …]``, separated by ``|``."""
    lines = []
    for part in text.split("|"):
        kpi, weight, *rest = part.split()
        options: dict[str, str] = dict(option.split("=", 1) for option in rest)
        extra: dict[str, object] = {
            key: value.replace("_", " ") if key == "curve" else float(value)
            for key, value in options.items()
            if key not in ("method", "scale", "shared", "rollup")
        }
        lines.append(
            Line(
                kpi, int(weight), options.get("method"), float(options.get("scale", 1)), options.get("shared"),
                options.get("rollup"), extra,
            )
        )  # fmt: skip
    return tuple(lines)


_MKTBUD = "method=band low=95 high=103 zero_low=70 zero_high=125"
_STOCK = "method=band low=10 high=14 zero_low=4 zero_high=24"
_UPTIME = "method=curve curve=step:_99:50;_99.5:70;_99.85:90;_100:100"
_PROJ = "method=milestone curve=1:40;_2:70;_3:90;_4:100"
_SAVING = "method=curve curve=50:0;_80:70;_100:100;_120:120"

# rollup=value: from the people and units below; rollup=none: the unit's own number.
UNIT_LINES: dict[str, tuple[Line, ...]] = {
    "TN": _lines(
        "REV 25 rollup=value|PROFIT 10 rollup=none method=deviation|COST 10 rollup=value|OTD 20 rollup=value"
        "|DEFECT 10 rollup=value|CSAT 10 rollup=value|ENPS 10 rollup=none|MSHARE 5 rollup=none shared=MKT"
    ),
    "KD": _lines(
        "REV 25 rollup=value|ORDERS 10 rollup=value|VISITS 15 rollup=value|NEWCUST 10 rollup=value"
        "|LEADS 10 rollup=value|AOV 10 rollup=none|SOCIAL 5 rollup=value|COST 15 rollup=none scale=15.7"
    ),
    "KDB": _lines(
        "REV 30 rollup=value|ORDERS 15 rollup=value|VISITS 15 rollup=value|NEWCUST 10 rollup=value|AOV 10 rollup=none"
        "|AR 10 rollup=value|RETURN 5 rollup=value|CHURN 5 rollup=none"
    ),
    "MKT": _lines(
        "LEADS 25 rollup=value|SOCIAL 10 rollup=value|CTR 10 rollup=weighted|CAMPAIGN 20 rollup=value"
        f"|MKTBUD 15 rollup=none {_MKTBUD}|MSHARE 10 rollup=none|BRAND 10 rollup=none"
    ),
    "SX": _lines(
        "OUTPUT 25 rollup=value|DEFECT 20 rollup=value|OEE 15 rollup=weighted|DOWNTIME 10 rollup=value"
        "|ACCIDENT 10 rollup=value method=count_down penalty=25|COST 20 rollup=none scale=60"
    ),
    "NM": _lines(
        "OUTPUT 30 rollup=value|PLAN 15 rollup=value|DEFECT 20 rollup=value|OEE 10 rollup=value|TRAIN 15 rollup=none"
        "|ACCIDENT 5 rollup=none method=count_down penalty=25|PASTEUR 5 rollup=none method=pass_fail"
    ),
    "QLCL": _lines(
        "FPY 30 rollup=value|CAPA 20 rollup=value|COMPLAINT 25 rollup=none"
        "|AUDITNC 15 rollup=none method=count_down penalty=15|HYGIENE 10 rollup=equal"
    ),
    "BT": _lines("PM 35 rollup=value|DOWNTIME 30 rollup=value|MTBF 20 rollup=value|ENERGY 15 rollup=value"),
    "CUKV": _lines(
        "OTD 30 rollup=value|COLD 10 rollup=value|INVACC 15 rollup=value|FREIGHT 10 rollup=value method=inverse"
        f"|SUPOTD 10 rollup=equal|SAVING 5 rollup=value {_SAVING}|STOCKDAYS 10 rollup=none {_STOCK}"
        "|COST 10 rollup=none scale=7.4"
    ),
    "TCKT": _lines(
        "CLOSE 20 rollup=none method=inverse|DSO 25 rollup=none|RPTIME 20 rollup=value|RPERR 10 rollup=value"
        "|TAXFINE 10 rollup=none method=count_down penalty=50|ASSET 5 rollup=none|COST 10 rollup=none"
    ),
    "HCNS": _lines(
        "TURNOVER 25 rollup=none method=baseline baseline=3.2|TIMEFILL 15 rollup=value|ENPS 20 rollup=none shared=TN"
        "|REVIEWS 15 rollup=none|PAYROLL 15 rollup=value|COST 10 rollup=none scale=.9"
    ),
    "CNTT": _lines(
        f"UPTIME 30 rollup=none {_UPTIME}|SATIN 20 rollup=value|PROJ 25 rollup=none {_PROJ}"
        "|SECINC 15 rollup=none method=count_down penalty=30|COST 10 rollup=none"
    ),
    "CSKH": _lines(
        "CSAT 30 rollup=value|NPS 20 rollup=none|FRT 20 rollup=value method=inverse|TICKETS 15 rollup=value"
        "|COST 15 rollup=none scale=.85"
    ),
    "RD": _lines(
        "NEWPROD 25 rollup=none|RDSCHED 30 rollup=value|TESTOK 20 rollup=value|KAIZEN 10 rollup=value"
        "|COST 15 rollup=none scale=1.5"
    ),
    "CH": _lines(
        "REV 20 rollup=value|ORDERS 10 rollup=value|PROFIT 25 rollup=none method=deviation|COST 15 rollup=none scale=8.4"
        "|CONV 15 rollup=value|SHRINK 5 rollup=value|NEWMEM 10 rollup=none"
    ),
}  # fmt: skip
UNIT_LINES["KDT"] = UNIT_LINES["KDN"] = UNIT_LINES["KDB"]


@dataclass(frozen=True, slots=True)
class Post:
    """A kind of job: its title, the base of its performance pay in đồng, its scorecard, and whether it leads."""

    title: str
    pay: int
    lines: tuple[Line, ...]
    head: bool = False


POSTS: dict[str, Post] = {
    "ceo": Post("Tổng giám đốc", 45_000_000, _lines("STRAT 35|ENPS 15 shared=TN|NPS 20 shared=CSKH|TEAMKPI 20|COACH 10"), True),
    "audit": Post("Trưởng ban Kiểm toán nội bộ", 12_000_000, _lines("AUDITPLAN 40|CAPA 25|RPTIME 20|BREACH 15 method=count_down penalty=25")),
    "legal": Post("Chuyên viên pháp chế", 7_000_000, _lines("CONTRACT 45|BREACH 20 method=count_down penalty=25|TASK 20|RPTIME 15")),
    "sales_dir": Post("Giám đốc kinh doanh", 30_000_000, _lines("FORECAST 30|TEAMKPI 25|COACH 15|MSHARE 15 shared=MKT|COVER 15 scale=3"), True),
    "analyst": Post("Chuyên viên phân tích bán hàng", 6_000_000, _lines("RPTIME 35|RPERR 25|FORECAST 20|TASK 20")),
    "region": Post("Trưởng vùng kinh doanh", 16_000_000, _lines("FORECAST 25|COVER 30|TEAMKPI 25|COACH 20"), True),
    "rep": Post("Nhân viên kinh doanh", 8_000_000, _lines("REV 35 method=ratio|ORDERS 15 method=ratio|VISITS 20|NEWCUST 10|AOV 5|AR 10|RETURN 5")),
    "tele": Post("Nhân viên bán hàng qua điện thoại", 5_000_000, _lines("CALLS 40|ORDERS 25 scale=.5|REV 25 scale=.5|RETURN 10 scale=.5")),
    "export": Post("Chuyên viên xuất khẩu", 9_000_000, _lines("EXPORT 50|NEWCUST 15 scale=.25|AR 15|TASK 20")),
    "mkt_head": Post("Trưởng phòng Marketing", 15_000_000, _lines(f"TEAMKPI 25|COACH 15|BRAND 15 shared=MKT|MKTBUD 20 shared=MKT {_MKTBUD}|TASK 25"), True),
    "digital": Post("Chuyên viên quảng cáo số", 6_000_000, _lines("LEADS 45|CTR 30|SOCIAL 10|TASK 15")),
    "brand": Post("Chuyên viên thương hiệu", 6_500_000, _lines("CAMPAIGN 40|SOCIAL 25|BRAND 15 shared=MKT|TASK 20")),
    "content": Post("Chuyên viên nội dung", 5_000_000, _lines("SOCIAL 40|CAMPAIGN 25|TASK 20|PUNCT 15")),
    "prod_dir": Post("Giám đốc sản xuất", 28_000_000, _lines("UNITCOST 35 method=inverse|AUDITNC 20 shared=QLCL method=count_down penalty=15|TEAMKPI 25|COACH 20"), True),
    "prod_plan": Post("Chuyên viên kế hoạch sản xuất", 6_000_000, _lines("PLAN 40|RPTIME 25|TASK 20|FORECAST 15")),
    "plant_head": Post("Quản đốc nhà máy", 15_000_000, _lines("UNITCOST 30 method=inverse|ACCIDENT 15 shared=NM method=count_down penalty=25|TEAMKPI 25|COACH 15|HYGIENE 15"), True),
    "shift": Post("Trưởng ca sản xuất", 8_000_000, _lines("OUTPUT 40|PLAN 25|OEE 20|ACCIDENT 15 shared=NM method=count_down penalty=25")),
    "operator": Post("Công nhân vận hành", 3_500_000, _lines("DEFECT 40|HYGIENE 20|PUNCT 15|KAIZEN 10|ACCIDENT 15 shared=NM method=count_down penalty=25")),
    "qc_head": Post("Trưởng phòng Quản lý chất lượng", 14_000_000, _lines("AUDITNC 25 shared=QLCL method=count_down penalty=15|COMPLAINT 30 shared=QLCL|TEAMKPI 25|COACH 20"), True),
    "qc": Post("Nhân viên kiểm tra chất lượng", 4_500_000, _lines("FPY 45|CAPA 25|HYGIENE 15|TASK 15")),
    "mt_head": Post("Trưởng phòng Bảo trì", 13_000_000, _lines("TEAMKPI 30|COACH 20|TASK 25|HYGIENE 25"), True),
    "tech": Post("Kỹ thuật viên bảo trì", 5_000_000, _lines("PM 35|DOWNTIME 30|MTBF 15|TASK 20")),
    "energy": Post("Kỹ sư năng lượng", 7_000_000, _lines("ENERGY 40|PM 30|HYGIENE 15|KAIZEN 15")),
    "sc_head": Post("Trưởng phòng Chuỗi cung ứng", 16_000_000, _lines(f"STOCKDAYS 35 shared=CUKV {_STOCK}|TEAMKPI 30|COACH 15|TASK 20"), True),
    "buyer": Post("Chuyên viên mua hàng", 6_500_000, _lines(f"SAVING 35 {_SAVING}|SUPOTD 30|RPTIME 15|TASK 20")),
    "dispatch": Post("Điều phối vận tải", 5_500_000, _lines("OTD 50|FREIGHT 25 method=inverse|TASK 15|PUNCT 10")),
    "store_keeper": Post("Thủ kho", 4_500_000, _lines("INVACC 35|COLD 25|SHRINK 20|HYGIENE 20")),
    "sc_plan": Post("Chuyên viên kế hoạch cung ứng", 6_000_000, _lines(f"STOCKDAYS 30 shared=CUKV {_STOCK}|FORECAST 30|RPTIME 20|TASK 20")),
    "acc_head": Post("Kế toán trưởng", 16_000_000, _lines("CLOSE 30 shared=TCKT method=inverse|DSO 30 shared=TCKT|TEAMKPI 25|COACH 15 scale=.6"), True),
    "receivable": Post("Kế toán công nợ", 5_000_000, _lines("AR 40 scale=6|RPTIME 20|RPERR 15|TASK 25")),
    "tax": Post("Kế toán thuế", 6_000_000, _lines("TAXFINE 30 shared=TCKT method=count_down penalty=50|RPTIME 30|RPERR 20|TASK 20")),
    "ledger": Post("Kế toán tổng hợp", 6_000_000, _lines("CLOSE 30 shared=TCKT method=inverse|RPTIME 25|RPERR 25|ASSET 20 shared=TCKT")),
    "hr_head": Post("Trưởng phòng Hành chính Nhân sự", 14_000_000, _lines("TURNOVER 25 shared=HCNS method=baseline baseline=3.2|ENPS 20 shared=TN|REVIEWS 25 shared=HCNS|TEAMKPI 20|COACH 10 scale=.5"), True),
    "recruit": Post("Chuyên viên tuyển dụng", 5_500_000, _lines("TIMEFILL 45 method=inverse|TASK 25|SATIN 15|RPTIME 15")),
    "trainer": Post("Chuyên viên đào tạo", 5_500_000, _lines("TRAIN 45|SATIN 25|TASK 20|PUNCT 10")),
    "payroll": Post("Chuyên viên tiền lương và phúc lợi", 6_000_000, _lines("PAYROLL 45|RPTIME 20|TASK 20|SATIN 15")),
    "it_head": Post("Trưởng phòng Công nghệ thông tin", 15_000_000, _lines(f"UPTIME 25 shared=CNTT {_UPTIME}|PROJ 30 shared=CNTT {_PROJ}|TEAMKPI 25|COACH 20 scale=.6"), True),
    "sysadmin": Post("Quản trị hệ thống", 7_000_000, _lines(f"UPTIME 35 shared=CNTT {_UPTIME}|PROJ 30 shared=CNTT {_PROJ}|SECINC 15 shared=CNTT method=count_down penalty=30|TASK 20")),
    "helpdesk": Post("Nhân viên hỗ trợ người dùng", 4_500_000, _lines("SATIN 45|TASK 40|PUNCT 10|KAIZEN 5")),
    "steward": Post("Chuyên viên quản trị dữ liệu", 7_000_000, _lines(f"RPTIME 40|RPERR 25|TASK 15|PROJ 20 shared=CNTT {_PROJ}")),
    "cs_head": Post("Trưởng phòng Chăm sóc khách hàng", 13_000_000, _lines("NPS 30 shared=CSKH|COMPLAINT 20 shared=QLCL|TEAMKPI 30|COACH 20"), True),
    "agent": Post("Nhân viên chăm sóc khách hàng", 4_500_000, _lines("CSAT 35|FRT 20 method=inverse|TICKETS 25|PUNCT 20")),
    "rd_head": Post("Trưởng phòng Nghiên cứu và Phát triển", 15_000_000, _lines("NEWPROD 35 shared=RD|TEAMKPI 30|COACH 15 scale=.6|TASK 20"), True),
    "double": Post("Nghiên cứu viên kiêm nhiệm", 7_000_000, _lines("RDSCHED 40|TESTOK 30|KAIZEN 30")),
    "research": Post("Nghiên cứu viên", 7_000_000, _lines("RDSCHED 40|TESTOK 30|KAIZEN 10|TASK 20")),
    "shop_head": Post("Trưởng chuỗi cửa hàng", 13_000_000, _lines("NEWMEM 35 shared=CH method=baseline baseline=7600|TEAMKPI 25|COACH 15|SATIN 25"), True),
    "shop": Post("Cửa hàng trưởng", 6_000_000, _lines("REV 40 scale=.22|ORDERS 15 scale=15|CONV 25|SHRINK 20 scale=.4")),
    "online": Post("Nhân viên bán hàng trực tuyến", 5_000_000, _lines("REV 40 scale=.25|ORDERS 20 scale=18|CONV 25 scale=2|TASK 15")),
    "seller": Post("Nhân viên bán hàng tại cửa hàng", 3_500_000, _lines("REV 40 scale=.2|ORDERS 20 scale=14|HYGIENE 25|PUNCT 15")),
}  # fmt: skip

# What changes at the turn of the year, for a unit or a kind of post: the whole scorecard after it.
CHANGED_UNITS: dict[str, tuple[Line, ...]] = {
    "TN": tuple(line for line in UNIT_LINES["TN"] if line.kpi != "MSHARE")
    + _lines("GROWTH 5 rollup=none method=baseline baseline=-10"),
}
CHANGED_POSTS: dict[str, tuple[Line, ...]] = {
    "rep": _lines("REV 35 method=ratio|ORDERS 15 method=ratio|VISITS 15|NEWCUST 15|AOV 5|AR 10|RETURN 5"),
    "agent": _lines("CSAT 40|FRT 20 method=inverse|TICKETS 20|PUNCT 20"),
}

# unit -> posts and how many people hold each; the head of the unit comes first
STAFF: dict[str, tuple[tuple[str, int], ...]] = {
    "TN": (("ceo", 1), ("audit", 1), ("legal", 1)),
    "KD": (("sales_dir", 1), ("analyst", 1)),
    "KDB": (("region", 1), ("rep", 8), ("tele", 2)),
    "KDT": (("region", 1), ("rep", 5), ("tele", 1)),
    "KDN": (("region", 1), ("rep", 9), ("tele", 1), ("export", 1)),
    "MKT": (("mkt_head", 1), ("digital", 2), ("brand", 2), ("content", 2)),
    "SX": (("prod_dir", 1), ("prod_plan", 1)),
    "NM": (("plant_head", 1), ("shift", 3), ("operator", 13)),
    "QLCL": (("qc_head", 1), ("qc", 6)),
    "BT": (("mt_head", 1), ("tech", 5), ("energy", 1)),
    "CUKV": (("sc_head", 1), ("buyer", 2), ("dispatch", 3), ("store_keeper", 3), ("sc_plan", 1)),
    "TCKT": (("acc_head", 1), ("receivable", 2), ("tax", 1), ("ledger", 2)),
    "HCNS": (("hr_head", 1), ("recruit", 1), ("trainer", 1), ("payroll", 1)),
    "CNTT": (("it_head", 1), ("sysadmin", 1), ("helpdesk", 2), ("steward", 1)),
    "CSKH": (("cs_head", 1), ("agent", 5)),
    "RD": (("rd_head", 1), ("research", 4)),
    "CH": (("shop_head", 1), ("shop", 3), ("online", 2), ("seller", 2)),
}
