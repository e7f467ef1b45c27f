"""Books that the tests of import and export bring in."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path

from tamnhin.engine.book import SCHEMAS, Book, Company, make_book
from tamnhin.measurements.frames import load_book
from tamnhin.organisation import models
from tamnhin.organisation.services import create_company
from tamnhin.workbook import write

Row = dict[str, object]


def small(**sheets: list[Row]) -> Book:
    """Two units, two people, two KPIs, two lines, a target and two values; ``sheets`` replace or add."""
    given: Mapping[str, list[Row]] = {
        "units": [
            {"code": "CTY", "name": "Công ty Ngọc", "head": "LAN"},
            {"code": "KD", "name": "Kinh doanh", "parent": "CTY", "kind": "department"},
        ],
        "people": [
            {"code": "LAN", "name": "Trần Thị Lan", "unit": "CTY", "email": "lan@ngoc.vn"},
            {"code": "HOA", "name": "Lê Thị Hoa", "unit": "KD", "manager": "LAN", "joined": "2024-02-01"},
        ],
        "kpis": [
            {"code": "REV", "name": "Doanh thu", "unit": "đồng", "direction": "higher", "aggregation": "sum",
             "frequency": "month", "owner": "LAN"},
            {"code": "OTD", "name": "Giao đúng hẹn", "direction": "higher", "aggregation": "ratio", "scale": 100,
             "frequency": "month"},
        ],
        "goals": [
            {"code": "G2", "title": "Con", "horizon": "year", "parent": "G1", "from": "2026-01-01", "to": "2026-12-31"},
            {"code": "G1", "title": "Mẹ", "horizon": "strategic", "from": "2026-01-01", "to": "2030-12-31"},
        ],
        "scorecards": [
            {"owner": "HOA", "kpi": "REV", "weight": "66.666667", "goal": "G2"},
            {"owner": "HOA", "kpi": "OTD", "weight": "33.333333", "method": "curve", "curve": "80:0; 100:100"},
        ],
        "targets": [{"owner": "HOA", "kpi": "REV", "period": "2026", "target": 1200.0, "profile": "even"}],
        "actuals": [
            {"owner": "HOA", "kpi": "REV", "period": "2026-01", "value": 90.5, "source": "ERP"},
            {"owner": "HOA", "kpi": "OTD", "period": "2026-01", "numerator": 9, "denominator": 10},
        ],
        "grades": [{"grade": "A", "from": 90, "name": "Tốt"}, {"grade": "B", "from": 0, "name": "Đạt"}],
        "bonus": [{"person": "HOA", "base": "12345678.25", "from": "2026-01-01"}],
    }  # fmt: skip
    return make_book(Company(name="Công ty Ngọc", cap=150.0), **{**given, **sheets})  # type: ignore[arg-type]


def only(**sheets: list[Row]) -> Book:
    """A file with nothing but these sheets."""
    return make_book(None, **sheets)  # type: ignore[arg-type]


def fresh(code: str = "NGOC") -> models.Company:
    return create_company(acting_user=None, code=code, name="x")


def content(company: models.Company) -> dict[str, list[tuple[object, ...]]]:
    """Everything the engine would read, without the instants of writing."""
    book = load_book(company, include_pay=True)
    return {name: book[name].drop("recorded_at", strict=False).rows() for name in SCHEMAS}


def files(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


def written(book: Book, folder: Path) -> dict[str, bytes]:
    write(book, folder)
    return files(folder)


TODAY = datetime.date(2026, 3, 17)
