"""The guide to the file says what the code does: its tables are read here."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest

from tamnhin.workbook.spec import SETTINGS, SHEETS, find_column, find_setting
from tamnhin.workbook.values import AMBIGUOUS, BAD, OK, plain_numbers

GUIDES = Path(__file__).parents[2] / "docs" / "guide"


def table(text: str, heading: str) -> list[list[str]]:
    """The rows of the first table under a heading."""
    section = re.split(r"^#{2,3} ", text, flags=re.MULTILINE)
    body = next(part for part in section if part.startswith(heading))
    lines = [line.strip("|").split("|") for line in body.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line] for line in lines[2:]]


@pytest.mark.parametrize(("language", "heading"), [("vi", "Số"), ("en", "Numbers")])
def test_numbers_are_read_as_the_guide_says(language: str, heading: str) -> None:
    rows = table((GUIDES / language / "workbook.md").read_text(encoding="utf-8"), heading)
    assert len(rows) >= 5
    for typed, *readings in rows:
        text = typed.strip("`")
        for spoken, expected in zip(("vi", "en", None), readings, strict=True):
            parsed = plain_numbers(pl.Series([text]), spoken)
            if re.fullmatch(r"[0-9.,]+", expected):
                assert parsed.status[0] == OK, (text, spoken)
                assert float(parsed.values[0]) == float(expected.replace(",", ".")), (text, spoken)
            else:
                assert parsed.status[0] == (AMBIGUOUS if ":" in expected else BAD), (text, spoken)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_guide_lists_every_column_and_says_which_are_required(language: str) -> None:
    text = (GUIDES / language / "workbook.md").read_text(encoding="utf-8")
    for sheet in SHEETS.values():
        if sheet.name == "company":
            continue
        rows = table(text, f"{sheet.label} (`{sheet.name}`)")
        found = [find_column(sheet.name, cells[0]) for cells in rows]
        assert found == [column.name for column in sheet.columns], sheet.name
        assert [("★" in cells[0]) for cells in rows] == [column.required for column in sheet.columns], sheet.name


@pytest.mark.parametrize(("language", "heading"), [("vi", "Trang Công ty"), ("en", "The company sheet")])
def test_the_guide_lists_every_setting_of_the_company(language: str, heading: str) -> None:
    rows = table((GUIDES / language / "workbook.md").read_text(encoding="utf-8"), heading)
    assert [find_setting(cells[0]) for cells in rows] == list(SETTINGS)
