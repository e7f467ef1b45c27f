"""The five states of a cell (computation.md §1). They never collapse into one another; missing is never zero."""

from __future__ import annotations

from enum import IntEnum


class State(IntEnum):
    """State of one cell (KPI x owner x period), stored as int8 beside the float64 value.

    The order matters: where several inputs are missing, the *largest* one is the state of the result
    (a formula with one unreported and one not-yet-due input is ``NO_DATA``, because something is owed).
    """

    VALUE = 0
    EXEMPT = 1
    NOT_APPLICABLE = 2
    NOT_DUE = 3
    NO_DATA = 4


VALUE, EXEMPT, NOT_APPLICABLE, NOT_DUE, NO_DATA = State
