"""What the operator does from a terminal, as functions: set up, load the demo, import, export, serve.

Importing this module needs no settings; each function starts Django itself, so that the command line stays quick.
"""

from __future__ import annotations

import datetime
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tamnhin.engine.problems import Problem, declare

if TYPE_CHECKING:
    from tamnhin.accounts.models import User
    from tamnhin.config.founding import Founded
    from tamnhin.engine.book import Book
    from tamnhin.organisation.models import Company

Progress = Callable[[int, int, str], None]

# Known to everybody who reads this: it opens the demo company on a laptop, and nothing on a public site.
DEMO_PASSWORD = "thaonguyen-2026"  # noqa: S105
DEMO_DOMAIN = "thaonguyen.example"
DEMO_PAY = frozenset({"hr", "finance"})

# fmt: off
declare(
    "COMPANY_UNKNOWN", "error",
    "Không có công ty nào mang mã “{code}”. Các công ty đang có: {known}.",
    "No company has the code “{code}”. Companies here: {known}.", fatal=True,
)
declare(
    "DEMO_CODE_TAKEN", "error",
    "Mã “{code}” đã thuộc về công ty “{name}”, nên không nạp công ty mẫu đè lên. Dùng cơ sở dữ liệu khác "
    "(TAMNHIN_VAR hoặc DATABASE_URL).",
    "The code “{code}” belongs to the company “{name}”; the demo is not loaded over it. Use another database "
    "(TAMNHIN_VAR or DATABASE_URL).", fatal=True,
)
declare(
    "PASSWORD_WEAK", "error",
    "Mật khẩu không dùng được: {reasons_vi}",
    "The password cannot be used: {reasons_en}", fatal=True,
)
# fmt: on


class CommandError(Exception):
    """A command cannot be done; ``problem`` says why and what to do, in both languages."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text("en"))
        self.problem = problem


class Login(NamedTuple):
    """Somebody who can log in to the demo."""

    email: str
    name: str
    role: str
    unit: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What importing a file found and did. ``applied`` is False for a dry run and where a problem is fatal.

    ``counts``: sheet → ``new``, ``changed``, ``same``, ``refused``; sheets with no row are left out.
    """

    counts: dict[str, dict[str, int]]
    problems: list[Problem]
    applied: bool
    settings: tuple[str, ...] = ()

    @property
    def nothing_changes(self) -> bool:
        return not self.settings and not any(one["new"] or one["changed"] for one in self.counts.values())

    @property
    def fatal(self) -> bool:
        return any(problem.fatal for problem in self.problems)


def start() -> None:
    """Start Django with the product's settings. Safe to repeat."""
    import django
    from django.apps import apps

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tamnhin.config.settings")
    if not apps.ready:
        django.setup()


def setup() -> None:
    """Bring the database to the shape of this version; collect static files for a public site. Safe to repeat."""
    start()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    if settings.PUBLIC:
        call_command("collectstatic", verbosity=0, interactive=False)


def load_demo(
    today: datetime.date | None = None, progress: Progress | None = None, password: str | None = None
) -> list[Login]:
    """Load the demo company as on ``today`` (where it is), with its log-ins, and evaluate it. Safe to repeat: values
    that people have entered since stay.

    ``password``: shared by the log-ins; else ``TAMNHIN_DEMO_PASSWORD``, else a known one; a new one on a public site.
    Raises CommandError when the code of the demo belongs to another company, or for a weak password.
    """
    setup()
    from tamnhin.demo import build, logins
    from tamnhin.evaluation.services import closed_periods, evaluate_company
    from tamnhin.measurements.exchange import apply_import
    from tamnhin.organisation.models import Company
    from tamnhin.organisation.services import create_company
    from tamnhin.planning.demo import furnish

    given = _demo_password(password)
    book = build(today or _today_there())
    company = Company.objects.filter(code=book.company.code).first()
    if company is not None and company.name != book.company.name:
        args = {"code": company.code, "name": company.name}
        raise CommandError(Problem("DEMO_CODE_TAKEN", args=args))
    if company is None:
        company = create_company(acting_user=None, code=book.company.code, name=book.company.name)
    apply_import(company, book, acting_user=None, progress=progress, locked_periods=closed_periods(company.pk))
    made = _let_in(company, book, logins(book), given)
    company.refresh_from_db()
    now = _today_there()
    if today in (None, now):  # what people said to each other is dated as they say it
        furnish(company, now)
    evaluate_company(company, None if progress is None else lambda done, total: progress(done, total, "evaluate"))
    return made


