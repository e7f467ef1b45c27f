"""How a refused act is told: always with problems that say in both languages what to do."""

from __future__ import annotations

from collections.abc import Sequence

from tamnhin.agreements import problems as _declared  # noqa: F401  (the codes)
from tamnhin.engine.problems import Problem


class AgreementError(Exception):
    """An act is refused, and nothing was written. ``problems`` has at least one."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.text("en") for problem in problems))
        self.problems: Sequence[Problem] = problems

    @property
    def problem(self) -> Problem:
        return self.problems[0]


class AgreementForbiddenError(AgreementError):
    """This user may not do this."""


class AgreementConflictError(AgreementError):
    """Somebody else was quicker: what was looked at is not what stands there."""


class AgreementGateError(AgreementError):
    """The subject is not fit to be activated; ``problems`` are its own."""


FORBIDDEN = frozenset(
    {
        "AGREEMENT_NOT_ASKED",
        "AGREEMENT_NOT_YET",
        "AGREEMENT_OWN_PROPOSAL",
        "AGREEMENT_READS_ONLY",
        "AGREEMENT_PROPOSE_NOT_ALLOWED",
        "AGREEMENT_WITHDRAW_NOT_ALLOWED",
        "AGREEMENT_ACTIVATE_NOT_ALLOWED",
        "AGREEMENT_CLOSE_NOT_ALLOWED",
        "DELEGATION_NOT_ALLOWED",
        "FLOW_NOT_ALLOWED",
    }
)


def refusal(problem: Problem, *more: Problem) -> AgreementError:
    """The error that goes with a problem."""
    if problem.code in FORBIDDEN:
        return AgreementForbiddenError(problem, *more)
    if problem.code == "AGREEMENT_CHANGED_MEANWHILE":
        return AgreementConflictError(problem, *more)
    return AgreementError(problem, *more)
