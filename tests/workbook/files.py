"""Small workbooks for the tests, made with openpyxl (which knows nothing of our writer)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl

Sheets = Mapping[str, Any]  # rows of cells; a mix of texts, numbers and dates is what a sheet is

# a right workbook: each test changes one thing in it
RIGHT: Sheets = {
    "company": [["key", "value"], ["name", "Sữa Mây"]],
    "units": [["code", "name", "parent", "head"], ["CTY", "Công ty", None, None], ["KD", "Kinh doanh", "CTY", "MINH"]],
    "people": [["code", "name", "unit"], ["MINH", "Minh", "KD"], ["HOA", "Hoa", "KD"]],
    "kpis": [
        ["code", "name", "direction", "aggregation", "frequency"],
        ["REV", "Doanh thu", "higher", "sum", "month"],
        ["ONTIME", "Đúng hạn", "higher", "ratio", "month"],
    ],
    "scorecards": [["owner", "kpi", "weight"], ["HOA", "REV", 60], ["HOA", "ONTIME", 40]],
    "targets": [["owner", "kpi", "period", "target"], ["HOA", "REV", "2026-01", 100], ["HOA", "ONTIME", "2026", 95]],
    "actuals": [
        ["owner", "kpi", "period", "value", "numerator", "denominator"],
        ["HOA", "REV", "2026-01", 0, None, None],
        ["HOA", "ONTIME", "2026-01", None, 90, 100],
    ],
}


def save(path: Path, sheets: Sheets) -> Path:
    """An .xlsx of exactly these cells."""
    book = openpyxl.Workbook()
    del book[book.sheetnames[0]]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def right_with(**sheets: Any) -> Sheets:
    """The right workbook with some sheets replaced, added, or (None) taken out."""
    return {name: rows for name, rows in {**RIGHT, **sheets}.items() if rows is not None}
