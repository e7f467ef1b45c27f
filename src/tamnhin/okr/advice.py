"""Advice, never a barrier: when what is called an OKR works as a KPI (docs/algorithms/okr.md)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

FULLY = 100  # percent


class Reason(StrEnum):
    """What speaks for a KPI. The first three make the case; the other two only support it."""

    TOP_DOWN = "top_down"
    PAY = "pay"
    FULL = "full"
    ALL_KPIS = "all_kpis"
    REPEATED = "repeated"


class Verdict(StrEnum):
    NONE = "none"
    LEANING = "leaning"
    KPI = "kpi"


@dataclass(frozen=True, slots=True)
class Facts:
    """``expected``: percent looked for at the end. ``kpis`` of ``results`` take their number from a KPI;
    ``repeated`` of them stood in the same owner's objectives of the period before.
    """

    top_down: bool
    pay_tied: bool
    expected: int
    results: int = 0
    kpis: int = 0
    repeated: int = 0


@dataclass(frozen=True, slots=True)
class Advice:
    verdict: Verdict
    reasons: tuple[Reason, ...]


def advise(facts: Facts) -> Advice:
    """The verdict with every reason that holds, in the order of ``Reason``.

    All three of the first make it a KPI. Short of that each of them counts 2 and each supporting one 1; from 4 up it
    leans towards one.
    """
    holds = {
        Reason.TOP_DOWN: facts.top_down,
        Reason.PAY: facts.pay_tied,
        Reason.FULL: facts.expected >= FULLY,
        Reason.ALL_KPIS: facts.results > 0 and facts.kpis >= facts.results,
        Reason.REPEATED: facts.results > 0 and facts.repeated * 2 > facts.results,
    }
    reasons = tuple(reason for reason, held in holds.items() if held)
    strong = sum(reason in (Reason.TOP_DOWN, Reason.PAY, Reason.FULL) for reason in reasons)
    if strong == 3:
        return Advice(Verdict.KPI, reasons)
    points = 2 * strong + (len(reasons) - strong)
    return Advice(Verdict.LEANING if points >= 4 else Verdict.NONE, reasons)
