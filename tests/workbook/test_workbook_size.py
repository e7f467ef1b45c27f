"""A large file is read, and told about, also where every row has a fault. How fast is for benchmarks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tamnhin.engine.book import Book, Company, make_book
from tamnhin.workbook import read, write

ROWS = 100_000


@pytest.fixture(scope="module")
def large() -> Book:
    """10,000 people with ten KPIs each, one month of actuals."""
    people = [f"P{at:05d}" for at in range(ROWS // 10)]
    kpis = [{"code": f"K{at}", "name": f"KPI {at}", "direction": "higher", "aggregation": "sum", "frequency": "month"}
            for at in range(10)]  # fmt: skip
    actuals = pl.DataFrame(
        {
            "owner": np.repeat(people, 10),
            "kpi": np.tile([kpi["code"] for kpi in kpis], len(people)),
            "period": ["2026-01"] * ROWS,
            "value": np.random.default_rng(7).normal(100, 20, ROWS),
        }
    )
    return make_book(
        Company(language="vi"),
        units=[{"code": "CTY", "name": "Công ty"}],
        people=pl.DataFrame({"code": people, "name": people, "unit": ["CTY"] * len(people)}),
        kpis=kpis,  # type: ignore[arg-type]  # dicts of text are dicts of objects
        scorecards=[{"owner": "P00000", "kpi": "K0", "weight": "100"}],
        actuals=actuals,
    )


@pytest.mark.parametrize("kind", ["large.xlsx", "large"])
def test_a_hundred_thousand_rows_are_read_and_checked(kind: str, large: Book, tmp_path: Path) -> None:
    write(large, tmp_path / kind)
    result = read(tmp_path / kind)
    assert result.problems == []
    assert result.book is not None
    assert result.book["actuals"]["value"].equals(large["actuals"]["value"])


def test_a_hundred_thousand_faults_are_told_and_counted(large: Book, tmp_path: Path) -> None:
    actuals = large["actuals"].with_columns(owner=pl.col("owner").str.replace("P", "Q"), period=pl.lit("2026-13"))
    write(Book(large.company, {**large.frames, "actuals": actuals}), tmp_path / "bad")
    result = read(tmp_path / "bad")
    assert result.book is not None
    assert result.book["actuals"].is_empty()
    counted = [problem for problem in result.problems if problem.code == "MORE_PROBLEMS"]
    assert [problem.args["count"] for problem in counted] == [ROWS - 1000]


def test_a_hundred_thousand_unknown_owners_are_told_up_to_a_thousand(large: Book, tmp_path: Path) -> None:
    actuals = large["actuals"].with_columns(owner=pl.col("owner").str.replace("P", "Q"))
    write(Book(large.company, {**large.frames, "actuals": actuals}), tmp_path / "bad")
    result = read(tmp_path / "bad")
    assert sum(problem.code == "OWNER_UNKNOWN" for problem in result.problems) == 1000