def found_company(code: str, name: str, email: str, person: str = "", password: str | None = None) -> Founded:
    """A company that begins with nothing but its first person's log-in. Raises CommandError."""
    setup()
    from tamnhin.config.founding import FoundingError
    from tamnhin.config.founding import found_company as found

    try:
        return found(code=code, name=name, email=email, person=person, password=_given_password(password))
    except FoundingError as fault:
        raise CommandError(fault.problem) from fault


def due_today() -> list[tuple[str, str, Problem | None]]:
    """Do what is due today in every company. (company, what, None or why it could not be done); safe to repeat.

    Beside a server that runs: the database has its shape and static files stay as they are.
    """
    start()
    from tamnhin.agreements.services import activate_ripe
    from tamnhin.organisation.models import Company

    return [
        (company.code, one.agreement.title, problem)
        for company in Company.objects.order_by("code")
        for one in activate_ripe(company)
        for problem in (one.error.problems if one.error is not None else [None])
    ]


def demo_logins() -> tuple[list[Login], str]:
    """The log-ins of the demo company (none when it is not loaded), and their password: "" unless it is known here."""
    start()
    from tamnhin.accounts.models import User

    users = list(
        User.objects.filter(email__endswith=f"@{DEMO_DOMAIN}", memberships__is_active=True).distinct().order_by("pk")
    )
    if not users:
        return [], ""
    known = os.environ.get("TAMNHIN_DEMO_PASSWORD") or DEMO_PASSWORD
    shown = known if users[0].check_password(known) else ""  # they share one, and checking costs a third of a second
    grants = _grants_of(users)
    return [Login(user.email, user.name, *grants.get(user.pk, ("employee", ""))) for user in users], shown


def _grants_of(users: list[User]) -> dict[int, tuple[str, str]]:
    from tamnhin.accounts.models import RoleGrant

    rows = RoleGrant.objects.filter(user__in=users).order_by("-pk")
    return {user: (role, unit or "") for user, role, unit in rows.values_list("user_id", "role", "unit__owner__code")}


def import_file(
    path: str | os.PathLike[str],
    company_code: str,
    *,
    dry_run: bool = False,
    language: str | None = None,
    progress: Progress | None = None,
) -> Imported:
    """Import a workbook into a company that exists, as the operator (who may write pay), and evaluate it again.

    ``language``: how numbers typed as text are read where neither the file nor the company says (None: not guessed).
    Right rows go in and faulty ones are reported; a fatal problem lets nothing in. Raises CommandError for an unknown
    company.
    """
    company = _company(company_code)
    from tamnhin.evaluation.services import closed_periods, evaluate_company
    from tamnhin.measurements.exchange import apply_import, plan_import, read_file

    found = read_file(path, company, language=language, progress=progress)
    if found.book is None:
        return Imported({}, found.problems, applied=False)
    locked = closed_periods(company.pk)
    diff = plan_import(company, found.book, said=found.said, locked_periods=locked)
    problems = [*found.problems, *diff.problems]
    settings = tuple(diff.settings)
    if dry_run or not diff.sound:
        return Imported(diff.counts_json(), problems, applied=False, settings=settings)
    done = apply_import(
        company, found.book, acting_user=None, progress=progress, said=found.said, locked_periods=locked, diff=diff
    )
    if not diff.nothing_changes:
        evaluate_company(company, None if progress is None else lambda n, total: progress(n, total, "evaluate"))
    return Imported(diff.counts_json(), [*found.problems, *done.problems], applied=True, settings=settings)


