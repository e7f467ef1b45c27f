"""Reading a whole column of period keys: each distinct key once, however many rows carry it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow.compute as pc

from tamnhin.engine.periods.fiscal import KINDS
from tamnhin.engine.periods.parsing import PeriodError, parse

KIND_CODES = {kind: code for code, kind in enumerate(KINDS)}
"""The int8 code of each kind in arrays: day 0, week 1, month 2, quarter 3, half 4, year 5."""

Ordinals = npt.NDArray[np.int64]


def encode(values: pl.Series) -> tuple[npt.NDArray[np.int64], list[str | None]]:
    """A text column as codes into its distinct values, in order of appearance: (int64 ``(n,)``, distinct values).

    Null is a value like any other.
    """
    encoded = pc.dictionary_encode(values.cast(pl.String).rechunk().to_arrow(), null_encoding="encode")
    if hasattr(encoded, "combine_chunks"):
        encoded = encoded.combine_chunks()
    codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return codes, encoded.dictionary.to_pylist()


def parse_many(
    keys: pl.Series, fiscal_year_start: int = 1
) -> tuple[npt.NDArray[np.int8], Ordinals, Ordinals, npt.NDArray[np.bool_]]:
    """``(kind int8, start int64, end int64, bad bool)``, each of the length of ``keys`` (String).

    ``start`` and ``end`` are the ordinals of the first and the last day (inclusive). Where ``bad`` (null, or
    ``parse`` refuses the key), kind is -1 and both ordinals are 0; ``parse`` of that key says why.
    """
    codes, distinct = encode(keys)
    kind = np.full(len(distinct), -1, dtype=np.int8)
    start = np.zeros(len(distinct), dtype=np.int64)
    end = np.zeros(len(distinct), dtype=np.int64)
    for position, key in enumerate(distinct):
        if key is None:
            continue
        try:
            period = parse(key, fiscal_year_start)
        except PeriodError:
            continue
        kind[position], start[position], end[position] = KIND_CODES[period.kind], period.first, period.last
    kinds = kind[codes]
    return kinds, start[codes], end[codes], kinds < 0
