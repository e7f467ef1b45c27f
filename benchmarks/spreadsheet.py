"""The people's scorecards as a spreadsheet of formulas, and how long LibreOffice takes to compute it.

Kind to the spreadsheet: one row a line with its months side by side, targets already divided into months, one formula a
score and one SUMPRODUCT a card over a range that is known. No lookups, no dates, no units, no ratios' components.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from tamnhin.engine.book import Book

MONTHS = 12
FIRST_ACTUAL, FIRST_TARGET = 3, 3 + MONTHS
FIRST_SCORE = FIRST_TARGET + MONTHS


def measure(book: Book, folder: Path) -> dict[str, Any]:
    sheet, empty = folder / "calc.xlsx", folder / "calc-empty.xlsx"
    formulas = _write(book, sheet)
    with xlsxwriter.Workbook(str(empty)) as nothing:
        nothing.add_worksheet().write_formula(0, 0, "=1+1")
    start_up = min(_convert(empty, folder) for _ in range(2))
    whole = min(_convert(sheet, folder) for _ in range(2))
    still = _write(book, sheet, formulas=False)
    reading = min(_convert(sheet, folder) for _ in range(2))
    assert still == 0
    return {
        "seconds": whole - start_up,
        "recalculation": whole - reading,
        "start_up": start_up,
        "formulas": formulas,
    }


def _write(book: Book, path: Path, *, formulas: bool = True) -> int:
    people = book["people"].select(owner="code")
    text = pl.col("owner", "kpi").cast(pl.String)
    lines = book["scorecards"].with_columns(text).join(people, on="owner").sort("owner", maintain_order=True)
    value = pl.coalesce("value", pl.col("numerator") / pl.col("denominator") * 100)
    actuals = book["actuals"].with_columns(text, pl.col("period").cast(pl.String), value.alias("value"))
    wide = actuals.pivot("period", index=["owner", "kpi"], values="value")
    targets = book["targets"].with_columns(text).select("owner", "kpi", "target", "profile")
    kpis = book["kpis"].select(pl.col("code").alias("kpi"), "direction")
    rows = lines.join(wide, on=["owner", "kpi"], how="left").join(targets, on=["owner", "kpi"], how="left").join(
        kpis, on="kpi", how="left"
    )  # fmt: skip
    months = sorted(name for name in wide.columns if name.startswith("2025"))
    count = 0
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as file:
        scores, cards = file.add_worksheet("scores"), file.add_worksheet("cards")
        spans: dict[str, list[int]] = {}
        for at, row in enumerate(rows.iter_rows(named=True)):
            spans.setdefault(row["owner"], [at + 1, at + 1])[1] = at + 1
            scores.write_row(at, 0, [row["owner"], row["kpi"], float(row["weight"])])
            target = (row["target"] or 0) / (MONTHS if row["profile"] == "even" else 1)
            for month, key in enumerate(months):
                if row[key] is not None:
                    scores.write_number(at, FIRST_ACTUAL + month, row[key])
                scores.write_number(at, FIRST_TARGET + month, target)
            for month in range(MONTHS + 1):
                if formulas:
                    scores.write_formula(at, FIRST_SCORE + month, _formula(at + 1, month, row), value=0)
                    count += 1
                else:
                    scores.write_number(at, FIRST_SCORE + month, 1.0)
        for at, (owner, (first, last)) in enumerate(spans.items()):
            cards.write_string(at, 0, owner)
            for month in range(MONTHS + 1):
                column = xl_col_to_name(FIRST_SCORE + month)
                cells, weights = f"scores.{column}{first}:{column}{last}", f"scores!$C{first}:$C{last}"
                cells = cells.replace(".", "!")
                if formulas:
                    card = f"=SUMPRODUCT({weights},N(+{cells}))/SUMPRODUCT({weights},--ISNUMBER({cells}))"
                    cards.write_formula(at, 1 + month, card, value=0)
                    count += 1
                else:
                    cards.write_number(at, 1 + month, 1.0)
    return count


def _formula(row: int, month: int, line: dict[str, Any]) -> str:
    if month < MONTHS:
        actual = f"{xl_col_to_name(FIRST_ACTUAL + month)}{row}"
        target = f"{xl_col_to_name(FIRST_TARGET + month)}{row}"
        told = f'{actual}=""'
    else:
        cells = f"{xl_col_to_name(FIRST_ACTUAL)}{row}:{xl_col_to_name(FIRST_TARGET - 1)}{row}"
        asked = f"{xl_col_to_name(FIRST_TARGET)}{row}:{xl_col_to_name(FIRST_SCORE - 1)}{row}"
        by = "SUM" if line["profile"] == "even" else "AVERAGE"
        actual, target = f"{by}({cells})", f"{by}({asked})"
        told = f"COUNT({cells})=0"
    way = f"1-({actual}-{target})/ABS({target})" if line["direction"] == "lower" else f"{actual}/{target}"
    return f'=IF({told},"",MAX(0,MIN(120,({way})*100)))'


def _convert(path: Path, folder: Path) -> float:
    """Seconds of a conversion with a fresh profile that recalculates whatever it loads."""
    with tempfile.TemporaryDirectory(dir=folder) as home:
        settings = Path(home) / "user"
        settings.mkdir()
        (settings / "registrymodifications.xcu").write_text(_ALWAYS_RECALCULATE)
        out = Path(home) / "out"
        start = time.perf_counter()
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{home}", "--headless", "--convert-to", "xlsx",
             "--outdir", str(out), str(path)],
            check=True, capture_output=True, timeout=600,
        )  # fmt: skip
        took = time.perf_counter() - start
        shutil.copy(out / path.name, folder / f"{path.stem}-out.xlsx")
        return took


_ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>
"""
