"""Runs the cases, prints the table and writes it to ``results``. ``make bench``; see README.md."""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import machine  # noqa: E402
import report  # noqa: E402

from cases import CASES, ONLY_AT  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--only", nargs="+", metavar="CASE", help=f"some of: {', '.join(CASES)}")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions; says whether it runs, not how fast")
    parser.add_argument("--folder", type=Path, help="where books and databases are made (default: a temporary folder)")
    parser.add_argument("--no-write", action="store_true", help="print only")
    parser.add_argument("--case", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.case:
        figures = CASES[args.case](args.people[0], args.folder, args.quick)
        print("\n" + json.dumps(figures))
        return 0
    chosen = [name for name in CASES if not args.only or any(re.fullmatch(one, name) for one in args.only)]
    if not chosen:
        parser.error(f"no such case; there are {', '.join(CASES)}")
    folder = args.folder or Path(tempfile.mkdtemp(prefix="tamnhin-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    described = machine.describe()
    results: list[dict[str, Any]] = []
    try:
        for people in args.people:
            # grown in a process of its own, whose memory is not that of the cases
            subprocess.run([sys.executable, str(HERE / "books.py"), str(folder), str(people)], check=True)
            for name in chosen:
                if people in ONLY_AT.get(name, (people,)):
                    results.append(_run(name, people, folder, args.quick))
                    print(report.line(results[-1]), flush=True)
    finally:
        for people in args.people:
            if any("postgresql" in name for name in chosen):
                import database

                database.drop(people)
        if args.folder is None:
            shutil.rmtree(folder, ignore_errors=True)
    stamp = datetime.now(UTC)
    found = {"at": stamp.isoformat(timespec="seconds"), "quick": args.quick, "machine": described, "results": results}
    text = report.table(found)
    print("\n" + text)
    if not args.no_write:
        where = HERE / "results" / f"{stamp:%Y-%m-%d}-{described['host']}"
        where.parent.mkdir(exist_ok=True)
        where.with_suffix(".json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
        where.with_suffix(".md").write_text(text)
    return 0 if all("failed" not in result for result in results) else 1


def _run(name: str, people: int, folder: Path, quick: bool) -> dict[str, Any]:
    vendor = name.rpartition("_")[2]
    environment = dict(os.environ)
    if vendor in ("sqlite", "postgresql"):
        import database

        environment |= database.environment(vendor, people, folder)
    command = [sys.executable, str(HERE / "run.py"), "--case", name, "--people", str(people), "--folder", str(folder)]
    before, start = machine.load(), time.perf_counter()
    done = subprocess.run(
        command + ["--quick"] * quick, capture_output=True, text=True, env=environment, check=False, timeout=3600
    )
    result: dict[str, Any] = {"case": name, "people": people, "load_before": before, "load_after": machine.load(),
                              "whole_case": round(time.perf_counter() - start, 2)}  # fmt: skip
    if done.returncode != 0:
        print(done.stderr[-3000:], file=sys.stderr)
        return {**result, "failed": done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "no message"}
    return {**result, **json.loads(done.stdout.strip().splitlines()[-1])}


if __name__ == "__main__":
    raise SystemExit(main())
