"""Days as ordinals, and the fiscal year: named by the calendar year in which it starts (computation.md §6)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal, get_args

Kind = Literal["day", "week", "month", "quarter", "half", "year"]

KINDS: tuple[Kind, ...] = get_args(Kind)
"""From the shortest to the longest; the position of a kind is its int8 code in arrays."""

MONTHS: dict[Kind, int] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
"""Kinds that are a whole number of months."""

EPOCH = date(1970, 1, 1)

# A year outside is a typing error ("0206", "20226"), and an error said early is better than a century of empty columns.
FIRST_YEAR, LAST_YEAR = 1900, 2199


def ordinal(day: date) -> int:
    """Days since 1970-01-01, as everywhere in the engine (``numpy.datetime64[D]`` read as an integer)."""
    return (day - EPOCH).days


def from_ordinal(value: int) -> date:
    """The day of an ordinal. OverflowError outside the years 1 to 9999."""
    return EPOCH + timedelta(days=int(value))


def fiscal_year(day: date, fiscal_year_start: int) -> int:
    """The calendar year in which the day's fiscal year starts: 15 Feb 2026 with an April start is in 2025."""
    return day.year if day.month >= fiscal_year_start else day.year - 1


def fiscal_month(day: date, fiscal_year_start: int) -> int:
    """The month within the fiscal year, 1 to 12: 15 Feb 2026 with an April start is month 11."""
    return (day.month - fiscal_year_start) % 12 + 1


def check_start(fiscal_year_start: int) -> None:
    """ValueError unless 1 to 12: a wrong start month would shift every period without a word."""
    if not 1 <= fiscal_year_start <= 12:
        raise ValueError(f"fiscal_year_start must be 1 to 12, not {fiscal_year_start}")
