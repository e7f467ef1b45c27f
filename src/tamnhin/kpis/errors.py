"""How a refused act on a definition is told: problems, each at the field it is put right in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tamnhin.engine.problems import Problem
from tamnhin.kpis import definition_problems as _declared  # noqa: F401  (the codes)


@dataclass(frozen=True, slots=True)
class Refusal:
    """``field``: the name of a column of the card, "" for the whole of it."""

    field: str
    problem: Problem


class DefinitionError(Exception):
    """An act is refused, and nothing was written. ``refusals`` has at least one."""

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__("; ".join(one.problem.text("en") for one in refusals))
        self.refusals: Sequence[Refusal] = refusals

    @property
    def problem(self) -> Problem:
        return self.refusals[0].problem

    @property
    def codes(self) -> list[str]:
        return [one.problem.code for one in self.refusals]


class DefinitionForbiddenError(DefinitionError):
    """This user may not do this."""


class DefinitionConflictError(DefinitionError):
    """Somebody else was quicker. ``theirs``: by field, what it was when this user looked, and what it is now."""

    def __init__(self, problem: Problem, theirs: dict[str, tuple[object, object]], revision: int) -> None:
        super().__init__(Refusal("", problem))
        self.theirs = theirs
        self.revision = revision


def refuse(field: str, problem: str, /, **args: object) -> Refusal:
    return Refusal(field, Problem(problem, args=args))
