"""The JSON of workbook.md, written row by row: a large company never stands in memory as one structure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TextIO

from tamnhin.cli.evaluating import Outcome
from tamnhin.engine.problems import Problem
from tamnhin.engine.report import Row, card_rows, line_rows, payout_rows

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def write_outcome(outcome: Outcome, out: TextIO) -> None:
    """One period as one JSON object, keys in the order of the contract, one row a line."""
    result, position = outcome.result, outcome.position
    out.write(f'{{"period": {_encode(outcome.period.key)}, "as_of": {_encode(outcome.as_of.isoformat())},\n')
    rows = (row for piece in outcome.pieces() for row in line_rows(result, position, piece))
    _array(out, "lines", rows, ",\n")
    _array(out, "scorecards", card_rows(result, position, outcome.chosen), ",\n")
    _array(out, "payouts", payout_rows(result, position, outcome.chosen), ",\n")
    _array(out, "problems", (problem.as_dict() for problem in outcome.problems), "}")


def write_outcomes(outcomes: Iterator[Outcome], out: TextIO, *, several: bool) -> Iterator[Outcome]:
    """Write each period as it comes, and pass it on: an object for one period, an array of them for several."""
    for number, outcome in enumerate(outcomes):
        out.write(("[" if number == 0 else ",\n") if several else "")
        write_outcome(outcome, out)
        yield outcome
    out.write("]\n" if several else "\n")


def write_problems(problems: Iterable[Problem], out: TextIO) -> None:
    """What stands in place of a result that cannot be given."""
    out.write("{")
    _array(out, "problems", (problem.as_dict() for problem in problems), "}\n")


def _array(out: TextIO, name: str, rows: Iterable[Row | Mapping[str, object]], after: str) -> None:
    out.write(f"{_encode(name)}: [")
    between = "\n"
    for row in rows:
        out.write(between + _encode(row))
        between = ",\n"
    out.write("]" + after)
