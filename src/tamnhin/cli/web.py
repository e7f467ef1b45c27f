"""The commands of the web application: each hands over to ``tamnhin.config.commands``, imported only here."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tamnhin.cli.files import check_out
from tamnhin.cli.progress import Meter
from tamnhin.cli.words import language_of, say

if TYPE_CHECKING:
    from tamnhin.config.commands import Imported

DEMO_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

Now = Callable[[], datetime]


def serve(options: argparse.Namespace, parser: argparse.ArgumentParser, now: Now) -> int:
    """``tamnhin serve``: until it is stopped."""
    with _refusals():
        from tamnhin.config import commands

        return commands.serve(options.host, options.port, options.workers)


def demo(options: argparse.Namespace, parser: argparse.ArgumentParser, now: Now) -> int:
    """``tamnhin demo``: load the demo company up to the current month, and print whom to log in as."""
    language = language_of(options.language, os.environ)
    with _refusals(), Meter(sys.stderr) as meter:
        meter.step(say(language, "loading", sheet=""))
        from tamnhin.config import commands

        logins = commands.load_demo(now().astimezone(DEMO_ZONE).date(), _progress(meter, language), options.password)
        password = options.password or commands.demo_logins()[1]
    shown = password or say(language, "password_unknown")
    sys.stdout.write(say(language, "logins", password=shown) + "\n")
    for login in logins:
        sys.stdout.write(f"  {login.email}  {login.name}  ({login.role}{f', {login.unit}' if login.unit else ''})\n")
    return 0


def company(options: argparse.Namespace, parser: argparse.ArgumentParser, now: Now) -> int:
    """``tamnhin company CODE --admin EMAIL``: an empty company, and how its first person gets in."""
    language = language_of(options.language, os.environ)
    with _refusals():
        from tamnhin.config import commands

        found = commands.found_company(options.code, options.name, options.admin, options.admin_name, options.password)
    sys.stdout.write(say(language, "founded", name=found.name, code=found.code) + "\n")
    shown = found.password or say(language, "password_unknown")
    sys.stdout.write(say(language, "founder", email=found.email, password=shown) + "\n")
    return 0


def daily(options: argparse.Namespace, parser: argparse.ArgumentParser, now: Now) -> int:
    """``tamnhin daily``: 0 done (or nothing to do), 1 where something that is due could not be done."""
    language = language_of(options.language, os.environ)
    with _refusals():
        from tamnhin.config import commands

        found = commands.due_today()
    for company, title, problem in found:
        if problem is None:
            sys.stdout.write(say(language, "in_force", company=company, title=title) + "\n")
        else:
            why = problem.text(language)
            sys.stderr.write(say(language, "not_in_force", company=company, title=title, why=why) + "\n")
    if not found:
        sys.stdout.write(say(language, "nothing_due") + "\n")
    return 1 if any(problem is not None for _company, _title, problem in found) else 0


def import_(options: argparse.Namespace, parser: argparse.ArgumentParser, now: Now) -> int:
    """``tamnhin import``: 0 stored (or would be), 1 stored but for faulty rows, 2 nothing stored."""
    language = language_of(options.language, os.environ)
    with _refusals(), Meter(sys.stderr) as meter:
        meter.step(say(language, "opening"))
        from tamnhin.config import commands

        # the language of the messages must not decide how “1.234” is read: that is for the file or the company to say
        found = commands.import_file(
            options.file, options.company, dry_run=options.dry_run, progress=_progress(meter, language)
        )
    return _imported(found, language, dry_run=options.dry_run)


def _imported(found: Imported, language: str, *, dry_run: bool) -> int:
    if found.problems:
        from tamnhin.cli.table import problem_lines

        for line in problem_lines(found.problems, language):
            sys.stderr.write(line + "\n")
    for sheet, row in found.counts.items():
        kinds = [f"{row[kind]} {say(language, f'rows_{kind}')}" for kind in ROW_KINDS if row.get(kind)]
        sys.stdout.write(f"{sheet}: {', '.join(kinds)}\n")
    if found.settings:
        sys.stdout.write(f"company: {', '.join(found.settings)}\n")
    if not found.applied and not dry_run:
        sys.stderr.write(say(language, "nothing_stored") + "\n")
        return 2
    if found.fatal:
        return 2
    said = "nothing_changes" if found.nothing_changes else "would_store" if dry_run else "stored"
    sys.stderr.write(say(language, said) + "\n")
    return 1 if any(problem.severity == "error" for problem in found.problems) else 0


ROW_KINDS = ("new", "changed", "same", "refused")


def export(options: argparse.Namespace, parser: argparse.ArgumentParser, now: Now) -> int:
    """``tamnhin export``: never over a file that is there, unless forced."""
    language = language_of(options.language, os.environ)
    if options.file.suffix:
        check_out(options.file, None)
    if options.file.exists() and not options.force:
        sys.stderr.write(say(language, "exists", path=options.file) + "\n")
        return 2
    with _refusals(), Meter(sys.stderr) as meter:
        meter.step(say(language, "writing"))
        from tamnhin.config import commands

        commands.export_file(options.company, options.file, language=language)
    sys.stderr.write(say(language, "wrote", path=options.file) + "\n")
    return 0


def manage(arguments: Sequence[str]) -> int:
    """``tamnhin manage …``: Django's own commands, with their own options and exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tamnhin.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["tamnhin manage", *arguments])
    return 0


def _progress(meter: Meter, language: str) -> Callable[[int, int, str], None]:
    def progress(done: int, total: int, what: str) -> None:
        meter.step(say(language, "evaluating" if what == "evaluate" else "loading", sheet=what))(done, total)

    return progress


@contextmanager
def _refusals() -> Iterator[None]:
    """What the web application refuses, as a StopError; also where its parts are not installed."""
    from tamnhin.cli.problems import StopError
    from tamnhin.engine.problems import Problem

    try:
        from tamnhin.config.commands import CommandError
    except ImportError as fault:
        raise StopError([Problem("WEB_NOT_READY", args={"reason": fault})]) from fault
    try:
        yield
    except CommandError as fault:
        raise StopError([fault.problem]) from fault
