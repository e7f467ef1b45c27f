"""How a refused act is told: with problems that say in both languages what to do, and the field each belongs to."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace

from django.db import models
from django.utils import translation

from tamnhin.base import formatting
from tamnhin.engine.problems import Problem
from tamnhin.regulation import problems as _declared  # noqa: F401  (the codes)


class RegulationError(Exception):
    """An act is refused, and nothing was written. ``field`` is the form's field it is about; empty for the whole."""

    def __init__(self, problem: Problem, *more: Problem, field: str = "") -> None:
        super().__init__("; ".join(one.text("en") for one in (problem, *more)))
        self.problems: Sequence[Problem] = (problem, *more)
        self.field = field

    @property
    def problem(self) -> Problem:
        return self.problems[0]

    def texts(self, language: str) -> list[str]:
        """One sentence a problem, its days and states written in that language."""
        return [written(problem, language) for problem in self.problems]


class RegulationConflictError(RegulationError):
    """Somebody else was quicker: what was looked at is not what stands there."""


def written(problem: Problem, language: str) -> str:
    """The problem's text with dates, moments and states as they are read in ``language``."""

    def said(value: object) -> object:
        if isinstance(value, datetime.datetime):
            return formatting.moment(value, language=language)
        if isinstance(value, datetime.date):
            return formatting.day(value, language=language)
        if isinstance(value, models.Choices):
            with translation.override(language):
                return str(value.label)
        return value

    return replace(problem, args={name: said(value) for name, value in problem.args.items()}).text(language)


def refused(code: str, *, field: str = "", **args: object) -> RegulationError:
    """The error of one problem."""
    return RegulationError(Problem(code, args=args), field=field)
