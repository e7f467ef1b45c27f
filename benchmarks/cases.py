"""What is measured. Each case runs in a process of its own and returns its figures; times in seconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import books
import machine
import numpy as np
from timing import best_of, percentiles

Figures = dict[str, Any]
Case = Callable[[int, Path, bool], Figures]


def floor(people: int, folder: Path, quick: bool) -> Figures:
    """Dense NumPy by hand, one vector a KPI: the least that the arithmetic takes."""
    import floor as dense

    data = dense.make(people)
    wall, cpu, _ = best_of(3 if quick else 9, lambda: dense.run(data))
    return {"seconds": wall, "cpu": cpu, "cells": people * len(dense.KINDS) * 13}


def engine(people: int, folder: Path, quick: bool) -> Figures:
    """Compiling the ragged book, then evaluating 12 months and the year, the book being in memory."""
    from tamnhin.engine.evaluate import evaluate
    from tamnhin.engine.plan import compile_book

    book = books.load(folder, people)
    held = machine.held_mb()
    machine.forget_peak()  # reading the file is not what is measured
    times = 1 if quick else 3
    compile_wall, compile_cpu, plan = best_of(times, lambda: compile_book(book, books.request()))
    wall, cpu, result = best_of(times + 2, lambda: evaluate(plan))
    return {
        "compile": compile_wall,
        "compile_cpu": compile_cpu,
        "seconds": wall,
        "cpu": cpu,
        "lines": plan.lines.count,
        "nodes": plan.nodes.count,
        "cells": int(result.raw.size),
        "scored": int((~np.isnan(result.score)).sum()),
        "book_mb": held,
        "peak_mb": machine.peak_mb(),
    }


def plain(people: int, folder: Path, quick: bool) -> Figures:
    """The same book in plain Python over dicts, once; its published scores are compared with the engine's."""
    import plain_python as by_hand

    from tamnhin.engine.evaluate import evaluate
    from tamnhin.engine.plan import compile_book
    from tamnhin.engine.rounding import MISSING

    book = books.load(folder, people)
    data = by_hand.read(book)
    wall, cpu, scores = best_of(1, lambda: by_hand.run(data))
    result = evaluate(compile_book(book, books.request()))
    owners = result.plan.owners.codes
    differ = compared = 0
    for period in range(13):
        key = period + 1 if period < 12 else 0
        for owner, units in zip(owners, result.published[period].tolist(), strict=True):
            compared += 1
            differ += by_hand.publish(scores.get((owner, key))) != (None if units == MISSING else units)
    return {"seconds": wall, "cpu": cpu, "compared": compared, "differ": differ}


def change(people: int, folder: Path, quick: bool) -> Figures:
    """One new measurement: what it touches is evaluated again. Random cells of people."""
    from tamnhin.engine.evaluate import evaluate
    from tamnhin.engine.evaluate.change import Change, Incremental
    from tamnhin.engine.plan import compile_book

    book = books.load(folder, people)
    result = evaluate(compile_book(book, books.request()))
    start = time.perf_counter()
    incremental = Incremental(result)
    built = time.perf_counter() - start
    changes = random_changes(book, 100 if quick else 500)
    took, lines = [], []
    for one in changes:
        start = time.perf_counter()
        touched = incremental.apply(Change(**one))
        took.append(time.perf_counter() - start)
        lines.append(len(touched.lines))
    return {"changes": len(took), "built": built, "lines_touched": float(np.mean(lines)), **percentiles(took)}


def random_changes(book: Any, count: int) -> list[dict[str, Any]]:
    """Rows of ``actuals`` with another number in them: parts of a ``Change`` or of ``enter_value``."""
    rng = np.random.default_rng(7)
    at = np.sort(rng.choice(book["actuals"].height, count, replace=False))
    rows = rng.permutation(np.arange(count))
    picked = book["actuals"][at].select("owner", "kpi", "period", "value", "numerator", "denominator", "weight")
    out = []
    for row in picked[rows].iter_rows(named=True):
        part = "value" if row["value"] is not None else "numerator"
        row[part] = round(row[part] * float(rng.uniform(0.8, 1.0)), 1)
        out.append(row)
    return out


def calc(people: int, folder: Path, quick: bool) -> Figures:
    """LibreOffice Calc recalculating the scorecards of the people as formulas."""
    import spreadsheet

    return spreadsheet.measure(books.load(folder, people), folder)


def workbook(people: int, folder: Path, quick: bool) -> Figures:
    """Reading and checking a workbook with 100,000 rows of actuals (``people`` 1,000 has 116 thousand)."""
    from tamnhin.workbook.read import read
    from tamnhin.workbook.write import write

    where = folder / f"book-{people}.xlsx"
    book = books.load(folder, people)
    write_wall, _, _ = best_of(1, lambda: write(_plain(book), where))
    wall, cpu, found = best_of(1 if quick else 3, lambda: read(where))
    assert found.book is not None, found.problems[:3]
    return {
        "seconds": wall,
        "cpu": cpu,
        "write": write_wall,
        "rows": found.book["actuals"].height,
        "problems": len(found.problems),
        "peak_mb": machine.peak_mb(),
    }


def _plain(book: Any) -> Any:
    from tamnhin.engine.book import SCHEMAS, make_book

    return make_book(
        book.company, **{name: frame.cast(dict(SCHEMAS[name]), strict=True) for name, frame in book.frames.items()}
    )


def _database(name: str) -> Case:
    def run(people: int, folder: Path, quick: bool) -> Figures:
        import database

        return getattr(database, name)(people, folder, quick)

    return run


CASES: dict[str, Case] = {
    "floor": floor,
    "engine": engine,
    "plain": plain,
    "change": change,
    "calc": calc,
    "workbook": workbook,
    # the database of a size is filled once by `fill` and dropped at the end
    "fill_sqlite": _database("fill"),
    "load_sqlite": _database("load"),
    "whole_sqlite": _database("whole"),
    "entry_sqlite": _database("entry"),
    "pages_sqlite": _database("pages"),
    "fill_postgresql": _database("fill"),
    "load_postgresql": _database("load"),
    "whole_postgresql": _database("whole"),
    "entry_postgresql": _database("entry"),
    "pages_postgresql": _database("pages"),
}

# The sizes at which a case says something; the others are passed over.
ONLY_AT: dict[str, tuple[int, ...]] = {
    "plain": (1_000, 10_000),  # 100,000 people as dicts take 15 GB
    "calc": (1_000,),
    "workbook": (1_000,),
    "pages_sqlite": (10_000,),
    "pages_postgresql": (10_000,),
}
