"""Days that the law and the company's calendar set: when a decision must be published, how long a trial may be."""

from __future__ import annotations

import datetime

from tamnhin.engine.calendar import Calendar
from tamnhin.organisation import workdays
from tamnhin.organisation.models import Company

PUBLISH_WITHIN = 3  # working days after the decision (process.md)
TRIAL_MONTHS = (3, 12)
_EPOCH = datetime.date(1970, 1, 1)
_DAY = datetime.timedelta(days=1)
_ENOUGH = 92  # days looked ahead: no calendar has three months without three working days


def calendar_of(company: Company, around: datetime.date) -> Calendar:
    """The company's calendar with the public holidays of the years around a day."""
    return workdays.calendar_of(company, around.year - 1, around.year + 1)


def publish_due(calendar: Calendar, decided: datetime.date) -> datetime.date:
    """The last day for publishing: the third working day after the day of the decision, which is not counted itself.

    Without any working day ahead (a calendar of holidays only) the third calendar day.
    """
    left = PUBLISH_WITHIN
    day = decided
    for _step in range(_ENOUGH):
        day += _DAY
        left -= bool(calendar.is_working(_ordinal(day)))
        if left == 0:
            return day
    return decided + PUBLISH_WITHIN * _DAY


def days_late(calendar: Calendar, due: datetime.date, published: datetime.date) -> int:
    """Working days from the one after ``due`` to ``published``; at least 1 when it is later at all, else 0."""
    if published <= due:
        return 0
    return max(1, int(calendar.working_days(_ordinal(due + _DAY), _ordinal(published))))


def trial_ends(start: datetime.date) -> tuple[datetime.date, datetime.date]:
    """The first and the last day on which a trial that begins on ``start`` may end: 3 and 12 whole months."""
    shortest, longest = TRIAL_MONTHS
    return months_after(start, shortest) - _DAY, months_after(start, longest) - _DAY


def months_after(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months on; the last of the month where it has no such day (30/11 + 3 → 28/2)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    following = datetime.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(datetime.date(year, month + 1, 1) + (day.day - 1) * _DAY, following - _DAY)


def _ordinal(day: datetime.date) -> int:
    return (day - _EPOCH).days