def export_file(company_code: str, path: str | os.PathLike[str], *, language: str = "vi") -> None:
    """Write a company to an ``.xlsx`` or a folder of ``.csv``, pay included: the operator holds the database anyway.

    Raises CommandError for an unknown company, ValueError for another kind of file.
    """
    company = _company(company_code)
    from tamnhin.measurements.exchange import export_book
    from tamnhin.workbook import write

    write(export_book(company, None), Path(path), language=language)


def _company(code: str) -> Company:
    setup()
    from tamnhin.organisation.models import Company

    company = Company.objects.filter(code=code).first()
    if company is None:
        known = ", ".join(Company.objects.order_by("code").values_list("code", flat=True)[:20]) or "—"
        raise CommandError(Problem("COMPANY_UNKNOWN", args={"code": code, "known": known}))
    return company


def _today_there() -> datetime.date:
    from zoneinfo import ZoneInfo

    from django.utils import timezone

    return timezone.localdate(timezone=ZoneInfo("Asia/Ho_Chi_Minh"))


def _demo_password(given: str | None) -> str:
    from django.conf import settings

    password = given or os.environ.get("TAMNHIN_DEMO_PASSWORD")
    if password is None:
        return secrets.token_urlsafe(12) if settings.PUBLIC else DEMO_PASSWORD
    return str(_given_password(password))


def _given_password(password: str | None) -> str | None:
    """The same, if it is good enough. Raises CommandError for a weak one."""
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError
    from django.utils import translation

    if password is None:
        return None
    reasons: dict[str, str] = {}
    for language in ("vi", "en"):
        with translation.override(language):
            try:
                validate_password(password)
            except ValidationError as fault:
                reasons[f"reasons_{language}"] = " ".join(fault.messages)
    if reasons:
        raise CommandError(Problem("PASSWORD_WEAK", args=reasons))
    return password


def _let_in(company: Company, book: Book, wanted: list[tuple[str, str, str, str]], password: str) -> list[Login]:
    """Users, memberships and grants of the demo; what is there already stays, but for the password."""
    from django.contrib.auth.hashers import make_password
    from django.db import transaction

    from tamnhin.accounts.models import Membership, RoleGrant, User
    from tamnhin.accounts.services import add_member, grant_role
    from tamnhin.organisation.models import Owner

    names = dict(book["people"].select("code", "name").iter_rows())
    ids = dict(Owner.objects.filter(company=company).values_list("code", "pk"))
    encoded = make_password(password)  # hashed once: they share it, and a good hash takes its time
    made: list[Login] = []
    with transaction.atomic():
        members = set(Membership.objects.filter(company=company).values_list("user__email", flat=True))
        granted = set(RoleGrant.objects.filter(company=company).values_list("user__email", "role", "unit_id"))
        for email, role, unit, person in wanted:
            if email not in members:
                add_member(
                    acting_user=None, company_id=company.pk, email=email, name=names[person], person_id=ids[person]
                )
            if role != "employee" and (email, role, ids[unit]) not in granted:
                user = User.objects.get(email=email)
                grant_role(
                    acting_user=None, company_id=company.pk, user=user, role=role, unit_id=ids[unit],
                    see_pay=role in DEMO_PAY,
                )  # fmt: skip
            made.append(Login(email, names[person], role, unit))
        User.objects.filter(email__in=[one.email for one in made], email__endswith=f"@{DEMO_DOMAIN}").update(
            password=encoded
        )
    return made


def serve(host: str = "127.0.0.1", port: int = 8000, workers: int = 1) -> int:
    """Serve the pages and run the tasks until stopped; see ``config.serving.serve``."""
    start()
    from tamnhin.config import serving

    return serving.serve(host, port, workers)
