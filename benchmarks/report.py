"""The table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

# A machine with another process for every core is measuring that process as well.
BUSY = 0.5

LABELS = {
    "floor": "NumPy floor (dense, by hand)",
    "engine": "engine (ragged book in memory)",
    "plain": "plain Python over dicts",
    "change": "one change",
    "calc": "LibreOffice Calc, the people's cards as formulas",
    "workbook": "workbook: read and check",
    "fill": "fill an empty database from the book",
    "load": "load the book",
    "whole": "read, evaluate, store",
    "entry": "one entry with storing",
    "pages": "server time of pages",
}
# (case, figure, at people, at most, what it says)
LIMITS = (
    ("engine", "compile", 100_000, 4.0, "compile ≤ 4 s"),
    ("engine", "peak_mb", 100_000, 1536, "peak memory ≤ 1.5 GB (book in memory, compile, evaluate)"),
    ("change", "p95_ms", 100_000, 10.0, "one change ≤ 10 ms (p95)"),
    ("entry_sqlite", "p95_ms", 100_000, 50.0, "one change with storing ≤ 50 ms (p95), SQLite"),
    ("entry_postgresql", "p95_ms", 100_000, 50.0, "one change with storing ≤ 50 ms (p95), PostgreSQL"),
    ("whole_sqlite", "seconds", 100_000, 8.0, "read + evaluate + store ≤ 8 s, SQLite"),
    ("whole_postgresql", "seconds", 100_000, 8.0, "read + evaluate + store ≤ 8 s, PostgreSQL"),
    ("whole_sqlite", "peak_mb", 100_000, 1536, "peak memory ≤ 1.5 GB, SQLite"),
    ("whole_postgresql", "peak_mb", 100_000, 1536, "peak memory ≤ 1.5 GB, PostgreSQL"),
    ("pages_sqlite", "slowest_ms", 10_000, 100.0, "pages ≤ 100 ms, SQLite"),
    ("pages_postgresql", "slowest_ms", 10_000, 100.0, "pages ≤ 100 ms, PostgreSQL"),
    ("workbook", "seconds", 1_000, 30.0, "100,000 rows read and checked ≤ 30 s"),
)


def line(result: dict[str, Any]) -> str:
    """One result as it comes."""
    figures = {key: value for key, value in result.items() if key not in ("case", "people")}
    return f"{result['case']:18} {result['people']:>8,}  " + ", ".join(f"{k} {_show(v)}" for k, v in figures.items())


def table(found: dict[str, Any]) -> str:
    """The whole report in Markdown."""
    made = found["machine"]
    results = found["results"]
    cores = made["cores"] or 1
    loads = [result["load_before"] for result in results]
    out = [f"# Benchmarks, {found['at']}", ""]
    busy = sum(load > BUSY * cores for load in loads)
    if busy:
        most = f"(load before a case up to {max(loads)} on {cores} cores)"
        out += [f"**The machine was busy** in {busy} of {len(loads)} cases {most}: all times are too long.", ""]
    if found["quick"]:
        out += ["**Quick run**: it shows that the cases run, not how fast they are.", ""]
    out += ["| | |", "|---|---|"]
    out += [f"| {key} | {_versions(value)} |" for key, value in made.items()]
    out += ["", "12 months × about 10 KPIs a person, 13 periods, unless a row says otherwise.", ""]
    out += ["| case | people | what | figure | × floor |", "|---|---:|---|---:|---:|"]
    floors = {r["people"]: r["seconds"] for r in results if r["case"] == "floor" and "seconds" in r}
    for result in results:
        out += _rows(result, floors.get(result["people"]))
    out += ["", "| target | measured | |", "|---|---:|---|", *_limits(results, floors)]
    return "\n".join(out) + "\n"


def _rows(result: dict[str, Any], floor: float | None) -> Iterable[str]:
    kind, _, vendor = result["case"].partition("_")
    label = LABELS[kind] + (f" ({vendor})" if vendor else "")
    if "failed" in result:
        yield f"| {label} | {result['people']:,} | failed | {result['failed'][:120]} | |"
        return
    for key, value in result.items():
        if key in ("case", "people", "load_before", "load_after", "whole_case"):
            continue
        ratio = f"{value / floor:,.1f}" if key == "seconds" and floor else ""
        yield f"| {label} | {result['people']:,} | {key} | {_show(value)} | {ratio} |"


def _limits(results: list[dict[str, Any]], floors: dict[int, float]) -> Iterable[str]:
    by = {(r["case"], r["people"]): r for r in results}
    most = max((people for case, people in by if case == "engine" and people in floors), default=None)
    if most is not None and "seconds" in by["engine", most]:
        ratio = by["engine", most]["seconds"] / floors[most]
        yield f"| evaluation ≤ 2 × floor at {most:,} | {ratio:.2f} × | {_verdict(ratio, 2.0)} |"
    for case, people in by:
        engine = by.get(("engine", people), {})
        if case == "plain" and "seconds" in by[case, people] and "seconds" in engine:
            ratio = by[case, people]["seconds"] / engine["seconds"]
            whole = by[case, people]["seconds"] / (engine["seconds"] + engine["compile"])
            yield (f"| plain Python ≥ 20 × slower at {people:,} | {ratio:.0f} × ({whole:.0f} × with compiling) | "
                   f"{'met' if ratio >= 20 else 'MISSED'} |")  # fmt: skip
    for case, key, people, most_allowed, words in LIMITS:
        value = by.get((case, people), {}).get(key)
        if value is not None:
            yield f"| {words} at {people:,} | {_show(value)} | {_verdict(value, most_allowed)} |"


def _verdict(value: float, most: float) -> str:
    return "met" if value <= most else f"MISSED by {(value / most - 1) * 100:.0f} %"


def _show(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.1f}" if value >= 100 else f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _versions(value: Any) -> str:
    return ", ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else str(value)
