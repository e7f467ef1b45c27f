"""A template given to 2,000 people of a grown company: the preview, making the drafts, proposing them as well.

``python benchmarks/planning_templates.py --people 10000 --vendor sqlite`` prints seconds; ``--folder`` keeps the book
and the database between runs. Not part of ``make bench``: what is asked is 2,000 scorecards in under 10 s.
"""

from __future__ import annotations

import argparse
import datetime
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
PEOPLE, LINES = 2_000, 6


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--vendor", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--folder", type=Path)
    args = parser.parse_args()
    import database

    folder = args.folder or Path(tempfile.mkdtemp(prefix="tamnhin-templates-"))
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, str(HERE / "books.py"), str(folder), str(args.people)], check=True)
    os.environ.update(database.environment(args.vendor, args.people, folder))
    os.environ["TAMNHIN_TASKS"] = "immediate"
    database.fill(args.people, folder, quick=True)
    for name, figure in _measure():
        print(f"{name:<56}{figure}", flush=True)
    return 0


def _timed(run: Callable[[], Any]) -> tuple[str, Any]:
    start, work = time.perf_counter(), time.process_time()
    result = run()
    return f"{time.perf_counter() - start:8.3f} s {time.process_time() - work:8.3f} s of processor", result


def _measure() -> Iterator[tuple[str, str]]:
    from django.conf import settings
    from django.test import Client
    from django.urls import reverse

    from tamnhin.accounts.models import User
    from tamnhin.accounts.services import add_member, grant_role
    from tamnhin.kpis.models import Assignment, Kpi, Line
    from tamnhin.kpis.services.activation import put_in_force
    from tamnhin.kpis.services.lines import LineInput
    from tamnhin.kpis.services.runs import start_run
    from tamnhin.kpis.services.templates import About, add_template, save_template
    from tamnhin.organisation.models import Company, Owner, Person

    settings.ALLOWED_HOSTS = ["*"]
    company = Company.objects.get(code="U0000")
    email = "mau@u0000.vn"
    user = User.objects.filter(email=email).first()
    if user is None:
        user = add_member(acting_user=None, company_id=company.pk, email=email, name="Người đo")
        grant_role(acting_user=None, company_id=company.pk, user=user, role="hr", unit_id=None)
    ids = list(Person.objects.filter(company=company, left=None).order_by("pk").values_list("pk", flat=True)[:PEOPLE])
    Person.objects.filter(pk__in=ids[: PEOPLE // 2]).update(position="Nhân viên đo")
    Person.objects.filter(pk__in=ids[PEOPLE // 2 :]).update(position="Nhân viên đo")
    Line.objects.filter(company=company, owner__in=ids[: PEOPLE // 2]).delete()  # half of them begin with nothing
    _let_in(company, ids)
    kpis = list(Kpi.objects.filter(company=company).order_by("pk")[:LINES])
    weights = ["20", "20", "20", "20", "10", "10"]
    lines = [LineInput(kpi.pk, Decimal(weight), total=1200.0) for kpi, weight in zip(kpis, weights, strict=True)]
    code = f"DO{time.time_ns()}"
    about = About("Mẫu đo", "Nhân viên đo")
    template = add_template(acting_user=user, company=company, code=code, about=about, lines=lines)
    first, last = datetime.date(2030, 1, 1), datetime.date(2030, 12, 31)
    owners = list(Owner.objects.filter(pk__in=ids).order_by("pk"))
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    address = reverse("template_assign", args=[code])
    client.get(reverse("template_list"))  # evaluates the company
    asked = {"first": first.isoformat(), "last": last.isoformat()}
    figure, page = _timed(lambda: client.get(address, asked))
    yield f"preview ({page.status_code})", figure
    figure, run = _timed(
        lambda: start_run(
            acting_user=user, template=template, owners=owners, first=first, last=last, reason="Đo", propose=False
        )
    )
    yield f"{run.made} drafts of {run.total} people", figure
    made = list(Assignment.objects.filter(company=company, template=template).select_related("owner"))
    for one in made:
        one.company = company
    figure, _ = _timed(lambda: put_in_force(acting_user=user, company=company, assignments=made))
    yield "putting them in force", figure
    newer = [LineInput(line.kpi_id, line.weight, total=2400.0) for line in lines]
    template = save_template(acting_user=user, template=template, about=about, lines=newer)
    july = datetime.date(2030, 7, 1)
    client.get(reverse("template_list"))
    figure, page = _timed(lambda: client.get(address, {"only": "older", "first": july.isoformat()}))
    yield f"preview of an update ({page.status_code})", figure
    figure, run = _timed(
        lambda: start_run(acting_user=user, template=template, owners=owners, first=july, reason="Đo", propose=True)
    )
    yield f"{run.made} updates, {run.proposed} proposed", figure


def _let_in(company: Any, people: list[int]) -> None:
    """An account for each: whoever cannot log in cannot be asked to agree."""
    from tamnhin.accounts.models import Membership, User

    held = Membership.objects.filter(company=company, person__in=people).values_list("person_id", flat=True)
    missing = sorted(set(people) - set(held))
    users = User.objects.bulk_create(User(email=f"p{one}@u0000.vn", name=f"P{one}", password="!") for one in missing)  # noqa: S106
    Membership.objects.bulk_create(
        Membership(company=company, user=user, person_id=one) for user, one in zip(users, missing, strict=True)
    )


if __name__ == "__main__":
    sys.exit(main())
