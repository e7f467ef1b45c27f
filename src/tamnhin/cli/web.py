"""The commands of the web application: each sets Django up and hands over to ``tamnhin.config.commands``."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tamnhin.cli.files import check_out
from tamnhin.cli.progress import Meter
from tamnhin.cli.words import language_of, say

SETTINGS = "tamnhin.config.settings"
DEMO_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DEMO_PASSWORD = "thaonguyen-2026"  # noqa: S105  of invented people, printed for everyone who loads the demo

Now = Callable[[], datetime]


def serve(options: argparse.Namespace, parser: argparse.ArgumentParser, now: Now) -> int:
    """``tamnhin serve``: until it is stopped."""
    return _status(_commands().serve(options.host, options.port, options.workers))


def demo(options: argparse.Namespace, parser: argparse.ArgumentParser, now: Now) -> int:
    """``tamnhin demo``: load the demo company up to the current month, and print whom to log in as."""
    language = language_of(options.language, os.environ)
    password = options.password or os.environ.get("TAMNHIN_DEMO_PASSWORD") or DEMO_PASSWORD
    with Meter(sys.stderr) as meter:
        progress = meter.step(say(language, "loading"))
        logins = _commands().load_demo(now().astimezone(DEMO_ZONE).date(), progress, password)
    sys.stdout.write(say(language, "logins", password=password) + "\n")
    for login in logins or ():
        sys.stdout.write("  " + "  ".join(str(part) for part in login if part) + "\n")
    return 0


def import_(options: argparse.Namespace, parser: argparse.ArgumentParser, now: Now) -> int:
    """``tamnhin import``: 0 stored (or would be), 1 with problems, 2 nothing stored."""
    language = language_of(options.language, os.environ)
    with Meter(sys.stderr) as meter:
        progress = meter.step(say(language, "loading"))
        outcome = _commands().import_file(
            options.file, options.company, dry_run=options.dry_run, language=language, progress=progress
        )
    return _outcome(outcome, language)


def export(options: argparse.Namespace, parser: argparse.ArgumentParser, now: Now) -> int:
    """``tamnhin export``: never over a file that is there, unless forced."""
    language = language_of(options.language, os.environ)
    if options.file.suffix:
        check_out(options.file, None)
    if options.file.exists() and not options.force:
        sys.stderr.write(say(language, "exists", path=options.file) + "\n")
        return 2
    with Meter(sys.stderr) as meter:
        meter.step(say(language, "writing"))
        outcome = _commands().export_file(options.company, options.file)
    status = _status(outcome)
    if status == 0:
        sys.stderr.write(say(language, "wrote", path=options.file) + "\n")
    return status


def manage(arguments: Sequence[str]) -> int:
    """``tamnhin manage …``: Django's own commands, with their own options and exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    from django.core.management import execute_from_command_line

    execute_from_command_line(["tamnhin manage", *arguments])
    return 0


def _commands() -> Any:
    """``tamnhin.config.commands`` with Django ready. StopError where the web application cannot be started."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    try:
        import django

        django.setup()
        return importlib.import_module("tamnhin.config.commands")
    except ImportError as fault:
        from tamnhin.cli.problems import StopError
        from tamnhin.engine.problems import Problem

        raise StopError([Problem("WEB_NOT_READY", args={"reason": fault})]) from fault


def _outcome(outcome: Any, language: str) -> int:
    """Prints what an import found and changed: ``problems``, and ``counts`` by sheet and kind of change."""
    problems = list(getattr(outcome, "problems", ()))
    if problems:
        from tamnhin.cli.table import problem_lines

        for line in problem_lines(problems, language):
            sys.stderr.write(line + "\n")
    counts = getattr(outcome, "counts", None)
    for sheet, row in counts.items() if isinstance(counts, Mapping) else ():
        parts = [f"{row[kind]} {say(language, f'rows_{kind}')}" for kind in ("new", "changed", "same") if kind in row]
        sys.stdout.write(f"{sheet}: {', '.join(parts)}\n")
    if isinstance(outcome, int):
        return outcome
    if any(problem.fatal for problem in problems):
        return 2
    return 1 if any(problem.severity == "error" for problem in problems) else 0


def _status(outcome: Any) -> int:
    return outcome if isinstance(outcome, int) else 0
