"""The book every case works on, grown once and kept as Arrow files so that growing it costs no case time or memory."""

from __future__ import annotations

import pickle
import sys
from datetime import date
from pathlib import Path

import polars as pl

from tamnhin.demo import grow
from tamnhin.engine import periods as per
from tamnhin.engine.book import Book, Company
from tamnhin.engine.plan import Request

MONTHS, KPIS, YEAR = 12, 10, 2025
AS_OF = date(2026, 1, 15)
WIDE = ("owner", "kpi", "period")


def prepare(folder: Path, people: int, *, ragged: bool = True) -> None:
    """Grows the book of a size and writes it, unless it is there."""
    where = folder / f"book-{people}"
    if (where / "company").exists():
        return
    where.mkdir(parents=True, exist_ok=True)
    book = grow(people, MONTHS, KPIS, ragged=ragged)
    for name, frame in book.frames.items():
        if name in ("actuals", "targets", "scorecards"):  # the dtypes of ``load_book``
            frame = frame.with_columns(
                pl.col(key).cast(pl.Enum(frame[key].unique(maintain_order=True)))
                for key in WIDE
                if key in frame.columns
            )
        frame.write_ipc(where / f"{name}.arrow")
    (where / "company").write_bytes(pickle.dumps(book.company))


def load(folder: Path, people: int) -> Book:
    """The prepared book, as ``load_book`` would give it: owner, KPI and period as Enums."""
    where = folder / f"book-{people}"
    company: Company = pickle.loads((where / "company").read_bytes())  # noqa: S301 - written by ``prepare``
    return Book(company, {path.stem: _lean(pl.read_ipc(path)) for path in sorted(where.glob("*.arrow"))})


def _lean(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns that say nothing take no memory, as in a book that was never a file."""
    nothing = [name for name in frame.columns if frame[name].null_count() == frame.height]
    return frame.with_columns(pl.lit(None, dtype=frame.schema[name]).alias(name) for name in nothing)


def request() -> Request:
    """Twelve months and the year."""
    keys = [f"{YEAR}-{month:02d}" for month in range(1, MONTHS + 1)] + [str(YEAR)]
    return Request(tuple(per.parse(key, 1) for key in keys), AS_OF)


if __name__ == "__main__":
    prepare(Path(sys.argv[1]), int(sys.argv[2]))
