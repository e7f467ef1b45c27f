"""Worked tables: the Markdown pages of docs/algorithms are the tests' data (house rule 6).

A page holds headings and, under some of them, one or more tables. ``table("scoring", "Worked rows: ratio")`` is the
first table under that heading; each row is a dict from the column's title to its text, with Markdown's backticks and
emphasis taken off. ``cases`` turns the same rows into one pytest parameter each.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGES = Path(__file__).resolve().parents[1] / "docs" / "algorithms"

Row = dict[str, str]


def tables(page: str) -> dict[str, list[Row]]:
    """Every table of ``docs/algorithms/<page>.md`` by the heading above it. Raises KeyError on a repeated heading."""
    found: dict[str, list[Row]] = {}
    heading, block = "", []
    for line in [*(PAGES / f"{page}.md").read_text(encoding="utf-8").splitlines(), ""]:
        if line.lstrip().startswith("|"):
            block.append(line)
            continue
        if block:
            if heading in found:
                raise KeyError(f"{page}.md has two tables under “{heading}”")
            found[heading] = _rows(page, heading, block)
            block = []
        if line.startswith("#"):
            heading = line.lstrip("#").strip()
    return found


def table(page: str, heading: str) -> list[Row]:
    """The rows of one table. Raises KeyError when the heading has no table: a renamed heading must not skip tests."""
    every = tables(page)
    if heading not in every:
        raise KeyError(f"{page}.md has no table under “{heading}”; it has {sorted(every)}")
    if not every[heading]:
        raise KeyError(f"{page}.md: the table under “{heading}” has no rows")
    return every[heading]


def cases(page: str, heading: str, *name: str) -> pytest.MarkDecorator:
    """``pytest.mark.parametrize("row", …)``: one case a row, named by the columns ``name`` (default: the first)."""
    rows = table(page, heading)
    columns = name or (next(iter(rows[0])),)
    return pytest.mark.parametrize(
        "row", [pytest.param(row, id=" · ".join(row[column] for column in columns)) for row in rows]
    )


def number(text: str) -> float:
    """A number as the pages write it: ``1,234.5`` and the sign − (U+2212). Empty, “—” and “none” are NaN."""
    plain = text.replace("−", "-").replace(",", "").replace("%", "").strip()
    if plain in {"", "—", "none"}:
        return float("nan")
    return float(plain.replace("∞", "inf"))


def _rows(page: str, heading: str, block: list[str]) -> list[Row]:
    cells = [[_plain(cell) for cell in _split(line)] for line in block]
    titles, rule, *rows = cells
    if not all(re.fullmatch(r":?-+:?", cell) for cell in rule):
        raise ValueError(f"{page}.md: the table under “{heading}” has no line under its titles")
    for row in rows:
        if len(row) != len(titles):
            raise ValueError(f"{page}.md: a row under “{heading}” has {len(row)} cells, not {len(titles)}: {row}")
    return [dict(zip(titles, row, strict=True)) for row in rows]


def _split(line: str) -> list[str]:
    return re.split(r"(?<!\\)\|", line.strip().removeprefix("|").removesuffix("|"))


def _plain(cell: str) -> str:
    return cell.replace("\\|", "|").replace("`", "").replace("**", "").strip()
