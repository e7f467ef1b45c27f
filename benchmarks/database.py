"""Cases on a database of the size: filled once from the book, read, written, shown, and dropped."""

from __future__ import annotations

import os
import subprocess
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import books
import machine
import numpy as np
import polars as pl
from timing import best_of, percentiles

Figures = dict[str, Any]
NAME = "tamnhin_bench"


def environment(vendor: str, people: int, folder: Path) -> dict[str, str]:
    """What a case's process must know. Creates the PostgreSQL database if it is not there (TEST_POSTGRES_URL, or the
    local server's `postgres`)."""
    var = folder / f"var-{vendor}-{people}"
    var.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{var / 'bench.sqlite3'}"
    if vendor == "postgresql":
        base = os.environ.get("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres").split("?")[0]
        url = f"{base.rpartition('/')[0]}/{NAME}_{people}"
        _psql(base, f'CREATE DATABASE "{NAME}_{people}"')
    return {
        "DATABASE_URL": url,
        "TAMNHIN_VAR": str(var),
        "DJANGO_SETTINGS_MODULE": "tamnhin.config.settings",
        "TAMNHIN_LOG_LEVEL": "ERROR",
    }


def drop(people: int) -> None:
    """Drops the PostgreSQL database of a size."""
    base = os.environ.get("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres").split("?")[0]
    _psql(base, f'DROP DATABASE IF EXISTS "{NAME}_{people}"')


def _psql(url: str, statement: str) -> None:
    subprocess.run(["psql", url, "-q", "-c", statement], capture_output=True, check=False)


def _company() -> Any:
    import django

    django.setup()
    from tamnhin.organisation.models import Company

    return Company.objects.first()


