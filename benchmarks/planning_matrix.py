"""The matrix of 500 people and 12 KPIs in a grown company: opening, saving, proposing, putting in force, the effect.

``python benchmarks/planning_matrix.py --people 10000 --vendor sqlite`` prints seconds; ``--folder`` keeps the book and
the database between runs. Not part of ``make bench``: what is asked (opens under 1 s, 6,000 cells saved under 3 s)
does not depend on the size of the company, and this shows it.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
ROWS, COLUMNS = 500, 12


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--vendor", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--folder", type=Path)
    args = parser.parse_args()
    import database

    folder = args.folder or Path(tempfile.mkdtemp(prefix="tamnhin-matrix-"))
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, str(HERE / "books.py"), str(folder), str(args.people)], check=True)
    os.environ.update(database.environment(args.vendor, args.people, folder))
    database.fill(args.people, folder, quick=True)
    for name, figure in _measure():
        print(f"{name:<44}{figure}", flush=True)
    return 0


def _timed(run: Callable[[], Any], times: int = 1) -> tuple[str, Any]:
    best, result = float("inf"), None
    for _ in range(times):
        start = time.perf_counter()
        result = run()
        best = min(best, time.perf_counter() - start)
    return f"{best:8.3f} s", result


def _measure() -> Any:
    from django.conf import settings
    from django.test import Client
    from django.urls import reverse

    from tamnhin.agreements.states import State
    from tamnhin.evaluation.live import live
    from tamnhin.evaluation.preview import effects, usual_periods
    from tamnhin.kpis.models import Assignment, Kpi
    from tamnhin.kpis.services.activation import put_in_force
    from tamnhin.kpis.services.proposals import propose_many
    from tamnhin.organisation.models import Company, Owner

    settings.ALLOWED_HOSTS = ["*"]
    company = Company.objects.get(code="U0000")
    unit, people, user = _unit(company)
    kpis = list(Kpi.objects.filter(company=company).order_by("pk")[:COLUMNS])
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    address, save = reverse("assign_unit", args=[unit.code]), reverse("assign_save", args=[unit.code])
    figure, _ = _timed(lambda: client.get(address))
    yield "first page (evaluates the company)", figure

    def send(kind: str, was: Any, value: Any) -> Any:
        cells = [[owner.pk, kpi.pk, kind, was, value] for owner in people for kpi in kpis]
        body = json.dumps({"first": "2027-01-01", "last": "2027-12-31", "cells": cells})
        answer = client.post(save, body, content_type="application/json")
        assert answer.status_code == 200, answer.content[:300]
        said = answer.json()
        assert said["saved"] == len(cells), (said["saved"], said["refused"][:1], said["conflicts"][:1])
        return answer

    yield f"save {ROWS * COLUMNS} new weights", _timed(lambda: send("w", None, 8))[0]
    yield f"save {ROWS * COLUMNS} changed weights", _timed(lambda: send("w", 8, 8.5))[0]
    yield f"save {ROWS * COLUMNS} new targets (12 months each)", _timed(lambda: send("t", None, 1200))[0]
    yield f"save {ROWS * COLUMNS} changed targets", _timed(lambda: send("t", 1200, 2400))[0]
    figure, answer = _timed(lambda: client.get(address), 3)
    yield f"open weights, {len(answer.content) // 1024} KB", figure
    figure, answer = _timed(lambda: client.get(address + "?view=target"), 3)
    yield f"open targets, {len(answer.content) // 1024} KB", figure
    from tamnhin.kpis.services.editing import split_equally

    yield f"split {ROWS} equally", _timed(lambda: split_equally(acting_user=user, company=company, owners=people))[0]
    yield f"preview of proposing {ROWS}", _timed(lambda: client.get(reverse("assign_propose", args=[unit.code])))[0]
    drafts = list(Assignment.objects.filter(company=company, owner__in=people).select_related("owner"))
    given = {one.pk: None for one in drafts}
    yield (
        f"propose {ROWS}",
        _timed(lambda: propose_many(acting_user=user, company=company, assignments=given))[0],
    )
    current = live(Company.objects.get(pk=company.pk))
    codes = [drafts[0].owner.code, unit.code, "U0000"]
    periods = usual_periods(current)
    yield "effect of one", _timed(lambda: effects(current, company, drafts[:1], periods, codes), 3)[0]
    yield f"effect of {ROWS}", _timed(lambda: effects(current, company, drafts, periods, codes), 3)[0]
    Assignment.objects.filter(pk__in=list(given)).update(status=State.AGREED)
    yield (
        f"put {ROWS} in force",
        _timed(lambda: put_in_force(acting_user=user, company=company, assignments=drafts))[0],
    )
    Owner.objects.filter(pk=unit.pk).update(name=f"Đo {datetime.datetime.now(datetime.UTC):%H:%M}")


def _unit(company: Any) -> tuple[Any, list[Any], Any]:
    """A fresh unit of 500 people under the root, led by nobody, and a director who may give them scorecards."""
    from tamnhin.accounts.models import Role, User
    from tamnhin.accounts.services import add_member, grant_role
    from tamnhin.organisation.models import Owner, Person, Unit
    from tamnhin.organisation.services import add_unit, touch

    mark = f"M{int(time.time())}"
    root = Unit.objects.filter(company=company, parent=None).first()
    unit = add_unit(acting_user=None, company=company, code=mark, name="Đo bảng", parent=root)
    rows = [Owner(company=company, code=f"{mark}-{i}", name=f"Người {i}", kind="person").derive() for i in range(ROWS)]
    Owner.objects.bulk_create(rows)
    Person.objects.bulk_create(Person(owner=row, company=company, unit=unit) for row in rows)
    user: User = add_member(acting_user=None, company_id=company.pk, email=f"{mark}@do.vn", name="Người đo")
    head = Person.objects.get(pk=rows[0].pk)
    Unit.objects.filter(pk=unit.pk).update(head=head)
    for i, role in enumerate((Role.DIRECTOR, Role.HR)):
        other = (
            user if i == 0 else add_member(acting_user=None, company_id=company.pk, email=f"{mark}{i}@do.vn", name="Hr")
        )
        grant_role(acting_user=None, company_id=company.pk, user=other, role=role, unit_id=None)
    boss = add_member(acting_user=None, company_id=company.pk, email=f"{mark}b@do.vn", name="Trưởng", person_id=head.pk)
    grant_role(acting_user=None, company_id=company.pk, user=boss, role=Role.HEAD, unit_id=unit.pk)
    touch(company.pk, structure=True)
    return unit.owner, rows, user


if __name__ == "__main__":
    raise SystemExit(main())
