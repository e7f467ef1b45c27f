"""Weeks in which objectives are reported: ISO weeks, by the key that the engine gives them."""

from __future__ import annotations

import datetime

from tamnhin.engine.periods import Period, containing, previous


def week_of(day: datetime.date) -> str:
    """``2026-W48``."""
    return containing(day, "week").key


def open_weeks(today: datetime.date) -> tuple[str, str]:
    """This week, and the one before for those who were late."""
    this = containing(today, "week")
    return this.key, previous(this).key


def weeks_in(period: Period, today: datetime.date) -> list[str]:
    """The weeks of a period up to today, oldest first; a week belongs where its Thursday lies."""
    keys = []
    day = period.start + datetime.timedelta(days=(3 - period.start.weekday()) % 7)
    while day <= period.end and day - datetime.timedelta(days=3) <= today:
        keys.append(week_of(day))
        day += datetime.timedelta(days=7)
    return keys
