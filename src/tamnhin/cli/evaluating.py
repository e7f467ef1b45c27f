"""From a file and what was asked of it to evaluated periods, one at a time. Knows no clock: ``now`` is given."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from tamnhin.cli.problems import StopError
from tamnhin.cli.progress import Meter
from tamnhin.cli.words import say
from tamnhin.engine import periods
from tamnhin.engine.aggregation import ABSENT, Ints
from tamnhin.engine.book import Book
from tamnhin.engine.evaluate import Result, evaluate
from tamnhin.engine.periods import Period, PeriodError
from tamnhin.engine.plan import Request, compile_book
from tamnhin.engine.problems import Problem
from tamnhin.engine.report import evaluation_problems, left_unscored
from tamnhin.workbook import read
from tamnhin.workbook.collect import did_you_mean

LINES_AT_A_TIME = 50_000  # rows that exist as Python objects at once


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks of a file. Codes and keys are as typed."""

    file: Path
    periods: tuple[str, ...]
    as_of: date | None = None
    as_known_at: datetime | None = None
    owners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Loaded:
    """A book that can be evaluated, the periods asked for, and the problems of its cells."""

    book: Book
    periods: tuple[Period, ...]
    problems: list[Problem]
    today: date
    as_known_at: datetime | None  # aware, UTC


@dataclass(frozen=True, slots=True)
class Outcome:
    """One evaluated period. ``position`` is its place in the plan; ``owners`` positions, ascending."""

    period: Period
    as_of: date
    result: Result
    position: int
    owners: Ints
    problems: list[Problem]
    unscored: bool

    @property
    def chosen(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Which owners were asked for: bool, one an owner."""
        return np.isin(np.arange(self.result.plan.owners.count), self.owners)

    @property
    def lines(self) -> Ints:
        """The lines of those owners that held in the period, ascending."""
        plan = self.result.plan
        return np.flatnonzero(self.chosen[plan.lines.owner] & (self.result.state[self.position] != ABSENT))

    def pieces(self) -> Iterator[Ints]:
        """The same lines in pieces that end where an owner ends: an owner's contributions belong together."""
        lines = self.lines
        owner = self.result.plan.lines.owner[lines]
        starts = np.flatnonzero(np.append(True, owner[1:] != owner[:-1])) if len(lines) else np.empty(0, dtype=np.int64)
        at = 0
        while at < len(lines):
            later = starts[starts >= at + LINES_AT_A_TIME]
            end = int(later[0]) if len(later) else len(lines)
            yield lines[at:end]
            at = end


def load(asked: Asked, now: datetime, meter: Meter, language: str) -> Loaded:
    """Read the file. StopError where it cannot be evaluated; ``now`` is aware."""
    _check_keys(asked.periods, 1, None)  # a wrong key is known before a large file is read
    meter.step(say(language, "opening"))

    def progress(done: int, total: int, sheet: str) -> None:
        meter.step(say(language, "reading", sheet=sheet))(done, total)

    found = read(asked.file, progress=progress)
    if found.book is None:
        raise StopError(found.problems)
    company = found.book.company
    zone = ZoneInfo(company.time_zone)
    known = asked.as_known_at
    if known is not None:
        # a time without an offset is read off the clock on the company's wall
        known = (known if known.tzinfo is not None else known.replace(tzinfo=zone)).astimezone(UTC)
    keys = _check_keys(asked.periods, company.fiscal_year_start, company.language)
    return Loaded(found.book, keys, found.problems, now.astimezone(zone).date(), known)


def _check_keys(keys: Sequence[str], fiscal_year_start: int, language: str | None) -> tuple[Period, ...]:
    out: list[Period] = []
    wrong: list[Problem] = []
    for key in dict.fromkeys(keys):
        try:
            out.append(periods.parse(key, fiscal_year_start))
        except PeriodError as fault:
            wrong.append(fault.problem())
    if wrong:
        raise StopError(wrong, language)
    return tuple(out)


def outcomes(loaded: Loaded, asked: Asked, meter: Meter, language: str) -> Iterator[Outcome]:
    """Every period asked for, in that order, each exactly as if it had been asked for alone.

    StopError for an owner that the file does not have, and where compiling finds the book impossible.
    """
    days = [asked.as_of or min(loaded.today, period.end) for period in loaded.periods]
    kept: tuple[date, Result, dict[Period, int]] | None = None
    for number, (period, day) in enumerate(zip(loaded.periods, days, strict=True)):
        if kept is None or kept[0] != day or period not in kept[2]:
            # periods seen from the same day share one evaluation
            same = [p for p, d in zip(loaded.periods[number:], days[number:], strict=True) if d == day]
            kept = None
            kept = (day, _evaluate(loaded, same, day, meter, language), {p: i for i, p in enumerate(same)})
        result, position = kept[1], kept[2][period]
        owners = _owners(result, asked.owners, loaded)
        outcome = Outcome(period, day, result, position, owners, [], unscored=False)
        lines = outcome.lines
        problems = [*loaded.problems, *result.plan.problems, *evaluation_problems(result, position, lines)]
        unscored = left_unscored(result, position, lines)
        meter.hide()  # what is yielded is printed
        yield Outcome(period, day, result, position, owners, problems, unscored)


def _evaluate(loaded: Loaded, wanted: Sequence[Period], day: date, meter: Meter, language: str) -> Result:
    meter.step(say(language, "compiling"))
    plan = compile_book(loaded.book, Request(tuple(wanted), day, loaded.as_known_at))
    if any(problem.fatal for problem in plan.problems):
        raise StopError([*loaded.problems, *plan.problems], loaded.book.company.language)
    return evaluate(plan, meter.step(say(language, "evaluating")))


def _owners(result: Result, codes: Sequence[str], loaded: Loaded) -> Ints:
    known = result.plan.owners.codes
    if not codes:
        return np.arange(len(known))
    place = {code: at for at, code in enumerate(known)}
    unknown = [code for code in dict.fromkeys(codes) if code not in place]
    if unknown:
        wrong = [
            Problem("ASKED_OWNER_UNKNOWN", args={"found": code[:100], **did_you_mean(_meant(code, loaded.book))})
            for code in unknown
        ]
        raise StopError(wrong, loaded.book.company.language)
    return np.unique(np.array([place[code] for code in codes]))


def _meant(typed: str, book: Book) -> str | None:
    """The code that was probably meant: another case, a near miss, or the code of a name."""
    codes: list[str] = [*book["units"]["code"].to_list(), *book["people"]["code"].to_list()]
    folded: dict[str, str] = {}
    for code in codes:
        folded.setdefault(code.casefold(), code)
    if typed.casefold() in folded:
        return folded[typed.casefold()]
    names = [*book["units"]["name"].to_list(), *book["people"]["name"].to_list()]
    by_name = {name.casefold(): code for name, code in zip(names, codes, strict=True) if name}
    if typed.casefold() in by_name:
        return by_name[typed.casefold()]
    close = difflib.get_close_matches(typed.casefold()[:64], list(folded), 1, 0.6)
    return folded[close[0]] if close else None


def exit_status(problems: Sequence[Problem], *, unscored: bool, strict: bool) -> int:
    """0 evaluated; 1 with problems that left cells unscored; with ``strict``, 2 for any error or warning."""
    severities = {problem.severity for problem in problems}
    if strict and severities & {"error", "warning"}:
        return 2
    return 1 if unscored or "error" in severities else 0
