"""The one exception of this package: a file that cannot be read at all. ``read`` turns it into its problem."""

from __future__ import annotations

from tamnhin.engine.problems import Problem


class RefusedError(Exception):
    """Carries the fatal problem that says why nothing could be read."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text("en"))
        self.problem = problem
