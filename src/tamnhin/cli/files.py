"""The commands that work on files alone: ``evaluate``, ``explain``, ``template``. They never import Django."""

from __future__ import annotations

import argparse
import difflib
import os
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tamnhin.cli.progress import Meter
from tamnhin.cli.words import language_of, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from tamnhin.cli.evaluating import Loaded, Outcome
    from tamnhin.engine.problems import Problem


def evaluate(options: argparse.Namespace, parser: argparse.ArgumentParser, now: Callable[[], datetime]) -> int:
    """``tamnhin evaluate``: the exit status is the largest of the periods'."""
    _take_file(options, parser)
    with Meter(sys.stderr) as meter:
        spoken = language_of(options.language, os.environ)
        meter.step(say(spoken, "opening"))  # importing the engine counts as waiting too
        from tamnhin.cli.evaluating import Asked, exit_status, load, outcomes
        from tamnhin.cli.jsonout import write_outcomes

        if options.out is not None:
            check_out(options.out, options.file)
        asked = Asked(
            options.file, tuple(options.period), options.as_of, options.as_known_at, tuple(options.owner or ())
        )
        loaded = load(asked, now(), meter, spoken)
        language = language_of(options.language, os.environ, loaded.book.company.language)
        found = outcomes(loaded, asked, meter, language)
        if options.out is not None:
            shown = _into_file(options.out, loaded, found, meter, language)
        elif options.json:
            shown = write_outcomes(found, sys.stdout, several=len(loaded.periods) > 1)
        else:
            shown = _onto_screen(loaded, found, language, picked=bool(asked.owners))
        return max(exit_status(one.problems, unscored=one.unscored, strict=options.strict) for one in shown)


def _take_file(options: argparse.Namespace, parser: argparse.ArgumentParser) -> None:
    """``--period 2026-01 FILE``: an option that takes several values has swallowed the file; give it back."""
    if options.file is not None:
        return
    for values in (options.period, options.owner or []):
        if len(values) > 1 and Path(values[-1]).exists():
            options.file = Path(values.pop())
            return
    parser.error("the following arguments are required: FILE")


def check_out(out: Path, source: Path | None) -> None:
    """Refuse a place for the result before the work is done. StopError."""
    from tamnhin.cli.problems import StopError
    from tamnhin.engine.problems import Problem

    if out.suffix.lower() != ".xlsx":
        raise StopError([Problem("OUT_NOT_XLSX", args={"path": out})])
    if source is not None and out.exists() and source.exists() and out.samefile(source):
        raise StopError([Problem("OUT_IS_INPUT", args={"path": out})])
    folder = out.absolute().parent
    reason = None
    if not folder.is_dir():
        reason = ("không có thư mục này", "there is no such folder")
    elif out.is_dir():
        reason = ("đó là một thư mục", "it is a folder")
    elif not os.access(folder, os.W_OK):
        reason = ("không có quyền ghi vào thư mục", "the folder is not writable")
    if reason is not None:
        raise StopError([_cannot_write(out, *reason)])


def _cannot_write(out: Path, vi: str, en: str) -> Problem:
    from tamnhin.engine.problems import Problem

    return Problem("OUT_CANNOT_WRITE", args={"path": out, "reason_vi": vi, "reason_en": en})


def _onto_screen(loaded: Loaded, found: Iterator[Outcome], language: str, *, picked: bool) -> Iterator[Outcome]:
    from tamnhin.cli.table import Printer

    printer = Printer(loaded.book, language, sys.stdout)
    for outcome in found:
        printer.outcome(outcome, picked=picked)
        yield outcome


