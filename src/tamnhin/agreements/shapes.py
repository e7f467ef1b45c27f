"""What pages show of an agreement: plain values, words in the reader's language, no database."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from tamnhin.agreements.models import Agreement

SeatStatus = Literal["yes", "no", "waiting", "later"]
StepStatus = Literal["done", "waiting", "returned", "skipped", "later"]
Task = Literal["answer", "activate", "revise"]


@dataclass(frozen=True, slots=True)
class Said:
    """One voice. ``instead``: whose place it was and why somebody else spoke, ready to read."""

    who: str
    what: str
    kind: str
    at: datetime.datetime
    text: str = ""
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody who is asked. ``asks``: who is asked today in their stead, and why. ``within``: the name of whoever is
    waited for, in the middle of a sentence."""

    name: str
    role: str
    status: SeatStatus
    asks: str = ""
    voice: Said | None = None
    within: str = ""


@dataclass(frozen=True, slots=True)
class TimelineStep:
    """``note`` says why nobody is asked in a step that was skipped, and who puts in force what is agreed."""

    key: str
    title: str
    status: StepStatus
    seats: Sequence[Seat] = ()
    remarks: Sequence[Said] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Round:
    number: int
    voices: Sequence[Said]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The current round as steps, the ones before as what was said. ``waits_for``: names the current step waits for."""

    title: str
    state: str
    state_label: str
    round: int
    due: datetime.date | None
    steps: Sequence[TimelineStep]
    rounds: Sequence[Round] = field(default=())
    waits_for: Sequence[str] = ()
    overdue: bool = False

    @property
    def returned(self) -> bool:
        return any(step.status == "returned" for step in self.steps)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits for somebody. ``why`` it is theirs; ``instead`` of whom, when it is not their own place."""

    agreement: Agreement
    task: Task
    kind: str  # what is agreed on, in words
    why: str
    instead: str = ""
    step: str = ""
    overdue: int = 0  # days past the deadline of the step
