"""Faults of a book that compiling finds, each as a problem at its place; evaluation goes on without what is wrong."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import polars as pl

from tamnhin.engine import calendar as cal
from tamnhin.engine import grades, payout
from tamnhin.engine import periods as per
from tamnhin.engine.aggregation import Ints
from tamnhin.engine.book import Book
from tamnhin.engine.calendar import Calendar, CalendarError
from tamnhin.engine.plan.cells import Rows
from tamnhin.engine.plan.measures import ACROSS_UNKNOWN, Kpis
from tamnhin.engine.plan.model import NONE, Lines, Nodes
from tamnhin.engine.plan.owners import Bools, Owners
from tamnhin.engine.plan.scorelines import place_of
from tamnhin.engine.problems import Problem


def company_calendar(book: Book, years: range, problems: list[Problem]) -> Calendar:
    """The company's calendar; a working week or a country that does not exist gives way to mon-fri and no holidays."""
    week, holidays = book.company.working_week, book.company.holidays
    sheet = book.place_names.get("company", "company")
    while True:
        try:
            return cal.build(week, holidays, book["calendar"], years)
        except CalendarError as fault:
            problems.append(fault.problem(sheet=sheet))
            if fault.code == "WORKING_WEEK_INVALID":
                week = "mon-fri"
            else:
                holidays = "none"


def report_grades(book: Book, problems: list[Problem]) -> None:
    """Grades whose lower bounds do not increase: nobody is graded."""
    code = grades.bounds_refusal(book["grades"]["from"].sort().to_numpy()) if book["grades"].height else None
    if code is None:
        return
    bounds = book["grades"].with_row_index("_at").sort("from", maintain_order=True)
    same = bounds.filter((pl.col("from").diff() < 0.01) | pl.col("from").is_null())
    row = int(same["_at"][0]) if same.height else 0
    sheet, cell = place_of(book, "grades", "from", row)
    problems.append(Problem(code, sheet, cell, args={"grade": book["grades"]["grade"][row]}))


def report_bonus(book: Book, problems: list[Problem]) -> None:
    """Performance pay that cannot be computed: a base below 0, a curve that cannot be read."""
    bonus = book["bonus"]
    for row in np.flatnonzero((bonus["base"] < Decimal(0)).fill_null(False).to_numpy()).tolist():
        sheet, cell = place_of(book, "bonus", "base", row)
        problems.append(Problem("BONUS_NEGATIVE", sheet, cell, bonus["person"][row], args={"base": bonus["base"][row]}))
    for text in bonus["curve"].drop_nulls().unique(maintain_order=True):
        found = payout.curve(text)
        if not isinstance(found, str):
            continue
        for row in np.flatnonzero((bonus["curve"] == text).fill_null(False).to_numpy()).tolist():
            sheet, cell = place_of(book, "bonus", "curve", row)
            problems.append(Problem(found, sheet, cell, bonus["person"][row], args={"curve": text}))


def report_periods(book: Book, rows: Rows, problems: list[Problem]) -> None:
    """Rows of ``actuals`` whose period cannot be read."""
    start = book.company.fiscal_year_start
    bad = per.parse_many(pl.Series(list(rows.keys), dtype=pl.String), start)[3]
    if not bad.any():
        return
    for row in np.flatnonzero(bad[rows.period]).tolist():
        record = rows.frame.row(row, named=True)
        try:
            per.parse(str(record["period"]), start)
        except per.PeriodError as fault:
            cell = book.cell("actuals", "period", record.get("_row"), record.get("_col"))
            sheet = book.place_names.get("actuals", "actuals")
            problems.append(fault.problem(sheet=sheet, cell=cell, owner=str(record["owner"]), kpi=str(record["kpi"])))


def report_coarse(book: Book, rows: Rows, at: Ints, frequency: str, problems: list[Problem]) -> None:
    for row in at.tolist():
        record = rows.frame.row(row, named=True)
        problems.append(
            Problem(
                "PERIOD_TOO_COARSE",
                book.place_names.get("actuals", "actuals"),
                book.cell("actuals", "period", record.get("_row"), record.get("_col")),
                str(record["owner"]),
                str(record["kpi"]),
                {"period": record["period"], "frequency": frequency},
            )
        )


def report_across(
    book: Book, kpis: Kpis, lines: Lines, nodes: Nodes, take_value: Bools, owners: Owners, problems: list[Problem]
) -> None:
    """A unit's line of a `last` KPI that nobody said how to combine, and that has no number of its own."""
    node = np.maximum(lines.node, 0)
    lost = (lines.node != NONE) & (kpis.across[lines.kpi] == ACROSS_UNKNOWN) & take_value[node]
    for at in np.flatnonzero(lost).tolist():
        sheet, cell = place_of(book, "scorecards", "rollup", int(lines.row[at]))
        problems.append(
            Problem("ACROSS_REQUIRED", sheet, cell, owners.codes[lines.owner[at]], kpis.codes[lines.kpi[at]])
        )