def _into_file(out: Path, loaded: Loaded, found: Iterator[Outcome], meter: Meter, language: str) -> Iterator[Outcome]:
    """Every period into one file; a problem that several periods share stands in it once."""
    from tamnhin.cli.problems import StopError
    from tamnhin.cli.table import kpi_names, owner_names
    from tamnhin.engine.report import card_rows, line_rows, payout_rows
    from tamnhin.workbook.result import open_result

    cards, counts = 0, {"error": 0, "warning": 0, "info": 0}
    told: set[tuple[object, ...]] = set()
    names = {"owner_names": owner_names(loaded.book), "kpi_names": kpi_names(loaded.book, language)}
    try:
        with open_result(out, language=language, **names) as file:
            for outcome in found:
                rows = card_rows(outcome.result, outcome.position, outcome.chosen)
                cards += len(rows)
                file.add("scorecards", rows)
                done, total = 0, len(outcome.lines)
                progress = meter.step(say(language, "writing"))
                for piece in outcome.pieces():
                    file.add("lines", line_rows(outcome.result, outcome.position, piece))
                    done += len(piece)
                    progress(done, total)
                file.add("payouts", payout_rows(outcome.result, outcome.position, outcome.chosen))
                for problem in outcome.problems:
                    row = problem.as_dict()
                    if tuple(row.values()) not in told:
                        told.add(tuple(row.values()))
                        counts[problem.severity] += 1
                        file.add("problems", [row])
                yield outcome
            meter.step(say(language, "writing"))
    except OSError as fault:
        raise StopError([_cannot_write(out, str(fault), str(fault))], language) from fault
    meter.hide()
    summary = say(language, "summary", cards=cards, errors=counts["error"], warnings=counts["warning"])
    sys.stderr.write(f"{say(language, 'wrote', path=out)} {summary}\n")


def explain(options: argparse.Namespace, parser: argparse.ArgumentParser, now: Callable[[], datetime]) -> int:
    """``tamnhin explain``: the tree of one scorecard, or of one of its lines."""
    with Meter(sys.stderr) as meter:
        spoken = language_of(options.language, os.environ)
        meter.step(say(spoken, "opening"))
        from tamnhin.cli.evaluating import Asked, load, outcomes
        from tamnhin.engine.explain import Explainer

        asked = Asked(options.file, (options.period,), options.as_of, options.as_known_at, (options.owner,))
        loaded = load(asked, now(), meter, spoken)
        language = language_of(options.language, os.environ, loaded.book.company.language)
        outcome = next(outcomes(loaded, asked, meter, language))
        explainer = Explainer(outcome.result)
        if options.kpi is None:
            step = explainer.card(options.owner, outcome.position)
        else:
            _check_line(outcome, options.owner, options.kpi, loaded)
            step = explainer.line(options.owner, options.kpi, outcome.position)
        for text in step.lines(language):
            sys.stdout.write(text + "\n")
        return 0


def _check_line(outcome: Outcome, owner: str, kpi: str, loaded: Loaded) -> None:
    from tamnhin.cli.problems import StopError
    from tamnhin.engine.problems import Problem
    from tamnhin.workbook.collect import did_you_mean

    plan = outcome.result.plan
    known = [plan.kpis.codes[at] for at in plan.lines.kpi[outcome.lines].tolist()]
    if kpi in known:
        return
    close = difflib.get_close_matches(kpi.upper()[:64], known, 1, 0.5)
    args = {"owner": owner, "kpi": kpi[:100], "period": outcome.period.key, "known": ", ".join(known) or "—"}
    problem = Problem("LINE_UNKNOWN", owner=owner, args={**args, **did_you_mean(close[0] if close else None)})
    raise StopError([problem], loaded.book.company.language)


def template(options: argparse.Namespace, parser: argparse.ArgumentParser, now: Callable[[], datetime]) -> int:
    """``tamnhin template``: the workbook to start from, its examples in the present year."""
    from tamnhin.workbook import write_template

    language = language_of(options.language, os.environ)
    check_out(options.file, None)
    if options.file.exists() and not options.force:
        sys.stderr.write(say(language, "exists", path=options.file) + "\n")
        return 2
    year = now().year
    write_template(options.file, language, year=year)
    sys.stderr.write(say(language, "template_next", path=options.file, year=year) + "\n")
    return 0
