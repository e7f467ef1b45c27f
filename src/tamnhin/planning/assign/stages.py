"""Where somebody's scorecard stands, in a word, for many owners at once."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from tamnhin.agreements.states import OPEN, State
from tamnhin.dashboards.reading import Reading, with_query
from tamnhin.engine import periods as per
from tamnhin.kpis.models import Assignment
from tamnhin.kpis.selectors import planned
from tamnhin.organisation.access import today
from tamnhin.organisation.models import Company
from tamnhin.planning.assign.shapes import Stage, TimeChoice

_STAGES: Mapping[str, Stage] = {
    State.DRAFT: "draft",
    State.PROPOSED: "waiting",
    State.HR_CONSULTED: "waiting",
    State.REVIEWED: "waiting",
    State.AGREED: "agreed",
    State.ACTIVE: "active",
}


def stage_of(status: str, *, in_force: bool = False) -> Stage:
    """``status`` of the open assignment, or empty."""
    return _STAGES.get(status, "active" if in_force else "none")


def stage_word(stage: Stage) -> str:
    return {
        "none": _("chưa có thẻ điểm"),
        "active": _("đang hiệu lực"),
        "draft": _("bản nháp"),
        "waiting": _("chờ đồng ý"),
        "agreed": _("đã đồng ý"),
    }[stage]


def open_statuses(company: Company, owner_ids: Collection[int] | None = None) -> dict[int, str]:
    """Owner id → status of what is open. One query; None asks about the whole company."""
    rows = Assignment.objects.filter(company=company, status__in=OPEN)
    if owner_ids is not None:
        rows = rows.filter(owner__in=owner_ids)
    return dict(rows.values_list("owner_id", "status"))


def date_of(text: str) -> datetime.date | None:
    """An ISO date of an address; None for anything else."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def times_of(company: Company) -> list[tuple[datetime.date, datetime.date]]:
    """The spans people mean: the rest of this year from the next month, and the next year (or this, in January)."""
    on = today(company)
    year = per.containing(on, "year", company.fiscal_year_start)
    month = per.next(per.containing(on, "month"))
    out = [] if month.start > year.end else [(month.start, year.end)]
    out.append((per.next(year).start, per.next(year).end))
    whole = (year.start, year.end)
    return [*out, whole]


def usual_time(company: Company, first: str, last: str) -> tuple[datetime.date, datetime.date | None]:
    """What an address asks for; without it the usual first day, to the end of that fiscal year."""
    start = date_of(first)
    if start is None:
        start = planned.usual_start(company)
        return start, per.containing(start, "year", company.fiscal_year_start).end
    end = date_of(last)
    return start, end if end is not None and end >= start else None


def time_choices(
    reading: Reading, address: str, first: datetime.date, last: datetime.date | None, **keep: str
) -> list[TimeChoice]:
    from tamnhin.base.formatting import day

    out = []
    for start, end in times_of(reading.company):
        url = with_query(address, first=start.isoformat(), last=end.isoformat(), **keep)
        out.append(TimeChoice(f"{day(start)} – {day(end)}", url, (start, end) == (first, last)))
    if not any(choice.current for choice in out):
        url = with_query(address, first=first.isoformat(), last=last.isoformat() if last else "", **keep)
        out.insert(0, TimeChoice(f"{day(first)} – {day(last)}", url, True))
    return out
