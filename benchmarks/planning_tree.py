"""Server time of the KPI tree for about 5,000 nodes: ``python benchmarks/planning_tree.py [people] [folder]``.

A grown company of the size (about 10 lines a person) in an SQLite file, with a strategic goal a KPI for every second
one and a link for the others, so that every branch of the tree occurs. Timed are the building of the tree, its data,
and the whole answer with Django's test client, a director logged in, the company already in memory.
"""

from __future__ import annotations

import datetime
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import books
import database
import numpy as np


def main(people: int, folder: Path) -> None:
    books.prepare(folder, people)
    os.environ.update(database.environment("sqlite", people, folder))
    database.fill(people, folder, True)
    company = database._company()
    _goals_and_links(company)
    from django.db import connection
    from django.http import HttpRequest
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from tamnhin.dashboards.reading import Reading
    from tamnhin.planning.tree import build, selectors

    user = _director(company)
    client = Client(HTTP_HOST="localhost")
    client.force_login(user)
    url = f"{reverse('kpi_tree')}?period=2025-12"
    client.get(url)

    def reading() -> Reading:
        request = HttpRequest()
        request.method, request.path = "GET", reverse("kpi_tree")
        request.user = user
        request.company = company  # type: ignore[attr-defined]
        return Reading.of(request, "2025-12")

    tree = build.tree_of(reading())
    print(f"{people} people: {len(tree.nodes)} nodes, {tree.orphans} orphans")
    _report("tree", lambda: build.tree_of(reading()))
    _report("tree and data", lambda: selectors.kpi_tree(reading()))
    with CaptureQueriesContext(connection) as queries:
        size = len(client.get(url).content)
    _report(f"answer ({len(queries)} queries, {size / 1e3:.0f} kB)", lambda: client.get(url))


def _report(name: str, run: Any) -> None:
    took = []
    for _ in range(9):
        start = time.perf_counter()
        run()
        took.append(time.perf_counter() - start)
    print(f"| {name} | median {np.median(took) * 1000:.0f} ms | worst {max(took) * 1000:.0f} ms |")


def _goals_and_links(company: Any) -> None:
    from tamnhin.kpis.models import Kpi, Link
    from tamnhin.organisation.services import touch
    from tamnhin.strategy.models import Goal

    if Goal.objects.exists():
        return
    kpis = list(Kpi.objects.filter(company=company).order_by("pk"))
    Goal.objects.bulk_create(
        Goal(
            company=company,
            code=f"G{i}",
            title=f"Mục tiêu {i}",
            horizon="strategic",
            valid_from=datetime.date(2024, 1, 1),
            valid_to=datetime.date(2026, 12, 31),
            kpi=kpi,
        )
        for i, kpi in enumerate(kpis[::2])
    )
    Link.objects.bulk_create(
        Link(company=company, driver=driver, outcome=outcome)
        for driver, outcome in zip(kpis[1:-2:2], kpis[::2], strict=False)
    )
    touch(company.pk, structure=True)


def _director(company: Any) -> Any:
    from tamnhin.accounts.models import Role, User
    from tamnhin.accounts.services import add_member, grant_role
    from tamnhin.organisation.models import Unit

    found = User.objects.filter(email="bench@tamnhin.vn").first()
    if found is not None:
        return found
    user = add_member(acting_user=None, company_id=company.pk, email="bench@tamnhin.vn", name="Đo Tốc Độ")
    root = Unit.objects.get(company=company, parent=None)
    grant_role(acting_user=None, company_id=company.pk, user=user, role=Role.DIRECTOR, unit_id=root.pk)
    return user


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 450
    main(size, Path(sys.argv[2]) if len(sys.argv) > 2 else Path(tempfile.mkdtemp(prefix="tamnhin-tree-")))