def fill(people: int, folder: Path, quick: bool) -> Figures:
    """Tables; the structure by the product's own import; lines, targets and values straight into their tables, a part
    at a time, by the function that the import ends in. Not a target: it makes what the other cases read."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import transaction

    from tamnhin.engine.book import SCHEMAS, make_book
    from tamnhin.kpis.models import Kpi, Line, Target
    from tamnhin.measurements.exchange import apply_import, rows
    from tamnhin.measurements.models import Measurement
    from tamnhin.organisation.models import Company, Owner
    from tamnhin.organisation.services import create_company

    call_command("migrate", verbosity=0)
    if Company.objects.exists():
        return {"seconds": 0.0, "rows": 0}
    book = books.load(folder, people)
    big = ("scorecards", "targets", "actuals")
    small = {name: frame.cast(dict(SCHEMAS[name])) for name, frame in book.frames.items() if name not in big}
    company = create_company(acting_user=None, code="U0000", name="Công ty mẫu")
    start = time.perf_counter()
    apply_import(company, make_book(book.company, **small), acting_user=None)
    structure = time.perf_counter() - start
    ids = {
        "owner": dict(Owner.objects.filter(company=company).values_list("code", "pk")),
        "kpi": dict(Kpi.objects.filter(company=company).values_list("code", "pk")),
    }
    now = pl.lit(datetime.now(UTC)).dt.cast_time_unit("us")
    written = 0
    with transaction.atomic():
        for name, model in (("scorecards", Line), ("targets", Target), ("actuals", Measurement)):
            columns = {field.column for field in model._meta.concrete_fields}
            renamed = {"owner": "owner_id", "kpi": "kpi_id", "from": "valid_from", "to": "valid_to"}
            for part in book[name].iter_slices(500_000):
                frame = part.with_columns(
                    pl.col(key).cast(pl.String).replace_strict(table, return_dtype=pl.Int64)
                    for key, table in ids.items()
                ).rename({old: new for old, new in renamed.items() if old in part.columns})
                frame = frame.with_columns(pl.col(pl.Enum).cast(pl.String) if name != "scorecards" else [])
                if "recorded_at" in columns:
                    frame = frame.with_columns(now.alias("recorded_at"), pl.lit(1, dtype=pl.Int32).alias("revision"))
                frame = frame.select(sorted(columns & set(frame.columns)))
                rows.insert(model, frame, company.pk)
                written += frame.height
    return {
        "seconds": time.perf_counter() - start,
        "structure": structure,
        "rows": written,
        "peak_mb": machine.peak_mb(),
    }


def load(people: int, folder: Path, quick: bool) -> Figures:
    """``load_book``: the whole company as frames; lean, as evaluating needs it."""
    company = _company()
    from tamnhin.measurements.frames import load_book

    wall, cpu, book = best_of(1 if quick else 3, lambda: load_book(company, lean=True))
    return {"seconds": wall, "cpu": cpu, "rows": book["actuals"].height, "peak_mb": machine.peak_mb()}


def whole(people: int, folder: Path, quick: bool) -> Figures:
    """Read, compile, evaluate 12 months and the year, store every scorecard with its lines. Once."""
    company = _company()
    from tamnhin.engine.evaluate import evaluate
    from tamnhin.engine.plan import compile_book
    from tamnhin.evaluation.live import Live
    from tamnhin.evaluation.store import store
    from tamnhin.measurements.frames import load_book
    from tamnhin.organisation.models import Owner

    marks = [time.perf_counter()]
    book = load_book(company, lean=True)
    marks.append(time.perf_counter())
    plan = compile_book(book, books.request())
    marks.append(time.perf_counter())
    result = evaluate(plan)
    marks.append(time.perf_counter())
    evaluated = machine.peak_mb()
    ids = dict(Owner.objects.filter(company=company).values_list("code", "pk"))
    codes = plan.owners.codes
    live = Live(
        company_id=company.pk,
        structure_version=company.structure_version,
        data_version=company.data_version,
        as_of=books.AS_OF,
        result=result,
        periods={period.key: i for i, period in enumerate(plan.periods)},
        owner_ids=np.array([ids[code] for code in codes], dtype=np.int64),
        owner_at={code: i for i, code in enumerate(codes)},
        owner_of_id={ids[code]: i for i, code in enumerate(codes)},
        last_measurement=0,
    )
    now = datetime.now(UTC)
    store(live, now, periods=[11])
    marks.append(time.perf_counter())
    written = store(live, now)
    marks.append(time.perf_counter())
    read, compiled, evaluating, one, every = np.diff(marks).tolist()
    return {
        "seconds": read + compiled + evaluating + every,
        "seconds_one_period": read + compiled + evaluating + one,
        "read": read,
        "compile": compiled,
        "evaluate": evaluating,
        "store_one_period": one,
        "store_all": every,
        "scorecards": written,
        "peak_evaluated_mb": evaluated,
        "peak_mb": machine.peak_mb(),
    }


def entry(people: int, folder: Path, quick: bool) -> Figures:
    """An entered value through the services: checked, recorded, audited, re-evaluated, its scorecards stored."""
    company = _company()
    from cases import random_changes
    from tamnhin.evaluation import live as living
    from tamnhin.evaluation import services
    from tamnhin.kpis.models import Kpi
    from tamnhin.measurements.services import enter_value
    from tamnhin.organisation.models import Owner

    company.refresh_from_db()
    kept = living.build(company, date(2025, 12, 31))
    asked = random_changes(books.load(folder, people), 50 if quick else 300)
    named = {row["owner"] for row in asked}
    owners = {owner.code: owner for owner in Owner.objects.filter(company=company, code__in=named)}
    kpis = {kpi.code: kpi for kpi in Kpi.objects.filter(company=company)}
    living._use(kept)
    living.today = lambda _company: kept.as_of  # type: ignore[assignment]
    kept.incremental  # noqa: B018 - built once, when the first entry comes
    took, whole_company = [], 0
    for row in asked:
        numbers = {key: row[key] for key in ("value", "numerator", "denominator", "weight")}
        start = time.perf_counter()
        measurement = enter_value(
            acting_user=None, company=company, owner=owners[row["owner"]], kpi=kpis[row["kpi"]],
            period=row["period"], **numbers,
        )  # fmt: skip
        done = services.reevaluate(company, measurement)
        took.append(time.perf_counter() - start)
        whole_company += done.touched is None
    return {"entries": len(took), "recompiled": whole_company, **percentiles(took)}


def pages(people: int, folder: Path, quick: bool) -> Figures:
    """Server time of pages with Django's test client, a director logged in, the company already in memory."""
    company = _company()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from tamnhin.accounts.models import Role, RoleGrant, User
    from tamnhin.accounts.services import add_member, grant_role
    from tamnhin.organisation.models import Person, Unit

    user = User.objects.filter(email="bench@tamnhin.vn").first()
    if user is None:
        user = add_member(acting_user=None, company_id=company.pk, email="bench@tamnhin.vn", name="Đo Tốc Độ")
    if not RoleGrant.objects.filter(user=user).exists():
        root = Unit.objects.get(company=company, parent=None)
        grant_role(acting_user=None, company_id=company.pk, user=user, role=Role.DIRECTOR, unit_id=root.pk)
    client = Client(HTTP_HOST="localhost")
    client.force_login(user)
    person = Person.objects.filter(company=company).order_by("pk").first()
    unit = Unit.objects.filter(company=company).exclude(parent=None).order_by("pk").first()
    assert person is not None
    assert unit is not None
    asked = {
        "home": reverse("home"),
        "company": reverse("scorecard", args=["U0000"]),
        "unit": reverse("scorecard", args=[unit.owner.code]),
        "person": reverse("scorecard", args=[person.owner.code]),
        "kpi": reverse("kpi", args=["U0000", "K00"]),
        "heatmap": reverse("heatmap"),
    }
    figures: Figures = {}
    start = time.perf_counter()
    client.get(asked["home"], follow=True)
    figures["first_page"] = time.perf_counter() - start
    slowest = 0.0
    for name, url in asked.items():
        took = []
        for _ in range(5 if quick else 20):
            start = time.perf_counter()
            response = client.get(url + "?period=2025-12", follow=True)
            took.append(time.perf_counter() - start)
        if response.status_code != 200 or response.redirect_chain:
            figures[name] = f"not there yet ({response.status_code} {response.redirect_chain})"
            continue
        with CaptureQueriesContext(connection) as queries:
            client.get(url + "?period=2025-12", follow=True)
        median = float(np.median(took) * 1000)
        figures[name] = f"{median:.1f} ms, {len(queries)} queries, {len(response.content) / 1024:.0f} kB"
        slowest = max(slowest, median)
    return {**figures, "slowest_ms": slowest}
