"""KPIs as positions: aggregation, frequency, scale and the versions of their formulas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from tamnhin.engine import formula
from tamnhin.engine.aggregation import Aggregation, Floats, Ints
from tamnhin.engine.book import Book
from tamnhin.engine.periods import Kind
from tamnhin.engine.plan.owners import EVER, days
from tamnhin.engine.problems import Problem
from tamnhin.engine.scoring import Direction

Positions = npt.NDArray[np.integer[Any]]

FREQUENCIES: tuple[Kind, ...] = ("day", "week", "month", "quarter", "half", "year")
ACROSS_UNKNOWN = np.int8(-1)  # `last` across owners has no meaning until someone says sum or mean


@dataclass(frozen=True, slots=True)
class FormulaVersion:
    """One version of a KPI's formula; it holds from ``start`` until the next version's."""

    start: int
    parsed: formula.Parsed
    row: int | None


@dataclass(frozen=True, slots=True)
class Kpis:
    """KPIs in the order of the workbook; arrays have one element a KPI."""

    codes: tuple[str, ...]
    frequency: npt.NDArray[np.int8]  # into FREQUENCIES
    aggregation: npt.NDArray[np.int8]
    across: npt.NDArray[np.int8]
    scale: Floats
    direction: npt.NDArray[np.int8]
    formulas: Mapping[int, tuple[FormulaVersion, ...]]
    order: tuple[int, ...]  # formula KPIs, inputs first

    @property
    def count(self) -> int:
        return len(self.codes)

    @property
    def has_formula(self) -> npt.NDArray[np.bool_]:
        mask = np.zeros(self.count, dtype=bool)
        mask[list(self.formulas)] = True
        return mask

    def version_at(self, kpi: int, day: int) -> FormulaVersion:
        """The version in force on a day (the first one before any has started)."""
        versions = self.formulas[kpi]
        return next((v for v in reversed(versions) if v.start <= day), versions[0])


def read_kpis(book: Book, problems: list[Problem]) -> Kpis:
    """KPIs of a book; formula faults become problems at their cell and leave the KPI without a number."""
    frame = book["kpis"].with_row_index("_i").sort("from", nulls_last=False, maintain_order=True)
    latest = frame.unique("code", keep="last", maintain_order=True).sort("_i")
    # a code stands where its first row stood
    order = book["kpis"]["code"].unique(maintain_order=True)
    latest = pl.DataFrame({"code": order}).join(latest, on="code", how="left", maintain_order="left")
    codes = tuple(order.to_list())
    aggregation = np.array([Aggregation.parse(word) for word in latest["aggregation"]], dtype=np.int8)
    across = np.array(
        [
            Aggregation.parse(word) if word is not None else (ACROSS_UNKNOWN if own == Aggregation.LAST else own)
            for word, own in zip(latest["across"], aggregation, strict=True)
        ],
        dtype=np.int8,
    )
    percent = (latest["unit"].fill_null("").str.strip_chars() == "%").to_numpy()
    scale = latest["scale"].fill_null(float("nan")).to_numpy().astype(np.float64)
    # a percentage is counted in percent by default; a formula already says its own factor
    plain = latest["formula"].is_null().to_numpy()
    scale = np.where(np.isnan(scale), np.where(percent & plain, 100.0, 1.0), scale)
    formulas = _formulas(book, frame, latest, codes, problems)
    index = {code: i for i, code in enumerate(codes)}
    # one order has to serve every version: whatever any of them uses comes first
    ordered, cycles = formula.order(
        {
            codes[i]: replace(
                versions[-1].parsed, references=frozenset().union(*(v.parsed.references for v in versions))
            )
            for i, versions in formulas.items()
        }
    )
    for cycle in cycles:
        first = str(cycle.kpi)
        row = next((v.row for v in formulas.get(index.get(first, -1), ())), None)
        problems.append(
            Problem(
                cycle.code,
                sheet=book.place_names.get("kpis", "kpis"),
                cell=book.cell("kpis", "formula", row),
                kpi=first,
                args=cycle.args,
            )
        )
    placed = [index[code] for code in ordered]
    broken = tuple(i for i in formulas if i not in set(placed))
    for i in broken:  # in a circle: no number
        formulas[i] = (FormulaVersion(int(EVER), formula.Parsed.without_number(), None),)
    return Kpis(
        codes=codes,
        frequency=np.array([FREQUENCIES.index(word) for word in latest["frequency"]], dtype=np.int8),
        aggregation=aggregation,
        across=across,
        scale=scale,
        direction=np.array([Direction[word.upper()] for word in latest["direction"]], dtype=np.int8),
        formulas=formulas,
        order=(*broken, *placed),
    )


def _formulas(
    book: Book, frame: pl.DataFrame, latest: pl.DataFrame, codes: tuple[str, ...], problems: list[Problem]
) -> dict[int, tuple[FormulaVersion, ...]]:
    known = dict(zip(latest["code"], latest["unit"], strict=True))
    index = {code: i for i, code in enumerate(codes)}
    with_formula = frame.filter(pl.col("formula").is_not_null())
    starts = days(with_formula["from"], EVER)
    out: dict[int, list[FormulaVersion]] = {}
    for start, row in zip(starts.tolist(), with_formula.iter_rows(named=True), strict=True):
        parsed = formula.parse(row["formula"], known, declared_unit=row["unit"], currency=book.company.currency)
        place = row.get("_row")
        problems.extend(
            error.as_problem(
                sheet=book.place_names.get("kpis", "kpis"),
                cell=book.cell("kpis", "formula", place),
                kpi=row["code"],
            )
            for error in parsed.faults
        )
        out.setdefault(index[row["code"]], []).append(FormulaVersion(start, parsed, place))
    return {kpi: tuple(versions) for kpi, versions in out.items()}


def nodes_key(owner: Positions, kpi: Positions | int, kpi_count: int) -> Ints:
    """One int64 for (owner, KPI), ordered by owner then KPI."""
    return np.asarray(owner * np.int64(kpi_count) + kpi, dtype=np.int64)
