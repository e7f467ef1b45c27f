"""Running a command: what it prints where, and its exit status. The clock is read here and nowhere below."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tamnhin.cli import words
from tamnhin.cli.arguments import build

if TYPE_CHECKING:
    from tamnhin.cli.problems import StopError

INTERRUPTED, PIPE_CLOSED, FAILED = 130, 141, 2

Now = Callable[[], datetime]


def main(argv: Sequence[str] | None = None, now: Now = lambda: datetime.now(UTC)) -> int:
    """The ``tamnhin`` command. Returns the exit status: 0, 1 or 2 (workbook.md).

    ``now`` gives the present as an aware instant.
    """
    given = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        # a pipe on Windows, or LANG=C, would stop at the first “ế”
        if (stream.encoding or "").lower().replace("-", "") != "utf8" and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    language = words.language_of(words.asked_language(given), os.environ)
    if given[:1] == ["manage"]:
        # its options are Django's own, --help included
        from tamnhin.cli import web

        return web.manage(given[1:])
    parser = build(language)
    try:
        options = parser.parse_args(given)
    except SystemExit as left:  # argparse has said what it had to
        return left.code if isinstance(left.code, int) else FAILED
    if options.version:
        from importlib.metadata import version

        print(f"tamnhin {version('tamnhin')}")  # noqa: T201
        return 0
    if options.command is None:
        parser.print_help()
        return 0
    return _guarded(options, parser, language, now)


def _command(name: str) -> Callable[[argparse.Namespace, argparse.ArgumentParser, Now], int]:
    """The function of a command, imported only when it is the one that was asked for."""
    if name in ("evaluate", "explain", "template"):
        from tamnhin.cli import files

        return {"evaluate": files.evaluate, "explain": files.explain, "template": files.template}[name]
    from tamnhin.cli import web

    return {
        "serve": web.serve, "demo": web.demo, "company": web.company, "daily": web.daily, "import": web.import_,
        "export": web.export,
    }[name]  # fmt: skip


def _guarded(options: argparse.Namespace, parser: argparse.ArgumentParser, language: str, now: Now) -> int:
    """The command, with every way it can end turned into words and a status."""
    from tamnhin.cli.problems import StopError

    try:
        status = _command(options.command)(options, parser, now)
        sys.stdout.flush()
    except StopError as stopped:
        return _stop(options, stopped)
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else FAILED
    except KeyboardInterrupt:
        _complain(words.say(language, "interrupted"))
        return INTERRUPTED
    except BrokenPipeError:
        # the reader (`| head`) has seen enough; Python must not complain again when it closes the stream
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except Exception as fault:
        if options.debug:
            traceback.print_exc()
        else:
            error = f"{type(fault).__name__}: {fault}"
            _complain(words.say(language, "unexpected", error=error[:500]))
        return FAILED
    return status


def _stop(options: argparse.Namespace, stopped: StopError) -> int:
    from tamnhin.cli.jsonout import write_problems
    from tamnhin.cli.table import problem_lines

    language = words.language_of(options.language, os.environ, stopped.language)
    if getattr(options, "json", False):
        write_problems(stopped.problems, sys.stdout)
    for line in problem_lines(stopped.problems, language):
        _complain(line)
    if options.debug:
        traceback.print_exception(stopped)
    return FAILED


def _complain(text: str) -> None:
    sys.stderr.write(text + "\n")
