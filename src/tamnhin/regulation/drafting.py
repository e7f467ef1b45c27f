"""The built-in text with a company's own settings written into it. A start to be changed, and no legal advice."""

from __future__ import annotations

import re
from decimal import Decimal
from importlib import resources

from tamnhin.base import formatting
from tamnhin.organisation.models import Company, Grade

TITLES = {
    "vi": "Quy chế đánh giá KPI và lương hiệu quả",
    "en": "Regulation on KPI evaluation and performance pay",
}
_PLACE = re.compile(r"\{(\w+)\}")
_PRORATION = {
    "working_days": {"vi": "số ngày làm việc", "en": "working days"},
    "calendar_days": {"vi": "số ngày theo lịch", "en": "calendar days"},
}
_PERIOD = {
    "aggregate": {
        "vi": "chấm từ số liệu cộng dồn của cả quý hoặc cả năm",
        "en": "scored from the figures of the whole quarter or year",
    },
    "mean_of_scores": {
        "vi": "là trung bình điểm của các tháng trong kỳ",
        "en": "the mean of the scores of its months",
    },
}


def draft_for(company: Company, language: str) -> str:
    """The built-in text in ``vi`` or ``en``, with name, floor, cap, grades and proration filled in. One query."""
    source = resources.files("tamnhin.regulation") / "text" / f"regulation.{language}.md"
    given = _given(company, language)
    return _PLACE.sub(lambda found: given[found[1]], source.read_text(encoding="utf-8")).strip()


def _given(company: Company, language: str) -> dict[str, str]:
    def percent(value: float) -> str:
        return formatting.percent(value, 2, language=language)

    grades = list(Grade.objects.filter(company=company).order_by("-lower_bound"))
    return {
        "company": company.name or company.code,
        "floor": percent(company.floor),
        "cap": percent(company.cap),
        "payout_cap": percent(min(company.cap, 120.0)),
        "minimum": _minimum(company.minimum_eligibility, language),
        "proration": _PRORATION.get(company.proration, _PRORATION["working_days"])[language],
        "long_periods": _PERIOD.get(company.period_score, _PERIOD["aggregate"])[language],
        "grades": _grades(grades, language),
    }


def _minimum(share: float, language: str) -> str:
    """Who took part too little to be graded; without a limit, that everybody is."""
    if share <= 0:
        return {
            "vi": "Người tham gia một phần của kỳ vẫn được chấm và xếp loại theo phần thời gian đó.",
            "en": "Whoever takes part in a period, however short, is scored and graded for that part of it.",
        }[language]
    least = formatting.percent(share, 2, language=language)
    return {
        "vi": f"Người tham gia dưới {least} thời gian của kỳ thì kỳ đó không xếp loại.",
        "en": f"Below {least} of a period there is no grade for it.",
    }[language]


def _grades(grades: list[Grade], language: str) -> str:
    """The grades as a table, best first; a line that says what is missing where the company has none yet."""
    if not grades:
        return {
            "vi": "(Công ty chưa đặt thang xếp loại. Điền bảng xếp loại vào đây.)",
            "en": "(The company has no grades yet. Write the table of grades here.)",
        }[language]
    head = {"vi": "| Loại | Tên gọi | Điểm |", "en": "| Grade | Name | Score |"}[language]
    rows = [head, "|---|---|---|"]
    above: float | None = None
    for grade in grades:
        rows.append(f"| {grade.grade} | {grade.name or '—'} | {_band(grade.lower_bound, above, language)} |")
        above = grade.lower_bound
    return "\n".join(rows)


def _band(lower: float, above: float | None, language: str) -> str:
    low = formatting.number(Decimal(repr(lower)), language=language)
    if above is None:
        return {"vi": f"từ {low} trở lên", "en": f"{low} and above"}[language]
    high = formatting.number(Decimal(repr(above)), language=language)
    if lower <= 0:
        return {"vi": f"dưới {high}", "en": f"below {high}"}[language]
    return {"vi": f"từ {low} đến dưới {high}", "en": f"{low} to below {high}"}[language]
