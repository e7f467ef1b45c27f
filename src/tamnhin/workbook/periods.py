"""Period keys as people write them, made canonical where only one reading is possible.

``engine.periods.parse`` is exact and says what a wrong key may have meant; here what is plainly one period is taken:
``03/2026``, ``Tháng 3/2026``, ``Q1/2026``, ``Quý I năm 2026``, ``Tuần 5/2026``, ``15/03/2026`` (where dates are read
day first). The result still goes through ``parse``.
"""

from __future__ import annotations

import re

import polars as pl

from tamnhin.engine.periods import PeriodError, parse
from tamnhin.workbook.values import AMBIGUOUS, dates

_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4"}
_YEAR = r"([0-9]{4})"
_OF = r"\s*(?:[-/.,_ ]|NĂM|NAM)\s*(?:NĂM|NAM)?\s*"
_FORMS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), shape)
    for pattern, shape in (
        (rf"(?:NĂM|NAM|CY)\s*{_YEAR}", "{0}"),
        (rf"(?:FY|NTC)\s*[-/ ]?\s*{_YEAR}", "FY{0}"),
        (rf"FY\s*{_YEAR}[-/ ]?([HQ][1-4]|M[0-9]{{2}})", "FY{0}-{1}"),
        (rf"(?:Q|QUÝ|QUY)\s*([1-4]|I{{1,3}}|IV){_OF}{_YEAR}", "{1}-Q{0}"),
        (rf"{_YEAR}\s*[-/. ]?\s*(?:Q|QUÝ|QUY)\s*([1-4])", "{0}-Q{1}"),
        (rf"H\s*([12]){_OF}{_YEAR}", "{1}-H{0}"),
        (rf"{_YEAR}\s*[-/. ]?\s*H([12])", "{0}-H{1}"),
        (rf"(?:NỬA ĐẦU|6 THÁNG ĐẦU){_OF}{_YEAR}", "{0}-H1"),
        (rf"(?:NỬA CUỐI|6 THÁNG CUỐI){_OF}{_YEAR}", "{0}-H2"),
        (rf"(?:W|TUẦN|TUAN)\s*([0-9]{{1,2}}){_OF}{_YEAR}", "{1}-W{0:0>2}"),
        (rf"{_YEAR}\s*[-/. ]?\s*W\s*([0-9]{{1,2}})", "{0}-W{1:0>2}"),
        (rf"(?:T|M|THÁNG|THANG)\s*([0-9]{{1,2}}){_OF}{_YEAR}", "{1}-{0:0>2}"),
        (rf"([0-9]{{1,2}})\s*[-/.]\s*{_YEAR}", "{1}-{0:0>2}"),
        (rf"{_YEAR}\s*[-/.]\s*(?:T|M)?([0-9]{{1,2}})", "{0}-{1:0>2}"),
    )
)
_DATE = re.compile(r"[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4}|[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}")


class AmbiguousDateError(ValueError):
    """A date in words of digits that can be read two ways."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(first, second)
        self.first = first
        self.second = second


def period_key(text: str, language: str | None, fiscal_year_start: int) -> str:
    """The canonical key of what was written. PeriodError where it is no period, AmbiguousDateError for ``03/04/2026``
    where the language does not say which comes first."""
    text = text.strip()
    try:
        return parse(text, fiscal_year_start).key
    except PeriodError as fault:
        upper = " ".join(text.upper().split())
        if _DATE.fullmatch(upper):
            read = dates(pl.Series([upper], dtype=pl.String), language)
            if read.status[0] == AMBIGUOUS:
                raise AmbiguousDateError(read.first[0], read.second[0]) from None
            if read.values[0] is not None:
                return str(read.values[0].isoformat())
            raise
        if not upper.isascii() or upper != text:
            try:
                return parse(upper, fiscal_year_start).key
            except PeriodError:
                pass
        for pattern, shape in _FORMS:
            if match := pattern.fullmatch(upper):
                key = shape.format(*(_ROMAN.get(part, part) for part in match.groups()))
                return parse(key, fiscal_year_start).key
        raise fault from None
