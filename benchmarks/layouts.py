"""The same months of scores in several layouts of ragged data: the figures of the decision record on the layout.

``python benchmarks/layouts.py 100000`` prints them. Each does: percentage of the target, clamp, weighted score by owner
and month, with 3 % of the cells missing and 6 to 14 lines an owner.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

sys.path.insert(0, str(Path(__file__).parent))

from timing import best_of

MONTHS = 12


def main(people: int) -> None:
    rng = np.random.default_rng(1)
    counts = rng.integers(6, 15, people)
    starts = np.cumsum(counts) - counts
    lines = int(counts.sum())
    weight = rng.integers(1, 20, lines).astype(float)
    target = rng.uniform(50, 500, (MONTHS, lines))
    value = target * rng.normal(1, 0.2, target.shape)
    value[rng.random(value.shape) < 0.03] = np.nan

    def dense_by_period() -> object:
        return _dense(value, target, weight, starts, axis=1)

    by_line_value, by_line_target = np.ascontiguousarray(value.T), np.ascontiguousarray(target.T)

    def dense_by_line() -> object:
        return _dense(by_line_value, by_line_target, weight[:, None], starts, axis=0)

    def dense_by_period_in_parts() -> object:
        """What the engine does: a few thousand owners at a time, so that what is made on the way stays in the cache."""
        step = 1000
        out = np.empty((MONTHS, people))
        for first in range(0, people, step):
            last = min(first + step, people)
            lo, hi = int(starts[first]), int(starts[last]) if last < people else lines
            out[:, first:last] = _dense(value[:, lo:hi], target[:, lo:hi], weight[lo:hi], starts[first:last] - lo, 1)
        return out

    # only the cells that exist, line by line: offsets per owner and month instead of per owner
    month, line = np.nonzero(~np.isnan(value))
    owner = np.repeat(np.arange(people), counts)
    cell_value, cell_target = value[month, line], target[month, line]
    cell_weight, key = weight[line], month * people + owner[line]

    def cells_only() -> object:
        score = cell_value / cell_target
        score *= 100.0
        np.clip(score, 0.0, 120.0, out=score)
        score *= cell_weight
        total = np.bincount(key, weights=score, minlength=MONTHS * people)
        return total / np.bincount(key, weights=cell_weight, minlength=MONTHS * people)

    # padded to the longest scorecard
    widest = int(counts.max())
    place = owner * widest + np.arange(lines) - np.repeat(starts, counts)
    padded_value, padded_target = np.full((MONTHS, people * widest), np.nan), np.ones((MONTHS, people * widest))
    padded_weight = np.zeros(people * widest)
    padded_value[:, place], padded_target[:, place], padded_weight[place] = value, target, weight

    def padded() -> object:
        score = padded_value / padded_target
        score *= 100.0
        np.clip(score, 0.0, 120.0, out=score)
        has = ~np.isnan(score)
        score[~has] = 0.0
        shape = (MONTHS, people, widest)
        total = (score * padded_weight).reshape(shape).sum(axis=2)
        return total / (has * padded_weight).reshape(shape).sum(axis=2)

    long = pl.DataFrame(
        {"owner": owner[line].astype(np.int32), "month": month.astype(np.int8), "value": cell_value,
         "target": cell_target, "weight": cell_weight}
    )  # fmt: skip

    def polars_long() -> object:
        score = (pl.col("value") / pl.col("target") * 100).clip(0, 120)
        done = long.lazy().group_by("owner", "month").agg((score * pl.col("weight")).sum() / pl.col("weight").sum())
        return done.collect()

    cases: dict[str, Callable[[], object]] = {
        "dense, a row a period, in parts": dense_by_period_in_parts,
        "dense, a row a period, whole": dense_by_period,
        "dense, a row a line": dense_by_line,
        "cells only, keys by owner and month": cells_only,
        "padded to the longest scorecard": padded,
        "Polars, long form": polars_long,
    }
    for name, run in cases.items():
        wall, cpu, _ = best_of(7, run)
        print(f"| {name} | {wall * 1000:.0f} | {cpu * 1000:.0f} |")


def _dense(value: np.ndarray, target: np.ndarray, weight: np.ndarray, starts: np.ndarray, axis: int) -> np.ndarray:
    score = value / target
    score *= 100.0
    np.clip(score, 0.0, 120.0, out=score)
    has = ~np.isnan(score)
    score *= weight
    score[~has] = 0.0
    return np.asarray(np.add.reduceat(score, starts, axis=axis) / np.add.reduceat(has * weight, starts, axis=axis))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
