"""Amounts in another currency, at the rate locked with the period (computation.md §9)."""

from __future__ import annotations

import polars as pl

from tamnhin.engine import periods as per
from tamnhin.engine.book import Book
from tamnhin.engine.problems import Problem


def in_own_currency(frame: pl.DataFrame, book: Book, currency: str, problems: list[Problem]) -> pl.DataFrame:
    """Foreign amounts at the rate of the narrowest period of ``rates`` that holds their period."""
    frame = frame.with_row_index("_at")
    foreign = frame.filter(pl.col("currency").is_not_null() & (pl.col("currency") != currency))
    if foreign.is_empty():
        return frame.drop("_at")
    start = book.company.fiscal_year_start
    found: dict[tuple[str, str], float | None] = {}
    for code, key in foreign.select("currency", pl.col("period").cast(pl.String)).unique().iter_rows():
        found[code, key] = rate_for(book, code, key, start)
    rates = foreign.select("_at", "currency", pl.col("period").cast(pl.String)).with_columns(
        pl.struct("currency", "period")
        .replace_strict([{"currency": c, "period": p} for c, p in found], list(found.values()), return_dtype=pl.Float64)
        .alias("_rate")
    )
    missing = set(rates.filter(pl.col("_rate").is_null())["_at"].to_list())
    problems.extend(
        Problem(
            "RATE_MISSING",
            sheet=book.place_names.get("actuals", "actuals"),
            cell=book.cell("actuals", "currency", row.get("_row")),
            owner=str(row["owner"]),
            kpi=str(row["kpi"]),
            args={"currency": row["currency"], "period": row["period"]},
        )
        for row in frame.filter(pl.col("_at").is_in(list(missing))).iter_rows(named=True)
    )
    return (
        frame.join(rates.select("_at", "_rate"), on="_at", how="left", maintain_order="left")
        .filter(~pl.col("_at").is_in(list(missing)))
        .with_columns(pl.col(name) * pl.col("_rate").fill_null(1.0) for name in ("value", "numerator"))
        .drop("_at", "_rate")
    )


def rate_for(book: Book, currency: str, key: str, fiscal_year_start: int) -> float | None:
    """The locked rate of a currency for a period key, None where there is none."""
    try:
        period = per.parse(key, fiscal_year_start)
    except per.PeriodError:
        return None
    return rate_between(book, currency, period.first, period.last)


def rate_between(book: Book, currency: str, first: int, last: int) -> float | None:
    """The locked rate of a currency for some days (ordinals, inclusive): of the narrowest period that holds them."""
    best: tuple[int, float] | None = None
    for row in book["rates"].filter(pl.col("currency") == currency).iter_rows(named=True):
        try:
            held = per.parse(row["period"], book.company.fiscal_year_start)
        except per.PeriodError:
            continue
        if held.first <= first and last <= held.last and (best is None or held.days < best[0]):
            best = (held.days, float(row["rate"]))
    return None if best is None else best[1]
