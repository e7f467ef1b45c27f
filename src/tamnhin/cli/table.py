"""The result as tables for a person: on a terminal with colour, in a pipe as plain text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, TextIO

import numpy as np

from tamnhin.cli.evaluating import Outcome
from tamnhin.cli.words import say
from tamnhin.engine.book import Book
from tamnhin.engine.explain.steps import STATE_WORDS, Kind, plain_number
from tamnhin.engine.problems import Problem
from tamnhin.engine.report import Row, card_rows, line_rows, payout_rows
from tamnhin.engine.states import State
from tamnhin.workbook.result import SEVERITY_WORDS, STATUS_WORDS

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

MOST_CARDS, MOST_PAYOUTS, WORST_LINES, CELLS_SHOWN = 30, 20, 10, 3
PIPED_WIDTH = 200


def owner_names(book: Book) -> dict[str, str]:
    """Code -> name of every unit and person."""
    names = dict(zip(book["units"]["code"], book["units"]["name"], strict=True))
    return names | dict(zip(book["people"]["code"], book["people"]["name"], strict=True))


def kpi_names(book: Book, language: str) -> dict[str, str]:
    """Code -> name of every KPI; in English where it has an English name."""
    frame = book["kpis"]
    names = dict(zip(frame["code"], frame["name"], strict=True))
    if language == "en":
        names |= {code: name for code, name in zip(frame["code"], frame["name_en"], strict=True) if name}
    return names


class Printer:
    """Prints outcomes of one book in one language."""

    def __init__(self, book: Book, language: str, out: TextIO) -> None:
        from rich.console import Console

        self.language = language
        self.book = book
        self.owners, self.kpis = owner_names(book), kpi_names(book, language)
        self.terminal = out.isatty()
        # in a pipe nothing may be cut off at 80 columns
        self.console: Console = Console(
            file=out, width=None if self.terminal else PIPED_WIDTH, highlight=False, markup=False, emoji=False
        )

    def outcome(self, outcome: Outcome, *, picked: bool) -> None:
        """One period: scorecards, lines (all of those ``picked``, else the lowest), pay, problems."""
        self._title(outcome)
        cards = card_rows(outcome.result, outcome.position, outcome.chosen)
        self._cards(cards, everything=picked)
        self._lines(outcome, everything=picked)
        self._payouts(payout_rows(outcome.result, outcome.position, outcome.chosen))
        self.problems(outcome.problems)

    def problems(self, problems: Sequence[Problem]) -> None:
        """Problems by code: how many, the first cells, and what the first one says."""
        if not problems:
            self.console.print(self._say("no_problems"))
            return
        groups: dict[str, list[Problem]] = {}
        for problem in problems:
            groups.setdefault(problem.code, []).append(problem)
        table = self._table("problems", ("code", "severity", "count", "cells", "meaning"), right=("count",))
        for code, found in sorted(groups.items(), key=lambda pair: _GRAVITY[pair[1][0].severity]):
            places = list(dict.fromkeys(place for problem in found if (place := _place(problem))))
            shown = ", ".join(places[:CELLS_SHOWN])
            if len(places) > CELLS_SHOWN:
                shown += " " + self._say("and_more", count=len(places) - CELLS_SHOWN)
            severity = found[0].severity
            table.add_row(
                code, self._word(SEVERITY_WORDS, severity), str(len(found)), shown, found[0].text(self.language),
                style=_STYLES[severity] if self.terminal else None,
            )  # fmt: skip
        self._print(table)

    def _title(self, outcome: Outcome) -> None:
        company = self.book.company
        day = f"{outcome.as_of:%d/%m/%Y}" if self.language == "vi" else outcome.as_of.isoformat()
        title = outcome.period.title(self.language)
        text = self._say("title", company=company.name or company.code, period=title, day=day)
        known = outcome.result.plan.request.as_known_at
        if known is not None:
            text += " · " + self._say("known", instant=_instant(known, company.time_zone))
        self.console.print(text, style="bold")
        self.console.print()

    def _cards(self, cards: Sequence[Row], *, everything: bool) -> None:
        if not cards:
            self.console.print(self._say("no_scorecards"))
            return
        heads = ("owner", "name", "score", "coverage", "grade", "state", "rank")
        table = self._table("scorecards", heads, right=("score", "coverage", "rank"))
        shown = cards if everything else cards[:MOST_CARDS]
        for card in shown:
            table.add_row(
                str(card["owner"]), self.owners.get(str(card["owner"]), ""), self._number(card["score"], "points"),
                self._number(card["coverage"], "percent"), str(card["grade"] or "—"),
                self._word(STATUS_WORDS, str(card["state"])), str(card["rank"] or "—"),
            )  # fmt: skip
        self._print(table)
        if len(shown) < len(cards):
            self.console.print(self._say("more_cards", count=len(cards) - len(shown)))
            self.console.print()

    def _lines(self, outcome: Outcome, *, everything: bool) -> None:
        lines = outcome.lines
        if not everything:
            score = outcome.result.score[outcome.position, lines]
            weighs = outcome.result.plan.lines.micro[lines] > 0
            worst = np.flatnonzero(~np.isnan(score) & weighs)
            worst = worst[np.argsort(score[worst], kind="stable")][:WORST_LINES]
            lines, order = lines[np.sort(worst)], np.argsort(np.argsort(worst))
        # contributions are of an owner's lines together, so rows are made of whole scorecards
        owner = outcome.result.plan.lines.owner
        whole = outcome.lines[np.isin(owner[outcome.lines], owner[lines])]
        every = line_rows(outcome.result, outcome.position, whole)
        rows = [every[at] for at in np.flatnonzero(np.isin(whole, lines)).tolist()]
        if not everything:
            rows = [rows[at] for at in order.tolist()]
        if not rows:
            return
        heads = ("owner", "name", "kpi", "actual", "target", "raw", "score", "weight", "contribution", "state")
        numbers = ("actual", "target", "raw", "score", "weight", "contribution")
        table = self._table("lines" if everything else "worst", heads, right=numbers)
        for row in rows:
            state = STATE_WORDS[State[str(row["state"])]][0 if self.language == "vi" else 1]
            table.add_row(
                str(row["owner"]), self.owners.get(str(row["owner"]), ""),
                f"{row['kpi']} · {self.kpis.get(str(row['kpi']), '')}",
                self._number(row["actual"], "measure"), self._number(row["target"], "measure"),
                self._number(row["raw"], "percent"), self._number(row["score"], "points"),
                self._number(row["weight"], "weight"), self._number(row["contribution"], "points"), state,
            )  # fmt: skip
        self._print(table)

    def _payouts(self, payouts: Sequence[Row]) -> None:
        if not payouts:
            return
        heads = ("owner", "name", "base", "rate", "amount")
        table = self._table("payouts", heads, right=("base", "rate", "amount"))
        for row in payouts[:MOST_PAYOUTS]:
            person = str(row["person"])
            table.add_row(
                person, self.owners.get(person, ""), self._number(row["base"], "money"),
                self._number(row["rate"], "percent"), self._number(row["amount"], "money"),
            )  # fmt: skip
        total = sum((Decimal(str(row["amount"])) for row in payouts if row["amount"] is not None), Decimal(0))
        table.add_row(self._say("total"), "", "", "", self._number(str(total), "money"), style="bold")
        self._print(table)
        if len(payouts) > MOST_PAYOUTS:
            self.console.print(self._say("more_payouts", count=len(payouts) - MOST_PAYOUTS))
            self.console.print()

    def _table(self, title: str, heads: Sequence[str], *, right: Sequence[str]) -> Table:
        from rich import box
        from rich.table import Table

        table = Table(
            title=self._say(title), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD
            if self.terminal else None, pad_edge=False, padding=(0, 1 if self.terminal else 2, 0, 0),
        )  # fmt: skip
        for head in heads:
            # a code or a number is useless when cut: names and texts give way instead
            fixed = head in right or head in ("owner", "code")
            table.add_column(self._say(head), justify="right" if head in right else "left", no_wrap=fixed,
                             overflow="fold")  # fmt: skip
        return table

    def _print(self, table: Table) -> None:
        if self.terminal:
            self.console.print(table)
            return
        with self.console.capture() as captured:
            self.console.print(table)
        # columns are padded to their width: nobody wants the blanks at the ends of lines in a file
        lines = [line.rstrip() for line in captured.get().splitlines()]
        self.console.file.write("\n".join([*lines, "", ""]))

    def _number(self, value: object, kind: Kind) -> str:
        if value is None:
            return "—"
        exact = Decimal(value) if isinstance(value, str) else float(value)  # type: ignore[arg-type]  # str or float
        return plain_number(exact, kind, self.language)

    def _word(self, words: dict[str, tuple[str, str]], key: str) -> str:
        return words[key][0 if self.language == "vi" else 1]

    def _say(self, key: str, **args: object) -> str:
        return say(self.language, key, **args)


_GRAVITY = {"error": 0, "warning": 1, "info": 2}
_STYLES = {"error": "red", "warning": "yellow", "info": "dim"}


def _instant(known: datetime, time_zone: str) -> str:
    from zoneinfo import ZoneInfo

    return f"{known.astimezone(ZoneInfo(time_zone)):%Y-%m-%d %H:%M %Z}"


def _place(problem: Problem) -> str:
    if problem.sheet and problem.cell:
        return f"{problem.sheet}!{problem.cell}"
    return " · ".join(part for part in (problem.sheet, problem.owner, problem.kpi) if part)


def problem_lines(problems: Sequence[Problem], language: str, most: int = 20) -> list[str]:
    """Fatal problems for standard error: one a line, each with its place and what to do."""
    ordered = sorted(problems, key=lambda problem: not problem.fatal)
    counts = Counter(problem.fatal for problem in ordered)
    fatal = ordered[: counts[True]] if counts[True] else ordered
    lines = [f"{place}: {p.text(language)}" if (place := _place(p)) else p.text(language) for p in fatal[:most]]
    if len(problems) > len(lines):
        lines.append(say(language, "more_fatal", count=len(problems) - len(lines)))
    return lines
