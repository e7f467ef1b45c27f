"""Taking the time."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import Any

import numpy as np


def best_of(times: int, run: Callable[[], Any]) -> tuple[float, float, Any]:
    """``(wall, cpu, last result)``: the shortest wall time of some runs in seconds, and the CPU time of that run.

    CPU time well below the wall time times the threads says that something else had the cores.
    """
    best = (float("inf"), float("inf"))
    result: Any = None
    for _ in range(times):
        result = None  # the one before is let go of first
        gc.collect()
        wall, cpu = time.perf_counter(), time.process_time()
        result = run()
        best = min(best, (time.perf_counter() - wall, time.process_time() - cpu))
    return (*best, result)


def percentiles(seconds: list[float]) -> dict[str, float]:
    """Milliseconds."""
    p50, p95, worst = np.percentile(np.array(seconds) * 1000, [50, 95, 100])
    return {"p50_ms": round(float(p50), 2), "p95_ms": round(float(p95), 2), "max_ms": round(float(worst), 2)}
