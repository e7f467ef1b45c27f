"""A company small enough to score by hand, and how the tests call the command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tamnhin.engine.book import Book, Company, make_book

MONTHS = ("2026-01", "2026-02", "2026-03")
NOW = datetime(2026, 4, 10, 3, 0, tzinfo=UTC)


def dairy(**company: Any) -> Book:
    """Lan's two sellers over a quarter. S1 sells 50, 150, 100 of 100 a month; S2 90 a month."""
    sellers = ("S1", "S2")
    return make_book(
        Company(**{"code": "SUA", "name": "Sữa Thử", "language": "vi", **company}),
        units=[{"code": "KD", "name": "Kinh doanh"}],
        people=[
            {"code": "S1", "name": "Lê Thị Hoa", "unit": "KD"},
            {"code": "S2", "name": "=HYPERLINK(\"http://x\")", "unit": "KD"},
        ],
        kpis=[
            {"code": "REV", "name": "Doanh thu", "name_en": "Revenue", "direction": "higher", "aggregation": "sum",
             "frequency": "month"},
            {"code": "OT", "name": "Giao đúng hẹn", "unit": "%", "direction": "higher", "aggregation": "ratio",
             "scale": 100, "frequency": "month"},
        ],
        scorecards=[
            {"owner": owner, "kpi": kpi, "weight": weight}
            for owner in sellers
            for kpi, weight in (("REV", 60), ("OT", 40))
        ],
        targets=[{"owner": o, "kpi": "REV", "period": m, "target": 100} for o in sellers for m in MONTHS]
        + [{"owner": o, "kpi": "OT", "period": m, "target": 80} for o in sellers for m in MONTHS],
        actuals=[
            {"owner": "S1", "kpi": "REV", "period": m, "value": v} for m, v in zip(MONTHS, (50, 150, 100), strict=True)
        ]
        + [{"owner": "S2", "kpi": "REV", "period": m, "value": 90} for m in MONTHS]
        + [{"owner": "S1", "kpi": "OT", "period": m, "numerator": 40, "denominator": 50} for m in MONTHS]
        + [{"owner": "S2", "kpi": "OT", "period": m, "numerator": n, "denominator": 50}
           for m, n in zip(MONTHS, (50, 40, 30), strict=True)],
        grades=[{"grade": "A", "from": 95, "name": "Tốt"}, {"grade": "B", "from": 0, "name": "Khá"}],
        bonus=[{"person": "S1", "base": 10_000_000}, {"person": "S2", "base": 10_000_000}],
    )  # fmt: skip


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def command(*words: object, cwd: Path | None = None, **environ: str) -> Ran:
    """``python -m tamnhin …`` in a process of its own, in the C locale unless told otherwise."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "DJANGO"))}
    done = subprocess.run(
        [sys.executable, "-m", "tamnhin", *map(str, words)],
        capture_output=True, cwd=cwd, timeout=300, check=False,
        env={**kept, "LANG": "C.UTF-8", "PYTHONPATH": os.pathsep.join(path for path in sys.path if path), **environ},
    )  # fmt: skip
    return Ran(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))
