"""How this low app speaks to the higher ones: each kind of subject registers what is to happen to its rows."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tamnhin.engine.problems import Problem

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from tamnhin.accounts.models import User
    from tamnhin.agreements.models import Agreement
    from tamnhin.agreements.states import State
    from tamnhin.organisation.models import Company

# (label, before, after), as text in the reader's language; before is empty for what is new.
Row = tuple[str, str, str]


class UnknownSubjectError(LookupError):
    """No app has registered this kind."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One kind of thing that is agreed on.

    ``on_state(agreement, state, user)`` writes the new state into the subject's row, in the transaction of the act;
    once an act, with the state it ends in. ``on_state_many`` does the same for a bulk act in a fixed number of queries;
    without it ``on_state`` is called for each. ``gates`` says what still keeps it from being activated, ``gates_many``
    the same by ``agreement.pk``. ``url`` is the subject's own page, ``summary`` its before/after.
    ``ripe(company, day)`` gives the ids of subjects that take effect by themselves, once everybody has agreed, on that
    day or before.
    """

    kind: str
    on_state: Callable[[Agreement, State, User | None], None]
    gates: Callable[[Agreement], list[Problem]]
    url: Callable[[Agreement], str]
    summary: Callable[[Agreement], list[Row]]
    on_state_many: Callable[[Sequence[Agreement], State, User | None], None] | None = None
    gates_many: Callable[[Sequence[Agreement]], Mapping[int, list[Problem]]] | None = None
    label: str | _StrPromise = ""
    ripe: Callable[[Company, datetime.date], Iterable[int]] | None = None


_SUBJECTS: dict[str, Subject] = {}


def register(subject: Subject) -> None:
    """Called from ``AppConfig.ready``. Raises ValueError for a kind that is taken or too long for its column."""
    if subject.kind in _SUBJECTS or not 0 < len(subject.kind) <= 16:
        raise ValueError(f"subject kind {subject.kind!r} cannot be registered")
    _SUBJECTS[subject.kind] = subject


def forget(kind: str) -> None:
    """Take a kind back: a test that registers one leaves nothing behind."""
    _SUBJECTS.pop(kind, None)


def subject_of(kind: str) -> Subject:
    """Raises UnknownSubjectError for a kind nobody has registered."""
    try:
        return _SUBJECTS[kind]
    except KeyError:
        raise UnknownSubjectError(kind) from None


def known(kind: str) -> bool:
    return kind in _SUBJECTS


def kinds() -> list[str]:
    """In the order of registration."""
    return list(_SUBJECTS)
