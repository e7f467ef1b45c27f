"""What is left when an import is stopped half-way: everything as it was. And how long a large one takes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import polars as pl
import pytest
from django.db import connection
from tests.measurements.exchange_books import content, fresh, small

from tamnhin.base.bulk import BATCH
from tamnhin.base.models import AuditEntry
from tamnhin.engine.book import Book, make_book
from tamnhin.measurements.exchange import apply_import, plan_import, read_file
from tamnhin.measurements.models import Measurement
from tamnhin.organisation.models import Company
from tamnhin.workbook import write


def many(people: int, months: int = 10, kpis: int = 5) -> Book:
    """``people × months × kpis`` values of people of one unit."""
    codes = pl.select(pl.format("P{}", pl.int_range(people)).alias("code")).to_series()
    owners = pl.DataFrame({"owner": codes})
    grid = owners.join(pl.DataFrame({"kpi": [f"K{n}" for n in range(kpis)]}), how="cross").join(
        pl.DataFrame({"period": [f"2026-{n + 1:02}" for n in range(months)]}), how="cross"
    )
    actuals = grid.with_columns((pl.int_range(pl.len()) * 0.1).alias("value"))
    kinds: list[dict[str, object]] = [
        {"code": f"K{n}", "name": f"KPI {n}", "direction": "higher", "aggregation": "sum", "frequency": "month"}
        for n in range(kpis)
    ]
    return make_book(
        None,
        units=[{"code": "U", "name": "Đơn vị"}],
        people=pl.DataFrame({"code": codes, "name": codes}).with_columns(pl.lit("U").alias("unit")),
        kpis=kinds,
        actuals=actuals,
    )


class StoppedError(Exception):
    pass


@pytest.mark.django_db(transaction=True)
def test_an_error_half_way_leaves_the_company_as_it_was() -> None:
    company = fresh()
    apply_import(company, small(), acting_user=None)
    before = (content(company), company.structure_version, company.data_version, Measurement.objects.count())
    audits = AuditEntry.objects.count()
    seen: list[int] = []

    def stop(done: int, total: int, sheet: str) -> None:
        seen.append(done)
        if sheet == "actuals" and done > total // 2:
            raise StoppedError

    with pytest.raises(StoppedError):
        apply_import(company, many(1_000), acting_user=None, progress=stop)
    assert seen[-1] > BATCH  # rows had been written, and are gone
    company.refresh_from_db()
    after = (content(company), company.structure_version, company.data_version, Measurement.objects.count())
    assert after == before
    assert AuditEntry.objects.count() == audits


_VICTIM = """
    import sys, time
    from tamnhin.config import commands
    commands.setup()
    from tests.measurements.exchange_books import fresh, small
    from tests.measurements.test_exchange_durability import many
    from tamnhin.measurements.exchange import apply_import
    company = fresh()
    apply_import(company, small(), acting_user=None)
    print("ready", flush=True)

    def wait(done, total, sheet):
        if sheet == "actuals" and done > total // 2:
            print("half", flush=True)
            time.sleep(60)

    apply_import(company, many(1_000), acting_user=None, progress=wait)
"""
_WITNESS = """
    import json
    from tamnhin.config import commands
    commands.start()
    from tests.measurements.exchange_books import content, small
    from tamnhin.measurements.exchange import apply_import
    from tamnhin.measurements.models import Measurement
    from tamnhin.organisation.models import Company
    company = Company.objects.get(code="NGOC")
    left = [Measurement.objects.count(), len(content(company)["people"])]
    again = apply_import(company, small(), acting_user=None).nothing_changed
    print(json.dumps([*left, again]))
"""


@pytest.mark.skipif(connection.vendor != "sqlite", reason="kills a process over a SQLite file; run once")
def test_a_process_killed_half_way_leaves_the_database_as_it_was_and_usable(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    root = str(Path(__file__).parents[2])
    environment = {**kept, "TAMNHIN_VAR": str(tmp_path), "PYTHONPATH": f"{root}{os.pathsep}{root}/src"}
    victim = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(_VICTIM)], env=environment, stdout=subprocess.PIPE, text=True, cwd=root
    )
    try:
        assert victim.stdout is not None
        assert [victim.stdout.readline().strip() for _ in range(2)] == ["ready", "half"]
        assert (tmp_path / "tamnhin.sqlite3-wal").stat().st_size > 0
        os.kill(victim.pid, signal.SIGKILL)
        victim.wait(10)
    finally:
        victim.kill()
        victim.communicate()
    witness = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(_WITNESS)],
        env=environment, capture_output=True, text=True, check=True, cwd=root,
    )  # fmt: skip
    assert witness.stdout.strip() == "[2, 2, true]"


@pytest.mark.django_db(transaction=True)
def test_a_hundred_thousand_rows_are_read_checked_and_written_with_progress(tmp_path: Path) -> None:
    book = many(2_000)
    assert book["actuals"].height == 100_000
    write(book, tmp_path / "big.xlsx")
    company = fresh()
    told: list[tuple[int, int, str]] = []
    found = read_file(tmp_path / "big.xlsx", company, progress=lambda *step: told.append(step))
    assert found.book is not None
    diff = plan_import(company, found.book, said=found.said)
    apply_import(
        company, found.book, acting_user=None, said=found.said, diff=diff, progress=lambda *step: told.append(step)
    )
    assert Measurement.objects.filter(company=company).count() == 100_000
    assert told[-1] == (diff.writes, diff.writes, "actuals")
    again = plan_import(Company.objects.get(pk=company.pk), found.book, said=found.said)
    assert again.nothing_changes
