"""Text to numbers, dates and instants, whole columns at a time.

Numbers typed as text follow the language: ``vi`` groups thousands with ``.`` and marks decimals with ``,``; ``en`` the
other way round. With no language only what can be read one way is read: ``1.234,5``, ``12.5``, ``1.234.567``, but not
``1.234``. Groups may also be parted by a space. A final ``%`` is dropped: percentages are percentage points everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

OK, BAD, AMBIGUOUS = 0, 1, 2

_SPACES = "[ \u00a0\u202f\u2009]"


def _grammar(group: str, point: str) -> str:
    whole = rf"(?:[0-9]+|[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}})+|[1-9][0-9]{{0,2}}(?: [0-9]{{3}})+)"
    return rf"^[+-]?(?:{whole}(?:{point}[0-9]+)?|[0-9]+(?:{point}[0-9]+)?[eE][+-]?[0-9]{{1,3}})$"


_VI = _grammar(r"\.", ",")
_EN = _grammar(",", r"\.")


@dataclass(slots=True)
class Parsed:
    """``values``: null where ``status`` is not OK or the text is null. ``status``: UInt8 OK, BAD or AMBIGUOUS.
    ``first``, ``second``: String, the two readings of what is ambiguous."""

    values: pl.Series
    status: pl.Series
    first: pl.Series
    second: pl.Series


def plain_numbers(text: pl.Series, language: str | None) -> Parsed:
    """Numbers as plain decimal text (``-1234.5``), from cleaned text, for a cast to Float64 or Decimal."""
    frame = pl.DataFrame({"text": text}).select(
        pl.col("text")
        .str.replace(r"^[−–]", "-")
        .str.replace(rf"{_SPACES}*%$", "")
        .str.replace_all(_SPACES, " ")
        .alias("text")
    )
    vi, en = pl.col("text").str.contains(_VI), pl.col("text").str.contains(_EN)
    as_vi = pl.col("text").str.replace_all("[. ]", "").str.replace(",", ".", literal=True)
    as_en = pl.col("text").str.replace_all("[, ]", "")
    ambiguous = pl.lit(False)
    reading: pl.Expr
    if language == "vi":
        reading = pl.when(vi).then(as_vi)
    elif language == "en":
        reading = pl.when(en).then(as_en)
    else:
        ambiguous = vi & en & (as_vi != as_en)
        reading = pl.when(ambiguous).then(None).when(en).then(as_en).when(vi).then(as_vi)
    out = frame.select(
        reading.str.strip_prefix("+").alias("values"),
        pl.when(pl.col("text").is_null() | reading.is_not_null())
        .then(OK)
        .when(ambiguous)
        .then(AMBIGUOUS)
        .otherwise(BAD)
        .cast(pl.UInt8)
        .alias("status"),
        as_vi.alias("first"),
        as_en.alias("second"),
    )
    return Parsed(*out.get_columns())


def number_example(language: str | None) -> str:
    """How a number is written in that language, for messages."""
    return {"vi": "1.234,5", "en": "1,234.5"}.get(language or "", "1234.5")


def dates(text: pl.Series, language: str | None) -> Parsed:
    """Dates from text: ``2026-03-15`` (also with a time, and with ``/`` or ``.``) and day/month/year.

    In Vietnamese 03/04/2026 is 3 April. With no language, or in English (which says both), it is ambiguous unless
    one of the two numbers is above 12.
    """
    time = r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
    iso = rf"^([0-9]{{4}})[-/.]([0-9]{{1,2}})[-/.]([0-9]{{1,2}})(?:[T ]{time})?$"
    spoken = r"^([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})$"
    col = pl.col("text")
    frame = pl.DataFrame({"text": text}).with_columns(
        _date(col, iso, 1, 2, 3).alias("iso"),
        _date(col, spoken, 3, 2, 1).alias("dmy"),
        _date(col, spoken, 3, 1, 2).alias("mdy"),
    )
    if language == "vi":
        frame = frame.with_columns(pl.lit(None, dtype=pl.Date).alias("mdy"))
    ambiguous = (pl.col("dmy") != pl.col("mdy")).fill_null(False)
    value = pl.when(~ambiguous).then(pl.coalesce("iso", "dmy", "mdy"))
    sane = value.dt.year().is_between(1900, 2200)
    out = frame.select(
        pl.when(sane).then(value).alias("values"),
        pl.when(ambiguous)
        .then(AMBIGUOUS)
        .when(col.is_null() | sane.fill_null(False))
        .then(OK)
        .otherwise(BAD)
        .cast(pl.UInt8)
        .alias("status"),
        pl.col("dmy").dt.strftime("%Y-%m-%d").alias("first"),
        pl.col("mdy").dt.strftime("%Y-%m-%d").alias("second"),
    )
    return Parsed(*out.get_columns())


def _date(text: pl.Expr, pattern: str, year: int, month: int, day: int) -> pl.Expr:
    parts = [text.str.extract(pattern, at).str.zfill(width) for at, width in ((year, 4), (month, 2), (day, 2))]
    return pl.concat_str(parts, separator="-", ignore_nulls=False).str.to_date("%Y-%m-%d", strict=False)


def instants(text: pl.Series, time_zone: str) -> Parsed:
    """Instants as Datetime[us, UTC] from ISO text; without an offset they are the company's local time."""
    col = pl.col("text").str.replace(" ", "T", literal=True)
    whole = (
        r"^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T([0-9]{2}:[0-9]{2})(:[0-9]{2})?(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?$"
    )
    offset = col.str.extract(whole, 5)
    naive = pl.concat_str(
        col.str.extract(whole, 1),
        pl.lit("T"),
        col.str.extract(whole, 2).fill_null("00:00"),
        col.str.extract(whole, 3).fill_null(":00"),
        col.str.extract(whole, 4).fill_null(".0"),
        ignore_nulls=False,
    ).str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="us", strict=False)
    sign = pl.when(offset.str.starts_with("-")).then(-1).otherwise(1)
    hours = offset.str.extract(r"^[+-]([0-9]{2})").cast(pl.Int32).fill_null(0)
    minutes = offset.str.extract(r"([0-9]{2})$").cast(pl.Int32).fill_null(0)
    shift = pl.duration(minutes=sign * (hours * 60 + minutes), time_unit="us")
    exact = (naive - shift).dt.replace_time_zone("UTC")
    out = (
        pl.DataFrame({"text": text})
        .with_columns(naive.alias("naive"), exact.alias("exact"), offset.alias("offset"))
        .with_columns(local_instant(pl.col("naive"), time_zone).alias("local"))
        .with_columns(pl.when(pl.col("offset").is_null()).then("local").otherwise("exact").alias("values"))
        .select(
            "values",
            pl.when(pl.col("text").is_null() | pl.col("values").is_not_null())
            .then(OK)
            .otherwise(BAD)
            .cast(pl.UInt8)
            .alias("status"),
            pl.lit(None, dtype=pl.String).alias("first"),
            pl.lit(None, dtype=pl.String).alias("second"),
        )
    )
    return Parsed(*out.get_columns())


def local_instant(naive: pl.Expr, time_zone: str) -> pl.Expr:
    """A naive local time as UTC; the earlier of two where a clock goes back, null where it was skipped."""
    return naive.dt.replace_time_zone(time_zone, ambiguous="earliest", non_existent="null").dt.convert_time_zone("UTC")
