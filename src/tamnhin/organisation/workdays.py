"""The company's calendar as the engine takes it."""

from __future__ import annotations

import polars as pl

from tamnhin.engine.book import SCHEMAS
from tamnhin.engine.calendar import Calendar, CalendarError, build
from tamnhin.organisation.models import CalendarDay, Company


def calendar_of(company: Company, first_year: int, last_year: int) -> Calendar:
    """Working week, public holidays and exceptions of the company, for whole years. One query.

    A setting that cannot be read gives way to Monday to Friday without holidays: nobody's page stops because of it.
    """
    rows = CalendarDay.objects.filter(company=company).order_by("date").values_list("date", "kind", "note")
    exceptions = pl.DataFrame(list(rows), schema=SCHEMAS["calendar"], orient="row")
    years = range(first_year, last_year + 1)
    try:
        return build(company.working_week, company.holidays, exceptions, years)
    except CalendarError:
        return build("mon-fri", "none", exceptions, years)
