"""A kind of subject that remembers what it was told, and ways to say who proposes what for whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.cast import Cast

from tamnhin.agreements.models import Agreement
from tamnhin.agreements.services import propose
from tamnhin.agreements.subjects import Subject, forget, register
from tamnhin.engine.problems import Problem

KIND = "trial"


@dataclass
class Trial:
    """What the subject heard: (subject, state, who), one at a time or in bulk; and the gates it is to have."""

    heard: list[tuple[int, str, str]] = field(default_factory=list)
    bulk: list[tuple[list[int], str]] = field(default_factory=list)
    gates: dict[int, list[Problem]] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)  # how many agreements each question about gates was about


@pytest.fixture
def trial() -> Iterator[Trial]:
    """Registered under ``trial``; its own page is ``/trial/<subject>/``."""
    told = Trial()

    def on_state(agreement: Agreement, state: Any, user: Any) -> None:
        told.heard.append((agreement.subject_id, str(state), str(user) if user is not None else "—"))

    def gates_of(agreement: Agreement) -> list[Problem]:
        told.asked.append(1)
        return told.gates.get(agreement.subject_id, [])

    register(
        Subject(
            kind=KIND,
            on_state=on_state,
            gates=gates_of,
            url=lambda agreement: f"/trial/{agreement.subject_id}/",
            summary=lambda agreement: [("Chỉ tiêu doanh thu", "100", "120"), ("Trọng số", "60", "60")],
            label="Việc thử",
        )
    )
    yield told
    forget(KIND)


@pytest.fixture
def many() -> Iterator[Trial]:
    """Registered under ``many``: takes states and gates in bulk."""
    told = Trial()

    def on_many(agreements: Any, state: Any, user: Any) -> None:
        told.bulk.append(([one.subject_id for one in agreements], str(state)))

    def gates_of(agreements: Any) -> dict[int, list[Problem]]:
        told.asked.append(len(agreements))
        return {one.pk: told.gates.get(one.subject_id, []) for one in agreements}

    register(
        Subject(
            kind="many",
            on_state=lambda agreement, state, user: told.heard.append((agreement.subject_id, str(state), "")),
            gates=lambda agreement: told.gates.get(agreement.subject_id, []),
            url=lambda agreement: "/",
            summary=lambda agreement: [],
            on_state_many=on_many,
            gates_many=gates_of,
        )
    )
    yield told
    forget("many")


Ask = Callable[..., Agreement]


@pytest.fixture
def ask(cast: Cast, trial: Trial) -> Ask:
    """Minh proposes Hoa's scorecard, unless said otherwise: ``ask(by=cast.hoa, owner="AN", subject=7)``."""

    def act(by: Any = cast.minh, owner: str = "HOA", subject: int = 1, **more: Any) -> Agreement:
        usual: dict[str, Any] = {"company": cast.company, "kind": KIND, "title": "Thẻ điểm quý 1 của Hoa"}
        return propose(acting_user=by, subject_id=subject, owner=cast.owner(owner), **{**usual, **more})

    return act
